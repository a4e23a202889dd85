"""A package without its texts, and with them again: texts from outside, proofs, both ways."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from smartcity_case.authoring.withheld.restoring import (
    CannotRestore,
    Restored,
    TextNotGiven,
    is_withheld,
    restore,
)
from smartcity_case.authoring.withheld.withholding import Withheld, copied, withhold
from smartcity_case.checks.descriptor import path_fault
from smartcity_case.errors import NotFound, UnreadablePackage, UnwritablePackage
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.report import Finding, Location
from smartcity_case.storage import Files, given_file, given_folder
from smartcity_case.table import cell_text
from smartcity_case.validation import read_content

if TYPE_CHECKING:
    from smartcity_case.content import Content
    from smartcity_case.textspans import TextSpanTarget
    from smartcity_case.validation import ExtraCheck

Sources: TypeAlias = Mapping[str, str | os.PathLike[str]]
"""Texts by the names of their resources (or NAME/KEY): files, or a folder for a table of files."""


class _Place(NamedTuple):
    """What a name of a text stands for: paths within the package, by key if it is a table."""

    paths: dict[str, str]
    of_files: bool


def with_sources(files: Files, sources: Sources | None) -> Files:
    """The files of a package, with texts from outside in the places of its own.

    Raises NotFound for a name that is no text of the package, and
    UnreadablePackage for a file that cannot be one.
    """
    if not sources:
        return files
    content = read_content(Files(files.root))  # what it sees is not what will be read
    if content is None:
        return files  # whoever looks at it sees what is wrong with the descriptor
    places, given = _places(content), dict[str, str]()
    for name, file in sources.items():
        given |= _given(places, name, os.fspath(file))
    return files.replaced(given)


def _places(content: Content) -> dict[str, _Place]:
    """The texts that can be given, by the names of their resources."""
    places: dict[str, _Place] = {}
    named: set[str] = set()
    for table in content.table_files.values():
        for span in table.schema.text_spans:
            name, target = span.reference.resource, span.reference.fields
            named.add(name)
            if target is not None and target.path is not None:
                places[name] = _Place(_files_of(content, name, target), of_files=True)
    for resource in content.package.resources:
        is_text = resource.kind == "text" or resource.left_out or resource.name in named
        if is_text and resource.name not in places:
            paths = {path: path for path in resource.paths if not path_fault(path)}
            places[resource.name] = _Place(paths, of_files=False)
    return places


def _files_of(content: Content, name: str, target: TextSpanTarget) -> dict[str, str]:
    table = content.tables.get(name)
    columns = table.columns if table is not None else {}
    keys, paths = columns.get(target.key, ()), columns.get(target.path or "", ())
    named = zip(map(cell_text, keys), map(cell_text, paths), strict=False)
    return {key: path for key, path in named if not path_fault(path)}


def _given(places: Mapping[str, _Place], name: str, file: str) -> dict[str, str]:
    """The paths within the package that a file or folder stands for, with the files."""
    resource, _, key = name.partition("/")
    if name in places:
        resource, key = name, ""
    place = places.get(resource)
    if place is None:
        known = ", ".join(places) or "none"
        raise NotFound(f"{name!r} is no text of the package; its texts: {known}")
    if key:
        if not place.of_files or key not in place.paths:
            known = ", ".join(f"{resource}/{k}" for k in list(place.paths)[:5])
            raise NotFound(f"{name!r} is no text of the package; there are {known}")
        return {place.paths[key]: given_file(file)}
    paths = list(place.paths.values())
    if not place.of_files and len(paths) == 1:
        return {paths[0]: given_file(file)}
    if not (found := given_folder(file, paths)):
        raise UnreadablePackage(f"{file}: none of the files of {name!r} is in this folder")
    return found


def restored_content(content: Content) -> tuple[Content, Restored]:
    """A withheld package with its words; raises CannotRestore without its texts."""
    made = restore(content)
    whole = read_content(content.files.replaced(made.files))
    if whole is None:
        raise CannotRestore("what `withheld` says of it makes no descriptor that can be read")
    return whole, made


class WholePackage:
    """Checks of a withheld package that need its words: done on the restored one.

    Without the texts they say so, once for all of them.
    """

    def __init__(self, rules: Iterable[ExtraCheck]) -> None:
        self._rules = tuple(rules)
        self._whole: Content | None = None

    @property
    def checks(self) -> tuple[ExtraCheck, ...]:
        """The checks, of which the first is that of the restored tables."""
        return (self.restored_tables, *map(self._on_whole, self._rules))

    def restored_tables(self, content: Content) -> Iterable[Finding]:
        """The tables with their words are those that were withheld."""
        try:
            self._whole, made = restored_content(content)
        except TextNotGiven as reason:
            yield Finding(Location(path=DESCRIPTOR), "withheld.unverifiable", str(reason))
            return
        except CannotRestore as reason:  # which no text would mend, so that it is not accepted
            yield Finding(Location(path=DESCRIPTOR), "withheld.table", str(reason))
            return
        yield from made.findings

    def _on_whole(self, rule: ExtraCheck) -> ExtraCheck:
        @wraps(rule)
        def check(content: Content) -> Iterable[Finding]:
            return () if self._whole is None else rule(self._whole)

        return check


def withhold_package(files: Files, salt: str | None = None) -> Withheld:
    """As `withholding.withhold`, and proven: restored at once, it is the same byte by byte.

    Of tables that are not written back in the same bytes, or lose words of no
    span, the cells that come back are proven.
    """
    content = _read(files)
    made = withhold(content, salt)
    texts = {path: files.read(path) for path in made.left_out}
    again = restore(_read(files.replaced({**made.files, **texts})))
    told = [finding.message for finding in again.findings]
    if not (made.alike or made.lost):
        told += [path for path, data in again.files.items() if files.read(path) != data]
    if told:
        raise UnwritablePackage(f"it could not be restored as it is: {told[0]}")
    files.check_unchanged()
    return made


def _read(files: Files) -> Content:
    content = read_content(files)
    if content is None:
        raise UnreadablePackage("the descriptor cannot be read; `smartcity-case validate` says why")
    return content


def restore_package(files: Files) -> Restored:
    """All files of a withheld package with its words, given its texts.

    Raises UnwritablePackage if nothing is withheld, CannotRestore if a text is
    not there.
    """
    content = _read(files)
    if not is_withheld(content.package):
        raise UnwritablePackage("nothing is withheld from this package")
    made = restore(content)
    whole = _read(files.replaced(made.files))
    given = {path: files.read(path) for path in files.given}
    files.check_unchanged()
    return made._replace(files=given | copied(whole, {*made.files, *given}) | made.files)
