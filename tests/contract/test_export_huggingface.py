"""`huggingface`: `datasets` loads every table, offline, and has the values of the package."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import smartcity_case as sc
from anywhere import write
from bundles import FORMS, make
from conftest import ROOT, Folder
from datasets_reader import DatasetsReader
from exports import exported, make_odd, make_of, note_of, opened, table_of
from smartcity_case.dataset import open_dataset
from smartcity_case.exporters.huggingface import card
from smartcity_case.exporters.shared.material import Material
from smartcity_case.exporters.shared.names import file_names
from smartcity_case.storage import Files
from smartcity_case.strategies import packages


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatasetsReader]:
    with DatasetsReader(tmp_path_factory.mktemp("datasets") / "home") as process:
        yield process


def material(root: Path) -> Material:
    return Material(open_dataset(Files(root)))


def head(out: Path) -> dict[str, Any]:
    """The metadata of the card, as the Hub finds them."""
    whole = (out / "README.md").read_bytes().decode()
    assert whole.startswith("---\n")
    read: dict[str, Any] = yaml.safe_load(whole.split("\n---\n")[0][4:])
    return read


def check(root: Path, out: Path, reader: DatasetsReader) -> None:
    """Every configuration is a table of the package, or that of its texts."""
    given, told = material(root), reader.ask(out)
    files = file_names(given.tables)
    assert told["configs"][: len(files)] == list(files.values())
    for name, config in files.items():
        wanted = pa.Table.from_batches(given.batches(name), given.arrow_schema(name))
        found = told["tables"][config]
        assert found.schema.names == wanted.schema.names
        assert found.schema.types == wanted.schema.types
        for column, other in zip(found.columns, wanted.columns, strict=True):
            assert repr(column.to_pylist()) == repr(other.to_pylist())
    texts = {text.name: text.text for text in given.texts() if text.path}
    more = told["configs"][len(files) :]
    rows = [row for config in more for row in told["tables"][config].to_pylist()]
    assert {row["name"]: row["text"] for row in rows} == texts
    assert told["default"] in told["configs"]
    empty = [config for config in told["configs"] if not told["tables"][config].num_rows]
    assert told["empty"] == empty
    assert told["default"] not in empty
    report = sc.validate(out)
    assert (report.ok, report.skipped) == (True, ()), report.errors[:2]


def test_datasets_opens_it(
    tmp_path: Path, reader: DatasetsReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = sc.load().claims
    printed = opened("huggingface", tmp_path, monkeypatch, reader.run)
    assert printed == f"{len(claims)} {claims['exact'].iloc[0]}\n"
    out = tmp_path / "case-huggingface"
    check(ROOT, out, reader)
    assert reader.ask(out)["default"] == "claims"
    assert (reader.home / "hf/datasets").is_dir()  # and not in the home of whoever runs this


def test_datasets_loads_the_toy(toy: Folder, tmp_path: Path, reader: DatasetsReader) -> None:
    check(toy.root, exported(toy.root, "huggingface", tmp_path), reader)


def test_datasets_loads_odd_names_and_values(tmp_path: Path, reader: DatasetsReader) -> None:
    odd = make_odd(tmp_path / "odd")
    out = exported(odd, "huggingface", tmp_path)
    check(odd, out, reader)
    assert reader.ask(out)["empty"] == ["leer"]
    assert "without rows, `datasets` opens it only" in (out / "README.md").read_text().replace(
        "\\", ""
    )
    assert head(out)["pretty_name"] == 'An "odd" package & <more>: ä {b} \\c %d #e'


@pytest.mark.parametrize("form", FORMS)
def test_datasets_loads_texts_of_every_form(
    tmp_path: Path, form: str, reader: DatasetsReader
) -> None:
    root = make(tmp_path / "ports", form).root
    check(root, exported(root, "huggingface", tmp_path), reader)


def test_datasets_sees_another_release_in_the_same_place(
    toy: Folder, tmp_path: Path, reader: DatasetsReader
) -> None:
    """It keeps what it has loaded, and would show it again."""
    for legs in ("2", "4"):
        toy.write("especies", f"clave,patas\ngarza,{legs}\n".encode())
        out = exported(toy.root, "huggingface", tmp_path, force=True)
        assert reader.ask(out)["tables"]["especies"]["patas"].to_pylist() == [int(legs)]


@settings(max_examples=4)
@given(files=packages())
def test_datasets_loads_any_package(files: dict[str, bytes], reader: DatasetsReader) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = write(Path(place) / "drawn", files)
        check(root, exported(root, "huggingface", Path(place)), reader)


def one_table(root: Path, **told: Any) -> Path:
    resource = {"name": "t", "schema": {"fields": [{"name": "a"}]}, "data": [{"a": "x"}]}
    descriptor = {"resources": [resource], **told}
    return write(root, {"datapackage.json": json.dumps(descriptor).encode()})


@pytest.mark.parametrize(
    ("licences", "of_table", "wanted"),
    [
        ([], [], {"license": "unknown"}),
        (["MIT"], [], {"license": "mit"}),
        (["CC-BY-4.0"], ["CC-BY-4.0"], {"license": "cc-by-4.0"}),
        (["CC-BY-4.0"], ["CC0-1.0"], {"license": "other", "license_link": "LICENSE.md"}),
        (["X-1"], [], {"license": "other", "license_link": "LICENSE.md"}),
    ],
)
def test_one_licence_is_named_and_several_are_linked(
    tmp_path: Path, licences: list[str], of_table: list[str], wanted: dict[str, str]
) -> None:
    root = one_table(tmp_path / "p", licenses=[{"name": name} for name in licences])
    told = json.loads((root / "datapackage.json").read_text())
    told["resources"][0]["licenses"] = [{"name": name} for name in of_table]
    (root / "datapackage.json").write_text(json.dumps(told))
    out = exported(root, "huggingface", tmp_path)
    read = head(out)
    assert {name: read.get(name) for name in wanted} == wanted
    assert (out / "LICENSE.md").exists() == ("license_link" in wanted)
    if "license_link" in wanted:
        assert licences[0] in (out / "LICENSE.md").read_text()


def test_a_licence_with_words_that_may_narrow_it_is_not_that_of_everything(
    toy: Folder, tmp_path: Path
) -> None:
    licence = {"name": "CC-BY-4.0", "title": "for the tables"}
    toy.describe(lambda d: d.update(licenses=[licence]))
    assert head(exported(toy.root, "huggingface", tmp_path / "1"))["license"] == "other"
    toy.describe(lambda d: d["resources"][0].update(licenses=[licence]))
    assert head(exported(toy.root, "huggingface", tmp_path / "2"))["license"] == "other"
    named = {**licence, "title": "Creative Commons Attribution 4.0 International"}
    toy.describe(lambda d: (d.update(licenses=[named]), d["resources"][0].pop("licenses")))
    assert head(exported(toy.root, "huggingface", tmp_path / "3"))["license"] == "cc-by-4.0"


def test_the_bundle_of_the_case_is_not_called_cc_by(tmp_path: Path) -> None:
    out = exported(None, "huggingface", tmp_path)
    read = head(out)
    assert read["license"] == "other"
    assert read["license_name"] == "see-license-file"
    assert read["license_link"] == "LICENSE.md"
    assert "language" not in read  # the glosses are English
    assert "Language of `article`: de." in (out / "README.md").read_text("utf-8")
    assert read["size_categories"] == ["n<1K"]
    rights = (out / "LICENSE.md").read_text("utf-8")
    for licence in sc.load().package.licenses:
        assert licence.title in rights
    assert (out / "RIGHTS.md").exists()
    assert f"\n{sc.load().citation}\n" in (out / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["LICENSE", "LICENSE.md"])
def test_a_licence_file_of_the_package_is_the_one_that_is_linked(tmp_path: Path, name: str) -> None:
    root = one_table(tmp_path / "p", licenses=[{"path": name, "title": "ours"}])
    (root / name).write_text("our own words")
    out = exported(root, "huggingface", tmp_path)
    assert head(out)["license_link"] == name
    assert (out / name).read_text() == "our own words"


@settings(max_examples=60)
@given(st.text(st.characters(codec="utf-8")))
def test_yaml_reads_every_string_back(text: str) -> None:
    line = f"a: {card.quoted(text)}"
    assert yaml.safe_load(line) == {"a": text}
    assert json.loads(card.quoted(text)) == text
    assert len(line.splitlines()) == 1


ODD = [
    "no",
    "1.0",
    "a: b",
    '"',
    "'",
    "---",
    "- x",
    "#",
    "\x85",
    "\u2028",
    "\ufeff",
    "\x00",
    "🐦",
    "{",
    "\n",
]


def test_datasets_loads_columns_of_any_name_and_any_characters(
    tmp_path: Path, reader: DatasetsReader
) -> None:
    names = ["", " ", "a.b", "A.B", "x\ny", "\"'`", "größe", "a b", "label", "image", "🐦"]
    fields = [{"name": name, "type": "string"} for name in names]
    rows = [dict(zip(names, reversed(names), strict=True))]
    resource = {"name": "t", "schema": {"fields": fields}, "data": rows}
    root = one_table(tmp_path / "p", resources=[resource])
    check(root, exported(root, "huggingface", tmp_path), reader)


@pytest.mark.parametrize(
    "name", ["default", "DEFAULT", "a/b", "a:b", "a*", "[x]", "con", "..", "no"]
)
def test_datasets_loads_tables_of_any_name(
    tmp_path: Path, name: str, reader: DatasetsReader
) -> None:
    root = one_table(tmp_path / "p", title="\n".join(ODD), keywords=ODD)
    told = json.loads((root / "datapackage.json").read_text())
    told["resources"] += [{**told["resources"][0], "name": name}]
    (root / "datapackage.json").write_text(json.dumps(told))
    out = exported(root, "huggingface", tmp_path)
    check(root, out, reader)
    assert head(out)["tags"] == ODD
    assert reader.ask(out)["default"] == ("default" if name == "default" else "t")


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [(999, "n<1K"), (1_000, "1K<n<10K"), (10**12 - 1, "100B<n<1T"), (10**12, "n>1T")],
)
def test_sizes(rows: int, wanted: str) -> None:
    assert card.size_category(rows) == wanted


def test_languages_are_those_of_package_resources_and_sources(tmp_path: Path) -> None:
    told = {"languages": ["de-AT", 7], "language": "en", "sources": [{"language": "deutsch"}, "x"]}
    root = one_table(tmp_path / "p", **told)
    assert card.languages(material(root)) == ["en", "de"]


def test_a_readme_of_the_package_makes_room_for_the_card(tmp_path: Path) -> None:
    import hashlib

    root = one_table(tmp_path / "p", licenses=[{"path": "readme.MD", "name": "MIT"}])
    told = json.loads((root / "datapackage.json").read_text())
    data = b"# mine"
    for path in ("README.md", "data"):
        (root / path).write_bytes(data)
        stated = "sha256:" + hashlib.sha256(data).hexdigest()
        told["resources"].append({"name": path, "path": [path], "hash": stated})
    (root / "datapackage.json").write_text(json.dumps(told))
    done = sc.export(root, "huggingface", tmp_path / "out")
    out = tmp_path / "out"
    assert (out / "files/README.md").read_bytes() == data
    assert (out / "README.md").read_text().startswith("---\n")
    assert sc.validate(out).ok
    assert done.notes == ("readme.MD, which a licence names: there is another such file",)


def test_the_prose_shows_names_as_they_are(tmp_path: Path) -> None:
    fields = [
        {"name": "a`|b``", "description": "x | y\n* z", "constraints": {"enum": ["`"]}},
        {"name": "c", "categories": [f"t{number}" for number in range(30)]},
    ]
    resource = {"name": "*t*", "title": "<b>", "schema": {"fields": fields}, "data": []}
    root = one_table(tmp_path / "p", resources=[resource], description="Some *words*.")
    told = (exported(root, "huggingface", tmp_path) / "README.md").read_text("utf-8")
    assert "| ``` a`\\|b`` ``` | `any` | x \\| y \\* z One of: `` ` `` |" in told
    assert "`t19` … (30 terms) |" in told
    assert "\nSome *words*.\n" in told
    assert "### \\*t\\*" in told
    assert "states no licence" in told


def test_a_withheld_text_is_not_in_it(toy: Folder, tmp_path: Path, reader: DatasetsReader) -> None:
    from smartcity_case.cli import main

    public = tmp_path / "public"
    assert main(["withhold", str(toy.root), str(public), "--digests", "--salt", "k7"]) == 0
    out = exported(public, "huggingface", tmp_path, accept_unverifiable=True)
    assert reader.ask(out)["configs"] == ["especies", "avistamientos"]
    told = (out / "README.md").read_text("utf-8")
    assert "a digest of the words is in" in told
    assert "texts.parquet" not in told


def test_files_at_the_paths_of_the_card_are_moved_to_where_none_is(tmp_path: Path) -> None:
    paths = ["README.md", "files/README.md", "readme.md/x.txt"]
    texts = [note_of(f"t{n}", path) for n, path in enumerate(paths[2:])]
    others = [{"name": f"o{n}", "path": path} for n, path in enumerate(paths[:2])]
    seen = table_of("seen", "id:string from:integer to:integer", ["a", 0, 5], into="t0")
    files = dict.fromkeys(paths, "Hallo")
    out = exported(
        make_of(tmp_path / "p", *texts, *others, seen, files=files), "huggingface", tmp_path
    )
    found = {r.name: r.path for r in sc.load(out).package.resources}
    assert found["o1"] == "files/README.md"
    assert found["t0"] == "files/files/readme.md/x.txt"  # where cases are one, it is a folder
    assert found["o0"] == "files/files/files/README.md"
    assert sc.validate(out).ok


def test_a_file_that_cannot_be_moved_is_named(tmp_path: Path) -> None:
    docs = table_of("docs", "id:string path:string hash:string", ["d", "README.md", ""])
    seen = table_of("seen", "id:string doc:string from:integer to:integer", ["a", "d", 0, 5])
    target = {"resource": "docs", "fields": {"key": "id", "path": "path"}}
    of = {"start": "from", "end": "to", "source": "doc"}
    seen["schema"]["textSpans"] = [{"fields": of, "reference": target}]
    package = make_of(tmp_path / "p", docs, seen, files={"README.md": "Hallo"})
    with pytest.raises(sc.UnwritablePackage, match=r"README\.md: the format has such a file"):
        exported(package, "huggingface", tmp_path)


def test_a_package_of_which_nothing_could_be_loaded_is_refused(tmp_path: Path) -> None:
    package = make_of(tmp_path / "p", {"name": "b", "path": "b.bin"}, files={"b.bin": "x"})
    with pytest.raises(sc.UnwritablePackage, match="could load nothing"):
        exported(package, "huggingface", tmp_path)


def test_the_card_says_that_words_are_withheld(toy: Folder, tmp_path: Path) -> None:
    from smartcity_case.cli import main

    public = tmp_path / "public"
    assert main(["withhold", str(toy.root), str(public)]) == 0
    sc.export(public, "huggingface", tmp_path / "out", accept_unverifiable=True)
    said = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert "Texts are withheld here" in said
    assert "--source diario=PATH" in said
    assert "proves every span" not in said
    (config, *_) = head(tmp_path / "out")["configs"]
    assert config["description"].startswith("Of this release: the SHA-256 of the file is ")
