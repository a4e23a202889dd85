"""`reanchor`: what a corrected text means for the rows, and, if asked for, the package with it."""

from __future__ import annotations

import re
import sys
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from smartcity_case.cli.shared import FINDINGS, OK, Commands, Outcome, add_command, refuse_output
from smartcity_case.errors import UnreadablePackage, UnwritablePackage

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from smartcity_case.authoring.correcting.correction import Correction
    from smartcity_case.content import Content
    from smartcity_case.report import Report
    from smartcity_case.storage import Files


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "reanchor",
        "A text was corrected: tell what became of each row, and write it if asked to.",
        "smartcity-case reanchor path/to/package --old old.txt --new corrected.txt\n"
        "  smartcity-case reanchor path/to/package --new corrected.txt --write --accept changed",
    )
    parser.add_argument("path", metavar="PACKAGE", help="a folder, or its datapackage.json")
    parser.add_argument(
        "--old",
        metavar="FILE",
        help="the text that the rows were made for (that of the package, if its hash is right)",
    )
    parser.add_argument("--new", metavar="FILE", required=True, help="the corrected text")
    parser.add_argument(
        "--source", metavar="NAME[/KEY]", help="which text of the package, if several may be meant"
    )
    parser.add_argument("--write", action="store_true", help="write the text and the rows")
    parser.add_argument(
        "--dry-run", action="store_true", help="with --write: check what would be written, only"
    )
    parser.add_argument(
        "--accept",
        metavar="VERDICTS",
        type=_accepted,
        default=frozenset(),
        help="of changed,lost,invalid: take new words, remove rows, leave rows as they are",
    )
    parser.add_argument("--report", metavar="FILE", help="keep the report as JSON there")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="(text)")
    parser.add_argument("--force", action="store_true", help="write over an older report")
    parser.set_defaults(run=run)


def _accepted(text: str) -> frozenset[str]:
    import argparse

    from smartcity_case.authoring.correcting.correction import ACCEPTABLE

    names = frozenset(text.split(","))
    if odd := sorted(names - frozenset(ACCEPTABLE)):
        raise argparse.ArgumentTypeError(f"{odd[0]!r} is none of {', '.join(ACCEPTABLE)}")
    return names


def run(arguments: argparse.Namespace) -> Outcome:
    """Tell what became of the rows; write if that is asked for and nothing stands against it."""
    from pathlib import Path

    from smartcity_case.authoring.correcting.corrected import corrected_files
    from smartcity_case.authoring.correcting.correction import row_facts
    from smartcity_case.render.reanchored import reanchored_json, reanchored_text
    from smartcity_case.storage import package_root
    from smartcity_case.validation import open_files, read_content

    root = package_root(arguments.path)
    files = open_files(root)
    content = read_content(files)
    if content is None:
        raise UnreadablePackage(f"{root}: the descriptor cannot be read; validate first")
    correction, facts = _correction(content, arguments)
    report = correction.report(arguments.accept)
    changes, valid = {}, False
    if arguments.write and report.ok:
        changes = corrected_files(content, correction, arguments.accept)
        valid = _valid_after(files, root, changes)
    files.check_unchanged()
    written = bool(changes) and not arguments.dry_run
    facts |= _written(correction, changes, arguments.accept) if written else {"written": False}
    document = "".join(reanchored_json(report, facts, map(row_facts, correction.rows)))
    kept = _report_place(arguments, root, facts)
    if kept is not None:
        given = {str(Path(name).resolve()) for name in (arguments.old, arguments.new) if name}
        _refuse_report(kept, given | files.places(), arguments.force)
    if not arguments.dry_run:
        _write(root, changes, kept, document)
    last, code = _closing(arguments, report, changes, kept, valid), OK if report.ok else FINDINGS
    if arguments.format == "json":
        print(last, file=sys.stderr)
        return code, [document]
    return code, chain(reanchored_text(correction, report), ["\n", last, "\n"])


def _correction(
    content: Content, arguments: argparse.Namespace
) -> tuple[Correction, dict[str, Any]]:
    """What became of the rows, and which texts these were."""
    from smartcity_case.authoring.correcting.correction import correct
    from smartcity_case.authoring.correcting.sources import find_source
    from smartcity_case.checks.sources import digest
    from smartcity_case.storage import read_given

    new = read_given(arguments.new)
    old = None if arguments.old is None else read_given(arguments.old)
    source = find_source(content, old, new, arguments.source or "")
    old = source.data if old is None else old
    texts = {"old": old, "new": new}
    facts: dict[str, Any] = {"source": source.name}
    facts |= {name: {"hash": digest(d), "bytes": len(d)} for name, d in texts.items()}
    correction = correct(content, source, old, new)
    facts["counts"] = {name: dict(counts) for name, counts in correction.counts().items()}
    return correction, facts


def _valid_after(files: Files, root: Path, changes: Mapping[str, bytes]) -> bool:
    """Whether the package would be valid; UnwritablePackage if it had a fault it has not now."""
    from smartcity_case.case import validate

    after = validate(files.replaced(changes))
    if after.ok:
        return True
    before = validate(files.replaced({}))
    worse = _faults(after) - _faults(before)
    if worse:
        named = ", ".join(f"{count} x {what}" for what, count in sorted(worse.items())[:5])
        first = next(iter(after.errors), None)
        shown = f"; first: {first.location}: {first.message}" if first else ""
        raise UnwritablePackage(
            f"{root}: nothing is written, since the result would not be valid: {named}{shown}"
        )
    return False


def _faults(report: Report) -> Counter[str]:
    """The errors of a report, and what it skipped, by code and resource."""
    faults = Counter(f"{f.code} in {f.location.resource}" for f in report.errors)
    faults.update(f"{check.name} of {check.resource} not checked" for check in report.skipped)
    return faults


def _written(
    correction: Correction, changes: Mapping[str, bytes], accept: frozenset[str]
) -> dict[str, Any]:
    """What the report says of the files that are written, and of keys that must not come again."""
    from smartcity_case.authoring.correcting.corrected import withdrawn

    gone = withdrawn(correction) if "lost" in accept else []
    return {
        "written": True,
        "files": sorted(changes),
        "withdrawn": [{"table": table, "key": key} for table, key in gone],
    }


def _report_place(
    arguments: argparse.Namespace, root: Path, facts: Mapping[str, Any]
) -> Path | None:
    """Where the report is kept: where it is asked for, else beside what is written."""
    from pathlib import Path

    if arguments.dry_run:
        return None
    if arguments.report is not None:
        return Path(arguments.report)
    if not facts["written"]:
        return None
    name = re.sub(r"[^\w.-]+", "-", facts["source"])[:60]
    return root / f"reanchor-{name}-{facts['new']['hash'].partition(':')[2][:12]}.json"


def _refuse_report(kept: Path, taken: set[str], force: bool) -> None:
    """Raise UnwritablePackage if the place of the report is taken."""
    if str(kept.resolve()) in taken:
        raise UnwritablePackage(f"{kept}: --report would write over a text or the package")
    refuse_output(str(kept), force)


def _write(root: Path, changes: Mapping[str, bytes], kept: Path | None, document: str) -> None:
    """Write package and report, or neither."""
    from smartcity_case.writing import write_file, write_files

    whole = dict(changes)
    if kept is not None and kept.resolve().parent.is_relative_to(root.resolve()):
        whole[kept.resolve().relative_to(root.resolve()).as_posix()] = document.encode()
        kept = None
    if kept is None:
        write_files(root, whole.items())
        return
    before = kept.read_text("utf-8") if kept.exists() else None
    write_file(kept, [document])
    try:
        write_files(root, whole.items())
    except BaseException:
        if before is None:
            kept.unlink()
        else:
            write_file(kept, [before])
        raise


def _closing(
    arguments: argparse.Namespace,
    report: Report,
    changes: Mapping[str, bytes],
    kept: Path | None,
    valid: bool,
) -> str:
    """What was written, or what stands against it."""
    where = f"; the report is in {kept}" if kept is not None else ""
    if not arguments.write:
        return f"nothing is written without --write{where}"
    if not report.ok:
        left = sorted({finding.code.partition(".")[2] for finding in report.findings})
        accept = f"; see to them, or --accept {','.join(left)}" if left else ""
        return f"nothing is written{accept}{where}"
    if not changes:
        return f"nothing to write: the package is as it should be{where}"
    done = "would be written" if arguments.dry_run else "written"
    judged = "and valid" if valid else "and no worse than before, but not valid"
    return f"{done}, {judged}: {', '.join(sorted(changes))}{where}"
