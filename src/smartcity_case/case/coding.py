"""Codings: tables of words, written by a coder, before they have offsets.

A coding is a folder with one CSV file for each table. Its files have the
columns of the row models, but in place of `start` and `end` there are
`prefix` and `suffix`: characters that stand directly before and after the
words, needed only where the words stand more than once. Further spans
(`stance_exact`, `role_exact`) have them too, under their own prefix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from smartcity_case.authoring.anchor import anchor
from smartcity_case.case.models import MODELS, Row
from smartcity_case.errors import AnchorError, CodingError
from smartcity_case.reading import parse_csv
from smartcity_case.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Cells = dict[str, str]

UNCODED_COLUMNS = ("prefix", "exact", "suffix", "reason")
HEADER_LENGTH = 14
"""Characters 0 to 14 of the file are a header of its extraction, not article."""


def coding_columns(model: type[Row]) -> list[str]:
    """The columns of a coded table: prefix and suffix in place of offsets."""
    return [
        c[: -len("start")] + "prefix"
        if c.endswith("start")
        else c[: -len("end")] + "suffix"
        if c.endswith("end")
        else c
        for c in model.columns()
    ]


def anchor_rows(model: type[Row], rows: Iterable[Mapping[str, str]], text: str) -> list[Cells]:
    """Coded rows with their offsets, in the order given.

    Every row is checked against its model. Raises CodingError with a line for
    each fault: words that stand nowhere or at several places, a bad value.
    """
    done: list[Cells] = []
    problems: list[str] = []
    for number, row in enumerate(rows, start=2):
        where = f"{model.table}.csv, row {number} ({row.get('id', '')})"
        try:
            cells = _anchored(model, row, text)
            model.from_cells(cells)
        except AnchorError as error:
            problems.append(f"{where}: {error}")
        except ValidationError as error:
            problems += [
                f"{where}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()
            ]
        else:
            done.append(cells)
    if problems:
        raise CodingError(f"{len(problems)} problem(s) in {model.table}.csv:", problems)
    return done


def _anchored(model: type[Row], row: Mapping[str, str], text: str) -> Cells:
    spans = {"": anchor(text, row["exact"], row.get("prefix", ""), row.get("suffix", ""))}
    for name in model.secondary_spans:
        words = row.get(f"{name}_exact", "")
        if words:
            before, after = row.get(f"{name}_prefix", ""), row.get(f"{name}_suffix", "")
            spans[f"{name}_"] = _nearest(text, words, before, after, spans[""])
    cells = {c: row[c] for c in model.columns() if c in row}
    for name in ("", *(f"{n}_" for n in model.secondary_spans)):
        span = spans.get(name)
        cells[f"{name}start"] = str(span.start) if span else ""
        cells[f"{name}end"] = str(span.end) if span else ""
    return {c: cells[c] for c in model.columns()}


def _nearest(text: str, words: str, prefix: str, suffix: str, main: Span) -> Span:
    """The span of further words: in the row's own span if they stand there."""
    try:
        return anchor(text, words, prefix, suffix, within=main)
    except AnchorError:
        return anchor(text, words, prefix, suffix)


def read_csv(data: bytes, name: str, columns: Iterable[str]) -> list[Cells]:
    """The rows of a coded file, whose header must name exactly the columns."""
    table, faults = parse_csv(data, name, name)
    if faults or table is None:
        lines = [f"{fault.location}: {fault.message}" for fault in faults]
        raise CodingError(f"{name} cannot be read:", lines)
    missing = ", ".join(sorted(set(columns) - set(table.header)))
    extra = ", ".join(sorted(set(table.header) - set(columns)))
    if missing or extra:
        raise CodingError(
            f"{name}: columns missing: {missing or 'none'}; not known: {extra or 'none'}"
        )
    return [table.record(index) for index in range(len(table))]


def uncovered(text: str, spans: Iterable[Span]) -> list[Span]:
    """The stretches from the end of the header on that no span covers.

    White space does not count: a stretch neither begins nor ends with it.
    """
    covered = bytearray(len(text))
    for span in spans:
        covered[span.start : span.end] = b"\x01" * (span.end - span.start)
    gaps: list[Span] = []
    for at in range(HEADER_LENGTH, len(text)):
        if covered[at] or text[at].isspace():
            continue
        if gaps and not text[gaps[-1].end : at].strip() and not any(covered[gaps[-1].end : at]):
            gaps[-1] = Span(gaps[-1].start, at + 1)
        else:
            gaps.append(Span(at, at + 1))
    return gaps


def anchor_coding(files: Mapping[str, bytes], text: str) -> dict[str, list[Cells]]:
    """Every table of a coding with its offsets, sorted by key, and `uncoded`.

    `files` maps file names (`claims.csv`, …, `uncoded.csv`) to their bytes.
    Raises CodingError with a line for each fault of any of them: missing
    files, words that do not anchor, values out of their vocabulary, keys that
    are used twice or point nowhere, characters that nothing covers.
    """
    tables: dict[str, list[Cells]] = {}
    problems: list[str] = []
    for model in MODELS:
        try:
            rows = read_csv(_file(files, model.table), f"{model.table}.csv", coding_columns(model))
            tables[model.table] = anchor_rows(model, rows, text)
        except CodingError as error:
            problems += error.problems or [str(error)]
    try:
        uncoded = read_csv(_file(files, "uncoded"), "uncoded.csv", UNCODED_COLUMNS)
        tables["uncoded"] = _anchor_uncoded(uncoded, text)
    except CodingError as error:
        problems += error.problems or [str(error)]
    if not problems:
        problems = [*_key_problems(tables), *_coverage_problems(tables, text)]
    if problems:
        raise CodingError(f"{len(problems)} problem(s) in the coding:", problems)
    return {name: sorted(rows, key=_sort_key) for name, rows in tables.items()}


def _sort_key(row: Cells) -> tuple[str, int]:
    return (row.get("id", ""), int(row["start"]))


def _file(files: Mapping[str, bytes], table: str) -> bytes:
    try:
        return files[f"{table}.csv"]
    except KeyError:
        raise CodingError(f"{table}.csv: there is no such file") from None


def _anchor_uncoded(rows: Iterable[Mapping[str, str]], text: str) -> list[Cells]:
    done, problems = [], []
    for number, row in enumerate(rows, start=2):
        try:
            span = anchor(text, row["exact"], row["prefix"], row["suffix"])
        except AnchorError as error:
            problems.append(f"uncoded.csv, row {number}: {error}")
            continue
        start, end = str(span.start), str(span.end)
        done.append({"start": start, "end": end, "exact": row["exact"], "reason": row["reason"]})
    if problems:
        raise CodingError(f"{len(problems)} problem(s) in uncoded.csv:", problems)
    return done


def references(model: type[Row]) -> dict[str, str]:
    """The columns of a table that refer to another one, with its name."""
    return {
        name: str(info.json_schema_extra["references"])
        for name, info in model.model_fields.items()
        if isinstance(info.json_schema_extra, dict) and "references" in info.json_schema_extra
    }


def _key_problems(tables: Mapping[str, list[Cells]]) -> list[str]:
    problems = []
    keys = {model.table: [row["id"] for row in tables[model.table]] for model in MODELS}
    for name, used in keys.items():
        problems += [
            f"{name}.csv: key {k!r} is used twice" for k in {k for k in used if used.count(k) > 1}
        ]
    for model in MODELS:
        for column, target in references(model).items():
            problems += [
                f"{model.table}.csv ({row['id']}): {column} {row[column]!r} is no key of {target}"
                for row in tables[model.table]
                if row[column] and row[column] not in keys[target]
            ]
    return problems


def _coverage_problems(tables: Mapping[str, list[Cells]], text: str) -> list[str]:
    spans = [
        Span(int(row["start"]), int(row["end"])) for row in (*tables["claims"], *tables["uncoded"])
    ]
    return [
        f"characters {gap.start} to {gap.end} are in no claim and not in uncoded.csv: "
        f"{text[gap.start : gap.end]!r}"
        for gap in uncovered(text, spans)
    ]
