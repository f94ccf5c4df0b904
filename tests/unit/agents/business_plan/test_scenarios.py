from decimal import Decimal

from services.agents.business_plan.agent import Computed, compute
from services.agents.business_plan.drivers import changed, drivers_of
from services.agents.business_plan.models import BusinessModelDraft, FinancialAssumptionsDraft, ScenarioChange
from services.agents.business_plan.upstream import Research, read_research
from tests.support.agent_drafts import business_model, count, financial_assumptions, money, share, tier

RESEARCH = {
    "size": {"currency": "EUR", "som": {"high": 2_400_000}, "bottom_up": {"high": 900_000}},
    "competitors": [{"name": "Strava", "monthly_price": 10.99}, {"name": "Walking", "monthly_price": None}],
}


def computed(
    numbers: FinancialAssumptionsDraft | None = None,
    business: BusinessModelDraft | None = None,
    research: Research | None = None,
) -> Computed:
    return compute(business or business_model(), numbers or financial_assumptions(), research or Research())


def test_scenarios_stand_in_the_order_of_hope() -> None:
    scenarios = computed().scenarios
    assert [each.name for each in scenarios] == ["cautious", "base", "ambitious"]
    results = [each.years[2].result_cents for each in scenarios]
    assert results == sorted(results)


def test_a_scenario_changes_what_it_says() -> None:
    change = ScenarioChange(price_change=-10, acquisition_cost_change=50, churn_change=25, cost_change=10, reason="r")
    base = drivers_of(business_model(), financial_assumptions())
    other = changed(base, change)
    assert other.revenue_per_customer == Decimal(9)
    assert other.acquisition_cost == Decimal(30)
    assert other.churn == Decimal("0.05")
    assert other.variable_share == Decimal("0.253")
    assert other.staff[0].amount == Decimal(6600)
    assert other.marketing_budget == base.marketing_budget


def test_sensitivity_puts_the_strongest_driver_first_and_moves_both_ways() -> None:
    rows = computed().sensitivity
    spread = [abs(row.result_if_higher_cents - row.result_if_lower_cents) for row in rows]
    assert spread == sorted(spread, reverse=True)
    by_driver = {row.driver: row for row in rows}
    third_year = computed().base.years[2].result_cents
    assert by_driver["Price"].result_if_lower_cents < third_year < by_driver["Price"].result_if_higher_cents
    assert by_driver["Wages"].result_if_lower_cents > third_year > by_driver["Wages"].result_if_higher_cents


def test_the_funding_ask_covers_the_deepest_month_and_the_reserve() -> None:
    found = computed()
    lowest = found.base.months[found.base.cash_low_month - 1]
    need = -found.base.cash_low_cents + 3 * (lowest.staff_cents + lowest.fixed_cents)
    assert 0 <= found.funding.amount_cents - need < 100_000
    assert found.funding.amount_cents % 100_000 == 0
    assert sum(use.amount_cents for use in found.funding.uses) == found.funding.amount_cents
    assert abs(sum(use.percent for use in found.funding.uses) - 100) < 0.5


def test_a_business_with_enough_cash_asks_for_nothing() -> None:
    found = computed(financial_assumptions(opening_cash=money(500_000)))
    assert found.funding.amount_cents == 0
    assert found.funding.uses == []


def test_a_plan_that_does_not_carry_itself_says_so() -> None:
    remarks = computed(financial_assumptions(acquisition_cost=money(900), monthly_churn=share(20))).remarks
    assert "The base scenario does not break even within 36 months." in remarks
    assert any("brings less than it costs to win" in remark for remark in remarks)


def test_the_plan_is_compared_with_the_research() -> None:
    remarks = computed(business=business_model(tier(price=39)), research=read_research(RESEARCH)).remarks
    assert any("exceeds the most the market research calls obtainable (EUR 2,400,000)" in remark for remark in remarks)
    assert "'Plan' costs 39.00 a month, more than every known competitor (Strava: 10.99)." in remarks


def test_a_price_below_all_competitors_is_noticed_only_when_sales_tax_does_not_explain_it() -> None:
    def remarks(price: float) -> list[str]:
        return computed(business=business_model(tier(price=price)), research=read_research(RESEARCH)).remarks

    assert not any("less than every known competitor" in remark for remark in remarks(9.24))
    assert any("less than every known competitor" in remark for remark in remarks(8))


def test_figures_in_another_currency_are_not_compared() -> None:
    dollars = {**RESEARCH, "size": {"currency": "USD", "som": {"high": 1}, "bottom_up": {"high": 1}}}
    remarks = computed(research=read_research(dollars)).remarks
    assert remarks == ["The plan is in EUR, the market research in USD: their figures are not compared."]


def test_a_research_of_another_shape_costs_its_checks_and_nothing_more() -> None:
    assert read_research({"size": "large", "competitors": 3}) == Research()
    assert read_research(None) == Research()


def test_a_ceiling_an_unpaid_founder_and_a_late_launch_are_noticed() -> None:
    numbers = financial_assumptions(customer_ceiling=count(500), launch_month=14)
    unpaid = numbers.staff[0].model_copy(update={"monthly_cost": 0.0})
    remarks = computed(numbers.model_copy(update={"staff": [unpaid]})).remarks
    assert any("ceiling of 500 customers is reached in month" in remark for remark in remarks)
    assert any("first year has no revenue" in remark for remark in remarks)
    assert any("Works without pay in this plan: Founders." in remark for remark in remarks)
