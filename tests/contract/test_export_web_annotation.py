"""Web annotations, read by rdflib without a network, and held to our shapes by pyshacl."""

from __future__ import annotations

import datetime as dt
import doctest
import json
import math
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bundles
import smartcity_case as sc
from anywhere import TEXT, in_order, material, package, values, write
from conftest import ROOT, Folder, make_toy
from exports import any_keys, exported, make_odd, make_of, note_of, opened, table_of
from smartcity_case.authoring.anchoring.imported import anchor_imported
from smartcity_case.authoring.readers import read_foreign
from smartcity_case.case import open_files
from smartcity_case.editions import withhold_package
from smartcity_case.errors import NotFound
from smartcity_case.exporters.web_annotation import term
from smartcity_case.rowid import RowReference
from smartcity_case.strategies import packages
from smartcity_case.writing import write_files

SHAPES = ROOT / "profiles" / "web-annotation" / "shapes.ttl"
OA = "http://www.w3.org/ns/oa#"
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("something asks for the network")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.fixture(autouse=True)
def _quiet_rdflib() -> Iterator[None]:
    with warnings.catch_warnings():
        # rdflib's own reader of JSON-LD and pyshacl still use what rdflib deprecates.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="rdflib|pyshacl")
        yield


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(None, "web-annotation", tmp_path_factory.mktemp("case"))


def graph_of(out: Path) -> Any:
    from rdflib import Graph

    return Graph().parse(out)


def items_of(out: Path) -> list[Json]:
    collection = json.loads(out.read_text("utf-8"))
    items: list[Json] = collection["first"]["items"]
    assert collection["total"] == len(items)
    return items


def bodies(graph: Any) -> dict[str, Json]:
    """The rows by their IRIs, as the graph has them; the table is in `""`."""
    from rdflib import RDF, URIRef

    found: dict[str, Json] = {}
    for row in set(graph.objects(None, URIRef(f"{OA}hasBody"))):
        (kind,) = graph.objects(row, RDF.type)
        cells = found[str(row)] = {"": unquote(kind.fragment)}
        for name, value in graph.predicate_objects(row):
            if name != RDF.type:
                table, _, field = name.fragment.partition(".")
                assert unquote(table) == cells[""]
                assert unquote(field) not in cells
                cells[unquote(field)] = value.toPython()
    return found


def targets(graph: Any) -> list[tuple[Any, ...]]:
    """Row, source, start, end, exact, prefix, suffix of every annotation."""
    rows = graph.query(
        f"""PREFIX oa: <{OA}>
        SELECT ?body ?source ?start ?end ?exact ?prefix ?suffix WHERE {{
            ?one oa:hasBody ?body; oa:hasTarget ?target.
            ?target oa:hasSource ?source; oa:hasSelector ?position.
            ?position oa:start ?start; oa:end ?end.
            OPTIONAL {{ ?target oa:hasSelector ?quote. ?quote oa:exact ?exact.
                OPTIONAL {{ ?quote oa:prefix ?prefix }} OPTIONAL {{ ?quote oa:suffix ?suffix }} }}
        }}"""
    )
    return [tuple(None if cell is None else cell.toPython() for cell in row) for row in rows]


def holds(path: Path | None, out: Path) -> None:
    """Whether the graph has every row with a span, with all its values and spans."""
    held, base = material(path), out.as_uri()
    graph = graph_of(out)
    expected, spans, read = [], [], bodies(graph)
    for table in held.tables:
        for row in held.rows(table):
            if row.spans:
                expected.append({"": table} | values(row))
            for span in row.spans:
                text = held.text(span.text) or ""
                around = text[max(0, span.start - 32) : span.start], text[span.end : span.end + 32]
                file = held.path(span.text)
                spans.append((table, file, span.start, span.end, span.exact, *around))
                assert span.exact == text[span.start : span.end]
    assert in_order(list(read.values())) == in_order(expected)
    found = [
        (read[row][""], unquote(source[len(urljoin(base, ".")) :]), start, end, exact,
         before or "", behind or "")
        for row, source, start, end, exact, before, behind in targets(graph)
    ]  # fmt: skip
    if all(file for _, file, *_ in spans):
        assert sorted(found) == sorted(spans)
    else:  # texts in cells
        assert sorted(f[2:] for f in found) == sorted(s[2:] for s in spans)


def made(path: Path, folder: Path, **options: Any) -> Path:
    return exported(path, "web-annotation", folder, **options)


# rdflib


def test_rdflib_reads_the_case(case: Path) -> None:
    holds(None, case)


def test_rdflib_reads_two_spans_of_a_row_behind_an_emoji(toy: Folder, tmp_path: Path) -> None:
    out = made(toy.root, tmp_path)
    holds(toy.root, out)
    assert [item["id"] for item in items_of(out)] == [
        "aves@0.1.0#avistamientos/a1;palabras",
        "aves@0.1.0#avistamientos/a1;dicho",
        "aves@0.1.0#avistamientos/a2;palabras",
    ]


def test_rdflib_reads_odd_names_and_values(tmp_path: Path, caplog: Any) -> None:
    odd = make_odd(tmp_path / "odd")
    out = made(odd, tmp_path)
    holds(odd, out)
    assert not caplog.records  # rdflib logs what looks like no IRI
    for item in items_of(out):
        row = RowReference.parse(item["body"]["id"])
        assert (row.name, row.version) == ("odd-package", "0.3.0")
        assert row.table == unquote(item["body"]["type"])
        start, _, column = item["id"].partition(";")
        assert start == item["body"]["id"]
        assert unquote(column) in ("exact words", "said", "from")
        # Readers of JSON-LD other than rdflib take what has a colon for absolute.
        assert ":" not in item["id"] + item["target"]["source"]


@pytest.mark.parametrize("table", ["csv", "parquet", "inline"])
@pytest.mark.parametrize("form", bundles.FORMS)
def test_rdflib_reads_texts_in_every_form(tmp_path: Path, form: str, table: str) -> None:
    root = bundles.make(tmp_path / "ports", form, table).root
    out = made(root, tmp_path)
    holds(root, out)
    sources = {item["target"]["source"] for item in items_of(out)}
    assert (
        sources
        == {
            "file": {"hafen.txt"},
            "files": {"texts/hafen.txt", "texts/muelle.txt"},
            "column": {"ports#ports/hafen;body", "ports#ports/muelle;body"},
        }[form]
    )


@settings(max_examples=8)
@given(packages())
def test_rdflib_and_our_reader_read_what_is_drawn(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = write(Path(place) / "drawn", files)
        out = made(root, Path(place))
        holds(root, out)
        read_back(root, out)


NUMBERS = st.floats() | st.sampled_from([-0.0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2])


@settings(max_examples=8)
@given(st.lists(st.tuples(NUMBERS, st.integers(-(1 << 63), (1 << 63) - 1)), min_size=1, max_size=9))
def test_rdflib_reads_every_number_as_it_is(numbers: list[tuple[float, int]]) -> None:
    special = {"nan": "NaN", "inf": "INF", "-inf": "-INF"}
    rows = [
        (str(n), "0", "1", special.get(repr(number), repr(number)), str(whole))
        for n, (number, whole) in enumerate(numbers)
    ]
    kinds = {"id": "string", "start": "integer", "end": "integer", "x": "number", "n": "integer"}
    with tempfile.TemporaryDirectory() as place:
        root = package(Path(place) / "p", rows, kinds)
        out = made(root, Path(place))
        holds(root, out)
        for item in items_of(out):
            body = item["body"]
            if isinstance(number := body["seen.x"], float):  # JSON-LD prescribes this form
                assert float(f"{number:.15E}") == number
            if isinstance(whole := body["seen.n"], int):  # and JavaScript reads this range
                assert abs(whole) <= 1 << 53


def test_dates_truth_values_and_numbers_have_types(tmp_path: Path) -> None:
    kinds = {"id": "string", "start": "integer", "end": "integer", "day": "date", "ok": "boolean"}
    kinds["x"] = "number"
    rows = [("a", "2", "6", "2018-12-03", "true", "1"), ("b", "2", "6", "", "false", "NaN")]
    root = package(tmp_path / "p", rows, kinds)
    out = made(root, tmp_path)
    rows_read = {row["id"]: row for row in bodies(graph_of(out)).values()}
    assert rows_read["a"]["day"] == dt.date(2018, 12, 3)
    assert rows_read["a"]["ok"] is True
    assert isinstance(rows_read["a"]["x"], float)
    assert "day" not in rows_read["b"]
    assert math.isnan(rows_read["b"]["x"])
    assert items_of(out)[0]["body"]["seen.day"] == "2018-12-03"


@pytest.mark.parametrize(
    "table", ["Person", "Text", "body", "describing", "@id", "a.b:c/d", "", "%"]
)
def test_a_table_may_be_called_like_a_term_of_the_context(tmp_path: Path, table: str) -> None:
    root = package(tmp_path / "p", table=table)
    out = made(root, tmp_path)
    holds(root, out)
    graph = graph_of(out)
    kinds = {str(kind) for kind in graph.objects(None, None) if str(kind).startswith("ni:")}
    assert [unquote(kind.rpartition("#")[2]) for kind in kinds] == [table]


@given(st.text())
def test_a_term_gives_its_name_back(name: str) -> None:
    assert unquote(term(name)) == name
    assert re.fullmatch(r"[\w%-]*", term(name))


def test_properties_are_called_after_the_hash_of_the_descriptor(
    toy: Folder, tmp_path: Path
) -> None:
    one = made(toy.root, tmp_path / "1").read_bytes()
    assert made(toy.root, tmp_path / "2").read_bytes() == one
    toy.describe(lambda d: d.update(title="Aves"))
    context = json.loads(one)["@context"]
    other = json.loads(made(toy.root, tmp_path / "3").read_bytes())["@context"]
    assert context.pop("@vocab") != other.pop("@vocab")
    assert context == other


def test_the_lines_of_the_docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spans = sum(len(row.spans) for row in material(None).rows("claims"))
    assert opened("web-annotation", tmp_path, monkeypatch) == f"{spans}\n"


# the context


MEANINGS = {
    "Annotation": "oa:Annotation", "SpecificResource": "oa:SpecificResource",
    "TextPositionSelector": "oa:TextPositionSelector", "TextQuoteSelector": "oa:TextQuoteSelector",
    "AnnotationCollection": "as:OrderedCollection", "AnnotationPage": "as:OrderedCollectionPage",
    "Dataset": "dctypes:Dataset", "Text": "dctypes:Text", "describing": "oa:describing",
    "body": "@id oa:hasBody", "target": "@id oa:hasTarget", "source": "@id oa:hasSource",
    "selector": "@id oa:hasSelector", "motivation": "@vocab oa:motivatedBy",
    "start": "xsd:nonNegativeInteger oa:start", "end": "xsd:nonNegativeInteger oa:end",
    "exact": "oa:exact", "prefix": "oa:prefix", "suffix": "oa:suffix",
    "creator": "@id dcterms:creator", "rights": "@id dcterms:rights", "first": "@id as:first",
    "last": "@id as:last", "partOf": "@id as:partOf", "items": "@id as:items @list",
    "total": "xsd:nonNegativeInteger as:totalItems", "id": "@id", "type": "@type",
    "startIndex": "xsd:nonNegativeInteger as:startIndex", "format": "dc:format",
    "language": "dc:language", "label": "rdfs:label", "name": "foaf:name",
}  # fmt: skip
"""What the terms mean in http://www.w3.org/ns/anno.jsonld."""


def test_the_terms_mean_what_they_mean_in_the_context_of_the_model(
    toy: Folder, tmp_path: Path
) -> None:
    context = json.loads(made(toy.root, tmp_path).read_text("utf-8"))["@context"]
    assert context.pop("@vocab").startswith("ni:///sha-256;")
    prefixes = {name: iri for name, iri in context.items() if str(iri).startswith("http")}
    assert set(prefixes) == {
        "oa",
        "as",
        "dc",
        "dcterms",
        "dctypes",
        "foaf",
        "rdfs",
        "schema",
        "xsd",
    }
    assert prefixes["oa"] == OA
    said = {
        name: " ".join(filter(None, (m.get("@type"), m["@id"], m.get("@container"))))
        if isinstance(m, dict)
        else m
        for name, m in context.items()
        if name not in prefixes
    }
    assert said == MEANINGS


def test_with_the_address_of_the_context_it_says_the_same(tmp_path: Path) -> None:
    from rdflib import Graph
    from rdflib.compare import isomorphic

    root = package(
        tmp_path / "p",
        [("a", "2", "6", "0.5")],
        {"id": "string", "start": "integer", "end": "integer", "x": "number"},
    )
    inline = made(root, tmp_path / "1", options={"motivation": "classifying"})
    out = made(root, tmp_path / "2", options={"context": "w3c", "motivation": "classifying"})
    document, same = json.loads(out.read_bytes()), json.loads(inline.read_bytes())
    address, own = document["@context"]
    assert address == "http://www.w3.org/ns/anno.jsonld"
    assert set(own) == {"@vocab", "seen.x", "classifying"}
    known = {n: m for n, m in same["@context"].items() if n not in own}
    document["@context"] = [known, own]  # what the address would give
    there, here = (
        Graph().parse(data=json.dumps(each), format="json-ld", publicID="file:///a/b.jsonld")
        for each in (document, same)
    )
    assert isomorphic(there, here)
    assert {str(m) for m in here.objects(None, None) if "classifying" in str(m)} == {
        f"{OA}classifying"
    }


@pytest.mark.parametrize("option", ["context", "motivation"])
def test_an_option_has_words_that_it_may_be(toy: Folder, tmp_path: Path, option: str) -> None:
    with pytest.raises(NotFound, match=f"{option}: 'idle' is none of .*"):
        made(toy.root, tmp_path, options={option: "idle"})


# shapes


def report(out: Path, change: Callable[[list[Json]], object] | None = None) -> tuple[bool, str]:
    from pyshacl import validate
    from rdflib import Graph

    document = json.loads(out.read_bytes())
    if change:
        change(document["first"]["items"])
    graph = Graph().parse(data=json.dumps(document), format="json-ld", publicID=out.as_uri())
    conforms, _, text = validate(graph, shacl_graph=Graph().parse(SHAPES))
    return conforms, text


def test_pyshacl_holds_the_case_to_the_shapes(case: Path) -> None:
    conforms, text = report(case)
    assert conforms, text


def test_pyshacl_holds_odd_packages_to_the_shapes(tmp_path: Path) -> None:
    conforms, text = report(made(make_odd(tmp_path / "odd"), tmp_path))
    assert conforms, text


def selector(number: int) -> Callable[[list[Json]], Json]:
    return lambda items: items[0]["target"]["selector"][number]


BROKEN: dict[str, tuple[Callable[[list[Json]], object], str]] = {
    "end before start": (lambda i: selector(0)(i).update(start=99), "stands before its end"),
    "no words": (lambda i: selector(1)(i).update(exact=""), "A quotation has words"),
    "words twice": (lambda i: selector(1)(i).update(exact=["a", "b"]), "and once"),
    "words too long": (lambda i: selector(1)(i).update(exact="dos garzas!"), "not as long"),
    "a start that is a word": (lambda i: selector(0)(i).update(start="x"), "one start"),
    "no start": (lambda i: selector(0)(i).pop("start"), "one start"),
    "no end": (lambda i: selector(0)(i).pop("end"), "one end"),
    "two prefixes": (lambda i: selector(1)(i).update(prefix=["a", "b"]), "one prefix"),
    "two suffixes": (lambda i: selector(1)(i).update(suffix=["a", "b"]), "one suffix"),
    "no position": (lambda i: i[0]["target"]["selector"].pop(0), "one target"),
    "two positions": (
        lambda i: i[0]["target"]["selector"].append({**selector(0)(i), "end": 99}),
        "one target",
    ),
    "no source": (lambda i: i[0]["target"].pop("source"), "one target"),
    "no target": (lambda i: i[0].pop("target"), "one target"),
    "no body": (lambda i: i[0].pop("body"), "one body"),
    "a body without a table": (lambda i: i[2]["body"].pop("type"), "of which table"),
    "a reason of its own": (lambda i: i[0].update(motivation="guessing"), "a motivation"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_pyshacl_finds_what_is_wrong(fault: str, tmp_path: Path) -> None:
    change, told = BROKEN[fault]
    out = made(make_toy(tmp_path / "aves").root, tmp_path)
    conforms, text = report(out, change)
    assert not conforms
    assert told in text


# the page


def test_the_page_on_the_shapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (SHAPES.parent / "README.md").read_text("utf-8")
    guide = (ROOT / "docs" / "text-spans.md").read_text("utf-8").partition("## A whole package")[2]
    files = {"note.txt": "El zorro duerme.", "datapackage.json": _block(guide, "json")}
    files["animals.csv"] = _block(guide, "text")
    root = write(tmp_path / "animals", {path: text.encode() for path, text in files.items()})
    sc.export(root, "web-annotation", tmp_path / "animals.jsonld")
    (item,) = items_of(tmp_path / "animals.jsonld")
    assert item == json.loads(_block(page, "json"))
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(_block(page, "pycon"), {}, "page", None, None)
    assert doctest.DocTestRunner().run(test).failed == 0
    command, _, printed = _block(page, "console").partition("\n")
    (tmp_path / "profiles").symlink_to(ROOT / "profiles")
    assert _pyshacl(*shlex.split(command)[2:]) == printed


def _block(page: str, kind: str) -> str:
    found = re.search(f"^```{kind}\n(.*?)^```$", page, re.M | re.S)
    assert found is not None
    return found[1]


def _pyshacl(*arguments: str) -> str:
    command = [sys.executable, "-m", "pyshacl", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout


# rights, and what is not carried


def test_each_licence_says_what_it_covers(case: Path) -> None:
    from rdflib import DCTERMS, RDFS, Literal, URIRef

    graph = graph_of(case)
    assert not list(graph.subject_objects(DCTERMS.license))
    covered = {
        str(title): str(graph.value(statement, DCTERMS.identifier))
        for _, statement in graph.subject_objects(DCTERMS.rights)
        for title in graph.objects(statement, RDFS.label)
    }
    licences = material(None).package.licenses
    assert {each.title: each.name for each in licences}.items() <= covered.items()
    (dataset,) = graph.subjects(DCTERMS.bibliographicCitation)
    assert str(dataset).endswith("smartcity-case@1.0.0")
    file = URIRef(urljoin(str(dataset), "datapackage.json"))
    (hashed,) = graph.objects(file, DCTERMS.identifier)
    assert hashed == Literal("sha256:" + _sha256((ROOT / "datapackage.json").read_bytes()))
    (text,) = (s for s in graph.objects(dataset, DCTERMS.hasPart) if str(s).endswith(".txt"))
    (statement,) = graph.objects(text, DCTERMS.rights)
    assert "LicenseRef-rights-of-the-article" in set(map(str, graph.objects(statement)))


def _sha256(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("form", bundles.FORMS)
def test_of_a_withheld_text_there_is_the_position_alone(tmp_path: Path, form: str) -> None:
    whole = bundles.make(tmp_path / "whole", form).root
    root = tmp_path / "withheld"
    root.mkdir()
    write_files(root, withhold_package(open_files(whole)).files.items())
    before = items_of(made(whole, tmp_path / "1"))
    after = items_of(made(root, tmp_path / "2", accept_unverifiable=True))
    positions = [item["target"]["selector"][:1] for item in before]
    assert [item["target"]["selector"] for item in after] == positions
    assert [item["body"]["id"] for item in after] == [item["body"]["id"] for item in before]
    sources = [item["target"]["source"] for item in before]
    assert [item["target"]["source"] for item in after] == sources
    conforms, text = report(tmp_path / "2" / "case.jsonld")
    assert conforms, text


def test_words_that_are_there_without_their_text_keep_the_context_that_is_declared(
    tmp_path: Path,
) -> None:
    names = ["id", "start", "end", "words", "before", "after"]
    kinds = {n: "integer" if n in ("start", "end") else "string" for n in names}
    fields = dict(zip(("start", "end", "exact", "prefix", "suffix"), names[1:], strict=True))
    spans = [{"fields": fields, "reference": {"resource": "note"}}]
    root = package(tmp_path / "p", [("a", "2", "6", "Zwei", "🐦 ", "")], kinds, spans=spans)
    document = json.loads((root / "datapackage.json").read_bytes())
    document["resources"][0]["withheld"] = {"text": True}
    (root / "datapackage.json").write_text(json.dumps(document), "utf-8")
    (root / "note.txt").unlink()
    (item,) = items_of(made(root, tmp_path, accept_unverifiable=True))
    assert item["target"]["selector"][1] == {
        "type": "TextQuoteSelector", "exact": "Zwei", "prefix": "🐦 ",
    }  # fmt: skip


def test_what_has_no_span_is_told(tmp_path: Path) -> None:
    optional = {"start": "start", "end": "end"}
    spans = [{"fields": optional, "reference": {"resource": "note"}, "required": False}]
    rows = [("a", "2", "6"), ("b", "", ""), ("c", "", "")]
    root = package(tmp_path / "p", rows, spans=spans)
    done = sc.export(root, "web-annotation", tmp_path / "out.jsonld")
    assert done.notes == ("seen: 2 rows without a span, of which there is no annotation",)
    bare = package(tmp_path / "q", spans=[])
    done = sc.export(bare, "web-annotation", tmp_path / "none.jsonld")
    assert done.notes == ("seen: it has no spans, so that there is no annotation of its rows",)
    assert items_of(tmp_path / "none.jsonld") == []


def test_rows_without_a_key_are_numbered_and_a_package_without_a_name_is_none(
    tmp_path: Path,
) -> None:
    rows = [("a", "2", "6"), ("a", "2", "6")]
    span = {"fields": {"start": "start", "end": "end"}, "reference": {"resource": "note"}}
    root = package(tmp_path / "p", rows, key=None, spans=[span] * 3, name=None, version=None)
    out = made(root, tmp_path)
    assert [item["id"] for item in items_of(out)] == [
        f"#seen;row={n};start{again}" for n in (1, 2) for again in ("", "%202", "%203")
    ]
    assert len(set(graph_of(out).subjects(None, None))) > 6
    told = "seen: it has no primary key, so that its rows are called by number"
    done = sc.export(root, "web-annotation", tmp_path / "again.jsonld")
    assert done.notes == (told,)


def test_a_text_in_a_cell_is_called_by_the_key_that_spans_use(tmp_path: Path) -> None:
    root = bundles.make(tmp_path / "ports", "column").root
    document = json.loads((root / "datapackage.json").read_bytes())
    schema = document["resources"][0]["schema"]
    del schema["primaryKey"]
    schema["uniqueKeys"] = [["id"]]
    (root / "datapackage.json").write_text(json.dumps(document), "utf-8")
    sources = {item["target"]["source"] for item in items_of(made(root, tmp_path))}
    assert sources == {"ports#ports;id=hafen", "ports#ports;id=muelle"}


# our own reader


def read_back(root: Path, out: Path) -> None:
    """Our reader has the same words and offsets, and they stand in the texts."""
    held = material(root)
    found = read_foreign("webannotation", {out.name: out.read_bytes()})
    assert not [f for f in found.findings if f.severity == "error"]
    expected = [
        (held.path(span.text), str(span.start), str(span.end), span.exact)
        for table in held.tables
        for row in held.rows(table)
        for span in row.spans
    ]
    rows = [(unquote(r["source"]), r["start"], r["end"], r["exact"]) for r in found.rows]
    assert rows == expected
    texts = {text.path.rpartition("/")[2]: text.text or "" for text in held.texts() if text.path}
    done = anchor_imported(out.name, found, texts)
    assert done.refused == 0
    assert [match.spans for match in done.matches.found] == [
        ((int(start), int(end)),) for _, start, end, _ in expected
    ]


def test_our_reader_reads_the_case(case: Path) -> None:
    read_back(ROOT, case)


@pytest.mark.parametrize("form", ["file", "files"])
def test_our_reader_reads_texts_in_files(tmp_path: Path, form: str) -> None:
    root = bundles.make(tmp_path / "ports", form).root
    read_back(root, made(root, tmp_path))


def test_our_reader_reads_odd_packages(tmp_path: Path) -> None:
    odd = make_odd(tmp_path / "odd")
    read_back(odd, made(odd, tmp_path))


def test_the_words_stand_in_the_text_of_the_tests() -> None:
    assert TEXT[2:13] == "Zwei Reiher"


def test_keys_that_are_written_alike_are_other_nodes(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonld"
    done = sc.export(any_keys(tmp_path / "p"), "web-annotation", out)
    assert len(bodies(graph_of(out))) == 5
    assert len({item["id"] for item in items_of(out)}) == 5
    assert any("written alike (1, 2.0)" in note for note in done.notes)


@pytest.mark.parametrize("name", ["", "note.txt"])
def test_no_two_things_are_one_node_whatever_package_and_tables_are_called(
    name: str, tmp_path: Path
) -> None:
    from rdflib import RDF

    tables = [
        table_of(table, "id:string from:integer to:integer", ["a", 0, 5], into="note")
        for table in ("annotations", "page")
    ]
    files = {"note.txt": "Hallo"}
    package = make_of(tmp_path / "p", note_of(), *tables, files=files, name=name)
    graph = graph_of(made(package, tmp_path))
    types = [str(node) for node, _, _ in graph.triples((None, RDF.type, None))]
    assert len(types) == len(set(types))
