"""`export`: a package in a format in which others work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.cli.shared import (
    FINDINGS,
    OK,
    Commands,
    Outcome,
    add_command,
    add_package,
    ended,
    progress_bar,
    setting,
    sources_of,
    threads,
    told,
)
from smartcity_case.errors import InvalidPackage, SmartcityCaseError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from smartcity_case.exported import Exported


def add(commands: Commands) -> None:
    """Add the command."""
    from smartcity_case.exporters import FORMATS

    parser = add_command(
        commands,
        "export",
        "Write a valid package in a format in which others work.",
        "smartcity-case export csv-safe case-for-spreadsheets --set delimiter=semicolon\n"
        "  smartcity-case export csv-safe --explain",
    )
    parser.add_argument(
        "format", metavar="FORMAT", nargs="?", choices=tuple(FORMATS), help=", ".join(FORMATS)
    )
    parser.add_argument("out", metavar="OUT", nargs="?", help="the file or folder to write")
    parser.add_argument(
        "--explain",
        action="store_true",
        help="write nothing; tell what comes out, what is lost, how it is opened",
    )
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        type=setting,
        default=[],
        help="an option of the format; may be repeated; an empty VALUE takes a usual one away",
    )
    add_package(parser)
    parser.add_argument(
        "--accept", choices=("unverifiable",), help="accept that withheld texts cannot be checked"
    )
    parser.add_argument("--force", action="store_true", help="write over files that are there")
    parser.add_argument("--threads", metavar="N", type=threads, help="how many to use")
    parser.add_argument("--quiet", action="store_true", help="no progress, no closing words")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Validate the package and write it, or explain a format."""
    if arguments.explain:
        return OK, ended(_explained(arguments))
    from smartcity_case.case import export

    if arguments.format is None or arguments.out is None:
        raise SmartcityCaseError("give FORMAT and OUT; `smartcity-case export --explain` lists")
    try:
        with progress_bar(arguments.quiet) as progress:
            done = export(
                arguments.package,
                arguments.format,
                arguments.out,
                options=dict(arguments.set),
                sources=sources_of(arguments),
                accept_unverifiable=arguments.accept is not None,
                force=arguments.force,
                threads=arguments.threads,
                progress=progress,
            )
    except InvalidPackage as error:
        return FINDINGS, told(error.report, ["nothing is written, since the package is not valid"])
    return OK, () if arguments.quiet else ended(_closing(done))


def _closing(done: Exported) -> Iterator[str]:
    count = len(done.files)
    what = f"{count} files in {done.out}" if done.files != ("",) else done.out
    yield f"written: {what}"
    for note in done.notes:
        yield f"not carried as it was: {note}"
    yield f"what this format has no place for: smartcity-case export {done.format} --explain"


def _explained(arguments: argparse.Namespace) -> Iterator[str]:
    from smartcity_case.exporters import FORMATS, exporter
    from smartcity_case.render.formats import explain

    if arguments.format is not None:
        from smartcity_case.case.exports import DEFAULTS

        usual = DEFAULTS.get(arguments.format, {})
        yield from explain(exporter(arguments.format).FORMAT, usual)
        return
    width = max(map(len, FORMATS))
    for name in FORMATS:
        yield f"{name:<{width}}  {exporter(name).FORMAT.title}"
