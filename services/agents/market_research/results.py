"""What the market research agent hands on: the drafts, corrected, with everything code computed and what was read.

Every figure leads somewhere: `formulas` name the rows of `inputs` they are computed from, and a row names the
pages in `sources` it stands in or is an assumption with its reason.
"""

from typing import Literal

from pydantic import Field

from agent_sdk.evidence import Assumption, Source
from services.agents.market_research.models import (
    BottomUpSegment,
    Competitor,
    Contradiction,
    Evidence,
    Fact,
    MarketRisk,
    Model,
    Opportunity,
    Persona,
    Segment,
    TopDownInputs,
    Trend,
)


class ReadSource(Source):
    """A page the model read and cited in this task."""

    id: str = Field(default="", description="How figures name it, such as S1.")
    seen: str = Field(default="", description="Day it was read, YYYY-MM-DD.")
    excerpt: str = Field(default="", description="What was cited of it, word for word; passages parted by '…'.")
    sha256: str = Field(default="", description="Hash of the excerpt, hexadecimal.")


class ReadingRecord(Model):
    """What became of the search."""

    offered: bool = Field(default=False, description="Whether the model could search the web.")
    searches: int = Field(default=0, description="Searches made.")
    pages_found: int = Field(default=0, description="Pages found; those cited are the sources.")
    failures: list[str] = Field(default_factory=list, description="Codes of searches that failed.")
    facts_left_out: int = Field(default=0, description="Facts that did not stand in the page they named.")


class Amount(Model):
    """A computed sum of money per year, in whole units of the currency."""

    low: int
    base: int
    high: int
    formula: str = Field(description="How it was computed, in words, with the base values filled in.")


class BottomUpAmount(Model):
    """One segment's part of the bottom-up size, computed."""

    segment: str
    amount: Amount


class Input(Model):
    """A row of the table everything is computed from."""

    id: str = Field(description="How formulas name it.")
    label: str
    unit: str = Field(description="'percent' for shares and rates; a currency; empty for counts.")
    low: float
    base: float
    high: float
    evidence: Evidence
    basis: str
    source_ids: list[str] = Field(default_factory=list)
    as_of: str = Field(default="", description="Time it holds for, was published or, failing both, was read.")


class Formula(Model):
    """One computation. `product` multiplies its terms, percent divided by 100; `sum` adds them up; `ratio` divides the
    larger by the smaller, two decimals; `growth` raises the first term by the second, in percent, for five years.
    Products, sums and growth are rounded half to even, to whole units."""

    id: str
    label: str
    operation: Literal["product", "sum", "ratio", "growth"]
    terms: list[str] = Field(description="Ids of inputs or of earlier formulas.")
    unit: str
    low: int | float | None = Field(description="With every term at its low end; null where only base is computed.")
    base: int | float | None = Field(description="Whole but for a ratio; null for a ratio with 0.")
    high: int | float | None


class MarketSize(Model):
    """The market's size computed by code from the stated inputs, both ways."""

    currency: str
    region: str
    reference_year: int
    tam: Amount = Field(description="Whole market per year: buyers x yearly spend.")
    sam: Amount = Field(description="Serviceable part of it.")
    som: Amount = Field(description="Obtainable part within three years, top-down.")
    bottom_up: Amount = Field(description="Obtainable revenue per year, bottom-up: the segments added up.")
    bottom_up_segments: list[BottomUpAmount]
    agreement_ratio: float | None = Field(
        description="Larger of (som, bottom_up) at base divided by the smaller; 1 is full agreement; null when one "
        "is 0."
    )
    agreement: Literal["close", "same order", "far apart"] = Field(
        description="'close' up to 2, 'same order' up to 5, else 'far apart'."
    )
    agreement_comment: str = Field(default="", description="What that means, in words, by code.")
    annual_growth: float = Field(description="Percent per year, as stated.")
    tam_in_five_years: int = Field(description="TAM at base after five years of that growth.")


class CompetitorFound(Competitor):
    """A competitor with the title of the page that names it."""

    source: str = Field(description="Title of the first page that names them, or 'assumption'.")


class MarketResearch(Model):
    """Output of the agent."""

    headline: str
    summary: str
    market_definition: str
    size: MarketSize
    inputs: list[Input] = Field(default_factory=list, description="Everything the size is computed from.")
    formulas: list[Formula] = Field(default_factory=list, description="How it is computed, in order.")
    top_down: TopDownInputs = Field(description="Inputs of the top-down size, as stated.")
    bottom_up: list[BottomUpSegment] = Field(description="Inputs of the bottom-up size.")
    annual_growth_basis: str
    segments: list[Segment]
    personas: list[Persona]
    competitors: list[CompetitorFound]
    gap: str
    trends: list[Trend]
    risks: list[MarketRisk]
    opportunities: list[Opportunity]
    open_questions: list[str]
    facts: list[Fact] = Field(default_factory=list, description="What the pages say, each checked against them.")
    contradictions: list[Contradiction] = Field(default_factory=list, description="On what the pages differ.")
    sources: list[ReadSource] = Field(description="Pages that were read and cited. Nothing else is a source.")
    assumptions: list[Assumption]
    corrections: list[str] = Field(
        default_factory=list, description="What was said to be sourced and is not: turned into assumptions, by code."
    )
    reading: ReadingRecord = Field(default_factory=ReadingRecord)
    confidence: float = Field(description="The model's own rating, lowered by rules of the agent, 0 to 1.")
    confidence_reasons: list[str] = Field(description="Why it was lowered; empty when it was not.")
    simulated: bool = Field(description="True when the offline model wrote any part of it.")
