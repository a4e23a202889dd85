"""Any bytes as a descriptor, in a folder with real files: a report or a clear error.

Half of the new inputs are made by changing the JSON, so that they get past its
parser.
"""

from __future__ import annotations

import functools
import json
import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

import smartcity_case as sc
from smartcity_case.baseline import apply_baseline, make_baseline, read_baseline, write_baseline
from smartcity_case.errors import SmartcityCaseError
from smartcity_case.render import FORMATS, render

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "profiles" / "text-spans" / "1.0" / "examples"


@functools.cache
def folder() -> Path:
    """A folder with the files of the toy package and of the profile's examples."""
    from conftest import make_toy

    place = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for example in ("table-of-files", "table-of-texts", "own-table", "text-file"):
        shutil.copytree(EXAMPLES / "valid" / example, place, dirs_exist_ok=True)
    toy = make_toy(place / "toy").root
    for path in sorted(toy.rglob("*")):
        if path.is_file():
            target = place / path.relative_to(toy)
            target.parent.mkdir(exist_ok=True)
            path.replace(target)
    _more_files(place)
    return place


def _more_files(place: Path) -> None:
    """Files of the other forms that are read."""
    import pyarrow as pa
    from pyarrow import parquet

    columns = {"clave": ["garza", "pato"], "patas": [2, 4]}
    parquet.write_table(pa.table(columns), place / "especies.parquet")
    schema = {"fields": [{"name": "clave"}, {"name": "patas", "type": "integer"}]}
    (place / "schema.json").write_text(json.dumps(schema), "utf-8")
    (place / "dialect.json").write_text('{"delimiter": ";"}', "utf-8")
    (place / "loop").symlink_to("loop")
    (place / "out").symlink_to("/")


def run(data: bytes) -> None:
    """Validate and show the package that the bytes describe."""
    place = folder()
    (place / "datapackage.json").write_bytes(data)
    try:
        report = sc.validate(place, threads=1)
    except SmartcityCaseError:
        return
    assert report.ran or report.skipped
    if report.ok:
        assert isinstance(json.loads(data), dict)
    shown = {name: "".join(render(report, name)) for name in FORMATS}
    json.loads(shown["json"])
    json.loads(shown["sarif"])
    known = read_baseline("".join(write_baseline(make_baseline(report))).encode())
    assert not apply_baseline(report, known).findings


_VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1, 10**20, 1.5, 1e308, "", " ", "\0", "é", [], {}, [[]], [""]),
    *("integer", "number", "string", "any", "date", "datetime", "time", "year", "yearmonth"),
    *("duration", "geopoint", "geojson", "object", "array", "list", "boolean", "default"),
    *("%Y", "%", "x", "array", "topojson", "email", "uri", "(a+)+$", "(", "[a-z]+", "(?i)a"),
    *("especies.csv", "especies.parquet", "diario.txt", "schema.json", "dialect.json", "loop"),
    *("out/etc/passwd", "../x", "/etc/passwd", "datapackage.json", "tablas", "a\nb", "x" * 300),
    *("text/plain", "text/csv", "gzip", "utf-16", "sha256:00", "md5:", "especies", "clave"),
    *([["garza", 2]], [{"clave": "garza"}], [1], ["clave"], [["clave", "patas"], ["a", 1]]),
    *(["subset"], {"required": True}, {"enum": ["a", 1]}, {"minimum": "1"}, {"unique": True}),
    *({"jsonSchema": {"$ref": "#"}}, {"pattern": "a{1,9}"}, {"header": False}),
    {"fields": ["clave"], "reference": {"resource": "especies", "fields": ["clave"]}},
    {"fields": "especie", "reference": {"fields": "num"}},
    {"delimiter": ";", "quoteChar": None, "commentChar": "#"},
    {"fields": [{"name": "clave"}, {"name": "patas", "type": "integer"}]},
]
_NAMES = [
    *("data", "path", "schema", "dialect", "hash", "bytes", "type", "format", "constraints"),
    *("primaryKey", "uniqueKeys", "foreignKeys", "textSpans", "missingValues", "categories"),
    *("fieldsMatch", "categoriesOrdered", "encoding", "compression", "mediatype", "fields"),
    *("trueValues", "decimalChar", "groupChar", "bareNumber", "delimiter", "name", "itemType"),
    *("minimum", "maximum", "enum", "pattern", "minLength", "jsonSchema", "required", "unique"),
]


def mutate(data: bytes, most: int, seed: int) -> bytes | None:
    """Another descriptor, made by some changes of the JSON; None if it is none."""
    chance = random.Random(seed)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict | list) or not document:
        return None
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        _change(chance.choice(_containers(document)), document, chance)
    try:
        made = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return None
    return made if len(made) <= most else None


def _containers(value: Any) -> list[Any]:
    """All objects and lists of a document."""
    found, waiting = [], [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict | list):
            found.append(each)
            waiting += each.values() if isinstance(each, dict) else each
    return found


def _change(part: Any, document: Any, chance: random.Random) -> None:
    """Set, add or take away something in one object or list."""
    value = json.loads(json.dumps(chance.choice(_VALUES)))
    if chance.random() < 0.15:
        value = json.loads(json.dumps(chance.choice(_containers(document))))
    how = chance.random()
    if isinstance(part, dict):
        name = chance.choice(list(part)) if part and how < 0.7 else chance.choice(_NAMES)
        if how < 0.1:
            part.pop(name, None)
        else:
            part[name] = value
    elif not part or how > 0.7:
        part.insert(chance.randint(0, len(part)), value)
    elif how < 0.15:
        part.pop(chance.randrange(len(part)))
    else:
        part[chance.randrange(len(part))] = value
