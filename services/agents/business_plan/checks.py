"""What code notices about a finished plan: not mistakes that stop it, but things a reader must be told."""

from collections.abc import Iterator, Sequence

from services.agents.business_plan.drivers import monthly_price
from services.agents.business_plan.models import BusinessModelDraft, FinancialAssumptionsDraft
from services.agents.business_plan.results import ScenarioProjection
from services.agents.business_plan.upstream import Research

HEALTHY_LTV_TO_CAC = 3.0
"""Rule of thumb: below it growth is expensive."""

SALES_TAX = 1.25
"""Published prices may include sales tax up to a quarter; the plan's prices never do."""

LONG_PAYBACK = 18.0
"""Months after which the money for a customer comes back late."""


def plan_checks(
    business: BusinessModelDraft,
    numbers: FinancialAssumptionsDraft,
    scenarios: Sequence[ScenarioProjection],
    research: Research,
) -> list[str]:
    """All remarks, the economics first."""
    base = next(scenario for scenario in scenarios if scenario.name == "base")
    return [*_economics(base), *_growth(base, numbers), *_market(business, base, research), *_people(numbers)]


def _economics(base: ScenarioProjection) -> Iterator[str]:
    unit = base.unit_economics
    if base.break_even_month is None:
        yield "The base scenario does not break even within 36 months."
    if unit.ltv_to_cac is not None and unit.ltv_to_cac < 1:
        yield f"A customer brings less than it costs to win: LTV / CAC is {unit.ltv_to_cac:g}."
    elif unit.ltv_to_cac is not None and unit.ltv_to_cac < HEALTHY_LTV_TO_CAC:
        yield f"LTV / CAC is {unit.ltv_to_cac:g}; below {HEALTHY_LTV_TO_CAC:g} growth is expensive."
    if unit.payback_months is not None and unit.payback_months > LONG_PAYBACK:
        yield f"The money spent on a customer comes back after {unit.payback_months:g} months."


def _growth(base: ScenarioProjection, numbers: FinancialAssumptionsDraft) -> Iterator[str]:
    ceiling = numbers.customer_ceiling.value
    reached = next((row.month for row in base.months if row.customers >= ceiling), None)
    if reached is not None:
        yield f"The ceiling of {ceiling:,} customers is reached in month {reached}; growth stops there."
    if numbers.launch_month > 12:
        yield f"The launch is in month {numbers.launch_month}: the first year has no revenue."


def _market(business: BusinessModelDraft, base: ScenarioProjection, research: Research) -> Iterator[str]:
    if research.size is None:
        return
    if research.size.currency != business.currency:
        yield (
            f"The plan is in {business.currency}, the market research in {research.size.currency}: "
            "their figures are not compared."
        )
        return
    obtainable = max(research.size.som.high, research.size.bottom_up.high)
    third_year = base.years[2].revenue_cents / 100
    if third_year > obtainable:
        yield (
            f"Revenue of the third year ({business.currency} {third_year:,.0f}) exceeds the most the market "
            "research calls obtainable "
            f"({business.currency} {obtainable:,.0f})."
        )
    yield from _prices(business, research)


def _prices(business: BusinessModelDraft, research: Research) -> Iterator[str]:
    """Compares monthly prices with competitors' where both are known."""
    known = {rival.name: rival.monthly_price for rival in research.competitors if rival.monthly_price}
    if not known:
        return
    dearest, cheapest = max(known, key=lambda name: known[name]), min(known, key=lambda name: known[name])
    for tier in business.pricing:
        if tier.customer_share <= 0 or tier.billing not in ("per month", "per year"):
            continue
        price = float(monthly_price(tier))
        costs = f"'{tier.name}' costs {price:,.2f} a month"
        if price > known[dearest]:
            yield f"{costs}, more than every known competitor ({dearest}: {known[dearest]:,.2f})."
        elif price * SALES_TAX < known[cheapest]:
            yield f"{costs}, less than every known competitor ({cheapest}: {known[cheapest]:,.2f})."


def _people(numbers: FinancialAssumptionsDraft) -> Iterator[str]:
    unpaid = [role.title for role in numbers.staff if role.monthly_cost == 0]
    if unpaid:
        yield f"Works without pay in this plan: {', '.join(unpaid)}. With a wage, costs are higher."
