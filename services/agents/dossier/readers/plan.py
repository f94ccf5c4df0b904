"""The part of a business plan that a dossier shows. Amounts named `*_cents` are hundredths of its currency."""

from typing import Annotated

from pydantic import Field

from services.agents.dossier.readers.lenient import Cents, Currency, Lenient, Name, Number, Text
from services.agents.dossier.readers.shared import Result, Risk

Month = Annotated[int, Field(ge=1, le=120)]
"""Counted from the start of the plan."""


class Comparable(Lenient):
    """A price somebody else charges."""

    name: Name
    price: Text = ""
    source: Text = ""


class Tier(Lenient):
    """A price customers can pay."""

    name: Name
    audience: Text = ""
    includes: tuple[Text, ...] = ()
    price: Number
    billing: Text = ""
    customer_share: float | None = Field(default=None, ge=0, le=100)
    basis: Text = ""
    comparables: tuple[Comparable, ...] = ()


class PriceComparison(Lenient):
    """A tier's price against what others charge for the same billing."""

    tier: Name
    price_cents: Cents
    low_cents: Cents
    median_cents: Cents
    high_cents: Cents
    against_median: Number | None = None


class Canvas(Lenient):
    """The business on one page."""

    problem: tuple[Text, ...] = ()
    customer_segments: tuple[Text, ...] = ()
    unique_value_proposition: Text = ""
    solution: tuple[Text, ...] = ()
    channels: tuple[Text, ...] = ()
    revenue_streams: tuple[Text, ...] = ()
    cost_structure: tuple[Text, ...] = ()
    key_metrics: tuple[Text, ...] = ()
    unfair_advantage: Text = ""


class Channel(Lenient):
    """A way to customers."""

    name: Name
    role: Text = ""
    approach: Text = ""
    measure: Text = ""


class Phase(Lenient):
    """A stretch of the way to market."""

    name: Name
    from_month: Month
    to_month: Month
    goal: Text = ""
    actions: tuple[Text, ...] = ()
    exit_criterion: Text = ""


class Milestone(Lenient):
    """Something that is done by a month."""

    month: Month
    title: Name
    measure: Text = ""


class FundUse(Lenient):
    """Part of the money asked for."""

    purpose: Name
    percent: Number | None = None
    amount_cents: Cents | None = None


class Funding(Lenient):
    """The money needed."""

    amount_cents: Cents | None = None
    formula: Text = ""
    uses: tuple[FundUse, ...] = ()


class AssumptionRow(Lenient):
    """One number the plan rests on."""

    id: Text = ""
    label: Name
    value: Number
    unit: Text = ""
    low: Number | None = None
    high: Number | None = None
    evidence: Text = ""
    source: Text = ""
    basis: Text = ""


class Formula(Lenient):
    """How a computed number comes about."""

    id: Text = ""
    name: Name
    formula: Name


class Costs(Lenient):
    """The costs of a stretch of time, by kind."""

    variable_cents: Cents = 0
    marketing_cents: Cents = 0
    staff_cents: Cents = 0
    fixed_cents: Cents = 0
    one_off_cents: Cents = 0

    @property
    def running_cents(self) -> int:
        """All costs but those that come once."""
        return self.variable_cents + self.marketing_cents + self.staff_cents + self.fixed_cents

    @property
    def costs_cents(self) -> int:
        """All costs together."""
        return self.running_cents + self.one_off_cents


class MonthRow(Costs):
    """One month of a scenario."""

    month: Month
    customers: Number | None = None
    revenue_cents: Cents
    result_cents: Cents
    cash_cents: Cents | None = None


class YearRow(Costs):
    """Twelve months added up."""

    year: int = Field(ge=1, le=10)
    customers_end: Number | None = None
    headcount_end: Number | None = None
    revenue_cents: Cents
    gross_profit_cents: Cents | None = None
    gross_margin_percent: Number | None = None
    result_cents: Cents
    cash_end_cents: Cents | None = None


class UnitEconomics(Lenient):
    """What one customer costs and brings."""

    revenue_per_customer_cents: Cents | None = None
    gross_margin_percent: Number | None = None
    contribution_cents: Cents | None = None
    cac_cents: Cents | None = None
    lifetime_months: Number | None = None
    ltv_cents: Cents | None = None
    ltv_to_cac: Number | None = None
    payback_months: Number | None = None


class Scenario(Lenient):
    """The projection under one set of assumptions."""

    name: Name
    reason: Text = ""
    months: tuple[MonthRow, ...] = ()
    years: tuple[YearRow, ...] = ()
    unit_economics: UnitEconomics | None = None
    break_even_month: Month | None = None
    cash_low_cents: Cents | None = None
    cash_low_month: int | None = Field(default=None, ge=0, le=120)
    cash_end_cents: Cents | None = None


class Sensitivity(Lenient):
    """What 20 percent less or more of one driver does to the cash at the end and to the break-even."""

    driver: Name
    cash_if_lower_cents: Cents
    cash_if_higher_cents: Cents
    break_even_if_lower: Month | None = None
    break_even_if_higher: Month | None = None


class Plan(Result):
    """A business plan."""

    currency: Currency = ""
    executive_summary: Text = ""
    value_proposition: Text = ""
    business_model: Text = ""
    customer_word: Text = "customer"
    canvas: Canvas = Canvas()
    pricing: tuple[Tier, ...] = ()
    pricing_logic: Text = ""
    price_comparisons: tuple[PriceComparison, ...] = ()
    channels: tuple[Channel, ...] = ()
    phases: tuple[Phase, ...] = ()
    operations: tuple[Text, ...] = ()
    team: Text = ""
    milestones: tuple[Milestone, ...] = ()
    risks: tuple[Risk, ...] = ()
    funding: Funding = Funding()
    funding_case: Text = ""
    next_steps: tuple[Text, ...] = ()
    assumptions_table: tuple[AssumptionRow, ...] = ()
    formulas: tuple[Formula, ...] = ()
    formula_notes: tuple[Text, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    sensitivity: tuple[Sensitivity, ...] = ()
    checks: tuple[Text, ...] = ()
    used_research: bool | None = None
    used_branding: bool | None = None
    brand_name: Text | None = None

    def scenario(self, name: str) -> Scenario | None:
        """The scenario of that name."""
        return next((each for each in self.scenarios if each.name == name), None)

    def comparison(self, tier: str) -> PriceComparison | None:
        """How the price of that tier compares."""
        return next((each for each in self.price_comparisons if each.tier == tier), None)

    @property
    def base(self) -> Scenario | None:
        """The expected course: the scenario called base, else the first one."""
        return self.scenario("base") or next(iter(self.scenarios), None)
