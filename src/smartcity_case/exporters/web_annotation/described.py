"""The package as a node of JSON-LD: what it is, whose, and what each licence covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smartcity_case.citation import citation
from smartcity_case.citation.described import describe
from smartcity_case.citation.words import filled
from smartcity_case.exporters.shared.iris import package_iri, path_iri, resource_iri, text_iri
from smartcity_case.exporters.shared.provenance import (
    descriptor_hash,
    language,
    rights,
    sources,
)
from smartcity_case.profile import DESCRIPTOR

if TYPE_CHECKING:
    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.profile import Package, Resource

_IDENTIFIER = "dcterms:identifier"


def described(material: Material) -> dict[str, Any]:
    """The package, its texts and its tables, in terms of Dublin Core and the annotation model.

    Licences are statements with what each covers, and not a licence of the
    whole; they stand with what they are stated of.
    """
    package = material.package
    return filled(
        {
            "id": _own(material),
            "type": "Dataset",
            "label": package.title or package.name,
            "dcterms:description": package.description,
            "schema:version": package.version,
            "dcterms:bibliographicCitation": citation(package),
            "creator": [{"name": who.display} for who in describe(package).creators],
            "rights": _rights(package),
            "dcterms:source": [
                {**_node(each.path), "label": each.says} for each in sources(package)
            ],
            "dcterms:hasPart": [
                {
                    "id": DESCRIPTOR,
                    "format": "application/json",
                    _IDENTIFIER: descriptor_hash(material),
                },
                *(
                    _part(material, resource)
                    for resource in package.resources
                    if resource.kind != "other"
                ),
            ],
        }
    )


def _own(material: Material) -> str:
    """The IRI of the package; none if it would be that of one of its files, which is noted."""
    called = package_iri(material.package)
    texts = [each.name for each in material.package.resources if each.kind == "text"]
    if called in (DESCRIPTOR, *(text_iri(material, name) for name in texts)):
        material.note(f"the package has no IRI, since one of its files is called {called!r} too")
        return ""
    return called


def _part(material: Material, resource: Resource) -> dict[str, Any]:
    is_text = resource.kind == "text"
    of = text_iri if is_text else resource_iri
    return filled(
        {
            "id": of(material, resource.name),
            "type": "Text" if is_text else "Dataset",
            "label": resource.title or resource.name,
            "dcterms:description": resource.description,
            "format": resource.mediatype if is_text else "",
            "language": language(resource),
            _IDENTIFIER: resource.hash if is_text else "",
            "rights": _rights(resource),
        }
    )


def _rights(part: Package | Resource) -> list[dict[str, Any]]:
    return [
        filled(
            {
                "type": "dcterms:RightsStatement",
                _IDENTIFIER: each.name,
                "label": each.says,
                "rdfs:seeAlso": _node(each.path),
            }
        )
        for each in rights(part)
    ]


def _node(path: str) -> dict[str, Any]:
    return {"id": path_iri(path)} if path else {}
