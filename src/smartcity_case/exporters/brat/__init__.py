"""brat's standoff format: each text as it is, with a file of annotations beside it.

The rules are those of brat's own server, which reads the text as it is in the
file and an annotation file by the lines of `str.splitlines`. It joins the
stretches of an annotation with a blank, so one that goes over a line break is
written as a stretch for each line, without the breaks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from smartcity_case.exporters.brat.conf import PASSAGE, Settings, one_line
from smartcity_case.exporters.format import Format
from smartcity_case.exporters.shared.marks import Mark, Marks
from smartcity_case.exporters.shared.passages import parts_of_passages
from smartcity_case.table import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.exporters.format import Place
    from smartcity_case.exporters.shared.marks import Pieces
    from smartcity_case.exporters.shared.material import Material, SourceText

FORMAT = Format(
    name="brat",
    title="brat standoff annotations",
    example="case-brat/",
    writes=(
        "For each text NAME.txt, byte for byte, and NAME.ann: a text-bound annotation for each "
        "span, whose type is its table (or TABLE_COLUMN for a further span of a row); attributes "
        "for vocabularies and booleans; relations for foreign keys between rows in one text; an "
        "AnnotatorNote with the row's reference and its other values as JSON on one line. "
        "Offsets count characters (Unicode code points), as brat's server does. "
        "annotation.conf has types, vocabularies and rights, and says which name of the package "
        "each name stands for; visual.conf has labels and colours."
    ),
    loses=(
        "keys, types, constraints: the descriptor has them",
        "numbers, dates and free text as attributes: they stand in the notes",
        "rows without a span: an annotation needs a place in a text",
        "files that are neither tables nor texts",
        "relations to rows that have no span in the same text; the keys stand in the notes",
        "spans of nothing but white space",
        "line breaks inside a span: it has a stretch for each line, as brat asks",
        "the order of the parts of a passage, if it is not that of the text",
    ),
    opened=(
        "from pybrat.parser import BratParser\n\n"
        'documents = BratParser(error="ignore").parse("case-brat")  # spans may coincide\n'
        'found = [e for e in documents[0].entities if e.type == "TABLE"]\n'
        "print(len(found), found[0].spans, found[0].mention)"
    ),
    read_by="pybrat",
    options={
        "discontinuous": (
            "TABLE.FIELD or TABLE.FIELD+FIELD: rows of a table that agree in these fields are the "
            "parts of one passage; where there are several, it is an annotation of its own, "
            "TABLE_passage, with all their stretches in the order of the text"
        )
    },
    needs_texts=True,
)

# What brat's server, which reads by lines as Python does, takes for the end of a line.
_NO_BREAK = re.compile("[^\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]+")


def export(material: Material, place: Place) -> None:
    """Write the texts, their annotations, and what brat is to know of both."""
    table, fields = parts_of_passages(material.options.get("discontinuous", ""), material.tables)
    marks = Marks(material, lambda words: bool("".join(_NO_BREAK.findall(words)).strip()))
    settings = Settings(marks, table)
    for text in material.texts():
        words, found = text.text or "", marks.by_text.get(text.name, [])
        _warn(material, text)
        with place.open(f"{marks.files[text.name]}.txt") as stream:
            stream.write(words.encode("utf-8"))
        document = _Document(marks, settings, words)
        passages = list(_passages(marks, [m for m in found if m.table == table], fields))
        with place.open(f"{marks.files[text.name]}.ann") as stream:
            stream.writelines(line.encode("utf-8") for line in document.lines(found, passages))
    for path, lines in (("annotation.conf", settings.annotation(marks.files)),
                        ("visual.conf", settings.visual())):  # fmt: skip
        with place.open(path) as stream:
            stream.writelines(f"{line}\n".encode() for line in lines)


def _warn(material: Material, text: SourceText) -> None:
    if "\r" in (text.text or ""):
        material.note(
            f"{text.name} has carriage returns: offsets count CR LF as two characters, as it is "
            "in the file; a reader that translates line ends (pybrat, for the text it gives), and "
            "brat's page in a browser, count one"
        )


def stretches(text: str, pieces: Pieces) -> list[tuple[int, int]]:
    r"""Stretches of a text as brat takes them: none goes over a line break.

    >>> stretches("One fish.\r\nTwo fish.", ((4, 14),))
    [(4, 9), (11, 14)]
    """
    found = (_NO_BREAK.finditer(text, start, end) for start, end in pieces)
    return [match.span() for each in found for match in each]


@dataclass
class _Document:
    """The lines of the annotations of one text."""

    marks: Marks
    settings: Settings
    text: str
    _counts: dict[str, Iterator[int]] = field(default_factory=dict)

    def lines(self, found: list[Mark], passages: list[_Passage]) -> Iterator[str]:
        names = [f"T{number}" for number in range(1, len(found) + len(passages) + 1)]
        leading = {(m.table, m.place): n for n, m in zip(names, found, strict=False) if m.leads}
        yield from map(self._bound, names, [*found, *(each.mark for each in passages)])
        for name, mark in zip(names, found, strict=False):
            note = {"row": self.marks.name(mark.table, mark.row)}
            if mark.leads:
                yield from self._said(name, mark, leading, note)
            else:
                kind = self.settings.also[mark.table, mark.declaration]
                first = leading[mark.table, mark.place]
                yield self._line("R", f"{kind} Arg1:{name} Arg2:{first}")
                yield self._note(name, note)
        for name, passage in zip(names[len(found) :], passages, strict=True):
            yield from self._said(name, passage.mark, leading, {"passage": passage.rows})

    def _bound(self, name: str, mark: Mark) -> str:
        places = stretches(self.text, mark.pieces)
        offsets = ";".join(f"{start} {end}" for start, end in places)
        words = " ".join(self.text[start:end] for start, end in places)
        return (
            f"{name}\t{self.settings.entities[mark.table, mark.declaration]} {offsets}\t{words}\n"
        )

    def _said(
        self, name: str, mark: Mark, leading: dict[tuple[str, int], str], note: dict[str, Any]
    ) -> Iterator[str]:
        """Attributes, relations and the note of a row, or of a passage."""
        table, spans, left = mark.table, self.marks.columns(mark.table), {}
        for column, value in mark.row.values.items():
            if said := self.settings.value(table, column, value):
                kind = self.settings.attributes[table, column]
                yield self._line("A", f"{kind} {name} {said}")
            elif value is not None and column not in spans:
                left[column] = value
        for number, target in self.marks.targets(mark):
            kind, other = self.settings.relations[table, number], (target.table, target.place)
            yield self._line("R", f"{kind} Arg1:{name} Arg2:{leading[other]}")
        yield self._note(name, note | ({"values": left} if left else {}))

    def _note(self, name: str, note: dict[str, Any]) -> str:
        return self._line("#", f"AnnotatorNotes {name}\t{one_line(note)}")

    def _line(self, kind: str, rest: str) -> str:
        number = next(self._counts.setdefault(kind, count(1)))
        return f"{kind}{number}\t{rest}\n"


class _Passage(NamedTuple):
    """Several parts as one: a mark with the values in which they agree, and the rows."""

    mark: Mark
    rows: list[str]


def _passages(marks: Marks, found: list[Mark], fields: list[str]) -> Iterator[_Passage]:
    groups: dict[tuple[str, ...], list[Mark]] = {}
    for mark in found:
        cells = [mark.row.values[name] for name in fields]
        if mark.leads and None not in cells:
            groups.setdefault(tuple(map(cell_text, cells)), []).append(mark)
    for shared, parts in groups.items():
        pieces = tuple(sorted(piece for part in parts for piece in part.pieces))
        rows = [marks.name(part.table, part.row) for part in parts]
        if any(end > start for (_, end), (start, _) in pairwise(pieces)):
            called = ", ".join(f"{n}={c}" for n, c in zip(fields, shared, strict=True))
            marks.material.note(
                f"{parts[0].table}: the parts with {called} overlap, and are no passage for brat"
            )
        elif len(parts) > 1:
            row = parts[0].row._replace(values=_agreed([part.row.values for part in parts]))
            mark = parts[0]._replace(declaration=PASSAGE, row=row, pieces=pieces)
            yield _Passage(mark, rows)


def _agreed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The values in which some rows agree."""
    first, *more = rows
    return {name: v for name, v in first.items() if all(row[name] == v for row in more)}
