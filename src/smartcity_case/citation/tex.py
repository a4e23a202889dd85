"""Entries of BibTeX and biblatex: how text, names and keys are written there.

Letters beyond ASCII stay as they are (the files are UTF-8). Braces of the text become
commands, since BibTeX counts braces even behind a backslash; signs that TeX or
babel's shorthands would join or replace are kept apart.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from smartcity_case.citation.words import one_line, row_line, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from smartcity_case.citation.values import Citation, Name, SourceWork

_ESCAPED = {
    **{char: f"\\{char}" for char in "&%$#_"},
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "\xa0": "~",
    "\u202f": r"\,",
    '"': r"\symbol{34}",  # which babel takes for the begin of a shorthand in German
}
_SPECIAL = re.compile("[" + re.escape("".join(_ESCAPED)) + "]")
# Pairs that fonts join: dashes, quotation marks, inverted marks.
_JOINED = re.compile(r"(?<=[-'`,])(?=[-'`,])|(?<=[?!])(?=[`'])")
# What takes a family name apart, or is read as the end of a name; the narrow space becomes `\,`.
_SPLIT = re.compile(r"[,{}\\~\u202f]|(?:^|\s)(?:and|others)(?:\s|$)", re.I)
_KEY = re.compile(r"[^A-Za-z0-9.:/+-]+")


def tex(text: str) -> str:
    r"""Text as TeX prints it.

    >>> print(tex("„50 % & mehr“ {sic"))
    „50 \% \& mehr“ \textbraceleft{}sic
    """
    plain = _JOINED.sub("\0", one_line(text))
    return _SPECIAL.sub(lambda match: _ESCAPED[match[0]], plain).replace("\0", "{}")


def title(text: str) -> str:
    """A title whose letters keep their case."""
    return f"{{{tex(text)}}}"


def authors(names: Iterable[Name]) -> str:
    """Names with `and` between; in braces what must not be taken apart."""
    return " and ".join(map(_author, names))


def _author(name: Name) -> str:
    if name.whole or not (name.family and name.given):
        return f"{{{tex(name.display)}}}"
    parts = [one_line(name.family), one_line(name.given)]
    return ", ".join(f"{{{tex(p)}}}" if _SPLIT.search(p) else tex(p) for p in parts)


def entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    """An entry; what is empty is left out. Names of months have no braces."""
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},"
        for name, value in fields.items()
        if value
    ]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def dataset_key(citation: Citation) -> str:
    """The key of the data set: its name and version, in ASCII."""
    parts = (citation.name or "dataset", citation.version)
    return "-".join(filter(None, map(_plain, parts))) or "dataset"


def source_key(citation: Citation, number: int) -> str:
    """The key of one of its sources, which are counted from 1."""
    return f"{_plain(citation.name) or 'dataset'}-source-{number}"


def _plain(text: str) -> str:
    """What is allowed in a key: letters and digits of ASCII, and a few signs."""
    spelt = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return _KEY.sub("-", spelt).strip("-")


def dataset_note(citation: Citation, *more: str) -> str:
    """The remark of a data set: what else is to be said, and the rows that are cited."""
    rows = "; ".join(map(row_line, citation.rows))
    told = f"{'Row' if len(citation.rows) == 1 else 'Rows'} {rows}" if rows else ""
    return " ".join(tex(sentence(part)) for part in (*more, told) if part)


def bibliography(
    citation: Citation,
    dataset: Callable[[Citation], str],
    source: Callable[[SourceWork, str], str],
) -> str:
    """The calls that cite the rows, the entry of the data set, and one for each source."""
    entries = [dataset(citation)]
    entries += [
        source(work, source_key(citation, number))
        for number, work in enumerate(citation.sources, 1)
    ]
    return _postnotes(citation) + "\n".join(entries)


def _postnotes(citation: Citation) -> str:
    """A comment that says how a text cites each row, by the one entry of the data set.

    Outside of entries BibTeX skips everything but the sign that begins one; no reference in its
    short form has that.
    """
    key = dataset_key(citation)
    return "".join(
        f"% \\cite[{_optional(tex(row.reference.short))}]{{{key}}}\n" for row in citation.rows
    )


def _optional(text: str) -> str:
    """An optional argument, which a bracket in it would end."""
    return f"{{{text}}}" if "]" in text else text
