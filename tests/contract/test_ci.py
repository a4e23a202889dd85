"""What CI of others runs is run here as their runners do: hook, action, GitLab job, workflow."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from conftest import ROOT, Folder

yaml = pytest.importorskip("yaml")  # frictionless needs it

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text("utf-8"))


def spoil(toy: Folder) -> None:
    toy.replace("avistamientos", "otra garza", "otra garzo")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with `smartcity-case` of this checkout, and `pip` that does nothing."""
    folder = tmp_path / "programs"
    folder.mkdir()
    ours = f'exec {shlex.quote(sys.executable)} -m smartcity_case "$@"'
    for name, line in (("smartcity-case", ours), ("pip", 'echo pip "$@" >> installed.txt')):
        (folder / name).write_text(f"#!/bin/sh\n{line}\n", "utf-8")
        (folder / name).chmod(0o755)
    return folder


def shell(
    script: str, folder: Path, programs: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a script as the runners do."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


# pre-commit


def hook() -> dict[str, Any]:
    (only,) = read(".pre-commit-hooks.yaml")
    return dict(only)


def test_the_hook_runs_whatever_changes_and_is_given_no_files() -> None:
    assert hook()["id"] == "smartcity-case-validate"
    assert (hook()["language"], hook()["pass_filenames"], hook()["always_run"]) == (
        *("python", False),
        True,
    )


def test_the_hook_fails_on_a_spoilt_package_and_without_one(toy: Folder, programs: Path) -> None:
    entry, at = hook()["entry"], toy.root.parent
    assert shell(f"{entry} aves", at, programs).returncode == 0
    spoil(toy)
    done = shell(f"{entry} aves", at, programs)
    assert (done.returncode, "span.absent" in done.stdout) == (1, True)
    assert shell(entry, at, programs).returncode == 2


# the action


def steps() -> list[dict[str, Any]]:
    return list(read("action.yml")["runs"]["steps"])


def act(folder: Path, programs: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Run the step `validate` with inputs."""
    inputs = {
        name: given.get(name.replace("-", "_"), each.get("default", ""))
        for name, each in read("action.yml")["inputs"].items()
    }
    (step,) = (step for step in steps() if step.get("name") == "validate")
    variables = {
        name: EXPRESSION.sub(lambda m: inputs[m[1].removeprefix("inputs.")], value)
        for name, value in step["env"].items()
    }
    return shell(step["run"], folder, programs, **variables)


def test_the_action_installs_itself() -> None:
    (step,) = (step for step in steps() if step.get("name") == "install")
    assert step["run"] == 'python -m pip install --quiet "$ACTION_PATH"'
    assert step["env"] == {"ACTION_PATH": "${{ github.action_path }}"}
    (setup,) = (step for step in steps() if "uses" in step)
    assert setup["uses"].startswith("actions/setup-python@")
    assert setup["if"] == "inputs.python-version != ''"


def test_no_input_is_written_into_a_script() -> None:
    for step in steps():
        assert not EXPRESSION.search(step.get("run", ""))
        assert step.get("shell", "bash") == "bash"
    used = {name for step in steps() for name in EXPRESSION.findall(str(step))}
    inputs = {f"inputs.{name}" for name in read("action.yml")["inputs"]}
    assert used == inputs | {"github.action_path"}


def test_the_action_passes_and_fails(toy: Folder, programs: Path) -> None:
    at = toy.root.parent
    good = act(at, programs, path="aves")
    assert (good.returncode, good.stderr) == (0, "")
    spoil(toy)
    bad = act(at, programs, path="aves/datapackage.json")
    assert bad.returncode == 1
    first = "::error file=aves/tablas/avistamientos.csv,line=3,title=span.absent::"
    assert bad.stdout.startswith(first)
    known = shell("smartcity-case validate aves --write-baseline 'k n.json'", at, programs)
    assert known.returncode == 0
    assert act(at, programs, path="aves", baseline="k n.json").returncode == 0
    assert act(at, programs, path="nowhere").returncode == 2
    assert act(at, programs, path="").returncode == 2


def test_the_action_fails_on_warnings_if_asked(toy: Folder, programs: Path) -> None:
    toy.replace("avistamientos", "a1,", "=a1,")
    assert act(toy.root.parent, programs, path="aves").returncode == 0
    assert act(toy.root.parent, programs, path="aves", fail_on="warning").returncode == 1


def test_inputs_are_handed_over_as_they_are(tmp_path: Path, programs: Path) -> None:
    (programs / "smartcity-case").write_text('#!/bin/sh\nprintf "<%s>\\n" "$@"\n', "utf-8")
    evil = '$(touch owned) `touch owned` "; touch owned; ${{ x }} *'
    given = {"path": evil, "baseline": evil, "fail_on": evil, "sources": f"a={evil}\n\nb=c d\n"}
    done = act(tmp_path, programs, **given)
    assert done.stdout.splitlines() == [
        "<validate>",
        "<--format>",
        "<github>",
        f"<--fail-on={evil}>",
        f"<--baseline={evil}>",
        f"<--source=a={evil}>",
        "<--source=b=c d>",
        "<-->",
        f"<{evil}>",
    ]
    assert not (tmp_path / "owned").exists()


# GitLab


def gitlab(folder: Path, programs: Path, package: str) -> subprocess.CompletedProcess[str]:
    (job,) = read("docs/ci/gitlab-ci.yml").values()
    script = "\n".join([*job["before_script"], *job["script"]])
    return shell(script, folder, programs, **job["variables"] | {"PACKAGE": package})


def test_the_job_of_gitlab_passes_and_fails_with_a_report(toy: Folder, programs: Path) -> None:
    at = toy.root.parent
    (job,) = read("docs/ci/gitlab-ci.yml").values()
    report = at / job["artifacts"]["reports"]["junit"]
    assert job["artifacts"]["when"] == "always"
    assert gitlab(at, programs, "aves").returncode == 0
    assert ElementTree.parse(report).getroot().attrib["failures"] == "0"
    wheel = job["variables"]["WHEEL"]
    assert (at / "installed.txt").read_text("utf-8") == f"pip install --quiet {wheel}\n"
    spoil(toy)
    assert gitlab(at, programs, "aves").returncode == 1
    assert int(ElementTree.parse(report).getroot().attrib["failures"]) > 0
    assert gitlab(at, programs, "nowhere").returncode == 2


# our own workflow


def test_our_workflow_runs_everything_and_our_own_action() -> None:
    workflow = read(".github/workflows/ci.yml")
    assert set(workflow[True]) == {"push", "pull_request"}  # YAML 1.1 takes `on` for true
    assert workflow["permissions"] == {"contents": "read"}
    done = [step for job in workflow["jobs"].values() for step in job["steps"]]
    everything, plugins = [step["run"] for step in done if "run" in step]
    assert everything == ".ci/run"
    assert "pytest -q --noconftest --datapackage datapackage.json" in plugins
    assert "frictionless validate datapackage.json --checks text-spans" in plugins
    assert os.access(ROOT / ".ci/run", os.X_OK)
    (own,) = (step for step in done if step.get("uses") == "./")
    assert set(own["with"]) <= set(read("action.yml")["inputs"])
    assert (ROOT / own["with"]["path"]).is_file()
    for job in workflow["jobs"].values():
        assert "permissions" not in job
        assert not EXPRESSION.search(str([step.get("run") for step in job["steps"]]))
        checkout = job["steps"][0]
        assert checkout["uses"].startswith("actions/checkout@")
        assert checkout["with"] == {"persist-credentials": False}


def test_our_workflow_passes_on_our_package(programs: Path) -> None:
    workflow = read(".github/workflows/ci.yml")
    (own,) = (s for job in workflow["jobs"].values() for s in job["steps"] if s.get("uses") == "./")
    given = {name.replace("-", "_"): value for name, value in own["with"].items()}
    done = act(ROOT, programs, **given)
    assert (done.returncode, done.stdout) == (0, "0 errors, 0 warnings, 0 checks skipped\n")


def test_the_plugins_pass_on_our_package_as_our_workflow_runs_them() -> None:
    steps = read(".github/workflows/ci.yml")["jobs"]["package"]["steps"]
    install, *commands = steps[-1]["run"].splitlines()
    assert install == "python -m pip install --quiet pytest"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command in commands:
        done = subprocess.run(
            shlex.split(command),
            cwd=ROOT,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert "INVALID" not in done.stdout
