"""Every number the plan starts from in one table, each with its range, its source or the reason for assuming it."""

from collections.abc import Callable, Collection, Iterator, Sequence

from services.agents.business_plan.kinds import KINDS
from services.agents.business_plan.models import BusinessModelDraft, Comparable, Evidence, PricingTier
from services.agents.business_plan.numbers import Estimate, FinancialAssumptionsDraft, ScenarioChange
from services.agents.business_plan.results import AssumptionRow

SourceOf = Callable[[Evidence, str], tuple[Evidence, str]]
"""From what the model says of a number (its evidence, its basis) to the evidence that holds and the source's id."""

_STATED = (
    ("starting_customers", "Customers at launch", "customers"),
    ("marketing_budget", "Marketing budget at launch", "{} per month"),
    ("marketing_growth", "Growth of the marketing budget", "percent per month"),
    ("cost_per_lead", "Marketing spend per interested person", "{} per person"),
    ("lead_conversion", "Interested persons who buy", "percent of interested persons"),
    ("organic_share", "New customers without advertising", "percent of new customers"),
    ("monthly_churn", "Customers lost", "percent per month"),
    ("customer_ceiling", "Most customers at a time", "customers"),
    ("variable_cost_share", "Variable costs", "percent of revenue"),
    ("payment_fee_share", "Payment and marketplace fees", "percent of revenue"),
    ("price_increase", "Increase of prices", "percent per year"),
    ("cost_inflation", "Increase of wages and fixed costs", "percent per year"),
    ("opening_cash", "Cash brought by the founders", "{}"),
)
_CHANGES = (
    ("price_change", "prices"),
    ("acquisition_cost_change", "marketing spend per new customer"),
    ("churn_change", "churn"),
    ("cost_change", "all costs but marketing"),
)
_Span = tuple[float | None, float | None]
_DECIDED: _Span = (None, None)


def assumption_rows(
    business: BusinessModelDraft,
    numbers: FinancialAssumptionsDraft,
    source_of: SourceOf,
    assumed_prices: Collection[str] = (),
) -> list[AssumptionRow]:
    """The table, in the order in which the projection uses it. `assumed_prices` are of competitors the research
    names, in lower case, with a price that stands nowhere."""
    bad, good = numbers.pessimistic, numbers.optimistic
    prices, costs = (bad.price_change, good.price_change), (good.cost_change, bad.cost_change)
    table = _Table(source_of, assumed_prices, prices, costs)
    return [
        *table.pricing(business),
        table.row("launch_month", "Launch", numbers.launch_month, "month of the plan", numbers.launch_month_basis),
        *table.stated(business, numbers),
        *table.costs(numbers, business.currency),
        table.row("reserve_months", "Reserve in the funding ask", numbers.reserve_months, "months", _RESERVE),
        *table.changes("pessimistic", bad),
        *table.changes("optimistic", good),
    ]


_RESERVE = "Buffer for a late launch"


class _Table:
    """Makes rows; knows where sources are and how far the scenarios move prices and costs, in percent."""

    def __init__(
        self,
        source_of: SourceOf,
        assumed_prices: Collection[str],
        prices: tuple[float, float],
        costs: tuple[float, float],
    ) -> None:
        self._source_of = source_of
        self._assumed_prices = assumed_prices
        self._prices = prices
        self._costs = costs

    def row(
        self, id_: str, label: str, value: float, unit: str, basis: str, *, evidence: Evidence = "assumption",
        span: _Span = _DECIDED,
    ) -> AssumptionRow:  # fmt: skip
        """One number; without a span it is a decision."""
        held, source = self._source_of(evidence, basis)
        low, high = span
        return AssumptionRow(
            id=id_, label=label, value=value, unit=unit, low=low, high=high, evidence=held, source=source, basis=basis
        )

    def pricing(self, business: BusinessModelDraft) -> Iterator[AssumptionRow]:
        for number, tier in enumerate(business.pricing, start=1):
            yield from self._tier(f"pricing.{number}", tier, business.currency)

    def _tier(self, key: str, tier: PricingTier, currency: str) -> Iterator[AssumptionRow]:
        unit = f"{currency} {tier.billing}"
        span = _moved(tier.price, self._prices)
        yield self.row(f"{key}.price", f"{tier.name}: price", tier.price, unit, tier.basis, span=span)
        share, people = tier.customer_share, "percent of customers"
        yield self.row(f"{key}.customer_share", f"{tier.name}: share", share, people, tier.basis)
        if tier.billing not in ("per month", "per year"):
            label, often = f"{tier.name}: purchases", "purchases per customer and month"
            yield self.row(f"{key}.purchases_per_month", label, tier.purchases_per_month, often, tier.basis)
        for index, each in enumerate(tier.comparables, start=1):
            yield self._comparable(f"{key}.comparables.{index}.amount", tier, each, unit)

    def _comparable(self, id_: str, tier: PricingTier, each: Comparable, unit: str) -> AssumptionRow:
        assumed = each.source.casefold() == "assumption" or each.name.casefold() in self._assumed_prices
        evidence: Evidence = "assumption" if assumed else "source"
        basis = f"{each.name}: {each.price} ({each.source})"
        return self.row(id_, f"{tier.name}: {each.name} charges", each.amount, unit, basis, evidence=evidence)

    def stated(self, business: BusinessModelDraft, numbers: FinancialAssumptionsDraft) -> Iterator[AssumptionRow]:
        for name, label, unit in (*_STATED, *KINDS[business.kind].rows):
            each: Estimate = getattr(numbers, name)
            words, span = unit.format(business.currency), (each.low, each.high)
            yield self.row(name, label, each.value, words, each.basis, evidence=each.evidence, span=span)

    def costs(self, numbers: FinancialAssumptionsDraft, currency: str) -> Iterator[AssumptionRow]:
        month, monthly = "month of the plan", f"{currency} per month"
        for number, cost in enumerate(numbers.fixed_costs, start=1):
            key, span = f"fixed_costs.{number}", _moved(cost.monthly_amount, self._costs)
            yield self.row(f"{key}.monthly_amount", cost.name, cost.monthly_amount, monthly, cost.basis, span=span)
            yield self.row(f"{key}.from_month", f"{cost.name}: from", cost.from_month, month, cost.basis)
        for number, role in enumerate(numbers.staff, start=1):
            key, unit = f"staff.{number}", f"{currency} per person and month"
            span = _moved(role.monthly_cost, self._costs)
            yield self.row(f"{key}.headcount", f"{role.title}: people", role.headcount, "people", role.basis)
            yield self.row(f"{key}.monthly_cost", f"{role.title}: cost", role.monthly_cost, unit, role.basis, span=span)
            yield self.row(f"{key}.from_month", f"{role.title}: from", role.from_month, month, role.basis)
        for number, once in enumerate(numbers.one_off_costs, start=1):
            key, span = f"one_off_costs.{number}", _moved(once.amount, self._costs)
            yield self.row(f"{key}.amount", once.name, once.amount, f"{currency} once", once.basis, span=span)
            yield self.row(f"{key}.in_month", f"{once.name}: in", once.month, month, once.basis)

    def changes(self, name: str, change: ScenarioChange) -> Iterator[AssumptionRow]:
        for field, label in _CHANGES:
            value, words = getattr(change, field), f"{name.capitalize()}: {label}"
            yield self.row(f"{name}.{field}", words, value, "percent change", change.reason)


def _moved(value: float, percents: Sequence[float]) -> _Span:
    """Where the scenarios put a value; no span when they leave it where it is."""
    low, high = (round(value * (1 + percent / 100), 2) for percent in percents)
    return (low, high) if low < value or value < high else _DECIDED
