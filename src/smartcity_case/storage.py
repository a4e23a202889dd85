"""The file edge: everything that is read from or written to a disk.

A package is a folder, or a place inside a zipped install (a Traversable).
"""

from __future__ import annotations

import errno
import io
import json
import os
import stat
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from smartcity_case import limits
from smartcity_case.errors import (
    PackageNotFound,
    SmartcityCaseError,
    UnreadablePackage,
)
from smartcity_case.profile import DESCRIPTOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

    import pyarrow as pa


class RefusedPath(SmartcityCaseError):
    """A file of a package is not there, or its place leads out of the package.

    The validation makes a finding of it; `code` is that of the finding.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def embedded_root() -> Traversable:
    """The place of the release that came with this installation.

    In an installed wheel it lies inside the package; in an editable install
    it is the checkout. The working directory plays no part.
    """
    from importlib import resources  # a slow import, and few need it

    inside = resources.files("smartcity_case") / "_package"
    if (inside / DESCRIPTOR).is_file():
        return inside
    if checkout := checkout_root():
        return checkout
    raise PackageNotFound(
        "this installation has no embedded data package; install it again, or give a path"
    )


def checkout_root() -> Path | None:
    """The checkout that this code is installed from in editable mode, if it is."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / DESCRIPTOR).is_file() and (root / "pyproject.toml").is_file() else None


def package_root(path: str | os.PathLike[str]) -> Path:
    """The folder of the package at a path: the folder, or its descriptor.

    Raises PackageNotFound, naming what would be needed.
    """
    if not os.fspath(path):
        raise PackageNotFound("the path is empty; give a folder, '.' for this one")
    given = Path(path)
    root = given.parent if given.name == DESCRIPTOR else given
    try:
        there = given.exists()
    except OSError as error:  # a name that is too long, say
        raise PackageNotFound(f"{str(given)[:80]}: {error.strerror}") from error
    if not there:
        raise PackageNotFound(f"{given}: there is no such file or folder")
    if not root.is_dir():
        raise PackageNotFound(f"{given}: not a folder with a {DESCRIPTOR}")
    if not (root / DESCRIPTOR).is_file():
        raise PackageNotFound(f"{root}: there is no {DESCRIPTOR} in this folder")
    return root


_FLAGS = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
_NO_LINK: int = getattr(os, "O_NOFOLLOW", 0)
_NOT_THERE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO}


class Files:
    """The files of one package, opened safely.

    A file is opened once its place is known to be inside of the package, and
    what was opened must be a regular file. Each is remembered as it was, so
    that `check_unchanged` can tell whether the package changed meanwhile;
    `seen` is what an earlier reading remembered. `given` maps paths within the
    package to regular files that stand for them, wherever these are, or to
    bytes that do.
    """

    def __init__(
        self,
        root: Traversable,
        seen: Mapping[str, int] | None = None,
        given: Mapping[str, str | bytes] | None = None,
    ) -> None:
        self._root = root
        self._given = dict(given or {})
        self._real = os.path.realpath(root) if isinstance(root, Path) else ""
        self._folders: dict[str, str] = {}
        self._seen = dict(seen or {})
        self._elsewhere: dict[str, tuple[int, int]] = {}
        """Size and time of change of files as another machine has seen them."""
        self.refused: set[str] = set()
        """The paths that were refused."""

    @property
    def seen(self) -> dict[str, int]:
        """What each file that was read was like, in one number; empty inside a zip."""
        return dict(self._seen)

    @property
    def root(self) -> Traversable:
        """The folder of the package, or its place inside a zipped install."""
        return self._root

    @property
    def given(self) -> dict[str, str | bytes]:
        """What stands for files of the package, by their paths in it."""
        return dict(self._given)

    def replaced(self, given: Mapping[str, str | bytes]) -> Files:
        """The same files, but for some that others stand for."""
        return Files(self._root, self._seen, {**self._given, **given})

    def afresh(self) -> Files:
        """The same files, as if none had been read yet."""
        # By its real place: another process may have another working directory.
        root = Path(self._real) if self._real else self._root
        files = Files(root, given=self._given)
        files._elsewhere = dict(self._elsewhere)
        return files

    def for_others(self, paths: Iterable[str]) -> Files:
        """The same files for other machines, which must see some of them as they are seen here."""
        files = self.afresh()
        for path in paths:
            if isinstance(self._given.get(path), bytes):
                continue
            try:
                status = os.stat(self._place(path))  # noqa: PTH116
            except OSError as error:
                raise UnreadablePackage(f"{path}: {_CHANGED}") from error
            files._elsewhere[path] = (status.st_size, status.st_mtime_ns)
        return files

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        """A file, by a relative path without `..`, for reading.

        Raises RefusedPath if it is missing, no regular file, or if links lead
        out of the package; UnreadablePackage if the system does not let us read.
        """
        if isinstance(held := self._given.get(path), bytes):
            yield cast("BinaryIO", io.BytesIO(held))
            return
        try:
            with self._open(path) as handle:
                yield handle
                self._remember(path, handle)
        except RefusedPath:
            self.refused.add(path)
            raise
        except OSError as error:
            if error.errno in _NOT_THERE:
                self.refused.add(path)
                message = f"{path}: there is no such regular file"
                raise RefusedPath("path.missing", message) from error
            raise UnreadablePackage(f"{path}: {error.strerror or error}") from error

    def _open(self, path: str) -> BinaryIO:
        if path in self._given:
            number = os.open(self._place(path), os.O_RDONLY | _FLAGS)
        elif not self._real:
            return self._open_inside_zip(path)
        else:
            number = self._open_inside(path)
        try:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise RefusedPath("path.missing", f"{path}: there is no such regular file")
            handle = cast("BinaryIO", io.FileIO(number, "rb"))
        except BaseException:
            os.close(number)
            raise
        try:
            self._remember(path, handle)
        except BaseException:
            handle.close()
            raise
        return handle

    def _open_inside(self, path: str) -> int:
        place = self._place(path)
        try:
            number = os.open(place, os.O_RDONLY | _FLAGS | _NO_LINK)
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.EMLINK):
                raise
            number = os.open(self._inside(place, path), os.O_RDONLY | _FLAGS)
        try:
            self._check_inside(_opened_as(number) or os.path.realpath(place), path)
        except BaseException:
            os.close(number)
            raise
        return number

    def _place(self, path: str) -> str:
        """Where a file is, by its real folder; the file itself may be a link still."""
        if isinstance(given := self._given.get(path), str):
            return given
        folder, _, name = path.rpartition("/")
        if folder not in self._folders:
            self._folders[folder] = self._inside(f"{self._real}/{folder}", path)
        return f"{self._folders[folder]}/{name}"

    def _inside(self, place: str, path: str) -> str:
        """Where a place really is, which must be inside of the package."""
        real = os.path.realpath(place)
        self._check_inside(real, path)
        return real

    def _check_inside(self, real: str, path: str) -> None:
        if real != self._real and not real.startswith(self._real.rstrip(os.sep) + os.sep):
            raise RefusedPath("path.unsafe", f"{path}: a link leads out of the package")

    def _open_inside_zip(self, path: str) -> BinaryIO:
        place = self._root.joinpath(*path.split("/"))
        if not place.is_file():
            raise RefusedPath("path.missing", f"{path}: there is no such regular file")
        return cast("BinaryIO", place.open("rb"))

    def _remember(self, path: str, handle: BinaryIO) -> None:
        """Note what a file is like, or find that it has changed since the last time."""
        if self._real or path in self._given:
            status = os.fstat(handle.fileno())
            alike = self._elsewhere.get(path, (status.st_size, status.st_mtime_ns))
            if alike != (status.st_size, status.st_mtime_ns):
                raise UnreadablePackage(f"{path}: {_ELSEWHERE}")
            now = _likeness(status)
            if self._seen.setdefault(path, now) != now:
                raise UnreadablePackage(f"{path}: {_CHANGED}")

    def check_unchanged(self) -> None:
        """Raise UnreadablePackage if a file that was read is not what it was."""
        for path, then in self._seen.items():
            try:
                now = _likeness(os.stat(self._place(path)))  # noqa: PTH116
            except OSError as error:
                raise UnreadablePackage(f"{path}: {_CHANGED}") from error
            if now != then:
                raise UnreadablePackage(f"{path}: {_CHANGED}")

    def places(self) -> set[str]:
        """Where the files are that were read, without any links."""
        return {os.path.realpath(self._place(path)) for path in self._seen}

    def places_of(self, paths: Iterable[str]) -> set[str]:
        """Where files are, or would be, by their paths in the package; nowhere inside a zip."""
        return {os.path.realpath(f"{self._real}/{path}") for path in paths if self._real}

    def chunks(self, path: str, size: int = 1 << 20) -> Iterator[bytes]:
        """The bytes of a file, in pieces."""
        with self.open(path) as handle:
            while piece := handle.read(size):
                yield piece

    def size(self, path: str) -> int:
        """The size of a file in bytes; as another machine has seen it, if that has told."""
        if path in self._elsewhere:
            return self._elsewhere[path][0]
        with self.open(path) as handle:
            return handle.seek(0, os.SEEK_END)

    def digest(self, paths: Sequence[str], algorithm: str) -> tuple[int, str]:
        """Size and hash of files, one behind the other; no hash without an algorithm."""
        import hashlib

        if not algorithm:
            return sum(map(self.size, paths)), ""
        made, size = hashlib.new(algorithm), 0
        for piece in chain.from_iterable(map(self.chunks, paths)):
            made.update(piece)
            size += len(piece)
        return size, made.hexdigest()

    def read(self, path: str, most: int | None = None) -> bytes:
        """The bytes of a file; RefusedPath if there are more than `most`."""
        if most is not None and self.size(path) > most:
            message = f"{path}: more than {most >> 20} MiB, which is the most that is read"
            raise RefusedPath("limit.size", message)
        with self.open(path) as handle:
            return handle.read()


def _opened_as(number: int) -> str:
    """Where an open file really is, which no swapped folder can hide; "" if nobody tells."""
    try:
        place = os.readlink(f"/proc/self/fd/{number}")  # noqa: PTH115
    except OSError:
        return ""
    return place if place.startswith("/") else ""


_ELSEWHERE = "a worker sees another file (in size or time of change) than is seen here"
_CHANGED = "the file changed after it was first read; start again"


def _likeness(status: os.stat_result) -> int:
    """What would differ if a file had been changed or replaced, in one number."""
    return hash((status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns))


def given_file(path: str) -> str:
    """Where a regular file really is that a person names; raises UnreadablePackage for others."""
    try:
        place = os.path.realpath(path, strict=True)
        regular = stat.S_ISREG(os.stat(place).st_mode)  # noqa: PTH116
    except (OSError, ValueError) as error:
        raise UnreadablePackage(f"{path[:80]}: {getattr(error, 'strerror', error)}") from error
    if not regular:
        raise UnreadablePackage(f"{path}: not a regular file")
    return place


def given_folder(folder: str, paths: Iterable[str]) -> dict[str, str]:
    """Where those of some relative paths are that a folder has, by their path or else their name.

    What links lead to outside of the folder is not had. Raises UnreadablePackage
    if it is no folder.
    """
    root = os.path.realpath(folder)
    if not os.path.isdir(root):  # noqa: PTH112
        raise UnreadablePackage(f"{folder[:80]}: there is no such folder")
    found: dict[str, str] = {}
    for path in paths:
        for relative in (path, path.rpartition("/")[2]):
            place = os.path.realpath(f"{root}/{relative}")
            inside = place.startswith(root.rstrip(os.sep) + os.sep)
            if inside and os.path.isfile(place):  # noqa: PTH113
                found.setdefault(path, place)
    return found


def moved_to_disk(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The same batch, in a file that the system reads as it is needed, and that nobody sees.

    It is gone with the batch. Raises UnreadablePackage if there is no room for it.
    """
    import mmap
    import tempfile

    import pyarrow as pa

    try:
        with tempfile.TemporaryFile() as stream:
            with pa.ipc.new_file(stream, batch.schema) as writer:
                writer.write_batch(batch)
            stream.flush()
            held = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        where = tempfile.gettempdir()
        message = f"{where}: {error.strerror or error}; rows that wait for texts are kept there"
        raise UnreadablePackage(message) from error
    return pa.ipc.open_file(pa.py_buffer(held)).get_batch(0)


def read_bytes(root: Traversable, path: str) -> bytes:
    """The bytes of a file of a package; `path` is relative and has no `..`.

    Raises as `Files.open` does.
    """
    return Files(root).read(path)


def read_descriptor_bytes(files: Files) -> bytes:
    """The bytes of a package's descriptor; UnreadablePackage if it must not be opened."""
    try:
        return files.read(DESCRIPTOR, limits.DESCRIPTOR)
    except RefusedPath as error:
        raise UnreadablePackage(str(error)) from error


def holds(root: Path, path: str, data: bytes) -> bool:
    """Whether a file is there and has exactly these bytes."""
    try:
        return read_bytes(root, path) == data
    except RefusedPath:
        return False


def read_files(folder: Path, pattern: str = "*") -> dict[str, bytes]:
    """The files of a folder that match a pattern, by name."""
    return {p.name: p.read_bytes() for p in sorted(folder.glob(pattern)) if p.is_file()}


def read_given(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a file that a user names; UnreadablePackage if it cannot be read."""
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadablePackage(f"{str(path)[:80]}: {reason}") from error


def _text_files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.iterdir() if file.suffix.lower() == ".txt")


def read_texts(paths: Iterable[str]) -> dict[str, bytes]:
    """The bytes of text files by their names: files, and the `.txt` files of folders.

    Raises UnreadablePackage if one cannot be read, is called as another one, or if a
    folder has none.
    """
    found: dict[str, bytes] = {}
    for given in map(Path, paths):
        # By hand, since whether `glob` finds `A.TXT`, too, is up to the system.
        files = sorted(_text_files(given)) if given.is_dir() else [given]
        if not files:
            raise UnreadablePackage(f"{given}: there is no .txt file in this folder")
        for file in files:
            if file.name in found:
                raise UnreadablePackage(f"{file}: another text is called {file.name} too")
            found[file.name] = read_given(file)
    return found


_PROFILE = "text-spans/1.0/text-spans.json"


def text_spans_schema() -> dict[str, Any]:
    """The JSON Schema of `textSpans`, version 1.0, as it came with this installation.

    >>> sorted(text_spans_schema()["definitions"])
    ['fields', 'noSchema', 'reference', 'tableSchema', 'target', 'textSpan']
    """
    from importlib import resources

    place = resources.files("smartcity_case") / "_profiles" / _PROFILE
    if not place.is_file() and (checkout := checkout_root()):
        place = checkout / "profiles" / _PROFILE
    schema: dict[str, Any] = json.loads(place.read_text("utf-8"))
    return schema
