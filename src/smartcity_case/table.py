"""A delimited table as it was read: strings in columns, and its faults.

RFC 4180, strictly: what other readers guess at is a finding. Line ends may be
LF or CRLF; a leading byte order mark is allowed.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from smartcity_case.report import Finding, Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CELL = re.compile(r'"((?:[^"]|"")*)"|([^",\r\n]*)')


@dataclass(frozen=True)
class Table:
    """The cells of a table by column, all as strings.

    `rows` are the row numbers of the records in a spreadsheet (the first
    after the header is 2). Records that could not be split into the right
    number of cells are not in it; they are findings.
    """

    resource: str
    path: str
    header: list[str]
    columns: dict[str, list[str]]
    rows: list[int] = field(default_factory=list)
    key_fields: tuple[str, ...] = ()
    complete: bool = True
    """Whether every record of the file is in it."""

    def __len__(self) -> int:
        return len(self.rows)

    def at(self, index: int, column: str = "") -> Location:
        """The location of a record, by its index among the records."""
        key = "/".join(self.columns[k][index] for k in self.key_fields if k in self.columns)
        return Location(self.resource, self.path, self.rows[index], key, column)

    def record(self, index: int) -> dict[str, str]:
        """One record as a mapping from column to cell."""
        return {name: cells[index] for name, cells in self.columns.items()}


def parse_csv(
    data: bytes, resource: str, path: str, key_fields: tuple[str, ...] = ()
) -> tuple[Table | None, list[Finding]]:
    r"""The table in the bytes of a CSV file, and the faults of its form.

    The table is None if the bytes are not UTF-8 or if there is no header.
    After a bad quotation mark nothing can be read: the records before it are
    in the table, which is then not `complete`.

    >>> table, faults = parse_csv(b"id,words\nc1,a\n", "toy", "toy.csv")
    >>> table.columns, table.rows, faults
    ({'id': ['c1'], 'words': ['a']}, [2], [])
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [
            Finding(
                Location(resource, path),
                "table.encoding",
                f"byte {error.start} is not UTF-8: {error.reason}",
            )
        ]
    records, fault = _split(text)
    broken = []
    if fault is not None:
        row, message = fault
        broken = [Finding(Location(resource, path, row), "table.quote", message)]
        if not records:
            return None, broken
    if not records or records[0] == [""]:
        return None, [Finding(Location(resource, path, 1), "table.header", "there is no header")]
    table, findings = _columns(records, resource, path, key_fields)
    if broken and table is not None:
        table = replace(table, complete=False)
    return table, [*findings, *broken]


def _columns(
    records: list[list[str]], resource: str, path: str, key_fields: tuple[str, ...]
) -> tuple[Table | None, list[Finding]]:
    header = records[0]
    twice = sorted(name for name, count in Counter(header).items() if count > 1)
    if twice:
        message = f"the header names {', '.join(map(repr, twice))} more than once"
        return None, [Finding(Location(resource, path, 1), "table.header", message)]
    findings, rows, kept = [], [], []
    for number, record in enumerate(records[1:], start=2):
        where = Location(resource, path, number)
        if record == [""] and len(header) > 1:
            findings.append(Finding(where, "table.blank-row", "the row is empty"))
        elif len(record) != len(header):
            message = f"{len(record)} cells where the header has {len(header)}"
            findings.append(Finding(where, "table.cells", message))
        else:
            rows.append(number)
            kept.append(record)
    columns = {name: [record[i] for record in kept] for i, name in enumerate(header)}
    return Table(resource, path, header, columns, rows, key_fields, not findings), findings


def _split(text: str) -> tuple[list[list[str]], tuple[int, str] | None]:
    """The records of a text, up to the first bad quote, whose row and message follow."""
    records: list[list[str]] = []
    record: list[str] = []
    at, end = 0, len(text)
    while at < end or record:
        match = _CELL.match(text, at)
        assert match is not None  # the second branch matches the empty string
        quoted, plain = match.groups()
        record.append(plain if quoted is None else quoted.replace('""', '"'))
        at = match.end()
        if at < end and text[at] == ",":
            at += 1
            continue  # a cell follows, be it empty and at the very end
        if at < end and text[at] not in "\r\n":
            return records, (len(records) + 1, _quote_fault(text, at, quoted is not None))
        if text.startswith("\r", at) and not text.startswith("\r\n", at):
            return records, (len(records) + 1, "a carriage return without a line feed")
        at += 2 if text.startswith("\r\n", at) else 1
        records.append(record)
        record = []
    return records, None


def _quote_fault(text: str, at: int, after_quoted: bool) -> str:
    near = text[max(0, at - 20) : at + 20]
    if after_quoted:
        return f"text after a closing quotation mark, near {near!r}"
    if text[at] == '"' and (at == 0 or text[at - 1] in ",\r\n"):
        return f"a quotation mark is never closed; it opens near {near!r}"
    return f"a quotation mark inside an unquoted cell, near {near!r}"


def write_csv(header: Sequence[str], records: Iterable[Sequence[str]]) -> bytes:
    r"""The bytes of a CSV file: UTF-8, LF, quotation marks only where needed.

    >>> write_csv(["id", "words"], [["c1", "a, b"]])
    b'id,words\nc1,"a, b"\n'
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(records)
    return stream.getvalue().encode("utf-8")
