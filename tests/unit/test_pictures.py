"""Pictures: their numbers are those of the data, their words say them, and nothing overlaps."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

import smartcity_case as sc
from conftest import ROOT, TOY_TEXT, Folder
from smartcity_case.case.pictures import network, speakers, stances, technologies
from smartcity_case.case.vocabulary import Certainty, QuoteType, Stance, TechnologyStatus
from smartcity_case.pictures.canvas import plotting
from smartcity_case.pictures.coverage import coverage, draw_coverage
from smartcity_case.text import Source, Span

NAMES = ("stances", "speakers", "technologies", "network", "coverage")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def case() -> sc.Case:
    return sc.load()


@pytest.fixture(scope="module")
def drawn(case: sc.Case) -> dict[str, sc.Picture]:
    return {name: getattr(case.pictures, name)() for name in case.pictures.names}


def table(name: str) -> pd.DataFrame:
    """A table as anyone would read it, without our loader."""
    return pd.read_csv(ROOT / f"data/{name}.csv", dtype=str, keep_default_na=False)


def texts(picture: sc.Picture) -> list[Any]:
    """Every text of a picture with its box, in pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas: Any = FigureCanvasAgg(picture.figure)
    canvas.draw()
    found: list[Any] = picture.figure.findobj(match=lambda a: hasattr(a, "get_text"))
    return [
        (t.get_text(), t.get_window_extent(canvas.get_renderer()), t.get_fontsize())
        for t in found
        if t.get_text()
    ]


def assert_readable(picture: sc.Picture) -> None:
    """Every text lies within the picture, over no other one, and is of a size to be read."""
    width, height = picture.figure.get_size_inches() * picture.figure.dpi
    placed = texts(picture)
    for words, box, size in placed:
        assert min(box.x0, box.y0, width - box.x1, height - box.y1) >= 0, words
        assert size >= 8
    for (one, box, _), (other, another, _) in combinations(placed, 2):
        if "elsewhere" in one + other:  # turned: its box is more than its words
            continue
        apart = (
            box.x1 <= another.x0 or another.x1 <= box.x0 or box.y1 <= another.y0 + 1
            or another.y1 <= box.y0 + 1
        )  # fmt: skip
        turned = {one, other} <= {s.value.replace("-", " ") for s in TechnologyStatus}
        assert apart or turned, (one, other)


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_read_and_described(drawn: dict[str, sc.Picture], name: str) -> None:
    picture = drawn[name]
    assert_readable(picture)
    words = " ".join(text for text, _, _ in texts(picture))
    assert "one article" in words
    assert "n = " in words
    assert f"{picture.n:,}" in picture.alt
    assert picture.alt.rstrip(".").count(".") >= 2
    assert "one article" in picture.alt
    assert repr(picture) == f"Picture({picture.title!r}, n={picture.n})"
    html = picture._repr_html_()
    assert f'<img alt="{picture.alt}"' in html
    assert html.count("<") == 3


@pytest.mark.parametrize("name", NAMES)
def test_saved_twice_it_is_the_same(
    drawn: dict[str, sc.Picture], case: sc.Case, name: str, tmp_path: Path
) -> None:
    again = getattr(case.pictures, name)()
    for form in ("svg", "png"):
        drawn[name].save(tmp_path / f"one.{form}")
        again.save(tmp_path / f"two.{form}")
        one = (tmp_path / f"one.{form}").read_bytes()
        assert one == (tmp_path / f"two.{form}").read_bytes()
        assert len(one) < 200_000
    root: Any = ElementTree.fromstring((tmp_path / "one.svg").read_bytes())
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root.findtext(f"{SVG}title") == drawn[name].title
    assert root.findtext(f"{SVG}desc") == drawn[name].alt
    assert "script" not in {element.tag.removeprefix(SVG) for element in root.iter()}
    words = root.findall(f".//{SVG}text")  # words, not outlines
    assert words
    assert all("'DejaVu Sans', Verdana" in word.get("style") for word in words)


def test_a_picture_is_saved_as_one_of_two_forms(
    drawn: dict[str, sc.Picture], tmp_path: Path
) -> None:
    with pytest.raises(sc.UnwritablePackage, match=r"\.svg or \.png"):
        drawn["stances"].save(tmp_path / "stances.pdf")
    assert not list(tmp_path.iterdir())


def test_stances_are_those_of_the_table(case: sc.Case, drawn: dict[str, sc.Picture]) -> None:
    claims = table("claims")
    sides = claims[claims["stance"] != "neutral"]
    held = stances.stances(case)
    assert [(h.claim, h.stance.value) for h in held] == list(zip(sides["id"], sides["stance"], strict=True))  # noqa: E501  # fmt: skip
    names = table("actors").set_index("id")["name"].to_dict() | {"": ""}
    assert [h.holder for h in held] == [names[key] for key in sides["stance_holder"]]
    assert [h.own for h in held] == [
        bool(voice == "actor" and holder == claimant)
        for voice, holder, claimant in zip(
            sides["voice"], sides["stance_holder"], sides["claimant"], strict=True
        )
    ]
    linked = table("detail/claim_mentions").merge(
        table("detail/mentions"), left_on="mention", right_on="id", suffixes=("", "_of")
    )
    for each, holder in zip(held, sides["stance_holder"], strict=True):
        row = claims.set_index("id").loc[each.claim]
        if holder and holder == row["claimant"]:
            expected = {row["claimant_certainty"]}
        elif holder:
            own = linked[(linked["claim"] == each.claim) & (linked["actor"] == holder)]
            expected = set(own["certainty"]) or {"open"}
        else:
            expected = {"certain"}
        assert {each.certainty.value} == expected
    picture, counts = drawn["stances"], sides["stance"].value_counts()
    assert picture.n == len(claims)
    for told in (
        f"the {len(sides)} of {len(claims)} claims",
        f"{counts['supportive']} are supportive, {counts['critical']} critical, 0 mixed",
        "China-Experten: 1 critical (c030)",
        "Sören Link: 2 supportive (c010 probable, c011 probable)",
        "nobody named: 1 supportive and 1 critical (c024, c035)",
        f"In {sum(h.own for h in held)} the stance is in words attributed to its holder",
        "In 3 it is not certain whose stance it is",
        f"{len(claims) - len(sides)} are neutral",
    ):
        assert told in picture.alt
    boxes = [text for text, _, _ in texts(picture) if text.startswith("c0")]
    assert sorted(boxes) == sorted(sides["id"])


def test_speakers_are_those_of_the_table(case: sc.Case, drawn: dict[str, sc.Picture]) -> None:
    quotes = table("quotes")
    spoken = quotes[quotes["type"] != "term"]
    names = table("actors").set_index("id")["name"]
    counts = pd.crosstab(spoken["speaker"].map(names), spoken["type"])
    found = speakers.acts(case)
    assert [a.quote for a in found] == list(spoken["id"])
    picture = drawn["speakers"]
    assert picture.n == len(spoken)
    for name, row in counts.iterrows():
        for kind, count in row.items():
            (told,) = (t for t in picture.alt.split("; ") if f"{name}: " in t)
            assert (f"{count} {kind}" in told) == (count > 0)
    for kind in speakers.KINDS:
        assert f"{(spoken['type'] == kind).sum()} {kind}" in picture.alt
    unsure = spoken[spoken["speaker_certainty"] != "certain"]["id"]
    assert [a.quote for a in found if a.certainty is not Certainty.CERTAIN] == list(unsure)
    assert sorted(t for t, _, _ in texts(picture) if t.startswith("q0")) == sorted(spoken["id"])


def test_technologies_are_those_of_the_tables(case: sc.Case, drawn: dict[str, sc.Picture]) -> None:
    kinds, clauses = table("technologies"), table("detail/technology_statuses")
    picture = drawn["technologies"]
    assert picture.n == len(kinds)
    assert f"in {len(clauses)} clauses" in picture.alt
    told = {each.name: each for each in technologies.statuses(case)}
    for _, row in kinds.iterrows():
        each = told[row["name"]]
        own = clauses[clauses["technology"] == row["id"]]["status"].value_counts()
        assert {s.value: n for s, n in each.clauses.items()} == own.to_dict()
        assert each.highest.value == row["status"]
        for status, count in own.items():
            (words,) = (w for w in picture.alt.split("; ") if f"{row['name']}: " in w)
            assert f"{status} ({count})" in words
    for status, count in kinds["status"].value_counts().items():
        assert f"{count} {status}" in picture.alt
    ranks = [list(TechnologyStatus).index(each.highest) for each in told.values()]
    assert ranks == sorted(ranks, reverse=True)


def test_the_network_is_that_of_the_tables(case: sc.Case, drawn: dict[str, sc.Picture]) -> None:
    links = table("detail/claim_mentions").merge(
        table("detail/mentions"), left_on="mention", right_on="id", suffixes=("", "_of")
    )
    claims = table("claims")
    about = links[links["technology"] != ""]
    chosen = set(about["claim"])
    expected = {(c, ("technologies", t)) for c, t in zip(about["claim"], about["technology"], strict=True)}  # noqa: E501  # fmt: skip
    actors = links[links["claim"].isin(chosen) & (links["actor"] != "")]
    expected |= {(c, ("actors", a)) for c, a in zip(actors["claim"], actors["actor"], strict=True)}
    said = claims[claims["id"].isin(chosen) & (claims["claimant"] != "")]
    says = {(c, ("actors", a)) for c, a in zip(said["id"], said["claimant"], strict=True)}
    found = network.links(case)
    assert {(x.claim, x.other) for x in found} == expected | says
    assert {(x.claim, x.other) for x in found if x.about} == expected
    assert {(x.claim, x.other) for x in found if x.certainty} == says
    picture = drawn["network"]
    assert picture.n == len(chosen)
    assert f"{len(chosen)} of {len(claims)} claims" in picture.alt
    names = table("actors").set_index("id")["name"]
    counts = actors.drop_duplicates(["claim", "actor"])["actor"].map(names).value_counts()
    for name, count in counts.items():
        assert f"{name} ({count})" in picture.alt
    unsure = said[said["claimant_certainty"] != "certain"]
    assert f"{len(unsure)} of these only probably" in picture.alt
    graph = case.pictures.graph()
    assert graph.number_of_edges() == len(expected | says)
    assert graph.edges[("claims", "c010"), ("actors", "link")] == {
        "says": True, "about": False, "certainty": "probable"
    }  # fmt: skip
    assert graph.nodes["technologies", "5g"] == {"label": "5G technology"}


def test_coverage_is_that_of_the_tables(case: sc.Case, drawn: dict[str, sc.Picture]) -> None:
    picture, text = drawn["coverage"], case.source.text
    whole: set[int] = set()
    rows = 0
    for name in case:
        path = "detail/" * (name not in ("claims", "actors", "quotes", "technologies")) + name
        read = table(path)
        taken: set[int] = set()
        for prefix in ("", "stance_", "role_"):
            if f"{prefix}start" in read:
                own = read[read[f"{prefix}start"] != ""]
                for start, end in zip(own[f"{prefix}start"], own[f"{prefix}end"], strict=True):
                    taken.update(range(int(start), int(end)))
        assert f"{name}: {len(read)} rows cover {len(taken):,} characters" in picture.alt
        whole |= taken
        rows += len(read)
    bare = [char for at, char in enumerate(text) if at not in whole]
    assert picture.n == rows
    assert f"Together they cover {len(whole):,}; {len(bare)} (4 %) are in no row" in picture.alt
    assert f"{sum(map(str.isspace, bare))} of these white space" in picture.alt


def test_any_package_has_its_coverage(toy: Folder) -> None:
    data = sc.load(toy.root)
    assert repr(data.pictures) == "Pictures: .coverage()"
    picture = data.pictures.coverage()
    assert "avistamientos: 2 rows cover 41 characters" in picture.alt
    assert f"the {len(TOY_TEXT)} characters of the text diario" in picture.alt
    assert "one text" in picture.alt
    assert_readable(picture)
    assert data.pictures.coverage("diario").alt == picture.alt
    with pytest.raises(sc.NotFound, match="nada"):
        data.pictures.coverage("nada")


def test_coverage_of_odd_places() -> None:
    source = Source("t", "ab cd 🐦")
    seen = coverage(source, {"a": [[Span(0, 2), Span(1, 2)], [Span(3, 90)]], "b": [[Span(80, 90)]]})
    assert [strip.characters for strip in seen.strips] == [6, 0]
    assert (seen.bare, seen.blank) == (1, 1)
    assert_readable(draw_coverage(seen, "one text"))
    nothing = draw_coverage(coverage(Source("t", ""), {}), "one text")
    assert nothing.title == "Rows cover 0 % of the text"
    assert "There are no rows" in nothing.alt


def test_what_is_hostile_is_drawn_as_words(toy: Folder, tmp_path: Path) -> None:
    odd = '<script>$x^{2}$"\x01'
    toy.describe(lambda d: [r.update(name=odd) for r in d["resources"] if r["name"] == "diario"])
    toy.describe(
        lambda d: [
            span.update(reference={"resource": odd})
            for r in d["resources"]
            for span in r.get("schema", {}).get("textSpans", [])
        ]
    )
    picture = sc.load(toy.root).pictures.coverage()
    picture.save(tmp_path / "odd.svg")
    root: Any = ElementTree.fromstring((tmp_path / "odd.svg").read_bytes())
    assert not root.findall(f".//{SVG}script")
    shown = odd.replace("\x01", "\\x01")
    assert shown in root.findtext(f"{SVG}desc")
    assert shown in " ".join(root.itertext())
    assert "<script" not in picture._repr_html_()


def test_keys_that_are_in_no_row_stand_for_themselves(release: Folder) -> None:
    def without(name: str, key: str) -> None:
        lines = release.read(name).splitlines(keepends=True)
        release.write(name, b"".join(x for x in lines if not x.startswith(f"{key},".encode())))

    for name, key in (("actors", "link"), ("actors", "duisburg"), ("technologies", "5g"),
                      ("mentions", "m003")):  # fmt: skip
        without(name, key)
    spoilt = sc.load(release.root)
    assert isinstance(spoilt, sc.Case)
    for name in NAMES:
        assert getattr(spoilt.pictures, name)().n
    assert "link: 2 supportive" in spoilt.pictures.stances().alt
    assert "link: 1 indirect" in spoilt.pictures.speakers().alt
    assert "5g (2)" in spoilt.pictures.network().alt
    assert "duisburg (3)" in spoilt.pictures.network().alt
    assert "link (3)" in spoilt.pictures.network().alt


def test_pictures_of_nothing(case: sc.Case) -> None:
    assert stances.draw([], 0).title == "0 claims for the cooperation, 0 against it, 0 take no side"
    assert speakers.draw([]).title == "Nobody speaks"
    assert technologies.draw([]).title == "0 technologies: nothing"
    assert network.draw([], 0).title == "No actor and technology meet in a claim"


def test_titles_follow_the_data() -> None:
    def act(speaker: str, kind: QuoteType) -> speakers.Act:
        return speakers.Act("q001", kind, speaker, Certainty.OPEN)

    direct, reported = QuoteType.DIRECT, QuoteType.REPORTED
    two = [act("Ina", reported), act("Ina", reported), act("Bo", direct)]
    assert speakers.draw(two).title == "Ina has 2 of 3 acts of speech; only Bo directly"
    assert speakers.draw(two[:2]).title == "Ina has 2 of 2 acts of speech"
    open_ = stances.Held("c001", Stance.MIXED, "Ina", Certainty.OPEN, own=True)
    for_ = stances.Held("c002", Stance.SUPPORTIVE, "Ina", Certainty.OPEN, own=False)
    picture = stances.draw([open_, for_], 3)
    assert "1 supportive and 1 mixed (c001 open, c002 open)" in picture.alt
    assert_readable(picture)


def test_a_holder_who_is_named_nowhere_is_open(case: sc.Case) -> None:
    claim = next(row for row in case.rows("claims") if row.id == "c030")
    assert stances._certainty(claim, []) is Certainty.OPEN
    assert stances._certainty(claim, [Certainty.PROBABLE, Certainty.CERTAIN]) is Certainty.CERTAIN


@pytest.mark.parametrize("name", ["matplotlib", "networkx"])
def test_without_the_extra_the_message_names_it(
    monkeypatch: pytest.MonkeyPatch, case: sc.Case, name: str
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(sc.SmartcityCaseError, match=r"smartcity-case\[plot\]"):
        case.pictures.network()


def test_a_user_s_settings_stay_and_nothing_heavy_is_imported() -> None:
    code = (
        "import sys, smartcity_case as sc\n"
        "case = sc.load(); repr(case); case.pictures; case.passages('actors')._repr_html_()\n"
        "assert not {'matplotlib', 'networkx'} & set(sys.modules)\n"
        "import matplotlib; before = matplotlib.rcParams.copy()\n"
        "case.pictures.coverage()._repr_html_()\n"
        "assert matplotlib.rcParams.copy() == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
    assert plotting().__name__ == "matplotlib"
