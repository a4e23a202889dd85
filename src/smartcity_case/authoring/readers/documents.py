"""The items of a JSON file, be it one value, a list, or a value on each line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smartcity_case.authoring.readers.strict import load
from smartcity_case.report import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.authoring.readers.foreign import Gathering


def json_items(found: Gathering, path: str, data: bytes) -> Iterator[tuple[Location, Any]]:
    """The items with their places; what is no JSON is told.

    `row` is the line in JSON Lines, and the number of the item, from 1, in a list.
    """
    text = found.decoded(path, data)
    if text is None:
        return
    if not text.strip():
        found.wrong(Location(path=path), "the file is empty")
        return
    try:
        value = load(text)
    except ValueError as error:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) > 1 and _is_value(lines[0][1]):
            yield from _of_lines(found, path, lines)
        else:
            found.wrong(Location(path=path), _reason(error))
        return
    for number, item in enumerate(value if isinstance(value, list) else [value], 1):
        yield Location(path=path, row=number), item


def _of_lines(
    found: Gathering, path: str, lines: list[tuple[int, str]]
) -> Iterator[tuple[Location, Any]]:
    for number, line in lines:
        where = Location(path=path, row=number)
        try:
            yield where, load(line)
        except ValueError as error:
            found.wrong(where, _reason(error))


def _is_value(line: str) -> bool:
    """Whether a line looks like a JSON value of its own, well written or not."""
    line = line.strip()
    return (line[0], line[-1]) in {("{", "}"), ("[", "]")}


def _reason(error: ValueError) -> str:
    return f"it is no strict JSON: {error}"
