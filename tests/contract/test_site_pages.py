"""The documentation site has all of docs/, every command and code, and the README's own words."""

from __future__ import annotations

import argparse
import re
from importlib import import_module
from pathlib import Path

import pytest
from test_guides import followed, run_examples

from conftest import ROOT
from pages import anchors, headings, links
from smartcity_case.cli import COMMANDS, _parser
from smartcity_case.cli.described import GUIDES, _usage, described
from smartcity_case.codes import CODES
from smartcity_case.render.commands import commands_page
from website.hooks import OUTSIDE, VIEWER_PAGE, places
from website.reference import GROUPS

INDEX = (ROOT / "docs/index.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
PAGE = (ROOT / "docs/commands.md").read_text("utf-8")
CONFIG = (ROOT / "mkdocs.yml").read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def test_the_landing_page_has_the_commands_and_first_lines_of_the_readme() -> None:
    assert blocks(INDEX, "console") == blocks(README, "console")[:2]
    assert blocks(INDEX, "pycon") == blocks(README, "pycon")[:1]
    run_examples(INDEX, "index.md")


def test_every_page_is_in_the_navigation_once() -> None:
    nav = CONFIG[CONFIG.index("\nnav:") :]
    listed = re.findall(r"([\w/-]+\.md)$", nav, re.M)
    made = [*OUTSIDE.values(), VIEWER_PAGE, *(group.page for group in GROUPS)]
    inside = [place for place in places().values() if place.endswith(".md")]
    assert sorted(listed) == sorted({*inside, *made})


def test_every_link_of_a_page_leads_to_a_file() -> None:
    for path in places():
        if not path.endswith(".md"):
            continue
        text = (ROOT / path).read_text("utf-8")
        for link in links(text):
            target, _, anchor = link.partition("#")
            if re.match("[a-z]+:", link):
                continue
            file = (ROOT / path).parent / target if target else ROOT / path
            assert file.exists(), (path, link)
            if anchor and file.suffix == ".md":
                assert f"#{anchor}" in anchors(file.read_text("utf-8")), (path, link)


def test_every_command_has_its_place_and_a_guide() -> None:
    assert set(GUIDES) == set(COMMANDS)
    assert headings(PAGE)[1:] == list(COMMANDS)
    for name in COMMANDS:
        section = PAGE.split(f"\n## `{name}`\n")[1].split("\n## ")[0]
        assert f"]({GUIDES[name]})" in section
        guide = (ROOT / "docs" / GUIDES[name]).read_text("utf-8")
        assert f"smartcity-case {name}" in guide, name


def test_the_commands_that_show_tables_print_what_the_page_shows(tmp_path: Path) -> None:
    page = (ROOT / "docs/loading.md").read_text("utf-8")
    section = page[page.index("**On the command line**") :]
    assert followed(section, tmp_path) == section
    assert section.count("$ smartcity-case ") == 2


def squeezed(text: str) -> str:
    plain = text.replace("`", "").replace("&#124;", "|").replace("\\", "")
    return re.sub(r"</?code>|\s", "", plain)


def words_of_help(name: str) -> list[str]:
    """What the help of a command says, in pieces that do not depend on the version of Python."""
    parser = argparse.ArgumentParser(prog="smartcity-case")
    commands = parser.add_subparsers()
    import_module(f"smartcity_case.cli.{name}").add(commands)
    found = commands.choices[name].format_help()
    return re.findall(r"--[\w-]+|[A-Z]{2,}|[\w.…-]{3,}", found)


OF_ARGPARSE = {
    *("usage", "positional", "arguments", "options", "example"),
    *("--help", "show", "this", "help", "message", "and", "exit", "..."),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_says_all_that_the_help_says(name: str) -> None:
    section = squeezed(PAGE.split(f"\n## `{name}`\n")[1].split("\n## ")[0])
    missing = {word for word in words_of_help(name) if squeezed(word) not in section}
    assert missing <= OF_ARGPARSE


def test_a_command_is_described_as_its_parser_is() -> None:
    (validate,) = described(["validate"])
    assert validate.usage[0] == "(PATH | --case)"
    assert "[--baseline FILE | --write-baseline FILE]" in validate.usage
    (view,) = described(["view"])
    assert (("--output FILE", "-o FILE"), view.arguments[2][1]) == view.arguments[2]
    assert "[--open | --no-open]" in view.usage
    (cite,) = described(["cite"])
    assert any("…" in piece for piece in cite.usage)
    assert _parser("cite").format_help()


def test_the_page_is_what_the_parsers_give() -> None:
    assert commands_page("smartcity-case", described(COMMANDS)) == PAGE


def test_an_argument_without_a_name_for_its_value_is_called_as_argparse_does() -> None:
    parser = argparse.ArgumentParser()
    actions = [
        parser.add_argument("place"),
        parser.add_argument("--from-here", "-f"),
        parser.add_argument("more", nargs="+"),
        parser.add_argument("rest", nargs="*", metavar="REST"),
    ]
    assert list(_usage(parser, actions)) == [
        *("place", "[--from-here FROM_HERE]", "more [more …]", "[REST …]"),
    ]


def test_every_finding_code_has_its_place() -> None:
    page = (ROOT / "docs/findings.md").read_text("utf-8")
    titles = headings(page)
    assert [title for title in titles if "." in title] == sorted(
        CODES, key=lambda code: (code.partition(".")[0], list(CODES).index(code))
    )
    for code, said in CODES.items():
        assert f"#{code.replace('.', '')}" in anchors(page)
        section = page.split(f"\n### `{code}`\n")[1].split("\n##")[0]
        assert said.severity in section
        assert said.meaning in section
        assert said.fix in section
