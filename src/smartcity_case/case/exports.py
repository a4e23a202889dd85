"""What the article's tables are to the formats that ask: which columns mean what."""

from __future__ import annotations

DEFAULTS: dict[str, dict[str, str]] = {
    "brat": {"discontinuous": "quote_parts.quote+role"},
}
"""Options of formats by their names, for this package alone."""
