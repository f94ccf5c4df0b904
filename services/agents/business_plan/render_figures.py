"""The parts of the plan that are figures: projection, unit economics, sensitivity, funding, assumptions."""

from agent_sdk import markdown as md
from services.agents.business_plan.results import BusinessPlan, ScenarioProjection, YearRow

_LINES = (
    ("Revenue", "revenue_cents"),
    ("Variable costs and fees", "variable_cents"),
    ("Gross profit", "gross_profit_cents"),
    ("Marketing", "marketing_cents"),
    ("Wages", "staff_cents"),
    ("Fixed costs", "fixed_cents"),
    ("One-off costs", "one_off_cents"),
    ("Result before tax", "result_cents"),
    ("Cash at the end", "cash_end_cents"),
)


def projection(plan: BusinessPlan) -> str:
    """Three years of the base scenario line by line, and the three scenarios beside each other."""
    base = plan.scenarios[1]
    rows = [(name, *(money(getattr(year, field)) for year in base.years)) for name, field in _LINES]
    rows.append(("Customers at the end", *(md.whole(year.customers_end) for year in base.years)))
    table = md.table((f"Base, in {plan.currency}", "Year 1", "Year 2", "Year 3"), rows, right=(1, 2, 3))
    scenarios = md.table(
        ("Scenario", "Revenue year 3", "Result year 3", "Break-even", "Lowest cash", "What has to happen"),
        [_scenario(each) for each in plan.scenarios],
        right=(1, 2, 3, 4),
    )
    return f"## Projection\n\n{table}\n\n### Scenarios\n\n{scenarios}\n\nAll months are in `projection.csv`."


def unit_economics(plan: BusinessPlan) -> str:
    """What one customer costs and brings, per scenario."""
    units = [scenario.unit_economics for scenario in plan.scenarios]
    head = (f"One {md.line(plan.customer_word)}", *(scenario.name for scenario in plan.scenarios))
    rows = [
        ("Revenue per month", *(exact_money(unit.revenue_per_customer_cents) for unit in units)),
        ("Gross margin", *(f"{md.compact(unit.gross_margin_percent)} %" for unit in units)),
        ("Contribution per month", *(exact_money(unit.contribution_cents) for unit in units)),
        ("Cost to win (CAC)", *(exact_money(unit.cac_cents) for unit in units)),
        ("Lifetime in months", *(md.compact(unit.lifetime_months) for unit in units)),
        ("Lifetime value (LTV)", *(exact_money(unit.ltv_cents) for unit in units)),
        ("LTV / CAC", *(_maybe(unit.ltv_to_cac) for unit in units)),
        ("Payback in months", *(_maybe(unit.payback_months) for unit in units)),
    ]
    return f"## Unit economics\n\nIn {plan.currency}.\n\n{md.table(head, rows, right=(1, 2, 3))}"


def sensitivity(plan: BusinessPlan) -> str:
    """Which assumption matters most."""
    rows = [
        (each.driver, money(each.result_if_lower_cents), money(each.result_if_higher_cents))
        for each in plan.sensitivity
    ]
    head = ("Driver", "20 % lower", "20 % higher")
    table = md.table(head, rows, right=(1, 2))
    return f"## Sensitivity\n\nResult of year 3 in {plan.currency}, the strongest driver first.\n\n{table}"


def funding(plan: BusinessPlan) -> str:
    """The money asked for, how it is computed, and what it is for."""
    ask = plan.funding
    rows = [(each.purpose, money(each.amount_cents), f"{md.compact(each.percent)} %") for each in ask.uses]
    uses = "\n\n" + md.table(("For", plan.currency, "Share"), rows, right=(1, 2)) if rows else ""
    asked = f"**{plan.currency} {money(ask.amount_cents)}.** {md.line(ask.formula)}{uses}"
    return f"## Funding\n\n{asked}\n\n{md.text(plan.funding_case)}"


def assumptions_table(plan: BusinessPlan) -> str:
    """Every number the plan starts from, and every formula."""
    rows = [
        (md.line(each.label), md.compact(each.value), md.line(each.unit), each.evidence, md.line(each.basis))
        for each in plan.assumptions_table
    ]
    table = md.table(("Assumption", "Value", "Unit", "Evidence", "Basis"), rows, right=(1,))
    formulas = md.table(("Figure", "Computed as"), [(each.name, md.line(each.formula)) for each in plan.formulas])
    return f"## Numbers the plan starts from\n\n{table}\n\n### Formulas\n\n{formulas}"


def money(cents: int) -> str:
    """Cents as whole units of the currency."""
    return md.whole(cents / 100)


def exact_money(cents: int) -> str:
    """Cents with two decimals."""
    return f"{cents / 100:,.2f}"


def _scenario(scenario: ScenarioProjection) -> tuple[str, ...]:
    third: YearRow = scenario.years[2]
    month = scenario.break_even_month
    return (
        scenario.name,
        money(third.revenue_cents),
        money(third.result_cents),
        f"month {month}" if month else "not in 36 months",
        money(scenario.cash_low_cents),
        md.line(scenario.reason),
    )


def _maybe(value: float | None) -> str:
    return md.compact(value) if value is not None else "none"
