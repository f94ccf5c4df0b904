"""The market research agent: three focused questions to the model, one computed size, one report.

Figures first, because customers and competitors have to be described for the same market; the size
is computed in between, so the later questions see it. Each answer is small enough to be repaired
by itself when it breaks its model.
"""

from collections.abc import Callable
from datetime import datetime

from agent_sdk import Agent, AgentCard, Outcome, TaskContext, TaskInput
from agent_sdk.evidence import SIMULATED_LIMIT, Assumption, Rating, merge_sources
from agent_sdk.markdown import amount
from agent_sdk.prompting import request_block
from chassis.clock import utc_now
from services.agents.market_research import prompt
from services.agents.market_research.models import (
    MarketFiguresDraft,
    MarketOutlookDraft,
    MarketPlayersDraft,
    MarketResearch,
    MarketSize,
)
from services.agents.market_research.render import render
from services.agents.market_research.sizing import market_size

UNSOURCED_LIMIT = 0.6
"""Confidence without a single source."""

APART_LIMIT = 0.5
"""Confidence when the two ways of sizing disagree by more than a factor of five."""

WIDE_LIMIT = 0.6
"""Confidence when the obtainable market is known only to a factor of `WIDE_FACTOR`."""

WIDE_FACTOR = 50
"""High end divided by low end of the obtainable market from which it counts as unknown."""


class MarketResearchAgent(Agent[MarketResearch]):
    """Finds out how big a market is, who buys, who sells, and where it goes."""

    card = AgentCard(
        type="market_research",
        title="Market researcher",
        description="Sizes the market of a business idea top-down and bottom-up, describes segments, personas, "
        "competitors, "
        "trends, risks and opportunities, with a source or a marked assumption for every figure.",
        version="1",
        capabilities=("market_research", "market_sizing", "competitor_analysis", "personas"),
        output=MarketResearch,
        capacity=4,
        uses_model=True,
    )

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[MarketResearch]:
        """Three model calls, then the report."""
        base = request_block(task.request, instructions=task.instructions, feedback=task.feedback)
        today = self._now().date().isoformat()

        await context.progress(0.05, "Defining the market and collecting figures for its size")
        first = await context.model.generate(
            MarketFiguresDraft,
            system=prompt.SYSTEM,
            prompt=prompt.figures_prompt(base, today),
            purpose="market figures",
        )
        size = market_size(first.output)

        found = amount(size.som.base, size.currency)
        await context.progress(0.35, f"About {found} a year obtainable; looking at customers and competitors")
        second = await context.model.generate(
            MarketPlayersDraft,
            system=prompt.SYSTEM,
            prompt=prompt.players_prompt(base, today, first.output, size),
            purpose="market players",
        )

        rivals = len(second.output.competitors)
        await context.progress(0.65, f"{rivals} competitors described; judging trends, risks and opportunities")
        third = await context.model.generate(
            MarketOutlookDraft,
            system=prompt.SYSTEM,
            prompt=prompt.outlook_prompt(base, today, first.output, size, second.output),
            purpose="market outlook",
        )

        await context.progress(0.95, "Writing the report")
        simulated = first.simulated or second.simulated or third.simulated
        research = assemble(first.output, size, second.output, third.output, simulated=simulated)
        await context.artifact(
            "market-research.md", render(research), media_type="text/markdown", title="Market research"
        )
        return Outcome(
            output=research,
            summary=f"{found} a year obtainable, {rivals} competitors: {research.headline}",
            confidence=research.confidence,
            simulated=simulated,
        )


def assemble(
    figures: MarketFiguresDraft,
    size: MarketSize,
    players: MarketPlayersDraft,
    outlook: MarketOutlookDraft,
    *,
    simulated: bool,
) -> MarketResearch:
    """Join the three drafts and the computed size into the agent's output."""
    sources = merge_sources(figures.sources, players.sources, outlook.sources)
    rating = Rating(min(figures.confidence, outlook.confidence))
    rating.cap(SIMULATED_LIMIT, "The offline model wrote it", when=simulated)
    rating.cap(UNSOURCED_LIMIT, "No source is cited", when=not sources)
    rating.cap(APART_LIMIT, "The two ways of sizing are far apart", when=size.agreement == "far apart")
    wide = size.som.high > WIDE_FACTOR * max(size.som.low, 1)
    rating.cap(WIDE_LIMIT, f"The obtainable market is known only to a factor above {WIDE_FACTOR}", when=wide)
    return MarketResearch(
        headline=outlook.headline,
        summary=outlook.summary,
        market_definition=figures.market_definition,
        size=size,
        top_down=figures.top_down,
        bottom_up=figures.bottom_up,
        annual_growth_basis=figures.annual_growth_basis,
        segments=players.segments,
        personas=players.personas,
        competitors=players.competitors,
        gap=players.gap,
        trends=outlook.trends,
        risks=outlook.risks,
        opportunities=outlook.opportunities,
        open_questions=outlook.open_questions,
        sources=sources,
        assumptions=_distinct([*figures.assumptions, *players.assumptions, *outlook.assumptions]),
        confidence=rating.value,
        confidence_reasons=rating.reasons,
        simulated=simulated,
    )


def _distinct(assumptions: list[Assumption]) -> list[Assumption]:
    """Each assumption once, as it was first stated."""
    first = {assumption.statement.casefold(): assumption for assumption in reversed(assumptions)}
    return list(reversed(first.values()))
