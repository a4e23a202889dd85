"""Re-anchoring: on any texts what is told is so, and what was not touched stays."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import smartcity_case as sc
from conftest import TOY_TEXT, make_toy
from smartcity_case import reanchor_spans
from smartcity_case.authoring.correcting.alignment import align
from smartcity_case.authoring.correcting.runs import common, common_end
from smartcity_case.authoring.correcting.tokens import cuts_letter, cuts_word
from smartcity_case.authoring.worddiff import closest, word_diff
from smartcity_case.cli import main

ANY = st.text(st.sampled_from("ab \n\r.,„“ä\u0308😀\u200d1"), max_size=60)
WORDS = st.sampled_from(
    ["Der", "Wehr", "Deich", "hält,", "„ja“", "scho\u0308n", "🌧", "12", "21", "nicht", "Pegel\r\n"]
)
PROSE = st.lists(WORDS, max_size=40).map(" ".join)
TEXT = st.one_of(ANY, PROSE)

# Every word once: what is not touched can be told from all else.
_WORDS = ["Wehr", "Deich", "„Fluß", "Öl", "🌧x"]
_ENDS = [" ", ", ", "“ ", ". ", "\n", "\r\n", " "]
NUMBERED = [f"{_WORDS[n % 5]}{n}{_ENDS[n % 7]}" for n in range(60)]


def spans(text: str) -> st.SearchStrategy[tuple[int, int]]:
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    return places.map(sorted).filter(lambda p: p[0] < p[1]).map(lambda p: (p[0], p[1]))


@given(TEXT, TEXT)
def test_an_alignment_has_equal_blocks_in_order_and_makes_both_texts(old: str, new: str) -> None:
    found = align(old, new)
    same = [(sc.Span(a, a + n), sc.Span(b, b + n)) for a, b, n in found.blocks]
    assert all(old[slice(*a)] == new[slice(*b)] != "" for a, b in same)
    whole = sorted([*same, *found.gaps()])
    assert "".join(old[slice(*a)] for a, _ in whole) == old
    assert "".join(new[slice(*b)] for _, b in whole) == new
    for old_at, new_at, length in found.moves:
        assert old[old_at : old_at + length] == new[new_at : new_at + length]
        assert not found.within(sc.Span(old_at, old_at + length))


@given(ANY, ANY, st.integers(0, 9), st.integers(0, 9))
def test_what_two_texts_have_in_common_at_an_end(a: str, b: str, i: int, j: int) -> None:
    assume(i <= len(a) and j <= len(b))
    most = min(len(a) - i, len(b) - j)
    head, tail = common(a, i, b, j), common_end(a, i, b, j)
    assert head == max(n for n in range(most + 1) if a[i : i + n] == b[j : j + n])
    assert tail == max(n for n in range(most + 1) if a[len(a) - n :] == b[len(b) - n :])


@given(st.data(), TEXT.filter(bool), TEXT)
def test_what_is_told_of_a_span_is_so(data: st.DataObject, old: str, new: str) -> None:
    span = data.draw(spans(old))
    (found,) = reanchor_spans([span], old, new)
    assert (found.old, found.before) == (span, old[slice(*span)])
    assert (found.new is None) == (found.verdict == "lost")
    if found.new is None:
        assert found.after == ""
    else:
        assert found.after == new[slice(*found.new)] != ""
        assert (found.verdict == "changed") == (found.after != found.before)
        assert (found.verdict == "exact") == (
            found.new == found.old and found.after == found.before
        )
        for cuts in (cuts_word, cuts_letter):
            for at, was in zip(found.new, found.old, strict=True):
                trimmed = new[at - 1 : at + 1].strip() == ""
                assert not cuts(new, at) or cuts(old, was) or trimmed or found.verdict == "changed"
    for place in found.candidates:
        assert new[slice(*place)] == found.before


@given(st.data(), TEXT.filter(bool))
def test_the_same_text_leaves_every_span_exact(data: st.DataObject, text: str) -> None:
    span = data.draw(spans(text))
    (found,) = reanchor_spans([span], text, text)
    assert (found.verdict, found.new) == ("exact", span)


@given(st.data())
def test_what_was_not_touched_is_moved_by_as_much_as_stands_before_it(data: st.DataObject) -> None:
    """Words are inserted, removed and replaced; spans of the others keep their words."""
    words = data.draw(st.permutations(NUMBERED))[: data.draw(st.integers(8, len(NUMBERED)))]
    old, new, kept, stretch = "", "", [], None
    for number, word in enumerate(words):
        touched = data.draw(st.sampled_from(["", "", "", "", "insert", "remove", "replace"]))
        if touched == "insert":
            new += f"Neues{number} "
        if touched in ("remove", "replace"):
            new += f"Anderes{number} " if touched == "replace" else ""
            stretch = None
        else:
            length = len(word.rstrip(" \r\n.,“"))
            if stretch is None or touched:
                stretch = (len(old), len(new))
            end = len(old) + length
            kept.append(((stretch[0], end), (stretch[1], len(new) + length)))
            kept.append(((len(old), end), (len(new), len(new) + length)))
            new += word
        old += word
    told = reanchor_spans([span for span, _ in kept], old, new)
    for (_, place), found in zip(kept, told, strict=True):
        assert (found.verdict in ("exact", "moved"), found.new) == (True, place), (old, new)


@given(TEXT, TEXT)
def test_a_word_diff_makes_both_texts(old: str, new: str) -> None:
    parts = word_diff(old, new)
    assert "".join(part.words for part in parts if part.kind != "added") == old
    assert "".join(part.words for part in parts if part.kind != "removed") == new
    assert (old == new) == all(part.kind == "same" for part in parts)


@given(TEXT, TEXT)
def test_a_hint_lies_in_the_text(text: str, words: str) -> None:
    hint = closest(text, words)
    if hint is not None:
        span, ratio = hint
        assert 0 <= span.start < span.end <= len(text)
        assert 0.6 <= ratio <= 1


EDITS = st.lists(
    st.tuples(st.integers(0, len(TOY_TEXT)), st.integers(0, 12), PROSE.map(lambda t: t[:15])),
    max_size=3,
)


@settings(max_examples=20)
@given(EDITS)
def test_whatever_is_edited_the_package_is_valid_once_it_is_written(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, int, str]]
) -> None:
    root = tmp_path_factory.mktemp("toy")
    toy = make_toy(root / "aves")
    text = TOY_TEXT
    for at, removed, added in edits:
        text = text[:at] + added + text[at + removed :]
    (root / "new.txt").write_bytes(text.encode())
    arguments = ["reanchor", str(toy.root), "--new", str(root / "new.txt"), "--write"]
    before = {p: p.read_bytes() for p in toy.root.rglob("*") if p.is_file()}
    assert main(arguments) in (0, 1)
    now = {p: p.read_bytes() for p in toy.root.rglob("*") if p.is_file()}
    if now == before:
        assert main([*arguments, "--accept", "changed,lost"]) == 0
    assert sc.validate(toy.root).ok
    assert toy.read("diario").decode() == text
    assert toy.read("especies") == b"clave,patas\ngarza,2\n"
