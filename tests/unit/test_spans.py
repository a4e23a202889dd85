from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from smartcity_case import arrow, limits
from smartcity_case.arrays import strings
from smartcity_case.checks import spans
from smartcity_case.checks.hints import CAUSES
from smartcity_case.checks.rows import Rows
from smartcity_case.checks.spans import Judged, Search, SpanCheck, digest_of
from smartcity_case.checks.trace import (
    Trace,
    difference,
    message_of,
    read_span,
    search_cost,
    trace_span,
)
from smartcity_case.corpus import Corpus
from smartcity_case.profile import TableSchema
from smartcity_case.table import Batch, Column, Fault, json_column
from smartcity_case.text import Span
from smartcity_case.textspans import TextSpan

TEXT = "Die Stadt, die Stadt und das Ende."
NAMES = {
    "start": "von",
    "end": "bis",
    "exact": "worte",
    "prefix": "davor",
    "suffix": "danach",
    "digest": "siegel",
    "source": "text",
}
NO_OFFSET = "is not an offset (ASCII digits, no sign, no leading zero)"


def declared(
    *roles: str,
    known: dict[str, int] | None = None,
    missing: dict[str, list[str]] | None = None,
    **more: Any,
) -> SpanCheck:
    """The check of a table that has `start`, `end` and these roles."""
    fields = {role: NAMES[role] for role in ("start", "end", *roles)}
    reference: dict[str, object] = {"resource": "texte"}
    if "source" in roles:
        reference["fields"] = {"key": "name", "text": "text"}
    own = missing or {}
    columns: list[dict[str, object]] = [
        {"name": name, "type": "integer" if role in ("start", "end") else "string"}
        | ({"missingValues": own[role]} if role in own else {})
        for role, name in fields.items()
    ]
    span = {"fields": fields, "reference": reference, **more}
    schema = TableSchema.model_validate({"fields": columns, "textSpans": [span]})
    return SpanCheck(schema, schema.text_spans[0], known)


def table(*rows: tuple[Any, ...], roles: tuple[str, ...] = ("exact",), text: bool = True) -> Batch:
    """Rows of cells: `start`, `end`, and the other roles in order."""
    columns = {}
    for at, role in enumerate(("start", "end", *roles)):
        cells = [row[at] for row in rows]
        columns[NAMES[role]] = (
            Column(strings([None if c is None else str(c) for c in cells]))
            if text
            else json_column(cells)
        )
    return Batch("stellen", "stellen.csv", columns, np.arange(len(rows)) + 2)


def judged(
    check: SpanCheck, batch: Batch, *texts: str, search: Search | None = None
) -> tuple[list[Fault], Judged]:
    """All that is told of a batch, and the numbers."""
    corpus = Corpus.of([text.encode() for text in texts or (TEXT,)])
    rows, faults = check.read(batch)
    verdict = check.judge(check.prove(rows, corpus), search or Search())
    return [*faults, *verdict.faults], verdict


def faults(check: SpanCheck, batch: Batch, *texts: str) -> list[Fault]:
    return judged(check, batch, *texts)[0]


def numbers(of: Judged) -> tuple[int, int, int]:
    return of.checked, of.failed, of.looked


def test_what_is_told_of_each_kind_of_wrong_span() -> None:
    found, verdict = judged(
        declared("exact"),
        table(
            (4, 9, "Stadt"),
            (28, 32, "Ende"),
            (4, 9, "Ende"),
            (3, 8, "Stadt"),
            (0, 3, "die"),
            (0, 3, "Dorf"),
            (9, 4, "Ende"),
            (0, 35, "Dorf"),
        ),
    )
    line = "Die Stadt, die Stadt und das E\n"
    assert found == [
        Fault(1, "worte", "span.moved",
              "at 28 to 32 the text has ' End', not 'Ende'; these words stand at 29 to 33",
              "Ende", "Die Stadt, die Stadt und das Ende.\n" + " " * 28 + "^"),
        Fault(2, "worte", "span.moved",
              "at 4 to 9 the text has 'Stadt', not 'Ende'; these words stand at 29 to 33",
              "Ende", "Die Stadt, die Stadt und das Ende.\n    ^"),
        Fault(3, "worte", "span.ambiguous",
              "at 3 to 8 the text has ' Stad', not 'Stadt'; "
              "these words stand at 4 to 9, 15 to 20",
              "Stadt", "Die Stadt, die Stadt und das Ende\n   ^"),
        Fault(4, "worte", "span.moved",
              "at 0 to 3 the text has 'Die', not 'die'; these words stand at 11 to 14",
              "die", line + "^"),
        Fault(5, "worte", "span.absent",
              "at 0 to 3 the text has 'Die', not 'Dorf'; these words stand nowhere",
              "Dorf", "Die Stadt, die Stadt und das En\n ^"),
        Fault(6, "worte", "span.out-of-range",
              "9 to 4 is no stretch of the text; the words stand at 29 to 33", "Ende"),
        Fault(7, "worte", "span.out-of-range", "0 to 35 is no stretch of the text", "Dorf"),
    ]  # fmt: skip
    assert (*numbers(verdict), verdict.absent) == (8, 7, 5, 2)
    assert verdict.explained[CAUSES[4]] == 2
    assert verdict.explained.total() == 2


def test_without_words_only_the_range_is_judged() -> None:
    found, verdict = judged(declared(), table((0, 34), (0, 35), (5, 5), (33, 34), roles=()))
    assert found == [
        Fault(1, "von", "span.out-of-range", "0 to 35 is no stretch of the text", "0 to 35"),
        Fault(2, "von", "span.out-of-range", "5 to 5 is no stretch of the text", "5 to 5"),
    ]
    assert numbers(verdict) == (4, 2, 0)


def test_a_span_with_some_cells_empty_is_incomplete() -> None:
    rows = table(
        ("", 9, "Stadt", "a"),
        ("", "", "Stadt", "a"),
        (4, 9, "", ""),
        ("", "", "", "a"),
        ("", "", "", ""),
        (4, 9, "Stadt", "a"),
        roles=("exact", "source"),
    )
    expected = [
        Fault(0, "von", "span.incomplete", "empty: von"),
        Fault(1, "von", "span.incomplete", "empty: von, bis"),
        Fault(2, "worte", "span.incomplete", "empty: worte, text"),
        Fault(3, "von", "span.incomplete", "empty: von, bis, worte"),
        Fault(4, "von", "span.incomplete", "empty: von, bis, worte, text"),
    ]
    found, verdict = judged(declared("exact", "source", known={"a": 0}), rows)
    assert (found, numbers(verdict)) == (expected, (1, 0, 0))
    # A span that is not required may be left out whole; its text may be named.
    found, verdict = judged(declared("exact", "source", known={"a": 0}, required=False), rows)
    assert (found, numbers(verdict)) == (expected[:3], (1, 0, 0))


def test_context_alone_is_no_span_left_out() -> None:
    check = declared("exact", "prefix", "suffix", required=False)
    found, verdict = judged(
        check,
        table(
            ("", "", "", "Die ", ""),
            ("", "", "", "", ","),
            ("", "", "", "", ""),
            (4, 9, "Stadt", "", ","),
            roles=("exact", "prefix", "suffix"),
        ),
    )
    assert found == [
        Fault(0, "von", "span.incomplete", "empty: von, bis, worte"),
        Fault(1, "von", "span.incomplete", "empty: von, bis, worte"),
    ]
    assert numbers(verdict) == (1, 0, 0)


def test_a_digest_is_needed_like_words() -> None:
    rows = table((4, 9, ""), ("", "", ""), roles=("digest",))
    found = faults(declared("digest", required=False), rows)
    assert found == [Fault(0, "siegel", "span.incomplete", "empty: siegel")]


def test_each_field_has_its_own_missing_values() -> None:
    check = declared("exact", missing={"exact": ["-"], "end": ["?", ""]})
    found = faults(check, table((4, 9, "-"), (4, "?", "Stadt"), (4, 9, "")))
    assert found == [
        Fault(0, "worte", "span.incomplete", "empty: worte"),
        Fault(1, "bis", "span.incomplete", "empty: bis"),
        Fault(2, "worte", "span.absent",
              "at 4 to 9 the text has 'Stadt', not ''; these words stand nowhere", "",
              "Die Stadt, die Stadt und das Ende.\n    ^"),
    ]  # fmt: skip


def test_cells_that_are_no_offsets() -> None:
    odd = ["+4", "04", "-4", "4.0", " 4", "٤", "x" * 81]
    shown = ["'+4'", "'04'", "'-4'", "'4.0'", "' 4'", "'٤'", f"'{'x' * 80}'… (81 characters)"]
    rows = table(*((cell, 9, "Stadt") for cell in odd), (4, "nine", "Stadt"), ("", "no", ""))
    found, verdict = judged(declared("exact", required=False), rows)
    assert found == [
        Fault(8, "von", "span.incomplete", "empty: von, worte"),
        *(
            Fault(at, "von", "span.unverifiable", f"{told} {NO_OFFSET}", odd[at])
            for at, told in enumerate(shown)
        ),
        Fault(7, "bis", "span.unverifiable", f"'nine' {NO_OFFSET}", "nine"),
        Fault(8, "bis", "span.unverifiable", f"'no' {NO_OFFSET}", "no"),
    ]
    assert numbers(verdict) == (0, 0, 0)


def test_an_offset_of_many_digits_lies_beyond_every_text() -> None:
    rows = table((4, 10**15, "Stadt"), (4, 10**17 + 7, "Stadt"), ("1" * 5000, "9" * 30, "Ende"))
    assert faults(declared("exact"), rows) == [
        Fault(0, "worte", "span.out-of-range",
              "4 to 1000000000000000 is no stretch of the text; "
              "the words stand at 4 to 9, 15 to 20", "Stadt"),
        Fault(1, "worte", "span.out-of-range",
              "4 to 100000000000000007 is no stretch of the text; "
              "the words stand at 4 to 9, 15 to 20", "Stadt"),
        Fault(2, "worte", "span.out-of-range",
              f"{'1' * 18} to {'9' * 18} is no stretch of the text; "
              "the words stand at 29 to 33", "Ende"),
    ]  # fmt: skip


def test_offsets_that_are_not_text() -> None:
    cells = [0, 4, 0.0, True, -1, 10**18, 10**18 - 1, None, "0", "04", "4", "1" * 19]
    rows = table(*((cell, 9, "Die Stadt") for cell in cells), text=False)
    found, verdict = judged(declared("exact"), rows)
    shown = {2: "0.0", 3: "true", 4: "-1", 9: "04"}
    assert found[:-5] == [
        Fault(7, "von", "span.incomplete", "empty: von"),
        *(
            Fault(at, "von", "span.unverifiable", f"{told!r} {NO_OFFSET}", told)
            for at, told in shown.items()
        ),
    ]
    assert [(f.place, f.code) for f in found[-5:]] == [
        (1, "span.moved"),
        (5, "span.out-of-range"),
        (6, "span.out-of-range"),
        (10, "span.moved"),
        (11, "span.out-of-range"),
    ]
    assert numbers(verdict) == (7, 5, 5)


_MOST = 10**18 - 1
_CELLS = [
    0,
    4,
    None,
    127,
    -1,
    -128,
    255,
    2**32 - 1,
    _MOST,
    _MOST + 1,
    2**63 - 1,
    -(2**63),
    2**64 - 1,
]


_KINDS = [
    *(pa.int8(), pa.int16(), pa.int32(), pa.int64()),
    *(pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(), pa.decimal128(20)),
]


@pytest.mark.parametrize("kind", _KINDS, ids=str)
def test_offsets_of_every_type_of_integer(kind: pa.DataType) -> None:
    def holds(cell: int | None) -> bool:
        try:
            pa.array([cell], kind)
        except (pa.ArrowInvalid, OverflowError):
            return False
        return True

    cells = [cell for cell in _CELLS if holds(cell)]
    array = pa.array([7, *cells], kind).slice(1)
    values, readable = spans._offsets(Column(array))
    good = [c is not None and c >= 0 and pa.types.is_integer(kind) for c in cells]
    assert values.dtype == np.int64
    assert readable.tolist() == good
    assert values[readable].tolist() == [
        min(c or 0, _MOST) for c, g in zip(cells, good, strict=True) if g
    ]
    none, unread = spans._offsets(Column(pa.nulls(2, kind)))
    assert len(none) == 2
    assert not unread.any()
    assert [len(each) for each in spans._offsets(Column(array[:0]))] == [0, 0]


def test_columns_of_other_types_are_read_as_they_are_shown() -> None:
    columns = {
        "von": Column(arrow.cast(strings(["0", "4", None]), pa.int32())),
        "bis": Column(arrow.cast(strings(["2", "5", None]), pa.uint8())),
        "worte": Column(arrow.cast(strings(["10", "7", None]), pa.int64())),
    }
    batch = Batch("stellen", "", columns, np.arange(3) + 1)
    assert faults(declared("exact", required=False), batch, "10 a7") == []
    assert faults(declared("exact", required=False), batch, "10  7") == []
    assert [f.place for f in faults(declared("exact", required=False), batch, "1007")] == [1]


def test_words_that_are_numbers_in_every_row() -> None:
    rows = table((0, 2, 10), (4, 5, 7), (4, 5, 8), text=False)
    assert [f.place for f in faults(declared("exact"), rows, "10 a7")] == [2]


def test_context_may_be_missing_in_some_rows() -> None:
    check = declared("exact", "prefix", missing={"prefix": ["-"]})
    rows = table((4, 9, "Stadt", "-"), (4, 9, "Stadt", "e "), roles=("exact", "prefix"))
    assert faults(check, rows) == []


def test_half_of_a_surrogate_pair_stands_in_no_text() -> None:
    check = declared("exact", "prefix", "suffix")
    rows = table(
        (0, 1, "\ud83d", "", ""),
        (4, 9, "Stadt", "\ude00", ""),
        (4, 9, "Stadt", "", "a\udfffb"),
        (4, 9, "Stadt", "Die ", ","),
        (4, "x", "\ud83d", "", ""),
        (4, 9, "", "\ud83d", "\ud83d"),
        (5, 9, "\ud800", "\udbff", "\udc00"),
        roles=("exact", "prefix", "suffix"),
        text=False,
    )
    found, verdict = judged(check, rows)
    why = "holds half of a surrogate pair"
    assert found == [
        Fault(5, "worte", "span.incomplete", "empty: worte"),
        Fault(4, "bis", "span.unverifiable", f"'x' {NO_OFFSET}", "x"),
        Fault(0, "worte", "span.unverifiable", f"'\\ud83d' {why}", "\ud83d"),
        Fault(6, "worte", "span.unverifiable", f"'\\ud800' {why}", "\ud800"),
        Fault(1, "davor", "span.unverifiable", f"'\\ude00' {why}", "\ude00"),
        Fault(2, "danach", "span.unverifiable", f"'a\\udfffb' {why}", "a\udfffb"),
    ]
    assert numbers(verdict) == (1, 0, 0)


def test_each_row_is_looked_up_in_its_own_text() -> None:
    check = declared("exact", "source", known={"a": 0, "b": 1})
    long = "c" * 1001
    found, verdict = judged(
        check,
        table(
            (0, 3, "Rom", "b"),
            (0, 3, "Ulm", "b"),
            (0, 3, "Ulm", "a"),
            (0, 3, "Ulm", "c"),
            (0, 3, "Rom", "a"),
            ("x", 3, "Rom", "d"),
            (0, 3, "Rom", long),
            roles=("exact", "source"),
        ),
        "Ulm",
        "Rom",
    )
    assert found == [
        Fault(5, "von", "span.unverifiable", f"'x' {NO_OFFSET}", "x"),
        Fault(3, "text", "span.unverifiable", "'c' is no text in texte that can be read", "c"),
        Fault(6, "text", "span.unverifiable",
              f"'{'c' * 80}'… (1001 characters) is no text in texte that can be read",
              "c" * 1000 + "…"),
        # text by text
        Fault(4, "worte", "span.absent",
              "at 0 to 3 the text has 'Ulm', not 'Rom'; these words stand nowhere",
              "Rom", "Ulm\n^"),
        Fault(1, "worte", "span.absent",
              "at 0 to 3 the text has 'Rom', not 'Ulm'; these words stand nowhere",
              "Ulm", "Rom\n^"),
    ]  # fmt: skip
    assert (*numbers(verdict), verdict.absent) == (4, 2, 0, 2)


def test_rows_of_one_text_stay_in_order() -> None:
    check = declared("exact", "source", known={"a": 0, "b": 1})
    rows = table(*((0, 1, "x", "ab"[at % 2]) for at in range(200)), roles=("exact", "source"))
    found = faults(check, rows, "Ulm", "Rom")
    assert [fault.place for fault in found] == [*range(0, 200, 2), *range(1, 200, 2)]


def test_a_table_without_rows_has_nothing_wrong() -> None:
    check = declared("exact", "source", "prefix", known={"a": 0})
    found, verdict = judged(check, table(roles=("exact", "source", "prefix")))
    assert (found, numbers(verdict)) == ([], (0, 0, 0))
    integers = Column(arrow.cast(strings([]), pa.int64()))
    batch = Batch("stellen", "", dict.fromkeys(["von", "bis", "worte"], integers), np.arange(0))
    found, verdict = judged(declared("exact"), batch)
    assert (found, numbers(verdict)) == ([], (0, 0, 0))


def test_a_key_that_is_a_number_names_a_text() -> None:
    check = declared("exact", "source", known={"7": 0})
    rows = table((0, 3, "Die", 7), (0, 3, "Die", 8), roles=("exact", "source"), text=False)
    assert faults(check, rows) == [
        Fault(1, "text", "span.unverifiable", "'8' is no text in texte that can be read", "8")
    ]


def test_words_that_say_little_are_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = table((4, 9, "Stadt"), *((n, n + 4, TEXT[n : n + 4]) for n in range(4)), (0, 3, "die"))
    least = "shorter than 5 characters"

    def trivial(place: int, words: str) -> Fault:
        return Fault(place, "worte", "span.trivial", f"{words!r} is {least}", words)

    found, verdict = judged(declared("exact", minLength=5), rows)
    told = [trivial(1, "Die "), trivial(2, "ie S"), trivial(3, "e St"), trivial(4, " Sta")]
    assert found[:-1] == told
    assert found[-1][:3] == (5, "worte", "span.moved")  # a wrong span is not warned of too
    assert numbers(verdict) == (6, 1, 1)
    monkeypatch.setattr(limits, "WARNINGS", 2)
    more = Fault(3, "worte", "span.trivial", f"from this row on: 2 spans {least}")
    assert faults(declared("exact", minLength=5), rows)[:-1] == [*told[:2], more]
    monkeypatch.setattr(limits, "WARNINGS", 3)
    assert faults(declared("exact", minLength=5), rows)[3].message == (
        f"from this row on: 1 span {least}"
    )
    monkeypatch.setattr(limits, "WARNINGS", 4)
    assert faults(declared("exact", minLength=5), rows)[:-1] == told


def test_long_words_are_cut_where_they_are_told() -> None:
    text = "a" * 1200
    (trivial,) = faults(declared("exact", minLength=1300), table((0, 1200, text)), text)
    shown = f"'{'a' * 80}'… (1200 characters)"
    assert trivial == Fault(
        0, "worte", "span.trivial", f"{shown} is shorter than 1300 characters", "a" * 1000 + "…"
    )
    (wrong,) = faults(declared("exact"), table((0, 1, "b" + text)), text)
    assert wrong.value == "b" + "a" * 999 + "…"
    assert wrong.message == (
        f"at 0 to 1 the text has 'a', not 'b{'a' * 79}'… (1201 characters); "
        "these words stand nowhere"
    )


def test_a_warning_is_about_the_text_of_its_row() -> None:
    check = declared("source", known={"a": 0, "b": 1}, minLength=4)
    rows = table((0, 3, "b"), (1, 3, "a"), (0, 4, "a"), roles=("source",))
    assert faults(check, rows, "Köln", "Rom") == [
        Fault(0, "von", "span.trivial", "'Rom' is shorter than 4 characters", "Rom"),
        Fault(1, "von", "span.trivial", "'öl' is shorter than 4 characters", "öl"),
    ]


def test_a_digest_is_that_of_the_salted_words() -> None:
    check = declared("digest", "source", known={"a": 0, "b": 1}, salt="s")
    good, bad = digest_of("s", "Ulm"), digest_of("", "Ulm")
    assert good == hashlib.sha256(b"s\0Ulm").hexdigest()
    rows = table(
        (0, 3, good, "a"),
        (0, 3, bad, "a"),
        (0, 3, good, "b"),
        (1, 4, good, "b"),
        (0, 9, good, "a"),
        (1, 4, "x" * 1001, "b"),
        roles=("digest", "source"),
    )
    found, verdict = judged(check, rows, "Ulm", "äUlm")
    told = "the digest is not that of the words at"
    assert found == [
        Fault(1, "siegel", "span.digest", f"{told} 0 to 3", bad),
        Fault(4, "von", "span.out-of-range", "0 to 9 is no stretch of the text", "0 to 9"),
        Fault(2, "siegel", "span.digest", f"{told} 0 to 3", good),
        Fault(5, "siegel", "span.digest", f"{told} 1 to 4", "x" * 1000 + "…"),
    ]
    assert numbers(verdict) == (6, 4, 0)


def test_digests_beyond_a_bound_are_made_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    check, corpus = declared("digest"), Corpus.of([b"Ulm Rom"])
    ulm, rom = digest_of("", "Ulm"), digest_of("", "Rom")
    batch = table((0, 99, ulm), (0, 3, ulm), (4, 7, rom), (4, 7, rom), roles=("digest",))
    rows, _ = check.read(batch)
    assert check.prove(rows, corpus).rest.index.tolist() == [0]
    monkeypatch.setattr(spans, "_DIGESTED", 6)
    assert check.prove(rows, corpus).rest.index.tolist() == [0, 3]
    assert [f.place for f in faults(check, batch, "Ulm Rom")] == [0]


def test_words_stand_between_their_context() -> None:
    check = declared("exact", "prefix", "suffix")
    rows = table(
        (4, 9, "Stadt", "Die ", ", die"),
        (4, 9, "Stadt", "die ", ", die"),
        (4, 9, "Stadt", "Die ", ", der"),
        (4, 9, "Stadt", "x", "y"),
        (15, 20, "Stadt", "", ""),
        (2, 4, "e ", "Die", ""),
        (29, 33, "Ende", "das ", ". Schluss"),
        (3, 8, "Stadt", "x", "y"),
        (4, 9, "Stadt", "", "," * 1001),
        (4, 9, "Stadt", "," * 1001, ""),
        roles=("exact", "prefix", "suffix"),
    )
    found, verdict = judged(check, rows)
    assert [f for f in found if f.place != 7] == [
        Fault(1, "davor", "span.context", "before 4 the text has 'Die ', not 'die '", "die "),
        Fault(2, "danach", "span.context", "after 9 the text has ', die', not ', der'", ", der"),
        Fault(3, "davor", "span.context", "before 4 the text has ' ', not 'x'", "x"),
        Fault(5, "davor", "span.context", "before 2 the text has 'Di', not 'Die'", "Die"),
        Fault(6, "danach", "span.context",
              "after 33 the text has '.', not '. Schluss'", ". Schluss"),
        Fault(8, "danach", "span.context",
              f"after 9 the text has {TEXT[9:]!r}, not '{',' * 80}'… (1001 characters)",
              "," * 1000 + "…"),
        Fault(9, "davor", "span.context",
              f"before 4 the text has 'Die ', not '{',' * 80}'… (1001 characters)",
              "," * 1000 + "…"),
    ]  # fmt: skip
    assert [f.code for f in found if f.place == 7] == ["span.ambiguous"]
    assert numbers(verdict) == (10, 1, 1)  # the words of the others do stand


def test_context_is_looked_at_without_words_too() -> None:
    check = declared("prefix", "suffix", "source", known={"a": 0, "b": 1})
    rows = table(
        (1, 2, "ä", "c", "a"),
        (1, 2, "ä", "c", "b"),
        (1, 2, "x", "c", "b"),
        (0, 9, "", "", "b"),
        roles=("prefix", "suffix", "source"),
    )
    found, verdict = judged(check, rows, "äbc", "xbc")
    assert found == [
        Fault(1, "davor", "span.context", "before 1 the text has 'x', not 'ä'", "ä"),
        Fault(3, "von", "span.out-of-range", "0 to 9 is no stretch of the text", "0 to 9"),
    ]
    assert numbers(verdict) == (4, 2, 0)


def test_what_silently_changed_the_words_is_told() -> None:
    found = faults(declared("exact"), table((4, 9, "STADT"), (0, 99, "STADT"), (4, 9, "Ende")))
    assert found[0].message == (
        "at 4 to 9 the text has 'Stadt', not 'STADT'; these words stand nowhere, "
        "unless capital letters do not count"
    )
    assert found[1] == Fault(
        1, "worte", "span.out-of-range", "0 to 99 is no stretch of the text", "STADT"
    )
    assert "unless" not in found[2].message


def test_the_first_failing_rows_are_explained() -> None:
    check, search = declared("exact"), Search()
    batch = table(*((4, 9, "STADT") for _ in range(25)))
    explained = []
    for _ in range(12):
        found, _verdict = judged(check, batch, search=search)
        assert [bool(f.excerpt) for f in found] == ["unless" in f.message for f in found]
        explained.append([f.place for f in found if f.excerpt])
    assert explained == [list(range(20))] * 5 + [[]] * 7


def test_rows_whose_words_stand_are_not_counted_as_explained() -> None:
    check = declared("exact", "prefix")
    search = Search()
    batch = table((4, 9, "Stadt", "x"), (4, 9, "Dorf", ""), roles=("exact", "prefix"))
    found, _ = judged(check, batch, search=search)
    assert [bool(f.excerpt) for f in found] == [False, True]
    assert search.explained == 1


def test_the_search_ends_at_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCH", 20)
    check, search, text = declared("exact", "suffix"), Search(), "0123456789"
    wrong = (0, 1, "x", "")
    batch = table(
        wrong, wrong, wrong, (0, 99, "0", ""), (0, 1, "0", "9"), (0, 1, "y" * 1001, ""),
        roles=("exact", "suffix"),
    )  # fmt: skip
    found, verdict = judged(check, batch, text, search=search)
    absent = "at 0 to 1 the text has '0', not 'x'; these words stand nowhere"
    assert found == [
        Fault(0, "worte", "span.absent", absent, "x", "0123456789\n^"),
        Fault(1, "worte", "span.absent", absent, "x", "0123456789\n^"),
        Fault(2, "worte", "limit.search", "at 0 to 1 the text has '0', not 'x'", "x"),
        Fault(3, "worte", "span.out-of-range", "0 to 99 is no stretch of the text", "0"),
        Fault(4, "danach", "span.context", "after 1 the text has '1', not '9'", "9"),
        Fault(5, "worte", "limit.search",
              f"at 0 to 1 the text has '0', not '{'y' * 80}'… (1001 characters)",
              "y" * 1000 + "…"),
    ]  # fmt: skip
    assert (*numbers(verdict), verdict.absent) == (6, 5, 3, 2)  # none is absent unsearched
    assert search.left == pytest.approx(20 - 2 * 10 * (1 + 1 / 250))
    # More rows allow for more; never for more than at the beginning.
    search.refill(1 << 15)
    assert search.left == pytest.approx(30 - 2 * 10 * (1 + 1 / 250))
    search.refill(1 << 16)
    assert search.left == 20


def test_nothing_left_is_nothing_to_search_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCH", 0)
    batch = table((0, 1, "x"), (0, 99, "x"))
    assert [f.code for f in faults(declared("exact"), batch)] == [
        "limit.search",
        "span.out-of-range",
    ]


def test_whatever_is_left_is_enough_for_one_more_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCH", 20.5)
    found = faults(declared("exact"), table(*((0, 1, "x") for _ in range(4))), "0123456789")
    assert [f.code for f in found] == ["span.absent"] * 3 + ["limit.search"]


def test_no_words_that_were_not_searched_for_are_shown_as_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "SEARCH", 0)
    found = faults(declared("exact", missing={"exact": ["-"]}), table((0, 3, "")))
    assert found == [Fault(0, "worte", "limit.search", "at 0 to 3 the text has 'Die', not ''", "")]


def test_digests_count_as_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCH", 6)
    long = "x" * 1001
    batch = table(*((20, 23, "x") for _ in range(3)), (20, 23, long), roles=("digest",))
    assert faults(declared("digest"), batch) == [
        Fault(0, "siegel", "span.digest", "the digest is not that of the words at 20 to 23", "x"),
        Fault(1, "siegel", "span.digest", "the digest is not that of the words at 20 to 23", "x"),
        Fault(2, "siegel", "limit.search",
              "whether the digest is that of the words at 20 to 23 was not looked at", "x"),
        Fault(3, "siegel", "limit.search",
              "whether the digest is that of the words at 20 to 23 was not looked at",
              "x" * 1000 + "…"),
    ]  # fmt: skip


def test_a_right_digest_that_was_looked_at_says_nothing_but_costs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "SEARCH", 1)
    monkeypatch.setattr(spans, "_DIGESTED", 0)
    batch = table(*((0, 1, digest_of("", "D")) for _ in range(2)), roles=("digest",))
    found = faults(declared("digest"), batch)
    assert [(f.place, f.code) for f in found] == [(1, "limit.search")]
    monkeypatch.setattr(limits, "SEARCH", 2)
    assert faults(declared("digest"), batch) == []


def test_a_table_full_of_faults_is_not_told_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FINDINGS", 2)
    check = declared("exact", "source", known={"a": 0}, required=False)
    five = range(5)
    batch = table(
        *(("", 1, "Die", "a") for _ in five),
        *(("x", 1, "Die", "a") for _ in five),
        *((0, 1, "Die", "b") for _ in five),
        *((0, 1, "Die", "a") for _ in five),
        roles=("exact", "source"),
    )
    found, verdict = judged(check, batch)
    assert [(f.place, f.code) for f in found] == [
        *((at, "span.incomplete") for at in (0, 1, 2)),
        *((at, "span.unverifiable") for at in (5, 6, 7)),
        *((at, "span.unverifiable") for at in (10, 11, 12)),
        *((at, "span.moved") for at in (15, 16, 17)),
    ]
    assert numbers(verdict) == (5, 5, 5)


def test_the_numbers_of_batches_add_up() -> None:
    check, search, total = declared("exact"), Search(), Judged()
    batches = (
        table((5, 10, "Stadt"), (4, 9, "Stadt"), (4, 9, "Dorf")),
        table((30, 34, "Ende"), (4, 99, "Dorf")),
    )
    for batch in batches:
        total.count(judged(check, batch, search=search)[1])
    assert (total.faults, numbers(total), total.absent) == ([], (5, 4, 2), 2)
    assert +total.explained == {CAUSES[3]: 2}
    assert check.summary(total) == (
        "2 of the 4 rows whose words do not stand at their offsets are right if "
        "both offsets are one too high (they count from 1)"
    )


def test_words_that_stand_nowhere_hide_no_common_mistake() -> None:
    text = "😀 " + "Die Stadt. " * 20
    right = [(at, at + 5, "Stadt") for at in range(6, len(text), 11)]
    shifted = [(start + 1, end + 1, words) for start, end, words in right]
    invented = [(start, end, "Dorf") for start, end, _ in right] * 3  # more than are looked at

    def told(*rows: tuple[int, int, str]) -> str:
        check = declared("exact")
        return check.summary(judged(check, table(*rows), text)[1])

    which = "whose words do not stand at their offsets are right if offsets are UTF-16 code units"
    assert told(*shifted) == f"all 20 rows {which}"
    assert told(*invented, *shifted) == f"20 of the 80 rows {which}"
    assert told(*shifted[:8], invented[0]) == f"8 of the 9 rows {which}"
    assert told(*shifted[:8], (0, 5, "Stadt")) == ""  # the words of this one do stand elsewhere
    assert told(*invented) == ""
    assert told(shifted[0], invented[0]) == ""  # one of several rows is no habit


@pytest.mark.parametrize(
    ("checked", "failed", "absent", "explained", "which"),
    [
        (20, 10, 0, {3: 10}, "all 10 rows"),
        (20, 10, 0, {3: 9}, "9 of the 10 rows"),
        (20, 10, 0, {3: 8}, ""),
        (40, 20, 0, {3: 18}, "18 of the 20 rows"),
        (40, 20, 0, {3: 17}, ""),
        (40, 30, 10, {3: 18}, "18 of the 30 rows"),
        (40, 30, 10, {3: 17}, ""),
        (20, 10, 0, {}, ""),
        (20, 0, 0, {}, ""),
        (20, 10, 10, {}, ""),
        (2, 1, 0, {3: 1}, ""),  # one of several rows is no habit
        (2, 2, 1, {3: 1}, ""),
        (2, 2, 0, {3: 2}, "all 2 rows"),
        (20, 10, 0, {3: 10, 4: 10}, "all 10 rows"),
        (20, 10, 0, {2: 3, 3: 10, 4: 9}, "all 10 rows"),
    ],
)
def test_what_failing_spans_have_in_common(
    checked: int, failed: int, absent: int, explained: dict[int, int], which: str
) -> None:
    verdict = Judged([], checked, failed, absent, failed - absent)
    verdict.explained.update({CAUSES[cause]: count for cause, count in explained.items()})
    told = f"{which} whose words do not stand at their offsets are right if {CAUSES[3]}"
    assert declared("exact").summary(verdict) == (told if which else "")
    verdict.looked -= 1
    assert declared("exact").summary(verdict) == ""  # not all were looked at


def test_one_row_has_a_mistake_in_common_with_itself() -> None:
    verdict = Judged([], 1, 1, 0, 1)
    verdict.explained[CAUSES[3]] = 1
    assert declared("exact").summary(verdict) == (
        f"the one row whose words do not stand at its offsets is right if {CAUSES[3]}"
    )


def test_the_verdict_on_one_span() -> None:
    here, there = Span(4, 9), Span(15, 20)
    assert trace_span(TEXT, 4, 9, "Stadt") == Trace("exact")
    assert trace_span(TEXT, 4, 9, None) == Trace("exact")
    assert trace_span(TEXT, 0, 35, None) == Trace("out-of-range")
    assert trace_span(TEXT, 0, 35, "Stadt") == Trace("out-of-range", (here, there))
    assert trace_span(TEXT, 0, 5, "Stadt") == Trace("ambiguous", (here, there))
    assert trace_span(TEXT, 0, 5, "Ende") == Trace("moved", (Span(29, 33),))
    assert trace_span(TEXT, 0, 5, "Dorf") == Trace("absent")
    assert trace_span(TEXT, 0, 5, "") == Trace("absent")
    many = tuple(Span(at, at + 1) for at in range(100))
    assert trace_span("a" * 200, 0, 2, "a") == Trace("ambiguous", many)


def test_what_a_search_costs() -> None:
    last = Span(1, 10)
    assert search_cost("x" * 500, "", Trace("absent")) == 0
    assert search_cost("x" * 500, None, Trace("absent")) == 0
    assert search_cost("x" * 500, "x", Trace("exact")) == 0
    assert search_cost("x" * 500, "y" * 250, Trace("absent")) == 1000
    assert search_cost("x" * 500, "y" * 1000, Trace("absent")) == 2500
    assert search_cost("x" * 500, "y" * 2000, Trace("absent")) == 2500
    assert search_cost("x" * 500, "y" * 250, Trace("moved", (last,))) == 1000
    assert search_cost("x" * 500, "y" * 250, Trace("ambiguous", (Span(0, 9),) * 99 + (last,))) == 20


def test_at_most_five_places_are_shown() -> None:
    at = Span(0, 2)
    wrong = "at 0 to 2 the text has 'ab', not 'c'; these words stand"

    def told(count: int, verdict: Any = "ambiguous") -> str:
        places = tuple(Span(n, n + 1) for n in range(count))
        return message_of(Trace(verdict, places), at, "c", "ab")

    five = "0 to 1, 1 to 2, 2 to 3, 3 to 4, 4 to 5"
    assert told(0, "absent") == f"{wrong} nowhere"
    assert told(1, "moved") == f"{wrong} at 0 to 1"
    assert told(5) == f"{wrong} at {five}"
    assert told(6) == f"{wrong} at {five} and 1 more"
    assert told(99) == f"{wrong} at {five} and 94 more"
    assert told(100) == f"{wrong} at {five} and at least 95 more"
    no = "0 to 2 is no stretch of the text"
    assert told(0, "out-of-range") == no
    assert told(6, "out-of-range") == f"{no}; the words stand at {five} and 1 more"


def test_what_stands_instead_of_no_words() -> None:
    assert difference(Span(1, 3), None, "ab") == "at 1 to 3 the text has 'ab', not ''"


def test_the_span_of_a_record_is_read() -> None:
    declaration = TextSpan.model_validate(
        {"fields": {"start": "von", "end": "bis"}, "reference": {"resource": "text"}}
    )

    def read(start: str, end: str) -> Span | None:
        return read_span({"von": start, "bis": end}, declaration, frozenset(["", "-"]))

    assert read("", "-") is None
    assert read("4", "9") == Span(4, 9)
    assert read("4", "1" * 30) == Span(4, int("1" * 18))
    for start, end, odd in (("4", "", "''"), ("", "9", "''"), ("04", "9", "'04'"), ("4", "x" * 81,
            f"'{'x' * 80}'… (81 characters)")):  # fmt: skip
        with pytest.raises(ValueError, match="offset") as caught:
            read(start, end)
        assert str(caught.value) == f"{odd} is not an offset"


def held_rows(rows: Rows) -> dict[str, list[Any] | None]:
    names = ("index", "numbers", "start", "end", "exact", "digest", "prefix", "suffix")
    return {n: None if (a := getattr(rows, n)) is None else a.tolist() for n in names}


def test_rows_are_taken() -> None:
    run = np.array([5, 6, 7, 0, 1])
    words = strings(list("abcde"))
    rows = Rows(run, run + 10, run + 20, run + 30, words, suffix=strings(list("ABCDE")))
    assert held_rows(rows.take(np.array([3, 1]))) == {
        "index": [0, 6],
        "numbers": [10, 16],
        "start": [20, 26],
        "end": [30, 36],
        "exact": ["d", "b"],
        "digest": None,
        "prefix": None,
        "suffix": ["D", "B"],
    }
    assert held_rows(rows.of_texts_from(10)) == {**held_rows(rows), "numbers": [5, 6, 7, 0, 1]}
