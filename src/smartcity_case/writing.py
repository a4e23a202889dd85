"""Writing files: whole or not at all, and never over what was not meant."""

from __future__ import annotations

import contextlib
import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from smartcity_case.errors import UnwritablePackage
from smartcity_case.storage import RefusedPath

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping


def write_files(root: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write several files, by their paths under `root`, none of them ever half.

    Each is written beside its place first; only when all of them could be
    written are they moved into place; if one cannot be, the others are put back. Raises RefusedPath
    for a place outside of `root` or that is no file, UnwritablePackage if the system refuses.
    """
    try:
        _write_files(root, files)
    except OSError as error:
        raise UnwritablePackage(f"{error.filename}: {error.strerror}; nothing is half") from error


def refuse_existing(root: Path, paths: Iterable[str]) -> None:
    """Raise UnwritablePackage if one of these files, by their paths under `root`, is there."""
    there = [path for path in paths if os.path.lexists(root / path)]
    if there:
        shown = ", ".join(there[:3]) + (f" and {len(there) - 3} more" if there[3:] else "")
        raise UnwritablePackage(f"{root}: there is {shown} already; --force writes over it")


def _write_files(root: Path, files: Iterable[tuple[str, bytes]]) -> None:
    moves: list[tuple[Path, Path]] = []
    try:
        for path, data in files:
            target = root / path
            _prepare(root, target, path)
            moves.append((_beside(target, data), target))
        _move(moves)
    finally:
        for temporary, _ in moves:
            temporary.unlink(missing_ok=True)


def _prepare(root: Path, target: Path, path: str) -> None:
    """Make the folder of a file that is to be moved into place, which must be within `root`."""
    _refuse_escape(root, target, path)
    if target.exists() and not target.is_file():
        raise RefusedPath("path.missing", f"{path}: not a regular file")
    target.parent.mkdir(parents=True, exist_ok=True)


def _move(moves: list[tuple[Path, Path]]) -> None:
    """Move files into place, all of them or none."""
    held: dict[Path, Path | None] = {}  # what was there before, if something was
    try:
        for _, target in moves if moves[1:] else ():  # one alone moves or it does not
            held[target] = _beside(target, target.read_bytes()) if target.exists() else None
        for temporary, target in moves:
            temporary.replace(target)
    except BaseException:
        _put_back((target for temporary, target in moves if not temporary.exists()), held)
        raise
    finally:
        for before in filter(None, held.values()):
            before.unlink(missing_ok=True)


def _put_back(moved: Iterable[Path], held: Mapping[Path, Path | None]) -> None:
    """Put back what was there before files were moved into place."""
    for target in moved:
        if before := held[target]:
            before.replace(target)
        else:
            target.unlink()


def _refuse_escape(root: Path, place: Path, path: str) -> None:
    try:
        real = place.resolve()
        if not real.is_relative_to(root.resolve()):
            raise RefusedPath("path.unsafe", f"{path}: a link leads out of the package")
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        raise RefusedPath("path.missing", f"{path}: {error}") from error


def _beside(target: Path, data: bytes) -> Path:
    """A file beside the place of another, with the same rights."""
    import tempfile  # a slow import, and reading needs none

    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        mode = target.stat().st_mode if target.exists() else 0o644
        temporary.chmod(stat.S_IMODE(mode))
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def write_file(path: str | os.PathLike[str], pieces: Iterable[str]) -> None:
    """Write a text, given in pieces, to a file as UTF-8: the whole of it or nothing.

    It is written and synced beside its place, then moved there; until then the
    old file stays. A link is followed. Raises UnwritablePackage if the place is
    no regular file or the system refuses.
    """
    try:
        target = Path(path).resolve()
        if target.exists() and not target.is_file():
            raise UnwritablePackage(f"{path}: not a regular file")
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a NUL in the path
        raise UnwritablePackage(f"{str(path)[:80]}: {error}") from error
    import tempfile

    temporary = None
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".report-")
        temporary = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="") as out:
            out.writelines(pieces)
            out.flush()
            os.fsync(out.fileno())
        mode = target.stat().st_mode if target.exists() else 0o644
        temporary.chmod(stat.S_IMODE(mode))
        temporary.replace(target)
    except OSError as error:
        raise UnwritablePackage(f"{path}: {error.strerror or error}; nothing is half") from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):  # it is gone, or the disk is beyond help
                temporary.unlink()


class Place:
    """Where something is written before it is moved to where it is wanted, all at once.

    Files are named by relative paths in it; "" is the one file of what has just one.
    """

    def __init__(self, root: Path, *, folder: bool) -> None:
        self._root, self._folder = root, folder
        self._begun: dict[str, None] = {}

    @property
    def written(self) -> list[str]:
        """The paths of the files, in the order in which they were begun."""
        return list(self._begun)

    def at(self, path: str = "") -> str:
        """Where a file is to be written, by a library that writes it itself.

        Raises RefusedPath for a place outside, or one that was given before.
        """
        if bool(path) != self._folder:
            raise ValueError(f"{path!r} is no path of {'a folder' if self._folder else 'a file'}")
        target = self._root / path if path else self._root
        _refuse_escape(self._root, target, path)
        if path in self._begun:
            raise RefusedPath("path.unsafe", f"{path}: two files would be written there")
        target.parent.mkdir(parents=True, exist_ok=True)
        self._begun[path] = None
        return str(target)

    @contextmanager
    def open(self, path: str = "") -> Iterator[BinaryIO]:
        """A file to be written, as bytes."""
        with Path(self.at(path)).open("wb") as stream:
            yield stream


@contextmanager
def place_for(
    out: str | os.PathLike[str],
    *,
    folder: bool,
    force: bool = False,
    own: Callable[[], Collection[str]] = tuple,
) -> Iterator[Place]:
    """A place in which a file or a folder is made; it is moved to `out` once all is written.

    If it cannot be written, or an exception ends it, `out` is as it was before.
    With `force` files are written over, but none of `own`, the real paths that
    are asked for at the end; others in a folder stay. Raises UnwritablePackage if
    there is something already, or if the system refuses.
    """
    target = Path(out)
    begun: list[Path] = []
    try:
        _refuse_place(target, folder, force)
        begun = _make_folders(target.parent)
        import tempfile

        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".making-") as name:
            place = Place(Path(name) / "made", folder=folder)
            if folder:
                (Path(name) / "made").mkdir()
            yield place
            _refuse_own(target, place.written, own())
            _deliver(Path(name) / "made", target, place.written if folder else None)
            begun = []
    except OSError as error:
        where = error.filename or target
        raise UnwritablePackage(f"{where}: {error.strerror or error}; nothing is half") from error
    finally:
        for made in begun:  # unless somebody has put something there meanwhile
            with contextlib.suppress(OSError):
                made.rmdir()


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; which were made, the lowest first."""
    lacking = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return lacking


def _refuse_own(target: Path, written: Iterable[str], own: Collection[str]) -> None:
    for path in written:
        place = target / path if path else target
        if os.path.realpath(place) in own:
            raise UnwritablePackage(f"{place}: a file of the package itself; give another OUT")


def _refuse_place(out: Path, folder: bool, force: bool) -> None:
    if not os.fspath(out) or out.name in ("", ".."):
        raise UnwritablePackage(
            f"{str(out)!r}: give the name of a {'folder' if folder else 'file'}"
        )
    if not os.path.lexists(out):
        return
    kind = out.is_dir() if folder else out.is_file()
    if not kind:
        raise UnwritablePackage(f"{out}: not a {'folder' if folder else 'regular file'}")
    if force or (folder and not any(out.iterdir())):
        return
    raise UnwritablePackage(f"{out}: it is there already; --force writes over it")


def _deliver(made: Path, target: Path, paths: list[str] | None) -> None:
    if paths is None:
        mode = target.stat().st_mode if target.exists() else 0o644
        made.chmod(stat.S_IMODE(mode))
        made.replace(target.resolve())
    elif not target.exists():
        made.rename(target)
    else:
        moves = [(made / path, target / path) for path in paths]
        for path, (_, place) in zip(paths, moves, strict=True):
            _prepare(target, place, path)
        _move(moves)
