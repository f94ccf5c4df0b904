"""Three scenarios, what the result is most sensitive to, and the money that has to be raised."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from services.agents.business_plan.drivers import Drivers, Line, changed
from services.agents.business_plan.models import FinancialAssumptionsDraft
from services.agents.business_plan.projection import months, scenario
from services.agents.business_plan.results import FundingAsk, FundUse, MonthRow, ScenarioProjection, SensitivityRow

SWING = Decimal("0.2")
"""Part by which the sensitivity moves each driver up and down."""

ROUND_UP_CENTS = 100_000
"""The funding ask is rounded up to full thousands of the currency."""


def three_scenarios(base: Drivers, numbers: FinancialAssumptionsDraft) -> list[ScenarioProjection]:
    """Cautious, base, ambitious, in this order."""
    return [
        scenario("cautious", numbers.cautious.reason, changed(base, numbers.cautious)),
        scenario("base", "The assumptions as stated.", base),
        scenario("ambitious", numbers.ambitious.reason, changed(base, numbers.ambitious)),
    ]


def sensitivity(base: Drivers) -> list[SensitivityRow]:
    """The third year's result with each driver 20 percent lower and higher, the strongest first."""
    rows = [
        SensitivityRow(
            driver=name,
            result_if_lower_cents=_third_year(move(base, 1 - SWING)),
            result_if_higher_cents=_third_year(move(base, 1 + SWING)),
        )
        for name, move in _MOVES
    ]
    return sorted(rows, key=lambda row: -abs(row.result_if_higher_cents - row.result_if_lower_cents))


def funding_ask(base: ScenarioProjection, reserve_months: int, currency: str) -> FundingAsk:
    """The deepest shortfall of the base scenario plus a reserve, rounded up; nothing when cash never runs out."""
    if base.cash_low_cents >= 0:
        return FundingAsk(amount_cents=0, formula="Cash never falls below zero in the base scenario.", uses=[])
    shortfall = -base.cash_low_cents
    lowest = base.months[base.cash_low_month - 1]
    reserve = reserve_months * (lowest.staff_cents + lowest.fixed_cents)
    amount = -(-(shortfall + reserve) // ROUND_UP_CENTS) * ROUND_UP_CENTS
    return FundingAsk(
        amount_cents=amount,
        formula=(
            f"Lowest cash of the base scenario ({currency} {shortfall / 100:,.0f} missing in month "
            f"{lowest.month}) + {reserve_months} months "
            f"of wages and fixed costs of that month ({currency} {reserve / 100:,.0f}), rounded up to a full thousand"
        ),
        uses=_uses(base.months[: base.cash_low_month], shortfall, amount),
    )


def _uses(rows: Sequence[MonthRow], shortfall: int, amount: int) -> list[FundUse]:
    """The shortfall split like the spending of the months that cause it; the rest is the reserve."""
    spent = [
        ("Wages", sum(row.staff_cents for row in rows)),
        ("Marketing", sum(row.marketing_cents for row in rows)),
        ("Fixed costs", sum(row.fixed_cents for row in rows)),
        ("One-off costs", sum(row.one_off_cents for row in rows)),
        ("Variable costs and fees", sum(row.variable_cents for row in rows)),
    ]
    total = sum(cost for _, cost in spent)
    parts = [(name, shortfall * cost // total) for name, cost in spent if cost]
    parts.append(("Reserve and rounding", amount - sum(part for _, part in parts)))
    return [
        FundUse(purpose=name, percent=round(100 * part / amount, 1), amount_cents=part) for name, part in parts if part
    ]


def _third_year(drivers: Drivers) -> int:
    return sum(row.result_cents for row in months(drivers)[24:])


def _lines(lines: tuple[Line, ...], factor: Decimal) -> tuple[Line, ...]:
    return tuple(replace(line, amount=line.amount * factor) for line in lines)


_Move = Callable[[Drivers, Decimal], Drivers]

_MOVES: tuple[tuple[str, _Move], ...] = (
    ("Price", lambda base, by: replace(base, revenue_per_customer=base.revenue_per_customer * by)),
    ("Cost per new customer", lambda base, by: replace(base, acquisition_cost=base.acquisition_cost * by)),
    ("Monthly churn", lambda base, by: replace(base, churn=min(base.churn * by, Decimal(1)))),
    ("Marketing budget", lambda base, by: replace(base, marketing_budget=base.marketing_budget * by)),
    (
        "Variable costs and fees",
        lambda base, by: replace(base, variable_share=min(base.variable_share * by, Decimal(1))),
    ),
    ("Wages", lambda base, by: replace(base, staff=_lines(base.staff, by))),
    ("Fixed costs", lambda base, by: replace(base, fixed=_lines(base.fixed, by))),
)
