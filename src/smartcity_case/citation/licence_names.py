"""Which licences are known by name, and what they are called when no more is said of them."""

from __future__ import annotations

import re
from typing import Final

# By their SPDX names, which CITATION.cff, DataCite and (in lower case) Zenodo know.
OPEN: Final = (
    *("CC0-1.0", "CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-4.0"),
    *("CC-BY-SA-2.0", "CC-BY-SA-2.5", "CC-BY-SA-3.0", "CC-BY-SA-4.0"),
    *("ODbL-1.0", "ODC-By-1.0", "PDDL-1.0", "CDLA-Permissive-1.0", "CDLA-Sharing-1.0"),
    *("MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MPL-2.0", "Unlicense"),
    *("GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later"),
    *("LGPL-3.0-only", "LGPL-3.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later", "EUPL-1.2"),
)
_OTHERS: Final = (
    *("CC-BY-NC-3.0", "CC-BY-NC-4.0", "CC-BY-ND-3.0", "CC-BY-ND-4.0"),
    *("CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0", "CC-BY-NC-ND-3.0", "CC-BY-NC-ND-4.0"),
)
# The Data Package standard asks for the names of the Open Definition, which differ at places.
_KNOWN = {name.lower(): name for name in (*OPEN, *_OTHERS)}
_KNOWN |= {"odc-by-1.0": "ODC-By-1.0", "odc-pddl-1.0": "PDDL-1.0", "odc-odbl-1.0": "ODbL-1.0"}

_WORD = re.compile(r"[^\W\d_]+|\d+")
_CREATIVE_COMMONS = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/(\d\.\d)(?:/.*)?",
    re.I | re.DOTALL,
)
# The words of full names, by the parts of the SPDX names. None of them narrows anything.
_FILLING = {
    *("the", "license", "licence", "version", "v", "legal", "code"),
    *("international", "unported", "generic"),
}
_WORDS: Final = {
    "cc": "creative commons",
    "cc0": "creative commons zero universal public domain dedication",
    "by": "attribution",
    "sa": "sharealike share alike",
    "nc": "noncommercial non commercial",
    "nd": "noderivatives noderivs no derivatives derivs",
    "odbl": "open data commons database odc",
    "odc": "open data commons",
    "pddl": "open data commons public domain dedication odc and",
    "cdla": "community data agreement",
    "mit": "expat",
    "apache": "software foundation",
    "bsd": "berkeley distribution new revised simplified modified",
    "mpl": "mozilla public",
    "gpl": "gnu general public",
    "lgpl": "gnu lesser general public",
    "agpl": "gnu affero general public",
    "eupl": "european union public",
}


def known_licence(name: str) -> str:
    """The SPDX name of a licence that is known, else "".

    >>> known_licence("cc-by-4.0"), known_licence("LicenseRef-mine")
    ('CC-BY-4.0', '')
    """
    return _KNOWN.get(name.lower(), "")


def is_called(spdx: str, title: str) -> bool:
    """Whether a title is only what a licence is called: every word of it is one of its names.

    >>> is_called("CC-BY-4.0", "Creative Commons Attribution 4.0 International (CC BY 4.0)")
    True
    >>> is_called("CC-BY-4.0", "CC BY 4.0: codes only")
    False
    """
    known = spdx.lower()
    more = (word for part in known.split("-") for word in _WORDS.get(part, "").split())
    names = {*_WORD.findall(known), *more, *_FILLING}
    return set(_WORD.findall(title.lower())) <= names


def fits(spdx: str, url: str) -> bool:
    """Whether an address does not lead to another licence of Creative Commons.

    >>> fits("CC-BY-4.0", "https://creativecommons.org/licenses/by-nc/4.0/")
    False
    """
    found = _CREATIVE_COMMONS.fullmatch(url)
    if found is None:
        return True
    kind, version = found[1].lower(), found[2]
    return spdx == ("CC0-1.0" if kind == "zero" else f"CC-{kind.upper()}-{version}")
