"""Every formula of a plan, as data: what the plan prints is what `agent_sdk/sheet.py` computes.

A field of the result is computed by the formula of its name (`revenue_cents` of a month by `revenue`,
of a year by `year.revenue`), so each number can be followed to assumptions. Amounts are in whole units
of the currency, rounded to cents; customers to four places.
"""

from collections.abc import Iterator, Sequence

from agent_sdk.sheet import MONTHS, Period
from services.agents.business_plan.kinds import KINDS
from services.agents.business_plan.models import BusinessModelDraft, PricingTier
from services.agents.business_plan.results import FormulaRow

LONGEST_LIFETIME = 60
"""Months after which a customer's value is no longer counted: nobody knows the sixth year."""

FUNDING_STEP = 1000
"""The funding ask is rounded up to full thousands of the currency."""

SPENDING = (
    ("staff", "Wages"),
    ("marketing", "Marketing"),
    ("fixed", "Fixed costs"),
    ("one_off", "One-off costs"),
    ("variable", "Variable costs and fees"),
)
"""What money is spent on: id of the monthly figure, name."""

NOTES = (
    "Amounts are rounded to whole cents and customers to four places where a formula says round, halves to even; "
    "nothing is rounded in between. Comparisons count 1 when true, else 0.",
    "total(group, x) adds x up over the entries of a group; inside, a name means the entry's own number first.",
    "before(x, first) is x of the month before, first in month 1; sum(x) and end(x) are over a year; at(x, m) is x of "
    "month m; until(x, m) adds up to it; last(x) is x of the last month.",
    "lowest(x, first) is the smallest of first and all months, month_of_lowest its month (0 for first); lasting(x, m) "
    "is the first month from m on after which x is never negative.",
    "price_change, acquisition_cost_change, churn_change and cost_change are 0 in the base scenario and the "
    "percentages of the table in the others.",
    "Sensitivity: the base scenario with the named assumptions 20 percent lower and higher; percentages stay at most "
    "100, and the launch moves by at least a month.",
    "Left out: taxes, interest, terms of payment, seasons.",
)
"""How to read the formulas, and what they leave out."""

_MONTHLY_PRICE = {"per month": "{0}.price", "per year": "{0}.price / 12"}
_PURCHASES = {"per month": "1", "per year": "1 / 12"}


def formulas_of(business: BusinessModelDraft) -> list[FormulaRow]:
    """The formulas of this plan in the order of computing; each sees the ones before it."""
    money = business.currency
    return [
        *_prices(business.pricing, money),
        *_customer(business, money),
        *_month(money),
        *_year(money),
        *_whole(money),
        *_funding(money),
    ]


def _prices(pricing: Sequence[PricingTier], money: str) -> Iterator[FormulaRow]:
    for number, tier in enumerate(pricing, start=1):
        key, name = f"pricing.{number}", tier.name
        price = _MONTHLY_PRICE.get(tier.billing, "{0}.price * {0}.purchases_per_month").format(key)
        purchases = _PURCHASES.get(tier.billing, f"{key}.purchases_per_month")
        yield _row(f"{key}.per_month", f"{name}: price in an average month", price, f"{money} per customer and month")
        yield _row(f"{key}.purchases", f"{name}: purchases in an average month", purchases, "purchases per month")
        amounts = ", ".join(f"{key}.comparables.{each}.amount" for each, _ in enumerate(tier.comparables, start=1))
        if tier.comparables and tier.price > 0:
            unit = f"{money} {tier.billing}"
            yield _row(f"{key}.low", f"{name}: cheapest comparable", f"min({amounts})", unit)
            yield _row(f"{key}.median", f"{name}: middle of the comparables", f"median({amounts})", unit)
            yield _row(f"{key}.high", f"{name}: dearest comparable", f"max({amounts})", unit)
            against = f"round(100 * {key}.price / {key}.median - 100, 1)"
            yield _row(f"{key}.against_median", f"{name}: price against that middle", against, "percent")


def _customer(business: BusinessModelDraft, money: str) -> Iterator[FormulaRow]:
    """What is computed once per scenario: one customer."""
    kind, each = KINDS[business.kind], f"{money} per customer and month"
    shares = "total(pricing, customer_share)"
    kept = f" * {kind.kept}" if kind.kept else ""
    price = f"round(total(pricing, per_month * customer_share) / {shares} * (1 + price_change / 100){kept}, 2)"
    served = f"min(customer_ceiling, {kind.served})" if kind.served else "customer_ceiling"
    yield _row("revenue_per_customer", "Revenue per customer and month, first year", price, each)
    purchases = f"total(pricing, purchases * customer_share) / {shares}"
    yield _row("purchases_per_customer", "Purchases per customer and month", purchases, "purchases per month")
    yield _row("capacity", "Most customers at a time", f"round({served}, 4)", "customers")
    cost = "cost_per_lead / (lead_conversion / 100) * (1 + acquisition_cost_change / 100)"
    yield _row("acquisition_cost", "Marketing spend per customer won by it", cost, f"{money} per customer")
    churn = "min(1, monthly_churn / 100 * (1 + churn_change / 100))"
    yield _row("churn", "Part of the customers lost per month", churn, "part of 1")
    variable = "min(1, (variable_cost_share + payment_fee_share) / 100 * (1 + cost_change / 100))"
    yield _row("variable_share", "Variable costs and fees", variable, "part of revenue")
    yield _row("gross_margin_percent", "Gross margin", "round(100 * (1 - variable_share), 2)", "percent of revenue")
    yield _row("contribution", "Contribution", "round(revenue_per_customer * (1 - variable_share), 2)", each)
    cac = "round(acquisition_cost * (1 - organic_share / 100), 2)"
    yield _row("cac", "Cost to win a customer (CAC)", cac, f"{money} per customer")
    lifetime = f"round(min({LONGEST_LIFETIME}, 1 / churn), 2)"
    yield _row("lifetime_months", f"Lifetime, at most {LONGEST_LIFETIME} months", lifetime, "months")
    yield _row("ltv", "Lifetime value (LTV)", "round(contribution * lifetime_months, 2)", f"{money} per customer")
    yield _row("ltv_to_cac", "LTV / CAC", "round(ratio(ltv, cac), 2)", "times")
    yield _row("payback_months", "Payback", "round(ratio(cac, contribution), 2)", "months")


def _month(money: str) -> Iterator[FormulaRow]:
    rows = (
        (
            "budget",
            "Marketing budget, from the launch on",
            "marketing_budget * (1 + marketing_growth / 100) ^ (month - launch_month) * (month >= launch_month)",
            money,
        ),
        ("starting", "Customers at the launch", "starting_customers * (month == launch_month)", "customers"),
        ("lost_customers", "Lost customers", "round(before(customers, 0) * churn, 4)", "customers"),
        (
            "room",
            "Room for new ones",
            "max(0, capacity - before(customers, 0) - starting + lost_customers)",
            "customers",
        ),
        (
            "won",
            "Won by marketing and recommendation",
            "min(round(budget / acquisition_cost / (1 - organic_share / 100), 4), room)",
            "customers",
        ),
        ("new_customers", "New customers", "starting + won", "customers"),
        ("customers", "Customers at the end", "before(customers, 0) + new_customers - lost_customers", "customers"),
        ("headcount", "People on the payroll", "total(staff, headcount * (month >= from_month))", "people"),
        (
            "revenue",
            "Revenue: average customers times revenue per customer",
            "round((before(customers, 0) + starting + customers) / 2 * revenue_per_customer"
            " * (1 + price_increase / 100) ^ (year - 1), 2)",
            money,
        ),
        ("variable", "Variable costs and fees", "round(revenue * variable_share, 2)", money),
        (
            "marketing",
            "Marketing, near the ceiling only what fills it",
            "round(min(budget, room * acquisition_cost * (1 - organic_share / 100)), 2)",
            money,
        ),
        ("staff", "Wages", _running("staff", "headcount * monthly_cost"), money),
        ("fixed", "Fixed costs", _running("fixed_costs", "monthly_amount"), money),
        (
            "one_off",
            "One-off costs",
            "round(total(one_off_costs, amount * (month == in_month)) * (1 + cost_change / 100), 2)",
            money,
        ),
        ("costs", "All costs", "variable + marketing + staff + fixed + one_off", money),
        ("result", "Result before tax and interest", "revenue - costs", money),
        ("cash", "Cash at the end; paid when sold or bought", "before(cash, opening_cash) + result", money),
    )
    for id_, name, formula, unit in rows:
        yield _row(id_, name, formula, unit if unit != money else f"{money} per month", "month")


def _running(group: str, each: str) -> str:
    inflation = "(1 + cost_change / 100) * (1 + cost_inflation / 100) ^ (year - 1)"
    return f"round(total({group}, {each} * (month >= from_month)) * {inflation}, 2)"


def _year(money: str) -> Iterator[FormulaRow]:
    for id_, name in (
        ("new_customers", "New customers"),
        ("revenue", "Revenue"),
        ("variable", "Variable costs and fees"),
    ):
        yield _row(
            f"year.{id_}", f"{name} of a year", f"sum({id_})", "customers" if id_ == "new_customers" else money, "year"
        )
    yield _row("year.gross_profit", "Gross profit of a year", "year.revenue - year.variable", money, "year")
    for id_, name in SPENDING[:4]:
        yield _row(f"year.{id_}", f"{name} of a year", f"sum({id_})", money, "year")
    yield _row("year.result", "Result of a year", "sum(result)", money, "year")
    margin = "round(100 * ratio(year.gross_profit, year.revenue), 2)"
    yield _row("year.gross_margin_percent", "Gross margin of a year", margin, "percent of revenue", "year")
    yield _row("year.customers_end", "Customers at the end of a year", "end(customers)", "customers", "year")
    yield _row("year.headcount_end", "People at the end of a year", "end(headcount)", "people", "year")
    yield _row("year.cash_end", "Cash at the end of a year", "end(cash)", money, "year")


def _whole(money: str) -> Iterator[FormulaRow]:
    yield _row("break_even_month", "Break-even: no loss any more", "lasting(result, launch_month)", "month of the plan")
    yield _row("cash_low", "Lowest cash", "lowest(cash, opening_cash)", money)
    low = "month_of_lowest(cash, opening_cash)"
    yield _row("cash_low_month", "Month of the lowest cash, 0 before the start", low, "month of the plan")
    yield _row("cash_end", f"Cash after {MONTHS} months", "last(cash)", money)


def _funding(money: str) -> Iterator[FormulaRow]:
    yield _row("shortfall", "Money missing at the lowest cash", "max(0, -cash_low)", money)
    reserve = "reserve_months * (at(staff, cash_low_month) + at(fixed, cash_low_month))"
    yield _row("reserve", "Reserve", reserve, money)
    ask = f"(shortfall > 0) * round_up(shortfall + reserve, {FUNDING_STEP})"
    yield _row("funding", "Funding ask", ask, money)
    for id_, name in SPENDING:
        part = f"round_down(shortfall * ratio(until({id_}, cash_low_month), until(costs, cash_low_month)), 0.01)"
        yield _row(f"use.{id_}", f"Of it for: {name}", part, money)
    rest = " - ".join(f"use.{id_}" for id_, _ in SPENDING)
    yield _row("use.reserve", "Of it for: Reserve and rounding", f"funding - {rest}", money)
    for id_ in (*(id_ for id_, _ in SPENDING), "reserve"):
        yield _row(f"part.{id_}", f"Part of the ask: {id_}", f"round(100 * ratio(use.{id_}, funding), 1)", "percent")


def _row(id_: str, name: str, formula: str, unit: str, per: Period = "scenario") -> FormulaRow:
    return FormulaRow(id=id_, name=name, formula=formula, unit=unit, per=per)
