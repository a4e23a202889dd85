"""The descriptor: strict JSON of the right form, with safe paths."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from smartcity_case.profile import DESCRIPTOR, Package
from smartcity_case.report import Finding, Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smartcity_case.profile import Resource, TextSpan

_WHERE = Location(path=DESCRIPTOR)


def read_descriptor(data: bytes) -> tuple[Package | None, list[Finding]]:
    """The package that a descriptor describes, and what is wrong with it.

    The package is None if the descriptor cannot be read as one.
    """
    try:
        raw = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constants,
            parse_int=_integer,
        )
        json.dumps(raw, ensure_ascii=False).encode("utf-8")  # no half of a surrogate pair
    except (ValueError, RecursionError) as error:
        reason = str(error) or "it is nested too deeply"
        return None, [Finding(_WHERE, "descriptor.json", reason)]
    try:
        package = Package.model_validate(raw)
    except ValidationError as error:
        return None, _form_findings(error)
    return package, list(_check_resources(package))


# Names that pydantic puts into a place for the branch of a union or a validator.
_BRANCH = re.compile(r"str|int|list\[.*|dict\[.*|function-.*|TableSchema")


def _form_findings(error: ValidationError) -> list[Finding]:
    """A finding for each place of the descriptor that has the wrong form."""
    faults: dict[str, list[str]] = {}
    for fault in error.errors():
        steps = [str(step) for step in fault["loc"] if not _BRANCH.fullmatch(str(step))]
        words = fault["msg"].removeprefix("Value error, ")
        faults.setdefault("/" + "/".join(steps), []).append(words)
    return [
        # The other branches of a union that was meant otherwise say nothing of use.
        Finding(_WHERE, "descriptor.invalid", f"{place}: {words[0]}")
        for place, words in faults.items()
        if not any(other.startswith(place + "/") for other in faults)
    ]


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    counts = Counter(name for name, _ in pairs)
    twice = sorted(name for name, count in counts.items() if count > 1)
    if twice:
        raise ValueError(f"an object has {', '.join(map(repr, twice))} more than once")
    return dict(pairs)


def _integer(digits: str) -> int:
    if len(digits) > 30:
        raise ValueError(f"the number {digits[:10]}… is too long ({len(digits)} digits)")
    return int(digits)


def _no_constants(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _check_resources(package: Package) -> Iterator[Finding]:
    names = [resource.name for resource in package.resources]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding(_WHERE, "descriptor.invalid", f"two resources are named {name!r}")
    for resource in package.resources:
        if not resource.path and resource.data is None:
            message = f"resource {resource.name!r} has neither path nor data"
            yield Finding(_WHERE, "descriptor.invalid", message)
        yield from _check_references(package, resource)


def _check_references(package: Package, resource: Resource) -> Iterator[Finding]:
    schema = resource.table_schema
    if schema is None or isinstance(schema, str):
        return
    for key in schema.foreign_keys:
        target = package.resource(key.reference.resource or resource.name)
        if target is not None and isinstance(target.table_schema, str):
            continue  # a schema in a file is not read; the key is then skipped
        known = getattr(target and target.table_schema, "names", [])
        missing = [name for name in key.reference.fields if name not in known]
        if missing or len(key.fields) != len(key.reference.fields):
            message = (
                f"a foreign key of {resource.name!r} refers to "
                f"{key.reference.resource or resource.name!r} ({', '.join(key.reference.fields)}), "
                "which does not have these fields"
            )
            yield Finding(_WHERE, "descriptor.invalid", message)
    for span in schema.text_spans:
        if message := _span_fault(package, span):
            yield Finding(
                _WHERE, "descriptor.invalid", f"textSpans of {resource.name!r}: {message}"
            )


def _span_fault(package: Package, span: TextSpan) -> str:
    target = package.resource(span.reference.resource)
    if target is None:
        return f"there is no resource {span.reference.resource!r}"
    if span.fields.source is None and target.kind != "text":
        return f"{target.name!r} is not a text (mediatype text/plain)"
    if (span.fields.source is None) != (span.reference.fields is None):
        return "`fields.source` and `reference.fields` go together"
    return ""


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
