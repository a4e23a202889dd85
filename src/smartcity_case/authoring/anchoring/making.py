"""A new data package out of texts, with tables that are empty or have rows with words."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from smartcity_case.authoring.anchoring.imported import SPAN, text_names
from smartcity_case.checks.descriptor import path_fault
from smartcity_case.checks.sources import check_text, digest
from smartcity_case.errors import UnwritablePackage
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.table import write_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from smartcity_case.authoring.anchoring.imported import Imported

DOCUMENTS = "documents"
"""The table that lists the texts, if there are several."""


def new_package(
    name: str,
    texts: Mapping[str, bytes],
    tables: Sequence[str],
    rows: Imported | None = None,
) -> dict[str, bytes]:
    """The files of a data package that validates as it stands, by their paths.

    `texts` are the bytes of text files by their names; they are kept as they are. `tables`
    are names of tables: the first gets the `rows`, which must be anchored in these texts
    (`text_names` says what they are called), the others are empty.

    Raises UnwritablePackage for a text that cannot be a source, and for names that cannot
    be those of resources.

    >>> made = new_package("toy", {"note.txt": b"El zorro duerme."}, ["animals"])
    >>> sorted(made)[-3:]
    ['data/animals.csv', 'datapackage.json', 'texts/note.txt']
    """
    names = _names(texts, tables)
    made = {f"texts/{file}": data for file, data in texts.items()}
    resources = list(_texts(names, texts, made))
    for number, table in enumerate(tables):
        some = rows if number == 0 else None
        header, records = _columns(some, several=len(names) > 1)
        data = write_csv(header, records)
        made[f"data/{table}.csv"] = data
        resources.append(_table(table, header, names, data))
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": slug(name),
        "version": _VERSION,
        "title": name,
        "resources": resources,
    }
    made[DESCRIPTOR] = (json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n").encode()
    return made | {path: text.encode("utf-8") for path, text in _skeleton(name, tables).items()}


def _columns(rows: Imported | None, several: bool) -> tuple[list[str], Sequence[Sequence[str]]]:
    """The header and the records of a table; with one text none names it."""
    if rows is None:
        return ["id", *(["source"] if several else []), *SPAN, "code"], ()
    kept = [n for n, column in enumerate(rows.header) if several or column != "source"]
    records = [[record[n] for n in kept] for record in rows.records]
    return [rows.header[n] for n in kept], records


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
    names = text_names(texts)
    for file, data in texts.items():
        if fault := path_fault(f"texts/{file}"):
            raise UnwritablePackage(f"{file}: {fault}; give the file another name")
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
    return {"hash": digest(data), "bytes": len(data)}


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
    fields = {column: column for column in SPAN if column in header}
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
    if name in ("exact", "prefix", "suffix", "exact_given"):
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
# The marks are those of `diff --changelog`, so that one line speaks of withdrawn keys, not two.
_CHANGELOG = """\
# Changelog

## Unreleased

### Data

<!-- diff -->
**Withdrawn keys:** none.
<!-- /diff -->
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
