"""The words of rows in their texts: one row's, or those of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, overload

from smartcity_case.render.display.passages import passages_html, passages_text
from smartcity_case.render.display.trace import trace_html, trace_text

if TYPE_CHECKING:
    from smartcity_case.checks.trace import Verdict
    from smartcity_case.text import Span


@dataclass(frozen=True)
class Trace:
    """A row's words in their text.

    `exact` are the words of the row; `verdict` says whether they stand at
    `span` in the source. `sentence` is the stretch of whole sentences that
    holds the span, `before` and `after` are the context on both sides.
    `candidates` are where the words stand if not at `span`, `reference` is the
    name of the row in a paper, `language` that of the text, and `rights` what
    is stated of the rights in it; they are "" if nothing says so. A notebook
    shows it with the words marked; `print` does so in a terminal.
    """

    table: str
    key: str
    source: str
    span: Span
    exact: str
    verdict: Verdict
    sentence: str
    sentence_span: Span
    before: str
    after: str
    candidates: tuple[Span, ...] = field(default=(), repr=False)
    reference: str = field(default="", repr=False)
    language: str = field(default="", repr=False)
    rights: str = field(default="", repr=False)

    @property
    def marked(self) -> str:
        """The sentence with the words of the row between `[` and `]`."""
        return self.mark("[", "]")

    def mark(self, opening: str, closing: str) -> str:
        """The sentence with the words of the row between two marks."""
        before, words, after = self.parts
        return f"{before}{opening}{words}{closing}{after}"

    @property
    def parts(self) -> tuple[str, str, str]:
        """The sentence: before the span, what stands there, and behind it."""
        start = self.span.start - self.sentence_span.start
        end = self.span.end - self.sentence_span.start
        return self.sentence[:start], self.sentence[start:end], self.sentence[end:]

    @property
    def label(self) -> str:
        """The name of the row within the package: `TABLE/KEY`."""
        return self.reference.rpartition("#")[2]

    def __str__(self) -> str:
        """The row, its verdict, and the marked sentence.

        It is the same everywhere: a string may go into a file, in which the
        orders for a terminal that make words bold would be noise.
        """
        return trace_text(self)

    def _repr_html_(self) -> str:
        return trace_html(self)


@dataclass(frozen=True, repr=False)
class Passages(Sequence[Trace]):
    """The words of several rows, each in its text: a sequence of `Trace`, in the order selected.

    `without` is the number of rows that have no such words, `withheld` that of
    the rows whose text is withheld; neither is in the sequence.

    >>> import smartcity_case as sc
    >>> sc.load().passages("claims", ["c024"])
    claims, exact: 1 passage in 1 text, all exact
    claims/c024: exact, article 1418 to 1498
      [Der Umfang und die Offenheit der Kollaboration sorgten hier jedoch für Unbehagen].
    """

    table: str
    column: str
    traces: tuple[Trace, ...]
    without: int = 0
    withheld: int = 0

    @overload
    def __getitem__(self, at: int) -> Trace: ...
    @overload
    def __getitem__(self, at: slice) -> Passages: ...
    def __getitem__(self, at: int | slice) -> Trace | Passages:
        """A trace by its place, or a part of the passages."""
        if isinstance(at, slice):
            return replace(self, traces=self.traces[at], without=0, withheld=0)
        return self.traces[at]

    def __len__(self) -> int:
        return len(self.traces)

    def __repr__(self) -> str:
        return passages_text(self)

    def _repr_html_(self) -> str:
        return passages_html(self)
