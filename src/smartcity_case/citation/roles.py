"""The roles of contributors as DataCite, and Zenodo after it, name them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from smartcity_case.citation.values import Contributor

_ROLES: Final = (
    *("ContactPerson", "DataCollector", "DataCurator", "DataManager", "Distributor", "Editor"),
    *("HostingInstitution", "Producer", "ProjectLeader", "ProjectManager", "ProjectMember"),
    *("RegistrationAgency", "RegistrationAuthority", "RelatedPerson", "Researcher"),
    *("ResearchGroup", "RightsHolder", "Sponsor", "Supervisor", "WorkPackageLeader"),
)
_ROLE_OF = {role.lower(): role for role in _ROLES}
_BETWEEN = re.compile(r"[\s_-]+")


def role_of(who: Contributor) -> str:
    """The first of the roles that is known, else `Other`.

    >>> from smartcity_case.citation.values import Contributor, Name
    >>> role_of(Contributor(Name("Ida"), ("wrangler", "data curator")))
    'DataCurator'
    """
    known = (_ROLE_OF.get(_BETWEEN.sub("", role)) for role in who.roles)
    return next(filter(None, known), "Other")
