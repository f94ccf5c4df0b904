"""A plan of each kind of business, from the drafts of the running app with what its kind adds."""

from typing import Any

from agent_sdk.evidence import Source
from services.agents.business_plan.agent import assemble
from services.agents.business_plan.computing import compute
from services.agents.business_plan.kinds import KINDS
from services.agents.business_plan.models import BusinessModelDraft, KindName
from services.agents.business_plan.numbers import CountAssumption, Estimate, FinancialAssumptionsDraft
from services.agents.business_plan.results import BusinessPlan
from services.agents.business_plan.upstream import read_research
from tests.support.plan_drafts import business_model, count, execution, financial_fields, share, tier

FEES = Source(
    title="Fees of payment services",
    url="https://example.org/fees",
    publisher="Consumer office",
    date="2026-01",
    supports="Payment fees",
)

OWN: dict[KindName, dict[str, Any]] = {
    "subscription": {},
    "shop": {"purchases_per_day": count(180), "opening_days": CountAssumption.model_validate(
        {"low": 24, "value": 26, "high": 27, "evidence": "assumption", "basis": "Closed on Mondays"})},
    "services": {
        "billable_people": count(30),
        "hours_per_person": count(140),
        "utilisation": share(65),
        "hours_per_purchase": Estimate(low=1, value=1.5, high=2.5, evidence="assumption", basis="Counted twenty times"),
    },
    "marketplace": {"take_rate": share(14), "sellers": count(90), "orders_per_seller": count(45)},
    "products": {"units_per_month": count(4100), "return_rate": share(7)},
}  # fmt: skip
"""What each kind asks in addition."""


def business_of_kind(kind: KindName) -> BusinessModelDraft:
    """The running app sold in another way."""
    counted = kind != "subscription"
    tiers = [
        tier(
            price=12.4, billing="per purchase" if counted else "per month", purchases_per_month=1.5, customer_share=70
        ),
        tier(name="Year", price=79, billing="per year", purchases_per_month=0, customer_share=30, comparables=[]),
    ]
    draft = business_model(*tiers).model_dump(mode="json")
    return BusinessModelDraft.model_validate(draft | {"kind": kind})


def numbers_of_kind(kind: KindName, **changes: object) -> FinancialAssumptionsDraft:
    """The running app's numbers with those of the kind; a source behind one of them."""
    fees = {"low": 10, "value": 15, "high": 18, "evidence": "source", "basis": FEES.title}
    fields = financial_fields() | {"customer_ceiling": count(2500), "payment_fee_share": fees, "sources": [FEES]}
    return KINDS[kind].numbers.model_validate(fields | OWN[kind] | changes)


def plan_of_kind(kind: KindName) -> BusinessPlan:
    """The whole plan, as the agent puts it together without a research."""
    business, numbers = business_of_kind(kind), numbers_of_kind(kind)
    return assemble(
        business,
        numbers,
        execution(),
        compute(business, numbers, read_research(None)),
        used_research=False,
        used_branding=False,
        name=None,
        simulated=False,
    )
