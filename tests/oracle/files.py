"""Bytes: a table as delimited text in a dialect, sound or damaged, or as Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

PLAIN = {"delimiter": ",", "quoteChar": '"', "skipInitialSpace": False, "lineTerminator": "\r\n"}


@dataclass(frozen=True)
class Dialect:
    """A Table Dialect, how to write in it, and where the header then stands."""

    declared: Json = field(default_factory=dict)
    before: tuple[str, ...] = ()
    """Lines in front of the header."""

    comments: tuple[str, ...] = ()
    """Lines behind the header."""

    joined: bool = False
    """Whether the header stands in two rows."""

    end: str = "\n"

    @property
    def null(self) -> str | None:
        return self.declared.get("nullSequence")

    @property
    def header_rows(self) -> list[int]:
        first = len(self.before) + 1
        return [first, first + 1] if self.joined else [first]

    @property
    def has_header(self) -> bool:
        return self.declared.get("header", True) is not False

    def pinned(self) -> Json:
        """The whole dialect, so that a reader has nothing to guess."""
        made = {**PLAIN, **self.declared}
        made.pop("nullSequence", None)
        if self.has_header:
            made["headerRows"] = self.header_rows
        return made

    def labels(self, records: list[list[str]]) -> list[str]:
        """The labels in the records of a file; the same in two header rows stands once."""
        tops, *downs = [records[n - 1] for n in self.header_rows if n <= len(records)] or [[]]
        labels = [label.strip() for label in tops]
        for at, label in enumerate(downs[0] if downs else []):
            if at >= len(labels):
                labels.append(label.strip())
            elif label.strip() != labels[at]:
                labels[at] += self.declared.get("headerJoin", " ") + label.strip()
        return labels

    def options(self) -> Json:
        """The same for Python's csv module."""
        get = self.declared.get
        return {
            "delimiter": get("delimiter", ","),
            "quotechar": get("quoteChar", '"'),
            "doublequote": get("doubleQuote", True),
            "escapechar": get("escapeChar"),
            "skipinitialspace": get("skipInitialSpace", False),
        }


DIALECTS: tuple[Dialect, ...] = (
    Dialect({"delimiter": ";"}),
    Dialect({"delimiter": "\t"}),
    Dialect({"delimiter": "|", "lineTerminator": "\n"}),
    Dialect({"quoteChar": "'"}),
    Dialect({"escapeChar": "\\", "doubleQuote": False}),
    Dialect({"header": False}),
    Dialect({"headerRows": [2]}, before=("a title",)),
    Dialect({"headerRows": [1, 2], "headerJoin": "-"}, joined=True),
    Dialect({"headerRows": [1, 2]}, joined=True),
    Dialect({"commentChar": "#"}, comments=("# a remark, with a comma",)),
    Dialect({"commentChar": "#", "headerRows": [2]}, before=("# at the top",)),
    Dialect({"commentChar": "#"}, before=("# not placed", "# but found")),
    Dialect({"commentRows": [1]}, before=("a title",)),
    Dialect({"commentChar": "//"}, comments=("// one", "//two")),
    Dialect({"commentRows": [2]}, comments=("a remark",)),
    Dialect({"skipInitialSpace": True}),
    Dialect({"nullSequence": "\\N"}),
    Dialect({"nullSequence": "NA", "delimiter": ";"}),
    Dialect({"lineTerminator": "\r\n"}, end="\r\n"),
    Dialect({"delimiter": ";", "quoteChar": "'", "lineTerminator": "\r\n"}, end="\r\n"),
)


def dialects() -> st.SearchStrategy[Dialect]:
    """One of the dialects; each changes one thing or two."""
    return st.sampled_from(DIALECTS)


def _line(record: list[str], dialect: Dialect) -> str:
    stream = io.StringIO(newline="")
    odd = any("\r" in cell or "\n" in cell or cell[:1] in ("#", "/", " ") for cell in record)
    options = {**dialect.options(), "quoting": csv.QUOTE_ALL if odd else csv.QUOTE_MINIMAL}
    csv.writer(stream, lineterminator="", **options).writerow(record)
    return stream.getvalue()


def csv_bytes(
    records: list[list[str]],
    dialect: Dialect,
    change: Callable[[list[str]], list[str]] = list,
) -> bytes:
    """A header and its rows, as bytes; `change` works on the lines of the rows."""
    header, *rows = records
    lines = list(dialect.before)
    if dialect.joined:
        join = dialect.declared.get("headerJoin", " ")
        tops, downs = (
            zip(*(_split(name, join) for name in header), strict=True) if header else ((), ())
        )
        lines += [_line(list(tops), dialect), _line(list(downs), dialect)]
    elif dialect.has_header:
        lines.append(_line(header, dialect))
    lines += [*dialect.comments, *change([_line(row, dialect) for row in rows])]
    return "".join(line + dialect.end for line in lines).encode("utf-8")


def _split(name: str, join: str) -> tuple[str, str]:
    """A label in two rows: frictionless leaves the second out if it is the same."""
    top, found, down = name.partition(join)
    return (top, down) if found and down != top else (name, name)


@dataclass(frozen=True)
class Damage:
    """What is done to a file that was sound; "" is nothing."""

    name: str = ""
    at: float = 0.0

    def lines(self, lines: list[str]) -> list[str]:
        """Damage to the lines of the rows."""
        at = round(self.at * len(lines))
        if self.name == "blank-line":
            return [*lines[:at], "", *lines[at:]]
        if not lines:
            return lines
        at = min(at, len(lines) - 1)
        if self.name == "extra-cell":
            return [*lines[:at], lines[at] + ",more", *lines[at + 1 :]]
        if self.name == "missing-cell":
            return [*lines[:at], lines[at].rpartition(",")[0], *lines[at + 1 :]]
        return lines

    def apply(self, data: bytes) -> bytes:
        """Damage to the bytes of the file."""
        at = round(self.at * len(data))
        inserted = {"stray-quote": b'"', "lone-cr": b"\r", "not-utf-8": b"\xff", "nul": b"\0"}
        if self.name in inserted:
            return data[:at] + inserted[self.name] + data[at:]
        if self.name == "cut":
            return data[:at]
        if self.name == "bom":
            return b"\xef\xbb\xbf" + data
        if self.name == "no-end":
            return data.rstrip(b"\r\n")
        return data


_DAMAGES = (
    *("extra-cell", "missing-cell") * 2,
    "blank-line", "stray-quote", "lone-cr", "not-utf-8", "nul", "cut", "bom", "no-end",
)  # fmt: skip


def damages() -> st.SearchStrategy[Damage]:
    """Nothing, for the most part."""
    some = st.builds(Damage, st.sampled_from(_DAMAGES), st.floats(0, 1))
    return st.integers(0, 3).flatmap(lambda n: st.just(Damage()) if n else some)


def parquet_bytes(
    header: list[str], rows: list[list[str]], fields: list[Json], typed: bool
) -> bytes:
    """A table as Parquet: strings, or typed columns where every cell allows it."""
    pa, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
    columns = [[row[i] for row in rows] for i in range(len(header))]
    kinds = [str(f.get("type")) if typed else "" for f in fields] + [""] * len(header)
    arrays = [_array(pa, kind, cells) for kind, cells in zip(kinds, columns, strict=False)]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, names=header), sink)
    return sink.getvalue()


def _array(pa: Any, kind: str, cells: list[str]) -> Any:
    strings = pa.array([cell or None for cell in cells], pa.string())
    types = {"integer": pa.int64(), "number": pa.float64(), "date": pa.date32()}
    if kind not in types:
        return strings
    try:
        return strings.cast(types[kind])
    except pa.ArrowInvalid:
        return strings
