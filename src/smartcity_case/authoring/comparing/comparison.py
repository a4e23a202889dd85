"""Compare two releases of a data package, row by row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from smartcity_case.authoring.comparing.changes import Diff, NewTable, Release, TableDiff
from smartcity_case.authoring.comparing.files import file_changes, hash_of, is_table, named_changes
from smartcity_case.authoring.comparing.schemas import declared, package_changes, resource_changes
from smartcity_case.authoring.comparing.tables import Edition, compare_tables
from smartcity_case.authoring.comparing.values import read_table
from smartcity_case.profile import TableSchema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.authoring.comparing.changes import Change
    from smartcity_case.authoring.comparing.values import Held
    from smartcity_case.content import Content
    from smartcity_case.profile import Package


def diff_packages(old: Content, new: Content) -> Diff:
    """What differs between two releases of a package, as far as both can be read.

    Raises UnreadablePackage if a file cannot be read to its end. What could not
    be compared is named in the diff, with the reason.

    >>> from smartcity_case.storage import embedded_root
    >>> from smartcity_case.validation import open_files, read_content
    >>> package = read_content(open_files(embedded_root()))
    >>> diff_packages(package, package).is_empty
    True
    """
    return diff_editions(Editions(old), Editions(new))


class Editions:
    """A release with its tables in memory; of a table that cannot be read the reason."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.tables: dict[str, Edition | str] = {
            resource.name: _edition(content, resource.name)
            for resource in content.package.resources
            if is_table(resource)
        }

    @property
    def held(self) -> dict[str, Held]:
        """The cells of the tables that can be read."""
        return {n: e.held for n, e in self.tables.items() if isinstance(e, Edition)}


def _edition(content: Content, name: str) -> Edition | str:
    table = content.table_files.get(name)
    if table is None:
        return "the table cannot be read; `smartcity-case validate` says why"
    held = read_table(table)
    return held if isinstance(held, str) else Edition(held, table.schema)


def diff_editions(old: Editions, new: Editions) -> Diff:
    """As `diff_packages`, of releases whose tables were read already."""
    was = {name: name for name in new.tables if name in old.tables}
    was |= dict(_renamed(old, new))
    held = {
        name: (old.held[was[name]], two)
        for name, two in new.held.items()
        if was.get(name) in old.held
    }
    one, two = old.content.package, new.content.package
    return Diff(
        old=Release(one.name, one.version),
        new=Release(two.name, two.version),
        tables=tuple(_table(name, was[name], old, new) for name in new.tables if name in was),
        added=tuple(_new_table(n, table) for n, table in new.tables.items() if n not in was),
        removed=tuple(name for name in old.tables if name not in was.values()),
        order=tuple(new.tables),
        files=(
            *file_changes(old.content, new.content),
            *named_changes(old.content, new.content, held),
        ),
        changes=tuple(_other_changes(one, two)),
    )


def _renamed(old: Editions, new: Editions) -> Iterator[tuple[str, str]]:
    """The new names of tables that are the same in all but the name, with the old ones.

    Only if there is one such pair alone, and with a row in it: empty tables are all alike.
    """
    gone = [name for name in old.held if name not in new.tables]
    come = [name for name in new.held if name not in old.tables]
    like = {two: [one for one in gone if _alike(old.tables[one], new.tables[two])] for two in come}
    for two, ones in like.items():
        if len(ones) == 1 and sum(ones[0] in others for others in like.values()) == 1:
            yield two, ones[0]


def _alike(old: Edition | str, new: Edition | str) -> bool:
    if isinstance(old, str) or isinstance(new, str) or not len(old.held):
        return False
    return declared(old.schema) == declared(new.schema) and old.identical(new)


def _table(name: str, was: str, old: Editions, new: Editions) -> TableDiff:
    before, after = old.content.package.resource(was), new.content.package.resource(name)
    assert before is not None
    assert after is not None
    base = TableDiff(
        name,
        was,
        changes=tuple(resource_changes(before, after)),
        referenced=_refers(old.content.package, was) or _refers(new.content.package, name),
    )
    one, two = old.tables[was], new.tables[name]
    if isinstance(one, Edition) and isinstance(two, Edition):
        return compare_tables(base, one, two)
    hashes = hash_of(old.content, before)[0], hash_of(new.content, after)[0]
    if hashes[0] and hashes[0] == hashes[1]:
        return base  # the same bytes, whatever they say
    which, why = ("OLD", one) if isinstance(one, str) else ("NEW", two)
    return replace(base, uncompared=f"in {which} {why}")


def _refers(package: Package, name: str) -> bool:
    """Whether keys, or spans, of a package refer to rows of a table."""
    for resource in package.resources:
        schema = resource.table_schema
        if isinstance(schema, TableSchema):
            keys = [key.target(resource.name) for key in schema.foreign_keys]
            texts = [s.reference.resource for s in schema.text_spans if s.reference.fields]
            if name in (*keys, *texts):
                return True
    return False


def _new_table(name: str, table: Edition | str) -> NewTable:
    if isinstance(table, str):
        return NewTable(name, (), (), f"in NEW {table}")
    columns = [column.to_pylist() for column in table.held.columns.values()]
    rows = tuple(zip(*columns, strict=True))
    return NewTable(name, tuple(table.held.columns), rows)


def _other_changes(old: Package, new: Package) -> Iterator[Change]:
    yield from package_changes(old, new)
    for resource in new.resources:
        before = old.resource(resource.name)
        if before is not None and not (is_table(before) or is_table(resource)):
            for change in resource_changes(before, resource):
                yield change._replace(field=resource.name)
