"""Parquet: a file for each table, typed, and the folder is a package that can be proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.exporters.format import Format
from smartcity_case.exporters.parquet.folder import LOSES, write_folder

if TYPE_CHECKING:
    from smartcity_case.exporters.format import Place
    from smartcity_case.exporters.shared.material import Material

FORMAT = Format(
    name="parquet",
    title="Parquet",
    example="case-parquet/",
    writes=(
        "A file for each table, `TABLE.parquet`, packed with Zstandard: integers of 64 bits, "
        "doubles, booleans, dates and strings as the schema means, missing cells as nulls (an "
        "empty string is another value), vocabularies as dictionaries with all their terms in "
        "order. In each file, under the key `datapackage`, stands the descriptor of the table: "
        "schema, licences, citation, the hash of the package's descriptor. The texts are there as "
        "they are, and once more in `texts.parquet`; so are other files, and those that licences "
        "name. With its `datapackage.json` the folder is a package, which `smartcity-case "
        "validate` proves again, spans and all. Odd characters in a table's name are "
        "percent-encoded in that of its file. In R a table is read by "
        '`arrow::read_parquet("case-parquet/TABLE.parquet")` (it was not run).'
    ),
    loses=(
        *LOSES,
        "in pandas NaN shows as missing; in DuckDB vocabularies are plain text",
    ),
    opened=(
        "import pandas as pd\n\n"
        'rows = pd.read_parquet("case-parquet/TABLE.parquet")\n'
        'print(len(rows), rows["exact"].dtype, rows.attrs["version"])'
    ),
    read_by="pandas, polars, duckdb",
)


def export(material: Material, place: Place) -> None:
    """Write every table, the texts, and a descriptor."""
    write_folder(material, place)
