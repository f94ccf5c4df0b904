"""36 months from the drivers: customers, revenue, costs, cash; then years, unit economics, break-even.

Pure arithmetic on Decimals and whole cents; the same drivers always give the same figures. Each
rule below is also a line of `formulas.py`, which the plan prints.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from services.agents.business_plan.drivers import MONTHS, Drivers, Line
from services.agents.business_plan.results import (
    MonthRow,
    ScenarioName,
    ScenarioProjection,
    UnitEconomics,
    YearRow,
)

LONGEST_LIFETIME = Decimal(60)
"""Months after which a customer's value is no longer counted: nobody knows the sixth year."""

_ZERO = Decimal(0)
_ONE = Decimal(1)
_FOUR_PLACES = Decimal("0.0001")


def scenario(name: ScenarioName, reason: str, drivers: Drivers) -> ScenarioProjection:
    """One scenario with everything computed from it."""
    rows = months(drivers)
    opening = cents(drivers.opening_cash)
    low, low_month = min([(opening, 0), *((row.cash_cents, row.month) for row in rows)])
    return ScenarioProjection(
        name=name,
        reason=reason,
        months=rows,
        years=[year(rows[start : start + 12]) for start in range(0, MONTHS, 12)],
        unit_economics=unit_economics(drivers),
        break_even_month=break_even(rows, drivers.launch_month),
        cash_low_cents=low,
        cash_low_month=low_month,
    )


def months(drivers: Drivers) -> list[MonthRow]:
    """The months in order, each from the one before."""
    rows: list[MonthRow] = []
    customers, cash = _ZERO, cents(drivers.opening_cash)
    for month in range(1, MONTHS + 1):
        year_index = (month - 1) // 12
        starting = drivers.starting_customers if month == drivers.launch_month else _ZERO
        lost = _places(customers * drivers.churn)
        marketing, won = _marketing(drivers, month, room=drivers.ceiling - (customers + starting - lost))
        end = customers + starting - lost + won
        present = (customers + starting + end) / 2
        revenue = cents(present * drivers.revenue_per_customer * (_ONE + drivers.price_increase) ** year_index)
        inflation = (_ONE + drivers.cost_inflation) ** year_index
        variable = cents(Decimal(revenue) / 100 * drivers.variable_share)
        staff = cents(_running(drivers.staff, month) * inflation)
        fixed = cents(_running(drivers.fixed, month) * inflation)
        one_off = cents(sum((line.amount for line in drivers.one_off if line.month == month), _ZERO))
        result = revenue - variable - cents(marketing) - staff - fixed - one_off
        cash += result
        customers = end
        rows.append(
            MonthRow(
                month=month,
                new_customers=_shown(starting + won),
                lost_customers=_shown(lost),
                customers=_shown(end),
                revenue_cents=revenue,
                variable_cents=variable,
                marketing_cents=cents(marketing),
                staff_cents=staff,
                fixed_cents=fixed,
                one_off_cents=one_off,
                result_cents=result,
                cash_cents=cash,
            )
        )
    return rows


def year(rows: Sequence[MonthRow]) -> YearRow:
    """Twelve months added up."""
    revenue, variable = sum(row.revenue_cents for row in rows), sum(row.variable_cents for row in rows)
    gross = revenue - variable
    return YearRow(
        year=(rows[0].month + 11) // 12,
        new_customers=round(sum(row.new_customers for row in rows), 2),
        customers_end=rows[-1].customers,
        revenue_cents=revenue,
        variable_cents=variable,
        gross_profit_cents=gross,
        marketing_cents=sum(row.marketing_cents for row in rows),
        staff_cents=sum(row.staff_cents for row in rows),
        fixed_cents=sum(row.fixed_cents for row in rows),
        one_off_cents=sum(row.one_off_cents for row in rows),
        result_cents=sum(row.result_cents for row in rows),
        cash_end_cents=rows[-1].cash_cents,
        gross_margin_percent=_ratio(Decimal(gross * 100), Decimal(revenue)),
    )


def unit_economics(drivers: Drivers) -> UnitEconomics:
    """What one customer costs and brings."""
    margin = _ONE - drivers.variable_share
    contribution = drivers.revenue_per_customer * margin
    cac = drivers.acquisition_cost * (_ONE - drivers.organic_share)
    lifetime = min(_ONE / drivers.churn, LONGEST_LIFETIME) if drivers.churn else LONGEST_LIFETIME
    ltv = contribution * lifetime
    return UnitEconomics(
        revenue_per_customer_cents=cents(drivers.revenue_per_customer),
        gross_margin_percent=float(_rounded(margin * 100)),
        contribution_cents=cents(contribution),
        cac_cents=cents(cac),
        lifetime_months=float(_rounded(lifetime)),
        ltv_cents=cents(ltv),
        ltv_to_cac=_ratio(ltv, cac),
        payback_months=_ratio(cac, contribution),
    )


def break_even(rows: Sequence[MonthRow], launch_month: int) -> int | None:
    """The first month from launch on from which no month loses money; None when the last one still does."""
    found = None
    for row in reversed(rows):
        if row.month < launch_month or row.result_cents < 0:
            break
        found = row.month
    return found


def cents(amount: Decimal) -> int:
    """An amount as whole hundredths, halves to even."""
    return int((amount * 100).to_integral_value(ROUND_HALF_EVEN))


def _marketing(drivers: Drivers, month: int, *, room: Decimal) -> tuple[Decimal, Decimal]:
    """What is spent and who is won; near the ceiling only what is needed to fill it is spent."""
    since_launch = month - drivers.launch_month
    if since_launch < 0 or room <= 0:
        return _ZERO, _ZERO
    budget = drivers.marketing_budget * (_ONE + drivers.marketing_growth) ** since_launch
    won = _places(budget / drivers.acquisition_cost / (_ONE - drivers.organic_share))
    return (budget, won) if won <= room else (budget * room / won, room)


def _running(lines: Sequence[Line], month: int) -> Decimal:
    return sum((line.amount for line in lines if line.month <= month), _ZERO)


def _ratio(value: Decimal, by: Decimal) -> float | None:
    return float(_rounded(value / by)) if by > 0 else None


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def _places(value: Decimal) -> Decimal:
    return value.quantize(_FOUR_PLACES, ROUND_HALF_EVEN)


def _shown(value: Decimal) -> float:
    return float(_rounded(value))
