"""What code has to say about drafts and plans: objections that go back to the model, remarks for the reader.

An objection names a field, what is wrong with it and what to do. A remark stops nothing, but a reader
must be told.
"""

from collections.abc import Callable, Iterator, Sequence

from agent_sdk.sheet import Values
from services.agents.business_plan.kinds import KINDS
from services.agents.business_plan.models import BusinessModelDraft, Evidence
from services.agents.business_plan.numbers import Estimate, FinancialAssumptionsDraft
from services.agents.business_plan.results import PriceComparison, ScenarioProjection
from services.agents.business_plan.upstream import Research

HEALTHY_LTV_TO_CAC = 3.0
"""Rule of thumb: below it growth is expensive."""

PRICE_FACTOR = 3.0
"""A price more than this times above the dearest comparable, or below the cheapest, is a mistake or needs others."""

SALES_TAX = 1.25
"""Published prices may include sales tax up to a quarter; the plan's prices never do."""

LONG_PAYBACK = 18.0
"""Months after which the money for a customer comes back late."""

_ROOM = 1.05
"""The ceiling may exceed what can be served by a twentieth: estimates of both are rounded."""


def business_objections(business: BusinessModelDraft, research: Research) -> list[str]:
    """What must change in the offer and its prices before numbers are stated for it."""
    return [*_strange_prices(business), *_unknown_comparables(business, research)]


def _strange_prices(business: BusinessModelDraft) -> Iterator[str]:
    for number, tier in enumerate(business.pricing):
        amounts = [each.amount for each in tier.comparables]
        if not amounts or tier.customer_share <= 0:
            continue
        low, high = min(amounts) / PRICE_FACTOR, max(amounts) * PRICE_FACTOR
        if not low <= tier.price <= high:
            yield (
                f"pricing[{number}].price is {tier.price:g} {business.currency} {tier.billing}, its comparables cost "
                f"{min(amounts):g} to {max(amounts):g}; choose a price from {low:.2f} to {high:.2f}, or name "
                "comparables of the same kind and billing"
            )


def _unknown_comparables(business: BusinessModelDraft, research: Research) -> Iterator[str]:
    known = {rival.name.casefold(): rival for rival in research.competitors}
    for number, tier in enumerate(business.pricing):
        for index, each in enumerate(tier.comparables):
            if each.source.casefold() != "market research":
                continue
            place = f"pricing[{number}].comparables[{index}]"
            rival = known.get(each.name.casefold())
            if rival is None:
                yield f"{place} says 'market research', which names no competitor {each.name!r}; use its name or source"
            elif not rival.priced:
                yield f"{place} says 'market research', which has no price of {rival.name}; say 'assumption' or nothing"
            elif rival.monthly_price and tier.billing == "per month" and not _near(each.amount, rival.monthly_price):
                yield f"{place}.amount is {each.amount:g}; the research says {rival.monthly_price:g} for {rival.name}"


def _near(amount: float, other: float) -> bool:
    """Equal but for sales tax and rounding."""
    return other / SALES_TAX <= amount <= other * 1.02


def numbers_objections(
    business: BusinessModelDraft,
    numbers: FinancialAssumptionsDraft,
    base: Values,
    source_of: Callable[[Evidence, str], tuple[Evidence, str]],
) -> list[str]:
    """What must change in the numbers before a plan is built on them. `base` is the base scenario worked out."""
    kind = KINDS[business.kind]
    served, ceiling = float(base.single["capacity"]), numbers.customer_ceiling.value
    found = []
    if ceiling > served * _ROOM:
        fields = ", ".join(name for name, _, _ in kind.rows)
        found.append(
            f"customer_ceiling.value is {ceiling}, but {fields} serve only {served:,.0f} customers with their "
            f"{base.single['purchases_per_customer']:.2f} purchases a month; lower the ceiling or raise what limits it"
        )
    if numbers.starting_customers.value > served:
        found.append(f"starting_customers.value is {numbers.starting_customers.value}, but {served:,.0f} can be served")
    for name in type(numbers).model_fields:
        stated = getattr(numbers, name)
        if not isinstance(stated, Estimate) or stated.evidence == "assumption":
            continue
        if source_of(stated.evidence, stated.basis)[0] == "assumption":
            found.append(
                f"{name}.evidence is '{stated.evidence}', but its basis names no title of sources and no figure of a "
                "research at hand; name it, or say 'assumption' with the reason"
            )
    return found


def plan_checks(
    business: BusinessModelDraft,
    numbers: FinancialAssumptionsDraft,
    scenarios: Sequence[ScenarioProjection],
    prices: Sequence[PriceComparison],
    research: Research,
) -> list[str]:
    """All remarks, the economics first."""
    base = next(scenario for scenario in scenarios if scenario.name == "base")
    return [
        *_economics(base),
        *_growth(base, numbers),
        *_market(business, base, research),
        *_prices(business, prices),
        *_people(numbers),
    ]


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


def _prices(business: BusinessModelDraft, prices: Sequence[PriceComparison]) -> Iterator[str]:
    """Names prices outside the range of their comparables, where sales tax does not explain it."""
    paid = {tier.name for tier in business.pricing if tier.customer_share > 0}
    for each in prices:
        if each.tier not in paid:
            continue
        price, low, high = (cents / 100 for cents in (each.price_cents, each.low_cents, each.high_cents))
        costs = f"'{each.tier}' costs {price:,.2f} {each.billing}"
        if price > high:
            yield f"{costs}, more than every comparable (at most {high:,.2f})."
        elif price * SALES_TAX < low:
            yield f"{costs}, less than every comparable (at least {low:,.2f})."


def _people(numbers: FinancialAssumptionsDraft) -> Iterator[str]:
    unpaid = [role.title for role in numbers.staff if role.monthly_cost == 0]
    if unpaid:
        yield f"Works without pay in this plan: {', '.join(unpaid)}. With a wage, costs are higher."
