"""`view` on the command line: where the page goes, when it is opened, what is refused."""

from __future__ import annotations

import io
import webbrowser
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, Folder
from exports import make_of, note_of
from smartcity_case.cli import main, view
from viewing import payload_of, table_in


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


class Terminal(io.StringIO):
    """A standard output that a person looks at."""

    def isatty(self) -> bool:
        return True


class Browser(webbrowser.BaseBrowser):
    """A browser that opens nothing, and remembers what."""

    opened: list[str]

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self.opened.append(url)
        return True


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    made = Browser()
    made.opened = []
    monkeypatch.setattr(webbrowser, "get", lambda using=None: made)
    monkeypatch.delenv("CI", raising=False)
    return made


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.mark.parametrize("arguments", [[], ["--case"]])
def test_the_case_is_written_into_the_working_directory(
    arguments: list[str], here: Path, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "view", *arguments)
    assert (code, err) == (0, "")
    assert out == (
        "written: smartcity-case-1.0.0.html\nopen it in a browser; it needs no network\n"
    )
    page = (here / "smartcity-case-1.0.0.html").read_text("utf-8")
    assert payload_of(page)["package"]["name"] == "smartcity-case"
    assert names(here) == ["smartcity-case-1.0.0.html"]
    assert browser.opened == []


def test_a_package_with_findings_is_written_and_they_are_counted(
    toy: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    toy.replace("avistamientos", "18,28", "17,27")
    code, out, _ = run(capsys, "view", str(toy.root), "-o", "page.html")
    assert code == 0
    assert out.splitlines()[0] == "written: page.html"
    assert out.splitlines()[2].startswith("1 error, 0 warnings; ")
    assert out.endswith(f"; smartcity-case validate {toy.root} lists them\n")
    assert table_in(payload_of(Path("page.html").read_text("utf-8")), "avistamientos")["odd"]


def test_quiet_says_nothing(toy: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "view", str(toy.root), "--quiet") == (0, "", "")
    assert Path("aves-0.1.0.html").is_file()


def test_a_file_that_is_there_is_written_over_only_if_asked(
    toy: Folder, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for given in ([], ["-o", "other.html"]):
        out = here / (given[-1] if given else "aves-0.1.0.html")
        out.write_text("mine")
        code, printed, err = run(capsys, "view", str(toy.root), *given)
        assert (code, printed) == (2, "")
        assert "already; --force writes over it" in err
        assert out.read_text() == "mine"
        assert run(capsys, "view", str(toy.root), *given, "--force")[0] == 0
        assert out.read_text("utf-8").startswith("<!")


def test_no_file_of_the_package_is_written_over(
    toy: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in ("diario.txt", "datapackage.json"):
        before = (toy.root / path).read_bytes()
        code, _, err = run(capsys, "view", str(toy.root), "-o", str(toy.root / path), "--force")
        assert code == 2
        assert "a file of the package itself" in err
        assert (toy.root / path).read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["nowhere"], "no such file or folder"),
        (["PACKAGE", "-o", ""], "--output: give the name of a file"),
        (["PACKAGE", "-o", "-"], "./- if it is called -"),
        (["PACKAGE", "-o", "."], "--force writes over it"),
        (["PACKAGE", "-o", ".", "--force"], "give the name of a file"),
        (["PACKAGE", "--text", "cartas"], "'cartas' is no text of the package; there are diario"),
        (["PACKAGE", "--set", "colour=red"], "no option 'colour'"),
        (["PACKAGE", "--source", "x=nowhere"], "'x' is no text of the package"),
    ],
)
def test_what_cannot_be_done_is_refused(
    arguments: list[str], why: str, toy: Folder, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(toy.root) if each == "PACKAGE" else each for each in arguments]
    code, out, err = run(capsys, "view", *given)
    assert (code, out) == (2, "")
    assert why in err
    assert names(here) == []


def test_a_descriptor_that_cannot_be_read_is_refused(
    toy: Folder, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (toy.root / "datapackage.json").write_text("{")
    assert run(capsys, "view", str(toy.root))[0] == 2
    assert names(here) == []


def test_one_package_is_named_not_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as info:
        main(["view", "there", "--case"])
    assert info.value.code == 2
    assert "not allowed with" in capsys.readouterr().err


def test_texts_and_options_are_passed_on(toy: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--text", "dia*", "--text", "diario", "--set", "discontinuous=", "--threads", "1"]
    assert run(capsys, "view", str(toy.root), *given)[0] == 0
    page = payload_of(Path("aves-0.1.0.html").read_text("utf-8"))
    assert len(page["texts"]) == 1
    with pytest.raises(SystemExit):
        main(["view", str(toy.root), "--set", "nothing"])


def test_a_name_that_is_no_name_of_a_file(
    tmp_path: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = make_of(
        tmp_path / "p", note_of(), files={"note.txt": "Wort"}, name="../ä b", version="1:2"
    )
    assert run(capsys, "view", str(package))[0] == 0
    assert names(here) == ["%2E.%2F%C3%A4%20b-1%3A2.html"]
    nameless = make_of(tmp_path / "q", note_of(), files={"note.txt": "Wort"}, name="")
    assert run(capsys, "view", str(nameless))[0] == 0
    assert (here / "package.html").is_file()


# opened where a person is


def viewed(monkeypatch: pytest.MonkeyPatch, *arguments: str, terminal: bool = True) -> str:
    out = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    assert main(["view", *arguments]) == 0
    return out.getvalue()


def test_it_is_opened_where_a_person_is(
    toy: Folder, here: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = (here / "a b.html").as_uri()
    assert "%20" in place
    assert "opened in the browser" in viewed(monkeypatch, str(toy.root), "-o", "a b.html")
    assert browser.opened == [place]
    again = [str(toy.root), "-o", "a b.html", "--force"]
    assert "opened" not in viewed(monkeypatch, *again, "--no-open")
    assert "opened" not in viewed(monkeypatch, *again, terminal=False)
    monkeypatch.setenv("CI", "true")
    assert "opened" not in viewed(monkeypatch, *again)
    assert browser.opened == [place]
    assert "opened" in viewed(monkeypatch, *again, "--open", terminal=False)
    assert browser.opened == [place, place]


def test_without_a_browser_it_says_where_the_page_is(
    toy: Folder, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(using: Any = None) -> Any:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "get", none)
    out = viewed(monkeypatch, str(toy.root))
    assert out.startswith("written: aves-0.1.0.html\nopen it in a browser")
    monkeypatch.setattr(webbrowser, "get", lambda using=None: webbrowser.GenericBrowser("false"))
    assert "opened" not in viewed(monkeypatch, str(toy.root), "--force")
    assert view._wanted(False) is False


def test_the_command_is_named_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "view" in capsys.readouterr().out
    assert (ROOT / "docs/viewer.md").is_file()
