"""A row's words in their sentence: as HTML, and as lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.render.display.style import lang, output, safe, terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.text import Span
    from smartcity_case.traces import Trace

_SHOWN = 3
"""Other places of words that are named."""

MEANINGS = {
    "exact": "the words stand at this place",
    "moved": "the words do not stand at this place, but at another",
    "ambiguous": "the words do not stand at this place, but at several others",
    "absent": "the words stand nowhere in the text",
    "out-of-range": "the text has no such place",
}
"""What each verdict says."""


def at(span: Span) -> str:
    """A span in words."""
    return f"{span.start} to {span.end}"


def _elsewhere(trace: Trace) -> str:
    places = [at(place) for place in trace.candidates[:_SHOWN]]
    more = len(trace.candidates) - len(places)
    return " and ".join(places) + (f" and {more} more places" if more else "")


def trace_lines(trace: Trace, called: str = "", marks: tuple[str, str] = ("[", "]")) -> list[str]:
    """The lines that tell of a span: its verdict and place, and its sentence with the words marked.

    `called` is what the span is called by, if it is to be named; `marks` stand around the words.
    """
    head = f"{called}: " if called else ""
    where = f"{terminal(trace.source)} {at(trace.span)}"
    if trace.verdict != "exact":
        found = f", but at {_elsewhere(trace)}" if trace.candidates else ""
        words = terminal(repr(trace.exact))
        return [f"{head}{trace.verdict}: {words} is not at {where}{found}"]
    before, words, after = map(terminal, trace.parts)
    sentence = f"  {before}{marks[0]}{words}{marks[1]}{after}".replace("\n", "\n  ")
    return [f"{head}exact, {where}", sentence]


def trace_text(trace: Trace) -> str:
    """A trace for a terminal, or any plain file."""
    return "\n".join([terminal(trace.reference or trace.table), *trace_lines(trace)])


def marked_html(trace: Trace) -> str:
    """The sentence with what stands at the place of the row marked."""
    before, words, after = map(safe, trace.parts)
    mark = "<mark>" if trace.verdict == "exact" else '<mark class="bad">'
    return f"{before}{mark}{words}</mark>{after}" if words else before + after


def verdict_html(trace: Trace) -> str:
    """The verdict in words, with where the words stand if not at their place."""
    told = f"{trace.verdict}: {MEANINGS[trace.verdict]}"
    if trace.verdict == "exact":
        return told
    found = f" ({_elsewhere(trace)})" if trace.candidates else ""
    return f'<span class="bad-verdict">{told}{found}</span>'


def words_html(trace: Trace) -> str:
    """The words that a row claims to rest on, where they do not stand."""
    quoted = f"<q{lang(trace.language)}>{safe(trace.exact)}</q>"
    return f"The row's words: {quoted}. At its place stands what is marked below."


def trace_html(trace: Trace) -> str:
    """A trace for a notebook."""
    return output(*_parts(trace))


def _parts(trace: Trace) -> Iterator[str]:
    yield f"<p><code>{safe(trace.reference or trace.table)}</code></p>"
    if trace.verdict != "exact":
        yield f"<p>{words_html(trace)}</p>"
    yield f"<blockquote{lang(trace.language)}>{marked_html(trace)}</blockquote>"
    yield f"<p>{safe(trace.source)}, characters {at(trace.span)}. {verdict_html(trace)}.</p>"
    if trace.rights:
        yield f'<p class="quiet">Rights in the text: {safe(trace.rights)}</p>'
