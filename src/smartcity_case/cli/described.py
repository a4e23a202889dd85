"""What the help of the commands says, as values: the page of the docs is made of them."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING, Final

from smartcity_case.render.commands import Command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GUIDES: Final = {
    "validate": "validation.md",
    "tables": "loading.md",
    "show": "loading.md",
    "cite": "citing.md",
    "view": "viewer.md",
    "docs": "data-dictionary.md",
    "export": "export.md",
    "new": "anchor.md",
    "anchor": "anchor.md",
    "ground": "anchor.md",
    "reanchor": "reanchor.md",
    "diff": "diff.md",
    "withhold": "withhold.md",
    "restore": "withhold.md",
    "build": "corrections.md",
}
"""The page of the docs on which a command is explained, for each of them."""


def described(names: Sequence[str]) -> list[Command]:
    """The commands of these names, as their parsers describe them."""
    commands = argparse.ArgumentParser(prog="smartcity-case").add_subparsers()
    return [_described(commands, name) for name in names]


def _described(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str) -> Command:
    import_module(f"smartcity_case.cli.{name}").add(commands)
    parser = commands.choices[name]
    actions = [action for action in parser._actions if action.dest != "help"]
    return Command(
        name=name,
        purpose=commands._choices_actions[-1].help or "",
        about=parser.description or "",
        usage=tuple(_usage(parser, actions)),
        arguments=tuple((_ways(action), _help(action)) for action in actions),
        example="\n".join(line.strip() for line in (parser.epilog or "").splitlines()[1:]),
        guide=GUIDES[name],
    )


def _help(action: argparse.Action) -> str:
    return (action.help or "") % {**vars(action), "prog": "smartcity-case"}


def _usage(parser: argparse.ArgumentParser, actions: Sequence[argparse.Action]) -> Iterator[str]:
    """The pieces of a call; alternatives are one piece, where the first of them stands."""
    groups = {
        id(action): group
        for group in parser._mutually_exclusive_groups
        for action in group._group_actions
    }
    for action in actions:
        group = groups.get(id(action))
        if group is None:
            yield _piece(action, action.required)
        elif action is group._group_actions[0]:
            choice = " | ".join(_piece(other, True) for other in group._group_actions)
            yield f"({choice})" if group.required else f"[{choice}]"


def _piece(action: argparse.Action, given: bool) -> str:
    """An argument in a call; what need not be given stands in brackets."""
    if isinstance(action, argparse.BooleanOptionalAction):
        written = " | ".join(action.option_strings)
    elif action.option_strings:
        written = _ways(action)[0]
    else:
        written = _metavar(action)
        if action.nargs in ("*", "+"):
            return f"{written} [{written} …]" if action.nargs == "+" else f"[{written} …]"
    return written if given else f"[{written}]"


def _ways(action: argparse.Action) -> tuple[str, ...]:
    """Each way of writing an argument, the long ones first."""
    if not action.option_strings:
        return (_metavar(action),)
    value = "" if action.nargs == 0 else f" {_metavar(action)}"
    ways = sorted(action.option_strings, key=lambda way: not way.startswith("--"))
    return tuple(way + value for way in ways)


def _metavar(action: argparse.Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar
    if action.choices is not None:
        return "{" + ",".join(map(str, action.choices)) + "}"
    return action.dest.upper() if action.option_strings else action.dest
