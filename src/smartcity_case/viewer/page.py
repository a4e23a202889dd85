"""The page itself: one HTML file without any address in it that a browser would ask for.

The payload is a block of JSON in it; style and script are in the page, and a
content security policy allows nothing but these two, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SCRIPTS = (
    "data.js",
    "filter.js",
    "text.js",
    "hits.js",
    "list.js",
    "detail.js",
    "controls.js",
    "choosing.js",
    "main.js",
)
"""The files of the script, in the order in which they stand in the page."""
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
_PLACE = re.compile(r"\{\{(\w+)\}\}")
# What HTML cannot hold, or a title would not show.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


def write_page(payload: Mapping[str, Any]) -> str:
    """The page of a payload as HTML: the same for the same payload."""
    style, script = _asset("viewer.css"), _script()
    package = payload["package"]
    title = " ".join(filter(None, (package["title"] or package["name"], package["version"])))
    filled = {
        "csp": html.escape(_policy(style, script), quote=True),
        "title": html.escape(_UNSEEN.sub(" ", title).strip() or "data package", quote=True),
        "style": style,
        "payload": json_block(payload),
        "script": script,
    }
    # In one pass: what is filled in is not looked at again.
    return _PLACE.sub(lambda match: filled[match[1]], _asset("page.html"))


def json_block(payload: Mapping[str, Any]) -> str:
    r"""JSON that can stand in an element of HTML: nothing in it can end the element.

    >>> json_block({"cell": "</script>"})
    '{"cell":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def frame(page: str, title: str, height: str) -> str:
    """The page in a frame of a notebook, in which it runs its own script, copies, and no more."""
    return (
        f'<iframe srcdoc="{html.escape(page, quote=True)}" '
        'sandbox="allow-scripts" allow="clipboard-write" '
        f'title="{html.escape(_UNSEEN.sub(" ", title), quote=True)}" '
        f'style="width:100%;height:{height};border:0"></iframe>'
    )


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(content: str) -> str:
    """What a policy calls the content of an element by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def _script() -> str:
    parts = "\n".join(_asset(name).strip("\n") for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}\n}})();'


def _asset(name: str) -> str:
    place = resources.files("smartcity_case") / "viewer" / "assets" / name
    return place.read_text("utf-8")
