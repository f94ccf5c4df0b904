"""The part of a market research that a dossier shows."""

from pydantic import Field

from services.agents.dossier.readers.lenient import Currency, Lenient, Name, Number, Text
from services.agents.dossier.readers.shared import Result, Risk


class Amount(Lenient):
    """A computed sum of money per year."""

    base: Number
    low: Number | None = None
    high: Number | None = None
    formula: Text = ""


class SegmentAmount(Lenient):
    """One segment's part of the bottom-up size."""

    segment: Name
    amount: Amount


class Size(Lenient):
    """The market's size, both ways."""

    currency: Currency = ""
    region: Text = ""
    reference_year: int | None = Field(default=None, ge=1900, le=2200)
    tam: Amount | None = None
    sam: Amount | None = None
    som: Amount | None = None
    bottom_up: Amount | None = None
    bottom_up_segments: tuple[SegmentAmount, ...] = ()
    agreement_ratio: Number | None = None
    agreement: Text = ""
    agreement_comment: Text = ""
    annual_growth: float | None = Field(default=None, ge=-100, le=1000)
    tam_in_five_years: Number | None = None


class Estimate(Lenient):
    """An input figure with its range."""

    base: Number
    low: Number | None = None
    high: Number | None = None
    evidence: Text = ""
    basis: Text = ""


class Input(Estimate):
    """A row of the table everything is computed from."""

    id: Name
    label: Name
    unit: Text = ""
    source_ids: tuple[Text, ...] = ()
    as_of: Text = ""


class Formula(Lenient):
    """One computation over inputs."""

    id: Name
    label: Name
    operation: Text = ""
    terms: tuple[Text, ...] = ()
    unit: Currency = ""
    low: Number | None = None
    base: Number | None = None
    high: Number | None = None


class Claim(Lenient):
    """What one source says."""

    source_id: Text = ""
    value: Name


class Contradiction(Lenient):
    """A figure on which sources differ."""

    figure: Name
    claims: tuple[Claim, ...] = ()
    used: Text = ""
    why: Text = ""


class Reading(Lenient):
    """What became of the search."""

    searches: int = Field(default=0, ge=0, le=10_000)
    pages_found: int = Field(default=0, ge=0, le=100_000)
    facts_left_out: int = Field(default=0, ge=0, le=100_000)


class TopDown(Lenient):
    """Inputs of the size from the whole market downwards."""

    buyer_definition: Text = ""
    buyers: Estimate | None = None
    annual_spend: Estimate | None = None
    serviceable_share: Estimate | None = None
    obtainable_share: Estimate | None = None


class BottomUp(Lenient):
    """Inputs of the size from one segment's customers upwards."""

    segment: Name
    customers: Estimate | None = None
    reachable_share: Estimate | None = None
    conversion_share: Estimate | None = None
    annual_revenue: Estimate | None = None


class Segment(Lenient):
    """A group of customers."""

    name: Name
    description: Text = ""
    needs: tuple[Text, ...] = ()
    share_of_demand: float | None = Field(default=None, ge=0, le=100)
    willingness_to_pay: Text = ""
    priority: Text = ""


class Persona(Lenient):
    """One believable customer."""

    name: Name
    segment: Text = ""
    situation: Text = ""
    goals: tuple[Text, ...] = ()
    frustrations: tuple[Text, ...] = ()
    buying_trigger: Text = ""
    quote: Text = ""


class Competitor(Lenient):
    """Somebody who serves the same need."""

    name: Name
    kind: Text = ""
    offer: Text = ""
    price: Text = ""
    monthly_price: float | None = Field(default=None, ge=0, le=1e9)
    strengths: tuple[Text, ...] = ()
    weaknesses: tuple[Text, ...] = ()
    source: Text = ""
    source_ids: tuple[Text, ...] = ()
    price_evidence: Text = ""
    as_of: Text = ""


class Trend(Lenient):
    """A movement in the market."""

    title: Name
    description: Text = ""
    effect: Text = ""
    horizon: Text = ""
    source_ids: tuple[Text, ...] = ()


class Opportunity(Lenient):
    """An opening in the market."""

    title: Name
    description: Text = ""
    first_step: Text = ""


class Market(Result):
    """A market research."""

    headline: Text = ""
    summary: Text = ""
    market_definition: Text = ""
    size: Size = Size()
    inputs: tuple[Input, ...] = ()
    formulas: tuple[Formula, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    corrections: tuple[Text, ...] = ()
    reading: Reading = Reading()
    top_down: TopDown = TopDown()
    bottom_up: tuple[BottomUp, ...] = ()
    annual_growth_basis: Text = ""
    segments: tuple[Segment, ...] = ()
    personas: tuple[Persona, ...] = ()
    competitors: tuple[Competitor, ...] = ()
    gap: Text = ""
    trends: tuple[Trend, ...] = ()
    risks: tuple[Risk, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    open_questions: tuple[Text, ...] = ()
