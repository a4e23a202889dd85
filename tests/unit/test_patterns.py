from __future__ import annotations

import pytest

from smartcity_case.arrays import strings
from smartcity_case.checks.patterns import Pattern, PatternFault


@pytest.mark.parametrize("pattern", [r"[\\d]", r"[\\w]", r"[a\\s]"])
def test_a_backslash_and_a_letter_in_a_class_are_themselves(pattern: str) -> None:
    proven = Pattern(pattern).proves(strings(["5", "_", " ", "\\"]))
    assert proven is not None
    assert proven.tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    ("pattern", "cell"),
    [
        ("(?x)(a+) +b", "a" * 60),
        ("(?i)(?x:(a+) +)b", "a" * 60),
        ("(?x)(a+#)\n)+b", "a" * 60),
        ("(a+(?#(())+b", "a" * 60),
        ("(a+)(?#)+b", "a" * 60),
        ("(?i)(a+)+b", "a" * 60),
        ("(?i)(?:a|a)*b", "a" * 60),
        ("(?i)" + "a?" * 40 + "a" * 40, "a" * 40),
        (r"(a*)\1\1\1\1\1b", "a" * 600),
        ("(?x) a b # too careful", "ab"),
        ("(?i)(?:(?:(?:(?=a)){1000}){1000}){1000}a", "a"),
    ],
)
def test_a_pattern_that_may_take_too_long_is_not_tried(pattern: str, cell: str) -> None:
    assert Pattern(pattern).matches(cell) is None


@pytest.mark.parametrize(
    ("pattern", "cell"),
    [
        ("(?i)(?:[a-f0-9]{2}:){5}[a-f0-9]{2}", "00:1B:44:11:3a:B7"),
        ("(?i)[a-z]+-[0-9]*", "Duisburg-2018"),
        (r"(?i)[x#(?]\(\?x", "x(?x"),
        ("(?P<max>a+)-(?P=max)", "aa-aa"),
        ("(a+)+b", "a" * 60 + "b"),
        ("(?:(?:){999}){999}", ""),
    ],
)
def test_a_pattern_of_bounded_cost_is_judged(pattern: str, cell: str) -> None:
    assert Pattern(pattern).matches(cell) is not None


def test_a_pattern_that_is_none_is_a_fault() -> None:
    for pattern in ("(", "a" * 1_001, "[b-a]", "(" * 500 + ")" * 500, "a{99999999999}"):
        with pytest.raises(PatternFault):
            Pattern(pattern)
