"""Paths and files that would lead a careless reader astray."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import smartcity_case as sc
from bounded import describe, field, table, validate
from conftest import Folder
from smartcity_case import storage
from smartcity_case.storage import Files, RefusedPath

SECRET = b"a,b\n1,secret\n"


def package(folder: Path, path: str) -> Path:
    """A package with one table at a path."""
    return describe(folder, table("t", field("a"), field("b"), path=path))


UNSAFE = [
    *(
        "../t.csv",
        "x/../../t.csv",
        "/etc/passwd",
        "~/t.csv",
        "~root/t.csv",
        "\\\\host\\share\\t.csv",
    ),
    *("//host/share/t.csv", "C:\\t.csv", "c:t.csv", "C:/t.csv", "..\\t.csv", "a\\b.csv"),
    *("file:///etc/passwd", "http://localhost/t.csv", "data:text/csv,a", "./t.csv", "x//t.csv"),
    *("t.csv\0", "\0", "x/", "/", ".", ".."),
]
MISSING = [
    *("%2e%2e/t.csv", "..%2ft.csv", "t.csv ", "t.csv.", " t.csv", "T.CSV", "t.csv\n", "\nt.csv"),
    *(
        "...",
        "x" * 5_000 + ".csv",
        "x/" * 2_000 + "t.csv",
        "caf\u0065\u0301.csv",
        "t.csv/x",
        "\u202et.csv",
    ),
    *("CON.csv", "t.csv::$DATA", "\u2024\u2024/t.csv", "．．/t.csv"),
]


@pytest.mark.parametrize("path", UNSAFE)
def test_unsafe(tmp_path: Path, path: str) -> None:
    (tmp_path / "t.csv").write_bytes(SECRET)
    report = sc.validate(package(tmp_path / "p", path))
    assert not report.ok
    assert {"path.unsafe"} == {f.code for f in report.errors}


@pytest.mark.parametrize("path", MISSING)
def test_missing(tmp_path: Path, path: str) -> None:
    (tmp_path / "t.csv").write_bytes(SECRET)
    folder = package(tmp_path / "p", path)
    (folder / "t.csv").write_bytes(SECRET)
    (folder / "caf\u00e9.csv").write_bytes(SECRET)
    report = sc.validate(folder)
    assert not report.ok
    found = {f.code for f in report.errors}
    assert found <= {"path.missing", "path.unsafe"}, found
    assert found or report.skipped


def link(place: Path, target: str) -> Path:
    """Make a link where a table should be."""
    place.symlink_to(target)
    return place


PLACES: dict[str, Callable[[Path], object]] = {
    "link to itself": lambda place: link(place, "t.csv"),
    "links in a ring": lambda place: (link(place, "u"), link(place.with_name("u"), "t.csv")),
    "link to an endless device": lambda place: link(place, "/dev/zero"),
    "link to a file outside": lambda place: link(place, "/etc/passwd"),
    "link to the process": lambda place: link(place, "/proc/self/environ"),
    "link to memory": lambda place: link(place, "/proc/self/mem"),
    "link to a descriptor": lambda place: link(place, "/dev/stdin"),
    "link to nothing": lambda place: link(place, "nothing"),
    "link to a folder": lambda place: link(place, "."),
    "pipe": os.mkfifo,
    "folder": lambda place: place.mkdir(),
}


@pytest.mark.parametrize("make", PLACES.values(), ids=PLACES)
def test_place(tmp_path: Path, make: Callable[[Path], object]) -> None:
    folder = package(tmp_path, "t.csv")
    make(folder / "t.csv")
    outcome = validate(folder)
    assert (outcome.code, outcome.codes <= {"path.missing", "path.unsafe"}) == (1, True)
    assert outcome.codes


def test_a_folder_that_is_a_link_outside(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "t.csv").write_bytes(SECRET)
    folder = package(tmp_path / "p", "in/t.csv")
    (folder / "in").symlink_to("../out")
    assert validate(folder).codes == {"path.unsafe"}


def test_a_link_inside_is_followed(tmp_path: Path) -> None:
    folder = package(tmp_path, "in/t.csv")
    (folder / "real").mkdir()
    (folder / "real" / "u.csv").write_bytes(SECRET)
    (folder / "real" / "t.csv").symlink_to("u.csv")
    (folder / "in").symlink_to("real")
    assert validate(folder).code == 0


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the package, which must not be read."""
    place = tmp_path / "outside"
    place.mkdir()
    (place / "t.csv").write_bytes(SECRET)
    return place


def swapped(monkeypatch: pytest.MonkeyPatch, swap: Callable[[], object]) -> None:
    """Let something happen between the check of a place and its opening."""
    place = Files._place

    def slow(self: Files, path: str) -> str:
        checked = place(self, path)
        swap()
        return checked

    monkeypatch.setattr(storage.Files, "_place", slow)


def test_a_file_swapped_for_a_link(
    tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = package(tmp_path / "p", "in/t.csv")
    (folder / "in").mkdir()
    inside = folder / "in" / "t.csv"
    inside.write_bytes(b"a,b\n1,2\n")

    def swap() -> None:
        inside.unlink()
        inside.symlink_to(outside / "t.csv")

    swapped(monkeypatch, swap)
    with pytest.raises(RefusedPath, match="leads out"):
        Files(folder).read("in/t.csv")


def test_a_folder_swapped_for_a_link(
    tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = package(tmp_path / "p", "in/t.csv")
    (folder / "in").mkdir()
    (folder / "in" / "t.csv").write_bytes(b"a,b\n1,2\n")

    def swap() -> None:
        (folder / "in").rename(folder / "was")
        (folder / "in").symlink_to(outside)

    swapped(monkeypatch, swap)
    with pytest.raises(RefusedPath, match="leads out"):
        Files(folder).read("in/t.csv")


def test_a_folder_swapped_after_it_was_read(tmp_path: Path, outside: Path) -> None:
    folder = package(tmp_path / "p", "in/t.csv")
    (folder / "in").mkdir()
    (folder / "in" / "t.csv").write_bytes(b"a,b\n1,2\n")
    (folder / "in" / "u.csv").write_bytes(b"a,b\n1,2\n")
    files = Files(folder)
    files.read("in/u.csv")
    (folder / "in").rename(folder / "was")
    (folder / "in").symlink_to(outside)
    with pytest.raises(RefusedPath, match="leads out"):
        files.read("in/t.csv")


def changes(toy: Folder) -> Iterator[Callable[[], object]]:
    """What someone may do to a table while it is read."""
    place = toy.root / "tablas" / "avistamientos.csv"
    yield lambda: place.write_bytes(place.read_bytes() + b"\n")
    yield place.unlink
    yield lambda: place.write_bytes(b"")
    yield lambda: os.truncate(place, 30)
    yield lambda: (place.rename(place.with_name("old")), place.write_bytes(SECRET))


@pytest.mark.parametrize("number", range(5))
def test_a_package_that_changes_while_it_is_read(toy: Folder, number: int) -> None:
    change = list(changes(toy))[number]
    done = threading.Event()

    def meddle(name: str, read: int, total: int) -> None:
        if name == "avistamientos" and not done.is_set():
            done.set()
            change()

    with pytest.raises(sc.UnreadablePackage, match="changed"):
        sc.validate(toy.root, progress=meddle)
    assert done.is_set()


def test_a_descriptor_that_changes_while_the_package_is_read(toy: Folder) -> None:
    def meddle(name: str, read: int, total: int) -> None:
        toy.describe(lambda d: d.update(title="other"))

    with pytest.raises(sc.UnreadablePackage, match="changed"):
        sc.validate(toy.root, progress=meddle)
