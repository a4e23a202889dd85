"""brat's standoff format: a text file and an annotation file of the same name.

Offsets are characters of the text: code points. brat may count a line end of
two characters (CRLF) as one, and its page counts a character beyond U+FFFF as
two; where that matters the words, which are in the file too, show it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smartcity_case.authoring.readers.foreign import Foreign, Gathering, Row, stem
from smartcity_case.authoring.readers.strict import attributes
from smartcity_case.report import Location, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

_ANNOTATIONS = (".ann", ".a1", ".a2")
_BOUND = re.compile(r"(\S+) (\S.*)")
_TOLD = {"R": "a relation", "E": "an event", "*": "an equivalence"}


def read(files: Mapping[str, bytes]) -> Foreign:
    r"""The text-bound annotations of brat's `.ann` files, with the texts of the `.txt` files.

    A `source` is the name of the file without its ending.

    >>> found = read({"a.ann": b"T1\tPlace 4 9\tStadt", "a.txt": b"die Stadt"})
    >>> [(row["id"], row["source"], row["start"], row["exact"]) for row in found.rows]
    [('T1', 'a', '4', 'Stadt')]
    """
    found = Gathering("codepoint")
    for path, data in files.items():
        where = Location(path=path)
        if path.endswith(".txt"):
            text = found.decoded(path, data, keep_mark=True)
            if text is not None:
                found.text(stem(path), text, where)
        elif path.endswith(_ANNOTATIONS):
            lines = found.decoded(path, data)
            if lines is not None:
                _Standoff(found, path).read(lines)
        else:
            found.left_out(where, "it is neither a .txt nor an .ann file")
    return found.finish()


@dataclass
class _Standoff:
    """The lines of one annotation file; what is said of a span may stand before it."""

    found: Gathering
    path: str
    bound: dict[str, tuple[Location, list[Row]]] = field(default_factory=dict)
    said: list[tuple[Location, str, str, object]] = field(default_factory=list)

    def read(self, text: str) -> None:
        for number, line in enumerate(text.split("\n"), 1):
            if line := line.removesuffix("\r"):
                where = Location(path=self.path, row=number)
                self._read_line(where._replace(key=line.split("\t")[0][:40]), line)
        more: dict[str, dict[str, list[object]]] = {}
        for where, target, name, value in self.said:
            if target in self.bound:
                more.setdefault(target, {}).setdefault(name, []).append(value)
            else:
                self.found.left_out(where, f"it is about {target}, which is no span")
        for name, (where, rows) in self.bound.items():
            held = more.get(name, {})
            notes = "\n".join(map(str, held.pop("", [])))
            said = {n: v[0] if len(v) == 1 else v for n, v in held.items()}
            also = {"attributes": attributes(said), "note": notes}
            for row in rows:
                self.found.row(where, row | {n: v for n, v in also.items() if v})

    def _read_line(self, where: Location, line: str) -> None:
        kind = line[0]
        if kind in _TOLD:
            self.found.left_out(where, _TOLD[kind], shorten(line))
            return
        name, _, rest = line.partition("\t")
        head, _, tail = rest.partition("\t")
        what = _BOUND.fullmatch(head)
        if what is None or kind not in "TAMN#":
            self.found.wrong(where, "it is no line of an annotation file", shorten(line))
        elif kind == "T":
            self._read_span(where, name, what[1], what[2], tail)
        elif kind == "#":
            self.said.append((where, what[2], "", tail))
        elif kind == "N":
            target, _, reference = what[2].partition(" ")
            value = f"{reference} {tail}".strip()
            self.said.append((where, target, what[1], value))
        else:
            target, _, value = what[2].partition(" ")
            self.said.append((where, target, what[1], value or True))

    def _read_span(
        self, where: Location, name: str, label: str, stretches: str, words: str
    ) -> None:
        if name in self.bound:
            self.found.wrong(where, f"another span is named {name}", shorten(words))
            return
        common = {"id": name, "source": stem(self.path), "label": label}
        ends = [_ends(stretch) for stretch in stretches.split(";")]
        if None in ends:
            message = (
                f"its offsets {shorten(stretches)} should be two numbers, or more pairs with ;"
            )
            self.found.wrong(where, message)
            self.bound[name] = where, [common | {"exact": words}]
            return
        pairs = [pair for pair in ends if pair]
        parts = _parts(words, [end - start for start, end in pairs])
        rows = [
            common | {"start": str(start), "end": str(end), "exact": part}
            for (start, end), part in zip(pairs, parts, strict=True)
        ]
        if len(rows) > 1:
            rows = [row | {"part": str(n), "words": words} for n, row in enumerate(rows, 1)]
        self.bound[name] = where, rows


_ENDS = re.compile(r"(0|[1-9][0-9]{0,17}) (0|[1-9][0-9]{0,17})")


def _ends(stretch: str) -> tuple[int, int] | None:
    match = _ENDS.fullmatch(stretch)
    return (int(match[1]), int(match[2])) if match else None


def _parts(words: str, lengths: list[int]) -> list[str]:
    """The words of each stretch, which brat joins with a blank; empty if they do not fit."""
    if len(lengths) == 1:
        return [words]
    parts, at = [], 0
    for length in lengths:
        parts.append(words[at : at + max(length, 0)])
        at += max(length, 0) + 1
    fits = " ".join(parts) == words and all(map(len, parts)) and at == len(words) + 1
    return parts if fits else [""] * len(lengths)
