"""On paper: the text with its marks, and the rows that are listed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from browser import expected
from browser.looking import Window

Visit = Callable[..., Window]


def plain(text: str) -> str:
    """Letters and digits alone: lines break elsewhere on paper."""
    return re.sub(r"\W+", "", text.replace("\u00ad", ""))


def test_paper_has_the_text_and_every_row(visit: Visit, tmp_path: Path) -> None:
    window = visit("case")
    window.all_tables()
    pdf = window.page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert window.at("#print li").count() == 0  # gone after it was printed
    if shutil.which("pdftotext") is None:
        return
    (tmp_path / "page.pdf").write_bytes(pdf)
    command = ["pdftotext", "-raw", str(tmp_path / "page.pdf"), "-"]
    told = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")
    found = plain(told)
    for paragraph in expected.text().split("\n"):
        # Pages break between lines, and may have no more than one break in a paragraph.
        halves = [plain(paragraph)[:40], plain(paragraph)[-40:]]
        assert all(half in found for half in halves), paragraph
    for reference in expected.references():
        assert plain(reference) in found, reference
    assert "Copycitation" not in found


def test_paper_has_no_controls(visit: Visit) -> None:
    window = visit("case", "claims/c009")
    window.media("print")
    window.at("#print li").first.wait_for()
    assert window.at("#print li").count() == 178
    # Details that are closed have controls which are drawn nowhere.
    seen = window.run(
        """() => [...document.querySelectorAll("button, input, select, summary, .skip, #rows")]
          .filter((e) => e.checkVisibility()).map((e) => e.id || e.outerHTML.slice(0, 60))"""
    )
    assert seen == []
    height = window.run(
        "[document.getElementById('text')].map(e => e.scrollHeight - e.clientHeight)[0]"
    )
    assert height <= 1  # the whole text, not a window of it
    colours = window.run("getComputedStyle(document.body).color")
    assert colours == "rgb(29, 31, 35)"
    window.media("null")
    assert window.at("#rows").is_visible()


def test_paper_has_the_rows_that_are_chosen(visit: Visit) -> None:
    window = visit("case", color_scheme="dark")
    window.facet("stance", "critical")
    window.media("print")
    window.at("#print li").first.wait_for()
    told = window.at("#print strong").all_text_contents()
    assert told == expected.holding("stance", "critical", "claims")
    assert window.words("#print h2") == f"{len(told)} of 349 rows"
    assert (
        window.run("getComputedStyle(document.getElementById('text')).color") == "rgb(29, 31, 35)"
    )
    window.media("null")
