"""What the business plan agent asks of the model: the business first, and last how it is carried out.

Between the two the model states numbers (`numbers.py`, `kinds.py`) and code computes from them. The
model states inputs and judges; it never adds up. What the agent hands on is in `results.py`.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent_sdk.evidence import Assumption, Line, Paragraph, Source

Evidence = Literal["source", "research", "assumption"]
KindName = Literal["subscription", "shop", "services", "marketplace", "products"]
Billing = Literal["per month", "per year", "per purchase", "per hour", "per project"]
Month = Annotated[int, Field(ge=1, le=36)]
SourceList = Annotated[list[Source], Field(max_length=10)]
AssumptionList = Annotated[list[Assumption], Field(max_length=12)]


BILLINGS: Mapping[KindName, tuple[Billing, ...]] = {
    "subscription": ("per month", "per year"),
    "shop": ("per purchase",),
    "services": ("per hour", "per project", "per month", "per purchase"),
    "marketplace": ("per purchase",),
    "products": ("per purchase",),
}
"""At least one paid tier of a kind is billed in one of these ways; the others are free."""


class Strict(BaseModel):
    """Base of all models here: immutable, nothing but the declared fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# ---------------------------------------------------------------- call 1: the business


class Comparable(Strict):
    """A price somebody else charges for something comparable."""

    name: Line = Field(description="Who charges it; a competitor of the research exactly as named there.")
    price: Line = Field(description="The price as published with currency and period.")
    amount: float = Field(
        gt=0,
        le=1e7,
        description="The same price as an amount in the currency of the answer and for the billing of this tier; leave "
        "the comparable out when it cannot be converted.",
    )
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
    billing: Billing
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

    kind: KindName = Field(
        description="How it earns: 'subscription' (a fee that repeats), 'shop' (purchases at a counter, table or "
        "till), 'services' (hours or projects of people), 'marketplace' (a share of what others sell; prices are then "
        "the order values), 'products' (goods made or bought and sent)."
    )
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

    @model_validator(mode="after")
    def _billed_as_its_kind(self) -> Self:
        usual = BILLINGS[self.kind]
        if not any(tier.billing in usual for tier in self.pricing if tier.customer_share > 0):
            wanted = " or ".join(f"'{billing}'" for billing in usual)
            raise ValueError(
                f"kind is '{self.kind}' but no paid tier is billed {wanted}; change the kind or the billing of a tier"
            )
        return self


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


class Correction(Strict):
    """The two texts that speak of figures, once more."""

    executive_summary: Paragraph = Field(description="The same text with figures only as placeholders.")
    funding_case: Paragraph = Field(description="The same text with figures only as placeholders.")
