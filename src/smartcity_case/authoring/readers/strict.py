"""Strict JSON in, cells out.

What a lenient reader would drop or guess at is a ValueError with its reason:
repeated members, numbers that are none, halves of surrogate pairs.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from smartcity_case import limits


def load(text: str) -> Any:
    """The value of a JSON text; ValueError with the reason if it is not strict JSON.

    >>> load('{"a": [1, 2]}')
    {'a': [1, 2]}
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_members, parse_constant=_no_constants, parse_float=_float
        )
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    if _is_too_deep(value):
        raise ValueError(_TOO_DEEP)
    if _MAY_BE_HALF.search(text):
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ValueError("it has half of a surrogate pair") from None
    return value


_TOO_DEEP = f"it is nested too deeply; {limits.NESTING} levels are the most"
_MAY_BE_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {twice!r} stands twice in an object")
    return members


def _no_constants(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"the number {digits[:40]} is too large")
    return value


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(limits.NESTING + 1):
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def cell(value: Any) -> str:
    """A JSON value as a cell: a string as it is, null as "", all else as JSON.

    >>> cell("a"), cell(None), cell(True), cell(["ä", 1])
    ('a', '', 'true', '["ä", 1]')
    """
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def attributes(members: dict[str, Any]) -> str:
    """What else is said of a span, as a JSON object; "" if that is nothing.

    >>> attributes({"mood": "open", "note": None}), attributes({"note": None})
    ('{"mood": "open"}', '')
    """
    said = {name: value for name, value in members.items() if value is not None}
    return json.dumps(said, ensure_ascii=False) if said else ""
