"""The numbers a projection runs on, taken from the drafts, exact, and changed for a scenario.

Pure. Amounts and shares are Decimals made from what the model wrote, so 9.99 stays 9.99.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from services.agents.business_plan.models import (
    BusinessModelDraft,
    FinancialAssumptionsDraft,
    PricingTier,
    ScenarioChange,
)

MONTHS = 36
"""Length of every projection."""

_HUNDRED = Decimal(100)
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A cost that starts in a month (or, one-off, comes in it)."""

    amount: Decimal
    month: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """Everything a month is computed from. Shares are fractions of 1, amounts whole units of the currency."""

    revenue_per_customer: Decimal
    """Average revenue of a paying customer per month, at the prices of the first year."""
    launch_month: int
    starting_customers: Decimal
    marketing_budget: Decimal
    marketing_growth: Decimal
    acquisition_cost: Decimal
    organic_share: Decimal
    churn: Decimal
    ceiling: Decimal
    variable_share: Decimal
    """Variable costs and payment fees together."""
    price_increase: Decimal
    cost_inflation: Decimal
    opening_cash: Decimal
    staff: tuple[Line, ...]
    fixed: tuple[Line, ...]
    one_off: tuple[Line, ...]


def drivers_of(business: BusinessModelDraft, numbers: FinancialAssumptionsDraft) -> Drivers:
    """The base scenario's drivers."""
    return Drivers(
        revenue_per_customer=revenue_per_customer(business.pricing),
        launch_month=numbers.launch_month,
        starting_customers=Decimal(numbers.starting_customers.value),
        marketing_budget=exact(numbers.marketing_budget.value),
        marketing_growth=_share(numbers.marketing_growth.value),
        acquisition_cost=exact(numbers.acquisition_cost.value),
        organic_share=_share(numbers.organic_share.value),
        churn=_share(numbers.monthly_churn.value),
        ceiling=Decimal(numbers.customer_ceiling.value),
        variable_share=_share(numbers.variable_cost_share.value) + _share(numbers.payment_fee_share.value),
        price_increase=_share(numbers.price_increase.value),
        cost_inflation=_share(numbers.cost_inflation.value),
        opening_cash=exact(numbers.opening_cash.value),
        staff=tuple(
            Line(amount=role.headcount * exact(role.monthly_cost), month=role.from_month) for role in numbers.staff
        ),
        fixed=tuple(Line(amount=exact(cost.monthly_amount), month=cost.from_month) for cost in numbers.fixed_costs),
        one_off=tuple(Line(amount=exact(cost.amount), month=cost.month) for cost in numbers.one_off_costs),
    )


def revenue_per_customer(pricing: Sequence[PricingTier]) -> Decimal:
    """Prices times purchases a month, averaged over the tiers by their share of customers."""
    total = sum((exact(tier.customer_share) for tier in pricing), Decimal(0))
    earned = sum((monthly_price(tier) * exact(tier.customer_share) for tier in pricing), Decimal(0))
    return earned / total


def monthly_price(tier: PricingTier) -> Decimal:
    """What a customer of the tier pays in an average month."""
    price = exact(tier.price)
    if tier.billing == "per month":
        return price
    if tier.billing == "per year":
        return price / 12
    return price * exact(tier.purchases_per_month)


def changed(base: Drivers, change: ScenarioChange) -> Drivers:
    """The drivers of a scenario that differs from the base by percentages. No share goes above 1."""
    cost = _factor(change.cost_change)

    def scaled(lines: tuple[Line, ...]) -> tuple[Line, ...]:
        return tuple(replace(line, amount=line.amount * cost) for line in lines)

    return replace(
        base,
        revenue_per_customer=base.revenue_per_customer * _factor(change.price_change),
        acquisition_cost=base.acquisition_cost * _factor(change.acquisition_cost_change),
        churn=min(base.churn * _factor(change.churn_change), _ONE),
        variable_share=min(base.variable_share * cost, _ONE),
        staff=scaled(base.staff),
        fixed=scaled(base.fixed),
        one_off=scaled(base.one_off),
    )


def exact(value: float) -> Decimal:
    """A number as it was written, not as binary stores it."""
    return Decimal(str(value))


def _share(percent: float) -> Decimal:
    return exact(percent) / _HUNDRED


def _factor(percent: float) -> Decimal:
    return _ONE + exact(percent) / _HUNDRED
