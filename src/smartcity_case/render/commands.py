"""The page of the docs on the commands: what each is for, how it is called, where its guide is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING

from smartcity_case.render.markdown import code, plain, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WIDTH = 88


@dataclass(frozen=True)
class Command:
    """A command as its help tells of it.

    `purpose` is a line, `about` paragraphs with empty lines between; `usage` are the pieces of
    a call, of which none is broken over two lines; `arguments` are each the ways of writing it
    and its help; `guide` is a page, from the folder of the docs.
    """

    name: str
    purpose: str
    about: str
    usage: tuple[str, ...]
    arguments: tuple[tuple[tuple[str, ...], str], ...]
    example: str
    guide: str


def commands_page(program: str, commands: Sequence[Command]) -> str:
    r"""A page in Markdown on the commands of a program, the same with every version of Python.

    >>> sow = Command("sow", "Sow.", "Put seeds into a bed.", ("BED", "[--deep]"),
    ...               ((("BED",), "where"), (("--deep",), "a hand deep")),
    ...               "garden sow b1", "bed.md")
    >>> print(commands_page("garden", [sow]).split("## `sow`")[1].strip())
    Put seeds into a bed. Guide: [bed.md](bed.md).
    <BLANKLINE>
    ```text
    garden sow BED [--deep]
    ```
    <BLANKLINE>
    | argument | what it does |
    |---|---|
    | `BED` | where |
    | `--deep` | a hand deep |
    <BLANKLINE>
    For example:
    <BLANKLINE>
    ```text
    garden sow b1
    ```
    """
    lines = [*_HEAD.splitlines(), ""]
    listed = ((f"[`{c.name}`](#{c.name})", _prose(c.purpose)) for c in commands)
    lines += table(("command", "what it is for"), listed)
    for command in commands:
        lines += ["", *_section(program, command)]
    return "\n".join(lines) + "\n"


def _section(program: str, command: Command) -> Iterator[str]:
    yield f"## `{command.name}`"
    yield ""
    *paragraphs, last = map(_prose, command.about.split("\n\n"))
    for paragraph in paragraphs:
        yield paragraph
        yield ""
    yield f"{last} Guide: [{command.guide}]({command.guide})."
    yield ""
    yield from _block(_usage(f"{program} {command.name}", command.usage))
    yield ""
    rows = ((", ".join(map(code, ways)), _prose(told)) for ways, told in command.arguments)
    yield from table(("argument", "what it does"), rows)
    yield ""
    yield "For example:"
    yield ""
    yield from _block(command.example)


def _prose(text: str) -> str:
    """Text in one line; what stands between backticks is code."""
    pieces = re.split("`([^`]+)`", " ".join(text.split()))
    return "".join(code(p) if at % 2 else _spaced(p) for at, p in enumerate(pieces))


def _spaced(text: str) -> str:
    """Plain Markdown, with the spaces at both ends, which `plain` takes away."""
    inner = text.strip()
    return text.replace(inner, plain(inner)) if inner else text


def _block(text: str) -> list[str]:
    return ["```text", *text.splitlines(), "```"]


def _usage(start: str, pieces: Iterable[str]) -> str:
    """The pieces of a call in lines, further ones under the first."""
    held = " ".join(piece.replace(" ", "\N{NO-BREAK SPACE}") for piece in pieces)
    indent = " " * (len(start) + 1)
    filled = fill(
        f"{start} {held}",
        _WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return filled.replace("\N{NO-BREAK SPACE}", " ")


_HEAD = """\
# Commands

Made by `smartcity-case build` from what `smartcity-case COMMAND --help` says. What stands in square
brackets may be left out; of what a bar divides only one is given. `--help` works with every
command. Exit codes: 0 all is well, 1 an error or something not checked, 2 it could not be looked
at."""
