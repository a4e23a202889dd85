"""The dataset card of a package: metadata in YAML, and prose for people, from its descriptor.

What may stand in the metadata says the card's specification
(https://github.com/huggingface/hub-docs/blob/main/datasetcard.md).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from smartcity_case.citation.described import describe
from smartcity_case.citation.licences import rights as rights_in_words
from smartcity_case.citation.words import filled
from smartcity_case.exporters.shared.provenance import (
    of_the_whole,
    provenance,
    sources,
    stated_rights,
)
from smartcity_case.exporters.shared.vocabularies import terms
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from smartcity_case.exporters.parquet.folder import WrittenFolder, WrittenTable
    from smartcity_case.exporters.shared.material import Material
    from smartcity_case.profile import FieldSchema, Package, Resource
    from smartcity_case.textspans import TextSpan

CARD = "README.md"
_LICENCE = "LICENSE.md"
_LINKED = (_LICENCE.lower(), "license")
"""The files to which `license_link` may lead; anything else is an address."""

_KNOWN = frozenset(
    [
        *("apache-2.0", "mit", "cc0-1.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0"),
        *("cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0"),
        *("cc-by-nd-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0"),
        *("cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cdla-sharing-1.0", "cdla-permissive-1.0"),
        *("cdla-permissive-2.0", "etalab-2.0", "gpl-3.0", "odc-by", "odbl", "pddl", "lgpl-lr"),
    ]
)
"""Of the licences that the Hub lists, those under which data are given."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(?![A-Za-z])")


def card_of(material: Material, written: WrittenFolder, linked: str) -> str:
    """The text of the card; `linked` is the file of the rights, if there is one."""
    parts = [
        "---\n" + "".join(_yaml(_metadata(material, written, linked))) + "---\n",
        *_head(material),
        *_tables(material, written),
        *_traces(material, written),
        *_rights(material, linked),
        *_provenance(material),
        *_limits(material),
    ]
    return "\n".join(parts)


# metadata


def _metadata(material: Material, written: WrittenFolder, linked: str) -> dict[str, Any]:
    package = material.package
    told = {
        "pretty_name": one_line(package.title or package.name),
        "language": languages(material),
        **_licence(material, linked),
        "tags": list(describe(package).keywords),
        "size_categories": [size_category(sum(table.rows for table in written.tables))],
        "configs": list(_configs(material, written)),
    }
    return filled(told)


def _configs(material: Material, written: WrittenFolder) -> Iterator[dict[str, Any]]:
    tables, first = list(_all(written)), _shown_first(material, written)
    stems = {table.stem for table in tables}
    for table in tables:
        # A table named so is the default already, and two are refused.
        default = {"default": True} if table == first and "default" not in stems else {}
        files = [{"split": "train", "path": table.path}]
        # By it `datasets` tells this release from others of the same names: it keeps what it
        # has loaded from a folder, and looks neither at the path nor into the file.
        yield {
            "config_name": table.stem,
            "data_files": files,
            "description": f"Of this release: the SHA-256 of the file is {table.hash[7:]}",
            **default,
        }


def _shown_first(material: Material, written: WrittenFolder) -> WrittenTable:
    """The first table that has rows with spans; if there is none, the first with rows."""
    with_spans = [t for t in written.tables if material.tables[t.name].text_spans]
    tables = [*with_spans, *_all(written)]
    return next((table for table in tables if table.rows), tables[0])


def _all(written: WrittenFolder) -> Iterator[WrittenTable]:
    yield from written.tables
    if written.texts is not None:
        yield written.texts


def languages(material: Material) -> list[str]:
    """The languages of the package: its own, or those of its resources if all of them say some."""
    return of_the_whole(material.package, _stated)


def _stated(part: Package | Resource) -> list[str]:
    """The languages that a package or a resource says it is in, as the Hub takes them."""
    given = part.model_extra or {}
    named = [given.get("language")]
    named += listed if isinstance(listed := given.get("languages"), list) else []
    found = [_LANGUAGE.match(each) for each in named if isinstance(each, str)]
    return [match[0] for match in found if match]


def _licence(material: Material, linked: str) -> dict[str, str]:
    """The one licence of everything, if the Hub knows it; else a link to what is stated."""
    described = describe(material.package)
    if not described.licences:
        return {"license": "unknown"}
    one = described.licence.name.lower() if described.licence is not None else ""
    if one in _KNOWN:
        return {"license": one}
    return {"license": "other", "license_name": "see-license-file", "license_link": linked}


def needs_file(material: Material) -> bool:
    """Whether the licences are told in a file, since no word stands for them all."""
    return _licence(material, "")["license"] == "other"


def size_category(rows: int) -> str:
    """The word of the specification for a number of rows.

    >>> size_category(0), size_category(1_000), size_category(2_500_000)
    ('n<1K', '1K<n<10K', '1M<n<10M')
    """
    edges = ["1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T"]
    for power, edge in enumerate(edges, 3):
        if rows < 10**power:
            return f"{edges[power - 4]}<n<{edge}" if power > 3 else f"n<{edge}"
    return "n>1T"


def _yaml(value: dict[str, Any], indent: str = "") -> Iterator[str]:
    """A mapping in YAML: its lists and mappings in blocks, every string in quotation marks."""
    for key, item in value.items():
        if isinstance(item, list):
            yield f"{indent}{key}:\n"
            for each in item:
                if isinstance(each, dict):
                    lines = "".join(_yaml(each, indent + "  "))
                    yield f"{indent}- {lines[len(indent) + 2 :]}"
                else:
                    yield f"{indent}- {quoted(each)}\n"
        else:
            yield f"{indent}{key}: {quoted(item) if isinstance(item, str) else json.dumps(item)}\n"


_UNPRINTABLE = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def quoted(text: str) -> str:
    r"""A string as YAML has it, and JSON too: in double quotation marks, what is unseen escaped.

    >>> print(quoted('no: "a"'), quoted("\x7f"))
    "no: \"a\"" "\u007f"
    """
    shown = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", shown)


# prose


def one_line(text: str) -> str:
    """A text in one line: line ends and tabulators are spaces in a heading."""
    return " ".join(text.split())


def _escaped(text: str) -> str:
    """Words as Markdown shows them, in one line: nothing in them is a mark, in no cell a bar."""
    return re.sub(r"([\\`*_\[\]<>|#~&])", r"\\\1", one_line(text))


def _code(text: str) -> str:
    """A name as code, whatever quotation marks it has."""
    shown = one_line(text) or " "
    mark = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{mark}{pad}{shown}{pad}{mark}"


def _cell(text: str) -> str:
    """A name as code in the cell of a table, where a bar would end it."""
    return _code(text).replace("|", r"\|")


def _head(material: Material) -> Iterator[str]:
    package = material.package
    yield f"# {_escaped(package.title or package.name or 'A data package')}\n"
    if package.description:
        yield f"{package.description.strip()}\n"


def _tables(material: Material, written: WrittenFolder) -> Iterator[str]:
    yield "## Tables\n"
    yield "Each is a configuration with one split, `train`, which means all of its rows.\n"
    yield "```python\nfrom datasets import load_dataset\n"
    first = _shown_first(material, written)
    yield f'rows = load_dataset("PATH", {json.dumps(first.stem)}, split="train")\n```\n'
    yield "| configuration | rows | what a row is |\n|---|---|---|"
    for table in _all(written):
        about = "Texts that rows point into."
        if table != written.texts:
            resource = material.resource(table.name)
            about = resource.description or resource.title
        yield f"| {_cell(table.stem)} | {table.rows} | {_escaped(about)} |"
    yield ""
    for table in written.tables:
        yield f"### {_escaped(table.name)}\n"
        yield "| field | type | meaning |\n|---|---|---|"
        for field in material.tables[table.name].fields:
            yield f"| {_cell(field.name)} | {_cell(field.type)} | {_meaning(field)} |"
        yield ""


_TERMS = 20


def _meaning(field: FieldSchema) -> str:
    said = _escaped(field.description or field.title)
    listed = [term.value for term in terms(field)]
    if not listed:
        return said
    more = f" … ({counted(len(listed), 'term')})" if listed[_TERMS:] else ""
    shown = ", ".join(map(_cell, listed[:_TERMS]))
    return f"{said} One of: {shown}{more}".strip()


def _traces(material: Material, written: WrittenFolder) -> Iterator[str]:
    spans = [(t, s) for t in written.tables for s in material.tables[t.name].text_spans]
    if not spans:
        return
    yield "## From a row to the text\n"
    yield (
        "Rows name the characters of a text that they rest on. Offsets count Unicode code points "
        "from 0, and `end` is the first one behind the words, as in Python's `text[start:end]`. "
        "A span says where words stand, not that they are true, complete or representative.\n"
    )
    for table, span in spans:
        yield f"- {_code(table.stem)}: {_trace(span)}"
    yield ""
    for name in dict.fromkeys(span.reference.resource for _, span in spans):
        if spoken := _stated(material.resource(name)):
            yield f"Language of {_code(name)}: {', '.join(spoken)}.\n"
    if written.texts is not None:
        path = written.texts.path
        yield f"The texts stand in their files, and in {_code(path)} (`name`, `text`).\n"
    yield "`datapackage.json` describes the folder as a Data Package with `textSpans`."
    withheld = [f"`--source {each}=PATH`" for each in _withheld(material)]
    if withheld:
        yield (
            "Texts are withheld here, and words of them: the columns of words are empty, and "
            "`smartcity-case validate PATH` proves a span only for whoever has the texts and "
            f"gives them with {', '.join(withheld)}. Without them "
            "`--accept unverifiable` lets pass what cannot be looked at.\n"
        )
    else:
        yield "`smartcity-case validate PATH` proves every span.\n"


def _withheld(material: Material) -> list[str]:
    """The resources whose texts are not there."""
    return list(dict.fromkeys(text.resource for text in material.texts() if text.text is None))


def _trace(span: TextSpan) -> str:
    fields = span.fields
    where = f"{_code(fields.start)} to {_code(fields.end)} in {_code(span.reference.resource)}"
    parts = [where]
    if fields.source is not None and span.reference.fields is not None:
        parts.append(f"the text whose {_code(span.reference.fields.key)} is {_code(fields.source)}")
    if fields.exact is not None:
        parts.append(f"the words are in {_code(fields.exact)}")
    if fields.digest is not None:
        parts.append(f"a digest of the words is in {_code(fields.digest)}")
    if not span.required:
        parts.append("empty in rows without such words")
    return "; ".join(parts)


def _rights(material: Material, linked: str) -> Iterator[str]:
    yield "## Rights\n"
    yield rights_of(material)
    if linked:
        yield f"See [{linked}]({linked}).\n"


def rights_of(material: Material) -> str:
    """The licences of the package and of its resources, with what each covers if they say so."""
    lines = [
        f"- {_code(holder) + ': ' if holder else ''}{_line(right)}"
        for holder, right in stated_rights(material.package)
    ]
    if not lines and (unread := rights_in_words(describe(material.package))):
        lines = [f"- {_escaped(words)}" for words in unread]
    if not lines:
        return "The package states no licence.\n"
    return "\n".join(["What the package states:\n", *lines, ""])


def _line(parts: Iterable[str]) -> str:
    return "; ".join(_escaped(part) for part in parts if part)


def _provenance(material: Material) -> Iterator[str]:
    package, said = material.package, provenance(material)
    yield "## Citation\n"
    yield f"~~~~text\n{one_line(said['citation'])}\n~~~~\n"
    yield "## Provenance\n"
    named = f"the data package {_code(package.name)}" if package.name else "a data package"
    version = f", version {_escaped(package.version)}" if package.version else ""
    yield f"Exported from {named}{version}; its descriptor is `{said['descriptor']}`.\n"
    for each in sources(package):
        yield f"- {_line((each.title, each.version, each.path))}"
    yield ""


def _limits(material: Material) -> Iterator[str]:
    from smartcity_case.exporters.huggingface import FORMAT

    yield "## Limits\n"
    yield "What the package has and these files have not:\n"
    told: Sequence[str] = [*FORMAT.loses, *material.notes]
    yield from (f"- {_escaped(line)}" for line in told)
    yield ""


def licence_file(material: Material, files: Iterable[str]) -> tuple[str, str]:
    """The file to which `license_link` leads, and its text if it is to be written."""
    there = sorted(name for name in files if name.lower() in _LINKED)
    if there:
        return there[0], ""
    return _LICENCE, f"# Rights\n\nNo word for a licence says it all.\n\n{rights_of(material)}"
