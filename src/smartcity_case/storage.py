"""The file edge: everything that is read from or written to a disk.

A package is a folder, or a place inside a zipped install (a Traversable).
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_case.errors import (
    PackageNotFound,
    SmartcityCaseError,
    UnreadablePackage,
    UnwritablePackage,
)
from smartcity_case.profile import DESCRIPTOR

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.resources.abc import Traversable


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


def read_bytes(root: Traversable, path: str) -> bytes:
    """The bytes of a file of a package; `path` is relative and has no `..`.

    Raises RefusedPath if it is missing, no regular file, or if links lead out
    of the package; UnreadablePackage if the system does not let us read it.
    """
    place = root
    for part in path.split("/"):
        place = place / part
    if isinstance(root, Path) and isinstance(place, Path):
        _refuse_escape(root, place, path)
    try:
        if not place.is_file():
            raise RefusedPath("path.missing", f"{path}: there is no such regular file")
        return place.read_bytes()
    except OSError as error:
        raise UnreadablePackage(f"{path}: {error.strerror or error}") from error


def read_descriptor_bytes(root: Traversable) -> bytes:
    """The bytes of a package's descriptor; UnreadablePackage if it must not be opened."""
    try:
        return read_bytes(root, DESCRIPTOR)
    except RefusedPath as error:
        raise UnreadablePackage(str(error)) from error


def _refuse_escape(root: Path, place: Path, path: str) -> None:
    try:
        real = place.resolve()
        if not real.is_relative_to(root.resolve()):
            raise RefusedPath("path.unsafe", f"{path}: a link leads out of the package")
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        raise RefusedPath("path.missing", f"{path}: {error}") from error


def holds(root: Path, path: str, data: bytes) -> bool:
    """Whether a file is there and has exactly these bytes."""
    try:
        return read_bytes(root, path) == data
    except RefusedPath:
        return False


def digest(data: bytes, algorithm: str = "sha256") -> str:
    """The hash of bytes as a descriptor writes it (`sha256:…`)."""
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def read_files(folder: Path, pattern: str = "*") -> dict[str, bytes]:
    """The files of a folder that match a pattern, by name."""
    return {p.name: p.read_bytes() for p in sorted(folder.glob(pattern)) if p.is_file()}


def write_files(root: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write several files, by their paths under `root`, none of them ever half.

    Each is written beside its place first; only when all of them could be
    written are they moved into place. Raises RefusedPath for a place outside
    of `root` or that is no file, UnwritablePackage if the system refuses.
    """
    try:
        _write_files(root, files)
    except OSError as error:
        raise UnwritablePackage(f"{error.filename}: {error.strerror}; nothing is half") from error


def _write_files(root: Path, files: Iterable[tuple[str, bytes]]) -> None:
    moves: list[tuple[Path, Path]] = []
    try:
        for path, data in files:
            target = root / path
            _refuse_escape(root, target, path)
            if target.exists() and not target.is_file():
                raise RefusedPath("path.missing", f"{path}: not a regular file")
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
            temporary = Path(name)
            moves.append((temporary, target))
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            mode = target.stat().st_mode if target.exists() else 0o644
            temporary.chmod(stat.S_IMODE(mode))
        for temporary, target in moves:
            temporary.replace(target)
    finally:
        for temporary, _ in moves:
            temporary.unlink(missing_ok=True)
