"""How a package is cited, from its descriptor."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartcity_case.profile import Package


def citation(package: Package) -> str:
    """One line to cite a package by; what the descriptor lacks is left out.

    >>> from smartcity_case.profile import Package
    >>> citation(Package.model_validate({"title": "Toy", "version": "1.0.0",
    ...                                  "resources": [{"name": "a", "path": "a.csv"}]}))
    'Toy. Version 1.0.0 [Data set].'
    """
    creators = ", ".join(who.title for who in package.contributors if "creator" in who.roles)
    year = f" ({package.created[:4]})" if package.created else ""
    version = f". Version {package.version}" if package.version else ""
    head = f"{creators}{year}. " if creators else ""
    return f"{head}{package.title or package.name}{version} [Data set]."


def licence(package: Package) -> str:
    """The licences of a package by name, with what each covers if it says so."""
    return "; ".join(lic.title or lic.name for lic in package.licenses)
