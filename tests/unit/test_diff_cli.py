"""`smartcity-case diff`: folders, wheels, revisions of git; text and JSON."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

import smartcity_case as sc
from conftest import ROOT, copy_release
from editions import PLANTS, content, fields, table, write
from smartcity_case.authoring.comparing.applying import apply_diff, cells_of
from smartcity_case.authoring.comparing.changes import Diff, FileChange, Release, Step
from smartcity_case.authoring.comparing.comparison import diff_editions
from smartcity_case.authoring.comparing.diff_json import diff_from_json
from smartcity_case.cli import main
from smartcity_case.errors import PackageNotFound, UnreadablePackage
from smartcity_case.packed import open_release
from smartcity_case.render.diff import render_diff
from smartcity_case.render.text import LINES
from smartcity_case.report import Report
from smartcity_case.validation import read_content

GONE = table(rows=PLANTS[:2])


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main(["diff", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def git(repository: Path, *arguments: str) -> str:
    whose = [f"GIT_{who}_{what}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]
    no_settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", "-C", str(repository), *arguments],
        env=os.environ | dict.fromkeys(whose, "x") | no_settings,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two releases, the second of them a folder deeper too."""
    root = write(tmp_path / "repository")
    git(root, "init", "-q", "-b", "main")
    (root / ".gitattributes").write_text("*.csv text eol=crlf\n")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one")
    git(root, "tag", "v1")
    write(root, {"plants": GONE}, version="2.0.0")
    write(root / "a" / "dir", {"plants": GONE}, version="2.0.0")
    (root / "CHANGELOG.md").write_text("## 2.0.0\n\n**Withdrawn keys:** `plants` p3.\n")
    (root / "link.txt").symlink_to("CHANGELOG.md")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "two")
    return root


def wheel(place: Path, root: Path, folder: str = "garden/_package") -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(root.rglob("*")):
            packed.write(file, f"{folder}/{file.relative_to(root)}")
    return place


def test_nothing_differs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    root = write(tmp_path / "old")
    code, out, err = run(capsys, root, root)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "garden 1.0.0 -> garden 1.0.0: nothing differs", "",
        "no step of the version is needed", "0 errors, 0 not checked",
    ]  # fmt: skip


def test_revisions_of_git(capsys: pytest.CaptureFixture[str], repository: Path) -> None:
    code, out, _ = run(capsys, "git:v1", "git:main", "--repository", repository)
    assert code == 0, out
    assert "table plants: 1 row removed\n  - p3\n" in out
    assert "MAJOR is needed: plants: 1 row removed" in out
    below = run(capsys, "git:v1", "git:HEAD:a/dir/", "--repository", repository)
    assert below[0] == 1  # no changelog lies there
    assert "error key.unlisted (1)" in below[1]
    assert sc.diff("git:main", repository, repository=repository / "a").is_empty
    with open_release("git:HEAD", repository) as files:
        held = read_content(files)
        assert held is not None
        assert b"\r" not in files.read("plants.csv")  # the bytes as they are in git
        assert cells_of(held) == cells_of(content(repository))
        assert files.seen == {}
        with pytest.raises(Exception, match="no such regular file"):
            files.read("link.txt")


@pytest.mark.parametrize(
    ("place", "reason"),
    [("git:nix", "no revision 'nix'"), ("git:", "write git:REV"), ("git:-x", "write git:REV"),
     ("git:v1:b", "in the folder 'b'"), ("git:v1\0", "write git:REV"),
     ("git:v1:plants.csv", "in the folder 'plants.csv'")],
)  # fmt: skip
def test_a_revision_without_a_package(repository: Path, place: str, reason: str) -> None:
    with pytest.raises(PackageNotFound, match="git:") as info:
        sc.diff(place, repository, repository=repository)
    assert reason in str(info.value)


def test_no_repository_and_no_git(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    root = write(tmp_path / "plain")
    code, out, err = run(capsys, "git:v1", root, "--repository", root)
    assert (code, out) == (2, "")
    assert "not a git repository" in err
    with pytest.raises(PackageNotFound, match="no such folder"):
        sc.diff("git:v1", root, repository=tmp_path / "nowhere")
    empty = tmp_path / "empty"
    empty.mkdir()
    git(empty, "init", "-q")
    with pytest.raises(PackageNotFound, match="no revision 'HEAD'"):
        sc.diff("git:HEAD", root, repository=empty)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreadablePackage, match="the program git, which is not there"):
        sc.diff("git:v1", root, repository=repository)


def test_a_folder_of_that_name_is_no_revision(tmp_path: Path, monkeypatch: Any) -> None:
    write(tmp_path / "git:v1")
    monkeypatch.chdir(tmp_path)
    assert sc.diff("./git:v1", "./git:v1").is_empty


def test_wheels(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    old, new = write(tmp_path / "old"), write(tmp_path / "new", {"plants": GONE}, version="2.0.0")
    (new / "CHANGELOG.md").write_text("**Withdrawn keys:** `plants` p3.\n")
    one, two = wheel(tmp_path / "a-1.whl", old), wheel(tmp_path / "a-2.whl", new)
    code, out, err = run(capsys, one, two)
    assert (code, err) == (0, ""), out
    assert "table plants: 1 row removed" in out
    assert sc.diff(old, one).is_empty


def test_wheels_with_parquet_and_texts(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    made = table() | {"resource": {"path": "p.parquet"}}
    note = {"name": "note", "path": "note.txt", "mediatype": "text/plain"}
    root = write(tmp_path / "old", {"plants": made}, resources=[note])
    (root / "note.txt").write_bytes("„ü🌼“\r\n".encode())
    columns = dict(zip(("id", "colour", "height"), zip(*PLANTS, strict=True), strict=True))
    pq.write_table(pa.table({n: list(c) for n, c in columns.items()}), root / "p.parquet")
    assert sc.diff(root, wheel(tmp_path / "a.whl", root)).is_empty


def test_wheels_that_cannot_be_looked_at(tmp_path: Path) -> None:
    root = write(tmp_path / "root")
    bare = wheel(tmp_path / "bare.whl", root, "garden/data")
    with pytest.raises(PackageNotFound, match=r"it has no \*/_package/datapackage.json"):
        sc.diff(root, bare)
    two = wheel(tmp_path / "two.whl", root)
    with zipfile.ZipFile(two, "a") as packed:
        packed.write(root / "datapackage.json", "b/_package/datapackage.json")
    with pytest.raises(PackageNotFound, match="there are b/_package"):
        sc.diff(root, two)
    (tmp_path / "no.whl").write_bytes(b"PK")
    with pytest.raises(UnreadablePackage, match="cannot be read"):
        sc.diff(root, tmp_path / "no.whl")
    with zipfile.ZipFile(tmp_path / "rare.whl", "w", zipfile.ZIP_BZIP2) as packed:
        packed.write(root / "datapackage.json", "b/_package/datapackage.json")
    with pytest.raises(UnreadablePackage, match="rare way"):
        sc.diff(root, tmp_path / "rare.whl")
    damaged = wheel(tmp_path / "damaged.whl", root)
    data = bytearray(damaged.read_bytes())
    at = data.index(b"garden/_package/plants.csv") + len("garden/_package/plants.csv")
    data[at + 3 : at + 13] = b"\xff" * 10
    damaged.write_bytes(data)
    with pytest.raises(UnreadablePackage, match="the wheel is damaged"):
        sc.diff(root, damaged)
    with pytest.raises(PackageNotFound, match="no such file"):
        sc.diff(root, tmp_path / "nowhere.whl")


def test_a_broken_descriptor_cannot_be_compared(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    old, new = write(tmp_path / "old"), write(tmp_path / "new")
    (old / "datapackage.json").write_text("{")
    code, out, err = run(capsys, old, new)
    assert (code, out) == (2, "")
    assert f"OLD ({old}): the descriptor cannot be read: " in err
    assert "NEW (" in run(capsys, new, old)[2]
    assert run(capsys, new, tmp_path / "nowhere")[0] == 2


def test_a_package_that_changes_meanwhile_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = write(tmp_path / "old"), write(tmp_path / "new")

    def slow(*editions: Any) -> Diff:
        found = diff_editions(*editions)
        (new / "plants.csv").write_bytes(b"id,colour,height\n")
        return found

    monkeypatch.setattr("smartcity_case.releases.diff_editions", slow)
    with pytest.raises(UnreadablePackage, match="changed after it was first read"):
        sc.diff(old, new)


def test_the_changelog_is_written_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    old = write(tmp_path / "old")
    new = write(tmp_path / "new", {"plants": GONE}, version="2.0.0")
    log = new / "CHANGELOG.md"
    log.write_bytes(b"\xef\xbb\xbf# Log\r\n\r\n## Unreleased\r\n\r\n## 1.0.0\r\n")
    before = log.read_bytes()
    assert run(capsys, old, new)[0] == 1
    code, out, _ = run(capsys, old, new, "--changelog", log, "--dry-run")
    assert code == 0
    assert "**Withdrawn keys:** `plants` p3." in out
    assert log.read_bytes() == before
    code, out, _ = run(capsys, old, new, "--changelog", log)
    assert code == 0
    assert "Withdrawn" not in out
    written = log.read_bytes()
    assert written.startswith(b"\xef\xbb\xbf# Log\r\n\r\n## Unreleased\r\n\r\n### Data\r\n")
    stamp = log.stat().st_mtime_ns
    assert run(capsys, old, new, "--changelog", log)[0] == 0
    assert (log.read_bytes(), log.stat().st_mtime_ns) == (written, stamp)
    assert run(capsys, old, new)[0] == 0
    other = tmp_path / "other.md"
    assert run(capsys, old, new, "--changelog", other)[0] == 0
    assert other.read_text().startswith("# Changelog\n\n## 2.0.0\n")


def test_a_changelog_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    old = write(tmp_path / "old")
    assert "without --changelog" in run(capsys, old, old, "--dry-run")[2]
    code, _, err = run(capsys, old, old, "--changelog", tmp_path)
    assert code == 2
    assert "directory" in err
    log = tmp_path / "log.md"
    log.write_text("# Log\n")
    code, _, err = run(capsys, old, old, "--changelog", log)
    assert code == 2
    assert "no section" in err
    assert log.read_text() == "# Log\n"
    assert run(capsys, old, old, "--changelog", "\0")[0] == 2


def test_json_is_complete(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    old = write(tmp_path / "old")
    rows = [["p9", "„neu“\u2028", ""], PLANTS[2], ["p1", "Grün", "4"]]
    new = write(tmp_path / "new", {"plants": table(rows=rows), "more": table()}, version="1.0.1")
    log = tmp_path / "log.md"
    code, out, _ = run(capsys, old, new, "--format", "json", "--changelog", log, "--dry-run")
    told = json.loads(out)
    assert code == 1
    assert (told["schema"], told["step"]) == ("diff-1.0", "MAJOR")
    assert told["reasons"][0]["why"].startswith("plants: 1 row removed")
    assert told["changelog"].startswith("<!-- diff -->\n")
    assert [f["code"] for f in told["report"]["findings"]] == ["version.step"]
    assert not told["report"]["ok"]
    diff = diff_from_json(told["diff"])
    assert diff == sc.diff(old, new)
    assert apply_diff(diff, cells_of(content(old))) == cells_of(content(new))
    assert not log.exists()
    plain = json.loads(run(capsys, old, old, "--format", "json")[1])
    assert plain["step"] == "NONE"
    assert "changelog" not in plain


def lines_of(diff: Diff) -> list[str]:
    report = Report("garden", "2.0.0", (), (), ())
    return "".join(render_diff(diff, report, "text")).splitlines()


def test_the_view_for_people_stays_on_a_screen(tmp_path: Path) -> None:
    def garden(name: str, cell: str, count: int) -> Path:
        rows = [[f"p{n}", cell * 60, str(n)] for n in range(50)]
        return write(tmp_path / name, {f"t{n:02d}": table(rows=rows) for n in range(count)})

    few = lines_of(sc.diff(garden("a", "x", 2), garden("b", "y", 2)))
    assert "  … and 45 more (--format json has them all)" in few
    assert any('~ p0: colour "xxxx' in line and "…" in line for line in few)
    assert lines_of(sc.diff(garden("a", "x", 9), garden("b", "y", 9)))[2].startswith(
        "table t00: 50"
    )
    bare = lines_of(sc.diff(garden("a", "x", 14), garden("b", "y", 14)))
    assert not any("~ p0" in line for line in bare)
    assert "… only headings fit here; --format json has everything" in bare
    many = lines_of(sc.diff(garden("a", "x", 60), garden("b", "y", 60)))
    assert sum(1 + (len(line) - 1) // 100 for line in many) <= LINES
    assert any("more (--format json has everything)" in line for line in many)
    long = [write(tmp_path / n, {f"{c * 200}": table(rows=rows) for c in "abcdefgh"})
            for n, rows in (("c", PLANTS), ("d", PLANTS[:2]))]  # fmt: skip
    told = lines_of(sc.diff(*long))
    assert sum(line.startswith("table ") for line in told) == 16
    assert max(map(len, told[:-2])) <= 100


def test_what_the_view_says(tmp_path: Path) -> None:
    numbers = {"a": {"type": "integer"}, "z": {"type": "integer"}}
    header = ["id", "a", "z", "words"]
    span = {"fields": {"start": "a", "end": "z", "exact": "words"}, "reference": {"resource": "n"}}
    spans = {"listed": fields(*header, **numbers), "textSpans": [span]}
    note = {"name": "n", "path": "n.txt", "mediatype": "text/plain"}
    colour = fields("id", "colour", "height", colour={"constraints": {"enum": ["a"]}})
    old = write(tmp_path / "old", {
        "plants": table(), "spans": table(header, [["s1", "0", "1", "a"]], **spans),
        "bare": table(["x", "y"], [["1", "\x1b"]], None), "lost": table(rows=[]),
        "order": table(), "name": table(["k"], [["v"]], "k"), "dup": table()},
        resources=[note], title="T")  # fmt: skip
    new = write(tmp_path / "new", {
        "plants": table(listed=colour), "spans": table(header, [["s1", "1", "2", "a"]], **spans),
        "bare": table(["x", "y"], [["1", "::b"]], None), "come": table(["q"], [["::x"]], "q"),
        "order": table(["id", "height", "colour"], [[r[0], r[2], r[1]] for r in PLANTS[::-1]]),
        "newname": table(["k"], [["v"]], "k"), "dup": table(rows=PLANTS[:1] * 2)},
        resources=[note], title="U")  # fmt: skip
    (old / "n.txt").write_bytes(b"a")
    (new / "n.txt").write_bytes(b"b")
    with_moves = sc.diff(old, new)
    out = "\n".join(lines_of(with_moves))
    for line in (
        "table lost: removed", "table come: new, 1 row", "text n: changed",
        "table plants: declaration", '  constraint enum of colour added: null -> ["a"] [MAJOR]',
        "table spans: 1 row moved, the words the same", '  ~ s1: a "0" -> "1"; z "1" -> "2"',
        "table bare: 1 row, now 1 (compared as whole rows, without a primary key)",
        "  - 1, \\x1b", "  + 1, ::b", "  fields reordered: id, height, colour [MAJOR]",
        "table order: 3 rows, now 3; in another order; other columns (compared by id)",
        "package:", '  title of the package changed: "T" -> "U" [PATCH]',
        "MAJOR is needed: table lost removed and 3 more",
    ):  # fmt: skip
        assert line in out, line
    renamed = write(tmp_path / "renamed", {"plants": table(["id", "farbe", "height"])})
    told = lines_of(sc.diff(write(tmp_path / "plain"), renamed))
    assert "  field colour renamed farbe [MAJOR]" in told
    null = Diff(Release("", ""), Release("", ""),
                files=(FileChange("docs", "renamed", "papers", "d1", text=False),))  # fmt: skip
    assert lines_of(null)[:3] == ["package -> package: they differ", "",
                                  "file docs, key d1: renamed (was papers)"]  # fmt: skip


def test_findings_and_what_was_not_compared(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    old, new = write(tmp_path / "old"), write(tmp_path / "new")
    (new / "plants.csv").write_bytes(b'id,colour,height\n"a"b,1,1\n')
    (new / "CHANGELOG.md").write_text("Withdrawn keys: all\n")
    code, out, _ = run(capsys, old, new)
    assert code == 1
    assert "not checked: rows of plants: in NEW the table cannot be read whole" in out
    assert "error changelog.format (1)" in out
    assert out.endswith("no step of the version is needed\n1 error, 1 not checked\n")


def test_the_release_against_a_spoilt_copy(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    release = copy_release(tmp_path)
    shutil.copy(ROOT / "CHANGELOG.md", tmp_path)
    release.replace("claims", "c007", "c907")
    release.describe(lambda d: d.update(version="1.1.0"))
    code, out, _ = run(capsys, ROOT, tmp_path)
    assert code == 1
    assert "error version.step (1)" in out
    assert "1.0.0 to 1.1.0 is MINOR; MAJOR is needed (2.0.0)" in out
    assert "error key.unlisted (1)" in out
    assert Step.MAJOR > Step.MINOR
