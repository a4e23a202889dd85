"""Several texts, and texts that are not there."""

from __future__ import annotations

from collections.abc import Callable

from browser.looking import Window
from browser.packages import MANY

Visit = Callable[..., Window]


def named(window: Window) -> list[str]:
    script = "[...document.querySelectorAll('#text-list button')].map(e => e.firstChild.data)"
    found: list[str] = window.run(script)
    return found


def test_several_texts_are_listed_and_one_is_shown(visit: Visit) -> None:
    window = visit("many")
    assert named(window) == [*(f"Letter {n} of May" for n in range(MANY - 1)), "A postcard"]
    assert window.text == "Brief 0: 🐦 die Stadt und das Netz 0."
    assert window.rows == ["named/Stadt0", "named/Netz0"]
    assert window.at('#text-list [aria-current="true"]').count() == 1


def test_texts_are_searched_for_by_name(visit: Visit) -> None:
    window = visit("many")
    window.at("#text-search").fill("POSTcard")
    assert named(window) == ["A postcard"]
    window.at("#text-list button").click()
    last = MANY - 1
    assert window.text == f"Brief {last}: 🐦 die Stadt und das Netz {last}."
    assert window.words("#text-title") == "A postcard"
    assert window.rows == [f"named/Stadt{last}", f"named/Netz{last}"]
    window.row(f"named/Netz{last}").hover()
    assert window.stretches() == ["Netz"]
    window.at("#text-search").fill("letters/l7")
    assert named(window) == ["Letter 7 of May"]
    window.at("#text-search").fill("nobody")
    assert named(window) == []


def test_a_row_of_another_text_brings_its_text(visit: Visit) -> None:
    window = visit("many", "named/Netz7")
    assert window.words("#text-title") == "Letter 7 of May"
    assert window.stretches() == ["Netz"]
    assert window.text.startswith("Brief 7")
    window.page.go_back()


def test_rows_of_all_texts_are_listed_if_asked(visit: Visit) -> None:
    window = visit("many")
    window.at("#everywhere").check()
    # Rows of the table of texts are rows, too.
    assert window.words("#count") == f"{3 * MANY} of {3 * MANY} rows"
    window.at("#search").fill("Stadt3")
    assert [r for r in window.rows if r.startswith("named/")] == [
        "named/Stadt3", *(f"named/Stadt{n}" for n in range(30, 40))
    ]  # fmt: skip
    window.row("named/Stadt33").click()
    assert window.words("#text-title") == "Letter 33 of May"


def test_a_withheld_text_says_so_and_its_rows_are_there(visit: Visit) -> None:
    window = visit("withheld", "avistamientos/a1")
    assert "withheld" in window.text
    assert "--source" in window.text
    assert "garzas" not in window.words("body")
    assert window.chosen == "avistamientos/a1"
    assert window.at("#cells .span q").all_text_contents() == ["words withheld"] * 2
    assert "18 to 28" in window.words("#cells")
    assert "words withheld" in window.words("#rows")
