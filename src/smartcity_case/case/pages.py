"""How the page of the case shows what only its tables know: quotations in several pieces."""

from __future__ import annotations

USUAL = {"discontinuous": "quote_parts.quote+role", "content": "content"}
"""Options of the page by their names, for this package alone."""
