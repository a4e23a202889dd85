"""CITATION.cff, version 1.2.0: YAML, of which only strings in quotation marks are used.

`license` holds for all of it, and several mean "any of these": so it is stated only if one
licence covers everything. What covers a part stands at the end of the abstract.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from smartcity_case.citation.licences import rights
from smartcity_case.citation.words import (
    filled,
    joined,
    json_string,
    one_line,
    plain_url,
    sentence,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.citation.values import Citation, Name, PartialDate, SourceWork

_MESSAGE = (
    "If you use this data set, please cite it as below, with its version. "
    "For what its sources say, cite these themselves."
)
_TYPES = {
    "newspaper-article": "newspaper-article",
    "web-page": "website",
    "document": "generic",
}
# What its schema takes for a DOI, which is less than there is.
_DOI = re.compile(r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_FULL = 3


def cite_cff(citation: Citation) -> str:
    """The file; who is not named, and a title that is missing, are said to be so."""
    date, licence = citation.published, citation.licence
    has_doi = bool(_DOI.fullmatch(citation.doi))
    data = {
        "cff-version": "1.2.0",
        "message": _MESSAGE,
        "type": "dataset",
        "title": one_line(citation.label),
        "version": one_line(citation.version),
        "doi": citation.doi if has_doi else "",
        "date-released": date.iso if date and len(date.parts) == _FULL else "",
        "authors": _names(citation.creators, "[no creator is stated]"),
        # A DOI of signs that the schema does not take is an address, too.
        "url": "" if has_doi else plain_url(citation.url),
        "license": licence.spdx if licence else "",
        "license-url": plain_url(licence.url) if licence and not licence.spdx else "",
        "abstract": _abstract(citation),
        "keywords": list(dict.fromkeys(filter(None, map(one_line, citation.keywords)))),
        "references": list(map(_reference, citation.sources)),
    }
    return "\n".join(_mapping(filled(data))) + "\n"


def _abstract(citation: Citation) -> str:
    told = rights(citation) if citation.licence is None else []
    covered = f"Rights: {sentence('; '.join(told))}" if told else ""
    return joined([one_line(citation.description), one_line(covered)])


def _names(names: tuple[Name, ...], nobody: str) -> list[dict[str, str]]:
    return list(map(_name, names)) or [{"name": nobody}]


def _name(name: Name) -> dict[str, str]:
    if name.whole:  # one that is not known to be a person's has no place for an affiliation
        return {"name": one_line(name.whole)}
    parts = {"family-names": name.family, "given-names": name.given}
    return filled({k: one_line(v) for k, v in {**parts, "affiliation": name.affiliation}.items()})


def _reference(source: SourceWork) -> dict[str, Any]:
    date = source.date
    return filled(
        {
            "type": _TYPES[source.kind],
            "title": one_line(source.title),
            "authors": _names(source.authors, "[author not known]"),
            "publisher": {"name": one_line(source.publication)} if source.publication else {},
            **(_issued(date) if date else {}),
            "languages": [source.language] if _LANGUAGE.fullmatch(source.language) else [],
            "url": plain_url(source.url),
            "notes": one_line(source.note),
        }
    )


def _issued(date: PartialDate) -> dict[str, Any]:
    """A whole date as one, else year and month as far as they are known."""
    if len(date.parts) == _FULL:
        return {"date-published": date.iso, "year": date.year, "month": date.month}
    return {"year": date.year, "month": date.month or ""}


def _mapping(data: dict[str, Any]) -> Iterator[str]:
    for name, value in data.items():
        if isinstance(value, dict):
            yield f"{name}:"
            yield from _indented(_mapping(value))
        elif isinstance(value, list):
            yield f"{name}:"
            for item in value:
                yield from _item(item)
        else:
            yield f"{name}: {_scalar(value)}"


def _item(item: Any) -> Iterator[str]:
    if not isinstance(item, dict):
        yield f"  - {_scalar(item)}"
        return
    first, *others = _mapping(item)
    yield f"  - {first}"
    yield from _indented(others, "    ")


def _indented(lines: Any, by: str = "  ") -> Iterator[str]:
    return (by + line for line in lines)


def _scalar(value: Any) -> str:
    return json_string(value) if isinstance(value, str) else str(value)
