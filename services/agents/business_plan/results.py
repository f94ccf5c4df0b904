"""What the business plan agent hands on: the drafts' content and everything code computed from it.

All amounts named `*_cents` are whole numbers in hundredths of the plan's currency. Customers are
expected values and may have a fraction. Month 1 is the first month of the plan. A computed field has
the name of its formula: `revenue_cents` of a month is `revenue`, of a year `year.revenue`.
"""

from typing import Literal

from pydantic import Field

from agent_sdk.evidence import Assumption, Source
from agent_sdk.sheet import Period
from services.agents.business_plan.models import (
    Channel,
    Evidence,
    KindName,
    LaunchPhase,
    LeanCanvas,
    Milestone,
    PlanRisk,
    PricingTier,
    Strict,
)

ScenarioName = Literal["pessimistic", "base", "optimistic"]


class AssumptionRow(Strict):
    """One number the plan rests on."""

    id: str = Field(description="Its name in formulas, for example 'monthly_churn' or 'pricing.1.price'.")
    label: str = Field(description="What it is, for people.")
    value: float
    unit: str = Field(description="Unit of the value, for example 'EUR per month', 'percent', 'month of the plan'.")
    low: float | None = Field(
        description="Lowest believable value: stated, or the value of the scenario that lowers it; null for a decision."
    )
    high: float | None = Field(description="Highest believable value, likewise.")
    evidence: Evidence
    source: str = Field(
        description="Id of the source its basis names: 'plan:N' is entry N of `sources`, 'market_research:S1' the "
        "research's source S1, 'market_research' the research itself; empty for an assumption."
    )
    basis: str = Field(description="Where it comes from; for an assumption the reason.")


class FormulaRow(Strict):
    """How a computed number comes about; `agent_sdk/sheet.py` computes exactly this."""

    id: str = Field(description="Its name in formulas.")
    name: str = Field(description="What it is, for people.")
    formula: str = Field(description="In terms of ids of assumptions and of formulas before it.")
    unit: str
    per: Period = Field(description="Computed once per scenario, or for each month or year of it.")


class ComparedPrice(Strict):
    """What somebody else charges, for the same billing."""

    name: str
    published: str = Field(description="The price as published.")
    amount_cents: int
    source: str = Field(description="Id of its source as in the table of assumptions; empty for an assumption.")


class PriceComparison(Strict):
    """A tier's price against what others charge."""

    tier: str
    billing: str
    price_cents: int
    comparables: list[ComparedPrice]
    low_cents: int
    median_cents: int
    high_cents: int
    against_median: float = Field(description="Percent above (or, negative, below) the middle of the comparables.")
    position: Literal["below all", "within", "above all"]


class MonthRow(Strict):
    """One month of a scenario."""

    month: int = Field(description="1 to 36.")
    new_customers: float
    lost_customers: float
    customers: float = Field(description="Paying customers at the end of the month.")
    headcount: int = Field(description="People on the payroll.")
    revenue_cents: int
    variable_cents: int = Field(description="Variable costs and payment fees.")
    marketing_cents: int
    staff_cents: int
    fixed_cents: int
    one_off_cents: int
    result_cents: int = Field(description="Revenue minus all costs, before tax and interest.")
    cash_cents: int = Field(
        description="Opening cash plus all results so far; negative means money that has to be raised."
    )


class YearRow(Strict):
    """Twelve months added up."""

    year: int = Field(description="1 to 3.")
    new_customers: float
    customers_end: float
    headcount_end: int
    revenue_cents: int
    variable_cents: int
    gross_profit_cents: int = Field(description="Revenue minus variable costs and fees.")
    marketing_cents: int
    staff_cents: int
    fixed_cents: int
    one_off_cents: int
    result_cents: int
    cash_end_cents: int
    gross_margin_percent: float | None = Field(description="Gross profit in percent of revenue; null without revenue.")


class UnitEconomics(Strict):
    """What one customer costs and brings, at the prices of the first year."""

    revenue_per_customer_cents: int = Field(description="Average revenue per paying customer and month.")
    gross_margin_percent: float
    contribution_cents: int = Field(description="Gross profit per paying customer and month.")
    cac_cents: int = Field(description="Marketing spend per new customer, those who came by themselves included.")
    lifetime_months: float = Field(description="1 divided by the monthly churn.")
    ltv_cents: int = Field(description="Contribution times lifetime.")
    ltv_to_cac: float | None = Field(description="Null when CAC is 0.")
    payback_months: float | None = Field(
        description="CAC divided by the contribution; null when the contribution is 0."
    )


class ScenarioProjection(Strict):
    """36 months under one set of assumptions."""

    name: ScenarioName
    reason: str = Field(description="What distinguishes the scenario.")
    months: list[MonthRow] = Field(description="Exactly 36 rows.")
    years: list[YearRow] = Field(description="Exactly 3 rows.")
    unit_economics: UnitEconomics
    break_even_month: int | None = Field(
        description="First month from which no later month loses money; null when there is none within 36."
    )
    cash_low_cents: int = Field(description="Lowest cash of all months; the opening cash when it never falls below.")
    cash_low_month: int = Field(description="Month of the lowest cash; 0 when it is the opening cash.")
    cash_end_cents: int = Field(description="Cash after 36 months.")


class SensitivityRow(Strict):
    """What 20 percent less or more of one thing does to the base scenario."""

    driver: str
    ids: list[str] = Field(description="The assumptions that move together.")
    cash_if_lower_cents: int = Field(description="Cash after 36 months when they are 20 percent lower.")
    cash_if_higher_cents: int = Field(description="Cash after 36 months when they are 20 percent higher.")
    break_even_if_lower: int | None = Field(description="Month of the break-even then; null when there is none.")
    break_even_if_higher: int | None = Field(description="Month of the break-even then; null when there is none.")


class FundUse(Strict):
    """Part of the money asked for."""

    id: str = Field(description="Its formula: 'use.staff' for wages.")
    purpose: str
    percent: float
    amount_cents: int


class FundingAsk(Strict):
    """The money needed, computed from the base scenario."""

    amount_cents: int = Field(description="0 when the business never needs outside money.")
    formula: str
    uses: list[FundUse] = Field(description="Shares of the spending until the lowest cash; the reserve is named apart.")


class BusinessPlan(Strict):
    """Output of the agent."""

    kind: KindName
    currency: str
    executive_summary: str
    value_proposition: str
    business_model: str
    customer_word: str
    canvas: LeanCanvas
    pricing: list[PricingTier]
    pricing_logic: str
    price_comparisons: list[PriceComparison] = Field(description="One for each priced tier that has comparables.")
    channels: list[Channel]
    phases: list[LaunchPhase]
    operations: list[str]
    team: str
    milestones: list[Milestone]
    risks: list[PlanRisk]
    funding: FundingAsk
    funding_case: str
    next_steps: list[str]
    assumptions_table: list[AssumptionRow] = Field(description="Every number the projection starts from.")
    formulas: list[FormulaRow] = Field(description="Every computed number, in the order of computing.")
    formula_notes: list[str] = Field(description="How to read the formulas, how is rounded, what is left out.")
    scenarios: list[ScenarioProjection] = Field(description="pessimistic, base, optimistic, in this order.")
    sensitivity: list[SensitivityRow]
    checks: list[str] = Field(
        description="What code noticed: a price above all comparables, no break-even, revenue above the market, a "
        "figure in the text that cannot be traced."
    )
    used_research: bool = Field(description="True when the result of a market research was at hand.")
    used_branding: bool = Field(description="True when a brand was at hand.")
    brand_name: str | None
    sources: list[Source]
    assumptions: list[Assumption] = Field(description="Assumptions that are not numbers of the table.")
    confidence: float = Field(description="The model's own rating, lowered by rules of the agent, 0 to 1.")
    confidence_reasons: list[str] = Field(description="Why it was lowered; empty when it was not.")
    simulated: bool = Field(description="True when the offline model wrote any part of it.")
