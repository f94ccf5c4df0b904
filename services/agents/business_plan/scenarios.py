"""Three scenarios, what the result is most sensitive to, and the money that has to be raised."""

import re
from collections.abc import Sequence
from decimal import Decimal

from agent_sdk.sheet import MONTHS, Table, Values, work_out
from services.agents.business_plan.formulas import SPENDING
from services.agents.business_plan.kinds import KINDS
from services.agents.business_plan.numbers import FinancialAssumptionsDraft, PercentAssumption
from services.agents.business_plan.projection import cents, project, table_of
from services.agents.business_plan.results import (
    AssumptionRow,
    FormulaRow,
    FundingAsk,
    FundUse,
    ScenarioProjection,
    SensitivityRow,
)

SWING = Decimal("0.2")
"""Part by which the sensitivity moves assumptions down and up."""

TOGETHER = (
    ("All prices", re.compile(r"pricing\.\d+\.price")),
    ("Purchases per customer", re.compile(r"pricing\.\d+\.purchases_per_month")),
    ("All wages", re.compile(r"staff\.\d+\.monthly_cost")),
    ("All fixed costs", re.compile(r"fixed_costs\.\d+\.monthly_amount")),
    ("All one-off costs", re.compile(r"one_off_costs\.\d+\.amount")),
)
"""Assumptions that move as one; every other number of the table that stands alone moves alone."""

_STEPS = ("launch_month",)
"""Whole months, so 20 percent are at least one."""


def three_scenarios(
    rows: Sequence[AssumptionRow], formulas: Sequence[FormulaRow], numbers: FinancialAssumptionsDraft
) -> tuple[list[ScenarioProjection], Values]:
    """Pessimistic, base, optimistic, in this order; and all values of the base."""
    bad, _ = project("pessimistic", numbers.pessimistic.reason, formulas, table_of(rows, "pessimistic"))
    base, values = project("base", "The assumptions as stated.", formulas, table_of(rows))
    good, _ = project("optimistic", numbers.optimistic.reason, formulas, table_of(rows, "optimistic"))
    return [bad, base, good], values


def sensitivity(rows: Sequence[AssumptionRow], formulas: Sequence[FormulaRow]) -> list[SensitivityRow]:
    """Cash after 36 months and break-even with each driver 20 percent lower and higher, the strongest first."""
    table = table_of(rows)
    found = [_swing(driver, ids, formulas, table) for driver, ids in _drivers(rows)]
    moving = [row for row in found if row.cash_if_lower_cents != row.cash_if_higher_cents]
    return sorted(moving, key=lambda row: -abs(row.cash_if_higher_cents - row.cash_if_lower_cents))


def _drivers(rows: Sequence[AssumptionRow]) -> list[tuple[str, list[str]]]:
    grouped = [(name, [row.id for row in rows if which.fullmatch(row.id)]) for name, which in TOGETHER]
    alone = [(row.label, [row.id]) for row in rows if "." not in row.id and row.id != "reserve_months"]
    return [(name, ids) for name, ids in (*grouped, *alone) if any(row.value for row in rows if row.id in ids)]


def _swing(driver: str, ids: list[str], formulas: Sequence[FormulaRow], table: Table) -> SensitivityRow:
    lower, higher = (work_out(formulas, {**table, **_moved(ids, table, 1 + by)}) for by in (-SWING, SWING))
    return SensitivityRow(
        driver=driver,
        ids=ids,
        cash_if_lower_cents=cents(lower.single["cash_end"]),
        cash_if_higher_cents=cents(higher.single["cash_end"]),
        break_even_if_lower=_month(lower.single["break_even_month"]),
        break_even_if_higher=_month(higher.single["break_even_month"]),
    )


def _moved(ids: Sequence[str], table: Table, factor: Decimal) -> dict[str, Decimal]:
    if list(ids) == list(_STEPS):
        month = table[ids[0]]
        by = max(Decimal(1), (month * SWING).to_integral_value())
        return {ids[0]: min(max(month + (by if factor > 1 else -by), Decimal(1)), Decimal(MONTHS))}
    return {id_: min(table[id_] * factor, Decimal(100)) if id_ in PERCENTAGES else table[id_] * factor for id_ in ids}


PERCENTAGES = frozenset(
    name
    for kind in KINDS.values()
    for name, field in kind.numbers.model_fields.items()
    if field.annotation is PercentAssumption
)
"""Assumptions that stay at most 100."""


def _month(value: Decimal) -> int | None:
    return None if value.is_nan() else int(value)


def funding_ask(base: ScenarioProjection, values: Values, currency: str) -> FundingAsk:
    """The deepest shortfall of the base scenario plus a reserve, rounded up; nothing when cash never runs out."""
    amount = cents(values.single["funding"])
    if not amount:
        return FundingAsk(amount_cents=0, formula="Cash never falls below zero in the base scenario.", uses=[])
    shortfall, reserve = values.single["shortfall"], values.single["reserve"]
    return FundingAsk(
        amount_cents=amount,
        formula=(
            f"Lowest cash of the base scenario ({currency} {shortfall:,.0f} missing in month {base.cash_low_month}) + "
            f"{values.single['reserve_months']:.0f} months of wages and fixed costs of that month ({currency} "
            f"{reserve:,.0f}), rounded up to a full thousand"
        ),
        uses=[_use(id_, name, values) for id_, name in _PURPOSES if values.single[f"use.{id_}"]],
    )


_PURPOSES = (*SPENDING, ("reserve", "Reserve and rounding"))


def _use(id_: str, name: str, values: Values) -> FundUse:
    amount, percent = values.single[f"use.{id_}"], values.single[f"part.{id_}"]
    return FundUse(id=f"use.{id_}", purpose=name, percent=float(percent), amount_cents=cents(amount))
