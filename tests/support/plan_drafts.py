"""A business plan as a good model would fill its drafts: that of the running app."""

from agent_sdk.evidence import Assumption
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
from tests.support.market_drafts import SURVEY


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
