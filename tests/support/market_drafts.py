"""A market research as a good model would fill its drafts: a running app for people over fifty."""

from agent_sdk.evidence import Assumption
from services.agents.market_research.assembly import assemble
from services.agents.market_research.models import (
    BottomUpSegment,
    Competitor,
    MarketFiguresDraft,
    MarketOutlookDraft,
    MarketPlayersDraft,
    MarketRisk,
    Opportunity,
    PercentEstimate,
    Persona,
    RangeEstimate,
    Segment,
    TopDownInputs,
    Trend,
)
from services.agents.market_research.results import MarketResearch, ReadingRecord, ReadSource
from services.agents.market_research.sizing import workings
from services.agents.market_research.sources import Reading

REQUEST = "Create a fitness app for runners over fifty in Germany"

SURVEY = ReadSource(
    id="S1",
    title="Sports survey 2025",
    url="https://example.org/survey",
    publisher="Federal Statistics",
    date="2025-04",
    supports="Background",
    seen="2026-11-22",
    excerpt="Running of people over fifty grew by 6.5 percent. Strava asks 10.99 EUR a month.",
)


def market_reading() -> Reading:
    """What was read: one survey."""
    return Reading((SURVEY,), "", ReadingRecord(offered=True, searches=2, pages_found=5))


def span(low: float, base: float, high: float) -> RangeEstimate:
    """A range that rests on an assumption."""
    return RangeEstimate(
        low=low, base=base, high=high, evidence="assumption", basis="Rule of thumb", source_ids=[], as_of=""
    )


def percent(low: float, base: float, high: float) -> PercentEstimate:
    """A share that rests on an assumption."""
    return PercentEstimate(
        low=low, base=base, high=high, evidence="assumption", basis="Rule of thumb", source_ids=[], as_of=""
    )


def market_figures() -> MarketFiguresDraft:
    """Inputs whose products are easy to check by hand."""
    return MarketFiguresDraft(
        market_definition="Paid running apps for people over fifty in Germany.",
        region="Germany",
        currency="EUR",
        reference_year=2026,
        top_down=TopDownInputs(
            buyer_definition="People over fifty who run at least once a week",
            buyers=span(3_000_000, 4_000_000, 5_000_000),
            annual_spend=span(10, 20, 30),
            serviceable_share=percent(20, 30, 40),
            obtainable_share=percent(1, 2, 4),
        ),
        bottom_up=[
            BottomUpSegment(
                segment="Returners",
                customers=span(400_000, 500_000, 600_000),
                reachable_share=percent(10, 15, 20),
                conversion_share=percent(4, 6, 8),
                annual_revenue=span(60, 72, 84),
            ),
            BottomUpSegment(
                segment="Club runners",
                customers=span(100_000, 150_000, 200_000),
                reachable_share=percent(20, 30, 40),
                conversion_share=percent(3, 5, 7),
                annual_revenue=span(60, 72, 84),
            ),
        ],
        annual_growth=6.5,
        annual_growth_basis="Sports survey 2025",
        annual_growth_evidence="source",
        annual_growth_source_ids=["S1"],
        annual_growth_as_of="2025-04",
        contradictions=[],
        assumptions=[Assumption(statement="One in five pays for an app", basis="Comparable with cycling")],
        confidence=0.7,
    )


def market_players() -> MarketPlayersDraft:
    """Two segments, two personas, three competitors."""
    return MarketPlayersDraft(
        segments=[
            Segment(
                name="Returners",
                description="Ran when young, start again.",
                needs=["No injuries", "A plan that forgives"],
                share_of_demand=60,
                willingness_to_pay="medium",
                priority="primary",
            ),
            Segment(
                name="Club runners",
                description="Run with others every week.",
                needs=["Comparison within their age"],
                share_of_demand=40,
                willingness_to_pay="high",
                priority="secondary",
            ),
        ],
        personas=[_persona("Careful Karin"), _persona("Steady Stefan")],
        competitors=[
            _competitor("Strava", "direct", 10.99),
            _competitor("Runna", "direct", 17.99),
            _competitor("Running alone", "substitute", None),
        ],
        gap="A plan that takes recovery at this age seriously.",
        assumptions=[],
    )


def market_research(*, simulated: bool = False) -> MarketResearch:
    """The research of these drafts, as the agent hands it on."""
    figures = market_figures()
    return assemble(
        figures,
        workings(figures),
        market_players(),
        market_outlook(),
        reading=market_reading(),
        simulated=simulated,
    )


def _persona(name: str) -> Persona:
    return Persona(
        name=name,
        segment="Returners",
        situation="Fifty-six, works in an office, two adult children.",
        goals=["Run ten kilometres again"],
        frustrations=["Plans made for people of twenty-five"],
        buying_trigger="The first pain in the knee",
        quote="I do not want to win, I want to go on.",
    )


def _competitor(name: str, kind: str, price: float | None) -> Competitor:
    return Competitor.model_validate(
        {
            "name": name,
            "kind": kind,
            "offer": "Training plans and records",
            "price": f"EUR {price} per month" if price else "not published",
            "monthly_price": price,
            "strengths": ["Many users"],
            "weaknesses": ["Ignores age"],
            "evidence": "source" if name == "Strava" else "assumption",
            "price_evidence": "source" if name == "Strava" else "assumption",
            "source_ids": ["S1"] if name == "Strava" else [],
            "as_of": "",
        }
    )


def market_outlook() -> MarketOutlookDraft:
    """Two of everything."""
    return MarketOutlookDraft(
        headline="The oldest runners are the least served and the most loyal",
        summary="The market grows. Nobody speaks to people over fifty. They pay for safety.",
        trends=[_trend("Older runners"), _trend("Watches measure recovery")],
        risks=[_market_risk("Incumbents copy it"), _market_risk("Medical liability")],
        opportunities=[_opportunity("Running clubs"), _opportunity("Health insurers")],
        open_questions=["Do returners pay before the first run?"],
        assumptions=[Assumption(statement="one in five pays for an app", basis="Said before")],
        confidence=0.65,
    )


def _trend(title: str) -> Trend:
    return Trend(title=title, description="Two years ago it was rare.", effect="helps", horizon="now", source_ids=[])


def _market_risk(title: str) -> MarketRisk:
    return MarketRisk(
        title=title, description="It could happen.", likelihood="medium", impact="high", response="Watch it"
    )


def _opportunity(title: str) -> Opportunity:
    return Opportunity(title=title, description="They look for an offer.", first_step="Ask ten of them")
