"""What differs between two releases, for people and as JSON.

The view for people stays on a screen: the more there is to tell, the less is
said of each table.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from smartcity_case.authoring.comparing.changes import Step
from smartcity_case.authoring.comparing.diff_json import SCHEMA, diff_to_json
from smartcity_case.authoring.comparing.versioning import reasons, told
from smartcity_case.codes import CODES
from smartcity_case.render.json import finding_json, one_line, summary
from smartcity_case.render.text import LINES, WIDTH
from smartcity_case.render.words import cut, harmless, not_checked, pieces
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smartcity_case.authoring.comparing.changes import Cells, Change, Diff, RowChange, TableDiff
    from smartcity_case.report import Finding, Report

_SHOWN = (5, 3, 2, 1, 0)
_VALUE = 40
"""Characters of a cell that are shown."""


def render_diff(diff: Diff, report: Report, form: str, changelog: str = "") -> Iterator[str]:
    """The pieces of the view for people (`text`), or of one JSON document (`json`).

    `changelog` is the block that a changelog gets, if one does.

    >>> from smartcity_case.authoring.comparing.changes import Diff, Release
    >>> from smartcity_case.report import Report
    >>> toy = Diff(Release("toy", "1.0.0"), Release("toy", "1.0.0"))
    >>> print("".join(render_diff(toy, Report("toy", "1.0.0", (), (), ()), "text")))
    toy 1.0.0 -> toy 1.0.0: nothing differs
    <BLANKLINE>
    no step of the version is needed
    0 errors, 0 not checked
    <BLANKLINE>
    """
    return _json(diff, report, changelog) if form == "json" else _text(diff, report, changelog)


def _json(diff: Diff, report: Report, changelog: str) -> Iterator[str]:
    found = reasons(diff)
    facts = {
        "schema": SCHEMA,
        "step": (found[0].step if found else Step.NONE).name,
        "reasons": [{"step": reason.step.name, "why": reason.why} for reason in found],
        **({"changelog": changelog} if changelog else {}),
    }
    whole = diff_to_json(diff)
    lines = [f'  "{name}": {one_line(value)}' for name, value in facts.items()]
    yield "{\n" + ",\n".join(lines) + ',\n  "diff": {\n'
    yield from pieces((f'    "{n}": {one_line(value)}' for n, value in whole.items()), ",\n")
    judged = summary(report)
    judged.pop("schema")
    yield '\n  },\n  "report": ' + one_line(judged)[:-1] + ', "findings": ['
    yield from pieces(map(finding_json, report.findings), ", ")
    yield "]}\n}\n"


class _Group(NamedTuple):
    """A heading, and what is told under it, as far as there is room."""

    heading: str
    details: Sequence[str] = ()
    closing: str = ""


def _text(diff: Diff, report: Report, changelog: str) -> Iterator[str]:
    differences, faults = list(_differences(diff)), [*_skipped(report), *_findings(report)]
    between = [_Group("")] if differences and faults else []
    groups = [*differences, *between, *faults]
    verdict = "nothing differs" if diff.is_empty else "they differ"
    names = [" ".join(filter(None, release)) or "package" for release in (diff.old, diff.new)]
    head = [_line(f"{names[0]} -> {names[1]}: {verdict}"), ""]
    tail = list(_tail(diff, report))
    left = LINES - sum(map(_rows, (*head, *tail)))
    for line in (*head, *_fitting(groups, left), *tail):
        yield line + "\n"
    if changelog:
        yield f"\n{changelog}\n"


def _fitting(groups: Sequence[_Group], left: int) -> list[str]:
    """As much of the groups as fits into so many rows of a screen."""
    for shown in _SHOWN:
        lines = [line for group in groups for line in _group(group, shown)]
        if not shown and any(group.details for group in groups):
            lines.append("… only headings fit here; --format json has everything")
        if sum(map(_rows, lines)) <= left:
            return lines
    lines = [_line(group.heading, WIDTH) for group in groups]
    if len(lines) > left:
        more = f"… and {len(lines) - left + 1} more (--format json has everything)"
        lines = [*lines[: left - 1], more]
    return lines


def _group(group: _Group, shown: int) -> Iterator[str]:
    yield _line(group.heading)
    for detail in group.details[:shown]:
        yield _line(f"  {detail}", 2 * WIDTH)
    if len(group.details) > shown > 0:
        yield f"  … and {len(group.details) - shown} more (--format json has them all)"
    if group.closing and shown:
        yield _line(f"  {group.closing}")


def _differences(diff: Diff) -> Iterator[_Group]:
    for name in diff.removed:
        yield _Group(f"table {name}: removed")
    for new in diff.added:
        yield _Group(f"table {new.name}: new, {counted(len(new.rows), 'row')}")
    for table in diff.tables:
        if not table.is_empty:
            yield from _table(table)
    for change in diff.files:
        kind = "text" if change.text else "file"
        of = f", key {change.key}" if change.key else ""
        was = f" (was {change.was})" if change.effect == "renamed" else ""
        yield _Group(f"{kind} {change.name}{of}: {change.effect}{was}")
    if diff.changes:
        yield _Group("package:", [_change(change) for change in diff.changes])


def _table(table: TableDiff) -> Iterator[_Group]:
    name = f"table {table.name}" + (f" (was {table.was})" if table.was != table.name else "")
    if table.changes:
        yield _Group(f"{name}: declaration", [_change(change) for change in table.changes])
    if table.same_rows or table.uncompared:
        return
    by = f"by {', '.join(table.key)}" if table.key else "as whole rows, without a primary key"
    corrected = [row for row in table.changed if not row.only_moved]
    kinds = (
        ("removed", [f"- {_key(row.key, row.cells)}" for row in table.removed]),
        ("added", [f"+ {_key(row.key, row.cells)}" for row in table.added]),
        ("changed", [_row(row) for row in corrected]),
        ("moved, the words the same", [_row(row) for row in table.moved]),
    )
    counts = f"{counted(table.old_count, 'row')}, now {table.new_count}"
    order = "; in another order" if table.order is not None else ""
    columns = "; other columns" if table.filled or table.renamed_columns else ""
    yield _Group(f"{name}: {counts}{order}{columns} (compared {by})")
    for kind, lines in kinds:
        if lines:
            yield _Group(f"{name}: {counted(len(lines), 'row')} {kind}", lines)


def _key(key: Cells, cells: Cells) -> str:
    return "/".join(_shown(part) for part in key) if key else ", ".join(map(_shown, cells))


def _row(row: RowChange) -> str:
    cells = "; ".join(f"{c.field} {_value(c.old)} -> {_value(c.new)}" for c in row.cells)
    return f"~ {_key(row.key, ())}: {cells}"


def _shown(cell: str | None) -> str:
    return "null" if cell is None else cut(cell, _VALUE)


def _value(value: object) -> str:
    return cut(one_line(value), _VALUE)


def _change(change: Change) -> str:
    values = ""
    if change.effect not in ("renamed", "reordered") and (change.name or change.what != "field"):
        values = f": {_value(change.old)} -> {_value(change.new)}"
    elif change.effect == "reordered":
        values = f": {', '.join(change.new)}"
    return f"{told(change)}{values} [{change.step.name if change.step else 'no step'}]"


def _skipped(report: Report) -> Iterator[_Group]:
    return (_Group(not_checked(check)) for check in report.skipped)


def _findings(report: Report) -> Iterator[_Group]:
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(finding.code, []).append(finding)
    for code, findings in found.items():
        facts = CODES[code]
        yield _Group(
            f"{facts.severity} {code} ({len(findings)}): {facts.meaning}",
            [f"{finding.location}: {finding.message}" for finding in findings],
            f"What to do: {facts.fix}",
        )


def _tail(diff: Diff, report: Report) -> Iterator[str]:
    found = reasons(diff)
    if not diff.is_empty or report.findings or report.skipped:
        yield ""
    if found:
        counts = Counter(reason.step for reason in found)
        more = f" and {counts[found[0].step] - 1} more" if counts[found[0].step] > 1 else ""
        yield _line(f"{found[0].step.name} is needed: {found[0].why}{more}", 2 * WIDTH)
    else:
        yield "no step of the version is needed"
    yield f"{counted(len(report.errors), 'error')}, {len(report.skipped)} not checked"


def _line(text: str, longest: int = 3 * WIDTH) -> str:
    return cut(harmless(text), longest)


def _rows(line: str) -> int:
    return max(1, -(-len(line) // WIDTH))
