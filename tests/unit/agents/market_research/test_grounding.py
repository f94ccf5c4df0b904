"""What is called sourced has to stand in what was read: complaints for the model, corrections for the result."""

import pytest

from services.agents.market_research.grounding import Grounding, complaints
from services.agents.market_research.models import Claim, Contradiction, MarketFiguresDraft
from tests.support.market_drafts import market_figures, market_outlook, market_players, market_reading


def disputed(*ids: str, used: str = "S1") -> MarketFiguresDraft:
    claims = [Claim(source_id=each, value=f"{number} EUR") for number, each in enumerate(ids)]
    dispute = Contradiction(figure="Spending", claims=claims, used=used, why="It has a method")
    return market_figures().model_copy(update={"contradictions": [dispute]})


def test_what_stands_in_the_pages_is_left_alone() -> None:
    grounding = Grounding(market_reading())
    figures, players = grounding.figures(market_figures()), grounding.players(market_players())
    assert grounding.found == []
    assert figures == market_figures()
    assert [each.evidence for each in players.competitors] == ["source", "assumption", "assumption"]
    assert grounding.outlook(market_outlook()) == market_outlook()


def test_a_correction_is_corrected_once() -> None:
    wrong = market_figures().model_copy(update={"annual_growth": 8.0})
    first = Grounding(market_reading())
    mended = first.figures(wrong)
    assert first.found == ["annual growth: is called sourced, but does not stand in what was read of S1"]
    assert mended.annual_growth_evidence == "assumption"
    second = Grounding(market_reading())
    assert (second.figures(mended), second.found) == (mended, [])


def test_a_competitor_no_page_names_is_an_assumption_with_its_price() -> None:
    players = market_players()
    strava, *others = players.competitors
    unknown = strava.model_copy(update={"name": "Nobody Runs"})
    grounding = Grounding(market_reading())
    (found, *_) = grounding.players(players.model_copy(update={"competitors": [unknown, *others]})).competitors
    assert (found.evidence, found.as_of) == ("assumption", "")
    assert grounding.found == ["competitor 'Nobody Runs': is called sourced, but does not stand in what was read of S1"]


def test_a_price_that_is_not_in_the_page_is_an_assumption_of_a_sourced_competitor() -> None:
    players = market_players()
    strava, *others = players.competitors
    dearer = strava.model_copy(update={"monthly_price": 12.5})
    (found, *_) = (
        Grounding(market_reading()).players(players.model_copy(update={"competitors": [dearer, *others]})).competitors
    )
    assert (found.evidence, found.price_evidence) == ("source", "assumption")


@pytest.mark.parametrize("ids", [("S1", "S9"), ("S1", "S1"), ("S8", "S9")])
def test_a_contradiction_needs_two_pages_that_were_read(ids: tuple[str, ...]) -> None:
    grounding = Grounding(market_reading())
    assert grounding.figures(disputed(*ids)).contradictions == []
    assert any("needs claims of two pages" in line for line in grounding.found)


def test_trends_keep_only_the_pages_that_were_read() -> None:
    outlook = market_outlook()
    trend = outlook.trends[0].model_copy(update={"source_ids": ["S1", "S7"]})
    mended = Grounding(market_reading()).outlook(outlook.model_copy(update={"trends": [trend]}))
    assert mended.trends[0].source_ids == ["S1"]


def test_complaints_tell_the_model_which_ids_there_are() -> None:
    wrong = market_figures().model_copy(update={"annual_growth_source_ids": ["S9"]})
    said = complaints(market_reading(), Grounding.figures)(wrong)
    assert said[0] == (
        "annual growth: 'S9' is no page that was read. Cite a page that says it, or call it an assumption (ids: S1)"
    )
