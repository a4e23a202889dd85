"""Parquet files as batches of Arrow, none of which unfolds to more than memory holds.

Strings are read as dictionaries, so that one that stands in a million rows is
held once; how much a batch takes when they stand in full is known before they do.
"""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import numpy as np
import pyarrow as pa

from smartcity_case import arrow, limits
from smartcity_case.arrays import is_text, numbers, present
from smartcity_case.errors import UnreadablePackage
from smartcity_case.records import RecordFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from smartcity_case.arrays import Ints

_ROWS = 1 << 15
_GROUP = 8 << 20
_PACKED = 100

Batches: TypeAlias = "Iterator[pa.RecordBatch | RecordFault]"


def open_parquet(
    handle: BinaryIO, path: str, wants: Callable[[str], bool] | None = None
) -> tuple[list[str], Batches] | RecordFault:
    """The labels and batches of a Parquet file, or why it cannot be read.

    The batches are the same whatever is wanted, but other columns may lack in them.
    The handle stays in use while they are read. Where something is
    wrong, the last of them is a fault. UnreadablePackage if the system fails.
    """
    from pyarrow import parquet

    try:
        metadata = parquet.read_metadata(handle)
        if told := _packed(metadata):
            return RecordFault(0, "limit.unpacked", told)
        repeated = _repeated_strings(metadata)
        file = parquet.ParquetFile(
            handle,
            metadata=metadata,
            read_dictionary=repeated,
            pre_buffer=False,
            buffer_size=1 << 20,
        )
        rows = _rows_at_a_time(metadata, repeated)
        size = handle.seek(0, io.SEEK_END)
        labels = list(file.schema_arrow.names)
        columns = _wanted(labels, wants)
        return labels, _batches(file, path, rows, size, columns)
    except _BAD as error:
        return _bad(error, path)


def _wanted(labels: list[str], wants: Callable[[str], bool] | None) -> list[str] | None:
    """The columns that are read, at least one to know of the rows; None means all."""
    if wants is None or any("." in label for label in labels):  # a point leads into a column
        return None
    return [label for label in labels if wants(label)] or labels[:1]


def _columns(metadata: Any) -> list[Any]:
    """What the footer says of each column of each row group."""
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    return [group.column(number) for group in groups for number in range(group.num_columns)]


def _packed(metadata: Any) -> str:
    """What is told of a column that is packed too well, or ""."""
    for column in _columns(metadata):
        size, packed = column.total_uncompressed_size, column.total_compressed_size
        if size > limits.UNPACKED and size > _PACKED * packed:
            return f"{packed} bytes of the column {column.path_in_schema!r} unpack to {size}"
    return ""


def _repeated_strings(metadata: Any) -> list[str]:
    """The columns of strings that are read as dictionaries, so that a string stands once."""
    strings = {f.name for f in metadata.schema.to_arrow_schema() if _is_string(f.type)}
    with_dictionary = {c.path_in_schema for c in _columns(metadata) if c.has_dictionary_page}
    return sorted(with_dictionary & strings)


def _is_string(kind: pa.DataType) -> bool:
    return is_text(kind.value_type if pa.types.is_dictionary(kind) else kind)


_BAD = (pa.ArrowException, OSError, ValueError, OverflowError)


def _bad(error: BaseException, path: str) -> RecordFault:
    if isinstance(error, MemoryError):
        raise error
    if isinstance(error, OSError) and error.errno is not None:  # the system's, not the file's
        raise UnreadablePackage(f"{path}: {error.strerror or error}") from error
    return RecordFault(0, "table.format", f"this is no readable Parquet file: {error}")


def _rows_at_a_time(metadata: Any, repeated: list[str]) -> int:
    """How many rows a batch has: few enough that they fit into memory when they are unpacked.

    What a value unpacks to stands nowhere, but it is no more than its column has; so of a
    column that may repeat long values in a way that is not seen, fewer rows are read.
    """
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    weight = sum(group.total_byte_size for group in groups)
    rows = int(min(_ROWS, _GROUP * metadata.num_rows // max(weight, 1)))
    for column in _columns(metadata):
        seen = column.path_in_schema in repeated
        shared = any("DELTA" in encoding for encoding in column.encodings)
        is_bytes = column.physical_type in ("BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY")
        if is_bytes and (shared or (column.has_dictionary_page and not seen)):
            fit = _UNSEEN // max(column.total_uncompressed_size, 1)
            rows = min(rows, max(fit, _FEWEST_ROWS))
    return max(1, rows)


_UNSEEN = 16 << 20
_FEWEST_ROWS = 64
_MOST_UNPACKED, _MOST_FOLD = 2 << 30, 200
"""Bytes to which a file may unpack, if that is not so many times its size."""


def _batches(
    file: Any, path: str, rows: int = _ROWS, size: int = 0, columns: list[str] | None = None
) -> Batches:
    most = max(_MOST_UNPACKED, _MOST_FOLD * size)
    left = file.metadata.num_rows
    batches = file.iter_batches(batch_size=rows, columns=columns, use_threads=False)
    while True:
        try:
            batch = next(batches, None)
            if batch is None:
                if left:
                    raise ValueError("it does not have as many rows as its footer says")
                return
            left -= len(batch)
            batch.validate(full=True)
            _check_values(batch)
            sizes = _unpacked(batch)
        except _BAD as error:
            yield _bad(error, path)
            return
        if (unpacked := int(sizes.sum())) > limits.UNPACKED:
            message = (
                f"{len(batch)} rows unpack to {unpacked} bytes; {limits.UNPACKED} are the most"
            )
            yield RecordFault(0, "limit.unpacked", message)
            return
        most -= batch.nbytes
        if most < 0:
            told = f"{size} bytes unpack to more than {_MOST_UNPACKED}, and {_MOST_FOLD} fold"
            yield RecordFault(0, "limit.unpacked", told)
            return
        yield from _slices(batch, sizes)
        pa.default_memory_pool().release_unused()  # or it keeps a hundred megabytes


def _unpacked(batch: pa.RecordBatch) -> Ints:
    """How many bytes the repeated strings of each row take when they stand in full."""
    sizes = np.zeros(len(batch), np.int64)
    for column in batch.columns:
        if pa.types.is_dictionary(column.type) and _is_string(column.type):
            lengths = numbers(arrow.call("binary_length", column.dictionary))
            known = present(column.indices)
            sizes[known] += lengths[numbers(column.indices)[known]]
    return sizes


def _slices(batch: pa.RecordBatch, sizes: Ints) -> Iterator[pa.RecordBatch]:
    """A batch in pieces that are not too large when their strings stand in full."""
    edges = np.flatnonzero(np.diff(np.cumsum(sizes) // _GROUP)) + 1
    for start, end in pairwise([0, *edges.tolist(), len(batch)]):
        yield batch.slice(start, end - start)


def _check_values(batch: pa.RecordBatch) -> None:
    """Raise what Arrow raises if a column has a date or time that Python has not."""
    import pyarrow.compute as pc

    for column in batch.columns:
        if pa.types.is_nested(column.type):
            column.to_pylist()
        elif pa.types.is_temporal(column.type) and not pa.types.is_duration(column.type):
            pc.min_max(column).as_py()
