"""The numbers the model states for the projection: values with a range and a basis, nothing that is a result.

What every kind of business needs stands here; what only one kind needs is in `kinds.py`. Implausible
numbers are refused here, each with what to do, and so go back to the model.
"""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from agent_sdk.evidence import Line
from services.agents.business_plan.models import Evidence, Month, SourceList, Strict

CountValue = Annotated[int, Field(ge=0, le=1_000_000_000)]


class Estimate(Strict):
    """A number with its range and its basis: low <= value <= high, one unit."""

    low: float = Field(ge=0, le=1e9, description="Lowest believable value; not above value.")
    value: float = Field(ge=0, le=1e9, description="Most likely value, 0 or more; the base scenario uses it.")
    high: float = Field(ge=0, le=1e9, description="Highest believable value; not below value.")
    evidence: Evidence = Field(
        description="'source' when the basis names an entry of sources, 'research' when it names a figure of the "
        "market research, otherwise 'assumption'."
    )
    basis: Line = Field(description="Where it comes from: source title, research figure, comparable or reasoning.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"low <= value <= high must hold, got {self.low:g}, {self.value:g}, {self.high:g}")
        return self


class MoneyAssumption(Estimate):
    """An amount in whole units of the plan's currency, 0 or more."""


class PercentAssumption(Estimate):
    """A percentage, 0 to 100."""

    low: float = Field(ge=0, le=100, description="Lowest believable percentage; not above value.")
    value: float = Field(ge=0, le=100, description="Most likely percentage, 0 to 100.")
    high: float = Field(ge=0, le=100, description="Highest believable percentage; not below value.")


class CountAssumption(Estimate):
    """A whole number of people, things or days."""

    low: CountValue = Field(description="Lowest believable number; not above value.")
    value: CountValue = Field(description="Most likely whole number, 0 or more.")
    high: CountValue = Field(description="Highest believable number; not below value.")


class FixedCost(Strict):
    """A cost that comes every month whatever is sold, wages excepted."""

    name: Line
    monthly_amount: float = Field(gt=0, le=1e8, description="Amount per month in the currency of the plan.")
    from_month: Month = Field(description="First month it is paid, 1 to 36.")
    basis: Line


class StaffRole(Strict):
    """People on the payroll, founders included."""

    title: Line
    headcount: int = Field(ge=1, le=200)
    monthly_cost: float = Field(
        ge=0, le=1e6, description="Cost per person and month with employer's charges, in the currency of the plan."
    )
    from_month: Month = Field(description="First month on the payroll, 1 to 36.")
    basis: Line


class OneOffCost(Strict):
    """A cost that comes once: equipment, licences, a first product."""

    name: Line
    amount: float = Field(gt=0, le=1e9, description="Amount in the currency of the plan.")
    month: Month = Field(description="Month it is paid, 1 to 36.")
    basis: Line


class ScenarioChange(Strict):
    """How a scenario differs from the base, in percent of the base value."""

    price_change: float = Field(ge=-50, le=100, description="Percent change of all prices.")
    acquisition_cost_change: float = Field(ge=-80, le=300, description="Percent change of the cost per new customer.")
    churn_change: float = Field(ge=-80, le=300, description="Percent change of the monthly churn.")
    cost_change: float = Field(
        ge=-50, le=200, description="Percent change of variable share, fixed costs, wages and one-off costs."
    )
    reason: Line = Field(description="What would have to happen for this scenario.")


class FinancialAssumptionsDraft(Strict):
    """Every number the projection starts from, for 36 months. Nothing here is a result."""

    launch_month: Month = Field(
        description="Month of the plan in which the first customer is served, 1 to 36; usually 2 to 9."
    )
    launch_month_basis: Line
    starting_customers: CountAssumption = Field(
        description="Paying customers at launch; 0 for a new business without a waiting list."
    )
    marketing_budget: MoneyAssumption = Field(description="Marketing spend per month at launch.")
    marketing_growth: PercentAssumption = Field(
        description="Growth of that budget per month in percent; usually 0 to 8."
    )
    cost_per_lead: MoneyAssumption = Field(
        description="Marketing spend per person who shows interest (visit, trial, tasting, call); above 0."
    )
    lead_conversion: PercentAssumption = Field(
        description="Percent of those people who become paying customers; above 0. Code divides the cost per lead by "
        "it."
    )
    organic_share: PercentAssumption = Field(
        description="Percent of all new customers who come without paid marketing, 0 to 80."
    )
    monthly_churn: PercentAssumption = Field(description="Percent of paying customers lost per month; 0.5 to 60.")
    customer_ceiling: CountAssumption = Field(
        description="Most paying customers the obtainable market holds and the business can serve at a time; above 0."
    )
    variable_cost_share: PercentAssumption = Field(
        description="Materials, delivery, hosting per use, in percent of revenue; below 90."
    )
    payment_fee_share: PercentAssumption = Field(
        description="Payment, marketplace or app store fees in percent of revenue; at most 35."
    )
    price_increase: PercentAssumption = Field(description="Yearly increase of prices in percent; usually 0 to 5.")
    cost_inflation: PercentAssumption = Field(
        description="Yearly increase of wages and fixed costs in percent; usually 1 to 5."
    )
    opening_cash: MoneyAssumption = Field(
        description="Cash the founders bring themselves; 0 when nothing is known of it."
    )
    reserve_months: int = Field(
        ge=0, le=12, description="Months of fixed costs and wages kept as a reserve in the funding need; usually 3."
    )
    fixed_costs: list[FixedCost] = Field(min_length=1, max_length=10)
    staff: list[StaffRole] = Field(min_length=1, max_length=10)
    one_off_costs: list[OneOffCost] = Field(max_length=8)
    pessimistic: ScenarioChange = Field(
        description="A bad but believable course: prices not above base; acquisition cost, churn and costs not below "
        "base."
    )
    optimistic: ScenarioChange = Field(
        description="A good but believable course: prices not below base; acquisition cost, churn and costs not "
        "above base."
    )
    sources: SourceList = Field(description="Publications behind the numbers. Empty rather than invented.")
    confidence: float = Field(ge=0, le=1, description="How far the numbers can be relied on, 0 to 1.")

    @model_validator(mode="after")
    def _believable(self) -> Self:
        wrong = list(self._implausible())
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _implausible(self) -> Iterator[str]:
        """What makes a projection from these numbers meaningless, each with what to do."""
        yield from self._customers()
        for name, most, period in (
            ("marketing_growth", 30, "month"),
            ("price_increase", 30, "year"),
            ("cost_inflation", 30, "year"),
        ):
            value = getattr(self, name).value
            if value > most:
                yield f"{name}.value is {value:g} percent per {period}; at most {most} is believable"
        if self.payment_fee_share.value > 35:
            yield f"payment_fee_share.value is {self.payment_fee_share.value:g}; at most 35 is believable"
        if self.variable_cost_share.value + self.payment_fee_share.value > 95:
            yield (
                "variable_cost_share and payment_fee_share together exceed 95 percent of revenue; every sale would "
                "lose money"
            )
        bad, good = self.pessimistic, self.optimistic
        if bad.price_change > 0 or min(bad.acquisition_cost_change, bad.churn_change, bad.cost_change) < 0:
            yield "pessimistic must not be better than the base: price_change <= 0, all other changes >= 0"
        if good.price_change < 0 or max(good.acquisition_cost_change, good.churn_change, good.cost_change) > 0:
            yield "optimistic must not be worse than the base: price_change >= 0, all other changes <= 0"

    def _customers(self) -> Iterator[str]:
        if self.cost_per_lead.value <= 0:
            yield "cost_per_lead.value must be above 0; use the cost of the cheapest paid channel"
        if self.lead_conversion.value <= 0:
            yield "lead_conversion.value must be above 0; without conversion nobody buys"
        if self.organic_share.value > 80:
            yield f"organic_share.value is {self.organic_share.value:g}; at most 80 is believable"
        if not 0.5 <= self.monthly_churn.value <= 60:
            yield f"monthly_churn.value is {self.monthly_churn.value:g}; it must be from 0.5 to 60"
        if self.customer_ceiling.value <= 0:
            yield "customer_ceiling.value must be above 0"
        if self.customer_ceiling.value < self.starting_customers.value:
            yield (
                f"customer_ceiling.value {self.customer_ceiling.value} is below starting_customers.value "
                f"{self.starting_customers.value}"
            )
