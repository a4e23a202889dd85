"""Which texts and other files differ between two releases, by their hashes."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from smartcity_case.authoring.comparing.changes import FileChange
from smartcity_case.checks.descriptor import path_fault
from smartcity_case.checks.sources import algorithm_of, digest
from smartcity_case.errors import SmartcityCaseError, UnreadablePackage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from smartcity_case.authoring.comparing.values import Held
    from smartcity_case.content import Content
    from smartcity_case.profile import Package, Resource
    from smartcity_case.textspans import TextSpanTarget


def hash_of(content: Content, resource: Resource) -> tuple[str, str]:
    """The hash of what a resource holds, and why there is none."""
    if resource.data is not None:
        text = json.dumps(resource.data, ensure_ascii=False, sort_keys=True)
        return digest(text.encode()), ""
    made, why = hash_of_files(content, resource.paths)
    if not made and resource.left_out and algorithm_of(resource.hash) == "sha256":
        return resource.hash.lower(), ""  # of a withheld text it is all there is
    return made, why


def hash_of_files(content: Content, paths: Sequence[str]) -> tuple[str, str]:
    """The hash of some files, one after the other, and why there is none."""
    if not paths:
        return "", "it has neither a path nor data"
    made = hashlib.sha256()
    for path in paths:
        if fault := path_fault(path):
            return "", f"{path!r}: {fault}"
        try:
            for chunk in content.files.chunks(path):
                made.update(chunk)
        except UnreadablePackage:
            raise
        except SmartcityCaseError as refused:
            return "", str(refused)
    return f"sha256:{made.hexdigest()}", ""


def is_table(resource: Resource) -> bool:
    """Whether a resource is meant to have rows; inline data that is no list has none."""
    return resource.kind == "table" and (resource.data is None or isinstance(resource.data, list))


def file_changes(old: Content, new: Content) -> Iterator[FileChange]:
    """The resources that are no tables, as far as they differ."""
    before, after = ({r.name: r for r in c.package.resources} for c in (old, new))
    gone: list[FileChange] = []
    come: list[FileChange] = []
    for name, resource in before.items():
        if is_table(resource):
            continue
        text = resource.kind == "text"
        one, why = hash_of(old, resource)
        if name in after and not is_table(after[name]):
            two, why_not = hash_of(new, after[name])
            if one != two or not one:
                reason = (why and f"in OLD {why}") or (why_not and f"in NEW {why_not}")
                yield FileChange(name, "changed", name, "", one, two, text, reason)
        else:
            gone.append(FileChange(name, "removed", name, "", one, "", text))
    for name, resource in after.items():
        if not is_table(resource) and (name not in before or is_table(before[name])):
            hashed, _ = hash_of(new, resource)
            text = resource.kind == "text"
            come.append(FileChange(name, "added", "", "", "", hashed, text))
    yield from _with_renames(gone, come)


def _with_renames(gone: list[FileChange], come: list[FileChange]) -> Iterator[FileChange]:
    """Removed and added files; one and one of the same bytes are a renamed file."""
    for one in list(gone):
        same = [two for two in come if one.old_hash and two.new_hash == one.old_hash]
        if len(same) == 1 and sum(other.old_hash == one.old_hash for other in gone) == 1:
            gone.remove(one)
            come.remove(same[0])
            yield same[0]._replace(effect="renamed", was=one.name, old_hash=one.old_hash)
    yield from gone
    yield from come


def text_files(
    package: Package,
) -> Iterator[tuple[str, TextSpanTarget]]:
    """The tables of text files that spans refer to, with their columns."""
    seen = set()
    for resource in package.resources:
        schema = resource.table_schema
        for span in getattr(schema, "text_spans", ()):
            target = span.reference.fields
            if target is not None and target.path and (span.reference.resource, target) not in seen:
                seen.add((span.reference.resource, target))
                yield span.reference.resource, target


def named_changes(
    old: Content, new: Content, tables: Mapping[str, tuple[Held, Held]]
) -> Iterator[FileChange]:
    """The text files that rows name in both releases, as far as they differ.

    Where a row states the same hash in both it is believed, as `validate` holds
    the files to it; all others are hashed.
    """
    for name, target in text_files(new.package):
        if name not in tables or not all(
            {target.key, target.path} <= held.columns.keys() for held in tables[name]
        ):
            continue
        before, after = (_named(held, target) for held in tables[name])
        for key, (path, stated) in after.items():
            was, was_stated = before.get(key, ("", ""))
            if not was or not path or (stated and stated == was_stated):
                continue
            one, why = hash_of_files(old, [was])
            two, why_not = hash_of_files(new, [path])
            if one != two or not one:
                reason = (why and f"in OLD {why}") or (why_not and f"in NEW {why_not}")
                yield FileChange(name, "changed", name, key, one, two, text=True, uncompared=reason)


def _named(held: Held, target: TextSpanTarget) -> dict[str, tuple[str, str]]:
    """Path and stated hash of the text file of each key."""
    keys, paths = (held.columns[name or ""].to_pylist() for name in (target.key, target.path))
    stated = held.columns.get(target.hash or "")
    hashes = stated.to_pylist() if stated is not None else [""] * len(keys)
    return {
        key: (path or "", said or "")
        for key, path, said in zip(keys, paths, hashes, strict=True)
        if key is not None
    }
