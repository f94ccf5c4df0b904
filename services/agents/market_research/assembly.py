"""Joins what was read, the three drafts and the computed size into the agent's output, and bounds the confidence."""

from collections.abc import Iterator, Sequence

from agent_sdk.evidence import LINE_LIMIT, SIMULATED_LIMIT, Assumption, Rating
from services.agents.market_research.models import (
    Contradiction,
    Fact,
    MarketFiguresDraft,
    MarketOutlookDraft,
    MarketPlayersDraft,
)
from services.agents.market_research.results import CompetitorFound, Input, MarketResearch, ReadSource
from services.agents.market_research.sizing import Workings
from services.agents.market_research.sources import Reading

UNSOURCED_LIMIT = 0.6
"""Confidence without a single source."""

APART_LIMIT = 0.5
"""Confidence when the two ways of sizing disagree by more than a factor of five."""

WIDE_LIMIT = 0.6
"""Confidence when the obtainable market is known only to a factor of `WIDE_FACTOR`."""

WIDE_FACTOR = 50
"""High end divided by low end of the obtainable market from which it counts as unknown."""

CORRECTED_LIMIT = 0.5
"""Confidence when something was called sourced and was not, after the model had its chance to correct it."""


def assemble(
    figures: MarketFiguresDraft,
    computed: Workings,
    players: MarketPlayersDraft,
    outlook: MarketOutlookDraft,
    *,
    reading: Reading,
    facts: Sequence[Fact] = (),
    corrections: Sequence[str] = (),
    simulated: bool,
) -> MarketResearch:
    """The output. The drafts are grounded: what they cite was read."""
    size = computed.size
    competitors = [
        CompetitorFound(
            **each.model_dump(),
            source=(reading.title_of(each.source_ids) if each.evidence == "source" else "") or "assumption",
        )
        for each in players.competitors
    ]
    rating = Rating(min(figures.confidence, outlook.confidence))
    rating.cap(SIMULATED_LIMIT, "The offline model wrote it", when=simulated)
    rating.cap(UNSOURCED_LIMIT, "No source is cited", when=not reading.sources)
    rating.cap(APART_LIMIT, "The two ways of sizing are far apart", when=size.agreement == "far apart")
    wide = size.som.high > WIDE_FACTOR * max(size.som.low, 1)
    rating.cap(WIDE_LIMIT, f"The obtainable market is known only to a factor above {WIDE_FACTOR}", when=wide)
    rating.cap(CORRECTED_LIMIT, "Something was called sourced that was not", when=bool(corrections))
    return MarketResearch(
        headline=outlook.headline,
        summary=outlook.summary,
        market_definition=figures.market_definition,
        size=size,
        inputs=computed.inputs,
        formulas=computed.formulas,
        top_down=figures.top_down,
        bottom_up=figures.bottom_up,
        annual_growth_basis=figures.annual_growth_basis,
        segments=players.segments,
        personas=players.personas,
        competitors=competitors,
        gap=players.gap,
        trends=outlook.trends,
        risks=outlook.risks,
        opportunities=outlook.opportunities,
        open_questions=outlook.open_questions,
        facts=list(facts),
        contradictions=figures.contradictions,
        sources=_supporting(reading.sources, computed.inputs, figures.contradictions, competitors, outlook),
        assumptions=_distinct([*figures.assumptions, *players.assumptions, *outlook.assumptions]),
        corrections=list(corrections),
        reading=reading.record,
        confidence=rating.value,
        confidence_reasons=rating.reasons,
        simulated=simulated,
    )


def _supporting(
    sources: Sequence[ReadSource],
    inputs: Sequence[Input],
    contradictions: Sequence[Contradiction],
    competitors: Sequence[CompetitorFound],
    outlook: MarketOutlookDraft,
) -> list[ReadSource]:
    """The sources with what each is cited for."""

    def uses(identity: str) -> Iterator[str]:
        yield from (each.label for each in inputs if identity in each.source_ids)
        yield from (
            f"another value for: {each.figure}"
            for each in contradictions
            if identity != each.used and identity in [claim.source_id for claim in each.claims]
        )
        yield from (f"competitor {each.name}" for each in competitors if identity in each.source_ids)
        yield from (f"trend: {each.title}" for each in outlook.trends if identity in each.source_ids)

    return [
        source.model_copy(update={"supports": "; ".join(uses(source.id))[:LINE_LIMIT] or source.supports})
        for source in sources
    ]


def _distinct(assumptions: list[Assumption]) -> list[Assumption]:
    """Each assumption once, as it was first stated."""
    first = {assumption.statement.casefold(): assumption for assumption in reversed(assumptions)}
    return list(reversed(first.values()))
