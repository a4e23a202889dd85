"""Cite a package, whole or row by row: where it lies, what its rows say, in which format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from smartcity_case.citation import write_citation
from smartcity_case.citation.described import describe
from smartcity_case.citation.values import CitedRow, CitedSpan
from smartcity_case.content import read_package
from smartcity_case.dataset import Dataset, open_dataset
from smartcity_case.errors import NotFound, UnreadablePackage
from smartcity_case.rowid import RowReference
from smartcity_case.storage import Files, embedded_root, package_root

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from smartcity_case.citation.values import Citation


def cite(
    package: Dataset | str | os.PathLike[str] | None = None,
    rows: str | RowReference | Iterable[str | RowReference] = (),
    format: str = "text",  # noqa: A002
    *,
    language: str = "",
) -> str:
    """How a data package, or some of its rows, is cited.

    `package` is a loaded package or the path of one; without it the embedded
    release is meant. `rows` are references (`TABLE/KEY`, `TABLE/KEY:COLUMN`, or
    either with `NAME@VERSION#` before it). `format` is one of `text`, `apa`,
    `chicago`, `bibtex`, `biblatex`, `ris`, `csl-json`, and for the package as a
    whole `cff`, `datacite`, `zenodo`, `codemeta`. `language` chooses one of the
    translations of the title (`de`). The text ends with a line end.

    Raises PackageNotFound or UnreadablePackage, and NotFound for a row, format
    or language that there is not.

    >>> print(cite(format="apa").splitlines()[0])
    The smartcity-case project. (2026). Smart City Duisburg: a coded news article, \
every row traced to its words (Version 1.0.0) [Data set].
    """
    return write_citation(citation_of(package, rows, language=language), format)


def citation_of(
    package: Dataset | str | os.PathLike[str] | None = None,
    rows: str | RowReference | Iterable[str | RowReference] = (),
    *,
    language: str = "",
) -> Citation:
    """As `cite`, the value of which every format is written."""
    wanted = [rows] if isinstance(rows, str | RowReference) else list(_references(rows))
    if isinstance(package, Dataset):
        data, described = package, package.package
    else:
        files = Files(embedded_root() if package is None else package_root(package))
        if not wanted:  # the descriptor is enough, whatever its tables are like
            return _in(describe(read_package(files)), language)
        data = Dataset(open_dataset(files))
        described = data.package
    cited = dict.fromkeys(_resolved(data, row) for row in wanted)
    return replace(_in(describe(described), language), rows=tuple(cited))


def _references(rows: Iterable[str | RowReference]) -> Iterator[str | RowReference]:
    if not isinstance(rows, Iterable):
        raise TypeError(f"rows are a list of references like 'TABLE/KEY', not {rows!r}")
    for row in rows:
        if not isinstance(row, str | RowReference):
            raise TypeError(f"a row is a reference like 'TABLE/KEY' or a RowReference, not {row!r}")
        yield row


def _in(citation: Citation, language: str) -> Citation:
    """The citation with the title of a language, and the description if there is one."""
    titles, descriptions = dict(citation.titles), dict(citation.descriptions)
    wanted = next((each for each in titles if each.lower() == language.lower()), "")
    if language.lower() in ("", citation.language.lower()):
        return citation
    if not wanted:
        known = ", ".join(titles) or "none"
        raise NotFound(f"the descriptor has no title in {language!r}; its translations: {known}")
    return replace(
        citation,
        title=titles.pop(wanted),
        description=descriptions.pop(wanted, citation.description),
        titles=tuple(titles.items()),
        descriptions=tuple(descriptions.items()),
        language=wanted,
    )


def _resolved(data: Dataset, row: str | RowReference) -> CitedRow:
    """A row with its spans, as the release that it is in names it."""
    asked = RowReference.parse(row) if isinstance(row, str) else row
    asked.hold_to(data.package.name, data.version)
    data.record(asked.table, asked.key)  # there is such a row
    spans = tuple(_spans(data, asked))
    return CitedRow(replace(asked, name=data.package.name, version=data.version), spans)


def _spans(data: Dataset, row: RowReference) -> Iterator[CitedSpan]:
    for column, found, trace in data.spans_of(row.table, row.key, row.column):
        if trace is None:
            yield CitedSpan(column, found.source, *found.span)
            continue
        if trace.verdict != "exact":
            raise UnreadablePackage(
                f"{row.short}: {trace.verdict}: the words in {column!r} do not stand at "
                f"{trace.span.start} to {trace.span.end} of {trace.source}; only rows whose words "
                "do are cited; `smartcity-case validate` says more"
            )
        yield CitedSpan(column, trace.source, *trace.span, trace.exact)
