"""The data section of a changelog: a generated block between two marks.

Everything else in the file stays as it is, byte for byte.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smartcity_case.authoring.comparing.versioning import told as in_words
from smartcity_case.authoring.comparing.versioning import withdrawn_keys
from smartcity_case.authoring.comparing.withdrawn import (
    key_text,
    read_withdrawn,
    text_lines,
    withdrawn_line,
)
from smartcity_case.errors import SmartcityCaseError
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smartcity_case.authoring.comparing.changes import Cells, Change, Diff, TableDiff

BEGIN: Final = "<!-- diff -->"
END: Final = "<!-- /diff -->"
_SHOWN = 5
"""Keys of one kind that are named; withdrawn ones are all named."""
_NEW = "# Changelog\n\n## {}\n"


def block(diff: Diff) -> list[str]:
    """The lines of the generated block: what changed, table by table, and the withdrawn keys.

    >>> from smartcity_case.authoring.comparing.changes import Diff, NewTable, Release
    >>> old, new = Release("toy", "1.0.0"), Release("toy", "1.1.0")
    >>> for line in block(Diff(old, new, added=(NewTable("soils", ("id",), (("s1",),)),))):
    ...     print(line)
    <!-- diff -->
    Changes since 1.0.0:
    <BLANKLINE>
    - New table `soils`: 1 row.
    <BLANKLINE>
    **Withdrawn keys:** none.
    <!-- /diff -->
    """
    items = list(_items(diff)) or ["Nothing in the tables and texts."]
    since = f"Changes since {_plain(diff.old.version)}:" if diff.old.version else "Changes:"
    listed = [f"- {item}" for item in items]
    return [BEGIN, since, "", *listed, "", withdrawn_line(withdrawn_keys(diff)), END]


def _items(diff: Diff) -> Iterator[str]:
    for new in diff.added:
        yield f"New table {_code(new.name)}: {counted(len(new.rows), 'row')}."
    for name in diff.removed:
        yield f"Table {_code(name)} removed."
    for table in diff.tables:
        if table.was != table.name:
            yield f"Table {_code(table.was)} renamed {_code(table.name)}."
        if parts := list(_rows(table)):
            yield f"{_code(table.name)}: {'; '.join(parts)}."
        for change in filter(_of_the_version, table.changes):
            yield f"{_code(table.name)}: {_plain(in_words(change))}."
    for file in diff.files:
        of = f", key {_code(file.key)}" if file.key else ""
        yield f"{'Text' if file.text else 'File'} {_code(file.name)}{of} {file.effect}."
    for other in filter(_of_the_version, diff.changes):
        yield f"{_plain(in_words(other))}."


def _of_the_version(change: Change) -> bool:
    """Whether a change asks for a step: another path is no matter of a changelog."""
    return change.step > 0


def _rows(table: TableDiff) -> Iterator[str]:
    corrected = [row for row in table.changed if not row.only_moved]
    kinds: tuple[tuple[str, Sequence[Cells]], ...] = (
        ("added", [row.key for row in table.added]),
        ("changed", [row.key for row in corrected]),
        ("with another span of the same words", [row.key for row in table.moved]),
        ("removed", [row.key for row in table.removed]),
    )
    for kind, keys in kinds:
        if keys:
            yield f"{counted(len(keys), 'row')} {kind}{_named(keys)}"
    if table.order is not None:
        yield "rows in another order"
    if table.uncompared:
        yield "rows not compared"


def _named(keys: Sequence[Cells]) -> str:
    """The first few keys, in brackets; nothing for rows without a key."""
    if not keys[0]:
        return ""
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    return f" ({', '.join(_code(key_text(key)) for key in keys[:_SHOWN])}{more})"


def _code(text: str) -> str:
    """Text as code of Markdown, on one line."""
    flat = _one_line(text)
    longest = max(map(len, re.findall("`+", flat)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def _plain(text: str) -> str:
    """Text that Markdown takes for nothing else."""
    return re.sub(r"([\\`*_<>\[\]#])", r"\\\1", _one_line(text))


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class UnwritableChangelog(SmartcityCaseError):
    """A changelog has no place for the block, or one that cannot be told."""


def write_changelog(data: bytes | None, diff: Diff, released: bytes | None = None) -> bytes:
    r"""A changelog with the block of a diff: under NEW's version if it is another, or `Unreleased`.

    A block that stands there is replaced. None is a file that is not there yet.
    `released` is the changelog of OLD, if it has one. Raises UnwritableChangelog
    if there is no such section, the marks do not stand in a pair, or the block
    that stands there is that of an earlier release, whose withdrawn keys would
    be lost.

    >>> from smartcity_case.authoring.comparing.changes import Diff, Release
    >>> toy = Diff(Release("toy", "1.0.0"), Release("toy", "1.0.1"))
    >>> made = write_changelog(b"## 1.0.1\n\nWords.\n", toy)
    >>> made.decode().splitlines()[:5]
    ['## 1.0.1', '', '### Data', '', '<!-- diff -->']
    >>> write_changelog(made, toy) == made
    True
    """
    # The section of a version that did not change is that of the old release.
    version = diff.new.version if diff.new.version != diff.old.version else ""
    if data is None:
        data = _NEW.format(version or "Unreleased").encode("utf-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnwritableChangelog(f"the changelog is not UTF-8: {error}") from error
    told = block(diff)
    if read_withdrawn("\n".join(told).encode("utf-8")).findings:
        names = ", ".join(map(repr, withdrawn_keys(diff)))
        raise UnwritableChangelog(f"a name of these tables cannot stand in a changelog: {names}")
    blank = "\r" if "\r\n" in text else ""
    lines, numbers = text.split("\n"), dict(text_lines(text))
    first, last = _section(numbers, len(lines), version)
    made = [line + blank for line in told]
    marks = _marks(numbers, first, last)
    if marks is None:
        _insert(lines, made, blank, first, _data_heading(numbers, first, last))
    else:
        if marks[1] == len(lines):  # the last line has no end
            made[-1] = END
        lines[marks[0] - 1 : marks[1]] = made
    written = "\n".join(lines).encode("utf-8")
    _refuse_loss(data, written, released or b"", diff.old.version)
    return written


def _refuse_loss(data: bytes, written: bytes, released: bytes, version: str) -> None:
    """Raise UnwritableChangelog if a withdrawn key that OLD lists goes with the block before."""
    kept, listed, before = (read_withdrawn(log).keys for log in (written, data, released))
    lost = {
        table: sorted((keys & before.get(table, keys - keys)) - kept.get(table, keys - keys))
        for table, keys in listed.items()
    }
    if any(lost.values()):
        keys = withdrawn_line(lost).partition(":** ")[2].removesuffix(".")
        raise UnwritableChangelog(
            f"the block that would be replaced lists withdrawn keys of OLD, which would be "
            f"lost: {keys}; it is that of an earlier release: put the heading "
            f"`## {version or 'VERSION'}` above it, and an empty section `## Unreleased` "
            "above that"
        )


def _insert(
    lines: list[str], made: list[str], blank: str, section: int, heading: int | None
) -> None:
    """Put lines below the heading of the data, which is made if it is not there."""
    made = [blank, *made] if heading else [blank, f"### Data{blank}", blank, *made]
    at = heading or section
    if at == len(lines):  # the heading is the last line, without an end
        lines[-1] += blank
        made.append("")
    elif lines[at].strip():
        made.append(blank)
    lines[at:at] = made


def _data_heading(numbers: dict[int, str], first: int, last: int) -> int | None:
    """The line of the heading of the data in a section."""
    return next((n for n in range(first + 1, last) if _is_data(numbers.get(n, ""))), None)


def _is_data(line: str) -> bool:
    return bool(re.fullmatch(r"###[ \t]+Data[ \t]*#*[ \t]*", line))


def _section(numbers: dict[int, str], count: int, version: str) -> tuple[int, int]:
    """The line of the heading of the section to write to, and the line behind the section."""
    headings = {n: m[1] for n, line in numbers.items() if (m := re.match(r"##[ \t]+(\S+)", line))}
    for wanted in (version, "Unreleased"):
        found = [n for n, name in headings.items() if wanted and name.strip("[]") == wanted]
        if found:
            return found[0], min((n for n in headings if n > found[0]), default=count + 1)
    named = f"`## {version}` or " if version else ""
    raise UnwritableChangelog(f"the changelog has no section {named}`## Unreleased`; add one")


def _marks(numbers: dict[int, str], first: int, last: int) -> tuple[int, int] | None:
    """The lines of the two marks in a section, if they stand there."""
    begins, ends = (
        [n for n, line in numbers.items() if first < n < last and line.strip() == mark]
        for mark in (BEGIN, END)
    )
    if not begins and not ends:
        return None
    if len(begins) == len(ends) == 1 and begins[0] < ends[0]:
        return begins[0], ends[0]
    where = ", ".join(map(str, sorted([*begins, *ends])))
    raise UnwritableChangelog(
        f"the changelog has {BEGIN} and {END} not as one pair in a section (lines {where}); "
        "remove them, and run again"
    )
