"""What the standard allows and is not read here, each with the reason that a report gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartcity_case.profile import Resource

_PLAIN_WORDS = {"$schema", "name", "title", "description", "csvddfVersion", "caseSensitiveHeader"}


def table_unread(resource: Resource) -> str:
    """Why a table is not read, or "" if it is; schema and dialect are in place by now."""
    if not resource.form:
        return _formless(resource)
    if resource.form == "inline" and not isinstance(resource.data, list):
        return "inline data that is no list of records is not read"
    if reason := content_unread(resource):
        return reason
    if resource.table_schema is None:
        return "no schema in the descriptor"
    if isinstance(resource.table_schema, str):
        return "its schema cannot be read"
    if isinstance(resource.dialect, str):
        return "its dialect cannot be read"
    extra = (resource.dialect.model_extra or {}).keys() if resource.dialect else set()
    unread = sorted(extra - _PLAIN_WORDS)
    return f"the dialect property {unread[0]!r} is not read" if unread else ""


def _formless(resource: Resource) -> str:
    """Why a table is in none of the forms that are read."""
    if resource.data is not None:
        return "it has a path and inline data; which of them counts is not known"
    if not resource.paths:
        return "it has neither a path nor data"
    return "only CSV, TSV, Parquet and inline data are read"


_PACKED = re.compile(r"\.(zip|gz|bz2|xz|zst|tar|tgz|7z|xlsx?|ods)\Z", re.IGNORECASE)


def content_unread(resource: Resource) -> str:
    """Why the content of a resource is not read, or ""."""
    if packed := next(filter(None, map(_PACKED.search, resource.paths)), None):
        return f"what is in a {packed[0].lower()} file is not read"
    if resource.compression:
        return f"the compression {resource.compression!r} is not read"
    if resource.kind != "other" and resource.encoding.lower() not in ("utf-8", "utf8"):
        return f"the encoding {resource.encoding!r} is not read"
    return ""


class Unverifiable(str):
    """Why something cannot be checked, if that is meant: its text is withheld."""

    __slots__ = ()


HERE = "the text is here, though it is marked as withheld"
