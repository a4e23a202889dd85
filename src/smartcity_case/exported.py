"""Write a package in another format: whole or not at all, and only what was proven."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smartcity_case.dataset import open_dataset
from smartcity_case.errors import NotFound, UnwritablePackage
from smartcity_case.exporters import exporter
from smartcity_case.exporters.shared.material import Material
from smartcity_case.writing import place_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smartcity_case.exporters.format import Format
    from smartcity_case.reading import Progress
    from smartcity_case.storage import Files


@dataclass(frozen=True)
class Exported:
    """What was written: the files by their paths below `out`, and what could not be carried.

    A format of one file has the path "".
    """

    format: str
    out: str
    files: tuple[str, ...]
    notes: tuple[str, ...]


def export_files(
    files: Files,
    format: str,  # noqa: A002
    out: str | os.PathLike[str],
    options: Mapping[str, str],
    *,
    force: bool = False,
    threads: int = 1,
    progress: Progress | None = None,
) -> Exported:
    """Write a package, which must be valid, to a file or a folder.

    Raises NotFound for an unknown format or option, UnwritablePackage if there
    is something at `out`, if the system refuses, or if the package lacks what
    the format needs.
    """
    module = exporter(format)
    check_options(module.FORMAT, options)
    content = open_dataset(files)
    material = Material(content, options, threads, progress)
    if module.FORMAT.needs_texts and (absent := _absent(material)):
        raise UnwritablePackage(
            f"{format} holds the texts, and {absent!r} is withheld; --source {absent}=FILE gives it"
        )
    _refuse_own(files, out)
    with place_for(out, folder=module.FORMAT.folder, force=force) as place:
        module.export(material, place)
        files.check_unchanged()
    return Exported(format, str(out), tuple(place.written), tuple(material.notes))


def check_options(format: Format, options: Mapping[str, str]) -> None:  # noqa: A002
    """Raise NotFound for an option that the format does not have."""
    for name in options:
        if name not in format.options:
            known = ", ".join(format.options) or "none"
            raise NotFound(f"{format.name} has no option {name!r}; it has: {known}")


def _absent(material: Material) -> str:
    """The first of the texts that are withheld; "" if all are there."""
    return next((text.name for text in material.texts() if text.text is None), "")


def _refuse_own(files: Files, out: str | os.PathLike[str]) -> None:
    """Refuse to write over the package, or over one of its files."""
    place = os.path.realpath(out)
    own = {os.path.realpath(str(files.root)), *files.places()}
    if place in own:
        raise UnwritablePackage(f"{out}: this is the package itself, or one of its files")
