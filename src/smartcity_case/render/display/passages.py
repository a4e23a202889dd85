"""The words of several rows, each in its sentence: as HTML, and as lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smartcity_case.render.display.style import lang, output, safe, terminal
from smartcity_case.render.display.trace import (
    at,
    marked_html,
    trace_lines,
    verdict_html,
    words_html,
)
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.traces import Passages, Trace

SHOWN: Final = 50
"""How many passages are shown; how many more there are is told."""


def _shown(passages: Passages) -> list[Trace]:
    """The first of them, text by text, as they stand in each."""
    texts = {name: place for place, name in enumerate(dict.fromkeys(t.source for t in passages))}
    return sorted(passages, key=lambda t: (texts[t.source], t.span))[:SHOWN]


def _label(trace: Trace) -> str:
    """The name of the row; which of its spans it is about stands above all of them."""
    return trace.label.partition(":")[0]


def _told(passages: Passages) -> Iterator[str]:
    """What is not shown."""
    more = len(passages) - SHOWN
    if more > 0:
        yield f"{counted(more, 'more passage')}; a slice or a selection of rows shows them"
    if passages.without:
        yield f"{counted(passages.without, 'row')} without such words"
    if passages.withheld:
        yield (
            f"{counted(passages.withheld, 'row')} whose text is withheld: load the package with "
            "`sources`"
        )


def _head(passages: Passages) -> str:
    texts = len({trace.source for trace in passages})
    count = f"{counted(len(passages), 'passage')} in {counted(texts, 'text')}"
    faults = sum(trace.verdict != "exact" for trace in passages)
    verdict = f"{faults} not exact" if faults else "all exact"
    return f"{passages.table}, {passages.column}: {count}{', ' + verdict if len(passages) else ''}"


def passages_text(passages: Passages) -> str:
    """Passages for a terminal, or any plain file."""
    lines = [terminal(_head(passages))]
    for trace in _shown(passages):
        (head, *sentence) = trace_lines(trace)
        lines += [f"{terminal(_label(trace))}: {head}", *sentence]
    return "\n".join([*lines, *(f"({told})" for told in _told(passages))])


def passages_html(passages: Passages) -> str:
    """Passages for a notebook: a row of a table for each."""
    shown = _shown(passages)
    rows = "".join(map(_row, shown))
    head = "".join(f'<th scope="col">{name}</th>' for name in ("row", "words in their sentence", "place"))  # noqa: E501  # fmt: skip
    table = (
        f"<table><caption>{safe(_head(passages))}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
    rights = dict.fromkeys(trace.rights for trace in shown if trace.rights)
    return output(
        table,
        *(f"<p>{safe(told)}.</p>" for told in _told(passages)),
        *(f'<p class="quiet">Rights in the text: {safe(told)}</p>' for told in rights),
    )


def _row(trace: Trace) -> str:
    passage = f'<div class="passage"{lang(trace.language)}>{marked_html(trace)}</div>'
    if trace.verdict != "exact":
        passage = f"<p>{words_html(trace)}</p>{passage}<p>{verdict_html(trace)}.</p>"
    return (
        f'<tr><th scope="row"><code>{safe(_label(trace))}</code></th><td>{passage}</td>'
        f'<td class="whole">{safe(trace.source)} {at(trace.span)}</td></tr>'
    )
