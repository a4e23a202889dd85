"""Values that a format has no place for as they are: numbers that are none, signs XML lacks."""

from __future__ import annotations

import math
from typing import Final

NOT_XML: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
"""What XML 1.0 cannot hold, not even escaped; inside of the brackets of a regular expression."""


def number_text(value: float, infinity: str = "INF") -> str:
    """A number as a text, that is the same number when it is read; by default as XML Schema has it.

    >>> number_text(0.1), number_text(float("nan")), number_text(float("-inf"), "Infinity")
    ('0.1', 'NaN', '-Infinity')
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return infinity if value > 0 else f"-{infinity}"
    return repr(value)
