"""`withhold`: the same package without its texts and their words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_case.cli.shared import OK, Commands, Outcome, add_command, ended
from smartcity_case.errors import SmartcityCaseError, UnwritablePackage
from smartcity_case.report import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from smartcity_case.authoring.withheld.withholding import Withheld
    from smartcity_case.storage import Files


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "withhold",
        "Make the same package without its texts and their words, for whoever may not pass them "
        "on; whoever has the texts can still prove every row.",
        "smartcity-case withhold path/to/package public\n  smartcity-case withhold --case public",
    )
    parser.add_argument("path", metavar="PACKAGE", nargs="?", help="a folder")
    parser.add_argument("out", metavar="OUT", help="the folder to write")
    parser.add_argument("--case", action="store_true", help="the embedded release")
    parser.add_argument(
        "--digests",
        action="store_true",
        help="a digest of the words in each row: short words can be guessed from it",
    )
    parser.add_argument("--salt", metavar="TEXT", help="of the digests (a random one)")
    parser.add_argument("--force", action="store_true", help="write over files that are there")
    parser.add_argument("--dry-run", action="store_true", help="write nothing, tell what would be")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Make the package, prove that it can be restored, and write it."""
    from smartcity_case.case import open_files
    from smartcity_case.editions import withhold_package

    if arguments.case == (arguments.path is not None):
        raise SmartcityCaseError("give the PACKAGE and OUT, or --case and OUT")
    if arguments.salt is not None and not arguments.digests:
        raise SmartcityCaseError("--salt is that of --digests; give both")
    files = open_files(arguments.path)
    made = withhold_package(files, _salt(arguments))
    out = Path(arguments.out)
    write_package(files, out, made.files, made.left_out, arguments.force, arguments.dry_run)
    return OK, ended([_first(arguments, made), *_closing(made)])


def _salt(arguments: argparse.Namespace) -> str | None:
    import secrets

    if not arguments.digests:
        return None
    if arguments.salt == "":
        raise SmartcityCaseError("--salt is empty; leave it out for a random one")
    salt: str | None = arguments.salt
    return secrets.token_hex(16) if salt is None else salt


def write_package(
    files: Files,
    out: Path,
    made: dict[str, bytes],
    absent: Iterable[str],
    force: bool,
    dry_run: bool,
) -> None:
    """Write a package made of another into a folder that is not that one's, unless it is dry.

    Raises UnwritablePackage if one of its files is there, without `force`, or one
    that must not be.
    """
    from smartcity_case.writing import refuse_existing, write_files

    root = files.root
    if isinstance(root, Path) and out.resolve() == root.resolve():
        raise UnwritablePackage(f"{out}: this is the package itself; give another folder as OUT")
    if out.exists() and not out.is_dir():
        raise UnwritablePackage(f"{out}: not a folder")
    if there := [path for path in absent if (out / path).exists()]:
        raise UnwritablePackage(f"{out}: the text {there[0]} is there; remove it first")
    if not force:
        refuse_existing(out, made)
    if not dry_run:
        write_files(out, sorted(made.items()))


def _first(arguments: argparse.Namespace, made: Withheld) -> str:
    would = "would be written" if arguments.dry_run else "written"
    return f"{would}: {counted(len(made.files), 'file')} in {arguments.out}"


def _closing(made: Withheld) -> Iterator[str]:
    """What is gone, and what the package still tells of the texts."""
    yield f"left out: {_some(made.left_out)}"
    for name, columns in made.emptied.items():
        yield f"emptied: {name}: {', '.join(columns)}"
    for name in made.kept:
        yield f"copied with its words, since no span points into it: {name}"
    for column in made.lost:
        yield f"cannot be restored: {column}, since its words belong to no span"
    for name in made.alike:
        yield f"{name} is restored with the same cells, but maybe not with the same bytes"
    quoting = [f"{name} ({_cells(count)})" for name, count in made.quoting.items()]
    if quoting:
        yield f"still words of a text, in columns that stay: {_some(quoting)}"
    if made.described:
        yield f"the descriptor has examples, patterns or terms of: {_some(made.described)}"
    yield "offsets, keys, counts and your own columns stay; see docs/withhold.md for what they tell"
    yield "copied is what the descriptor names; a README or code beside it is not"


def _cells(count: int) -> str:
    return "not looked at" if count < 0 else counted(count, "cell")


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:20]) + (f" and {len(listed) - 20} more" if listed[20:] else "")
