"""The report of a cluster is that of one process, finding by finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import smartcity_case as sc
from smartcity_case import limits, texts, waiting
from smartcity_case.render import render
from tests.cluster import packages

if TYPE_CHECKING:
    from pathlib import Path

    from distributed import Client


def same(folder: Path, client: Client) -> sc.Report:
    """The report of one process, which is that of the cluster."""
    wanted = sc.validate(folder)
    found = sc.validate(folder, engine="dask", client=client)
    assert "".join(render(found, "json")) == "".join(render(wanted, "json"))
    assert found == wanted
    assert found.seen == wanted.seen
    return wanted


def make_small(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let texts not stay in memory, and be loaded a few at a time, here and on the workers."""
    monkeypatch.setattr(texts, "RESIDENT", 0)
    monkeypatch.setattr(texts, "SHARD", 500)
    monkeypatch.setattr(waiting, "UNIT", 7)


@pytest.mark.parametrize("form", packages.FORMS)
@pytest.mark.parametrize("seed", range(3))
def test_strewn_faults(tmp_path: Path, client: Client, form: str, seed: int) -> None:
    report = same(packages.make(tmp_path, seed, form), client)
    print(len(report.findings), {f.code for f in report.findings}, report.skipped)
    assert report.errors
