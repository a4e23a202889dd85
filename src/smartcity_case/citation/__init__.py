"""How a package is cited, from its descriptor: one value, and one format a file.

Each format is a pure function from a `Citation` to a text that ends with a
line end. Nothing is invented: what the descriptor does not state is left out,
or said to be unknown where a format insists.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from smartcity_case.errors import NotFound

if TYPE_CHECKING:
    from smartcity_case.citation.values import Citation
    from smartcity_case.profile import Package

FORMATS: Final = (
    *("text", "apa", "chicago", "bibtex", "biblatex", "ris", "csl-json"),
    *("cff", "datacite", "zenodo", "codemeta"),
)
"""Every format, by the name it has on the command line and, with `_`, of its module here."""

WHOLE: Final = ("cff", "datacite", "zenodo", "codemeta")
"""The formats that describe a data set as a whole, and have no place for rows of it."""


def write_citation(citation: Citation, form: str) -> str:
    r"""A citation in one of the formats.

    Raises NotFound for an unknown format, and for rows in one that has no place for them.

    >>> from smartcity_case.citation.values import Citation
    >>> write_citation(Citation(title="Toy", version="1.0.0"), "apa")
    'Toy (Version 1.0.0) [Data set]. (n.d.).\n'
    """
    if form not in FORMATS:
        raise NotFound(f"there is no format {form!r}; there are {', '.join(FORMATS)}")
    if citation.rows and form in WHOLE:
        fitting = ", ".join(name for name in FORMATS if name not in WHOLE)
        raise NotFound(f"{form} describes a data set as a whole; cite rows in {fitting}")
    name = form.replace("-", "_")
    module = import_module(f"smartcity_case.citation.{name}")
    text: str = getattr(module, f"cite_{name}")(citation)
    return text


def citation(package: Package) -> str:
    """One line to cite a package by, as in APA; what the descriptor lacks is left out.

    >>> from smartcity_case.profile import Package
    >>> citation(Package.model_validate({"title": "Toy", "version": "1.0.0",
    ...                                  "resources": [{"name": "a", "path": "a.csv"}]}))
    'Toy (Version 1.0.0) [Data set]. (n.d.).'
    """
    from smartcity_case.citation.apa import apa_dataset
    from smartcity_case.citation.described import describe

    return apa_dataset(describe(package))


def licence(package: Package) -> str:
    """The licences of a package and of its parts in words, with what each covers if it says so.

    >>> from smartcity_case.profile import Package
    >>> licence(Package.model_validate({"licenses": [{"name": "CC-BY-4.0"}], "resources": [
    ...     {"name": "t", "path": "t.txt", "licenses": [{"path": "RIGHTS.md"}]}]}))
    'CC-BY-4.0; RIGHTS.md [stated of t]'
    """
    from smartcity_case.citation.described import describe
    from smartcity_case.citation.licences import rights

    return "; ".join(rights(describe(package)))
