"""What becomes of a schema when its columns of words are emptied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smartcity_case.authoring.withheld.restoring import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smartcity_case.profile import TableSchema


@dataclass
class EmptiedSchema:
    """What becomes of a schema: columns emptied and added, and what it said before."""

    names: list[str]
    lengths: dict[str, str]
    digests: dict[str, str]
    lost: list[str]
    gone: list[str]
    """Columns whose words were lost before."""

    @classmethod
    def of(cls, schema: TableSchema, names: Sequence[str], salt: str | None) -> EmptiedSchema:
        """What becomes of a schema if these columns are emptied; digests with a salt only."""
        taken = set(schema.names)

        def fresh(name: str) -> str:
            while name in taken:
                name += "_"
            taken.add(name)
            return name

        restored = {n for span in schema.text_spans for n in words_of(span)}
        context = [n for s in schema.text_spans for n in (s.fields.prefix, s.fields.suffix) if n]
        words = [s.fields.exact for s in schema.text_spans if s.fields.exact] if salt else []
        return cls(
            list(names),
            {n: fresh(f"{n}_length") for n in dict.fromkeys(context)},
            {n: fresh(f"{n}_digest") for n in dict.fromkeys(words)},
            [n for n in names if n not in restored],
            [f.name for f in schema.fields if f.withheld],
        )

    def change(self, raw: dict[str, Any], salt: str | None) -> None:
        """Make the schema that of the emptied table, and keep aside what it said."""
        kept: dict[str, Any] = {}
        if "textSpans" in raw:
            kept["textSpans"] = raw["textSpans"]
            raw["textSpans"] = [self._declared(span, salt) for span in kept["textSpans"]]
        keys = raw.get("uniqueKeys", [])
        if len(left := [k for k in keys if not set(self.names) & set(_listed(k))]) < len(keys):
            kept["uniqueKeys"] = keys
            if left:
                raw["uniqueKeys"] = left
            else:  # the official profile has no empty list of them
                kept["order"] = list(raw)
                del raw["uniqueKeys"]
        told = {"lengths": self.lengths, "digests": self.digests, "lost": self.lost + self.gone}
        kept |= {name: value for name, value in told.items() if value}
        for each in raw["fields"]:
            if each["name"] in self.names:
                each["withheld"] = True
                if each.get("constraints"):
                    each["withheld"] = {"constraints": each["constraints"]}
                    each["constraints"] = {}
        added = [(name, "integer") for name in self.lengths.values()]
        added += [(name, "string") for name in self.digests.values()]
        raw["fields"] = [*raw["fields"], *({"name": n, "type": kind} for n, kind in added)]
        raw["withheld"] = kept

    def _declared(self, span: Mapping[str, Any], salt: str | None) -> dict[str, Any]:
        words = {"exact", "prefix", "suffix"}
        fields = {role: name for role, name in span["fields"].items() if role not in words}
        exact = span["fields"].get("exact")
        if exact in self.digests:
            return {**span, "fields": {**fields, "digest": self.digests[exact]}, "salt": salt}
        return {**span, "fields": fields}


def _listed(key: str | list[str]) -> list[str]:
    return [key] if isinstance(key, str) else key
