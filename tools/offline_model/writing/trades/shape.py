"""The columns of a trade: what the writers know about one line of business.

Every trade beside this one fills one `TRADE`, its rows in the notation of `table.py`. Amounts are
euros at a German price level; `world.py` converts them for the place. Texts may hold slots in square
brackets, filled from the request:
[brand] [category] [customer] [customers] [audience] [place] [country] [feature].
All names, figures and prices are made up; what is written from them is marked as simulated.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from tools.offline_model.writing.trades.table import lines, rows

__all__ = ["Trade", "lines", "palette", "rows"]

Level = Literal["low", "medium", "high"]
Kind = Literal["subscription", "shop", "services", "marketplace", "products"]


class NameIdea(NamedTuple):
    """A name the business could carry, at most 24 characters."""

    name: str
    style: Literal["descriptive", "metaphor", "invented", "compound", "person or place"]
    pronunciation: str
    reason: str
    weakness: str


class Colour(NamedTuple):
    """A colour with its name and the reason for it."""

    hex: str
    name: str
    reason: str


class Palette(NamedTuple):
    """Six colours that work together."""

    idea: str
    primary: Colour
    secondary: Colour
    accent: Colour
    background: Colour
    surface: Colour
    text: Colour


def palette(idea: str, colours: str) -> Palette:
    """Six rows of colours: primary, secondary, accent, background, surface, text."""
    return Palette(idea, *rows(Colour, colours))


class Sounds(NamedTuple):
    """Halves of invented names: any beginning goes with any ending, 12 letters together at most."""

    beginnings: tuple[str, ...]
    endings: tuple[str, ...]


class Font(NamedTuple):
    """A family of letters with its category and the reason for it."""

    family: str
    category: Literal["sans-serif", "serif", "monospace"]
    reason: str


class Sample(NamedTuple):
    """A line the brand would say, and where."""

    place: str
    text: str


class Mark(NamedTuple):
    """The sign of a logo, its container, and the idea behind it."""

    family: Literal["monogram", "petals", "orbit", "wave", "facets", "sunrise", "ascent", "link", "leaf"]
    container: Literal["none", "circle", "rounded square", "hexagon"]
    idea: str


class Publication(NamedTuple):
    """Something that could have been published; made up."""

    title: str
    publisher: str


class Segment(NamedTuple):
    """A group of customers; `share` is the percent of demand, all of a trade below 100."""

    name: str
    description: str
    needs: tuple[str, ...]
    share: int
    willingness: Level


class Persona(NamedTuple):
    """One believable customer of the segment with that index; the first name comes from the place."""

    epithet: str
    segment: int
    situation: str
    goals: tuple[str, ...]
    frustrations: tuple[str, ...]
    trigger: str
    quote: str


class Rival(NamedTuple):
    """Somebody who takes the same money; `monthly` is None when nothing is published."""

    name: str
    kind: Literal["direct", "indirect", "substitute"]
    offer: str
    monthly: float | None
    strengths: tuple[str, ...]
    weaknesses: tuple[str, ...]


class Trend(NamedTuple):
    """A movement in the market."""

    title: str
    description: str
    effect: Literal["helps", "hurts", "mixed"]
    horizon: Literal["now", "1-2 years", "3-5 years"]


class Risk(NamedTuple):
    """What could go wrong, what to do, and what is seen first."""

    title: str
    description: str
    likelihood: Level
    impact: Level
    response: str
    sign: str


class Opening(NamedTuple):
    """An opportunity with its cheapest test."""

    title: str
    description: str
    first_step: str


class Tier(NamedTuple):
    """A price; `share` is the percent of paying customers, all tiers of a trade add up to 100."""

    name: str
    includes: tuple[str, ...]
    price: float
    billing: Literal["per month", "per year", "per purchase", "per hour", "per project"]
    purchases: float
    share: int


class Channel(NamedTuple):
    """A way to customers."""

    name: str
    role: Literal["awareness", "acquisition", "retention", "referral"]
    approach: str
    measure: str


class Role(NamedTuple):
    """People on the payroll; `cost` per person and month."""

    title: str
    headcount: int
    cost: float
    month: int


class Cost(NamedTuple):
    """A cost with its amount; `month` is when it begins or is paid."""

    name: str
    amount: float
    month: int


class Market(NamedTuple):
    """The size of the trade in one place."""

    scope: Literal["city", "country"]
    """Whose inhabitants are counted."""
    buyer: str
    """Who counts as one buyer."""
    buyers_per_1000: float
    spend: float
    """Per buyer and year."""
    serviceable: float
    """Percent of the market this offer can serve."""
    obtainable: float
    """Percent of that a newcomer wins in three years."""
    growth: float
    """Percent per year."""


class Economics(NamedTuple):
    """The assumptions the projection of the plan starts from; shares and growth in percent."""

    launch_month: int
    starting_customers: int
    marketing_budget: float
    marketing_growth: float
    acquisition_cost: float
    organic_share: float
    monthly_churn: float
    customer_ceiling: int
    variable_share: float
    fee_share: float
    opening_cash: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One line of business."""

    label: str
    """Its name, in lower case: "fitness and wellbeing"."""
    kind: Kind
    """How it earns, unless the request says otherwise."""
    category: str
    """What the business is when the request does not say it in a few words."""
    customer: str
    """One customer, singular."""
    customers: str
    audience: str
    """For whom, when the request does not say."""
    need: str
    difference: str
    proof: str
    promise: str
    """The value proposition in one or two sentences."""
    model: str
    """Who pays whom for what, and why they go on."""
    advantage: str
    gap: str
    """What no competitor offers."""
    names: tuple[NameIdea, ...]
    sounds: Sounds
    taglines: tuple[str, ...]
    values: tuple[str, ...]
    traits: tuple[str, ...]
    samples: tuple[Sample, ...]
    palettes: tuple[Palette, ...]
    heading: Font
    body: Font
    marks: tuple[Mark, ...]
    imagery: str
    applications: tuple[str, ...]
    segments: tuple[Segment, ...]
    personas: tuple[Persona, ...]
    rivals: tuple[Rival, ...]
    trends: tuple[Trend, ...]
    risks: tuple[Risk, ...]
    openings: tuple[Opening, ...]
    questions: tuple[str, ...]
    tiers: tuple[Tier, ...]
    channels: tuple[Channel, ...]
    operations: tuple[str, ...]
    metrics: tuple[str, ...]
    fixed: tuple[Cost, ...]
    staff: tuple[Role, ...]
    once: tuple[Cost, ...]
    market: Market
    money: Economics
    sources: tuple[Publication, ...]
