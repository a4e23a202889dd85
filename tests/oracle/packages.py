"""Packages: a table in one of several shapes, sometimes a second one for its keys."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from hypothesis import strategies as st

from oracle.fields import COMMON, KINDS, MISSING, Json, Kind, fields
from oracle.files import Damage, Dialect, csv_bytes, damages, dialects, parquet_bytes

V2 = "https://datapackage.org/profiles/2.0/datapackage.json"
NAMES = ("id", "b", "näme", "with space", "x.y", "Z")
MATCHES = ("exact", "equal", "subset", "superset", "partial")
PLAIN, OTHER = ("csv",) * 5, ("dialect", "dialect", "parts", "rows", "objects")
SHAPES = PLAIN + OTHER + (("parquet",) if find_spec("pyarrow") else ())


@dataclass(frozen=True)
class Example:
    """A package to validate, and what the explanations need to know of it."""

    descriptor: Json
    files: dict[str, bytes]
    shape: str
    dialect: Dialect = field(default_factory=Dialect)
    damage: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    """The cells of the table as they were meant; files are read anew where damaged."""

    parts: tuple[int, ...] = ()
    """How many records stand in each file of a path list."""

    def resource(self, name: str) -> Json:
        found: Json = next(r for r in self.descriptor["resources"] if r["name"] == name)
        return found

    def schema(self, name: str) -> Json:
        found: Json = self.resource(name)["schema"]
        return found

    def __repr__(self) -> str:
        """Everything needed to repeat it by hand."""
        text = json.dumps(self.descriptor, ensure_ascii=False)
        files = {k: v for k, v in self.files.items() if not k.endswith(".parquet")}
        hidden = len(files) < len(self.files)
        cells = f"\nheader: {self.header}\nrows: {self.rows}" if hidden else ""
        return f"{self.shape} {self.damage}\ndescriptor: {text}\nfiles: {files}{cells}"


def for_frictionless(example: Example) -> Json:
    """The descriptor as frictionless is asked about it.

    The same, but: the dialect and the encoding are pinned, so that nothing is
    sniffed; `nullSequence`, which frictionless accepts and ignores, is said as
    a missing value; `fieldsMatch` in a list, which it refuses, as a string.
    """
    descriptor = copy.deepcopy(example.descriptor)
    for resource in descriptor["resources"]:
        schema = resource["schema"]
        if isinstance(schema.get("fieldsMatch"), list):
            schema["fieldsMatch"] = schema["fieldsMatch"][0]
        if "path" in resource and example.shape != "parquet":
            first = resource["name"] == "t"
            resource["encoding"] = "utf-8"
            resource["dialect"] = (example.dialect if first else Dialect()).pinned()
        if example.dialect.null is not None and resource["name"] == "t":
            for part in (schema, *schema["fields"]):
                if part is schema or "missingValues" in part:
                    listed = part.get("missingValues", [""])
                    labelled = any(isinstance(value, dict) for value in listed)
                    null = example.dialect.null
                    more = {"value": null} if labelled else null
                    known = [v["value"] if isinstance(v, dict) else v for v in listed]
                    part["missingValues"] = listed if null in known else [*listed, more]
    return descriptor


@st.composite
def examples(draw: st.DrawFn, shapes: tuple[str, ...] = SHAPES) -> Example:
    """A package with a table `t`, valid or not, and perhaps a table `u` it refers to."""
    shape = draw(st.sampled_from(shapes))
    kinds = draw(st.lists(st.sampled_from(KINDS + COMMON), min_size=1, max_size=4))
    names = list(draw(st.permutations(NAMES)))[: len(kinds)]
    if twin := len(kinds) > 1 and draw(st.integers(0, 3)) == 0:
        kinds[1] = kinds[0]  # so that a key of the one can refer to the other
    schema: Json = {"fields": [draw(fields(n, k)) for n, k in zip(names, kinds, strict=True)]}
    if draw(st.integers(0, 4)) == 0:
        schema["missingValues"] = draw(st.sampled_from(MISSING))
    pools = [draw(st.lists(kind.cells, min_size=1, max_size=5)) for kind in kinds]
    if twin:
        pools[1] = [*pools[0], pools[1][0], ""]
    draw(_keys(schema, names, kinds, twin))
    count = draw(st.integers(0, 6))
    rows = [[draw(st.sampled_from(pool)) for pool in pools] for _ in range(count)]
    resources: list[Json] = [{"name": "t", "schema": schema}]
    files = {}
    if draw(st.integers(0, 5)) == 0:
        other, data = draw(_target(schema, names[0], kinds[0], pools[0]))
        resources.append(other)
        files["u.csv"] = data
    header, rows = draw(_header(schema, names, rows, shape))
    descriptor = {"$schema": V2, "name": "p", "resources": resources}
    return draw(_shaped(shape, descriptor, files, header, rows, kinds))


@st.composite
def _keys(draw: st.DrawFn, schema: Json, names: list[str], kinds: list[Kind], twin: bool) -> None:
    usable = [n for n, k in zip(names, kinds, strict=True) if k.hashable]
    if not usable:
        return
    some = st.lists(st.sampled_from(usable), min_size=1, max_size=2, unique=True)
    if draw(st.integers(0, 3)) == 0:
        key = draw(some)
        schema["primaryKey"] = key[0] if len(key) == 1 and draw(st.booleans()) else key
    if draw(st.integers(0, 5)) == 0:
        schema["uniqueKeys"] = [draw(some)]
    if draw(st.integers(0, 5)) == 0:
        one = draw(st.sampled_from(usable))
        where = next(f for f in schema["fields"] if f["name"] == one)
        where.setdefault("constraints", {})["unique"] = True
    if twin and kinds[0].hashable:
        mine, theirs = [names[1]], [names[0]]
        if len(usable) > 2 and draw(st.booleans()):
            mine, theirs = [*mine, usable[2]], [*theirs, usable[2]]
        reference: Json = {"fields": theirs}
        if draw(st.booleans()):
            reference["resource"] = draw(st.sampled_from(("", "t")))
        schema["foreignKeys"] = [{"fields": mine, "reference": reference}]


@st.composite
def _target(
    draw: st.DrawFn, schema: Json, name: str, kind: Kind, pool: list[str]
) -> tuple[Json, bytes]:
    """A table `u` that holds some of the values of a field of `t`, and the key to it."""
    target = {"name": "key", "type": kind.type, **kind.properties}
    cells = draw(st.lists(st.sampled_from(pool), max_size=4))
    if kind.hashable:
        schema.setdefault("foreignKeys", []).append(
            {"fields": [name], "reference": {"resource": "u", "fields": ["key"]}}
        )
    fields_ = [target, {"name": "note", "type": "string"}]
    data = csv_bytes([["key", "note"], *([cell, "n"] for cell in cells)], Dialect())
    return {"name": "u", "path": "u.csv", "schema": {"fields": fields_}}, data


@st.composite
def _header(
    draw: st.DrawFn, schema: Json, names: list[str], rows: list[list[str]], shape: str
) -> tuple[list[str], list[list[str]]]:
    """The labels of the columns: as the schema has them, or otherwise."""
    if draw(st.integers(0, 4)) == 0:
        match = draw(st.sampled_from(MATCHES))
        schema["fieldsMatch"] = [match] if draw(st.booleans()) else match
    odd = 3 if "fieldsMatch" in schema else 15
    if shape == "objects" or draw(st.integers(0, odd)) > 0:
        return list(names), rows
    change = draw(st.sampled_from(("order", "drop", "add", "twice", "case", "pad", "blank")))
    if change == "order":
        order = draw(st.permutations(range(len(names))))
        return [names[i] for i in order], [[row[i] for i in order] for row in rows]
    if change == "drop":
        at = draw(st.integers(0, len(names) - 1))
        return names[:at] + names[at + 1 :], [row[:at] + row[at + 1 :] for row in rows]
    if change == "add":
        at = draw(st.integers(0, len(names)))
        return [*names[:at], "extra", *names[at:]], [[*r[:at], "e", *r[at:]] for r in rows]
    new = {
        "twice": names[-1],
        "case": names[0].swapcase(),
        "pad": f" {names[0]} ",
        "blank": "",
    }[change]
    return [new, *names[1:]], rows


@st.composite
def _shaped(
    draw: st.DrawFn,
    shape: str,
    descriptor: Json,
    files: dict[str, bytes],
    header: list[str],
    rows: list[list[str]],
    kinds: list[Kind],
) -> Example:
    resource = descriptor["resources"][0]
    given: Json = {"header": tuple(header), "rows": tuple(map(tuple, rows))}
    if shape == "parquet":
        typed = len(kinds) == len(header) and draw(st.booleans())
        files["t.parquet"] = parquet_bytes(header, rows, resource["schema"]["fields"], typed)
        resource["path"] = "t.parquet"
        given["rows"] = tuple(tuple(cell or None for cell in row) for row in rows)
        return Example(descriptor, files, shape, **given)
    if shape == "objects" and not rows:
        shape = "rows"  # frictionless takes no empty list
    if shape in ("rows", "objects"):
        values = [[draw(_native(c, k)) for c, k in zip(r, _padded(kinds, r), strict=True)]
                  for r in rows]  # fmt: skip
        resource["data"] = (
            [header, *values]
            if shape == "rows"
            else [dict(zip(header, row, strict=True)) for row in values]
        )
        return Example(descriptor, files, shape, header=tuple(header),
                       rows=tuple(map(tuple, values)))  # fmt: skip
    if shape == "parts":
        cut = draw(st.integers(0, len(rows)))
        files["t1.csv"] = csv_bytes([header, *rows[:cut]], Dialect())
        files["t2.csv"] = csv_bytes([header, *rows[cut:]], Dialect())
        resource["path"] = ["t1.csv", "t2.csv"]
        return Example(descriptor, files, shape, parts=(cut, len(rows) - cut), **given)
    dialect = draw(dialects()) if shape == "dialect" else Dialect()
    if dialect.declared:
        resource["dialect"] = dialect.declared
    damage: Damage = draw(damages())
    resource["path"] = "t.csv"
    files["t.csv"] = damage.apply(csv_bytes([header, *rows], dialect, damage.lines))
    _state(draw, resource, files["t.csv"])
    return Example(descriptor, files, shape, dialect, damage.name, **given)


def _padded(kinds: list[Kind], row: list[str]) -> list[Kind]:
    return (kinds + [KINDS[0]] * len(row))[: len(row)]


@st.composite
def _native(draw: st.DrawFn, cell: str, kind: Kind) -> Any:
    """A cell as JSON has it: often not a string."""
    if cell == "" and draw(st.booleans()):
        return None
    if draw(st.booleans()):
        return cell
    try:
        value = json.loads(cell) if kind.type in ("object", "array") else kind.native(cell)
        json.dumps(value, allow_nan=False)
    except ValueError:
        return cell
    return cell if isinstance(value, int) and abs(value) > 10**25 else value


def _state(draw: st.DrawFn, resource: Json, data: bytes) -> None:
    if draw(st.integers(0, 11)) == 0:
        name = draw(st.sampled_from(("md5", "sha1", "sha256", "sha512")))
        stated = data if draw(st.booleans()) else data + b"?"
        digest = hashlib.new(name, stated).hexdigest()
        digest = digest.upper() if draw(st.integers(0, 3)) == 0 else digest
        resource["hash"] = digest if name == "md5" and draw(st.booleans()) else f"{name}:{digest}"
    if draw(st.integers(0, 11)) == 0:
        resource["bytes"] = len(data) + draw(st.integers(0, 1))
