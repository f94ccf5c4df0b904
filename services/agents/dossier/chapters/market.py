"""The chapter on the market: its size both ways, its growth, who buys, who sells at what price."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from services.agents.dossier.charts.bars import Bar, Range, ranges, ranking
from services.agents.dossier.charts.canvas import Chart
from services.agents.dossier.charts.circles import Circle, circles
from services.agents.dossier.charts.columns import Series, columns
from services.agents.dossier.charts.scale import short
from services.agents.dossier.material import Material
from services.agents.dossier.readers.market import Amount, Competitor, Market, Size
from services.agents.dossier.readers.plan import Tier
from services.agents.dossier.wording import exact, money, percent

YEARS = 5
"""Years the growth is drawn over; as far as the research computes it."""

MAX_BARS = 12
"""Bars of one ranking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketChapter:
    """The market with its charts; a chart is None when there is too little for it."""

    market: Market
    amounts: tuple[tuple[str, str, Amount], ...]
    """Short name, what it is, amount: the rows of the table of sizes."""
    size_chart: Chart | None
    methods_chart: Chart | None
    agreement: str
    """What the distance of the two ways means; empty when only one is known."""
    drivers_chart: Chart | None
    """Which input the range of the obtainable market comes from."""
    growth_chart: Chart | None
    segments_chart: Chart | None
    price_chart: Chart | None


def market_chapter(material: Material) -> MarketChapter | None:
    """The chapter, or None without a market research."""
    market = material.market
    if not market:
        return None
    size = market.size
    amounts = tuple(_amounts(size))
    return MarketChapter(
        market=market,
        amounts=amounts,
        size_chart=_size_chart(size),
        methods_chart=_methods_chart(size),
        agreement=agreement(size),
        drivers_chart=_drivers_chart(market),
        growth_chart=_growth_chart(size),
        segments_chart=_segments_chart(market),
        price_chart=_price_chart(material, market),
    )


def _amounts(size: Size) -> Iterator[tuple[str, str, Amount]]:
    rows = (
        ("TAM", "Whole market", size.tam),
        ("SAM", "What this offer can serve", size.sam),
        ("SOM", "What can be won in three years, top-down", size.som),
        ("Bottom-up", "The same, counted from customers upwards", size.bottom_up),
    )
    for name, meaning, amount in rows:
        if amount:
            yield name, meaning, amount
    for each in size.bottom_up_segments:
        yield "", each.segment, each.amount


def _size_chart(size: Size) -> Chart | None:
    rows = [("Whole market (TAM)", size.tam), ("Serviceable (SAM)", size.sam), ("Obtainable (SOM)", size.som)]
    known = [
        Circle(
            label=label,
            value=amount.base,
            shown=f"{money(amount.base, size.currency)} a year",
            range=_range(amount, size.currency),
        )
        for label, amount in rows
        if amount and amount.base > 0
    ]
    shrinks = all(one.value >= other.value for one, other in pairwise(known))
    return circles("market-size", "Size of the market", known) if len(known) > 1 and shrinks else None


def _range(amount: Amount, currency: str) -> str:
    if amount.low is None or amount.high is None:
        return ""
    return f"{money(amount.low, currency)} to {money(amount.high, currency)}"


def _methods_chart(size: Size) -> Chart | None:
    rows = [
        Range(label=label, low=amount.low, base=amount.base, high=amount.high)
        for label, amount in (
            ("Top-down: a share of the market", size.som),
            ("Bottom-up: customers counted", size.bottom_up),
        )
        if amount
        and amount.low is not None
        and amount.high is not None
        and 0 <= amount.low <= amount.base <= amount.high > 0
    ]
    if len(rows) < 2:
        return None
    note = "The dot is the most likely value, the bar what it may be when all inputs are low or all are high."
    return ranges(
        "market-methods", "What can be won in three years, measured in two ways", rows, unit=size.currency, note=note
    )


def _drivers_chart(market: Market) -> Chart | None:
    """The obtainable market with one input at its ends and the others at base."""
    som = next((each for each in market.formulas if each.id == "som" and each.operation == "product"), None)
    inputs = {each.id: each for each in market.inputs}
    if not som or not som.base or som.base <= 0 or any(term not in inputs for term in som.terms):
        return None
    rows = [
        Range(
            label=each.label,
            low=som.base * low / base,
            base=som.base,
            high=som.base * high / base,
            shown=f"{short(som.base * low / base)} to {short(som.base * high / base)}",
        )
        for each in (inputs[term] for term in som.terms)
        if (base := each.base) > 0
        and (low := base if each.low is None else each.low)
        <= base
        <= (high := base if each.high is None else each.high)
        and low >= 0
    ]
    if len(rows) < 2:
        return None
    rows.sort(key=lambda row: row.high - row.low, reverse=True)
    note = "Each bar moves one input from its low to its high end and leaves the others at base."
    title = "Which input the range of the obtainable market comes from"
    return ranges("market-drivers", title, rows, unit=market.size.currency, note=note)


def agreement(size: Size) -> str:
    """How far the two ways of sizing are apart, and what that is good for."""
    if size.agreement_comment:
        return size.agreement_comment
    if not size.som or not size.bottom_up:
        return ""
    if size.agreement_ratio is None:
        return "One of the two ways gives nothing, so they cannot be compared."
    verdict = {
        "close": "close enough to support each other.",
        "same order": "of the same order: enough to decide on a test, not on an investment.",
        "far apart": "far apart: at least one input is wrong. Settle that before relying on either.",
    }.get(size.agreement, "")
    return f"The two ways differ by a factor of {exact(size.agreement_ratio)}" + (
        f", which is {verdict}" if verdict else "."
    )


def _growth_chart(size: Size) -> Chart | None:
    if not size.tam or size.tam.base <= 0 or size.annual_growth is None:
        return None
    start = size.reference_year
    labels = [str(start + year) if start else f"Year {year}" for year in range(YEARS + 1)]
    values = tuple(size.tam.base * (1 + size.annual_growth / 100) ** year for year in range(YEARS + 1))
    title = f"The whole market at {percent(size.annual_growth)} a year"
    return columns(
        "market-growth",
        title,
        labels,
        [Series(name="Whole market", values=values, style="s1")],
        unit=size.currency,
        values_shown=True,
    )


def _segments_chart(market: Market) -> Chart | None:
    bars = [
        Bar(
            label=each.name,
            value=each.share_of_demand,
            shown=percent(each.share_of_demand),
            style="s1" if each.priority in ("primary", "") else "s4",
        )
        for each in market.segments
        if each.share_of_demand
    ]
    if len(bars) < 2:
        return None
    return ranking(
        "market-segments", "Share of demand", bars[:MAX_BARS], note="Strong colour: the segment to serve first."
    )


def _price_chart(material: Material, market: Market) -> Chart | None:
    currency = market.size.currency
    bars = [
        Bar(label=each.name, value=each.monthly_price, shown=money(each.monthly_price, currency), style="s4")
        for each in market.competitors
        if each.monthly_price is not None
    ]
    if len(bars) < 2:
        return None
    own = list(_own_prices(material, currency))
    note = "Per month or per usual purchase, as the research found them." + (
        " Strong colour: the prices of this plan." if own else ""
    )
    every = sorted([*bars, *own], key=lambda bar: bar.value)
    return ranking("market-prices", "What it costs elsewhere", every[:MAX_BARS], note=note)


def price_is_assumed(each: Competitor) -> bool:
    """Whether the research states a price that stands in nothing it read."""
    return each.price_evidence == "assumption" and each.monthly_price is not None


def _own_prices(material: Material, currency: str) -> Iterator[Bar]:
    """The prices the plan itself compares with others: a box for a month is no neighbour of a single loaf."""
    plan = material.plan
    if not plan or plan.currency != currency:
        return
    for tier in plan.pricing:
        price = _comparable(tier)
        if price and tier.comparables:
            yield Bar(label=f"{material.title}: {tier.name}", value=price, shown=money(price, currency), style="s1")


def _comparable(tier: Tier) -> float | None:
    """A tier's price as research states those of others; None where the ways of billing cannot be compared."""
    per = {"per month": 1.0, "per year": 1 / 12, "per purchase": 1.0}.get(tier.billing)
    return tier.price * per if per else None
