"""Every number the plan starts from in one table, and every formula that makes other numbers of them."""

from collections.abc import Iterator

from services.agents.business_plan.drivers import MONTHS
from services.agents.business_plan.models import (
    BusinessModelDraft,
    Evidence,
    FinancialAssumptionsDraft,
    ScenarioChange,
)
from services.agents.business_plan.projection import LONGEST_LIFETIME
from services.agents.business_plan.results import AssumptionRow, FormulaRow

_MONEY = (
    ("marketing_budget", "Marketing budget at launch", "per month"),
    ("acquisition_cost", "Marketing spend per new customer", "per customer"),
    ("opening_cash", "Cash brought by the founders", ""),
)
_PERCENT = (
    ("marketing_growth", "Growth of the marketing budget", "percent per month"),
    ("organic_share", "New customers who come without paid marketing", "percent of new customers"),
    ("monthly_churn", "Customers lost", "percent per month"),
    ("variable_cost_share", "Variable costs", "percent of revenue"),
    ("payment_fee_share", "Payment and marketplace fees", "percent of revenue"),
    ("price_increase", "Increase of prices", "percent per year"),
    ("cost_inflation", "Increase of wages and fixed costs", "percent per year"),
)
_COUNT = (
    ("starting_customers", "Customers at launch", "customers"),
    ("customer_ceiling", "Most customers at a time", "customers"),
)
_CHANGES = (
    ("price_change", "prices"),
    ("acquisition_cost_change", "marketing spend per new customer"),
    ("churn_change", "churn"),
    ("cost_change", "all costs but marketing"),
)


def assumption_rows(business: BusinessModelDraft, numbers: FinancialAssumptionsDraft) -> list[AssumptionRow]:
    """The table, in the order in which the projection uses it."""
    return [
        *_pricing(business),
        _row("launch_month", "Launch", numbers.launch_month, "month of the plan", numbers.launch_month_basis),
        *_drivers(numbers, business.currency),
        *_costs(numbers, business.currency),
        _row(
            "reserve_months", "Reserve in the funding ask", numbers.reserve_months, "months", "Buffer for a late launch"
        ),
        *_changes("cautious", numbers.cautious),
        *_changes("ambitious", numbers.ambitious),
    ]


def _pricing(business: BusinessModelDraft) -> Iterator[AssumptionRow]:
    for number, tier in enumerate(business.pricing, start=1):
        key, unit = f"pricing.{number}", f"{business.currency} {tier.billing}"
        yield _row(f"{key}.price", f"{tier.name}: price", tier.price, unit, tier.basis)
        yield _row(
            f"{key}.customer_share", f"{tier.name}: share", tier.customer_share, "percent of customers", tier.basis
        )
        if tier.billing not in ("per month", "per year"):
            unit = "purchases per customer and month"
            yield _row(
                f"{key}.purchases_per_month", f"{tier.name}: purchases", tier.purchases_per_month, unit, tier.basis
            )


def _drivers(numbers: FinancialAssumptionsDraft, currency: str) -> Iterator[AssumptionRow]:
    units = [
        *((name, label, f"{currency} {unit}".strip()) for name, label, unit in _MONEY),
        *_PERCENT,
        *_COUNT,
    ]
    for name, label, unit in units:
        stated = getattr(numbers, name)
        yield _row(name, label, stated.value, unit, stated.basis, stated.evidence)


def _costs(numbers: FinancialAssumptionsDraft, currency: str) -> Iterator[AssumptionRow]:
    for number, cost in enumerate(numbers.fixed_costs, start=1):
        key = f"fixed_costs.{number}"
        yield _row(f"{key}.monthly_amount", cost.name, cost.monthly_amount, f"{currency} per month", cost.basis)
        yield _row(f"{key}.from_month", f"{cost.name}: from", cost.from_month, "month of the plan", cost.basis)
    for number, role in enumerate(numbers.staff, start=1):
        key, unit = f"staff.{number}", f"{currency} per person and month"
        yield _row(f"{key}.headcount", f"{role.title}: people", role.headcount, "people", role.basis)
        yield _row(f"{key}.monthly_cost", f"{role.title}: cost", role.monthly_cost, unit, role.basis)
        yield _row(f"{key}.from_month", f"{role.title}: from", role.from_month, "month of the plan", role.basis)
    for number, once in enumerate(numbers.one_off_costs, start=1):
        key = f"one_off_costs.{number}"
        yield _row(f"{key}.amount", once.name, once.amount, f"{currency} once", once.basis)
        yield _row(f"{key}.month", f"{once.name}: in", once.month, "month of the plan", once.basis)


def _changes(name: str, change: ScenarioChange) -> Iterator[AssumptionRow]:
    for field, label in _CHANGES:
        yield _row(
            f"{name}.{field}", f"{name.capitalize()}: {label}", getattr(change, field), "percent change", change.reason
        )


def _row(key: str, label: str, value: float, unit: str, basis: str, evidence: Evidence = "assumption") -> AssumptionRow:
    return AssumptionRow(key=key, label=label, value=value, unit=unit, evidence=evidence, basis=basis)


FORMULAS = (
    (
        "Price per customer and month",
        "sum over tiers of price x purchases per month x share of customers; a yearly price counts a twelfth",
    ),
    (
        "Marketing of a month",
        "budget at launch x (1 + growth) ^ months since launch; none before launch; near the ceiling only what "
        "fills it",
    ),
    (
        "New customers",
        "marketing / spend per new customer / (1 - share who come without it); plus customers at launch in the "
        "launch month",
    ),
    ("Lost customers", "customers at the end of the month before x churn"),
    (
        "Customers",
        "customers of the month before - lost + new, at most the ceiling; expected values, so fractions occur",
    ),
    (
        "Revenue",
        "average of customers at start and end of the month x price per customer x (1 + price increase) ^ full "
        "years passed",
    ),
    ("Variable costs", "revenue x (variable share + fee share)"),
    ("Wages, fixed costs", "sum of those already running x (1 + increase) ^ full years passed"),
    (
        "Result",
        "revenue - variable costs - marketing - wages - fixed costs - one-off costs; before tax and interest, "
        "without sales tax",
    ),
    ("Cash", "founders' cash + all results so far; payments are assumed in the month of the sale or cost"),
    ("Break-even", f"first month from launch on from which no month up to {MONTHS} has a negative result"),
    ("CAC", "spend per new customer x (1 - share who come without it)"),
    ("LTV", f"price per customer x gross margin x lifetime; lifetime = 1 / churn, at most {LONGEST_LIFETIME} months"),
    ("Payback", "CAC / (price per customer x gross margin)"),
    ("Left out", "taxes, interest, terms of payment, seasons"),
    ("Sensitivity", "result of the third year of the base scenario with one driver 20 percent lower or higher"),
)


def formula_rows() -> list[FormulaRow]:
    """The formulas behind every computed number, as the plan prints them."""
    return [FormulaRow(name=name, formula=formula) for name, formula in FORMULAS]
