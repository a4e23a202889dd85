"""Each format, by reports made by hand: what a package may do to it, and how much it may say."""

from __future__ import annotations

import itertools
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_case.codes import CODES
from smartcity_case.render import FORMATS, github, junit, render, sarif, text
from smartcity_case.report import Check, Finding, Location, Report

NASTY = "x\x1b[2J\r\n::add-mask::a\n##vso[task]\x00\u2028\ufffe%0A,:<&\"']]>{0}�"


def report(
    findings: list[Finding] | None = None,
    ran: tuple[Check, ...] = (),
    skipped: tuple[Check, ...] = (),
) -> Report:
    return Report("aves", "0.1.0", tuple(findings or ()), ran, skipped)


def finding(code: str = "span.absent", row: int = 2, **more: Any) -> Finding:
    at = {"resource": "vistas", "path": "t/vistas.csv", "key": f"a{row}", "field": "palabras"}
    place = Location(row=row, **{k: more.pop(k, v) for k, v in at.items()})
    return Finding(place, code, more.pop("message", "nowhere"), **more)


def shown(name: str, of: Report, folder: str = "") -> str:
    return "".join(render(of, name, folder))


def rows(lines: str) -> int:
    return sum(max(1, -(-len(line) // text.WIDTH)) for line in lines.splitlines())


many = [finding(code, row) for row in range(2, 300) for code in CODES]
long = [finding(c, r, message="m" * 500, value="v", excerpt="a\n^") for c, r, _ in
        itertools.product(CODES, range(2, 9), "x")]  # fmt: skip
REPORTS = {
    "clean": report(),
    "one": report([finding()], (Check("descriptor", ""), Check("spans a, b", "vistas"))),
    "warning": report([finding("span.trivial")]),
    "nasty": Report(
        NASTY,
        NASTY,
        (Finding(Location(NASTY, NASTY, 3, NASTY, NASTY), "field.type", NASTY, NASTY, NASTY),),
        (Check(f"field {NASTY}", NASTY), Check(NASTY, "")),
        (Check(NASTY, NASTY, NASTY),),
    ),
    "many": report(many, (Check("spans a, b", "vistas"),), (Check("rows", "t", "no") ,) * 50),
    "long": report(long, (), (Check("rows", "t", "r" * 5000),) * 7),
    "no place": report([Finding(Location(), "descriptor.json", "")]),
    "baseline": replace(report(), accepted=3, gone=1),
}  # fmt: skip


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_ends_with_a_line_end_and_repeats_itself(form: str, name: str) -> None:
    first = shown(form, REPORTS[name])
    assert first.endswith("\n")
    assert not first.endswith("\n\n")
    assert shown(form, REPORTS[name]) == first
    first.encode("utf-8")


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_puts_everything_into_one_piece(form: str) -> None:
    every = [finding(row=row) for row in range(2, 10_002)]
    assert max(map(len, render(report(every), form, ""))) < 1_000_000


# Text


@pytest.mark.parametrize("name", REPORTS)
def test_text_stays_on_a_screen(name: str) -> None:
    assert rows(shown("text", REPORTS[name])) <= text.LINES


@given(st.lists(st.sampled_from(sorted(CODES)), max_size=200), st.integers(0, 9), st.integers(0, 9))
def test_text_stays_on_a_screen_and_hides_no_code(
    codes: list[str], excerpt: int, skips: int
) -> None:
    lines = "x" * 90 + "\n   ^" * excerpt
    findings = [finding(c, r, message="m" * 90, excerpt=lines) for r, c in enumerate(codes)]
    out = shown("text", report(findings, (), (Check("rows", "t", "no"),) * skips))
    assert rows(out) <= text.LINES
    for code, count in Counter(codes).items():
        assert f" {code} ({count})" in out


def test_text_of_more_codes_than_lines_names_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        monkeypatch.setitem(CODES, f"x.c{number}", CODES["span.absent"])
    out = shown("text", report([finding(code) for code in CODES]))
    assert rows(out) <= text.LINES
    assert re.search(r"… and [0-9]+ codes more: [a-z]+\.", out)
    assert "--format json has every finding" in out


def test_text_counts_and_shows_the_first_few_with_their_lines() -> None:
    findings = [
        finding(row=r, excerpt=f"line of {r}\n     ^^ not this") for r in range(2, 9)
    ] + [finding("field.formula", r, excerpt="=1\n^" * 3) for r in range(2, 7)]  # fmt: skip
    out = shown("text", report(findings))
    assert "\nerror span.absent (7): " in out
    assert out.index("span.absent") < out.index("field.formula")  # errors first
    assert (
        "row 2, key a2, field palabras: nowhere\n    | line of 2\n    |      ^^ not this\n" in out
    )
    assert "row 6, key a6" in out
    assert "row 7, key a7" not in out
    assert "  … and 2 more (--format json has them all)\n" in out
    assert "  … and 3 more (--format json has them all)\n" in out  # less of the second code
    assert out.endswith("7 errors, 5 warnings; 0 checks ran on 0 resources, 0 skipped\n")
    one = shown("text", REPORTS["one"])
    assert one.endswith("in 1 table\n1 error, 0 warnings; 2 checks ran on 1 resource, 0 skipped\n")


def test_text_uses_the_lines_that_are_left() -> None:
    codes = ["field.type", "key.dangling", "span.absent", "span.context", "span.moved"]
    warnings = ["source.unhashed", "source.unusual"]
    excerpt = "die Stadt am Rhein\n    ^"
    findings = [finding(c, r, message="m" * 120, excerpt=excerpt) for c in codes for r in (2, 3)]
    out = shown("text", report([*findings, *map(finding, warnings)]))
    assert text.LINES - 2 <= rows(out) <= text.LINES
    assert out.count("    | die Stadt am Rhein\n    |     ^\n") >= 3
    assert out.count("m" * 120) == len(codes)  # none is cut before any has an excerpt
    assert out.index("    | ") < out.index("key.dangling")  # the first ones have more


@pytest.mark.parametrize("others", range(0, len(CODES), 4))
def test_text_tells_a_common_cause_first_and_whole(others: int) -> None:
    cause = "all 667 rows whose words do not stand at their offsets are right if " + "o" * 150
    codes = [code for code in CODES if code != "span.offsets"][:others]
    found = [finding(c, r, message="m" * 120, excerpt="a\n^") for c in codes for r in (2, 3)]
    out = shown("text", report([*found, finding("span.offsets", message=cause)]))
    assert rows(out) <= text.LINES
    assert re.findall(r"^(?:error|warning) (\S+)", out, re.M)[0] == "span.offsets"
    assert f" field palabras: {cause}\n" in out


def test_text_of_a_long_common_cause_is_cut_as_every_line() -> None:
    causes = [finding("span.offsets", message="o" * 5000)] * 3
    skips = (Check("rows", "t", "r" * 5000),) * 7
    out = shown("text", report([*causes, *map(finding, CODES)], (), skips))
    assert rows(out) <= text.LINES
    (line,) = [line for line in out.splitlines() if "ooo" in line]
    assert len(line) == 3 * text.WIDTH


@pytest.mark.parametrize("name", ["text", "github"])
def test_one_is_not_told_as_several(name: str) -> None:
    checks = (Check("spans a, b", "vistas"),)
    one = [finding("span.absent"), finding("span.trivial")]
    both = replace(report(one, checks, (Check("rows", "t", "no"),)), accepted=1, gone=1)
    out = shown(name, both)
    assert not re.search(r"\b1 (?!of )(known )?\w+s\b", out), out
    assert "1 error, 1 warning" in out
    assert "1 known finding accepted; 1 of its entries no longer found" in out


def test_text_of_a_baseline_does_not_say_valid() -> None:
    out = shown("text", replace(report(), accepted=3, gone=1))
    assert out.startswith("aves 0.1.0: nothing new\n")
    assert "3 known findings accepted; 1 of its entries no longer found" in out
    assert shown("text", replace(REPORTS["one"], accepted=3)).startswith("aves 0.1.0: NOT VALID\n")
    skipped = report(skipped=(Check("rows", "t", "no"),))
    assert shown("text", replace(skipped, accepted=3)).startswith("aves 0.1.0: NOT VALID\n")


@pytest.mark.parametrize("order", ["::add-mask::x", "  ::error::x", "##[group]x", "a ##vso[x y]z"])
def test_text_gives_no_orders_to_a_ci_runner(order: str) -> None:
    hostile = Finding(Location(order, order), "field.type", order, order, f"{order}\n{order}")
    out = shown("text", Report(order, "", (hostile,), (), (Check(order, order, order),)))
    for line in out.splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
        assert "##vso[" not in line


@pytest.mark.parametrize("form", ["text", "github", "junit"])
def test_what_a_terminal_obeys_is_shown_not_sent(form: str) -> None:
    out = shown(form, REPORTS["nasty"])
    assert all(c.isprintable() or c == "\n" for c in out)
    assert "x\\x1b[2J" in out


# JSON


def test_json_has_everything_and_lines_have_the_same() -> None:
    for one in REPORTS.values():
        document = json.loads(shown("json", one))
        first, *lines = map(json.loads, shown("jsonl", one).splitlines())
        assert document == {**first, "findings": lines}
        assert first["ok"] is one.ok
        assert (first["errors"], first["warnings"]) == (len(one.errors), len(one.warnings))
        for found, wanted in zip(lines, one.findings, strict=True):
            assert found.pop("location") == wanted.location._asdict()
            assert found.pop("severity") == wanted.severity
            assert found.pop("fix") == wanted.fix
            assert found == {k: v for k, v in wanted._asdict().items() if k != "location"}


def test_a_cell_makes_no_line_of_its_own_in_jsonl() -> None:
    assert shown("jsonl", REPORTS["nasty"]).count("\n") == 2


# GitHub


def parse_commands(out: str) -> list[tuple[str, dict[str, str], str]]:
    """As the runner reads them."""

    def plain(value: str, escapes: str) -> str:
        for escape in escapes.split():
            value = value.replace(escape, chr(int(escape[1:], 16)))
        return value.replace("%25", "%")

    commands = []
    for line in out.splitlines():
        if line.startswith("::"):
            head, _, message = line[2:].partition("::")
            level, _, rest = head.partition(" ")
            pairs = dict(pair.split("=", 1) for pair in rest.split(","))
            properties = {k: plain(v, "%0D %0A %3A %2C") for k, v in pairs.items()}
            commands.append((level, properties, plain(message, "%0D %0A")))
    return commands


def test_github_annotations_name_file_line_and_code() -> None:
    out = shown("github", REPORTS["one"], "data/aves")
    (command,) = parse_commands(out)
    level, where, message = command
    assert level == "error"
    assert where == {"file": "data/aves/t/vistas.csv", "line": "2", "title": "span.absent"}
    assert message.startswith("key a2, field palabras: nowhere\nCompare the words")
    assert out.endswith("1 error, 0 warnings, 0 checks skipped\n")


def test_github_escapes_what_would_be_an_order() -> None:
    out = shown("github", REPORTS["nasty"])
    assert len(out.splitlines()) == 3
    (skipped, found) = parse_commands(out)
    assert skipped[1]["file"] == "datapackage.json"
    assert found[1]["file"].startswith("x\\x1b[2J\\r\n::add-mask::a\n")
    assert "%0A,:<" in found[2]


def test_github_shows_ten_of_a_level_each_code_before_any_twice() -> None:
    few = [finding(row=r) for r in range(2, 12)]
    assert len(parse_commands(shown("github", report(few)))) == github.SHOWN
    more = [*few, *(finding("key.dangling", r) for r in range(2, 5))]
    commands = parse_commands(shown("github", report(more, (), (Check("rows", "t", "no"),))))
    titles = [where["title"] for _, where, _ in commands]
    assert titles[:3] == ["not checked", "span.absent", "key.dangling"]
    assert len(commands) == github.SHOWN
    assert commands[-1][2] == (
        "5 more, which GitHub would not show. "
        "In all: 1 x not checked, 10 x span.absent, 3 x key.dangling"
    )
    both = parse_commands(shown("github", REPORTS["many"]))
    assert Counter(level for level, _, _ in both) == {"error": 10, "warning": 10}


def test_github_tells_of_a_baseline() -> None:
    assert "::notice title=baseline::3 known" in shown("github", REPORTS["baseline"])


# JUnit


RAN = (
    *(Check(name, "") for name in ("descriptor", "own_rule")),
    *(
        Check(name, "vistas")
        for name in (
            "path", "hash", "table", "field palabras", "field luz", "unique luz",
            "foreign key luz", "foreign key num, palabras", "source", "spans a, b", "spans c, d",
        )
    ),
)  # fmt: skip


def cases(of: Report) -> dict[str, ET.Element]:
    root = ET.fromstring(shown("junit", of, "data"))
    found = [case for suite in root for case in suite.iter("testcase")]
    assert len(found) == int(root.attrib["tests"]) == sum(int(s.attrib["tests"]) for s in root)
    for what, tag in (("failures", "failure"), ("skipped", "skipped")):
        number = sum(case.find(tag) is not None for case in found)
        assert number == int(root.attrib[what]) == sum(int(s.attrib[what]) for s in root)
    return {f"{case.attrib['classname']}: {case.attrib['name']}": case for case in found}


def failed(of: Report) -> dict[str, str]:
    return {
        name: case.attrib.get("file", "")
        for name, case in cases(of).items()
        if case.find("failure") is not None
    }


@pytest.mark.parametrize("name", REPORTS)
def test_junit_is_xml_whatever_a_cell_holds(name: str) -> None:
    assert cases(REPORTS[name]) or not REPORTS[name].ran


@given(st.text())
def test_junit_is_xml_for_any_text(cell: str) -> None:
    found = Finding(Location(cell, cell, 1, cell, cell), "field.type", cell, cell, cell)
    ET.fromstring(shown("junit", Report(cell, cell, (found,), (), (Check(cell, cell, cell),))))


def test_junit_has_a_case_for_each_check() -> None:
    one = cases(report(ran=RAN, skipped=(Check("rows", "otra", "no table"),)))
    assert len(one) == len(RAN) + 1
    skipped = one["otra: rows"].find("skipped")
    assert skipped is not None
    assert skipped.attrib["message"] == "no table"
    assert failed(report(ran=RAN)) == {}


@pytest.mark.parametrize(
    ("code", "field", "check"),
    [
        ("path.missing", "", "path"),
        ("resource.hash", "", "hash"),
        ("resource.bytes", "", "hash"),
        ("table.quote", "", "table"),
        ("table.header", "", "table"),
        ("field.type", "luz", "field luz"),
        ("field.unique", "luz", "unique luz"),
        ("key.missing", "luz", "unique luz"),
        ("key.dangling", "luz", "foreign key luz"),
        ("key.dangling", "num", "foreign key num, palabras"),
        ("source.bom", "", "source"),
        ("span.moved", "c", "spans c, d"),
        ("field.type", "otro", "field.type"),
    ],
)
def test_junit_lays_a_finding_at_the_door_of_its_check(code: str, field: str, check: str) -> None:
    found = finding(code, field=field)
    assert failed(report([found], RAN)) == {f"vistas: {check}": "data/t/vistas.csv"}


def test_junit_shows_no_check_as_passed_that_may_have_failed() -> None:
    assert failed(report([finding(field="x")], RAN)) == {
        "vistas: spans a, b": "data/t/vistas.csv",
        "vistas: spans c, d": "",
    }
    assert failed(report([finding("rule.broken")], RAN)) == {
        "vistas: rule.broken": "data/t/vistas.csv",
        "package: own_rule": "",
    }


def test_junit_counts_what_it_does_not_list() -> None:
    every = [finding("field.type", r, excerpt="e\n^") for r in range(2, 302)]
    failure = cases(report(every, RAN))["vistas: field palabras"].find("failure")
    assert failure is not None
    assert failure.attrib["message"].startswith("300 errors; first: t/vistas.csv, row 2")
    assert failure.attrib["type"] == "field.type"
    assert (failure.text or "").count("field.type: ") == junit.SHOWN
    assert "\n  | e\n  | ^\n  What to do: Correct the cell.\n" in (failure.text or "")
    assert "… and 200 more" in (failure.text or "")


def test_junit_tells_one_as_one() -> None:
    failure = cases(report([finding("field.type")], RAN))["vistas: field palabras"].find("failure")
    assert failure is not None
    assert failure.attrib["message"].startswith("1 error; first: ")
    accepted = replace(report(), accepted=1, gone=1)
    assert "1 known finding accepted; 1 of its entries no longer found" in shown("junit", accepted)


def test_a_warning_fails_no_test_case() -> None:
    one = report([finding("field.formula")], RAN)
    assert failed(one) == {}
    output = cases(one)["vistas: field palabras"].find("system-out")
    assert output is not None
    assert "field.formula" in (output.text or "")


# SARIF


def run_of(of: Report, folder: str = "") -> dict[str, Any]:
    log = json.loads(shown("sarif", of, folder))
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    found: dict[str, Any] = run
    return found


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_has_what_the_standard_and_github_require(name: str) -> None:
    run = run_of(REPORTS[name])
    driver = run["tool"]["driver"]
    assert driver["name"] == "smartcity-case"
    ids = [rule["id"] for rule in driver["rules"]]
    assert ids == [*CODES, "not-checked"]
    for rule in driver["rules"]:
        for text_of in ("shortDescription", "fullDescription", "help"):
            assert 0 < len(rule[text_of]["text"]) <= 1024
        assert rule["defaultConfiguration"]["level"] in ("error", "warning")
    for invocation in run["invocations"]:
        assert invocation["executionSuccessful"] is True
    prints = []
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["region"]["startLine"] >= 1
        assert physical["artifactLocation"]["uri"].isascii()
        assert not set(physical["artifactLocation"]["uri"]) & set(' :\\"<>^`{|}\n')
        prints.append(result["partialFingerprints"]["primaryLocationLineHash"])
    assert len(prints) == len(set(prints))
    of = REPORTS[name]
    assert len(prints) == len(of.findings) + len(of.skipped)


def test_sarif_places_and_prints_stay_when_rows_move() -> None:
    one, moved = (run_of(report([finding(row=r, key="a1")]), "d")["results"] for r in (5, 9))
    place = moved[0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "d/t/vistas.csv"}, "region": {"startLine": 9}}
    assert one[0]["partialFingerprints"] == moved[0]["partialFingerprints"]
    twice = run_of(report([finding(), finding()]))["results"]
    assert twice[0]["partialFingerprints"] != twice[1]["partialFingerprints"]
    other = run_of(report([finding(value="garza")]))["results"]
    assert other[0]["partialFingerprints"] != twice[0]["partialFingerprints"]


def test_sarif_escapes_paths_and_braces() -> None:
    (result,) = run_of(report([finding(path="mis datos/año:1.csv", message="[a]{2}")]))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "mis%20datos/a%C3%B1o%3A1.csv"
    assert result["message"]["text"].startswith("[a]{{2}}\n")


def test_sarif_drops_warnings_before_errors_and_tells_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "RESULTS", 4)
    mixed = [finding(c, r) for r in range(2, 4) for c in ("span.trivial", "span.absent")]
    run = run_of(report(mixed, (), (Check("rows", "t", "no"),)))
    assert [r["ruleId"] for r in run["results"]] == [
        "not-checked", "span.absent", "span.absent", "span.trivial"
    ]  # fmt: skip
    told = [n["message"]["text"] for n in run["invocations"][0]["toolExecutionNotifications"]]
    assert told == [
        "not checked: rows of t: no",
        "not in this file: 1 result more; --format json has them all",
    ]


def test_sarif_tells_of_a_baseline() -> None:
    assert run_of(REPORTS["baseline"])["properties"] == {"accepted": 3, "gone": 1}
