"""Whatever things are called, the data dictionary has each of them once and says it rightly."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pages import anchors, links, mermaid, tables
from smartcity_case.checks.descriptor import read_descriptor
from smartcity_case.profile import DESCRIPTOR, Package
from smartcity_case.render.dictionary import dictionary
from smartcity_case.render.markdown import visible
from smartcity_case.render.words import cut
from smartcity_case.strategies import packages

ODD = "|\\`*_[](){}<>#&;:!$~%^'\"=+-.,/ \n\r\t\0\u202e\u2028\u00a0Ab1ü„“日\u0301\u200d🌻"
NAMES = st.one_of(
    st.text(ODD, max_size=8),
    st.sampled_from(
        ["end", "</code>", "<br>", "&#124;", "``", "a\\|b", "1. x", "%%{init}%%", "---"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)


@st.composite
def descriptors(draw: st.DrawFn) -> dict[str, Any]:
    """A package of one text and some tables with odd names, words and references."""
    tables_ = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    text = draw(NAMES.filter(lambda name: name not in tables_ and name))
    resources: list[dict[str, Any]] = [{"name": text, "path": "t", "mediatype": "text/plain"}]
    for name in tables_:
        names = draw(st.lists(NAMES, min_size=3, max_size=5, unique=True))
        fields: list[dict[str, Any]] = [
            {"name": each, "type": "integer" if number < 2 else "string", "title": draw(NAMES)}
            for number, each in enumerate(names)
        ]
        fields[2] |= {"description": draw(NAMES), "example": draw(NAMES)}
        fields[2]["constraints"] = {"pattern": draw(NAMES), "enum": draw(st.lists(NAMES))}
        foreign = {"fields": [names[2]], "reference": {"resource": tables_[0], "fields": ["x"]}}
        span = {
            "fields": {"start": names[0], "end": names[1], "exact": names[2]},
            "reference": {"resource": text},
        }
        schema = {"fields": fields, "foreignKeys": [foreign], "textSpans": [span]}
        resources.append({"name": name, "path": draw(NAMES), "schema": schema})
    return {"title": draw(NAMES), "description": draw(NAMES), "resources": resources}


def field_tables(page: str) -> list[list[list[str]]]:
    return [rows for header, rows in tables(page) if header[0] == "field"]


@settings(max_examples=60)
@given(descriptors())
def test_every_field_has_exactly_one_row_and_its_name(descriptor: dict[str, Any]) -> None:
    page = dictionary(Package.model_validate(descriptor))
    fields = [resource["schema"]["fields"] for resource in descriptor["resources"][1:]]
    shown = field_tables(page)
    assert [[row[0] for row in rows] for rows in shown] == [
        [visible(field["name"]) for field in some] for some in fields
    ]
    assert all(len(row) == 5 for rows in shown for row in rows)
    for rows, some in zip(shown, fields, strict=True):
        assert rows[2][4] == visible(some[2]["example"])
        assert f"matches {visible(some[2]['constraints']['pattern'])}" in rows[2][2]


_NODE = re.compile(r'  (r\d+)(\[|\(\[)"([^"]*)"(\]|\]\))')
_ARROW = re.compile(r'  (r\d+) (--|-\.) "([^"]*)" (-->|\.->) (r\d+)')
_ESCAPED = re.compile(r"#(\d+);")


def read(label: str) -> list[str]:
    """The lines of a label, as Mermaid reads them; what it acts upon must be written by number."""
    plain = _ESCAPED.sub("", label.replace("<br>", ""))
    assert not re.search(r"[!-+./:-@\[-^`{-~]", plain), label
    assert not re.search(r"(?:\A|<br>)(?: |- |_)", label)
    return [_ESCAPED.sub(lambda m: chr(int(m[1])), line) for line in label.split("<br>")]


@settings(max_examples=60)
@given(descriptors())
def test_the_diagram_is_well_formed_and_has_every_name(descriptor: dict[str, Any]) -> None:
    first, *lines = mermaid(dictionary(Package.model_validate(descriptor)))
    assert first == "flowchart LR"
    nodes = {m[1]: (m[2] == "([", read(m[3])) for m in map(_NODE.fullmatch, lines) if m}
    drawn = [m for m in map(_ARROW.fullmatch, lines) if m]
    assert len(nodes) + len(drawn) + 2 == len(lines)
    names = [resource["name"] for resource in descriptor["resources"]]
    shown = [cut(visible(name), 40).replace("\\n", "\\\u2060n") or " " for name in names]
    assert [lines[0] for _, lines in nodes.values()] == shown
    assert [is_text for is_text, _ in nodes.values()] == [True, *[False] * (len(names) - 1)]
    for arrow in drawn:
        assert {arrow[1], arrow[5]} <= nodes.keys()
        assert nodes[arrow[5]][0] == (arrow[2] == "-.") == (arrow[4] == ".->")


@settings(max_examples=15)
@given(packages())
def test_valid_packages_have_pages_whose_links_lead_somewhere(files: dict[str, bytes]) -> None:
    package, _ = read_descriptor(files[DESCRIPTOR])
    assert package is not None
    page = dictionary(package)
    inside = [target for target in links(page) if target.startswith("#")]
    assert inside
    assert set(inside) <= anchors(page)
    assert {target for target in links(page) if not target.startswith("#")} <= files.keys()
