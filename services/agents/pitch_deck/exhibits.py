"""Charts and tables of the slides, taken from the results of others row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.agents.pitch_deck.figures import (
    PLAN,
    RESEARCH,
    Results,
    dig,
    money_in_cents,
    number,
    price,
    rows,
    texts,
)
from services.agents.pitch_deck.models import Bar, Bars, Table

Exhibit = tuple[Bars | Table, str]
"""What is shown, and where it stands."""


def exhibit(topic: str, results: Results) -> Exhibit | None:
    """The chart or table of a slide; None when there is nothing to show."""
    make = _MAKERS.get(topic)
    return make(results) if make else None


def _competition(results: Results) -> Exhibit | None:
    research = results.get(RESEARCH)
    found = rows(research.values, "competitors", most=5) if research else []
    table = [
        [texts(each.get("name"), 32), texts(each.get("offer"), 90), texts(each.get("price"), 40) or "not published"]
        for each in found
        if texts(each.get("name"))
    ]
    shown = Table(caption="Who people pay today", head=["Who", "What they get", "Price"], rows=table) if table else None
    return (shown, f"{RESEARCH}: competitors") if shown else None


def _prices(results: Results) -> Exhibit | None:
    plan = results.get(PLAN)
    table = []
    for each in rows(plan.values, "pricing", most=4) if plan else []:
        value = number(each.get("price"))
        if plan and value is not None and texts(each.get("name")):
            paid = f"{price(value, plan.values)} {texts(each.get('billing'), 20)}" if value else "Free"
            table.append([texts(each.get("name"), 32), paid.strip(), texts(each.get("audience"), 60)])
    shown = Table(caption="What is sold", head=["Offer", "Price", "For"], rows=table) if table else None
    return (shown, f"{PLAN}: pricing") if shown else None


def _phases(results: Results) -> Exhibit | None:
    plan = results.get(PLAN)
    table = []
    for each in rows(plan.values, "phases", most=5) if plan else []:
        first, last = number(each.get("from_month")), number(each.get("to_month"))
        if first is not None and last is not None and texts(each.get("name")):
            when = f"Month {first:.0f}" if first == last else f"Months {first:.0f} to {last:.0f}"
            table.append([texts(each.get("name"), 40), when])
    shown = Table(caption="The way there", head=["Phase", "When"], rows=table) if table else None
    return (shown, f"{PLAN}: phases") if shown else None


def _revenue(results: Results) -> Exhibit | None:
    plan = results.get(PLAN)
    if plan is None:
        return None
    by_name = {
        name: [
            number(dig(plan.values, "scenarios", ("name", name), "years", year, "revenue_cents")) for year in range(3)
        ]
        for name in ("pessimistic", "base", "optimistic")
    }
    longest = max((value for value in by_name["base"] if value), default=0.0)
    bars = [
        Bar(
            label=f"Year {year}",
            share=max(base, 0) / longest,
            shown=money_in_cents(base, plan.values),
            remark=_range(low, high, lambda value: money_in_cents(value, plan.values)),
        )
        for year, (low, base, high) in enumerate(zip(*by_name.values(), strict=True), start=1)
        if base is not None and longest
    ]
    shown = Bars(caption="Revenue, base scenario", bars=bars) if bars else None
    return (shown, f"{PLAN}: year.revenue, all scenarios") if shown else None


def _range(low: float | None, high: float | None, write: Callable[[float], str]) -> str:
    return "" if low is None or high is None else f"{write(low)} to {write(high)}"


def _uses(results: Results) -> Exhibit | None:
    plan = results.get(PLAN)
    found = rows(plan.values, "funding", "uses", most=6) if plan else []
    amounts = [(texts(each.get("purpose"), 40), number(each.get("amount_cents"))) for each in found]
    known: Sequence[tuple[str, float]] = [(name, value) for name, value in amounts if name and value and value > 0]
    if plan is None or not known:
        return None
    longest, whole = max(value for _, value in known), sum(value for _, value in known)
    bars = [
        Bar(label=name, share=value / longest, shown=money_in_cents(value, plan.values), remark=f"{value / whole:.0%}")
        for name, value in known
    ]
    return Bars(caption="What it is spent on", bars=bars), f"{PLAN}: funding.uses"


_MAKERS: dict[str, Callable[[Results], Exhibit | None]] = {
    "competition": _competition,
    "business_model": _prices,
    "go_to_market": _phases,
    "projection": _revenue,
    "ask": _uses,
}
