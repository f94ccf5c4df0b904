import pytest
from pydantic import BaseModel, ValidationError

from chassis.model.schema import output_schema
from services.agents.branding.models import BrandStrategyDraft, BrandVisualsDraft
from services.agents.business_plan.kinds import KINDS
from services.agents.business_plan.models import BusinessModelDraft, Correction, ExecutionDraft, LaunchPhase
from services.agents.market_research.models import MarketFiguresDraft, MarketOutlookDraft, MarketPlayersDraft
from tests.support.plan_drafts import business_model, count, financial_assumptions, financial_fields, money, share, tier


@pytest.mark.parametrize(
    "draft",
    [
        MarketFiguresDraft,
        MarketPlayersDraft,
        MarketOutlookDraft,
        BrandStrategyDraft,
        BrandVisualsDraft,
        BusinessModelDraft,
        *(kind.numbers for kind in KINDS.values()),
        ExecutionDraft,
        Correction,
    ],
)
def test_every_draft_can_be_asked_of_the_model(draft: type[BaseModel]) -> None:
    schema = output_schema(draft)
    assert schema["description"]
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"cost_per_lead": money(0)}, "use the cost of the cheapest paid channel"),
        ({"lead_conversion": share(0)}, "without conversion nobody buys"),
        ({"organic_share": share(95)}, "organic_share.value is 95; at most 80"),
        ({"monthly_churn": share(0)}, "monthly_churn.value is 0; it must be from 0.5 to 60"),
        ({"customer_ceiling": count(50)}, "customer_ceiling.value 50 is below starting_customers.value 100"),
        ({"variable_cost_share": share(85)}, "every sale would lose money"),
        ({"payment_fee_share": share(40)}, "payment_fee_share.value is 40"),
        ({"marketing_growth": share(50)}, "marketing_growth.value is 50"),
        ({"cost_inflation": share(31)}, "cost_inflation.value is 31"),
        ({"pessimistic": financial_fields()["optimistic"]}, "pessimistic must not be better than the base"),
        ({"optimistic": financial_fields()["pessimistic"]}, "optimistic must not be worse than the base"),
    ],
)
def test_numbers_that_make_no_sense_are_refused_with_what_to_do(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        financial_assumptions(**changes)


def test_a_negative_price_is_refused() -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        tier(price=-5)


def test_a_free_tier_has_no_paying_customers() -> None:
    tier(price=0, customer_share=0)
    with pytest.raises(ValidationError, match="a free tier has customer_share 0"):
        tier(price=0)


def test_a_price_per_purchase_needs_purchases() -> None:
    with pytest.raises(ValidationError, match="purchases_per_month must be above 0"):
        tier(billing="per purchase", purchases_per_month=0)


def test_shares_of_the_tiers_must_add_up() -> None:
    with pytest.raises(ValidationError, match="adds up to 70 percent"):
        business_model(tier(customer_share=70))


def test_a_phase_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValidationError, match="ends in month 2 before it starts in month 5"):
        LaunchPhase(name="Pilot", from_month=5, to_month=2, goal="g", actions=["a"], exit_criterion="e")
