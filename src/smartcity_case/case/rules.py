"""The rules of the case that concern several cells of a row, or several rows.

They come from the codebook. Each is a named function from the package's
content to findings. A row that does not fit its model is left out: the field
checks have reported it.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from smartcity_case.case import vocabulary as v
from smartcity_case.case.coding import HEADER_LENGTH
from smartcity_case.case.models import (
    MODELS,
    Actor,
    Claim,
    ClaimMention,
    Mention,
    Quote,
    QuotePart,
    Row,
    Technology,
    TechnologyStatusRow,
)
from smartcity_case.case.schema import table_schema
from smartcity_case.profile import DESCRIPTOR, TableSchema
from smartcity_case.report import Finding, Location
from smartcity_case.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.content import Content
    from smartcity_case.validation import ExtraCheck

R = TypeVar("R", bound=Row)


def _rows(content: Content, model: type[R]) -> list[tuple[R, Location]]:
    """The rows of a table that fit their model, read once for all rules."""
    if model not in content.memo:
        content.memo[model] = list(_read_rows(content, model))
    rows: list[tuple[R, Location]] = content.memo[model]
    return rows


def _read_rows(content: Content, model: type[R]) -> Iterator[tuple[R, Location]]:
    table = content.tables.get(model.table)
    for index in range(len(table) if table else 0):
        assert table is not None
        try:
            yield model.from_cells(table.record(index)), table.at(index)
        except ValidationError:
            continue


def _span(row: Row) -> Span:
    return Span(row.start, row.end)


def _broken(where: Location, message: str) -> Finding:
    return Finding(where, "rule.broken", message)


def _together(
    where: Location, row: Row, condition: bool, when: str, names: str
) -> Iterator[Finding]:
    """Cells that are filled if and only if a condition holds."""
    for name in names.split():
        filled = getattr(row, name) is not None
        if filled and not condition:
            yield _broken(where, f"{name} is filled, but only where {when}")
        if condition and not filled:
            yield _broken(where, f"{name} is empty, but {when}")


def tables_as_modelled(content: Content) -> Iterator[Finding]:
    """Every table of the case is there, with the schema of its row model.

    In an export of a release that withholds the article the columns of words are
    empty, and the schema says nothing of them.
    """
    exported = "exportedFrom" in (content.package.model_extra or {})
    for model in MODELS:
        resource = content.package.resource(model.table)
        where = Location(resource=model.table, path=DESCRIPTOR)
        if resource is None:
            yield _broken(where, "the package has no such table")
        elif not _same(resource.table_schema, table_schema(model), exported):
            yield _broken(where, "its schema is not that of the row model of this version")


def _same(schema: TableSchema | str | None, model: dict[str, Any], exported: bool) -> bool:
    """Whether a schema is that of a model, or that of the model without its words."""
    modelled = TableSchema.model_validate(model)
    if schema == modelled:
        return True
    if not exported or not isinstance(schema, TableSchema):
        return False
    return _without_words(schema) == _without_words(modelled)


def _without_words(schema: TableSchema) -> TableSchema:
    """A schema without what it says of columns of words, and without digests of them."""
    digests = {span.fields.digest for span in schema.text_spans}
    fields = [
        field.model_copy(update={"constraints": {}}) if field.is_verbatim else field
        for field in schema.fields
        if field.name not in digests
    ]
    bare = {"exact": None, "digest": None}
    spans = [
        span.model_copy(update={"fields": span.fields.model_copy(update=bare), "salt": ""})
        for span in schema.text_spans
    ]
    return schema.model_copy(update={"fields": fields, "text_spans": spans})


def spans_after_header(content: Content) -> Iterator[Finding]:
    """No span reaches into the header of the extraction."""
    for model in MODELS:
        for row, where in _rows(content, model):
            starts = [row.start, *(getattr(row, f"{n}_start") for n in model.secondary_spans)]
            if any(start is not None and start < HEADER_LENGTH for start in starts):
                yield _broken(where, f"characters 0 to {HEADER_LENGTH} are not article")


def claims_whose(content: Content) -> Iterator[Finding]:
    """Claimant, quote and attribution belong to the voice `actor`."""
    quotes = {row.id: _span(row) for row, _ in _rows(content, Quote)}
    for claim, where in _rows(content, Claim):
        of_actor = claim.voice is v.Voice.ACTOR
        names = "claimant claimant_certainty attribution"
        yield from _together(where, claim, of_actor, "voice is actor", names)
        if claim.claimant_alternative and claim.claimant_certainty in (None, v.Certainty.CERTAIN):
            yield _broken(where, "claimant_alternative is filled, but the claimant is certain")
        if claim.claimant_alternative and claim.claimant_alternative == claim.claimant:
            yield _broken(where, "claimant_alternative is the claimant")
        if claim.quote and not of_actor:
            yield _broken(where, "quote is filled, but only attributed content has one")
        if claim.quote in quotes and not quotes[claim.quote].contains(_span(claim)):
            yield _broken(where, f"the claim does not lie in its quote {claim.quote}")
        implied = claim.explicitness is v.Explicitness.IMPLIED
        if implied != (claim.voice is v.Voice.INFERRED):
            yield _broken(where, "a claim is implied if and only if its voice is inferred")


def claims_what(content: Content) -> Iterator[Finding]:
    """Concept goes with agreement; a stance goes with its holder and words."""
    for claim, where in _rows(content, Claim):
        has_concept = claim.concept is not None
        yield from _together(where, claim, has_concept, "concept is filled", "agreement")
        taken = claim.stance is not v.Stance.NEUTRAL
        yield from _together(
            where, claim, taken, "stance is not neutral", "stance_voice stance_exact"
        )
        of_actor = claim.stance_voice is v.Voice.ACTOR
        yield from _together(where, claim, of_actor, "stance_voice is actor", "stance_holder")
        no_verb = claim.mood is v.Mood.NONE
        if no_verb != (claim.mood_function is v.MoodFunction.NONE):
            yield _broken(where, "mood and mood_function are none together")


def quotes_whose(content: Content) -> Iterator[Finding]:
    """A quoted term has no speaker; an act of speech has one, with its certainty."""
    for quote, where in _rows(content, Quote):
        spoken = quote.type is not v.QuoteType.TERM
        names = "speaker speaker_certainty attribution"
        yield from _together(where, quote, spoken, "the quote is an act of speech", names)
        if spoken == (quote.medium is v.Medium.NONE):
            yield _broken(where, "medium is none if and only if the quote is a term")
        has_addressee = quote.addressee is not None
        yield from _together(
            where, quote, has_addressee, "addressee is filled", "addressee_certainty"
        )
        if quote.speaker_alternative and quote.speaker_certainty in (None, v.Certainty.CERTAIN):
            yield _broken(where, "speaker_alternative is filled, but the speaker is certain")
        if quote.type is v.QuoteType.DIRECT and quote.mark_use is not v.MarkUse.VERBATIM:
            yield _broken(where, "the quotation marks of direct speech are verbatim")


def quotes_parts(content: Content) -> Iterator[Finding]:
    """Content parts, in text order, make up the span of their quote exactly."""
    parts: dict[str, dict[v.PartRole, list[tuple[QuotePart, Location]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for part, where in _rows(content, QuotePart):
        parts[part.quote][part.role].append((part, where))
    for quote, at in _rows(content, Quote):
        own = parts[quote.id]
        pieces = [part for part, _ in own[v.PartRole.CONTENT]]
        if not pieces:
            yield _broken(at, "the quote has no content part")
        elif _span(quote) != (min(p.start for p in pieces), max(p.end for p in pieces)):
            yield _broken(at, "the span is not the smallest that covers its content parts")
        for role, found in own.items():
            yield from _in_order(role, found)


def _in_order(role: v.PartRole, found: list[tuple[QuotePart, Location]]) -> Iterator[Finding]:
    by_position = sorted(found, key=lambda pair: pair[0].position)
    if [part.position for part, _ in by_position] != list(range(1, len(found) + 1)):
        yield _broken(found[0][1], f"the positions of its {role} parts are not 1 to {len(found)}")
    for (one, _), (two, where) in itertools.pairwise(by_position):
        if two.start < one.end:
            yield _broken(where, f"{role} parts {one.id} and {two.id} are not in text order")


def mentions_of_one(content: Content) -> Iterator[Finding]:
    """A mention is of an actor or of a technology, not of both or neither."""
    for mention, where in _rows(content, Mention):
        if (mention.actor is None) == (mention.technology is None):
            yield _broken(where, "exactly one of actor and technology is filled")
        if mention.actor_alternative and mention.certainty is v.Certainty.CERTAIN:
            yield _broken(where, "actor_alternative is filled, but the mention is certain")


def first_mentions(content: Content) -> Iterator[Finding]:
    """An actor's or technology's span is that of its first certain mention.

    Where no mention is certain, it is that of the first one.
    """
    mentions: dict[str, list[Mention]] = defaultdict(list)
    for mention, _ in _rows(content, Mention):
        mentions[mention.actor or mention.technology or ""].append(mention)
    models: tuple[type[Actor] | type[Technology], ...] = (Actor, Technology)
    for model in models:
        for row, where in _rows(content, model):
            own = mentions[row.id]
            certain = [m for m in own if m.certainty is v.Certainty.CERTAIN] or own
            if not certain:
                yield _broken(where, "it has no mention")
            elif _span(row) not in (firsts := _earliest(certain)):
                there = ", ".join(f"{s.start} to {s.end}" for s in firsts)
                yield _broken(where, f"the span is not that of the first certain mention ({there})")


def _earliest(mentions: list[Mention]) -> list[Span]:
    first = min(m.start for m in mentions)
    return [_span(m) for m in mentions if m.start == first]


def technology_status(content: Content) -> Iterator[Finding]:
    """A technology's status is the highest of its statuses, by the codebook's rank."""
    rank = list(v.TechnologyStatus)
    statuses: dict[str, list[v.TechnologyStatus]] = defaultdict(list)
    for status, _ in _rows(content, TechnologyStatusRow):
        statuses[status.technology].append(status.status)
    for technology, where in _rows(content, Technology):
        highest = max(statuses[technology.id], key=rank.index, default=None)
        if technology.status is not highest:
            yield _broken(where, f"the highest of its statuses is {highest}")


def claim_mentions_lie_there(content: Content) -> Iterator[Finding]:
    """The span of a claim's mention lies in the claim."""
    claims = {claim.id: _span(claim) for claim, _ in _rows(content, Claim)}
    for link, where in _rows(content, ClaimMention):
        claim = claims.get(link.claim)
        if claim is not None and not claim.contains(_span(link)):
            yield _broken(where, f"the words do not lie in the claim {link.claim}")


RULES: tuple[ExtraCheck, ...] = (
    tables_as_modelled,
    spans_after_header,
    claims_whose,
    claims_what,
    quotes_whose,
    quotes_parts,
    mentions_of_one,
    first_mentions,
    technology_status,
    claim_mentions_lie_there,
)
"""Every rule of the case, in the order they run."""
