"""The file edge: what is opened and refused, what is written, and in which words."""

from __future__ import annotations

import errno
import locale
import os
import stat
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from importlib import resources
from pathlib import Path

import pytest

import smartcity_case as sc
from smartcity_case import limits, storage, writing
from smartcity_case.errors import SmartcityCaseError, UnwritablePackage
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.storage import Files, RefusedPath

links = pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
linux = pytest.mark.skipif(sys.platform != "linux", reason="as Linux does it")

CHANGED = "the file changed after it was first read; start again"
OUT = "a link leads out of the package"
NO_FILE = "there is no such regular file"


def refusal(act: Callable[[], object]) -> tuple[str, str]:
    """Code and words with which a place is refused."""
    with pytest.raises(RefusedPath) as refused:
        act()
    return refused.value.code, str(refused.value)


def complaint(act: Callable[[], object], kind: type[SmartcityCaseError]) -> str:
    """The words of an error, which is of no narrower kind."""
    with pytest.raises(kind) as raised:
        act()
    assert type(raised.value) is kind
    return str(raised.value)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of a package, with a folder beside it."""
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "a").write_bytes(b"not yours")
    made = tmp_path / "root"
    made.mkdir()
    return made


@pytest.fixture
def ascii_only() -> Iterator[None]:
    """A locale that knows ASCII only."""
    before = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C")
    yield
    locale.setlocale(locale.LC_CTYPE, before)


# Where a package is.


def test_an_installation_without_a_package_says_what_to_do(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "checkout_root", lambda: None)
    monkeypatch.setattr(resources, "files", lambda name: root)
    assert complaint(storage.embedded_root, sc.PackageNotFound) == (
        "this installation has no embedded data package; install it again, or give a path"
    )


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ([DESCRIPTOR, "pyproject.toml"], True),
        ([DESCRIPTOR], False),
        (["pyproject.toml"], False),
        ([], False),
    ],
)
def test_a_checkout_has_a_descriptor_and_a_project_file(
    root: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], found: bool
) -> None:
    for name in names:
        (root / name).touch()
    code = root / "src" / "smartcity_case" / "storage.py"
    monkeypatch.setattr(storage, "__file__", str(code))
    assert storage.checkout_root() == (root if found else None)


def test_a_package_is_found_by_its_folder_or_its_descriptor(root: Path) -> None:
    (root / DESCRIPTOR).touch()
    assert storage.package_root(root) == root
    assert storage.package_root(str(root)) == root
    assert storage.package_root(root / DESCRIPTOR) == root


def test_a_place_without_a_package_says_what_it_lacks(root: Path) -> None:
    def said(path: str | Path) -> str:
        return complaint(lambda: storage.package_root(path), sc.PackageNotFound)

    (root / "a").touch()
    assert said("") == "the path is empty; give a folder, '.' for this one"
    assert said(root / "b") == f"{root / 'b'}: there is no such file or folder"
    assert said(root / DESCRIPTOR) == f"{root / DESCRIPTOR}: there is no such file or folder"
    assert said(root / "a") == f"{root / 'a'}: not a folder with a datapackage.json"
    assert said(root) == f"{root}: there is no datapackage.json in this folder"
    (root / DESCRIPTOR).mkdir()
    assert said(root / DESCRIPTOR) == f"{root}: there is no datapackage.json in this folder"


def test_a_name_too_long_is_told_by_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    def exists(self: Path) -> bool:
        raise OSError(errno.ENAMETOOLONG, "File name too long")

    monkeypatch.setattr(Path, "exists", exists)
    said = complaint(lambda: storage.package_root("x" * 300), sc.PackageNotFound)
    assert said == "x" * 80 + ": File name too long"


# What is opened.


def test_files_are_read_from_any_depth_in_any_order(root: Path) -> None:
    (root / "a" / "b").mkdir(parents=True)
    names = ["x", "a/x", "a/b/x", "a/b/y", "a/y"]
    for name in names:
        (root / name).write_bytes(name.encode())
    files = Files(root)
    assert [files.read(name) for name in names] == [name.encode() for name in names]
    assert [files.size(name) for name in names] == [len(name) for name in names]
    assert files.places() == {os.path.realpath(root / name) for name in names}
    files.check_unchanged()


def test_a_file_of_several_pieces_is_read_whole(root: Path) -> None:
    data = bytes(range(256)) * (1 << 12) + b"end"
    (root / "a").write_bytes(data)
    assert Files(root).read("a") == data
    assert list(Files(root).chunks("a", 1 << 19)) == [data[: 1 << 19], data[1 << 19 : -3], b"end"]


def test_a_folder_whose_name_ends_in_a_space_is_a_package_too(root: Path) -> None:
    (root / "in ").mkdir()
    (root / "in " / "a").write_bytes(b"data")
    assert Files(root / "in ").read("a") == b"data"


@linux
def test_the_whole_disk_may_be_a_package(root: Path) -> None:
    (root / "a").write_bytes(b"data")
    assert Files(Path("/")).read(os.path.realpath(root / "a").lstrip("/")) == b"data"


def test_a_package_inside_of_an_archive(root: Path) -> None:
    with zipfile.ZipFile(root / "p.zip", "w") as archive:
        archive.writestr("x y/a b.txt", "a")
        archive.writestr("b.txt", "b")
    with zipfile.ZipFile(root / "p.zip") as archive:
        files = Files(zipfile.Path(archive))
        assert (files.read("x y/a b.txt"), files.read("b.txt")) == (b"a", b"b")
        assert (files.size("b.txt"), files.places()) == (1, set())
        for name in ("x y/c.txt", "x y"):
            assert refusal(partial(files.read, name)) == ("path.missing", f"{name}: {NO_FILE}")


@pytest.mark.parametrize("name", ["none", "no/folder", "folder", "file/below"])
def test_what_is_no_file_is_missing(root: Path, name: str) -> None:
    (root / "folder").mkdir()
    (root / "file").touch()
    files = Files(root)
    assert refusal(lambda: files.read(name)) == ("path.missing", f"{name}: {NO_FILE}")
    assert not storage.holds(root, name, b"")


@links
def test_a_link_inside_of_the_package_is_followed(root: Path) -> None:
    (root / "real").mkdir()
    (root / "real" / "b").write_bytes(b"data")
    (root / "a").symlink_to("real/b")
    (root / "in").symlink_to("real")
    files = Files(root)
    assert (files.read("a"), files.read("in/b")) == (b"data", b"data")
    assert files.places() == {os.path.realpath(root / "real" / "b")}
    files.check_unchanged()


@links
@pytest.mark.parametrize("name", ["file", "in/a", "in/none", "deep/in/a", "deep/in/none"])
def test_a_link_out_of_the_package_tells_nothing_of_what_is_there(root: Path, name: str) -> None:
    beside = root.parent / "beside"
    (root / "deep").mkdir()
    (root / "file").symlink_to(beside / "a")
    (root / "in").symlink_to(beside)
    (root / "deep" / "in").symlink_to(beside)
    assert refusal(lambda: Files(root).read(name)) == ("path.unsafe", f"{name}: {OUT}")


@links
def test_a_neighbour_whose_name_begins_the_same_is_outside(root: Path) -> None:
    (root.parent / "rooted").write_bytes(b"x")
    (root / "a").symlink_to("../rooted")
    assert refusal(lambda: Files(root).read("a")) == ("path.unsafe", f"a: {OUT}")


@linux
@pytest.mark.parametrize("name", ["pipe", "link"])
def test_a_pipe_does_not_keep_the_reader_waiting(root: Path, name: str) -> None:
    os.mkfifo(root / "pipe")
    (root / "link").symlink_to("pipe")
    told: list[tuple[str, str]] = []
    reader = threading.Thread(
        target=lambda: told.append(refusal(lambda: Files(root).read(name))), daemon=True
    )
    reader.start()
    reader.join(5)
    if reader.is_alive():
        os.close(os.open(root / "pipe", os.O_WRONLY | os.O_NONBLOCK))  # let it go
        reader.join()
        pytest.fail("the reader waited for someone to write")
    assert told == [("path.missing", f"{name}: {NO_FILE}")]


@linux
@pytest.mark.parametrize("told", ["", "pipe:[1]"])
def test_a_system_that_does_not_tell_what_is_open(
    root: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    readlink = os.readlink

    def without_proc(path: str) -> str:
        if not os.fspath(path).startswith("/proc/self/fd/"):
            return readlink(path)
        if not told:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)
        return told

    monkeypatch.setattr(os, "readlink", without_proc)
    (root / "a").write_bytes(b"data")
    (root / "b").symlink_to("../beside/a")
    files = Files(root)
    assert files.read("a") == b"data"
    assert refusal(lambda: files.read("b")) == ("path.unsafe", f"b: {OUT}")


@linux
def test_a_folder_that_is_a_link_for_an_instant(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "in").mkdir()
    (root / "in" / "a").write_bytes(b"data")
    opened = os.open

    def swapped(path: str, flags: int) -> int:
        (root / "in").rename(root / "was")
        (root / "in").symlink_to("../beside")
        try:
            return opened(path, flags)
        finally:
            (root / "in").unlink()
            (root / "was").rename(root / "in")

    monkeypatch.setattr(os, "open", swapped)
    assert refusal(lambda: Files(root).read("in/a")) == ("path.unsafe", f"in/a: {OUT}")


@links
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_that_may_not_be_read_is_told(root: Path) -> None:
    (root / "a").write_bytes(b"data")
    (root / "a").chmod(0)
    said = complaint(lambda: Files(root).read("a"), sc.UnreadablePackage)
    assert said == "a: Permission denied"


def test_a_system_that_fails_is_told_in_its_words(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = [OSError(errno.EIO, "Input/output error"), OSError("no number, no strerror")]

    def failing(path: str, flags: int) -> int:
        raise errors.pop()

    def read() -> bytes:
        return Files(root).read("a")

    (root / "a").write_bytes(b"data")
    monkeypatch.setattr(os, "open", failing)
    assert complaint(read, sc.UnreadablePackage) == "a: no number, no strerror"
    assert complaint(read, sc.UnreadablePackage) == "a: Input/output error"


# What must not change meanwhile.


CHANGES: list[Callable[[Path], object]] = [
    lambda file: file.write_bytes(b"longer than before"),
    lambda file: os.utime(file, ns=(5, 5)),
    lambda file: file.unlink(),
    lambda file: file.rename(file.with_name("was")).with_name("b").write_bytes(b"data"),
]


@pytest.mark.parametrize("change", CHANGES, ids=["written", "touched", "gone", "another"])
def test_a_change_after_the_reading_is_noticed(
    root: Path, change: Callable[[Path], object]
) -> None:
    for name in ("a", "b"):
        (root / name).write_bytes(b"data")
    files = Files(root)
    assert (files.read("a"), files.read("b")) == (b"data", b"data")
    files.check_unchanged()
    change(root / "b")
    assert complaint(files.check_unchanged, sc.UnreadablePackage) == f"b: {CHANGED}"


def test_a_change_between_or_during_two_readings_is_noticed(root: Path) -> None:
    (root / "a").write_bytes(b"data")
    files = Files(root)
    assert (files.read("a"), files.read("a")) == (b"data", b"data")
    pieces = files.chunks("a", 1)
    assert next(pieces) == b"d"
    (root / "a").write_bytes(b"other data")
    assert complaint(lambda: list(pieces), sc.UnreadablePackage) == f"a: {CHANGED}"
    assert complaint(lambda: files.read("a"), sc.UnreadablePackage) == f"a: {CHANGED}"


# How much is read.


def test_a_file_is_read_up_to_a_bound(root: Path) -> None:
    with (root / "a").open("wb") as file:
        file.truncate(3 << 20)
    files = Files(root)
    assert len(files.read("a", 3 << 20)) == 3 << 20
    assert refusal(lambda: files.read("a", (3 << 20) - 1)) == (
        "limit.size",
        "a: more than 2 MiB, which is the most that is read",
    )


def test_a_descriptor_is_read_up_to_a_bound(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> bytes:
        return storage.read_descriptor_bytes(Files(root))

    assert complaint(read, sc.UnreadablePackage) == f"datapackage.json: {NO_FILE}"
    monkeypatch.setattr(limits, "DESCRIPTOR", 1 << 20)
    (root / DESCRIPTOR).write_bytes(b" " * (1 << 20))
    assert read() == b" " * (1 << 20)
    (root / DESCRIPTOR).write_bytes(b" " * (1 << 20) + b"1")
    assert complaint(read, sc.UnreadablePackage) == (
        "datapackage.json: more than 1 MiB, which is the most that is read"
    )


# Small tools.


def test_the_files_of_a_folder_without_its_folders(root: Path) -> None:
    (root / "c").mkdir()
    for name in ("b.txt", "a.csv"):
        (root / name).write_bytes(name.encode())
    assert list(storage.read_files(root).items()) == [("a.csv", b"a.csv"), ("b.txt", b"b.txt")]
    assert storage.read_files(root, "*.txt") == {"b.txt": b"b.txt"}


# What is written.


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_several_files_are_written_beside_their_places_first(root: Path) -> None:
    seen: list[list[str]] = []

    def files() -> Iterator[tuple[str, bytes]]:
        yield "x/y/a", b"new a"
        seen.append([p.name for p in (root / "x" / "y").iterdir()])
        yield "b", b"new b"
        seen.append(sorted(p.name for p in root.iterdir() if p.name != "x"))

    (root / "b").write_bytes(b"old b")
    writing.write_files(root, files())
    ((first,), (second, old)) = seen
    assert first.startswith(".a.")
    assert second.startswith(".b.")
    assert old == "b"
    assert storage.read_files(root, "**/*") == {"a": b"new a", "b": b"new b"}


@linux
def test_a_new_file_may_be_read_by_all_and_an_old_one_by_whom_it_was(root: Path) -> None:
    (root / "old").touch()
    (root / "old").chmod(0o640)
    writing.write_files(root, [("old", b"1"), ("new", b"2")])
    assert (mode(root / "old"), mode(root / "new")) == (0o640, 0o644)
    writing.write_file(root / "old", ["3"])
    writing.write_file(root / "newer", ["4"])
    assert (mode(root / "old"), mode(root / "newer")) == (0o640, 0o644)
    assert storage.read_files(root) == {"new": b"2", "newer": b"4", "old": b"3"}


@links
def test_a_place_where_nothing_may_be_written_is_refused(root: Path) -> None:
    (root / "folder").mkdir()
    (root / "out").symlink_to("../beside")

    def refused(path: str) -> tuple[str, str]:
        return refusal(lambda: writing.write_files(root, [("first", b"x"), (path, b"x")]))

    assert refused("out/a") == ("path.unsafe", f"out/a: {OUT}")
    assert refused("../a") == ("path.unsafe", f"../a: {OUT}")
    assert refused("folder") == ("path.missing", "folder: not a regular file")
    assert sorted(p.name for p in root.iterdir()) == ["folder", "out"]


@links
@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), RuntimeError("loop")])
def test_a_place_that_cannot_be_told_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def resolve(self: Path, strict: bool = False) -> Path:
        raise error

    monkeypatch.setattr(Path, "resolve", resolve)
    assert refusal(lambda: writing.write_files(root, [("a", b"x")])) == (
        "path.missing",
        f"a: {error}",
    )


def test_a_system_that_does_not_let_us_write_is_told_in_its_words(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    (root / "a").write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", replace)
    several = complaint(lambda: writing.write_files(root, [("a", b"new")]), UnwritablePackage)
    assert several == f"{root / 'a'}: No space left on device; nothing is half"
    one = complaint(lambda: writing.write_file(root / "a", ["new"]), UnwritablePackage)
    assert one == f"{root / 'a'}: No space left on device; nothing is half"
    assert {p.name: p.read_bytes() for p in root.iterdir()} == {"a": b"old"}


def test_a_report_is_written_beside_its_place_first(root: Path) -> None:
    (root / "report").write_bytes(b"old")
    seen: list[str] = []

    def pieces() -> Iterator[str]:
        yield "new\n"
        seen.extend(sorted(p.name for p in root.iterdir()))
        assert (root / "report").read_bytes() == b"old"

    writing.write_file(root / "report", pieces())
    hidden, shown = seen
    assert hidden.startswith(".report-")
    assert shown == "report"
    assert storage.read_files(root) == {"report": b"new\n"}


@pytest.mark.usefixtures("ascii_only")
def test_a_report_is_utf8_whatever_the_locale_and_what_is_none_is_escaped(root: Path) -> None:
    writing.write_file(root / "a", ["Straße 🐦\r\n", "half: \ud83d\n"])
    assert (root / "a").read_bytes() == "Straße 🐦\r\nhalf: \\ud83d\n".encode()


def test_a_report_whose_place_is_no_file_is_refused(root: Path) -> None:
    said = complaint(lambda: writing.write_file(root, ["x"]), UnwritablePackage)
    assert said == f"{root}: not a regular file"


def test_a_report_whose_place_cannot_be_told_is_refused_by_its_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolve(self: Path, strict: bool = False) -> Path:
        raise ValueError("embedded null byte")

    monkeypatch.setattr(Path, "resolve", resolve)
    said = complaint(lambda: writing.write_file("x" * 90, ["x"]), UnwritablePackage)
    assert said == "x" * 80 + ": embedded null byte"


@pytest.mark.usefixtures("ascii_only")
def test_the_profile_is_read_as_utf8_whatever_the_locale(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = root / "_profiles" / "text-spans" / "1.0"
    place.mkdir(parents=True)
    (place / "text-spans.json").write_bytes('{"title": "Stück – 🐦"}'.encode())
    monkeypatch.setattr(resources, "files", lambda name: root)
    assert storage.text_spans_schema() == {"title": "Stück – 🐦"}


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    writing.refuse_existing(tmp_path, ["a", "b/c"])
    (tmp_path / "a").write_bytes(b"")
    there = complaint(lambda: writing.refuse_existing(tmp_path, ["a", "b"]), UnwritablePackage)
    assert there == f"{tmp_path}: there is a already; --force writes over it"
    for name in "bcde":
        (tmp_path / name).symlink_to("nowhere")
    more = complaint(lambda: writing.refuse_existing(tmp_path, "abcde"), UnwritablePackage)
    assert more == f"{tmp_path}: there is a, b, c and 2 more already; --force writes over it"


# What stands for files of a package.


def test_given_files_and_bytes_stand_for_those_of_the_package(root: Path) -> None:
    outside = root.parent / "beside" / "a"
    files = Files(root, given={"in/a": str(outside), "b": b"bytes"})
    assert (files.read("in/a"), files.read("b"), files.size("b")) == (b"not yours", b"bytes", 5)
    assert files.given == {"in/a": str(outside), "b": b"bytes"}
    assert list(files.seen) == ["in/a"]
    assert files.places() == {os.path.realpath(outside)}
    (root / "c").write_bytes(b"c")
    other = files.replaced({"b": b"others"})
    assert (other.read("in/a"), other.read("b"), other.read("c")) == (b"not yours", b"others", b"c")
    assert other.root == files.root == root
    sent = files.for_others(["in/a", "b"])
    assert (sent.read("in/a"), sent.size("in/a"), sent.read("b")) == (b"not yours", 9, b"bytes")
    files.check_unchanged()
    outside.write_bytes(b"somebody's")
    assert complaint(files.check_unchanged, sc.UnreadablePackage) == f"in/a: {CHANGED}"
    assert complaint(lambda: files.read("in/a"), sc.UnreadablePackage) == f"in/a: {CHANGED}"
    assert complaint(lambda: other.read("in/a"), sc.UnreadablePackage) == f"in/a: {CHANGED}"


def test_a_given_file_stands_for_one_inside_a_zip(root: Path) -> None:
    archive = root / "a.zip"
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("b", "inside")
    outside = root.parent / "beside" / "a"
    with zipfile.ZipFile(archive) as opened:
        files = Files(zipfile.Path(opened), given={"a": str(outside)})
        assert (files.read("a"), files.read("b")) == (b"not yours", b"inside")
        assert list(files.seen) == ["a"]
        outside.write_bytes(b"x")
        assert complaint(files.check_unchanged, sc.UnreadablePackage) == f"a: {CHANGED}"


@linux
def test_a_given_file_that_is_none_is_missing(root: Path) -> None:
    os.mkfifo(root / "fifo")
    files = Files(root, given={"a": str(root / "fifo"), "b": str(root / "gone")})
    assert refusal(lambda: files.read("a")) == ("path.missing", f"a: {NO_FILE}")
    assert refusal(lambda: files.read("b")) == ("path.missing", f"b: {NO_FILE}")


@links
def test_a_file_that_a_person_names_may_be_a_link(root: Path) -> None:
    outside = root.parent / "beside" / "a"
    (root / "link").symlink_to(outside)
    assert storage.given_file(str(root / "link")) == os.path.realpath(outside)
    assert complaint(lambda: storage.given_file(str(root)), sc.UnreadablePackage) == (
        f"{root}: not a regular file"
    )
    gone = root / "gone"
    assert complaint(lambda: storage.given_file(str(gone)), sc.UnreadablePackage) == (
        f"{str(gone)[:80]}: No such file or directory"
    )


@links
def test_in_a_folder_files_have_their_path_or_their_name(root: Path) -> None:
    (root / "in").mkdir()
    for name in ("in/a", "a", "b"):
        (root / name).write_bytes(name.encode())
    (root / "c").symlink_to(root.parent / "beside" / "a")
    real = os.path.realpath(root)
    assert storage.given_folder(str(root), ["in/a", "x/b", "c", "in", "d"]) == {
        "in/a": f"{real}/in/a",
        "x/b": f"{real}/b",
    }
    assert storage.given_folder(str(root), ["x/a"]) == {"x/a": f"{real}/a"}
    folder = str(root / "a")
    assert complaint(lambda: storage.given_folder(folder, []), sc.UnreadablePackage) == (
        f"{folder[:80]}: there is no such folder"
    )
