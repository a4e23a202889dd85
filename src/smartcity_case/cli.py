"""The command line: parse, call, print, exit code.

Exit codes: 0 all is well, 1 there are findings (or drift), 2 it could not be
looked at (no package, bad usage).
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from smartcity_case import __version__
from smartcity_case.errors import CodingError, NotFound, SmartcityCaseError
from smartcity_case.render import FORMATS

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from smartcity_case.baseline import Known
    from smartcity_case.dataset import Dataset, Trace
    from smartcity_case.render.progress import Progress
    from smartcity_case.report import Report

OK, FINDINGS, CANNOT = 0, 1, 2


_EXAMPLES = """\
examples:
  smartcity-case validate --case              check the embedded release
  smartcity-case validate path/to/package     check any data package
  smartcity-case tables                       the four tables, with their sizes
  smartcity-case show claims c007             a row, and its words in their sentence

exit codes: 0 all is well, 1 an error or something not checked, 2 it could not be looked at
"""


def run() -> NoReturn:
    """Run the command line as a process, which ends with it.

    It ends at once: to take the libraries apart takes longer than to validate a small package.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # it was closed: nobody wants what would be written there
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    arguments = _parser().parse_args(argv)
    # A hundred thousand findings are no garbage, and looking for some takes a third of the time.
    gc.set_threshold(50_000, 20, 100)
    # No plug-in of pydantic's changes a verdict; not to look for one saves time at the start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        code, output = arguments.run(arguments)
    except CodingError as error:
        _complain(str(error))
        return FINDINGS
    except SmartcityCaseError as error:
        _complain(str(error))
        return CANNOT
    except MemoryError:
        _complain("there is not enough memory")
        return CANNOT
    return _write(output, code)


def _complain(message: str) -> None:
    """Say on standard error why it could not be done; the exit code says it too."""
    with contextlib.suppress(OSError):  # of a full disk, say
        print(f"smartcity-case: {message}", file=sys.stderr, flush=True)


def _write(output: Iterable[str], code: int) -> int:
    """Write to standard output; the code stands, whether or not all of it is read."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that cannot show „ gets \\u201e
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        for piece in output:
            sys.stdout.write(piece)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or "there is not enough memory"
        _complain(f"cannot write the output: {reason}")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CANNOT
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="smartcity-case",
        description="Research tables whose every row is proven against its source.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_validate(commands)
    _add_tables(commands)
    _add_show(commands)
    _add_build(commands)
    return parser


_Commands = argparse._SubParsersAction


def _add(
    commands: _Commands[argparse.ArgumentParser], name: str, text: str, example: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=text,
        description=text,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_validate(commands: _Commands[argparse.ArgumentParser]) -> None:
    parser = _add(
        commands,
        "validate",
        "Check a data package: descriptor, files, tables, keys, and every span.",
        "smartcity-case validate path/to/datapackage.json --format json\n"
        "  smartcity-case validate . --format junit --output report.xml --baseline known.json",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("path", metavar="PATH", nargs="?", help="a folder, or its datapackage.json")
    what.add_argument("--case", action="store_true", help="the embedded release")
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
        "--bad-rows", metavar="FILE", help="write the failing rows there, as CSV; a file, not -"
    )
    parser.add_argument("--threads", metavar="N", type=_positive, help="how many to use")
    parser.add_argument("--quiet", action="store_true", help="no progress, no closing words")
    parser.set_defaults(run=_validate)


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of threads")
    return int(text)


def _add_tables(commands: _Commands[argparse.ArgumentParser]) -> None:
    parser = _add(
        commands, "tables", "List tables with their sizes.", "smartcity-case tables --all"
    )
    parser.add_argument("--all", action="store_true", help="the detail tables too")
    parser.add_argument("--package", metavar="PATH", help="another data package")
    parser.set_defaults(run=_tables)


def _add_show(commands: _Commands[argparse.ArgumentParser]) -> None:
    parser = _add(
        commands,
        "show",
        "Show a table (wide: pipe it into `less -S`), or a row with its words marked.",
        "smartcity-case show claims c007",
    )
    parser.add_argument("table", metavar="TABLE")
    parser.add_argument("key", metavar="KEY", nargs="?")
    parser.add_argument("--package", metavar="PATH", help="another data package")
    parser.set_defaults(run=_show)


def _add_build(commands: _Commands[argparse.ArgumentParser]) -> None:
    parser = _add(
        commands,
        "build",
        "Make tables, hashes, schemas and generated docs from the coding (in a checkout).",
        "smartcity-case build . --check",
    )
    parser.add_argument("root", metavar="ROOT", nargs="?", help="the checkout")
    parser.add_argument("--check", action="store_true", help="write nothing; fail on any drift")
    parser.set_defaults(run=_build)


Outcome = tuple[int, "Iterable[str]"]
"""The exit code of a command and what it prints, in pieces."""


def _lines(lines: Iterable[str]) -> Iterable[str]:
    return (line + "\n" for line in lines)


def _validate(arguments: argparse.Namespace) -> Outcome:
    from smartcity_case.case import open_files, validate
    from smartcity_case.render import render
    from smartcity_case.storage import write_file

    if arguments.output == "-":
        arguments.output = None
    places = _places(arguments)
    known = _known(arguments.baseline)
    files = open_files(None if arguments.case else arguments.path)
    with _progress(arguments.quiet) as progress:
        report = validate(files, threads=arguments.threads, progress=progress)
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
    if arguments.bad_rows is not None:
        from smartcity_case.failing import failing_lines

        write_file(arguments.bad_rows, failing_lines(files, report))
    fails = not report.ok or (arguments.fail_on == "warning" and report.warnings)
    code = FINDINGS if fails else OK
    pieces = render(report, arguments.format, _folder(arguments.path))
    if arguments.output is None:
        if arguments.format != "text":
            _expect_machines()
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


def _progress(quiet: bool) -> contextlib.AbstractContextManager[Progress | None]:
    """Something to tell progress to, if a person watches."""
    if quiet or not sys.stderr.isatty():
        return contextlib.nullcontext()
    from smartcity_case.render.progress import Progress

    return Progress(sys.stderr)


def _folder(path: str | None) -> str:
    """Where the package lies below the working directory; "" if it lies elsewhere."""
    from pathlib import Path

    from smartcity_case.storage import package_root

    if path is None:
        return ""
    root, here = package_root(path).resolve(), Path.cwd().resolve()
    inside = root.relative_to(here).as_posix() if root.is_relative_to(here) else "."
    return "" if inside == "." else inside


def _expect_machines() -> None:
    """Give machines UTF-8 and plain line ends, whatever the terminal's habits."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")


def _closing(report: Report, output: str) -> Iterable[str]:
    """The last line of the human view, and where the report is."""
    from smartcity_case.render import render
    from smartcity_case.render.words import printable

    *_, last = render(report, "text")
    return [last, f"the report is in {printable(output)}\n"]


def _load(arguments: argparse.Namespace) -> Dataset:
    from smartcity_case.case import load

    return load() if arguments.package is None else load(arguments.package)


def _tables(arguments: argparse.Namespace) -> Outcome:
    data = _load(arguments)
    shown = [name for name in data if arguments.all or not data.resource(name).detail]
    width = max((len(name) for name in shown), default=0)
    lines = [f"{data.package.name} {data.version}"]
    for name in shown:
        rows, columns = data[name].shape
        title = data.resource(name).description or data.resource(name).title
        lines.append(f"  {name:<{width}}  {rows:>5} rows  {columns:>3} columns  {title}".rstrip())
    hidden = sum(1 for _ in data) - len(shown)
    if hidden:
        lines.append(f"  ({hidden} detail tables more: --all)")
    return OK, _lines(lines)


def _show(arguments: argparse.Namespace) -> Outcome:
    data = _load(arguments)
    if arguments.key is None:
        return OK, _lines([_whole(data, arguments.table)])
    record = data.record(arguments.table, arguments.key)
    width = max(map(len, record))
    lines = [f"{name:<{width}}  {cell}" for name, cell in record.items() if cell]
    for column in data.verbatim_columns(arguments.table):
        try:
            trace = data.trace(arguments.table, arguments.key, column)
        except NotFound:  # this row has no such span
            continue
        lines += ["", *_marked(trace, column)]
    return OK, _lines(lines)


def _whole(data: Dataset, table: str) -> str:
    """The whole table for reading: long cells are cut, empty columns left out."""
    frame = data[table].dropna(axis="columns", how="all").astype(object)
    return frame.where(frame.notna(), "").to_string(index=False, max_colwidth=60, justify="left")


def _marked(trace: Trace, column: str) -> list[str]:
    bold = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    marks = ("\x1b[1;7m", "\x1b[0m") if bold else ("[", "]")
    where = f"{trace.source} {trace.span.start} to {trace.span.end}"
    if trace.verdict != "exact":
        return [f"{column}: {trace.verdict}: {trace.exact!r} is not at {where}"]
    return [f"{column}: exact, {where}", f"  {trace.mark(*marks)}".replace("\n", "\n  ")]


def _build(arguments: argparse.Namespace) -> Outcome:
    from smartcity_case.case.build import build, drift
    from smartcity_case.storage import write_files

    root = _checkout(arguments.root)
    files = build(root)
    changed = drift(root, files)
    if not changed:
        return OK, _lines(["nothing to do: every generated file is as it should be"])
    if arguments.check:
        print("run `smartcity-case build .` and commit what it writes", file=sys.stderr)
        return FINDINGS, _lines(f"differs: {path}" for path in changed)
    write_files(root, ((path, files[path]) for path in changed))
    return OK, _lines(f"written: {path}" for path in changed)


def _checkout(given: str | None) -> Path:
    from smartcity_case.storage import checkout_root, package_root

    root = checkout_root() if given is None else package_root(given)
    if root is None:
        raise NotFound(
            "this installation is not that of a checkout; in one, run `smartcity-case build .`"
        )
    return root


if __name__ == "__main__":
    sys.exit(main())
