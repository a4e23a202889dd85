"""Texts, and rows that point into them, that are made to hurt."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from bounded import Outcome, describe, field, table, validate

MB = 1 << 20
TEXT = {"name": "text", "path": "text.txt", "mediatype": "text/plain"}


def package(folder: Path, text: bytes, rows: Iterable[tuple[int, int, str]]) -> Path:
    """A package with one text, and rows with start, end and words."""
    span = {
        "fields": {"start": "s", "end": "e", "exact": "x"},
        "reference": {"resource": "text"},
    }
    fields = [field("s", "integer"), field("e", "integer"), field("x")]
    describe(folder, TEXT, table("t", *fields, textSpans=[span]))
    (folder / "text.txt").write_bytes(text)
    lines = (f'{s},{e},"{x}"\n'.encode("utf-8", "surrogatepass") for s, e, x in rows)
    (folder / "t.csv").write_bytes(b"".join([b"s,e,x\n", *lines]))
    return folder


ABSENT: dict[str, Callable[[int], str]] = {
    "short": lambda n: f"b{n}",
    "long": lambda n: "a" * 1_000 + f"b{n}",
    "almost there": lambda n: "a" * (500 + n) + "b" + "a" * 500,
}


@pytest.mark.parametrize("words", ABSENT)
def test_a_text_of_one_letter_and_absent_words(tmp_path: Path, words: str) -> None:
    rows = [(n, n + 1_000, ABSENT[words](n)) for n in range(1_000)]
    outcome = validate(package(tmp_path, b"a" * (50 * MB), rows))
    assert (outcome.code, outcome.codes) == (1, {"span.absent", "limit.search"})
    assert len(outcome.report["findings"]) == 1_000


def test_a_text_of_one_letter_and_words_that_stand_everywhere(tmp_path: Path) -> None:
    rows = [(n, n + 7, "a" * 1_000) for n in range(1_000)]
    outcome = validate(package(tmp_path, b"a" * (50 * MB), rows))
    assert (outcome.code, outcome.codes) == (1, {"span.ambiguous"})


def test_words_as_long_as_the_text(tmp_path: Path) -> None:
    rows = [(0, 5 * MB, "a" * (5 * MB - n) + "b" * n) for n in range(1, 6)]
    outcome = validate(package(tmp_path, b"a" * (5 * MB), rows))
    assert (outcome.code, outcome.codes) == (1, {"span.absent"})


def marks(count: int) -> str:
    """Combining marks in no order, which Unicode wants sorted."""
    return "a" + "\u0301\u0316" * (count // 2)


@pytest.mark.parametrize("count", [400_000, 2_000_000])
def test_a_text_of_combining_marks(tmp_path: Path, count: int) -> None:
    text = marks(count)
    rows = [(0, 3, text[:3]), (1, 4, "\u0316\u0301x"), (5, 9, "á")]
    outcome = validate(package(tmp_path, text.encode(), rows))
    assert (outcome.code, outcome.codes) == (1, {"span.absent", "source.unusual"})


def test_words_of_combining_marks(tmp_path: Path) -> None:
    outcome = validate(package(tmp_path, b"a short text", [(0, 3, marks(400_000))]))
    assert (outcome.code, outcome.codes) == (1, {"span.absent"})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"a\xed\xa0\x80\xed\xb0\x80b", "source.encoding"),  # a pair as CESU-8 has it
        (b"a\xed\xa0\x80", "source.encoding"),
        (b"a\xc0\x80", "source.encoding"),  # NUL in two bytes
        (b"a\xf4\x90\x80\x80", "source.encoding"),  # beyond U+10FFFF
        ("El zorro".encode("utf-16"), "source.encoding"),
        ("El zorro".encode("utf-16-le"), "source.unusual"),
        (b"\xff" * (30 * MB), "source.encoding"),
        (b"a" * (30 * MB) + b"\xff", "source.encoding"),
        (b"a" + b"\0" * (30 * MB), "source.unusual"),
        (b"\xef\xbb\xbfEl zorro", "source.bom"),
        (b"", "span.out-of-range"),
    ],
)
def test_bytes_of_a_text(tmp_path: Path, text: bytes, code: str) -> None:
    outcome = validate(package(tmp_path, text, [(0, 1, "a"), (0, 2, "El")]))
    assert (outcome.code, code in outcome.codes) == (1, True), outcome.codes


def test_lone_surrogates_in_the_words(tmp_path: Path) -> None:
    outcome = validate(package(tmp_path, b"abc", [(0, 1, "\ud800")]))
    assert (outcome.code, "table.encoding" in outcome.codes) == (1, True)


def test_offsets_of_a_million_digits(tmp_path: Path) -> None:
    folder = package(tmp_path, b"abc", [])
    (folder / "t.csv").write_bytes(b"s,e,x\n1," + b"9" * 1_000_000 + b",a\n")
    outcome = validate(folder)
    assert (outcome.code, "span.out-of-range" in outcome.codes) == (1, True)


SPAN = {
    "fields": {"start": "s", "end": "e", "exact": "x", "source": "d"},
    "reference": {"resource": "texts", "fields": {"key": "k", "text": "body"}},
}
ROW = [field("d"), field("s", "integer"), field("e", "integer"), field("x")]


def many_texts(folder: Path, bodies: list[str], wrong: Iterable[int]) -> Outcome:
    """Validate a table of texts, with a row for each; the words of some are wrong."""
    texts = table("texts", field("k"), field("body"), primaryKey="k")
    describe(folder, texts, table("t", *ROW, textSpans=[SPAN]))
    lines = [f"{n},{body}\n" for n, body in enumerate(bodies)]
    (folder / "texts.csv").write_text("k,body\n" + "".join(lines), "utf-8")
    spoilt = set(wrong)
    order = random.Random(1).sample(range(len(bodies)), len(bodies))
    rows = [f"{n},0,2,{'zz' if n in spoilt else bodies[n][:2]}\n" for n in order]
    (folder / "t.csv").write_text("d,s,e,x\n" + "".join(rows), "utf-8")
    return validate(folder)


def test_200_000_tiny_texts(tmp_path: Path) -> None:
    outcome = many_texts(tmp_path, [f"{n:03}ß" for n in range(200_000)], [7, 100_000])
    assert (outcome.code, outcome.codes) == (1, {"span.absent"})
    assert len(outcome.report["findings"]) == 2


def test_many_texts_each_with_an_absent_word(tmp_path: Path) -> None:
    bodies = [f"{n:05}" + "é😀 " * 300 for n in range(5_000)]
    outcome = many_texts(tmp_path, bodies, range(5_000))
    assert (outcome.code, outcome.codes) == (1, {"span.absent"})


def test_8_000_text_files(tmp_path: Path) -> None:
    span = {
        "fields": SPAN["fields"],
        "reference": {"resource": "texts", "fields": {"key": "k", "path": "p"}},
    }
    texts = table("texts", field("k"), field("p"), primaryKey="k")
    describe(tmp_path, texts, table("t", *ROW, textSpans=[span]))
    (tmp_path / "f").mkdir()
    for n in range(8_000):
        (tmp_path / "f" / str(n)).write_bytes(b"%d" % n)
    lines = "".join(f"{n},f/{n}\n" for n in range(8_001))  # the last is not there
    (tmp_path / "texts.csv").write_text("k,p\n" + lines)
    rows = "".join(f"{n},0,1,{str(n)[0]}\n" for n in range(8_001))
    (tmp_path / "t.csv").write_text("d,s,e,x\n" + rows)
    outcome = validate(tmp_path)
    assert outcome.code == 1
    assert {"path.missing", "span.unverifiable"} <= outcome.codes
