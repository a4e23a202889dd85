"""What reports promise to machines: schemas, the same bytes, and documents that say so."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from test_codes import SHOWS

import smartcity_case as sc
from conftest import ROOT, Folder, make_toy
from smartcity_case.render import FORMATS, render

SCHEMA = json.loads(
    (resources.files("smartcity_case") / "schemas/report-1.0.json").read_text("utf-8")
)
WHOLE = jsonschema.Draft202012Validator(SCHEMA)
LINE = jsonschema.Draft202012Validator({"$ref": "#/$defs/line", "$defs": SCHEMA["$defs"]})
GUIDE = (ROOT / "docs/reports.md").read_text("utf-8")

CASES: dict[str, Callable[[Folder], object]] = {
    **SHOWS,
    "clean": lambda t: None,
    "skipped": lambda t: t.describe(lambda d: d["resources"][1].update(compression="gz")),
}


def shown(name: str, report: sc.Report) -> str:
    return "".join(render(report, name, ""))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("case", CASES)
def test_json_reports_follow_their_schema(toy: Folder, case: str) -> None:
    CASES[case](toy)
    report = sc.validate(toy.root)
    WHOLE.validate(json.loads(shown("json", report)))
    first, *lines = [json.loads(line) for line in shown("jsonl", report).split("\n")[:-1]]
    for line in (first, *lines):
        LINE.validate(line)
    assert "schema" in first
    assert len(lines) == first["errors"] + first["warnings"] == len(report.findings)


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.pop("findings"),
        lambda r: r.pop("ok"),
        lambda r: r.update(ok=True),
        lambda r: r.update(schema="report-2.0"),
        lambda r: r.update(errors="1"),
        lambda r: r["findings"][0].pop("fix"),
        lambda r: r["findings"][0].update(severity="note"),
        lambda r: r["findings"][0]["location"].update(row=-1),
        lambda r: r["skipped"].append({"name": "rows", "resource": ""}),
    ],
)
def test_the_schema_refuses_what_is_no_report(
    toy: Folder, change: Callable[[dict[str, Any]], object]
) -> None:
    CASES["span.absent"](toy)
    report = json.loads(shown("json", sc.validate(toy.root)))
    assert WHOLE.is_valid(report)
    change(report)
    assert not WHOLE.is_valid(report)


@pytest.mark.parametrize("case", CASES)
def test_junit_knows_the_check_of_every_finding(toy: Folder, case: str) -> None:
    """A check that is renamed must be renamed in render/junit.py too."""
    CASES[case](toy)
    report = sc.validate(toy.root)
    out = shown("junit", report)
    of_own = {"key.unverifiable", "withheld.unverifiable", "withheld.table"}
    if case != "span.unverifiable":  # the text is withheld: there was no check of its spans
        of_own.add("span.unverifiable")
    for code in {f.code for f in report.findings} - of_own:
        assert f' name="{code}"' not in out
    assert ("<failure" in out) == bool(report.errors)


PROGRAM = """
import sys
from smartcity_case.cli import main
for form in sys.argv[2:]:
    main(["validate", sys.argv[1], "--format", form])
"""


def test_the_same_package_gives_the_same_bytes(tmp_path: Path) -> None:
    toy = make_toy(tmp_path / "aves")
    toy.write("especies", b"clave,patas\n" + "Ñ,1\nÑ,2\nd\u0303,x\n".encode() * 9)
    toy.replace("avistamientos", "dos garzas", "tres «garzas»")
    toy.describe(lambda d: d["resources"].append({"name": "x", "path": "x.gz"}))
    outputs = set()
    for seed, locale in (("1", "C"), ("2", "C.UTF-8"), ("2", "C"), ("3", "C.UTF-8")):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "aves", *FORMATS],
            cwd=tmp_path,
            capture_output=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": locale},
            check=True,
        )
        assert done.stderr == b""
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert "tres «garzas»".encode() in outputs.pop()


# The guide


def test_the_guide_names_every_format_and_option() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "smartcity_case", "validate", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    options = set(re.findall(r"(--[a-z-]+)", done.stdout)) - {"--help"}
    assert {"--format", "--output", "--baseline", "--write-baseline", "--fail-on"} <= options
    for option in options:
        assert f"`{option}" in GUIDE, option
    assert "{" + ",".join(FORMATS) + "}" in done.stdout
    for name in FORMATS:
        assert f"\n## `{name}`" in GUIDE, name


def test_what_the_guide_shows_is_what_is_printed() -> None:
    blocks = re.findall(r"```console\n\$ smartcity-case (validate [^\n]+)\n", GUIDE)
    for name in FORMATS:
        assert any(f"--format {name}" in block or name == "text" for block in blocks)
    command = [sys.executable, str(ROOT / "scripts/report_examples.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
