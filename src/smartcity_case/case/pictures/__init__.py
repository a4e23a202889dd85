"""Pictures of the article's tables.

Each is made in two steps: numbers from the tables, as plain values; then the
drawing and its description from these. All of them are of one article: they
show what it says, and nothing of what is so, or how often it is said elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.case.pictures import network, speakers, stances, technologies
from smartcity_case.pictures import Pictures

if TYPE_CHECKING:
    import networkx as nx

    from smartcity_case.case.release import Case
    from smartcity_case.pictures import Picture


class CasePictures(Pictures):
    """The pictures of the article's tables, one call each."""

    names = ("stances", "speakers", "technologies", "network", "coverage")
    what = "one article"

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self._case = case

    def stances(self) -> Picture:
        """Who is for the cooperation, the supplier or the plan, and who against it.

        A box is a claim whose words take a side, by whose side it is.
        """
        return stances.draw(stances.stances(self._case), len(self._case.claims))

    def speakers(self) -> Picture:
        """Who speaks, and how: in his own words, in reported ones, or only told to speak."""
        return speakers.draw(speakers.acts(self._case))

    def technologies(self) -> Picture:
        """Which statuses the article gives each technology, in how many clauses."""
        return technologies.draw(technologies.statuses(self._case))

    def network(self) -> Picture:
        """Which actors and technologies meet in a claim."""
        return network.draw(network.links(self._case), len(self._case.claims))

    def graph(self) -> nx.Graph:
        """The graph of `network`, for networkx.

        Nodes are (table, key) with `label`; an edge has `says` (the claim is
        attributed to the actor), `about` (it is about him or it), and for what
        is attributed `certainty`. Raises SmartcityCaseError without networkx.
        """
        return network.graph(network.links(self._case))
