"""From words to offsets: of one passage, and of rows in memory.

Offsets are computed from the words, never counted. A match that is not the
only one is refused, with its candidates; nothing is matched by likeness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import pyarrow as pa

from smartcity_case.authoring.anchoring.rows import KNOWN_BY, Anchored, Row, lines, match_rows, told
from smartcity_case.errors import AbsentWords, AmbiguousWords, NotFound
from smartcity_case.report import Check, Location, Report
from smartcity_case.table import cell_text
from smartcity_case.tabular import Rows, as_rows, chosen, is_frame, names_of, text_pairs
from smartcity_case.text import Source, Span, occurrences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smartcity_case.authoring.anchoring.offsets import Evidence
    from smartcity_case.inmemory import Given, Texts

_NAME = "rows"
PART = "part"


@overload
def anchor(
    text: str, exact: str, prefix: str = "", suffix: str = "", within: Span | None = None
) -> Span: ...
@overload
def anchor(text: Given, exact: Texts, /, **options: Any) -> AnchorReport: ...
def anchor(  # type: ignore[misc]  # of rows, the two are given by their places
    text: Any,
    exact: Any,
    prefix: str = "",
    suffix: str = "",
    within: Span | None = None,
    **options: Any,
) -> Any:
    """The span (code points, half-open) of `exact` in `text`.

    `prefix` and `suffix` are the characters that stand directly before and
    after the words (W3C Web Annotation, TextQuoteSelector); they decide
    between several matches. `within` limits the search to a span.

    With rows in the place of the text, `anchor(rows, texts)` is `anchor_rows`, which also
    takes the names of columns.

    Raises AbsentWords if the words stand nowhere, and AmbiguousWords with the
    candidates if they stand at more than one place.

    >>> anchor("die Stadt, in der Stadt", "Stadt", prefix="der ")
    Span(start=18, end=23)
    """
    if not isinstance(text, str):
        context = {"prefix": prefix, "suffix": suffix}
        return anchor_rows(text, exact, **{k: v for k, v in context.items() if v}, **options)
    if options:
        raise TypeError(f"anchor() of one text takes no {', '.join(options)}")
    if not exact:
        raise AbsentWords("the words are empty")
    low, high = (within.start, within.end) if within else (0, len(text))
    candidates = [
        Span(hit.start + len(prefix), hit.end - len(suffix))
        for hit in occurrences(text, prefix + exact + suffix)
    ]
    candidates = [span for span in candidates if low <= span.start and span.end <= high]
    if not candidates:
        raise AbsentWords(f"{prefix + exact + suffix!r} does not stand in the text")
    if len(candidates) > 1:
        raise AmbiguousWords(
            f"{prefix + exact + suffix!r} stands {len(candidates)} times in the text, at "
            + ", ".join(str(span.start) for span in candidates)
            + "; give a prefix or a suffix",
            candidates,
        )
    return candidates[0]


@dataclass(frozen=True, repr=False)
class AnchorReport(Report):
    """What became of rows: a report, and the rows with their offsets.

    `rows` has the form of those that were given: a DataFrame of pandas, an Arrow table,
    or a list of dicts. `refused` are the numbers of those without a place, from 1.
    `evidence` says how their offsets were read, if that was to be decided.
    """

    rows: Any = None
    refused: tuple[int, ...] = ()
    evidence: Evidence | None = None


_ROLES = ("source", "start", "end", "exact", "prefix", "suffix")


def anchor_rows(
    rows: Given,
    texts: Texts,
    *,
    source: str = "source",
    start: str = "start",
    end: str = "end",
    exact: str = "exact",
    prefix: str = "prefix",
    suffix: str = "suffix",
    key: str | None = None,
    tiers: Sequence[str] = (),
    offsets: str = "codepoint",
) -> AnchorReport:
    """Fill the offsets of rows from their words.

    `rows` is a table or a list of records; `texts` is one text, a mapping from keys to
    texts, or a table with two columns, key and text (as for `check_spans`). The next
    arguments name columns; one that has its usual name may be missing. `source` says
    which text a row refers to, unless there is one text. `start` and `end`, if a row
    has them, are where the words are, or roughly; they count as `offsets` says:
    `codepoint`, `utf16`, `utf8`, or `auto`, which decides by the rows that have words.
    `prefix` and `suffix` stand directly beside the words.

    `tiers` are normalisations, any of `space`, `typography`, `unicode`, `hyphens`,
    `case`: without any, words are found as they are or not at all. The rows that come out
    have `start` and `end` (code points, half-open), the words of the text in `exact`, what
    the row had there in `exact_given` if that was something else, in `exact_anchored_by` how
    they were found, and in `part` the number of a part, if a quotation with an ellipsis became
    several rows (in `exact_part`, if the rows have a column `part` that numbers nothing). A
    row that stands nowhere or at several places keeps its words, has no offsets, and is an
    error in the report. Row numbers count from 1.

    Raises NotFound if a column is not there, ValueError or TypeError for arguments that
    make no sense, AnchorError if `auto` cannot be decided.

    >>> report = anchor_rows([{"exact": "zorro"}, {"exact": "lobo"}], "El zorro duerme.")
    >>> report.rows[0]["start"], report.rows[0]["end"], report.refused
    (3, 8, (2,))
    """
    named = dict(zip(_ROLES, (source, start, end, exact, prefix, suffix), strict=True))
    given = as_rows(rows)
    there = set(names_of(given))
    beside = (f"{exact}_given", f"{exact}_anchored_by")
    more = [name for name in (*beside, PART) if name in there]
    held = _columns(given, named, [*([key] if key else []), *more])
    sources = {name: Source(name, text) for name, text in text_pairs(texts)}
    blank = [""] * len(given)
    asked = [*(named[role] for role in (*KNOWN_BY, "source")), *beside]
    columns = [held.get(name, blank) for name in asked]
    known = [_row(cells, sources) for cells in zip(*columns, strict=True)]
    matches = match_rows(known, tiers, offsets)
    keys = held.get(key or "", [])

    def where(number: int) -> Location:
        return Location(_NAME, row=number + 1, key=keys[number] if keys else "", field=exact)

    made = lines(known, matches)
    return AnchorReport(
        package=_NAME,
        version="",
        findings=tuple(sorted(told(known, matches, where))),
        ran=(Check(f"anchor {exact}", _NAME),),
        skipped=(),
        rows=_filled(given, made, named, held),
        refused=tuple(n for n, match in enumerate(matches.found, 1) if not match.spans),
        evidence=matches.evidence,
    )


def _columns(given: Any, named: Mapping[str, str], more: Sequence[str]) -> dict[str, list[str]]:
    """The cells of the columns that are named, and of more, as they are shown."""
    there = set(names_of(given))
    if len(given) and named["exact"] not in there and not {named["start"], named["end"]} <= there:
        raise NotFound(f"the rows have no column {named['exact']!r}; they have {sorted(there)}")
    wanted = [name for role, name in named.items() if name in there or name != role]
    wanted = [name for name in [*wanted, *more] if len(given)]
    part = Rows(given, wanted).part(0, len(given)) if wanted else {}
    return {name: list(map(cell_text, column.values())) for name, column in part.items()}


def _row(cells: tuple[str, ...], sources: Mapping[str, Source]) -> Row:
    name = cells[len(KNOWN_BY)]
    only = next(iter(sources.values())) if len(sources) == 1 and not name else None
    return Row(only or sources.get(name), *cells)


def _filled(
    given: Any, made: list[Anchored], named: Mapping[str, str], held: Mapping[str, list[str]]
) -> Any:
    """The rows with their new cells, in the form in which they were given."""
    exact = named["exact"]
    cells: dict[str, list[Any]] = {
        named["start"]: [line.start for line in made],
        named["end"]: [line.end for line in made],
        exact: [line.exact for line in made],
        f"{exact}_given": [line.given for line in made],
        f"{exact}_anchored_by": [line.how for line in made],
    }
    for role in ("prefix", "suffix"):
        if named[role] in held:
            cells[named[role]] = [getattr(line, role) for line in made]
    parts = held.get(PART, [""] * len(given))
    part = PART if all(map(str.isdecimal, filter(None, parts))) else f"{exact}_{PART}"
    if any(line.part for line in made):
        had = parts if part == PART else [""] * len(given)
        cells[part] = [line.part or int(had[line.row] or 0) or None for line in made]
    indices, numbers = [line.row for line in made], {named["start"], named["end"], part}
    if is_frame(given):
        frame = chosen(given, indices).reset_index(drop=True) if part in cells else given.copy()
        for name, values in cells.items():
            frame[name] = _series(values, "Int64" if name in numbers else "string", frame.index)
        return frame
    if isinstance(given, pa.Table | pa.RecordBatch):
        table = chosen(given, indices)
        table = pa.Table.from_batches([table]) if isinstance(table, pa.RecordBatch) else table
        for name, values in cells.items():
            kind = pa.int64() if name in numbers else pa.string()
            array = pa.array(values, kind)
            if name in table.column_names:
                table = table.set_column(table.column_names.index(name), name, array)
            else:
                table = table.append_column(name, array)
        return table
    return [
        {**given[index], **{name: values[n] for name, values in cells.items()}}
        for n, index in enumerate(indices)
    ]


def _series(values: list[Any], dtype: str, index: Any) -> Any:
    import pandas as pd

    return pd.Series(values, index=index, dtype=dtype)
