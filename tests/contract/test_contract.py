"""What must agree across files: names, versions, documents, words."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import pages
import smartcity_case as sc
from conftest import ROOT
from smartcity_case.case.models import MODELS
from smartcity_case.codes import CODES

DESCRIPTOR = json.loads((ROOT / "datapackage.json").read_text("utf-8"))


def text(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def test_the_public_names_are_there_and_no_others() -> None:
    assert len(sc.__all__) == len(set(sc.__all__))
    for name in sc.__all__:
        assert getattr(sc, name) is not None
    assert dir(sc) == sc.__all__
    with pytest.raises(AttributeError, match="nonsense"):
        sc.nonsense  # noqa: B018


def test_every_public_name_has_a_docstring() -> None:
    for name in sc.__all__:
        thing = getattr(sc, name)
        if name != "__version__":
            assert thing.__doc__, name


def test_no_module_has_the_name_of_a_public_function() -> None:
    modules = {p.stem for p in (ROOT / "src/smartcity_case").iterdir()}
    assert not modules & set(sc.__all__)


def test_one_version_number() -> None:
    versions = {
        "code": sc.__version__,
        "pyproject": tomllib.loads(text("pyproject.toml"))["project"]["version"],
        "data": DESCRIPTOR["version"],
        "citation": re.findall(r'^version: "(.+)"$', text("CITATION.cff"), re.M)[0],
        "zenodo": json.loads(text(".zenodo.json"))["version"],
        "codemeta": json.loads(text("codemeta.json"))["version"],
        "changelog": re.findall(r"^## (\d\S+)", text("CHANGELOG.md"), re.M)[0],
    }
    assert set(versions.values()) == {"1.0.0"}, versions


def test_the_article_is_the_file_handed_over() -> None:
    data = (ROOT / "seeds/000_99c0eed1a29a2b7c.txt").read_bytes()
    expected = "2e0850ca28742669992c92fc3de3f014bb9d7dd4054e8f6d68689c827174fe89"
    assert hashlib.sha256(data).hexdigest() == expected


def test_the_frozen_codebook_is_the_one_whose_hash_is_stated() -> None:
    data = (ROOT / "data/coding/codebook-v0.md").read_bytes()
    assert f"`{hashlib.sha256(data).hexdigest()}`" in text("docs/reliability.md")


def test_every_resource_states_what_it_is() -> None:
    for resource in DESCRIPTOR["resources"]:
        for name in ("title", "description", "hash", "bytes", "mediatype", "encoding", "licenses"):
            assert resource.get(name), (resource["name"], name)
    assert [r["name"] for r in DESCRIPTOR["resources"]] == ["article", *(m.table for m in MODELS)]


def test_every_field_is_described_and_every_table_traced() -> None:
    for resource in DESCRIPTOR["resources"][1:]:
        schema = resource["schema"]
        assert schema["primaryKey"] == ["id"]
        assert schema["textSpans"][0]["reference"] == {"resource": "article"}
        for field in schema["fields"]:
            assert {"title", "description", "type", "example"} <= set(field), field["name"]
            if "enum" in field.get("constraints", {}):
                values = [c["value"] for c in field["categories"]]
                assert values == field["constraints"]["enum"]
                assert all(c["label"] and c["description"] for c in field["categories"])


def test_the_words_of_the_case_are_known_to_the_case_alone() -> None:
    words = re.compile(r"\b(claims?|actors?|quotes|technolog\w+|murrack|huawei|duisburg)\b", re.I)
    outside = [
        p
        for p in (ROOT / "src/smartcity_case").rglob("*.py")
        if not {"case", "cli"} & set(p.relative_to(ROOT / "src/smartcity_case").parts)
        and p.name != "__init__.py"  # these and the commands show the case in their examples
    ]
    assert len(outside) > 15
    # In a discourse network an actor is who speaks, whatever the tables call him.
    spoken = {"statements.py": {"actor", "actors"}, "dna.py": {"actor", "actors"}}
    for path in outside:
        code = re.sub(r'""".*?"""', "", path.read_text("utf-8"), flags=re.S)
        found = set(map(str.lower, words.findall(re.sub(r"#.*", "", code))))
        assert not found - spoken.get(path.name, set()), (path.name, found)


def test_every_finding_code_is_documented_and_used() -> None:
    source = "".join(p.read_text("utf-8") for p in (ROOT / "src").rglob("*.py"))
    for code, facts in CODES.items():
        assert f"`{code}`" in text("docs/findings.md")
        assert facts.meaning.endswith(".")
        assert facts.fix.endswith(".")
        group, _, rest = code.partition(".")
        assert source.count(f'"{code}"') > 1 or (group == "span" and f'"{rest}"' in source), code


def commands() -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "smartcity_case", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    return re.findall(r"^    (\w+) +\S", done.stdout, re.M)


def test_every_command_is_in_the_readme_and_has_help_with_an_example() -> None:
    names = commands()
    looking = ["validate", "tables", "show", "cite", "view", "docs", "export"]
    known = [*looking, "new", "anchor", "ground", "reanchor", "diff"]
    assert names == [*known, "withhold", "restore", "build"]
    for name in names:
        assert f"smartcity-case {name}" in text("README.md")
        done = subprocess.run(
            [sys.executable, "-m", "smartcity_case", name, "--help"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert f"example:\n  smartcity-case {name}" in done.stdout


def test_ci_runs_exactly_the_test_command_of_the_readme() -> None:
    blocks = re.findall(r"```console\n\$ (python3 .*?)\n", text("README.md"))
    (command,) = (line for line in blocks if "pytest" in line)
    assert command in text(".ci/run").splitlines()


def test_importing_the_package_does_nothing_but_define_names() -> None:
    program = (
        "import sys, smartcity_case; "
        "heavy = {'pandas', 'pydantic', 'frictionless', 'numpy', 'pyarrow', 'pathlib'}; "
        "print(sorted(heavy & set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; before = set(sys.modules); {program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_validation_needs_no_pandas() -> None:
    program = (
        "import sys, smartcity_case as sc; assert sc.validate().ok; print('pandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_no_identifier_is_invented() -> None:
    for path in (ROOT, ROOT / "docs", ROOT / "data/coding"):
        for file in path.glob("*.md"):
            assert "doi.org" not in file.read_text("utf-8"), file.name
    assert "doi" not in json.dumps(DESCRIPTOR).lower()
    for name in ("CITATION.cff", ".zenodo.json", "codemeta.json"):
        assert "doi" not in text(name).lower(), name


def links(document: Path) -> list[str]:
    return [
        target
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
        if "://" not in target
    ]


@pytest.mark.parametrize(
    "document", [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")], ids=lambda p: p.name
)
def test_every_link_in_the_documents_leads_to_a_file(document: Path) -> None:
    for target in links(document):
        assert (document.parent / target).exists(), target


DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "profiles").rglob("*.md")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_to_a_place_in_a_document_leads_there(document: Path) -> None:
    """As a reader of Markdown sees links and headings, and GitHub names the places of these."""
    for target in pages.links(document.read_text("utf-8")):
        path, mark, place = target.partition("#")
        if "://" in target:
            continue
        file = document.parent / path if path else document
        assert file.exists(), target
        if mark and file.suffix == ".md":
            assert f"#{place}" in pages.anchors(file.read_text("utf-8")), target
