"""`ground`: which rows stand in their texts, which almost, which not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_case.cli.given import add_offsets, add_reading, read_rows, texts_for
from smartcity_case.cli.shared import (
    FINDINGS,
    OK,
    Commands,
    Outcome,
    add_command,
    refuse_output,
    told,
)
from smartcity_case.render import FORMATS

if TYPE_CHECKING:
    import argparse

    from smartcity_case.authoring.anchoring.grounding import Grounding


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "ground",
        "Say which rows, of a language model say, stand in their texts.",
        "smartcity-case ground answers.jsonl --text letters/ --output verdicts.jsonl",
    )
    parser.description = (
        "Say of every row whether its words stand in its text as they are, almost (in another "
        "way of writing, or in parts), or not. Words, digits, signs and negations are never "
        "changed. Exit code 1 if a row does not stand."
    )
    parser.add_argument("answers", metavar="ANSWERS", help="the rows")
    add_reading(parser)
    add_offsets(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="of the report (text)")
    parser.add_argument(
        "--output", metavar="FILE", help="write a line of JSON for each row, with its verdict"
    )
    parser.add_argument("--force", action="store_true", help="write over an existing FILE")
    parser.add_argument("--dry-run", action="store_true", help="write nothing, tell all")
    parser.add_argument(
        "--fail-on",
        choices=("warning", "error"),
        default="error",
        help="what exits with 1: warning is `almost` too",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Outcome:
    """Judge the rows, and tell."""
    from smartcity_case.authoring.anchoring.grounding import ground, lines
    from smartcity_case.render import render
    from smartcity_case.storage import read_texts
    from smartcity_case.writing import write_file

    output = None if arguments.dry_run else arguments.output
    refuse_output(output, arguments.force)
    found = read_rows(arguments.answers, arguments)
    given = texts_for(arguments.answers, found, read_texts(arguments.text))
    done = ground(Path(arguments.answers).name, found, given, arguments.offsets or "")
    if output:
        write_file(output, lines(done))
    fails = not done.report.ok or (arguments.fail_on == "warning" and done.report.warnings)
    code = FINDINGS if fails else OK
    if arguments.format != "text":
        return code, render(done.report, arguments.format)
    return code, told(done.report, _notes(done, output))


def _notes(done: Grounding, output: str | None) -> list[str]:
    counts = done.counts
    rows, stand = sum(counts.values()), counts["stands"]
    almost, absent = counts["almost"], counts["not"]
    summary = f"of {rows} rows {stand} stand in their text, {almost} almost, {absent} do not"
    where = [f"a verdict for each row is in {output}"] if output else []
    return [*done.notes[:-1], summary, *where]
