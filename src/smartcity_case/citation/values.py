"""What a citation is made of: frozen values that say no more than the descriptor does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from smartcity_case.citation.licence_names import fits, is_called
from smartcity_case.citation.words import is_url, one_line

if TYPE_CHECKING:
    from smartcity_case.rowid import RowReference


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date at the precision known; a month or day of 0 is not known.

    >>> PartialDate(2018, 12).iso, PartialDate(2018).parts
    ('2018-12', (2018,))
    """

    year: int
    month: int = 0
    day: int = 0

    @property
    def parts(self) -> tuple[int, ...]:
        """The numbers that are known."""
        return tuple(part for part in (self.year, self.month, self.day) if part)

    @property
    def iso(self) -> str:
        """As in ISO 8601: YYYY, YYYY-MM or YYYY-MM-DD."""
        year, *rest = self.parts
        return "-".join([f"{year:04}", *(f"{part:02}" for part in rest)])


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody who is named: a person in two parts, or a name that stays whole.

    `whole` is the name of an organisation, or one of which the descriptor does
    not say how it falls into parts: it is never taken apart.

    >>> Name(family="Øster", given="Ida Marie").display, Name(whole="Lab & Co").display
    ('Ida Marie Øster', 'Lab & Co')
    """

    whole: str = ""
    family: str = ""
    given: str = ""
    affiliation: str = ""
    is_organisation: bool = False

    @property
    def display(self) -> str:
        """The name as one reads it."""
        return self.whole or " ".join(filter(None, (self.given, self.family)))

    @property
    def inverted(self) -> str:
        """The name as lists sort it: family name, comma, given names."""
        return self.whole or ", ".join(filter(None, (self.family, self.given)))


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody with the roles that the descriptor gives."""

    name: Name
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as it is stated; `path` is an address or a file of the package.

    `spdx` is its name if it is a known one. `of` are the resources that state it; there are none
    if the package itself does. One that says nothing is there all the same: something was stated.
    """

    name: str = ""
    title: str = ""
    path: str = ""
    spdx: str = ""
    of: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Its address on the web, if it has one."""
        return self.path if is_url(self.path) else ""

    @property
    def says(self) -> str:
        """What it says, in words: what it covers stands in its title, if anywhere."""
        return self.title or self.name or self.path

    @property
    def is_bare(self) -> bool:
        """Whether it is a name or an address alone, without words that may narrow it."""
        if self.spdx:
            return is_called(self.spdx, self.title) and fits(self.spdx, self.url)
        return bool(self.name or self.url) and self.title in ("", self.name)

    @property
    def called(self) -> str:
        """What it is known by, if only among the licences of one package."""
        return self.spdx or self.name or self.title or self.path

    def includes(self, other: Licence) -> bool:
        """Whether another statement is the same licence, and says no less than this one.

        Words that may narrow it are told once; a name that stands alone does not cover them.
        """
        if self.called != other.called:
            return False
        both_bare = bool(self.spdx) and self.is_bare and other.is_bare
        stated = (self.name, self.title, self.path) == (other.name, other.title, other.path)
        return both_bare or stated or not self.is_bare


SourceKind = Literal["newspaper-article", "web-page", "document"]


@dataclass(frozen=True, slots=True)
class SourceWork:
    """A work that the data rest on; `note` says what of it is not certain."""

    title: str
    kind: SourceKind = "document"
    authors: tuple[Name, ...] = ()
    publication: str = ""
    date: PartialDate | None = None
    url: str = ""
    language: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CitedSpan:
    """One span of a cited row; `words` is None where they are withheld."""

    column: str
    source: str
    start: int
    end: int
    words: str | None = None


@dataclass(frozen=True, slots=True)
class CitedRow:
    """A row that is cited, with its spans."""

    reference: RowReference
    spans: tuple[CitedSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A data set as it is cited, and the works that it rests on.

    Whatever the descriptor does not state is empty, or None. `titles` are the
    translations of the title, by language. `date` is the day of the making, `published` that of
    the publication; `unread` are dates that cannot be read, by their names. `licences` are those
    of the package and of its parts; `is_covered` says that nothing is without one.

    >>> Citation(name="birds", title="Birds of the river").label
    'Birds of the river'
    """

    name: str = ""
    title: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    description: str = ""
    descriptions: tuple[tuple[str, str], ...] = ()
    language: str = ""
    version: str = ""
    date: PartialDate | None = None
    published: PartialDate | None = None
    unread: tuple[tuple[str, str], ...] = ()
    creators: tuple[Name, ...] = ()
    publisher: Name | None = None
    contributors: tuple[Contributor, ...] = ()
    keywords: tuple[str, ...] = ()
    licences: tuple[Licence, ...] = ()
    is_covered: bool = False
    doi: str = ""
    homepage: str = ""
    sources: tuple[SourceWork, ...] = ()
    rows: tuple[CitedRow, ...] = ()

    @property
    def label(self) -> str:
        """The title; without one the name; without either, words that say so."""
        named = (text for text in (self.title, self.name) if one_line(text.strip()))
        return next(named, "[data package without a title]")

    @property
    def issued(self) -> PartialDate | None:
        """The date that it is cited with: of its publication, else of its making."""
        return self.published or self.date

    @property
    def licence(self) -> Licence | None:
        """The one licence that everything is under, if there is one.

        Every format and every exporter goes by this. There is none if a part states another
        one, or one that cannot be read, or if words stand with it that may narrow it.
        """
        is_one = self.is_covered and len(self.licences) == 1
        return self.licences[0] if is_one and self.licences[0].is_bare else None

    @property
    def url(self) -> str:
        """Where it is found: by its DOI, else its home page."""
        return f"https://doi.org/{self.doi}" if self.doi else self.homepage

    @property
    def publisher_beside(self) -> str:
        """The publisher, unless it is who made the data, so that nobody is named twice."""
        published = self.publisher.display if self.publisher else ""
        return "" if [published] == [who.display for who in self.creators] else published

    @property
    def release(self) -> str:
        """Name and version, as in the references to its rows."""
        return "@".join(filter(None, (self.name, self.version)))

    @property
    def gaps(self) -> tuple[str, ...]:
        """What citations want and the descriptor does not state, by the names it would have."""
        wanted = {
            "title": self.title,
            "version": self.version,
            "created": self.issued or self.unread,
            "contributors (one with the role creator)": self.creators,
        }
        return tuple(name for name, value in wanted.items() if not value)
