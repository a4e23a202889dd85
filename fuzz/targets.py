"""The targets by name: each takes bytes, and raises if something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz import delimited_target, descriptor_target, source_target

if TYPE_CHECKING:
    from collections.abc import Callable

TARGETS: dict[str, Callable[[bytes], None]] = {
    "descriptor": descriptor_target.run,
    "csv": delimited_target.run,
    "source": source_target.run,
}

MUTATORS: dict[str, Callable[[bytes, int, int], bytes | None]] = {
    "descriptor": descriptor_target.mutate,
}
