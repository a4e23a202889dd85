"""What the article's tables are to the formats that ask: which columns mean what.

A statement of an actor is what the codebook (section 5, "Whose") calls attributed
content: the voice is an actor's, and so there is a claimant. The article's own
claims about an actor, his wishes and attitudes among them, are not statements of
his. The strict reading is the default: the claimant is certain, and the claim is
asserted, not taken for granted; `--set where=…` widens it.
"""

from __future__ import annotations

_STATEMENTS = {
    "statements": "claims",
    "actor": "claimant",
    "concept": "concept",
    "agreement": "agreement",
    "agree": "agrees",
    "disagree": "disagrees",
    "where": "claimant_certainty=certain; explicitness=asserted",
    "name": "name",
    "type": "type",
    "persons": "person",
    "organization": "affiliation",
}

DEFAULTS: dict[str, dict[str, str]] = {
    "brat": {"discontinuous": "quote_parts.quote+role"},
    "graphml": _STATEMENTS,
    "dna": _STATEMENTS,
}
"""Options of formats by their names, for this package alone."""
