""".zenodo.json: what Zenodo fills the form of an upload with.

Zenodo has room for one licence here, and gives CC-BY-4.0 if none is stated. So `license`
is always there: the licence of everything, if there is one and it is known; `other-open` if
several are open; else `other-closed`, for which nobody is given a right he does not have, and the
files are for the uploader to open (`restricted`). What covers what stands in `notes`. Without a
date of publication it takes the day of the upload.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from smartcity_case.citation.apa import apa_source
from smartcity_case.citation.licences import all_open, rights
from smartcity_case.citation.roles import role_of
from smartcity_case.citation.words import (
    filled,
    joined,
    json_document,
    one_line,
    plain_url,
    sentence,
)

if TYPE_CHECKING:
    from smartcity_case.citation.values import Citation, Name

_LANGUAGE = re.compile(r"[a-z]{2,3}")  # any other makes Zenodo refuse the file
_CONDITIONS = (
    "Not everything in this data set is known to be under an open licence. Whoever uploads it "
    "decides what may be given to whom, and answers for it."
)


def cite_zenodo(citation: Citation) -> str:
    """The file; there is no DOI in it, since Zenodo reserves one before the upload."""
    is_open = all_open(citation)
    data = {
        "title": one_line(citation.label),
        "upload_type": "dataset",
        "description": _description(citation),
        "creators": list(map(_name, citation.creators)),
        "contributors": _contributors(citation),
        "version": one_line(citation.version),
        "publication_date": citation.published.iso if citation.published else "",
        "language": citation.language if _LANGUAGE.fullmatch(citation.language) else "",
        "keywords": list(dict.fromkeys(filter(None, map(one_line, citation.keywords)))),
        "access_right": "open" if is_open else "restricted",
        "access_conditions": "" if is_open else _CONDITIONS,
        "license": _license(citation, is_open),
        "notes": _notes(citation),
        "references": list(dict.fromkeys(map(apa_source, citation.sources))),
        "related_identifiers": _related(citation),
    }
    return json_document(filled(data))


def _license(citation: Citation, is_open: bool) -> str:
    if citation.licence is not None and citation.licence.spdx:
        return citation.licence.spdx.lower()
    return "other-open" if is_open else "other-closed"


def _description(citation: Citation) -> str:
    """HTML, which Zenodo wants; it insists on a description."""
    words = citation.description or citation.label
    return f"<p>{html.escape(one_line(words), quote=False)}</p>"


def _notes(citation: Citation) -> str:
    told = [f"Rights: {sentence(each)}" for each in rights(citation)]
    titles = [f"Title ({language}): {sentence(title)}" for language, title in citation.titles]
    return html.escape(joined(map(one_line, (*told, *titles))), quote=False)


def _name(name: Name) -> dict[str, str]:
    return filled({"name": one_line(name.inverted), "affiliation": one_line(name.affiliation)})


def _contributors(citation: Citation) -> list[dict[str, str]]:
    named = [{**_name(who.name), "type": role_of(who)} for who in citation.contributors]
    return [item for n, item in enumerate(named) if item not in named[:n]]


def _related(citation: Citation) -> list[dict[str, Any]]:
    urls = dict.fromkeys(plain_url(source.url) for source in citation.sources if source.url)
    return [{"identifier": url, "relation": "isDerivedFrom"} for url in urls]
