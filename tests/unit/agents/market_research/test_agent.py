import re
from datetime import UTC, datetime
from typing import Any

from agent_sdk import Outcome
from agent_sdk.testing import InMemoryContext, ScriptedModel, task_input
from services.agents.market_research.agent import MarketResearchAgent, assemble
from services.agents.market_research.models import MarketFiguresDraft, MarketResearch
from services.agents.market_research.render import render
from services.agents.market_research.sizing import market_size
from tests.support.agent_drafts import REQUEST, market_figures, market_outlook, market_players, percent


def context(*, simulated: bool = False) -> InMemoryContext:
    return InMemoryContext(
        model=ScriptedModel(market_figures(), market_players(), market_outlook(), simulated=simulated)
    )


async def run(given: InMemoryContext, **task: Any) -> Outcome[MarketResearch]:
    agent = MarketResearchAgent(now=lambda: datetime(2026, 11, 23, tzinfo=UTC))
    return await agent.execute(given, task_input(REQUEST, **task))


def research(*, figures: MarketFiguresDraft | None = None, simulated: bool = False) -> MarketResearch:
    figures = figures or market_figures()
    return assemble(figures, market_size(figures), market_players(), market_outlook(), simulated=simulated)


async def test_three_questions_make_one_research() -> None:
    given = context()
    outcome = await run(given)
    assert [call.purpose for call in given.model.calls] == ["market figures", "market players", "market outlook"]
    assert outcome.output.size.som.base == 480_000
    assert outcome.summary.startswith("EUR 480,000 a year obtainable, 3 competitors: The oldest runners")
    assert not outcome.simulated
    assert [fraction for fraction, _ in given.steps] == sorted(fraction for fraction, _ in given.steps)
    assert any("EUR 480,000" in message for _, message in given.steps)
    assert given.artifacts["market-research.md"].media_type == "text/markdown"


async def test_every_prompt_of_a_task_begins_alike_so_that_it_can_be_cached() -> None:
    given = context()
    await run(given, instructions="Look at Bavaria", feedback=["Too optimistic"])
    calls = given.model.calls
    assert len({call.system for call in calls}) == 1
    opening = calls[0].prompt[: calls[0].prompt.index("Now state")]
    assert all(call.prompt.startswith(opening) for call in calls)
    assert "Look at Bavaria" in opening
    assert "1. Too optimistic" in opening


async def test_later_questions_see_the_earlier_answers_as_data() -> None:
    given = context()
    await run(given)
    _, players, outlook = (call.prompt for call in given.model.calls)
    assert '"tam"' in players
    assert "<players>" in outlook
    assert "Careful Karin" in outlook


async def test_what_the_offline_model_wrote_says_so_everywhere() -> None:
    given = context(simulated=True)
    outcome = await run(given)
    assert outcome.simulated
    assert outcome.output.simulated
    assert outcome.confidence == 0.5
    assert "**Simulated.**" in given.artifacts["market-research.md"].text()


def test_confidence_is_the_lowest_own_rating_bounded_by_rules() -> None:
    assert (research().confidence, research().confidence_reasons) == (0.65, [])
    far = market_figures().model_copy(
        update={
            "top_down": market_figures().top_down.model_copy(update={"obtainable_share": percent(0, 20, 40)}),
            "sources": [],
        }
    )
    low = research(figures=far)
    assert low.confidence == 0.5
    assert "The two ways of sizing are far apart" in low.confidence_reasons


def test_evidence_of_all_questions_is_listed_once() -> None:
    found = research()
    assert [source.supports for source in found.sources] == ["Number of runners; Share of returners"]
    assert [assumption.basis for assumption in found.assumptions] == ["Comparable with cycling"]


def test_the_report_shows_every_computed_size_with_its_formula() -> None:
    report = render(research())
    for expected in (
        "EUR 80 million",
        "4,000,000 buyers x 20 EUR a year",
        "EUR 486,000",
        "differ by a factor of 1.01",
        "[Sports survey 2025](<https://example.org/survey>)",
        "nobody has opened them yet",
        "> I do not want to win",
    ):
        assert expected in report
    assert "Simulated" not in report


def test_hostile_text_stays_text_in_the_report() -> None:
    hostile = research().model_copy(update={"headline": "<script>alert(1)</script> | # x"})
    assert not re.search(r"(?<!\\)<script", render(hostile))


def test_the_result_survives_the_journey_through_json() -> None:
    found = research()
    assert MarketResearch.model_validate_json(found.model_dump_json()) == found
