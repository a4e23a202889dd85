"""The guides are run as a reader would run them, and print what they show."""

from __future__ import annotations

import csv
import doctest
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import smartcity_case as sc
from conftest import ROOT
from smartcity_case.content import Content
from smartcity_case.profile import TableSchema
from smartcity_case.report import Finding

YOUR_OWN = (ROOT / "docs/validate-your-own.md").read_text("utf-8")
PROGRAM = (ROOT / "docs/in-a-program.md").read_text("utf-8")
LOADING = (ROOT / "docs/loading.md").read_text("utf-8")
WITHHOLD = (ROOT / "docs/withhold.md").read_text("utf-8")

# A paragraph that begins with a file name and ends with a colon says what the block below it is.
_BLOCK = re.compile(
    r"(?:^`(?P<file>[^`\n]+)`[^\n]*(?:\n[^\n]+)*:\n\n)?"
    r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$",
    re.M | re.S,
)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of a guide with the Python of the tests."""
    program, *arguments = shlex.split(command)
    ours: dict[str, list[str]] = {"python": [], "smartcity-case": ["-m", "smartcity_case"]}
    return subprocess.run(
        [sys.executable, *ours[program], *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1", "PYTHONWARNINGS": "error"},
        check=False,
    )


def printed(command: str, folder: Path) -> str:
    """What a command of a guide prints."""
    program, *arguments = shlex.split(command)
    if program == "cat":
        return "".join((folder / name).read_text("utf-8") for name in arguments)
    if program == "cp":
        if arguments[0] == "-r":
            shutil.copytree(folder / arguments[1], folder / arguments[2])
            return ""
        *names, target = arguments
        for name in names:
            shutil.copy(folder / name, folder / target)
        return ""
    done = run(command, folder)
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def followed(guide: str, folder: Path) -> str:
    """The guide, followed step by step in a folder, with what its commands print there."""

    def follow(block: re.Match[str]) -> str:
        if block["file"]:
            (folder / block["file"]).parent.mkdir(parents=True, exist_ok=True)
            (folder / block["file"]).write_bytes(block["body"].encode("utf-8"))
        elif block["kind"] == "console":
            lines = re.findall(r"^\$ .*$", block["body"], re.M)
            outputs = [f"{line}\n{printed(line[2:], folder)}" for line in lines]
            return "```console\n" + "".join(outputs) + "```"
        else:  # examples of Python are run on their own
            assert block["kind"] == "pycon", f"neither a file nor commands: {block[0]}"
        return block[0]

    return _BLOCK.sub(follow, guide)


def run_examples(guide: str, name: str) -> None:
    test = doctest.DocTestParser().get_doctest(guide, {"sc": sc}, name, name, 0)
    assert test.examples
    runner = doctest.DocTestRunner()
    runner.run(test)
    assert runner.failures == 0


@pytest.fixture(scope="module")
def one_text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the first section."""
    folder = tmp_path_factory.mktemp("one")
    followed(YOUR_OWN[: YOUR_OWN.index("## Many texts")], folder)
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that the guide makes: many texts, and the folders `columns`, `public`, `whole`."""
    folder = tmp_path_factory.mktemp("whole")
    assert followed(YOUR_OWN, folder) == YOUR_OWN
    return folder


@pytest.fixture
def letters(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "garden-letters"))


# docs/validate-your-own.md


def test_the_guide_prints_what_it_shows(whole: Path) -> None:
    for package in ("", "columns", "whole"):
        assert sc.validate(whole / package).ok, package
    assert sc.validate(whole / "public", sources={"documents": whole}).ok
    for path in ("plants.csv", "documents.csv", "datapackage.json", "odile.txt", "zosia.txt"):
        assert (whole / "whole" / path).read_bytes() == (whole / path).read_bytes(), path
    run_examples(YOUR_OWN, "validate-your-own.md")


def read_rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "plants.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(folder: Path, rows: list[dict[str, str]]) -> None:
    with (folder / "plants.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


Spoil = Callable[[Path], None]


def counted(start: Callable[[sc.Source, int], int], end: Callable[[sc.Source, int], int]) -> Spoil:
    """The rows with offsets that were counted in another way."""

    def spoil(folder: Path) -> None:
        rows = read_rows(folder)
        for row in rows:
            text = (folder / f"{row['document']}.txt").read_bytes().decode("utf-8")
            source = sc.Source(row["document"], text)
            row["from"] = str(start(source, int(row["from"])))
            row["to"] = str(end(source, int(row["to"])))
        write_rows(folder, rows)

    return spoil


def cells(number: int, **values: str) -> Spoil:
    def spoil(folder: Path) -> None:
        rows = read_rows(folder)
        rows[number].update(values)
        write_rows(folder, rows)

    return spoil


def text_as(change: Callable[[str], str], encoding: str = "utf-8") -> Spoil:
    def spoil(folder: Path) -> None:
        text = (folder / "odile.txt").read_bytes().decode("utf-8")
        (folder / "odile.txt").write_bytes(change(text).encode(encoding))

    return spoil


def decomposed(folder: Path) -> None:
    rows = read_rows(folder)
    for row in rows:
        row["words"] = unicodedata.normalize("NFD", row["words"])
    write_rows(folder, rows)


SPOILT: dict[str, tuple[str, Spoil]] = {
    "are right if offsets are UTF-16 code units": (
        "span.offsets",
        counted(sc.Source.to_utf16, sc.Source.to_utf16),
    ),
    "if offsets are UTF-8 bytes": ("span.offsets", counted(sc.Source.to_utf8, sc.Source.to_utf8)),
    "if offsets count each CRLF as one character": (
        "span.offsets",
        text_as(lambda text: text.replace("\n", "\r\n")),
    ),
    "if both offsets are one too high (they count from 1)": (
        "span.offsets",
        counted(lambda _, n: n + 1, lambda _, n: n + 1),
    ),
    "if `end` is the last character, not the one behind it": (
        "span.offsets",
        counted(lambda _, n: n, lambda _, n: n - 1),
    ),
    "if `start` counts from 1 and `end` is the last character": (
        "span.offsets",
        counted(lambda _, n: n + 1, lambda _, n: n),
    ),
    "resource.hash": ("resource.hash", text_as(lambda text: "Bien c" + text[1:])),
    "span.moved": ("span.moved", cells(0, **{"from": "1", "to": "9"})),
    "span.ambiguous": ("span.ambiguous", cells(1, **{"from": "1", "to": "6"})),
    "unless Unicode is composed (NFC)": ("span.absent", decomposed),
    "unless quotation marks are made alike": ("span.absent", cells(2, words="pomme d'amour")),
    "unless ligatures and other compatible characters are made alike (NFKC)": (
        "span.absent",
        cells(0, words="cerfeu\uff49l"),  # i in full width
    ),
    "span.absent": ("span.absent", cells(2, words="pommier")),
    "span.out-of-range": ("span.out-of-range", cells(0, to="999")),
    "span.context": ("span.context", cells(1, before="fait des ")),
    "source.bom": ("source.bom", text_as(lambda text: "\ufeff" + text)),
    "source.encoding": (
        "source.encoding",
        text_as(lambda text: text.replace("🌱", ""), encoding="cp1252"),
    ),
    "source.unusual": ("source.unusual", text_as(lambda text: text.replace("\n", "\r\n"))),
}
TABLE = YOUR_OWN[YOUR_OWN.index("| the report says |") : YOUR_OWN.index("Nothing is ever mended")]


@pytest.mark.parametrize("words", SPOILT)
def test_what_the_table_of_findings_quotes_is_what_the_report_says(
    letters: Path, words: str
) -> None:
    code, spoil = SPOILT[words]
    spoil(letters)
    told = [f"{f.code} {f.message}" for f in sc.validate(letters).findings if f.code == code]
    assert any(words in each for each in told), told


def test_the_table_of_findings_quotes_nothing_else() -> None:
    said = re.findall(r"“([^”]+)”", TABLE) + re.findall(r"^\| `([^`]+)`", TABLE, re.M)
    unquoted = {"span.offsets"}  # its rows quote what it says
    assert set(said) - unquoted == set(SPOILT)


def test_without_its_texts_a_package_is_checked_as_far_as_the_guide_says(letters: Path) -> None:
    public = letters / "public"
    alone = sc.validate(public)
    unverifiable = {"source.unverifiable", "span.unverifiable", "withheld.unverifiable"}
    assert {f.code for f in alone.errors} == unverifiable
    assert not [check for check in alone.ran if check.name.startswith("spans")]
    assert run("smartcity-case validate . --accept unverifiable", public).returncode == 0
    rows = read_rows(public)
    rows[0]["kind"] = "flower"
    write_rows(public, rows)
    more = {f.code for f in sc.validate(public).errors} - {f.code for f in alone.errors}
    assert more == {"field.constraint", "resource.hash", "resource.bytes"}
    assert run("smartcity-case validate . --accept unverifiable", public).returncode == 1


def test_without_its_only_text_spans_are_not_checked(one_text: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(one_text, tmp_path / "one"))
    (folder / "odile.txt").unlink()
    report = sc.validate(folder)
    assert {f.code for f in report.errors} == {"path.missing"}
    assert "spans from, to" in {check.name for check in report.skipped}
    assert run("smartcity-case validate . --write-baseline k.json", folder).returncode == 1


def test_another_edition_with_the_same_words_fails(letters: Path) -> None:
    with (letters / "zosia.txt").open("ab") as file:
        file.write(b"\n")
    report = sc.validate(letters / "public", sources={"documents": letters})
    assert {f.code for f in report.errors} == {"resource.hash", "resource.bytes"}


def test_without_digests_the_hashes_carry_the_proof(letters: Path) -> None:
    assert run("smartcity-case withhold . bare", letters).returncode == 0
    bare, sources = letters / "bare", {"documents": letters}
    assert sc.validate(bare, sources=sources).ok
    cells(0, to="999")(bare)
    assert "span.out-of-range" in {f.code for f in sc.validate(bare, sources=sources).errors}
    cells(0, to="116")(bare)
    assert {f.code for f in sc.validate(bare, sources=sources).errors} == {
        "resource.hash",
        "withheld.table",
    }


def test_the_workflow_passes_and_fails(letters: Path) -> None:
    yaml = pytest.importorskip("yaml")  # frictionless needs it
    workflow = yaml.safe_load((letters / ".github/workflows/data.yml").read_text("utf-8"))
    (job,) = workflow["jobs"].values()
    install, command = [step["run"] for step in job["steps"] if "run" in step]
    assert install.startswith("pip install ")
    assert run(command, letters).returncode == 0
    assert "`smartcity-case validate . --format github --baseline known.json`" in YOUR_OWN
    cells(0, to="999")(letters)
    assert run("python state_hashes.py .", letters).returncode == 0
    for told in (command, command + " --baseline known.json"):
        done = run(told, letters)
        assert done.returncode == 1
        assert done.stdout.startswith("::error file=plants.csv,line=2,title=span.out-of-range::")


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_git_leaves_texts_and_tables_as_they_are(letters: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=letters, check=True)
    asked = ["git", "check-attr", "text", "odile.txt", "plants.csv", "public/plants.csv"]
    done = subprocess.run(asked, cwd=letters, capture_output=True, text=True, check=True)
    assert done.stdout.count("text: unset") == 3


# docs/in-a-program.md, docs/loading.md


def test_the_examples_of_the_program_guide_work(
    one_text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(one_text, tmp_path / "garden")
    monkeypatch.chdir(tmp_path)
    run_examples(PROGRAM, "in-a-program.md")


def test_an_error_about_a_text_fails_no_row() -> None:
    report = sc.check_spans([{"start": 1, "end": 2, "exact": "a"}], "\ufeffa")
    assert ([f.code for f in report.errors], report.failing_rows) == (["source.bom"], [])
    assert {f.location.row for f in report.errors} == {0}


def test_a_text_of_a_table_is_traced(letters: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(letters.parent)
    run_examples(LOADING, "loading.md")
    for package in ("columns", "public"):
        data = sc.load(
            letters / package, sources={"documents": letters} if package == "public" else None
        )
        assert data.trace("plants", "p2").source == "documents/odile"
        assert dict(data.sources) == {}
    withheld = data.trace("plants", "p2")
    assert (withheld.exact, withheld.verdict) == ("fèves", "exact")
    with pytest.raises(sc.UnreadablePackage, match="documents/odile"):
        sc.load(letters / "public").trace("plants", "p2")


def test_rows_and_texts_may_be_what_the_program_guide_says() -> None:
    record = {"id": "r1", "letter": "odile", "from": 13, "to": 14, "words": "x"}
    texts = {"odile": "Chère Odile, 🌱 il a plu."}
    pairs = {"key": list(texts), "text": list(texts.values())}
    rows_of_all_kinds = ([record], pd.DataFrame([record]), pa.Table.from_pylist([record]))
    for rows in (*rows_of_all_kinds, pa.RecordBatch.from_pylist([record])):
        for given in (texts, pd.DataFrame(pairs), pa.table(pairs)):
            report = sc.check_spans(
                rows, given, source="letter", start="from", end="to", exact="words", key="id"
            )
            assert [f.location.key for f in report.errors] == ["r1"]
            assert type(report.failing_rows) is type(rows)
    alone = sc.check_spans([record], texts["odile"], start="from", end="to", exact=None)
    assert alone.ok
    with pytest.raises(sc.NotFound):
        sc.check_spans([record], texts)


def test_what_the_program_guide_says_of_rules_and_threads(letters: Path) -> None:
    cells(0, to="999")(letters)
    seen = []

    def look(content: Content) -> Iterator[Finding]:
        resource = content.package.resource("plants")
        assert resource is not None
        assert isinstance(resource.table_schema, TableSchema)
        (declared,) = resource.table_schema.text_spans
        seen.append((content.source(declared, "zosia") or "")[:7])
        yield from ()

    reports = [sc.validate(letters, [look], threads=number) for number in (1, 3)]
    assert reports[0] == reports[1]
    assert seen == ["Kochana"] * 2
    assert reports[0].ran[-1].name == "look"
    (letters / "datapackage.json").write_text("{", "utf-8")
    assert not sc.validate(letters, [look]).ok
    assert len(seen) == 2


def test_an_exception_in_a_rule_is_passed_on(one_text: Path) -> None:
    def broken(content: Content) -> Iterator[Finding]:
        raise RuntimeError("of a reader")

    with pytest.raises(RuntimeError, match="of a reader"):
        sc.validate(one_text, [broken])


def test_a_green_report_says_nothing_of_tables_without_spans(
    one_text: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(one_text, tmp_path / "one"))
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    text, plants = package["resources"]
    text.pop("hash")
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    report = sc.validate(folder)
    assert report.ok
    assert report.findings == ()
    assert any(check.name.startswith("spans") for check in report.ran)
    del plants["schema"]["textSpans"]
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    report = sc.validate(folder)
    assert report.ok
    assert not any(check.name.startswith("spans") for check in report.ran)


# docs/withhold.md


def test_the_page_on_withheld_texts_prints_what_it_shows(
    letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "page"
    folder.mkdir()
    shutil.copy(ROOT / "seeds/000_99c0eed1a29a2b7c.txt", folder / "article.txt")
    kept = shutil.ignore_patterns("columns", "public", "whole", ".*", "*.json.*", "known.json")
    shutil.copytree(letters, folder / "letters", ignore=kept)
    assert followed(WITHHOLD, folder) == WITHHOLD
    monkeypatch.chdir(folder)
    run_examples(WITHHOLD, "withhold.md")
