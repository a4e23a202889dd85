"""Inputs that break other tools: each is a finding or a clear error, never a crash."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

import smartcity_case as sc
from conftest import ROOT, TOY_TEXT, Folder, copy_release, toy_descriptor
from smartcity_case.cli import main
from smartcity_case.errors import UnwritablePackage
from smartcity_case.render.json import render_json
from smartcity_case.render.text import render_text
from smartcity_case.storage import RefusedPath
from smartcity_case.writing import write_files

Field = dict[str, Any]


def with_field(toy: Folder, field: Field, cells: list[str]) -> Folder:
    """The toy with another second field in its first table."""

    def change(d: Field) -> None:
        d["resources"][1]["schema"]["fields"][1] = {"name": "patas"} | field

    toy.describe(change)
    rows = "".join(f"{chr(97 + i)},{cell}\n" for i, cell in enumerate(cells))
    toy.write("especies", f"clave,patas\ngarza,\n{rows}".encode())
    return toy


@pytest.mark.parametrize(
    "field",
    [
        {"type": "nonsense"},
        {"type": "string", "constraints": {"pattern": "("}},
        {"type": "integer", "constraints": {"minimum": "abc"}},
        {"type": "string", "constraints": {"minimum": 3}},
        {"type": "string", "constraints": {"maxLength": "5"}},
        {"type": "string", "constraints": {"enum": "abc"}},
        {"type": "string", "constraints": {"required": "x"}},
        {"type": "string", "constraints": {"nonsense": 1}},
        {"type": "boolean", "trueValues": "yes"},
    ],
)
def test_a_field_that_makes_no_sense_is_a_finding(toy: Folder, field: Field) -> None:
    report = sc.validate(with_field(toy, field, ["1"]).root)
    faults = [f for f in report.errors if f.code == "descriptor.invalid"]
    assert faults
    assert not report.ok


def mutations(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in pairs:
        if isinstance(part, dict | list):
            yield from mutations(part, (*path, key))
        else:
            yield (*path, key)


ODD: list[Any] = [
    *(None, True, 5, 1e999, "", "x", "\x1b[2J", "9" * 40),
    *([], {}, [[]], ["x", 5], {"a": {}}),
]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_any_value_in_any_place_of_the_descriptor_is_judged(toy: Folder, odd: object) -> None:
    good = toy.descriptor
    for path in list(mutations(toy_descriptor())):
        if not path:
            continue
        descriptor = copy.deepcopy(good)
        place = descriptor
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = odd
        (toy.root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
        report = sc.validate(toy.root)
        "".join(render_text(report)).encode("utf-8")
        json.loads("".join(render_json(report)))


@pytest.mark.parametrize(
    "text",
    ['{"resources": "\\ud800"}', '{"x": ' + "1" * 5000 + "}", '{"a":' * 900 + "1" + "}" * 900],
)
def test_json_that_other_readers_choke_on(toy: Folder, text: str) -> None:
    (toy.root / "datapackage.json").write_text(text, "utf-8")
    assert not sc.validate(toy.root).ok


@pytest.mark.parametrize(
    "change",
    [
        {"format": "xlsx"},
        {"format": "ods"},
        {"mediatype": "application/json"},
        {"compression": "gz"},
        {"path": "especies.json"},
        {"path": "especies.csv.zip"},
    ],
)
def test_a_format_that_is_not_read_is_not_checked(toy: Folder, change: Field) -> None:
    if "path" in change:
        (toy.root / "especies.csv").rename(toy.root / change["path"])
    toy.describe(lambda d: d["resources"][1].update(change))
    report = sc.validate(toy.root)
    assert [c for c in report.skipped if c.resource == "especies"]
    assert report.findings == ()
    assert not report.ok


def test_a_descriptor_that_leads_out_is_an_exception(toy: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    (toy.root / "datapackage.json").rename(outside)
    (toy.root / "datapackage.json").symlink_to(outside)
    with pytest.raises(sc.UnreadablePackage, match="leads out of the package"):
        sc.validate(toy.root)


def test_a_text_in_another_encoding_is_not_checked(toy: Folder) -> None:
    toy.describe(lambda d: d["resources"][0].update(encoding="latin-1"))
    assert not sc.validate(toy.root).ok


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.update(textspans=s.pop("textSpans")),
        lambda s: s["textSpans"][1].update(require=False),
        lambda s: s["textSpans"][0]["fields"].update(start="luz"),
        lambda s: s["textSpans"][0]["fields"].update(end="desde"),
        lambda s: s.update(uniqueKeys=[[]]),
        lambda s: s["foreignKeys"][0].update(fields=[]),
        lambda s: s["fields"][2].update(categories=["día", "día"]),
    ],
)
def test_a_declaration_that_would_check_nothing_is_a_finding(
    toy: Folder, change: Callable[[Field], object]
) -> None:
    toy.describe(lambda d: change(d["resources"][2]["schema"]))
    assert "descriptor.invalid" in {f.code for f in sc.validate(toy.root).errors}


def with_integer_keys(toy: Folder, first: str, second: str) -> None:
    """Make the keys of the toy's rows integers."""

    def numbered(d: Field) -> None:
        d["resources"][2]["schema"]["fields"][0] = {"name": "num", "type": "integer"}

    toy.describe(numbered)
    toy.replace("avistamientos", "a1,", f"{first},")
    toy.replace("avistamientos", "a2,", f"{second},")


def test_keys_are_compared_by_value(toy: Folder) -> None:
    with_integer_keys(toy, "2", "02")
    assert "key.duplicate" in {f.code for f in sc.validate(toy.root).errors}


def test_integer_keys_can_be_traced_and_listed(toy: Folder) -> None:
    with_integer_keys(toy, "1", "2")
    assert sc.validate(toy.root).ok
    aves = sc.load(toy.root)
    assert aves.trace("avistamientos", 1).exact == "dos garzas"
    assert len(aves.concordance("avistamientos")) == 2


@pytest.mark.parametrize(
    ("field", "cells", "values"),
    [
        ({"type": "date", "format": "%d/%m/%Y"}, ["01/02/2018"], ["01/02/2018"]),
        ({"type": "number", "decimalChar": ","}, ['"1,5"'], ["1,5"]),
        ({"type": "number", "bareNumber": False}, ["95%"], ["95%"]),
        ({"type": "integer", "missingValues": ["-"]}, ["-", "3"], [None, 3]),
    ],
)
def test_loading_never_reads_another_value_than_validation(
    toy: Folder, field: Field, cells: list[str], values: list[object]
) -> None:
    with_field(toy, field, cells)
    if "missingValues" in field:
        toy.replace("especies", "garza,\n", "garza,1\n")
    assert sc.validate(toy.root).ok
    loaded = sc.load(toy.root)["especies"]["patas"].tolist()[1:]
    assert [None if v is pd.NA else v for v in loaded] == values


def test_a_number_that_no_column_holds_is_named(toy: Folder) -> None:
    with_field(toy, {"type": "integer"}, ["1", "9" * 400])
    with pytest.raises(sc.UnreadablePackage, match=r"especies\.csv, row 4"):
        _ = sc.load(toy.root)["especies"]


def test_a_selection_of_rows_goes_by_label(toy: Folder) -> None:
    aves = sc.load(toy.root)
    frame = aves["avistamientos"]
    shuffled = (frame["num"] == "a2").iloc[::-1]
    assert aves.concordance("avistamientos", shuffled)["key"].tolist() == ["a2"]
    mask = np.array([False, True])
    assert aves.concordance("avistamientos", mask)["key"].tolist() == ["a2"]
    assert aves.concordance("avistamientos", "a2")["key"].tolist() == ["a2"]
    by_list = aves.concordance("avistamientos", [False, None, True][::2])
    assert by_list["key"].tolist() == ["a2"]
    renumbered = frame.reset_index(drop=True).iloc[1:]  # a join; its keys are in a column
    assert aves.concordance("avistamientos", renumbered)["key"].tolist() == ["a2"]
    with pytest.raises(sc.NotFound, match="no row with the key 'zz'"):
        aves.concordance("avistamientos", ["zz"])
    with pytest.raises(sc.NotFound, match="no span whose words"):
        aves.concordance("avistamientos", column="nada")


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_empty_text_has_no_words_and_no_crash(toy: Folder, text: str) -> None:
    toy.write("diario", text.encode())
    assert "span.out-of-range" in {f.code for f in sc.validate(toy.root).errors}
    assert sc.load(toy.root).trace("avistamientos", "a1").verdict == "out-of-range"


def test_emptiness_is_judged_after_missing_values(toy: Folder) -> None:
    toy.describe(lambda d: d["resources"][2]["schema"].update(missingValues=["", "NA"]))
    toy.replace("avistamientos", "otra garza,,,", "otra garza,NA,NA,NA")
    assert sc.validate(toy.root).ok
    with pytest.raises(sc.NotFound, match="has no words"):
        sc.load(toy.root).trace("avistamientos", "a2", "dicho")


def test_an_offset_that_validation_refuses_is_not_traced(toy: Folder) -> None:
    at = TOY_TEXT.index("dos garzas")
    toy.replace("avistamientos", f",{at},", f",+{at},")
    with pytest.raises(sc.UnreadablePackage, match=r"row 2.*is not an offset"):
        sc.load(toy.root).trace("avistamientos", "a1")


def test_a_missing_column_does_not_hide_the_faults_of_the_others(toy: Folder) -> None:
    toy.replace("avistamientos", "especie,luz", "especie,lux")
    toy.replace("avistamientos", "a1,garza", "a1,")
    toy.describe(
        lambda d: d["resources"][2]["schema"]["fields"][1].update(constraints={"required": True})
    )
    codes = {f.code for f in sc.validate(toy.root).errors}
    assert {"table.header", "field.required"} <= codes


def test_an_unclosed_quote_does_not_hide_the_rows_before_it(toy: Folder) -> None:
    toy.write("especies", toy.read("especies") + b'GARZA,2\npato,"2\n')
    report = sc.validate(toy.root)
    assert {f.code for f in report.errors} == {"field.constraint", "table.quote"}
    assert any("cannot be read whole" in c.reason for c in report.skipped)
    with pytest.raises(sc.UnreadablePackage, match="some of its rows cannot be read"):
        _ = sc.load(toy.root)["especies"]


def test_what_a_terminal_obeys_is_shown_not_sent(toy: Folder) -> None:
    toy.describe(lambda d: d.update(name="aves\x1b[2J\nforged: valid"))
    toy.write("especies", b'clave,patas\n"ga\x1b[2J\nerror fake",2\n')
    text = "".join(render_text(sc.validate(toy.root)))
    assert "\x1b" not in text
    assert "\nforged" not in text
    assert "\nerror fake" not in text


def test_errors_travel_between_processes(toy: Folder) -> None:
    toy.replace("especies", "garza,2", "garza,1")
    with pytest.raises(sc.InvalidPackage) as info:
        sc.validate(toy.root).raise_if_failed()
    again = pickle.loads(pickle.dumps(info.value))
    assert str(again) == str(info.value)
    assert again.report == info.value.report
    with pytest.raises(sc.AmbiguousWords) as ambiguous:
        sc.anchor("aa", "a")
    assert pickle.loads(pickle.dumps(ambiguous.value)).candidates == ambiguous.value.candidates


def test_a_code_that_is_not_public_is_refused_where_it_is_made() -> None:
    with pytest.raises(ValueError, match=r"rule\.broken"):
        sc.Finding(sc.Location(), "my.code", "message")


@pytest.mark.parametrize(
    "arguments",
    [["validate", ""], ["tables", "--package", ""], ["build", ""], ["validate", "x" * 5000]],
)
def test_an_empty_or_endless_argument_is_not_this_folder(
    arguments: list[str], toy: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(toy.root)
    assert main(arguments) == 2


def test_the_exit_code_stands_when_the_reader_closes_the_pipe(toy: Folder) -> None:
    toy.write("especies", b"clave,patas\n" + b"A,1\n" * 20_000)
    command = f"'{sys.executable}' -m smartcity_case validate '{toy.root}' --format json"
    script = f"set -o pipefail; {command} | head -1"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_terminal_without_our_letters_gets_escapes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "smartcity_case", "show", "claims", "c007"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "m\\xf6chte" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "smartcity_case", "tables"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("smartcity-case: cannot write the output")


def test_nothing_is_written_outside_and_nothing_half(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (root / "a").write_bytes(b"old")
    for bad in ("../evil", str(tmp_path / "evil"), "folder"):
        with pytest.raises(RefusedPath):
            write_files(root, [("a", b"new"), (bad, b"x")])
        assert (root / "a").read_bytes() == b"old"
    with pytest.raises(UnwritablePackage):
        write_files(root, [("a", b"new"), ("a/b", b"x")])
    assert (root / "a").read_bytes() == b"old"
    assert sorted(p.name for p in root.iterdir()) == ["a", "folder"]
    assert not (tmp_path / "evil").exists()


def damaged_checkout(root: Path) -> Folder:
    folder = copy_release(root)
    for part in ("docs", "data/coding"):
        for path in (ROOT / part).rglob("*"):
            if path.is_file():
                target = root / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
    return folder


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("datapackage.json", b"{"),
        ("datapackage.json", b"[]"),
        ("datapackage.json", b"\xff"),
        ("datapackage.json", b'{"resources": [{"name": "article"}]}'),
        ("docs/codebook.md", b"\xff"),
        ("docs/codebook.md", b"no marks"),
        ("seeds/000_99c0eed1a29a2b7c.txt", b"\xff"),
        ("data/coding/release/claims.csv", b"\xff"),
        ("data/coding/release/claims.csv", b'id,"'),
    ],
)
def test_build_on_a_damaged_checkout_says_what_is_damaged(
    tmp_path: Path, path: str, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged_checkout(tmp_path)
    (tmp_path / path).write_bytes(data)
    assert main(["build", str(tmp_path)]) in (1, 2)
    err = capsys.readouterr().err
    assert err.startswith("smartcity-case: ")
    assert "Traceback" not in err


def test_build_never_writes_outside_its_checkout(tmp_path: Path) -> None:
    root = tmp_path / "checkout"
    root.mkdir()
    folder = damaged_checkout(root)

    def lead_out(d: Field) -> None:
        d["resources"][1]["path"] = "../evil.csv"

    folder.describe(lead_out)
    assert main(["build", str(root)]) == 2
    assert not (tmp_path / "evil.csv").exists()


def test_joins_and_rows_on_an_invalid_package_name_the_fault(release: Folder) -> None:
    lines = release.read("actors").splitlines(keepends=True)
    release.write("actors", b"".join([*lines, lines[1]]))
    case = sc.load(release.root)
    assert isinstance(case, sc.Case)
    for join in (case.claims_with_actors, case.quotes_with_parts, case.actors_by_claim):
        with pytest.raises(sc.UnreadablePackage, match="actors has a key twice"):
            join()
    release.replace("claims", ",fact,", ",fiction,")
    with pytest.raises(sc.UnreadablePackage, match=r"claims\.csv, row 2, key c001, field type"):
        list(cast("sc.Case", sc.load(release.root)).rows("claims"))
