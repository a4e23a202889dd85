"""Known findings are accepted wherever their rows have moved to; new ones are not."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_case.baseline import (
    UnreadableBaseline,
    apply_baseline,
    known_by,
    make_baseline,
    read_baseline,
    write_baseline,
)
from smartcity_case.report import Check, Finding, Location, Report


def finding(code: str = "span.absent", row: int = 2, key: str = "a1", **more: Any) -> Finding:
    at = Location("vistas", more.pop("path", "vistas.csv"), row, key, more.pop("field", "palabras"))
    return Finding(at, code, more.pop("message", "nowhere"), **more)


def report(*findings: Finding, skipped: tuple[Check, ...] = ()) -> Report:
    return Report("aves", "1", findings, (), skipped)


def test_what_is_known_is_accepted_and_what_is_new_is_not() -> None:
    old = report(finding(), finding(key="a2"))
    now = apply_baseline(report(finding(), finding(key="a3")), make_baseline(old))
    assert now.findings == (finding(key="a3"),)
    assert (now.accepted, now.gone, now.ok) == (1, 1, False)
    same = apply_baseline(old, make_baseline(old))
    assert (same.findings, same.accepted, same.gone, same.ok) == ((), 2, 0, True)


@pytest.mark.parametrize(
    "other",
    [
        {"code": "span.moved"},
        {"key": "a2"},
        {"field": "otro"},
        {"value": "garza"},
        {"message": "somewhere"},
    ],
)
def test_any_difference_but_the_row_makes_a_finding_new(other: dict[str, Any]) -> None:
    known = make_baseline(report(finding()))
    assert apply_baseline(report(finding(**other)), known).findings
    assert not apply_baseline(report(finding(row=99, path="other.csv")), known).findings


def test_the_cell_counts_more_than_the_words_about_it() -> None:
    known = make_baseline(report(finding(value="garza", message="at 3 to 5")))
    assert not apply_baseline(report(finding(value="garza", message="at 8 to 9")), known).findings


def test_row_numbers_in_a_message_may_shift() -> None:
    known = make_baseline(report(finding("key.duplicate", message="'a' stands in row 3 too")))
    shifted = report(finding("key.duplicate", row=9, message="'a' stands in row 8 too"))
    assert not apply_baseline(shifted, known).findings
    other = report(finding("key.duplicate", row=9, message="'b' stands in row 3 too"))
    assert apply_baseline(other, known).findings


def test_findings_that_are_alike_are_counted() -> None:
    blank = [finding("table.blank-row", row=r, key="", field="") for r in range(2, 7)]
    known = make_baseline(report(*blank[:3]))
    now = apply_baseline(report(*blank), known)
    assert (len(now.findings), now.accepted, now.gone) == (2, 3, 0)
    fewer = apply_baseline(report(*blank[:1]), known)
    assert (fewer.findings, fewer.accepted, fewer.gone) == ((), 1, 2)


def test_what_was_not_checked_is_never_accepted() -> None:
    blind = report(finding(), skipped=(Check("rows", "vistas", "unreadable"),))
    now = apply_baseline(blind, make_baseline(blind))
    assert (now.findings, now.skipped, now.ok) == ((), blind.skipped, False)


def test_long_cells_are_known_by_their_hash() -> None:
    a, b = (finding(value="x" * 5000 + end) for end in "ab")
    assert len(known_by(a).detail) < 300
    assert known_by(a) != known_by(b)


texts = st.text(max_size=300)
findings = st.builds(
    Finding,
    st.builds(Location, texts, texts, st.integers(0, 9), texts, texts),
    st.sampled_from(["span.absent", "table.cells"]),
    texts,
    texts,
)


@given(st.lists(findings, max_size=8))
def test_a_written_baseline_is_read_back(every: list[Finding]) -> None:
    known = make_baseline(report(*every))
    written = "".join(write_baseline(known))
    assert read_baseline(written.encode("utf-8")) == known
    assert "".join(write_baseline(make_baseline(report(*reversed(every))))) == written
    again = apply_baseline(report(*every), known)
    assert (again.findings, again.accepted, again.gone) == ((), len(every), 0)


@given(st.lists(findings, max_size=6), st.lists(findings, max_size=6))
def test_nothing_is_lost_or_counted_twice(old: list[Finding], now: list[Finding]) -> None:
    known, every = make_baseline(report(*old)), Counter(map(known_by, now))
    left = apply_baseline(report(*now), known)
    assert left.accepted == (known & every).total()
    assert left.gone == (known - every).total()
    assert Counter(map(known_by, left.findings)) == every - known


def test_a_baseline_has_an_entry_a_line() -> None:
    lines = "".join(
        write_baseline(make_baseline(report(finding(), finding(key="a0"))))
    ).splitlines()
    assert [json.loads(line.rstrip(","))["key"] for line in lines[3:5]] == ["a0", "a1"]
    assert "".join(write_baseline(Counter())).splitlines()[-2:] == ['  "accepted": []', "}"]


ENTRY = {"code": "c", "resource": "r", "key": "k", "field": "f", "detail": "d", "count": 1}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"\xff", "not JSON"),
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        ([], "not a baseline"),
        ({"schema": "report-1.0"}, "not a baseline"),
        ({"schema": "baseline-1.0"}, "not a list"),
        ({"accepted": [5]}, "entry 1 does not"),
        ({"accepted": [ENTRY, {}]}, "entry 2 does not"),
        ({"accepted": [ENTRY | {"row": 5}]}, "entry 1 does not"),
        ({"accepted": [ENTRY | {"count": 0}]}, "positive"),
        ({"accepted": [ENTRY | {"count": True}]}, "positive"),
        ({"accepted": [ENTRY | {"count": "1"}]}, "positive"),
        ({"accepted": [ENTRY | {"key": None}]}, '"key" is not a string'),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(document: Any, words: str) -> None:
    if not isinstance(document, bytes):
        if isinstance(document, dict) and "accepted" in document:
            document = {"schema": "baseline-1.0", **document}
        document = json.dumps(document).encode()
    with pytest.raises(UnreadableBaseline, match=words):
        read_baseline(document)


def test_entries_that_are_alike_add_up() -> None:
    document = {"schema": "baseline-1.0", "accepted": [ENTRY, ENTRY | {"count": 2}]}
    assert read_baseline(json.dumps(document).encode()).total() == 3


def test_a_report_keeps_its_other_parts() -> None:
    one = report(finding())
    assert replace(apply_baseline(one, Counter()), accepted=0, gone=0) == one
