"""W3C Web Annotations: one, a list, a page or collection, or one on each line.

Positions count code points, as the data model says. Programs in a browser often
count UTF-16 code units instead; where that matters the quotation shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smartcity_case.authoring.readers.documents import json_items
from smartcity_case.authoring.readers.foreign import Foreign, Gathering, Row, at, one_or_list
from smartcity_case.authoring.readers.strict import cell
from smartcity_case.report import Location, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TAGS = ("tagging", "classifying")
_CARRIED = ("motivation", "creator", "created", "modified")
_ANNOTATION = {"@context", "id", "type", "target", "body", "bodyValue", *_CARRIED}
_OF_HYPOTHESIS = {"uri", "text", "tags"}
_PAGES = ("items", "rows")
_PAGE = {"@context", "id", "type", "partOf", "startIndex", "first", "last", "total", "next", "prev"}
_LEVELS = 20


def read(files: Mapping[str, bytes]) -> Foreign:
    """The targets of annotations that have a TextPositionSelector or a TextQuoteSelector.

    `source` is the IRI of the target. Tags are in `label`, other bodies in `body`.
    Annotations as the service Hypothesis gives them are read too; they count
    UTF-16 code units, so that the unit is left open if there are any.

    >>> one = b'{"target": {"source": "a", "selector":'
    >>> one += b' {"type": "TextQuoteSelector", "exact": "Stadt", "prefix": "die "}}}'
    >>> [(row["source"], row["prefix"], row["exact"]) for row in read({"a.json": one}).rows]
    [('a', 'die ', 'Stadt')]
    """
    found = Gathering("codepoint")
    for path, data in files.items():
        for where, item in json_items(found, path, data):
            for place, annotation in _annotations(found, where, item):
                _read_annotation(found, place, annotation)
    return found.finish()


def _annotations(
    found: Gathering, where: Location, item: Any, level: int = 0
) -> Iterator[tuple[Location, dict[str, Any]]]:
    """The annotations of an item, which may be a page or a collection of them."""
    members = found.members(where, item)
    if members is None:
        return
    if "target" in members:
        yield where, members
        return
    pages = [name for name in _PAGES if name in members]
    first = members.get("first")
    if level == _LEVELS or (not pages and first is None):
        found.wrong(where, "it has no target, and is no page or collection of annotations")
        return
    for name in pages:
        for number, inner in enumerate(found.items(at(where, name), members[name])):
            yield from _annotations(found, at(where, name, number), inner, level + 1)
    if isinstance(first, dict):
        yield from _annotations(found, at(where, "first"), first, level + 1)
    elif first is not None and not pages:
        found.left_out(at(where, "first"), "a page that stands elsewhere", shorten(cell(first)))
    if members.get("next") is not None:
        place = at(where, "next")
        found.left_out(place, "a page that stands elsewhere", shorten(cell(members["next"])))
    found.unread(where, "a page", members, _PAGE | set(_PAGES))


def _read_annotation(found: Gathering, where: Location, annotation: dict[str, Any]) -> None:
    common = {"id": cell(annotation.get("id")), **_bodies(found, where, annotation)}
    common |= {name: cell(annotation[name]) for name in _CARRIED if name in annotation}
    known = _ANNOTATION
    if "uri" in annotation:
        known = known | _OF_HYPOTHESIS
        found.unit = ""
    found.unread(where, "an annotation", annotation, known)
    target = annotation["target"]
    if not isinstance(target, list):
        _read_target(found, at(where, "target"), common, target)
        return
    for number, each in enumerate(target):
        own = common | ({"target": str(number + 1)} if len(target) > 1 else {})
        _read_target(found, at(where, "target", number), own, each)


def _read_target(found: Gathering, where: Location, common: Row, target: Any) -> None:
    if isinstance(target, str):
        found.left_out(where, "the target is a whole document, or a fragment", shorten(target))
        return
    resource = found.members(where, target)
    if resource is None:
        return
    source = resource.get("source", resource.get("id"))
    row = common | {"source": _identifier(source)}
    selectors = resource.get("selector")
    if selectors is None:
        found.left_out(where, "the target is a whole document")
        return
    for number, selector in enumerate(selectors if isinstance(selectors, list) else [selectors]):
        steps = (number,) if isinstance(selectors, list) else ()
        _select(found, at(where, "selector", *steps), row, selector)
    found.unread(where, "a target", resource, {"source", "id", "type", "selector"})
    found.row(where, row)


def _select(found: Gathering, where: Location, row: Row, selector: Any) -> None:
    """Put into a row what a selector says; several select the same words."""
    members = found.members(where, selector)
    if members is None:
        return
    kinds = members.get("type")
    kind = next((k for k in (kinds if isinstance(kinds, list) else [kinds]) if k in _READ), None)
    if kind is None:
        found.left_out(where, "a selector of another kind", shorten(cell(kinds)))
        return
    if members.get("refinedBy") is not None:
        found.left_out(at(where, "refinedBy"), "a selector that another one refines")
        return
    names = _READ[kind]
    if row.keys() & set(names):
        found.left_out(where, f"a further {kind}", shorten(cell(selector)))
        return
    said = found.offset if kind == "TextPositionSelector" else found.words
    row |= {name: said(at(where, name), members.get(name)) for name in names}
    found.unread(where, "a selector", members, {"type", *names})


_READ = {
    "TextPositionSelector": ("start", "end"),
    "TextQuoteSelector": ("exact", "prefix", "suffix"),
}


def _bodies(found: Gathering, where: Location, annotation: dict[str, Any]) -> Row:
    tags: list[Any] = []
    others: list[Any] = []
    bodies = annotation.get("body")
    for body in bodies if isinstance(bodies, list) else [bodies]:
        purposes = body.get("purpose") if isinstance(body, dict) else None
        listed = purposes if isinstance(purposes, list) else [purposes]
        short = _short(body)
        if any(tag in listed for tag in _TAGS) and isinstance(short, str):
            tags.append(short)
        elif body is not None:
            others.append(short)
    others += [annotation[name] for name in ("bodyValue", "text") if annotation.get(name)]
    tags += found.items(at(where, "tags"), annotation.get("tags"))
    return {"label": one_or_list(tags), "body": one_or_list(others)}


def _short(body: Any) -> Any:
    """The text or the IRI of a body that says nothing else, or the body as it is."""
    if not isinstance(body, dict):
        return body
    for name in ("value", "source"):
        if isinstance(body.get(name), str) and body.keys() <= {"type", "purpose", name}:
            return body[name]
    return body


def _identifier(source: Any) -> str:
    """The IRI of a resource, which may stand in an object of its own."""
    if isinstance(source, dict) and isinstance(source.get("id"), str):
        return str(source["id"])
    return cell(source)
