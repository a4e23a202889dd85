"""Rows that were coded elsewhere, anchored in their texts, as the records of a table."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smartcity_case.authoring.anchoring.offsets import AUTO
from smartcity_case.authoring.anchoring.rows import (
    HINTS,
    KNOWN_BY,
    Anchored,
    Matches,
    Row,
    lines,
    match_rows,
    told,
)
from smartcity_case.errors import AnchorError
from smartcity_case.report import Check, Finding, Report
from smartcity_case.text import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from smartcity_case.authoring.readers.foreign import Foreign
    from smartcity_case.report import Location

SPAN = ("start", "end", "exact", "prefix", "suffix")
BESIDE = ("exact_given", "exact_anchored_by")
"""What a row had for its words if others stand in the text, and how it was found."""


@dataclass(frozen=True)
class Imported:
    """The records of a table, and what was said of them.

    `header` names the columns: `id`, `source`, `part` if there are parts, those of the
    span, then what else the rows say. `notes` are lines for people on how it went.
    """

    header: tuple[str, ...]
    records: tuple[tuple[str, ...], ...]
    report: Report
    notes: tuple[str, ...]
    refused: int
    matches: Matches
    rows: tuple[Row, ...]


def without_refused(done: Imported) -> tuple[Imported, list[tuple[str, ...]]]:
    """The same with the records that have offsets, and the records that have none."""
    at = done.header.index("start")
    kept = tuple(record for record in done.records if record[at])
    return replace(done, records=kept), [record for record in done.records if not record[at]]


def text_names(files: Iterable[str]) -> dict[str, str]:
    """What texts are called in a table, and their files: without endings, if that is unique.

    >>> text_names(["a.txt", "b.txt"]), text_names(["a.txt", "a.md"])
    ({'a': 'a.txt', 'b': 'b.txt'}, {'a.txt': 'a.txt', 'a.md': 'a.md'})
    """
    listed = list(files)
    stems = [_stem(file) for file in listed]
    return dict(zip(stems if len(set(stems)) == len(stems) else listed, listed, strict=True))


def _stem(file: str) -> str:
    return file.rpartition(".")[0] or file


def anchor_imported(
    name: str,
    found: Foreign,
    texts: Mapping[str, str] | None = None,
    tiers: Sequence[str] = (),
    unit: str = "",
) -> Imported:
    r"""Anchor the rows of a reader in texts by their names, or in those that the input has.

    A row refers to a text by its name, with or without an ending; with one text it need
    not. A path or an IRI refers to the text that is called like its last part, if no other
    does; that is noted. `tiers` and `unit` are as in `match_rows`; no unit is that of the
    format, and if it has none, what the rows say. Of rows that are refused the offsets are
    empty.

    Raises AnchorError if `unit` is `auto` and the rows do not say.

    >>> from smartcity_case.authoring.readers import read_foreign
    >>> rows = read_foreign("csv", {"a.csv": b"exact,mood\nzorro,calm\n"})
    >>> done = anchor_imported("a.csv", rows, {"note": "El zorro duerme."})
    >>> print(*done.header), print(*done.records[0])
    id source start end exact mood
    r001 note 3 8 zorro calm
    (None, None)
    """
    given = found.texts if texts is None else texts
    sources = {key: Source(key, text) for key, text in given.items()}
    paths = _by_paths(dict.fromkeys(cells.get("source", "") for cells in found.rows), sources)
    rows = tuple(_row(cells, sources | paths) for cells in found.rows)
    matches, notes = _matched(rows, tiers, unit or found.unit)
    findings: list[Finding] = [*found.findings]
    findings += told(rows, matches, lambda n: place_of(found, n), HINTS)
    checks = (Check("import", name), Check("anchor exact", name))
    held, kept = _kept_beside(found.rows)
    header, records = _records(held, rows, lines(rows, matches))
    return Imported(
        header,
        records,
        Report(name, "", tuple(sorted(findings)), checks, ()),
        (*found.notes, *_told(paths), *notes, *kept, f"exact: {matches.summary()}"),
        sum(not match.spans for match in matches.found),
        matches,
        rows,
    )


def place_of(found: Foreign, number: int) -> Location:
    """Where the words of a row stood in the input."""
    return found.places[number]._replace(key=found.rows[number].get("id", ""), field="exact")


def _matched(rows: Sequence[Row], tiers: Sequence[str], unit: str) -> tuple[Matches, list[str]]:
    """The places of rows, and how their offsets were read, if they have some."""
    if unit:
        matches = match_rows(rows, tiers, unit)
        return matches, [str(matches.evidence)] if matches.evidence else []
    if not any(row.start for row in rows):
        return match_rows(rows, tiers), []
    try:
        matches = match_rows(rows, tiers, AUTO)
    except AnchorError as error:
        note = f"{error}; until then they are taken as approximate, in code points"
        return match_rows(rows, tiers), [note]
    return matches, [f"offsets: {matches.evidence}"]


_BYTES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_NAMED = 5
"""Paths that notes name."""


def _by_paths(names: Iterable[str], sources: Mapping[str, Source]) -> dict[str, Source]:
    """The texts that paths and IRIs mean; none where two of them end alike."""
    ends: dict[str, list[str]] = {}
    for name in names:
        if name not in sources and _stem(name) not in sources:
            last = _BYTES.sub(_character, name.rpartition("/")[2])
            ends.setdefault(last if last in sources else _stem(last), []).append(name)
    return {
        found[0]: sources[last]
        for last, found in ends.items()
        if last in sources and len(found) == 1
    }


def _character(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace")


def _told(paths: Mapping[str, Source]) -> list[str]:
    """Which text paths and IRIs were taken to mean."""
    shown = [f"source {name!r} is read as the text {paths[name].name!r}" for name in paths]
    more = len(shown) - _NAMED
    return shown if more <= 0 else [*shown[:_NAMED], f"… and {more} more, by their last parts"]


def _row(cells: Mapping[str, str], sources: Mapping[str, Source]) -> Row:
    name = cells.get("source", "")
    only = next(iter(sources.values())) if len(sources) == 1 and not name else None
    source = only or sources.get(name) or sources.get(_stem(name))
    known = (cells.get(column, "") for column in (*KNOWN_BY, "source", *BESIDE))
    return Row(source, *known)


def _kept_beside(rows: Sequence[Mapping[str, str]]) -> tuple[list[dict[str, str]], list[str]]:
    """The rows with other names for what would be lost where keys and parts are made, and notes."""
    moved: dict[str, str] = {}
    notes = []
    parts = [row.get("part", "") for row in rows]
    if any(not _NUMBER.fullmatch(part) for part in parts if part):
        moved["part"] = "part_given"
        notes.append("column 'part' is called part_given: part numbers the parts of a quotation")
        parts = [""] * len(rows)
    keys = [row.get("id", "") for row in rows]
    if any(keys) and not (all(keys) and len(set(zip(keys, parts, strict=True))) == len(keys)):
        moved["id"] = "id_given"
        notes.append("keys are made, since rows have none or the same; theirs are in id_given")
    names = set(rows[0]) if rows else set()
    for name, other in moved.items():
        while moved[name] in names:
            moved[name] += "_"
        notes = [note.replace(other, moved[name]) for note in notes]
    given = [{moved.get(name, name): cell for name, cell in row.items()} for row in rows]
    return given, notes


_NUMBER = re.compile("[1-9][0-9]*")


def _records(
    given: Sequence[Mapping[str, str]], rows: Sequence[Row], made: Sequence[Anchored]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The header and the records of the table."""
    parts = any(line.part for line in made) or any(row.get("part") for row in given)
    ids = _ids(given)
    numbers = _part_numbers(given, ids, made)
    records = []
    for line, part in zip(made, numbers, strict=True):
        source, row = rows[line.row].source, given[line.row]
        records.append(
            {
                **row,
                "id": ids[line.row],
                "source": source.name if source else rows[line.row].named,
                "part": part,
                "start": "" if line.start is None else str(line.start),
                "end": "" if line.end is None else str(line.end),
                "exact": line.exact,
                "prefix": line.prefix,
                "suffix": line.suffix,
                "exact_given": line.given,
                "exact_anchored_by": line.how,
            }
        )
    front = ["id", "source", *(["part"] if parts else []), "start", "end", "exact"]
    told = any(row.get(name) for row in given for name in BESIDE)
    beside = BESIDE if told or any(line.given for line in made) else ()
    further = dict.fromkeys(["prefix", "suffix", *(name for row in given for name in row)])
    used = [n for n in further if n not in {*front, *BESIDE, "part"} and _any(records, n)]
    header = (*front, *used, *beside)
    return header, tuple(tuple(record.get(n, "") for n in header) for record in records)


def _part_numbers(
    given: Sequence[Mapping[str, str]], ids: Sequence[str], made: Sequence[Anchored]
) -> list[str]:
    """The number of each line among those of its key: its own, if all of them have one."""
    counted = {ids[line.row] for line in made if line.part or not given[line.row].get("part")}
    number: Counter[str] = Counter()
    numbers = []
    for line in made:
        key = ids[line.row]
        number[key] += 1
        numbers.append(str(number[key]) if key in counted else given[line.row]["part"])
    return numbers


def _any(records: Sequence[Mapping[str, str]], name: str) -> bool:
    return any(record.get(name) for record in records)


def _ids(given: Sequence[Mapping[str, str]]) -> list[str]:
    """The keys of rows: theirs, or made."""
    if given and all(row.get("id") for row in given):
        return [row["id"] for row in given]
    width = max(3, len(str(len(given))))
    return [f"r{number:0{width}}" for number in range(1, len(given) + 1)]
