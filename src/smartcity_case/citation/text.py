"""A citation to be read: what to write into a list of references, and into the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.citation.apa import apa_dataset, apa_source, in_text
from smartcity_case.citation.words import span_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.citation.values import Citation, CitedRow


def cite_text(citation: Citation) -> str:
    """The references in APA, and for each row its identifier, its place and its words."""
    return "\n".join(_lines(citation)) + "\n"


def _lines(citation: Citation) -> Iterator[str]:
    yield apa_dataset(citation)
    if citation.sources:
        alone = len(citation.sources) == 1
        which = "Source (cite it" if alone else "Sources (cite them"
        yield f"\n{which} for what {'it says' if alone else 'they say'}):"
        yield from map(apa_source, citation.sources)
    for row in citation.rows:
        yield from _row(citation, row)


def _row(citation: Citation, row: CitedRow) -> Iterator[str]:
    yield f"\n{row.reference}"
    yield f"  in the text: ({in_text(citation)}, {row.reference.short})"
    yield from (f"  {span_line(span)}" for span in row.spans)
