"""A text of 1 MB with 20,000 rows; the bounds are wide, for machines are busy.

The figures themselves are kept by `python -m benchmarks.viewer`.
"""

from __future__ import annotations

from collections.abc import Callable

from browser.looking import Window
from browser.measured import figures
from browser.packages import LENGTH, ROWS

Visit = Callable[..., Window]


def test_a_large_page_does_not_lag(visit: Visit) -> None:
    window = visit("large")
    assert window.run("document.getElementById('text').textContent.length") >= LENGTH
    window.all_tables()
    assert window.words("#count") == f"{ROWS:,} of {ROWS:,} rows"
    found = figures(window)
    print(found)
    assert found.ready < 10_000
    for frame in (found.text_frame_p95, found.rows_frame_p95):
        assert frame < 250
    for action in (found.filter, found.search, found.last_row, found.click):
        assert action < 1_000
    # Only what is near the window is there.
    assert window.run("document.querySelectorAll('#rows .item').length") < 60
    assert window.run("document.querySelectorAll('*').length") < 20_000


def test_the_last_row_of_a_large_page_is_found_and_lit(visit: Visit) -> None:
    window = visit("large", f"inner/i{ROWS // 2 - 1:05}")
    assert window.in_sight()
    at = (ROWS // 2 - 1) * (LENGTH // (ROWS // 2)) + 10
    mark = window.at("#text .lit").first
    assert mark.get_attribute("data-start") == str(at)
    assert len("".join(window.stretches())) >= 20
    window.run("location.hash = '#outer/o00000'")
    window.page.wait_for_function("() => document.getElementById('text').scrollTop < 500")
    assert window.in_sight()


def test_rows_of_a_large_page_are_filtered_and_searched(visit: Visit) -> None:
    window = visit("large")
    window.all_tables()
    window.facet("kind", "sagt")
    assert window.count == sum(n % 3 == 2 for n in range(ROWS // 2))
    window.at("#clear").click()
    window.at("#search").fill("o0999")
    assert window.count == 20
    assert window.words("#hits").startswith("0 places")
    window.at("#search").fill("netz")
    assert "at least 10,000 places" in window.words("#hits")
    window.page.keyboard.press("Enter")
    assert window.words("#live") == "place 1 of 10000"
