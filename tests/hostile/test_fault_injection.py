"""Every call to the system fails once: nothing is called valid, nothing is left half."""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

import smartcity_case as sc
from bounded import field, table
from conftest import Folder, make_toy
from smartcity_case import storage, writing
from smartcity_case.cli import main
from smartcity_case.errors import SmartcityCaseError

FAULTS: dict[str, Callable[[], BaseException]] = {
    "EIO": lambda: OSError(errno.EIO, os.strerror(errno.EIO)),
    "ENOSPC": lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "EACCES": lambda: PermissionError(errno.EACCES, os.strerror(errno.EACCES)),
    "memory": MemoryError,
}


class Failing:
    """Counts the calls of some functions, and lets the n-th fail."""

    def __init__(self, make: Callable[[], BaseException], which: int, names: set[str]) -> None:
        self._make, self._which, self._names = make, which, names
        self.calls = 0
        self.failed = ""

    def wrap(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """A function that does the same, or fails."""
        if self._names and name not in self._names:
            return call

        def counted(*given: Any, **named: Any) -> Any:
            self.calls += 1
            if self.calls == self._which:
                self.failed = name
                raise self._make()
            return call(*given, **named)

        return counted


class _FileIO(io.FileIO):
    """A file whose reads count; `failing` is set by the fixture."""

    failing: Failing

    def read(self, *given: Any) -> bytes:
        """Read, or fail."""
        read: bytes = self.failing.wrap("read", super().read)(*given)
        return read

    def readinto(self, *given: Any) -> int:
        """Read into a buffer, or fail."""
        count: int = self.failing.wrap("readinto", super().readinto)(*given)
        return count

    def seek(self, *given: Any) -> int:
        """Seek, or fail."""
        place: int = self.failing.wrap("seek", super().seek)(*given)
        return place


class _Stream:
    """A stream to be written to, whose writes count."""

    def __init__(self, stream: Any, failing: Failing) -> None:
        self._stream, self._failing = stream, failing

    def __enter__(self) -> _Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def write(self, data: Any) -> None:
        """Write the first half and then fail, or all of it."""

        def partly(*given: Any) -> None:
            self._stream.write(*given)

        try:
            self._failing.wrap("write", partly)(data)
        except BaseException:
            self._stream.write(data[: len(data) // 2])
            raise

    def writelines(self, pieces: Any) -> None:
        """Write piece by piece."""
        for piece in pieces:
            self.write(piece)

    def flush(self) -> None:
        """Flush, or fail."""
        self._failing.wrap("flush", self._stream.flush)()

    def fileno(self) -> int:
        """The number of the file."""
        number: int = self._stream.fileno()
        return number


class _System:
    """The module `os` as `storage` sees it, with some functions that fail."""

    def __init__(self, failing: Failing) -> None:
        self._failing = failing

    def __getattr__(self, name: str) -> Any:
        found = getattr(os, name)
        if name in ("open", "fstat", "stat", "fsync", "readlink"):
            return self._failing.wrap(name, found)
        if name == "fdopen":
            return lambda *given, **named: _Stream(found(*given, **named), self._failing)
        return found


@pytest.fixture
def arm(monkeypatch: pytest.MonkeyPatch) -> Callable[[Failing], None]:
    """Let the calls of `storage` go through a `Failing`."""
    make, replace, chmod = tempfile.mkstemp, Path.replace, Path.chmod

    def set_up(failing: Failing) -> None:
        _FileIO.failing = failing
        for room in (storage, writing):
            monkeypatch.setattr(room, "os", _System(failing))
        monkeypatch.setattr(io, "FileIO", _FileIO)
        monkeypatch.setattr(tempfile, "mkstemp", failing.wrap("mkstemp", make))
        move, permit = failing.wrap("replace", replace), failing.wrap("chmod", chmod)
        monkeypatch.setattr(Path, "replace", lambda self, target: move(self, target))
        monkeypatch.setattr(Path, "chmod", lambda self, mode: permit(self, mode))

    return set_up


def runs(
    fault: str, arm: Callable[[Failing], None], names: set[str] | None = None
) -> Iterator[Failing]:
    """One `Failing` after the other, until one has nothing left to fail."""
    for which in range(1, 500):
        failing = Failing(FAULTS[fault], which, names or set())
        arm(failing)
        yield failing
        if not failing.failed:
            assert which > 5, "hardly anything was made to fail"
            return
    pytest.fail("there is no end of calls")


def harmless(failing: Failing, fault: str) -> bool:
    """Whether nothing failed but what there is another way for: then a path is resolved again."""
    return not failing.failed or (failing.failed == "readlink" and fault != "memory")


def with_files(root: Path) -> Folder:
    """The toy package with a table of text files and a Parquet table, all of it valid."""
    import pyarrow as pa
    from pyarrow import parquet

    toy = make_toy(root)
    (root / "cartas").mkdir()
    for name, text in (("a", "Una garza."), ("b", "Dos patos.")):
        (root / "cartas" / f"{name}.txt").write_bytes(text.encode())
    (root / "cartas.csv").write_text("id,archivo\na,cartas/a.txt\nb,cartas/b.txt\n", "utf-8")
    (root / "citas.csv").write_text("c,de,a,que\na,4,9,garza\nb,4,9,patos\n", "utf-8")
    parquet.write_table(pa.table({"n": [1, 2], "w": ["x", "y"]}), root / "más.parquet")
    span = {
        "fields": {"start": "de", "end": "a", "exact": "que", "source": "c"},
        "reference": {"resource": "cartas", "fields": {"key": "id", "path": "archivo"}},
    }
    quoted = [field("c"), field("de", "integer"), field("a", "integer"), field("que")]
    more = [
        table("cartas", field("id"), field("archivo"), primaryKey="id"),
        table("citas", *quoted, textSpans=[span]),
        table("más", field("n", "integer"), field("w"), path="más.parquet"),
    ]
    toy.describe(lambda d: d["resources"].extend(more))
    return toy


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("fault", FAULTS)
def test_no_read_that_fails_makes_a_package_valid(
    fault: str, threads: int, tmp_path: Path, arm: Callable[[Failing], None]
) -> None:
    toy = with_files(tmp_path / "aves")
    assert sc.validate(toy.root).ok
    seen = set()
    for failing in runs(fault, arm):
        try:
            report = sc.validate(toy.root, threads=threads)
        except (SmartcityCaseError, MemoryError):
            assert failing.failed
        else:
            fine = harmless(failing, fault)
            assert report.ok is fine, f"{failing.failed} failed, call {failing.calls}"
        seen.add(failing.failed)
    assert {"open", "fstat", "stat", "read"} <= seen, seen


@pytest.mark.parametrize("fault", FAULTS)
def test_the_command_line_says_so_in_one_line(
    fault: str,
    tmp_path: Path,
    arm: Callable[[Failing], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    toy = with_files(tmp_path / "aves")
    for failing in runs(fault, arm):
        code = main(["validate", str(toy.root), "--quiet"])
        said = capsys.readouterr()
        if harmless(failing, fault):
            assert (code, said.err) == (0, "")
        else:
            assert (code, said.out) == (2, ""), failing.failed
            assert said.err.startswith("smartcity-case: ")
            assert said.err.count("\n") == 1


WRITES = {"mkstemp", "write", "flush", "fsync", "chmod", "replace"}
OLD = "what stood there before\n"


@pytest.mark.parametrize("option", ["--output", "--write-baseline"])
@pytest.mark.parametrize("old", [OLD, None])
@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_written_whole_is_not_written(
    fault: str,
    old: str | None,
    option: str,
    tmp_path: Path,
    arm: Callable[[Failing], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    toy = with_files(tmp_path / "aves")
    place = tmp_path / "out" / "report"
    place.parent.mkdir()
    seen = set()
    for failing in runs(fault, arm, WRITES):
        if old is None:
            place.unlink(missing_ok=True)
        else:
            place.write_text(old)
        code = main(["validate", str(toy.root), "--quiet", "--format", "json", option, str(place)])
        said = capsys.readouterr()
        assert [p.name for p in place.parent.iterdir()] in ([], ["report"]), failing.failed
        now = place.read_text() if place.exists() else None
        if now != old:
            assert now is not None
            assert now.endswith("}\n")  # the whole of it
        if code == 2:
            assert now == old, failing.failed
            assert said.err.startswith("smartcity-case: ")
            assert said.err.count("\n") == 1
        seen.add(failing.failed)
    assert code == 0
    assert seen == WRITES | {""}


def test_several_files_are_written_or_none(tmp_path: Path, arm: Callable[[Failing], None]) -> None:
    for fault in FAULTS:
        for failing in runs(fault, arm):
            root = tmp_path / "root"
            shutil.rmtree(root, ignore_errors=True)
            root.mkdir()
            (root / "a").write_bytes(b"old a")
            (root / "b").write_bytes(b"old b")
            try:
                writing.write_files(root, [("a", b"new a"), ("b", b"new b")])
            except (SmartcityCaseError, MemoryError):
                assert failing.failed
            held = {p.name: p.read_bytes() for p in root.iterdir()}
            assert held.keys() == {"a", "b"}, failing.failed
            assert set(held.values()) <= {b"old a", b"old b", b"new a", b"new b"}
            if failing.failed != "replace":
                whole = ({b"old a", b"old b"}, {b"new a", b"new b"})
                assert set(held.values()) in whole, failing.failed


def test_a_baseline_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    toy = make_toy(tmp_path / "aves")
    for make in FAULTS.values():
        fault = make()

        def fail(*_: object, fault: BaseException = fault) -> NoReturn:
            raise fault

        with monkeypatch.context() as context:
            context.setattr(Path, "read_bytes", fail)
            code = main(["validate", str(toy.root), "--baseline", str(tmp_path / "known.json")])
        said = capsys.readouterr()
        assert (code, said.out, said.err.count("\n")) == (2, "", 1)


class Output(io.StringIO):
    """A standard output whose n-th write fails."""

    def __init__(self, make: Callable[[], BaseException], which: int) -> None:
        super().__init__()
        self._make, self._which = make, which
        self.calls = 0

    def write(self, text: str) -> int:
        self.calls += 1
        if self.calls == self._which:
            raise self._make()
        return len(text)

    def fileno(self) -> int:
        return os.open(os.devnull, os.O_WRONLY)


def test_output_that_fails_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    toy = make_toy(tmp_path / "aves")
    for name, make in FAULTS.items():
        for failing in range(1, 4):
            output = Output(make, failing)
            with monkeypatch.context() as context:
                context.setattr(sys, "stdout", output)
                code = main(["validate", str(toy.root), "--format", "json"])
            said = capsys.readouterr()
            assert code == (2 if output.calls >= failing else 0), name
            assert said.err.count("\n") == (output.calls >= failing)
