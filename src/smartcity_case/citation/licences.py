"""Which licences are known by name; all others are told in words only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from smartcity_case.citation.values import Citation

# By their SPDX names, which CITATION.cff, DataCite and (in lower case) Zenodo know.
_OPEN: Final = (
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
_KNOWN = {name.lower(): name for name in (*_OPEN, *_OTHERS)}
_KNOWN |= {"odc-by-1.0": "ODC-By-1.0", "odc-pddl-1.0": "PDDL-1.0", "odc-odbl-1.0": "ODbL-1.0"}


def known_licence(name: str) -> str:
    """The SPDX name of a licence that is known, else "".

    >>> known_licence("cc-by-4.0"), known_licence("LicenseRef-mine")
    ('CC-BY-4.0', '')
    """
    return _KNOWN.get(name.lower(), "")


def all_open(citation: Citation) -> bool:
    """Whether nothing is without a licence, and every one is known to be open."""
    licences = citation.licences
    return citation.is_covered and bool(licences) and all(each.spdx in _OPEN for each in licences)


def rights(citation: Citation) -> list[str]:
    """What each licence says, in words, with its address."""
    told = []
    for each in citation.licences:
        name = each.name if each.name not in each.says else ""
        words = f"{name}: {each.says}" if name else each.says
        told.append(f"{words} ({each.url})" if each.url and each.url not in words else words)
    return told
