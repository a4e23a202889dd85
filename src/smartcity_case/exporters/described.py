"""The package as a node of JSON-LD: what it is, whose, and what each licence covers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from smartcity_case.citation import citation
from smartcity_case.exporters.naming import package_iri, path_iri, resource_iri, text_iri
from smartcity_case.profile import DESCRIPTOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smartcity_case.exporters.material import Material
    from smartcity_case.profile import Resource

_IDENTIFIER = "dcterms:identifier"


def described(material: Material) -> dict[str, Any]:
    """The package, its texts and its tables, in terms of Dublin Core and the annotation model.

    Licences are statements with what each covers, and not a licence of the
    whole; they stand with what they are stated of.
    """
    package = material.package
    made = hashlib.sha256(material.files.read(DESCRIPTOR)).hexdigest()
    more = package.model_extra or {}
    return _without_gaps(
        {
            "id": package_iri(package),
            "type": "Dataset",
            "label": package.title or package.name,
            "dcterms:description": package.description,
            "schema:version": package.version,
            "dcterms:bibliographicCitation": citation(package),
            "creator": [
                {"name": who.title}
                for who in package.contributors
                if "creator" in who.roles and who.title
            ],
            "rights": list(_rights(each.model_dump() for each in package.licenses)),
            "dcterms:source": list(_sources(more.get("sources"))),
            "dcterms:hasPart": [
                {"id": DESCRIPTOR, "format": "application/json", _IDENTIFIER: f"sha256:{made}"},
                *(
                    _part(material, resource)
                    for resource in package.resources
                    if resource.kind != "other"
                ),
            ],
        }
    )


def _part(material: Material, resource: Resource) -> dict[str, Any]:
    more = resource.model_extra or {}
    is_text = resource.kind == "text"
    of = text_iri if is_text else resource_iri
    return _without_gaps(
        {
            "id": of(material, resource.name),
            "type": "Text" if is_text else "Dataset",
            "label": resource.title or resource.name,
            "dcterms:description": resource.description,
            "format": resource.mediatype if is_text else "",
            "language": more.get("language") if isinstance(more.get("language"), str) else "",
            _IDENTIFIER: resource.hash if is_text else "",
            "rights": list(_rights(more.get("licenses"))),
        }
    )


def _rights(licences: Any) -> Iterator[dict[str, Any]]:
    for each in _objects(licences):
        yield _without_gaps(
            {
                "type": "dcterms:RightsStatement",
                _IDENTIFIER: each.get("name"),
                "label": each.get("title") or each.get("name") or each.get("path"),
                "rdfs:seeAlso": _node(each.get("path")),
            }
        )


def _sources(sources: Any) -> Iterator[dict[str, Any]]:
    for each in _objects(sources):
        yield _without_gaps(
            {**_node(each.get("path")), "label": each.get("title") or each.get("path")}
        )


def _node(path: Any) -> dict[str, Any]:
    return {"id": path_iri(path)} if isinstance(path, str) and path else {}


def _objects(values: Any) -> Iterable[dict[str, Any]]:
    return [each for each in values if isinstance(each, dict)] if _is_some(values) else []


def _is_some(values: Any) -> bool:
    return bool(values) and not isinstance(values, str | dict | bool | int | float)


def _without_gaps(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value}
