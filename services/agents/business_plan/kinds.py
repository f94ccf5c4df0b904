"""Kinds of business: how each earns, what limits it, and the numbers only it needs.

A bakery is no subscription app. The model chooses the kind with the offer and is then asked for the
numbers of that kind. A kind adds two things to the formulas all share: what part of the prices is
revenue, and how many customers can be served at a time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import Field

from services.agents.business_plan.models import KindName
from services.agents.business_plan.numbers import (
    CountAssumption,
    Estimate,
    FinancialAssumptionsDraft,
    PercentAssumption,
)


class ShopNumbers(FinancialAssumptionsDraft):
    """Numbers of a business that sells over a counter, at a table or in a shop."""

    purchases_per_day: CountAssumption = Field(
        description="Most purchases that can be served on one open day: counter, oven, seats, staff; above 0."
    )
    opening_days: CountAssumption = Field(description="Open days per month, 1 to 31.")

    def _implausible(self) -> Iterator[str]:
        yield from super()._implausible()
        yield from _above_zero(self, "purchases_per_day", "opening_days")
        if self.opening_days.high > 31:
            yield f"opening_days goes up to {self.opening_days.high}; a month has at most 31 days"


class ServicesNumbers(FinancialAssumptionsDraft):
    """Numbers of a business that sells the time of people."""

    billable_people: CountAssumption = Field(description="People whose hours are sold, on average; above 0.")
    hours_per_person: CountAssumption = Field(
        description="Working hours per person and month, holidays and illness taken off; at most 200."
    )
    utilisation: PercentAssumption = Field(description="Percent of those hours that are sold; usually 50 to 80.")
    hours_per_purchase: Estimate = Field(
        description="Hours of work behind one billing, averaged over the tiers: 1 when billed per hour, otherwise the "
        "hours of one project, visit or month; above 0."
    )

    def _implausible(self) -> Iterator[str]:
        yield from super()._implausible()
        yield from _above_zero(self, "billable_people", "hours_per_person", "utilisation", "hours_per_purchase")
        if self.hours_per_person.value > 200:
            yield f"hours_per_person.value is {self.hours_per_person.value}; nobody works more than 200 hours a month"


class MarketplaceNumbers(FinancialAssumptionsDraft):
    """Numbers of a business that brings buyers and sellers together for a share of the order value."""

    take_rate: PercentAssumption = Field(
        description="Percent of the order value that is the marketplace's own revenue; above 0, at most 50. Prices of "
        "the tiers are order values; cost and fee shares are percent of this revenue."
    )
    sellers: CountAssumption = Field(description="Active sellers once the marketplace is established; above 0.")
    orders_per_seller: CountAssumption = Field(description="Most orders one seller can fulfil per month; above 0.")

    def _implausible(self) -> Iterator[str]:
        yield from super()._implausible()
        yield from _above_zero(self, "take_rate", "sellers", "orders_per_seller")
        if self.take_rate.value > 50:
            yield f"take_rate.value is {self.take_rate.value:g}; no seller leaves more than 50 percent"


class ProductNumbers(FinancialAssumptionsDraft):
    """Numbers of a business that makes or buys goods and sends them."""

    units_per_month: CountAssumption = Field(
        description="Most orders that can be made or bought, packed and sent per month; above 0."
    )
    return_rate: PercentAssumption = Field(description="Percent of the order value that is sent back and refunded.")

    def _implausible(self) -> Iterator[str]:
        yield from super()._implausible()
        yield from _above_zero(self, "units_per_month")
        if self.return_rate.value > 70:
            yield f"return_rate.value is {self.return_rate.value:g}; at most 70 is believable"


def _above_zero(draft: FinancialAssumptionsDraft, *names: str) -> Iterator[str]:
    for name in names:
        if getattr(draft, name).value <= 0:
            yield f"{name}.value must be above 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What is particular about a kind of business."""

    title: str
    """How it earns, for people."""
    numbers: type[FinancialAssumptionsDraft]
    """What the model is asked for."""
    rows: tuple[tuple[str, str, str], ...] = ()
    """Its own assumptions: field, label, unit."""
    kept: str = ""
    """Factor of the prices that is revenue, as an expression; empty when all of it is."""
    served: str = ""
    """Customers that can be served at a time, as an expression; empty when nothing but the market limits them."""


KINDS: Mapping[KindName, Kind] = {
    "subscription": Kind(title="a fee that repeats", numbers=FinancialAssumptionsDraft),
    "shop": Kind(
        title="purchases in a shop",
        numbers=ShopNumbers,
        rows=(
            ("purchases_per_day", "Most purchases served on one day", "purchases per day"),
            ("opening_days", "Open days", "days per month"),
        ),
        served="purchases_per_day * opening_days / purchases_per_customer",
    ),
    "services": Kind(
        title="hours and projects of people",
        numbers=ServicesNumbers,
        rows=(
            ("billable_people", "People whose hours are sold", "people"),
            ("hours_per_person", "Working hours", "hours per person and month"),
            ("utilisation", "Hours that are sold", "percent of working hours"),
            ("hours_per_purchase", "Work behind one billing", "hours"),
        ),
        served="billable_people * hours_per_person * utilisation / 100 / hours_per_purchase / purchases_per_customer",
    ),
    "marketplace": Kind(
        title="a share of what others sell",
        numbers=MarketplaceNumbers,
        rows=(
            ("take_rate", "Share of the order value that is revenue", "percent of order value"),
            ("sellers", "Active sellers", "sellers"),
            ("orders_per_seller", "Most orders of one seller", "orders per month"),
        ),
        kept="take_rate / 100",
        served="sellers * orders_per_seller / purchases_per_customer",
    ),
    "products": Kind(
        title="goods that are sent",
        numbers=ProductNumbers,
        rows=(
            ("units_per_month", "Most orders that can be sent", "orders per month"),
            ("return_rate", "Order value that is refunded", "percent of order value"),
        ),
        kept="(1 - return_rate / 100)",
        served="units_per_month / purchases_per_customer",
    ),
}
