"""The pages on the public names, which mkdocstrings fills from their docstrings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Group:
    """Public names that belong together: a page."""

    page: str
    title: str
    about: str
    names: tuple[str, ...]


GROUPS = (
    Group(
        "api/loading.md",
        "Load and look",
        "The embedded release or any data package as DataFrames, each row traced to its words.",
        ("load", "Dataset", "Case", "Trace", "Passages", "Picture", "view", "Viewed"),
    ),
    Group(
        "api/validating.md",
        "Validate",
        "Bad data is a finding in a report; that it could not be looked at is an exception.",
        (
            *("validate", "check_spans", "failing_rows"),
            *("Report", "SpanReport", "Finding", "Location"),
        ),
    ),
    Group(
        "api/anchoring.md",
        "Anchor and carry over",
        "From words to offsets, and from a text to its corrected version.",
        (
            *("anchor", "anchor_rows", "AnchorReport"),
            *("reanchor_spans", "Reanchored", "Source", "Span"),
        ),
    ),
    Group(
        "api/releasing.md",
        "Compare, cite, export",
        "What leaves the house.",
        ("diff", "Diff", "cite", "export", "Exported"),
    ),
    Group(
        "api/errors.md",
        "Errors",
        "All are a `SmartcityCaseError`.",
        (
            *("SmartcityCaseError", "NotFound", "PackageNotFound", "UnreadablePackage"),
            *("UnwritablePackage", "ClusterUnavailable", "InvalidPackage", "CodingError"),
            *("AnchorError", "AbsentWords", "AmbiguousWords"),
        ),
    ),
)


def reference_pages(homes: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The pages by their places; `homes` are the public names by the modules they live in.

    Raises ValueError if a public name stands on no page, or on two.
    """
    home_of = {name: home for home, names in homes.items() for name in names}
    shown = [name for group in GROUPS for name in group.names]
    if sorted(shown) != sorted(home_of):
        odd = sorted(set(shown) ^ set(home_of)) or "one of them twice"
        raise ValueError(f"the pages on the public names have too much or too little: {odd}")
    return {group.page: _page(group, home_of) for group in GROUPS}


def _page(group: Group, home_of: Mapping[str, str]) -> str:
    lines = [f"# API: {group.title.lower()}", "", group.about, ""]
    lines += ["`import smartcity_case as sc` has these names: `sc.load` and so on.", ""]
    for name in group.names:
        lines += [f"::: {home_of[name]}.{name}", ""]
    return "\n".join(lines)


_EXAMPLE = re.compile(r"^( *)>>> .*(?:\n(?!\s*$).*)*", re.M)


def fenced_examples(text: str) -> str:
    r"""A docstring whose examples are blocks of code, and no quotations of Markdown.

    >>> fenced_examples("Adds.\n\n>>> 1 + 1\n2")
    'Adds.\n\n```pycon\n>>> 1 + 1\n2\n```'
    """
    return _EXAMPLE.sub(lambda m: f"{m[1]}```pycon\n{m[0]}\n{m[1]}```", text)


def on_object(obj: Any) -> None:
    """Fence the examples in the docstring of an object of griffe's."""
    if obj.docstring:
        obj.docstring.value = fenced_examples(obj.docstring.value)
