"""What the tests of the page share: the payload out of its HTML, and a citation out of that."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any


class Page(HTMLParser):
    """A page as a browser takes it apart: its elements, and what stands in scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str, str] = {}
        self.style = self.title = ""
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag if tag != "script" else f"script {dict(attrs).get('type') or ''}"

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside.startswith("script"):
            kind = self._inside.removeprefix("script ")
            self.scripts[kind] = self.scripts.get(kind, "") + data
        elif self._inside == "style":
            self.style += data
        elif self._inside == "title":
            self.title += data

    @property
    def policy(self) -> str:
        (policy,) = (
            a["content"] for tag, a in self.elements if tag == "meta" and "http-equiv" in a
        )
        return policy or ""

    @property
    def payload(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.scripts["application/json"])
        return loaded


def payload_of(page: str) -> dict[str, Any]:
    """What a page shows."""
    return Page(page).payload


def table_in(payload: dict[str, Any], name: str) -> dict[str, Any]:
    """A table of a payload."""
    table: dict[str, Any] = next(t for t in payload["tables"] if t["name"] == name)
    return table


def short(table: dict[str, Any], row: int) -> str:
    """The name of a row within the package."""
    if table["short"] is not None:
        return str(table["short"][row])
    return "/".join([table["name"], *(table["columns"][n][row] for n in table["key"])])


def one_line(text: str) -> str:
    return re.sub(r"[ \x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip(" ")


def cited(payload: dict[str, Any], table: dict[str, Any], row: int) -> str:
    """A citation of a row, by the rule that the script of the page has, too."""
    citation, columns = payload["citation"], table["columns"]
    lines = [
        *(citation["head"], "", citation["reference"] + short(table, row)),
        f"  in the text: ({citation['inText']}, {short(table, row)})",
    ]
    texts = {text["name"]: text for text in payload["texts"]}
    for span in table["spans"]:
        start, end = columns[span["start"]][row], columns[span["end"]][row]
        if not start:
            continue
        source = columns[span["source"]][row] if span["source"] >= 0 else None
        name = span["of"] if source is None else f"{span['of']}/{source}"
        text = texts[name]
        if text["why"] == "withheld":
            words = "words withheld"
        elif span["exact"] >= 0:
            words = f"“{one_line(columns[span['exact']][row])}”"
        else:
            words = f"“{one_line(text['text'][int(start) : int(end)])}”"
        lines.append(f"  {words} ({one_line(span['name'])}, {one_line(name)} {start} to {end})")
    return "\n".join(lines) + "\n"
