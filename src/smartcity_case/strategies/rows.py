"""Rows and tables that a Table Schema allows, with spans that stand in given texts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from smartcity_case.checks.spans import digest_of
from smartcity_case.profile import TableSchema
from smartcity_case.strategies.values import Values, allows, values
from smartcity_case.strategies.words import spans

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from smartcity_case.profile import ForeignKey
    from smartcity_case.textspans import TextSpan

Row = dict[str, Any]
Texts = str | Mapping[str, str | Mapping[str, str]]
"""A text for every span; or texts by resource, which may be by key in turn."""


def rows(
    schema: TableSchema | Mapping[str, Any],
    texts: Texts | None = None,
    *,
    fields: Mapping[str, Values] | None = None,
    others: Mapping[str, Sequence[Row]] | None = None,
) -> st.SearchStrategy[Row]:
    """Rows that a Table Schema allows, as dicts of JSON values; an empty cell is None.

    Types, formats, constraints, `enum` and categories hold. The words of its
    `textSpans` stand in `texts`: one text, or texts by the name of the resource
    (of a table of texts, by key in turn). `fields` has strategies for fields of
    your own choice; `others` the rows of tables that foreign keys refer to. A
    foreign key into the table itself refers to the row that has it.

    Raises ValueError if the schema needs what is not given, or allows no row.

    >>> schema = {"fields": [{"name": "start", "type": "integer"},
    ...                      {"name": "end", "type": "integer"},
    ...                      {"name": "exact", "type": "string"}],
    ...           "textSpans": [{"fields": {"start": "start", "end": "end", "exact": "exact"},
    ...                          "reference": {"resource": "note"}}]}
    >>> from hypothesis import find, settings
    >>> find(rows(schema, "zorro"), lambda row: row["exact"] == "rr",
    ...      settings=settings(database=None))
    {'start': 2, 'end': 4, 'exact': 'rr'}
    """
    return _Rows(_read(schema), texts, fields or {}, others or {}).strategy()


def tables(
    schema: TableSchema | Mapping[str, Any],
    texts: Texts | None = None,
    *,
    min_size: int = 0,
    max_size: int = 6,
    fields: Mapping[str, Values] | None = None,
    others: Mapping[str, Sequence[Row]] | None = None,
) -> st.SearchStrategy[list[Row]]:
    """Lists of rows as in `rows`, in which primary and unique keys are unique.

    A foreign key into the table itself refers to any of its rows.
    """
    read = _read(schema)
    one = _Rows(read, texts, fields or {}, others or {}).strategy()
    keys = [[name] for name in (f.name for f in read.fields if f.constraints.get("unique") is True)]
    keys += [list(key) for key in (read.primary_key, *read.unique_keys) if key]
    drawn = st.lists(one, min_size=min_size, max_size=max_size, unique_by=tuple(map(_key, keys)))
    own = [each for each in read.foreign_keys if not each.reference.resource]
    return drawn if not own else drawn.flatmap(lambda listed: _referring(listed, own, keys))


def _read(schema: TableSchema | Mapping[str, Any]) -> TableSchema:
    if isinstance(schema, TableSchema):
        return schema
    return TableSchema.model_validate_json(json.dumps(schema))


def _key(names: list[str]) -> Callable[[Row], Hashable]:
    def key(row: Row) -> Hashable:
        cells = [row[name] for name in names]
        if None in cells:
            return object()  # which is like no other
        return tuple(c if isinstance(c, str | int | float) else json.dumps(c) for c in cells)

    return key


@st.composite
def _referring(
    draw: st.DrawFn, listed: list[Row], own: list[ForeignKey], keys: list[list[str]]
) -> list[Row]:
    """The rows with their foreign keys into themselves set, unless those are keys, too."""
    made = [dict(row) for row in listed]
    for foreign in own:
        if not {name for key in keys for name in key} & set(foreign.fields):
            for row in made:
                row.update(_copied(foreign, draw(st.sampled_from(made))))
    return made


def _copied(foreign: ForeignKey, target: Row) -> Row:
    """The cells of a foreign key that refers to a row."""
    pairs = zip(foreign.fields, foreign.reference.fields, strict=True)
    return {name: target[other] for name, other in pairs}


class _Rows:
    """What is needed to draw the rows of a schema."""

    def __init__(
        self,
        schema: TableSchema,
        texts: Texts | None,
        fields: Mapping[str, Values],
        others: Mapping[str, Sequence[Row]],
    ) -> None:
        self._schema, self._texts, self._others = schema, texts, others
        set_later = {name for span in schema.text_spans for name in span.fields.names}
        set_later |= {name for foreign in schema.foreign_keys for name in foreign.fields}
        needed = schema.needed
        self._free: dict[str, Values] = {}
        for field in schema.fields:
            if field.name in set_later and field.name not in fields:
                continue
            drawn = fields[field.name] if field.name in fields else values(schema, field)
            self._free[field.name] = drawn if field.name in needed else st.none() | drawn
        self._allowed = {field.name: allows(schema, field) for field in schema.fields}
        for span in schema.text_spans:
            self._texts_of(span)
        for foreign in schema.foreign_keys:
            name = foreign.reference.resource
            if name and name not in others:
                raise ValueError(f"a foreign key refers to {name!r}: give its rows in `others`")

    def strategy(self) -> st.SearchStrategy[Row]:
        """The rows, all of which the schema allows."""
        return self._row().filter(self._holds)

    def _row(self) -> st.SearchStrategy[Row]:
        @st.composite
        def row(draw: st.DrawFn) -> Row:
            drawn: Row = {name: draw(each) for name, each in self._free.items()}
            for span in self._schema.text_spans:
                self._draw_span(draw, span, drawn)
            for foreign in self._schema.foreign_keys:
                drawn.update(self._draw_reference(draw, foreign, drawn))
            return {name: drawn.get(name) for name in self._schema.names}

        return row()

    def _holds(self, row: Row) -> bool:
        """Whether what was put into the row afterwards is allowed, too, and the row not blank."""
        needed = self._schema.needed
        if any(row[name] is None for name in needed) or all(v is None for v in row.values()):
            return False
        return all(
            row[name] is None or allowed(row[name]) for name, allowed in self._allowed.items()
        )

    def _texts_of(self, span: TextSpan) -> dict[str, str]:
        """The texts that have a span of a declaration, by key; "" if there is just one."""
        name, given = span.reference.resource, self._texts
        given = {} if given is None else given
        of_resource = given.get(name, {}) if isinstance(given, Mapping) else given
        found = {"": of_resource} if isinstance(of_resource, str) else dict(of_resource)
        if not found or (span.fields.source is None) != (set(found) == {""}):
            kind = "a text" if span.fields.source is None else "texts by their keys"
            raise ValueError(f"spans point into {name!r}: give {kind} in `texts`")
        fit = {key: text for key, text in found.items() if len(text) >= span.min_length}
        if not fit and span.required:
            raise ValueError(f"no text of {name!r} has {span.min_length} characters")
        return fit

    def _draw_span(self, draw: st.DrawFn, span: TextSpan, row: Row) -> None:
        fields, found = span.fields, self._texts_of(span)
        missing = self._schema.missing
        if not found or (not span.required and draw(st.booleans())):
            row.update((name, None) for name in fields.names if name != fields.source)
            if fields.source is not None:
                row.setdefault(fields.source, None)
            return
        given = row.get(fields.source or "")
        key = given if given in found else draw(st.sampled_from(sorted(found)))
        text = found[key]
        # Words that count as missing could not be told from an empty cell.
        absent = missing(self._schema.field(fields.exact)) if fields.exact else frozenset()
        place = draw(spans(text, span.min_length).filter(lambda p: text[slice(*p)] not in absent))
        words = text[slice(*place)]
        row.update({fields.start: place.start, fields.end: place.end})
        if fields.source is not None:
            row[fields.source] = key
        if fields.exact is not None:
            row[fields.exact] = words
        if fields.digest is not None:
            row[fields.digest] = digest_of(span.salt, words)
        if fields.prefix is not None:
            row[fields.prefix] = text[: place.start][-draw(st.integers(1, 9)) :] or None
        if fields.suffix is not None:
            row[fields.suffix] = text[place.end :][: draw(st.integers(1, 9))] or None

    def _draw_reference(self, draw: st.DrawFn, foreign: ForeignKey, row: Row) -> Row:
        """The cells of a foreign key: those of a row of the other table, or none."""
        targets = [row]
        if foreign.reference.resource:
            targets = list(self._others[foreign.reference.resource])
        if targets and (self._schema.needed & set(foreign.fields) or draw(st.booleans())):
            return _copied(foreign, draw(st.sampled_from(targets)))
        return dict.fromkeys(foreign.fields)
