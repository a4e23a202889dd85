"""Write a package in another format: whole or not at all, and only what was proven."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from smartcity_case.authoring.withheld.restoring import is_withheld
from smartcity_case.checks.descriptor import path_fault
from smartcity_case.dataset import open_dataset
from smartcity_case.errors import NotFound, UnwritablePackage
from smartcity_case.exporters import exporter
from smartcity_case.exporters.shared.material import Material
from smartcity_case.exporters.shared.provenance import all_rights
from smartcity_case.writing import place_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smartcity_case.exporters.format import Format
    from smartcity_case.profile import Package
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
    withheld = _withheld(material)
    if module.FORMAT.needs_texts and withheld:
        absent = withheld[0]
        raise UnwritablePackage(
            f"{format} holds the texts, and {absent!r} is withheld; --source {absent}=FILE gives it"
        )
    if os.path.realpath(out) == os.path.realpath(str(files.root)):
        raise UnwritablePackage(f"{out}: this is the package itself; give another OUT")
    for absent in withheld:
        material.note(f"{absent}: the text is withheld, and so are the words of its rows")
    own = partial(own_places, files, material.package)
    with place_for(out, folder=module.FORMAT.folder, force=force, own=own) as place:
        module.export(material, place)
        files.check_unchanged()
    return Exported(format, str(out), tuple(place.written), tuple(material.notes))


def check_options(format: Format, options: Mapping[str, str]) -> None:  # noqa: A002
    """Raise NotFound for an option that the format does not have."""
    for name in options:
        if name not in format.options:
            known = ", ".join(format.options) or "none"
            raise NotFound(f"{format.name} has no option {name!r}; it has: {known}")


def _withheld(material: Material) -> list[str]:
    """The resources whose texts are withheld, each once."""
    if not is_withheld(material.package):
        return []
    return list(dict.fromkeys(text.resource for text in material.texts() if text.text is None))


def own_places(files: Files, package: Package) -> set[str]:
    """The real paths of a package's files: those that were read, and those of licences."""
    licences = (right.file for right in all_rights(package))
    named = [path for path in licences if not path_fault(path)]
    return files.places() | files.places_of(named)
