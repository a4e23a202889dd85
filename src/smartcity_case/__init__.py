"""smartcity-case: research tables whose every row is proven against its source.

>>> import smartcity_case as sc
>>> case = sc.load()
>>> case.trace("actors", "huawei").exact
'Huawei'

Importing this package does nothing but define names: pandas and the rest are
imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from smartcity_case.authoring.anchor import AnchorReport, anchor, anchor_rows
    from smartcity_case.authoring.comparing.changes import Diff
    from smartcity_case.authoring.correcting.reanchoring import Reanchored, reanchor_spans
    from smartcity_case.case import export, load, validate, view
    from smartcity_case.case.release import Case
    from smartcity_case.citing import cite
    from smartcity_case.dataset import Dataset
    from smartcity_case.errors import (
        AbsentWords,
        AmbiguousWords,
        AnchorError,
        ClusterUnavailable,
        CodingError,
        InvalidPackage,
        NotFound,
        PackageNotFound,
        SmartcityCaseError,
        UnreadablePackage,
        UnwritablePackage,
    )
    from smartcity_case.exported import Exported
    from smartcity_case.failing import failing_rows
    from smartcity_case.inmemory import SpanReport, check_spans
    from smartcity_case.pictures import Picture
    from smartcity_case.releases import diff
    from smartcity_case.report import Finding, Location, Report
    from smartcity_case.text import Source, Span
    from smartcity_case.traces import Passages, Trace
    from smartcity_case.viewed import Viewed

__version__ = "1.0.0"

_HOMES = {
    "smartcity_case.authoring.anchor": ("AnchorReport", "anchor", "anchor_rows"),
    "smartcity_case.authoring.comparing.changes": ("Diff",),
    "smartcity_case.authoring.correcting.reanchoring": ("Reanchored", "reanchor_spans"),
    "smartcity_case.case": ("export", "load", "validate", "view"),
    "smartcity_case.case.release": ("Case",),
    "smartcity_case.citing": ("cite",),
    "smartcity_case.dataset": ("Dataset",),
    "smartcity_case.errors": (
        "AbsentWords",
        "AmbiguousWords",
        "AnchorError",
        "ClusterUnavailable",
        "CodingError",
        "InvalidPackage",
        "NotFound",
        "PackageNotFound",
        "SmartcityCaseError",
        "UnreadablePackage",
        "UnwritablePackage",
    ),
    "smartcity_case.exported": ("Exported",),
    "smartcity_case.failing": ("failing_rows",),
    "smartcity_case.inmemory": ("SpanReport", "check_spans"),
    "smartcity_case.pictures": ("Picture",),
    "smartcity_case.releases": ("diff",),
    "smartcity_case.report": ("Finding", "Location", "Report"),
    "smartcity_case.text": ("Source", "Span"),
    "smartcity_case.traces": ("Passages", "Trace"),
    "smartcity_case.viewed": ("Viewed",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AbsentWords",
    "AmbiguousWords",
    "AnchorError",
    "AnchorReport",
    "Case",
    "ClusterUnavailable",
    "CodingError",
    "Dataset",
    "Diff",
    "Exported",
    "Finding",
    "InvalidPackage",
    "Location",
    "NotFound",
    "PackageNotFound",
    "Passages",
    "Picture",
    "Reanchored",
    "Report",
    "SmartcityCaseError",
    "Source",
    "Span",
    "SpanReport",
    "Trace",
    "UnreadablePackage",
    "UnwritablePackage",
    "Viewed",
    "__version__",
    "anchor",
    "anchor_rows",
    "check_spans",
    "cite",
    "diff",
    "export",
    "failing_rows",
    "load",
    "reanchor_spans",
    "validate",
    "view",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
