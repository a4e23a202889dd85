"""DataCite 4.5 as JSON: the metadata with which a DOI is registered.

Whom and what the descriptor does not state is written as DataCite wants it (`:unkn`, `:unav`);
there is no such code for a year. The year of publication is that of `published`; without it that
of `created`, by which the data are cited: whoever registers a DOI puts it right. Without either
the record is a draft. A licence of a part has no identifier and no address of its own here, only
words: with either it would be taken for that of the whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from smartcity_case.citation.licences import rights
from smartcity_case.citation.roles import role_of
from smartcity_case.citation.words import filled, json_document, one_line, plain_url

if TYPE_CHECKING:
    from smartcity_case.citation.values import Citation, Contributor, Name, SourceWork

# What its schema takes for a DOI.
_DOI = re.compile(r"10[.]\d{4,9}/\S+", re.ASCII)


def cite_datacite(citation: Citation) -> str:
    """The record; `doi` stands in it only if the descriptor has one."""
    year = citation.issued
    data = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "doi": citation.doi if _DOI.fullmatch(citation.doi) else "",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Data package"},
        "creators": list(map(_name, citation.creators)) or [{"name": ":unkn"}],
        "titles": _titles(citation),
        "publisher": {
            "name": one_line(citation.publisher.display) if citation.publisher else ":unav"
        },
        "publicationYear": f"{year.year:04}" if year else "",
        "version": one_line(citation.version),
        "language": citation.language,
        "url": plain_url(citation.homepage),
        "dates": _dates(citation),
        "subjects": [{"subject": k} for k in _once(map(one_line, citation.keywords))],
        "contributors": list(map(_contributor, citation.contributors)),
        "descriptions": _descriptions(citation),
        "rightsList": _rights(citation),
        "alternateIdentifiers": _alternate(citation),
        "relatedItems": _once_each(map(_related, citation.sources)),
    }
    return json_document(filled(data))


def _dates(citation: Citation) -> list[dict[str, str]]:
    dates = {"Created": citation.date, "Issued": citation.published}
    return [{"date": each.iso, "dateType": kind} for kind, each in dates.items() if each]


def _once(values: Any) -> list[Any]:
    return list(dict.fromkeys(filter(None, values)))


def _once_each(items: Any) -> list[Any]:
    """Each mapping once: two sources may differ in what DataCite has no place for."""
    unique: list[Any] = []
    for item in items:
        if item not in unique:
            unique.append(item)
    return unique


def _titles(citation: Citation) -> list[dict[str, str]]:
    own = filled({"title": one_line(citation.label), "lang": citation.language})
    others = [
        {"title": one_line(title), "titleType": "TranslatedTitle", "lang": language}
        for language, title in citation.titles
    ]
    return [own, *others]


def _name(name: Name) -> dict[str, Any]:
    """A name; whether it is a person's is said only if the descriptor says it."""
    is_person = not name.whole
    kind = "Personal" if is_person else "Organizational" if name.is_organisation else ""
    affiliation = [{"name": one_line(name.affiliation)}] if name.affiliation else []
    return filled(
        {
            "name": one_line(name.inverted),
            "nameType": kind,
            "givenName": one_line(name.given),
            "familyName": one_line(name.family),
            "affiliation": affiliation,
        }
    )


def _contributor(who: Contributor) -> dict[str, Any]:
    return {**_name(who.name), "contributorType": role_of(who)}


def _descriptions(citation: Citation) -> list[dict[str, str]]:
    own = (citation.language, citation.description)
    told = [
        filled({"description": words, "descriptionType": "Abstract", "lang": language})
        for language, words in (own, *citation.descriptions)
        if words
    ]
    notes = _once(
        f"Source: {one_line(source.title)}. {one_line(source.note)}"
        for source in citation.sources
        if source.note
    )
    return [*told, *({"description": note, "descriptionType": "Other"} for note in notes)]


def _rights(citation: Citation) -> list[dict[str, str]]:
    licence = citation.licence
    if licence is None:
        return [{"rights": words} for words in _once(map(one_line, rights(citation)))]
    known = {
        "rightsIdentifier": licence.spdx,
        "rightsIdentifierScheme": "SPDX",
        "schemeUri": "https://spdx.org/licenses/",
    }
    told = {"rights": one_line(licence.says), "rightsUri": plain_url(licence.url)}
    return [filled({**told, **(known if licence.spdx else {})})]


def _alternate(citation: Citation) -> list[dict[str, str]]:
    kind = "Name and version of the data package"
    release = one_line(citation.release) if citation.name else ""
    return [{"alternateIdentifier": release, "alternateIdentifierType": kind}] if release else []


def _related(source: SourceWork) -> dict[str, Any]:
    url = {"relatedItemIdentifier": plain_url(source.url), "relatedItemIdentifierType": "URL"}
    return filled(
        {
            "relatedItemType": "Text",
            "relationType": "IsDerivedFrom",
            "relatedItemIdentifier": url if source.url else {},
            "titles": [{"title": one_line(source.title)}],
            "creators": list(map(_name, source.authors)),
            "publicationYear": f"{source.date.year:04}" if source.date else "",
            "publisher": one_line(source.publication),
        }
    )
