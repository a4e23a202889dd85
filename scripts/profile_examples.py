"""Make the example packages and test vectors of profiles/text-spans/1.0.

    python scripts/profile_examples.py            # write them
    python scripts/profile_examples.py --check    # say whether they are as they should be
    python scripts/profile_examples.py --official # hold them to the official profile

All offsets, sizes, hashes and digests are computed here. `--official` needs
check-datapackage, which carries the official profile; nothing is fetched.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profile_packages import DRAFTS, OFFICIAL, as_json, digest, hashed
from profile_rules import RULES, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Path(__file__).resolve().parents[1] / "profiles/text-spans/1.0"


def invalid(rule: Rule) -> dict[str, bytes]:
    """The example of a rule: a valid one with what breaks it, and what must be found."""
    draft = DRAFTS[rule.base]()
    draft.title = rule.says
    for where, value in rule.changes.items():
        draft.put(where, value)
    return {**draft.finish(rule.folder), "expected.json": as_json(rule.expected)}


VECTORS = (
    ("", "fox"),
    ("k7", "fox"),
    ("k7", "fo"),
    ("k", "7fox"),
    ("k7", "Caf\u00e9"),
    ("k7", "Cafe\u0301"),
    ("k7", "one\r\ntwo"),
    ("\U0001f9c2", "\u732b\U0001f408"),
)


def vectors() -> str:
    """The table of test vectors, in Markdown."""
    lines = ["| salt | words | what is hashed, in hex | digest |", "|---|---|---|---|"]
    for salt, words in VECTORS:
        cells = (json.dumps(salt), json.dumps(words), hashed(salt, words).hex())
        lines.append(f"| {' | '.join(f'`{c}`' for c in (*cells, digest(salt, words)))} |")
    return "\n".join(lines) + "\n"


BEGIN, END = "<!-- vectors, by scripts/profile_examples.py -->\n", "<!-- end of vectors -->\n"


def everything() -> dict[str, bytes]:
    """Every file that is made, by its path in the folder of the profile."""
    files: dict[str, bytes] = {}
    for name, make in DRAFTS.items():
        folder = name.replace("_", "-")
        made = make().finish(folder)
        files |= {f"examples/valid/{folder}/{path}": data for path, data in made.items()}
    for rule in RULES:
        folder = f"examples/invalid/{rule.folder}"
        files |= {f"{folder}/{path}": data for path, data in invalid(rule).items()}
    before, rest = (HOME / "README.md").read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    files["README.md"] = (before + BEGIN + "\n" + vectors() + "\n" + END + after).encode("utf-8")
    return files


def drift(files: dict[str, bytes]) -> Iterator[str]:
    """What is not as it would be made."""
    there = {p.relative_to(HOME).as_posix() for p in HOME.glob("examples/**/*") if p.is_file()}
    yield from (f"not made here: {path}" for path in sorted(there - set(files)))
    for path, data in files.items():
        if not (HOME / path).is_file() or (HOME / path).read_bytes() != data:
            yield f"not as made here: {path}"


def check_official() -> int:
    """Hold every example to the official profile and to the combined one; how many there are."""
    import check_datapackage
    from jsonschema import Draft7Validator
    from referencing import Registry, Resource

    package = Path(str(check_datapackage.__file__)).parent
    official = json.loads((package / "schemas/data-package-2-0.json").read_text("utf-8"))
    combined, ours = (
        json.loads((HOME / name).read_text("utf-8"))
        for name in ("data-package-with-text-spans.json", "text-spans.json")
    )
    known = {OFFICIAL: official, "text-spans.json": ours}
    registry: Registry[Any] = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in known.items()
    )
    validator = Draft7Validator(combined, registry=registry)
    examples = sorted(HOME.glob("examples/*/*/datapackage.json"))
    for path in examples:
        descriptor = json.loads(path.read_text("utf-8"))
        expected = path.with_name("expected.json")
        broken = expected.is_file() and json.loads(expected.read_text("utf-8"))["level"] == "schema"
        if validator.is_valid(descriptor) == broken:
            raise SystemExit(f"{path.parent.name}: the combined profile judges it otherwise")
        if not broken and (issues := check_datapackage.check(descriptor)):
            raise SystemExit(f"{path.parent.name}: {issues}")
    return len(examples)


def main() -> int:
    """Write, check, or hold to the official profile."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--official", action="store_true", help="hold to the official profile")
    arguments = parser.parse_args()
    if arguments.official:
        print(f"{check_official()} examples: as the official and the combined profile judge them")
        return 0
    files = everything()
    if arguments.check:
        faults = list(drift(files))
        print(*(faults or [f"{len(files)} files: no drift"]), sep="\n")
        return bool(faults)
    shutil.rmtree(HOME / "examples", ignore_errors=True)
    for path, data in files.items():
        (HOME / path).parent.mkdir(parents=True, exist_ok=True)
        (HOME / path).write_bytes(data)
    print(f"{len(files)} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
