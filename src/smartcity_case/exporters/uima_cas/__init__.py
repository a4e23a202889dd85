"""Apache UIMA CAS: each text with its annotations, as XMI and as JSON, and their type system.

Written by the rules of UIMA's XMI 2 and of the JSON CAS, without a library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.exporters.format import Format
from smartcity_case.exporters.shared.marks import Marks
from smartcity_case.exporters.uima_cas.json_cas import json_cas
from smartcity_case.exporters.uima_cas.structures import document
from smartcity_case.exporters.uima_cas.types import Types
from smartcity_case.exporters.uima_cas.xml import not_xml, type_system, xmi

if TYPE_CHECKING:
    from smartcity_case.exporters.format import Place
    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.exporters.uima_cas.structures import Document

FORMAT = Format(
    name="uima-cas",
    title="UIMA CAS (XMI and JSON)",
    example="case-cas/",
    writes=(
        "For each text NAME.xmi and NAME.json, which say the same (XMI 2; JSON CAS, draft 0.4.0), "
        "and TypeSystem.xml. A span is an annotation, whose type is its table (TABLE_COLUMN for a "
        "further span of a row); each annotation has all values of its row as typed features, the "
        "row's reference as `rowId`, and for a foreign key a feature FIELD_ref with the annotation "
        "of the row it refers to, where both stand in the text. Offsets count UTF-16 code units, "
        "as UIMA does. What comes from where, and the rights, stand in a DataPackage structure in "
        "each file and in the type system, whose descriptions have the package's own name of each "
        "type and feature. INCEpTION has UIMA CAS XMI among its formats, too (it was not run)."
    ),
    loses=(
        "keys, vocabularies, constraints: the descriptor has them; values that are listed stand in "
        "descriptions, too",
        "rows without a span: an annotation needs a place in a text",
        "files that are neither tables nor texts",
        "dates and times as such: they are strings, as are numbers too long for Long or Double",
        "the offsets in code points: they are the UTF-16 offsets of the annotation",
        "in XMI, control characters, which XML cannot hold; the JSON has them",
    ),
    opened=(
        "from pathlib import Path\n\n"
        "from cassis import load_cas_from_xmi, load_typesystem\n\n"
        'types = load_typesystem(Path("case-cas/TypeSystem.xml"))\n'
        'cas = load_cas_from_xmi(Path("case-cas/article.xmi"), typesystem=types)\n'
        'rows = cas.select("datapackage.smartcity_case.TABLE")\n'
        "print(len(rows), rows[0].rowId, rows[0].get_covered_text())"
    ),
    read_by="dkpro-cassis",
    needs_texts=True,
)

_LONG = 10_000_000
"""Bytes of an attribute that an XML parser takes unless it is told to take more."""


def export(material: Material, place: Place) -> None:
    """Write each text twice, and the type system."""
    marks = Marks(material)
    types = Types(marks)
    with place.open("TypeSystem.xml") as stream:
        stream.write(type_system(types))
    for text in material.texts():
        made = document(types, text)
        with place.open(f"{marks.files[text.name]}.json") as stream:
            stream.writelines(line.encode("utf-8") for line in json_cas(types, made))
        if _fits(material, made):
            with place.open(f"{marks.files[text.name]}.xmi") as stream:
                stream.writelines(line.encode("utf-8") for line in xmi(types, made))


def _fits(material: Material, made: Document) -> bool:
    """Whether a text can be written as XML; what cannot is told."""
    odd = not_xml(made.text)
    if odd is not None:
        material.note(
            f"{made.name}: character {odd} (U+{ord(made.text[odd]):04X}) cannot stand in XML; this "
            "text is written as JSON only"
        )
        return False
    if len(made.text.encode("utf-8")) > _LONG:
        material.note(
            f"{made.name}: more than {_LONG} bytes; an XML parser must be told to take them "
            "(cassis: trusted=True)"
        )
    for structure in made.structures:
        for name, value in structure.features.items():
            if isinstance(value, str) and not_xml(value) is not None:
                material.note(
                    f"{structure.kind.rpartition('.')[2]}.{name}: values with control characters "
                    "are left out of the XMI; the JSON has them"
                )
    return True
