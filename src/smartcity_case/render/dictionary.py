"""The data dictionary of a package as Markdown: made of its descriptor alone.

What a descriptor says is shown as it is said, in its order, and what it leaves
out is left out; no table is read. The same descriptor gives the same page.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from smartcity_case.citation import citation
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.render.described import (
    as_text,
    in_languages,
    some,
    translations,
    vocabularies,
    vocabulary_lines,
)
from smartcity_case.render.diagram import MOST, arrows, diagram
from smartcity_case.render.markdown import Anchors, code, link, plain, table, visible
from smartcity_case.render.resources import (
    FORMS,
    Page,
    description_lines,
    licences_of,
    resource_lines,
    schema_of,
)
from smartcity_case.report import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from smartcity_case.profile import Contributor, License, Package, Resource
    from smartcity_case.render.described import Vocabulary

_NOTE: Final = (
    f"Made by `smartcity-case docs` from `{DESCRIPTOR}`; change the descriptor, not this page."
)
_LICENCES: Final = "Licences"
_ABOUT_TERMS: Final = "Each list of terms stands here once, under the first field that has it."
_ARROWS: Final = """\
Solid arrows are foreign keys, with the fields that refer; ↺ refers to the table itself. Dotted
arrows are text spans, which lead into a text: their offsets count Unicode code points from 0, and
the end is the first character behind the words."""


class _Section(NamedTuple):
    """A heading (Markdown, and its words), its level, and the lines under it."""

    level: int
    shown: str
    words: str
    body: Callable[[Page], Iterable[str]]


def dictionary(package: Package, base: str | None = "") -> str:
    """The data dictionary of a package, whose schemas are in place, as a page of Markdown.

    Files of the package are linked relative to `base`, the way from the page to
    the folder of the package (`"../"`); with None they are not linked.

    >>> from smartcity_case.profile import Package
    >>> page = dictionary(Package.model_validate({"title": "Birds", "resources": [
    ...     {"name": "diary", "path": "diary.txt", "mediatype": "text/plain"}]}))
    >>> page.splitlines()[0], "- File: [`diary.txt`](diary.txt) (text/plain)" in page.splitlines()
    ('# Birds', True)
    """
    terms = vocabularies(package)
    head = _head(package)
    tables = [_of_resource(resource) for resource in package.resources]
    last = [_plainly(2, "Vocabularies", lambda _: [_ABOUT_TERMS])] if terms else []
    kinds = [_of_vocabulary(kind, uses) for kind, uses in terms.items()]

    sections = [*head, *tables, *last, *kinds]
    anchors = Anchors()
    places = [anchors.of(section.words) for section in sections]
    first: dict[str, str] = {}
    for resource, place in zip(package.resources, places[len(head) :], strict=False):
        first.setdefault(resource.name, place)
    page = Page(
        package,
        base,
        first,
        dict(zip(terms, places[len(sections) - len(kinds) :], strict=True)),
        next((p for s, p in zip(sections, places, strict=True) if s.shown == _LICENCES), ""),
    )
    lines = chain.from_iterable(_lines(page, section) for section in sections)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def _lines(page: Page, section: _Section) -> Iterator[str]:
    yield from (f"{'#' * section.level} {section.shown}", "")
    yield from section.body(page)
    yield ""


def _plainly(level: int, words: str, body: Callable[[Page], Iterable[str]]) -> _Section:
    return _Section(level, plain(words) or "Data package", words or "Data package", body)


def _head(package: Package) -> list[_Section]:
    """The sections before those of the resources; without what they would say, there is none."""
    found = [_plainly(1, package.title or package.name, _about)]
    found.append(_plainly(2, "Citation", lambda page: [f"> {plain(citation(page.package))}"]))
    if _licences(package):
        found.append(_plainly(2, _LICENCES, _licence_table))
    if _parts(package, "sources"):
        found.append(_plainly(2, "Sources", _sources))
    found.append(_plainly(2, "Resources", _resource_table))
    if arrows(package):
        found.append(_plainly(2, "How they refer to each other", _relations))
    return found


def _of_resource(resource: Resource) -> _Section:
    shown, words = code(resource.name), visible(resource.name)
    return _Section(2, shown, words, lambda page: resource_lines(page, resource))


def _of_vocabulary(kind: Vocabulary, uses: list[tuple[str, str]]) -> _Section:
    (table_name, name), *others = uses

    def body(page: Page) -> Iterator[str]:
        if others:
            yield from (f"Also of {some([f'{of}.{field}' for of, field in others])}.", "")
        yield from vocabulary_lines(kind)

    words = f"{table_name}.{name}"
    return _Section(3, code(words), visible(words), body)


def _about(page: Page) -> Iterator[str]:
    package = page.package
    for language, words in translations(package, "title"):
        yield from (f"*{language}:* {plain(words)}", "")
    yield from (_NOTE, "")
    yield from description_lines(package)
    facts = {
        "Name": code(package.name) if package.name else "",
        "Version": plain(package.version),
        "Created": plain(package.created),
        "Keywords": ", ".join(plain(as_text(word)) for word in _parts(package, "keywords")),
        "Contributors": "; ".join(filter(None, map(_contributor, package.contributors))),
        "Home": link(plain(home), home, page.base) if (home := _home(package)) else "",
    }
    yield from (f"- {name}: {value}" for name, value in facts.items() if value)


def _home(package: Package) -> str:
    value = (package.model_extra or {}).get("homepage")
    return value if isinstance(value, str) else ""


def _contributor(who: Contributor) -> str:
    roles = ", ".join(plain(role) for role in who.roles)
    return f"{plain(who.title)} ({roles})" if roles else plain(who.title)


def _parts(package: Package, name: str) -> list[Any]:
    """The items of a property that is a list, if it is there and one."""
    value = (package.model_extra or {}).get(name)
    return value if isinstance(value, list) else []


def _licences(package: Package) -> dict[License, list[str]]:
    """Every licence that is stated, and of what: of resources by their names, "" is the package."""
    found: dict[License, list[str]] = {}
    for each in package.licenses:
        found.setdefault(each, []).append("")
    for resource in package.resources:
        for each in licences_of(resource):
            found.setdefault(each, []).append(resource.name)
    return found


def _licence_table(page: Page) -> Iterator[str]:
    rows = []
    for each, names in _licences(page.package).items():
        of = ["the package"] if "" in names else []
        of += [some(listed)] if (listed := [name for name in names if name]) else []
        shown = link(code(each.name or each.path), each.path, page.base)
        rows.append((shown, ", ".join(of), plain(each.title)))
    yield from table(("licence", "stated of", "what it says"), rows)


def _sources(page: Page) -> Iterator[str]:
    for source in _parts(page.package, "sources"):
        if not isinstance(source, dict):
            continue
        told = {name: as_text(value) for name, value in source.items() if value is not None}
        title, path = told.pop("title", ""), told.pop("path", "")
        yield f"- {plain(title) or plain(path)}{f': {_address(page, path)}' if path else ''}"
        yield from (f"  - {code(name)}: {plain(value)}" for name, value in told.items())


def _address(page: Page, path: str) -> str:
    return link(plain(path), path, page.base)


def _resource_table(page: Page) -> Iterator[str]:
    rows = []
    for resource in page.package.resources:
        said = in_languages(resource, "title")
        schema = schema_of(resource)
        size = counted(len(schema.fields), "field") if schema else ""
        rows.append((page.named(resource.name), _kind(resource), size, said))
    yield from table(("resource", "what it is", "size", "title"), rows)


def _kind(resource: Resource) -> str:
    form = FORMS.get(resource.form, "")
    kind = "file" if resource.kind == "other" else resource.kind
    detail = "detail " if resource.detail else ""
    left_out = ", withheld" if resource.left_out else ""
    return f"{detail}{kind}{f' ({form})' if form and kind == 'table' else ''}{left_out}"


def _relations(page: Page) -> Iterator[str]:
    lines = diagram(page.package)
    if not lines:
        count = len(arrows(page.package))
        yield f"There are {count} references, too many to draw (the most is {MOST})."
        return
    yield from (_ARROWS, "", "```mermaid", *lines, "```")
