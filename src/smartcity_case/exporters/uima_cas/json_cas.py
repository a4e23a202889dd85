"""The CAS as JSON, in the form of the JSON CAS of UIMA and cassis (0.4.0)."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from smartcity_case.exporters.uima_cas.structures import SOFA, Reference

if TYPE_CHECKING:
    from smartcity_case.exporters.uima_cas.structures import Document, Structure
    from smartcity_case.exporters.uima_cas.types import Types


def json_cas(types: Types, document: Document) -> bytes:
    """A text and its annotations, with the type system."""
    sofa = {
        "%ID": SOFA,
        "%TYPE": "uima.cas.Sofa",
        "sofaNum": 1,
        "sofaID": "_InitialView",
        "mimeType": "text/plain",
        "sofaString": document.text,
    }
    members = [each.number for each in document.structures]
    value = {
        "%TYPES": _types(types),
        "%FEATURE_STRUCTURES": [sofa, *map(_structure, document.structures)],
        "%VIEWS": {"_InitialView": {"%SOFA": SOFA, "%MEMBERS": members}},
    }
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode()


def _types(types: Types) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in types.all:
        made: dict[str, Any] = {"%NAME": kind.name, "%SUPER_TYPE": kind.supertype}
        made["%DESCRIPTION"] = kind.description
        for name, range_, description in kind.features:
            about = {"%DESCRIPTION": description} if description else {}
            made[name] = {"%NAME": name, "%RANGE": range_, **about}
        found[kind.name] = made
    return found


def _structure(structure: Structure) -> dict[str, Any]:
    made: dict[str, Any] = {"%ID": structure.number, "%TYPE": structure.kind}
    if structure.kind == "uima.tcas.DocumentAnnotation":
        made["%FLAGS"] = ["DocumentAnnotation"]
    for name, value in structure.features.items():
        if isinstance(value, Reference):
            made[f"@{name}"] = value.number
        elif isinstance(value, float) and not math.isfinite(value):
            said = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
            made[f"#{name}"] = said
        else:
            made[name] = value
    return made
