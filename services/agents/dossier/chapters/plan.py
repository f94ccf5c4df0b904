"""The chapter on the business: canvas, prices, the way to market, and three years of figures as charts.

Every figure drawn here is one the plan states, added up at most; nothing is projected anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from services.agents.dossier.chapters import plan_charts as charts
from services.agents.dossier.charts.canvas import Chart
from services.agents.dossier.material import Material
from services.agents.dossier.readers.plan import Canvas, Plan, PriceComparison, UnitEconomics, YearRow
from services.agents.dossier.wording import cents, count, money, month, percent, times


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChapter:
    """The plan with its charts; a chart is None when there is too little for it."""

    plan: Plan
    canvas: tuple[tuple[str, str, tuple[str, ...]], ...]
    """The nine fields: key, heading, lines. Empty when the plan has no canvas."""
    timeline: Chart | None
    price_chart: Chart | None
    result_chart: Chart | None
    break_even_chart: Chart | None
    cost_chart: Chart | None
    revenue_chart: Chart | None
    cash_chart: Chart | None
    sensitivity_chart: Chart | None
    funding_chart: Chart | None
    years: tuple[YearRow, ...]
    unit: tuple[tuple[str, str, str], ...]
    """Unit economics: name, value, what it means."""
    horizon: int
    """Months of the projection."""


def plan_chapter(material: Material) -> PlanChapter | None:
    """The chapter, or None without a business plan."""
    plan = material.plan
    if not plan:
        return None
    base = plan.base
    quarters = charts.quarters_of(base.months) if base else []
    return PlanChapter(
        plan=plan,
        canvas=tuple(_canvas(plan.canvas)),
        timeline=charts.way_to_market(plan),
        price_chart=charts.prices(plan),
        result_chart=charts.result(plan, base, quarters),
        break_even_chart=charts.break_even(plan, base),
        cost_chart=charts.costs(plan, quarters),
        revenue_chart=charts.revenue(plan),
        cash_chart=charts.cash(plan),
        sensitivity_chart=charts.sensitivity(plan, base),
        funding_chart=charts.funding(plan),
        years=base.years if base else (),
        unit=tuple(_unit(plan, base.unit_economics)) if base and base.unit_economics else (),
        horizon=charts.horizon(plan),
    )


def _canvas(canvas: Canvas) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    one = (canvas.unique_value_proposition,) if canvas.unique_value_proposition else ()
    edge = (canvas.unfair_advantage,) if canvas.unfair_advantage else ()
    fields = (
        ("problem", "Problem", canvas.problem),
        ("solution", "Solution", canvas.solution),
        ("value", "Unique value proposition", one),
        ("advantage", "Unfair advantage", edge),
        ("segments", "Customer segments", canvas.customer_segments),
        ("metrics", "Key metrics", canvas.key_metrics),
        ("channels", "Channels", canvas.channels),
        ("costs", "Cost structure", canvas.cost_structure),
        ("revenue", "Revenue streams", canvas.revenue_streams),
    )
    if any(lines for _, _, lines in fields):
        yield from fields


def _unit(plan: Plan, unit: UnitEconomics) -> Iterator[tuple[str, str, str]]:
    currency, who = plan.currency, plan.customer_word
    rows = (
        ("Revenue", unit.revenue_per_customer_cents, f"per {who} and month"),
        ("Contribution", unit.contribution_cents, f"gross profit per {who} and month"),
        ("Cost to win one", unit.cac_cents, f"marketing per new {who} (CAC)"),
        ("Lifetime value", unit.ltv_cents, "contribution over the lifetime (LTV)"),
    )
    for name, value, meaning in rows:
        if value is not None:
            yield name, cents(value, currency), meaning
    if unit.ltv_to_cac is not None:
        yield "LTV to CAC", times(unit.ltv_to_cac), "3 and more is commonly held to be sound"
    if unit.payback_months is not None:
        yield "Payback", f"{count(unit.payback_months)} months", f"until a {who} has paid back its marketing"
    if unit.lifetime_months is not None:
        yield "Lifetime", f"{count(unit.lifetime_months)} months", "1 divided by the share lost per month"
    if unit.gross_margin_percent is not None:
        yield "Gross margin", percent(unit.gross_margin_percent), "of revenue"


def compared(each: PriceComparison, currency: str) -> str:
    """A price against its comparables in one sentence without a full stop."""
    low, high, middle = (money(value / 100, currency) for value in (each.low_cents, each.high_cents, each.median_cents))
    span = f"Comparables cost {low} to {high}, in the middle {middle}" if low != high else f"The comparable costs {low}"
    if each.against_median is None:
        return span
    if not each.against_median:
        return f"{span}; this is as much"
    return f"{span}; this is {percent(abs(each.against_median))} {'more' if each.against_median > 0 else 'less'}"


def when_even(plan: Plan, name: str) -> str:
    """The break-even of a scenario in words; empty when the scenario does not exist."""
    scenario = plan.scenario(name)
    return month(scenario.break_even_month, within=charts.horizon(plan)) if scenario else ""
