"""The strict splitter: what each dialect reads, and what is told of what it does not."""

from __future__ import annotations

from typing import Any

import pytest

from smartcity_case.profile import Dialect
from smartcity_case.records import Split, Splitter

LONE = "a carriage return without a line feed"
BARE = {"quoteChar": None}
ESCAPED = {"escapeChar": "\\"}
COMMENTED = {"commentChar": "#"}
SPACED = {"skipInitialSpace": True}
BARS = {"lineTerminator": "||"}
TILDES = {**BARS, "commentChar": "~~", "escapeChar": "\\"}


def split(text: str, at_end: bool = True, most: int | None = None, /, **described: Any) -> Split:
    enough = None if most is None else lambda records: len(records) == most
    return Splitter(Dialect.model_validate(described)).split(text, at_end, enough)


WHOLE: list[tuple[dict[str, Any], str, list[list[str] | None]]] = [
    ({}, "", []),
    ({}, "\n", [[""]]),
    ({}, "a,b\r\n1,2\n", [["a", "b"], ["1", "2"]]),
    ({"lineTerminator": "\n"}, "a\r\nb\n", [["a"], ["b"]]),
    ({}, "aXb,X", [["aXb", "X"]]),
    ({}, "a,", [["a", ""]]),
    ({}, "a\n,", [["a"], ["", ""]]),
    ({}, '"a""b","""","",""""""\n', [['a"b', '"', "", '""']]),
    ({}, '"1,2\r\n3\r",x\n', [["1,2\r\n3\r", "x"]]),
    ({}, "\\,#\n  b\n", [["\\", "#"], ["  b"]]),
    ({"doubleQuote": False}, '"a",b\n', [["a", "b"]]),
    (BARE, 'a"b,"c"""\n', [['a"b', '"c"""']]),
    ({"quoteChar": ""}, 'a"b,"c"\n', [['a"b', '"c"']]),
    ({"quoteChar": "'", "delimiter": "|"}, "'a''|'|b,\"\n", [["a'|", 'b,"']]),
    (ESCAPED, 'a\\,b\\\nc,\\\\,\\"\n', [["a,b\nc", "\\", '"']]),
    (ESCAPED, '"\\"\\\n"",\\a"\n', [['"\n",a']]),
    ({**ESCAPED, "quoteChar": None}, 'a\\\n"X\n', [['a\n"X']]),
    ({**ESCAPED, "doubleQuote": False}, '"\\"x",b\n', [['"x', "b"]]),
    (SPACED, 'a,   "b, ""c", d \n', [["a", 'b, "c', "d "]]),
    ({**SPACED, "quoteChar": None}, ' a,  "b"', [["a", '"b"']]),
    (COMMENTED, '#x,"\na,#b\n#', [None, ["a", "#b"], None]),
    (COMMENTED, "a#\r\n#1\r\n##\n\n", [["a#"], None, None, [""]]),
    (COMMENTED, '"#"\n"a\n#b"\n', [["#"], ["a\n#b"]]),
    (BARS, 'a\r\n,b||"c||",d||', [["a\r\n", "b"], ["c||", "d"]]),
    (BARS, "a", [["a"]]),
    (TILDES, "~~x\r|\ny||a\\|,~~b||~~", [None, ["a|", "~~b"], None]),
    ({"lineTerminator": "\r"}, "a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
    ({"lineTerminator": "."}, "a..b.", [["a"], [""], ["b"]]),
]


@pytest.mark.parametrize(("described", "text", "records"), WHOLE)
def test_what_a_dialect_reads(
    described: dict[str, Any], text: str, records: list[list[str] | None]
) -> None:
    assert split(text, **described) == Split(list(records), len(text))


@pytest.mark.parametrize(("described", "text", "records"), WHOLE)
def test_a_text_may_come_in_two_pieces(
    described: dict[str, Any], text: str, records: list[list[str] | None]
) -> None:
    for cut in range(len(text)):
        first = split(text[:cut], False, **described)
        rest = split(text[first.consumed :], **described)
        assert (first.fault, rest.fault) == (None, None)
        assert first.records + rest.records == records


@pytest.mark.parametrize(
    ("described", "text", "read", "left"),
    [
        ({}, "a\nb", [["a"]], "b"),
        ({}, "a\nb,", [["a"]], "b,"),
        ({}, 'a\n"b\n', [["a"]], '"b\n'),
        ({}, 'a\n"b"', [["a"]], '"b"'),
        ({}, "a\nb\r", [["a"]], "b\r"),
        (ESCAPED, "a\nb\\", [["a"]], "b\\"),
        (ESCAPED, 'a\n"b\\"', [["a"]], '"b\\"'),
        (COMMENTED, "a\n#b", [["a"]], "#b"),
        (COMMENTED, "a\n#b\r", [["a"]], "#b\r"),
        (BARS, "a||b|", [["a"]], "b|"),
        (TILDES, "a||~~b|", [["a"]], "~~b|"),
    ],
)
def test_a_record_that_is_not_closed_yet_is_left_for_later(
    described: dict[str, Any], text: str, read: list[list[str] | None], left: str
) -> None:
    assert split(text, False, **described) == Split(list(read), len(text) - len(left))


def test_no_more_records_are_read_than_are_asked_for() -> None:
    assert split('a\n#\n"', True, 2, **COMMENTED) == Split([["a"], None], 4)
    assert split("a\nb", True, 1) == Split([["a"]], 2)
    assert split("a\nb", True, 0) == Split([], 0)
    assert split("a\nb", True, 3) == Split([["a"], ["b"]], 3)


@pytest.mark.parametrize("at_end", [True, False])
@pytest.mark.parametrize(
    ("described", "bad", "message"),
    [
        ({}, '"a"b,c\n', "text after a closing quotation mark, near '1,2\\n\"a\"b,c\\n'"),
        ({}, '"a" ,c\n', "text after a closing quotation mark, near '1,2\\n\"a\" ,c\\n'"),
        ({}, '""a\n', "text after a closing quotation mark, near '1,2\\n\"\"a\\n'"),
        ({}, '"a"\rb\n', "text after a closing quotation mark, near '1,2\\n\"a\"\\rb\\n'"),
        ({}, 'a"b",c\n', "a quotation mark inside an unquoted cell, near '1,2\\na\"b\",c\\n'"),
        ({}, "a\rb\n", LONE),
        ({}, "\rb\n", LONE),
        (BARE, "a\rb\n", LONE),
        (COMMENTED, "#a\rb\n", LONE),
        (COMMENTED, "#a\rb\r\n", LONE),
        (
            {"doubleQuote": False},
            '"a""b"\n',
            'text after a closing quotation mark, near \'1,2\\n"a""b"\\n\'',
        ),
        (
            {},
            f'{"0123456789" * 4}"{"0123456789" * 4}\n',
            f"a quotation mark inside an unquoted cell, near '{'0123456789' * 2}\""
            "0123456789012345678'",
        ),
        (
            {},
            f'"{"0123456789" * 4}"{"0123456789" * 4}\n',
            f"text after a closing quotation mark, near '1234567890123456789\"{'0123456789' * 2}'",
        ),
    ],
)
def test_what_no_record_can_be_made_of(
    described: dict[str, Any], bad: str, message: str, at_end: bool
) -> None:
    found = split("1,2\n" + bad, at_end, **described)
    assert found == Split([["1", "2"]], 4, (1, "table.quote", message))


@pytest.mark.parametrize(
    ("described", "bad", "message"),
    [
        ({}, "a\r", LONE),
        ({}, 'x,"a\n', "a quotation mark is never closed; it opens near 'x,\"a\\n'"),
        ({}, '"a""\n', 'a quotation mark is never closed; it opens near \'"a""\\n\''),
        (ESCAPED, '"a\\"', "a quotation mark is never closed; it opens near '\"a\\\\\"'"),
        (ESCAPED, "a\\", "a character that must be quoted or escaped, near 'a\\\\'"),
        (BARS, "a|", "a character that must be quoted or escaped, near 'a|'"),
        (COMMENTED, "#a\r", LONE),
    ],
)
def test_what_is_not_closed_at_the_end(described: dict[str, Any], bad: str, message: str) -> None:
    assert split(bad, **described) == Split([], 0, (0, "table.quote", message))


def test_a_part_of_a_line_end_stands_in_no_bare_cell() -> None:
    message = "a character that must be quoted or escaped, near 'a|b||'"
    for at_end in (True, False):
        assert split("a|b||", at_end, **BARS) == Split([], 0, (0, "table.quote", message))
