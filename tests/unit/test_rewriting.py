"""Tables and descriptors with other cells, written as before."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from conftest import ROOT, Folder
from smartcity_case.authoring.rewriting import Edit, restate, rewrite_json, rewrite_table
from smartcity_case.errors import UnreadablePackage, UnwritablePackage
from smartcity_case.reading import TableFile
from smartcity_case.validation import open_files, read_content


def table(root: Path, name: str) -> TableFile:
    content = read_content(open_files(root))
    assert content is not None
    found = content.table_files[name]
    assert isinstance(found, TableFile)
    return found


def rows(toy: Folder, data: bytes, dialect: dict[str, Any] | None = None) -> TableFile:
    """The table `especies` of the toy package, written in some way."""
    toy.write("especies", data)
    toy.describe(lambda d: d["resources"][1].update(dialect=dialect or {}))
    return table(toy.root, "especies")


WRITTEN = [
    (b"clave,patas\ngarza,2\n", {}),
    (b"clave,patas\r\ngarza,2\r\n", {}),
    (b"clave,patas\r\ngarza,2", {}),
    (b"clave,patas\ngarza,2", {}),
    (b'"clave","patas"\n"garza","2"\n', {}),
    (b'"clave","patas"\ngarza,2\n', {}),
    (b'clave,patas\n"garza","2"\n', {}),
    (b"\xef\xbb\xbfclave,patas\ngarza,2\n", {}),
    (b"clave;patas\ngarza;2\n", {"delimiter": ";"}),
    (b"clave,patas\n'gar,za',2\n", {"quoteChar": "'"}),
    (b'clave,patas\n"gar\rza",2\n', {}),
    (b'clave,patas\r\n"gar\nza",2\r\n', {}),
    (b"garza,2\n", {"header": False}),
    (b"clave,patas|garza,2|", {"lineTerminator": "|"}),
    (b"clave,patas\ngarza,-\n", {"nullSequence": "-"}),
    (b'clave,patas\ngar\\"za,2\n', {"doubleQuote": False, "escapeChar": "\\"}),
    (b"clave,patas\ngar\\,za,2\n", {"quoteChar": None, "escapeChar": "\\"}),
]


@pytest.mark.parametrize(("data", "dialect"), WRITTEN)
def test_a_table_without_changes_is_written_byte_by_byte(
    toy: Folder, data: bytes, dialect: dict[str, Any]
) -> None:
    assert rewrite_table(rows(toy, data, dialect), Edit()) == {"especies.csv": data}


def test_every_table_of_the_release_is_written_byte_by_byte() -> None:
    content = read_content(open_files(ROOT))
    assert content is not None
    for name, one in content.table_files.items():
        for path, data in rewrite_table(one, Edit()).items():
            assert (ROOT / path).read_bytes() == data, name


def test_only_what_is_changed_differs(toy: Folder) -> None:
    data = b'"clave","patas"\r\n"garza","2"\r\n"mirlo","2"\r\n"zorro","4"\r\n'
    edit = Edit({"patas": ["3", None, "5"], "nota": ["„a“, b", "", "c"]}, [True, True, False])
    (written,) = rewrite_table(rows(toy, data), edit).values()
    assert written.decode() == (
        '"clave","patas","nota"\r\n"garza","3","„a“, b"\r\n"mirlo","",""\r\n'
    )
    dropped = Edit(dropped=frozenset(["patas", "nothing"]))
    (written,) = rewrite_table(rows(toy, data), dropped).values()
    assert written == b'"clave"\r\n"garza"\r\n"mirlo"\r\n"zorro"\r\n'


def test_a_table_of_no_known_style_is_written_plainly(toy: Folder) -> None:
    data = b'clave,patas\n"garza",2\nmirlo,"2"\n'
    (written,) = rewrite_table(rows(toy, data), Edit()).values()
    assert written == b"clave,patas\ngarza,2\nmirlo,2\n"


def test_a_table_in_several_files_keeps_them(toy: Folder) -> None:
    (toy.root / "b.csv").write_bytes(b"clave,patas\nzorro,4\n")
    toy.describe(lambda d: d["resources"][1].update(path=["especies.csv", "b.csv"]))
    edit = Edit({"patas": ["3", "5"]})
    assert rewrite_table(table(toy.root, "especies"), edit) == {
        "especies.csv": b"clave,patas\ngarza,3\n",
        "b.csv": b"clave,patas\nzorro,5\n",
    }


def test_a_record_may_become_several(toy: Folder) -> None:
    (toy.root / "b.csv").write_bytes(b"clave,patas\nzorro,4\n")
    toy.describe(lambda d: d["resources"][1].update(path=["especies.csv", "b.csv"]))
    edit = Edit({"part": ["1", "2", "1", "2"]}, times=[2, 2])
    assert rewrite_table(table(toy.root, "especies"), edit) == {
        "especies.csv": b"clave,patas,part\ngarza,2,1\ngarza,2,2\n",
        "b.csv": b"clave,patas,part\nzorro,4,1\nzorro,4,2\n",
    }


def test_what_cannot_be_read_or_written_is_refused(toy: Folder) -> None:
    with pytest.raises(UnreadablePackage, match="validate first"):
        rewrite_table(rows(toy, b"clave,patas\ngarza\n"), Edit())
    commented = {"commentChar": "#", "headerRows": [1, 2], "commentRows": [4]}
    with pytest.raises(UnwritablePackage, match="headerRows, commentRows, commentChar"):
        rewrite_table(rows(toy, b"cla,pa\nve,tas\ngarza,2\n", commented), Edit())
    bare = rows(toy, b"clave,patas\ngarza,2\n", {"quoteChar": None})
    with pytest.raises(UnwritablePackage, match="dialect"):
        rewrite_table(bare, Edit({"clave": ["a,b"]}))


def test_parquet_keeps_its_types(toy: Folder) -> None:
    kinds = pa.table(
        {
            "clave": pa.array(["garza", "mirlo"]).dictionary_encode(),
            "patas": pa.array([2, None], pa.int8()),
        }
    )
    parquet.write_table(kinds, toy.root / "especies.parquet")
    toy.describe(lambda d: d["resources"][1].update(path="especies.parquet"))
    toy.describe(
        lambda d: d["resources"][1]["schema"]["fields"].append({"name": "n", "type": "integer"})
    )
    one = table(toy.root, "especies")
    edit = Edit({"patas": ["", "4"], "clave": ["a", "b"], "n": ["7", ""], "nota": ["x", None]})
    (written,) = rewrite_table(one, edit).values()
    made = parquet.read_table(io.BytesIO(written))
    assert made.to_pydict() == {
        "clave": ["a", "b"],
        "patas": [None, 4],
        "n": [7, None],
        "nota": ["x", None],
    }
    assert made.schema.field("patas").type == pa.int8()
    assert made.schema.field("clave").type == kinds.schema.field("clave").type
    fewer = Edit(kept=[False, True], dropped=frozenset(["patas"]))
    (written,) = rewrite_table(one, fewer).values()
    assert parquet.read_table(io.BytesIO(written)).to_pydict() == {"clave": ["mirlo"]}


@pytest.mark.parametrize(
    ("data", "header", "made"),
    [
        ([{"clave": "a", "patas": 2}], True, [{"clave": "a", "patas": 3, "n": "„"}]),
        ([["clave", "patas"], ["a", 2]], True, [["clave", "patas", "n"], ["a", 3, "„"]]),
        ([["a", 2]], False, [["a", 3, "„"]]),
    ],
)
def test_inline_data_comes_as_json(
    toy: Folder, data: list[Any], header: bool, made: list[Any]
) -> None:
    def inline(descriptor: dict[str, Any]) -> None:
        resource = descriptor["resources"][1]
        for name in ("path", "hash", "bytes"):
            del resource[name]
        resource.update(data=data, dialect={"header": header})

    toy.describe(inline)
    (written,) = rewrite_table(
        table(toy.root, "especies"), Edit({"patas": ["3"], "n": ["„"]})
    ).items()
    assert written[0] == ""
    assert json.loads(written[1]) == made


@pytest.mark.parametrize("indent", [2, 4, None, 1, "\t"])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("end", ["\n", ""])
def test_a_descriptor_keeps_its_form(indent: Any, ascii_only: bool, end: str) -> None:
    value = {"name": "„a“", "resources": [{"a": 1.0}, []]}
    data = (json.dumps(value, indent=indent, ensure_ascii=ascii_only) + end).encode()
    assert rewrite_json(data, lambda d: None) == data
    changed = rewrite_json(data, lambda d: d.update(name="„b“"))
    assert (
        changed
        == (
            json.dumps(value | {"name": "„b“"}, indent=indent, ensure_ascii=ascii_only) + end
        ).encode()
    )


def test_a_descriptor_of_no_known_form_is_indented() -> None:
    assert rewrite_json(b'{"a":1,  "b":2}', lambda d: None) == b'{\n  "a": 1,\n  "b": 2\n}\n'


def test_hash_and_size_are_stated_as_before() -> None:
    files, joined = [b"a", b"bc"], b"abc"
    for stated, made in (
        ("sha256:00", "sha256:" + hashlib.sha256(joined).hexdigest()),
        ("sha1:00", "sha1:" + hashlib.sha1(joined).hexdigest()),
        ("00", hashlib.md5(joined).hexdigest()),
        ("md5:00", "md5:" + hashlib.md5(joined).hexdigest()),
        ("crc:00", "sha256:" + hashlib.sha256(joined).hexdigest()),
    ):
        resource: dict[str, Any] = {"hash": stated, "bytes": 1}
        restate(resource, files)
        assert resource == {"hash": made, "bytes": 3}
    bare: dict[str, Any] = {}
    restate(bare, files)
    assert bare == {}


def test_a_number_too_large_for_a_parquet_column_is_refused(toy: Folder) -> None:
    sink = io.BytesIO()
    parquet.write_table(pa.table({"clave": ["garza"], "patas": pa.array([2], pa.int8())}), sink)
    (toy.root / "especies.parquet").write_bytes(sink.getvalue())

    def described(d: dict[str, Any]) -> None:
        d["resources"][1] |= {"path": "especies.parquet", "format": "parquet"}
        for name in ("hash", "bytes", "mediatype", "dialect"):
            d["resources"][1].pop(name, None)

    toy.describe(described)
    with pytest.raises(UnwritablePackage, match="patas is int8"):
        rewrite_table(table(toy.root, "especies"), Edit({"patas": ["300"]}))
