"""The texts of a page: every text of the package, or those that are chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from smartcity_case.corpus import Corpus
from smartcity_case.errors import NotFound, UnwritablePackage
from smartcity_case.exporters.shared.provenance import language
from smartcity_case.texts import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smartcity_case.content import Content
    from smartcity_case.profile import Resource
    from smartcity_case.textspans import TextSpan, TextSpanTarget

MOST_CHARACTERS = 20_000_000
"""Characters of texts on a page: it stays below a hundred megabytes, which browsers open."""

LEFT_OUT = -2
"""The number of a text that was not chosen."""
WITHHELD, UNREADABLE = "withheld", "cannot be read"
_SHOWN = 5


class Shown(NamedTuple):
    """A text on the page; `text` is None, and `why` says so, if there are no words to show."""

    name: str
    title: str
    language: str
    text: str | None
    why: str


@dataclass
class Texts:
    """The texts of a page in order, and their numbers: of a resource, or of a key in one.

    `numbers` maps a resource, and the columns of it that hold texts, to numbers by key; a text
    that is a resource of its own has the key "". What was left out has the number LEFT_OUT.
    """

    shown: list[Shown] = field(default_factory=list)
    numbers: dict[tuple[str, TextSpanTarget | None], dict[str, int]] = field(default_factory=dict)

    def known(self, declaration: TextSpan) -> dict[str, int]:
        """The numbers of the texts that rows may refer to by a declaration, by key."""
        return self.numbers[declaration.reference.resource, declaration.reference.fields]

    def corpus(self) -> Corpus:
        """All of them, for proofs; those without words are empty."""
        return Corpus.of([(each.text or "").encode("utf-8") for each in self.shown])


def read_texts(content: Content, chosen: Sequence[str] = ()) -> Texts:
    """The texts of a package, in the order of the descriptor.

    `chosen` are names of texts or patterns of them (`*`, `?`); nothing chooses all.
    Raises NotFound for one that is no text, UnwritablePackage if the texts are
    too long for a page.
    """
    made, unused, size = Texts(), set(chosen), 0
    known: list[str] = []
    for place, key, text in _found(content):
        numbers = made.numbers.setdefault(place, {})
        if text is None or key in numbers:  # of several with a key, which is told, the first counts
            continue
        known.append(text.name)
        fitting = {each for each in chosen if each == text.name or fnmatchcase(text.name, each)}
        unused -= fitting
        if chosen and not fitting:
            numbers[key] = LEFT_OUT
            continue
        numbers[key] = len(made.shown)
        size += len(text.text or "")
        # What is too long is counted to its end, but not held.
        made.shown.append(text if size <= MOST_CHARACTERS else text._replace(text=None))
    if unused:
        there = ", ".join(known[:_SHOWN]) or "none"
        raise NotFound(f"{min(unused)!r} is no text of the package; there are {there}")
    if size > MOST_CHARACTERS:
        raise UnwritablePackage(_too_long(size, made.shown))
    return made


def _too_long(size: int, shown: Sequence[Shown]) -> str:
    held = f"the texts have {size} characters, and a page holds {MOST_CHARACTERS}"
    if len(shown) == 1:
        return f"{held}; a single text so long cannot be shown"
    return f"{held}; choose some: --text {shown[0].name} (texts=[…]), may be repeated"


def _found(
    content: Content,
) -> Iterator[tuple[tuple[str, TextSpanTarget | None], str, Shown | None]]:
    """Every text with its place and key; of a place without any, None."""
    targets: dict[str, dict[TextSpanTarget | None, None]] = {}
    for table in content.table_files.values():
        for span in table.schema.text_spans:
            targets.setdefault(span.reference.resource, {})[span.reference.fields] = None
    own = language(content.package)
    for resource in content.package.resources:
        named = targets.pop(resource.name, {})
        if not named and resource.kind == "text":
            named = {None: None}
        for target in named:
            yield from _of_resource(content, resource, target, language(resource) or own)
    for name, unknown in targets.items():  # what there is no resource of
        for target in unknown:
            yield (name, target), "", None


def _of_resource(
    content: Content, resource: Resource, target: TextSpanTarget | None, lang: str
) -> Iterator[tuple[tuple[str, TextSpanTarget | None], str, Shown | None]]:
    name, place = resource.name, (resource.name, target)
    yield place, "", None
    if target is None:
        text = content.texts.get(name)
        why = "" if text is not None else WITHHELD if resource.left_out else UNREADABLE
        yield place, "", Shown(name, resource.title, lang, text, why)
        return
    if name not in content.table_files:
        for key in _referred(content, name) if resource.left_out else ():
            yield place, key, Shown(f"{name}/{key}", "", lang, None, WITHHELD)
        return
    for _, texts in Reader(content.files, content.table_files[name], target).read(check=False):
        for each in texts:
            text = None if each.data is None else _decoded(each.data)
            why = "" if text is not None else UNREADABLE
            why = why if each.withheld is None else WITHHELD
            yield place, each.key, Shown(f"{name}/{each.key}", "", lang, text, why)


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _referred(content: Content, name: str) -> list[str]:
    """The keys of texts that rows refer to, where the table of the texts is withheld."""
    found = [
        key
        for table, whole in content.tables.items()
        for span in content.table_files[table].schema.text_spans
        if span.reference.resource == name
        for key in whole.columns.get(span.fields.source or "", ())
    ]
    return [key for key in dict.fromkeys(found) if key]
