"""The charts of the business chapter, from the figures the plan states."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.agents.dossier.charts.bars import Bar, Offer, Swing, against_others, ranking, tornado
from services.agents.dossier.charts.canvas import Chart
from services.agents.dossier.charts.columns import Series, columns
from services.agents.dossier.charts.lines import Line, lines
from services.agents.dossier.charts.schedule import Point, Span, timeline
from services.agents.dossier.readers.plan import MonthRow, Plan, Scenario, Sensitivity
from services.agents.dossier.wording import capital, cents, month, percent

COSTS = (
    ("Wages", "staff_cents", "s1"),
    ("Fixed costs", "fixed_cents", "s2"),
    ("Variable costs and fees", "variable_cents", "s4"),
    ("Marketing", "marketing_cents", "s5"),
    ("One-off costs", "one_off_cents", "s3"),
)
"""Kinds of cost: name, field, look."""

_LOOKS = {"pessimistic": "l3 dashed", "base": "l1", "optimistic": "l2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """Three months added up, in hundredths of the currency."""

    label: str
    rows: tuple[MonthRow, ...]

    def total(self, field: str) -> int:
        """The sum of a field over the quarter."""
        return sum(int(getattr(row, field)) for row in self.rows)


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


def way_to_market(plan: Plan) -> Chart | None:
    """Phases and milestones by month."""
    spans = [
        Span(label=each.name, first=each.from_month, last=max(each.to_month, each.from_month))
        for each in plan.phases[:12]
    ]
    points = [Point(label=each.title, month=each.month) for each in plan.milestones[:12]]
    return timeline("plan-timeline", "The way to market, by month", spans, points) if spans else None


def prices(plan: Plan) -> Chart | None:
    """Where each price stands among its comparables."""
    offers = [
        Offer(
            label=each.tier,
            low=each.low_cents / 100,
            middle=each.median_cents / 100,
            high=each.high_cents / 100,
            price=each.price_cents / 100,
        )
        for each in plan.price_comparisons[:6]
        if 0 < each.low_cents <= each.median_cents <= each.high_cents and each.high_cents > each.low_cents
    ]
    title = "The prices among comparable offers"
    return against_others("plan-prices", title, offers, unit=plan.currency) if offers else None


def result(plan: Plan, base: Scenario | None, quarters: Sequence[Quarter]) -> Chart | None:
    """Revenue, costs and what is left of them."""
    if not base or len(quarters) < 2:
        return None
    series = [
        Series(name="Revenue", values=tuple(each.total("revenue_cents") / 100 for each in quarters), style="s1"),
        Series(name="Costs", values=tuple(each.total("costs_cents") / 100 for each in quarters), style="s4"),
    ]
    left = Series(name="Result", values=tuple(each.total("result_cents") / 100 for each in quarters), style="s-ink")
    turn = base.break_even_month
    place = (turn - 1) // 3 if turn else len(quarters)
    mark = (place, f"Break-even: month {turn}") if place < len(quarters) else None
    note = "" if mark else f"No break-even within {horizon(plan)} months in this scenario."
    title = "Revenue, costs and result by quarter"
    labels = [each.label for each in quarters]
    return columns("plan-result", title, labels, series, unit=plan.currency, line=left, mark=mark, note=note)


def costs(plan: Plan, quarters: Sequence[Quarter]) -> Chart | None:
    """What the money is spent on."""
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


def break_even(plan: Plan, base: Scenario | None) -> Chart | None:
    """The month from which revenue carries all costs, month by month."""
    rows = sorted(base.months, key=lambda row: row.month) if base else []
    if not base or len(rows) < 2 or not any(row.revenue_cents for row in rows):
        return None
    courses = [
        Line(name="Revenue", points=tuple((row.month, row.revenue_cents / 100) for row in rows), style="l1"),
        Line(
            name="Running costs", points=tuple((row.month, row.running_cents / 100) for row in rows), style="l2 dashed"
        ),
    ]
    turn = base.break_even_month
    mark = (turn, f"Break-even: month {turn}") if turn else None
    once = "One-off costs are not in the line; the break-even counts them."
    note = once if turn else f"No break-even within {horizon(plan)} months in this scenario. {once}"
    title = "When revenue carries the costs, month by month"
    return lines("plan-break-even", title, courses, unit=plan.currency, mark=mark, note=note)


def revenue(plan: Plan) -> Chart | None:
    """Revenue per month of all scenarios."""
    courses = _courses(plan, "revenue_cents")
    if len(courses) < 2:
        return None
    title = "Revenue per month in each scenario"
    return lines("plan-revenue", title, courses, unit=plan.currency, shade=_outer(courses))


def cash(plan: Plan) -> Chart | None:
    """The cash of all scenarios."""
    courses = _courses(plan, "cash_cents")
    if not courses:
        return None
    base = plan.base
    low = base.cash_low_month if base else None
    words = (
        f"Lowest cash: {cents(base.cash_low_cents, plan.currency)}" if base and base.cash_low_cents is not None else ""
    )
    return lines(
        "plan-cash",
        "Cash in each scenario" if len(courses) > 1 else "Cash",
        courses,
        unit=plan.currency,
        mark=(low, words) if low and words else None,
        shade=_outer(courses),
        note="Before outside money: below zero is what has to be raised.",
    )


def _courses(plan: Plan, field: str) -> list[Line]:
    """A field of the months as one line for each scenario that has it."""
    courses = []
    for scenario in plan.scenarios:
        values = [(row.month, getattr(row, field)) for row in scenario.months]
        points = sorted((month, value / 100) for month, value in values if value is not None)
        if len(points) > 1:
            style = _LOOKS.get(scenario.name, "l3")
            courses.append(Line(name=capital(scenario.name), points=tuple(points), style=style))
    return courses


def _outer(courses: Sequence[Line]) -> tuple[str, str] | None:
    """The best and the worst course, when there are more than two and they run over the same months."""
    ordered = sorted(courses, key=lambda course: course.points[-1][1])
    return (ordered[-1].name, ordered[0].name) if len(ordered) > 2 else None


def sensitivity(plan: Plan, base: Scenario | None) -> Chart | None:
    """The tornado: what moves the cash at the end."""
    if not base or base.cash_end_cents is None or not plan.sensitivity:
        return None
    swings = [
        Swing(label=each.driver, if_lower=each.cash_if_lower_cents / 100, if_higher=each.cash_if_higher_cents / 100)
        for each in plan.sensitivity[:12]
    ]
    title = f"What moves the cash after {horizon(plan)} months"
    left = len(plan.sensitivity) - len(swings)
    note = f"The {len(swings)} strongest of {len(plan.sensitivity)} drivers; the others move less. " if left else ""
    turns = "; ".join(_turn(each, horizon(plan)) for each in plan.sensitivity[:3])
    note += f"Break-even if lower and if higher: {turns}."
    return tornado("plan-sensitivity", title, swings, centre=base.cash_end_cents / 100, unit=plan.currency, note=note)


def _turn(each: Sensitivity, within: int) -> str:
    lower, higher = (month(value, within=within) for value in (each.break_even_if_lower, each.break_even_if_higher))
    return f"{each.driver}, {lower} and {higher}"


def funding(plan: Plan) -> Chart | None:
    """What the money asked for is for."""
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
