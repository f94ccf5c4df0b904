from dataclasses import dataclass
from decimal import Decimal

import pytest

from agent_sdk.sheet import Period, compiled, work_out


@dataclass(frozen=True)
class Row:
    id: str
    formula: str
    per: Period = "scenario"


def value(formula: str, **table: str) -> Decimal:
    numbers = {id_.replace("__", "."): Decimal(number) for id_, number in table.items()}
    return work_out([Row("x", formula)], numbers).single["x"]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1 + 2 * 3 ^ 2", "19"),
        ("(a - 4) / 8", "0.75"),
        ("-a", "-10"),
        ("(a >= 10) * 5 + (a > 10) + (a == 10) + (a <= 9)", "6"),
        ("round(0.125, 2)", "0.12"),
        ("round(0.135, 2)", "0.14"),
        ("round(1.5 / (1 / (30 / 100)), 1)", "0.4"),
        ("round_up(1 / (1 / (30 / 100)), 0.1)", "0.3"),
        ("round_up(1200.01, 1000)", "2000"),
        ("round_down(0.1299, 0.01)", "0.12"),
        ("median(3, 1, 2)", "2"),
        ("median(1, 2, 3, 10)", "2.5"),
        ("min(a) + max(1, 2)", "12"),
        ("0.1 + 0.2", "0.3"),
    ],
)
def test_formulas_mean_what_they_say(formula: str, expected: str) -> None:
    assert value(formula, a="10") == Decimal(expected)


def test_a_ratio_by_nothing_has_no_value() -> None:
    assert value("round(ratio(1, 0), 2)").is_nan()


def test_totals_go_over_entries_whose_fields_come_first() -> None:
    table = {"staff__1__pay": "10", "staff__2__pay": "20", "staff__2__pay2": "1", "pay": "99", "factor": "2"}
    assert value("total(staff, pay * factor)", **table) == 60
    assert value("total(nobody, pay)", **table) == 0


def test_months_see_the_month_before_and_years_see_their_months() -> None:
    rows = [
        Row("saved", "before(saved, 5) + month", "month"),
        Row("late", "before(saved, 0)", "month"),
        Row("year.saved", "sum(saved)", "year"),
        Row("year.end", "end(saved)", "year"),
        Row("whole", "last(saved) - at(saved, 1) + until(saved, 2) + at(saved, 0)"),
    ]
    values = work_out(rows, {})
    assert values.monthly["saved"][:3] == [6, 8, 11]
    assert values.monthly["late"][:3] == [0, 6, 8]
    assert values.yearly["year.saved"][0] == sum(values.monthly["saved"][:12])
    assert values.yearly["year.end"][2] == values.monthly["saved"][-1]
    assert values.single["whole"] == 5 + sum(range(1, 37)) - 6 + 14


def test_turning_points() -> None:
    rows = [
        Row("course", "(month - 10) * (month - 20) - 1", "month"),
        Row("low", "lowest(course, 0)"),
        Row("when", "month_of_lowest(course, 0)"),
        Row("first", "month_of_lowest(course, -99)"),
        Row("good", "lasting(course, 3)"),
        Row("later", "lasting(course, 30)"),
    ]
    single = work_out(rows, {}).single
    assert [single[row.id] for row in rows[1:]] == [-26, 15, 0, 21, 30]


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os')",
        "a.b()",
        "open(1)",
        "[1]",
        "1 if a else 2",
        "a < b < c",
        "total(1, 2)",
        "lambda: 1",
        "'a'",
        "1 +",
    ],
)
def test_a_formula_can_say_nothing_else(formula: str) -> None:
    with pytest.raises(ValueError, match="formula"):
        compiled(formula)
