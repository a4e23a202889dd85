"""What a package holds, for those who look at more than findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from smartcity_case.checks.descriptor import path_fault, read_descriptor
from smartcity_case.errors import UnreadablePackage
from smartcity_case.profile import DESCRIPTOR
from smartcity_case.storage import RefusedPath, read_descriptor_bytes

if TYPE_CHECKING:
    from smartcity_case.profile import Package
    from smartcity_case.reading import TableFile
    from smartcity_case.storage import Files
    from smartcity_case.table import Table
    from smartcity_case.textspans import TextSpan

T = TypeVar("T")


def read_package(files: Files) -> Package:
    """The descriptor of a package; UnreadablePackage, with what is first wrong, if it is none."""
    package, findings = read_descriptor(read_descriptor_bytes(files))
    if package is None:
        raise UnreadablePackage(f"{DESCRIPTOR}: {findings[0].message}")
    return package


class Lazy(Mapping[str, T]):
    """Values that are made when they are first asked for; those that cannot be are absent."""

    def __init__(self, makers: Mapping[str, Callable[[], T | None]]) -> None:
        self._makers = makers
        self._made: dict[str, T | None] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        value = self._made[name]
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._makers if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass
class Content:
    """What a package holds, as far as it can be read; it is read when it is asked for."""

    package: Package
    files: Files
    table_files: Mapping[str, TableFile] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    memo: dict[Any, Any] = field(default_factory=dict)
    """What several extra checks derive from it, for them to keep."""

    def source(self, declaration: TextSpan, key: str = "") -> str | None:
        """The text that a declaration's row refers to, or None if it cannot be read."""
        target = declaration.reference.fields
        if target is None:
            return self.texts.get(declaration.reference.resource)
        table = self.tables.get(declaration.reference.resource)
        columns = table.columns if table is not None else {}
        if target.key not in columns or key not in columns[target.key]:
            return None
        row = columns[target.key].index(key)
        if target.text is not None:
            return columns[target.text][row]
        return self.file_text(columns[target.path or ""][row])

    def file_bytes(self, path: str) -> bytes | None:
        """The bytes of a file that is named somewhere, or None if it is not there."""
        try:
            return None if path_fault(path) else self.files.read(path)
        except RefusedPath:
            return None

    def file_text(self, path: str) -> str | None:
        """The text in a file that a table names, or None if it cannot be read."""
        try:
            return None if (data := self.file_bytes(path)) is None else data.decode("utf-8")
        except UnicodeDecodeError:
            return None
