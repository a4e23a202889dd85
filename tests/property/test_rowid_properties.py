"""References to rows: what is written is read again, whatever names and keys look like."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smartcity_case.errors import NotFound
from smartcity_case.rowid import RowReference

ODD = st.text(st.sampled_from("aZ0/#:%@ \t\n\r\x00\u00a0\u200d\u202e\ufeffé„🐦\ud800e\u0301.-_+"))
PART = st.one_of(ODD, st.text())
NAMED = PART.filter(bool)
REFERENCES = st.builds(
    RowReference,
    name=PART,
    version=PART,
    table=NAMED,
    key=st.lists(PART, min_size=1, max_size=3).map(tuple),
    column=PART,
)


@given(REFERENCES)
@example(RowReference("", "1", "t", ("", "")))
@example(RowReference("n", "", "t", ("%41",)))
def test_a_reference_is_read_as_it_was_written(reference: RowReference) -> None:
    assert RowReference.parse(str(reference)) == reference
    short = RowReference.parse(reference.short)
    assert short == RowReference("", "", reference.table, reference.key, reference.column)


@given(REFERENCES, REFERENCES)
def test_two_rows_never_have_the_same_reference(one: RowReference, two: RowReference) -> None:
    assert (str(one) == str(two)) == (one == two)


@given(REFERENCES)
def test_a_reference_is_one_word(reference: RowReference) -> None:
    written = str(reference)
    assert written.split() == [written]
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", written)
    assert written.encode("utf-8")


@given(st.text(st.sampled_from("ab/#:%@4C3é ")))
def test_what_can_be_read_can_be_written(text: str) -> None:
    try:
        reference = RowReference.parse(text)
    except NotFound:
        return
    assert RowReference.parse(str(reference)) == reference


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("seen", "names no row"),
        ("", "names no row"),
        ("/a1", "names no row"),
        ("birds@1.0.0#seen", "names no row"),
        ("birds@1.0.0#", "names no row"),
        ("#seen/a1", "cannot be read"),
        ("birds@#seen/a1", "cannot be read"),
        ("seen/a1:", "cannot be read"),
        ("seen/a1:said:more", "%3A"),
        ("seen/a1:x/y", "%2F"),
        ("a/b#seen/a1", "cannot be read"),
        ("birds@1@2#seen/a1", "cannot be read"),
        ("seen/100%", "%25"),
        ("seen/%zz", "%25"),
        ("seen/%ff", "not UTF-8"),
    ],
)
def test_what_is_no_reference_is_told(text: str, why: str) -> None:
    with pytest.raises(NotFound, match=why):
        RowReference.parse(text)


def test_what_a_person_types_need_not_be_encoded() -> None:
    assert RowReference.parse("seen/Elbe, Havel@night").key == ("Elbe, Havel@night",)
    assert RowReference.parse("seen/Elbe%2FHavel/3").key == ("Elbe/Havel", "3")
    assert RowReference.parse("birds#seen/a1").version == ""
    assert RowReference.parse("@1.0#seen/a1").name == ""


def test_a_reference_belongs_to_a_release() -> None:
    reference = RowReference.parse("birds@1.0.0#seen/a1:said")
    reference.hold_to("birds", "1.0.0")
    RowReference.parse("seen/a1").hold_to("birds", "1.0.0")
    RowReference.parse("birds#seen/a1").hold_to("birds", "2.0.0")
    with pytest.raises(NotFound, match=r"a row of birds 1.0.0, but this is birds 1.1.0"):
        reference.hold_to("birds", "1.1.0")
    with pytest.raises(NotFound, match=r"ask this one for seen/a1:said"):
        reference.hold_to("fish", "1.0.0")
    with pytest.raises(NotFound, match="a package without a name"):
        reference.hold_to("", "")


def test_a_key_is_a_tuple() -> None:
    for key in ("a1", ()):
        with pytest.raises(TypeError, match="tuple"):
            RowReference("birds", "1", "seen", key)  # type: ignore[arg-type]  # that it is refused is tested
