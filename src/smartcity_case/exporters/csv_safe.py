"""CSV that a spreadsheet may open: no cell is run as a formula."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from smartcity_case.exporters.format import Format
from smartcity_case.exporters.shared.names import file_names
from smartcity_case.exporters.shared.values import number_text
from smartcity_case.report import counted
from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smartcity_case.exporters.format import Place
    from smartcity_case.exporters.shared.material import Material

FORMAT = Format(
    name="csv-safe",
    title="CSV for spreadsheets",
    example="case-for-spreadsheets/",
    writes=(
        "A file for each table, `TABLE.formulas-escaped.csv`: UTF-8 with a byte order mark, "
        "commas, CR LF. A cell of text that a spreadsheet would run (it begins with `=`, `+`, `-`, "
        "`@`, a tabulator or a carriage return, or with an apostrophe) has an apostrophe before "
        "it, words of the text too; take one away, and it is as it was. What is no number in a "
        "column of numbers is INF, -INF or NaN, as in the data; -INF has an apostrophe, too."
    ),
    loses=(
        "keys, types, vocabularies, constraints, spans as declarations, licences"
        ": the descriptor has them",
        "the difference between an empty cell and none",
        "the texts, and files that are neither tables nor texts",
        "what the spreadsheet changes when it opens the file: 007 becomes 7, some words a date",
    ),
    opened=(
        "import pandas as pd\n\n"
        'rows = pd.read_csv("case-for-spreadsheets/TABLE.formulas-escaped.csv")\n'
        "print(len(rows))"
    ),
    read_by="pandas, Python's csv",
    options={
        "delimiter": "comma (the default), semicolon (what a German Excel opens at once) or tab"
    },
)

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_RUN = ("=", "+", "-", "@", "\t", "\r", "'")
_MOST = 32_767
"""Characters of a cell that Excel keeps."""


def export(material: Material, place: Place) -> None:
    """Write every table as a file."""
    delimiter = _DELIMITERS[material.chosen("delimiter", *_DELIMITERS)]
    for table, file in file_names(material.tables).items():
        schema, escaped, long = material.arrow_schema(table), Counter[str](), Counter[str]()
        with place.open(f"{file}.formulas-escaped.csv") as stream:
            stream.write(b"\xef\xbb\xbf")
            stream.write(_lines([[escape(name) for name in schema.names]], delimiter))
            for batch in material.batches(table):
                columns = [
                    _cells(name, column, escaped, long)
                    for name, column in zip(schema.names, batch.columns, strict=True)
                ]
                rows = list(zip(*columns, strict=True))
                stream.write(_lines(rows, delimiter))
        for name, count in escaped.items():
            material.note(f"{table}.{name}: {counted(count, 'cell')} with an apostrophe before it")
        for name, count in long.items():
            material.note(f"{table}.{name}: {counted(count, 'cell')} longer than Excel keeps")


def escape(cell: str) -> str:
    """A cell that no spreadsheet runs.

    >>> escape("=1+1"), escape("1+1"), escape("'Nein'")
    ("'=1+1", '1+1', "''Nein'")
    """
    return "'" + cell if cell.startswith(_RUN) else cell


def _cells(name: str, column: pa.Array, escaped: Counter[str], long: Counter[str]) -> list[str]:
    values: list[Any] = column.to_pylist()
    is_text, is_number = column.type == pa.string(), column.type == pa.float64()
    plain = [number_text(v) if is_number and v is not None else cell_text(v) for v in values]
    # To a spreadsheet -INF is no number, but a name behind a sign.
    cells = [escape(cell) if is_text or cell == "-INF" else cell for cell in plain]
    changed = sum(cell != was for cell, was in zip(cells, plain, strict=True))
    escaped.update({name: changed} if changed else {})
    beyond = sum(len(cell) > _MOST for cell in cells)
    long.update({name: beyond} if beyond else {})
    return cells


def _lines(rows: Sequence[Sequence[str]], delimiter: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode("utf-8")
