"""The licences of a package: what it and its parts state, and in which words that is told.

Whether one licence holds for everything is asked of `Citation.licence` alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from smartcity_case.citation.licence_names import OPEN, known_licence
from smartcity_case.citation.values import Licence
from smartcity_case.textspans import Part

if TYPE_CHECKING:
    from smartcity_case.citation.values import Citation
    from smartcity_case.profile import Package, Resource


def stated(part: Package | Resource) -> tuple[Licence, ...]:
    """The licences that a package or a resource states itself, each once.

    A single one may stand there without a list. What cannot be read as a licence is one that
    says nothing; a resource without any statement has none.

    >>> from smartcity_case.profile import Resource
    >>> stated(Resource.model_validate({"name": "a", "licenses": ["CC-BY"]}))
    (Licence(name='', title='', path='', spdx='', of=()),)
    """
    listed = getattr(part, "licenses", None)
    if listed is None:
        return ()
    items = listed if isinstance(listed, list) else [listed]
    return tuple(dict.fromkeys(map(_licence, items)))


def licences_of(package: Package) -> tuple[Licence, ...]:
    """Every licence that the package or a part of it states, with the parts that state it."""
    found: list[tuple[Licence, list[str]]] = [(each, []) for each in stated(package)]
    own = len(found)
    for resource in package.resources:
        for each in stated(resource):
            place = next(
                (n for n, known in enumerate(found) if known[0].includes(each)), len(found)
            )
            if place == len(found):
                found.append((each, []))
            if place >= own:
                found[place][1].append(resource.name)
    return tuple(replace(each, of=tuple(dict.fromkeys(of))) for each, of in found)


def is_covered(package: Package) -> bool:
    """Whether nothing is without a licence; those of the package hold for parts that state none."""
    own = any(each.says for each in stated(package))
    return own or all(map(stated, package.resources))


def all_open(citation: Citation) -> bool:
    """Whether nothing is without a licence, and every one is known to be open, with no more words.

    Words beside a name may say that it holds for some of it only.
    """
    licences = citation.licences
    known = all(each.spdx in OPEN and each.is_bare for each in licences)
    return citation.is_covered and bool(licences) and known


def in_words(licence: Licence) -> str:
    """What a licence says, with its address or file, and of which parts it is stated."""
    name = licence.name if licence.name not in licence.says else ""
    words = f"{name}: {licence.says}" if name else licence.says
    if licence.path and licence.path not in words:
        words = f"{words} ({licence.path})"
    words = words or "a licence is stated that cannot be read"
    return f"{words} [stated of {', '.join(licence.of)}]" if licence.of else words


def rights(citation: Citation) -> list[str]:
    """What each licence says, in words, with its address."""
    return list(map(in_words, citation.licences))


def _licence(item: Any) -> Licence:
    data = item.model_dump() if isinstance(item, Part) else item
    if not isinstance(data, dict):
        return Licence()
    name, title, path = (_text(data.get(key)) for key in ("name", "title", "path"))
    return Licence(name, title, path, known_licence(name))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
