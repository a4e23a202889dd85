"""Each rule of the case passes on the release and fires when it is broken."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

import smartcity_case as sc
from conftest import Folder
from smartcity_case.case.rules import RULES
from smartcity_case.table import write_csv

Rows = list[dict[str, str]]


def edit(release: Folder, table: str, change: Callable[[Rows], object]) -> None:
    rows: Rows = list(csv.DictReader(io.StringIO(release.read(table).decode("utf-8"), newline="")))
    header = list(rows[0])
    change(rows)
    release.write(table, write_csv(header, [[row[name] for name in header] for row in rows]))


def first(rows: Rows, **cells: str) -> dict[str, str]:
    """The first row with these cells; `*` stands for any value."""
    return next(
        row
        for row in rows
        if all(row[k] != "" if v == "*" else row[k] == v for k, v in cells.items())
    )


BREAKS: list[tuple[str, str, Callable[[Rows], object], str]] = [
    (
        "spans_after_header",
        "mentions",
        lambda r: r[0].update(start="1", end="5", exact="date"),
        "not article",
    ),
    (
        "claims_whose",
        "claims",
        lambda r: first(r, voice="actor").update(claimant=""),
        "claimant is empty",
    ),
    (
        "claims_whose",
        "claims",
        lambda r: first(r, voice="article").update(claimant="huawei"),
        "claimant is filled",
    ),
    (
        "claims_whose",
        "claims",
        lambda r: first(r, voice="actor", claimant_certainty="certain").update(
            claimant_alternative="huawei"
        ),
        "the claimant is certain",
    ),
    (
        "claims_whose",
        "claims",
        lambda r: first(r, voice="actor", claimant_certainty="certain").update(
            claimant_certainty="open", claimant="huawei", claimant_alternative="huawei"
        ),
        "is the claimant",
    ),
    (
        "claims_whose",
        "claims",
        lambda r: first(r, voice="article").update(quote="q001"),
        "only attributed content",
    ),
    (
        "claims_whose",
        "claims",
        lambda r: [row.update(quote="q001") for row in r if row["quote"]],
        "does not lie in its quote",
    ),
    (
        "claims_whose",
        "claims",
        lambda r: first(r, voice="article").update(explicitness="implied"),
        "implied if and only if",
    ),
    (
        "claims_what",
        "claims",
        lambda r: first(r, concept="*").update(agreement=""),
        "agreement is empty",
    ),
    (
        "claims_what",
        "claims",
        lambda r: first(r, stance="neutral").update(stance="critical"),
        "stance_voice is empty",
    ),
    (
        "claims_what",
        "claims",
        lambda r: first(r, stance_voice="actor").update(stance_holder=""),
        "stance_holder is empty",
    ),
    (
        "claims_what",
        "claims",
        lambda r: first(r, mood="indicative").update(mood="none"),
        "none together",
    ),
    (
        "quotes_whose",
        "quotes",
        lambda r: first(r, type="direct").update(speaker=""),
        "speaker is empty",
    ),
    (
        "quotes_whose",
        "quotes",
        lambda r: first(r, type="term").update(speaker="huawei"),
        "speaker is filled",
    ),
    (
        "quotes_whose",
        "quotes",
        lambda r: first(r, type="direct").update(medium="none"),
        "medium is none",
    ),
    (
        "quotes_whose",
        "quotes",
        lambda r: first(r, addressee="*").update(addressee_certainty=""),
        "addressee_certainty is empty",
    ),
    (
        "quotes_whose",
        "quotes",
        lambda r: first(r, type="direct", speaker_certainty="certain").update(
            speaker_alternative="huawei"
        ),
        "the speaker is certain",
    ),
    (
        "quotes_whose",
        "quotes",
        lambda r: first(r, type="direct").update(mark_use="none"),
        "are verbatim",
    ),
    (
        "quotes_parts",
        "quote_parts",
        lambda r: [row.update(role="cue") for row in r if row["role"] == "content"],
        "no content part",
    ),
    (
        "quotes_parts",
        "quote_parts",
        lambda r: first(r, role="content").update(position="7"),
        "positions of its content parts",
    ),
    (
        "quotes_parts",
        "quote_parts",
        lambda r: [
            row.update(position={"1": "2", "2": "1"}.get(row["position"], row["position"]))
            for row in r
            if row["role"] == "content"
            and row["quote"] == first(r, role="content", position="2")["quote"]
        ],
        "not in text order",
    ),
    (
        "mentions_of_one",
        "mentions",
        lambda r: first(r, actor="*").update(actor=""),
        "exactly one of",
    ),
    (
        "mentions_of_one",
        "mentions",
        lambda r: first(r, actor="*", certainty="certain").update(actor_alternative="huawei"),
        "the mention is certain",
    ),
    (
        "first_mentions",
        "mentions",
        lambda r: [
            row.update(actor="duisburg") for row in r if row["actor"] == "murrack"
        ],
        "it has no mention",
    ),
    (
        "technology_status",
        "technologies",
        lambda r: r[0].update(status="denied"),
        "the highest of its statuses",
    ),
    (
        "claim_mentions_lie_there",
        "claim_mentions",
        lambda r: r[0].update(claim=r[-1]["claim"]),
        "do not lie in the claim",
    ),
]  # fmt: skip


def test_every_rule_runs_on_the_release_and_finds_nothing(release: Folder) -> None:
    report = sc.validate(release.root)
    assert report.ok
    assert report.findings == ()
    assert {rule.__name__ for rule in RULES} <= {check.name for check in report.ran}


def test_every_rule_has_a_case_that_breaks_it() -> None:
    broken = {rule for rule, *_ in BREAKS} | {"tables_as_modelled"}
    assert broken == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize(("rule", "table", "change", "words"), BREAKS)
def test_a_broken_rule_is_found(
    release: Folder, rule: str, table: str, change: Callable[[Rows], object], words: str
) -> None:
    edit(release, table, change)
    messages = [f.message for f in sc.validate(release.root).errors if f.code == "rule.broken"]
    assert any(words in message for message in messages), messages


def test_a_first_mention_elsewhere_is_found(release: Folder) -> None:
    def other(rows: Rows) -> None:
        last = [row for row in rows if row["actor"] == "huawei"][-1]
        spans.append((last["start"], last["end"], last["exact"]))

    spans: list[tuple[str, str, str]] = []
    edit(release, "mentions", other)
    start, end, exact = spans[0]
    edit(
        release,
        "actors",
        lambda r: first(r, id="huawei").update(start=start, end=end, exact=exact),
    )
    messages = [f.message for f in sc.validate(release.root).errors]
    assert any("first certain mention" in message for message in messages)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["resources"].pop(),
        lambda d: d["resources"][1]["schema"].pop("textSpans"),
        lambda d: d["resources"][1]["schema"]["fields"][0].pop("constraints"),
    ],
)
def test_the_schema_cannot_be_weakened_unseen(
    release: Folder, change: Callable[[dict[str, object]], object]
) -> None:
    release.describe(change)
    report = sc.validate(release.root)
    assert "rule.broken" in {f.code for f in report.errors}


def test_the_rules_are_for_the_case_alone(toy: Folder) -> None:
    ran = {check.name for check in sc.validate(toy.root).ran}
    assert not ran & {rule.__name__ for rule in RULES}
