"""Drafts as a good model would fill them, for the tests of the shipped agents: a running app, and a bakery's plan."""

from agent_sdk.evidence import Assumption
from services.agents.branding.models import (
    BrandStrategyDraft,
    BrandVisualsDraft,
    LogoSpec,
    NameCandidate,
    PaletteColour,
    Positioning,
    Typeface,
    Typography,
    Voice,
    VoiceSample,
)
from services.agents.business_plan.models import (
    BusinessModelDraft,
    Channel,
    Comparable,
    ExecutionDraft,
    LaunchPhase,
    LeanCanvas,
    Milestone,
    PlanRisk,
    PricingTier,
)
from services.agents.business_plan.numbers import (
    CountAssumption,
    FinancialAssumptionsDraft,
    FixedCost,
    MoneyAssumption,
    OneOffCost,
    PercentAssumption,
    ScenarioChange,
    StaffRole,
)
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


PALETTE = {
    "primary": "#1F3A93",
    "secondary": "#3FA7D6",
    "accent": "#F2711C",
    "background": "#FFFFFF",
    "surface": "#F3F6FB",
    "text": "#16213A",
}


def palette(**changes: str) -> list[PaletteColour]:
    """Six colours, some of them changed."""
    return [
        PaletteColour.model_validate({"role": role, "name": f"The {role}", "hex": code, "reason": "It fits"})
        for role, code in (PALETTE | changes).items()
    ]


def brand_strategy(chosen: str = "Stridewell") -> BrandStrategyDraft:
    """Four names and a voice."""
    return BrandStrategyDraft(
        candidates=[_name(name) for name in (chosen, "Second Wind", "Laufreif", "Kilometa")],
        chosen=chosen,
        chosen_because="It promises a way, not a record.",
        tagline="Further, for longer",
        tagline_alternatives=["Run on", "The next twenty years"],
        positioning=Positioning(
            audience="Runners over fifty",
            need="Running without injury",
            category="A training app",
            difference="Plans that count recovery",
            proof="Made with sports physicians",
            statement="For runners over fifty, the app that counts recovery.",
        ),
        story="Most plans are made for the young. We run on.",
        values=["Patience: we never push", "Honesty: we say when to rest", "Respect: no jokes about age"],
        voice=Voice(
            traits=["warm, never cute", "calm, never slow", "exact, never medical"],
            do=["Say what comes next", "Praise rest", "Use plain words"],
            dont=["Shout", "Compare with the young", "Use slang"],
            samples=[
                VoiceSample(place=place, text="Rest is part of the plan.") for place in ("home", "push", "complaint")
            ],
        ),
        assumptions=[Assumption(statement="The name is free", basis="Not looked up")],
        confidence=0.8,
    )


def _name(name: str) -> NameCandidate:
    return NameCandidate(
        name=name, style="metaphor", reason="Sounds like a way.", pronunciation="STRIDE-well", weakness="English"
    )


def logo_spec(**changes: object) -> LogoSpec:
    """A sunrise without container, some of it changed."""
    fields: dict[str, object] = {
        "concept": "A sun that rises over a long road.",
        "family": "sunrise",
        "container": "none",
        "elements": 5,
        "initials": "S",
        "wordmark_case": "title",
        "wordmark_weight": "regular",
        "avoid": ["A weather app"],
    }
    return LogoSpec.model_validate(fields | changes)


def brand_visuals(**logo: object) -> BrandVisualsDraft:
    """A palette, two families, a logo."""
    face = Typeface(family="Source Sans 3", category="sans-serif", weights=[400, 700], reason="Readable at any age")
    return BrandVisualsDraft(
        palette=palette(),
        palette_idea="Morning on the road.",
        typography=Typography(heading=face, body=face, scale_ratio=1.25),
        logo=logo_spec(**logo),
        imagery="People of the right age, early light, no stock smiles.",
        applications=["App icon", "Shirt", "Club poster"],
        assumptions=[],
        confidence=0.75,
    )


def tier(**changes: object) -> PricingTier:
    """A subscription everybody takes, some of it changed."""
    fields: dict[str, object] = {
        "name": "Plan",
        "audience": "Returners",
        "includes": ["Training plan"],
        "price": 10.0,
        "billing": "per month",
        "purchases_per_month": 1,
        "customer_share": 100,
        "basis": "Between Strava and Runna",
        "comparables": [Comparable(name="Strava", price="EUR 10.99 per month", amount=10.99, source="market research")],
    }
    return PricingTier.model_validate(fields | changes)


def business_model(*tiers: PricingTier) -> BusinessModelDraft:
    """The running app, with one subscription unless tiers are given."""
    return BusinessModelDraft(
        kind="subscription",
        currency="EUR",
        value_proposition="Runners over fifty get a plan that keeps them healthy.",
        business_model="Runners pay monthly as long as they run.",
        customer_word="subscriber",
        canvas=LeanCanvas(
            problem=["Plans injure older runners"],
            customer_segments=["Returners"],
            unique_value_proposition="Recovery first",
            solution=["Adaptive plan"],
            channels=["Clubs"],
            revenue_streams=["Subscription"],
            cost_structure=["Wages"],
            key_metrics=["Runs per week"],
            unfair_advantage="None yet",
        ),
        pricing=list(tiers) or [tier()],
        pricing_logic="One price, below the coach.",
        channels=[
            Channel(name=name, role="acquisition", approach="Talk to trainers.", measure="Trials per club")
            for name in ("Clubs", "Physiotherapists")
        ],
        phases=[
            LaunchPhase(
                name=name, from_month=first, to_month=last, goal="Learn", actions=["Test"], exit_criterion="50 runners"
            )
            for name, first, last in (("Pilot", 1, 4), ("Launch", 5, 12))
        ],
        sources=[SURVEY],
        assumptions=[Assumption(statement="Clubs cooperate", basis="Three said so")],
    )


def money(value: float) -> MoneyAssumption:
    """An assumed amount."""
    return MoneyAssumption(low=value * 0.8, value=value, high=value * 1.2, evidence="assumption", basis="Rule of thumb")


def share(value: float) -> PercentAssumption:
    """An assumed percentage."""
    return PercentAssumption(
        low=value * 0.8, value=value, high=min(value * 1.2, 100), evidence="assumption", basis="Rule of thumb"
    )


def count(value: int) -> CountAssumption:
    """An assumed number of customers."""
    return CountAssumption(
        low=int(value * 0.8), value=value, high=int(value * 1.2), evidence="assumption", basis="Rule of thumb"
    )


def financial_fields() -> dict[str, object]:
    """The numbers of the running app as fields, for tests that change one."""
    change = {"price_change": 0, "acquisition_cost_change": 0, "churn_change": 0, "cost_change": 0}
    return {
        "launch_month": 4,
        "launch_month_basis": "Three months of building",
        "starting_customers": count(100),
        "marketing_budget": money(4000),
        "marketing_growth": share(5),
        "cost_per_lead": money(2),
        "lead_conversion": share(10),
        "organic_share": share(20),
        "monthly_churn": share(4),
        "customer_ceiling": count(50_000),
        "variable_cost_share": share(8),
        "payment_fee_share": share(15),
        "price_increase": share(2),
        "cost_inflation": share(3),
        "opening_cash": money(25_000),
        "reserve_months": 3,
        "fixed_costs": [FixedCost(name="Software", monthly_amount=600, from_month=1, basis="Offers")],
        "staff": [
            StaffRole(title="Founders", headcount=2, monthly_cost=3000, from_month=1, basis="Minimum to live"),
            StaffRole(title="Coach", headcount=1, monthly_cost=4200, from_month=10, basis="Collective agreement"),
        ],
        "one_off_costs": [OneOffCost(name="First version", amount=18_000, month=2, basis="Offer")],
        "pessimistic": ScenarioChange.model_validate(
            change
            | {"price_change": -10, "acquisition_cost_change": 30, "churn_change": 25, "cost_change": 10}
            | {"reason": "An incumbent copies the plan"}
        ),
        "optimistic": ScenarioChange.model_validate(
            change | {"price_change": 5, "acquisition_cost_change": -20, "churn_change": -15, "reason": "Insurers pay"}
        ),
        "sources": [],
        "confidence": 0.6,
    }


def financial_assumptions(**changes: object) -> FinancialAssumptionsDraft:
    """The numbers of the running app, some of them changed."""
    return FinancialAssumptionsDraft.model_validate(financial_fields() | changes)


def execution(**changes: object) -> ExecutionDraft:
    """How the plan is carried out, some of it changed."""
    fields: dict[str, object] = {
        "executive_summary": "We earn {revenue_year_3} in year three and need {funding_ask}.",
        "operations": ["Physicians review the plans", "The app adapts every night"],
        "team": "Two founders, one coach; a physician is missing.",
        "milestones": [Milestone(month=month, title=f"Step {month}", measure="Seen by all") for month in (12, 4, 24)],
        "risks": [
            PlanRisk(
                title=title,
                description="It could happen.",
                likelihood="low",
                impact="high",
                response="Prepare",
                early_sign="Fewer trials",
            )
            for title in ("Copy", "Liability", "Churn")
        ],
        "funding_case": "Equity, because revenue comes late: {funding_ask}.",
        "next_steps": ["Call ten clubs", "Sign a physician", "Build the pilot"],
        "confidence": 0.55,
    }
    return ExecutionDraft.model_validate(fields | changes)
