"""The valid example packages of profiles/text-spans/1.0; for scripts/profile_examples.py."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import Any

OFFICIAL = "https://datapackage.org/profiles/2.0/datapackage.json"
OFFSETS = {"start", "end", "said_start", "said_end"}

Json = dict[str, Any]


class Draft:
    """A package in the making: its resources, the rows of its tables, its other files.

    `more` are properties of the package itself.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.resources: list[Json] = []
        self.rows: dict[str, list[Json]] = {}
        self.files: dict[str, bytes] = {}
        self.more: Json = {}

    def text(self, name: str, content: str) -> None:
        """Add a text file as a resource."""
        self.files[f"{name}.txt"] = content.encode("utf-8")
        resource = {"name": name, "path": f"{name}.txt", "mediatype": "text/plain"}
        self.resources.append({**resource, "encoding": "utf-8"})

    def table(self, name: str, rows: list[Json], **schema: Any) -> None:
        """Add a table; the first column is its key, offsets and `size` are integers."""
        integers = OFFSETS | {"size"}
        fields = [{"name": n, "type": "integer" if n in integers else "string"} for n in rows[0]]
        whole = {"fields": fields, "primaryKey": [next(iter(rows[0]))], **schema}
        self.rows[name] = rows
        resource = {"name": name, "type": "table", "path": f"{name}.csv", "mediatype": "text/csv"}
        self.resources.append({**resource, "encoding": "utf-8", "schema": whole})

    def put(self, place: str, value: object) -> None:
        """Change what stands at a place; None takes it away."""
        part: Any = vars(self)
        *steps, last = [int(s) if s.isdigit() else s for s in place.split("/")]
        for step in steps:
            part = part[step]
        if value is None:
            del part[last]
        else:
            part[last] = value

    def finish(self, name: str) -> dict[str, bytes]:
        """The files of the package, by their paths."""
        files = dict(self.files)
        for resource in self.resources:
            if resource["name"] in self.rows:
                files[resource["path"]] = _csv(self.rows[resource["name"]])
            data = files[resource["path"]]
            resource["hash"], resource["bytes"] = _hash(data), len(data)
        described = {"$schema": OFFICIAL, "name": name, "title": self.title, **self.more}
        files["datapackage.json"] = as_json({**described, "resources": self.resources})
        return files


def _csv(rows: list[Json]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")


def as_json(value: object) -> bytes:
    """A value as the bytes of a JSON file."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _hash(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def digest(salt: str, words: str) -> str:
    """The digest of words, as the profile defines it."""
    return hashlib.sha256(hashed(salt, words)).hexdigest()


def hashed(salt: str, words: str) -> bytes:
    """The bytes that a digest is made of."""
    return salt.encode("utf-8") + b"\0" + words.encode("utf-8")


def place(text: str, words: str) -> Json:
    """The offsets of words that stand in a text, for the first time."""
    start = text.index(words)
    return {"start": start, "end": start + len(words)}


ONE = {"start": "start", "end": "end", "exact": "exact"}
MANY = {**ONE, "source": "document"}
CAT = "Le chat dort. La souris danse. Le chat rêve.\n"


def text_file() -> Draft:
    """A text file as the source of all rows."""
    draft = Draft("Un fichier de texte")
    draft.text("note", CAT)
    rows: list[Json] = [
        {"id": f"b{number}", **place(CAT, words), "exact": words}
        for number, words in enumerate(("souris danse", "rêve"), 1)
    ]
    draft.table("spots", rows, textSpans=[{"fields": {**ONE}, "reference": {"resource": "note"}}])
    return draft


POEMS = {
    "mar": "O mar é fundo.\nO céu também.",
    "rio": "O rio corre para o mar 🌊 e não volta.",
}
WORDS = (("mar", "O céu"), ("rio", "o mar 🌊 e"), ("rio", "não"))


def _spots_of(texts: dict[str, str], words: tuple[tuple[str, str], ...]) -> list[Json]:
    return [
        {"id": number, "document": key, **place(texts[key], said), "exact": said}
        for number, (key, said) in enumerate(words, 1)
    ]


def table_of_texts() -> Draft:
    """A table with a text in each row; the field `document` says which one."""
    draft = Draft("Uma tabela de textos")
    draft.table("poems", [{"key": key, "body": body} for key, body in POEMS.items()])
    reference = {"resource": "poems", "fields": {"key": "key", "text": "body"}}
    span = {"fields": {**MANY}, "reference": reference}
    draft.table("spots", _spots_of(POEMS, WORDS), textSpans=[span])
    return draft


LETTERS = {"a": "Zażółć gęślą jaźń.\n", "b": "Idzie wąż wąską dróżką.\n"}


def table_of_files() -> Draft:
    """A table with the path of a text file in each row, its hash and its size."""
    draft = Draft("Tabela plików tekstowych")
    rows: list[Json] = []
    for key, text in LETTERS.items():
        data = draft.files[f"{key}.txt"] = text.encode("utf-8")
        rows.append({"key": key, "file": f"{key}.txt", "sha256": _hash(data), "size": len(data)})
    draft.table("letters", rows)
    target = {"key": "key", "path": "file", "hash": "sha256", "bytes": "size"}
    span = {"fields": {**MANY}, "reference": {"resource": "letters", "fields": target}}
    spots = _spots_of(LETTERS, (("a", "gęślą jaźń"), ("b", "wąż")))
    draft.table("spots", spots, textSpans=[span])
    return draft


def table_of_files_without_hash() -> Draft:
    """The same without hash and size: valid, with a warning for each file."""
    draft = table_of_files()
    for column in (3, 2):
        draft.put(f"resources/0/schema/fields/{column}", None)
    for row in draft.rows["letters"]:
        del row["sha256"], row["size"]
    draft.put(f"{SPAN}/reference/fields", {"key": "key", "path": "file"})
    return draft


SPAN = "resources/1/schema/textSpans/0"
TIDE = "The tide comes in. The tide goes out.\n"


def prefix_suffix() -> Draft:
    """The words stand twice; what stands beside them is stated and checked too."""
    draft = Draft("Prefix and suffix")
    draft.text("note", TIDE)
    second = TIDE.rindex("tide")
    rows: list[Json] = [
        {"id": 1, "before": "The ", "start": 4, "end": 8, "exact": "tide", "after": " comes"},
        {"id": 2, "before": "", "start": second, "end": second + 4, "exact": "tide"},
    ]
    rows[1]["after"] = " goes out.\n"
    fields = {**ONE, "prefix": "before", "suffix": "after"}
    draft.table("spots", rows, textSpans=[{"fields": fields, "reference": {"resource": "note"}}])
    return draft


SALT = "dieci-lire"
SEA = "Il gabbiano vola.\nIl mare è calmo.\n"


def digest_salt() -> Draft:
    """A salted digest in the place of the words."""
    draft = Draft("Un'impronta con sale")
    draft.text("note", SEA)
    rows: list[Json] = [
        {"id": number, **place(SEA, words), "proof": digest(SALT, words)}
        for number, words in enumerate(("gabbiano", "è calmo"), 1)
    ]
    fields = {"start": "start", "end": "end", "digest": "proof"}
    span = {"fields": fields, "reference": {"resource": "note"}, "salt": SALT}
    draft.table("spots", rows, textSpans=[span])
    return draft


def digest_without_salt() -> Draft:
    """A digest without a salt, which is one with the empty salt."""
    draft = digest_salt()
    draft.put(f"{SPAN}/salt", None)
    for row, words in zip(draft.rows["spots"], ("gabbiano", "è calmo"), strict=True):
        row["proof"] = digest("", words)
    return draft


def not_required() -> Draft:
    """Two declarations in a table; of the second, a row may have no span."""
    draft = Draft("Soms zonder woorden")
    text = "«Kom maar», zei de vos. De haas zweeg.\n"
    draft.text("note", text)
    said = {"said_start": 1, "said_end": 9, "said": "Kom maar"}
    rows: list[Json] = [
        {"id": 1, **place(text, "de vos"), "exact": "de vos", **said},
        {"id": 2, **place(text, "De haas"), "exact": "De haas", **dict.fromkeys(said, "")},
    ]
    fields = {"start": "said_start", "end": "said_end", "exact": "said"}
    spans = [
        {"fields": ONE, "reference": {"resource": "note"}, "minLength": 3},
        {"fields": fields, "reference": {"resource": "note"}, "required": False},
    ]
    draft.table("spots", rows, textSpans=spans)
    return draft


def missing_values() -> Draft:
    """`n/a` means empty; a row without a span has one in each cell of it."""
    draft = text_file()
    draft.title = "n/a veut dire: rien"
    draft.rows["spots"].append({"id": "b3", "start": "n/a", "end": "n/a", "exact": "n/a"})
    draft.put("resources/1/schema/missingValues", ["", "n/a"])
    draft.put(f"{SPAN}/required", value=False)
    return draft


def position_only() -> Draft:
    """Neither words nor digest: only the range is checked; the text's hash proves the rest."""
    draft = text_file()
    draft.title = "Des positions sans mots"
    draft.put(f"{SPAN}/fields/exact", None)
    draft.put("resources/1/schema/fields/3", None)
    for row in draft.rows["spots"]:
        del row["exact"]
    return draft


def multilingual() -> Draft:
    """Emoji, combining letters, many scripts and CRLF: code points are counted, as they are."""
    draft = Draft("多言語 · לשונות · भाषाएँ")
    lines = ("👩‍👩‍👧 und 𝒳 𐍈", "Cafe\u0301 und Café", "שלום עולם", "हिन्दी भाषा", "吾輩は猫である。")
    text = "\r\n".join(lines) + "\r\n"
    draft.text("note", text)
    words = ("👩‍👩‍👧", "👧", "𐍈", "Cafe\u0301", "Café", "עולם", "हिन्दी", "猫", "𐍈\r\nCafe")
    rows: list[Json] = [
        {"id": number, **place(text, said), "exact": said} for number, said in enumerate(words, 1)
    ]
    draft.table("spots", rows, textSpans=[{"fields": ONE, "reference": {"resource": "note"}}])
    return draft


def own_table() -> Draft:
    """A table of texts whose rows point into other rows of itself."""
    draft = Draft("Ett svar pekar på en fråga")
    asked = "Vart flyger tranorna?"
    rows: list[Json] = [
        {"key": "f", "body": asked, "document": "", "start": "", "end": "", "exact": ""},
        {"key": "s", "body": "Söderut.", "document": "f", **place(asked, "tranorna")},
    ]
    rows[1]["exact"] = "tranorna"
    reference = {"resource": "posts", "fields": {"key": "key", "text": "body"}}
    span = {"fields": MANY, "reference": reference, "required": False}
    draft.table("posts", rows, textSpans=[span])
    return draft


VALID = (
    text_file,
    table_of_texts,
    table_of_files,
    table_of_files_without_hash,
    prefix_suffix,
    digest_salt,
    digest_without_salt,
    not_required,
    missing_values,
    position_only,
    multilingual,
    own_table,
)
DRAFTS = {make.__name__: make for make in VALID}
"""What makes the valid examples, by name."""
