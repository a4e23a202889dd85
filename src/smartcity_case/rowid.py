"""The name of a row that can stand in a paper: `NAME@VERSION#TABLE/KEY`, maybe with `:COLUMN`.

::

    reference = [ [NAME] [ "@" VERSION ] "#" ] TABLE "/" KEY *( "/" KEY ) [ ":" COLUMN ]

Each part is written as it is, but for `/ # : % @`, white space, control
characters and invisible ones: these are percent-encoded as UTF-8, so that a
reference is one word, and says one thing only. A key of several columns has a
part for each, in the order of the primary key. COLUMN names one of several
spans of a row: by its column of words, or else by its column `start`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from smartcity_case.errors import NotFound

# Half a surrogate pair can come out of JSON. The invisible are lost when a reference is copied.
_ENCODED = re.compile(
    r"[/#:%@\s\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ud800-\udfff]"
)
_BYTES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class RowReference:
    """Which row of which release is meant, and maybe which of its spans.

    `key` has a part for each column of the primary key. A reference without
    name and version is the short form, for a package that is known otherwise.

    >>> str(RowReference("birds", "1.0.0", "seen", ("a1",)))
    'birds@1.0.0#seen/a1'
    >>> RowReference.parse("birds@1.0.0#seen/Elbe%20%2F%20Havel/3:said").key
    ('Elbe / Havel', '3')
    >>> RowReference.parse("seen/a1").short
    'seen/a1'
    """

    name: str
    version: str
    table: str
    key: tuple[str, ...]
    column: str = ""

    def __post_init__(self) -> None:
        if not self.key or isinstance(self.key, str):
            raise TypeError("a key is a tuple with a part for each column of the primary key")

    def __str__(self) -> str:
        """The whole reference; the short form if there is neither name nor version."""
        version = f"@{_encoded(self.version)}" if self.version else ""
        head = _encoded(self.name) + version
        return f"{head}#{self.short}" if head else self.short

    @property
    def short(self) -> str:
        """The reference within the package: `TABLE/KEY` or `TABLE/KEY:COLUMN`."""
        path = "/".join(map(_encoded, (self.table, *self.key)))
        return f"{path}:{_encoded(self.column)}" if self.column else path

    @classmethod
    def parse(cls, text: str) -> RowReference:
        """The reference that a string is; NotFound, with what to write, if it is none."""
        head, mark, path = text.rpartition("#")
        name, at, version = head.partition("@")
        path, colon, column = path.partition(":")
        table, *key = path.split("/")
        if not table or not key:
            raise NotFound(f"{text!r} names no row: write TABLE/KEY, or NAME@VERSION#TABLE/KEY")
        parts = (name, version, column)
        empty = (at and not version) or (colon and not column) or (mark and not head)
        if empty or any(char in part for part in parts for char in "/#:@"):
            raise NotFound(
                f"{text!r} cannot be read as NAME@VERSION#TABLE/KEY:COLUMN; in a name or key write "
                "/ as %2F, # as %23, : as %3A, @ as %40 and % as %25"
            )
        name, version, table, column, *key = (
            _decoded(part, text) for part in (name, version, table, column, *key)
        )
        return cls(name, version, table, tuple(key), column)

    def hold_to(self, name: str, version: str) -> None:
        """Raise NotFound unless this is a row of the release of a name and a version.

        What the reference does not say, nothing is held to.
        """
        for said, there in ((self.name, name), (self.version, version)):
            if said and said != there:
                asked = " ".join(filter(None, (self.name, self.version)))
                held = " ".join(filter(None, (name, version))) or "a package without a name"
                raise NotFound(
                    f"{self} is a row of {asked}, but this is {held}; give the release that is "
                    f"meant (--package PATH), or ask this one for {self.short}"
                )


def _encoded(part: str) -> str:
    return _ENCODED.sub(_percent, part)


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


def _decoded(part: str, text: str) -> str:
    if "%" not in part:
        return part
    try:
        plain = _BYTES.sub(_character, part)
    except UnicodeDecodeError:
        raise NotFound(f"{text!r}: what is percent-encoded in {part!r} is not UTF-8") from None
    if "%" in _BYTES.sub("", part):
        raise NotFound(f"{text!r}: in {part!r} a % stands alone; write it as %25")
    return plain


def _character(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "surrogatepass")
