"""Each shipped column is corrupted once: some check must fire."""

from __future__ import annotations

import csv
import io

import pytest

import smartcity_case as sc
from conftest import Folder
from smartcity_case.case.models import MODELS
from smartcity_case.table import write_csv

COLUMNS = [(model.table, column) for model in MODELS for column in model.columns()]

# Codes that no other column depends on: any term of the vocabulary is a possible
# coding there, so only a value out of the vocabulary can be told to be wrong.
BAD = "½"


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_corrupt_column_is_found(release: Folder, table: str, column: str) -> None:
    header, *rows = csv.reader(io.StringIO(release.read(table).decode("utf-8"), newline=""))
    at = header.index(column)
    for row in rows:
        if row[at]:
            row[at] = row[at] + BAD
    assert any(BAD in row[at] for row in rows)
    release.write(table, write_csv(header, rows))
    report = sc.validate(release.root)
    if column in FREE_TEXT:
        release.write(table, write_csv(header, [[*r[:at], "", *r[at + 1 :]] for r in rows]))
        report = sc.validate(release.root)
    fired = {f.location.field for f in report.errors} | {f.location.row for f in report.errors}
    assert not report.ok
    assert column in fired or 2 in fired


FREE_TEXT = {"gloss", "name"}  # any words are a value; only their absence is wrong


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_an_untold_change_of_a_column_breaks_the_hash(
    release: Folder, table: str, column: str
) -> None:
    header, *rows = csv.reader(io.StringIO(release.read(table).decode("utf-8"), newline=""))
    at = header.index(column)
    for row in rows:
        row[at] = row[at] + "x"
    release.write(table, write_csv(header, rows), refresh=False)
    codes = {(f.code, f.location.resource) for f in sc.validate(release.root).errors}
    assert ("resource.hash", table) in codes
