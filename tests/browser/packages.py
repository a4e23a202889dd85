"""The packages whose pages are looked at: the case, and those that make it hard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import smartcity_case as sc
from conftest import copy_release, make_toy
from exports import make_of, note_of, refers, table_of


def page_of(name: str, root: Path) -> Path:
    """Make a package and its page; where the page is."""
    root.mkdir(parents=True)
    page = root / "a page, ü.html"  # a name that an address encodes
    sc.view(MAKERS[name](root), page)
    return page


def _faulty(root: Path) -> Path:
    """The case with one fault of each kind that a span can have, and a source of another hash."""
    folder = copy_release(root)
    for old, new in FAULTS.values():
        folder.replace("claims", old, new)
    folder.describe(_another_hash)
    return folder.root


def _another_hash(descriptor: dict[str, Any]) -> None:
    (article,) = (r for r in descriptor["resources"] if r["name"] == "article")
    article["hash"] = "sha256:" + "0" * 64


FAULTS = {
    "c002": (",73,162,soll der", ",70,159,soll der"),  # moved
    "c003": ("164,206,Dort ist man von", "164,206,Dort war man von"),  # absent
    "c004": ("208,246,muss sich aber zunehmend rechtfertigen", "209,212,der"),  # ambiguous
    "c007": (",249,282,Duisburg möchte", ",99249,99282,Duisburg möchte"),  # out of range
    "c009": ("certain,,explicit,intention", "certain,nemo,explicit,intention"),  # no such actor
}
"""Of the faulty package, by the key of the claim: what was, and what it became."""

HOSTILE_TEXT = (
    "🐦👩\u200d🔬 <script>window.hacked = 1</script> ü̈ber\r\n"
    "</style><img src=x onerror='window.hacked = 2'> {{payload}} {{script}}\r\n"
    "\u202edesrever\u202c \u2066iso\u2069 \ufeff&lt;b&gt; &amp; 𝔄𝔟𝔠 "
    "e\u0301\u0323 日本\u2028語\t„Nein!“\r"
    "\x00\x01\x7f javascript:window.hacked=3 __proto__ constructor toString\n\n\nende 🏁"
)
HOSTILE_WORDS = (
    *("👩\u200d🔬", "<script>window.hacked = 1</script>", "ü̈ber\r\n</style>"),
    *("<img src=x onerror='window.hacked = 2'>", "{{payload}}", "\u202edesrever\u202c", "𝔟"),
    *("\u0301", "javascript:window.hacked=3", "__proto__", "constructor", "toString", "🏁"),
)
ODD_KEYS = (
    *("__proto__", "constructor", "toString", "a/b", "ü 🐦", "%41", "a#b", "a:b", "?q=1&r=\"'"),
    *("</script>", "..", "x" * 10_000, "javascript:window.hacked=4"),
)
NASTY = "</style></title><script>window.hacked = 5</script> {{payload}} \u202e"


def _hostile(root: Path) -> Path:
    """A package of which every name, key, cell, title and text would do something."""
    tables = []
    for name in ("__proto__", "constructor", "toString"):
        kinds = "id:string __proto__:string toString:string hasOwnProperty:string"
        rows = []
        for number, (key, words) in enumerate(zip(ODD_KEYS, HOSTILE_WORDS, strict=True)):
            at = HOSTILE_TEXT.index(words)
            rows.append([key, ODD_KEYS[number - 1], NASTY, words, at, at + len(words), words])
        table = table_of(
            name,
            f"{kinds} from:integer to:integer exact:string",
            *rows,
            into="note",
            foreignKeys=[refers(name, "__proto__")],
        )
        table["schema"]["textSpans"][0]["fields"]["exact"] = "exact"
        table["schema"]["fields"][2]["categories"] = [
            {"value": NASTY, "label": NASTY, "description": NASTY}
        ]
        table["title"] = NASTY
        tables.append(table)
    rights = [{"name": "other-open", "path": "javascript:window.hacked=6", "title": NASTY}]
    note = note_of() | {"title": NASTY}
    return make_of(
        root / "p",
        note,
        *tables,
        files={"note.txt": HOSTILE_TEXT},
        title=NASTY,
        description=NASTY,
        licenses=rights,
        language="\" onmouseover='window.hacked=7'",
    )


MANY = 40


def _many(root: Path) -> Path:
    """Letters in a table of texts, two rows in each; the last one is called otherwise."""
    letters, rows = [], []
    for number in range(MANY):
        words = f"Brief {number}: 🐦 die Stadt und das Netz {number}."
        letters.append({"key": f"l{number}", "title": f"Letter {number} of May", "words": words})
        for what in ("Stadt", "Netz"):
            at = words.index(what)
            rows.append([f"{what}{number}", f"l{number}", at, at + len(what)])
    letters[-1]["title"] = "A postcard"
    fields = [{"name": name, "type": "string"} for name in ("key", "title", "words")]
    corpus = {
        "name": "letters",
        "schema": {"fields": fields, "primaryKey": ["key"]},
        "data": letters,
    }
    span = {
        "fields": {"start": "from", "end": "to", "source": "letter"},
        "reference": {"resource": "letters", "fields": {"key": "key", "text": "words"}},
    }
    kinds = "id:string letter:string from:integer to:integer"
    named = table_of("named", kinds, *rows, textSpans=[span])
    return make_of(root / "p", corpus, named, title="Forty letters")


def _withheld(root: Path) -> Path:
    from smartcity_case.cli import main

    toy = make_toy(root / "aves")
    assert main(["withhold", str(toy.root), str(root / "out")]) == 0
    return root / "out"


ROWS, LENGTH = 20_000, 1_000_000


def _large(root: Path) -> Path:
    """A text of 1 MB with 20,000 rows of two tables, nested in one another."""
    words = "Die Stadt 🏙 prüft das Netz; der Rat fragt, wer die Daten hat. "
    line = words * 12 + "\n"
    text = (line * (LENGTH // len(line) + 1))[:LENGTH]
    step = LENGTH // (ROWS // 2)
    outer, inner = [], []
    for number in range(ROWS // 2):
        at = number * step
        kind = ("ruft", "fragt", "sagt")[number % 3]
        outer.append(f"o{number:05},{kind},{at},{at + 60},")
        inner.append(f"i{number:05},o{number:05},{at + 10},{at + 30},")
    head = {"outer": "id,kind,from,to,note", "inner": "id,outer,from,to,note"}
    files = {"note.txt": text}
    tables = []
    for name, lines in (("outer", outer), ("inner", inner)):
        files[f"{name}.csv"] = "\n".join([head[name], *lines]) + "\n"
        names = head[name].split(",")
        kinds = [("integer" if each in ("from", "to") else "string") for each in names]
        fields: list[dict[str, Any]] = [
            {"name": each, "type": kind} for each, kind in zip(names, kinds, strict=True)
        ]
        span = {"fields": {"start": "from", "end": "to"}, "reference": {"resource": "note"}}
        schema: dict[str, Any] = {"fields": fields, "primaryKey": ["id"], "textSpans": [span]}
        if name == "outer":
            fields[1]["categories"] = ["ruft", "fragt", "sagt"]
        else:
            schema["foreignKeys"] = [refers("outer", "outer")]
        tables.append({"name": name, "path": f"{name}.csv", "schema": schema})
    return make_of(root / "p", note_of(), *tables, files=files, title="Large")


MAKERS: dict[str, Callable[[Path], Path | None]] = {
    "case": lambda _: None,
    "toy": lambda root: make_toy(root / "aves").root,
    "faulty": lambda root: _faulty(_new(root / "release")),
    "hostile": _hostile,
    "many": _many,
    "withheld": _withheld,
    "large": _large,
}


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder
