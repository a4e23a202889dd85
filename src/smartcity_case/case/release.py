"""The release in memory: its tables by name, its rows as models, its usual joins."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, overload

from pydantic import ValidationError

from smartcity_case.case.models import (
    MODELS,
    Actor,
    Claim,
    ClaimMention,
    Mention,
    Quote,
    QuotePart,
    Row,
    Technology,
    TechnologyStatusRow,
)
from smartcity_case.dataset import Dataset
from smartcity_case.errors import NotFound, UnreadablePackage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    import pandas as pd

    from smartcity_case.case.pictures import CasePictures
    from smartcity_case.table import Table

R = TypeVar("R", bound=Row)

GAP = " […] "
"""What stands between the parts of a discontinuous quote in a join."""


class Case(Dataset):
    """The article's tables.

    >>> import smartcity_case as sc
    >>> case = sc.load()
    >>> case.actors.loc["huawei", "type"]
    'company'
    """

    @property
    def claims(self) -> pd.DataFrame:
        """One row for each atomic proposition."""
        return self["claims"]

    @property
    def actors(self) -> pd.DataFrame:
        """One row for each person, organisation, place or group."""
        return self["actors"]

    @property
    def quotes(self) -> pd.DataFrame:
        """One row for each act of speech or quoted term."""
        return self["quotes"]

    @property
    def technologies(self) -> pd.DataFrame:
        """One row for each technology, system or infrastructure."""
        return self["technologies"]

    @property
    def mentions(self) -> pd.DataFrame:
        """One row for each mention of an actor or a technology."""
        return self["mentions"]

    @property
    def quote_parts(self) -> pd.DataFrame:
        """One row for each contiguous part of a quote."""
        return self["quote_parts"]

    @property
    def claim_mentions(self) -> pd.DataFrame:
        """One row for each mention that has a part in a claim."""
        return self["claim_mentions"]

    @property
    def technology_statuses(self) -> pd.DataFrame:
        """One row for each status that the text gives a technology."""
        return self["technology_statuses"]

    @property
    def pictures(self) -> CasePictures:
        """Pictures of the article's tables: who is for and against, who speaks, and others.

        >>> import smartcity_case as sc
        >>> print(sc.load().pictures.speakers().title)
        Martin Murrack has 6 of 13 acts of speech, and the only direct ones
        """
        from smartcity_case.case.pictures import CasePictures

        return CasePictures(self)

    @overload
    def rows(self, table: Literal["claims"]) -> Iterator[Claim]: ...
    @overload
    def rows(self, table: Literal["actors"]) -> Iterator[Actor]: ...
    @overload
    def rows(self, table: Literal["quotes"]) -> Iterator[Quote]: ...
    @overload
    def rows(self, table: Literal["technologies"]) -> Iterator[Technology]: ...
    @overload
    def rows(self, table: Literal["mentions"]) -> Iterator[Mention]: ...
    @overload
    def rows(self, table: Literal["quote_parts"]) -> Iterator[QuotePart]: ...
    @overload
    def rows(self, table: Literal["claim_mentions"]) -> Iterator[ClaimMention]: ...
    @overload
    def rows(self, table: Literal["technology_statuses"]) -> Iterator[TechnologyStatusRow]: ...
    @overload
    def rows(self, table: str) -> Iterator[Row]: ...
    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table as frozen models with enums, in file order.

        Raises NotFound for a table without a model, and UnreadablePackage,
        naming row and field, for a row that does not fit it.

        >>> import smartcity_case as sc
        >>> next(sc.load().rows("claims")).voice
        <Voice.ARTICLE: 'article'>
        """
        model = next((m for m in MODELS if m.table == table), None)
        if model is None:
            known = ", ".join(m.table for m in MODELS)
            raise NotFound(f"there is no row model for {table!r}; there are {known}")
        return self._models(model, self._table(table))

    @staticmethod
    def _models(model: type[R], table: Table) -> Iterator[R]:
        for index in range(len(table)):
            try:
                yield model.from_cells(table.record(index))
            except ValidationError as error:
                fault = error.errors()[0]
                where = table.at(index, str(fault["loc"][0]))
                raise UnreadablePackage(f"{where}: {fault['msg']}; validate the package") from None

    def _by_key(self, table: str) -> pd.DataFrame:
        frame = self[table]
        if not frame.index.is_unique:
            raise UnreadablePackage(f"{table} has a key twice; validate the package")
        return frame

    def claims_with_actors(self) -> pd.DataFrame:
        """The claims, with the names of claimant and stance holder beside their keys."""
        names = self._by_key("actors")["name"]
        frame = self.claims.copy()
        for column in ("claimant", "stance_holder"):
            at = list(frame.columns).index(column) + 1
            frame.insert(at, f"{column}_name", frame[column].map(names).astype("string"))
        return frame

    def technologies_by_claim(self) -> pd.DataFrame:
        """One row for each technology that a claim is about.

        Columns: `claim`, `technology`, `name`, `category`, `highest_status`
        (in the whole text, not in the claim), `role` (its part in the claim)
        and `exact` (the words that say so).
        """
        frame = self._linked("technology", self._by_key("technologies"))
        frame = frame.rename(columns={"status": "highest_status"})
        return frame[["claim", "technology", "name", "category", "highest_status", "role", "exact"]]

    def actors_by_claim(self) -> pd.DataFrame:
        """One row for each actor that a claim is about.

        Columns: `claim`, `actor`, `name`, `type`, `role` and `exact`.
        """
        frame = self._linked("actor", self._by_key("actors"))
        return frame[["claim", "actor", "name", "type", "role", "exact"]]

    def _linked(self, what: str, of: pd.DataFrame) -> pd.DataFrame:
        mentions = self._by_key("mentions")[["id", what]].rename(columns={"id": "mention"})
        links = self["claim_mentions"].merge(mentions, on="mention", how="inner")
        links = links[links[what].notna()]
        facts = of.rename(columns={"id": what}).drop(columns=["start", "end", "exact"])
        frame = links.merge(facts, on=what, how="left", suffixes=("", "_of"))
        frame.attrs.update(self._attrs("claim_mentions"))
        return frame

    def mentions_by_actor(self) -> pd.DataFrame:
        """The mentions of actors, with name and type, by actor and then text order."""
        facts = self._by_key("actors")[["id", "name", "type"]].rename(columns={"id": "actor"})
        mentions = self["mentions"]
        frame = mentions[mentions["actor"].notna()].drop(columns="technology")
        frame = frame.merge(facts, on="actor", how="left")
        frame = frame.sort_values(["actor", "start", "end"], ignore_index=True)
        frame.attrs.update(self._attrs("mentions"))
        return frame

    def quotes_with_parts(self) -> pd.DataFrame:
        """The quotes, with the speaker's name and the words of each kind of part.

        The columns `content`, `cue`, `frame`, `speaker_words` and
        `addressee_words` hold the parts in order; ` […] ` stands between the
        parts of a discontinuous one. A quote without such a part has none.
        """
        parts = self["quote_parts"].sort_values(["quote", "position"])
        joined = parts.groupby(["quote", "role"], observed=True)["exact"].agg(GAP.join).unstack()
        frame = self.quotes.copy()
        at = list(frame.columns).index("speaker") + 1
        frame.insert(
            at,
            "speaker_name",
            frame["speaker"].map(self._by_key("actors")["name"]).astype("string"),
        )
        for role in ("content", "cue", "frame", "speaker", "addressee"):
            name = f"{role}_words" if role in ("speaker", "addressee") else role
            words = joined[role] if role in joined else joined.assign(x=None)["x"]
            frame[name] = frame["id"].map(words).astype("string")
        return frame
