"""The chapter on the business: canvas, prices, the way to market, and three years of figures as charts.

Every figure drawn here is one the plan states, added up at most; nothing is projected anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.agents.dossier.charts.bars import Bar, Swing, ranking, tornado
from services.agents.dossier.charts.canvas import Chart
from services.agents.dossier.charts.columns import Series, columns
from services.agents.dossier.charts.lines import Line, lines
from services.agents.dossier.charts.schedule import Point, Span, timeline
from services.agents.dossier.material import Material
from services.agents.dossier.readers.plan import Canvas, MonthRow, Plan, Scenario, UnitEconomics, YearRow
from services.agents.dossier.wording import cents, count, month, percent, times

COSTS = (
    ("Wages", "staff_cents", "s1"),
    ("Fixed costs", "fixed_cents", "s2"),
    ("Variable costs and fees", "variable_cents", "s4"),
    ("Marketing", "marketing_cents", "s5"),
    ("One-off costs", "one_off_cents", "s3"),
)
"""Kinds of cost: name, field, look."""

_LOOKS = {"cautious": "l3 dashed", "base": "l1", "ambitious": "l2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """Three months added up, in hundredths of the currency."""

    label: str
    rows: tuple[MonthRow, ...]

    def total(self, field: str) -> int:
        """The sum of a field over the quarter."""
        return sum(int(getattr(row, field)) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChapter:
    """The plan with its charts; a chart is None when there is too little for it."""

    plan: Plan
    canvas: tuple[tuple[str, str, tuple[str, ...]], ...]
    """The nine fields: key, heading, lines. Empty when the plan has no canvas."""
    timeline: Chart | None
    result_chart: Chart | None
    cost_chart: Chart | None
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
    quarters = quarters_of(base.months) if base else []
    return PlanChapter(
        plan=plan,
        canvas=tuple(_canvas(plan.canvas)),
        timeline=_timeline(plan),
        result_chart=_result_chart(plan, base, quarters),
        cost_chart=_cost_chart(plan, quarters),
        cash_chart=_cash_chart(plan),
        sensitivity_chart=_sensitivity_chart(plan, base),
        funding_chart=_funding_chart(plan),
        years=base.years if base else (),
        unit=tuple(_unit(plan, base.unit_economics)) if base and base.unit_economics else (),
        horizon=horizon(plan),
    )


def horizon(plan: Plan) -> int:
    """Months the projection covers, 36 when it has none."""
    return max((row.month for each in plan.scenarios for row in each.months), default=36)


def quarters_of(months: Sequence[MonthRow]) -> list[Quarter]:
    """Complete quarters from the first month on; none when a month is missing or double."""
    ordered = sorted(months, key=lambda row: row.month)
    if [row.month for row in ordered] != list(range(1, len(ordered) + 1)):
        return []
    return [
        Quarter(label=f"Y{first // 12 + 1} Q{first % 12 // 3 + 1}", rows=tuple(ordered[first : first + 3]))
        for first in range(0, len(ordered) - 2, 3)
    ]


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


def _timeline(plan: Plan) -> Chart | None:
    spans = [
        Span(label=each.name, first=each.from_month, last=max(each.to_month, each.from_month))
        for each in plan.phases[:12]
    ]
    points = [Point(label=each.title, month=each.month) for each in plan.milestones[:12]]
    return timeline("plan-timeline", "The way to market, by month", spans, points) if spans else None


def _result_chart(plan: Plan, base: Scenario | None, quarters: Sequence[Quarter]) -> Chart | None:
    if not base or len(quarters) < 2:
        return None
    series = [
        Series(name="Revenue", values=tuple(each.total("revenue_cents") / 100 for each in quarters), style="s1"),
        Series(name="Costs", values=tuple(each.total("costs_cents") / 100 for each in quarters), style="s4"),
    ]
    result = Series(name="Result", values=tuple(each.total("result_cents") / 100 for each in quarters), style="s-ink")
    turn = base.break_even_month
    place = (turn - 1) // 3 if turn else len(quarters)
    mark = (place, f"Break-even: month {turn}") if place < len(quarters) else None
    note = "" if mark else f"No break-even within {horizon(plan)} months in this scenario."
    title = "Revenue, costs and result by quarter"
    labels = [each.label for each in quarters]
    return columns("plan-result", title, labels, series, unit=plan.currency, line=result, mark=mark, note=note)


def _cost_chart(plan: Plan, quarters: Sequence[Quarter]) -> Chart | None:
    if len(quarters) < 2:
        return None
    series = [
        Series(name=name, values=tuple(each.total(field) / 100 for each in quarters), style=style)
        for name, field, style in COSTS
    ]
    shown = [each for each in series if any(each.values)]
    labels = [each.label for each in quarters]
    return (
        columns("plan-costs", "Costs by kind and quarter", labels, shown, unit=plan.currency, stacked=True)
        if shown
        else None
    )


def _cash_chart(plan: Plan) -> Chart | None:
    courses = []
    for scenario in plan.scenarios:
        points = [(row.month, row.cash_cents / 100) for row in scenario.months if row.cash_cents is not None]
        points.sort()
        if len(points) > 1:
            courses.append(
                Line(name=scenario.name.capitalize(), points=tuple(points), style=_LOOKS.get(scenario.name, "l3"))
            )
    if not courses:
        return None
    base = plan.base
    low = base.cash_low_month if base else None
    words = (
        f"Lowest cash: {cents(base.cash_low_cents, plan.currency)}" if base and base.cash_low_cents is not None else ""
    )
    mark = (low, words) if low and words else None
    note = "Before outside money: below zero is what has to be raised."
    return lines(
        "plan-cash",
        "Cash under three scenarios" if len(courses) == 3 else "Cash",
        courses,
        unit=plan.currency,
        mark=mark,
        note=note,
    )


def _sensitivity_chart(plan: Plan, base: Scenario | None) -> Chart | None:
    third = next((each for each in base.years if each.year == 3), None) if base else None
    if not third or not plan.sensitivity:
        return None
    swings = [
        Swing(label=each.driver, if_lower=each.result_if_lower_cents / 100, if_higher=each.result_if_higher_cents / 100)
        for each in plan.sensitivity[:12]
    ]
    title = "What moves the result of the third year"
    return tornado("plan-sensitivity", title, swings, centre=third.result_cents / 100, unit=plan.currency)


def _funding_chart(plan: Plan) -> Chart | None:
    bars = [
        Bar(
            label=each.purpose,
            value=each.amount_cents / 100,
            shown=f"{cents(each.amount_cents, plan.currency)}"
            + (f" · {percent(each.percent)}" if each.percent is not None else ""),
        )
        for each in plan.funding.uses
        if each.amount_cents and each.amount_cents > 0
    ]
    ordered = sorted(bars, key=lambda bar: bar.value, reverse=True)
    return ranking("plan-funding", "What the money is for", ordered[:10]) if len(ordered) > 1 else None


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


def when_even(plan: Plan, name: str) -> str:
    """The break-even of a scenario in words; empty when the scenario does not exist."""
    scenario = plan.scenario(name)
    return month(scenario.break_even_month, within=horizon(plan)) if scenario else ""
