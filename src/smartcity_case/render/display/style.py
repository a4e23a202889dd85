"""The look of an output in a notebook: colours for light and dark, and harmless words.

An output stands among others in a page that is not ours. So every rule begins with
the class of the output; there is no script, no address, and nothing of a package in a style.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from smartcity_case.render.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

CLASS: Final = "textspans-output"

LIGHT: Final = {
    "back": "#ffffff",
    "words": "#1b1b1b",
    "quiet": "#595959",
    "line": "#c8c8c8",
    "mark-back": "#ffe08a",
    "mark-words": "#1b1b1b",
    "bad-back": "#fde3dc",
    "bad-words": "#8f1d06",
}
DARK: Final = {
    "back": "#1c1c1f",
    "words": "#ececec",
    "quiet": "#b4b4b8",
    "line": "#55555c",
    "mark-back": "#5c4a00",
    "mark-words": "#fff3c4",
    "bad-back": "#4a1a10",
    "bad-words": "#ffb9a8",
}

PAIRS: Final = (
    ("words", "back"),
    ("quiet", "back"),
    ("mark-words", "mark-back"),
    ("bad-words", "bad-back"),
    ("bad-words", "back"),
)
"""Which colour is read on which; a test holds each to a contrast of 4.5 in both sets."""

# A notebook that says which it is outranks what the system prefers.
_LIGHT_PAGES = ('[data-jp-theme-light="true"]', "body.vscode-light")
_DARK_PAGES = ('[data-jp-theme-light="false"]', "body.vscode-dark", "body.vscode-high-contrast")

_RULES = """\
.C{background:var(--back);color:var(--words);padding:.6em .8em;max-width:60em;line-height:1.45;
border:1px solid var(--line);overflow-x:auto;font-family:system-ui,sans-serif;font-size:14px}
.C p{margin:.3em 0;color:var(--words)}
.C .quiet{color:var(--quiet);font-size:.92em}
.C code{background:none;color:inherit;padding:0;overflow-wrap:break-word}
.C .long{min-width:9em}
.C .long code{overflow-wrap:anywhere}
.C blockquote{margin:.4em 0;padding:.1em 0 .1em .8em;border:0;border-left:3px solid var(--line);
color:var(--words);white-space:pre-wrap;font-size:1em}
.C mark{background:var(--mark-back);color:var(--mark-words);padding:.05em .1em}
.C mark.bad{background:var(--bad-back);color:var(--bad-words);outline:1px dashed}
.C .bad-verdict{color:var(--bad-words);font-weight:bold}
.C table{border-collapse:collapse;margin:.4em 0;width:100%;color:inherit;font-size:1em}
.C caption{text-align:left;color:var(--words);font-weight:bold;caption-side:top;padding:.2em 0}
.C tr,.C tbody tr:nth-child(odd),.C tbody tr:nth-child(even),.C tbody tr:hover{background:none}
.C th,.C td{text-align:left;vertical-align:top;padding:.25em .8em .25em 0;color:inherit;
border:0;border-bottom:1px solid var(--line);white-space:normal;max-width:none}
.C th{font-weight:normal}
.C thead th{color:var(--quiet)}
.C .number{text-align:right;white-space:nowrap}
.C .whole{white-space:nowrap}
.C .passage{white-space:pre-wrap}
"""


def _variables(pages: Iterable[str], colours: dict[str, str], scheme: str) -> str:
    selector = ",".join(f"{page} .{CLASS}".strip() for page in pages)
    values = "".join(f"--{name}:{colour};" for name, colour in colours.items())
    return f"{selector}{{color-scheme:{scheme};{values}}}"


STYLE: Final = (
    _variables([""], LIGHT, "light")
    + "@media (prefers-color-scheme: dark){" + _variables([""], DARK, "dark") + "}"
    + _variables(_LIGHT_PAGES, LIGHT, "light")
    + _variables(_DARK_PAGES, DARK, "dark")
    + _RULES.replace(".C", f".{CLASS}")
)  # fmt: skip


def output(*parts: str) -> str:
    """One output: its style, and parts that are HTML; the keyboard reaches it to scroll it."""
    reached = 'tabindex="0" role="group" aria-label="data package"'
    return f'<div class="{CLASS}" {reached}><style>{STYLE}</style>{"".join(parts)}</div>'


def safe(words: object) -> str:
    """Words of a package as HTML."""
    return escape(str(words), quote=True)


_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def language(said: object) -> str:
    """A language as descriptors name it, or "" for what is no name of one.

    >>> language("de"), language("Deutsch, glaube ich")
    ('de', '')
    """
    return said if isinstance(said, str) and _LANGUAGE.fullmatch(said) else ""


def lang(said: str) -> str:
    """The attribute that tells a screen reader in which language words are."""
    return f' lang="{safe(said)}"' if said else ""


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def terminal(words: str) -> str:
    r"""Words of a text for a terminal: as they are, but for what a terminal obeys.

    >>> terminal("dos\x1b[2J garzas\r\n🐦")
    'dos\\x1b[2J garzas\\r\n🐦'
    """
    return _CONTROL.sub(lambda match: printable(match[0]), words)
