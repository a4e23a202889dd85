"""What an exporter is: what it says of its format, and what it is given to write to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from smartcity_case.exporters.shared.material import Material


@dataclass(frozen=True)
class Format:
    """What a person is told of a format before anything is written in it.

    `example` is what OUT is called where it is shown; it ends in `/` if a
    folder is written. `writes` says what comes out, `loses` what of a package
    has no place in the format, `opened` is Python with which someone of that
    world opens the example (`TABLE` stands for the name of a table), `read_by` the
    foreign programs that read it back in our tests. `options` are what may be
    set, with what each means; without the texts of a package, one that
    `needs_texts` is not written.
    """

    name: str
    title: str
    example: str
    writes: str
    loses: tuple[str, ...]
    opened: str
    read_by: str
    options: Mapping[str, str] = field(default_factory=dict)
    needs_texts: bool = False

    @property
    def folder(self) -> bool:
        """Whether a folder is written, and not a file."""
        return self.example.endswith("/")


class Place(Protocol):
    """Where an exporter writes; "" is the one file of a format that has just one."""

    def at(self, path: str = "") -> str:
        """Where a library is to write a file, given by its relative path."""

    def open(self, path: str = "") -> AbstractContextManager[BinaryIO]:
        """A file to be written, given by its relative path."""


class Exporter(Protocol):
    """A module that writes a format."""

    FORMAT: Format

    def export(self, material: Material, place: Place) -> None:
        """Write a package; what cannot be carried is told to `material.note`."""
