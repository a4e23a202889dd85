"""Without a browser its tests are left out and counted; where one is required they fail."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from conftest import ROOT


@pytest.mark.parametrize(("required", "told"), [("", "skipped"), ("required", "errors")])
def test_tests_of_the_page_without_a_browser(required: str, told: str) -> None:
    name = "tests/browser/test_viewer_for_everybody.py::test_a_phone"
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", name],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"CHROMIUM": "", "SMARTCITY_CASE_BROWSER": required},
        check=False,
    )
    assert "1 tests of the page" in run.stdout if not required else "1 error" in run.stdout
    assert (run.returncode == 0) is (told == "skipped")
    assert "apt-get install chromium" in run.stdout
