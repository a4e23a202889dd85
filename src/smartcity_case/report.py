"""What a validation found: `Finding`, where it stands, and the `Report`.

A finding is a value: frozen, ordered, without behaviour. Words for people and
other formats are made from it in `render`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from smartcity_case.codes import CODES
from smartcity_case.errors import InvalidPackage

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from smartcity_case.codes import Severity


def shorten(cell: str, most: int = 80) -> str:
    """A cell as a message shows it: quoted, and cut if it is long."""
    return repr(cell) if len(cell) <= most else f"{cell[:most]!r}… ({len(cell)} characters)"


def counted(number: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "row"), counted(2, "row")
    ('1 row', '2 rows')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


_HELD = 1_000


def held(cell: str) -> str:
    """A cell as a finding holds it: whole, unless it is very long."""
    return cell if len(cell) <= _HELD else cell[:_HELD] + "…"


def pointer(*steps: str | int) -> str:
    """A place in a descriptor as a JSON Pointer.

    >>> pointer("resources", 0, "a/b")
    '/resources/0/a~1b'
    """
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


class Location(NamedTuple):
    """Where a finding stands; what does not apply is empty.

    `row` is the row that a person sees in a spreadsheet: the header is row 1;
    in data without a header it is the number of the record, from 1. `path` is
    the file, relative to the package; `key` is the row's key.
    """

    resource: str = ""
    path: str = ""
    row: int = 0
    key: str = ""
    field: str = ""

    def __str__(self) -> str:
        parts = [
            self.path or self.resource,
            f"row {self.row}" if self.row else "",
            f"key {self.key}" if self.key else "",
            f"field {self.field}" if self.field else "",
        ]
        return ", ".join(part for part in parts if part)


class _Finding(NamedTuple):
    location: Location
    code: str
    message: str
    value: str = ""
    excerpt: str = ""


class Finding(_Finding):
    """One fault: a public code, where it is, and a plain message.

    `value` is the cell as it stands, or "". `excerpt` shows the fault in its
    line of the source, with a caret under it, for findings about a text; it
    may have several lines, and is "" where there is nothing to show.
    """

    __slots__ = ()

    def __new__(
        cls, location: Location, code: str, message: str, value: str = "", excerpt: str = ""
    ) -> Finding:
        """Refuse a code that is not public, where it is made."""
        if code not in CODES:
            raise ValueError(f"{code!r} is no finding code; rules of your own: 'rule.broken'")
        return super().__new__(cls, location, code, message, value, excerpt)

    @property
    def severity(self) -> Severity:
        """`error`, or `warning`, which leaves a report ok."""
        return CODES[self.code].severity

    @property
    def fix(self) -> str:
        """What to do about it."""
        return CODES[self.code].fix


_PLACE = ("resource", "path", "row", "key", "field")


@dataclass(frozen=True, order=True)
class Check:
    """A check and what it looked at; `reason` says why it did not run."""

    name: str
    resource: str
    reason: str = ""


@dataclass(frozen=True, repr=False)
class Report:
    """All findings of a validation, and what was and was not looked at.

    `accepted` counts the findings that a baseline accepts, or that were accepted
    by name, `unverified` the latter; they are not among `findings`. `gone`
    counts the entries of that baseline that no longer occur.
    `seen` is what the files of the package were like, for `failing_rows`.

    >>> Report("toy", "1.0.0", (), (), ()).ok
    True
    """

    package: str
    version: str
    findings: tuple[Finding, ...]
    ran: tuple[Check, ...]
    skipped: tuple[Check, ...]
    accepted: int = 0
    gone: int = 0
    unverified: int = 0
    seen: Mapping[str, int] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        """One line; `smartcity-case validate` and `render_text` show the findings."""
        return (
            f"Report({self.package} {self.version}: {counted(len(self.errors), 'error')}, "
            f"{counted(len(self.warnings), 'warning')}, "
            f"{counted(len(self.skipped), 'check')} skipped)"
        )

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make the package invalid."""
        return tuple(f for f in self.findings if f.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that leave it valid."""
        return tuple(f for f in self.findings if f.severity == "warning")

    @property
    def ok(self) -> bool:
        """Whether everything was looked at and there is no error."""
        return not self.errors and not self.skipped

    def to_frame(self) -> pd.DataFrame:
        """The findings as a DataFrame, one row each, in their order.

        Columns: `code`, `severity`, `resource`, `path`, `row`, `key`, `field`,
        `value`, `message` and `fix`; all strings but `row` (Int64).
        """
        import pandas as pd

        columns: dict[str, list[object]] = {
            "code": [f.code for f in self.findings],
            "severity": [f.severity for f in self.findings],
            **{name: [getattr(f.location, name) for f in self.findings] for name in _PLACE},
            "value": [f.value for f in self.findings],
            "message": [f.message for f in self.findings],
            "fix": [f.fix for f in self.findings],
        }
        dtypes = dict.fromkeys(columns, "string") | {"row": "Int64"}
        return pd.DataFrame(columns).astype(dtypes)

    def raise_if_failed(self) -> None:
        """Raise InvalidPackage, which carries this report, unless `ok`."""
        if self.ok:
            return
        counts = Counter(finding.code for finding in self.errors)
        lines = [f"{self.package or 'the package'} is not valid:"]
        lines += [f"  {count} x {code}: {CODES[code].meaning}" for code, count in counts.items()]
        lines += [f"  first: {finding.location}: {finding.message}" for finding in self.errors[:1]]
        lines += [
            f"  not checked: {c.name} of {c.resource or 'the package'}: {c.reason}"
            for c in self.skipped
        ]
        raise InvalidPackage("\n".join(lines), self)
