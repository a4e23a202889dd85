"""The `jsonSchema` constraint: jsonschema decides, at a bounded cost.

What a JSON Schema asks of a value can double with each level of it, and its
regular expressions can take for ever. So the keywords that are looked at are
counted, and regular expressions that could take too long are not begun.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from smartcity_case.checks.patterns import Pattern, PatternFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_KEYWORDS_A_CHARACTER = 100
_MOST_PARTS = 5_000
_FEWEST_KEYWORDS, _MOST_KEYWORDS = 500, 200_000


class SchemaFault(Exception):
    """A JSON Schema that cannot be judged by; the message says why."""


class TooCostly(Exception):
    """It would take too long to judge a value."""


class JsonSchema:
    """A JSON Schema (draft 2020-12) that values are held to; nothing is fetched.

    >>> schema = JsonSchema({"maxItems": 2})
    >>> schema.fault([1, 2], 6), schema.fault([1, 2, 3], 9)
    ('', '[1, 2, 3] is too long')
    """

    def __init__(self, schema: Any) -> None:
        from jsonschema import Draft202012Validator, exceptions, validators
        from referencing import Registry

        if sum(1 for _ in _all_parts(schema)) > _MOST_PARTS:
            raise SchemaFault(f"it has more than {_MOST_PARTS} parts")
        schema = _without_dialects(schema)
        try:
            Draft202012Validator.check_schema(schema)
        except (exceptions.SchemaError, TypeError) as error:
            raise SchemaFault("it is no JSON Schema") from error
        try:
            self._patterns = [Pattern(pattern) for pattern in _patterns(schema)]
        except PatternFault as fault:
            raise SchemaFault(f"a regular expression: {fault}") from fault
        keywords = Draft202012Validator.VALIDATORS.items()
        counted = {name: partial(self._count, keyword) for name, keyword in keywords}
        counting = validators.extend(Draft202012Validator, counted)
        self._validator = counting(schema, registry=Registry())
        self._left = threading.local()

    def fault(self, value: Any, size: int) -> str:
        """What is wrong with a value of so many characters, or ""; TooCostly if that costs."""
        longest = max(map(len, _strings(value)), default=0) if self._patterns else 0
        if any(pattern.may_search_long(longest) for pattern in self._patterns):
            raise TooCostly("its regular expressions")
        most = min(max(_KEYWORDS_A_CHARACTER * size, _FEWEST_KEYWORDS), _MOST_KEYWORDS)
        self._left.keywords = most
        try:
            fault = next(self._validator.iter_errors(value), None)
        except (TooCostly, MemoryError):
            raise
        except Exception as error:  # jsonschema and referencing raise what comes to hand
            return f"it cannot be judged by: {type(error).__name__}: {error}"
        return "" if fault is None else str(fault.message)

    def _count(self, keyword: Callable[..., Any], *given: Any) -> Iterator[Any]:
        """A keyword of jsonschema, which stops when too many were looked at."""
        self._left.keywords -= _cost(*given[1:3])
        if self._left.keywords < 0:
            raise TooCostly("its keywords")
        yield from keyword(*given) or ()


def _without_dialects(schema: Any) -> Any:
    """A JSON Schema without `$schema`: each would bring a validator that counts nothing."""
    if isinstance(schema, list):
        return [_without_dialects(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _without_dialects(part)
        for name, part in schema.items()
        if not (name == "$schema" and isinstance(part, str))
    }


def _cost(given: Any, value: Any) -> int:
    """How many keywords one is worth, by what it was given and what it judges.

    Of `enum`, and of `uniqueItems` where items cannot be sorted, all pairs are compared.
    """
    if isinstance(given, list):
        return 1 + len(given) // (4 if isinstance(value, list | dict) else 100)
    if given is True and isinstance(value, list):
        try:
            sorted(value)
        except TypeError:
            return 1 + len(value) ** 2 // 2
    return 1


def _patterns(schema: Any) -> Iterator[str]:
    """The regular expressions in a JSON Schema, and maybe strings that look like some."""
    for part in _all_parts(schema):
        if isinstance(part, dict):
            if isinstance(pattern := part.get("pattern"), str):
                yield pattern
            if isinstance(named := part.get("patternProperties"), dict):
                yield from named


def _strings(value: Any) -> Iterator[str]:
    """The strings in a value, the names of members among them."""
    for part in _all_parts(value):
        if isinstance(part, str):
            yield part
        if isinstance(part, dict):
            yield from part


def _all_parts(value: Any) -> Iterator[Any]:
    """A value of JSON and every value in it."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, dict):
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
