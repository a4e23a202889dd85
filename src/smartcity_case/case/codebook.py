"""The generated part of the codebook: columns and vocabularies, from the models."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, get_args

from smartcity_case.case.models import MODELS, Row
from smartcity_case.case.vocabulary import OrderedTerm, Term

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def vocabulary_of(info: FieldInfo) -> type[Term] | None:
    """The vocabulary of a column, or None."""
    kinds = (
        get_args(info.annotation) if isinstance(info.annotation, UnionType) else (info.annotation,)
    )
    return next((k for k in kinds if isinstance(k, type) and issubclass(k, Term)), None)


def vocabulary_markdown() -> str:
    """Every table's columns, then every vocabulary's terms, as Markdown."""
    lines: list[str] = ["### Columns", ""]
    shown: dict[str, type[Term]] = {}
    for model in MODELS:
        lines += _columns(model)
        for name in model.columns():
            if kind := vocabulary_of(model.model_fields[name]):
                shown[kind.__name__] = kind
    lines += ["### Terms", ""]
    for kind in shown.values():
        order = " Ordered, lowest first." if issubclass(kind, OrderedTerm) else ""
        lines += [
            f"**{kind.__name__}**: {kind.__doc__}{order}",
            "",
            "| term | definition |",
            "|---|---|",
        ]
        lines += [f"| `{term.value}` | {term.definition} |" for term in kind]
        lines.append("")
    return "\n".join(lines)


def _columns(model: type[Row]) -> list[str]:
    lines = [
        f"**{model.table}**: {model.__doc__}",
        "",
        "| column | vocabulary | meaning |",
        "|---|---|---|",
    ]
    for name in model.columns():
        info = model.model_fields[name]
        kind = vocabulary_of(info)
        lines.append(f"| `{name}` | {kind.__name__ if kind else ''} | {info.description} |")
    return [*lines, ""]
