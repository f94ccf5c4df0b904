"""What the market research agent asks of the model.

Four drafts are filled by the model, one call each: the facts in what was read, the figures, the players, the outlook.
The model never multiplies; it states inputs with a range, a basis and the ids of the pages they stand in.
What becomes of the drafts stands in `results.py`.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent_sdk.evidence import Assumption, Line, Paragraph

Percent = Annotated[float, Field(ge=0, le=100)]
SourceId = Annotated[str, Field(max_length=12)]
SourceIds = Annotated[list[SourceId], Field(max_length=5, description="Ids of the pages in <sources> that say so.")]
Evidence = Literal["source", "assumption"]
When = Annotated[
    str,
    Field(
        max_length=20,
        pattern=r"^(\d{4}(-\d{2}){0,2})?$",
        description="Time it holds for or was published, as YYYY, YYYY-MM or YYYY-MM-DD; empty when unknown.",
    ),
]
AssumptionList = Annotated[list[Assumption], Field(max_length=12)]


class Model(BaseModel):
    """Frozen, and nothing beside its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# ---------------------------------------------------------------- call 1: the facts, by the small model


class Fact(Model):
    """A statement that stands in a page."""

    statement: Line = Field(description="What the page says, in one line.")
    value: float | None = Field(description="Its figure exactly as printed, without unit; null when it has none.")
    unit: str = Field(max_length=60, description="Unit of the figure, for example 'EUR a year'; empty without one.")
    period: str = Field(max_length=60, description="Time or year it holds for; empty when the page does not say.")
    source_ids: SourceIds


class FactsDraft(Model):
    """What the pages say about the market, one fact each. Nothing that does not stand there."""

    facts: list[Fact] = Field(max_length=40)


# ---------------------------------------------------------------- call 2: the figures


class RangeEstimate(Model):
    """An input figure with its uncertainty: low <= base <= high, all of them 0 or more, one unit."""

    low: float = Field(ge=0, le=1e13, description="Cautious value; not above base.")
    base: float = Field(ge=0, le=1e13, description="Most likely value.")
    high: float = Field(ge=0, le=1e13, description="Favourable value; not below base.")
    evidence: Evidence = Field(
        description="'source' when low, base or high stands in a page of <sources>, otherwise 'assumption'."
    )
    basis: Line = Field(description="Where the figure comes from: what the page says, or the reasoning.")
    source_ids: SourceIds
    as_of: When

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.base <= self.high:
            raise ValueError(f"low <= base <= high must hold, got {self.low}, {self.base}, {self.high}")
        return self


class PercentEstimate(RangeEstimate):
    """A share with its uncertainty: low <= base <= high, each in percent from 0 to 100."""

    low: float = Field(ge=0, le=100, description="Cautious value in percent, 0 to 100; not above base.")
    base: float = Field(ge=0, le=100, description="Most likely value in percent, 0 to 100.")
    high: float = Field(ge=0, le=100, description="Favourable value in percent, 0 to 100; not below base.")


class TopDownInputs(Model):
    """From the whole market downwards: buyers x yearly spend, then two shares."""

    buyer_definition: Line = Field(description="Who counts as a buyer in the whole market, and where.")
    buyers: RangeEstimate = Field(description="Number of buyers (people, households or companies) in the whole market.")
    annual_spend: RangeEstimate = Field(
        description="Average yearly spend per buyer on this kind of offer, in the currency of the answer."
    )
    serviceable_share: PercentEstimate = Field(
        description="Percent of that market this offer can serve: region, channel, need, language."
    )
    obtainable_share: PercentEstimate = Field(
        description="Percent of the serviceable market a new entrant can win within three years; rarely above 5."
    )


class BottomUpSegment(Model):
    """From customers upwards: how many of one segment buy, and what they pay."""

    segment: Line = Field(description="Name of the segment.")
    customers: RangeEstimate = Field(
        description="Number of potential customers in the segment in the first region served."
    )
    reachable_share: PercentEstimate = Field(
        description="Percent the channels of a new entrant reach within three years."
    )
    conversion_share: PercentEstimate = Field(description="Percent of those reached who become paying customers.")
    annual_revenue: RangeEstimate = Field(
        description="Revenue per paying customer and year, in the currency of the answer."
    )


class Claim(Model):
    """What one page says."""

    source_id: SourceId
    value: Line = Field(description="The figure as that page prints it, with unit and year.")


class Contradiction(Model):
    """A figure on which pages differ."""

    figure: Line = Field(description="Which figure they differ on.")
    claims: list[Claim] = Field(min_length=2, max_length=5, description="What each page says.")
    used: SourceId = Field(description="Id of the page whose figure is used; empty text when none of them is.")
    why: Line = Field(description="Why that one: method, date, interest of the publisher.")


class MarketFiguresDraft(Model):
    """Inputs for the market size, each with range and basis. No products of them: code multiplies."""

    market_definition: Paragraph = Field(
        description="Which market is measured: product, buyer, place. Two or three sentences."
    )
    region: Line = Field(description="Region the whole-market figures stand for.")
    currency: str = Field(
        pattern=r"^[A-Z]{3}$", description="ISO 4217 code of the currency of every amount, for example EUR."
    )
    reference_year: int = Field(ge=2015, le=2040, description="Year the figures stand for.")
    top_down: TopDownInputs
    bottom_up: list[BottomUpSegment] = Field(min_length=1, max_length=5)
    annual_growth: float = Field(
        ge=-50, le=100, description="Expected yearly growth of the market in percent; negative when it shrinks."
    )
    annual_growth_basis: Line = Field(
        description="Where the growth rate comes from: what the page says, or the reasoning."
    )
    annual_growth_evidence: Evidence = Field(description="'source' when it stands in a page of <sources>.")
    annual_growth_source_ids: SourceIds
    annual_growth_as_of: When
    contradictions: list[Contradiction] = Field(
        max_length=6, description="Figures on which pages of <sources> differ; empty when they agree."
    )
    assumptions: AssumptionList = Field(description="Assumptions behind the figures.")
    confidence: float = Field(ge=0, le=1, description="How far the figures can be relied on, 0 to 1.")


# ---------------------------------------------------------------- call 3: the players


class Segment(Model):
    """A group of customers with a need in common."""

    name: Line
    description: Paragraph = Field(description="Who they are and what they have in common.")
    needs: list[Line] = Field(min_length=1, max_length=5, description="What they need, most urgent first.")
    share_of_demand: Percent = Field(description="Estimated percent of demand; the segments together at most 100.")
    willingness_to_pay: Literal["low", "medium", "high"]
    priority: Literal["primary", "secondary", "later"] = Field(
        description="Order in which a new entrant should serve them."
    )


class Persona(Model):
    """One believable customer, made up from the segments."""

    name: Line = Field(description="First name and a two-word epithet.")
    segment: Line = Field(description="Name of the segment this person stands for.")
    situation: Paragraph = Field(description="Age, work, daily life, in two or three sentences.")
    goals: list[Line] = Field(min_length=1, max_length=4)
    frustrations: list[Line] = Field(
        min_length=1, max_length=4, description="What today's offers get wrong for this person."
    )
    buying_trigger: Line = Field(description="The moment this person starts to look for an offer.")
    quote: Line = Field(description="One sentence this person could say.")


class Competitor(Model):
    """Somebody who takes the customer's money or attention for the same need today."""

    name: Line
    kind: Literal["direct", "indirect", "substitute"] = Field(
        description="'direct': same offer; 'indirect': other offer, same need; 'substitute': doing without."
    )
    offer: Line = Field(description="What they sell, in one line.")
    price: Line = Field(description="Price as published with period and currency, or 'not published'.")
    monthly_price: float | None = Field(
        ge=0,
        le=1e7,
        description="The price as an amount per month or per usual purchase, in the currency of the answer; null "
        "when unknown.",
    )
    strengths: list[Line] = Field(min_length=1, max_length=4)
    weaknesses: list[Line] = Field(min_length=1, max_length=4)
    evidence: Evidence = Field(description="'source' when a page of <sources> names them, otherwise 'assumption'.")
    price_evidence: Evidence = Field(description="'source' when monthly_price stands in one of those pages.")
    source_ids: SourceIds
    as_of: When


class MarketPlayersDraft(Model):
    """Who buys and who sells: segments, personas, competitors."""

    segments: list[Segment] = Field(min_length=2, max_length=5)
    personas: list[Persona] = Field(min_length=2, max_length=3)
    competitors: list[Competitor] = Field(
        min_length=3, max_length=8, description="At least one direct and one substitute where they exist."
    )
    gap: Paragraph = Field(description="What none of them offers although customers need it.")
    assumptions: AssumptionList = Field(description="Assumptions about customers and competitors.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        total = sum(segment.share_of_demand for segment in self.segments)
        if total > 100.5:
            raise ValueError(f"share_of_demand of all segments adds up to {total:g} percent; at most 100 is possible")
        return self


# ---------------------------------------------------------------- call 4: the outlook


class Trend(Model):
    """A movement in the market."""

    title: Line
    description: Paragraph = Field(description="What changes, since when, shown by what.")
    effect: Literal["helps", "hurts", "mixed"] = Field(description="Effect on the business requested.")
    horizon: Literal["now", "1-2 years", "3-5 years"]
    source_ids: SourceIds


class MarketRisk(Model):
    """Something in the market that could make the business fail."""

    title: Line
    description: Paragraph
    likelihood: Literal["low", "medium", "high"]
    impact: Literal["low", "medium", "high"]
    response: Line = Field(description="What to do about it, or how to notice it early.")


class Opportunity(Model):
    """An opening in the market a new entrant can use."""

    title: Line
    description: Paragraph
    first_step: Line = Field(description="Cheapest test that shows whether the opening is real.")


class MarketOutlookDraft(Model):
    """Where the market goes and what that means for the business."""

    headline: Line = Field(
        description="The finding a founder has to remember, in one sentence of at most 200 characters."
    )
    summary: Paragraph = Field(
        description="The state of the market in four to six sentences, without figures of its own."
    )
    trends: list[Trend] = Field(min_length=2, max_length=6)
    risks: list[MarketRisk] = Field(min_length=2, max_length=6)
    opportunities: list[Opportunity] = Field(min_length=2, max_length=5)
    open_questions: list[Line] = Field(
        min_length=1, max_length=6, description="What has to be found out before money is spent."
    )
    assumptions: AssumptionList = Field(description="Assumptions about the future.")
    confidence: float = Field(ge=0, le=1, description="How far the whole research can be relied on, 0 to 1.")
