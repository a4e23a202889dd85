"""One fuzzing process; `run.py` starts it. Arguments: target, folder of seeds, libFuzzer's."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

with atheris.instrument_imports(include=["smartcity_case"]):
    import smartcity_case
    from fuzz import seeds
    from fuzz.targets import MUTATORS, TARGETS

    for module in pkgutil.walk_packages(smartcity_case.__path__, "smartcity_case."):
        # The one runs, the others need the extra `dask`, and no target reaches them.
        if not module.name.endswith("__main__") and ".cluster." not in module.name:
            importlib.import_module(module.name)


def main(target: str, folder: str, options: list[str]) -> None:
    """Write the seeds and fuzz; atheris ends the process."""
    for number, data in enumerate(seeds.of(target)):
        (Path(folder) / f"seed-{number:03}").write_bytes(data)
    mutator = MUTATORS.get(target)

    def change(data: bytes, most: int, seed: int) -> bytes:
        made = mutator(data, most, seed) if mutator is not None and seed % 2 else None
        return atheris.Mutate(data, most) if made is None else made

    more = {} if mutator is None else {"custom_mutator": change}
    atheris.Setup([sys.argv[0], *options, folder], TARGETS[target], **more)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
