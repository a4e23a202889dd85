"""Compare two releases of a package, wherever they lie, and judge the step between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smartcity_case.authoring.comparing.changelog import write_changelog
from smartcity_case.authoring.comparing.comparison import Editions, diff_editions
from smartcity_case.authoring.comparing.versioning import check_release
from smartcity_case.authoring.comparing.withdrawn import CHANGELOG
from smartcity_case.checks.descriptor import read_descriptor
from smartcity_case.errors import UnreadablePackage
from smartcity_case.packed import open_release
from smartcity_case.storage import RefusedPath, read_descriptor_bytes
from smartcity_case.validation import read_content

if TYPE_CHECKING:
    import os

    from smartcity_case.authoring.comparing.changes import Diff
    from smartcity_case.report import Report
    from smartcity_case.storage import Files


class Compared(NamedTuple):
    """What differs between two releases, what is wrong with it, and the changelog to write."""

    diff: Diff
    report: Report
    changelog: bytes | None = None


class Changelog(NamedTuple):
    """A changelog that is to be written: its bytes, or None if it is not there yet."""

    data: bytes | None


def diff(
    old: str | os.PathLike[str],
    new: str | os.PathLike[str],
    *,
    repository: str | os.PathLike[str] = ".",
) -> Diff:
    """What differs between two releases of a data package, row by row.

    Each is the path of a folder or of a wheel, or a revision of git:
    `git:REV` or `git:REV:path/in/repository`, in the repository that
    `repository` lies in. Raises PackageNotFound or UnreadablePackage.

    >>> from smartcity_case.storage import embedded_root
    >>> diff(embedded_root(), embedded_root()).is_empty
    True
    """
    return compare(old, new, repository=repository).diff


def compare(
    old: str | os.PathLike[str],
    new: str | os.PathLike[str],
    *,
    repository: str | os.PathLike[str] = ".",
    changelog: Changelog | None = None,
) -> Compared:
    """As `diff`, with a report on version and withdrawn keys.

    `changelog` is written anew, and then taken for that of the new release.
    """
    with open_release(old, repository) as one, open_release(new, repository) as two:
        before, after = _editions(one, f"OLD ({old})"), _editions(two, f"NEW ({new})")
        found = diff_editions(before, after)
        logs = [_read(one), _read(two)]
        written = None
        if changelog is not None:
            logs[1] = written = write_changelog(changelog.data, found, logs[0])
        report = check_release(found, after, *logs)
        for files in (one, two):
            files.check_unchanged()
    return Compared(found, report, written)


def _editions(files: Files, which: str) -> Editions:
    content = read_content(files)
    if content is None:
        _, findings = read_descriptor(read_descriptor_bytes(files))
        reason = findings[0].message if findings else "it is none"
        raise UnreadablePackage(f"{which}: the descriptor cannot be read: {reason}")
    return Editions(content)


def _read(files: Files) -> bytes | None:
    """The changelog beside a descriptor, if there is one."""
    try:
        return files.read(CHANGELOG)
    except RefusedPath:
        return None
