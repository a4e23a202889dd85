"""Find the one place where words stand.

Offsets are computed from the words, never counted. A match that is not the
only one is refused, with its candidates; nothing is matched loosely.
"""

from __future__ import annotations

from smartcity_case.errors import AbsentWords, AmbiguousWords
from smartcity_case.text import Span, occurrences


def anchor(
    text: str, exact: str, prefix: str = "", suffix: str = "", within: Span | None = None
) -> Span:
    """The span (code points, half-open) of `exact` in `text`.

    `prefix` and `suffix` are the characters that stand directly before and
    after the words (W3C Web Annotation, TextQuoteSelector); they decide
    between several matches. `within` limits the search to a span.

    Raises AbsentWords if the words stand nowhere, and AmbiguousWords with the
    candidates if they stand at more than one place.

    >>> anchor("die Stadt, in der Stadt", "Stadt", prefix="der ")
    Span(start=18, end=23)
    """
    if not exact:
        raise AbsentWords("the words are empty")
    low, high = (within.start, within.end) if within else (0, len(text))
    candidates = [
        Span(hit.start + len(prefix), hit.end - len(suffix))
        for hit in occurrences(text, prefix + exact + suffix)
    ]
    candidates = [span for span in candidates if low <= span.start and span.end <= high]
    if not candidates:
        raise AbsentWords(f"{prefix + exact + suffix!r} does not stand in the text")
    if len(candidates) > 1:
        raise AmbiguousWords(
            f"{prefix + exact + suffix!r} stands {len(candidates)} times in the text, at "
            + ", ".join(str(span.start) for span in candidates)
            + "; give a prefix or a suffix",
            candidates,
        )
    return candidates[0]
