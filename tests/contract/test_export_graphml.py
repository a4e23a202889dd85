"""A package as GraphML: networkx reads it, and what Gephi's importer asks for holds.

Gephi itself is not run. The schema of GraphML 1.0 is not at hand offline: the
rules of it that the files use are those of `holds_to_graphml`.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

import smartcity_case as sc
from anywhere import write
from conftest import ROOT, Folder, state
from debate import OPTIONS, make_debate, two_mode
from exports import any_keys, exported, make_odd, make_of, opened, table_of
from smartcity_case.cli import main
from smartcity_case.errors import NotFound
from smartcity_case.exporters.graphml.writing import Attribute, GraphWriter, token
from smartcity_case.strategies import packages

NS = "{http://graphml.graphdrawing.org/xmlns}"
NMTOKEN = re.compile(r"[A-Za-z0-9._:·\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff-]+")
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
OF_GEPHI = {
    "node": {"label", "d3", "x", "y", "xpos", "ypos", "z", "size", "r", "g", "b", "color"},
    "edge": {"label", "edgelabel", "d7", "weight", "Edge Weight", "id", "edgeid", "r", "g", "b",
             "color"},
}  # fmt: skip
"""Ids and names of keys that Gephi's importer takes for its own."""


def holds_to_graphml(path: Path) -> None:
    """The rules of the schema of GraphML 1.0, and of Gephi's importer, for what is written."""
    root = ElementTree.parse(path).getroot()
    assert root.tag == NS + "graphml"
    description, *keys, graph = root
    assert [description.tag, graph.tag] == [NS + "desc", NS + "graph"]
    assert graph.attrib == {"edgedefault": "directed"}
    ids: dict[str, dict[str, str]] = {}
    for key in keys:
        assert key.tag == NS + "key"
        assert set(key.attrib) == {"id", "for", "attr.name", "attr.type"}
        assert [child.tag for child in key] in ([], [NS + "desc"])
        assert key.attrib["for"] in ("node", "edge")
        assert key.attrib["attr.type"] in ("boolean", "long", "double", "string")
        assert NMTOKEN.fullmatch(key.attrib["id"])
        assert NMTOKEN.fullmatch(key.attrib["attr.name"])
        ids[key.attrib["id"]] = key.attrib
        own = OF_GEPHI[key.attrib["for"]]
        assert key.attrib["id"] not in own
        assert key.attrib["attr.name"] not in own - {"label", "weight"}
    assert len({key.lower() for key in ids}) == len(keys)  # Gephi does not tell cases apart
    names = Counter((key["for"], key["attr.name"]) for key in ids.values())
    assert set(names.values()) <= {1}
    kinds = [child.tag.removeprefix(NS) for child in graph]
    assert kinds == sorted(kinds, reverse=True)  # nodes first: Gephi would make up the others
    assert set(kinds) <= {"node", "edge"}
    nodes = [child.attrib["id"] for child in graph if child.tag == NS + "node"]
    edges = [child.attrib["id"] for child in graph if child.tag == NS + "edge"]
    assert len(set(nodes)) == len(nodes)
    assert len(set(edges)) == len(edges)
    assert all(map(NMTOKEN.fullmatch, [*nodes, *edges]))
    for child in graph:
        of = child.tag.removeprefix(NS)
        told = [data.attrib["key"] for data in child]
        assert {data.tag for data in child} <= {NS + "data"}
        assert len(set(told)) == len(told)
        assert {ids[key]["for"] for key in told} <= {of}
        if of == "edge":
            assert {child.attrib["source"], child.attrib["target"]} <= set(nodes)


def graph_of(path: Path) -> Any:
    import networkx as nx

    holds_to_graphml(path)
    return nx.read_graphml(path, force_multigraph=True)


def cells_of(root: Path) -> Iterator[tuple[str, dict[str, Any], str, dict[str, Any]]]:
    """Table, schema, key and typed cells of every row: read by `csv`, by no code of ours."""
    descriptor = json.loads((root / "datapackage.json").read_text("utf-8"))
    for resource in descriptor["resources"]:
        if "schema" not in resource:
            continue
        schema = resource["schema"]
        text = (root / resource["path"]).read_bytes().decode("utf-8")
        fields = {field["name"]: field for field in schema["fields"]}
        key = schema.get("primaryKey", [])
        for row in csv.DictReader(io.StringIO(text, newline="")):
            cells = {}
            for name, cell in row.items():
                field = fields[name]
                missing = field.get("missingValues", schema.get("missingValues", [""]))
                if cell not in missing:
                    cells[name] = typed(field, cell)
            own = [key] if isinstance(key, str) else key
            yield resource["name"], schema, "/".join(str(cells[k]) for k in own), cells


def typed(field: dict[str, Any], cell: str) -> Any:
    kinds: dict[str, Callable[[str], Any]] = {"integer": int, "number": float}
    cell = NO_XML.sub("\ufffd", cell)
    if field.get("type") == "boolean":
        return cell in field.get("trueValues", ["true"])
    if field["name"] == "sqlite_x":  # of the odd package: 20 digits, so a column of text
        return cell
    return kinds.get(field.get("type", ""), str)(cell)


def holds_the_rows(graph: Any, root: Path) -> None:
    """Nodes are the rows with their cells, edges their foreign keys; nothing else is there."""
    nodes, edges = {}, Counter[tuple[str, str, str]]()
    numbers = Counter[str]()
    rows = list(cells_of(root))
    for table, _, key, cells in rows:
        numbers[table] += 1
        named = {f"{token(table)}.{token(name)}": value for name, value in cells.items()}
        nodes[table, key or f"#{numbers[table]}"] = named
    for table, schema, key, cells in rows:
        for foreign in schema.get("foreignKeys", []):
            own, others = foreign["fields"], foreign["reference"]["fields"]
            own, others = ([n] if isinstance(n, str) else n for n in (own, others))
            target = foreign["reference"]["resource"] or table
            wanted = [cells.get(name) for name in own]
            for other_table, _, other_key, other in rows:
                fits = other_table == target and wanted == [other.get(n) for n in others]
                if fits and wanted[0] is not None:
                    edges[f"{table}/{key}", f"{target}/{other_key}", "+".join(own)] += 1
    found, numbers = {}, Counter[str]()
    where = {}
    for name, data in graph.nodes(data=True):
        if "table" not in data:
            assert data["kind"] in ("actor", "concept")
            continue
        numbers[data["table"]] += 1
        key = data.get("key") or f"#{numbers[data['table']]}"
        where[name] = f"{data['table']}/{key}"
        found[data["table"], key] = {
            column: value
            for column, value in data.items()
            if column not in ("label", "kind", "table", "key")
        }
    assert found == nodes
    assert edges == Counter(
        (where[a], where[b], data["label"].partition(".")[2])
        for a, b, data in graph.edges(data=True)
        if data["kind"] == "reference"
    )


# the case


def test_graphml_lines_open_the_case_in_networkx(tmp_path: Path, monkeypatch: Any) -> None:
    shown = opened("graphml", tmp_path, monkeypatch)
    assert shown == "MultiDiGraph with 354 nodes and 438 edges 5\n"


def test_the_case_is_a_graph_of_its_rows(tmp_path: Path) -> None:
    graph = graph_of(exported(None, "graphml", tmp_path))
    holds_the_rows(graph, ROOT)
    # stance: whose it is, and of what a claim is
    stance = {a for a, _, data in graph.edges(data=True) if data["label"] == "claims.stance_holder"}
    assert {graph.nodes[claim]["claims.stance"] for claim in stance} == {"supportive", "critical"}
    assert graph.nodes["technologies:5g"]["technologies.status"] == "assigned"
    about = [a for a, b in graph.in_edges("technologies:5g") if a.startswith("mentions:")]
    assert [graph.nodes[mention]["mentions.exact"] for mention in about] == [
        "5G-Technologie",
        "All das",
    ]
    claims = {graph.nodes[a]["claim_mentions.claim"] for m in about for a, _ in graph.in_edges(m)}
    assert claims == {"c013", "c014"}


def test_the_discourse_network_of_the_case(tmp_path: Path) -> None:
    graph = graph_of(exported(None, "graphml", tmp_path, options={"only": "statements"}))
    label = {name: data["label"] for name, data in graph.nodes(data=True)}
    said = [
        (label[a], label[b], data["agrees"], data["weight"], data["label"])
        for a, b, data in graph.edges(data=True)
    ]
    assert said == [
        ("Sören Link", "cooperation", True, 1.0, "agrees"),
        ("Martin Murrack", "experience", True, 2.0, "agrees"),
        ("Martin Murrack", "control", True, 2.0, "agrees"),
        ("Martin Murrack", "data-protection", True, 2.0, "agrees"),
        ("Thomas Pattloch", "rules", False, 1.0, "disagrees"),
    ]
    kinds = Counter(data["kind"] for _, data in graph.nodes(data=True))
    assert kinds == {"actor": 3, "concept": 5}
    assert graph.nodes["concept:rules"]["definition"] == "The Chinese side keeps to the rules."
    assert graph.nodes["actors:pattloch"]["actors.role_exact"].startswith("Partner bei der")


def test_what_it_is_and_whose_stands_in_the_description(tmp_path: Path) -> None:
    out = exported(None, "graphml", tmp_path)
    description = ElementTree.parse(out).getroot()[0].text
    assert description is not None
    assert "name: smartcity-case\nversion: 1.0.0\n" in description
    assert "CC-BY-4.0: Creative Commons Attribution 4.0: keys, offsets, codes" in description
    assert "; LicenseRef-rights-of-the-article: The rights in the article are" in description
    assert "sources: Article on the web site of the Tagesspiegel" in description
    assert "sha256:" in description
    again = tmp_path / "again.graphml"
    sc.export(None, "graphml", again)
    assert again.read_bytes() == out.read_bytes()


# other packages


def test_any_package_is_a_graph_without_options(toy: Folder, tmp_path: Path) -> None:
    graph = graph_of(exported(toy.root, "graphml", tmp_path))
    holds_the_rows(graph, toy.root)
    assert graph.nodes["avistamientos:a1"]["label"] == "dos garzas"
    assert graph.nodes["especies:garza"]["label"] == "garza"
    assert list(graph.edges(data="label")) == [
        ("avistamientos:a1", "especies:garza", "avistamientos.especie"),
        ("avistamientos:a2", "especies:garza", "avistamientos.especie"),
    ]


def test_a_graph_holds_to_the_schema_whatever_its_names_and_values_are(tmp_path: Path) -> None:
    root = make_odd(tmp_path / "package")
    done = sc.export(root, "graphml", tmp_path / "odd.graphml")
    assert any('wo"rt: 1 character that XML cannot hold' in note for note in done.notes)
    graph = graph_of(tmp_path / "odd.graphml")
    assert "a\ufffdb" in {value for _, data in graph.nodes(data=True) for value in data.values()}
    holds_the_rows(graph, root)


def test_a_debate_is_rows_and_statements(tmp_path: Path) -> None:
    root = make_debate(tmp_path / "package")
    graph = graph_of(exported(root, "graphml", tmp_path, options=OPTIONS))
    holds_the_rows(graph, root)
    assert graph.nodes["leute:1"]["label"] == "Öz"
    assert graph.nodes["leute:4"] == {
        "label": "4", "kind": "row", "table": "leute", "key": "4", "leute.nr": 4,
        "leute.art": "Runde",
    }  # fmt: skip
    actors = {name for name, kind in graph.nodes(data="kind") if kind == "actor"}
    assert actors == {"leute:1", "leute:2", "leute:3"}
    harbour = "concept:Hafen·3B··20·Ausbau"
    assert graph.nodes[harbour] == {
        "label": "Hafen; Ausbau",
        "kind": "concept",
        "definition": "Der Hafen soll größer werden.",
    }
    said = [
        (a.removeprefix("leute:"), b.removeprefix("concept:"), data["agrees"])
        for a, b, data in graph.edges(data=True)
        if data["kind"] == "statement"
        for _ in range(int(data["weight"]))
    ]
    assert two_mode(said) == {
        ("1", token("Hafen; Ausbau"), True): 2,
        ("2", token("Hafen; Ausbau"), False): 1,
        ("2", "Lärm", False): 1,
        ("3", "Lärm", False): 1,
    }


def test_actors_and_concepts_may_be_plain_words_or_rows(toy: Folder, tmp_path: Path) -> None:
    toy.describe(lambda d: d["resources"][1].update(name="actor"))
    toy.describe(
        lambda d: d["resources"][2]["schema"]["foreignKeys"][0]["reference"].update(
            resource="actor"
        )
    )
    options = {
        "statements": "avistamientos",
        "actor": "palabras",
        "concept": "especie",
        "agreement": "num",
        "agree": "a1",
        "disagree": "a2",
        "only": "statements",
    }
    graph = graph_of(exported(toy.root, "graphml", tmp_path, options=options))
    assert {name: data["kind"] for name, data in graph.nodes(data=True)} == {
        "actor:garza": "concept",  # a row of the table called actor
        "actor-:dos·20·garzas": "actor",
        "actor-:otra·20·garza": "actor",
    }
    assert sorted(graph.edges(data="agrees")) == [
        ("actor-:dos·20·garzas", "actor:garza", True),
        ("actor-:otra·20·garza", "actor:garza", False),
    ]


def test_a_name_that_is_empty_is_the_key(tmp_path: Path) -> None:
    def nameless(tables: Any, schemas: Any) -> None:
        tables["leute"][3][1] = ""

    root = make_debate(tmp_path / "package", nameless)
    options = {**OPTIONS, "only": "statements"}
    graph = graph_of(exported(root, "graphml", tmp_path, options=options))
    assert [graph.nodes[f"leute:{n}"]["label"] for n in (1, 2, 3)] == ["Öz", "Öz", "3"]


def test_keys_are_compared_by_value_and_rows_that_share_one_are_all_meant(tmp_path: Path) -> None:
    def shared(tables: Any, schemas: Any) -> None:
        schemas["leute"]["primaryKey"] = []
        schemas["reden"]["fields"][2]["type"] = "number"
        tables["leute"][2][0] = "01"
        for row in tables["reden"][1:]:
            row[2] = "1.0"
        tables["leute"][4][0] = ""
        del schemas["leute"]["foreignKeys"]

    root = make_debate(tmp_path / "package", shared)
    graph = graph_of(exported(root, "graphml", tmp_path, options=OPTIONS))
    told = [(a, b) for a, b, data in graph.edges(data=True) if data["label"] == "reden.wer"]
    assert told[:2] == [("reden:r1", "leute:1"), ("reden:r1", "leute:2")]
    said = [(a, data["weight"]) for a, _, data in graph.edges(data=True) if "agrees" in data]
    assert {a for a, _ in said} == {"leute:1"}  # the first of them speaks


def test_parquet_numbers_that_are_none_are_read(tmp_path: Path) -> None:
    table = pa.table({
        "k": pa.array([1, 2, 3], pa.int32()),
        "x": pa.array([float("inf"), float("-inf"), float("nan")]),
    })  # fmt: skip
    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink)
    data = sink.getvalue().to_pybytes()
    root = tmp_path / "package"
    root.mkdir()
    (root / "t.parquet").write_bytes(data)
    fields = [{"name": "k", "type": "integer"}, {"name": "x", "type": "number"}]
    resource = {"name": "t", "path": "t.parquet", "schema": {"fields": fields, "primaryKey": "k"}}
    resource |= {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
    state(resource, data)
    (root / "datapackage.json").write_text(json.dumps({"name": "n", "resources": [resource]}))
    graph = graph_of(exported(root, "graphml", tmp_path))
    values = [graph.nodes[f"t:{k}"]["t.x"] for k in (1, 2, 3)]
    assert values[:2] == [float("inf"), float("-inf")]
    assert values[2] != values[2]


def test_withheld_texts_and_words_are_no_hindrance(release: Folder, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    assert main(["withhold", str(release.root), str(bare)]) == 0
    out = exported(bare, "graphml", tmp_path, accept_unverifiable=True)
    graph = graph_of(out)
    assert len(graph) == 354
    assert graph.nodes["technologies:5g"]["label"] == "5g"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"only": "actors"}, "only: 'actors' is not statements"),
        ({"only": "statements"}, "only=statements needs to know them"),
    ],
)
def test_what_only_may_be(toy: Folder, tmp_path: Path, options: Any, why: str) -> None:
    with pytest.raises(NotFound, match=why):
        sc.export(toy.root, "graphml", tmp_path / "x.graphml", options=options)


@settings(max_examples=6)
@given(packages())
def test_any_package_is_a_graph_of_its_rows(files: dict[str, bytes]) -> None:
    descriptor = json.loads(files["datapackage.json"])
    last = descriptor["resources"][-1]
    names = [field["name"] for field in last["schema"]["fields"]]
    options = {
        "statements": last["name"],
        "actor": "of" if "of" in names else "id",
        "concept": "words",
        "agreement": "kind",
        "agree": "named",
        "disagree": "meant",
    }
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "package"
        write(root, files)
        graph = graph_of(exported(root, "graphml", Path(folder), options=options))
        holds_the_rows(graph, root)
        own = [cells for table, _, _, cells in cells_of(root) if table == last["name"]]
    said = [
        (cells[options["actor"]], cells["words"], cells["kind"] == "named")
        for cells in own
        if {options["actor"], "words"} <= set(cells) and cells.get("kind") in ("named", "meant")
    ]
    label = {n: d.get("key", d["label"]) for n, d in graph.nodes(data=True)}
    assert two_mode(said) == {
        (label[a], label[b], data["agrees"]): data["weight"]
        for a, b, data in graph.edges(data=True)
        if data["kind"] == "statement"
    }


# writing


@given(st.text(), st.text())
def test_tokens_are_tokens_and_different(one: str, other: str) -> None:
    assert NMTOKEN.fullmatch(token(one)) or not one
    assert (token(one) == token(other)) == (one == other)


def test_columns_of_two_tables_may_look_alike() -> None:
    stream = io.BytesIO()
    alike = [Attribute("node", "b.c", "long", "a"), Attribute("node", "c", "string", "a.b")]
    writer = GraphWriter(stream, "d", alike)
    writer.node("n", [(alike[0], 1), (alike[1], "one")])
    writer.close()
    import networkx as nx

    graph = nx.parse_graphml(stream.getvalue().decode())
    assert graph.nodes["n"] == {"a.b.c": 1, "a.b.c-2": "one"}


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_is_read_as_it_was_but_for_what_xml_cannot_hold(text: str) -> None:
    stream = io.BytesIO()
    words = Attribute("node", "words", "string")
    writer = GraphWriter(stream, text, [words])
    writer.node("n", [(words, text)])
    writer.close()
    graph = ElementTree.fromstring(stream.getvalue())
    for element in (graph[0], graph[2][0][0]):
        assert (element.text or "") == NO_XML.sub("\ufffd", text)
    assert writer.replaced["words"] == len(NO_XML.findall(text))


def test_keys_that_are_written_alike_are_other_nodes(tmp_path: Path) -> None:
    out = tmp_path / "out.graphml"
    done = sc.export(any_keys(tmp_path / "p"), "graphml", out)
    assert sorted(graph_of(out)) == ["seen:1:1", "seen:1:2", "seen:2.0:4", "seen:2.0:5", "seen:x"]
    assert any("written alike (1, 2.0)" in note for note in done.notes)


def test_no_two_attributes_are_called_alike_even_with_their_numbers(tmp_path: Path) -> None:
    one = table_of("a.b", "id:string c:string", ["1", "x"])
    two = table_of("a", "id:string b.c:string b.c-2:string", ["1", "y", "z"])
    graph = graph_of(exported(make_of(tmp_path / "p", one, two), "graphml", tmp_path))
    assert graph.nodes["a.b:1"]["a.b.c"] == "x"
    assert (graph.nodes["a:1"]["a.b.c-3"], graph.nodes["a:1"]["a.b.c-2"]) == ("y", "z")


def test_nothing_is_said_of_names_that_a_graph_does_not_change(tmp_path: Path) -> None:
    people = table_of("people", "id:string name:string", ["a", "Ida"], ["b", "Ida"])
    rows = [["1", "a", "x", "yes"], ["2", "b", "x", "no"]]
    key = {"fields": ["who"], "reference": {"resource": "people", "fields": ["id"]}}
    said = table_of(
        "said", "id:string who:string what:string side:string", *rows, foreignKeys=[key]
    )
    options = {"statements": "said", "actor": "who", "concept": "what", "agreement": "side",
               "agree": "yes", "disagree": "no", "name": "name"}  # fmt: skip
    package = make_of(tmp_path / "p", people, said)
    assert sc.export(package, "graphml", tmp_path / "out", options=options).notes == ()
    dna = sc.export(package, "dna", tmp_path / "dna.csv", options=options)
    assert any("those of others too" in note for note in dna.notes)
