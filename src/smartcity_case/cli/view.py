"""`view`: a page on which a package is looked at, in a browser."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from smartcity_case.cli.shared import (
    OK,
    Commands,
    Outcome,
    add_command,
    add_sources,
    ended,
    progress_bar,
    refuse_output,
    setting,
    sources_of,
    threads,
)
from smartcity_case.errors import SmartcityCaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.report import Report


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "view",
        "Write a page of a package, its texts and rows side by side, and open it in the browser.",
        "smartcity-case view\n"
        "  smartcity-case view path/to/package -o page.html --no-open\n"
        "  smartcity-case view path/to/corpus --text 'letters/18*'",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "path",
        metavar="PATH",
        nargs="?",
        help="a folder, or its datapackage.json (the embedded release)",
    )
    what.add_argument("--case", action="store_true", help="the embedded release")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write it there, whole or not at all (NAME-VERSION.html, in the working directory)",
    )
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.add_argument(
        "--text",
        metavar="NAME",
        action="append",
        default=[],
        help="of many texts only this one, and the rows that refer to it; * and ? stand for "
        "letters; may be repeated",
    )
    add_sources(parser)
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        type=setting,
        default=[],
        help="how it is shown (docs/viewer.md); may be repeated; an empty VALUE takes a usual "
        "one away",
    )
    parser.add_argument(
        "--open",
        action=argparse.BooleanOptionalAction,
        help="open it in the browser (if the output is a terminal)",
    )
    parser.add_argument("--threads", metavar="N", type=threads, help="how many to use")
    parser.add_argument("--quiet", action="store_true", help="no progress, no closing words")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Write the page; findings are on it, and do not keep it from being written."""
    from smartcity_case.case import open_files, view
    from smartcity_case.viewed import file_name

    if arguments.output in ("", "-"):
        raise SmartcityCaseError("--output: give the name of a file (./- if it is called -)")
    refuse_output(arguments.output, arguments.force)
    files = open_files(arguments.path, sources_of(arguments))
    out = arguments.output or file_name(files)
    refuse_output(out, arguments.force)
    with progress_bar(arguments.quiet) as progress:
        viewed = view(
            files,
            out,
            texts=arguments.text,
            options=dict(arguments.set),
            force=arguments.force,
            threads=arguments.threads,
            progress=progress,
        )
    opened = _wanted(arguments.open) and _opened(out)
    return OK, () if arguments.quiet else ended(_closing(out, opened, viewed.report, arguments))


def _wanted(asked: bool | None) -> bool:
    """Whether it is to be opened: a person is there, or asks for it."""
    return sys.stdout.isatty() and not os.environ.get("CI") if asked is None else asked


def _opened(out: str) -> bool:
    """Open a page in the browser of the machine, if it has one with windows."""
    import webbrowser
    from pathlib import Path

    try:
        browser = webbrowser.get()
        # One for terminals runs no script, and would take the terminal.
        if type(browser) is webbrowser.GenericBrowser:
            return False
        return browser.open(Path(out).resolve().as_uri())
    except webbrowser.Error:
        return False


def _closing(
    out: str, opened: bool, report: Report, arguments: argparse.Namespace
) -> Iterator[str]:
    from smartcity_case.render.text import totals
    from smartcity_case.render.words import printable

    yield f"written: {printable(out)}"
    yield "opened in the browser" if opened else "open it in a browser; it needs no network"
    if report.findings or report.skipped:
        which = printable(arguments.path) if arguments.path else "--case"
        yield f"{totals(report)}; smartcity-case validate {which} lists them"
