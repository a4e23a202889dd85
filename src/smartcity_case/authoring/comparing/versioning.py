"""Which step of the version a diff asks for, and whether a release took it.

Source: the recipe Data Package Version of the Data Package standard. The new
release is held to it, and to the keys that were withdrawn.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from smartcity_case.authoring.comparing.changes import Step
from smartcity_case.authoring.comparing.withdrawn import CHANGELOG, key_text, read_withdrawn
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.report import Check, Finding, Location, Report, counted, held, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from smartcity_case.authoring.comparing.changes import Cells, Change, Diff, TableDiff
    from smartcity_case.authoring.comparing.comparison import Editions
    from smartcity_case.authoring.comparing.withdrawn import Withdrawn


class Reason(NamedTuple):
    """A step, and why it is asked for."""

    step: Step
    why: str


def reasons(diff: Diff) -> list[Reason]:
    """Why the version has to be raised, the greatest step first.

    >>> from smartcity_case.authoring.comparing.changes import Diff, NewTable, Release
    >>> toy = Release("toy", "1.0.0")
    >>> reasons(Diff(toy, toy, added=(NewTable("soils", (), ()),)))
    [Reason(step=<Step.MINOR: 2>, why='new table soils')]
    """
    found = [Reason(c.step, told(c)) for c in diff.changes]
    found += [Reason(Step.MAJOR, f"table {name} removed") for name in diff.removed]
    found += [Reason(Step.MINOR, f"new table {table.name}") for table in diff.added]
    for change in diff.files:
        kind = "text" if change.text else "file"
        of = f"{change.name} (key {change.key})" if change.key else change.name
        step = _FILE_STEPS[change.effect]
        found.append(Reason(step, f"{kind} {of} {change.effect}"))
    for table in diff.tables:
        found += _of_table(table)
    wanted = (reason for reason in found if reason.step)
    return sorted(dict.fromkeys(wanted), key=lambda reason: -reason.step)


_FILE_STEPS = {
    "added": Step.MINOR,
    "removed": Step.MAJOR,
    "renamed": Step.MAJOR,
    "changed": Step.PATCH,
}


def _of_table(table: TableDiff) -> Iterator[Reason]:
    name = table.name
    if table.was != name:
        yield Reason(Step.MAJOR, f"table {table.was} renamed {name}")
    for change in table.changes:
        yield Reason(change.step, f"{name}: {told(change)}")
    if table.removed:
        cited = table.key or table.referenced
        rows = counted(len(table.removed), "row")
        why = ", which others may cite" if cited else ""
        yield Reason(Step.MAJOR if cited else Step.PATCH, f"{name}: {rows} removed{why}")
    if table.added:
        yield Reason(Step.MINOR, f"{name}: {counted(len(table.added), 'row')} added")
    if table.changed:
        yield Reason(Step.PATCH, f"{name}: {counted(len(table.changed), 'row')} corrected")
    if table.order is not None:
        yield Reason(Step.PATCH, f"{name}: rows in another order")
    if (table.filled or table.renamed_columns) and not any(
        change.what == "field" and change.step is Step.MAJOR for change in table.changes
    ):
        yield Reason(Step.MAJOR, f"{name}: other columns, or in another order")


def told(change: Change) -> str:
    """A change of a declaration in words.

    >>> from smartcity_case.authoring.comparing.changes import Change
    >>> told(Change(Step.MAJOR, "constraint", "tightened", "legs", "minimum", 2, 3))
    'constraint minimum of legs tightened'
    """
    if change.effect == "renamed":
        return f"field {change.old} renamed {change.new}"
    if change.effect == "reordered":
        return "fields reordered"
    if change.what == "field" and not change.name:
        return f"field {change.field} {change.effect}"
    if change.what in ("package", "resource", "schema"):
        owner = f"{change.what} {change.field}".rstrip()
        return f"{change.name} of the {owner} {change.effect}"
    what = f"constraint {change.name}" if change.what == "constraint" else change.name
    of = f" of {change.field}" if change.field else ""
    return f"{what or change.what}{of} {change.effect}"


def required(diff: Diff) -> Step:
    """The step that a diff asks for."""
    return max((reason.step for reason in reasons(diff)), default=Step.NONE)


_NUMBER = r"(0|[1-9][0-9]*)"
_VERSION = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?"
)


class Version(NamedTuple):
    """A version by Semantic Versioning; no pre-release is later than any."""

    numbers: tuple[int, int, int]
    rank: tuple[tuple[int, int, str], ...]


_FINAL = ((2, 0, ""),)


def read_version(text: str) -> Version | None:
    """A version MAJOR.MINOR.PATCH, maybe with a pre-release; None if it is something else.

    >>> read_version("1.0.0-rc.1") < read_version("1.0.0") < read_version("1.0.1")
    True
    """
    match = _VERSION.fullmatch(text) if len(text) < 200 else None
    if match is None:
        return None
    parts = match[4].split(".") if match[4] else []
    rank = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts)
    return Version((int(match[1]), int(match[2]), int(match[3])), rank or _FINAL)


def step_between(old: Version, new: Version) -> Step | None:
    """The step from one version to another; None if it leads back.

    A release after its own pre-releases takes any step that these announced.
    """
    if new < old:
        return None
    for step, one, two in zip((3, 2, 1), old.numbers, new.numbers, strict=True):
        if one != two:
            return Step(step)
    return Step.NONE if old == new else Step.MAJOR


def step_wanted(old: Version, step: Step) -> Step:
    """The step that is enough: before 1.0.0, MINOR is for incompatible changes too."""
    return min(step, Step.MINOR) if old.numbers[0] == 0 else step


def _raised(old: Version, step: Step) -> str:
    major, minor, patch = old.numbers
    if step is Step.MAJOR:
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if step is Step.MINOR else f"{major}.{minor}.{patch + 1}"


def check_version(diff: Diff) -> tuple[list[Finding], str]:
    """Whether the version was raised enough; or why it cannot be told."""
    found = reasons(diff)
    step = found[0].step if found else Step.NONE
    old, new = read_version(diff.old.version), read_version(diff.new.version)
    if diff.old.version == diff.new.version and step is Step.NONE:
        return [], ""
    for version, release in ((old, diff.old), (new, diff.new)):
        if version is None:
            which = "OLD" if release is diff.old else "NEW"
            stated = shorten(release.version) if release.version else "none"
            return [], f"the version of {which} is no MAJOR.MINOR.PATCH: {stated}"
    assert old is not None
    assert new is not None
    taken, wanted = step_between(old, new), step_wanted(old, step)
    if taken is None:
        message = f"it was lowered from {diff.old.version} to {diff.new.version}"
    elif taken < wanted:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        message = (
            f"{diff.old.version} to {diff.new.version} is {_NAMES[taken]}; {wanted.name} is needed "
            f"({_raised(old, wanted)}): {found[0].why}{more}"
        )
    else:
        return [], ""
    where = Location(path=DESCRIPTOR, field="version")
    return [Finding(where, "version.step", message, diff.new.version)], ""


_NAMES = {Step.NONE: "no step", Step.PATCH: "PATCH", Step.MINOR: "MINOR", Step.MAJOR: "MAJOR"}


def withdrawn_keys(diff: Diff) -> dict[str, list[Cells]]:
    """The keys that are in the old release and no longer in the new one, by table."""
    return {
        table.name: [row.key for row in table.removed]
        for table in diff.tables
        if table.key and table.removed
    }


def check_keys(
    diff: Diff, new: Editions, old_log: Withdrawn, new_log: Withdrawn, why: str = ""
) -> Iterator[Finding]:
    """Withdrawn keys that are used again, and those that the new changelog does not list.

    `why` is said of the latter too.
    """
    names = {table.was: table.name for table in diff.tables}
    before: dict[str, set[Cells]] = {}
    for name, keys in old_log.keys.items():
        before.setdefault(names.get(name, name), set()).update(keys)
    gone = {name: set(keys) for name, keys in withdrawn_keys(diff).items()}
    former = {
        table.name: [change.old for change in table.changes if change.what == "primaryKey"]
        for table in diff.tables
    }
    for name in dict.fromkeys([*before, *new_log.keys, *gone]):
        listed = new_log.keys.get(name, frozenset())
        earlier = before.get(name, set())
        used = _used(new, name, earlier | listed, former.get(name, ()))
        for key, row in used.items():
            where = "OLD" if key in earlier else "NEW"
            message = f"the changelog of {where} lists it as withdrawn"
            yield _finding(new, name, key, row, "key.withdrawn", message)
        for key in sorted(gone.get(name, set()) - listed, key=key_text):
            message = f"its row is not in NEW any more{why}"
            yield _finding(new, name, key, 0, "key.unlisted", message)
        for key in sorted(earlier - listed - gone.get(name, set()), key=key_text):
            message = f"the {CHANGELOG} of OLD lists it, that of NEW no longer does{why}"
            yield _finding(new, name, key, 0, "key.unlisted", message)


def _finding(new: Editions, name: str, key: Cells, row: int, code: str, message: str) -> Finding:
    resource = new.content.package.resource(name)
    path = resource.paths[0] if resource is not None and resource.paths else ""
    text = held("/".join(part or "" for part in key))
    return Finding(Location(name, path if row else CHANGELOG, row, text), code, message)


def _used(
    new: Editions, name: str, keys: Iterable[Cells], former: Iterable[Sequence[str]]
) -> dict[Cells, int]:
    """Those of some keys that rows of the new release have, with the row.

    They are looked for in the fields of the `former` primary key, too: whoever
    cites a row by that one still reads these fields.
    """
    wanted, table = set(keys), new.tables.get(name)
    if not wanted or table is None or isinstance(table, str):
        return {}
    used: dict[Cells, int] = {}
    for fields in dict.fromkeys(map(tuple, [table.schema.primary_key, *former])):
        if fields and table.held.columns.keys() >= set(fields):
            columns = [table.held.columns[field].to_pylist() for field in fields]
            rows = zip(zip(*columns, strict=True), table.held.rows.tolist(), strict=True)
            used |= {key: row for key, row in rows if key in wanted}
    return used


def check_release(
    diff: Diff, new: Editions, old_log: bytes | None, new_log: bytes | None
) -> Report:
    """What is wrong with a release beside the one before: its version, its keys.

    `old_log` and `new_log` are the changelogs of both, as far as they have one.
    """
    logs = [read_withdrawn(old_log or b"", "OLD"), read_withdrawn(new_log or b"", "NEW")]
    findings, why = check_version(diff)
    for log in logs:
        findings += log.findings
    absent = f"; there is no {CHANGELOG}" if new_log is None else ""
    findings += check_keys(diff, new, logs[0], logs[1], absent)
    findings += [finding for table in diff.tables for finding in _repeated(table, new)]
    skipped = [Check("rows", name, reason) for name, reason in diff.uncompared]
    if why:
        skipped.append(Check("version", "", why))
    ran = [Check("keys", "")] if why else [Check("version", ""), Check("keys", "")]
    ran += [Check("rows", table.name) for table in diff.tables if not table.uncompared]
    return Report(
        diff.new.name, diff.new.version, tuple(sorted(findings)), tuple(ran), tuple(skipped)
    )


def _repeated(table: TableDiff, new: Editions) -> Iterator[Finding]:
    resource = new.content.package.resource(table.name)
    path = resource.paths[0] if resource is not None and resource.paths else ""
    for duplicate in table.duplicates:
        text = held("/".join(part or "" for part in duplicate.key))
        rows = ", ".join(map(str, duplicate.rows[:5])) + (" …" if len(duplicate.rows) > 5 else "")
        message = f"it stands in the rows {rows} of {duplicate.release.upper()}"
        inside = path if duplicate.release == "new" else ""
        where = Location(table.name, inside, duplicate.rows[0], text)
        yield Finding(where, "key.duplicate", message)
