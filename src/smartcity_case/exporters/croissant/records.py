"""The record sets: tables, vocabularies and texts, and how they refer to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from smartcity_case.citation.words import filled
from smartcity_case.exporters.shared.keyed import twins
from smartcity_case.exporters.shared.vocabularies import terms

if TYPE_CHECKING:
    from smartcity_case.exporters.croissant.files import Written
    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.exporters.shared.schema_org import Node
    from smartcity_case.profile import FieldSchema, ForeignKey
    from smartcity_case.textspans import TextSpan

_TYPES = {
    pa.int64(): "sc:Integer",
    pa.float64(): "sc:Float",
    pa.bool_(): "sc:Boolean",
    pa.date32(): "sc:Date",
    pa.string(): "sc:Text",
}


def record_sets(material: Material, written: Written, *, linked: bool) -> list[Node]:
    """The record sets of all that was written; `linked` if fields are to refer to fields."""
    found: list[Node] = []
    links = _references(material, written) if linked else {}
    for name in written.tables:
        found.append(_of_table(material, written, name, links, linked))
        found += [each for f in material.tables[name].fields if (each := _values(written, name, f))]
    return found + [_of_texts(material, written, name) for name in written.texts]


def _of_table(
    material: Material,
    written: Written,
    name: str,
    links: dict[tuple[str, str], str],
    linked: bool,
) -> Node:
    resource, schema = material.resource(name), material.tables[name]
    kinds = material.arrow_schema(name)
    told = [_joined(resource.title, resource.description)]
    told += [_of_key(key, name) for key in schema.foreign_keys if len(key.fields) > 1]
    told += [_of_span(span) for span in schema.text_spans]
    shared = twins(material, name, "no key is declared")
    fields = []
    for each in schema.fields:
        kind, link = kinds.field(each.name).type, links.get((name, each.name), "")
        words = [_joined(each.title, each.description)]
        words += [_of_key(key, name) for key in schema.foreign_keys if key.fields == [each.name]]
        if terms(each):
            values = f"{written.field_id(name, each.name)}~values"
            words.append(f"Its values are those of the record set {values!r}.")
            link = link or (f"{values}/value" if linked and kind == pa.string() else "")
        node: Node = {
            "@type": "cr:Field",
            "@id": written.field_id(name, each.name),
            "name": each.name,
            "description": " ".join(filter(None, words)),
            "dataType": _TYPES[kind],
            "source": {
                "fileObject": {"@id": written.tables[name]},
                "extract": {"column": written.columns[name][each.name]},
            },
            "references": {"field": {"@id": link}} if link else {},
        }
        fields.append(filled(node))
    record_set: Node = {
        "@type": "cr:RecordSet",
        "@id": written.ids[name],
        "name": name,
        "description": " ".join(filter(None, told)),
        "key": [{"@id": written.field_id(name, key)} for key in schema.primary_key if not shared],
        "field": fields,
    }
    return filled(record_set)


def _of_key(key: ForeignKey, name: str) -> str:
    """A foreign key in words."""
    of, to = " and ".join(map(repr, key.fields)), " and ".join(map(repr, key.reference.fields))
    who = f"{of} refer" if len(key.fields) > 1 else "It refers"
    return f"{who} to {to} of {key.target(name)!r}."


def _joined(title: str, description: str) -> str:
    return ": ".join(filter(None, (title, description)))


def _of_span(span: TextSpan) -> str:
    """A declaration of spans in words."""
    fields, target = span.fields, span.reference.resource
    where = f"the text {target!r}"
    if fields.source is not None:
        where = f"the text of {target!r} that {fields.source!r} names"
    words = f"; {fields.exact!r} are the words" if fields.exact is not None else ""
    return (
        f"{fields.start!r} and {fields.end!r} are where words begin and end in {where}, counted in "
        f"Unicode code points from 0, the end not included{words}."
    )


def _references(material: Material, written: Written) -> dict[tuple[str, str], str]:
    """The identifiers of the fields that fields refer to, where the format's reader can follow.

    It joins the tables: to the table itself, in a circle or to an empty table it
    fails, and it would repeat the rows that find several.
    """
    found: dict[tuple[str, str], str] = {}
    needs: dict[str, set[str]] = {name: {name} for name in written.tables}
    for name in written.tables:
        for key in material.tables[name].foreign_keys:
            target = key.target(name)
            fits = _fits(material, written, name, key) and name not in needs[target]
            if fits and (name, key.fields[0]) not in found:
                found[name, key.fields[0]] = written.field_id(target, key.reference.fields[0])
                for needed in needs.values():
                    needed |= needs[target] if name in needed else set()
            else:
                of, to = ", ".join(key.fields), ", ".join(key.reference.fields)
                material.note(
                    f"{name} ({of}): that it refers to {target} ({to}) is said in words only"
                )
    return found


def _fits(material: Material, written: Written, name: str, key: ForeignKey) -> bool:
    target = key.reference.resource
    if target not in written.tables or len(key.fields) != 1 or not written.rows[target]:
        return False
    kinds = [
        material.arrow_schema(name).field(key.fields[0]).type,
        material.arrow_schema(target).field(key.reference.fields[0]).type,
    ]
    is_key = material.tables[target].primary_key == key.reference.fields
    return is_key and kinds in ([pa.string()] * 2, [pa.int64()] * 2)


_PARTS = ("value", "label", "description")


def _values(written: Written, table: str, field: FieldSchema) -> Node | None:
    """A vocabulary as a record set, with its terms in it; None without one."""
    listed = [dict(zip(_PARTS, term, strict=True)) for term in terms(field)]
    if not listed:
        return None
    at = f"{written.field_id(table, field.name)}~values"
    parts = [part for part in _PARTS if any(term[part] for term in listed)]
    return {
        "@type": "cr:RecordSet",
        "@id": at,
        "name": f"{table}.{field.name}: values",
        "dataType": "sc:Enumeration",
        "key": {"@id": f"{at}/value"},
        "field": [
            {"@type": "cr:Field", "@id": f"{at}/{part}", "name": part, "dataType": "sc:Text"}
            for part in parts
        ],
        "data": [{f"{at}/{part}": term[part] for part in parts} for term in listed],
    }


def _of_texts(material: Material, written: Written, name: str) -> Node:
    """The text of a file, or the texts of those that a table names."""
    resource, at = material.resource(name), written.ids[name]
    source: Node = {"fileObject": {"@id": written.texts[name]}}
    columns: dict[str, Node] = {"text": {"fileProperty": "content"}}
    if name in material.tables:
        at = f"{at}~texts"
        columns = {column: {"column": column} for column in ("key", "text")}
    node: Node = {
        "@type": "cr:RecordSet",
        "@id": at,
        "name": name if name not in material.tables else f"{name}: texts",
        "description": _joined(resource.title, resource.description),
        "key": [{"@id": f"{at}/key"}] if "key" in columns else [],
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{at}/{column}",
                "name": column,
                "dataType": "sc:Text",
                "source": {**source, "extract": how},
            }
            for column, how in columns.items()
        ],
    }
    return filled(node)
