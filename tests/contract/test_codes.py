"""Every public code has a package that is free of it and one that shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import smartcity_case as sc
from conftest import TOY_TEXT, Folder
from smartcity_case import limits
from smartcity_case.case import open_files
from smartcity_case.codes import CODES
from smartcity_case.editions import withhold_package
from smartcity_case.writing import write_files

AT = TOY_TEXT.index("dos garzas")


def set_span(**more: Any) -> Callable[[Folder], object]:
    def change(toy: Folder) -> None:
        toy.describe(lambda d: d["resources"][2]["schema"]["textSpans"][0].update(more))

    return change


def offsets(start: object, end: object, words: str = "dos garzas") -> Callable[[Folder], object]:
    old = f"{AT},{AT + 10},dos garzas"
    return lambda toy: toy.replace("avistamientos", old, f"{start},{end},{words}")


def withhold(toy: Folder) -> None:
    made = withhold_package(open_files(toy.root))
    write_files(toy.root, made.files.items())
    (toy.root / "diario.txt").unlink()


def words_left(toy: Folder) -> None:
    toy.describe(lambda d: d["resources"][1]["schema"]["fields"][0].update(withheld=True))


def another_table(toy: Folder) -> None:
    text = toy.read("diario")
    withhold(toy)
    (toy.root / "diario.txt").write_bytes(text)  # as restoring needs it
    toy.replace("avistamientos", f"{AT},{AT + 10}", f"{AT},{AT + 9}")


def withhold_texts_in_a_table(toy: Folder) -> None:
    (toy.root / "textos.csv").write_text("clave\nd\n")
    key = {"name": "clave", "type": "string"}
    table: dict[str, Any] = {"name": "textos", "path": "textos.csv", "withheld": {"text": True}}
    table["schema"] = {"fields": [key], "primaryKey": "clave"}
    toy.describe(lambda d: d["resources"].append(table))
    reference = {"resource": "textos", "fields": "clave"}
    keys = [{"fields": "especie", "reference": reference}]
    toy.describe(lambda d: d["resources"][2]["schema"].update(foreignKeys=keys))
    (toy.root / "textos.csv").unlink()


def unique(toy: Folder) -> None:
    toy.describe(
        lambda d: d["resources"][2]["schema"]["fields"][1].update(constraints={"unique": True})
    )


def first_field(toy: Folder) -> None:
    toy.describe(lambda d: d["resources"][1]["schema"]["fields"][0].pop("constraints"))
    toy.replace("especies", "garza,2", "garza,2\n=1,2")


def with_column(name: str, part: str, cell: str) -> Callable[[Folder], object]:
    """The toy's second table with another column in its first span."""

    def change(d: dict[str, Any]) -> None:
        schema = d["resources"][2]["schema"]
        schema["fields"].append({"name": name, "type": "string"})
        schema["textSpans"][0]["fields"][part] = name
        if part == "digest":
            del schema["textSpans"][0]["fields"]["exact"]

    def spoil(toy: Folder) -> None:
        toy.describe(change)
        lines = toy.read("avistamientos").decode().splitlines()
        toy.write("avistamientos", "".join(f"{x},{cell}\n" for x in lines).encode())
        toy.replace("avistamientos", f",{cell}\n", f",{name}\n")

    return spoil


def in_bytes(toy: Folder) -> None:
    for words in ("dos garzas", "otra garza"):
        at = TOY_TEXT.index(words)
        by_byte = len(TOY_TEXT[:at].encode())
        old, new = (f",{n},{n + len(words)},{words}" for n in (at, by_byte))
        toy.replace("avistamientos", old, new)


def texts_in_files(toy: Folder) -> None:
    (toy.root / "textos.csv").write_text("clave,camino\nd,diario.txt\n")
    fields = [{"name": name, "type": "string"} for name in ("clave", "camino")]
    schema = {"fields": fields, "primaryKey": "clave"}
    table = {"name": "textos", "path": "textos.csv", "schema": schema}

    def change(d: dict[str, Any]) -> None:
        d["resources"].append(table)
        spans = d["resources"][2]["schema"]["textSpans"]
        spans[0]["fields"]["source"] = "texto"
        spans[0]["reference"] = {
            "resource": "textos",
            "fields": {"key": "clave", "path": "camino"},
        }
        d["resources"][2]["schema"]["fields"].append({"name": "texto", "type": "string"})

    toy.describe(change)
    lines = toy.read("avistamientos").decode().splitlines()
    ends = ["texto", *["d"] * (len(lines) - 1)]
    toy.write(
        "avistamientos",
        "".join(f"{x},{end}\n" for x, end in zip(lines, ends, strict=True)).encode(),
    )


def schema_in_a_file(toy: Folder) -> None:
    (toy.root / "schema.json").write_text('{"fields": []}' + " " * 5_000)
    toy.describe(lambda d: d["resources"][1].update(schema="schema.json"))


def endless_pattern(toy: Folder) -> None:
    constraints = {"pattern": "(?=(a+)+b)a*", "required": True}
    toy.describe(lambda d: d["resources"][1]["schema"]["fields"][0].update(constraints=constraints))
    toy.replace("especies", "garza", "a" * 40)


def two_bad_legs(toy: Folder) -> None:
    toy.replace("especies", "garza,2", "garza,dos\nbúho,dos")


def two_absent_words(toy: Folder) -> None:
    toy.replace("avistamientos", "dos garzas", "tres garzas")
    toy.replace("avistamientos", "otra garza", "otro gorrión")


def in_parquet(toy: Folder) -> None:
    import pyarrow as pa
    from pyarrow import csv, parquet

    table = csv.read_csv(pa.BufferReader(toy.read("especies")))
    parquet.write_table(table, toy.root / "especies.parquet")
    toy.describe(lambda d: d["resources"][1].update(path="especies.parquet"))
    toy.describe(lambda d: [d["resources"][1].pop(name, None) for name in ("hash", "bytes")])


LIMITS = {
    "limit.size": ("DESCRIPTOR", 4_000),
    "limit.columns": ("COLUMNS", 8),
    "limit.text": ("TEXT", 10),
    "limit.findings": ("FINDINGS", 1),
    "limit.search": ("SEARCH", 1),
    "limit.unpacked": ("UNPACKED", 1),
}
"""The limits that would take too much to reach, made small."""


def show(code: str, toy: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoil the toy so that validating it shows a code."""
    SHOWS[code](toy)
    if code in LIMITS:
        monkeypatch.setattr(limits, *LIMITS[code])


SHOWS: dict[str, Callable[[Folder], object]] = {
    "descriptor.json": lambda t: (t.root / "datapackage.json").write_text("{"),
    "descriptor.invalid": lambda t: t.describe(lambda d: d.update(resources=5)),
    "path.unsafe": lambda t: t.describe(lambda d: d["resources"][0].update(path="../x")),
    "path.missing": lambda t: (t.root / "diario.txt").unlink(),
    "resource.hash": lambda t: t.write("diario", TOY_TEXT.encode() + b"x", refresh=False),
    "resource.bytes": lambda t: t.write("diario", TOY_TEXT.encode() + b"x", refresh=False),
    "table.encoding": lambda t: t.write("especies", b"\xff"),
    "table.quote": lambda t: t.replace("especies", "garza", 'ga"rza'),
    "table.cells": lambda t: t.replace("especies", "garza,2", "garza"),
    "table.blank-row": lambda t: t.replace("especies", "garza,2\n", "garza,2\n\n"),
    "table.header": lambda t: t.replace("especies", "patas", "alas"),
    "field.type": lambda t: t.replace("especies", "garza,2", "garza,dos"),
    "field.required": lambda t: t.replace("especies", "garza,2", ",2"),
    "field.unique": unique,
    "field.constraint": lambda t: t.replace("especies", "garza,2", "garza,1"),
    "field.category": lambda t: t.replace("avistamientos", "día", "tarde"),
    "field.formula": first_field,
    "key.missing": lambda t: t.replace("avistamientos", "a2,", ","),
    "key.duplicate": lambda t: t.replace("avistamientos", "a2,", "a1,"),
    "key.dangling": lambda t: t.replace("avistamientos", "a2,garza", "a2,pato"),
    "source.encoding": lambda t: t.write("diario", b"\xff"),
    "source.bom": lambda t: t.write("diario", b"\xef\xbb\xbf" + TOY_TEXT.encode()),
    "source.unusual": lambda t: t.write("diario", TOY_TEXT.encode() + b"\r\n"),
    "span.moved": offsets(AT + 1, AT + 11),
    "span.ambiguous": offsets(AT, AT + 5, "garza"),
    "span.absent": offsets(AT, AT + 10, "dos garzos"),
    "span.out-of-range": offsets(AT, AT),
    "span.incomplete": lambda t: t.replace("avistamientos", ",Nunca había visto una", ","),
    "source.unverifiable": withhold,
    "key.unverifiable": withhold_texts_in_a_table,
    "withheld.unverifiable": withhold,
    "withheld.words": words_left,
    "withheld.table": another_table,
    "span.unverifiable": offsets(f"+{AT}", AT + 10),
    "span.trivial": set_span(minLength=11),
    "span.digest": with_column("huella", "digest", "0" * 64),
    "span.context": with_column("antes", "prefix", "otros "),
    "span.offsets": in_bytes,
    "source.unhashed": texts_in_files,
    "table.format": lambda t: t.describe(lambda d: d["resources"][1].update(format="parquet")),
    "limit.nesting": lambda t: (t.root / "datapackage.json").write_text("[" * 101 + "]" * 101),
    "limit.size": schema_in_a_file,
    "limit.columns": lambda toy: None,
    "limit.cell": lambda t: t.replace("especies", "garza,2", "garza," + "2" * 70_000),
    "limit.pattern": endless_pattern,
    "limit.text": lambda toy: None,
    "limit.findings": two_bad_legs,
    "limit.search": two_absent_words,
    "limit.unpacked": in_parquet,
}


OF_RELEASES = {"version.step", "key.withdrawn", "key.unlisted", "changelog.format"}
"""The codes of `diff`, which looks at two packages: tests/unit/test_diff_release.py."""


def test_every_code_but_that_of_the_rules_is_shown() -> None:
    elsewhere = {"rule.broken"}  # tests/unit/test_rules.py
    elsewhere |= {"import.format", "import.left-out"}  # tests/unit/test_readers.py
    elsewhere |= {"span.cut", "span.parts", "span.split", "span.normalised"}  # test_cli_anchor.py
    elsewhere |= {"reanchor.changed", "reanchor.lost", "reanchor.invalid"}  # test_reanchor.py
    assert set(SHOWS) == set(CODES) - elsewhere - OF_RELEASES


@pytest.mark.parametrize("code", SHOWS)
def test_a_code_is_shown_and_only_where_it_belongs(
    toy: Folder, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sc.validate(toy.root).findings == ()
    show(code, toy, monkeypatch)
    report = sc.validate(toy.root)
    assert code in {f.code for f in report.findings}
    assert report.ok == (CODES[code].severity == "warning")
