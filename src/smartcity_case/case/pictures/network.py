"""Actors, claims and technologies: who says or is in what is said of which technology."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from smartcity_case.case.pictures.names import actor_names
from smartcity_case.case.vocabulary import Certainty
from smartcity_case.errors import SmartcityCaseError
from smartcity_case.pictures.canvas import INK, MARGIN, ORANGE, PAPER, QUIET, RED, SKY, Sheet
from smartcity_case.pictures.picture import Picture
from smartcity_case.pictures.words import listed
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import networkx as nx

    from smartcity_case.case.release import Case

Node = tuple[str, str]
"""A table, and a key in it."""


@dataclass(frozen=True)
class Link:
    """That a claim is about an actor or technology, or is attributed to an actor, or both.

    `certainty` is that of the claimant, None if the claim is not attributed to him.
    """

    claim: str
    other: Node
    label: str
    about: bool
    certainty: Certainty | None = None


def links(case: Case) -> list[Link]:
    """The links of the claims that are about a technology, in the order of the claims."""
    technologies = case.technologies_by_claim()
    chosen = set(technologies["claim"])
    found: dict[tuple[str, Node], Link] = {}
    of = (("technology", "technologies", technologies), ("actor", "actors", case.actors_by_claim()))
    for column, table, frame in of:
        for claim, key, name in zip(frame["claim"], frame[column], frame["name"], strict=True):
            if claim in chosen:
                label = name if isinstance(name, str) else key  # a key that is in no row
                found[claim, (table, key)] = Link(claim, (table, key), label, about=True)
    names = actor_names(case)
    for row in case.rows("claims"):
        if row.id in chosen and row.claimant is not None:
            at = row.id, ("actors", row.claimant)
            about, name = at in found, names.get(row.claimant, row.claimant)
            found[at] = Link(*at, name, about, row.claimant_certainty)
    return sorted(found.values(), key=lambda link: (link.claim, link.other))


def networks() -> Any:
    """The module `networkx`; SmartcityCaseError, naming the extra, if it is not installed."""
    try:
        import networkx
    except ImportError as error:
        message = "for the network install networkx: pip install 'smartcity-case[plot]'"
        raise SmartcityCaseError(message) from error
    return networkx


def graph(found: Iterable[Link]) -> nx.Graph:
    """The links as a graph, whose nodes are (table, key)."""
    made = networks().Graph()
    for link in found:
        made.add_node(("claims", link.claim), label=link.claim)
        made.add_node(link.other, label=link.label)
        said = {"certainty": link.certainty.value} if link.certainty else {}
        made.add_edge(
            ("claims", link.claim), link.other, says=bool(link.certainty), about=link.about, **said
        )
    return made


def ordered(made: nx.Graph) -> dict[str, list[Node]]:
    """The nodes of each table, each near what it is linked to, so that few lines cross.

    The claims stay in the order of the text; ties go by key, so that it is always the same.
    """
    claims = sorted(node for node in made if node[0] == "claims")
    place = {node: number for number, node in enumerate(claims)}

    def middle(node: Node) -> tuple[float, Node]:
        near = [place[other] for other in made[node]]
        return sum(near) / len(near), node

    sides = {
        table: sorted((n for n in made if n[0] == table), key=middle)
        for table in ("actors", "technologies")
    }
    return {"claims": claims, **sides}


_ROW: Final = 0.31
_HALF: Final = 0.2
"""Half the width of a claim's box."""
_X: Final = {"actors": 1.22, "claims": 2.2, "technologies": 3.15}
_SHAPES: Final = {"actors": ("o", ORANGE), "technologies": ("s", SKY)}


def draw(found: list[Link], claims: int) -> Picture:
    """The picture of the network; `claims` is the number of all claims."""
    made = graph(found)
    columns = ordered(made)
    counts = {table: len(nodes) for table, nodes in columns.items()}
    title = _title(found, counts["claims"])
    of = f"{counts['claims']} of {counted(claims, 'claim')}"
    n = f"n = {of}, those about a technology; one article."
    notes = (
        n,
        "A solid line: the claim is about it. A dashed one: the article attributes the claim to "
        "the actor (dotted: only probably). A line says nothing of agreement.",
    )
    body = 0.3 + max(*counts.values(), 1) * _ROW
    sheet = Sheet(title, body, notes)
    at = _places(columns, sheet.top + 0.3, body - 0.3)
    for table, x in _X.items():
        align: Any = {"actors": "right", "claims": "center"}.get(table, "left")
        sheet.text(x, sheet.top + 0.1, table, align=align, weight="bold")
    for link in found:
        _line(sheet, at[("claims", link.claim)], at[link.other], link)
    for node, (x, y) in at.items():
        _node(sheet, node, x, y, made.nodes[node]["label"])
    return Picture(title, _alt(found, counts, n), counts["claims"], sheet.figure)


def _places(
    columns: Mapping[str, Sequence[Node]], top: float, height: float
) -> dict[Node, tuple[float, float]]:
    """Where each node lies: every column has the whole height."""
    return {
        node: (_X[table], top + (number + 0.5) * height / len(nodes))
        for table, nodes in columns.items()
        for number, node in enumerate(nodes)
    }


def _line(sheet: Sheet, claim: tuple[float, float], other: tuple[float, float], link: Link) -> None:
    edge = _HALF if other[0] > claim[0] else -_HALF  # no line is drawn through a box
    xs, ys = (claim[0] + edge, other[0]), (claim[1], other[1])
    if link.about:
        sheet.line(xs, ys, colour="#8a8a8a", width=0.9)
    if link.certainty is not None:
        style = "--" if link.certainty is Certainty.CERTAIN else ":"
        lift = 0.04 if link.about else 0.0  # both lines are to be seen
        sheet.line(xs, (ys[0] - lift, ys[1] - lift), colour=RED, width=1.6, style=style)


def _node(sheet: Sheet, node: Node, x: float, y: float, label: str) -> None:
    if node[0] == "claims":
        sheet.box(x - _HALF, y - 0.095, 2 * _HALF, 0.19, words=label, fill=PAPER, edge=QUIET)
        return
    shape, colour = _SHAPES[node[0]]
    sheet.dot(x, y, fill=colour, edge=INK, shape=shape)
    right = node[0] == "technologies"
    lines = wrap(label, 19) if right else wrap(label, 15)
    for number, line in enumerate(lines):
        at = y + (number - (len(lines) - 1) / 2) * 0.14
        side = x + 0.1 if right else x - 0.1
        sheet.text(max(side, MARGIN), at, line, size=8.0, align="left" if right else "right")


def _title(found: list[Link], claims: int) -> str:
    actors = Counter(link.label for link in found if link.other[0] == "actors" and link.about)
    if not actors:
        return "No actor and technology meet in a claim"
    (name, most) = max(actors.items(), key=lambda item: (item[1], item[0]))
    return f"{name} is in {most} of the {claims} claims about a technology"


def _alt(found: list[Link], counts: Mapping[str, int], n: str) -> str:
    kinds = {table: [link for link in found if link.other[0] == table] for table in _SHAPES}
    about = {
        table: Counter(link.label for link in its if link.about) for table, its in kinds.items()
    }
    says = Counter(link.label for link in found if link.certainty)
    unsure = sum(link.certainty not in (None, Certainty.CERTAIN) for link in found)
    told = {
        name: listed([f"{label} ({count})" for label, count in counter.most_common()])
        for name, counter in (*about.items(), ("says", says))
    }
    return (
        f"A network of three columns: {counted(counts['actors'], 'actor')}, "
        f"{counted(counts['claims'], 'claim')}, {counts['technologies']} technologies. Actors by "
        f"the claims that are about them: {told['actors']}. Technologies: {told['technologies']}. "
        f"Actors to whom claims are attributed: {told['says']}; {unsure} of these only probably. "
        f"{n}"
    )
