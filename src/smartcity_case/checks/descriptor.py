"""The descriptor: strict JSON of the right form, with safe paths."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from smartcity_case import limits
from smartcity_case.profile import DESCRIPTOR, Package
from smartcity_case.report import Finding, Location, pointer
from smartcity_case.text import not_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smartcity_case.profile import Resource
    from smartcity_case.textspans import TextSpan

M = TypeVar("M", bound=BaseModel)
_WHERE = Location(path=DESCRIPTOR)


def read_descriptor(data: bytes) -> tuple[Package | None, list[Finding]]:
    """The package that a descriptor describes, and what is wrong with its form.

    The package is None if the descriptor cannot be read as one.
    """
    package, findings = read_part(data, Package, DESCRIPTOR)
    return package, [*findings, *(() if package is None else _check_resources(package))]


def read_part(data: bytes, model: type[M], path: str) -> tuple[M | None, list[Finding]]:
    """A descriptor, or a part of one in a file of its own, and what is wrong with its form.

    The part is None if it cannot be read as one.
    """
    where = Location(path=path)
    repeating: list[_Repeating] = []
    try:
        if data.startswith(codecs.BOM_UTF8):
            raise ValueError("it begins with a byte order mark; save it without")
        text = data.decode("utf-8")
        if limit := _beyond_limits(text):
            return None, [Finding(where, *limit)]
        raw = json.loads(
            text,
            object_pairs_hook=partial(_members, repeating),
            parse_constant=_no_constants,
            parse_int=_integer,
        )
        if half := _HALF.match(text):
            raise json.JSONDecodeError("half of a surrogate pair", text, half.end())
        if repeating:
            _refuse_repeating(raw)
    except UnicodeDecodeError as error:
        return None, [Finding(where, "descriptor.json", not_utf8(error))]
    except (ValueError, RecursionError) as error:
        reason = str(error) or "it is nested too deeply"
        return None, [Finding(where, "descriptor.json", reason)]
    if (count := _files(raw)) > limits.FILES:
        message = f"{count} resources and files; {limits.FILES} are the most that is read"
        return None, [Finding(where, "limit.size", message)]
    if (count := _most(raw, "fields")) > limits.COLUMNS:
        message = f"a schema with {count} fields; {limits.COLUMNS} are the most that is read"
        return None, [Finding(where, "limit.columns", message)]
    for name in ("uniqueKeys", "foreignKeys", "textSpans"):
        if (count := _most(raw, name)) > limits.KEYS:
            message = f"a schema with {count} {name}; {limits.KEYS} are the most that is read"
            return None, [Finding(where, "limit.size", message)]
    try:
        return model.model_validate(raw), []
    except ValidationError as error:
        return None, _form_findings(error, where, raw, model)


# A JSON text up to an escape that is half of a surrogate pair.
_HALF = re.compile(r"(?:[^\\]++|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\(?!u[dD][89a-fA-F]).)*+(?=\\)")


def _resources(raw: Any) -> list[Any]:
    held = raw.get("resources") if isinstance(raw, dict) else None
    return held if isinstance(held, list) else []


def _files(raw: Any) -> int:
    """How many resources a descriptor has, and files in their lists of paths, together."""
    resources = _resources(raw)
    lists = [r["path"] for r in resources if isinstance(r, dict) and "path" in r]
    return len(resources) + sum(len(paths) for paths in lists if isinstance(paths, list))


def _most(raw: Any, name: str) -> int:
    """How many fields or keys the largest schema has, of a descriptor or of a part of one."""
    schemas = [raw, *(r.get("schema") for r in _resources(raw) if isinstance(r, dict))]
    listed = [s[name] for s in schemas if isinstance(s, dict) and name in s]
    return max((len(fields) for fields in listed if isinstance(fields, list)), default=0)


_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]|,', re.DOTALL)


def _beyond_limits(text: str) -> tuple[str, str] | None:
    """Code and message if a JSON text is nested too deeply, or has too many parts."""
    depth = deepest = count = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{,":
            depth += token[0] != ","
            count += 1
            deepest = max(deepest, depth)
            if count > limits.PARTS:
                return "limit.size", f"more than {limits.PARTS} objects, lists and values in them"
        elif token[0] in "]}":
            depth -= 1
            if depth < 0:
                break  # this is no JSON, which its reader will say
    if deepest > limits.NESTING:
        return "limit.nesting", f"{deepest} levels of nesting; {limits.NESTING} are the most"
    return None


# Names that pydantic puts into a place for the branch of a union or a validator.
_BRANCH = re.compile(r"str|int|list\[.*|dict\[.*|function-.*|TableSchema|Dialect")

_START = 1_000
"""Values of a list, if not all of a descriptor's faults can be told."""
_WORDS = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such property",
    "model_type": "it should be an object",
    "dict_type": "it should be an object",
    "list_type": "it should be a list",
    "string_type": "it should be a string",
    "int_type": "it should be an integer",
    "bool_type": "it should be true or false",
    "too_short": "it is empty",
    "string_too_short": "it is empty",
}
"""What a descriptor's author reads instead of pydantic's words, by the type of its error."""


def _form_findings(
    error: ValidationError, where: Location, raw: Any, model: type[BaseModel]
) -> list[Finding]:
    """A finding for each place of the descriptor that has the wrong form.

    If there are too many, those are told that stand at the start of lists.
    """
    faults: dict[str, list[str]] = {}
    longest = 10 * _START
    while error.error_count() > limits.FORM:
        longest //= 10
        start = f"the first {longest} values of a list"
        faults["/"] = [f"more than {limits.FORM} faults; those in {start} follow"]
        try:
            model.model_validate(_shortened(raw, longest))
        except ValidationError as fewer:
            error = fewer
        else:
            message = f"/: more than {limits.FORM} faults, none of them in {start}"
            return [Finding(where, "descriptor.invalid", message)]
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        steps = [str(step) for step in fault["loc"]]
        # A property that is not known may have the name of a branch.
        own = [steps.pop()] if fault["type"] == "extra_forbidden" else []
        steps = [step for step in steps if not _BRANCH.fullmatch(step)] + own
        words = _WORDS.get(fault["type"]) or fault["msg"].removeprefix("Value error, ")
        if longest <= _START and fault["type"] in ("descriptor", "too_short"):
            words = ""  # not told: it may be the shortening that breaks such a rule
        faults.setdefault(pointer(*steps) or "/", []).append(words)
    above = {place[:at] for place in faults for at in _slashes(place)}
    return [
        # The other branches of a union that was meant otherwise say nothing of use.
        Finding(where, "descriptor.invalid", f"{place}: {words[0]}")
        for place, words in faults.items()
        if words[0] and place not in above
    ]


def _shortened(value: Any, longest: int) -> Any:
    """A JSON value without what stands behind so many values in a list."""
    if isinstance(value, dict):
        return {name: _shortened(part, longest) for name, part in value.items()}
    if isinstance(value, list):
        return [_shortened(part, longest) for part in value[:longest]]
    return value


def _slashes(place: str) -> Iterator[int]:
    """Where the steps of a place end, but for the last."""
    return (at for at, character in enumerate(place) if character == "/" and at)


class _Repeating(dict[str, Any]):
    """An object that has a name more than once."""

    names: list[str]
    """Every such name."""


def _members(repeating: list[_Repeating], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of these members; those that repeat a name are kept, since none knows its place."""
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    counts = Counter(name for name, _ in pairs)
    repeating.append(_Repeating(members))
    repeating[-1].names = sorted(name for name, count in counts.items() if count > 1)
    return repeating[-1]


def _refuse_repeating(value: Any, *place: str | int) -> None:
    """Raise an error that names the place of the first object that has a name more than once."""
    if isinstance(value, _Repeating):
        names = ", ".join(map(repr, value.names))
        raise ValueError(f"{pointer(*place) or '/'}: it has {names} more than once")
    if isinstance(value, dict | list):
        for step, part in value.items() if isinstance(value, dict) else enumerate(value):
            _refuse_repeating(part, *place, step)


def _integer(digits: str) -> int:
    if len(digits) > 30:
        raise ValueError(f"the number {digits[:10]}… is too long ({len(digits)} digits)")
    return int(digits)


def _no_constants(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _check_resources(package: Package) -> Iterator[Finding]:
    names: set[str] = set()
    for number, resource in enumerate(package.resources):
        if resource.name in names:
            message = f"/resources/{number}/name: another resource is named {resource.name!r}"
            yield Finding(_WHERE, "descriptor.invalid", message)
        names.add(resource.name)
        if not resource.path and resource.data is None:
            message = f"/resources/{number}: {resource.name!r} has neither path nor data"
            yield Finding(_WHERE, "descriptor.invalid", message)


class SchemaPlace(NamedTuple):
    """The file that a schema stands in, and its place there as a JSON Pointer."""

    path: str
    pointer: str


def schema_places(package: Package) -> list[SchemaPlace]:
    """Where the schema of each resource stands, as the descriptor says."""
    return [
        SchemaPlace(resource.table_schema, "")
        if isinstance(resource.table_schema, str)
        else SchemaPlace(DESCRIPTOR, f"/resources/{number}/schema")
        for number, resource in enumerate(package.resources)
    ]


def check_references(package: Package, places: list[SchemaPlace]) -> Iterator[Finding]:
    """Foreign keys and spans that refer to nothing; schemas in files are in place by now."""
    named = {resource.name: resource for resource in reversed(package.resources)}
    for resource, place in zip(package.resources, places, strict=True):
        for fault in _reference_faults(named, resource):
            message = f"{place.pointer}{fault}"
            yield Finding(Location(path=place.path), "descriptor.invalid", message)


def _reference_faults(named: Mapping[str, Resource], resource: Resource) -> Iterator[str]:
    """What is wrong with the references of a resource; places begin at its schema."""
    schema = resource.table_schema
    if schema is None or isinstance(schema, str):
        return
    for index, key in enumerate(schema.foreign_keys):
        target = named.get(key.target(resource.name))
        if target is not None and isinstance(target.table_schema, str):
            continue  # a schema in a file is not read; the key is then skipped
        known = set(getattr(target and target.table_schema, "names", []))
        missing = [name for name in key.reference.fields if name not in known]
        if missing or len(key.fields) != len(key.reference.fields):
            yield (
                f"/foreignKeys/{index}: it refers to "
                f"{key.target(resource.name)!r} ({', '.join(key.reference.fields)}), "
                "which does not have these fields"
            )
    for index, span in enumerate(schema.text_spans):
        yield from _span_faults(named, span, f"/textSpans/{index}/reference")


def _span_faults(named: Mapping[str, Resource], span: TextSpan, place: str) -> Iterator[str]:
    """What is wrong with the resource that a declaration of spans refers to."""
    target = named.get(span.reference.resource)
    if target is None:
        yield f"{place}/resource: there is no resource {span.reference.resource!r}"
        return
    wanted = "text" if span.reference.fields is None else "table"
    if target.kind != wanted:
        form = "a text (mediatype text/plain)" if wanted == "text" else "a table of texts"
        yield f"{place}/resource: {target.name!r} is not {form}"
        return
    schema = target.table_schema
    if span.reference.fields is None or schema is None or isinstance(schema, str):
        return  # without a schema in place the table is not read, which the report then says
    for role, name in span.reference.fields.model_dump(exclude_none=True).items():
        if name not in schema.names:
            yield f"{place}/fields/{role}: {target.name!r} has no field {name!r}"
    key = span.reference.fields.key
    unique = [[key] == schema.primary_key, [key] in schema.unique_keys]
    unique += [f.constraints.get("unique") is True for f in schema.fields if f.name == key]
    if key in schema.names and not any(unique):
        yield (
            f"{place}/fields/key: nothing keeps two rows of {target.name!r} from having the same "
            f"{key!r}; make it the primaryKey, a unique key, or give it the constraint `unique`"
        )


_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def path_fault(path: str) -> str:
    """Why a path may not be opened, or "" if it is a plain relative one.

    >>> path_fault("data/a.csv"), path_fault("../a.csv")
    ('', 'it leads out of the package')
    """
    if not path or "\0" in path:
        return "it is empty or has a NUL character"
    if _URL.match(path):
        return "it is a URL or begins with a drive letter; nothing is fetched"
    if "\\" in path:
        return "it has a backslash"
    if path.startswith(("/", "~")):
        return "it is absolute"
    segments = path.split("/")
    if ".." in segments:
        return "it leads out of the package"
    if "" in segments or "." in segments:
        return "it has an empty part or a single dot"
    return ""
