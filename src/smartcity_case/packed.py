"""The file edge for packages that lie in no folder: in a wheel, or in a revision of git.

Nothing is unpacked to a disk, and nothing is fetched: a revision must be in the
repository, with its files.
"""

from __future__ import annotations

import io
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from smartcity_case.errors import PackageNotFound, UnreadablePackage
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.storage import Files, package_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

GIT = "git:"
_INSIDE = re.compile(rf"[^/]+/_package/{re.escape(DESCRIPTOR)}")


@contextmanager
def open_release(
    place: str | os.PathLike[str], repository: str | os.PathLike[str] = "."
) -> Iterator[Files]:
    """The files of a package: in a folder, a wheel (`….whl`), or a revision of git.

    A revision is `git:REV` or `git:REV:path/in/repository`, of the repository
    that `repository` lies in. A folder of such a name is written `./git:…`.

    Raises PackageNotFound if there is no package, UnreadablePackage if it
    cannot be read (a broken wheel, no git program).
    """
    given = os.fspath(place)
    if given.startswith(GIT):
        yield Files(_git_root(given, Path(repository)))
    elif given.endswith(".whl") and Path(given).is_file():
        with _in_wheel(given) as root:
            yield Files(root)
    else:
        yield Files(package_root(place))


@contextmanager
def _in_wheel(path: str) -> Iterator[Traversable]:
    import zipfile
    import zlib

    try:
        wheel = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise UnreadablePackage(f"{path}: the wheel cannot be read: {error}") from error
    with wheel:
        found = sorted(filter(_INSIDE.fullmatch, wheel.namelist()))
        if len(found) != 1:
            what = (
                f"there are {', '.join(found)}" if found else f"it has no */_package/{DESCRIPTOR}"
            )
            raise PackageNotFound(f"{path}: the wheel has not one data package: {what}")
        if any(info.flag_bits & 1 or info.compress_type not in (0, 8) for info in wheel.infolist()):
            raise UnreadablePackage(f"{path}: the wheel is encrypted, or packed in a rare way")
        try:
            yield zipfile.Path(wheel, found[0].removesuffix(DESCRIPTOR))
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise UnreadablePackage(f"{path}: the wheel is damaged: {error}") from error


class _Blob(NamedTuple):
    """A file, or a folder, of a revision; it looks like a path as far as `Files` needs one."""

    repository: Path
    blobs: Mapping[str, str]
    path: str = ""

    def joinpath(self, *parts: str) -> _Blob:
        """A place below this one."""
        return self._replace(path="/".join(part for part in (self.path, *parts) if part))

    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return self.path in self.blobs

    def open(self, mode: str) -> BinaryIO:
        """The bytes of the file."""
        return io.BytesIO(_git(self.repository, "cat-file", "blob", self.blobs[self.path]))


def _git_root(given: str, repository: Path) -> Traversable:
    """The place of a package in a revision of a repository."""
    revision, _, below = given.removeprefix(GIT).partition(":")
    below = below.strip("/")
    if not revision or revision.startswith("-") or "\0" in given:
        raise PackageNotFound(f"{given[:80]!r}: write git:REV or git:REV:path/in/repository")
    if not repository.is_dir():
        raise PackageNotFound(f"{repository}: there is no such folder")
    _git(repository, "rev-parse", "--git-dir")
    try:
        tree = _git(repository, "rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}")
    except UnreadablePackage as error:
        message = f"{given}: there is no revision {revision!r} in the repository"
        raise PackageNotFound(f"{message} (nothing is fetched)") from error
    listed = _git(repository, "ls-tree", "-r", "-z", "--full-tree", tree.decode().strip())
    blobs = dict(_listed(listed, f"{below}/" if below else ""))
    if DESCRIPTOR not in blobs:
        where = f"the folder {below!r}" if below else "the top folder"
        raise PackageNotFound(f"{given}: there is no {DESCRIPTOR} in {where} of this revision")
    return cast("Traversable", _Blob(repository, blobs))


def _listed(listed: bytes, folder: str) -> Iterator[tuple[str, str]]:
    """The regular files below a folder, and their names in git; no links, no submodules."""
    for line in filter(None, listed.split(b"\0")):
        facts, _, name = line.partition(b"\t")
        mode, _, blob = facts.split()
        path = name.decode("utf-8", "surrogateescape")
        if mode.startswith(b"100") and path.startswith(folder):
            yield path.removeprefix(folder), blob.decode("ascii")


def _git(repository: Path, *arguments: str) -> bytes:
    """What git prints. It fetches nothing, asks nothing, and runs nothing of the repository."""
    import subprocess

    # A partial clone would fetch the files that it lacks.
    command = ["git", "-c", "protocol.allow=never", "-C", str(repository), *arguments]
    quiet = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=os.environ | quiet,
            check=False,
        )
    except FileNotFoundError as error:
        message = "revisions are read by the program git, which is not there; give a folder"
        raise UnreadablePackage(message) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[0] if said else f"exit code {done.returncode}"
        raise UnreadablePackage(f"git in {repository}: {reason}")
    return done.stdout
