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


def comparisons(plan: BusinessPlan) -> str:
    """Each price against the range of its comparables; empty when nothing is compared."""
    rows = [
        (
            md.line(each.tier),
            exact_money(each.price_cents),
            f"{exact_money(each.low_cents)} to {exact_money(each.high_cents)}",
            exact_money(each.median_cents),
            f"{each.against_median:+.1f} %",
            each.position,
            md.line(
                "; ".join(f"{one.name}: {one.published} ({one.source or 'assumption'})" for one in each.comparables)
            ),
        )
        for each in plan.price_comparisons
    ]
    head = ("Price", plan.currency, "Comparables", "Middle", "Against it", "Position", "Who charges what")
    return f"### Against comparable prices\n\n{md.table(head, rows, right=(1, 2, 3, 4))}" if rows else ""


def projection(plan: BusinessPlan) -> str:
    """Three years of the base scenario line by line, and the three scenarios beside each other."""
    base = plan.scenarios[1]
    rows = [(name, *(money(getattr(year, field)) for year in base.years)) for name, field in _LINES]
    rows.append(("Customers at the end", *(md.whole(year.customers_end) for year in base.years)))
    rows.append(("People at the end", *(str(year.headcount_end) for year in base.years)))
    table = md.table((f"Base, in {plan.currency}", "Year 1", "Year 2", "Year 3"), rows, right=(1, 2, 3))
    scenarios = md.table(
        ("Scenario", "Revenue year 3", "Result year 3", "Break-even", "Lowest cash", "Cash at the end", "Why"),
        [_scenario(each) for each in plan.scenarios],
        right=(1, 2, 3, 4, 5),
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
        (
            md.line(each.driver),
            money(each.cash_if_lower_cents),
            money(each.cash_if_higher_cents),
            _month(each.break_even_if_lower),
            _month(each.break_even_if_higher),
        )
        for each in plan.sensitivity
    ]
    head = ("Driver", "Cash, 20 % lower", "Cash, 20 % higher", "Break-even, lower", "Break-even, higher")
    table = md.table(head, rows, right=(1, 2, 3, 4))
    base = plan.scenarios[1]
    planned = f"As planned {money(base.cash_end_cents)} and {_month(base.break_even_month)}."
    return (
        f"## Sensitivity\n\nCash after 36 months in {plan.currency} and break-even of the base scenario, the strongest "
        f"driver first. {planned}\n\n{table}"
    )


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
        (
            f"`{each.id}`",
            md.line(each.label),
            md.compact(each.value),
            md.line(each.unit),
            f"{md.compact(each.low)} to {md.compact(each.high)}"
            if each.low is not None and each.high is not None
            else "",
            each.source or each.evidence,
            md.line(each.basis),
        )
        for each in plan.assumptions_table
    ]
    table = md.table(("Id", "Assumption", "Value", "Unit", "Range", "Source", "Basis or reason"), rows, right=(2, 4))
    formulas = md.table(
        ("Id", "Figure", "Computed as", "Unit", "Per"),
        [
            (f"`{each.id}`", md.line(each.name), f"`{each.formula}`", md.line(each.unit), each.per)
            for each in plan.formulas
        ],
    )
    notes = md.bullets(plan.formula_notes)
    return f"## Numbers the plan starts from\n\n{table}\n\n### Formulas\n\n{formulas}\n\n{notes}"


def money(cents: int) -> str:
    """Cents as whole units of the currency."""
    return md.whole(cents / 100)


def exact_money(cents: int) -> str:
    """Cents with two decimals."""
    return f"{cents / 100:,.2f}"


def _scenario(scenario: ScenarioProjection) -> tuple[str, ...]:
    third: YearRow = scenario.years[2]
    return (
        scenario.name,
        money(third.revenue_cents),
        money(third.result_cents),
        _month(scenario.break_even_month),
        money(scenario.cash_low_cents),
        money(scenario.cash_end_cents),
        md.line(scenario.reason),
    )


def _month(month: int | None) -> str:
    return f"month {month}" if month else "not in 36 months"


def _maybe(value: float | None) -> str:
    return md.compact(value) if value is not None else "none"
