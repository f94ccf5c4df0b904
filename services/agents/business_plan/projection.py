"""A scenario worked out: the sheet's values as rows of months and years, what one customer brings, the turning points.

Pure. The formulas are in `formulas.py`; here nothing is computed, only put into the fields of the
same name.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, TypeVar

from pydantic import BaseModel

from agent_sdk.sheet import MONTHS, Table, Values, work_out
from services.agents.business_plan.results import (
    AssumptionRow,
    FormulaRow,
    MonthRow,
    ScenarioName,
    ScenarioProjection,
    UnitEconomics,
    YearRow,
)

CHANGES = ("price_change", "acquisition_cost_change", "churn_change", "cost_change")
"""What a scenario changes, in percent; 0 in the base."""

RowT = TypeVar("RowT", bound=BaseModel)


def table_of(rows: Sequence[AssumptionRow], scenario: ScenarioName = "base") -> dict[str, Decimal]:
    """The assumptions as exact numbers, 9.99 as 9.99, with the changes of a scenario."""
    table = {row.id: exact(row.value) for row in rows}
    return table | {name: table.get(f"{scenario}.{name}", Decimal(0)) for name in CHANGES}


def project(
    name: ScenarioName, reason: str, formulas: Sequence[FormulaRow], table: Table
) -> tuple[ScenarioProjection, Values]:
    """One scenario, and all values behind it."""
    values = work_out(formulas, table)
    months = [_row(MonthRow, _at(values.monthly, index), month=index + 1) for index in range(MONTHS)]
    years = [_row(YearRow, _at(values.yearly, index), "year.", year=index + 1) for index in range(MONTHS // 12)]
    unit = _row(UnitEconomics, values.single)
    whole: dict[str, Any] = {"name": name, "reason": reason, "months": months, "years": years, "unit_economics": unit}
    return _row(ScenarioProjection, values.single, "", **whole), values


def cents(amount: Decimal) -> int:
    """An amount as whole hundredths, halves to even."""
    return int((amount * 100).to_integral_value(ROUND_HALF_EVEN))


def exact(value: float) -> Decimal:
    """A number as it was written, not as binary stores it."""
    return Decimal(str(value))


def _at(series: Mapping[str, Sequence[Decimal]], index: int) -> dict[str, Decimal]:
    return {id_: values[index] for id_, values in series.items()}


def _row(model: type[RowT], values: Mapping[str, Decimal], prefix: str = "", **given: Any) -> RowT:
    """A row whose fields are filled by the formulas of their names."""
    fields: dict[str, Any] = dict(given)
    for name in model.model_fields:
        if name not in given:
            value = values[prefix + name.removesuffix("_cents")]
            fields[name] = None if value.is_nan() else cents(value) if name.endswith("_cents") else _plain(value)
    return model.model_validate(fields)


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
