"""Croissant: `mlcroissant` accepts what is written, and reads our rows and texts out of it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import smartcity_case as sc
from anywhere import write
from bundles import FORMS, TEXTS, all_files, make
from conftest import ROOT, Folder, state
from exports import ODD_TEXT, exported, make_odd, opened
from smartcity_case.case import open_files
from smartcity_case.editions import withhold_package
from smartcity_case.exporters.croissant.files import column_names
from smartcity_case.strategies import packages
from smartcity_case.table import write_csv
from smartcity_case.writing import write_files

pytestmark = [  # what rdflib and pandas say of how mlcroissant uses them
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case, exported once for those who only look at it."""
    return exported(None, "croissant", tmp_path_factory.mktemp("case"))


def dataset(out: Path) -> Any:
    import mlcroissant

    return mlcroissant.Dataset(str(out / "croissant.json"))


def issues(read: Any) -> set[str]:
    found = read.metadata.ctx.issues
    assert not found.errors
    return {warning.split("] ", 1)[1] for warning in found.warnings}


def described(out: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((out / "croissant.json").read_bytes())
    return loaded


def record_set(out: Path, name: str) -> dict[str, Any]:
    (found,) = (each for each in described(out)["recordSet"] if each["name"] == name)
    return dict(found)


def records(read: Any, out: Path, name: str) -> list[dict[str, Any]]:
    """The records of a table or text as the foreign reader gives them, by the names of fields."""
    held = record_set(out, name)
    names = {field["@id"]: field["name"] for field in held["field"]}
    found = [{names[key]: v for key, v in r.items()} for r in read.records(held["@id"])]
    assert all(
        list(row) == list(names.values()) or set(row) == set(names.values()) for row in found
    )
    return found


def own_rows(root: Path, resource: dict[str, Any]) -> Iterator[dict[str, str | None]]:
    """The cells of a table as they stand in its CSV; None is what counts as missing."""
    schema = resource["schema"]
    text = (root / resource["path"]).read_bytes().decode("utf-8")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    missing = {
        field["name"]: set(field.get("missingValues", schema.get("missingValues", [""])))
        for field in schema["fields"]
    }
    for row in rows:
        cells = zip(header, row, strict=True)
        yield {name: None if cell in missing[name] else cell for name, cell in cells}


def same(value: Any, cell: str | None, field: dict[str, Any]) -> bool:
    """Whether a value of the foreign reader is what a cell says, in a type that fits."""
    kind = field.get("type", "any")
    if cell is None or value is None:
        return value is None and (cell is None or (kind == "number" and math.isnan(float(cell))))
    if isinstance(value, bytes):  # what no type of Parquet can hold is as it stands
        return value == cell.encode()
    kinds: dict[str, Any] = {
        "integer": (int, lambda: value == int(cell)),
        "number": (float, lambda: value == float(cell)),
        "boolean": (bool, lambda: value is (cell in field.get("trueValues", ["true"]))),
        "date": (object, lambda: value.isoformat() == f"{cell}T00:00:00"),
    }
    of, equal = kinds[kind]
    return isinstance(value, of) and bool(equal())


def assert_same_rows(root: Path, out: Path, read: Any = None) -> None:
    """Every table is read twice from one data set, and has our rows both times."""
    read = read or dataset(out)
    descriptor = json.loads((root / "datapackage.json").read_bytes())
    tables = [each for each in descriptor["resources"] if "schema" in each]
    for table in [*tables, *tables]:
        found = records(read, out, table["name"])
        own = list(own_rows(root, table))
        assert len(found) == len(own)
        for row, cells in zip(found, own, strict=True):
            for field in table["schema"]["fields"]:
                value, cell = row[field["name"]], cells[field["name"]]
                assert same(value, cell, field), (table["name"], field["name"], value, cell)


def test_mlcroissant_reads_the_case(case: Path) -> None:
    read = dataset(case)
    assert issues(read) == set()
    assert_same_rows(ROOT, case, read)
    (text,) = records(read, case, "article")
    (article,) = (ROOT / "seeds").glob("*.txt")
    assert text["text"] == article.read_bytes()
    held = record_set(case, "claims.voice: values")
    assert held["dataType"] == "sc:Enumeration"
    found = list(read.records(held["@id"]))
    assert found[0][f"{held['@id']}/value"] == "article"
    assert found[0][f"{held['@id']}/description"].startswith("The article itself")


def test_the_lines_of_the_docs_open_it_and_it_is_always_the_same(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "'claims/id': b'c001'" in opened("croissant", tmp_path, monkeypatch)
    assert all_files(tmp_path / "case-croissant") == all_files(case)


PROGRAM = "from mlcroissant.scripts.cli import main; main()"


def test_mlcroissant_validate_and_load_as_a_program(toy: Folder, tmp_path: Path) -> None:
    toy.describe(lambda d: d.update(created="2026-01-02", licenses=[{"name": "CC0-1.0"}]))
    out = exported(toy.root, "croissant", tmp_path)
    given = ["--jsonld", str(out / "croissant.json")]
    commands = [["validate", *given], ["load", *given, "--record_set", "avistamientos"]]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for command in commands
    ]
    ended = [each.communicate() for each in started]
    assert [each.returncode for each in started] == [0, 0], ended
    assert not [told for _, told in ended if "warning(s)" in told or "error(s)" in told]
    first, second = ended[1][0].splitlines()[1:-1]
    assert "'avistamientos/palabras': b'dos garzas'" in first
    assert "'avistamientos/dicho': None" in second


def test_rows_and_texts_of_a_package_of_odd_names_and_values(tmp_path: Path) -> None:
    root = make_odd(tmp_path / "odd")
    out = exported(root, "croissant", tmp_path)
    assert issues(dataset(out)) == {
        'Property "https://schema.org/datePublished" is recommended, but does not exist.'
    }
    assert_same_rows(root, out)
    assert [text["text"] for text in records(dataset(out), out, "text eins")] == [ODD_TEXT.encode()]
    assert record_set(out, "Dinge & „Sachen“")["@id"] in described(out)["distribution"][0]["@id"]


@settings(max_examples=4)
@given(packages())
def test_mlcroissant_reads_the_rows_of_generated_packages(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "package"
        write(root, files)
        out = exported(root, "croissant", Path(place))
        assert_same_rows(root, out)
        read = dataset(out)
        sets = [e["@id"] for e in described(out)["recordSet"] if "values" not in e["@id"]]
        found = [
            value
            for each in sets
            for record in read.records(each)
            for key, value in record.items()
            if key in (f"{each}/text", f"{each}~texts/text")
        ]
        assert sorted(found) == sorted(d for path, d in files.items() if path.endswith(".txt"))


@pytest.mark.parametrize(
    ("form", "table"), [("file", "csv"), ("column", "parquet"), ("files", "inline")]
)
def test_every_form_of_texts_and_tables(tmp_path: Path, form: str, table: str) -> None:
    root = make(tmp_path / "ports", form, table).root
    out = exported(root, "croissant", tmp_path)
    read = dataset(out)
    rows = records(read, out, "notes")
    for row in rows:
        text = TEXTS[row["port"].decode() if "port" in row else "hafen"]
        assert row["words"].decode() == text[row["from"] : row["to"]]
    named = {"file": "hafen", "column": "ports", "files": "ports: texts"}[form]
    texts = records(read, out, named)
    assert [each["text" if "text" in each else "body"].decode() for each in texts] == [
        TEXTS["hafen"],
        *([TEXTS["muelle"]] if form != "file" else []),
    ]


def test_without_the_texts_of_a_package_that_withholds_them(tmp_path: Path) -> None:
    for form in FORMS:
        root = make(tmp_path / form, form).root
        made = tmp_path / f"{form}-withheld"
        made.mkdir()
        write_files(made, withhold_package(open_files(root)).files.items())
        done = sc.export(made, "croissant", tmp_path / f"{form}-out", accept_unverifiable=True)
        assert not [path for path in done.files if path.startswith("texts/")]
        name = "hafen" if form == "file" else "ports"
        assert f"{name}: texts are withheld, and not in what was written" in done.notes
        assert records(dataset(tmp_path / f"{form}-out"), tmp_path / f"{form}-out", "notes")


# what it says


def test_what_it_says_of_the_case(case: Path) -> None:
    out = case
    said = described(out)
    package = json.loads((ROOT / "datapackage.json").read_bytes())
    assert said["name"] == package["title"]
    assert said["alternateName"] == package["name"]
    assert said["version"] == package["version"]
    assert said["datePublished"] == package["created"][:10]
    assert "inLanguage" not in said  # the glosses are English
    assert [f["inLanguage"] for f in said["distribution"] if "inLanguage" in f] == ["de"]
    assert said["creator"] == [{"@type": "Organization", "name": "The smartcity-case project"}]
    assert said["isBasedOn"][0]["datePublished"] == "2018-12"
    assert said["citeAs"].startswith("The smartcity-case project")


def test_no_licence_is_said_of_more_than_it_covers(case: Path) -> None:
    out = case
    cc, article = described(out)["license"]
    assert "not the article" in cc["name"]
    assert cc["url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert article["url"] == "rights/RIGHTS.md"
    assert (out / "rights/RIGHTS.md").read_bytes() == (ROOT / "RIGHTS.md").read_bytes()
    files = {each["contentUrl"]: each for each in described(out)["distribution"]}
    assert [each["url"] for each in files["texts/article.txt"]["license"]] == ["rights/RIGHTS.md"]
    assert "not the columns marked verbatim" in files["claims.parquet"]["license"][0]["name"]


def test_every_file_has_its_hash_and_size(case: Path) -> None:
    out = case
    files = described(out)["distribution"]
    paths = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {each["contentUrl"] for each in files} == paths - {"croissant.json"}
    for each in files:
        data = (out / each["contentUrl"]).read_bytes()
        assert each["sha256"] == hashlib.sha256(data).hexdigest()
        assert each["contentSize"] == f"{len(data)} B"
    assert (out / "descriptor.json").read_bytes() == (ROOT / "datapackage.json").read_bytes()


def test_fields_say_where_their_vocabulary_is(case: Path) -> None:
    field = next(f for f in record_set(case, "claims")["field"] if f["name"] == "voice")
    assert field["description"].endswith("those of the record set 'claims/voice~values'.")
    assert "references" not in field


def test_an_enum_without_labels_is_a_vocabulary(toy: Folder, tmp_path: Path) -> None:
    out = exported(toy.root, "croissant", tmp_path)
    held = record_set(out, "avistamientos.luz: values")
    assert [field["name"] for field in held["field"]] == ["value"]
    told = record_set(out, "avistamientos")
    assert (
        "'desde' and 'hasta' are where words begin and end in the text 'diario'"
        in (told["description"])
    )
    (kind,) = (f for f in told["field"] if f["name"] == "especie")
    assert kind["description"] == "It refers to 'clave' of 'especies'."


def test_references_if_they_are_wanted(toy: Folder, tmp_path: Path) -> None:
    def more(descriptor: dict[str, Any]) -> None:
        species, seen = descriptor["resources"][1]["schema"], descriptor["resources"][2]["schema"]
        seen["foreignKeys"] += [
            {"fields": "num", "reference": {"fields": "num"}},
            {"fields": ["especie", "num"],
             "reference": {"resource": "avistamientos", "fields": ["especie", "num"]}},
        ]  # fmt: skip
        species["foreignKeys"] = [
            {"fields": "clave", "reference": {"resource": "avistamientos", "fields": "especie"}}
        ]

    toy.describe(more)
    out = tmp_path / "out"
    done = sc.export(toy.root, "croissant", out, options={"references": "yes"})
    assert done.notes == (
        "especies (clave): that it refers to avistamientos (especie) is said in words only",
        "avistamientos (num): that it refers to avistamientos (num) is said in words only",
        "avistamientos (especie, num): that it refers to avistamientos (especie, num) is said in "
        "words only",
    )
    fields = {f["name"]: f for f in record_set(out, "avistamientos")["field"]}
    assert fields["especie"]["references"] == {"field": {"@id": "especies/clave"}}
    assert fields["luz"]["references"] == {"field": {"@id": "avistamientos/luz~values/value"}}
    assert (
        "'especie' and 'num' refer to 'especie' and 'num' of 'avistamientos'."
        in (record_set(out, "avistamientos")["description"])
    )
    for name in ("especies", "avistamientos"):  # each once, from a data set of its own
        table = next(r for r in toy.descriptor["resources"] if r["name"] == name)
        found, own = records(dataset(out), out, name), list(own_rows(toy.root, table))
        kinds = {f["name"]: f for f in table["schema"]["fields"]}
        assert len(found) == len(own)
        assert all(
            same(row[k], cells[k], kinds[k])
            for row, cells in zip(found, own, strict=True)
            for k in kinds
        )


def test_why_references_are_not_usual(toy: Folder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    sc.export(toy.root, "croissant", out, options={"references": "yes"})
    read = dataset(out)
    assert len(records(read, out, "avistamientos")) == 2
    # A second reading finds none (mlcroissant 1.1.1). Once it does, references may be usual.
    assert records(read, out, "avistamientos") == []


def test_references_that_its_reader_could_not_follow(tmp_path: Path) -> None:
    root = make_odd(tmp_path / "odd")

    def change(descriptor: dict[str, Any]) -> None:
        empty, parts = descriptor["resources"][5]["schema"], descriptor["resources"][3]["schema"]
        empty |= {"primaryKey": "a"}
        parts["fields"].append({"name": "of", "type": "number"})
        parts["foreignKeys"] = [{"fields": "of", "reference": {"resource": "leer", "fields": "a"}}]
        parts["fieldsMatch"] = "partial"

    Folder(root).describe(change)
    done = sc.export(root, "croissant", tmp_path / "out", options={"references": "yes"})
    assert "teile (of): that it refers to leer (a) is said in words only" in done.notes


def test_a_circle_of_references_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,of\nx,x\n")
    fields = [{"name": name, "type": "string"} for name in ("id", "of")]
    key = {"fields": fields, "primaryKey": "id"}
    tables = []
    for name, to in (("a", "b"), ("b", "c"), ("c", "a")):
        keys = [{"fields": "of", "reference": {"resource": to, "fields": "id"}}]
        tables.append({"name": name, "path": "a.csv", "schema": {**key, "foreignKeys": keys}})
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "x", "resources": tables}))
    done = sc.export(tmp_path, "croissant", tmp_path / "out", options={"references": "yes"})
    assert done.notes == ("c (of): that it refers to a (id) is said in words only",)
    for name in "abc":
        (row,) = records(dataset(tmp_path / "out"), tmp_path / "out", name)
        assert row == {"id": b"x", "of": b"x"}


# odd packages


ODD_NAMES = ['"', "\\", "a\nb", "\x01", "cr:field", "http://x.org/y", "_:b", "@id", "..", "%41",
             "a/b", "index", "level_0", "__index_level_0__", "x~values", "A", "a"]  # fmt: skip


def test_names_that_json_ld_might_take_for_something_else(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    fields = [{"name": n, "type": "string", "title": n, "categories": ["007"]} for n in ODD_NAMES]
    first, *others = ODD_NAMES
    rows = [["007"] * len(ODD_NAMES), ["007", *[""] * len(others)]]
    (package / "a.csv").write_bytes(write_csv(ODD_NAMES, rows))
    table = {"path": "a.csv", "schema": {"fields": fields}}
    names = ODD_NAMES[::5]
    resources = [{"name": name, "description": name, **table} for name in names]
    descriptor = {"name": "x", "title": "\x01", "resources": resources}
    (package / "datapackage.json").write_text(json.dumps(descriptor))
    out = exported(package, "croissant", tmp_path)
    read = dataset(out)
    assert len(list(read.metadata.record_sets)) == len(names) * (1 + len(ODD_NAMES))
    for name in names:
        assert records(read, out, name) == [
            dict.fromkeys(ODD_NAMES, b"007"), {first: b"007"} | dict.fromkeys(others)
        ]  # fmt: skip


def test_other_files_are_beside_it_as_they_are(toy: Folder, tmp_path: Path) -> None:
    files = {"scan 1.png": b"\x89PNG", "notes.md": b"# notes"}
    for path, data in files.items():
        (toy.root / path).write_bytes(data)
        extra = {"name": path, "path": path, "mediatype": "image/png" if "png" in path else ""}
        state(extra, data)
        resources = [*toy.descriptor["resources"], extra]
        toy.describe(partial(dict.update, resources=resources))
    sc.export(toy.root, "croissant", tmp_path / "out", accept_unverifiable=True)
    held = {each["contentUrl"]: each for each in described(tmp_path / "out")["distribution"]}
    assert held["files/scan~201.png"]["encodingFormat"] == "image/png"
    assert held["files/notes.md"]["encodingFormat"] == "text/markdown"
    assert (tmp_path / "out/files/scan~201.png").read_bytes() == b"\x89PNG"
    assert dataset(tmp_path / "out").metadata.record_sets


def test_numbers_that_are_none_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("n\nNaN\n1.5\n-INF\n")
    schema = {"fields": [{"name": "n", "type": "number"}]}
    package = {"name": "x", "resources": [{"name": "a", "path": "a.csv", "schema": schema}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    done = sc.export(tmp_path, "croissant", tmp_path / "out")
    assert done.notes == (
        "a.n: 1 cell with NaN, which the reader of the format takes for missing; in the file they "
        "are kept apart",
    )
    found = records(dataset(tmp_path / "out"), tmp_path / "out", "a")
    assert [row["n"] for row in found] == [None, 1.5, -math.inf]


def test_columns_that_the_foreign_reader_has_itself(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("index,level_0,level_0_,__index_level_0__\n1,2,3,4\n")
    names = ["index", "level_0", "level_0_", "__index_level_0__"]
    schema = {"fields": [{"name": name, "type": "integer"} for name in names]}
    package = {"name": "x", "resources": [{"name": "a", "path": "a.csv", "schema": schema}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    out = exported(tmp_path, "croissant", tmp_path)
    assert records(dataset(out), out, "a") == [dict(zip(names, [1, 2, 3, 4], strict=True))]
    assert column_names(["", "_"]) == {"": "__", "_": "_"}


def test_a_table_without_columns_and_one_that_is_called_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("n\n1\n")
    one = {"fields": [{"name": "n", "type": "integer"}]}
    package = {"resources": [
        {"name": "a", "path": "a.csv", "schema": one},
        {"name": "a.parquet", "path": "a.csv", "schema": one},
        {"name": "none", "path": "a.csv", "schema": {"fields": [], "fieldsMatch": "subset"}},
    ]}  # fmt: skip
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    done = sc.export(tmp_path, "croissant", tmp_path / "out")
    assert "none: it has no columns, and so no file and no record set" in done.notes
    for name in ("a", "a.parquet"):
        found = records(dataset(tmp_path / "out"), tmp_path / "out", name)
        assert found == [{"n": 1}]


def test_people_dates_and_rights_as_far_as_they_are_stated(toy: Folder, tmp_path: Path) -> None:
    def change(descriptor: dict[str, Any]) -> None:
        descriptor["contributors"] = [
            {"givenName": "Inés", "familyName": "Río", "organization": "Lab", "roles": ["creator"]},
            {"title": "Somebody", "roles": ["publisher"]},
            {"title": "Archivo", "organization": "Archivo", "roles": ["archivist"]},
        ]
        descriptor["licenses"] = [{"name": "CC0-1.0", "path": "https://example.org/cc0"},
                                  {"name": "own", "path": "no such file.md"}]  # fmt: skip
        descriptor["resources"][0]["licenses"] = "none"
        descriptor["resources"][1]["licenses"] = ["x", {"title": 3}, {"title": "Mine"}]

    toy.describe(change)
    done = sc.export(toy.root, "croissant", tmp_path / "out", options={"published": "2026-02-03"})
    said = described(tmp_path / "out")
    person = {"@type": "Person", "name": "Inés Río", "givenName": "Inés", "familyName": "Río",
              "affiliation": {"@type": "Organization", "name": "Lab"}}  # fmt: skip
    assert said["creator"] == [person]
    assert "publisher" not in said
    assert said["contributor"] == [{"@type": "Organization", "name": "Archivo"}]
    assert said["datePublished"] == "2026-02-03"
    assert [each["description"] for each in said["license"]] == [
        "CC0-1.0 (https://example.org/cc0)",
        "own (no such file.md)",
        "a licence is stated that cannot be read [stated of diario, especies]",
        "Mine [stated of especies]",
    ]
    assert said["license"][0]["url"] == "https://example.org/cc0"
    assert said["license"][2]["name"] == said["license"][2]["description"]
    assert said["distribution"][0]["license"] == [{"@type": "CreativeWork", "name": "Mine"}]
    assert any("'Somebody' stands in the citation only" in note for note in done.notes)
    assert issues(dataset(tmp_path / "out")) == set()


@pytest.mark.parametrize(
    ("created", "said"), [("soon", None), ("2026-05-01 at noon", "2026-05-01"), ("2026", "2026")]
)
def test_a_date_is_said_as_far_as_it_is_one(
    toy: Folder, tmp_path: Path, created: str, said: str | None
) -> None:
    toy.describe(lambda d: d.update(created=created))
    out = exported(toy.root, "croissant", tmp_path)
    assert (described(out).get("dateCreated"), described(out).get("datePublished")) == (said, said)
    assert bool(dataset(out).metadata.date_published) is (said is not None)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"published": "soon"}, "published: 'soon' is no date like 2024-05-01"),
        ({"published": "2024"}, "published: '2024' is no date like 2024-05-01"),
        ({"references": "all"}, "references: 'all' is none of no, yes"),
    ],
)
def test_options_that_mean_nothing(
    toy: Folder, tmp_path: Path, options: dict[str, str], why: str
) -> None:
    with pytest.raises(sc.NotFound, match=why):
        sc.export(toy.root, "croissant", tmp_path / "out", options=options)
