"""Look at a package in a browser or a notebook: one HTML page of its texts and rows."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from smartcity_case.authoring.withheld.restoring import CannotRestore
from smartcity_case.content import read_package
from smartcity_case.dataset import open_dataset
from smartcity_case.errors import NotFound
from smartcity_case.exported import own_places
from smartcity_case.exporters.shared.names import file_names
from smartcity_case.report import counted
from smartcity_case.validation import read_content
from smartcity_case.viewer.page import frame, write_page
from smartcity_case.viewer.passages import OPTIONS
from smartcity_case.viewer.payload import payload
from smartcity_case.writing import place_for

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from smartcity_case.content import Content
    from smartcity_case.reading import Progress
    from smartcity_case.report import Report
    from smartcity_case.storage import Files


_IN_A_NOTEBOOK = 10_000_000
"""Characters of a page that a notebook shows: it keeps them, and opens slowly with more."""


@dataclass(frozen=True, repr=False)
class Viewed:
    """A page on which a package is looked at: HTML that needs nothing else.

    `report` are the findings about the package, which the page shows; `out` is the
    file that was written, or "". In a notebook it shows itself.

    >>> from smartcity_case.case import view
    >>> view().page.splitlines()[0].lower()
    '<!doctype html>'
    """

    page: str = field(compare=False)
    report: Report
    out: str = ""

    def __repr__(self) -> str:
        name = " ".join(filter(None, (self.report.package, self.report.version))) or "a package"
        findings = counted(len(self.report.findings), "finding")
        where = f" in {self.out}" if self.out else ""
        return f"Viewed({name}: {findings}; {len(self.page)} characters of HTML{where})"

    def _repr_html_(self) -> str:
        if len(self.page) > _IN_A_NOTEBOOK:
            return f"<p>{html.escape(repr(self))}: too long for a notebook; give `out`</p>"
        name = self.report.package or "data package"
        return frame(self.page, f"{name}: texts and rows side by side", "720px")


def view_files(
    files: Files,
    report: Report,
    *,
    texts: Sequence[str] = (),
    options: Mapping[str, str] | None = None,
    usual: Mapping[str, str] | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> str:
    """The page of a package as HTML; `report` is what `validate` says of the same files.

    `options` are what a person sets, `usual` what holds without; "" takes an option away.

    Raises UnreadablePackage if the descriptor cannot be read, or if a file has
    changed meanwhile; NotFound for a text or option that there is not;
    UnwritablePackage if it is more than a page holds.
    """
    for name in options or {}:
        if name not in OPTIONS:
            raise NotFound(f"the page has no option {name!r}; it has: {', '.join(OPTIONS)}")
    shown = payload(
        _content(files),
        report,
        texts=texts,
        options=options,
        usual=usual,
        threads=threads,
        progress=progress,
    )
    files.check_unchanged()
    return write_page(shown)


def file_name(files: Files) -> str:
    """What the file of a page is called unless somebody says: after the package and its version.

    Raises UnreadablePackage if the descriptor cannot be read.
    """
    package = read_package(files)
    name = "-".join(filter(None, (package.name, package.version))) or "package"
    return f"{file_names([name])[name]}.html"


def write_view(files: Files, page: str, out: str | os.PathLike[str], *, force: bool) -> None:
    """Write the page of a package to a file, whole or not at all.

    Raises UnwritablePackage if there is something at `out`, if that is a file of
    the package itself, or if the system refuses.
    """
    own = partial(own_places, files, read_package(files))
    with place_for(out, folder=False, force=force, own=own) as place, place.open("") as stream:
        stream.write(page.encode("utf-8"))


def _content(files: Files) -> Content:
    """The content of a package; with its words, if they are withheld and can be restored."""
    try:
        return open_dataset(files)
    except CannotRestore:  # which is a finding
        content = read_content(files)
        assert content is not None  # it was read a moment ago
        return content
