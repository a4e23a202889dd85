"""Tables and descriptors with other cells, written as they were written before.

Only what is changed differs: the delimiter, the quotation marks, the line ends
and the indentation stay those of the file, as far as they can be told.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from smartcity_case.checks.sources import HASHES, algorithm_of
from smartcity_case.errors import UnreadablePackage, UnwritablePackage
from smartcity_case.table import CsvLines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from smartcity_case.profile import Dialect
    from smartcity_case.reading import TableFile
    from smartcity_case.table import Batch

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Edit:
    """What a table gets: whole columns by name, one cell a record, in the order of the table.

    A column that the table lacks is put behind the others. `kept` says which
    records stay (None: all); columns have cells for all of them. `times` says how
    often each record is written; columns then have a cell for each that is. `dropped`
    columns go.
    """

    columns: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    kept: Sequence[bool] | None = None
    times: Sequence[int] | None = None
    dropped: frozenset[str] = frozenset()


def rewrite_table(table: TableFile, edit: Edit) -> dict[str, bytes]:
    """The files of a table after an edit, by their paths; of inline data under the path "".

    Inline data comes as JSON. Raises UnreadablePackage if the table cannot be read
    whole, and UnwritablePackage if it is written in a way that is not written here.
    """
    batches: dict[str, list[Batch]] = {}
    for batch, _ in table.scan(lambda batch: None):
        batches.setdefault(batch.path, []).append(batch)
    refuse_incomplete(table)
    write = {"parquet": _parquet, "inline": _inline}.get(table.resource.form, _delimited)
    files, at = {}, 0
    for path, some in batches.items():
        files[path] = write(table, path, some, _Part(edit, at))
        at += sum(map(len, some))
    return files


def refuse_incomplete(table: TableFile) -> None:
    """Raise UnreadablePackage, with the first fault, if the latest reading lacks a record."""
    if not table.complete:
        first = min(table.findings, default=None)
        told = f": {first.location}: {first.message}" if first else ""
        raise UnreadablePackage(f"{table.name}: some rows cannot be read{told}; validate first")


class _Part(NamedTuple):
    """The edit, for the records of one file, of which the first has this place in the table."""

    edit: Edit
    at: int

    def names(self, batches: Sequence[Batch]) -> list[str]:
        known = dict.fromkeys([*batches[0].columns, *self.edit.columns])
        return [name for name in known if name not in self.edit.dropped]

    def cells(self, batches: Sequence[Batch], name: str) -> list[Any]:
        """The cells of a column, in all the records that are written."""
        count = sum(map(len, batches))
        edit, times = self.edit, self.times(count)
        if name in edit.columns and edit.times is not None:
            first = sum(edit.times[: self.at])
            return list(edit.columns[name][first : first + sum(times)])
        if name in edit.columns:
            cells: list[Any] = list(edit.columns[name][self.at : self.at + count])
        else:
            cells = [cell for batch in batches for cell in batch.columns[name].values()]
        return [cell for cell, often in zip(cells, times, strict=True) for _ in range(often)]

    def times(self, count: int) -> list[int]:
        """How often each of the records of the file is written."""
        times = self.edit.times if self.edit.times is not None else self.edit.kept
        return [1] * count if times is None else list(map(int, times[self.at : self.at + count]))


def _delimited(table: TableFile, path: str, batches: Sequence[Batch], part: _Part) -> bytes:
    dialect = table.dialect
    odd = [
        name
        for name, there in {
            "headerRows": dialect.header_rows != [1],
            "commentRows": dialect.comment_rows,
            "commentChar": dialect.comment_char,
        }.items()
        if there
    ]
    if odd:
        raise UnwritablePackage(f"{path}: a table with {', '.join(odd)} is not written")
    as_it_is = _Part(Edit(), 0)
    whole = [as_it_is.cells(batches, name) for name in batches[0].columns]
    style = _style(table.files.read(path), list(batches[0].columns), whole, dialect)
    names = part.names(batches)
    return _csv(names, [part.cells(batches, name) for name in names], dialect, style)


class _Style(NamedTuple):
    """How a delimited file is written, as far as a dialect leaves it open."""

    bom: bool = False
    end: str = "\n"
    last_end: bool = True
    head: Any = csv.QUOTE_MINIMAL
    body: Any = csv.QUOTE_MINIMAL


_QUOTED = (
    (csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL),
    (csv.QUOTE_ALL, csv.QUOTE_ALL),
    (csv.QUOTE_ALL, csv.QUOTE_MINIMAL),
    (csv.QUOTE_MINIMAL, csv.QUOTE_ALL),
)


def _style(
    data: bytes, names: Sequence[str], columns: Sequence[Sequence[Any]], dialect: Dialect
) -> _Style:
    """The style in which the records make the same file again; else one close to it."""
    end = dialect.line_terminator
    if end in ("\r\n", "\n"):
        end = "\r\n" if 2 * data.count(b"\r\n") > data.count(b"\n") else "\n"
    plain = _Style(data.startswith(_BOM), end, data.endswith(end.encode()))
    for head, body in _QUOTED if dialect.quote_char else ():
        style = plain._replace(head=head, body=body)
        if _csv(names, columns, dialect, style) == data:
            return style
    return plain


def _csv(
    names: Sequence[str], columns: Sequence[Sequence[Any]], dialect: Dialect, style: _Style
) -> bytes:
    usual = style.end in ("\r\n", "\n")
    lines = CsvLines(style.end)
    stream = io.StringIO(newline="")
    null = dialect.null_sequence or ""

    def writer(quoting: Any) -> Any:
        return csv.writer(
            lines if usual else stream,
            delimiter=dialect.delimiter,
            quotechar=dialect.quote_char or None,
            escapechar=dialect.escape_char,
            doublequote=dialect.double_quote,
            lineterminator="\r\n" if usual else style.end,
            quoting=quoting if dialect.quote_char else csv.QUOTE_NONE,
        )

    try:
        if dialect.header:
            writer(style.head).writerow(names)
        records: Iterable[Sequence[Any]] = zip(*columns, strict=True)
        records = ([null if cell is None else cell for cell in record] for record in records)
        writer(style.body).writerows(records)
    except csv.Error as error:
        raise UnwritablePackage(f"a cell cannot be written in this dialect: {error}") from error
    text = "".join(lines.written) if usual else stream.getvalue()
    text = text if style.last_end else text.removesuffix(style.end)
    return (_BOM if style.bom else b"") + text.encode("utf-8")


def _parquet(table: TableFile, path: str, batches: Sequence[Batch], part: _Part) -> bytes:
    """A Parquet file; a column keeps its type, new ones are integers or strings by their field."""
    from pyarrow import parquet

    with table.files.open(path) as handle:
        whole = parquet.read_table(handle)
    times = part.times(len(whole))
    whole = whole.take(pa.array([n for n, often in enumerate(times) for _ in range(often)]))
    integers = {f.name for f in table.schema.fields if f.type == "integer"}
    for name in part.edit.columns:
        there = name in whole.column_names
        kind = pa.int64() if name in integers else pa.string()
        kind = whole.schema.field(name).type if there else kind
        try:
            array = _typed(part.cells(batches, name), kind)
        except (pa.ArrowInvalid, OverflowError) as error:
            raise UnwritablePackage(f"{path}: {name} is {kind}: {error}") from error
        place = whole.column_names.index(name) if there else len(whole.column_names)
        whole = whole.remove_column(place) if there else whole
        whole = whole.add_column(place, name, array)
    whole = whole.drop_columns([n for n in part.edit.dropped if n in whole.column_names])
    sink = pa.BufferOutputStream()
    parquet.write_table(whole, sink)
    written: bytes = sink.getvalue().to_pybytes()
    return written


def _typed(cells: Sequence[str | None], kind: pa.DataType) -> pa.Array:
    """Cells as an Arrow array of a type; of one that is not text, an empty cell is null."""
    if pa.types.is_integer(kind):
        return pa.array([int(cell) if cell else None for cell in cells], kind)
    if pa.types.is_dictionary(kind):
        return pa.array(cells, pa.string()).dictionary_encode().cast(kind)
    return pa.array(cells, pa.string()).cast(kind)


def _inline(table: TableFile, path: str, batches: Sequence[Batch], part: _Part) -> bytes:
    names = part.names(batches)
    integers = {f.name for f in table.schema.fields if f.type == "integer"}
    columns = [part.cells(batches, name) for name in names]
    for place, name in enumerate(names):
        if name in integers and name in part.edit.columns:
            columns[place] = [int(cell) if cell else None for cell in columns[place]]
    rows = [list(record) for record in zip(*columns, strict=True)]
    data = list(table.resource.data)
    if not data:  # whose records have no form to keep
        return b"[]"
    if isinstance(data[0], dict):
        return json.dumps([dict(zip(names, row, strict=True)) for row in rows]).encode()
    return json.dumps([names, *rows] if table.dialect.header else rows).encode()


def rewrite_json(data: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    r"""A descriptor with a change made to it, and all else written as before.

    >>> rewrite_json(b'{"name": "a"}\n', lambda d: d.update(name="b"))
    b'{"name": "b"}\n'
    """
    value = json.loads(data)
    style = next((s for s in _json_styles() if s(value) == data), _indented)
    change(value)
    return style(value)


def _indented(value: Any) -> bytes:
    """The way in which descriptors are written if nothing says otherwise."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _json_styles() -> Iterator[Callable[[Any], bytes]]:
    for indent in (2, 4, None, 1, "\t"):
        for separators in (None, (",", ":")) if indent is None else (None,):
            for ascii_only in (False, True):
                for end in ("\n", ""):

                    def write(value: Any, i: Any = indent, s: Any = separators,
                              a: bool = ascii_only, e: str = end) -> bytes:  # fmt: skip
                        text = json.dumps(value, ensure_ascii=a, indent=i, separators=s)
                        return (text + e).encode("utf-8")

                    yield write


def restate(resource: dict[str, Any], files: Sequence[bytes]) -> None:
    """Give a resource of a descriptor the hash and size of its files, if it states any."""
    if stated := resource.get("hash"):
        algorithm = algorithm_of(stated)
        made = hashlib.new(algorithm if algorithm in HASHES else "sha256")
        for data in files:
            made.update(data)
        bare = ":" not in stated and algorithm == "md5"
        resource["hash"] = made.hexdigest() if bare else f"{made.name}:{made.hexdigest()}"
    if "bytes" in resource:
        resource["bytes"] = sum(map(len, files))
