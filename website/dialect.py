"""Pages in CommonMark, as the repository shows them, written as Python-Markdown wants them.

CommonMark lets a list interrupt a paragraph and nests by the width of the mark; Python-Markdown
wants an empty line before a list, and four spaces for each level. And a backslash stands before
any punctuation in the one, before some in the other.
"""

from __future__ import annotations

import re

from website.links import outside_fences

_ITEM = re.compile(r"^( *)([-*+]|\d{1,9}[.)]) +(?=\S)")


_CODE = r"(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
_ESCAPED = re.compile(_CODE + r"""|\\(?P<char>["$%&',/:;<=?@^|~])""")
_ROW = re.compile(r"^\|.*$", re.M)


def as_python_markdown(text: str) -> str:
    r"""A page that Python-Markdown reads as CommonMark does.

    >>> as_python_markdown("a\n- b\n  - c \\~\n    d\n\ne")
    'a\n\n- b\n    - c &#126;\n        d\n\ne'
    """
    return outside_fences(text, _read)


def _read(text: str) -> str:
    piped = _ROW.sub(lambda row: re.sub(_CODE, _with_pipes, row[0]), text)
    return _spaced(_ESCAPED.sub(_referred, piped))


def _with_pipes(match: re.Match[str]) -> str:
    """Code in a table, in which a pipe has a backslash before it in the one alone."""
    return match[0].replace("\\|", "|")


def _referred(match: re.Match[str]) -> str:
    return match["code"] or f"&#{ord(match['char'])};"


def _spaced(text: str) -> str:
    lines: list[str] = []
    open_items: list[int] = []  # the column of the words of each open item
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        if not line.strip():
            lines.append(line)
            continue
        item = _ITEM.match(line)
        follows = bool(lines and lines[-1].strip())  # a line of the same paragraph
        if item or not follows:
            while open_items and indent < open_items[-1]:
                open_items.pop()
        depth = len(open_items)
        if item:
            if follows and not _in_list(lines[-1], depth):
                lines.append("")
            open_items.append(item.end())
        lines.append("    " * depth + line.lstrip(" ") if depth else line)
    return "\n".join(lines)


def _in_list(before: str, depth: int) -> bool:
    """Whether the line before belongs to a list already, so that no empty line is needed."""
    return depth > 0 or bool(_ITEM.match(before)) or before.startswith("  ")
