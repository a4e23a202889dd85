"""What the commands that anchor rows are given: rows in some format, texts, options."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_case.errors import SmartcityCaseError

if TYPE_CHECKING:
    import argparse

    from smartcity_case.authoring.anchoring.imported import Imported
    from smartcity_case.authoring.readers.foreign import Foreign

TIERS = "space, typography, unicode, hyphens, case"


def add_matching(parser: argparse.ArgumentParser) -> None:
    """Options that say how words are found."""
    parser.add_argument(
        "--tiers",
        metavar="LIST",
        default="",
        help=f"normalisations that may be used: {TIERS}; or all (none)",
    )
    add_offsets(parser)


def add_offsets(parser: argparse.ArgumentParser) -> None:
    """The option that says how offsets count."""
    parser.add_argument(
        "--offsets",
        metavar="UNIT",
        choices=("codepoint", "utf16", "utf8", "auto"),
        help="how offsets that the rows have are counted: codepoint, utf16, utf8, auto",
    )


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Options that say what rows and texts are read."""
    parser.add_argument(
        "--text",
        metavar="FILE",
        action="append",
        default=[],
        help="a text, or a folder of .txt files; may be repeated",
    )
    parser.add_argument(
        "--from",
        dest="form",
        metavar="FORMAT",
        help="of the rows: csv, jsonl, brat, cas, doccano, labelstudio, langextract, "
        "webannotation (csv or jsonl by the file's ending)",
    )
    parser.add_argument(
        "--column",
        metavar="ROLE=NAME",
        action="append",
        default=[],
        help="what a column is called: exact, source, start, end, prefix, suffix or id",
    )


def tiers(given: str) -> tuple[str, ...]:
    """The tiers that are named."""
    from smartcity_case.authoring.anchoring.tiers import TIERS as KNOWN

    if given == "all":
        return KNOWN
    names = [name.strip() for name in given.split(",") if name.strip()]
    if unknown := [name for name in names if name not in KNOWN]:
        raise SmartcityCaseError(f"--tiers: {unknown[0]!r} is none of {', '.join(KNOWN)}")
    return tuple(names)


def read_rows(path: str, arguments: argparse.Namespace) -> Foreign:
    """The rows of a file, or of the files of a folder, in the format that is named."""
    from smartcity_case.authoring.readers import READERS, read_foreign
    from smartcity_case.storage import read_given

    form = arguments.form or _FORMS.get(Path(path).suffix.lower(), "")
    if form not in READERS:
        known = ", ".join(READERS)
        raise SmartcityCaseError(f"{path}: say with --from what it is: {known}")
    place = Path(path)
    files = [file for file in sorted(place.iterdir()) if file.is_file()] if place.is_dir() else []
    if form == "brat" and not place.is_dir():  # a text lies beside its annotations
        beside = place.with_suffix(".txt")
        files = [place, *([beside] if beside.is_file() else [])]
    named = {file.name: read_given(file) for file in files or [place]}
    return read_foreign(form, named, _columns(arguments.column))


_FORMS = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".ann": "brat"}
_ROLES = ("exact", "source", "start", "end", "prefix", "suffix", "id")


def _columns(given: list[str]) -> dict[str, str]:
    columns = {}
    for each in given:
        role, equals, name = each.partition("=")
        if not (equals and name) or role not in _ROLES:
            raise SmartcityCaseError(f"--column {each}: write ROLE=NAME, of {', '.join(_ROLES)}")
        columns[role] = name
    return columns


def texts(given: dict[str, bytes]) -> dict[str, str]:
    """The texts by what they are called in a table."""
    from smartcity_case.authoring.anchoring.imported import text_names
    from smartcity_case.text import not_utf8

    decoded = {}
    for name, file in text_names(given).items():
        try:
            decoded[name] = given[file].decode("utf-8")
        except UnicodeDecodeError as error:
            raise SmartcityCaseError(f"{file}: {not_utf8(error)}; save it as UTF-8") from error
    return decoded


def carried(found: Foreign) -> tuple[Foreign, dict[str, bytes]]:
    """The texts that rows carry with them as files, and the rows with the names of these."""
    files: dict[str, bytes] = {}
    called: dict[str, str] = {}
    for key, text in found.texts.items():
        plain = "".join(c if c.isalnum() or c in "-_." else "-" for c in key).strip(".") or "text"
        name, number = plain, 1
        while f"{name}.txt" in files:
            number += 1
            name = f"{plain}-{number}"
        files[f"{name}.txt"] = text.encode("utf-8")
        called[key] = name
    rows = [row | {"source": called.get(row["source"], row["source"])} for row in found.rows]
    return replace(found, rows=rows), files


def anchored(
    path: str, found: Foreign, given: dict[str, bytes], arguments: argparse.Namespace
) -> Imported:
    """The rows of a file, anchored in the texts that are given, or in those that it has."""
    from smartcity_case.authoring.anchoring.imported import anchor_imported

    unit = arguments.offsets or ""
    chosen = tiers(arguments.tiers)
    return anchor_imported(Path(path).name, found, texts_for(path, found, given), chosen, unit)


def texts_for(path: str, found: Foreign, given: dict[str, bytes]) -> dict[str, str] | None:
    """The texts that are given; None if it is those that the rows carry."""
    if given:
        return texts(given)
    if not found.texts:
        wrong = [f"; {f.location}: {f.message}" for f in found.findings if f.severity == "error"]
        told = f"{path}: it has no text; give one with --text FILE"
        raise SmartcityCaseError(told + "".join(wrong[:3]))
    return None
