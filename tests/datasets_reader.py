"""A process in which `datasets` opens folders, with a home of its own and no network.

`datasets` decides where its cache is, and whether it may go online, when it is
imported; so it is imported here and not in the process of the tests. A line of
JSON names a folder and a place; the answer names the configurations, whose rows lie
in that place as Arrow files, or says what was wrong.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa


class DatasetsReader:
    """The process, as a context."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir()
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HUGGINGFACE", "COV"))
        }
        offline = dict.fromkeys(["HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE"], "1")
        own = {"HOME": str(home), "HF_HOME": str(home / "hf"), "XDG_CACHE_HOME": str(home / "xdg")}
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            env={**kept, **offline, **own, "HF_HUB_DISABLE_TELEMETRY": "1"},
            cwd=home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._count = 0

    def __enter__(self) -> DatasetsReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def ask(self, folder: Path) -> dict[str, Any]:
        """What `datasets` finds: the `default`, the `tables` by name, which of them are `empty`."""
        self._count += 1
        place = self.home / f"read-{self._count}"
        place.mkdir()
        told = self._told({"folder": str(folder), "place": str(place)})
        told["tables"] = {
            name: pa.ipc.open_file(place / str(number)).read_all()
            for number, name in enumerate(told["configs"])
        }
        return told

    def run(self, code: str, folder: Path) -> str:
        """What some lines of Python print, run in a folder."""
        printed: str = self._told({"code": code, "folder": str(folder)})["printed"]
        return printed

    def _told(self, asked: dict[str, str]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "wrong" not in told, told["wrong"]
        return told


def _no_network(*_: Any, **__: Any) -> None:
    raise AssertionError("a connection was opened")


def _answer(folder: str, place: str) -> dict[str, Any]:
    import datasets

    names, empty = datasets.get_dataset_config_names(folder), []
    for number, name in enumerate(names):
        try:
            rows = datasets.load_dataset(folder, name, split="train")
            whole = rows.with_format("arrow")[:]
        except ValueError as error:
            if "corresponds to no data" not in str(error):
                raise
            streamed = datasets.load_dataset(folder, name, split="train", streaming=True)
            whole = streamed.features.arrow_schema.empty_table()
            assert list(streamed) == []
            empty.append(name)
        with pa.ipc.new_file(Path(place) / str(number), whole.schema) as out:
            out.write_table(whole)
    default = datasets.get_dataset_default_config_name(folder)
    return {"configs": names, "default": default, "empty": empty}


def _run(folder: str, code: str) -> dict[str, Any]:
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        exec(code, {})
    return {"printed": printed.getvalue()}


def _main() -> None:
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _no_network)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the import, which is not ours
        import datasets
    datasets.disable_progress_bars()
    warnings.simplefilter("error")
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)  # what a library prints is no answer
        for line in sys.stdin:
            asked = json.loads(line)
            try:
                told = (_run if "code" in asked else _answer)(**asked)
            except Exception as error:
                told = {"wrong": f"{type(error).__name__}: {error}"}
            answers.write(json.dumps(told) + "\n")
            answers.flush()


if __name__ == "__main__":
    _main()
