"""The projection, computed a second time by other code, from nothing but the plan's own table of assumptions."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.agents.business_plan.assumptions import assumption_rows
from services.agents.business_plan.drivers import changed, drivers_of, revenue_per_customer
from services.agents.business_plan.models import FinancialAssumptionsDraft, ScenarioChange
from services.agents.business_plan.projection import break_even, scenario
from services.agents.business_plan.results import AssumptionRow, ScenarioProjection
from tests.support.agent_drafts import (
    business_model,
    count,
    financial_assumptions,
    money,
    share,
    tier,
)


def project(numbers: FinancialAssumptionsDraft | None = None) -> ScenarioProjection:
    return scenario("base", "as stated", drivers_of(business_model(), numbers or financial_assumptions()))


def recomputed(rows: list[AssumptionRow]) -> list[dict[str, Fraction]]:
    """Months from the table, in exact fractions of the currency."""
    table = {row.key: Fraction(str(row.value)) for row in rows}

    def items(prefix: str) -> list[str]:
        return sorted({key.rsplit(".", 1)[0] for key in table if key.startswith(prefix)})

    price = sum(table[f"{key}.price"] * table[f"{key}.customer_share"] / 100 for key in items("pricing."))
    cash, customers = table["opening_cash"], Fraction(0)
    months = []
    for month in range(1, 37):
        growth = (1 + table["marketing_growth"] / 100) ** (month - int(table["launch_month"]))
        launched = month >= table["launch_month"]
        marketing = table["marketing_budget"] * growth if launched else Fraction(0)
        won = marketing / table["acquisition_cost"] / (1 - table["organic_share"] / 100)
        starting = table["starting_customers"] if month == table["launch_month"] else Fraction(0)
        before = customers + starting
        customers = before - customers * table["monthly_churn"] / 100 + won
        year = (month - 1) // 12
        inflation = (1 + table["cost_inflation"] / 100) ** year
        revenue = (before + customers) / 2 * price * (1 + table["price_increase"] / 100) ** year
        variable = revenue * (table["variable_cost_share"] + table["payment_fee_share"]) / 100
        staff = inflation * sum(
            table[f"{key}.headcount"] * table[f"{key}.monthly_cost"]
            for key in items("staff.")
            if table[f"{key}.from_month"] <= month
        )
        fixed = inflation * sum(
            table[f"{key}.monthly_amount"] for key in items("fixed_costs.") if table[f"{key}.from_month"] <= month
        )
        once = sum(table[f"{key}.amount"] for key in items("one_off_costs.") if table[f"{key}.month"] == month)
        result = revenue - variable - marketing - staff - fixed - once
        cash += result
        months.append(
            {"customers": customers, "revenue": revenue, "marketing": marketing, "result": result, "cash": cash}
        )
    return months


def test_every_month_follows_from_the_table_of_assumptions() -> None:
    expected = recomputed(assumption_rows(business_model(), financial_assumptions()))
    for row, month in zip(project().months, expected, strict=True):
        assert row.customers == pytest.approx(float(month["customers"]), abs=0.02)
        assert row.revenue_cents == pytest.approx(float(month["revenue"] * 100), abs=5)
        assert row.marketing_cents == pytest.approx(float(month["marketing"] * 100), abs=1)
        assert row.result_cents == pytest.approx(float(month["result"] * 100), abs=6)
        assert row.cash_cents == pytest.approx(float(month["cash"] * 100), abs=100)


def test_unit_economics_by_hand() -> None:
    unit = project().unit_economics
    assert (unit.revenue_per_customer_cents, unit.contribution_cents) == (1000, 770)
    assert (unit.cac_cents, unit.lifetime_months, unit.ltv_cents) == (1600, 25.0, 19250)
    assert (unit.gross_margin_percent, unit.ltv_to_cac, unit.payback_months) == (77.0, 12.03, 2.08)


def test_a_lifetime_is_counted_for_five_years_at_most() -> None:
    assert project(financial_assumptions(monthly_churn=share(0.5))).unit_economics.lifetime_months == 60


def test_prices_of_all_billings_become_one_monthly_price() -> None:
    tiers = [
        tier(price=10, customer_share=50),
        tier(price=96, billing="per year", purchases_per_month=0, customer_share=25),
        tier(price=6.5, billing="per purchase", purchases_per_month=8, customer_share=25),
        tier(price=0, customer_share=0),
    ]
    assert revenue_per_customer(tiers) == 5 + 2 + 13


def test_nothing_is_sold_or_advertised_before_the_launch() -> None:
    before = project().months[:3]
    assert all(row.revenue_cents == row.marketing_cents == row.customers == 0 for row in before)
    assert project().months[3].new_customers >= 100


def test_customers_stop_at_the_ceiling_and_so_does_marketing() -> None:
    row = project(financial_assumptions(customer_ceiling=count(1000))).months[-1]
    assert row.customers == 1000
    assert row.new_customers == row.lost_customers == 40
    assert row.marketing_cents == pytest.approx(40 * 20 * 0.8 * 100, abs=1)


def test_break_even_needs_all_later_months() -> None:
    rows = project().months
    assert break_even(rows, 4) == 12
    dip = [row.model_copy(update={"result_cents": -1}) if row.month == 20 else row for row in rows]
    assert break_even(dip, 4) == 21
    assert break_even(dip[:20], 4) is None


def test_years_are_the_sums_of_their_months() -> None:
    projected = project()
    for index, year in enumerate(projected.years):
        rows = projected.months[index * 12 : index * 12 + 12]
        assert year.year == index + 1
        assert year.revenue_cents == sum(row.revenue_cents for row in rows)
        assert year.result_cents == year.gross_profit_cents - year.marketing_cents - year.staff_cents - (
            year.fixed_cents + year.one_off_cents
        )
        assert year.cash_end_cents == rows[-1].cash_cents


_share = st.floats(min_value=0, max_value=30).map(lambda value: round(value, 2))
_money = st.floats(min_value=1, max_value=1e6).map(lambda value: round(value, 2))


@settings(max_examples=60)
@given(
    launch=st.integers(min_value=1, max_value=36),
    budget=_money,
    growth=_share,
    cost=_money,
    churn=st.floats(min_value=0.5, max_value=60),
    ceiling=st.integers(min_value=100, max_value=1_000_000),
    opening=_money,
)
def test_invariants_hold_whatever_is_assumed(
    launch: int, budget: float, growth: float, cost: float, churn: float, ceiling: int, opening: float
) -> None:
    projected = project(
        financial_assumptions(
            launch_month=launch,
            marketing_budget=money(budget),
            marketing_growth=share(growth),
            acquisition_cost=money(cost),
            monthly_churn=share(churn),
            customer_ceiling=count(ceiling),
            opening_cash=money(opening),
        )
    )
    cash = round(opening * 100)
    for row in projected.months:
        costs = row.variable_cents + row.marketing_cents + row.staff_cents + row.fixed_cents + row.one_off_cents
        assert row.result_cents == row.revenue_cents - costs
        cash += row.result_cents
        assert row.cash_cents == cash
        assert 0 <= row.customers <= ceiling
        assert min(row.revenue_cents, costs, row.new_customers, row.lost_customers) >= 0
    lowest = min([round(opening * 100), *(row.cash_cents for row in projected.months)])
    assert projected.cash_low_cents == lowest
    assert len(projected.months) == 36
    assert len(projected.years) == 3


_worse = st.floats(min_value=0, max_value=100)


@settings(max_examples=30)
@given(price=st.floats(min_value=-50, max_value=0), cac=_worse, churn=_worse, cost=_worse)
def test_a_worse_scenario_is_never_worth_more_per_customer(price: float, cac: float, churn: float, cost: float) -> None:
    base = drivers_of(business_model(), financial_assumptions())
    change = ScenarioChange(
        price_change=price, acquisition_cost_change=cac, churn_change=churn, cost_change=cost, reason="r"
    )
    better = scenario("base", "b", base).unit_economics
    worse = scenario("cautious", "c", changed(base, change)).unit_economics
    assert worse.ltv_cents <= better.ltv_cents
    assert worse.cac_cents >= better.cac_cents
