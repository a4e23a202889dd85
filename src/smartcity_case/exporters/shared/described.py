"""The package as a node of JSON-LD: what it is, whose, and what each licence covers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.citation import citation
from smartcity_case.exporters.shared.iris import package_iri, path_iri, resource_iri, text_iri
from smartcity_case.profile import DESCRIPTOR, License

if TYPE_CHECKING:
    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.profile import Resource

_IDENTIFIER = "dcterms:identifier"


def described(material: Material) -> dict[str, Any]:
    """The package, its texts and its tables, in terms of Dublin Core and the annotation model.

    Licences are statements with what each covers, and not a licence of the
    whole; they stand with what they are stated of.
    """
    package = material.package
    made = hashlib.sha256(material.files.read(DESCRIPTOR)).hexdigest()
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
            "rights": _rights(package.licenses),
            "dcterms:source": [
                {**_node(each.path), "label": each.title or each.path}
                for each in named(extra(package, "sources"))
            ],
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
    language = extra(resource, "language")
    is_text = resource.kind == "text"
    of = text_iri if is_text else resource_iri
    return _without_gaps(
        {
            "id": of(material, resource.name),
            "type": "Text" if is_text else "Dataset",
            "label": resource.title or resource.name,
            "dcterms:description": resource.description,
            "format": resource.mediatype if is_text else "",
            "language": language if isinstance(language, str) else "",
            _IDENTIFIER: resource.hash if is_text else "",
            "rights": _rights(extra(resource, "licenses")),
        }
    )


def _rights(licences: Any) -> list[dict[str, Any]]:
    return [
        _without_gaps(
            {
                "type": "dcterms:RightsStatement",
                _IDENTIFIER: each.name,
                "label": each.title or each.name or each.path,
                "rdfs:seeAlso": _node(each.path),
            }
        )
        for each in named(licences)
    ]


def _node(path: str) -> dict[str, Any]:
    return {"id": path_iri(path)} if path else {}


class Named(NamedTuple):
    """A licence or a source, as far as it is said."""

    name: str
    title: str
    path: str

    def __str__(self) -> str:
        """One line: name, title, and path behind it."""
        line = ": ".join(filter(None, (self.name, self.title)))
        return " ".join(filter(None, (line, self.path and f"({self.path})")))


def named(values: Any) -> list[Named]:
    """The licences or sources that stand in a descriptor.

    >>> [str(each) for each in named([{"name": "CC0-1.0", "title": "the codes", "path": "C.txt"}])]
    ['CC0-1.0: the codes (C.txt)']
    """
    listed = values if isinstance(values, list) else []
    parts = [each.model_dump() if isinstance(each, License) else each for each in listed]
    cells = [
        [part if isinstance(part := each.get(name), str) else "" for name in Named._fields]
        for each in parts
        if isinstance(each, dict)
    ]
    return [Named(*each) for each in cells if any(each)]


def extra(part: Any, name: str) -> Any:
    """A property of the descriptor that is not read otherwise; None if it is not there."""
    return (part.model_extra or {}).get(name)


def _without_gaps(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value}
