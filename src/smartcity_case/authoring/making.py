"""A new data package out of texts, with tables that are empty or have rows with words."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smartcity_case.authoring.rows import Row, lines, match_rows, told
from smartcity_case.checks.sources import check_text
from smartcity_case.errors import UnwritablePackage
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.report import Check, Location, Report
from smartcity_case.table import write_csv
from smartcity_case.text import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DOCUMENTS = "documents"
"""The table that lists the texts, if there are several."""
_SPAN = ("start", "end", "exact", "prefix", "suffix")


@dataclass(frozen=True)
class NewPackage:
    """A package to be written: its files by path, and what became of the rows, if it has some."""

    files: dict[str, bytes]
    report: Report
    refused: int = 0


def new_package(
    name: str,
    texts: Mapping[str, bytes],
    tables: Sequence[str],
    rows: Sequence[Mapping[str, str]] = (),
    *,
    tiers: Sequence[str] = (),
    unit: str = "codepoint",
) -> NewPackage:
    """The files of a data package that validates as it stands.

    `texts` are the bytes of text files by their names; they are kept as they are. `tables`
    are names of tables: the first gets the `rows`, the others are empty. A row has the
    words in `exact`, in `source` the name of its text (needed if there are several), and
    what it likes in further columns; it is anchored as in `match_rows`.

    Raises UnwritablePackage for a text that cannot be a source, and for names that cannot
    be those of resources.

    >>> made = new_package("toy", {"note.txt": b"El zorro duerme."}, ["animals"])
    >>> sorted(made.files)[-3:]
    ['data/animals.csv', 'datapackage.json', 'texts/note.txt']
    """
    names = _names(texts, tables)
    sources = {key: Source(key, texts[file].decode("utf-8")) for key, file in names.items()}
    made = {f"texts/{file}": data for file, data in texts.items()}
    resources = list(_texts(names, texts, made))
    report, refused = Report(name, _VERSION, (), (), ()), 0
    for number, table in enumerate(tables):
        some = list(rows) if number == 0 else []
        known, done = _rows(some, sources), None
        if some:
            done = match_rows(known, tiers, unit)
            findings = told(known, done, lambda n, t=table: Location(t, f"data/{t}.csv", n + 2))  # type: ignore[misc]
            check = Check("anchor exact", table)
            report = Report(name, _VERSION, tuple(sorted(findings)), (check,), ())
            refused = sum(not match.spans for match in done.found)
        header, cells = _cells(some, known, lines(known, done) if done else [], len(names) > 1)
        made[f"data/{table}.csv"] = write_csv(header, cells)
        resources.append(_table(table, header, names, made[f"data/{table}.csv"]))
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": slug(name),
        "version": _VERSION,
        "title": name,
        "resources": resources,
    }
    made[DESCRIPTOR] = (json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n").encode()
    made |= {path: text.encode("utf-8") for path, text in _skeleton(name, tables).items()}
    return NewPackage(made, report, refused)


_VERSION = "0.1.0"
_NOT_IN_NAMES = re.compile(r"[^-a-z0-9._]+")


def slug(name: str) -> str:
    """A name as the standard wants those of packages and resources.

    >>> slug("Briefe aus Łódź.txt")
    'briefe-aus-d-.txt'
    """
    return _NOT_IN_NAMES.sub("-", name.lower()).lstrip("-") or "unnamed"


def _names(texts: Mapping[str, bytes], tables: Sequence[str]) -> dict[str, str]:
    """The keys of the texts, each with its file; UnwritablePackage for what cannot be."""
    if not texts:
        raise UnwritablePackage("there is no text; give one or more with --text")
    stems = [_stem(file) for file in texts]
    unique = len(set(stems)) == len(stems)
    names = dict(zip(stems if unique else texts, texts, strict=True))
    for file, data in texts.items():
        told = check_text(data)[1]
        errors = [message for code, message in told if code != "source.unusual"]
        if errors:
            raise UnwritablePackage(f"{file}: {errors[0]}; save it as UTF-8 without that")
        if not data:
            raise UnwritablePackage(f"{file}: the text is empty")
    taken = [DOCUMENTS] if len(names) > 1 else [slug(next(iter(names)))]
    for table in tables:
        if slug(table) != table:
            raise UnwritablePackage(f"{table!r} is no name for a table; {slug(table)!r} would be")
        if table in taken:
            raise UnwritablePackage(f"{table!r} names two resources; give the table another name")
        taken.append(table)
    return names


def _stem(file: str) -> str:
    return file.rpartition(".")[0] or file


def _rows(rows: Iterable[Mapping[str, str]], sources: Mapping[str, Source]) -> list[Row]:
    only = next(iter(sources.values())) if len(sources) == 1 else None
    made = []
    for row in rows:
        name = row.get("source", "")
        source = sources.get(name) or sources.get(_stem(name)) or (only if not name else None)
        rest = (row.get(column, "") for column in ("exact", "prefix", "suffix", "start", "end"))
        words, prefix, suffix, start, end = rest
        made.append(Row(source, words, prefix, suffix, start, end, name))
    return made


def _texts(
    names: Mapping[str, str], texts: Mapping[str, bytes], made: dict[str, bytes]
) -> Iterable[dict[str, Any]]:
    """The resources of the texts: the text itself, or a table that lists them."""
    if len(names) == 1:
        (key, file), *_ = names.items()
        yield {
            "name": slug(key),
            "path": f"texts/{file}",
            "mediatype": "text/plain",
            "encoding": "utf-8",
            **stated(texts[file]),
        }
        return
    records = []
    for key, file in names.items():
        facts = stated(texts[file])
        records.append([key, f"texts/{file}", str(facts["hash"]), str(facts["bytes"])])
    data = write_csv(["id", "path", "hash", "bytes"], sorted(records))
    made[f"data/{DOCUMENTS}.csv"] = data
    kinds = {"id": "string", "path": "string", "hash": "string", "bytes": "integer"}
    yield {
        "name": DOCUMENTS,
        "path": f"data/{DOCUMENTS}.csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {"name": name, "type": kind, "constraints": {"required": True}}
                for name, kind in kinds.items()
            ],
            "primaryKey": ["id"],
        },
        **stated(data),
    }


def stated(data: bytes) -> dict[str, Any]:
    """Hash and size of a file, as a resource states them.

    >>> stated(b"a")["bytes"]
    1
    """
    return {"hash": f"sha256:{hashlib.sha256(data).hexdigest()}", "bytes": len(data)}


def _cells(
    rows: Sequence[Mapping[str, str]], known: Sequence[Row], made: Sequence[Any], several: bool
) -> tuple[list[str], list[list[str]]]:
    """The header of a table and its records."""
    parts = any(line.part for line in made)
    replaced = any(line.given for line in made)
    front = ["id", *(["source"] if several else []), *(["part"] if parts else [])]
    beside = ["exact_given", "exact_anchored_by"] if replaced else []
    further = [
        column
        for column in dict.fromkeys(column for row in rows for column in row)
        if column not in {*front, *_SPAN, *beside, "source", "part"}
        and any(row.get(column) for row in rows)
    ]
    header = [*front, *_SPAN, *(further or ["code"]), *beside]
    ids = [row.get("id", "") for row in rows]
    if not all(ids) or len(set(ids)) < len(ids):
        width = max(3, len(str(len(ids))))
        ids = [f"r{number:0{width}}" for number in range(1, len(ids) + 1)]
    records = []
    for line in made:
        row, source = rows[line.row], known[line.row].source
        offsets = ["" if at is None else str(at) for at in (line.start, line.end)]
        cells = {
            **row,
            "id": ids[line.row],
            "source": source.name if source else row.get("source", ""),
            "part": str(line.part or 1),
            "start": offsets[0],
            "end": offsets[1],
            "exact": line.exact,
            "prefix": line.prefix,
            "suffix": line.suffix,
            "exact_given": line.given,
            "exact_anchored_by": line.how,
        }
        records.append([cells.get(column, "") for column in header])
    return header, records


_DESCRIBED = {
    "id": "the key of the row; never given to another one",
    "source": "the text that the row refers to",
    "part": "which part of a quotation with gaps, from 1",
    "start": "characters (Unicode code points) of the text before the words",
    "end": "characters before the first one behind the words",
    "exact": "the words, as they stand in the text",
    "prefix": "what stands directly before the words, where that decides",
    "suffix": "what stands directly behind the words, where that decides",
    "code": "what the row is coded as, by the codebook",
    "exact_given": "the words that the row had before those of the text",
    "exact_anchored_by": "how the span was found",
}


def _table(
    name: str, header: Sequence[str], names: Mapping[str, str], data: bytes
) -> dict[str, Any]:
    reference: dict[str, Any] = {"resource": slug(next(iter(names)))}
    fields = {column: column for column in _SPAN}
    if len(names) > 1:
        target = {"key": "id", "path": "path", "hash": "hash", "bytes": "bytes"}
        reference = {"resource": DOCUMENTS, "fields": target}
        fields = {"source": "source", **fields}
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in header],
        "primaryKey": ["id", "part"] if "part" in header else ["id"],
        "textSpans": [{"fields": fields, "reference": reference}],
    }
    if len(names) > 1:
        to = {"resource": DOCUMENTS, "fields": ["id"]}
        schema["foreignKeys"] = [{"fields": ["source"], "reference": to}]
    return {
        "name": name,
        "path": f"data/{name}.csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
        **stated(data),
    }


def _field(name: str) -> dict[str, Any]:
    kind = "integer" if name in ("start", "end", "part") else "string"
    field: dict[str, Any] = {"name": name, "type": kind}
    if name in _DESCRIBED:
        field["description"] = _DESCRIBED[name]
    if name in ("exact", "prefix", "suffix"):
        field["verbatim"] = True
    if name in ("id", "source", "part", "start", "end", "exact"):
        field["constraints"] = {"required": True}
    if kind == "integer":
        field["constraints"]["minimum"] = 1 if name == "part" else 0
    return field


def _skeleton(name: str, tables: Sequence[str]) -> dict[str, str]:
    """The files beside the data: what a release needs, to be filled in."""
    sections = "\n".join(_TABLE_OF_CODEBOOK.format(table) for table in tables)
    return {
        "CODEBOOK.md": _CODEBOOK.format(name) + sections,
        "CHANGELOG.md": _CHANGELOG,
        ".gitattributes": "# Hashes and offsets count every byte: git must not change line ends.\n"
        "texts/** -text\ndata/** -text\n",
        ".github/workflows/data.yml": _WORKFLOW,
    }


_CODEBOOK = """\
# Codebook of {}

To be written before the coding, and followed in it:

- what is coded, and what is not;
- how long a span is: the smallest stretch of words that says it;
- every code, with a definition, an example and a counterexample;
- who coded (people or a language model), how often, and how far they agree;
- whose the texts are, and under which licence the coding is.
"""
_TABLE_OF_CODEBOOK = """
## `{}`

A row is …

| code | definition | example |
|---|---|---|
"""
_CHANGELOG = """\
# Changelog

## Unreleased

### Data

**Withdrawn keys:** none.
"""
_WORKFLOW = """\
name: data
on: [push, pull_request]
permissions:
  contents: read
jobs:
  validate:
    runs-on: ubuntu-latest
    env:
      # A variable of the repository: a wheel or a checkout of smartcity-case, as pip takes it.
      SMARTCITY_CASE: ${{ vars.SMARTCITY_CASE }}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
      - run: pip install "${SMARTCITY_CASE:?set this variable of the repository}"
      - run: smartcity-case validate . --format github
"""
