"""Croissant 1.0, the metadata of ML Commons: a JSON-LD file beside Parquet files and the texts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from smartcity_case.citation import citation
from smartcity_case.citation.described import describe
from smartcity_case.citation.licences import in_words
from smartcity_case.citation.words import filled
from smartcity_case.exporters.croissant.files import Written, write_files
from smartcity_case.exporters.croissant.records import record_sets
from smartcity_case.exporters.format import Format
from smartcity_case.exporters.shared.provenance import Right, all_rights, rights
from smartcity_case.exporters.shared.schema_org import (
    known_agents,
    languages,
    others,
    published,
    work,
)

if TYPE_CHECKING:
    from smartcity_case.citation.values import Citation
    from smartcity_case.exporters.format import Place
    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.exporters.shared.schema_org import Node
    from smartcity_case.profile import Package, Resource

FORMAT = Format(
    name="croissant",
    title="Croissant 1.0 (ML Commons)",
    example="case-croissant/",
    writes=(
        "`croissant.json`, and beside it a Parquet file for each table, the texts in `texts/`, "
        "the files of the licences in `rights/`, other files in `files/`, and `descriptor.json`, "
        "the descriptor of the package. A record set for each table, with its key, fields and "
        "types; one for each vocabulary, with labels and definitions; one for each text, or for "
        "the texts of a table. Each file has its hash. `datePublished` is what the descriptor "
        "calls `published`, or else `created`, since the format wants one; `--set published=DATE` "
        "says otherwise."
    ),
    loses=(
        "spans as declarations: the descriptions of the record sets say in words what the columns "
        "of offsets count in, and `descriptor.json` has the declarations",
        "references between tables, and of fields to their vocabularies, other than in words: with "
        "formal ones (`--set references=yes`) the format's own reader, mlcroissant 1.1, reads the "
        "rows of a table only once from one `Dataset`, and never those of a table that refers to "
        "itself, in a circle, to an empty table or to what is no key: these stay words",
        "constraints, and the types that Parquet does not have: such a cell is text, as it stands",
        "which type the terms of a vocabulary have: they are text",
        "the difference between NaN and none, in the format's own reader (not in the files)",
    ),
    opened=(
        "import mlcroissant as mlc\n\n"
        'dataset = mlc.Dataset("case-croissant/croissant.json")\n'
        'print(next(iter(dataset.records("TABLE"))))  # keys are TABLE/FIELD, strings bytes'
    ),
    read_by="mlcroissant",
    options={
        "published": "the date of publication, YYYY-MM-DD",
        "references": "no (the default) or yes: fields refer to fields formally, too",
    },
)

CONTEXT: dict[str, Any] = {
    # The format's own context, but for the language: nobody says that the words are English.
    "@language": None,
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{name: f"cr:{name}" for name in ("extract", "field", "fileProperty", "fileObject")},
    **{name: f"cr:{name}" for name in ("fileSet", "format", "includes", "isLiveDataset")},
    **{name: f"cr:{name}" for name in ("jsonPath", "key", "md5", "parentField", "path")},
    **{name: f"cr:{name}" for name in ("recordSet", "references", "regex", "repeated")},
    **{name: f"cr:{name}" for name in ("replace", "samplingRate")},
    "sc": "https://schema.org/",
    **{name: f"cr:{name}" for name in ("separator", "source", "subField", "transform")},
}


def export(material: Material, place: Place) -> None:
    """Write the files, then what describes them."""
    package, described = material.package, describe(material.package)
    publishers = [described.publisher] if described.publisher else []
    date = published(material.options, described)
    linked = material.chosen("references", "no", "yes") == "yes"
    written = write_files(material, place)
    metadata = filled(
        {
            "@context": CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "name": described.label,
            "alternateName": package.name if package.title else "",
            "description": package.description,
            "version": package.version,
            "url": described.url,
            "citeAs": citation(package),
            "dateCreated": described.date.iso if described.date else "",
            "datePublished": date,
            "inLanguage": languages(package),
            "keywords": list(described.keywords),
            "license": _of_the_whole(package, described, written),
            "creator": known_agents(material, "creator", described.creators),
            "publisher": known_agents(material, "publisher", publishers),
            "contributor": others(described),
            "isBasedOn": list(map(work, described.sources)),
            "distribution": [
                {**file.node, "license": licences(file.resource, written)}
                if file.resource is not None and rights(file.resource)
                else file.node
                for file in written.files
            ],
            "recordSet": record_sets(material, written, linked=linked),
        }
    )
    with place.open("croissant.json") as stream:
        # Escaped, since the format's own reader opens it in the encoding of the system.
        stream.write(json.dumps(metadata, indent=1).encode("ascii") + b"\n")


def licences(resource: Resource, written: Written) -> list[str | Node]:
    """The licences of a resource, each with the words on what it covers.

    Only one that says nothing in words is its bare address.
    """
    return [_licence(right, written) for right in rights(resource)]


def _of_the_whole(package: Package, described: Citation, written: Written) -> list[str | Node]:
    """The licence of the whole, if there is one; else every one that is stated, and of what."""
    if described.licence is not None:
        return [_licence(all_rights(package)[0], written)]
    return [
        {
            "name": in_words(each),
            **_node(Right(each.name, each.title, each.path), written),
            "description": in_words(each),
        }
        for each in described.licences
    ]


def _licence(right: Right, written: Written) -> str | Node:
    return right.url if right.url and not right.title else _node(right, written)


def _node(right: Right, written: Written) -> Node:
    return filled(
        {
            "@type": "CreativeWork",
            "name": right.says,
            "alternateName": right.name if right.title else "",
            "url": right.url or written.rights.get(right.file, ""),
        }
    )
