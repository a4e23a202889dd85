"""A citation out of a descriptor: what it states, and nothing else.

Besides the properties of the Data Package standard these are read, of our own
and of others: translations (`titleDe`, `title@de`), `published`, and of a source its `type`,
`headline`, `publication`, `date` with `datePrecision`, `author`, `language`,
and what is said of their certainty (`headlineStatus`, `authorStatus`).
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from smartcity_case.citation.licences import is_covered, licences_of
from smartcity_case.citation.values import (
    Citation,
    Contributor,
    Name,
    PartialDate,
    SourceKind,
    SourceWork,
)
from smartcity_case.citation.words import is_url, joined, one_line, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from smartcity_case.profile import Package
    from smartcity_case.textspans import Part

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?", re.ASCII | re.DOTALL)
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.ASCII | re.I)
# `De` of `titleDe` has two letters (`Url` and `Pdf` are no languages); `@` says that it is one.
_LANGUAGE = re.compile(r"([A-Z][a-z])|@([A-Za-z]{2,3})((?:-[A-Za-z0-9]{1,8})*)")
_PRECISION = {"year": 1, "month": 2, "day": 3}
_MAKERS = {"creator", "author"}


def describe(package: Package) -> Citation:
    """The citation of a package, without rows.

    >>> from smartcity_case.profile import Package
    >>> describe(Package.model_validate({"title": "Toy", "created": "2024-05", "resources": [
    ...     {"name": "a", "path": "a.csv"}]})).date
    PartialDate(year=2024, month=5, day=0)
    """
    more = _more(package)
    stated = {"created": package.created.strip(), "published": _text(more, "published")}
    dates = {name: read_date(text) for name, text in stated.items()}
    people = [(_name(_all(c)), _roles(_all(c))) for c in package.contributors]
    people = [(name, roles) for name, roles in people if name.display]
    creators = [name for name, roles in people if _MAKERS & set(roles)]
    # Who is listed without any role, where nobody is called a creator, is who made it.
    creators = creators or [name for name, roles in people if not roles]
    publishers = [name for name, roles in people if "publisher" in roles]
    return Citation(
        name=_said(package.name),
        title=_said(package.title),
        titles=tuple(_translations("title", more)),
        description=_said(package.description),
        descriptions=tuple(_translations("description", more)),
        language=_text(more, "language"),
        version=_said(package.version),
        date=dates["created"],
        published=dates["published"],
        unread=tuple((name, stated[name]) for name in dates if stated[name] and not dates[name]),
        creators=_each_once(creators),
        publisher=publishers[0] if publishers else None,
        contributors=tuple(Contributor(n, r) for n, r in people if n not in creators and r),
        keywords=_each_once(k for k in _list(more, "keywords") if isinstance(k, str) and k),
        licences=licences_of(package),
        is_covered=is_covered(package),
        doi=_doi(more),
        homepage=_url(_text(more, "homepage")),
        sources=_each_once(_sources(package)),
    )


def read_date(text: str, precision: str = "") -> PartialDate | None:
    """A date as precise as it is written, or less so if its precision is said to be lower.

    >>> read_date("2018-12-01", "month"), read_date("some day")
    (PartialDate(year=2018, month=12, day=0), None)
    """
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    parts = [int(part) for part in found.groups() if part][: _PRECISION.get(precision, 3)]
    try:
        date(*[*parts, 1, 1][:3])
    except ValueError:
        return None
    return PartialDate(*parts)


def _more(part: Part) -> dict[str, Any]:
    return part.model_extra or {}


def _all(part: Part) -> dict[str, Any]:
    return {**part.model_dump(), **_more(part)}


def _text(data: Mapping[str, Any], name: str) -> str:
    """A property that is a string, or nothing: what is read by nobody else may be anything."""
    value = data.get(name)
    return _said(value.strip()) if isinstance(value, str) else ""


def _said(text: str) -> str:
    """A text, or nothing if it is of spaces and control characters alone."""
    return text if one_line(text.strip()) else ""


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    value = data.get(name)
    return value if isinstance(value, list) else []


def _each_once(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))


def _url(text: str) -> str:
    return text if is_url(text) else ""


def _doi(more: Mapping[str, Any]) -> str:
    """The DOI of the package, if its `doi` or `id` is one."""
    stated = (_DOI.fullmatch(_text(more, name)) for name in ("doi", "id"))
    return next((found[1] for found in stated if found), "")


def _translations(name: str, more: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in more:
        found = _LANGUAGE.fullmatch(key.removeprefix(name)) if key.startswith(name) else None
        if found and _text(more, key):
            yield (found[1] or found[2]).lower() + (found[3] or ""), _text(more, key)


def _name(data: Mapping[str, Any]) -> Name:
    title, organisation = _text(data, "title"), _text(data, "organization")
    given, family = _text(data, "givenName"), _text(data, "familyName")
    if given or family:
        return Name(family=family, given=given, affiliation=organisation)
    whole = title or organisation
    is_organisation = bool(organisation) and whole == organisation
    affiliation = "" if is_organisation else organisation
    return Name(whole=whole, affiliation=affiliation, is_organisation=is_organisation)


def _roles(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The roles in lower case; the first version of the standard had one `role`."""
    stated = [*data["roles"], _text(data, "role")]
    return _each_once(role.strip().lower() for role in stated if role.strip())


def _sources(package: Package) -> Iterator[SourceWork]:
    for part in (package, *package.resources):
        for item in _list(_more(part), "sources"):
            if isinstance(item, dict) and (source := read_source(item)) is not None:
                yield source


def read_source(data: Mapping[str, Any]) -> SourceWork | None:
    """A source of the descriptor as a work; None if it has neither title nor path.

    >>> read_source({"title": "A letter", "date": "1911"})
    SourceWork(title='A letter', kind='document', authors=(), publication='', \
date=PartialDate(year=1911, month=0, day=0), url='', language='', note='')
    """
    title = _text(data, "headline") or _text(data, "title") or _text(data, "path")
    if not title:
        return None
    url = _url(_text(data, "path"))
    kind: SourceKind = "web-page" if url else "document"
    if _text(data, "type") == "newspaper-article":
        kind = "newspaper-article"
    authors = data.get("author")
    named = [authors] if isinstance(authors, str) else _list(data, "author")
    return SourceWork(
        title=title,
        kind=kind,
        authors=tuple(Name(whole=a.strip()) for a in named if isinstance(a, str) and a.strip()),
        publication=_text(data, "publication"),
        date=read_date(_text(data, "date"), _text(data, "datePrecision")),
        url=url,
        language=_text(data, "language"),
        note=joined(
            f"{what}: {sentence(status)}"
            for what in ("Headline", "Author", "Date")
            if (status := _text(data, f"{what.lower()}Status"))
        ),
    )
