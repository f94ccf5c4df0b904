"""The market research agent: read the web, take the facts out, three focused questions, one computed size, one report.

Figures first, because customers and competitors have to be described for the same market; the size
is computed in between, so the later questions see it. Each answer is small enough to be repaired
by itself when it breaks its model, or cites what was not read (`grounding.py`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from agent_sdk import Agent, AgentCard, Outcome, TaskContext, TaskInput
from agent_sdk.markdown import amount
from agent_sdk.prompting import request_block
from agent_sdk.settings import model_id
from chassis.clock import utc_now
from services.agents.market_research import prompt, talking
from services.agents.market_research.assembly import assemble
from services.agents.market_research.grounding import Grounding, complaints
from services.agents.market_research.models import (
    Fact,
    FactsDraft,
    MarketFiguresDraft,
    MarketOutlookDraft,
    MarketPlayersDraft,
)
from services.agents.market_research.parts import Part, parts_block, parts_of, reading_of_parts
from services.agents.market_research.render import render
from services.agents.market_research.results import MarketResearch
from services.agents.market_research.settings import ResearchSettings
from services.agents.market_research.sizing import workings
from services.agents.market_research.sources import Reading, reading_of


@dataclass(frozen=True, slots=True)
class _Material:
    """What the questions are asked over."""

    reading: Reading
    facts: Sequence[Fact]
    simulated: bool


def _of_parts(parts: Sequence[Part]) -> _Material:
    reading, facts = reading_of_parts(parts)
    return _Material(reading, facts, simulated=any(part.research.simulated for part in parts))


class MarketResearchAgent(Agent[MarketResearch]):
    """Finds out how big a market is, who buys, who sells, and where it goes."""

    card = AgentCard(
        type="market_research",
        title="Market researcher",
        description="Reads the web where the model can, sizes the market of a business idea top-down and bottom-up, "
        "describes segments, personas, competitors, trends, risks and opportunities, with a source and a date or a "
        "marked assumption for every figure.",
        version="2",
        capabilities=("market_research", "market_sizing", "competitor_analysis", "personas"),
        output=MarketResearch,
        capacity=4,
        split_by="region or segment",
        max_parts=4,
        uses_model=True,
    )

    def __init__(self, settings: ResearchSettings | None = None, now: Callable[[], datetime] = utc_now) -> None:
        self._settings = settings or ResearchSettings()
        self._now = now

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[MarketResearch]:
        """Read, ask three times, compute, report."""
        base = request_block(task.request, instructions=task.instructions, feedback=task.feedback)
        today = self._now().date()
        judge = model_id(self._settings.judging_model)

        parts = parts_of(task)
        material = _of_parts(parts) if parts else await self._read(context, base, today)
        reading, grounding = material.reading, Grounding(material.reading)
        start = prompt.opening(base, today, reading, material.facts)
        if parts:
            start = f"{start}\n\n{parts_block(parts)}"

        await context.progress(0.3, f"{len(reading.sources)} pages read; choosing the inputs of the market size")
        first = await context.model.generate(
            MarketFiguresDraft,
            system=prompt.SYSTEM,
            prompt=prompt.figures_prompt(start),
            purpose="market figures",
            model=judge,
            check=complaints(reading, Grounding.figures),
        )
        figures = grounding.figures(first.output)
        computed = workings(figures)
        await talking.tell(context, figures, computed.size, merged=bool(parts))

        found = amount(computed.size.som.base, computed.size.currency)
        await context.progress(0.5, f"About {found} a year obtainable; looking at customers and competitors")
        second = await context.model.generate(
            MarketPlayersDraft,
            system=prompt.SYSTEM,
            prompt=prompt.players_prompt(start, figures, computed.size),
            purpose="market players",
            model=judge,
            check=complaints(reading, Grounding.players),
        )
        players = grounding.players(second.output)

        rivals = len(players.competitors)
        await context.progress(0.75, f"{rivals} competitors described; judging trends, risks and opportunities")
        third = await context.model.generate(
            MarketOutlookDraft,
            system=prompt.SYSTEM,
            prompt=prompt.outlook_prompt(start, figures, computed.size, players),
            purpose="market outlook",
            model=judge,
            check=complaints(reading, Grounding.outlook),
        )
        outlook = grounding.outlook(third.output)

        await context.progress(0.95, "Writing the report")
        simulated = material.simulated or first.simulated or second.simulated or third.simulated
        research = assemble(
            figures,
            computed,
            players,
            outlook,
            reading=reading,
            facts=material.facts,
            corrections=grounding.found,
            simulated=simulated,
        )
        await context.artifact(
            "market-research.md", render(research), media_type="text/markdown", title="Market research"
        )
        return Outcome(
            output=research,
            summary=f"{found} a year obtainable, {rivals} competitors: {research.headline}",
            confidence=research.confidence,
            simulated=simulated,
        )

    async def answer(self, context: TaskContext, task: TaskInput) -> Outcome[talking.ShortAnswer]:
        """A short answer to another agent, in place of a whole research."""
        return await talking.answer(context, task, model=model_id(self._settings.facts_model))

    async def _read(self, context: TaskContext, base: str, today: date) -> _Material:
        """What the web says, as far as the model may search it; nothing otherwise."""
        settings = self._settings
        if not settings.searches:
            return _Material(Reading(), (), simulated=False)
        await context.progress(0.05, "Searching the web and reading")
        found = await context.model.search(
            system=prompt.READING,
            prompt=prompt.reading_prompt(base, today),
            purpose="market reading",
            model=model_id(settings.reading_model),
            max_searches=settings.searches,
        )
        reading = reading_of(found, today)
        if not reading.sources:
            return _Material(reading, (), simulated=found.simulated)
        await context.progress(0.2, f"{len(reading.sources)} pages cited; copying the facts")
        copied = await context.model.generate(
            FactsDraft,
            system=prompt.SYSTEM,
            prompt=prompt.facts_prompt(base, reading),
            purpose="market facts",
            model=model_id(settings.facts_model),
        )
        facts = Grounding(reading).facts(copied.output)
        left_out = len(copied.output.facts) - len(facts)
        return _Material(reading.without(left_out), facts, simulated=found.simulated or copied.simulated)
