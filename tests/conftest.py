"""Fixtures: the checkout, a copy of the release to spoil, and a toy package.

The toy package knows nothing of the case: other tables and columns, a Spanish
text with an emoji before the words, two spans in a row, one of them optional.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import chromium

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile(
    "default",
    deadline=None,
    derandomize="CI" in os.environ,  # the same examples in every run of CI; others at the desk
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile(
    "mutation", settings.get_profile("default"), max_examples=25, derandomize=True
)
settings.load_profile("mutation" if "MUTANT_UNDER_TEST" in os.environ else "default")

TOY_TEXT = "🐦 En el río vimos dos garzas. «Nunca había visto una», dijo Inés.\nVimos otra garza.\n"


def state(resource: dict[str, Any], data: bytes) -> None:
    """Write hash and size of a file into its resource."""
    resource["hash"] = "sha256:" + hashlib.sha256(data).hexdigest()
    resource["bytes"] = len(data)


class Folder:
    """A data package on disk that a test spoils, file by file."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def descriptor(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.root / "datapackage.json").read_text("utf-8"))
        return loaded

    def describe(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change the descriptor."""
        descriptor = self.descriptor
        change(descriptor)
        text = json.dumps(descriptor, ensure_ascii=False)
        (self.root / "datapackage.json").write_text(text, "utf-8")

    def resource(self, name: str) -> dict[str, Any]:
        return next(r for r in self.descriptor["resources"] if r["name"] == name)

    def read(self, name: str) -> bytes:
        path: str = self.resource(name)["path"]
        return (self.root / path).read_bytes()

    def write(self, name: str, data: bytes, *, refresh: bool = True) -> None:
        """Write a resource's file; with `refresh` its hash and size follow."""
        (self.root / self.resource(name)["path"]).write_bytes(data)
        if refresh:
            descriptor = self.descriptor
            for resource in descriptor["resources"]:
                if resource["name"] == name:
                    state(resource, data)
            self.describe(lambda d: d.update(descriptor))

    def replace(self, name: str, old: str, new: str, *, refresh: bool = True) -> None:
        """Replace the first `old` in a resource's file, which must be there."""
        text = self.read(name).decode("utf-8")
        assert old in text, f"{old!r} is not in {name}"
        self.write(name, text.replace(old, new, 1).encode("utf-8"), refresh=refresh)


def _field(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


def toy_descriptor() -> dict[str, Any]:
    offsets = {"constraints": {"required": True, "minimum": 0}}
    return {
        "name": "aves",
        "version": "0.1.0",
        "title": "Aves del río",
        "resources": [
            {"name": "diario", "path": "diario.txt", "mediatype": "text/plain"},
            {
                "name": "especies",
                "path": "especies.csv",
                "schema": {
                    "fields": [
                        _field("clave", constraints={"required": True, "pattern": "[a-z]+"}),
                        _field("patas", "integer", constraints={"minimum": 2}),
                    ],
                    "primaryKey": "clave",
                },
            },
            {
                "name": "avistamientos",
                "path": "tablas/avistamientos.csv",
                "schema": {
                    "fields": [
                        _field("num", constraints={"required": True}),
                        _field("especie"),
                        _field("luz", categories=["día", "noche"]),
                        _field("desde", "integer", **offsets),
                        _field("hasta", "integer", **offsets),
                        _field("palabras", constraints={"required": True}),
                        _field("dicho_desde", "integer"),
                        _field("dicho_hasta", "integer"),
                        _field("dicho"),
                    ],
                    "primaryKey": ["num"],
                    "uniqueKeys": [["especie", "palabras"]],
                    "foreignKeys": [
                        {
                            "fields": "especie",
                            "reference": {"resource": "especies", "fields": "clave"},
                        }
                    ],
                    "textSpans": [
                        {
                            "fields": {"start": "desde", "end": "hasta", "exact": "palabras"},
                            "reference": {"resource": "diario"},
                        },
                        {
                            "fields": {
                                "start": "dicho_desde",
                                "end": "dicho_hasta",
                                "exact": "dicho",
                            },
                            "reference": {"resource": "diario"},
                            "required": False,
                        },
                    ],
                },
            },
        ],
    }


TOY_ROWS = [("a1", "garza", "día", "dos garzas", "Nunca había visto una"),
            ("a2", "garza", "", "otra garza", "")]  # fmt: skip


def make_toy(root: Path) -> Folder:
    """Write the toy package into a folder."""
    lines = ["num,especie,luz,desde,hasta,palabras,dicho_desde,dicho_hasta,dicho"]
    for num, kind, light, words, said in TOY_ROWS:
        at = TOY_TEXT.index(words)
        spoken = f"{TOY_TEXT.index(said)},{TOY_TEXT.index(said) + len(said)}" if said else ","
        lines.append(f"{num},{kind},{light},{at},{at + len(words)},{words},{spoken},{said}")
    files = {
        "diario": TOY_TEXT,
        "especies": "clave,patas\ngarza,2\n",
        "avistamientos": "\n".join(lines) + "\n",
    }
    descriptor = toy_descriptor()
    (root / "tablas").mkdir(parents=True)
    for resource in descriptor["resources"]:
        data = files[resource["name"]].encode("utf-8")
        (root / resource["path"]).write_bytes(data)
        state(resource, data)
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return Folder(root)


def copy_release(root: Path) -> Folder:
    """Copy the files of the release into a folder."""
    for name in ("datapackage.json", "RIGHTS.md"):
        shutil.copy(ROOT / name, root)
    shutil.copytree(ROOT / "seeds", root / "seeds")
    shutil.copytree(ROOT / "data", root / "data", ignore=shutil.ignore_patterns("coding"))
    return Folder(root)


BROWSER = ROOT / "tests/browser"
LEFT_OUT = pytest.StashKey[int]()


@pytest.hookimpl(trylast=True)  # what is deselected is not left out
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests in a browser where there is none, unless there must be one."""
    why = "" if chromium.is_required() else chromium.missing()
    out = [item for item in items if BROWSER in item.path.parents] if why else []
    for item in out:
        item.add_marker(pytest.mark.skip(reason=why))
    config.stash[LEFT_OUT] = len(out)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how many tests in a browser were left out, and how to run them."""
    if count := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(f"browser tests left out: {count} ({chromium.missing()})")


@pytest.fixture
def toy(tmp_path: Path) -> Folder:
    return make_toy(tmp_path / "aves")


@pytest.fixture
def release(tmp_path: Path) -> Folder:
    root = tmp_path / "release"
    root.mkdir()
    return copy_release(root)
