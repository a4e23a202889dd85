"""The texts: fit to be pointed into, or odd."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from smartcity_case.report import Finding, Location

if TYPE_CHECKING:
    from smartcity_case.profile import Resource


def check_source(data: bytes, resource: Resource, path: str) -> tuple[str | None, list[Finding]]:
    """The text of a source, decoded strictly, and what is odd about it.

    The text is None if the bytes are not UTF-8. Nothing is translated,
    stripped or normalised.
    """
    where = Location(resource.name, path)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8: {error.reason}"
        return None, [Finding(where, "source.encoding", message)]
    findings = []
    if text.startswith("\ufeff"):
        findings.append(Finding(where, "source.bom", "the first character is U+FEFF"))
    odd = {
        "U+FEFF inside the text": "\ufeff" in text[1:],
        "NUL characters": "\0" in text,
        "CRLF line ends": "\r\n" in text,
        "characters that are not in Unicode form C": not unicodedata.is_normalized("NFC", text),
    }
    findings += [Finding(where, "source.unusual", what) for what, found in odd.items() if found]
    return text, findings
