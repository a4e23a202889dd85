"""Arrow's functions on arrays, called by name.

`pyarrow.compute` makes a Python function with a docstring of each of its three
hundred when it is imported, which takes longer than validating a small
package; the methods of arrays import it too. These do not.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pyarrow import _compute


def is_in(array: pa.Array, values: pa.Array) -> pa.BooleanArray:
    """Which entries are among some values."""
    return _compute.call_function("is_in", [array], _compute.SetLookupOptions(values))


def matches(array: pa.StringArray, pattern: str) -> pa.BooleanArray:
    """Which strings a regular expression of RE2 finds something in."""
    options = _compute.MatchSubstringOptions(pattern)
    return _compute.call_function("match_substring_regex", [array], options)


def call(name: str, *arrays: pa.Array) -> Any:
    """A function of Arrow that needs no options."""
    return _compute.call_function(name, list(arrays))


def cast(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """An array as another type; ArrowInvalid if a value would be lost."""
    return _compute.call_function("cast", [array], _compute.CastOptions.safe(kind))


def take(array: pa.Array, places: pa.Int64Array) -> pa.Array:
    """Some entries of an array."""
    return _compute.call_function("take", [array, places])


def encode(array: pa.Array) -> pa.DictionaryArray:
    """An array as numbers and the different values; null is a value."""
    options = _compute.DictionaryEncodeOptions("encode")
    return _compute.call_function("dictionary_encode", [array], options)
