"""Patterns and JSON Schemas that take other tools for ever."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bounded import describe, field, table, validate

LONG = "a" * 50_000
PATTERNS = [
    ("(a+)+$", LONG + "!"),
    ("(a+)+b", LONG),
    ("(a|aa)+$", LONG + "!"),
    ("(a|a?)+$", LONG + "!"),
    ("(.*)*x", LONG),
    ("(.*,)*x", "," * 50_000),
    (".*.*.*.*.*.*x", LONG),
    ("([a-z]+)*[0-9]", LONG),
    ("(x+x+)+y", "x" * 50_000),
    (r"\s+$x|\s*\s*\s*y", " " * 50_000),
    ("(?=(a+)+b)a", LONG),
    ("(?!(a+)+b)a*c", LONG),
    ("(?<=a)(a+)+b", LONG),
    (r"(a*)*\1b", LONG),
    (r"(a+)\1+b", LONG),
    (r"(?P<n>a+)(?P=n)*b", LONG),
    ("(?:a?){30}a{30}x", "a" * 60),
    ("a?" * 200 + "a" * 200 + "x", "a" * 400),
    ("(a?){1000}{1000}b", LONG),
    ("(?i)(A+)+$", LONG + "!"),
    ("((((((((a+)+)+)+)+)+)+)+)+b", LONG),
    ("(?>(a+)+)b", LONG),
    ("(a{1,100}){1,100}b", LONG),
    ("(é+)+$", "é" * 50_000 + "!"),
    (r"(\w+)+$", "é" * 50_000 + "!"),
    (r"^(\d+)+(?:x)$", "1" * 50_000),
    ("a" * 2_000_000, "a"),
    ("(" * 5_000 + ")" * 5_000, "a"),
    ("[" * 500, "a"),
]


def package(folder: Path, declared: dict[str, Any], cells: list[str]) -> Path:
    """A package with one table, whose second field is declared like this."""
    describe(folder, table("t", field("a"), declared))
    quoted = ('"' + cell.replace('"', '""') + '"' for cell in cells)
    (folder / "t.csv").write_bytes("".join(["a,b\n", *(f"1,{c}\n" for c in quoted)]).encode())
    return folder


@pytest.mark.parametrize(("pattern", "cell"), PATTERNS, ids=[p[:20] for p, _ in PATTERNS])
def test_pattern(tmp_path: Path, pattern: str, cell: str) -> None:
    declared = field("b", constraints={"pattern": pattern})
    outcome = validate(package(tmp_path, declared, [cell]))
    assert outcome.code == 1
    assert outcome.codes <= {"limit.pattern", "field.constraint", "descriptor.invalid"}


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        (r"(a*)b?\1c", 20_000),
        # A cell may take 10**6 steps of re, 2 to 5 ms: so much a kilobyte, and no more.
        ("(?=a)a*a*c", 500),
        ("(?:a|b)*?(?<!a)c", 20_000),
    ],
)
def test_many_cells_and_a_costly_pattern(tmp_path: Path, pattern: str, count: int) -> None:
    declared = field("b", constraints={"pattern": pattern})
    cells = ["a" * 990 + f"{n:06}" for n in range(count)]
    outcome = validate(package(tmp_path, declared, cells))
    assert (outcome.code, len(outcome.report["findings"])) == (1, count)


DEEP = "[" * 40 + "]" * 40
NINE_THOUSAND = json.dumps([[n] for n in range(9_000)])
WORDS = json.dumps(["a" * 5_000 + "!"])
NAMES = json.dumps({"a" * 5_000 + "!": 1})
SCHEMAS: list[Any] = [
    ("remote", {"$ref": "http://example.com/schema.json"}, "[]", "array"),
    ("a file", {"$ref": "file:///etc/passwd"}, "[]", "array"),
    ("no such part", {"$ref": "#/nowhere"}, "[]", "array"),
    ("itself", {"$ref": "#"}, "[]", "array"),
    ("itself twice", {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}, "[]", "array"),
    ("unique", {"uniqueItems": True, "maxItems": 1}, NINE_THOUSAND, "array"),
    ("pattern", {"items": {"pattern": "(a+)+$"}}, WORDS, "array"),
    ("names", {"patternProperties": {"(a+)+$": False}}, NAMES, "object"),
    ("doubling", {"items": {"allOf": [{"$ref": "#"}] * 2}, "maxItems": 1}, DEEP, "array"),
    ("branches", {"items": {"anyOf": [{"type": "object"}] * 100_000}}, NINE_THOUSAND, "array"),
]


@pytest.mark.parametrize(("name", "schema", "cell", "kind"), SCHEMAS)
def test_json_schema(
    tmp_path: Path, name: str, schema: dict[str, Any], cell: str, kind: str
) -> None:
    declared = field("b", kind, constraints={"jsonSchema": schema})
    outcome = validate(package(tmp_path, declared, [cell]))
    assert (outcome.code, bool(outcome.codes)) == (1, True)
