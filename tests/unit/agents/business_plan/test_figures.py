import pytest

from services.agents.business_plan.assumptions import assumption_rows, formula_rows
from services.agents.business_plan.figures import fill, unknown_placeholders, untraced
from tests.support.agent_drafts import business_model, financial_assumptions, tier

OFFERED = {"revenue_year_3": "EUR 1,201,601", "gross_margin": "77 %"}
ROWS = assumption_rows(business_model(), financial_assumptions())


def test_placeholders_become_figures() -> None:
    assert fill("We earn {revenue_year_3} at {gross_margin}.", OFFERED) == "We earn EUR 1,201,601 at 77 %."


def test_a_placeholder_nobody_offered_is_not_left_in_the_text() -> None:
    text = "Break-even in month {break_even_month}, {break_even_month}."
    assert fill(text, OFFERED) == "Break-even in month n/a, n/a."
    assert unknown_placeholders([text], OFFERED) == ["break_even_month"]


@pytest.mark.parametrize(
    "text",
    [
        "We pay EUR 4,200 to a coach.",
        "Wir zahlen 4.200 EUR.",
        "Churn is 4% a month.",
        "1,201,601 EUR in year three, at 77 percent.",
        "Open 24/7 for 2 founders since 2025, B2B.",
        "The price is €10.",
    ],
)
def test_figures_from_the_table_or_computed_are_traced(text: str) -> None:
    assert untraced([text], ROWS, OFFERED) == []


@pytest.mark.parametrize(("text", "claim"), [("EUR 9,999,999 soon", "EUR 9,999,999"), ("grows 43 % a year", "43 %")])
def test_a_figure_from_nowhere_is_named(text: str, claim: str) -> None:
    assert untraced([text], ROWS, OFFERED) == [claim]


def test_every_number_of_the_drafts_is_in_the_table_once() -> None:
    keys = [row.key for row in ROWS]
    assert len(keys) == len(set(keys))
    for key, value, unit in (
        ("pricing.1.price", 10, "EUR per month"),
        ("launch_month", 4, "month of the plan"),
        ("acquisition_cost", 20, "EUR per customer"),
        ("staff.2.monthly_cost", 4200, "EUR per person and month"),
        ("one_off_costs.1.month", 2, "month of the plan"),
        ("cautious.churn_change", 25, "percent change"),
    ):
        row = next(row for row in ROWS if row.key == key)
        assert (row.value, row.unit) == (value, unit)


def test_purchases_are_a_number_of_the_plan_only_where_they_count() -> None:
    bakery = business_model(tier(billing="per purchase", purchases_per_month=8))
    assert any(row.key == "pricing.1.purchases_per_month" for row in assumption_rows(bakery, financial_assumptions()))
    assert not any(row.key.endswith("purchases_per_month") for row in ROWS)


def test_every_formula_is_said() -> None:
    assert all(row.name and row.formula for row in formula_rows())
