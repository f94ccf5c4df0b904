import pytest

from services.agents.business_plan.checks import business_objections
from services.agents.business_plan.computing import Computed, compute, draft_objections
from services.agents.business_plan.models import BusinessModelDraft, Comparable, PricingTier
from services.agents.business_plan.numbers import FinancialAssumptionsDraft
from services.agents.business_plan.upstream import Research, read_research
from tests.support.plan_drafts import business_model, count, financial_assumptions, money, share, tier
from tests.support.plans import business_of_kind, numbers_of_kind

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
    assert [each.name for each in scenarios] == ["pessimistic", "base", "optimistic"]
    results = [each.years[2].result_cents for each in scenarios]
    assert results == sorted(results)


def test_a_scenario_changes_what_it_says() -> None:
    bad, base, _ = computed().scenarios
    assert bad.unit_economics.revenue_per_customer_cents == 900
    assert bad.unit_economics.cac_cents == base.unit_economics.cac_cents * 1.3
    assert bad.unit_economics.lifetime_months == 20
    assert bad.unit_economics.gross_margin_percent == 74.7
    assert bad.months[0].staff_cents == base.months[0].staff_cents * 1.1
    assert bad.months[5].marketing_cents == base.months[5].marketing_cents


def test_sensitivity_puts_the_strongest_driver_first_and_moves_both_ways() -> None:
    found = computed()
    spread = [abs(row.cash_if_higher_cents - row.cash_if_lower_cents) for row in found.sensitivity]
    assert spread == sorted(spread, reverse=True)
    by_driver = {row.driver: row for row in found.sensitivity}
    planned, month = found.base.cash_end_cents, found.base.break_even_month
    prices, wages = by_driver["All prices"], by_driver["All wages"]
    assert prices.cash_if_lower_cents < planned < prices.cash_if_higher_cents
    assert wages.cash_if_lower_cents > planned > wages.cash_if_higher_cents
    assert month is not None
    assert wages.break_even_if_lower is not None
    assert wages.break_even_if_lower < month
    assert by_driver["Launch"].cash_if_lower_cents > planned


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
    remarks = computed(financial_assumptions(cost_per_lead=money(90), monthly_churn=share(20))).remarks
    assert "The base scenario does not break even within 36 months." in remarks
    assert any("brings less than it costs to win" in remark for remark in remarks)


def test_the_plan_is_compared_with_the_research() -> None:
    remarks = computed(business=business_model(tier(price=29)), research=read_research(RESEARCH)).remarks
    assert any("exceeds the most the market research calls obtainable (EUR 2,400,000)" in remark for remark in remarks)
    assert "'Plan' costs 29.00 per month, more than every comparable (at most 10.99)." in remarks


def test_a_price_below_all_comparables_is_noticed_only_when_sales_tax_does_not_explain_it() -> None:
    def remarks(price: float) -> list[str]:
        return computed(business=business_model(tier(price=price)), research=read_research(RESEARCH)).remarks

    assert not any("less than every comparable" in remark for remark in remarks(9.24))
    assert any("less than every comparable" in remark for remark in remarks(8))


def compared(amount: float, name: str = "Strava", source: str = "market research") -> PricingTier:
    return tier(comparables=[Comparable(name=name, price=f"EUR {amount}", amount=amount, source=source)])


def test_a_price_stands_in_the_range_of_its_comparables() -> None:
    others = [Comparable(name=name, price="p", amount=amount, source="assumption") for name, amount in OTHERS]
    found = computed(business=business_model(tier(comparables=others))).prices[0]
    assert (found.low_cents, found.median_cents, found.high_cents) == (400, 900, 2000)
    assert (found.against_median, found.position) == (11.1, "within")


OTHERS = (("A", 4.0), ("B", 8.0), ("C", 10.0), ("D", 20.0))


@pytest.mark.parametrize(
    ("business", "objection"),
    [
        (business_model(tier(price=39)), "pricing[0].price is 39 EUR per month, its comparables cost 10.99 to 10.99"),
        (business_model(tier(price=1)), "choose a price from 3.66 to 32.97"),
        (business_model(compared(9, "Nobody")), "which names no competitor 'Nobody'"),
        (business_model(compared(7)), "pricing[0].comparables[0].amount is 7; the research says 10.99 for Strava"),
    ],
)
def test_prices_that_cannot_be_are_sent_back_with_what_to_do(business: BusinessModelDraft, objection: str) -> None:
    assert any(objection in each for each in business_objections(business, read_research(RESEARCH)))


def test_a_price_the_research_does_not_know_is_not_from_the_research() -> None:
    unknown = read_research({"competitors": [{"name": "Strava", "price": "not published", "price_evidence": "source"}]})
    (objection,) = business_objections(business_model(compared(9)), unknown)
    assert "which has no price of Strava" in objection
    rows = computed(business=business_model(compared(9)), research=unknown).rows
    assert {row.evidence for row in rows if ".comparables." in row.id} == {"assumption"}
    told = read_research({"competitors": [{"name": "Strava", "price": "from EUR 9 a ticket"}]})
    assert business_objections(business_model(compared(9)), told) == []


def test_sound_prices_are_not_sent_back() -> None:
    assert business_objections(business_model(), read_research(RESEARCH)) == []
    assert business_objections(business_model(tier(price=90, comparables=[])), Research()) == []


def test_more_customers_than_a_shop_can_serve_are_sent_back() -> None:
    small = numbers_of_kind("shop", purchases_per_day=count(40))
    (objection,) = draft_objections(business_of_kind("shop"), small, Research())
    assert "customer_ceiling.value is 2500, but purchases_per_day, opening_days serve only 967 customers" in objection
    assert draft_objections(business_of_kind("shop"), numbers_of_kind("shop"), Research()) == []


def test_a_source_nobody_lists_is_sent_back_and_counts_as_an_assumption() -> None:
    claimed = {**share(4).model_dump(), "evidence": "source", "basis": "A study of gyms"}
    numbers = financial_assumptions(monthly_churn=claimed)
    assert any(
        "monthly_churn.evidence is 'source'" in each for each in draft_objections(business_model(), numbers, Research())
    )
    row = next(row for row in computed(numbers).rows if row.id == "monthly_churn")
    assert (row.evidence, row.source) == ("assumption", "")


def test_a_comparable_of_the_research_is_evidence_of_the_research() -> None:
    rows = computed(research=read_research(RESEARCH)).rows
    row = next(row for row in rows if row.id == "pricing.1.comparables.1.amount")
    assert (row.value, row.evidence, row.source) == (10.99, "research", "market_research")


def test_figures_in_another_currency_are_not_compared() -> None:
    dollars = {**RESEARCH, "size": {"currency": "USD", "som": {"high": 1}, "bottom_up": {"high": 1}}}
    remarks = computed(research=read_research(dollars)).remarks
    assert remarks == ["The plan is in EUR, the market research in USD: their figures are not compared."]


def test_a_research_of_another_shape_costs_its_checks_and_nothing_more() -> None:
    assert read_research({"size": "large", "competitors": 3}) == Research()
    assert read_research(None) == Research()


@pytest.mark.parametrize(
    ("rival", "evidence", "source"),
    [
        ({"source_ids": ["S2"], "price_evidence": "source"}, "research", "market_research:S2"),
        ({"source_ids": ["S2"], "price_evidence": "assumption"}, "assumption", ""),
        ({}, "research", "market_research"),
    ],
)
def test_a_price_counts_as_the_research_says_of_it(rival: dict[str, object], evidence: str, source: str) -> None:
    research = read_research({**RESEARCH, "competitors": [{"name": "Strava", "monthly_price": 10.99, **rival}]})
    row = next(row for row in computed(research=research).rows if row.id == "pricing.1.comparables.1.amount")
    assert (row.evidence, row.source) == (evidence, source)


def test_a_ceiling_an_unpaid_founder_and_a_late_launch_are_noticed() -> None:
    numbers = financial_assumptions(customer_ceiling=count(500), launch_month=14)
    unpaid = numbers.staff[0].model_copy(update={"monthly_cost": 0.0})
    remarks = computed(numbers.model_copy(update={"staff": [unpaid]})).remarks
    assert any("ceiling of 500 customers is reached in month" in remark for remark in remarks)
    assert any("first year has no revenue" in remark for remark in remarks)
    assert any("Works without pay in this plan: Founders." in remark for remark in remarks)
