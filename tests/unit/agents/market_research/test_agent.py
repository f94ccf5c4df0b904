import json
import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from pydantic import BaseModel

from agent_sdk import Outcome, TaskOutput
from agent_sdk.errors import InputError
from agent_sdk.testing import InMemoryContext, ScriptedModel, task_input, task_output
from chassis.model import ModelReading, Page, Passage, Usage
from services.agents.market_research.agent import MarketResearchAgent
from services.agents.market_research.assembly import assemble
from services.agents.market_research.models import Claim, Contradiction, Fact, FactsDraft, MarketFiguresDraft
from services.agents.market_research.parts import parts_of, reading_of_parts, total_of
from services.agents.market_research.render import render
from services.agents.market_research.results import MarketResearch
from services.agents.market_research.settings import ResearchSettings
from services.agents.market_research.sizing import workings
from services.agents.market_research.sources import Reading
from tests.support.market_drafts import REQUEST, market_figures, market_outlook, market_players, market_reading, percent

FOUND = ModelReading(
    offered=True,
    pages=(
        Page(
            url="https://example.org/survey",
            title="Sports survey 2025",
            age="April 30, 2025",
            excerpts=("Running grew by 6.5 percent.", "Strava asks 10.99 EUR a month."),
        ),
        Page(url="https://example.org/ad", title="Not cited"),
    ),
    passages=(Passage(text="It grew by 6.5 percent.", urls=("https://example.org/survey",)),),
    usage=Usage(searches=2),
    model="small-model",
)
FACTS = FactsDraft(
    facts=[
        Fact(statement="Running grew", value=6.5, unit="percent", period="2025", source_ids=["S1"]),
        Fact(statement="Running doubled", value=100, unit="percent", period="2025", source_ids=["S1"]),
    ]
)


def context(*, simulated: bool = False, reading: ModelReading | None = FOUND, **drafts: BaseModel) -> InMemoryContext:
    answers = {"figures": market_figures(), "players": market_players(), "outlook": market_outlook()} | drafts
    return InMemoryContext(model=ScriptedModel(FACTS, *answers.values(), simulated=simulated, reading=reading))


async def run(given: InMemoryContext, settings: ResearchSettings | None = None, **task: Any) -> Outcome[MarketResearch]:
    agent = MarketResearchAgent(settings or ResearchSettings(), now=lambda: datetime(2026, 11, 23, tzinfo=UTC))
    return await agent.execute(given, task_input(REQUEST, **task))


def research(*, figures: MarketFiguresDraft | None = None, **changes: Any) -> MarketResearch:
    figures = figures or market_figures()
    fields: dict[str, Any] = {"reading": market_reading(), "simulated": False, **changes}
    return assemble(figures, workings(figures), market_players(), market_outlook(), **fields)


async def test_reading_and_three_questions_make_one_research() -> None:
    given = context()
    outcome = await run(given)
    assert [call.purpose for call in given.model.calls] == [
        "market reading",
        "market facts",
        "market figures",
        "market players",
        "market outlook",
    ]
    assert outcome.output.size.som.base == 480_000
    assert outcome.summary.startswith("EUR 480,000 a year obtainable, 3 competitors: The oldest runners")
    assert not outcome.simulated
    assert [fraction for fraction, _ in given.steps] == sorted(fraction for fraction, _ in given.steps)
    assert any("EUR 480,000" in message for _, message in given.steps)
    assert given.artifacts["market-research.md"].media_type == "text/markdown"


async def test_settings_say_who_does_which_work_and_how_much_is_read() -> None:
    given = context()
    await run(given)
    assert [call.model for call in given.model.calls] == ["small", "small", None, None, None]
    given = context()
    await run(given, ResearchSettings(facts_model="large", judging_model="claude-fable-5-2"))
    assert [call.model for call in given.model.calls] == ["small", None, *["claude-fable-5-2"] * 3]
    given = context()
    outcome = await run(given, ResearchSettings(searches=0))
    assert [call.purpose for call in given.model.calls] == ["market figures", "market players", "market outlook"]
    assert outcome.output.sources == []


async def test_what_was_read_becomes_sources_and_facts_checked_against_them() -> None:
    found = (await run(context())).output
    (source,) = found.sources
    assert (source.id, source.url, source.date, source.seen) == (
        "S1",
        "https://example.org/survey",
        "2025-04-30",
        "2026-11-23",
    )
    assert source.supports == "Growth of the market per year; competitor Strava"
    assert source.excerpt == "Running grew by 6.5 percent. … Strava asks 10.99 EUR a month."
    assert len(source.sha256) == 64
    assert [fact.statement for fact in found.facts] == ["Running grew"]
    assert (found.reading.searches, found.reading.pages_found, found.reading.facts_left_out) == (2, 2, 1)
    growth = next(each for each in found.inputs if each.id == "annual_growth")
    assert (growth.evidence, growth.source_ids, growth.as_of) == ("source", ["S1"], "2025-04")
    assert found.competitors[0].as_of == "2025-04-30", "published then, as the draft does not say"
    assert [(each.name, each.source, each.price_evidence) for each in found.competitors][:2] == [
        ("Strava", "Sports survey 2025", "source"),
        ("Runna", "assumption", "assumption"),
    ]


async def test_an_invented_source_is_complained_of_and_corrected() -> None:
    invented = with_buyers(source_ids=["S9"], evidence="source")
    given = context()
    given.model = ScriptedModel(FACTS, market_players(), market_outlook(), reading=FOUND)
    given.model.script(MarketFiguresDraft, invented, market_figures())
    found = (await run(given)).output
    assert found.corrections == []
    assert found.inputs[0].evidence == "assumption"


async def test_an_invented_source_that_stays_is_an_assumption_that_says_so() -> None:
    given = context(figures=with_buyers(source_ids=["S9"], evidence="source"))
    outcome = await run(given)
    buyers = outcome.output.inputs[0]
    assert (buyers.evidence, buyers.source_ids) == ("assumption", [])
    assert buyers.basis.startswith("Called sourced, but names no page that was read: an assumption.")
    assert outcome.output.corrections == [
        "buyers: 'S9' is no page that was read",
        "buyers: is called sourced, but names no page that was read",
    ]
    assert outcome.confidence == 0.5
    assert "Corrected by code" in given.artifacts["market-research.md"].text()


async def test_a_figure_that_does_not_stand_in_its_page_is_an_assumption() -> None:
    found = (await run(context(figures=with_buyers(source_ids=["S1"], evidence="source")))).output
    assert (found.inputs[0].evidence, found.inputs[0].source_ids) == ("assumption", ["S1"])
    assert "does not stand in what was read of S1" in found.inputs[0].basis


async def test_without_a_search_everything_is_an_assumption() -> None:
    given = context(reading=None)
    outcome = await run(given)
    assert outcome.output.sources == []
    assert {each.evidence for each in outcome.output.inputs} == {"assumption"}
    assert {each.evidence for each in outcome.output.competitors} == {"assumption"}
    assert "No page was read: the model could not search the web." in given.artifacts["market-research.md"].text()


def with_buyers(**changes: object) -> MarketFiguresDraft:
    top = market_figures().top_down
    return market_figures().model_copy(
        update={"top_down": top.model_copy(update={"buyers": top.buyers.model_copy(update=changes)})}
    )


async def test_every_number_of_a_result_can_be_computed_again_from_its_own_table() -> None:
    result = json.loads((await run(context())).output.model_dump_json())
    ends = ("low", "base", "high")
    known = {row["id"]: [Fraction(str(row[end])) for end in ends] for row in result["inputs"]}
    percent_ids = {row["id"] for row in result["inputs"] if row["unit"] == "percent"}
    for formula in result["formulas"]:
        terms = [known[term] for term in formula["terms"]]
        shares = [100 if term in percent_ids else 1 for term in formula["terms"]]
        values = [[term[end] / share for term, share in zip(terms, shares, strict=True)] for end in range(3)]
        results: Sequence[Fraction | int]
        match formula["operation"]:
            case "product":
                results = [round(math.prod(each)) for each in values]
            case "sum":
                results = [round(sum(each)) for each in values]
            case "ratio":
                both = [term[1] for term in terms]
                results = [round(max(both) / min(both), 2)] * 3
            case "growth":
                results = [round(terms[0][1] * (1 + terms[1][1] / 100) ** 5)] * 3
        known[formula["id"]] = [Fraction(each) for each in results]
        stated = [formula[end] for end in ends]
        assert [each for each in stated if each is not None] in ([float(each) for each in results], [float(results[1])])
    size = result["size"]
    for name in ("tam", "sam", "som", "bottom_up"):
        assert [size[name][end] for end in ends] == [float(each) for each in known[name]]
    for number, segment in enumerate(size["bottom_up_segments"], start=1):
        assert [segment["amount"][end] for end in ends] == [float(each) for each in known[f"segment_{number}"]]
    assert size["tam_in_five_years"] == float(known["tam_in_five_years"][1])
    assert size["agreement_ratio"] == float(known["agreement_ratio"][1])


async def test_every_prompt_of_a_task_begins_alike_so_that_it_can_be_cached() -> None:
    given = context()
    await run(given, instructions="Look at Bavaria", feedback=["Too optimistic"])
    calls = given.model.calls[2:]
    assert len({call.system for call in calls}) == 1
    opening = calls[0].prompt[: calls[0].prompt.index("Now state")]
    assert all(call.prompt.startswith(opening) for call in calls)
    assert "Look at Bavaria" in opening
    assert "1. Too optimistic" in opening


async def test_later_questions_see_the_earlier_answers_as_data() -> None:
    given = context()
    await run(given)
    players, outlook = (call.prompt for call in given.model.calls[-2:])
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
        }
    )
    low = research(figures=far, reading=Reading())
    assert low.confidence == 0.5
    assert "The two ways of sizing are far apart" in low.confidence_reasons


def test_evidence_of_all_questions_is_listed_once() -> None:
    found = research()
    assert [source.supports for source in found.sources] == ["Growth of the market per year; competitor Strava"]
    assert [assumption.basis for assumption in found.assumptions] == ["Comparable with cycling"]


def test_contradictions_of_pages_are_named_with_what_is_used() -> None:
    contradiction = Contradiction(
        figure="Growth",
        claims=[Claim(source_id="S1", value="6.5 percent"), Claim(source_id="S2", value="9 percent")],
        used="S1",
        why="It has a method",
    )
    figures = market_figures().model_copy(update={"contradictions": [contradiction]})
    report = render(research(figures=figures))
    assert "| Growth | S1: 6.5 percent; S2: 9 percent | S1 | It has a method |" in report


def test_the_report_shows_every_computed_size_with_its_formula() -> None:
    report = render(research())
    for expected in (
        "EUR 80 million",
        "4,000,000 buyers x 20 EUR a year",
        "EUR 486,000",
        "differ by a factor of 1.01",
        "| S1 | [Sports survey 2025](<https://example.org/survey>) | Federal Statistics | 2025-04 | 2026-11-22 |",
        "`buyers` x `annual_spend` x `serviceable_share` x `obtainable_share` | 60,000 | 480,000 | 2,400,000 |",
        "S1 (2025-04)",
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


def part(city: str, *urls: str, currency: str = "EUR") -> TaskOutput:
    """The research of one city, with a fact for each page it read."""
    known = market_reading().sources[0]
    sources = tuple(
        known.model_copy(update={"id": f"S{n}", "url": url, "excerpt": f"{city} has {n * 100} runners."})
        for n, url in enumerate(urls, start=1)
    )
    facts = [
        Fact(statement=f"{city} runs", value=n * 100, unit="", period="", source_ids=[f"S{n}"])
        for n in range(1, len(urls) + 1)
    ]
    made = research(reading=Reading(sources=sources), facts=facts, simulated=False)
    made = made.model_copy(update={"size": made.size.model_copy(update={"currency": currency})})
    return task_output("market_research", made, task=f"market-part-{city}", title=f"Market: {city}")


A, B, C = (f"https://example.org/{name}" for name in "abc")


async def test_parts_are_merged_from_what_they_read_and_nothing_is_read_again() -> None:
    given = context()
    parts = [part("Lisbon", A, B), part("Porto", C, A)]
    merged = (await run(given, outputs=parts)).output
    assert [call.output for call in given.model.calls if call.output in (None, FactsDraft)] == []
    assert [(source.id, source.url) for source in merged.sources] == [("S1", A), ("S2", C), ("S3", B)]
    assert merged.sources[0].excerpt == "Lisbon has 100 runners. … Porto has 200 runners."
    assert [(fact.statement, fact.value, fact.source_ids) for fact in merged.facts] == [
        ("Lisbon runs", 100, ["S1"]),
        ("Porto runs", 100, ["S2"]),
        ("Lisbon runs", 200, ["S3"]),
        ("Porto runs", 200, ["S1"]),
    ]
    assert all("Market: Porto" in call.prompt and "<total>" in call.prompt for call in given.model.calls)


def test_the_sizes_of_parts_are_added_up_by_code_in_one_currency_only() -> None:
    same = parts_of(task_input(REQUEST, outputs=[part("Lisbon"), part("Porto")][1:]))
    one = same[0].research.size
    both = total_of([*same, *same])
    assert both["som"] == {"low": 2 * one.som.low, "base": 2 * one.som.base, "high": 2 * one.som.high}
    assert total_of([*same, *parts_of(task_input(REQUEST, outputs=[part("London", currency="GBP")]))]) == {}


def test_a_part_brings_no_address_that_is_none() -> None:
    with pytest.raises(InputError, match="is no research"):
        parts_of(task_input(REQUEST, outputs=[part("Lisbon", "javascript:alert(1)", A)]))
    reading, facts = reading_of_parts(parts_of(task_input(REQUEST, outputs=[part("Lisbon", "http:///x", A)])))
    assert [source.url for source in reading.sources] == [A]
    assert [fact.source_ids for fact in facts] == [["S1"]]
