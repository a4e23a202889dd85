"""The strict splitter of delimited text: slow, and able to say what is wrong where.

RFC 4180 with the variations of the standard's Table Dialect. Line ends may be
LF or CRLF; what other readers guess at is a fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from smartcity_case import limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from smartcity_case.profile import Dialect

Record = list[str]
_LONE_RETURN = "a carriage return without a line feed"


class RecordFault(NamedTuple):
    """What is wrong with a record; `number` counts the records of its block from 0."""

    number: int
    code: str
    message: str


def enough_fault(number: int) -> RecordFault:
    """What is told of the first record that is not read any more."""
    message = f"there are {limits.FINDINGS} faults before this row; nothing behind them is read"
    return RecordFault(number, "limit.findings", message)


@dataclass(frozen=True)
class Split:
    """Records of a text; None stands for a comment.

    `consumed` is the number of characters that they take; after `fault`,
    which is the number of the record and a message, nothing was read.
    """

    records: list[Record | None]
    consumed: int
    fault: tuple[int, str, str] | None = None


class Splitter:
    """The strict splitter of a dialect: character by character, with reasons."""

    def __init__(self, dialect: Dialect) -> None:
        quote, escape = dialect.quote_char or "", dialect.escape_char or ""
        self._doubled = bool(quote) and dialect.double_quote
        self._quote, self._escape, self._comment = quote, escape, dialect.comment_char
        self._delimiter, self._terminator = dialect.delimiter, dialect.line_terminator
        self._usual_ends = self._terminator in ("\r\n", "\n")
        if self._usual_ends:
            self._terminator = "\r\n"
        ends = r"\r?\n" if self._usual_ends else re.escape(dialect.line_terminator)
        self._end = re.compile(ends)
        self._line = re.compile(rf"(?:(?!{ends}).)*", re.DOTALL)
        self._cell = re.compile(self._cell_pattern(dialect), re.DOTALL)
        self._unescape = re.compile(re.escape(escape) + "(.)", re.DOTALL) if escape else None

    def _cell_pattern(self, dialect: Dialect) -> str:
        q, e = re.escape(self._quote), re.escape(self._escape)
        ends = "\r\n" if self._usual_ends else dialect.line_terminator[0]
        special = "".join(map(re.escape, [self._delimiter, *ends, self._quote, self._escape]))
        spaces = " *" if dialect.skip_initial_space else ""
        escaped = f"|{e}." if e else ""
        plain = f"((?:[^{special}]++{escaped})*+)"
        if not q:
            return f"{spaces}(?:(?!)()|{plain})"
        doubled = f"|{q}{q}" if self._doubled else ""
        return f"{spaces}(?:{q}((?:[^{q}{e}]++{escaped}{doubled})*+){q}|{plain})"

    def split(
        self,
        text: str,
        at_end: bool,
        enough: Callable[[list[Record | None]], bool] | None = None,
    ) -> Split:
        """The records of a text, up to the first bad quotation mark or until there are enough.

        Unless `at_end`, a record that the text does not close is left for later.
        """
        records: list[Record | None] = []
        record: Record = []
        at = begun = 0
        while (at < len(text) or record) and not (enough and enough(records)):
            if self._comment and not record and text.startswith(self._comment, at):
                line = self._line.match(text, at)
                assert line is not None  # it matches the empty string
                at = line.end()
                end = self._end.match(text, at)
                if end is None and not at_end:
                    break
                if self._usual_ends and "\r" in line[0]:
                    return Split(records, begun, (len(records), "table.quote", _LONE_RETURN))
                at = begun = end.end() if end else at
                records.append(None)
                continue
            cell = self._cell.match(text, at)
            assert cell is not None  # its second branch matches the empty string
            record.append(self._value(cell))
            at = cell.end()
            if text.startswith(self._delimiter, at):
                at += 1
                if at == len(text) and not at_end:
                    break
                continue  # a cell follows, be it empty and at the very end
            end = self._end.match(text, at)
            if end is None and (at < len(text) or not at_end):
                if not at_end and self._may_go_on(text, at, cell):
                    break
                return Split(records, begun, (len(records), "table.quote", self._fault(text, cell)))
            at = begun = end.end() if end else at
            records.append(record)
            record = []
        return Split(records, begun)

    def _value(self, cell: re.Match[str]) -> str:
        quoted, plain = cell.groups()
        value: str = plain if quoted is None else quoted
        if quoted is not None and self._doubled:
            value = value.replace(self._quote * 2, self._quote)
        return self._unescape.sub(r"\1", value) if self._unescape else value

    def _may_go_on(self, text: str, at: int, cell: re.Match[str]) -> bool:
        """Whether more text could make a whole record of what a text ends with."""
        if cell[1] is None and not cell[2] and self._opens(text, at):
            return True
        rest = text[at:]
        return self._terminator.startswith(rest) or rest == self._escape

    def _opens(self, text: str, at: int) -> bool:
        return bool(self._quote) and text.startswith(self._quote, at)

    def _fault(self, text: str, cell: re.Match[str]) -> str:
        at = cell.end()
        near = repr(text[max(0, at - 20) : at + 20])
        if cell[1] is not None:
            return f"text after a closing quotation mark, near {near}"
        if self._opens(text, at):
            if cell[2]:
                return f"a quotation mark inside an unquoted cell, near {near}"
            return f"a quotation mark is never closed; it opens near {near}"
        if text.startswith("\r", at):
            return _LONE_RETURN
        return f"a character that must be quoted or escaped, near {near}"
