"""What fuzzing began with and what it found, run as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from fuzz import delimited_target, descriptor_target, seeds, source_target
from fuzz.targets import TARGETS

FINDS = sorted(path for path in (ROOT / "fuzz" / "finds").glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", FINDS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_found_once_stays_mended(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_every_seed_passes(target: str) -> None:
    for data in seeds.of(target):
        TARGETS[target](data)


def test_the_target_for_tables_sees_a_reader_that_loses_a_cell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = delimited_target.said_fast
    monkeypatch.setattr(
        delimited_target, "said_fast", lambda *given: said(*given)._replace(cells=[])
    )
    with pytest.raises(AssertionError):
        delimited_target.run(b"\0\0\0\7a,b\n1,2\n")


def test_the_target_for_sources_sees_a_kernel_that_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def proves_all(self: object, numbers: list[int], *_: object) -> object:
        import numpy as np

        return np.ones(len(numbers), np.bool_)

    wrong = b"\0>El zorro\x1e0\x1f3\x1f8\x1fganso"
    source_target.run(wrong)
    monkeypatch.setattr("smartcity_case.corpus.Corpus.stand_at", proves_all)
    with pytest.raises(AssertionError):
        source_target.run(wrong)


def test_the_mutator_makes_descriptors() -> None:
    data = next(seeds.of("descriptor"))
    made = {descriptor_target.mutate(data, 1 << 16, seed) for seed in range(30)}
    assert len(made) > 20
    assert all(json.loads(each) for each in made if each is not None)
    assert descriptor_target.mutate(b"{", 100, 1) is None
    assert descriptor_target.mutate(data, 10, 1) is None


def test_without_atheris_it_is_said_that_nothing_ran(tmp_path: Path) -> None:
    script = (
        "import runpy, sys, importlib.util as u; u.find_spec = lambda name: None\n"
        "sys.argv = ['run.py', '--all']\n"
        f"runpy.run_path({str(ROOT / 'fuzz' / 'run.py')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.returncode, "NOT RUN" in done.stdout) == (2, True)
