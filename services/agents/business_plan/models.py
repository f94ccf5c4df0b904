"""What the business plan agent asks of the model: three drafts, one call each.

First the business (offer, canvas, prices, way to market), then the numbers as assumptions with a
basis each, then, when code has computed the projection, how it is carried out. The model states
inputs and judges; it never adds up. What the agent hands on is in `results.py`.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent_sdk.evidence import Assumption, Line, Paragraph, Source

Evidence = Literal["source", "research", "assumption"]
Month = Annotated[int, Field(ge=1, le=36)]
SourceList = Annotated[list[Source], Field(max_length=10)]
AssumptionList = Annotated[list[Assumption], Field(max_length=12)]


class Strict(BaseModel):
    """Base of all models here: immutable, nothing but the declared fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# ---------------------------------------------------------------- call 1: the business


class Comparable(Strict):
    """A price somebody else charges for something comparable."""

    name: Line = Field(description="Who charges it.")
    price: Line = Field(description="The price as published with currency and period.")
    source: Line = Field(description="A source's title, 'market research', or 'assumption'.")


class PricingTier(Strict):
    """One price customers can pay. Prices are net of sales tax."""

    name: Line
    audience: Line = Field(description="Which segment it is for.")
    includes: list[Line] = Field(min_length=1, max_length=6)
    price: float = Field(
        ge=0,
        le=1e7,
        description="Amount per billing, in the currency of the answer, without sales tax; 0 for a free tier.",
    )
    billing: Literal["per month", "per year", "per purchase", "per hour", "per project"]
    purchases_per_month: float = Field(
        ge=0,
        le=200,
        description="Average number of such billings per customer and month, for example 8 visits or 0.1 projects; 1 "
        "when billed per month, 0 when per year.",
    )
    customer_share: float = Field(
        ge=0,
        le=100,
        description="Percent of PAYING customers on this tier; all tiers add up to 100; 0 for a free tier.",
    )
    basis: Line = Field(description="Why this price and share: comparables, willingness to pay, cost.")
    comparables: list[Comparable] = Field(max_length=4)

    @model_validator(mode="after")
    def _earns(self) -> Self:
        if self.customer_share > 0 and self.price <= 0:
            raise ValueError(
                f"tier {self.name!r} has customer_share {self.customer_share:g} but price {self.price:g}; a free "
                "tier has customer_share 0"
            )
        counted = self.billing not in ("per month", "per year")
        if self.customer_share > 0 and counted and self.purchases_per_month <= 0:
            raise ValueError(f"tier {self.name!r} is billed {self.billing}; purchases_per_month must be above 0")
        return self


class LeanCanvas(Strict):
    """The business on one page, in the nine fields of the lean canvas."""

    problem: list[Line] = Field(min_length=1, max_length=4)
    customer_segments: list[Line] = Field(min_length=1, max_length=4)
    unique_value_proposition: Line
    solution: list[Line] = Field(min_length=1, max_length=4)
    channels: list[Line] = Field(min_length=1, max_length=5)
    revenue_streams: list[Line] = Field(min_length=1, max_length=4)
    cost_structure: list[Line] = Field(min_length=1, max_length=5)
    key_metrics: list[Line] = Field(min_length=1, max_length=5)
    unfair_advantage: Line


class Channel(Strict):
    """A way to customers."""

    name: Line
    role: Literal["awareness", "acquisition", "retention", "referral"]
    approach: Paragraph = Field(description="What is done there, concretely enough to start on Monday.")
    measure: Line = Field(description="The figure that shows whether it works.")


class LaunchPhase(Strict):
    """A stretch of the way to market."""

    name: Line
    from_month: Month = Field(description="First month of the phase, 1 to 36, counted from the start of the plan.")
    to_month: Month = Field(description="Last month of the phase, not before from_month.")
    goal: Line
    actions: list[Line] = Field(min_length=1, max_length=6)
    exit_criterion: Line = Field(description="What must be true before the next phase begins.")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.to_month < self.from_month:
            raise ValueError(
                f"phase {self.name!r} ends in month {self.to_month} before it starts in month {self.from_month}"
            )
        return self


class BusinessModelDraft(Strict):
    """What is sold to whom, for how much, and how they hear of it."""

    currency: str = Field(
        pattern=r"^[A-Z]{3}$", description="ISO 4217 code for every amount; the research's currency when there is one."
    )
    value_proposition: Paragraph = Field(
        description="What the customer gets and stops suffering, in two or three sentences."
    )
    business_model: Paragraph = Field(description="Who pays whom for what, and why they go on paying.")
    customer_word: Line = Field(
        description="What one paying customer is called here, singular: 'subscriber', 'guest', 'client'."
    )
    canvas: LeanCanvas
    pricing: list[PricingTier] = Field(min_length=1, max_length=4)
    pricing_logic: Paragraph = Field(description="How the prices relate to each other and to the comparables.")
    channels: list[Channel] = Field(min_length=2, max_length=5)
    phases: list[LaunchPhase] = Field(min_length=2, max_length=5, description="In order of time.")
    sources: SourceList = Field(description="Publications behind comparables. Empty rather than invented.")
    assumptions: AssumptionList = Field(
        description="Assumptions behind offer and prices that are not numbers of the plan."
    )

    @model_validator(mode="after")
    def _shares(self) -> Self:
        total = sum(tier.customer_share for tier in self.pricing)
        if not 99 <= total <= 101:
            raise ValueError(f"customer_share of all pricing tiers adds up to {total:g} percent; it must be 100")
        return self


# ---------------------------------------------------------------- call 2: the numbers


class MoneyAssumption(Strict):
    """An amount in the currency of the plan."""

    value: float = Field(ge=0, le=1e9, description="Amount in whole units of the currency, 0 or more.")
    evidence: Evidence = Field(
        description="'source' or 'research' when one of them supports it, otherwise 'assumption'."
    )
    basis: Line = Field(description="Where it comes from: source title, research figure, comparable or reasoning.")


class PercentAssumption(Strict):
    """A percentage."""

    value: float = Field(ge=0, le=100, description="Percent, 0 to 100.")
    evidence: Evidence = Field(
        description="'source' or 'research' when one of them supports it, otherwise 'assumption'."
    )
    basis: Line = Field(description="Where it comes from: source title, research figure, comparable or reasoning.")


class CountAssumption(Strict):
    """A number of customers."""

    value: int = Field(ge=0, le=1_000_000_000, description="Whole number, 0 or more.")
    evidence: Evidence = Field(
        description="'source' or 'research' when one of them supports it, otherwise 'assumption'."
    )
    basis: Line = Field(description="Where it comes from: source title, research figure, comparable or reasoning.")


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
    acquisition_cost: MoneyAssumption = Field(description="Marketing spend per new paying customer won by it; above 0.")
    organic_share: PercentAssumption = Field(
        description="Percent of all new customers who come without paid marketing, 0 to 80."
    )
    monthly_churn: PercentAssumption = Field(description="Percent of paying customers lost per month; 0.5 to 60.")
    customer_ceiling: CountAssumption = Field(
        description="Most paying customers that can be served at a time (capacity, or the obtainable market); above 0."
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
    cautious: ScenarioChange = Field(
        description="A bad but believable course: prices not above base; acquisition cost, churn and costs not below "
        "base."
    )
    ambitious: ScenarioChange = Field(
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

    def _implausible(self) -> list[str]:
        """What makes a projection from these numbers meaningless, each with what to do."""
        wrong: list[str] = []
        if self.acquisition_cost.value <= 0:
            wrong.append("acquisition_cost.value must be above 0; use the cost of the cheapest paid channel")
        if self.organic_share.value > 80:
            wrong.append(f"organic_share.value is {self.organic_share.value:g}; at most 80 is believable")
        if not 0.5 <= self.monthly_churn.value <= 60:
            wrong.append(f"monthly_churn.value is {self.monthly_churn.value:g}; it must be from 0.5 to 60")
        if self.customer_ceiling.value <= 0:
            wrong.append("customer_ceiling.value must be above 0")
        if self.customer_ceiling.value < self.starting_customers.value:
            wrong.append(
                f"customer_ceiling.value {self.customer_ceiling.value} is below starting_customers.value "
                f"{self.starting_customers.value}"
            )
        if self.payment_fee_share.value > 35:
            wrong.append(f"payment_fee_share.value is {self.payment_fee_share.value:g}; at most 35 is believable")
        if self.variable_cost_share.value + self.payment_fee_share.value > 95:
            wrong.append(
                "variable_cost_share and payment_fee_share together exceed 95 percent of revenue; every sale "
                "would lose money"
            )
        if self.marketing_growth.value > 30:
            wrong.append(
                f"marketing_growth.value is {self.marketing_growth.value:g} percent per month; at most 30 is believable"
            )
        for name, value in (
            ("price_increase", self.price_increase.value),
            ("cost_inflation", self.cost_inflation.value),
        ):
            if value > 30:
                wrong.append(f"{name}.value is {value:g} percent per year; at most 30 is believable")
        bad, good = self.cautious, self.ambitious
        if bad.price_change > 0 or min(bad.acquisition_cost_change, bad.churn_change, bad.cost_change) < 0:
            wrong.append("cautious must not be better than the base: price_change <= 0, all other changes >= 0")
        if good.price_change < 0 or max(good.acquisition_cost_change, good.churn_change, good.cost_change) > 0:
            wrong.append("ambitious must not be worse than the base: price_change >= 0, all other changes <= 0")
        return wrong


# ---------------------------------------------------------------- call 3: carrying it out


class Milestone(Strict):
    """Something that is done by a month, seen by a measure."""

    month: Month = Field(description="Month of the plan by which it is reached, 1 to 36.")
    title: Line
    measure: Line = Field(description="How everybody can see that it is reached.")


class PlanRisk(Strict):
    """Something that could break the plan."""

    title: Line
    description: Paragraph
    likelihood: Literal["low", "medium", "high"]
    impact: Literal["low", "medium", "high"]
    response: Line = Field(description="What is done about it before or when it happens.")
    early_sign: Line = Field(description="What would be seen first.")


class ExecutionDraft(Strict):
    """How the plan is carried out, written with the computed projection in view."""

    executive_summary: Paragraph = Field(
        description="Four to six sentences for an investor. Amounts, dates and percentages only as the placeholders "
        "offered in the prompt, "
        "such as {revenue_year_3} or {break_even_month}; code fills them in."
    )
    operations: list[Line] = Field(
        min_length=2,
        max_length=8,
        description="How the offer is produced and delivered: steps, partners, tools, quality.",
    )
    team: Paragraph = Field(
        description="Which abilities the roles of the plan cover, which are missing, and how the gap is closed."
    )
    milestones: list[Milestone] = Field(min_length=3, max_length=8, description="In order of time.")
    risks: list[PlanRisk] = Field(min_length=3, max_length=7)
    funding_case: Paragraph = Field(
        description="Why this money in this form, and what it buys. Amounts only as placeholders."
    )
    next_steps: list[Line] = Field(
        min_length=3, max_length=6, description="What to do in the next thirty days, in order."
    )
    confidence: float = Field(ge=0, le=1, description="How likely the plan works as written, 0 to 1.")
