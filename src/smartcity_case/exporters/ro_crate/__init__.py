"""RO-Crate 1.1: the package as it is, and beside it what describes it as a research object."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from smartcity_case.citation import citation
from smartcity_case.citation.described import describe
from smartcity_case.citation.licences import rights as rights_in_words
from smartcity_case.citation.words import filled
from smartcity_case.exporters.format import Format
from smartcity_case.exporters.ro_crate.files import METADATA, Copied, copy_files
from smartcity_case.exporters.ro_crate.graph import Graph, encoded, single
from smartcity_case.exporters.shared.provenance import all_rights, language, rights
from smartcity_case.exporters.shared.schema_org import (
    agent,
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
    from smartcity_case.exporters.shared.provenance import Right
    from smartcity_case.exporters.shared.schema_org import Node
    from smartcity_case.profile import Package

FORMAT = Format(
    name="ro-crate",
    title="RO-Crate 1.1 (research object)",
    example="case-ro-crate/",
    writes=(
        "The package as it is, file by file, so that it stays a valid data package, and "
        "`ro-crate-metadata.json`: who made it, what it rests on, what is under which licence, and "
        "of each file its format, size, hash, licence and columns. Licences that hold for a part "
        "only are never said of the whole. `datePublished` is what the descriptor calls "
        "`published`, or else `created`, since the format wants one; `--set published=DATE` says "
        "otherwise."
    ),
    loses=(
        "nothing: the descriptor is in the crate; keys, types, vocabularies and spans are declared "
        "there alone",
        "texts that a package withholds, unless `--source` gives them",
        "files that the descriptor does not name",
    ),
    opened=(
        "from rocrate.rocrate import ROCrate\n\n"
        'crate = ROCrate("case-ro-crate")\n'
        'print(*(f"{file.id}: {file[\'name\']}" for file in crate.data_entities), sep="\\n")'
    ),
    read_by="rocrate, and roc-validator in an environment of its own",
    options={"published": "the date of publication, YYYY-MM-DD"},
)

_CONTEXT = [
    "https://w3id.org/ro/crate/1.1/context",
    {name: f"http://schema.org/{name}" for name in ("sha256", "creditText")},
]


def export(material: Material, place: Place) -> None:
    """Copy the files, then write what describes them."""
    package, described = material.package, describe(material.package)
    date = published(material.options, described)
    if not date:
        material.note(
            "RO-Crate wants a date of publication, and the descriptor has neither `published` nor "
            "`created`: without --set published=DATE the crate is not valid"
        )
    copied = copy_files(material, place)
    graph = Graph()
    about = {"@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"}}
    about["conformsTo"] = {"@id": "https://w3id.org/ro/crate/1.1"}
    parts = [_file(material, graph, copied, path) for path in copied.files]
    publishers = [described.publisher] if described.publisher else []
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": described.label,
        "alternateName": package.name if package.title else "",
        "description": package.description or _contents(package),
        "version": package.version,
        "identifier": f"https://doi.org/{described.doi}" if described.doi else "",
        "url": described.url,
        "datePublished": date,
        "dateCreated": described.date.iso if described.date else "",
        "keywords": single(list(described.keywords)),
        "inLanguage": single(languages(package)),
        "creditText": citation(package),
        "license": _license(package, described, graph, copied),
        "author": graph.all(map(agent, described.creators)),
        "publisher": graph.all(known_agents(material, "publisher", publishers)),
        "contributor": graph.all(others(described)),
        "isBasedOn": graph.all(map(work, described.sources)),
        "hasPart": single([{"@id": part["@id"]} for part in parts]),
    }
    document = {
        "@context": _CONTEXT,
        "@graph": [about, filled(root), *parts, *graph.entities.values()],
    }
    with place.open(METADATA) as stream:
        stream.write(json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")


def _contents(package: Package) -> str:
    """What can be said of a package without a description: what is in it."""
    names = ", ".join(resource.name for resource in package.resources)
    return f"A data package with the resources {names}."


def _file(material: Material, graph: Graph, copied: Copied, path: str) -> Node:
    """A file of the crate, with its columns if it is a table."""
    file = copied.files[path]
    resource = file.resource
    columns, spoken, stated = [], "", []
    if resource is not None:
        stated = rights(resource)
        spoken = language(resource)
        schema = material.tables.get(resource.name)
        columns = [] if schema is None or not file.is_table else schema.fields
    variables = [
        graph.add(
            f"#{encoded(resource.name if resource else '')}/{encoded(each.name)}",
            {
                "@type": "PropertyValue",
                "name": each.name,
                "description": ": ".join(filter(None, (each.title, each.description))),
            },
        )
        for each in columns
    ]
    return filled(
        {
            "@id": encoded(path),
            "@type": "File",
            "name": file.name,
            "description": file.description,
            "encodingFormat": file.encoding,
            "contentSize": str(file.size),
            "sha256": file.sha256,
            "inLanguage": spoken,
            "license": single([_right(right, graph, copied) for right in stated]),
            "conformsTo": _profile(material, graph) if file.is_descriptor else {},
            "variableMeasured": single(variables),
        }
    )


def _profile(material: Material, graph: Graph) -> Node:
    """What the descriptor says it conforms to."""
    stated = (material.package.model_extra or {}).get("$schema")
    if not isinstance(stated, str) or not stated.startswith(("https://", "http://")):
        return {}
    return graph.add(stated, {"@type": "CreativeWork", "name": "Data Package profile"})


def _license(package: Package, described: Citation, graph: Graph, copied: Copied) -> Node:
    """The licence of the whole: the one there is, or words on what holds for which part."""
    if not described.licences:
        return graph.add("#no-licence", _NONE)
    refs = [_right(right, graph, copied) for right in all_rights(package)]
    if described.licence is not None:
        return refs[0]
    parts = {
        "@type": "CreativeWork",
        "name": "Rights of the parts",
        "description": "; ".join(rights_in_words(described)),
        "mentions": single(refs),
    }
    return graph.add("#rights", parts)


_NONE = {
    "@type": "CreativeWork",
    "name": "No licence is stated",
    "description": (
        "The descriptor of this package states no licence; those who made it decide what may be "
        "done with it."
    ),
}


def _right(right: Right, graph: Graph, copied: Copied) -> Node:
    """A licence with the words on what it covers; one without them is its address."""
    node = {
        "@type": "CreativeWork",
        "name": right.name or right.says,
        "description": right.title,
        "subjectOf": {"@id": encoded(right.file)} if right.file in copied.files else {},
    }
    if right.url and not right.title:
        return graph.add(right.url, node)
    return graph.add(f"#{encoded(right.name or 'licence')}", {**node, "url": right.url})
