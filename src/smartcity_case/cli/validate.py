"""`validate`: check a data package, and tell what was found."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from smartcity_case.cli.shared import (
    FINDINGS,
    OK,
    Commands,
    Outcome,
    add_command,
    add_sources,
    engine,
    expect_machines,
    progress_bar,
    sources_of,
    threads,
)
from smartcity_case.errors import SmartcityCaseError
from smartcity_case.render import FORMATS

if TYPE_CHECKING:
    import argparse
    from collections import Counter
    from collections.abc import Iterable

    from smartcity_case.baseline import Known
    from smartcity_case.report import Report


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "validate",
        "Check a data package: descriptor, files, tables, keys, and every span.",
        "smartcity-case validate path/to/datapackage.json --format json\n"
        "  smartcity-case validate . --format junit --output report.xml --baseline known.json",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("path", metavar="PATH", nargs="?", help="a folder, or its datapackage.json")
    what.add_argument("--case", action="store_true", help="the embedded release")
    add_sources(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="of the report (text)")
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="write the report there, whole or not at all; - is standard output",
    )
    parser.add_argument(
        "--fail-on", choices=("warning", "error"), default="error", help="what exits with 1"
    )
    known = parser.add_mutually_exclusive_group()
    known.add_argument("--baseline", metavar="FILE", help="accept its findings, fail on new ones")
    known.add_argument(
        "--write-baseline", metavar="FILE", help="make a baseline of all findings, and accept them"
    )
    parser.add_argument(
        "--accept",
        choices=("unverifiable",),
        help="accept that withheld texts, and what depends on them, cannot be checked",
    )
    parser.add_argument(
        "--bad-rows", metavar="FILE", help="write the failing rows there, as CSV; a file, not -"
    )
    parser.add_argument(
        "--threads", metavar="N", type=threads, help="how many to use; of dask here, processes"
    )
    parser.add_argument(
        "--engine",
        metavar="ENGINE",
        type=engine,
        default=("threads", None),
        help="threads (of this process), or dask for processes of this machine, or "
        "dask=ADDRESS for the cluster of a scheduler (tcp://HOST:PORT)",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress, no closing words")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Check, and tell in the form that is asked for."""
    from smartcity_case.case import open_files, validate
    from smartcity_case.render import render
    from smartcity_case.writing import write_file

    if arguments.output == "-":
        arguments.output = None
    places = _places(arguments)
    known = _known(arguments.baseline)
    files = open_files(None if arguments.case else arguments.path, sources_of(arguments))
    with progress_bar(arguments.quiet) as progress:
        name, address = arguments.engine
        report = validate(
            files, threads=arguments.threads, progress=progress, engine=name, client=address
        )
    own = files.places() if places else set()
    for option, place in places.items():
        if place in own and option != "--baseline":
            raise SmartcityCaseError(f"{place}: {option} would write over a file of the package")
    if arguments.write_baseline is not None:
        from smartcity_case.baseline import make_baseline, write_baseline

        known = make_baseline(report)
        write_file(arguments.write_baseline, write_baseline(known))
    if known is not None:
        from smartcity_case.baseline import apply_baseline

        report = apply_baseline(report, known)
    if arguments.accept is not None:
        from smartcity_case.baseline import accept_unverifiable

        report = accept_unverifiable(report)
    if arguments.bad_rows is not None:
        from smartcity_case.failing import failing_lines

        write_file(arguments.bad_rows, failing_lines(files, report))
    fails = not report.ok or (arguments.fail_on == "warning" and report.warnings)
    code = FINDINGS if fails else OK
    pieces = render(report, arguments.format, _folder(arguments.path))
    if arguments.output is None:
        if arguments.format != "text":
            expect_machines()
        return code, pieces
    write_file(arguments.output, pieces)
    return code, () if arguments.quiet else _closing(report, arguments.output)


def _places(arguments: argparse.Namespace) -> dict[str, str]:
    """Where the files are that options name, which must be different ones."""
    places: dict[str, str] = {}
    for name in ("baseline", "write_baseline", "output", "bad_rows"):
        given, option = getattr(arguments, name), f"--{name.replace('_', '-')}"
        if given is None:
            continue
        if not given:
            raise SmartcityCaseError(f"{option}: the name of a file is empty")
        if given == "-":
            raise SmartcityCaseError(f"{option}: give the name of a file (./- if it is called -)")
        place = given if "\0" in given else os.path.realpath(given)
        same = next((other for other, there in places.items() if there == place), None)
        if same is not None:
            raise SmartcityCaseError(f"{given}: both {same} and {option} name this file")
        places[option] = place
    return places


def _known(path: str | None) -> Counter[Known] | None:
    """The baseline at a path, read before anything is checked."""
    if path is None:
        return None
    from pathlib import Path

    from smartcity_case.baseline import UnreadableBaseline, read_baseline

    try:
        return read_baseline(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableBaseline(f"{path[:80]}: {reason}") from error
    except UnreadableBaseline as error:
        raise UnreadableBaseline(f"{path}: {error}") from error


def _folder(path: str | None) -> str:
    """Where the package lies below the working directory; "" if it lies elsewhere."""
    from pathlib import Path

    from smartcity_case.storage import package_root

    if path is None:
        return ""
    root, here = package_root(path).resolve(), Path.cwd().resolve()
    inside = root.relative_to(here).as_posix() if root.is_relative_to(here) else "."
    return "" if inside == "." else inside


def _closing(report: Report, output: str) -> Iterable[str]:
    """The last line of the human view, and where the report is."""
    from smartcity_case.render import render
    from smartcity_case.render.words import printable

    *_, last = render(report, "text")
    return [last, f"the report is in {printable(output)}\n"]
