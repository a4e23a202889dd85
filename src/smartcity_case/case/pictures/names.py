"""The names by which actors stand in pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartcity_case.case.release import Case


def actor_names(case: Case) -> dict[str, str]:
    """The names of the actors by their keys.

    A key that is in no row stands for itself in a picture: drawing does not validate.
    """
    return {actor.id: actor.name for actor in case.rows("actors")}
