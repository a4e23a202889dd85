"""A package without its texts: made, checked without them, checked and restored with them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

import bundles
import smartcity_case as sc
from bundles import DE, FORMS, all_files, given, make
from conftest import ROOT, Folder, copy_release, make_toy
from smartcity_case.authoring.withheld import emptied, leaks
from smartcity_case.case import open_files
from smartcity_case.cli import main
from smartcity_case.codes import CODES
from smartcity_case.editions import restore_package, with_sources, withhold_package
from smartcity_case.errors import UnreadablePackage, UnwritablePackage
from smartcity_case.writing import write_files

ARTICLE = ROOT / "seeds/000_99c0eed1a29a2b7c.txt"
WORDS = ["fährt", "niemand", "Nacht", "barca", "🚤", "guarda"]


def withheld(package: Folder, out: Path, salt: str | None = None) -> Folder:
    """The package without its texts, in another folder."""
    out.mkdir()
    write_files(out, withhold_package(open_files(package.root), salt).files.items())
    return Folder(out)


def codes(report: sc.Report) -> set[str]:
    return {f.code for f in report.errors}


def options(sources: dict[str, Path]) -> list[str]:
    return [part for name, path in sources.items() for part in ("--source", f"{name}={path}")]


@pytest.mark.parametrize("salt", [None, "k7"])
@pytest.mark.parametrize("table", ["csv", "parquet", "inline"])
@pytest.mark.parametrize("form", FORMS)
def test_what_is_withheld_can_be_restored(
    tmp_path: Path, form: str, table: str, salt: str | None
) -> None:
    package = make(tmp_path / "full", form, table)
    assert sc.validate(package.root).ok
    out = withheld(package, tmp_path / "out", salt)
    whole = b"".join(all_files(out.root).values()).decode("utf-8", "replace")
    assert not [word for word in WORDS if word in whole]
    alone = sc.validate(out.root)
    expected = {"source.unverifiable", "span.unverifiable", "withheld.unverifiable"}
    assert codes(alone) == expected | ({"key.unverifiable"} if form == "column" else set())
    assert not alone.skipped
    assert not [check for check in alone.ran if check.name.startswith("spans")]
    sources = given(package.root, form)
    report = sc.validate(out.root, sources=sources)
    assert report.ok, report.findings
    assert "restored_tables" in {check.name for check in report.ran}
    restored = restore_package(open_files(out.root, sources)).files
    assert restored == all_files(package.root)
    row = sc.load(out.root, sources=sources)["notes"].iloc[0]
    assert (row["words"], row["before"], row["said"]) == (*bundles.ROWS[0][2:4], "fährt nicht")


@pytest.mark.parametrize("form", ["file", "files"])
def test_frictionless_finds_what_is_there_valid(tmp_path: Path, form: str) -> None:
    from frictionless import Package

    out = withheld(make(tmp_path / "full", form), tmp_path / "out", "k7")
    report = Package(str(out.root / "datapackage.json")).validate()
    verdicts = {task.name: task.valid for task in report.tasks}
    assert not report.errors
    assert verdicts == ({"hafen": False} if form == "file" else {"ports": True}) | {"notes": True}


def test_the_release_is_withheld_and_restored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, full = tmp_path / "public", tmp_path / "full"
    assert main(["withhold", "--case", str(out)]) == 0
    said = capsys.readouterr().out
    assert "left out: seeds/000_99c0eed1a29a2b7c.txt\n" in said
    assert "emptied: claims: stance_exact, exact\n" in said
    assert "still words of a text, in columns that stay: actors.name (15 cells)\n" in said
    assert "the descriptor has examples, patterns or terms of: claims.stance_exact, " in said
    assert main(["validate", str(out)]) == 1
    assert "12 errors" in capsys.readouterr().out
    article = ["--source", f"article={ARTICLE}"]
    assert main(["validate", str(out), *article]) == 0
    assert capsys.readouterr().out.startswith("smartcity-case 1.0.0: valid\n")
    assert main(["show", "claims", "c007", "--package", str(out), *article]) == 0
    assert "exact: exact, article" in capsys.readouterr().out
    assert main(["tables", "--package", str(out), *article]) == 0
    assert main(["restore", str(out), str(full), *article]) == 0
    made = all_files(full)
    assert made.keys() >= {"datapackage.json", "RIGHTS.md", "data/detail/mentions.csv"}
    assert all((ROOT / path).read_bytes() == data for path, data in made.items())


def test_rules_are_held_to_the_whole(tmp_path: Path) -> None:
    (tmp_path / "release").mkdir()
    release = copy_release(tmp_path / "release")
    claims = list(csv.DictReader(io.StringIO(release.read("claims").decode())))
    row = next(claim for claim in claims if claim["voice"] == "actor")
    row["attribution"] = ""
    release.write("claims", bundles.written(claims))
    before = {f for f in sc.validate(release.root).findings if f.code == "rule.broken"}
    assert before
    out = withheld(release, tmp_path / "out")
    assert {"rule.broken"} & codes(sc.validate(out.root)) == set()
    report = sc.validate(out.root, sources={"article": ARTICLE})
    assert before == {f for f in report.findings if f.code == "rule.broken"}


def test_rows_that_lie_in_no_such_text_are_told_without_it(tmp_path: Path) -> None:
    out = withheld(make(tmp_path / "full", "files"), tmp_path / "out")
    out.replace("notes", "11,33", "33,11")
    out.replace("notes", "15,31", "15,3100")
    out.replace("notes", ",38,", ",+38,")
    found = [f for f in sc.validate(out.root).findings if f.location.row]
    assert [(f.code, f.location.key) for f in found] == [
        ("span.out-of-range", "n1"),
        ("span.out-of-range", "n2"),
        ("span.unverifiable", "n3"),
    ]
    size = len(bundles.ES.encode())
    assert found[0].message == "33 to 11 is no stretch of a text"
    assert found[1].message == f"15 to 3100 is no stretch of a text of {size} bytes"


def test_some_texts_may_be_given_and_others_not(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "files")
    out = withheld(package, tmp_path / "out", "k7")
    out.replace("notes", "11,33", "12,33")
    out.replace("notes", "15,31", "16,31")
    text = package.root / "texts/hafen.txt"
    report = sc.validate(out.root, sources={"ports/hafen": text})
    assert [f.location.key for f in report.findings if f.code == "span.digest"] == ["n1"]
    assert [f.message for f in report.findings if f.code == "span.unverifiable"] == [
        "2 spans (from, to) not judged: the text is withheld; --source ports=FOLDER gives it",
        "1 span (said_from, said_to) not judged: the text is withheld; "
        "--source ports=FOLDER gives it",
    ]
    told = [f.message for f in report.findings if f.code.split(".")[0] in ("source", "withheld")]
    assert "1 text withheld; --source ports=FOLDER gives them" in told
    assert "the text 'ports/muelle' cannot be read; --source gives it" in told
    with pytest.raises(UnreadablePackage, match="'ports/muelle' is withheld; give it"):
        sc.load(out.root).trace("notes", "n2", None)


def test_a_table_with_other_offsets_is_not_the_one_released(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "file")
    out = withheld(package, tmp_path / "out")
    out.replace("notes", "11,33", "12,33")
    report = sc.validate(out.root, sources=given(package.root, "file"))
    (finding,) = report.errors
    assert finding.code == "withheld.table"
    assert finding.message.endswith(package.resource("notes")["hash"])
    code = main(
        ["restore", str(out.root), str(tmp_path / "x"), *options(given(package.root, "file"))]
    )
    assert (code, (tmp_path / "x").exists()) == (1, False)


def test_words_that_are_left_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = make(tmp_path / "full", "files")
    out = withheld(package, tmp_path / "out")
    out.replace("notes", "38,49,,", "38,49,Über Nacht,")
    (out.root / "texts").mkdir()
    (out.root / "texts/hafen.txt").write_bytes(DE.encode())
    found = [f for f in sc.validate(out.root).findings if f.code == "withheld.words"]
    assert [(f.location.resource, f.location.key, f.location.field) for f in found] == [
        ("notes", "n3", "words"),
        ("ports", "hafen", "path"),
    ]
    assert main(["validate", str(out.root), "--accept", "unverifiable"]) == 1
    assert "'Über Nacht' is not empty" in capsys.readouterr().out
    one = make(tmp_path / "one", "file")
    out = withheld(one, tmp_path / "out1")
    (out.root / "hafen.txt").write_bytes(DE.encode())
    report = sc.validate(out.root)
    assert [f.location.path for f in report.errors] == ["hafen.txt"]
    assert codes(report) == {"withheld.words"}


def test_only_whole_texts_are_accepted_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = withheld(make(tmp_path / "full", "column"), tmp_path / "out")
    validate = ["validate", str(out.root), "--accept", "unverifiable"]
    assert main(validate) == 0
    said = capsys.readouterr().out
    assert said.startswith("ports: valid but for what is withheld\n")
    assert "unverifiable: 5 findings accepted; what is withheld was not checked\n" in said
    shown = {
        "json": '"accepted": 5,\n  "gone": 0,\n  "unverified": 5,',
        "jsonl": '"accepted": 5, "gone": 0, "unverified": 5,',
        "junit": '<testsuite name="unverifiable"',
        "sarif": '"unverified": 5',
        "github": "::notice title=unverifiable::5 findings accepted;",
    }
    for form, words in shown.items():
        assert main([*validate, "--format", form]) == 0
        assert words in capsys.readouterr().out, form
    out.replace("notes", ",15,", ",+15,")
    assert main(validate) == 1
    assert "NOT VALID" in capsys.readouterr().out
    with pytest.raises(SystemExit) as info:
        main(["validate", str(out.root), "--accept", "everything"])
    assert info.value.code == 2
    assert "choose from" in capsys.readouterr().err


def test_a_baseline_comes_before_what_is_accepted_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = withheld(make(tmp_path / "full", "file"), tmp_path / "out")
    known = str(tmp_path / "known.json")
    assert main(["validate", str(out.root), "--write-baseline", known]) == 0
    assert "nothing new" in capsys.readouterr().out
    both = ["--baseline", known, "--accept", "unverifiable"]
    assert main(["validate", str(out.root), *both]) == 0
    assert "4 known findings accepted" in capsys.readouterr().out


def test_the_given_text_counts_if_the_package_has_one_too(toy: Folder, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_bytes(toy.read("diario") + b"x")
    assert codes(sc.validate(toy.root, sources={"diario": other})) == {
        "resource.hash",
        "resource.bytes",
    }
    assert sc.load(toy.root, sources={"diario": other}).source.text.endswith("x")
    with_text = open_files(toy.root, {"diario": other})
    with_text.read("diario.txt")
    other.write_bytes(b"changed")
    with pytest.raises(UnreadablePackage, match="changed after"):
        with_text.check_unchanged()
    assert str(other.resolve()) in with_text.places()


def test_a_given_table_of_texts_counts_too(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "column")
    other = tmp_path / "other.csv"
    other.write_bytes(package.read("ports").replace(b"barca", b"balsa"))
    report = sc.validate(package.root, sources={"ports": other})
    assert {"resource.hash", "span.absent"} <= codes(report)
    rows = sc.failing_rows(package.root, report, sources={"ports": other})
    assert "n4" in set(rows["id"])


def test_failing_rows_are_those_of_the_withheld_package(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "column")
    out = withheld(package, tmp_path / "out")
    out.replace("notes", "15,31", "15,3100")
    sources = given(package.root, "column")
    report = sc.validate(out.root, sources=sources)
    rows = sc.failing_rows(out.root, report, sources=sources)
    assert rows["id"].tolist() == ["hafen", "hafen", "n2"]  # two warnings, of the text


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "files")
    out = withheld(package, tmp_path / "out")
    text = package.root / "texts/hafen.txt"
    (tmp_path / "empty").mkdir()
    wrong: dict[str, tuple[Any, str]] = {
        "port": (text, "'port' is no text of the package; its texts: ports"),
        "ports/x": (text, "'ports/x' is no text of the package; there are ports/hafen, ports/m"),
        "ports": (text, "there is no such folder"),
        "ports/hafen": (tmp_path, "not a regular file"),
        "ports/muelle": (tmp_path / "no", "No such file"),
    }
    for name, (file, message) in wrong.items():
        with pytest.raises(sc.SmartcityCaseError, match=message):
            sc.validate(out.root, sources={name: file})
    with pytest.raises(UnreadablePackage, match="none of the files of 'ports'"):
        sc.load(out.root, sources={"ports": tmp_path / "empty"})
    with pytest.raises(UnreadablePackage, match=r"n: embedded null|null"):
        sc.load(out.root, sources={"ports/hafen": "a\0b"})
    one = withheld(make(tmp_path / "one", "file"), tmp_path / "out1")
    with pytest.raises(sc.NotFound, match="'hafen/x' is no text"):
        sc.validate(one.root, sources={"hafen/x": text})
    (one.root / "datapackage.json").write_text("{")
    assert with_sources(open_files(one.root), {"hafen": text}).given == {}


def test_links_out_of_a_folder_of_texts_are_not_followed(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "files")
    out = withheld(package, tmp_path / "out")
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "hafen.txt").symlink_to(package.root / "texts/hafen.txt")
    (folder / "muelle.txt").write_bytes(bundles.ES.encode())
    report = sc.validate(out.root, sources={"ports": folder})
    assert "1 text withheld; --source ports=FOLDER gives them" in [
        f.message for f in report.findings
    ]


def test_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str], toy: Folder) -> None:
    out = str(tmp_path / "out")
    package = str(toy.root)
    said = {
        ("withhold", out): "give the PACKAGE and OUT, or --case and OUT",
        ("withhold", "--case", package, out): "give the PACKAGE and OUT, or --case and OUT",
        ("withhold", package, out, "--salt", "a"): "--salt is that of --digests",
        ("withhold", package, out, "--digests", "--salt", ""): "--salt is empty",
        ("withhold", package, package, "--force"): "this is the package itself",
        ("withhold", package, f"{package}/diario.txt"): "not a folder",
        ("restore", package, out, "--source", "diario=x"): "x: No such file",
        (
            "restore",
            package,
            out,
            "--source",
            f"diario={package}/diario.txt",
        ): "nothing is withheld",
        ("validate", package, "--source", "a=b", "--source", "a=c"): "a is given twice",
    }
    for arguments, words in said.items():
        assert main(arguments) == 2, arguments
        assert words in capsys.readouterr().err, arguments
    assert not Path(out).exists()
    for text in ("=x", "x", "x="):
        with pytest.raises(SystemExit):
            main(["validate", package, "--source", text])


def test_what_is_withheld_is_restored_before_it_is_anchored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], toy: Folder
) -> None:
    public = withheld(toy, tmp_path / "public")
    table = next(
        r["path"] for r in public.descriptor["resources"] if "withheld" in r.get("schema", {})
    )
    assert main(["anchor", str(public.root / table)]) == 2
    assert "its words are withheld; restore the package first" in capsys.readouterr().err
    assert main(["reanchor", str(public.root), "--new", str(ARTICLE)]) == 2
    assert "texts of this package are withheld; restore it first" in capsys.readouterr().err


def test_nothing_is_written_over_without_force(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], toy: Folder
) -> None:
    out = tmp_path / "out"
    withhold = ["withhold", str(toy.root), str(out), "--digests"]
    assert main([*withhold, "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("would be written: 3 files in ")
    assert not out.exists()
    assert main(withhold) == 0
    first = (out / "datapackage.json").read_bytes()
    assert main(withhold) == 2
    assert "--force writes over it" in capsys.readouterr().err
    assert main([*withhold, "--force"]) == 0
    assert (out / "datapackage.json").read_bytes() != first  # another salt
    (out / "diario.txt").write_text("leaked")
    assert main([*withhold, "--force"]) == 2
    assert "the text diario.txt is there; remove it first" in capsys.readouterr().err
    (out / "diario.txt").unlink()
    assert main(["withhold", str(out), str(tmp_path / "again")]) == 2
    assert "withheld already" in capsys.readouterr().err
    restore = ["restore", str(out), str(tmp_path / "full"), "--source"]
    restore.append(f"diario={toy.root}/diario.txt")
    assert main([*restore, "--dry-run"]) == 0
    assert not (tmp_path / "full").exists()
    assert main(restore) == 0
    assert all_files(tmp_path / "full") == all_files(toy.root)
    capsys.readouterr()
    assert main(restore) == 2
    wrong = tmp_path / "wrong.txt"
    wrong.write_bytes(toy.read("diario").replace(b"\n", b"\r\n"))
    assert main([*restore[:-1], f"diario={wrong}", "--force"]) == 1
    said = capsys.readouterr().out
    assert said.endswith("nothing was written\n")
    assert "with LF line ends it would be the right text" in said
    short = tmp_path / "short.txt"
    short.write_bytes("🐦".encode())
    assert main([*restore[:-1], f"diario={short}", "--force"]) == 2
    assert "is no stretch of its text" in capsys.readouterr().err


def test_errors_of_the_package_itself_keep_nobody_from_restoring(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], toy: Folder
) -> None:
    toy.replace("especies", "garza,2", "garza,1")
    out = withheld(toy, tmp_path / "out")
    text = f"diario={toy.root}/diario.txt"
    assert main(["restore", str(out.root), str(tmp_path / "full"), "--source", text]) == 0
    assert "1 error of the package itself; validate it" in capsys.readouterr().out


# what cannot be withheld


def refusal(package: Folder) -> str:
    with pytest.raises((UnwritablePackage, UnreadablePackage)) as info:
        withhold_package(open_files(package.root))
    return str(info.value)


def change(package: Folder, at: int, **more: Any) -> None:
    package.describe(lambda d: d["resources"][at].update(more))


def test_rows_whose_words_are_not_in_the_text_are_not_thrown_away(
    tmp_path: Path, toy: Folder
) -> None:
    toy.replace("avistamientos", "dos garzas", "tres garzas")
    said = refusal(toy)
    assert "tablas/avistamientos.csv, row 2, field palabras" in said
    assert "validate first" in said
    package = make(tmp_path / "wrong", "files")
    package.replace("notes", "“ 🌊", "“ 🌪")
    assert "row 2, field after" in refusal(package)
    package = make(tmp_path / "range", "files")
    package.replace("notes", "15,31", "15,3100")
    assert "row 3: 15 to 3100 is no stretch of its text" in refusal(package)
    package = make(tmp_path / "nothing", "files")
    package.replace("notes", "n2,muelle", "n2,muelles")
    assert "the text 'ports/muelles' cannot be read" in refusal(package)


def test_wrong_hashes_are_not_kept(tmp_path: Path, toy: Folder) -> None:
    toy.write("diario", toy.read("diario") + b"x", refresh=False)
    assert "diario: " in refusal(toy)
    package = make(tmp_path / "table", "file")
    package.write("notes", package.read("notes") + b" ", refresh=False)
    assert "validate first" in refusal(package)
    package = make(tmp_path / "algorithm", "file")
    change(package, 0, hash="crc32:00")
    assert "state a sha256" in refusal(package)


def test_texts_need_hashes_in_their_table(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "files")
    ports = package.read("ports").decode()
    package.write("ports", ports.replace("sha256:", "", 1).encode())
    assert "row 2: " in refusal(package)
    first = ports.splitlines()[1].split(",")[2]
    package.write("ports", ports.replace(first, "").encode())
    assert "row 2: the hash of texts/hafen.txt is not stated" in refusal(package)
    package.write("ports", ports.replace("texts/hafen.txt", "../hafen.txt").encode())
    assert "it leads out of the package" in refusal(package)

    def without(d: dict[str, Any]) -> None:
        for span in d["resources"][1]["schema"]["textSpans"]:
            span["reference"]["fields"].pop("hash", None)

    package.describe(without)
    assert "add one (sha256:…)" in refusal(package)


def test_packages_of_which_it_cannot_be_made(tmp_path: Path, toy: Folder) -> None:
    cases: dict[str, tuple[str, Any]] = {
        "no table has spans": ("file", lambda d: d["resources"][1]["schema"].pop("textSpans")),
        "notes: the column 'words' holds words, and is its primary key": (
            "file",
            lambda d: d["resources"][1]["schema"].update(primaryKey=["words"]),
        ),
        "is a key that 'copies' refers to": ("file", _referred_to),
        "ports: the column 'id' holds words, and is what leads to a text": ("files", _verbatim_key),
        "ports: the table cannot be read": (
            "files",
            lambda d: d["resources"][0].update(encoding="latin-1"),
        ),
        "copies: the table cannot be read": ("file", _unreadable),
        "its spans point to nothing": (
            "file",
            lambda d: d["resources"][0].update(name="other"),
        ),
        "they stand in the descriptor": ("column", _inline_texts),
    }
    for number, (words, (form, spoil)) in enumerate(cases.items()):
        package = make(tmp_path / str(number), form)
        package.describe(spoil)
        assert words in refusal(package), words
    (toy.root / "datapackage.json").write_text("{")
    assert "the descriptor cannot be read" in refusal(toy)


def _copies(d: dict[str, Any]) -> dict[str, Any]:
    copies = {"name": "copies", "data": [{"w": "a"}], "schema": {"fields": [{"name": "w"}]}}
    d["resources"].append(copies)
    return copies


def _referred_to(d: dict[str, Any]) -> None:
    key = {"fields": ["w"], "reference": {"resource": "notes", "fields": ["words"]}}
    _copies(d)["schema"]["foreignKeys"] = [key]


def _unreadable(d: dict[str, Any]) -> None:
    _copies(d).update(data=5)


def _verbatim_key(d: dict[str, Any]) -> None:
    d["resources"][0]["schema"]["fields"][0]["verbatim"] = True


def _inline_texts(d: dict[str, Any]) -> None:
    ports = d["resources"][0]
    for name in ("path", "hash", "bytes"):
        del ports[name]
    ports["data"] = [{"id": key, "body": text} for key, text in bundles.TEXTS.items()]


def test_texts_in_the_table_of_the_rows_are_refused(tmp_path: Path) -> None:
    package = Folder(ROOT / "profiles/text-spans/1.0/examples/valid/own-table")
    assert "stand in the table that has the spans" in refusal(package)


# odd packages


def rows_of_one() -> list[dict[str, Any]]:
    """The rows of a package with one text."""
    rows = [row for row in bundles.cells() if row["port"] == "hafen"]
    return [{k: v for k, v in row.items() if k != "port"} for row in rows]


def test_words_of_no_span_are_lost_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = make(tmp_path / "full", "file")

    def add(d: dict[str, Any]) -> None:
        field = {"name": "title", "verbatim": True, "constraints": {"required": True}}
        d["resources"][1]["schema"]["fields"].append(field)

    package.describe(add)
    package.write("notes", bundles.written([r | {"title": "Ufer"} for r in rows_of_one()]))
    out = tmp_path / "out"
    assert main(["withhold", str(package.root), str(out)]) == 0
    assert "cannot be restored: notes.title, since its words belong to no span" in (
        capsys.readouterr().out
    )
    assert b"Ufer" not in b"".join(all_files(out).values())
    sources = given(package.root, "file")
    assert sc.validate(out, sources=sources).ok
    assert main(["restore", str(out), str(tmp_path / "back"), *options(sources)]) == 0
    told = capsys.readouterr().out
    assert "notes.title: not restored, since its words belong to no span" in told
    back = Folder(tmp_path / "back")
    assert sc.validate(back.root).ok
    assert back.read("notes") == package.read("notes").replace(b",Ufer", b",")
    assert back.resource("notes")["schema"]["fields"][-1]["withheld"]
    again = withhold_package(open_files(back.root))
    assert again.files == all_files(out) | {"datapackage.json": again.files["datapackage.json"]}


def test_a_table_that_is_written_oddly_comes_back_with_the_same_cells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = make(tmp_path / "full", "file")
    package.replace("notes", "n1,", '"n1",')
    out = tmp_path / "out"
    assert main(["withhold", str(package.root), str(out)]) == 0
    assert "notes is restored with the same cells, but maybe not" in capsys.readouterr().out
    sources = given(package.root, "file")
    assert sc.validate(out, sources=sources).ok
    assert main(["restore", str(out), str(tmp_path / "back"), *options(sources)]) == 0
    assert "notes: the same cells as released, in other bytes" in capsys.readouterr().out
    assert sc.validate(tmp_path / "back").ok
    Folder(out).replace("notes", "11,33", "11,32")
    assert codes(sc.validate(out, sources=sources)) == {"withheld.table"}


def test_what_the_descriptor_names_travels_and_nothing_else(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "file", delimiter=";")
    parts = {"schema": package.resource("notes")["schema"], "dialect": {"delimiter": ";"}}
    for name, part in parts.items():
        (package.root / f"{name}.json").write_text(json.dumps(part), "utf-8")
    (package.root / "image.bin").write_bytes(b"\0")
    (package.root / "RIGHTS.md").write_bytes(b"Mine.")
    (package.root / "README.md").write_bytes(b"Read.")
    licences = [{"path": "RIGHTS.md"}, {"path": "https://example.org"}, {"name": "CC0-1.0"}]

    def name_them(d: dict[str, Any]) -> None:
        d["licenses"] = licences
        d["resources"][1].update(schema="schema.json", dialect="dialect.json")
        d["resources"].append({"name": "image", "path": "image.bin", "hash": "md5:00"})
        d["resources"].append({"name": "twice", "path": "tables/notes.csv", "hash": "md5:00"})
        d["resources"][-1] |= {"schema": "schema.json", "dialect": "dialect.json"}
        del d["resources"][-1]["hash"]

    package.describe(name_them)
    out = withheld(package, tmp_path / "out", "k7")
    assert all_files(out.root).keys() == all_files(package.root).keys() - {"hafen.txt", "README.md"}
    sources = given(package.root, "file")
    restored = restore_package(open_files(out.root, sources)).files
    assert restored == {k: v for k, v in all_files(package.root).items() if k != "README.md"}


def test_missing_values_stay_as_they_are(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "file")
    rows = [{k: "NA" if v == "" else v for k, v in row.items()} for row in rows_of_one()]
    package.write("notes", bundles.written(rows))
    schema = package.resource("notes")["schema"] | {"missingValues": ["NA", "-"]}
    change(package, 1, schema=schema)
    assert sc.validate(package.root).ok
    for salt in (None, "k7"):
        out = withheld(package, tmp_path / f"out{salt}", salt)
        report = sc.validate(out.root, sources=given(package.root, "file"))
        assert report.ok, report.findings
        assert DE[38:44] not in out.read("notes").decode()


def test_marks_that_say_too_little_are_told(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "file")
    sources = given(package.root, "file")

    def report_of(spoil: Any) -> set[str]:
        out = withheld(package, tmp_path / f"out{len(list(tmp_path.iterdir()))}")
        out.describe(spoil)
        return codes(sc.validate(out.root, sources=sources))

    def no_table(d: dict[str, Any]) -> None:
        del d["resources"][1]["withheld"]

    def other_field(d: dict[str, Any]) -> None:
        d["resources"][1]["schema"]["withheld"]["textSpans"][0]["fields"]["start"] = "nowhere"

    def no_schema(d: dict[str, Any]) -> None:
        del d["resources"][1]["schema"]["withheld"]

    def unknown_hash(d: dict[str, Any]) -> None:
        d["resources"][1]["withheld"]["table"]["hash"] = "crc32:00"

    assert report_of(no_table) == {"withheld.table"}
    assert report_of(other_field) == {"withheld.table"}
    assert report_of(no_schema) == {"withheld.table"}
    assert report_of(unknown_hash) == {"withheld.table"}

    def nothing(d: dict[str, Any]) -> None:
        d["resources"][1]["schema"]["withheld"]["textSpans"] = []

    def nameless(d: dict[str, Any]) -> None:
        d["resources"][0]["withheld"]["added"] = ["name"]

    assert report_of(nothing) == {"withheld.table"}
    assert report_of(nameless) == {"descriptor.invalid"}
    assert report_of(lambda d: d["resources"][0].update(withheld="yes")) == {"descriptor.invalid"}


def test_what_no_text_would_mend_is_not_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = withheld(make(tmp_path / "full", "file"), tmp_path / "out")
    arguments = ["validate", str(out.root), "--accept", "unverifiable"]
    assert main(arguments) == 0
    out.describe(lambda d: d["resources"][1].pop("withheld"))
    capsys.readouterr()
    assert main(arguments) == 1
    assert "it does not say what it was" in capsys.readouterr().out


def test_what_stays_of_a_table_in_an_odd_style_is_proven(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "file")
    package.write("notes", package.read("notes").replace(b"n1", b'"n1"', 1))
    package.describe(lambda d: d["resources"][1].pop("hash", None))
    out = withheld(package, tmp_path / "out")
    stated = out.resource("notes")
    assert stated["withheld"]["added"] == ["hash"]
    sources = given(package.root, "file")
    assert sc.validate(out.root, sources=sources).ok
    whole = restore_package(with_sources(open_files(out.root), sources))
    assert whole.alike == ("notes",)
    assert "hash" not in json.loads(whole.files["datapackage.json"])["resources"][1]
    path = out.root / stated["path"]
    path.write_bytes(path.read_bytes().replace(b"n1", b"n7", 1))
    assert "resource.hash" in codes(sc.validate(out.root, sources=sources))


def test_cells_that_quote_are_counted_within_a_bound(
    toy: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert withhold_package(open_files(toy.root)).quoting == {
        "especies.clave": 1,
        "avistamientos.especie": 1,
    }
    monkeypatch.setattr(leaks, "_LOOKED", 100)
    assert set(withhold_package(open_files(toy.root)).quoting.values()) == {1, -1}


def test_words_in_lists_and_in_columns_without_a_field_are_told(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "file")
    stream = io.StringIO()
    rows = list(csv.reader(io.StringIO(package.read("notes").decode(), newline="")))
    told = ["x;Nacht", '[[1, {"a": "Nacht"}]]', "[Nacht", "fährt"]
    odd = [["items", "array", "broken", "more"], told, *[["-", "[]", "{}", ""]] * len(rows)]
    csv.writer(stream).writerows([*row, *cells] for row, cells in zip(rows, odd, strict=False))
    package.write("notes", stream.getvalue().encode())

    def described(d: dict[str, Any]) -> None:
        schema = d["resources"][1]["schema"]
        schema["fieldsMatch"] = ["subset"]
        schema["fields"] += [
            {"name": "items", "type": "list", "delimiter": ";"},
            {"name": "array", "type": "array"},
            {"name": "broken", "type": "object"},
        ]

    package.describe(described)
    quoting = withhold_package(open_files(package.root)).quoting
    names = ("notes.items", "notes.array", "notes.more", "notes.broken")
    assert [quoting.get(name) for name in names] == [1, 1, 1, None]


def test_files_that_are_no_tables_are_named(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "file")
    (package.root / "page.html").write_bytes(b"<p>Nacht</p>")
    page = {"name": "page", "path": "page.html", "format": "html"}
    package.describe(lambda d: d["resources"].append(page))
    assert withhold_package(open_files(package.root)).kept == ("page",)


def test_releases_without_their_text_are_compared_by_its_hash(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "file")
    out = withheld(package, tmp_path / "out")
    assert sc.diff(out.root, out.root).is_empty
    assert not sc.diff(package.root, out.root).files
    out.describe(lambda d: d["resources"][0].update(hash="sha256:" + "0" * 64))
    (change,) = sc.diff(package.root, out.root).files
    assert (change.effect, change.uncompared) == ("changed", "")
    out.describe(lambda d: d["resources"][0].update(hash="sha512:00"))
    (change,) = sc.diff(package.root, out.root).files
    assert "there is no such" in change.uncompared


def test_a_text_that_is_withheld_is_not_corrected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = make(tmp_path / "full", "file")
    out = withheld(package, tmp_path / "out")
    before = all_files(out.root)
    text = str(given(package.root, "file")["hafen"])
    assert main(["reanchor", str(out.root), "--old", text, "--new", text, "--write"]) == 2
    assert "texts of this package are withheld" in capsys.readouterr().err
    assert all_files(out.root) == before


def test_what_is_not_restored_is_not_written(toy: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emptied.EmptiedSchema, "change", lambda self, raw, salt: None)
    assert refusal(toy)


def test_the_codes_of_what_cannot_be_checked_are_errors() -> None:
    unverifiable = [code for code in CODES if code.endswith(".unverifiable")]
    assert len(unverifiable) == 4
    assert {CODES[code].severity for code in unverifiable} == {"error"}


def test_a_toy_with_two_spans_in_a_row(tmp_path: Path) -> None:
    toy = make_toy(tmp_path / "aves")
    out = withheld(toy, tmp_path / "out")
    fields = {f["name"]: f for f in out.resource("avistamientos")["schema"]["fields"]}
    assert fields["palabras"]["withheld"] == {"constraints": {"required": True}}
    assert fields["palabras"]["constraints"] == {}
    assert fields["dicho"]["withheld"] is True
    mark = out.resource("avistamientos")["withheld"]
    assert mark == {"table": {n: toy.resource("avistamientos")[n] for n in ("hash", "bytes")}}
    assert out.resource("diario")["withheld"] == {"text": True}


def test_names_that_are_taken_and_keys_that_stay(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "file")

    def change_schema(d: dict[str, Any]) -> None:
        schema = d["resources"][1]["schema"]
        schema["fields"].append({"name": "before_length", "type": "string"})
        schema["uniqueKeys"].append(["from", "to"])
        (text, _) = d["resources"]
        text["hash"] = "sha256:" + hashlib.sha256(DE.encode()).hexdigest()
        span = schema["textSpans"][1]["fields"]
        del span["exact"]  # the words are in a verbatim column that belongs to the first span
        schema["textSpans"][0]["fields"]["exact"] = "words"
        schema["fields"] = [f for f in schema["fields"] if f["name"] != "said"]

    package.describe(change_schema)
    rows = [{k: v for k, v in row.items() if k != "said"} for row in rows_of_one()]
    package.write("notes", bundles.written([row | {"before_length": "x"} for row in rows]))
    assert sc.validate(package.root).ok
    out = withheld(package, tmp_path / "out", "k7")
    schema = out.resource("notes")["schema"]
    assert schema["withheld"]["lengths"] == {"before": "before_length_", "after": "after_length"}
    assert schema["uniqueKeys"] == [["from", "to"]]
    assert out.resource("hafen")["withheld"] == {"text": True, "added": ["bytes"]}
    sources = given(package.root, "file")
    assert restore_package(open_files(out.root, sources)).files == all_files(package.root)


def test_a_text_that_no_span_points_into_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = make(tmp_path / "full", "file")
    (package.root / "other.txt").write_bytes(b"Other.")
    other = {"name": "other", "path": "other.txt", "mediatype": "text/plain"}
    package.describe(lambda d: d["resources"].append(other))
    assert main(["withhold", str(package.root), str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "copied with its words, since no span points into it: other\n" in said
    assert (tmp_path / "out/other.txt").read_bytes() == b"Other."


def test_a_table_that_lacks_rows_or_columns_is_refused(tmp_path: Path) -> None:
    package = make(tmp_path / "rows", "file")
    package.write("notes", package.read("notes") + b"n9,1\n")
    assert "some of its rows cannot be read" in refusal(package)
    package = make(tmp_path / "column", "file")
    package.replace("notes", "said_from", "said_form")
    assert "there is no column 'said_from'" in refusal(package)
    out = withheld(make(tmp_path / "full", "file"), tmp_path / "out")
    out.replace("notes", "said_from", "said_form")
    out.replace("notes", "words", "word")
    sources = given(tmp_path / "full", "file")
    assert "withheld.table" in codes(sc.validate(out.root, sources=sources))
    (out.root / "datapackage.json").write_text("{")
    assert sc.failing_rows(tmp_path / "full", sc.validate(tmp_path / "full")).empty
    with pytest.raises(UnreadablePackage, match="descriptor cannot be read"):
        restore_package(open_files(out.root))


def test_a_table_of_words_without_spans_is_emptied_for_good(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "file")

    def add(d: dict[str, Any]) -> None:
        _copies(d).update(data=[{"k": "1", "w": "Ufer"}, {"k": "2", "w": ""}])
        field = {"name": "w", "type": "string", "verbatim": True}
        d["resources"][2]["schema"] = {"fields": [{"name": "k", "type": "string"}, field]}

    package.describe(add)
    made = withhold_package(open_files(package.root))
    assert made.lost == ("copies.w",)
    assert b"Ufer" not in made.files["datapackage.json"]
    package.describe(lambda d: d["resources"][2].update(data=[]))
    made = withhold_package(open_files(package.root))
    assert json.loads(made.files["datapackage.json"])["resources"][2]["data"] == []


def test_a_table_without_rows_is_withheld_too(tmp_path: Path) -> None:
    package = make(tmp_path / "full", "file")
    package.write("notes", package.read("notes").split(b"\n")[0] + b"\n")
    out = withheld(package, tmp_path / "out")
    assert codes(sc.validate(out.root)) == {"source.unverifiable"}  # there are no words to miss
    sources = given(package.root, "file")
    assert sc.validate(out.root, sources=sources).ok
    assert restore_package(open_files(out.root, sources)).files == all_files(package.root)
