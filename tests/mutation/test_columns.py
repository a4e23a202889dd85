"""Each shipped column is corrupted once: some check must fire."""

from __future__ import annotations

import csv
import io

import pytest

import smartcity_case as sc
from conftest import Folder
from smartcity_case.case.codebook import vocabulary_of
from smartcity_case.case.coding import references
from smartcity_case.case.models import MODELS
from smartcity_case.table import write_csv

COLUMNS = [(model.table, column) for model in MODELS for column in model.columns()]

BAD = "½"
FREE_TEXT = {"gloss", "name"}  # any words are a value; only their absence is wrong


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_corrupt_column_is_found_in_its_place(release: Folder, table: str, column: str) -> None:
    header, *rows = csv.reader(io.StringIO(release.read(table).decode("utf-8"), newline=""))
    at = header.index(column)
    index = next(i for i, row in enumerate(rows) if row[at])
    rows[index][at] = "" if column in FREE_TEXT else rows[index][at] + BAD
    release.write(table, write_csv(header, rows))
    places = {
        (f.location.resource, f.location.row, f.location.field)
        for f in sc.validate(release.root).errors
    }
    assert (table, index + 2, column) in places


# A column of codes in which every term is a possible coding of every row, as far as a
# program can tell: there a wrong term is a matter for a coder, not for a check.
FREE_CODES = {
    "claims": "type modality polarity concept agreement claimant_certainty attribution",
    "actors": "type agency named collective affiliation",
    "quotes": "mood attribution speaker_certainty addressee addressee_certainty speaker",
    "technologies": "category",
    "mentions": "form",
    "quote_parts": "",
    "claim_mentions": "role mention",
    "technology_statuses": "origin technology",
}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (model.table, name)
        for model in MODELS
        for name in model.columns()
        if (vocabulary_of(model.model_fields[name]) or name in references(model))
        and name not in FREE_CODES[model.table].split()
    ],
)
def test_some_other_valid_value_is_found_where_rules_bind_it(
    release: Folder, table: str, column: str
) -> None:
    """For at least one row, at least one other value of the column breaks a rule."""
    header, *rows = csv.reader(io.StringIO(release.read(table).decode("utf-8"), newline=""))
    at = header.index(column)
    values = sorted({row[at] for row in rows} | {""})
    for index, row in enumerate(rows):
        for value in values:
            if value != row[at]:
                changed = [*rows[:index], [*row[:at], value, *row[at + 1 :]], *rows[index + 1 :]]
                release.write(table, write_csv(header, changed))
                if not sc.validate(release.root).ok:
                    return
    pytest.fail(f"no other value of {table}.{column} breaks anything")


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
