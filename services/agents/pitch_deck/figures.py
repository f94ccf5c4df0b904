"""Every number a deck may show: where it stands in the results of others, and how it is written.

A number that does not stand there is not shown; nothing is computed here but the unit it is written in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agent_sdk.markdown import amount, compact, whole
from services.agents.pitch_deck.models import Figure, FigureId

RESEARCH, BRAND, PLAN = "market_research", "branding", "business_plan"

Step = str | int | tuple[str, str]
"""A key, a position, or (field, value) for the entry of a list that has it."""
_BASE: Step = ("name", "base")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands."""

    id: FigureId
    label: str
    source: str
    path: tuple[Step, ...]
    write: Callable[[float, str], str]
    """The text of a value and the currency of its result."""
    trace: str
    """What a reader looks for in the result."""


def _money(value: float, currency: str) -> str:
    size = abs(value)
    shown = f"{currency} {size:,.2f}" if size < 1000 and size != int(size) else amount(size, currency)
    return f"−{shown}" if value < 0 else shown


def _cents(value: float, currency: str) -> str:
    return _money(value / 100, currency)


def _percent(value: float, _: str) -> str:
    return f"{compact(round(value, 1))} %"


def _count(value: float, _: str) -> str:
    return whole(value)


def _months(value: float, _: str) -> str:
    return f"{compact(round(value, 1))} months"


def _month(value: float, _: str) -> str:
    return f"Month {whole(value)}"


def _times(value: float, _: str) -> str:
    return f"{compact(round(value, 1))} ×"


def _base(*path: Step) -> tuple[Step, ...]:
    return ("scenarios", _BASE, *path)


_YEARS: tuple[FigureId, ...] = ("plan.revenue_year_1", "plan.revenue_year_2", "plan.revenue_year_3")

PLACES: tuple[Place, ...] = (
    Place("market.tam", "Whole market a year", RESEARCH, ("size", "tam", "base"), _money, "tam"),
    Place("market.sam", "Serviceable part", RESEARCH, ("size", "sam", "base"), _money, "sam"),
    Place("market.som", "Obtainable in three years", RESEARCH, ("size", "som", "base"), _money, "som"),
    Place("market.growth", "Growth a year", RESEARCH, ("size", "annual_growth"), _percent, "annual_growth"),
    Place(
        "plan.revenue_per_customer", "Revenue per customer and month", PLAN,
        _base("unit_economics", "revenue_per_customer_cents"), _cents, "revenue_per_customer, base",
    ),
    Place(
        "plan.gross_margin", "Gross margin", PLAN, _base("unit_economics", "gross_margin_percent"), _percent,
        "gross_margin_percent, base",
    ),
    Place(
        "plan.cac", "Cost to win a customer", PLAN, _base("unit_economics", "cac_cents"), _cents,
        "cac, base",
    ),
    Place(
        "plan.ltv_to_cac", "Lifetime value to that cost", PLAN, _base("unit_economics", "ltv_to_cac"), _times,
        "ltv_to_cac, base",
    ),
    Place(
        "plan.payback", "Earned back after", PLAN, _base("unit_economics", "payback_months"), _months,
        "payback_months, base",
    ),
    *(
        Place(
            each, f"Revenue in year {year}", PLAN, _base("years", year - 1, "revenue_cents"), _cents,
            f"year.revenue of year {year}, base",
        )
        for year, each in enumerate(_YEARS, start=1)
    ),
    Place(
        "plan.customers_year_3", "Customers after three years", PLAN, _base("years", 2, "customers_end"), _count,
        "year.customers_end of year 3, base",
    ),
    Place(
        "plan.break_even", "Earns money from", PLAN, _base("break_even_month"), _month, "break_even_month, base"
    ),
    Place("plan.cash_low", "Lowest cash", PLAN, _base("cash_low_cents"), _cents, "cash_low, base"),
    Place("plan.ask", "Asked for", PLAN, ("funding", "amount_cents"), _cents, "funding"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """The result of an earlier task."""

    values: Mapping[str, Any]
    simulated: bool


Results = Mapping[str, Result]
"""By agent type; those that are not there are missing."""


def traced_figures(results: Results) -> dict[str, Figure]:
    """All figures there are, by id."""
    found = (_figure(place, results.get(place.source)) for place in PLACES)
    return {figure.id: figure for figure in found if figure}


def _figure(place: Place, result: Result | None) -> Figure | None:
    value = number(dig(result.values, *place.path)) if result else None
    if result is None or value is None:
        return None
    return Figure(
        id=place.id,
        label=place.label,
        shown=place.write(value, currency(result.values)),
        value=value,
        source=place.source,
        trace=place.trace,
        place=".".join(step[1] if isinstance(step, tuple) else str(step) for step in place.path),
        simulated=result.simulated,
    )


def money_in_cents(value: float, values: Mapping[str, Any]) -> str:
    """An amount in hundredths of a result's currency."""
    return _cents(value, currency(values))


def price(value: float, values: Mapping[str, Any]) -> str:
    """An amount in a result's currency."""
    return _money(value, currency(values))


def currency(values: Mapping[str, Any]) -> str:
    """The currency of a result; a research says it in its size."""
    said = values.get("currency") or dig(values, "size", "currency")
    return said[:8] if isinstance(said, str) else ""


def dig(values: Any, *path: Step) -> Any:
    """What stands at a path, None where it leads nowhere: results may be of any version."""
    for step in path:
        if isinstance(step, tuple):
            field, wanted = step
            entries = values if isinstance(values, list) else []
            values = next((each for each in entries if isinstance(each, Mapping) and each.get(field) == wanted), None)
        elif isinstance(step, int):
            values = values[step] if isinstance(values, list) and step < len(values) else None
        else:
            values = values.get(step) if isinstance(values, Mapping) else None
    return values


def number(value: Any) -> float | None:
    """The value when it is a finite number of a size that can be shown."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e17:
        return None
    return float(value)


def texts(values: Any, limit: int = 160) -> str:
    """A text of others on one line, bounded; empty for anything else."""
    line = " ".join(values.split()) if isinstance(values, str) else ""
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def rows(values: Any, *path: Step, most: int) -> list[Mapping[str, Any]]:
    """The entries of a list of a result, at most so many."""
    found = dig(values, *path)
    return [each for each in found if isinstance(each, Mapping)][:most] if isinstance(found, list) else []
