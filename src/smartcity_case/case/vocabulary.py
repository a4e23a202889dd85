"""The closed vocabularies of the case: every term with its definition.

This file is the one truth. The `enum` and `categories` of `datapackage.json`
and the vocabulary in `docs/codebook.md` are generated from it by
`smartcity-case build`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A term of a vocabulary: a string with a definition.

    >>> Voice.ARTICLE == "article"
    True
    """

    definition: str

    def __new__(cls, value: str, definition: str) -> Self:
        """A term whose value is the string itself."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.definition = definition
        return member

    def __str__(self) -> str:
        return str(self.value)


class OrderedTerm(Term):
    """A term of a vocabulary whose order, lowest first, means something."""


class Certainty(OrderedTerm):
    """How certain a reading is that the text does not spell out."""

    OPEN = "open", "The text leaves it undecided; the value is the reading chosen for reference."
    PROBABLE = "probable", "The text points to one reading, but a second one remains possible."
    CERTAIN = "certain", "The text allows one reading only."


class Voice(Term):
    """Who puts a proposition forward."""

    ARTICLE = "article", "The article itself, in its own words and on its own account."
    ACTOR = "actor", "An actor to whom the article attributes the proposition."
    INFERRED = (
        "inferred",
        "Nobody says it, the text implies it; of a stance: nobody in particular holds it.",
    )


class Attribution(Term):
    """How the text names the one whose words or thoughts it gives."""

    EXPLICIT = "explicit", "By a name or a full description in the frame of the same passage."
    ANAPHORIC = "anaphoric", "By a pronoun or a description that points back to an actor named."
    IMPLICIT = "implicit", "Not in the passage itself; it follows from what stands before it."


class ClaimType(Term):
    """What kind of thing a proposition says."""

    FACT = "fact", "Something is, was or happened, and one could in principle find out."
    EVALUATION = "evaluation", "Something is good, bad, fitting, surprising: a judgement of worth."
    PREDICTION = "prediction", "Something will happen, without being anybody's plan."
    INTENTION = (
        "intention",
        "Somebody wants, plans or has decided something, for himself or for another.",
    )
    NORMATIVE = "normative", "Something ought or ought not to be, or is demanded or expected."
    COMMITMENT = "commitment", "The speaker binds himself or his side, or vouches for a state."
    QUESTION = "question", "Something is asked; the proposition itself is left open."


class Explicitness(Term):
    """How a proposition comes to be in the text."""

    ASSERTED = "asserted", "The clause, apposition, list or topic phrase itself says it."
    PRESUPPOSED = "presupposed", "The clause takes it for granted; a trigger of the list marks it."
    FRAMED = "framed", "A word of the trigger list judges while the clause says something else."
    IMPLIED = "implied", "It is not said, but the text takes it up as if it had been."


class Mood(Term):
    """The form of the finite verb, by its form alone."""

    INDICATIVE = "indicative", "The form can only be indicative."
    SUBJUNCTIVE_1 = "subjunctive-1", "The form can only be Konjunktiv I."
    SUBJUNCTIVE_2 = "subjunctive-2", "The form can only be Konjunktiv II (würde + infinitive too)."
    INDICATIVE_OR_SUBJUNCTIVE_1 = (
        "indicative-or-subjunctive-1",
        "The form is shared by indicative and Konjunktiv I.",
    )
    INDICATIVE_OR_SUBJUNCTIVE_2 = (
        "indicative-or-subjunctive-2",
        "The form is shared by past indicative and Konjunktiv II.",
    )
    IMPERATIVE = "imperative", "The form is imperative."
    NONE = "none", "There is no finite verb in the span."


class MoodFunction(Term):
    """What the mood does, apart from its form."""

    PLAIN = "plain", "The proposition is put forward as it stands."
    REPORTING = "reporting", "The mood marks the words as somebody else's."
    UNREAL = "unreal", "The mood marks the state as contrary to fact or merely imagined."
    LEXICALISED = "lexicalised", "The form is fixed in the verb and marks nothing (möchte)."
    NONE = "none", "There is no finite verb in the span."


class Modality(Term):
    """What a modal verb (or 'werden' with an infinitive) adds."""

    NONE = "none", "There is no modal verb."
    ABILITY = "ability", "Something is possible or somebody is able (können)."
    PERMISSION = "permission", "Something is allowed (dürfen; können)."
    OBLIGATION = "obligation", "Something is necessary or owed (müssen; sollen as a duty)."
    PLAN = "plan", "Somebody other than the subject intends it for the subject (sollen)."
    HEARSAY = "hearsay", "It is said that it is so (sollen; wollen of a claim to be something)."
    WISH = "wish", "The subject wants it (wollen, möchte)."
    FUTURE = "future", "It is going to be so (werden with an infinitive)."
    OPEN = "open", "The text leaves open which of the readings is meant."


class Polarity(Term):
    """Whether a proposition is affirmed or negated in its own wording."""

    AFFIRMATIVE = "affirmative", "No negation has the proposition in its scope."
    NEGATIVE = "negative", "A negation (nicht, kein, nie, niemand, ohne) has it in its scope."


class Concept(Term):
    """A contested issue, phrased affirmatively."""

    SMART_CITY = "smart-city", "The city ought to become a smart city by digital technology."
    COOPERATION = "cooperation", "The city ought to work with the supplier on it."
    SCOPE = "scope", "The extent and the openness of the cooperation are appropriate."
    BEST_OFFER = "best-offer", "The supplier made the best offer."
    ALTERNATIVES = "alternatives", "There are comparable offers from other suppliers."
    EXPERIENCE = "experience", "The supplier's experience elsewhere is of use to the city."
    TRUST = "trust", "The supplier can be trusted."
    RULES = "rules", "The Chinese side keeps to the rules."
    PROCESS = "process", "The decision for the supplier was properly prepared and advised."
    CONTROL = "control", "The city keeps control: it bargains, sets limits, turns offers down."
    DATA_PROTECTION = "data-protection", "The data are protected."


class Agreement(Term):
    """Whether a proposition speaks for or against its concept, in whoever's voice."""

    AGREES = "agrees", "The proposition speaks for the concept."
    DISAGREES = "disagrees", "The proposition speaks against the concept."
    OPEN = "open", "The proposition is about the concept, but takes no side or only asks."


class Stance(Term):
    """The stance toward the cooperation, the supplier or the plan it serves."""

    SUPPORTIVE = (
        "supportive",
        "Words of the row speak for the cooperation, the supplier or the plan.",
    )
    CRITICAL = (
        "critical",
        "Words of the row speak against the cooperation, the supplier or the plan.",
    )
    MIXED = "mixed", "Words of the row speak for it and against it."
    NEUTRAL = "neutral", "No words of the row take a side."


class ClaimMentionRole(Term):
    """What part a mention plays in a claim."""

    AGENT = "agent", "It acts, has, knows, says or experiences what the claim says."
    THEME = "theme", "It is what the claim says something of, or what is acted upon."
    RECIPIENT = "recipient", "Something is given, said or done to it or for it."
    PLACE = "place", "It is where, whence or whither."
    ATTRIBUTE = (
        "attribute",
        "It qualifies a word, is a predicate noun or als-phrase, or is what *auch* adds to.",
    )


class ActorType(Term):
    """What kind of actor it is."""

    PERSON = "person", "One human being."
    COMPANY = "company", "A business, law firm or other firm."
    PUBLIC_BODY = "public-body", "An authority, academy, ministry or other body of the state."
    ASSOCIATION = "association", "An association, federation or club of members."
    GROUP = "group", "Several people who are not an organisation."
    STATE = "state", "A country, a union of states or a continent, as an actor or a place."
    CITY = "city", "A town or city; the town and its administration are one actor."


class Agency(Term):
    """Whether an actor acts in the text."""

    ACTS = "acts", "It does, says, thinks, wants or feels something in at least one clause."
    TOPIC = "topic", "It is spoken of or addressed, but does nothing itself."
    PLACE = "place", "It is only where something is or happens, or whence something comes."


class MentionForm(Term):
    """The form of a mention."""

    NAME = "name", "A proper name, with or without a title before it."
    ABBREVIATION = "abbreviation", "A short form of letters that stands for a name."
    NOMINAL = "nominal", "A description with a common noun."
    PRONOUN = "pronoun", "A personal, demonstrative, relative or possessive pronoun."
    INDEFINITE = "indefinite", "man, jeder, keiner, alle and the like."
    ADVERB = "adverb", "An adverb of place or a pronominal adverb that points to it."
    ADJECTIVE = "adjective", "An adjective made from a name, outside a nominal mention of it."
    COMPOUND_PART = "compound-part", "A part of a compound word, without the rest of it."


class QuoteType(Term):
    """The type of speech, thought or writing representation."""

    DIRECT = "direct", "The words themselves, set off by quotation marks."
    INDIRECT = "indirect", "A clause that depends on a frame (dass, ob, a w-word, infinitive)."
    FREE_INDIRECT = (
        "free-indirect",
        "Indicative main clauses in the narrator's tense that carry a character's view.",
    )
    INDIRECT_FREE_INDIRECT = (
        "indirect-free-indirect",
        "Main clauses in Konjunktiv that carry on a report without a frame of their own.",
    )
    REPORTED = "reported", "The act of speech is told, and its content at most named in a phrase."
    TERM = "term", "A word or phrase in quotation marks that is not an act of speech."


class Medium(Term):
    """The medium of what is represented."""

    SPEECH = "speech", "It was spoken."
    WRITING = "writing", "It was written."
    THOUGHT = "thought", "It was thought or felt."
    UNSPECIFIED = "unspecified", "The text does not say whether it was spoken or written."
    NONE = "none", "The row is a quoted term."


class MarkUse(Term):
    """What the quotation marks of a row are for."""

    VERBATIM = "verbatim", "They claim to give somebody's words."
    NAME = "name", "They mark a title, a label or a set term as such."
    DISTANCE = "distance", "They keep the writer at a distance from the word."
    OPEN = "open", "Naming and distance cannot be told apart."
    NONE = "none", "There are no quotation marks."


class PartRole(Term):
    """What a part of a quote is."""

    CONTENT = "content", "What is said, asked, thought or written."
    CUE = "cue", "The word that names the act: verb, noun or adverb, with its separable prefix."
    FRAME = "frame", "The clause or phrase outside the content that introduces it."
    SPEAKER = "speaker", "The words that name who speaks."
    ADDRESSEE = "addressee", "The words that name to whom it is said."


class TechnologyCategory(Term):
    """What kind of technology it is."""

    PROGRAMME = "programme", "A city-wide idea or programme of digital technology."
    NETWORK = "network", "Technology that connects: mobile or fixed networks."
    COMPUTING = "computing", "Computing or storage: cloud services, servers, data centres."
    E_GOVERNMENT = "e-government", "Digital services of an administration."
    URBAN_DEVICE = "urban-device", "A device with digital technology in public space."
    MOBILITY = "mobility", "Technology of transport."
    BIOMETRICS = "biometrics", "Technology that recognises people by their body."
    UNSPECIFIED = "unspecified", "The text names a technology without saying what kind it is."


class TechnologyStatus(OrderedTerm):
    """The status a text gives a technology, lowest rank first."""

    MENTIONED = "mentioned", "It is named without any status."
    DENIED = "denied", "It is said not to exist or not to be on offer."
    IN_USE_ELSEWHERE = "in-use-elsewhere", "It is in use or known somewhere else."
    WISHED = "wished", "Somebody wishes for it."
    PLANNED = "planned", "A plan or an intention for it is told."
    OFFERED = "offered", "A supplier offers it."
    TENDERED = "tendered", "A tender or a bid covers it."
    ASSIGNED = (
        "assigned",
        "A supplier or partner is named for it, as chosen or as meant to realise it.",
    )
    REJECTED = "rejected", "It was turned down."
    IN_PLACE = "in-place", "It is said to be there already."


class StatusOrigin(Term):
    """Where a status comes from."""

    MASTERPLAN = "masterplan", "The text takes it from the city's plan document."
    TENDER = "tender", "The text takes it from the tender or the bid."
    ELSEWHERE = "elsewhere", "It comes from anything else in the text."
