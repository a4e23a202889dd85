"""Run the checks that need an environment of their own, and say of each how it went.

    python scripts/environments.py

Each check makes a fresh virtual environment, installs from this checkout, and
runs from another folder. The closing table names every check as `ran` or
`NOT RUN` with the reason; the exit code is 1 if one that ran has failed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT = 900


class NotRun(Exception):
    """A check cannot be run on this machine; the message says why."""


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command from a folder; its output, or CalledProcessError."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COVERAGE"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=inherited | environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIMEOUT,
        check=False,
    )
    if done.returncode:
        print(done.stdout)
        raise subprocess.CalledProcessError(done.returncode, command)
    return done.stdout


def environment(place: Path, *packages: str, python: str = sys.executable) -> Path:
    """A fresh virtual environment with packages in it; its folder of programs."""
    run(python, "-m", "venv", place, cwd=ROOT)
    programs = place / "bin"
    run(programs / "python", "-m", "pip", "install", "-q", *packages, cwd=ROOT)
    return programs


def wheel(place: Path) -> Path:
    """The wheel of this checkout, built in isolation; `place` has an environment."""
    pip = (place / "venv/bin/python", "-m", "pip")
    run(*pip, "wheel", "-q", "--no-deps", "-w", place, ROOT, cwd=place)
    (built,) = place.glob("*.whl")
    return built


def tests(programs: Path, place: Path) -> str:
    """Run the tests of what pandas has a part in; the closing line of pytest."""
    output = run(
        programs / "python",
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(ROOT)),
        *("-c", str(ROOT / "pyproject.toml")),
        *(str(ROOT / f"tests/unit/test_{name}.py") for name in OF_PANDAS),
        cwd=place,
    )
    return output.strip().splitlines()[-1]


def installed_wheel(place: Path) -> str:
    """The wheel in a clean environment, used from / without the checkout."""
    programs = environment(place / "venv", *E2E)
    run(programs / "python", "-m", "pip", "install", "-q", wheel(place), cwd=place)
    (place / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", "utf-8")
    output = run(
        programs / "python",
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "--noconftest"),
        *("-c", str(place / "pytest.ini"), str(ROOT / "tests/e2e")),
        cwd=Path("/"),
        SMARTCITY_CASE_PROGRAM=str(programs / "smartcity-case"),
    )
    return output.strip().splitlines()[-1]


E2E = ("pytest", "pytest-xdist", "hypothesis")


def zipped_install(place: Path) -> str:
    """The wheel itself on the path, never unpacked, in an environment with its libraries."""
    libraries = ("frictionless>=5.18,<6", "numpy>=2", "pandas", "pyarrow>=25", "pydantic")
    programs = environment(place / "venv", *libraries)
    program = (
        "import smartcity_case as sc; case = sc.load(); sc.validate().raise_if_failed();"
        "print(sc.__file__.split('/')[-3], len(case.claims), 'claims, valid')"
    )
    output = run(programs / "python", "-c", program, cwd=Path("/"), PYTHONPATH=str(wheel(place)))
    if ".whl" not in output:
        raise AssertionError(f"not loaded from the zip: {output}")
    return output.strip()


def pandas_2(place: Path) -> str:
    """The oldest pandas."""
    programs = environment(place / "venv", str(ROOT), "pandas==2.2.*", "pytest", "hypothesis")
    return tests(programs, place)


OF_PANDAS = ("case", "cli", "dataset", "found", "inmemory", "validation")


def frictionless_alone(place: Path) -> str:
    """Frictionless by itself finds the package valid."""
    programs = environment(place / "venv", "frictionless>=5.18,<6")
    output = run(programs / "frictionless", "validate", "datapackage.json", cwd=ROOT)
    if "INVALID" in output or "VALID" not in output:
        raise AssertionError(output)
    return f"{output.count(' VALID')} resources VALID"


def official_profile(place: Path) -> str:
    """check-datapackage (which needs Python 3.12) finds descriptor and examples correct."""
    python = newer_python()
    programs = environment(place / "venv", "check-datapackage", python=python)
    program = (
        "import json, check_datapackage as c;"
        "issues = c.check(json.load(open('datapackage.json', encoding='utf-8')));"
        "print(*issues, sep='\\n'); raise SystemExit(bool(issues))"
    )
    run(programs / "python", "-c", program, cwd=ROOT)
    script = ROOT / "scripts/profile_examples.py"
    return "no issues; " + run(programs / "python", script, "--official", cwd=ROOT).strip()


_HOOKED = """\
repos:
  - repo: {checkout}
    rev: {commit}
    hooks:
      - id: smartcity-case-validate
        args: [animals]
"""
_ANIMALS = """\
{"name": "animals", "resources": [
  {"name": "note", "path": "note.txt", "mediatype": "text/plain"},
  {"name": "animals", "path": "animals.csv", "schema": {
    "fields": [{"name": "start", "type": "integer"}, {"name": "end", "type": "integer"},
               {"name": "exact", "type": "string"}],
    "textSpans": [{"fields": {"start": "start", "end": "end", "exact": "exact"},
                   "reference": {"resource": "note"}}]}}]}
"""


def pre_commit_hook(place: Path) -> str:
    """pre-commit installs the hook from the latest commit, and runs it in another repository."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        raise NotRun("pre-commit needs git, and a checkout that is a repository")
    commit = run("git", "rev-parse", "HEAD", cwd=ROOT).strip()
    programs = environment(place / "venv", "pre-commit")
    repository = place / "repository"
    package = repository / "animals"
    package.mkdir(parents=True)
    (package / "note.txt").write_text("El zorro duerme.", "utf-8")
    (package / "animals.csv").write_text("start,end,exact\n3,8,zorro\n", "utf-8")
    (package / "datapackage.json").write_text(_ANIMALS, "utf-8")
    config = _HOOKED.format(checkout=ROOT, commit=commit)
    (repository / ".pre-commit-config.yaml").write_text(config, "utf-8")
    run("git", "init", "-q", cwd=repository)
    run("git", "add", "-A", cwd=repository)
    hook, home = programs / "pre-commit", str(place / "home")
    passed = run(hook, "run", "--all-files", cwd=repository, PRE_COMMIT_HOME=home)
    (package / "animals.csv").write_text("start,end,exact\n3,8,zorra\n", "utf-8")
    run("git", "add", "-A", cwd=repository)
    fails = '"$0" run --all-files || test $? = 1'
    failed = run("sh", "-c", fails, hook, cwd=repository, PRE_COMMIT_HOME=home)
    if "Failed" not in failed or "span.absent" not in failed:
        raise AssertionError(f"the hook passes on a spoilt package: {failed}")
    return passed.strip().splitlines()[-1]


_CITED = """\
import sys
sys.path.insert(0, sys.argv[1])  # what cites needs no library but pydantic
from smartcity_case.citation import write_citation
from smartcity_case.citation.values import Citation, Licence, Name, PartialDate, SourceWork
from ruamel.yaml import YAML
title = 'no: „50 %% & mehr“ {x}} #1\\\\ "q" \\u2028\\x7f\\ufeff\U0001f426'
names = (Name(whole="Lab, Inc: {&}"), Name(family="Øster", given="Ida"))
source = SourceWork(title=title, url="https://example.org/{a b}", date=PartialDate(1911, 3))
licences = (Licence("CC0-1.0", spdx="CC0-1.0"),)
nasty = Citation(title=title, version="1.0", creators=names, date=PartialDate(2024, 5, 6),
                 doi="10.1234/a_b", sources=(source,), licences=licences, is_covered=True)
for name, citation in (("nasty", nasty), ("bare", Citation())):
    with open(name, "w", encoding="utf-8") as file:
        file.write(write_citation(citation, "cff"))
read = YAML(typ="safe").load(open("nasty", encoding="utf-8"))
assert read["title"].split() == title.replace("\\x7f", " ").split(), read["title"]
assert read["references"][0]["month"] == 3 and read["license"] == "CC0-1.0"
"""


def citation_file(place: Path) -> str:
    """cffconvert, which needs an older jsonschema, finds CITATION.cff valid, and an odd one."""
    programs = environment(place / "venv", "cffconvert==2.0.0", "pydantic>=2.7,<3")
    converter = programs / "cffconvert"
    told = run(converter, "--validate", "-i", ROOT / "CITATION.cff", cwd=place)
    run(programs / "python", "-c", _CITED, str(ROOT / "src"), cwd=place)
    for name in ("nasty", "bare"):
        run(converter, "--validate", "-i", name, cwd=place)
    converted = run(converter, "-f", "zenodo", "-i", ROOT / "CITATION.cff", cwd=place)
    theirs = json.loads(converted)
    ours = json.loads((ROOT / ".zenodo.json").read_text("utf-8"))
    alike = ("title", "version", "creators", "keywords", "publication_date")
    if differing := [name for name in alike if theirs.get(name) != ours.get(name)]:
        raise AssertionError(f".zenodo.json differs from what cffconvert makes: {differing}")
    broken = place / "broken.cff"
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    broken.write_text(text.replace("month: 12", "month: 13"), "utf-8")
    run("sh", "-c", '! "$0" --validate -i broken.cff', converter, cwd=place)
    return told.strip().splitlines()[-1]


def documentation_site(place: Path) -> str:
    """The documentation site builds without a warning, and what is built holds."""
    programs = environment(place / "venv", f"{ROOT}[docs]")
    output = run(programs / "python", "-m", "website", cwd=ROOT)
    return output.strip().splitlines()[-1]


_CRATES = """\
import json
from pathlib import Path
import smartcity_case as sc
place = Path("odd")
place.mkdir()
(place / "text ü#1.txt").write_text("El zorro 🦊 duerme.", "utf-8")
(place / "a b?.csv").write_text("start,end,exact\\n9,10,🦊\\n", "utf-8")
fields = [{"name": name, "type": "integer"} for name in ("start", "end")]
span = {"fields": {"start": "start", "end": "end", "exact": "exact"},
        "reference": {"resource": "note"}}
schema = {"fields": [*fields, {"name": "exact"}], "textSpans": [span]}
resources = [{"name": "note", "path": "text ü#1.txt", "mediatype": "text/plain"},
             {"name": "animals", "path": "a b?.csv", "schema": schema}]
package = {"contributors": [{"title": "Ana", "roles": ["creator", "publisher"]}],
           "resources": resources}
(place / "datapackage.json").write_text(json.dumps(package), "utf-8")
sc.export(None, "ro-crate", "crate-of-the-case")
sc.export(place, "ro-crate", "crate-of-odd-names", options={"published": "2026-01-02"})
"""
# The cache of the validator, filled with a context from a file instead of its address.
_WARMED = """\
import io, json, sys
from pathlib import Path
import rocrate
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse
address, cache = sys.argv[1:]
context = (Path(rocrate.__file__).parent / "data/ro-crate.jsonld").read_bytes()
if json.loads(context)["@id"] != address:
    sys.exit(f"{json.loads(context)['@id']} and not {address}")
class OfFile(HTTPAdapter):
    def send(self, request, **_):
        kind = {"Content-Type": "application/ld+json"}
        raw = HTTPResponse(io.BytesIO(context), kind, 200, preload_content=False,
                           request_url=request.url)
        return self.build_response(request, raw)
session = CachedSession(cache, backend="sqlite", expire_after=-1)
session.mount("https://", OfFile())
session.get(address).raise_for_status()
"""
_CONTEXT = "https://w3id.org/ro/crate/1.1/context"


def ro_crate_profile(place: Path) -> str:
    """roc-validator finds exported crates valid by the base profile 1.1, without a network."""
    # rocrate up to 0.15 has the context of 1.1 in it, from which the validator's cache is filled.
    packages = (str(ROOT), "roc-validator>=0.13,<0.14", "rocrate>=0.13,<0.16")
    try:
        programs = environment(place / "venv", *packages)
    except subprocess.CalledProcessError as error:
        raise NotRun("roc-validator cannot be installed on this machine") from error
    try:
        run(programs / "python", "-c", _WARMED, _CONTEXT, place / "cache", cwd=place)
    except subprocess.CalledProcessError as error:
        raise NotRun("no context of RO-Crate 1.1 to fill the validator's cache with") from error
    run(programs / "python", "-c", _CRATES, cwd=place)
    told = []
    for crate in ("crate-of-the-case", "crate-of-odd-names"):
        report = place / f"{crate}.json"
        validate = (programs / "rocrate-validator", "-y", "validate", "--offline", "--no-paging")
        where = ("--cache-path", place / "cache", "-f", "json", "-o", report)
        run(*validate, *where, "-p", "ro-crate-1.1", place / crate, cwd=place)
        found = json.loads(report.read_text("utf-8"))
        passed, total = (found["statistics"][f"total_{n}checks"] for n in ("passed_", ""))
        if not found["passed"] or found["issues"] or passed != total:
            raise AssertionError(f"{crate}: {passed} of {total} checks passed")
        told.append(f"{crate}: {passed} of {total} checks passed")
    return "; ".join(told)


def slice_of_fuzzing(place: Path) -> str:
    """Bytes are fed to each target for 20 seconds, from a fixed seed."""
    try:
        programs = environment(place / "venv", f"{ROOT}[fuzz]", "pytest", "hypothesis")
    except subprocess.CalledProcessError as error:
        raise NotRun("atheris cannot be installed on this system") from error
    fuzz = (ROOT / "fuzz/run.py", "--all", "--seconds", "20", "--seed", "1")
    lines = run(programs / "python", *fuzz, cwd=ROOT).splitlines()
    return "; ".join(line for line in lines if line.startswith("fuzzing"))


_CORPUS = """\
import json
from pathlib import Path
import pyarrow as pa
from pyarrow import parquet
place = Path("corpus")
texts = {f"t{n}": f"{n}: „Der Fuchs 🦊 schläft“ – sagt man." for n in range(50)}
rows = []
for n in range(3000):
    key = f"t{n % 50}"
    start = texts[key].index("Fuchs")
    rows.append({"id": f"r{n}", "document": key, "start": start, "end": start + 7,
                 "exact": "Fuchs 🦊"})
rows[7]["exact"], rows[1234]["start"], rows[2999]["document"] = "Fuchs", 0, "t99"
for name, held in (("rows", rows),
                   ("documents", [{"id": k, "text": t} for k, t in texts.items()])):
    (place / name).mkdir(parents=True)
    for half in (0, 1):
        part = held[half * len(held) // 2:][: len(held) // 2]
        parquet.write_table(pa.Table.from_pylist(part), place / name / f"{half}.parquet")
def described(name, fields, **more):
    fields = [{"name": f, "type": "integer" if f in ("start", "end") else "string"} for f in fields]
    paths = [f"{name}/{half}.parquet" for half in (0, 1)]
    return {"name": name, "path": paths, "schema": {"fields": fields, "primaryKey": "id", **more}}
span = {"fields": {"start": "start", "end": "end", "exact": "exact", "source": "document"},
        "reference": {"resource": "documents", "fields": {"key": "id", "text": "text"}}}
package = {"name": "corpus", "resources": [described("documents", ["id", "text"]),
                                           described("rows", rows[0], textSpans=[span])]}
(place / "datapackage.json").write_text(json.dumps(package), "utf-8")
"""
_SPARKED = """\
import re, sys
from pathlib import Path
from pyspark.sql import SparkSession
import smartcity_case
page = Path(sys.argv[1]).read_text("utf-8")
(code,) = (each for each in re.findall("```python\\n(.*?)```", page, re.S) if "mapInArrow" in each)
local = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
spark = local.getOrCreate()
exec(code.replace("/data/corpus", str(Path("corpus").resolve())))
found = {row["id"] for row in wrong.collect()}
wanted = {finding.location.key for finding in smartcity_case.validate("corpus").errors}
assert found == wanted == {"r7", "r1234", "r2999"}, (found, wanted)
print(f"Spark {spark.version} finds the {len(found)} wrong rows of 3000 that validate finds")
"""


def spark(place: Path) -> str:
    """The lines of docs/at-scale.md find under Spark, in local mode, what the validation finds."""
    if shutil.which("java") is None:
        raise NotRun("no Java on this machine")
    told = run("java", "-version", cwd=place)
    if not (version := re.search(r'version "(\d+)', told)) or int(version[1]) < 17:
        raise NotRun(f"Spark 4 needs Java 17: {told.splitlines()[0]}")
    python = environment(place / "venv", str(ROOT)) / "python"
    try:
        run(python, "-m", "pip", "install", "-q", "pyspark>=4,<5", cwd=place)
    except subprocess.CalledProcessError as error:
        raise NotRun("pyspark cannot be installed on this machine") from error
    run(python, "-c", _CORPUS, cwd=place)
    told = run(
        *(python, "-c", _SPARKED, ROOT / "docs/at-scale.md"),
        cwd=place,
        PYSPARK_PYTHON=str(python),
        SPARK_LOCAL_IP="127.0.0.1",
    )
    return told.strip().splitlines()[-1]


def newer_python() -> str:
    """A Python of at least 3.12, or NotRun."""
    names = ("python3.14", "python3.13", "python3.12")
    found = [sys.executable, *(path for name in names if (path := shutil.which(name)))]
    found += [str(path) for path in Path.home().glob(".pyenv/versions/3.1[2-9]*/bin/python")]
    for python in found:
        if _is_newer(python):
            return python
    raise NotRun("no Python 3.12 or newer on this machine")


def _is_newer(python: str) -> bool:
    question = "import sys, venv, ensurepip; raise SystemExit(sys.version_info < (3, 12))"
    return not subprocess.run([python, "-c", question], capture_output=True, check=False).returncode


CHECKS: tuple[Callable[[Path], str], ...] = (
    installed_wheel,
    zipped_install,
    pandas_2,
    frictionless_alone,
    official_profile,
    pre_commit_hook,
    citation_file,
    slice_of_fuzzing,
    ro_crate_profile,
    documentation_site,
    spark,
)


def main() -> int:
    """Run every check and print the closing table."""
    results: list[tuple[str, str, str]] = []
    for check in CHECKS:
        name, started = check.__name__.replace("_", " "), time.monotonic()
        print(f"… {name}: {check.__doc__}", flush=True)
        with tempfile.TemporaryDirectory() as place:
            try:
                verdict, detail = "ran", check(Path(place))
            except NotRun as reason:
                verdict, detail = "NOT RUN", str(reason)
            except (subprocess.SubprocessError, AssertionError) as error:
                verdict, detail = "FAILED", str(error)
        results.append((name, verdict, f"{detail} [{time.monotonic() - started:.0f} s]"))
    print("\nenvironments:")
    for name, verdict, detail in results:
        print(f"  {name:<22} {verdict:<8} {detail}")
    return any(verdict == "FAILED" for _, verdict, _ in results)


if __name__ == "__main__":
    sys.exit(main())
