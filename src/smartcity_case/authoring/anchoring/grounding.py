"""Whether rows that were made by a language model, say, stand in their texts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from smartcity_case.authoring.anchoring.imported import anchor_imported, place_of
from smartcity_case.authoring.anchoring.rows import words_of
from smartcity_case.authoring.anchoring.tiers import TIERS
from smartcity_case.report import Finding, held, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smartcity_case.authoring.anchoring.matching import Match
    from smartcity_case.authoring.anchoring.rows import Row
    from smartcity_case.authoring.readers.foreign import Foreign
    from smartcity_case.report import Report

Verdict = Literal["stands", "almost", "not"]

_AS_GIVEN = frozenset(["offsets", "exact", "part"])


@dataclass(frozen=True)
class Grounding:
    """Which rows stand in their texts.

    `verdicts` has one for each row: `stands` (the words are there as they are, be it
    several times), `almost` (with normalisations, or in parts), `not`. The report has
    an error for each that does not, and a warning for each that almost does.
    """

    verdicts: tuple[Verdict, ...]
    matches: tuple[Match, ...]
    rows: tuple[Row, ...]
    ids: tuple[str, ...]
    report: Report
    notes: tuple[str, ...]

    @property
    def counts(self) -> Counter[Verdict]:
        """How many rows have each verdict."""
        return Counter(self.verdicts)


def ground(
    name: str,
    found: Foreign,
    texts: Mapping[str, str] | None = None,
    unit: str = "",
) -> Grounding:
    r"""Say of every row of a reader whether it stands in its text, with all tiers allowed.

    `texts` are as in `anchor_imported`.

    >>> from smartcity_case.authoring.readers import read_foreign
    >>> lines = '{"quote": "kein Zorro"}\n{"quote": "ein Zorro"}\n{"quote": "schläft"}'
    >>> rows = read_foreign("jsonl", {"a.jsonl": lines.encode()})
    >>> ground("a.jsonl", rows, {"note": "Kein  Zorro schläft."}).verdicts
    ('almost', 'not', 'stands')
    """
    done = anchor_imported(name, found, texts, TIERS, unit)
    verdicts = tuple(_verdict(match) for match in done.matches.found)
    findings = [f for f in done.report.findings if f.code != "span.ambiguous"]
    for number, (match, verdict) in enumerate(zip(done.matches.found, verdicts, strict=True)):
        if match.verdict == "ambiguous" and verdict == "almost":  # they do stand, if only almost
            row, where = done.rows[number], place_of(found, number)
            message = f"{shorten(row.words)}: {match.why.partition(';')[0]} ({match.how})"
            findings.append(Finding(where, "span.normalised", message, held(row.words)))
    return Grounding(
        verdicts,
        done.matches.found,
        done.rows,
        tuple(row.get("id", "") for row in found.rows),
        replace(done.report, findings=tuple(sorted(findings))),
        done.notes,
    )


def _verdict(match: Match) -> Verdict:
    if match.verdict not in ("found", "ambiguous"):
        return "not"
    return "stands" if set(match.how.split("+")) <= _AS_GIVEN else "almost"


def lines(grounding: Grounding) -> Iterator[str]:
    """A line of JSON for each row, with its verdict and where the words stand.

    Members: `row` (from 1), `id`, `source`, `words`, `verdict`, `how`, `spans` (each
    with `start`, `end` and `exact`), `candidates` of words that stand several times,
    and `why` for those that do not.
    """
    each = zip(grounding.ids, grounding.rows, grounding.matches, grounding.verdicts, strict=True)
    for number, (key, row, match, verdict) in enumerate(each, 1):
        source = row.source
        said = {
            "row": number,
            "id": key,
            "source": source.name if source else row.named,
            "words": row.words,
            "verdict": verdict,
            "how": match.how,
            "spans": [
                {"start": span.start, "end": span.end, "exact": words_of(source, span)}
                for span in match.spans
            ],
        }
        if match.candidates:
            said["candidates"] = [list(span) for span in match.candidates]
        if match.why:
            said["why"] = match.why
        yield json.dumps(said, ensure_ascii=False) + "\n"
