"""How the resources of a package refer to each other, as a Mermaid flowchart.

Foreign keys are solid arrows between tables; text spans are dotted arrows into
the texts, which have round ends. What refers to its own table stands in the
table's box behind a round arrow: a loop would lie under the other arrows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from smartcity_case.profile import TableSchema
from smartcity_case.render.markdown import visible
from smartcity_case.render.words import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smartcity_case.profile import Package, Resource
    from smartcity_case.textspans import TextSpan

MOST: Final = 150
"""More arrows are no diagram, and from 500 on Mermaid draws none."""
_NAMES = 6
"""Names on one arrow, and their length."""
_LONG = 40


class Arrow(NamedTuple):
    """What leads from one resource to another: all foreign keys, or all text spans."""

    start: str
    end: str
    spans: bool
    labels: tuple[str, ...]


def arrows(package: Package) -> list[Arrow]:
    """The arrows between the resources of a package that there are, in its order."""
    known = {resource.name for resource in package.resources}
    found: dict[tuple[str, str, bool], list[str]] = {}
    for resource in package.resources:
        for end, spans, label in _references(resource):
            if end in known:
                found.setdefault((resource.name, end, spans), []).append(label)
    return [Arrow(*ends, tuple(dict.fromkeys(labels))) for ends, labels in found.items()]


def _references(resource: Resource) -> Iterator[tuple[str, bool, str]]:
    schema = resource.table_schema
    if not isinstance(schema, TableSchema):
        return
    for key in schema.foreign_keys:
        yield key.target(resource.name), False, ", ".join(key.fields)
    for span in schema.text_spans:
        yield span.reference.resource, True, _span_label(span)


def _span_label(span: TextSpan) -> str:
    names = f"{span.fields.start}, {span.fields.end}"
    return names if span.required else f"optional {names}"


def diagram(package: Package) -> list[str]:
    r"""The lines of the diagram; none if nothing refers to anything, or too much does.

    >>> from smartcity_case.profile import Package
    >>> birds = {"name": "birds", "path": "b.csv", "schema": {
    ...     "fields": [{"name": "from", "type": "integer"}, {"name": "to", "type": "integer"}],
    ...     "textSpans": [{"fields": {"start": "from", "end": "to"},
    ...                    "reference": {"resource": "diary"}}]}}
    >>> diary = {"name": "diary", "path": "d.txt", "mediatype": "text/plain"}
    >>> print(*diagram(Package.model_validate({"resources": [diary, birds]})), sep="\n")
    flowchart LR
      r0(["diary"])
      r1["birds"]
      r1 -. "from, to" .-> r0
      classDef text stroke-dasharray:4 3
      class r0 text
    """
    drawn = arrows(package)
    if not 0 < len(drawn) <= MOST:
        return []
    used = {name for arrow in drawn for name in (arrow.start, arrow.end)}
    shown = [resource for resource in package.resources if resource.name in used]
    places: dict[str, str] = {}
    for number, resource in enumerate(shown):
        places.setdefault(resource.name, f"r{number}")
    texts = {arrow.end for arrow in drawn if arrow.spans}
    lines = ["flowchart LR"]
    for name, place in places.items():
        opening, closing = ("([", "])") if name in texts else ("[", "]")
        own = [f"↺ {label}" for a in drawn if a.start == a.end == name for label in _some(a.labels)]
        lines.append(f"  {place}{opening}{_quoted([name, *own])}{closing}")
    for arrow in (arrow for arrow in drawn if arrow.start != arrow.end):
        begin, end = ("-.", ".->") if arrow.spans else ("--", "-->")
        label = _quoted(_some(arrow.labels))
        lines.append(f"  {places[arrow.start]} {begin} {label} {end} {places[arrow.end]}")
    if texts:
        listed = ",".join(place for name, place in places.items() if name in texts)
        lines += ["  classDef text stroke-dasharray:4 3", f"  class {listed} text"]
    return lines


def _some(labels: Iterable[str]) -> list[str]:
    listed = list(labels)
    more = [f"and {len(listed) - _NAMES} more"] if len(listed) > _NAMES else []
    return listed[:_NAMES] + more


def _quoted(lines: Iterable[str]) -> str:
    """Lines as a label: what Mermaid or Markdown would act upon is written by its number."""
    return f'"{"<br>".join(map(_label, lines))}"'


# Of ASCII, all but letters, digits, commas, and spaces, hyphens and underscores inside.
_ACTED_UPON = re.compile(r"[!-+./:-@\[-^`{-~]|(?<![^\W_])[-_]|[-_](?![^\W_])|\A[ ,]| (?= )| \Z")


def _label(line: str) -> str:
    shown = cut(visible(line), _LONG) or " "
    shown = shown.replace("\\n", "\\\u2060n")  # it would be the end of a line, by number too
    return _ACTED_UPON.sub(lambda m: f"#{ord(m[0])};", shown)
