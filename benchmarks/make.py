"""Data packages to measure on: any number of rows and texts, right or with planted faults.

    python -m benchmarks.make ROWS [--documents N] [--size BYTES] [--form files|csv|parquet|text]
                              [--table csv|parquet] [--shards N] [--in-order] [--faults K]

A package is made once for its recipe, in a folder under the system's temporary
one, and its place is printed. It is written as a stream: the memory it takes does
not grow with the rows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.faults import fault_rows, spoil
from benchmarks.texts import make_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from benchmarks.texts import Texts

Form = Literal["files", "csv", "parquet", "text"]
Format = Literal["csv", "parquet"]

CACHE = Path(tempfile.gettempdir()) / "smartcity-case-benchmarks"
"""Where packages are kept; it may be deleted at any time."""

SEED = 20181203
BATCH = 100_000
KINDS = ("Ort", "Person", "Behörde", "Vorhaben", "Zusage")
ROWS = pa.schema(
    [
        ("id", pa.string()),
        ("document", pa.string()),
        ("kind", pa.string()),
        ("code", pa.string()),
        ("score", pa.int64()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("exact", pa.string()),
    ]
)


@dataclass(frozen=True)
class Recipe:
    """What a package is made of.

    `form` is how the texts are held: as `files` that a table lists, in a column
    of a `csv` or `parquet` table, or (for a single text) as a resource of its
    own, `text`. `table` is the format of the rows. `faults` rows have a fault.
    Tables in Parquet are in `shards` files each. The rows stand in the order of
    the texts they refer to, as one reads, or (not `in_order`) in none.
    """

    rows: int
    documents: int = 1000
    size: int = 20_000
    form: Form = "files"
    table: Format = "csv"
    faults: int = 0
    seed: int = SEED
    shards: int = 1
    in_order: bool = False

    def __post_init__(self) -> None:
        if self.form == "text" and self.documents != 1:
            raise ValueError("a text that is a resource is a single one")
        if self.faults and self.table == "parquet":
            raise ValueError("faults are planted in CSV: a Parquet column has one type")
        if self.shards > 1 and (self.table, self.form) != ("parquet", "parquet"):
            raise ValueError("only tables in Parquet are in several files")
        if self.faults * 2 > self.rows:
            raise ValueError("at most every second row has a fault")

    @property
    def place(self) -> str:
        """The name of its folder; another version of the generator has others."""
        folder = Path(__file__).parent
        sources = [(folder / name).read_bytes() for name in ("make.py", "texts.py", "faults.py")]
        version = hashlib.sha256(b"".join(sources)).hexdigest()[:8]
        return "-".join([*map(str, astuple(self)), version])


def make_package(recipe: Recipe, cache: Path = CACHE) -> Path:
    """The folder of the package of a recipe, made if it is not there yet."""
    root = cache / recipe.place
    if not root.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        begun = Path(tempfile.mkdtemp(dir=cache, prefix="."))
        try:
            _write_package(begun, recipe)
            begun.replace(root)
        finally:
            shutil.rmtree(begun, ignore_errors=True)
    return root


def texts_of(recipe: Recipe) -> Texts:
    """The texts of a package; the same in every call."""
    return make_texts(recipe.documents, recipe.size, recipe.seed)


def row_keys(recipe: Recipe, index: NDArray[np.int64]) -> pa.Array:
    """The keys of rows, by their place in the table: unique, and in no order."""
    step = 7_368_787
    while math.gcd(step, recipe.rows) != 1:
        step += 1
    numbers = (index * step + recipe.rows // 3) % recipe.rows
    return _numbered("r", numbers, 8)


def document_keys(index: NDArray[np.int64]) -> pa.Array:
    """The keys of documents."""
    return _numbered("d", index, 7)


def _numbered(letter: str, numbers: NDArray[np.int64], width: int) -> pa.Array:
    digits = pc.ascii_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0")
    return pc.binary_join_element_wise(letter, digits, "")


def row_batches(recipe: Recipe, texts: Texts) -> Iterator[pa.RecordBatch]:
    """The rows, batch by batch; with planted faults every column is of strings."""
    faults = fault_rows(recipe.rows, recipe.faults)
    step = min(BATCH, -(-recipe.rows // recipe.shards))
    for first in range(0, recipe.rows, step):
        index = np.arange(first, min(first + step, recipe.rows))
        random = np.random.default_rng([recipe.seed, 1, first])
        among = range(recipe.documents)
        if recipe.in_order:
            ends = (first, first + len(index))
            among = range(*(at * recipe.documents // recipe.rows for at in ends))
        spans = texts.spans(len(index), random, among)
        code = pc.binary_join_element_wise(
            pa.array(list("ABCD")).take(pa.array(random.integers(0, 4, len(index)))),
            pc.ascii_lpad(
                pc.cast(pa.array(random.integers(0, 10_000, len(index))), pa.string()), 4, "0"
            ),
            "-",
        )
        columns = [
            row_keys(recipe, index),
            document_keys(spans.document),
            pa.array(KINDS).take(pa.array(random.integers(0, len(KINDS), len(index)))),
            code,
            pa.array(random.integers(0, 101, len(index))),
            pa.array(spans.start),
            pa.array(spans.end),
            spans.exact,
        ]
        batch = pa.RecordBatch.from_arrays(columns, schema=ROWS)
        if recipe.faults:
            # The key of the row before: a key that stood already, in a row without a fault.
            batch = spoil(batch, index, faults, row_keys(recipe, index - 1))
        yield batch


def _write_package(root: Path, recipe: Recipe) -> None:
    texts = texts_of(recipe)
    documents = _write_documents(root, recipe, texts)
    header = [field.name for field in ROWS]
    rows = _write_table(
        root, "rows", recipe.table, header, row_batches(recipe, texts), recipe.rows, recipe.shards
    )
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "benchmark",
        "version": "1.0.0",
        "resources": [*documents, rows | {"name": "rows", "schema": _rows_schema(recipe)}],
    }
    text = json.dumps(package, ensure_ascii=False, indent=1)
    (root / "datapackage.json").write_text(text, "utf-8")


def _write_documents(root: Path, recipe: Recipe, texts: Texts) -> list[dict[str, Any]]:
    """Write the texts and their table; the descriptors of what was written."""
    fields = [{"name": "id", "type": "string", "constraints": {"required": True}}]
    if recipe.form in ("files", "text"):
        files = list(_write_texts(root, recipe.documents, texts))
        keys = document_keys(np.arange(recipe.documents)).to_pylist()
        columns = [keys, *map(list, zip(*files, strict=True))]
        names = ["id", "path", "hash", "bytes"]
        batches: Iterable[pa.RecordBatch] = [
            pa.RecordBatch.from_arrays([pa.array(column) for column in columns], names)
        ]
        table = _write_table(root, "documents", "csv", names, batches, recipe.documents)
        fields += [
            {"name": "path", "type": "string", "constraints": {"required": True}},
            {"name": "hash", "type": "string"},
            {"name": "bytes", "type": "integer"},
        ]
    else:
        names = ["id", "text"]
        held = _text_batches(recipe, texts)
        table = _write_table(
            root, "documents", recipe.form, names, held, recipe.documents, recipe.shards
        )
        fields.append({"name": "text", "type": "string", "constraints": {"required": True}})
    resources = [table | {"name": "documents", "schema": {"fields": fields, "primaryKey": "id"}}]
    if recipe.form == "text":
        path, stated, size = files[0]
        resources.append(
            {
                "name": "text",
                "path": path,
                "mediatype": "text/plain",
                "encoding": "utf-8",
                "hash": stated,
                "bytes": size,
            }
        )
    return resources


def _write_texts(root: Path, documents: int, texts: Texts) -> Iterator[tuple[str, str, int]]:
    for document in range(documents):
        path = f"texts/{document // 1000:03d}/{document:07d}.txt"
        if document % 1000 == 0:
            (root / path).parent.mkdir(parents=True)
        data = texts.text(document)
        (root / path).write_bytes(data)
        yield path, f"sha256:{hashlib.sha256(data).hexdigest()}", len(data)


def _text_batches(recipe: Recipe, texts: Texts) -> Iterator[pa.RecordBatch]:
    at_once = max(1, min(8_000_000 // recipe.size, -(-recipe.documents // recipe.shards)))
    for first in range(0, recipe.documents, at_once):
        index = np.arange(first, min(first + at_once, recipe.documents))
        held = pa.array([texts.text(document) for document in index.tolist()]).cast(pa.string())
        yield pa.RecordBatch.from_arrays([document_keys(index), held], ["id", "text"])


def _write_table(
    root: Path,
    name: str,
    form: str,
    header: list[str],
    batches: Iterable[pa.RecordBatch],
    rows: int,
    shards: int = 1,
) -> dict[str, Any]:
    """Write a table, a batch at a time; its descriptor but for name and schema."""
    paths = [f"{name}.{form}"]
    if shards > 1:
        (root / name).mkdir()
        paths = [f"{name}/{number:03d}.{form}" for number in range(shards)]
    if form == "parquet":
        _write_parquet([root / path for path in paths], batches, rows)
    else:
        with (root / paths[0]).open("wb") as stream:
            stream.write(",".join(header).encode() + b"\n")
            for batch in batches:
                write_lines(stream, batch)
    made, size = hashlib.sha256(), 0
    for path in paths:  # the hash of a table in several files is that of their bytes in a row
        with (root / path).open("rb") as stream:
            while piece := stream.read(1 << 20):
                made.update(piece)
                size += len(piece)
    return {
        "path": paths if shards > 1 else paths[0],
        "format": form,
        "mediatype": {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}[form],
        "encoding": "utf-8",
        "hash": f"sha256:{made.hexdigest()}",
        "bytes": size,
    }


def _write_parquet(places: list[Path], batches: Iterable[pa.RecordBatch], rows: int) -> None:
    """Write batches, which have so many rows together, to files of about one size."""
    writers: dict[int, pq.ParquetWriter] = {}
    with ExitStack() as stack:
        for place, batch in _numbered_by_file(batches, len(places), rows):
            if place not in writers:
                writer = pq.ParquetWriter(places[place], batch.schema)
                writers[place] = stack.enter_context(writer)
            writers[place].write_batch(batch)


def _numbered_by_file(
    batches: Iterable[pa.RecordBatch], files: int, rows: int
) -> Iterator[tuple[int, pa.RecordBatch]]:
    done = 0
    for batch in batches:
        yield done * files // rows, batch
        done += len(batch)


def write_lines(stream: IO[bytes], batch: pa.RecordBatch) -> None:
    """CSV as most programs write it: quotation marks only where they are needed.

    pyarrow's own writer puts them around every string.
    """
    columns = []
    for column in batch.columns:
        cells = pc.cast(column, pa.string())
        doubled = pc.replace_substring(cells, '"', '""')
        quoted = pc.binary_join_element_wise('"', doubled, '"', "")
        columns.append(pc.if_else(pc.match_substring_regex(cells, '[",\r\n]'), quoted, cells))
    lines = pc.binary_join_element_wise(*columns, ",")
    ended = pc.binary_join_element_wise(lines, "\n", "")
    offsets = np.frombuffer(ended.buffers()[1], np.int32)
    stream.write(ended.buffers()[2].slice(0, int(offsets[len(ended)])))


def _rows_schema(recipe: Recipe) -> dict[str, Any]:
    needed = {"required": True}
    offset = {"type": "integer", "constraints": {**needed, "minimum": 0}}
    spans: dict[str, Any] = {
        "fields": {"start": "start", "end": "end", "exact": "exact", "source": "document"},
        "reference": {"resource": "documents", "fields": {"key": "id", "text": "text"}},
    }
    if recipe.form == "files":
        names = {"key": "id", "path": "path", "hash": "hash", "bytes": "bytes"}
        spans["reference"]["fields"] = names
    elif recipe.form == "text":
        del spans["fields"]["source"]
        spans["reference"] = {"resource": "text"}
    code = {**needed, "pattern": "[A-D]-[0-9]{4}"}
    score = {**needed, "minimum": 0, "maximum": 100}
    return {
        "fields": [
            {"name": "id", "type": "string", "constraints": needed},
            {"name": "document", "type": "string", "constraints": needed},
            {"name": "kind", "type": "string", "constraints": {**needed, "enum": list(KINDS)}},
            {"name": "code", "type": "string", "constraints": code},
            {"name": "score", "type": "integer", "constraints": score},
            {"name": "start", **offset},
            {"name": "end", **offset},
            {"name": "exact", "type": "string", "constraints": needed},
        ],
        "primaryKey": "id",
        "foreignKeys": [
            {"fields": "document", "reference": {"resource": "documents", "fields": "id"}}
        ],
        "textSpans": [spans],
    }


def main() -> None:
    """Make one package and print its place."""
    parser = argparse.ArgumentParser(description="Make a package to measure on.")
    parser.add_argument("rows", type=int)
    parser.add_argument("--documents", type=int, default=Recipe.documents)
    parser.add_argument("--size", type=int, default=Recipe.size)
    parser.add_argument("--form", choices=("files", "csv", "parquet", "text"), default="files")
    parser.add_argument("--table", choices=("csv", "parquet"), default="csv")
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--in-order", action="store_true")
    parser.add_argument("--faults", type=int, default=0)
    print(make_package(Recipe(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
