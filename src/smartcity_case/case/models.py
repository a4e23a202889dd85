"""The row models: the one truth of types, vocabularies and constraints.

The `schema` blocks of `datapackage.json` are generated from these models
(`case/schema.py`), so a constraint is written once. What concerns several
cells of a row, or several rows, is a rule (`case/rules.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from smartcity_case.case import vocabulary as v
from smartcity_case.checks.fields import INTEGER_FORM
from smartcity_case.text import OFFSET_FORM

if TYPE_CHECKING:
    from collections.abc import Mapping


# The lexical forms that pydantic would otherwise widen: its integers take
# "1_000" and " 1 ", its booleans "yes" and "on".
_BOOLEANS = {"true": True, "false": False}


def _offset(value: object) -> object:
    if isinstance(value, str):
        if not OFFSET_FORM.fullmatch(value):
            raise ValueError("a whole number in ASCII digits, without sign or leading zero")
        return int(value)
    return value


def _integer(value: object) -> object:
    if isinstance(value, str):
        if not INTEGER_FORM.fullmatch(value):
            raise ValueError("a whole number in ASCII digits")
        return int(value)
    return value


def _boolean(value: object) -> object:
    if isinstance(value, str):
        if value not in _BOOLEANS:
            raise ValueError("true or false")
        return _BOOLEANS[value]
    return value


Offset = Annotated[int, Field(ge=0), BeforeValidator(_offset)]
End = Annotated[int, Field(ge=1), BeforeValidator(_offset)]
Ordinal = Annotated[int, Field(ge=1), BeforeValidator(_integer)]
Flag = Annotated[bool, BeforeValidator(_boolean)]
Words = Annotated[str, StringConstraints(min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


def _numbered(letter: str) -> Any:
    return StringConstraints(pattern=rf"^{letter}[0-9]{{3}}$")


ClaimKey = Annotated[str, _numbered("c")]
QuoteKey = Annotated[str, _numbered("q")]
MentionKey = Annotated[str, _numbered("m")]
PartKey = Annotated[str, _numbered("p")]
ClaimMentionKey = Annotated[str, _numbered("r")]
StatusKey = Annotated[str, _numbered("s")]


def _column(title: str, description: str, example: object, **more: Any) -> Any:
    """A required column; `references` names the table a foreign key points to."""
    return Field(
        title=title, description=description, examples=[example], json_schema_extra=more or None
    )


def _optional(title: str, description: str, example: object, **more: Any) -> Any:
    """A column whose cells may be empty."""
    return Field(
        default=None,
        title=title,
        description=description,
        examples=[example],
        json_schema_extra=more or None,
    )


class Row(BaseModel):
    """What every row of every table has: a key and a span of the article."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: ClassVar[str]
    """The name of the table, which is the name of its resource."""
    secondary_spans: ClassVar[tuple[str, ...]] = ()
    """Prefixes of further spans (`role` for role_start, role_end, role_exact)."""
    example: ClassVar[tuple[int, int, str]]
    """Start, end and words of the row from which the examples of the columns are taken.

    What is empty in that row has an example from another one. A test holds all to the data.
    """

    start: Offset = _column(
        "Start",
        "Where the words begin: the number of Unicode code points before them in the article.",
        None,
    )
    end: End = _column(
        "End",
        "Where the words end: the number of code points up to and with the last one.",
        None,
    )
    exact: Words = _column(
        "Words",
        "The words of the article that the row rests on, character by character.",
        None,
        verbatim=True,
    )

    @classmethod
    def columns(cls) -> list[str]:
        """The columns of the table in their order; the span comes last."""
        span = list(Row.model_fields)
        return [name for name in cls.model_fields if name not in span] + span

    @classmethod
    def from_cells(cls, cells: Mapping[str, str]) -> Self:
        """A row from the cells of a CSV record; an empty cell is no value.

        Raises pydantic.ValidationError, with one error for each bad cell.
        """
        return cls.model_validate({k: (v if v != "" else None) for k, v in cells.items()})


class Claim(Row):
    """One atomic proposition."""

    table = "claims"
    secondary_spans = ("stance",)
    example = (1562, 1568, "warnte")

    id: ClaimKey = _column("Key", "The key of the claim; never renumbered or reused.", "c028")
    gloss: Words = _column(
        "Gloss",
        "What the article reports, in English; our words, not a translation to be quoted.",
        "The article presents what Thomas Pattloch said as a warning.",
    )
    voice: v.Voice = _column("Voice", "Who puts the proposition forward.", "article")
    claimant: Slug | None = _optional(
        "Claimant",
        "The actor to whom the article attributes the proposition; filled if voice is actor.",
        "pattloch",
        references="actors",
    )
    claimant_certainty: v.Certainty | None = _optional(
        "Certainty of the claimant", "How certain the claimant is.", "certain"
    )
    claimant_alternative: Slug | None = _optional(
        "Other possible claimant",
        "The actor who could be the claimant instead.",
        "duisburg",
        references="actors",
    )
    attribution: v.Attribution | None = _optional(
        "Attribution", "How the text names the claimant; filled if voice is actor.", "explicit"
    )
    type: v.ClaimType = _column("Type", "What kind of thing the proposition says.", "evaluation")
    explicitness: v.Explicitness = _column(
        "Explicitness", "How the proposition comes to be in the text.", "framed"
    )
    mood: v.Mood = _column(
        "Mood", "The form of the finite verb of the span.", "indicative-or-subjunctive-2"
    )
    mood_function: v.MoodFunction = _column("Function of the mood", "What the mood does.", "plain")
    modality: v.Modality = _column("Modality", "What a modal verb adds.", "none")
    polarity: v.Polarity = _column(
        "Polarity", "Whether the proposition is affirmed or negated.", "affirmative"
    )
    concept: v.Concept | None = _optional(
        "Concept",
        "The contested issue the proposition is about, phrased affirmatively.",
        "rules",
    )
    agreement: v.Agreement | None = _optional(
        "Agreement", "Whether the claim speaks for its concept; filled with it.", "open"
    )
    stance: v.Stance = _column(
        "Stance",
        "The stance toward the cooperation, the supplier or its plan that the words show.",
        "neutral",
    )
    stance_voice: v.Voice | None = _optional(
        "Voice of the stance", "Whose stance it is; empty for a neutral one.", "actor"
    )
    stance_holder: Slug | None = _optional(
        "Holder of the stance",
        "The actor whose stance it is, no more certainly than the claimant or the mention "
        "that names it; filled if stance_voice is actor.",
        "pattloch",
        references="actors",
    )
    stance_start: Offset | None = _optional(
        "Start of the stance words", "Where the words of the stance begin.", 1562
    )
    stance_end: End | None = _optional(
        "End of the stance words", "Where the words of the stance end.", 1568
    )
    stance_exact: Words | None = _optional(
        "Stance words",
        "The words that show the stance, character by character; empty for a neutral one.",
        "warnte",
        verbatim=True,
    )
    quote: QuoteKey | None = _optional(
        "Quote", "The quote whose content the claim is or is part of.", "q011", references="quotes"
    )


class Actor(Row):
    """A person, organisation, place or group; the span is the first certain mention."""

    table = "actors"
    secondary_spans = ("role",)
    example = (295, 323, "Oberbürgermeister Sören Link")

    id: Slug = _column("Key", "The key of the actor: a readable word.", "link")
    name: Words = _column(
        "Name", "The name as the article has it, or a German description of a group.", "Sören Link"
    )
    type: v.ActorType = _column("Type", "What kind of actor it is.", "person")
    agency: v.Agency = _column("Agency", "Whether it acts in the text.", "acts")
    named: Flag = _column("Named", "Whether the text gives it a proper name.", True)
    collective: Flag = _column(
        "Collective", "Whether it stands for several people without being one body.", False
    )
    affiliation: Slug | None = _optional(
        "Affiliation",
        "The actor it belongs to or works for, as the text says.",
        "duisburg",
        references="actors",
    )
    role_start: Offset | None = _optional(
        "Start of the role words", "Where the words of the role begin.", 295
    )
    role_end: End | None = _optional(
        "End of the role words", "Where the words of the role end.", 312
    )
    role_exact: Words | None = _optional(
        "Role",
        "The role the text gives it, in its own words, character by character.",
        "Oberbürgermeister",
        verbatim=True,
    )


class Quote(Row):
    """One act of speech, or one quoted term; the span covers its whole content."""

    table = "quotes"
    example = (141, 151, "Smart City")

    id: QuoteKey = _column("Key", "The key of the quote; never renumbered or reused.", "q001")
    type: v.QuoteType = _column("Type", "The type of speech representation.", "term")
    speaker: Slug | None = _optional(
        "Speaker",
        "The actor who speaks; empty for a quoted term.",
        "murrack",
        references="actors",
    )
    speaker_certainty: v.Certainty | None = _optional(
        "Certainty of the speaker", "How certain the speaker is.", "certain"
    )
    speaker_alternative: Slug | None = _optional(
        "Other possible speaker",
        "The actor who could be the speaker instead.",
        "duisburg",
        references="actors",
    )
    attribution: v.Attribution | None = _optional(
        "Attribution", "How the text names the speaker; empty for a quoted term.", "explicit"
    )
    addressee: Slug | None = _optional(
        "Addressee", "The actor to whom it is said, if the text says so.", "participants",
        references="actors",
    )  # fmt: skip
    addressee_certainty: v.Certainty | None = _optional(
        "Certainty of the addressee", "How certain the addressee is.", "probable"
    )
    mood: v.Mood = _column("Mood", "The form of the (first) finite verb of the content.", "none")
    medium: v.Medium = _column("Medium", "The medium of what is represented.", "none")
    mark_use: v.MarkUse = _column(
        "Use of quotation marks", "What the quotation marks are for.", "name"
    )


class Technology(Row):
    """A technology, system or infrastructure; the span is its first mention."""

    table = "technologies"
    example = (677, 691, "5G-Technologie")

    id: Slug = _column("Key", "The key of the technology: a readable word.", "5g")
    name: Words = _column("Name", "The name of the technology in English.", "5G technology")
    category: v.TechnologyCategory = _column(
        "Category", "What kind of technology it is.", "network"
    )
    status: v.TechnologyStatus = _column(
        "Status", "The highest status the text gives it, by the codebook's rank.", "assigned"
    )


class Mention(Row):
    """One mention of an actor or of a technology."""

    table = "mentions"
    example = (911, 914, "wir")

    id: MentionKey = _column("Key", "The key of the mention; never renumbered or reused.", "m037")
    actor: Slug | None = _optional(
        "Actor", "The actor that is mentioned, if it is one.", "duisburg", references="actors"
    )
    technology: Slug | None = _optional(
        "Technology", "The technology that is mentioned, if it is one.", "5g",
        references="technologies",
    )  # fmt: skip
    form: v.MentionForm = _column("Form", "The form of the mention.", "pronoun")
    certainty: v.Certainty = _column(
        "Certainty", "How certain it is that this is what the words refer to.", "probable"
    )
    actor_alternative: Slug | None = _optional(
        "Other possible actor",
        "The actor the words could refer to instead.",
        "murrack",
        references="actors",
    )


class QuotePart(Row):
    """One contiguous part of a quote."""

    table = "quote_parts"
    example = (1114, 1116, "er")

    id: PartKey = _column("Key", "The key of the part; never renumbered or reused.", "p019")
    quote: QuoteKey = _column("Quote", "The quote it is a part of.", "q008", references="quotes")
    role: v.PartRole = _column("Role", "What the part is.", "speaker")
    position: Ordinal = _column(
        "Position", "The place among the parts of the same role, from 1, in text order.", 1
    )  # fmt: skip


class ClaimMention(Row):
    """What a claim is about; the span is where the claim says so."""

    table = "claim_mentions"
    example = (911, 914, "wir")

    id: ClaimMentionKey = _column("Key", "The key of the row; never renumbered or reused.", "r040")
    claim: ClaimKey = _column("Claim", "The claim.", "c016", references="claims")
    mention: MentionKey = _column(
        "Mention", "The mention of what the claim is about.", "m037", references="mentions"
    )
    role: v.ClaimMentionRole = _column("Role", "What part it plays in the claim.", "agent")


class TechnologyStatusRow(Row):
    """One status the text gives a technology."""

    table = "technology_statuses"
    example = (640, 675, "der „Masterplan“ der Stadt Duisburg")

    id: StatusKey = _column("Key", "The key of the status; never renumbered or reused.", "s007")
    technology: Slug = _column("Technology", "The technology.", "5g", references="technologies")
    status: v.TechnologyStatus = _column("Status", "The status the words give it.", "planned")
    origin: v.StatusOrigin = _column("Origin", "Where the status comes from.", "masterplan")


MODELS: tuple[type[Row], ...] = (
    Claim,
    Actor,
    Quote,
    Technology,
    Mention,
    QuotePart,
    ClaimMention,
    TechnologyStatusRow,
)
"""The tables in the order of the data package."""
