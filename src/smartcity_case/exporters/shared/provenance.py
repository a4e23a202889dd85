"""What a descriptor says of a package as a whole: whose it is, its licences, its sources.

Who made it, and the works that it rests on as they are cited, is said by
`citation.described`, and whether one licence holds for everything by its
`Citation.licence`; here is what stands of licences and sources in the
descriptor, for the package and for its parts, and which descriptor it was.
"""

from __future__ import annotations

import hashlib
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.citation import citation, licence
from smartcity_case.citation.licences import stated
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.table import cell_text
from smartcity_case.textspans import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.profile import Package, Resource


class Right(NamedTuple):
    """A licence as it is stated of a package or a resource; `path` is an address or a file."""

    name: str
    title: str
    path: str

    def __str__(self) -> str:
        """One line: name, title, and path behind it."""
        line = ": ".join(filter(None, (self.name, self.title)))
        return " ".join(filter(None, (line, self.path and f"({self.path})")))

    @property
    def says(self) -> str:
        """What it says in words; what it covers stands in its title, if anywhere."""
        return self.title or self.name or self.path

    @property
    def url(self) -> str:
        """Its address on the web, if it has one."""
        return self.path if "://" in self.path else ""

    @property
    def file(self) -> str:
        """The file of the package that it is in, if it is in one."""
        return "" if self.url else self.path


class NamedSource(NamedTuple):
    """What a package or a resource rests on, as it is stated; `path` is an address or a file."""

    title: str
    path: str
    version: str
    date: str

    def __str__(self) -> str:
        """One line: title, and path behind it."""
        return " ".join(filter(None, (self.title, self.path and f"({self.path})")))

    @property
    def says(self) -> str:
        """What it is called."""
        return self.title or self.path or self.date

    @property
    def file(self) -> str:
        """The file of the package that it is, if it is one."""
        return "" if "://" in self.path else self.path


def rights(part: Package | Resource) -> list[Right]:
    """The licences that a package or a resource states itself, each once.

    >>> from smartcity_case.profile import Resource
    >>> rights(Resource.model_validate({"name": "a", "licenses": [{"name": "CC0-1.0"}]}))
    [Right(name='CC0-1.0', title='', path='')]
    """
    found = (Right(each.name, each.title, each.path) for each in stated(part) if each.says)
    return list(dict.fromkeys(found))


def stated_rights(package: Package) -> Iterator[tuple[str, Right]]:
    """The licences of the package (under ""), then those of each resource by its name."""
    yield from (("", right) for right in rights(package))
    for resource in package.resources:
        yield from ((resource.name, right) for right in rights(resource))


def all_rights(package: Package) -> list[Right]:
    """The licences of a package and of its parts, each once."""
    return list(dict.fromkeys(right for _, right in stated_rights(package)))


def sources(part: Package | Resource) -> list[NamedSource]:
    """What a package or a resource says that it rests on.

    >>> from smartcity_case.profile import Resource
    >>> sources(Resource.model_validate({"name": "a", "sources": [{"title": "A letter",
    ...                                                            "date": 1911}]}))
    [NamedSource(title='A letter', path='', version='', date='1911')]
    """
    listed = _list(getattr(part, "sources", None))
    given = [{"title": each} if isinstance(each, str) else each for each in listed]
    cells = [
        [cell_text(e.get(n)) for n in NamedSource._fields] for e in given if isinstance(e, dict)
    ]
    return [NamedSource(*each) for each in cells if any(each)]


def objects(part: Package | Resource, name: str) -> list[dict[str, Any]]:
    """The objects in a list of the descriptor; of what nobody has checked it may be anything."""
    value = getattr(part, name, None)
    items = [item.model_dump() if isinstance(item, Part) else item for item in _list(value)]
    return [item for item in items if isinstance(item, dict)]


def language(part: Package | Resource) -> str:
    """The language that a package or a resource says it is in; "" if it says none."""
    return _text(getattr(part, "language", None))


def of_the_whole(package: Package, stated: Callable[[Package | Resource], list[str]]) -> list[str]:
    """What a package states itself, or else its resources together, if all of them state some."""
    parts = list(map(stated, package.resources))
    together = chain.from_iterable(parts) if all(parts) else ()
    return list(dict.fromkeys(stated(package) or together))


def descriptor_hash(material: Material) -> str:
    """The SHA-256 of the descriptor: `sha256:` and hexadecimal digits."""
    return f"sha256:{hashlib.sha256(material.files.read(DESCRIPTOR)).hexdigest()}"


def provenance(material: Material) -> dict[str, str]:
    """Name, version, title, citation, rights and sources of a package, and which descriptor it was.

    What the descriptor does not say is left out. A licence is told with what it covers;
    one that only parts state, with these.
    """
    package = material.package
    works = ((each.title, each.path, each.date) for each in sources(package))
    said = {
        "name": package.name,
        "version": package.version,
        "title": package.title,
        "citation": citation(package),
        "rights": licence(package),
        "sources": "; ".join(map(_line, works)),
        "descriptor": descriptor_hash(material),
    }
    return {name: value for name, value in said.items() if value}


def _line(parts: tuple[str, ...]) -> str:
    return ", ".join(filter(None, parts))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
