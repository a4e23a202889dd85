"""The command line: parse, call, print, exit code; one file for each command.

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
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from smartcity_case import __version__
from smartcity_case.cli.shared import CANNOT, FINDINGS
from smartcity_case.errors import CodingError, SmartcityCaseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COMMANDS = (
    *("validate", "tables", "show", "cite", "view", "docs", "export"),
    *("new", "anchor", "ground", "reanchor", "diff", "withhold", "restore"),
    "build",
)
"""The commands, in the order of the help: modules here, of which each adds its own with `add`."""

_STOPPED = 130
"""What shells expect of a process that was interrupted."""

_EXAMPLES = """\
examples:
  smartcity-case validate --case              check the embedded release
  smartcity-case validate path/to/package     check any data package
  smartcity-case tables                       the four tables, with their sizes
  smartcity-case show claims c007             a row, and its words in their sentence
  smartcity-case cite claims/c007             how a row is cited, with its source and version
  smartcity-case view                         the article and its rows, in the browser
  smartcity-case export sqlite case.sqlite    the same tables for SQL
  smartcity-case new FOLDER --text FILE       a data package of your own

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
    given = sys.argv[1:] if argv is None else list(argv)
    arguments = _parser(given[0] if given else "").parse_args(given)
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
    except KeyboardInterrupt:
        _complain("stopped; nothing is half")
        return _STOPPED
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


def _parser(asked: str) -> argparse.ArgumentParser:
    """The parser of all commands, or of the one that is asked for: the others cost time."""
    parser = argparse.ArgumentParser(
        prog="smartcity-case",
        description="Research tables whose every row is proven against its source.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in (asked,) if asked in COMMANDS else COMMANDS:
        import_module(f"smartcity_case.cli.{name}").add(commands)
    return parser
