"""What brat is told of a package: its types, attributes and relations, and how they look."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import cycle
from typing import TYPE_CHECKING, Any

from smartcity_case.exporters.shared.names import distinct, identifiers
from smartcity_case.exporters.shared.provenance import provenance
from smartcity_case.exporters.shared.values import number_text
from smartcity_case.exporters.shared.vocabularies import values
from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smartcity_case.exporters.shared.marks import Marks

PASSAGE = -1
"""Stands for a declaration, where the rows of a table are the parts of one passage."""

_BREAKS = re.compile("[\x7f-\x9f\u2028\u2029]")
_APART = re.compile(r"[\s,|<>\x00-\x1f\x7f-\x9f]")
_COLOURS = ("#c2e0f4", "#ffe0a3", "#cdebc5", "#f6c6c7", "#ded0ee", "#fff3a8", "#d9d9d9", "#c9ece8")


def one_line(value: Any) -> str:
    r"""JSON without any character that some reader takes for the end of a line.

    >>> one_line({"a": "1\n2\u2028"})
    '{"a": "1\\n2\\u2028"}'
    """
    text = json.dumps(finite(value), ensure_ascii=False, default=str)
    return _BREAKS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def finite(value: Any) -> Any:
    """A value without numbers that JSON lacks; these are strings, as in XML Schema."""
    if isinstance(value, dict):
        return {name: finite(each) for name, each in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return number_text(value)
    return value


@dataclass
class Settings:
    """The names of everything in brat, and its two files of settings.

    `passages` is the table whose rows are parts of passages, or "".
    """

    marks: Marks
    passages: str

    @cached_property
    def _names(self) -> dict[tuple[str, str, Any], str]:
        """A name for each thing by what it is, its table, and what of it: all are different."""
        asked: dict[tuple[str, str, Any], str] = {}
        spans = [(t, s) for t, s in self.marks.material.tables.items() if s.text_spans]
        for table, schema in spans:
            for number, span in enumerate(schema.text_spans):
                name = f"{table}_{span.fields.column}" if number else table
                asked["entity", table, number] = name
            if table == self.passages:
                asked["entity", table, PASSAGE] = f"{table}_passage"
        for table, schema in spans:
            for field in schema.fields:
                if values(field) and field.name not in self.marks.columns(table):
                    asked["attribute", table, field.name] = f"{table}_{field.name}"
            for number, (key, *_) in enumerate(self.marks.foreign_keys(table)):
                asked["relation", table, number] = "_".join((table, *key.fields, "row"))
            for number in range(1, len(schema.text_spans)):
                asked["also", table, number] = asked["entity", table, number] + "_of"
        made = identifiers(asked.values(), also="-")
        return dict(zip(asked, made, strict=True))

    def _of(self, kind: str) -> dict[tuple[str, Any], str]:
        return {(t, what): name for (k, t, what), name in self._names.items() if k == kind}

    @cached_property
    def entities(self) -> dict[tuple[str, int], str]:
        """The types of spans, by table and declaration."""
        return self._of("entity")

    @cached_property
    def attributes(self) -> dict[tuple[str, str], str]:
        """The attributes, by table and field."""
        return self._of("attribute")

    @cached_property
    def relations(self) -> dict[tuple[str, int], str]:
        """The relations to other rows, by table and number of the foreign key."""
        return self._of("relation")

    @cached_property
    def also(self) -> dict[tuple[str, int], str]:
        """The relations of further spans to the first of their row, by table and declaration."""
        return self._of("also")

    @cached_property
    def _values(self) -> dict[tuple[str, str], dict[str, str]]:
        """How each value of a vocabulary is written; brat takes no blanks, commas or bars."""
        found = {}
        for table, column in self.attributes:
            listed = values(self.marks.material.tables[table].field(column))
            forms = distinct(listed, lambda value: _APART.sub("_", value) or "_")
            found[table, column] = dict(zip(listed, forms, strict=True))
        return found

    def value(self, table: str, column: str, value: Any) -> str:
        """The value of an attribute; "" if it is none."""
        if value is None or (table, column) not in self.attributes:
            return ""
        return self._values[table, column].get(cell_text(value), "")

    # annotation.conf

    def annotation(self, files: Mapping[str, str]) -> Iterator[str]:
        """The lines of `annotation.conf`; `files` are the names of the files of each text."""
        yield "# Offsets count characters (Unicode code points) of the .txt files, from 0."
        yield "# What stands behind a comment sign is the name in the package, as JSON."
        for name, said in provenance(self.marks.material).items():
            yield f"# {name}: {one_line(said)}"
        for text, file in files.items():
            yield f"# {file}.txt, {file}.ann: {one_line(text)}"
        yield from self._entity_lines()
        yield from self._relation_lines()
        yield from ("", "[events]")
        yield from self._attribute_lines()

    def _entity_lines(self) -> Iterator[str]:
        yield from ("", "[entities]")
        for (table, number), name in self.entities.items():
            spans = self.marks.material.tables[table].text_spans
            where: dict[str, Any] = {"table": table}
            if number == PASSAGE:
                where["passages of"] = "rows that are parts of one"
            elif number:
                where["span"] = spans[number].fields.column
            yield f"# {one_line(where)}"
            yield name

    def _relation_lines(self) -> Iterator[str]:
        yield from ("", "[relations]", "# Spans may overlap in any way.")
        yield "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"
        for (table, number), name in self.relations.items():
            key, target, _ = self.marks.foreign_keys(table)[number]
            yield f"# {one_line({'table': table, 'foreign key': key.fields, 'to': target})}"
            yield f"{name}\tArg1:{self._kinds(table)}, Arg2:{self._kinds(target)}"
        for (table, number), name in self.also.items():
            yield f"# {one_line({'table': table, 'a further span of': 'its row'})}"
            yield f"{name}\tArg1:{self.entities[table, number]}, Arg2:{self._kinds(table)}"

    def _kinds(self, table: str) -> str:
        return "|".join(name for (t, _), name in self.entities.items() if t == table)

    def _attribute_lines(self) -> Iterator[str]:
        yield from ("", "[attributes]")
        for (table, column), name in self.attributes.items():
            forms = self._values[table, column]
            changed = {form: value for value, form in forms.items() if form != value}
            where: dict[str, Any] = {"table": table, "field": column}
            where |= {"values": changed} if changed else {}
            yield f"# {one_line(where)}"
            yield f"{name}\tArg:{self._kinds(table)}, Value:{'|'.join(forms.values())}"

    # visual.conf

    def visual(self) -> Iterator[str]:
        """The lines of `visual.conf`: labels and colours."""
        yield "[labels]"
        for (kind, table, what), name in self._names.items():
            yield f"{name} | {_label(self._label(kind, table, what))}"
        yield from ("", "[drawing]", "SPAN_DEFAULT\tfgColor:black, bgColor:#e8e8e8, "
                    "borderColor:darken", "ARC_DEFAULT\tcolor:black")  # fmt: skip
        for name, colour in zip(self.entities.values(), cycle(_COLOURS)):
            yield f"{name}\tbgColor:{colour}"

    def _label(self, kind: str, table: str, what: Any) -> str:
        material = self.marks.material
        schema = material.tables[table]
        title = material.resource(table).title or table
        if kind == "attribute":
            return schema.field(what).title or str(what)
        if kind == "relation":
            fields = self.marks.foreign_keys(table)[what][0].fields
            return ", ".join(schema.field(name).title or name for name in fields)
        if what == PASSAGE:
            return f"{title}: passage"
        further = f"{title}: {schema.text_spans[what].fields.column}" if what else title
        return f"{further} of" if kind == "also" else further


def _label(text: str) -> str:
    """A label: one line without the bar that stands between labels, or a mark that hides it."""
    return " ".join(text.replace("|", "/").split()).lstrip("!")
