"""German-looking texts, as many and as long as wanted, from a seed.

One long run of words, the tape, is made first; a text is a line of its own
(its number) and a stretch of the tape. So texts and spans of any number cost
no more memory than the tape, and a span needs no search: where each word
begins is known in code points and in bytes. Up to `TAPE` bytes of text in all
the stretches do not overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

TAPE = 64_000_000
"""The most bytes a tape has, unless a single text is longer."""

LONGEST_SPAN = 12
"""Words."""

_COMMON = """der die das und in den von zu mit für auf ist im dem nicht ein eine als auch es an
    werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war
    haben nur oder aber vor zur bis mehr durch man sein wurde sei wenn sich würde können müssen
    größer früher während schließlich natürlich mögliche öffentliche geprüft erklärte sagte"""
_FIRST = """Stadt Bürger Straßen Rat Verkehrs Daten Netz Umwelt Wärme Schul Häfen Übergangs Öko
    Grün Fluss Markt Energie Jugend Kultur Gesundheits Wohnungs Brücken Dünger Länder Mobilfunk"""
_LAST = """verwaltung haus büro planung vertrag fläche schutz gebühr förderung prüfung amt wesen
    ausschuss sitzung ordnung führung grenze zählung lösung gesellschaft betrieb behörde"""
_SIGNS = ("🙂", "🚲", "👩‍🔬", "2018", "5,4", "§ 12", "GmbH & Co.", "z. B.", "–")


class _Words(NamedTuple):
    """The words that a tape is drawn from, each with what follows it."""

    tokens: pa.Array
    core_points: Numbers  # without what follows
    points: Numbers
    core_bytes: Numbers
    bytes: Numbers
    weights: NDArray[np.float64]


def _words() -> _Words:
    common = _COMMON.split()
    compounds = [first + last for last in _LAST.split() for first in _FIRST.split()]
    pairs: list[tuple[str, str, float]] = []
    for words, share in ((common, 0.55), (compounds, 0.45)):
        for rank, word in enumerate(words):
            weight = share / (rank + 5)
            pairs += [
                (word, " ", weight),
                (f"{word},", " ", weight / 9),
                (f"{word}.", " ", weight / 14),
                (f"{word}.", "\n", weight / 60),
                (f"„{word}“", " ", weight / 40),
                (f'"{word}"', " ", weight / 200),
            ]
    pairs += [(sign, " ", 0.004) for sign in _SIGNS]
    cores = [core for core, _, _ in pairs]
    whole = [core + behind for core, behind, _ in pairs]
    weights = np.array([weight for _, _, weight in pairs])
    return _Words(
        pa.array(whole),
        np.array([len(word) for word in cores]),
        np.array([len(word) for word in whole]),
        np.array([len(word.encode()) for word in cores]),
        np.array([len(word.encode()) for word in whole]),
        weights / weights.sum(),
    )


class Spans(NamedTuple):
    """Spans and their words, row by row."""

    document: Numbers
    start: Numbers
    end: Numbers
    exact: pa.Array


@dataclass(frozen=True)
class Texts:
    """A number of texts of about the same size.

    >>> texts = make_texts(documents=3, size=400, seed=1)
    >>> span = texts.spans(2, np.random.default_rng(1))
    >>> words = texts.text(int(span.document[0])).decode()
    >>> words[int(span.start[0]):int(span.end[0])] == span.exact[0].as_py()
    True
    """

    documents: int
    words: int  # of a text
    tape: NDArray[np.uint8]
    point_at: Numbers  # where the words of the tape begin, and where it ends
    byte_at: Numbers
    core_points: Numbers
    core_bytes: Numbers

    @property
    def _shifts(self) -> int:
        return max(1, len(self.core_points) // self.words)

    def text(self, document: int) -> bytes:
        """The bytes of a text."""
        first = document % self._shifts * self.words
        stretch = self.tape[self.byte_at[first] : self.byte_at[first + self.words]]
        return _heading(document) + stretch.tobytes()

    def spans(self, count: int, random: np.random.Generator, among: range | None = None) -> Spans:
        """Spans anywhere in any of the texts, in no order; in the order of some of them."""
        some = among or range(self.documents)
        document = random.integers(some.start, some.stop, count)
        if len(some) < self.documents:
            document.sort()
        length = random.integers(2, LONGEST_SPAN + 1, count)
        # The last words of a text are left out, so that there is something behind each span.
        first = random.integers(0, self.words - LONGEST_SPAN - 1, count)
        base = document % self._shifts * self.words
        first += base
        last = first + length - 1
        shift = len(_heading(0)) - self.point_at[base]
        start = self.point_at[first] + shift
        end = self.point_at[last] + self.core_points[last] + shift
        return Spans(
            document,
            start,
            end,
            self._slices(self.byte_at[first], self.byte_at[last] + self.core_bytes[last]),
        )

    def _slices(self, start: Numbers, end: Numbers) -> pa.Array:
        """The stretches of the tape between two places each, as strings."""
        size = end - start
        offsets = np.concatenate([[0], np.cumsum(size)])
        where = np.repeat(start - offsets[:-1], size) + np.arange(offsets[-1])
        return pa.StringArray.from_buffers(
            len(size), pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(self.tape[where])
        )


def _heading(document: int) -> bytes:
    return b"Nr. %07d\n" % document  # of one length, in ASCII


def make_texts(documents: int, size: int, seed: int) -> Texts:
    """Texts of about `size` bytes each; the same for the same arguments."""
    words = _words()
    mean = float(words.weights @ words.bytes)
    per_text = max(2 * LONGEST_SPAN, round((size - len(_heading(0))) / mean))
    texts = max(1, min(documents, int(TAPE / mean / per_text)))
    random = np.random.default_rng([seed, documents, size])
    drawn = random.choice(len(words.weights), texts * per_text, p=words.weights)
    tape = words.tokens.take(pa.array(drawn))
    return Texts(
        documents,
        per_text,
        np.frombuffer(tape.buffers()[2], np.uint8),
        np.concatenate([[0], np.cumsum(words.points[drawn])]),
        np.concatenate([[0], np.cumsum(words.bytes[drawn])]),
        words.core_points[drawn],
        words.core_bytes[drawn],
    )
