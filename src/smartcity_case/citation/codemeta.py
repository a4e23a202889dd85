"""codemeta.json, version 3.0 (JSON-LD): a data set, and the software beside it if there is some.

What its context does not have is written with the prefix `schema:`, which it has. A licence
of a part is a work with words of its own on what it covers, never a bare address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smartcity_case.citation.licences import in_words
from smartcity_case.citation.words import filled, json_document, one_line, plain_url

if TYPE_CHECKING:
    from smartcity_case.citation.values import Citation, Licence, Name, SourceWork

CONTEXT = "https://w3id.org/codemeta/3.0"
_TYPES = {
    "newspaper-article": "schema:NewsArticle",
    "web-page": "schema:WebPage",
    "document": "schema:CreativeWork",
}


@dataclass(frozen=True, slots=True)
class Software:
    """A program that travels with a data set; `requirements` are names and version ranges."""

    name: str
    version: str = ""
    description: str = ""
    licence: str = ""
    python: str = ""
    keywords: tuple[str, ...] = ()
    requirements: tuple[tuple[str, str], ...] = ()


def cite_codemeta(citation: Citation) -> str:
    """The file for a data set alone."""
    return json_document({"@context": CONTEXT, **_dataset(citation)})


def describe_software(software: Software, citation: Citation) -> str:
    """The file for software with a data set, which is a part of it under licences of its own.

    The licence of the code is told with the name of what it covers, and those of the data
    stand beside it: no one of them holds for all that the file describes.
    """
    data = {
        "@context": CONTEXT,
        "@type": "SoftwareSourceCode",
        "name": software.name,
        "description": software.description,
        "version": software.version,
        "author": list(map(_name, citation.creators)),
        "datePublished": citation.published.iso if citation.published else "",
        "license": [_code_licence(software.licence), *map(_licence, citation.licences)],
        "programmingLanguage": "Python",
        "runtimePlatform": f"Python {software.python}" if software.python else "",
        "softwareRequirements": list(map(_requirement, software.requirements)),
        "keywords": list(software.keywords),
        "hasPart": [_dataset(citation)],
    }
    return json_document(filled(data))


def _code_licence(name: str) -> dict[str, str]:
    return {
        "@type": "schema:CreativeWork",
        "name": name,
        "url": f"https://spdx.org/licenses/{name}",
        "description": f"{name}: the code, not the data",
    }


def _requirement(needed: tuple[str, str]) -> dict[str, str]:
    name, version = needed
    return filled({"@type": "SoftwareApplication", "name": name, "version": version})


def _dataset(citation: Citation) -> dict[str, Any]:
    return filled(
        {
            "@type": "schema:Dataset",
            "identifier": f"https://doi.org/{citation.doi}" if citation.doi else "",
            "name": one_line(citation.label),
            "schema:alternateName": _languages(citation.titles),
            "description": citation.description,
            "schema:inLanguage": citation.language,
            "version": one_line(citation.version),
            "author": list(map(_name, citation.creators)),
            "publisher": _name(citation.publisher) if citation.publisher else {},
            "dateCreated": citation.date.iso if citation.date else "",
            "datePublished": citation.published.iso if citation.published else "",
            "license": _licences(citation),
            "keywords": list(map(one_line, citation.keywords)),
            "url": plain_url(citation.homepage),
            "schema:isBasedOn": list(map(_source, citation.sources)),
        }
    )


def _languages(texts: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"@value": one_line(text), "@language": language} for language, text in texts]


def _licences(citation: Citation) -> Any:
    if citation.licence is not None and citation.licence.spdx:
        return f"https://spdx.org/licenses/{citation.licence.spdx}"
    return list(map(_licence, citation.licences))


def _licence(licence: Licence) -> dict[str, str]:
    return filled(
        {
            "@type": "schema:CreativeWork",
            "name": one_line(licence.name or licence.says),
            "url": plain_url(licence.url),
            "description": one_line(in_words(licence)),
        }
    )


def _name(name: Name) -> dict[str, Any]:
    """A name, as a person's or an organisation's only if the descriptor says which it is."""
    if not name.whole:
        kind = "Person"
    else:
        kind = "Organization" if name.is_organisation else "schema:Thing"
    affiliation = {"@type": "Organization", "name": one_line(name.affiliation)}
    return filled(
        {
            "@type": kind,
            "name": one_line(name.whole),
            "givenName": one_line(name.given),
            "familyName": one_line(name.family),
            "affiliation": affiliation if name.affiliation else {},
        }
    )


def _source(source: SourceWork) -> dict[str, Any]:
    publisher = {"@type": "Organization", "name": one_line(source.publication)}
    return filled(
        {
            "@type": _TYPES[source.kind],
            "name": one_line(source.title),
            "author": list(map(_name, source.authors)),
            "publisher": publisher if source.publication else {},
            "datePublished": source.date.iso if source.date else "",
            "schema:inLanguage": source.language,
            "url": plain_url(source.url),
            "description": one_line(source.note),
        }
    )
