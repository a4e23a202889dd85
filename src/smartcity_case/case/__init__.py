"""The article: its tables, its rules, and how to load them."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from smartcity_case import storage, validation
from smartcity_case.case.release import Case
from smartcity_case.case.rules import RULES
from smartcity_case.checks.descriptor import read_descriptor
from smartcity_case.dataset import Dataset, open_dataset

if TYPE_CHECKING:
    import os

    from smartcity_case.report import Report
    from smartcity_case.validation import ExtraCheck

NAME = "smartcity-case"
"""The name of the data package whose tables the row models describe."""


@overload
def load() -> Case: ...
@overload
def load(path: str | os.PathLike[str]) -> Dataset: ...
def load(path: str | os.PathLike[str] | None = None) -> Dataset:
    """The embedded release, or the data package at a path.

    A package whose name is `smartcity-case` comes as a `Case`, with the joins
    and row models of the article; any other as a plain `Dataset`. Loading does
    not validate: `validate(path).raise_if_failed()` does.

    Raises PackageNotFound or UnreadablePackage.

    >>> load().trace("actors", "huawei").exact
    'Huawei'
    """
    root = storage.embedded_root() if path is None else storage.package_root(path)
    content = open_dataset(root)
    return (Case if content.package.name == NAME else Dataset)(content)


def validate(
    path: str | os.PathLike[str] | None = None, extra_checks: tuple[ExtraCheck, ...] = ()
) -> Report:
    """Check the data package at a path, or the embedded release.

    A package whose name is `smartcity-case` is held to the rules of its
    codebook too. Bad data is a finding in the report; an exception
    (PackageNotFound, UnreadablePackage) says that it could not be looked at.

    >>> validate().ok
    True
    """
    if path is None:
        return validation.validate(storage.embedded_root(), (*RULES, *extra_checks))
    root = storage.package_root(path)
    package, _ = read_descriptor(storage.read_descriptor_bytes(root))
    rules = RULES if package is not None and package.name == NAME else ()
    return validation.validate(root, (*rules, *extra_checks))
