"""Where an export comes from, in words: for formats that have a place for it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from smartcity_case.citation import citation
from smartcity_case.profile import DESCRIPTOR

if TYPE_CHECKING:
    from smartcity_case.exporters.shared.material import Material


def provenance(material: Material) -> dict[str, str]:
    """Name, version, title, citation, rights and sources of a package, and which descriptor it was.

    What the descriptor does not say is left out. A licence is told with what it covers.
    """
    package = material.package
    sources = (package.model_extra or {}).get("sources")
    said = {
        "name": package.name,
        "version": package.version,
        "title": package.title,
        "citation": citation(package),
        "rights": "; ".join(_joined(lic.name, lic.title, lic.path) for lic in package.licenses),
        "sources": "; ".join(map(_source, sources)) if isinstance(sources, list) else "",
        "descriptor": "sha256:" + hashlib.sha256(material.files.read(DESCRIPTOR)).hexdigest(),
    }
    return {name: value for name, value in said.items() if value}


def _source(source: Any) -> str:
    if not isinstance(source, dict):
        return str(source)
    return _joined(*(str(source.get(name, "")) for name in ("title", "path", "date")))


def _joined(first: str, *more: str) -> str:
    parts = [first, *more] if first else list(more)
    return ", ".join(part for part in parts if part)
