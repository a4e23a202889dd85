"""What is told of the formats of exports: on a terminal, and as a page of the docs."""

from __future__ import annotations

from textwrap import TextWrapper, wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from smartcity_case.exporters.format import Format

_WIDTH = 88


def explain(about: Format, usual: Mapping[str, str]) -> Iterator[str]:
    """The lines that a terminal shows of one format; `usual` is set for the embedded release."""
    yield f"{about.name}: {about.title}"
    yield ""
    yield from wrap(about.writes, _WIDTH)
    yield ""
    yield "What it has no place for:"
    yield from _listed(about.loses)
    if about.options:
        yield ""
        yield "Options (--set NAME=VALUE):"
        yield from _listed(f"{name}: {meaning}" for name, meaning in about.options.items())
    if usual:
        yield ""
        yield f"{_USUAL}:"
        yield from _listed(f"{name}={value}" for name, value in usual.items())
    yield ""
    yield f"smartcity-case export {about.name} {about.example}"
    yield ""
    yield from about.opened.splitlines()


def _listed(items: Iterable[str]) -> Iterator[str]:
    for item in items:
        yield from wrap(item, _WIDTH, initial_indent="- ", subsequent_indent="  ")


def formats_page(
    formats: Iterable[Format], table: str, usual: Mapping[str, Mapping[str, str]]
) -> str:
    """A page in Markdown on formats, in which `table` is the table of the examples.

    `usual` are the options that are set for the embedded release, by format.
    """
    listed = list(formats)
    lines = [*_HEAD.splitlines(), "", "| format | what it is | read back in the tests by |"]
    lines.append("|---|---|---|")
    lines += [f"| [`{f.name}`](#{f.name}) | {f.title} | {f.read_by} |" for f in listed]
    for about in listed:
        lines += ["", f"## {about.name}", "", *_PROSE.wrap(about.writes)]
        if about.needs_texts:
            lines += ["", "It holds the texts: a package that withholds them needs `--source`."]
        lines += ["", "It has no place for:", ""]
        for lost in about.loses:
            lines += _ITEM.wrap(lost)
        if about.options:
            lines += ["", "Options (`--set NAME=VALUE`):", ""]
            for name, meaning in about.options.items():
                lines += _ITEM.wrap(f"`{name}`: {meaning}")
        if set_here := usual.get(about.name):
            lines += ["", f"{_USUAL}:", ""]
            lines += [f"- `{name}={value}`" for name, value in set_here.items()]
        lines += ["", "```console", f"$ smartcity-case export {about.name} {about.example}", "```"]
        lines += ["", "```python", *about.opened.replace("TABLE", table).splitlines(), "```"]
    return "\n".join(lines) + "\n"


_USUAL = "Set for the embedded release, unless another value is given (or an empty one, NAME=)"
_PROSE = TextWrapper(100, break_long_words=False, break_on_hyphens=False)
_ITEM = TextWrapper(
    100,
    initial_indent="- ",
    subsequent_indent="  ",
    break_long_words=False,
    break_on_hyphens=False,
)

_HEAD = """\
# Exports

Made by `smartcity-case build`. A package is validated, and then written in a format in which others
work: `smartcity-case export FORMAT OUT` for the embedded release, with `--package PATH` for any
other; in Python `sc.export(package, format, out)`. OUT is written as a whole or not at all, and
nothing is written over without `--force`. What is invalid is not written. Columns have the types of
their schema; missing values are null. A value that would not be the same in its type (an integer of
more than 64 bits, a number with more digits than a double holds) makes a column of text of its
column, and the command says so, as it says everything else of the package that the format could not
carry as it was. What a format never carries stands here, and in `smartcity-case export FORMAT
--explain`.

Rights travel with the words. An export that holds the words of a text, or the text, is under the
rights of that text as far as it holds them, whatever the licence of the codes is.

The Python of each section opens what the command above it wrote; the tests run it."""
