import pytest

from services.agents.business_plan.assumptions import assumption_rows
from services.agents.business_plan.figures import claims_of, fill, unknown_placeholders, untraced
from services.agents.business_plan.upstream import Research, source_finder
from tests.support.plan_drafts import business_model, financial_assumptions, tier

OFFERED = {"revenue_year_3": "EUR 1,201,601", "gross_margin": "77 %"}
NO_SOURCES = source_finder([], Research())
ROWS = assumption_rows(business_model(), financial_assumptions(), NO_SOURCES)


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
    keys = [row.id for row in ROWS]
    assert len(keys) == len(set(keys))
    for key, value, unit in (
        ("pricing.1.price", 10, "EUR per month"),
        ("launch_month", 4, "month of the plan"),
        ("cost_per_lead", 2, "EUR per person"),
        ("staff.2.monthly_cost", 4200, "EUR per person and month"),
        ("one_off_costs.1.in_month", 2, "month of the plan"),
        ("pessimistic.churn_change", 25, "percent change"),
    ):
        row = next(row for row in ROWS if row.id == key)
        assert (row.value, row.unit) == (value, unit)


def test_purchases_are_a_number_of_the_plan_only_where_they_count() -> None:
    tiers = (tier(customer_share=50), tier(billing="per purchase", purchases_per_month=8, customer_share=50))
    bakery = business_model(*tiers)
    assert any(
        row.id == "pricing.2.purchases_per_month"
        for row in assumption_rows(bakery, financial_assumptions(), NO_SOURCES)
    )
    assert not any(row.id.endswith("purchases_per_month") for row in ROWS)


def test_a_row_has_the_range_stated_or_that_of_the_scenarios_and_a_decision_has_none() -> None:
    rows = {row.id: (row.low, row.high) for row in ROWS}
    assert rows["monthly_churn"] == (3.2, 4.8)
    assert rows["pricing.1.price"] == (9.0, 10.5)
    assert rows["staff.2.monthly_cost"] == (4200.0, 4620.0)
    assert rows["staff.2.from_month"] == (None, None)


def test_reasons_are_no_claims() -> None:
    draft = business_model(tier(basis="EUR 123 elsewhere", includes=["A gift of EUR 77"]))
    assert untraced(claims_of(draft), ROWS, {}) == ["EUR 77"]
