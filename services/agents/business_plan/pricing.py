"""Prices against what others charge: the range of the comparables, and where the plan's price stands in it."""

from collections.abc import Iterator, Sequence
from typing import Literal

from agent_sdk.sheet import Values
from services.agents.business_plan.models import BusinessModelDraft
from services.agents.business_plan.projection import cents, exact
from services.agents.business_plan.results import AssumptionRow, ComparedPrice, PriceComparison


def price_comparisons(
    business: BusinessModelDraft, rows: Sequence[AssumptionRow], values: Values
) -> Iterator[PriceComparison]:
    """One for each priced tier with comparables, in the order of the tiers."""
    sources = {row.id: row.source for row in rows}
    for number, tier in enumerate(business.pricing, start=1):
        key = f"pricing.{number}"
        if not tier.comparables or tier.price <= 0:
            continue
        price = exact(tier.price)
        low, median, high = (values.single[f"{key}.{name}"] for name in ("low", "median", "high"))
        position: Literal["below all", "within", "above all"] = (
            "below all" if price < low else "above all" if price > high else "within"
        )
        yield PriceComparison(
            tier=tier.name,
            billing=tier.billing,
            price_cents=cents(price),
            comparables=[
                ComparedPrice(
                    name=each.name,
                    published=each.price,
                    amount_cents=cents(exact(each.amount)),
                    source=sources[f"{key}.comparables.{index}.amount"],
                )
                for index, each in enumerate(tier.comparables, start=1)
            ],
            low_cents=cents(low),
            median_cents=cents(median),
            high_cents=cents(high),
            against_median=float(values.single[f"{key}.against_median"]),
            position=position,
        )
