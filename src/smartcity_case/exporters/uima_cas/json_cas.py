"""The CAS as JSON, by the draft 0.4.0 of its specification, as UIMA and cassis write it."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from smartcity_case.exporters.shared.values import number_text
from smartcity_case.exporters.uima_cas.structures import SOFA, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.exporters.uima_cas.structures import Document, Structure
    from smartcity_case.exporters.uima_cas.types import Types


def json_cas(types: Types, document: Document) -> Iterator[str]:
    """A text and its annotations, with the type system, a structure on each line."""
    sofa = {
        "%ID": SOFA,
        "%TYPE": "uima.cas.Sofa",
        "sofaNum": 1,
        "sofaID": "_InitialView",
        "mimeType": "text/plain",
        "sofaString": document.text,
    }
    members = [each.number for each in document.structures]
    view = {"_InitialView": {"%SOFA": SOFA, "%MEMBERS": members}}
    yield f'{{"%TYPES": {_json(_types(types), indent=1)},\n"%FEATURE_STRUCTURES": [\n'
    yield _json(sofa)
    for structure in document.structures:
        yield ",\n" + _json(_structure(structure))
    yield f'\n],\n"%VIEWS": {_json(view)}}}\n'


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)


def _types(types: Types) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in types.all:
        made: dict[str, Any] = {"%NAME": kind.name, "%SUPER_TYPE": kind.supertype}
        made["%DESCRIPTION"] = kind.description
        for name, values, description in kind.features:
            about = {"%DESCRIPTION": description} if description else {}
            made[name] = {"%NAME": name, **about, "%RANGE": values}
        found[kind.name] = made
    return found


def _structure(structure: Structure) -> dict[str, Any]:
    made: dict[str, Any] = {"%ID": structure.number, "%TYPE": structure.kind}
    for name, value in structure.features.items():
        if isinstance(value, Reference):
            made[f"@{name}"] = value.number
        elif isinstance(value, float) and not math.isfinite(value):
            made[f"#{name}"] = number_text(value, "Infinity")
        else:
            made[name] = value
    return made
