"""Who made a package, its rights and its sources as schema.org says them, for JSON-LD of any kind.

Nodes are nested and have no `@id`; what is not known is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.citation.described import read_date
from smartcity_case.citation.words import filled
from smartcity_case.errors import NotFound
from smartcity_case.profile import License

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from smartcity_case.citation.values import Citation, Name, SourceWork
    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.profile import Package, Resource

Node = dict[str, Any]
_WORKS = {"newspaper-article": "NewsArticle", "web-page": "WebPage", "document": "CreativeWork"}


class Right(NamedTuple):
    """A licence as it is stated of a package or a resource; `path` is an address or a file."""

    name: str
    title: str
    path: str

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


def rights(part: Package | Resource) -> list[Right]:
    """The licences that a package or a resource states itself, each once.

    >>> from smartcity_case.profile import Resource
    >>> rights(Resource.model_validate({"name": "a", "licenses": [{"name": "CC0-1.0"}]}))
    [Right(name='CC0-1.0', title='', path='')]
    """
    stated = getattr(part, "licenses", None)  # of a resource they may be anything
    items = [item.model_dump() if isinstance(item, License) else item for item in _list(stated)]
    found = [
        Right(*(_text(item.get(name)) for name in Right._fields))
        for item in items
        if isinstance(item, dict)
    ]
    return list(dict.fromkeys(right for right in found if right.says))


def all_rights(package: Package) -> list[Right]:
    """The licences of a package, and those of its parts."""
    parts: Iterable[Package | Resource] = (package, *package.resources)
    return list(dict.fromkeys(right for part in parts for right in rights(part)))


def agent(name: Name) -> Node:
    """Somebody: a person or an organisation, if the descriptor says which, else a thing.

    >>> from smartcity_case.citation.values import Name
    >>> agent(Name(whole="Ida"))
    {'@type': 'Thing', 'name': 'Ida'}
    """
    kind = "Organization" if name.is_organisation else "Thing" if name.whole else "Person"
    affiliation = {"@type": "Organization", "name": name.affiliation}
    return filled(
        {
            "@type": kind,
            "name": name.display,
            "givenName": name.given,
            "familyName": name.family,
            "affiliation": affiliation if name.affiliation else {},
        }
    )


def known_agents(material: Material, role: str, names: Iterable[Name]) -> list[Node]:
    """Those of whom it is known what they are, for a format that takes no others."""
    nodes = [agent(name) for name in names]
    for node in nodes:
        if node["@type"] == "Thing":
            material.note(
                f"the {role} {node['name']!r} stands in the citation only: the descriptor does not "
                "say if it is a person (givenName, familyName) or an organisation (organization)"
            )
    return [node for node in nodes if node["@type"] != "Thing"]


def others(described: Citation) -> list[Node]:
    """Those who took part otherwise than as makers or publishers."""
    return [agent(who.name) for who in described.contributors if set(who.roles) != {"publisher"}]


def work(source: SourceWork) -> Node:
    """What a package rests on; a date is as precise as it is known."""
    publisher = {"@type": "Organization", "name": source.publication}
    return filled(
        {
            "@type": _WORKS[source.kind],
            "name": source.title,
            "description": source.note,
            "author": list(map(agent, source.authors)),
            "publisher": publisher if source.publication else {},
            "datePublished": source.date.iso if source.date else "",
            "inLanguage": source.language,
            "url": source.url,
        }
    )


def published(options: Mapping[str, str], described: Citation) -> str:
    """The date of publication: as it was set, else what the descriptor calls `created`."""
    given = options.get("published", "")
    if given and ((date := read_date(given)) is None or date.iso != given):
        raise NotFound(f"published: {given!r} is no date like 2024-05-01")
    return given or (described.date.iso if described.date else "")


def languages(package: Package) -> list[str]:
    """The languages that the resources say they are in, each once."""
    stated = [_text((resource.model_extra or {}).get("language")) for resource in package.resources]
    return list(dict.fromkeys(filter(None, stated)))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
