"""The version's step, withdrawn keys, and the changelog's data section."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from editions import PLANTS, between, content, documents_of, table, write
from smartcity_case.authoring.comparing.changelog import (
    BEGIN,
    END,
    UnwritableChangelog,
    block,
    write_changelog,
)
from smartcity_case.authoring.comparing.changes import Diff, NewTable, Release, Step
from smartcity_case.authoring.comparing.comparison import Editions
from smartcity_case.authoring.comparing.versioning import check_release, reasons, required
from smartcity_case.authoring.comparing.withdrawn import key_text, read_withdrawn, withdrawn_line
from smartcity_case.report import Report

GONE = table(rows=PLANTS[:2])
MORE = table(rows=[*PLANTS, ["p4", "blau", "1"]])
OTHER = table(rows=[["p1", "Blau", "3"], *PLANTS[1:]])


def judged(
    tmp: Path,
    new: dict[str, Any],
    old_log: str = "",
    new_log: str = "",
    versions: tuple[str, str] = ("1.0.0", "9.0.0"),
    old: dict[str, Any] | None = None,
) -> Report:
    """The report on two releases of a garden."""
    tables = ({"plants": old or table()}, {"plants": new})
    roots = [
        write(tmp / name, made, version=version)
        for name, made, version in zip(("old", "new"), tables, versions, strict=True)
    ]
    logs = [log.encode() for log in (old_log, new_log)]
    return check_release(between(*roots), Editions(content(roots[1])), *logs)


def codes(report: Report) -> list[tuple[str, str]]:
    return [(finding.code, finding.location.key) for finding in report.findings]


@pytest.mark.parametrize(
    ("old", "new", "change", "fault"),
    [
        ("1.0.0", "1.0.0", table(), ""),
        ("1.0.0", "1.0.1", table(), ""),
        ("1.0.0", "1.0.0", OTHER, "1.0.0 to 1.0.0 is no step; PATCH is needed (1.0.1)"),
        ("1.0.0", "1.0.1", OTHER, ""),
        ("1.0.0", "1.0.1", MORE, "is PATCH; MINOR is needed (1.1.0): plants: 1 row added"),
        ("1.0.0", "1.1.0", MORE, ""),
        ("1.0.0", "2.0.0", MORE, ""),
        ("1.2.3", "1.3.0", table(["id", "colour"], [r[:2] for r in PLANTS]),
         "is MINOR; MAJOR is needed (2.0.0): plants: field height removed"),
        ("0.1.0", "0.1.1", table(["id", "colour"], [r[:2] for r in PLANTS]),
         "MINOR is needed (0.2.0)"),
        ("0.1.0", "0.2.0", table(["id", "colour"], [r[:2] for r in PLANTS]), ""),
        ("1.1.0", "1.0.9", OTHER, "it was lowered from 1.1.0 to 1.0.9"),
        ("1.1.0", "1.1.0-rc.1", OTHER, "it was lowered from 1.1.0 to 1.1.0-rc.1"),
        ("1.1.0-rc.1", "1.1.0-rc.2", MORE, ""),
        ("1.1.0-rc.2", "1.1.0-rc.x", MORE, ""),
        ("1.1.0-rc.2", "1.1.0", MORE, ""),
        ("1.1.0+a", "1.1.0+b", OTHER, "is no step"),
    ],
)  # fmt: skip
def test_the_version_is_raised_as_the_changes_require(
    tmp_path: Path, old: str, new: str, change: dict[str, Any], fault: str
) -> None:
    report = judged(tmp_path, change, versions=(old, new))
    assert report.skipped == ()
    messages = [f.message for f in report.findings if f.code == "version.step"]
    assert report.ok == (not fault)
    assert len(messages) == bool(fault)
    assert all(fault in message for message in messages)


@pytest.mark.parametrize(("old", "new"), [("", "1.0.0"), ("1.0.0", "1.0"), ("1.0.0", "01.0.0")])
def test_a_version_that_is_none_cannot_be_judged(tmp_path: Path, old: str, new: str) -> None:
    report = judged(tmp_path, OTHER, versions=(old, new))
    assert not report.ok
    (check,) = report.skipped
    assert check.name == "version"
    assert "is no MAJOR.MINOR.PATCH" in check.reason
    assert judged(tmp_path, table(), versions=("x", "x")).ok


def test_the_step_is_that_of_the_gravest_change(tmp_path: Path) -> None:
    toy = Release("toy", "1.0.0")
    assert required(Diff(toy, toy)) is Step.NONE
    assert reasons(Diff(toy, toy, removed=("a",)))[0].step is Step.MAJOR
    keyless = [table(["a"], [["x"], ["y"]], None), table(["a"], [["x"]], None)]
    roots = [write(tmp_path / n, {"t": t}) for n, t in zip(("a", "b"), keyless, strict=True)]
    assert required(between(*roots)) is Step.PATCH  # nobody can cite a row without a key
    key = {"fields": "id", "reference": {"resource": "t", "fields": "a"}}
    for root, made in zip(roots, keyless, strict=True):
        write(root, {"t": made, "plants": table(foreignKeys=[key])})
    assert required(between(*roots)) is Step.MAJOR
    turned = write(tmp_path / "c", {"t": table(["a"], [["y"], ["x"]], None)})
    keyed = write(tmp_path / "d", {"t": table(["a"], [["x"], ["y"]], None)})
    found = reasons(between(keyed, turned))
    assert [(r.step, r.why) for r in found] == [(Step.PATCH, "t: rows in another order")]


def test_a_renamed_table_and_changed_texts_have_their_steps(tmp_path: Path) -> None:
    old = write(tmp_path / "old", {"plants": table(), "b": GONE})
    new = write(tmp_path / "new", {"shrubs": table(), "b": GONE})
    assert [r.why for r in reasons(between(old, new))] == ["table plants renamed shrubs"]
    old = documents_of(tmp_path / "o", b"a")
    new = documents_of(tmp_path / "n", b"b")
    assert [r.why for r in reasons(between(old, new))] == ["text docs (key d1) changed"]


def test_a_removed_key_must_be_listed(tmp_path: Path) -> None:
    report = judged(tmp_path, GONE)
    assert codes(report) == [("key.unlisted", "p3")]
    assert report.findings[0].location.path == "CHANGELOG.md"
    assert judged(tmp_path, GONE, "", "**Withdrawn keys:** `plants` p3.").ok
    other = judged(tmp_path, GONE, "", "**Withdrawn keys:** `shrubs` p3.")
    assert codes(other) == [("key.unlisted", "p3")]


def test_a_withdrawn_key_is_not_used_again(tmp_path: Path) -> None:
    listed = "**Withdrawn keys:** `plants` p4, p9."
    report = judged(tmp_path, MORE, listed, listed)
    assert codes(report) == [("key.withdrawn", "p4")]
    assert report.findings[0].location.row == 5
    assert report.findings[0].location.path == "plants.csv"
    assert "of OLD" in report.findings[0].message
    assert "of NEW" in judged(tmp_path, MORE, "", listed).findings[0].message


@pytest.mark.parametrize("key", [None, ["id", "colour"], ["colour"]])
def test_another_primary_key_sets_no_withdrawn_key_free(tmp_path: Path, key: Any) -> None:
    listed = "**Withdrawn keys:** `plants` p4."
    more = table(rows=[*PLANTS, ["p4", "blau", "1"]], key=key)
    assert codes(judged(tmp_path, more, listed, listed)) == [("key.withdrawn", "p4")]


def test_a_listed_key_stays_listed(tmp_path: Path) -> None:
    report = judged(tmp_path, table(), "**Withdrawn keys:** `plants` p9.", "")
    assert codes(report) == [("key.unlisted", "p9")]
    assert "no longer" in report.findings[0].message
    gone = judged(tmp_path, GONE, "**Withdrawn keys:** `plants` p3.", "")
    assert codes(gone) == [("key.unlisted", "p3")]


def test_withdrawn_keys_follow_a_renamed_table(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old"), write(tmp_path / "new", {"shrubs": table()})
    logs = [b"**Withdrawn keys:** `plants` p1, p9.", b"**Withdrawn keys:** `shrubs` p9."]
    report = check_release(between(old, new), Editions(content(new)), *logs)
    assert ("key.withdrawn", "p1") in codes(report)
    assert ("key.unlisted", "p9") not in codes(report)


def test_what_has_no_keys_withdraws_none(tmp_path: Path) -> None:
    rows = table(["a"], [["x"], ["y"]], None)
    report = judged(tmp_path, table(["a"], [["x"]], None), "", "", old=rows)
    assert report.ok
    listed = "**Withdrawn keys:** `plants` x; `nothing` y."
    assert judged(tmp_path, rows, listed, listed, old=rows).ok
    broken = table() | {"csv": 'id,colour,height\n"a"b,1,1\n'}
    report = judged(tmp_path, broken, listed, listed)
    assert [check.name for check in report.skipped] == ["rows"]


def test_repeated_keys_are_findings(tmp_path: Path) -> None:
    twice = table(rows=[*PLANTS, *PLANTS[:1] * 6])
    report = judged(tmp_path, twice)
    (finding,) = report.findings
    assert (finding.code, finding.location.row, finding.location.key) == ("key.duplicate", 2, "p1")
    assert finding.message == "it stands in the rows 2, 5, 6, 7, 8 … of NEW"
    assert [check.name for check in report.skipped] == ["rows"]
    report = judged(tmp_path, table(), old=twice)
    assert report.findings[0].location.path == ""
    assert "of OLD" in report.findings[0].message


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("**Withdrawn keys:** none.", {}),
        ("**Withdrawn keys:** `a` k1.", {"a": {("k1",)}}),
        (
            "**Withdrawn keys:** `a b` k1, 5g, ü-1; `c` x/y, a.b.",
            {"a b": {("k1",), ("5g",), ("ü-1",)}, "c": {("x", "y"), ("a.b",)}},
        ),
        (
            '**Withdrawn keys:** `a` "k, 1", "x\\"y"/"z;", "`".',
            {"a": {("k, 1",), ('x"y', "z;"), ("`",)}},
        ),
        ('**Withdrawn keys:** `a` "a/b".\r', {"a": {("a/b",)}}),
    ],
)
def test_lines_of_withdrawn_keys(line: str, keys: dict[str, Any]) -> None:
    found = read_withdrawn(line.encode())
    assert found.findings == ()
    assert found.keys == keys


@pytest.mark.parametrize(
    "line",
    ["**Withdrawn keys:** none", "**Withdrawn keys**: none.", "Withdrawn keys: c1",
     "- **withdrawn keys:** none.", "**Withdrawn keys:** `a`.", "**Withdrawn keys:** a k1.",
     "**Withdrawn keys:** `a` k1, .", "**Withdrawn keys:** `a` k1,k2.",
     "**Withdrawn keys:** `a` k1; k2.", "**Withdrawn keys:** `a` k1. More.",
     '**Withdrawn keys:** `a` "\\x".', "**Withdrawn key:** none.", "**Withdrawn keys:**  none.",
     "**Withdrawn keys** `a` k1.", "**Withdrawn keys (`a`):** k1.",
     " **Withdrawn keys:** none.", "**Withdrawn keys:** `a` k1,"],
)  # fmt: skip
def test_a_malformed_line_is_told(line: str) -> None:
    found = read_withdrawn(f"# Log\n\n{line}\n".encode(), "NEW")
    (finding,) = found.findings
    assert (finding.code, finding.location.row) == ("changelog.format", 3)
    assert found.keys == {}
    assert finding.message.startswith("the changelog of NEW has ")


def test_lines_in_code_and_other_prose_say_nothing() -> None:
    text = "```text\n**Withdrawn keys:** x\n```\n\nWithdrawn keys are listed.\n"
    text += "~~~~\n~~~\nWithdrawn keys: x\n"
    assert read_withdrawn(text.encode()) == ({}, ())
    assert len(read_withdrawn(b"withdrawn keys: \xff").findings) == 1
    assert "the changelog has" in read_withdrawn(b"withdrawn keys: ").findings[0].message


@pytest.mark.parametrize(
    "before", ["```x``` is code\n", "\ufeff", "# Log\r", "~~~\r~~~\r", "x\r\n"]
)
def test_a_line_is_seen_whatever_stands_before_it(before: str) -> None:
    found = read_withdrawn(f"{before}**Withdrawn keys:** `a` k1.".encode())
    assert found.findings == ()
    assert found.keys == {"a": {("k1",)}}


def test_a_changelog_that_is_no_utf_8_is_told() -> None:
    text = "**Withdrawn keys:** `a` k1.\n"
    found = read_withdrawn(text.encode("utf-16"), "OLD")
    assert [finding.code for finding in found.findings] == ["changelog.format"]
    assert "of OLD" in found.findings[0].message
    assert "the changelog has NUL" in read_withdrawn(text.encode("utf-16")).findings[0].message


@pytest.mark.parametrize(
    "keys", [[("p1",)], [("a b", "7"), ("", "x")], [("„ü“",)], [("x\ny",)], [("`; `b` c.",)],
             [("-",)], [("a.",)], [('"',)], [("e\u0301",)]]
)  # fmt: skip
def test_every_key_can_be_written_and_read(keys: list[Any]) -> None:
    line = withdrawn_line({"plants": keys, "none": []})
    assert "\n" not in line
    found = read_withdrawn(line.encode())
    assert (found.keys, found.findings) == ({"plants": frozenset(keys)}, ())
    assert key_text((None,)) == '""'


LOG = "# Changelog\n\n## Unreleased\n\n### Code\n\n- x\n\n## 1.0.0 (then)\n\n### Data\n\n- first\n"


def a_diff(tmp: Path, new: dict[str, Any], version: str = "2.0.0") -> Diff:
    return between(write(tmp / "old"), write(tmp / "new", {"plants": new}, version=version))


def test_the_block_is_put_under_unreleased(tmp_path: Path) -> None:
    found = a_diff(tmp_path, GONE)
    made = write_changelog(LOG.encode(), found).decode()
    lines = "\n".join(block(found))
    assert made == LOG.replace("### Code", f"### Data\n\n{lines}\n\n### Code", 1)
    assert write_changelog(made.encode(), found).decode() == made
    other = a_diff(tmp_path, MORE)
    assert write_changelog(made.encode(), other) == write_changelog(LOG.encode(), other)
    assert read_withdrawn(made.encode()).keys == {"plants": {("p3",)}}


def test_withdrawn_keys_of_an_earlier_release_are_not_written_over(tmp_path: Path) -> None:
    released = write_changelog(LOG.encode(), a_diff(tmp_path, GONE))
    old = write(tmp_path / "second", {"plants": GONE}, version="2.0.0")
    new = write(tmp_path / "third", {"plants": table(rows=PLANTS[:1])}, version="3.0.0")
    second = between(old, new)
    with pytest.raises(UnwritableChangelog, match="lost: `plants` p3; it is that") as info:
        write_changelog(released, second, released)
    assert "heading `## 2.0.0`" in str(info.value)
    parted = released.replace(b"## Unreleased", b"## Unreleased\n\n## 2.0.0")
    made = write_changelog(parted, second, released)
    assert read_withdrawn(made).keys == {"plants": {("p2",), ("p3",)}}
    assert write_changelog(made, second, released) == made


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "log",
    ["## 2.0.0\n", "## 2.0.0", "## [2.0.0] - now\n\nWords.\n", "## 2.0.0 (now)\n### Data\n- x\n",
     "## 2.0.0\n\n### Data", "## 2.0.0\n\n### Data\n\n- x\n\n## 1.0.0\n", "# L\n\n## 2.0.0\nText",
     "```\n## 2.0.0\n```\n\n## 2.0.0\n\n```\n### Data\n```\n"],
)  # fmt: skip
def test_all_else_stays_byte_for_byte(tmp_path: Path, log: str, end: str) -> None:
    found = a_diff(tmp_path, GONE)
    old = log.replace("\n", end)
    made = write_changelog(old.encode(), found).decode()
    assert write_changelog(made.encode(), found).decode() == made
    lines = block(found)
    begin, behind = made.index(BEGIN), made.index(END) + len(END)
    ours = end if end in old else "\n"
    assert made[begin:behind] == ours.join(lines)
    rest = made[:begin] + made[behind:]
    for line in filter(str.strip, old.split("\n")):
        assert line in rest
    assert made.count("### Data") == (2 if "```" in log else 1)
    taken = [line for line in rest.split("\n") if line.strip() and line.strip() != "### Data"]
    kept = [line for line in old.split("\n") if line.strip() and line.strip() != "### Data"]
    assert [line.strip() for line in taken] == [line.strip() for line in kept]
    assert ("\r" in made) == ("\r" in old)


def test_a_mark_on_the_last_line_without_an_end(tmp_path: Path) -> None:
    found = a_diff(tmp_path, GONE)
    log = f"## 2.0.0\r\n\r\n{BEGIN}\r\n{END}".encode()
    made = write_changelog(log, found)
    assert made.endswith(END.encode())
    assert write_changelog(made, found) == made


def test_a_version_that_is_the_old_one_has_its_section_already(tmp_path: Path) -> None:
    found = a_diff(tmp_path, GONE, version="1.0.0")
    made = write_changelog(LOG.encode(), found).decode()
    assert made.index(BEGIN) < made.index("## 1.0.0")
    assert write_changelog(made.encode(), found).decode() == made
    with pytest.raises(UnwritableChangelog, match="no section `## Unreleased`"):
        write_changelog(b"## 1.0.0\n", found)
    assert b"## Unreleased" in write_changelog(None, found)


def test_a_changelog_that_is_not_there_yet(tmp_path: Path) -> None:
    found = a_diff(tmp_path, GONE)
    made = write_changelog(None, found).decode()
    assert made == "# Changelog\n\n## 2.0.0\n\n### Data\n\n" + "\n".join(block(found)) + "\n"
    bare = write_changelog(None, a_diff(tmp_path, GONE, version="")).decode()
    assert "## Unreleased\n" in bare
    assert "Changes since 1.0.0:" in bare


@pytest.mark.parametrize(
    ("log", "reason"),
    [("# Changelog\n", "no section `## 2.0.0` or `## Unreleased`"), ("\xff", ""),
     (f"## 2.0.0\n\n{BEGIN}\n", "not as one pair in a section (lines 3)"),
     (f"## 2.0.0\n\n{END}\n{BEGIN}\n", "(lines 3, 4)"),
     (f"## 2.0.0\n{BEGIN}\n{END}\n{BEGIN}\n{END}\n", "(lines 2, 3, 4, 5)")],
)  # fmt: skip
def test_a_changelog_without_a_place_for_it(tmp_path: Path, log: str, reason: str) -> None:
    with pytest.raises(UnwritableChangelog, match="changelog") as info:
        write_changelog(log.encode("latin-1"), a_diff(tmp_path, GONE))
    assert reason in str(info.value)


def test_what_the_block_says(tmp_path: Path) -> None:
    note = {"name": "note", "path": "note.txt", "mediatype": "text/plain"}
    many = [[f"n`{n}", "x", "1"] for n in range(7)]
    span = {"fields": {"start": "height", "end": "z", "exact": "colour"},
            "reference": {"resource": "note"}}  # fmt: skip
    header = ["id", "colour", "height", "z"]
    listed = [{"name": n, "type": "integer" if n in ("height", "z") else "string"} for n in header]
    old_rows = [["p1", "a", "0", "1"], ["p2", "b", "0", "1"]]
    new_rows = [["p2", "c", "0", "1"], ["p1", "a", "1", "2"]]
    spans: dict[str, Any] = {"listed": listed, "textSpans": [span]}
    old = write(tmp_path / "o", {"p_*": table(), "s": table(header, old_rows, **spans),
                "gone": GONE, "k": table(["a"], [["x"]], None)}, resources=[note])  # fmt: skip
    new = write(tmp_path / "n", {"p_*": table(rows=[*PLANTS, *many], title="T"),
                "s": table(header, new_rows, **spans), "come": OTHER,
                "k": table(["a"], [["y"]], None)}, resources=[note], title="T")  # fmt: skip
    for root in (old, new):
        (root / "note.txt").write_bytes(root.name.encode())
    lines = block(between(old, new))
    assert lines[3:-3] == [
        "- New table `come`: 3 rows.",
        "- Table `gone` removed.",
        "- `p_*`: 7 rows added (`` \"n`0\" ``, `` \"n`1\" ``, `` \"n`2\" ``, `` \"n`3\" ``, "
        "`` \"n`4\" `` and 2 more).".replace("`` \"", "``\"").replace("\" ``", "\"``"),
        "- `p_*`: title of the schema added.",
        "- `s`: 1 row changed (`p2`); 1 row with another span of the same words (`p1`); "
        "rows in another order.",
        "- `k`: 1 row added; 1 row removed.",
        "- Text `note` changed.",
        "- title of the package added.",
    ]  # fmt: skip
    assert lines[-2] == "**Withdrawn keys:** none."


def test_odd_blocks() -> None:
    toy = Release("toy", "")
    assert block(Diff(toy, toy))[1:4] == ["Changes:", "", "- Nothing in the tables and texts."]
    names = block(Diff(toy, toy, added=(NewTable("`a\n", (), ()),)))
    assert "- New table `` `a\\n ``: 0 rows." in names


def test_a_table_whose_name_cannot_stand_in_the_line(tmp_path: Path) -> None:
    tables = ({"a`b": table()}, {"a`b": GONE})
    roots = [write(tmp_path / n, t) for n, t in zip(("old", "new"), tables, strict=True)]
    with pytest.raises(UnwritableChangelog, match="cannot stand in a changelog: 'a`b'"):
        write_changelog(b"## Unreleased\n", between(*roots))


def test_renamed_tables_and_tables_not_compared_in_the_block(tmp_path: Path) -> None:
    old = write(tmp_path / "old", {"plants": table(), "twice": table()})
    new = write(tmp_path / "new", {"shrubs": table(), "twice": table(rows=PLANTS[:1] * 2)})
    assert block(between(old, new))[3:-3] == [
        "- Table `plants` renamed `shrubs`.",
        "- `twice`: rows not compared.",
    ]


def test_a_release_without_a_changelog_is_told_so(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old"), write(tmp_path / "new", {"plants": GONE}, version="2.0.0")
    report = check_release(between(old, new), Editions(content(new)), None, None)
    assert report.findings[0].message.endswith("; there is no CHANGELOG.md")
