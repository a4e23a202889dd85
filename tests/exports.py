"""What the tests of all exporters share: packages to be exported, and the lines of the docs."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import smartcity_case as sc
from smartcity_case.exporters import exporter


def exported(package: Any, name: str, folder: Path, **options: Any) -> Path:
    """Export a package into a folder, under the name that the docs give it."""
    out = folder / exporter(name).FORMAT.example.rstrip("/")
    sc.export(package, name, out, **options)
    return out


def opened(name: str, folder: Path, monkeypatch: Any) -> str:
    """Export the case, and run the lines with which the docs open it; what they print."""
    exported(None, name, folder)
    monkeypatch.chdir(folder)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(exporter(name).FORMAT.opened.replace("TABLE", "claims"), {})
    return printed.getvalue()
