"""The projection by hand and by its invariants; `test_trace.py` computes all of it a second time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.agents.business_plan.assumptions import assumption_rows
from services.agents.business_plan.formulas import formulas_of
from services.agents.business_plan.models import BusinessModelDraft
from services.agents.business_plan.numbers import FinancialAssumptionsDraft, OneOffCost, ScenarioChange
from services.agents.business_plan.projection import project as project_scenario
from services.agents.business_plan.projection import table_of
from services.agents.business_plan.results import ScenarioName, ScenarioProjection
from services.agents.business_plan.upstream import Research, source_finder
from tests.support.plan_drafts import business_model, count, financial_assumptions, money, share, tier
from tests.support.plans import business_of_kind, numbers_of_kind


def project(
    numbers: FinancialAssumptionsDraft | None = None,
    business: BusinessModelDraft | None = None,
    name: ScenarioName = "base",
) -> ScenarioProjection:
    business = business or business_model()
    rows = assumption_rows(business, numbers or financial_assumptions(), source_finder([], Research()))
    return project_scenario(name, "as stated", formulas_of(business), table_of(rows, name))[0]


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
    assert project(business=business_model(*tiers)).unit_economics.revenue_per_customer_cents == 2000


def test_a_marketplace_earns_its_share_and_products_lose_what_is_sent_back() -> None:
    whole = project(numbers_of_kind("services"), business_of_kind("services")).unit_economics
    share_ = project(numbers_of_kind("marketplace"), business_of_kind("marketplace")).unit_economics
    kept = project(numbers_of_kind("products"), business_of_kind("products")).unit_economics
    assert whole.revenue_per_customer_cents == 1500  # 12.4 x 1.5 x 70 % + 79 / 12 x 30 %, rounded half to even
    assert share_.revenue_per_customer_cents == 210
    assert kept.revenue_per_customer_cents == 1395


def test_a_shop_serves_no_more_than_its_days_and_its_counter() -> None:
    tight = numbers_of_kind("shop", purchases_per_day=count(40))
    purchases = 1.5 * 0.7 + 0.3 / 12
    assert project(tight, business_of_kind("shop")).months[-1].customers == pytest.approx(40 * 26 / purchases, abs=0.01)


def test_the_payroll_counts_people_from_their_month_on() -> None:
    assert [project().months[month - 1].headcount for month in (1, 9, 10, 36)] == [2, 2, 3, 3]


def test_nothing_is_sold_or_advertised_before_the_launch() -> None:
    before = project().months[:3]
    assert all(row.revenue_cents == row.marketing_cents == row.customers == 0 for row in before)
    assert project().months[3].new_customers >= 100


def test_customers_stop_at_the_ceiling_and_so_does_marketing() -> None:
    row = project(financial_assumptions(customer_ceiling=count(1000))).months[-1]
    assert row.customers == 1000
    assert (row.new_customers, row.lost_customers) == (40, 40)
    assert row.marketing_cents == pytest.approx(40 * 20 * 0.8 * 100, abs=1)


def test_break_even_needs_all_later_months() -> None:
    numbers = financial_assumptions()
    assert project(numbers).break_even_month == 12
    once = OneOffCost(name="Second version", amount=90_000, month=20, basis="Offer")
    assert project(numbers.model_copy(update={"one_off_costs": [once]})).break_even_month == 21
    once = once.model_copy(update={"month": 36})
    assert project(numbers.model_copy(update={"one_off_costs": [once]})).break_even_month is None


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
            cost_per_lead=money(cost),
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
    change = ScenarioChange(
        price_change=price, acquisition_cost_change=cac, churn_change=churn, cost_change=cost, reason="r"
    )
    numbers = financial_assumptions(pessimistic=change)
    better, worse = (project(numbers, name=name).unit_economics for name in ("base", "pessimistic"))
    assert worse.ltv_cents <= better.ltv_cents
    assert worse.cac_cents >= better.cac_cents
