"""Why the two validators may differ: the rows of docs/stricter.md, each as a narrow rule.

A rule looks at the cell or row itself and asks whether what it names is really
the case there; that the one said yes and the other no is never enough.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

from frictionless import Field

from oracle.fields import Json
from oracle.files import Dialect
from oracle.packages import Example
from oracle.verdicts import Fault, Verdict

Kinds = frozenset[str]
BAD = object()
"""The value of a cell that cannot be read."""

ASCII_INTEGER = re.compile(r"[+-]?[0-9]+")


class View:
    """The cells of one resource of an example, by the rows frictionless counts."""

    def __init__(self, example: Example, resource: str) -> None:
        self.example, self.name = example, resource
        self.schema = example.schema(resource)
        self.fields: dict[str, Json] = {f["name"]: f for f in self.schema["fields"]}

    @cached_property
    def data(self) -> bytes:
        return b"".join(v for k, v in self.example.files.items() if k.startswith(self.name))

    @cached_property
    def records(self) -> dict[int, list[Any]]:
        """The header's labels (under 0) and the records by row."""
        example = self.example
        if self.name == "t" and example.shape not in ("csv", "dialect"):
            header: list[Any] = list(example.header)
            return {0: header, **{n: list(row) for n, row in enumerate(example.rows, 2)}}
        dialect = example.dialect if self.name == "t" else Dialect()
        text = self.data.decode("utf-8-sig", errors="replace")
        rows = list(csv.reader(io.StringIO(text, newline=""), **dialect.options()))
        if not dialect.has_header:
            return {0: list(self.fields), **dict(enumerate(rows, 1))}
        last = dialect.header_rows[-1]
        header = dialect.labels(rows)
        return {0: header, **{n: row for n, row in enumerate(rows, 1) if n > last}}

    @property
    def header_ends(self) -> int:
        """The last row of the header; 0 without one."""
        dialect = self.example.dialect if self.name == "t" else Dialect()
        return dialect.header_rows[-1] if dialect.has_header else 0

    @cached_property
    def columns(self) -> dict[str, int]:
        """Where the cells of a field stand."""
        match = self.schema.get("fieldsMatch", "exact")
        if (match[0] if isinstance(match, list) else match) == "exact":
            return {name: at for at, name in enumerate(self.fields)}
        return {name: at for at, name in enumerate(self.records[0]) if name in self.fields}

    def cell(self, row: int, name: str) -> Any:
        record, at = self.records.get(row, []), self.columns.get(name)
        return record[at] if at is not None and at < len(record) else None

    def missing(self, name: str) -> list[str]:
        listed = self.fields[name].get("missingValues", self.schema.get("missingValues", [""]))
        null = self.example.dialect.null if self.name == "t" else None
        plain = [v["value"] if isinstance(v, dict) else v for v in listed or ()]
        return plain if null is None else [*plain, null]

    def is_missing(self, row: int, name: str) -> bool:
        cell = self.cell(row, name)
        return cell is None or str(cell) in self.missing(name)

    @cached_property
    def readers(self) -> dict[str, Any]:
        """Frictionless' readers of the fields without their constraints."""
        return {name: _reader(field) for name, field in self.fields.items()}

    def is_empty(self, row: int) -> bool:
        """Whether frictionless calls a row blank."""
        return all(self.is_missing(row, name) for name in self.columns)

    @cached_property
    def typed(self) -> dict[str, str]:
        """The columns of a Parquet file that are not of strings, with their types."""
        if self.example.shape != "parquet" or self.name != "t":
            return {}
        schema = import_module("pyarrow.parquet").read_schema(io.BytesIO(self.data))
        return {field.name: str(field.type) for field in schema if str(field.type) != "string"}

    def is_nan(self, row: int, name: str) -> bool:
        """Whether a cell is a null of which pandas makes NaN.

        In a row of strings alone it makes the one NaN that frictionless takes for nothing.
        """
        is_number = self.typed.get(name) in ("int64", "double")
        if not is_number or self.cell(row, name) is not None:
            return False
        held = {other for other in self.columns if self.cell(row, other) is not None}
        return not held or bool(held & self.typed.keys())

    def value(self, row: int, name: str) -> Any:
        """A cell's value as frictionless reads it; None is missing, BAD unreadable."""
        if self.is_missing(row, name):
            return None
        value, notes = self.readers[name](self.cell(row, name))
        return BAD if notes else value

    def key(self, row: int, names: list[str]) -> tuple[Any, ...]:
        return tuple(self.value(row, name) for name in names)

    @cached_property
    def primary_key(self) -> list[str]:
        key = self.schema.get("primaryKey", [])
        return [key] if isinstance(key, str) else list(key)

    def is_comment(self, row: int) -> bool:
        """Whether frictionless takes a row for a comment, be its first cell in quotation marks."""
        mark = self.example.dialect.declared.get("commentChar") or ""
        record = self.records.get(row)
        return bool(self.name == "t" and mark and record and str(record[0]).startswith(mark))

    def is_ragged(self, row: int) -> bool:
        return len(self.records.get(row, [])) != len(self.records[0])

    @cached_property
    def is_sound_csv(self) -> bool:
        """Whether every cell and line end is as RFC 4180 has it, by another way than ours."""
        dialect = self.example.dialect if self.name == "t" else Dialect()
        text, at = self.data.decode("utf-8-sig", errors="replace"), 0
        sound = _sound_cell(dialect)
        while at < len(text):
            match = sound.match(text, at)
            if match is None or match.end() == at:
                return False
            at = match.end()
        return True


def _sound_cell(dialect: Dialect) -> re.Pattern[str]:
    """A cell with what ends it."""
    options = dialect.options()
    delimiter, quote = re.escape(options["delimiter"]), re.escape(options["quotechar"])
    mark = re.escape(options["escapechar"] or "")
    escaped = f"|{mark}." if mark else f"|{quote}{quote}"
    spaces = " *" if options["skipinitialspace"] else ""
    quoted = f"{quote}(?:[^{quote}{mark}]{escaped})*{quote}"
    plain = f"(?:[^{quote}{delimiter}{mark}\\r\\n]{escaped if mark else ''})*"
    return re.compile(f"{spaces}(?:{quoted}|{plain})(?:{delimiter}|\\r?\\n|\\Z)", re.DOTALL)


def _reader(field: Json) -> Any:
    left_out = ("constraints", "categories", "categoriesOrdered", "missingValues")
    plain = {k: v for k, v in field.items() if k not in left_out}
    return Field.from_descriptor({**plain, "missingValues": []}).create_cell_reader()


@dataclass(frozen=True)
class Difference:
    """What the two said of one place, where they differ."""

    view: View
    row: int
    field: str
    theirs: Kinds
    ours: Kinds
    row_theirs: Kinds
    row_ours: Kinds

    @property
    def cell(self) -> Any:
        return self.view.cell(self.row, self.field) if self.field else None


def explain(diff: Difference, ours: Verdict) -> list[str] | None:
    """The rows of docs/stricter.md that explain a difference; None if a part of it is new."""
    if "blank" in diff.row_theirs and diff.field and diff.ours and not diff.theirs:
        return ["empty-line"] if _is_empty_line(diff.view, diff.row) else None
    if diff.row and not diff.row_theirs and diff.view.is_comment(diff.row):
        return ["comment-quoted"] * len(diff.ours)
    names = []
    for kind in sorted(diff.theirs ^ diff.ours):
        name = _one(diff, kind, kind in diff.ours, ours)
        if name is None:
            return None
        names.append(name)
    return names


def _one(diff: Difference, kind: str, only_ours: bool, ours: Verdict) -> str | None:
    if diff.row == 0:
        return _file(diff)
    if kind == "quote":
        return "csv-quotes" if only_ours and not diff.view.is_sound_csv else None
    if kind == "blank":
        return _blank(diff, only_ours)
    if kind == "cells":  # too many or too few, and all of them missing
        blank = only_ours and "blank" in diff.row_theirs and diff.view.is_ragged(diff.row)
        return "blank-row" if blank else None
    if kind.startswith("key.") or kind == "unique":
        return _key(diff, kind, only_ours, ours)
    if "limit.cell" in (kind, *diff.ours):
        bare = diff.view.fields.get(diff.field, {}).get("bareNumber", True)
        return "limit-cell" if not bare and len(str(diff.cell)) > 2_000 else None
    return _typed(diff, kind, only_ours) or (_cell(diff, kind) if only_ours else None)


def _file(diff: Difference) -> str | None:
    view, kinds = diff.view, diff.theirs ^ diff.ours
    resource = view.example.resource(view.name)
    algorithm, _, digest = str(resource.get("hash", "")).rpartition(":")
    if kinds == {"hash"}:
        right = hashlib.new(algorithm or "md5", view.data).hexdigest() == digest.lower()
        if "hash" in diff.ours:
            return "hash-algorithm" if algorithm in ("sha1", "sha512") and not right else None
        return "hash-case" if digest != digest.lower() and right else None
    if {"encoding"} <= diff.row_theirs and {"header"} <= diff.row_ours:
        padded = view.name == "t" and any(label != label.strip() for label in view.example.header)
        wrong = padded or view.records[0] != list(view.fields)
        return "header-first" if wrong and kinds <= {"encoding", "header"} else None
    if kinds == {"bytes"} and "bytes" in diff.ours and resource.get("bytes") == 0:
        return "bytes-zero"
    if kinds == {"header"} and "header" in diff.ours:
        raw = view.example.header
        if view.name == "t" and any(label != label.strip() for label in raw):
            return "header-padded"
        if not any(view.records[0]):
            return "header-absent"
    return None


def _blank(diff: Difference, only_ours: bool) -> str | None:
    """Frictionless calls every row blank whose cells are all missing, of whatever number."""
    view, row = diff.view, diff.row
    if only_ours:
        nan = any(view.is_nan(row, name) for name in view.columns)
        return "parquet-null" if nan and view.is_empty(row) else None
    if _is_empty_line(view, row):
        return "empty-line"
    return "blank-row" if view.is_empty(row) and "cells" in diff.row_ours else None


def _is_empty_line(view: View, row: int) -> bool:
    """Whether a row is an empty line, which in a table of one column is a cell that counts."""
    names = list(view.columns)
    return view.records.get(row) == [] and len(names) == 1 and "" not in view.missing(names[0])


def _key(diff: Difference, kind: str, only_ours: bool, ours: Verdict) -> str | None:
    view, row = diff.view, diff.row
    if kind == "key.dangling":
        return _dangling(diff, only_ours, ours)
    if _is_empty_line(view, row) and not only_ours:
        return "empty-line"
    if "cells" in diff.row_ours and not only_ours:
        return "row-not-judged"
    if kind == "key.duplicate" and only_ours and _repeats_unique_key(view, row):
        return "unique-keys"
    names = [diff.field] if kind == "unique" else view.primary_key
    key = view.key(row, names)
    twins = [r for r in view.records if 0 < r < row and _read(view.key(r, names)) == _read(key)]
    if not only_ours and kind != "key.missing" and twins and all(map(view.is_ragged, twins)):
        return "row-not-judged"
    if only_ours and kind != "key.missing" and twins and all(map(view.is_comment, twins)):
        return "comment-quoted"
    if only_ours and kind == "key.missing" and any(view.is_nan(row, name) for name in names):
        return "parquet-null"
    if BAD in key:  # empty for them, itself for us
        same = None if kind == "key.missing" else _repeats(view, row, names)
        return "key-unreadable" if same is None or same == only_ours else None
    if kind == "key.missing":
        return "key-empty-part" if only_ours and None in key else None
    if any(value != value for value in key):
        return "key-nan" if only_ours else None
    if not only_ours:
        if None in key:
            return "key-empty-part"
        if kind == "unique" and view.primary_key == names and "key.duplicate" in diff.row_ours:
            return "key-told-once"
    return None


def _repeats_unique_key(view: View, row: int) -> bool:
    return any(_repeats(view, row, names) for names in view.schema.get("uniqueKeys", []))


def _repeats(view: View, row: int, names: list[str]) -> bool:
    """Whether a key stands in an earlier row; unreadable cells stand for themselves."""

    def values(at: int) -> list[str]:
        key = view.key(at, names)
        if _is_empty_line(view, at):  # its one cell is empty, and no missing one
            value, notes = view.readers[names[0]]("")
            return ["?" if notes else repr(value)]
        pairs = zip(names, key, strict=True)
        return [f"?{view.cell(at, n)}" if v is BAD else repr(v) for n, v in pairs]

    key = values(row)
    return "None" not in key and any(values(r) == key for r in view.records if 0 < r < row)


def _dangling(diff: Difference, only_ours: bool, ours: Verdict) -> str | None:
    view = diff.view
    if not only_ours and any(n.startswith("foreign key") for n in ours.skipped.get(view.name, ())):
        return "foreign-key-target"
    first = diff.field.removeprefix("-> ")
    for key in (fk for fk in view.schema["foreignKeys"] if fk["fields"][0] == first):
        reference = key["reference"]
        target = View(view.example, reference.get("resource") or view.name)
        mine, names = view.key(diff.row, key["fields"]), reference["fields"]
        # For them a cell that cannot be read is empty, be it here or where the key refers to.
        rows = [r for r in target.records if r and _read(target.key(r, names)) == _read(mine)]
        if not only_ours:
            if rows and all(map(target.is_comment, rows)):
                return "comment-quoted"
            return "foreign-key-nan" if any(value != value for value in mine) else None
        twins = [target.key(r, names) for r in rows]
        accepted = twins or all(value is None for value in _read(mine))
        if accepted and any(BAD in k for k in (mine, *twins)):
            return "key-unreadable"
    return None


def _read(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(None if value is BAD else value for value in key)


def _typed(diff: Difference, kind: str, only_ours: bool) -> str | None:
    """Cells that are no strings: in inline data and Parquet."""
    field = diff.view.fields.get(diff.field, {})
    if kind == "type" and not only_ours and "type" not in field and not isinstance(diff.cell, str):
        return "type-absent"
    if not diff.view.is_nan(diff.row, diff.field):
        return None
    # NaN is no integer, but a number, so that it is not missing.
    said = ("type", False) if field.get("type") == "integer" else None
    return "parquet-null" if (kind, only_ours) in (said, ("required", True)) else None


def _cell(diff: Difference, kind: str) -> str | None:
    """What only we find wrong with a cell itself."""
    field, cell = diff.view.fields.get(diff.field, {}), diff.cell
    if kind == "category":
        return _category(diff, field)
    if not isinstance(cell, str):
        return None
    if kind == "type" and field.get("type") == "integer" and "bareNumber" not in field:
        return None if ASCII_INTEGER.fullmatch(cell) else "integer-form"
    pattern = field.get("constraints", {}).get("pattern")
    if kind == "constraint" and pattern is not None:
        loose = re.compile(f"^{pattern}$").match(cell) and not re.fullmatch(pattern, cell)
        return "pattern-whole" if loose else None
    return None


def _category(diff: Difference, field: Json) -> str | None:
    listed = field.get("categories", [])
    values = [c["value"] if isinstance(c, dict) else c for c in listed]
    if diff.view.value(diff.row, diff.field) in values:
        return None
    return "categories" if values else None


def fault_places(view: View, theirs: set[Fault], ours: set[Fault]) -> list[tuple[int, str]]:
    """Every place of a resource that either has something to say of."""
    places = {(f.row, f.field) for f in theirs | ours if f.resource == view.name}
    return sorted(places)
