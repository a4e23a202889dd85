"""Whatever stands in a foreign format is read back; whatever else is given, nothing is raised."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import cassis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartcity_case.authoring.readers import READERS, read_foreign
from smartcity_case.authoring.readers.foreign import FIRST, Foreign
from smartcity_case.text import Source

Spans = list[tuple[int, int, str]]
Files = dict[str, bytes]

# What XML can hold, with line ends of both kinds, emoji and combining marks among it.
CHARACTERS = st.sampled_from('ab \n\r„“🌱👩🏽‍🌾\u0301ß;,\t"') | st.characters(
    min_codepoint=32, exclude_categories=["Cs", "Cc", "Cn"]
)
LABELS = st.text("abcÄ🌱", min_size=1, max_size=4)


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, Spans]:
    text = draw(st.text(CHARACTERS, min_size=1, max_size=30))
    ends = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text)), LABELS)
    spans = draw(st.lists(ends, max_size=4))
    return text, [(min(a, b - 1), max(a + 1, b), label) for a, b, label in spans]


def as_label_studio(text: str, spans: Spans) -> Files:
    results = [
        {
            "id": str(number),
            "type": "labels",
            "value": {"start": start, "end": end, "text": text[start:end], "labels": [label]},
        }
        for number, (start, end, label) in enumerate(spans)
    ]
    task = {"id": "t", "data": {"text": text}, "annotations": [{"result": results}]}
    return {"in.json": json.dumps([task]).encode()}


def as_label_studio_minimal(text: str, spans: Spans) -> Files:
    values = [
        {"start": start, "end": end, "text": text[start:end], "labels": [label]}
        for start, end, label in spans
    ]
    return {"in.json": json.dumps([{"id": "t", "text": text, "ner": values}]).encode()}


def as_doccano(text: str, spans: Spans) -> Files:
    return {"in.jsonl": json.dumps({"id": "t", "text": text, "label": spans}).encode()}


def as_langextract(text: str, spans: Spans) -> Files:
    extractions = [
        {
            "extraction_class": label,
            "extraction_text": text[start:end],
            "char_interval": {"start_pos": start, "end_pos": end},
        }
        for start, end, label in spans
    ]
    document = {"document_id": "t", "text": text, "extractions": extractions}
    return {"in.jsonl": json.dumps(document, ensure_ascii=False).encode()}


def as_web_annotations(text: str, spans: Spans) -> Files:
    annotations = [
        {
            "body": {"value": label, "purpose": "tagging"},
            "target": {
                "source": "t",
                "selector": [
                    {"type": "TextPositionSelector", "start": start, "end": end},
                    {"type": "TextQuoteSelector", "exact": text[start:end]},
                ],
            },
        }
        for start, end, label in spans
    ]
    return {"in.jsonld": json.dumps({"items": annotations}).encode()}


def as_brat(text: str, spans: Spans) -> Files:
    lines = [
        f"T{number}\t{label} {start} {end}\t{flat(text[start:end])}\n"
        for number, (start, end, label) in enumerate(spans)
    ]
    return {"t.txt": text.encode(), "t.ann": "".join(lines).encode()}


def flat(words: str) -> str:
    """Words as brat writes them: on one line."""
    return words.replace("\r", " ").replace("\n", " ")


def analysed(text: str, spans: Spans) -> cassis.Cas:
    types = cassis.TypeSystem()
    named = types.create_type("my.Named", "uima.tcas.Annotation")
    types.create_feature(named, "value", "uima.cas.String")
    cas = cassis.Cas(types)
    cas.sofa_string, cas.sofa_mime = text, "text/plain"
    for start, end, label in spans:
        cas.add(named(begin=start, end=end, value=label))
    return cas


def as_xmi(text: str, spans: Spans) -> Files:
    cas = analysed(text, spans)
    return {"t.xmi": str(cas.to_xmi()).encode(), "types.xml": cas.typesystem.to_xml().encode()}


def as_cas_json(text: str, spans: Spans) -> Files:
    return {"t.json": str(analysed(text, spans).to_json()).encode()}


def as_table(delimiter: str) -> Callable[[str, Spans], Files]:
    def write(text: str, spans: Spans) -> Files:
        file = io.StringIO()
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["Document", "label", "Begin", "End", "Quote"])
        writer.writerows(["t", label, start, end, text[start:end]] for start, end, label in spans)
        return {"in.csv": b"\xef\xbb\xbf" + file.getvalue().encode()}

    return write


WRITERS: dict[str, tuple[str, Callable[[str, Spans], Files]]] = {
    "Label Studio": ("labelstudio", as_label_studio),
    "JSON-MIN": ("labelstudio", as_label_studio_minimal),
    "doccano": ("doccano", as_doccano),
    "langextract": ("langextract", as_langextract),
    "Web Annotation": ("webannotation", as_web_annotations),
    "brat": ("brat", as_brat),
    "XMI": ("cas", as_xmi),
    "CAS JSON": ("cas", as_cas_json),
    "comma": ("csv", as_table(",")),
    "semicolon": ("csv", as_table(";")),
    "tab": ("csv", as_table("\t")),
}


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=40)
@given(texts_with_spans())
def test_spans_that_a_format_holds_are_read_back(name: str, case: tuple[str, Spans]) -> None:
    text, spans = case
    form, write = WRITERS[name]
    found = read_foreign(form, write(text, spans))
    assert [f for f in found.findings if f.severity == "error"] == []
    source = Source("t", text)
    place = source.to_utf16 if found.unit == "utf16" else int
    rows = [(r["source"], r["start"], r["end"], r["label"]) for r in found.rows]
    assert rows == [("t", str(place(a)), str(place(b)), label) for a, b, label in spans]
    words = [text[a:b] for a, b, _ in spans]
    if form in ("doccano", "cas"):
        assert {row["exact"] for row in found.rows} <= {""}
    else:
        expected = list(map(flat, words)) if form == "brat" else words
        assert [row["exact"] for row in found.rows] == expected
    if form not in ("csv", "webannotation"):
        assert found.texts == {"t": text}


# Names and words that the formats know, so that what is made up gets far into the readers.
NAMES = """
id data text annotations completions result value type labels start end startOffset endOffset
choices from_name to_name predictions was_cancelled label entities start_offset end_offset
relations Comments extractions extraction_class extraction_text char_interval start_pos end_pos
attributes document_id target source selector exact prefix suffix refinedBy body purpose items
first next rows uri tags %TYPES %FEATURE_STRUCTURES %VIEWS %ID %TYPE %MEMBERS %SUPER_TYPE %RANGE
begin sofa @sofa sofaString sofaID sofaNum x
"""
WORDS = """
labels choices relation textarea paragraphlabels TextQuoteSelector TextPositionSelector tagging
uima.cas.Sofa uima.tcas.Annotation uima.cas.FSArray _InitialView 0 /p
"""
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(WORDS.split())
    | st.text(max_size=5)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES.split()), inner, max_size=6)
    ),
    max_leaves=25,
)


def is_sound(found: Foreign, *, empty: bool = False) -> None:
    for row in found.rows:
        assert tuple(row)[: len(FIRST)] == FIRST
        assert row.keys() == found.rows[0].keys()
        assert empty or row["exact"] or (row["start"] and row["end"])
        for cell in row.values():
            cell.encode()
        assert all(row[name] == "" or row[name].isdecimal() for name in ("start", "end"))
    for key, text in found.texts.items():
        assert key
        text.encode()
    for finding in found.findings:
        assert finding.code in ("import.format", "import.left-out")
        assert finding.location.path
        str(finding.location).encode()
        finding.message.encode()
        finding.value.encode()


@pytest.mark.parametrize("form", sorted(READERS.keys() - {"brat", "csv"}))
@settings(max_examples=100)
@given(value=VALUES)
def test_any_json_is_read_or_told(form: str, value: Any) -> None:
    items = value if isinstance(value, list) else [value]
    lines = "\n".join(map(json.dumps, items)).encode()
    is_sound(read_foreign(form, {"in.jsonl": lines}), empty=form == "jsonl")
    found = read_foreign(form, {"in.json": json.dumps(value).encode()})
    is_sound(found, empty=form == "jsonl")
    if form in ("doccano", "labelstudio") and items:
        assert found.rows or found.texts or found.findings


@pytest.mark.parametrize("form", READERS)
@settings(max_examples=40)
@given(data=st.binary(max_size=40) | st.text('T1\t 023;#AER*\n\r"sep=,exact', max_size=40))
def test_any_bytes_are_read_or_told(form: str, data: bytes | str) -> None:
    held = data if isinstance(data, bytes) else data.encode()
    for name in ("a.ann", "a.txt", "a.xmi", "a.json", "a.xml"):
        is_sound(read_foreign(form, {name: held}), empty=form in ("csv", "jsonl"))


@settings(max_examples=60)
@given(texts_with_spans(), st.sampled_from(sorted(WRITERS)), st.data())
def test_a_file_with_a_changed_byte_is_read_or_told(
    case: tuple[str, Spans], name: str, data: st.DataObject
) -> None:
    form, write = WRITERS[name]
    files = write(*case)
    path = data.draw(st.sampled_from(sorted(files)))
    held = bytearray(files[path])
    if held:
        held[data.draw(st.integers(0, len(held) - 1))] = data.draw(st.integers(0, 255))
    is_sound(read_foreign(form, files | {path: bytes(held)}), empty=form in ("csv", "jsonl"))
