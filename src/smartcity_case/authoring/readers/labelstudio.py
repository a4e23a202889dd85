"""Label Studio: its JSON export with all annotations, and JSON-MIN.

What an offset counts depends on the release: UTF-16 code units, as JavaScript
does, in those of 2021, code points in later ones; the file does not say which,
so the unit is left open. CRLF counts as two characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smartcity_case.authoring.readers.documents import json_items
from smartcity_case.authoring.readers.foreign import (
    Foreign,
    Gathering,
    Row,
    at,
    one_or_list,
    stem,
)
from smartcity_case.authoring.readers.strict import attributes, cell
from smartcity_case.report import Location, counted, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_RESULTS = ("annotations", "completions")  # the second up to release 1.0
_UNUSED = ("predictions", "drafts")
_TASK = {"id", "data", *_RESULTS, *_UNUSED}
_ANNOTATION = {"id", "completed_by", "was_cancelled", "result"}
_RESULT = {"id", "from_name", "to_name", "type", "value"}
_MINIMAL = {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time"}
_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://\S+|/data/\S+")


def read(files: Mapping[str, bytes]) -> Foreign:
    """The labelled regions of texts in Label Studio's exports.

    A `source` is a task's number; `layer` is the name of the control that the
    label comes from; what other controls say of a region is in `attributes`.

    >>> task = b'[{"id": 7, "data": {"text": "die Stadt"}, "annotations": [{"result": [{'
    >>> task += b'"id": "x", "from_name": "ner", "to_name": "text", "type": "labels",'
    >>> task += b'"value": {"start": 4, "end": 9, "text": "Stadt", "labels": ["place"]}}]}]}]'
    >>> [(row["source"], row["exact"], row["label"]) for row in read({"a.json": task}).rows]
    [('7', 'Stadt', 'place')]
    """
    found = Gathering("")
    for path, data in files.items():
        for where, item in json_items(found, path, data):
            task = found.members(where, item)
            if task is None:
                continue
            if isinstance(task.get("data"), dict):
                _read_task(found, where, task)
            else:
                _read_minimal(found, where, task)
    return found.finish()


@dataclass
class _Texts:
    """The texts of a task, by the name of the object that shows them."""

    found: Gathering
    where: Location
    key: str
    data: dict[str, Any]
    used: dict[str, str] = field(default_factory=dict)

    def source(self, shown_by: str) -> str:
        """The key of a text, which is given on when it is first asked for."""
        name = self._name(shown_by)
        if name not in self.used:
            self.used[name] = f"{self.key}-{name}" if self.used else self.key
            text = self.data.get(name)
            if not isinstance(text, str):
                message = "which of its data is the text is not said, or it is no text"
                self.found.left_out(self.where, message, shorten(", ".join(self.data)))
            elif _ADDRESS.fullmatch(text):
                self.found.left_out(self.where, "the text stands elsewhere", shorten(text))
            else:
                self.found.text(self.used[name], text, self.where)
        return self.used[name]

    def paragraph(self, number: str) -> str:
        """The key of a paragraph, which is a text of its own."""
        key = f"{self.key}-{number}"
        lists = [name for name, value in self.data.items() if isinstance(value, list)]
        name = lists[0] if len(lists) == 1 else ""
        paragraphs = self.data.get(name, [])
        held = paragraphs[int(number)] if int(number) < len(paragraphs) else None
        text = held.get("text") if isinstance(held, dict) else None
        if isinstance(held, dict):
            self.found.unread(self.where, "a paragraph", held, {"text"})
        if isinstance(text, str):
            self.found.text(key, text, self.where)
        elif key not in self.used:
            self.found.left_out(self.where, f"the text of paragraph {number} is not found")
        self.used |= {key: key, name: key}
        return key

    def _name(self, shown_by: str) -> str:
        texts = [name for name, value in self.data.items() if isinstance(value, str)]
        if shown_by in texts:
            return shown_by
        return "text" if "text" in texts else texts[0] if len(texts) == 1 else ""


def _key(where: Location, task: dict[str, Any]) -> str:
    return cell(task.get("id")) or f"{stem(where.path)}-{where.row}"


def _read_task(found: Gathering, where: Location, task: dict[str, Any]) -> None:
    texts = _Texts(found, at(where, "data"), _key(where, task), task["data"])
    listed = [
        (at(where, name, number), item)
        for name in _RESULTS
        for number, item in enumerate(found.items(at(where, name), task.get(name)))
    ]
    if not listed:
        found.left_out(where, f"task {texts.key} has no annotation")
    for place, item in listed:
        annotation = found.members(place, item)
        if annotation is None:
            continue
        if annotation.get("was_cancelled"):
            found.left_out(place, "an annotation that was cancelled")
            continue
        common = {
            "annotation": cell(annotation.get("id")),
            "annotator": cell(annotation.get("completed_by")),
        }
        results = found.items(at(place, "result"), annotation.get("result"))
        _Regions(found, texts, common).read(
            (at(place, "result", number), result) for number, result in enumerate(results)
        )
        found.unread(place, "an annotation", annotation, _ANNOTATION)
    if not texts.used:
        texts.source("")
    for name in _UNUSED:
        if number := len(found.items(at(where, name), task.get(name))):
            found.left_out(at(where, name), counted(number, name.removesuffix("s")))
    found.unread(where, "a task", task, _TASK)
    found.unread(texts.where, "a task's data", texts.data, set(texts.used))


_PARAGRAPH = re.compile(r"[0-9]{1,6}")
_PLACES = {"start", "end", "startOffset", "endOffset", "globalOffsets", "text"}


@dataclass
class _Regions:
    """The results of one annotation: labelled regions, and what else is said of them."""

    found: Gathering
    texts: _Texts
    common: Row
    labelled: list[tuple[Location, str, Row]] = field(default_factory=list)
    said: dict[str, tuple[Location, Row, dict[str, Any]]] = field(default_factory=dict)

    def read(self, results: Iterable[tuple[Location, Any]]) -> None:
        for where, item in results:
            result = self.found.members(where, item)
            if result is not None:
                self._take(where, result)
        have_labels = {name for _, name, _ in self.labelled}
        alone = [
            (where, name, row)
            for name, (where, row, _) in self.said.items()
            if name not in have_labels
        ]
        for where, name, row in [*self.labelled, *alone]:
            _, _, more = self.said.get(name, (where, row, {}))
            also = {"attributes": attributes(more)} if more else {}
            self.found.row(where, self.common | row | also)

    def _take(self, where: Location, result: dict[str, Any]) -> None:
        kind, control = result.get("type"), cell(result.get("from_name"))
        if kind == "relation":
            ends = f"{cell(result.get('from_id'))} to {cell(result.get('to_id'))}"
            self.found.left_out(where, f"a relation from {ends}", one_or_list(_listed(result)))
            return
        value = self.found.members(at(where, "value"), result.get("value"))
        if value is None:
            return
        if not isinstance(kind, str):
            self.found.wrong(at(where, "type"), "it has no type")
            return
        place = self._place(where, kind, value, cell(result.get("to_name")))
        if place is None:
            return
        name = cell(result.get("id"))
        region = {"id": name} | place
        if kind.endswith("labels"):
            labels = self.found.items(at(where, "value", kind), value.get(kind))
            row = region | {"label": one_or_list(labels), "layer": control}
            self.labelled.append((where, name or where.field, row))
        else:
            _, _, more = self.said.setdefault(name or where.field, (where, region, {}))
            more[control or kind] = value.get("text" if kind == "textarea" else kind)
        self.found.unread(where, "a result", result, _RESULT)
        self.found.unread(at(where, "value"), "a value", value, _PLACES | {kind})

    def _place(
        self, where: Location, kind: str, value: dict[str, Any], shown_by: str
    ) -> Row | None:
        """Where a region is; None and told if that is no place in a text."""
        start, end, words = value.get("start"), value.get("end"), value.get("text")
        if start is None or "channel" in value:
            self.found.left_out(where, f"a result of type {kind!r}, which is no place in a text")
            return None
        exact = words if isinstance(words, str) else ""
        place = at(where, "value")
        if "startOffset" not in value:
            return {
                "source": self.texts.source(shown_by),
                "start": self.found.offset(at(place, "start"), start),
                "end": self.found.offset(at(place, "end"), end),
                "exact": exact,
            }
        if not _PARAGRAPH.fullmatch(cell(start)):
            self.found.left_out(place, "offsets in HTML; the words alone are read")
            return {"source": self.texts.source(shown_by), "exact": exact}
        if cell(start) != cell(end):
            self.found.left_out(where, f"a region over the paragraphs {cell(start)} to {cell(end)}")
            return None
        return {
            "source": self.texts.paragraph(str(int(cell(start)))),
            "start": self.found.offset(at(place, "startOffset"), value.get("startOffset")),
            "end": self.found.offset(at(place, "endOffset"), value.get("endOffset")),
            "exact": exact,
        }


def _listed(result: dict[str, Any]) -> list[Any]:
    labels = result.get("labels")
    return labels if isinstance(labels, list) else []


def _read_minimal(found: Gathering, where: Location, task: dict[str, Any]) -> None:
    """A task of JSON-MIN: its data and the values of the controls side by side."""
    lists = {name: value for name, value in task.items() if isinstance(value, list) and value}
    data = {name: value for name, value in task.items() if name not in lists.keys() | _MINIMAL}
    if not lists and not any(isinstance(value, str) for value in data.values()):
        found.wrong(where, "it is neither a task of the JSON export nor one of JSON-MIN")
        return
    texts = _Texts(found, where, _key(where, task), data)
    texts.source("")
    results = [
        (at(where, name, number), _result(name, value))
        for name, values in lists.items()
        for number, value in enumerate(values)
    ]
    if not results:
        found.left_out(where, f"task {texts.key} has no annotation")
    about = {name: value for name, value in data.items() if name not in texts.used}
    common = {
        "annotation": cell(task.get("annotation_id")),
        "annotator": cell(task.get("annotator")),
    }
    # What a control says of the whole text cannot be told from further data.
    if said := attributes(about):
        common["task"] = said
    _Regions(found, texts, common).read(results)
    found.unread(where, "a task", task, {*lists, *data, "id", "annotation_id", "annotator"})


def _result(control: str, value: Any) -> dict[str, Any]:
    """What the full export would have for a value of JSON-MIN."""
    kinds = [name for name in value if name.endswith("labels")] if isinstance(value, dict) else []
    return {"from_name": control, "type": kinds[0] if kinds else control, "value": value}
