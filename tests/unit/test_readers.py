"""The readers of foreign formats: what people have, and what is wrong with it."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import cassis
import pytest

from smartcity_case import limits
from smartcity_case.authoring.readers import READERS, read_foreign
from smartcity_case.authoring.readers.foreign import FIRST, Foreign
from smartcity_case.errors import SmartcityCaseError

# An emoji before everything, German quotation marks, two kinds of line end, a combining mark.
TEXT = "🌱 „Die Stadt“ schläft.\r\nEine Stadt wacht.\nCafe\u0301 zu."


def given(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def lines(*values: Any) -> bytes:
    return b"\n".join(map(given, values))


def said(found: Foreign, code: str) -> list[str]:
    return [f"{f.location}: {f.message}" for f in found.findings if f.code == code]


def wrong(found: Foreign) -> list[str]:
    return said(found, "import.format")


def left_out(found: Foreign) -> list[str]:
    return said(found, "import.left-out")


def row(found: Foreign, number: int = 0) -> dict[str, str]:
    """The cells of a row that say something."""
    return {name: cell for name, cell in found.rows[number].items() if cell}


def label_studio_task() -> dict[str, Any]:
    value = {"start": 3, "end": 12, "text": "Die Stadt"}
    common = {"id": "aB", "to_name": "text"}
    results = [
        common | {"from_name": "ner", "type": "labels", "value": value | {"labels": ["place"]}},
        common | {"from_name": "mood", "type": "choices", "value": value | {"choices": ["calm"]}},
    ]
    annotation = {"id": 31, "completed_by": 2, "result": results}
    return {"id": 7, "data": {"text": TEXT}, "annotations": [annotation]}


def minimal_task() -> dict[str, Any]:
    value = {"start": 3, "end": 12, "text": "Die Stadt", "labels": ["place"]}
    task = {"id": 7, "text": TEXT, "ner": [value], "mood": "calm"}
    return task | {"annotator": 2, "annotation_id": 31}


def doccano_example() -> dict[str, Any]:
    entity = {"id": 5, "label": "place", "start_offset": 3, "end_offset": 12}
    return {"id": 7, "text": TEXT, "entities": [entity], "relations": [], "Comments": []}


def extracted() -> dict[str, Any]:
    extraction = {
        "extraction_class": "place",
        "extraction_text": "Die Stadt",
        "char_interval": {"start_pos": 3, "end_pos": 12},
        "alignment_status": "match_exact",
        "extraction_index": 1,
        "group_index": 0,
        "description": None,
        "attributes": {"mood": "calm"},
    }
    return {"extractions": [extraction], "text": TEXT, "document_id": "doc_1"}


def web_annotation() -> dict[str, Any]:
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": "urn:1",
        "type": "Annotation",
        "motivation": "tagging",
        "creator": {"id": "urn:me", "name": "Inés"},
        "body": [
            {"type": "TextualBody", "value": "place", "purpose": "tagging"},
            {"type": "TextualBody", "value": "ruhig"},
        ],
        "target": {
            "type": "SpecificResource",
            "source": "urn:text",
            "selector": [
                {"type": "TextPositionSelector", "start": 3, "end": 12},
                {"type": "TextQuoteSelector", "exact": "Die Stadt", "prefix": "„", "suffix": "“"},
            ],
        },
    }


JSON_FORMS: dict[str, Callable[[], dict[str, Any]]] = {
    "labelstudio": label_studio_task,
    "labelstudio-min": minimal_task,
    "doccano": doccano_example,
    "langextract": extracted,
    "webannotation": web_annotation,
}


def read(form: str, data: bytes | Mapping[str, bytes], path: str = "in.json") -> Foreign:
    files = data if isinstance(data, Mapping) else {path: data}
    return read_foreign(form.removesuffix("-min"), files)


# What holds for all of them


def test_an_unknown_format_is_a_wrong_call() -> None:
    with pytest.raises(ValueError, match="no reader for 'word'; there is one for brat, cas, csv"):
        read_foreign("word", {})


@pytest.mark.parametrize("form", READERS)
def test_no_files_are_no_rows(form: str) -> None:
    found = read_foreign(form, {})
    assert (found.rows, found.texts, found.findings, found.notes) == ([], {}, (), ())


@pytest.mark.parametrize("form", JSON_FORMS)
def test_a_good_input_has_no_findings_and_all_columns(form: str) -> None:
    found = read(form, given([JSON_FORMS[form]()]))
    assert found.findings == ()
    (only,) = found.rows
    assert tuple(only)[: len(FIRST)] == FIRST
    assert (only["start"], only["end"], only["label"]) == ("3", "12", "place")
    assert only["exact"] in ("Die Stadt", "")
    if form != "webannotation":
        assert found.texts == {only["source"]: TEXT}
    for data in (lines(JSON_FORMS[form]()), b"\xef\xbb\xbf" + given(JSON_FORMS[form]())):
        assert read(form, data) == found
    pretty = json.dumps(JSON_FORMS[form](), indent=1).encode()
    assert read(form, pretty.replace(b"\n", b"\r\n")) == found


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, dict | list):
            yield from objects(child)


@pytest.mark.parametrize("form", JSON_FORMS)
def test_a_member_that_no_one_expects_is_carried_on_or_told(form: str) -> None:
    for number in range(len(list(objects(JSON_FORMS[form]())))):
        item = copy.deepcopy(JSON_FORMS[form]())
        list(objects(item))[number]["surplus"] = "that"
        found = read(form, given([item]))
        carried = any("that" in cell for row in found.rows for cell in row.values())
        assert carried or any("'surplus'" in words for words in left_out(found)), number


@pytest.mark.parametrize("form", JSON_FORMS)
def test_two_lines_are_two_items_and_a_bad_one_is_told_with_its_line(form: str) -> None:
    item = JSON_FORMS[form]()
    found = read(form, lines(item, item).replace(b"\n", b"\r\n\r\n") + b"\n")
    assert len(found.rows) == 2
    found = read(form, given(item) + b'\n{"a": \n[]\n' + given(item))
    assert len(found.rows) == 2
    assert [words.split(":")[0] for words in wrong(found)] == [
        "in.json, row 2",
        "in.json, row 3",
    ]


BROKEN = {
    "empty": (b"", "the file is empty"),
    "blank": (b"\xef\xbb\xbf \r\n", "the file is empty"),
    "words": (b"Die Stadt", "it is no strict JSON: Expecting value"),
    "not a number": (b'[{"a": NaN}]', "NaN is no JSON"),
    "too large": (b'{"a": 1e999}', "the number 1e999 is too large"),
    "too many digits": (b'{"a": ' + b"1" * 5000 + b"}", "it is no strict JSON: Exceeds the limit"),
    "twice": (b'{"a": 1, "b": 2, "a": 3}', "the member 'a' stands twice"),
    "half": (rb'{"a": "\ud83c"}', "half of a surrogate pair"),
    "deep": (b"[" * 500 + b"]" * 500, "it is nested too deeply; 100 levels"),
    "deeper": (b"[" * 100_000, "it is nested too deeply"),
    "two on a line": (b"{} {}", "Extra data"),
    "Latin": ("[„ä“]".encode("cp1252"), "byte 1 is not UTF-8"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "it is UTF-16; save it as UTF-8"),
    "a string": (b'"a"', "it should be an object"),
    "null": (b"null", "it should be an object"),
    "numbers": (b"[1]", "row 1: it should be an object"),
    "an empty object": (b"{}", "in.json, row 1"),
}


@pytest.mark.parametrize("form", JSON_FORMS)
@pytest.mark.parametrize("case", BROKEN)
def test_what_is_no_json_of_the_format_is_told(form: str, case: str) -> None:
    data, message = BROKEN[case]
    found = read(form, data)
    assert message in " ".join(wrong(found))
    assert (found.rows, found.texts) == ([], {})


def test_a_whole_pair_of_surrogates_is_a_character() -> None:
    data = rb'{"text": "\ud83c\udf31 gut", "label": [[2, 5, "x"]]}'
    assert read("doccano", data).texts == {"in-1": "🌱 gut"}


OFFSETS = ["3", 3.0, 3.5, -1, True, [3], {"a": 3}]
PLACES: dict[str, tuple[Callable[[Any], dict[str, Any]], str]] = {
    "labelstudio": (lambda item: item["annotations"][0]["result"][0]["value"], "start"),
    "labelstudio-min": (lambda item: item["ner"][0], "start"),
    "doccano": (lambda item: item["entities"][0], "start_offset"),
    "langextract": (lambda item: item["extractions"][0]["char_interval"], "start_pos"),
    "webannotation": (lambda item: item["target"]["selector"][0], "start"),
}


@pytest.mark.parametrize("form", JSON_FORMS)
@pytest.mark.parametrize("offset", OFFSETS)
def test_an_offset_that_is_none_is_told_and_the_words_are_kept(form: str, offset: Any) -> None:
    item = JSON_FORMS[form]()
    holder, name = PLACES[form]
    holder(item)[name] = offset
    found = read(form, given([item]))
    (fault,) = (f for f in found.findings if f.code == "import.format")
    assert (fault.message, fault.severity) == ("an offset should be an integer from 0", "error")
    assert fault.location.path == "in.json"
    assert fault.location.row == 1
    assert fault.location.field.endswith("/" + name)
    if form == "doccano":  # which has no words
        assert left_out(found)[0].endswith("it has neither words nor two offsets")
    else:
        assert (found.rows[0]["start"], found.rows[0]["end"]) == ("", "12")
        assert found.rows[0]["exact"] == "Die Stadt"


def test_texts_of_one_key_must_be_the_same() -> None:
    one, other = doccano_example(), doccano_example() | {"text": "anders"}
    found = read("doccano", {"a.jsonl": given(one), "b.jsonl": given(one), "c.jsonl": given(other)})
    assert len(found.rows) == 2
    assert wrong(found) == [
        "c.jsonl, row 1: another text has the key '7'; read the files one by one"
    ]


def test_many_things_of_a_kind_are_counted() -> None:
    many = limits.WARNINGS + 5
    item = doccano_example() | {"relations": [[1, 2, "x"]] * many}
    told = left_out(read("doccano", given(item)))
    assert len(told) == limits.WARNINGS + 1
    assert told[-1] == "in.json: 5 more things of this file are left out"


# Label Studio


def test_label_studio_gives_labels_and_what_else_is_said_of_a_region() -> None:
    found = read("labelstudio", given([label_studio_task()]))
    assert found.unit == ""  # code points or UTF-16 code units, by the release
    assert row(found) == {
        "id": "aB",
        "source": "7",
        "start": "3",
        "end": "12",
        "exact": "Die Stadt",
        "label": "place",
        "annotation": "31",
        "annotator": "2",
        "layer": "ner",
        "attributes": '{"mood": ["calm"]}',
    }
    found = read("labelstudio", given([minimal_task()]))
    assert row(found)["task"] == '{"mood": "calm"}'


def changed(**results: Any) -> Foreign:
    """A task whose first result is another."""
    task = label_studio_task()
    task["annotations"][0]["result"][0] |= results
    task["annotations"][0]["result"][1:] = []
    return read("labelstudio", given([task]))


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"type": "rectanglelabels", "value": {"x": 1}}, "type 'rectanglelabels', which is no"),
        ({"type": "choices", "value": {"choices": ["a"]}}, "a result of type 'choices', which is"),
        ({"value": {"start": 0.5, "end": 1.5, "channel": 0}}, "'labels', which is no place"),
        ({"type": "relation", "from_id": "a", "to_id": "b"}, "a relation from a to b"),
        ({"type": "relation", "labels": "a"}, "a relation from  to "),
        (
            {"value": {"start": "0", "startOffset": 0, "end": "2", "endOffset": 2}},
            "a region over the paragraphs 0 to 2",
        ),
    ],
)
def test_what_is_no_stretch_of_a_text_is_left_out(result: dict[str, Any], message: str) -> None:
    found = changed(**result)
    assert found.rows == []
    assert wrong(found) == []
    assert message in left_out(found)[0]
    assert left_out(found)[0].startswith("in.json, row 1, field /annotations/0/result/0")


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"type": None}, "field /annotations/0/result/0/type: it has no type"),
        ({"value": None}, "field /annotations/0/result/0/value: it should be an object"),
        ({"value": {"start": 1, "labels": "a"}}, "value/labels: it should be a list"),
    ],
)
def test_a_result_of_wrong_form_is_told(result: dict[str, Any], message: str) -> None:
    assert message in wrong(changed(**result))[0]


def test_several_labels_are_a_list_and_no_label_is_an_empty_cell() -> None:
    value = {"start": 3, "end": 12, "labels": ["a", "b"]}
    assert row(changed(value=value))["label"] == '["a", "b"]'
    assert "label" not in row(changed(value=value | {"labels": []}))


def test_a_region_that_only_other_controls_speak_of_is_a_row() -> None:
    value = {"start": 3, "end": 12, "text": ["weil"]}
    found = changed(type="textarea", value=value, id=None, from_name="why")
    assert row(found)["attributes"] == '{"why": ["weil"]}'
    assert "exact" not in row(found)


def test_other_things_of_a_task_are_told() -> None:
    task = label_studio_task()
    task["annotations"] += [{"id": 1, "was_cancelled": True}, 3, {"result": [4]}]
    task |= {"predictions": [{"result": []}], "drafts": [1, 2]}
    found = read("labelstudio", given([task, {"id": 8, "data": {"text": "leer"}}]))
    assert len(found.rows) == 1
    assert found.texts["8"] == "leer"
    assert wrong(found) == [
        "in.json, row 1, field /annotations/2: it should be an object",
        "in.json, row 1, field /annotations/3/result/0: it should be an object",
    ]
    told = " ".join(left_out(found))
    for words in ("was cancelled", "1 prediction", "2 drafts", "task 8 has no annotation"):
        assert words in told


def test_old_exports_call_annotations_completions() -> None:
    task = label_studio_task()
    task["completions"] = task.pop("annotations")
    assert len(read("labelstudio", given([task])).rows) == 1


@pytest.mark.parametrize(
    ("data", "texts", "message"),
    [
        ({"text": TEXT, "title": "x"}, [TEXT], "of a task's data this is not read: 'title'"),
        ({"body": TEXT}, [TEXT], ""),
        ({"a": TEXT, "b": "y"}, [], "which of its data is the text is not said"),
        ({"a": 3}, [], "which of its data is the text is not said"),
        ({"text": "https://example.org/a.txt"}, [], "the text stands elsewhere"),
        ({"text": "/data/upload/1/a.txt"}, [], "the text stands elsewhere"),
    ],
)
def test_which_of_the_data_is_the_text(data: Any, texts: list[str], message: str) -> None:
    task = label_studio_task() | {"data": data}
    found = read("labelstudio", given([task]))
    assert list(found.texts.values()) == texts
    assert len(found.rows) == 1
    assert message in " ".join(left_out(found))


def test_two_texts_of_a_task_have_keys_of_their_own() -> None:
    task = label_studio_task() | {"data": {"a": "Alte Stadt", "b": "Neue Stadt"}}
    (annotation,) = task["annotations"]
    first, second = annotation["result"]
    second |= {"id": "x", "type": "labels", "to_name": "b"}
    first["to_name"] = "a"
    found = read("labelstudio", given([task]))
    assert found.texts == {"7": "Alte Stadt", "7-b": "Neue Stadt"}
    assert [r["source"] for r in found.rows] == ["7", "7-b"]


def test_a_paragraph_is_a_text_of_its_own() -> None:
    value = {"start": "1", "end": "1", "startOffset": 2, "endOffset": 4, "paragraphlabels": ["x"]}
    task = label_studio_task()
    (annotation,) = task["annotations"]
    annotation["result"] = [
        {"id": "a", "type": "paragraphlabels", "value": value | {"text": "du"}},
        {"id": "b", "type": "paragraphlabels", "value": value | {"start": 2, "end": 2}},
        {"id": "c", "type": "paragraphlabels", "value": value | {"start": 2, "end": 2}},
    ]
    task["data"] = {"talk": [{"text": "Na?"}, {"author": "A", "text": "🌱 du"}, {"words": "ja"}]}
    found = read("labelstudio", given([task]))
    assert [(r["source"], r["start"], r["end"]) for r in found.rows] == [
        ("7-1", "2", "4"),
        ("7-2", "2", "4"),
        ("7-2", "2", "4"),
    ]
    assert found.texts == {"7-1": "🌱 du"}
    assert left_out(found) == [
        "in.json, row 1, field /data: the text of paragraph 2 is not found",
        "in.json, row 1, field /data: of a paragraph this is not read: 'author', 'words'",
    ]
    task["data"] = {"a": [], "b": []}
    assert "the text of paragraph 1 is not found" in left_out(read("labelstudio", given([task])))[0]


def test_of_html_the_words_are_read() -> None:
    place = {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": 0, "endOffset": 5}
    value = place | {"text": "Stadt", "hypertextlabels": ["x"], "globalOffsets": {}}
    found = changed(type="hypertextlabels", value=value)
    assert (row(found)["exact"], row(found)["label"]) == ("Stadt", "x")
    assert "start" not in row(found)
    assert "offsets in HTML; the words alone are read" in left_out(found)[0]


def test_json_min_without_labels_and_with_other_lists() -> None:
    bare = minimal_task()
    del bare["mood"]
    assert "task" not in read("labelstudio", given([bare])).rows[0]
    task = minimal_task() | {"ner": [], "created_at": "2026"}
    found = read("labelstudio", given([task]))
    assert found.texts == {"7": TEXT}
    told = " ".join(left_out(found))
    assert "task 7 has no annotation" in told
    assert "'created_at'" in told
    found = read("labelstudio", given([minimal_task() | {"boxes": [{"x": 1}], "odd": [3]}]))
    assert "a result of type 'boxes', which is no place in a text" in left_out(found)[0]
    assert "field /odd/0/value: it should be an object" in wrong(found)[0]


# doccano


def test_doccano_lists_objects_and_old_keys_say_the_same() -> None:
    entity = doccano_example()["entities"][0]
    for example in (
        {"text": TEXT, "label": [[3, 12, "place"]]},
        {"data": TEXT, "labels": [[3, 12, "place"]]},
        {"text": TEXT, "entities": [entity]},
        {"text": TEXT, "annotations": [entity]},
    ):
        found = read("doccano", given({"id": 7} | example))
        assert found.unit == "codepoint"
        assert row(found) | {"id": "5"} == {
            "id": "5",
            "source": "7",
            "start": "3",
            "end": "12",
            "label": "place",
        }
    found = read("doccano", given({"id": 7, "text": TEXT, "annotations": [entity | {"user": 2}]}))
    assert row(found)["attributes"] == '{"user": 2}'


def test_what_doccano_says_beside_spans_is_told() -> None:
    example = doccano_example() | {
        "relations": [{"id": 0, "from_id": 5, "to_id": 6, "type": "in"}],
        "Comments": ["unsicher"],
        "label": ["gut", [1, 2], 3, {"start_offset": 1}],
        "author": "Inés",
        "data": "ein zweiter Text",
    }
    found = read("doccano", given(example))
    assert left_out(found) == [
        "in.json, row 1, field /label/0: a label of the whole text",
        "in.json, row 1, field /relations/0: a relation between two spans",
        "in.json, row 1, field /Comments/0: a comment",
        "in.json, row 1: of an example this is not read: 'author', 'data'",
    ]
    assert [words.split(":")[0] for words in wrong(found)] == [
        f"in.json, row 1, field /label/{number}" for number in (1, 2, 3)
    ]
    assert "it has no text" in wrong(read("doccano", given({"text": None})))[0]
    assert "it should be a list" in wrong(read("doccano", given({"text": "", "label": 3})))[0]


# langextract


def test_langextract_keeps_what_the_model_said() -> None:
    found = read("langextract", lines(extracted()))
    assert found.unit == "codepoint"
    assert row(found) == {
        "source": "doc_1",
        "start": "3",
        "end": "12",
        "exact": "Die Stadt",
        "label": "place",
        "attributes": '{"mood": "calm"}',
        "alignment_status": "match_exact",
        "extraction_index": "1",
        "group_index": "0",
    }


def test_an_extraction_without_a_place_has_no_offsets() -> None:
    document = extracted()
    (extraction,) = document["extractions"]
    for interval in (None, {"start_pos": None, "end_pos": None}):
        extraction |= {"char_interval": interval, "attributes": None, "alignment_status": None}
        found = read("langextract", lines(document | {"document_id": None, "text": None}))
        assert found.findings == ()
        assert found.texts == {}
        assert row(found) == {
            "source": "in-1",
            "exact": "Die Stadt",
            "label": "place",
            "extraction_index": "1",
            "group_index": "0",
        }


def test_langextract_documents_of_wrong_form_are_told() -> None:
    document = extracted()
    (extraction,) = document["extractions"]
    extraction |= {"char_interval": 3, "attributes": [], "extraction_text": ["a"]}
    document["extractions"] += [7]
    found = read("langextract", lines(document, {"text": "x"}, extracted() | {"text": "other"}))
    assert [words.partition(", ")[2] for words in wrong(found)] == [
        "row 1, field /extractions/0/char_interval: it should be an object",
        "row 1, field /extractions/0/extraction_text: it should be a string",
        "row 1, field /extractions/0/attributes: it should be an object",
        "row 1, field /extractions/1: it should be an object",
        "row 2, field /extractions: it has no extractions",
        "row 3: another text has the key 'doc_1'; read the files one by one",
    ]


# W3C Web Annotation


def test_a_web_annotation_with_position_quote_and_bodies() -> None:
    found = read("webannotation", given(web_annotation()))
    assert found.unit == "codepoint"
    assert row(found) == {
        "id": "urn:1",
        "source": "urn:text",
        "start": "3",
        "end": "12",
        "exact": "Die Stadt",
        "prefix": "„",
        "suffix": "“",
        "label": "place",
        "body": "ruhig",
        "motivation": "tagging",
        "creator": '{"id": "urn:me", "name": "Inés"}',
    }


def test_pages_and_collections_are_opened() -> None:
    page = {"type": "AnnotationPage", "items": [web_annotation(), 3], "next": "urn:p2", "x": 1}
    book = {"type": "AnnotationCollection", "total": 1, "first": page}
    found = read("webannotation", given([page, book, {"first": "urn:p1"}]))
    assert len(found.rows) == 2
    assert wrong(found)[0] == "in.json, row 1, field /items/1: it should be an object"
    assert left_out(found)[:3] == [
        "in.json, row 1, field /next: a page that stands elsewhere",
        "in.json, row 2, field /first/next: a page that stands elsewhere",
        "in.json, row 3, field /first: a page that stands elsewhere",
    ]
    nested: dict[str, Any] = {}
    for _ in range(30):
        nested = {"items": [nested]}
    assert "it has no target" in wrong(read("webannotation", given(nested)))[0]


def targeted(target: Any) -> Foreign:
    return read("webannotation", given(web_annotation() | {"target": target}))


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("urn:text", "the target is a whole document, or a fragment"),
        ("urn:text#char=3,12", "the target is a whole document, or a fragment"),
        ({"source": "urn:text"}, "the target is a whole document"),
        ({"selector": {"type": "XPathSelector"}}, "a selector of another kind"),
        ({"selector": {}}, "a selector of another kind"),
        (
            {"selector": {"type": "TextQuoteSelector", "exact": "a", "refinedBy": {"a": 1}}},
            "field /target/selector/refinedBy: a selector that another one refines",
        ),
    ],
)
def test_targets_that_are_no_stretch_are_left_out(target: Any, message: str) -> None:
    found = targeted(target)
    assert found.rows == []
    assert message in left_out(found)[0]


def test_selectors_and_targets_of_several_forms() -> None:
    quote = {"type": ["TextQuoteSelector"], "exact": "Stadt"}
    found = targeted([{"source": {"id": "a"}, "selector": quote}, {"id": "b", "selector": [quote]}])
    assert [(r["source"], r["target"], r["exact"]) for r in found.rows] == [
        ("a", "1", "Stadt"),
        ("b", "2", "Stadt"),
    ]
    found = targeted([{"source": {"name": "a"}, "selector": [quote, quote, 3]}])
    assert row(found)["source"] == '{"name": "a"}'
    assert "target" not in row(found)
    assert "field /target/0/selector/1: a further TextQuoteSelector" in left_out(found)[0]
    assert "field /target/0/selector/2: it should be an object" in wrong(found)[0]
    assert "field /target/0: it should be an object" in wrong(targeted([None]))[0]


@pytest.mark.parametrize(
    ("body", "label", "said_in_body"),
    [
        (None, "", ""),
        ("urn:note", "", "urn:note"),
        ({"value": "a", "purpose": "tagging"}, "a", ""),
        ({"source": "urn:a", "purpose": ["classifying"]}, "urn:a", ""),
        ([{"value": "a", "purpose": "tagging"}] * 2, '["a", "a"]', ""),
        ({"value": "a", "language": "de"}, "", '{"value": "a", "language": "de"}'),
        (["a", {"value": "b"}], "", '["a", "b"]'),
    ],
)
def test_bodies(body: Any, label: str, said_in_body: str) -> None:
    found = read("webannotation", given(web_annotation() | {"body": body}))
    assert found.findings == ()
    assert (found.rows[0]["label"], found.rows[0]["body"]) == (label, said_in_body)


def test_annotations_of_hypothesis_leave_the_unit_open() -> None:
    target = [{"source": "urn:text", "selector": web_annotation()["target"]["selector"]}]
    one = {"id": "x", "uri": "urn:text", "text": "ruhig", "tags": ["a", "b"], "target": target}
    found = read("webannotation", given({"total": 1, "rows": [one]}))
    assert (found.unit, found.findings) == ("", ())
    assert (row(found)["label"], row(found)["body"]) == ('["a", "b"]', "ruhig")


# brat

ANN = """\
T1\tPlace 3 12\tDie Stadt
T2\tPlace 3 6;7 12\tDie Stadt
#1\tAnnotatorNotes T1\tunsicher
A1\tMood T1 calm
M1\tNegated T1
N1\tReference T1 Wikidata:Q1\tStadt
N2\tReference T1 Wikidata:Q2
"""


def standoff(ann: str, **more: bytes) -> Foreign:
    files = {"d/a.txt": TEXT.encode(), "d/a.ann": ann.encode()}
    return read("brat", files | {name.replace("_", "."): data for name, data in more.items()})


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_brat_spans_with_what_is_said_of_them(end: str) -> None:
    found = standoff(ANN.replace("\n", end))
    assert (found.findings, found.unit, found.texts) == ((), "codepoint", {"d/a": TEXT})
    assert row(found) == {
        "id": "T1",
        "source": "d/a",
        "start": "3",
        "end": "12",
        "exact": "Die Stadt",
        "label": "Place",
        "attributes": '{"Mood": "calm", "Negated": true,'
        ' "Reference": ["Wikidata:Q1 Stadt", "Wikidata:Q2"]}',
        "note": "unsicher",
    }


def test_a_discontinuous_span_is_several_rows() -> None:
    found = standoff(ANN)
    parts = [(r["id"], r["part"], r["start"], r["end"], r["exact"]) for r in found.rows[1:]]
    assert parts == [("T2", "1", "3", "6", "Die"), ("T2", "2", "7", "12", "Stadt")]
    assert {r["words"] for r in found.rows[1:]} == {"Die Stadt"}
    assert [(r["part"], r["words"]) for r in found.rows[:1]] == [("", "")]


@pytest.mark.parametrize("words", ["Die  Stadt", "DieStadt!!", "Die Stadt und", "Di"])
def test_words_that_do_not_fit_their_parts_are_kept_whole(words: str) -> None:
    found = standoff(f"T2\tPlace 3 6;7 12\t{words}")
    assert [(r["exact"], r["words"]) for r in found.rows] == [("", words)] * 2


def test_what_brat_says_beside_spans_is_told() -> None:
    found = standoff(
        "R1\tIn Arg1:T1 Arg2:T2\nE1\tGo:T1 Theme:T2\n*\tEquiv T1 T2\nA1\tNegated E1\n",
        annotation_conf=b"[entities]",
    )
    assert left_out(found) == [
        "d/a.ann, row 1, key R1: a relation",
        "d/a.ann, row 2, key E1: an event",
        "d/a.ann, row 3, key *: an equivalence",
        "d/a.ann, row 4, key A1: it is about E1, which is no span",
        "annotation.conf: it is neither a .txt nor an .ann file",
    ]


@pytest.mark.parametrize(
    "line", ["Die Stadt", "T1", "T1\t", "T1\tPlace", "X1\tPlace 0 1\tD", "A1\tMood", " "]
)
def test_a_line_that_brat_would_not_write_is_told(line: str) -> None:
    found = standoff("\n" + line)
    assert "it is no line of an annotation file" in wrong(found)[0]
    assert wrong(found)[0].startswith("d/a.ann, row 2")


@pytest.mark.parametrize("ends", ["3", "3 ", "a b", "3 12;", "3 12 14", "-1 2", "03 12", "3  12"])
def test_offsets_that_brat_would_not_write_are_told(ends: str) -> None:
    found = standoff(f"T1\tPlace {ends}\tStadt")
    assert "its offsets" in wrong(found)[0]
    assert row(found) == {"id": "T1", "source": "d/a", "exact": "Stadt", "label": "Place"}


def test_two_spans_of_one_name_are_told() -> None:
    found = standoff("T1\tPlace 0 1\tx\nT1\tPlace 3 12\tDie Stadt")
    assert wrong(found) == ["d/a.ann, row 2, key T1: another span is named T1"]


def test_brat_files_that_are_empty_or_not_utf8() -> None:
    assert standoff("").findings == ()
    found = read("brat", {"a.ann": b"\xe4", "a.txt": b"\xe4", "b.txt": b"\xef\xbb\xbfx"})
    assert [words.split(":")[0] for words in wrong(found)] == ["a.ann", "a.txt"]
    assert found.texts == {"b": "\ufeffx"}  # a mark at the start of a text counts


# UIMA CAS


def type_system() -> cassis.TypeSystem:
    types = cassis.TypeSystem()
    named = types.create_type("my.Named", "uima.tcas.Annotation")
    types.create_feature(named, "value", "uima.cas.String")
    types.create_feature(named, "weight", "uima.cas.Double")
    link = types.create_type("my.Link", "uima.cas.TOP")
    types.create_feature(link, "role", "uima.cas.String")
    types.create_feature(link, "target", named)
    types.create_feature(link, "inner", link)
    pair = types.create_type("my.Pair", "uima.tcas.Annotation")
    types.create_feature(pair, "first", named)
    types.create_feature(pair, "all", "uima.cas.FSArray", elementType=named)
    types.create_feature(pair, "link", link)
    types.create_feature(pair, "tags", "uima.cas.StringArray")
    return types


def analysed(types: cassis.TypeSystem) -> cassis.Cas:
    cas = cassis.Cas(types)
    cas.sofa_string, cas.sofa_mime = TEXT, "text/plain"
    named, pair, link = (types.get_type(f"my.{name}") for name in ("Named", "Pair", "Link"))
    first = named(begin=3, end=12, value="place", weight=0.5)
    cas.add(first)
    array = types.get_type("uima.cas.FSArray")(elements=[first])
    tags = types.get_type("uima.cas.StringArray")(elements=["ä", "b"])
    cas.add(pair(begin=0, end=1, first=first, all=array, tags=tags, link=link(role="r")))
    return cas


def cas_files(form: str) -> dict[str, bytes]:
    types = type_system()
    cas = analysed(types)
    if form == "json":
        return {"d/a.json": str(cas.to_json()).encode()}
    return {"types.xml": types.to_xml().encode(), "d/a.xmi": str(cas.to_xmi()).encode()}


@pytest.mark.parametrize("form", ["xmi", "json"])
def test_a_cas_that_dkpro_cassis_wrote(form: str) -> None:
    found = read("cas", cas_files(form))
    assert (found.findings, found.unit, found.texts) == ((), "utf16", {"d/a": TEXT})
    assert row(found) == {
        "id": found.rows[0]["id"],
        "source": "d/a",
        "start": "4",  # the emoji takes two code units
        "end": "13",
        "label": "place",
        "layer": "my.Named",
        "attributes": '{"weight": 0.5}',
    }
    number = found.rows[0]["id"]
    assert (found.rows[1]["start"], found.rows[1]["end"]) == ("0", "2")
    assert json.loads(found.rows[1]["attributes"]) == {
        "first": f"#{number}",
        "all": [f"#{number}"],
        "tags": ["ä", "b"],
        "link": {"role": "r", "target": None, "inner": None},
    }


def test_offsets_inside_a_pair_or_behind_the_text_are_given_on_as_they_are() -> None:
    files = cas_files("xmi")
    spoilt = files["d/a.xmi"].replace(b'begin="4" end="13"', b'begin="1" end="999"')
    assert spoilt != files["d/a.xmi"]
    found = read("cas", files | {"d/a.xmi": spoilt})
    assert (found.findings, found.rows[0]["start"], found.rows[0]["end"]) == ((), "1", "999")


def test_views_without_a_text_and_annotations_about_it_are_told() -> None:
    types = type_system()
    cas = analysed(types)
    cas.get_document_annotation()
    cas.document_language = "de"
    cas.add(types.get_type("my.Link")(role="free"))
    view = cas.create_view("other")
    view.sofa_string, view.sofa_mime = "Stadt", "text/plain"
    view.add(types.get_type("my.Named")(begin=0, end=5, value="x"))
    cas.create_view("picture").sofa_uri = "urn:picture"
    xmi = str(cas.to_xmi()).encode()
    found = read("cas", {"types.xml": types.to_xml().encode(), "a.xmi": xmi})
    assert found.texts == {"a-_InitialView": TEXT, "a-other": "Stadt"}
    assert [r["source"] for r in found.rows] == ["a-_InitialView"] * 2 + ["a-other"]
    assert left_out(found) == [
        "a.xmi: 1 view without a text",
        "a.xmi: 1 uima.tcas.DocumentAnnotation, about the whole text",
        "a.xmi: 1 my.Link, without a place in the text",
    ]
    again = read("cas", {"types.xml": types.to_xml().encode(), "a.xmi": xmi, "a.json": xmi})
    assert len(again.rows) == 3  # what is named .json is read as JSON
    found = read("cas", {"t.xml": types.to_xml().encode(), "a.xmi": xmi, "a.xmi2": b"<a/>"})
    assert len(found.rows) == 3


def test_texts_of_one_key_in_two_cas_files() -> None:
    files = cas_files("xmi")
    other = files["d/a.xmi"].replace("schläft".encode(), b"schlaft")
    found = read("cas", files | {"d/a.xmi.xmi": other, "d/a.xml.xmi": files["d/a.xmi"]})
    assert len(found.texts) == 3
    found = read("cas", files | {"d/a.x": other})
    assert "another text has the key 'd/a'" in wrong(found)[0]


def test_annotations_that_no_view_lists_are_counted() -> None:
    files = cas_files("xmi")
    xmi = files["d/a.xmi"].decode()
    number = read("cas", files).rows[1]["id"]
    assert f" {number}" in xmi[xmi.index("members=") :]
    cut = xmi.replace(f' {number}"/>', '"/>')
    assert cut != xmi
    found = read("cas", files | {"d/a.xmi": cut.encode()})
    assert left_out(found) == ["d/a.xmi: 1 annotation that no view lists"]


def test_features_of_every_kind_can_be_cells() -> None:
    types = cassis.TypeSystem()
    kind = types.create_type("my.Kind", "uima.tcas.Annotation")
    for name in ("Double", "Boolean", "Integer", "ByteArray", "StringList"):
        types.create_feature(kind, name, f"uima.cas.{name}")
    types.create_feature(kind, "next", kind)
    deep = types.create_type("my.Deep", "uima.cas.TOP")
    types.create_feature(deep, "inner", deep)
    types.create_feature(kind, "deep", deep)
    cas = cassis.Cas(types)
    cas.sofa_string, cas.sofa_mime = TEXT, "text/plain"
    ring = deep()
    ring.inner = ring
    raw = types.get_type("uima.cas.ByteArray")(elements=b"ab")
    one = kind(
        begin=0, end=1, Double=float("inf"), Boolean=True, Integer=3, deep=ring, ByteArray=raw
    )
    cas.add(one)
    files = {"t.xml": types.to_xml().encode(), "a.xmi": str(cas.to_xmi()).encode()}
    found = read("cas", files)
    assert found.findings == ()
    said_of_it = json.loads(found.rows[0]["attributes"])
    assert {name: said_of_it[name] for name in ("Double", "Boolean", "Integer")} == {
        "Double": "inf",
        "Boolean": True,
        "Integer": 3,
    }
    assert "#" in json.dumps(said_of_it["deep"])  # a ring ends


XMI = cas_files("xmi")
DOCTYPE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
BROKEN_CAS = {
    "empty": ({"a.xmi": b""}, "a.xmi: it is no XML"),
    "no XML": ({"a.xmi": b"Die Stadt"}, "a.xmi: it is no XML"),
    "no types": ({"a.xmi": XMI["d/a.xmi"]}, "needs its type system"),
    "a document type": ({"a.xmi": DOCTYPE + b"<a>&x;</a>"}, "a document type, which is not read"),
    "another root": (
        {"t.xml": XMI["types.xml"], "a.xmi": b"<a><!-- c --><b><c><d/></c></b></a>"},
        "a.xmi: dkpro-cassis cannot read it",
    ),
    "bad offset": (
        {k: v.replace(b'begin="4"', b'begin="x"') for k, v in XMI.items()},
        'd/a.xmi: dkpro-cassis cannot read it: "ValueError',
    ),
    "types are no XML": ({"t.xml": b"x", **cas_files("json")}, "t.xml: it is no XML"),
    "types are none": (
        {"t.xml": b"<a><typeDescription><name>q</name></typeDescription></a>"},
        "t.xml: it is no type system",
    ),
    "code in a feature's name": (
        {
            k: v.replace(b"<name>weight</name>", b"<name>x): print(1)#</name>")
            for k, v in XMI.items()
        },
        "types.xml: 'x): print(1)#' is no name of a type or feature",
    ),
    "code in a feature's name, JSON": (
        {"a.json": b'{"%TYPES": {"my.A": {"x;y": {}}}, "%FEATURE_STRUCTURES": []}'},
        "a.json: 'x;y' is no name of a type or feature",
    ),
    "no JSON": ({"a.json": b"{"}, "a.json: it is no strict JSON"),
    "not UTF-8": ({"a.json": b"{\xe4"}, "a.json: byte 1 is not UTF-8"),
    "a list": ({"a.json": b"[]"}, "it has no %FEATURE_STRUCTURES"),
    "no structures": ({"a.json": b"{}"}, "it has no %FEATURE_STRUCTURES"),
    "nothing else": ({"a.json": b'{"%FEATURE_STRUCTURES": []}'}, "dkpro-cassis cannot read it"),
    "an object of structures": (
        {"a.json": b'{"%FEATURE_STRUCTURES": {"1": {"begin": 0}, "x": 3}}'},
        "dkpro-cassis cannot read it",
    ),
}


@pytest.mark.parametrize("case", BROKEN_CAS)
def test_what_is_no_cas_is_told(case: str) -> None:
    files, message = BROKEN_CAS[case]
    assert message in " ".join(wrong(read("cas", files)))


def test_a_digit_of_another_script_is_no_offset() -> None:
    files = {k: v.replace(b'begin="4"', 'begin="٤"'.encode()) for k, v in XMI.items()}
    found = read("cas", files)
    assert "an offset should be an integer from 0" in wrong(found)[0]


def test_without_dkpro_cassis_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cassis", None)
    with pytest.raises(SmartcityCaseError, match=r"pip install 'smartcity-case\[cas\]'"):
        read("cas", cas_files("json"))


# A spreadsheet's CSV


@pytest.mark.parametrize(
    ("header", "note"),
    [
        ("id,Quote,From,To,mood", "a comma ends a cell: so the header has 5 columns, 4 of them"),
        ("id;Quote;From;To;mood", "a semicolon ends a cell: so the header has 5 columns"),
        ("id\tQuote\tFrom\tTo\tmood", "a tab ends a cell: so the header has 5 columns"),
    ],
)
def test_the_header_decides_what_ends_a_cell(header: str, note: str) -> None:
    delimiter = header[2]
    cells = ['"Die ""Stadt"";\n,\t“"', "3", "12", "ruhig"]
    table = "\r\n".join([header, delimiter.join(["k1", *cells]), delimiter * 4, ""])
    found = read("csv", {"a.csv": b"\xef\xbb\xbf" + table.encode()})
    assert (found.findings, found.unit, found.texts) == ((), "", {})
    assert row(found) == {
        "id": "k1",
        "start": "3",
        "end": "12",
        "exact": 'Die "Stadt";\n,\t“',
        "mood": "ruhig",
    }
    assert found.notes[0].startswith("a.csv: " + note)
    assert "a.csv: column 'Quote' is read as 'exact'" in found.notes


def table(text: str) -> Foreign:
    return read("csv", {"a.csv": text.encode()})


def test_a_column_that_is_named_is_counted_once() -> None:
    data = {"a.csv": b"id;Quote;Text\n1;a;b\n"}
    found = read_foreign("csv", data, {"exact": "Quote", "source": "Text"})
    assert found.notes[0].endswith("so the header has 3 columns, 3 of them known")


@pytest.mark.parametrize("line", ["sep=|", '"sep=|"', "SEP=|"])
def test_a_first_line_may_say_what_ends_a_cell(line: str) -> None:
    found = table(f"{line}\r\nwords|to,from\r\nStadt|x\r\nzu|viel|e\r\n")
    assert row(found) == {"exact": "Stadt", "to,from": "x"}
    assert found.notes[0] == "a.csv: '|' ends a cell: its first line says so"
    assert wrong(found) == ["a.csv, row 4: 3 cells where the header has 2; it is not read"]


def test_a_column_of_words_alone_is_a_table() -> None:
    found = table("words\nStadt\nDorf\n")
    assert [r["exact"] for r in found.rows] == ["Stadt", "Dorf"]
    assert found.notes[0] == "a.csv: a comma ends a cell: so the header has 1 column"


def test_an_earlier_name_goes_before_a_later_one_and_the_other_is_carried_on() -> None:
    found = table("TEXT,quote,Exact,exact,begin,END,before,after,File\na,b,c,d,1,2,e,f,g\n")
    assert row(found) == {
        "exact": "d",
        "start": "1",
        "end": "2",
        "prefix": "e",
        "suffix": "f",
        "source": "g",
        "TEXT": "a",
        "quote": "b",
        "Exact": "c",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.csv, row 1: the file is empty"),
        ("\n\n", "a.csv, row 1: the file is empty"),
        ("a,b\n1,2\n", "no column for the words or for start and end among a, b"),
        ("start,mood\n1,2\n", "no column for the words or for start and end"),
        ("a,b;c\n", "does not decide whether a comma or a semicolon ends a cell"),
        ("exact,a,a\n", "several columns are named 'a'"),
        ('"exact"x,a\n', "its header cannot be read"),
        ('sep=;\n"exact"x,a\n', "a.csv, row 2: text after a closing quotation mark"),
        ('sep="\nexact\n', "its first line says that '\"' ends a cell"),
        ('exact,a\n"x,2\ny', "row 2: a quotation mark is never closed"),
        ('exact,a\nx,2\n"y"z,3\n', "row 3: text after a closing quotation mark"),
        ("exact,a\rx,2\r", "a carriage return without a line feed"),
        ("exact,a\nx\n", "row 2: 1 cells where the header has 2; it is not read"),
        ("exact,start\nx,1.0\n", "row 2, field start: an offset should be an integer from 0"),
        ("exact,Begin\nx, 1\n", "row 2, field Begin: an offset should be an integer from 0"),
        ("exact" + ",a" * limits.COLUMNS, "columns; 10000 are the most that is read"),
    ],
)
def test_what_is_no_table_of_spans_is_told(text: str, message: str) -> None:
    assert message in " ".join(wrong(table(text)))


def test_cells_without_a_column_name_are_told() -> None:
    found = table("exact,,\nx,1,\n,,2\n")
    assert [r["exact"] for r in found.rows] == ["x", ""]
    assert left_out(found) == [
        "a.csv, row 2: a cell of a column without a name",
        "a.csv, row 3: a cell of a column without a name",
    ]


def test_columns_may_be_named() -> None:
    data = {"a.csv": b"Zitat;quote;von\nStadt;x;4\n"}
    found = read_foreign("csv", data, {"exact": "Zitat", "start": "von"})
    row = found.rows[0]
    assert (row["exact"], row["start"], row["quote"]) == ("Stadt", "4", "x")
    assert found.notes[1:] == (
        "a.csv: column 'Zitat' is read as 'exact'",
        "a.csv: column 'von' is read as 'start'",
    )
    assert wrong(read_foreign("csv", data, {"exact": "zitat"})) == [
        "a.csv, row 1: it has no column 'zitat' but Zitat, quote, von"
    ]
    with pytest.raises(ValueError, match="names of their own"):
        read_foreign("brat", data, {"exact": "Zitat"})


def test_records_of_json_lines() -> None:
    lines = [
        '{"Quote": "Stadt", "doc": "a", "n": 3, "to": 9, "from": 4, "list": ["x"]}',
        '{"Quote": 5, "to": "9", "exact": null}',
        "[]",
        '{"id": "k"}',
    ]
    found = read("jsonl", {"a.jsonl": "\n".join(lines).encode()})
    assert [row["exact"] for row in found.rows] == ["Stadt", "", ""]
    row = found.rows[0]
    assert (row["source"], row["start"], row["end"], row["n"]) == ("a", "4", "9", "3")
    assert row["list"] == '["x"]'
    assert found.rows[1]["Quote"] == "5"
    assert wrong(found) == [
        "a.jsonl, row 2, field /to: an offset should be an integer from 0",
        "a.jsonl, row 3: it should be an object",
    ]
    named = read_foreign("jsonl", {"a.jsonl": b'[{"evidence": "x"}]'}, {"exact": "evidence"})
    assert named.rows[0]["exact"] == "x"
    odd = read("jsonl", {"a.jsonl": b'{"exact": 5}'})
    assert wrong(odd) == ["a.jsonl, row 1, field /exact: it should be a string"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_another_encoding_is_told_with_the_fix(encoding: str) -> None:
    found = read("csv", {"a.csv": "exact\nfür\n".encode(encoding)})
    assert found.rows == []
    assert "save it as UTF-8 (in Excel: “CSV UTF-8”" in wrong(found)[0]
