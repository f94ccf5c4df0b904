"""What the pitch deck agent asks the model for, and what it hands on.

The model writes words; every number on a slide is put there by code, and says which result and which formula it comes
from. So a draft names figures by id and holds no digits of its own.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agent_sdk.evidence import Assumption, Line

FigureId = Literal[
    "market.tam",
    "market.sam",
    "market.som",
    "market.growth",
    "plan.revenue_per_customer",
    "plan.gross_margin",
    "plan.cac",
    "plan.ltv_to_cac",
    "plan.payback",
    "plan.revenue_year_1",
    "plan.revenue_year_2",
    "plan.revenue_year_3",
    "plan.customers_year_3",
    "plan.break_even",
    "plan.cash_low",
    "plan.ask",
]
"""Everything a slide may show as a number; `figures.py` says where each stands."""

Topic = Literal[
    "problem",
    "solution",
    "why_now",
    "market",
    "competition",
    "business_model",
    "go_to_market",
    "projection",
    "team",
    "risks",
    "ask",
]
"""The slides after the cover, in the order they are shown."""


def _text(limit: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=limit)


class Model(BaseModel):
    """Complete, frozen, and without fields nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# ---------------------------------------------------------------- what the model writes


class Point(Model):
    """One thing the audience should keep."""

    lead: Annotated[str, _text(48)] = Field(description="Two to five words.")
    text: Annotated[str, _text(150)] = Field(description="One sentence that proves or explains it. No digits.")


class SlideDraft(Model):
    """The words of one slide."""

    title: Annotated[str, _text(75)] = Field(
        description="What the slide says, as a whole sentence; read alone, the titles tell the story. No digits."
    )
    message: Annotated[str, _text(190)] = Field(description="One or two sentences under the title. No digits.")
    points: list[Point] = Field(min_length=2, max_length=4)
    figures: list[FigureId] = Field(
        max_length=3, description="Figures to show, by id, the most telling first. Empty when none belongs here."
    )
    notes: Annotated[str, _text(700)] = Field(
        description="What the speaker says, in spoken language, half a minute. No digits; the figures stand beside it."
    )


class DeckDraft(Model):
    """The outline of a deck. Its cover is made by code."""

    one_liner: Annotated[str, _text(110)] = Field(
        description="What the company does, for whom, in one sentence for the cover. No digits."
    )
    problem: SlideDraft = Field(description="Whose problem, how it hurts today, what they do about it.")
    solution: SlideDraft = Field(description="What the company offers, and what is different after it.")
    why_now: SlideDraft | None = Field(description="What changed so that this works now; null without a real change.")
    market: SlideDraft = Field(description="How large, and where it starts.")
    competition: SlideDraft = Field(description="Who else takes this money, and the gap they leave.")
    business_model: SlideDraft = Field(description="Who pays for what, and why each customer is worth winning.")
    go_to_market: SlideDraft = Field(description="How the first customers are won, then many.")
    projection: SlideDraft = Field(description="What comes of it in three years, and what that depends on.")
    team: SlideDraft = Field(description="Who is needed. Roles, not invented people.")
    risks: SlideDraft | None = Field(description="What could stop it, and the answer; null when another slide says so.")
    ask: SlideDraft = Field(description="What is asked for, what it is spent on, what is then proven.")
    assumptions: list[Assumption] = Field(max_length=6, description="What the words rest on that nobody has proven.")
    confidence: float = Field(ge=0, le=1, description="How convincing this is to a careful investor, 0 to 1.")


# ---------------------------------------------------------------- what the agent hands on


class Figure(Model):
    """A number, as it is shown, and where it comes from."""

    id: str
    label: str
    shown: str = Field(description="As it stands on a slide, with its unit.")
    value: float
    source: str = Field(description="Agent type of the result it stands in.")
    trace: str = Field(description="Field, row or formula of that result, for people.")
    place: str = Field(
        description="The same for code: names, positions in lists or the names of their entries, joined by dots."
    )
    simulated: bool = Field(description="True when the offline model wrote any part of that result.")


class Bar(Model):
    """One bar of a chart."""

    label: str
    share: float = Field(ge=0, le=1, description="Length, of the longest.")
    shown: str
    remark: str = Field(description="Such as the range of the scenarios; may be empty.")


class Bars(Model):
    """A chart, drawn from figures."""

    kind: Literal["bars"] = "bars"
    caption: str
    bars: list[Bar] = Field(min_length=1)


class Table(Model):
    """Rows taken from a result."""

    kind: Literal["table"] = "table"
    caption: str
    head: list[str]
    rows: list[list[str]] = Field(min_length=1)


class Slide(Model):
    """One slide, with everything on it."""

    topic: Topic
    label: str = Field(description="The topic for people.")
    title: str
    message: str
    points: list[Point]
    figures: list[Figure]
    exhibit: Bars | Table | None = Field(description="A chart or table made by code.")
    traces: list[str] = Field(description="Where the numbers of the slide stand, one line each.")
    notes: str

    @property
    def origins(self) -> str:
        """Whose numbers these are, for the slide's foot; empty without any."""
        names = dict.fromkeys(trace.partition(":")[0].replace("_", " ") for trace in self.traces)
        return f"Numbers: {', '.join(names)}" if names else ""


class PitchDeck(Model):
    """Output of the agent; the cover comes before `slides`."""

    name: str = Field(description="The company's name, 'Investor pitch' without a brand.")
    tagline: str
    one_liner: str
    slides: list[Slide] = Field(min_length=9, max_length=11)
    built_on: list[str] = Field(description="Agent types whose results it is made of.")
    missing: list[str] = Field(description="What an investor will miss, because no task made it.")
    corrections: list[str] = Field(description="What code took out of the words: numbers that lead nowhere.")
    assumptions: list[Assumption]
    confidence: float = Field(description="The model's own rating, lowered by rules of the agent, 0 to 1.")
    confidence_reasons: list[Line] = Field(description="Why it was lowered; empty when it was not.")
    simulated: bool = Field(description="True when the offline model wrote any part of it or of what it shows.")
