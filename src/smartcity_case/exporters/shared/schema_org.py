"""Who made a package and what it rests on as schema.org says it, for JSON-LD of any kind.

Nodes are nested and have no `@id`; what is not known is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smartcity_case.citation.described import read_date
from smartcity_case.citation.words import filled
from smartcity_case.errors import NotFound
from smartcity_case.exporters.shared.provenance import language, of_the_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from smartcity_case.citation.values import Citation, Name, SourceWork
    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.profile import Package

Node = dict[str, Any]
_WORKS = {"newspaper-article": "NewsArticle", "web-page": "WebPage", "document": "CreativeWork"}


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
    """The date of publication: as it was set or is stated, else what is called `created`."""
    given = options.get("published", "")
    if given and ((date := read_date(given)) is None or date.iso != given or len(given) < 10):
        raise NotFound(f"published: {given!r} is no date like 2024-05-01")
    return given or (described.issued.iso if described.issued else "")


def languages(package: Package) -> list[str]:
    """The languages of a package as a whole: its own, or else those of its resources.

    If some of them say none, nobody knows of the whole: a German text may have
    English tables. Then there are none, and each resource says its own.

    >>> from smartcity_case.profile import Package
    >>> parts = [{"name": "text", "path": "a.txt", "language": "de"}, {"name": "table"}]
    >>> languages(Package.model_validate({"name": "a", "resources": parts}))
    []
    """
    return of_the_whole(package, lambda part: list(filter(None, [language(part)])))
