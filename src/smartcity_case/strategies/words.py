"""Texts in which counting goes wrong, and spans in a text."""

from __future__ import annotations

from hypothesis import strategies as st

from smartcity_case.text import Span

_PIECES = (
    *("Straße", "Grüße", "die", "DIE", "nicht", "12", "21", " ", ", ", ". ", "-", "…"),
    *("„", "“", "”", "«", "»", "‚", "‘", "'", '"', "\n", "\r\n", "\t"),
    *(
        "🐦",
        "👩‍🌾",
        "🇪🇸",
        "é",
        "e\u0301",
        "a\u0308",
        "ﬃ",
        "\u00ad",
        "\u00a0",
        "\u200d",
        "中文",
        "عرب",
    ),
)


def texts(min_size: int = 1, max_size: int = 200) -> st.SearchStrategy[str]:
    r"""Texts of words, unpaired quotation marks, emoji, combining marks and CRLF.

    `min_size` and `max_size` count code points. None begins with a byte order
    mark, and each can be written as UTF-8.
    """
    if not 0 <= min_size <= max_size:
        raise ValueError(f"no text has at least {min_size} and at most {max_size} characters")
    piece = st.one_of(
        st.sampled_from(_PIECES),
        st.text(
            st.characters(codec="utf-8", exclude_characters="\ufeff\0"), min_size=1, max_size=3
        ),
    )
    drawn = st.lists(piece, min_size=min_size, max_size=max(min_size, max_size // 2))
    return drawn.map(lambda pieces: "".join(pieces)[:max_size])


def spans(text: str, min_size: int = 1, max_size: int | None = None) -> st.SearchStrategy[Span]:
    """Spans in a text, of `min_size` to `max_size` code points.

    Raises ValueError if there is none, as in an empty text.

    >>> spans("")
    Traceback (most recent call last):
    ValueError: a text of 0 characters has no span of at least 1
    """
    most = len(text) if max_size is None else min(max_size, len(text))
    if min_size < 1:
        raise ValueError(f"a span has at least one character, not {min_size}")
    if max_size is not None and max_size < min_size:
        raise ValueError(f"no span has at least {min_size} and at most {max_size} characters")
    if min_size > most:
        raise ValueError(f"a text of {len(text)} characters has no span of at least {min_size}")

    @st.composite
    def span(draw: st.DrawFn) -> Span:
        start = draw(st.integers(0, len(text) - min_size))
        return Span(start, draw(st.integers(start + min_size, min(start + most, len(text)))))

    return span()
