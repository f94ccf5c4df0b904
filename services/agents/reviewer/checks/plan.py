"""Business plans: computed again from their own table and formulas, sources followed, prices against comparables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from agent_sdk.sheet import MONTHS, Period, Values, work_out
from services.agents.reviewer.deliverables import Deliverable, number, plain
from services.agents.reviewer.models import Finding
from services.agents.reviewer.rubric import MARKET

CHANGES = ("price_change", "acquisition_cost_change", "churn_change", "cost_change")
"""What a scenario changes; 0 in the base."""
PERIODS: Mapping[str, Period] = {"scenario": "scenario", "month": "month", "year": "year"}
MAX_FORMULAS, MAX_FORMULA, MAX_ROWS = 200, 600, 400
"""Formulas, characters of one, rows of the table: beyond them nothing is computed."""
SALES_TAX = 1.25
"""Published prices may include sales tax up to a quarter; the plan's prices never do."""
FAR = 1.5
"""Times beyond the range of the comparables from which a price has to be explained."""


@dataclass(frozen=True, slots=True)
class _Formula:
    id: str
    formula: str
    per: Period


def plan_findings(plan: Deliverable, all_: Sequence[Deliverable]) -> Iterator[Finding]:
    """What is wrong with a plan, alone and beside the research."""
    yield from _arithmetic(plan)
    yield from _sources(plan, all_)
    yield from _prices(plan)
    yield from _comparables(plan, all_)


def _arithmetic(plan: Deliverable) -> Iterator[Finding]:
    try:
        wrong = list(_wrong(plan))
    except (ArithmeticError, LookupError, ValueError, TypeError, RecursionError) as error:
        yield plan.finding(
            "arithmetic",
            "critical",
            "It cannot be computed again from its table and formulas",
            evidence=f"{type(error).__name__}: {error}",
            suggestion="Hand on every assumption and every formula.",
        )
        return
    if wrong:
        yield plan.finding(
            "arithmetic",
            "critical",
            f"{len(wrong)} numbers do not follow from the table of assumptions",
            evidence="; ".join(wrong[:3]),
            suggestion="Compute them again; state no number beside the formulas.",
        )


def _wrong(plan: Deliverable) -> Iterator[str]:
    """Every number that is not what its formula gives. Raises what computing raises."""
    rows, formulas = plan.rows("assumptions_table"), plan.rows("formulas")
    if len(rows) > MAX_ROWS or len(formulas) > MAX_FORMULAS:
        raise ValueError(f"{len(rows)} assumptions and {len(formulas)} formulas are more than are computed")
    texts = [_Formula(str(row["id"]), str(row["formula"]), PERIODS[str(row["per"])]) for row in formulas]
    for each in texts:
        if len(each.formula) > MAX_FORMULA or each.formula.count("total(") > 2:
            raise ValueError(f"the formula {each.id} is too long to be computed")
    table = {str(row["id"]): Decimal(str(row["value"])) for row in rows}
    values: Values | None = None
    for scenario in plan.rows("scenarios"):
        name = str(scenario.get("name"))
        values = work_out(texts, table | {each: table.get(f"{name}.{each}", Decimal(0)) for each in CHANGES})
        yield from _differs(scenario, values.single, "", name)
        yield from _differs(_mapping(scenario.get("unit_economics")), values.single, "", name)
        for part, series, prefix, count in (
            ("months", values.monthly, "", MONTHS),
            ("years", values.yearly, "year.", MONTHS // 12),
        ):
            found = scenario.get(part)
            if not isinstance(found, list) or len(found) != count:
                raise ValueError(f"the scenario {name} has not {count} {part}")
            for index, row in enumerate(found):
                yield from _differs(
                    row, {id_: each[index] for id_, each in series.items()}, prefix, f"{name} {part} {index + 1}"
                )
        if name == "base":
            funding = {"funding_cents": plan.get("funding", "amount_cents")}
            yield from _differs(funding, values.single, "", "funding")
    if values is None:
        raise ValueError("there is no scenario")


def _differs(row: Mapping[str, Any], values: Mapping[str, Decimal], prefix: str, where: str) -> Iterator[str]:
    for name, stated in row.items():
        value = values.get(prefix + name.removesuffix("_cents"))
        if value is None or (stated is not None and number(stated) is None):
            continue
        if value.is_nan():
            same = stated is None
        else:
            exact = (value * 100).to_integral_value(ROUND_HALF_EVEN) if name.endswith("_cents") else value
            same = stated is not None and abs(float(exact) - float(stated)) <= 1e-6 * max(1.0, abs(float(exact)))
        if not same:
            yield f"{where}: {name} is {stated}, computed {value:f}"


def _sources(plan: Deliverable, all_: Sequence[Deliverable]) -> Iterator[Finding]:
    research = next((each for each in all_ if each.kind == MARKET), None)
    known = {f"plan:{number_}" for number_, _ in enumerate(plan.rows("sources"), start=1)}
    if research is not None:
        known |= {MARKET} | {f"{MARKET}:{row.get('id')}" for row in research.rows("sources")}
    lost = [
        f"{row.get('label')} cites {row.get('source') or 'nothing'}"
        for row in plan.rows("assumptions_table")
        if row.get("evidence") in ("source", "research") and row.get("source") not in known
    ]
    if lost:
        yield plan.finding(
            "sources",
            "major",
            f"{len(lost)} assumptions are called sourced and lead to no source at hand",
            evidence="; ".join(lost[:3]),
            suggestion="Name the source, or mark them as assumptions.",
        )


def _prices(plan: Deliverable) -> Iterator[Finding]:
    """Prices outside what the plan's own comparables cost."""
    paid = {row.get("name") for row in plan.rows("pricing") if number(row.get("customer_share"))}
    for row in plan.rows("price_comparisons"):
        price = number(row.get("price_cents"))
        amounts = [a for each in _list(row.get("comparables")) if (a := number(_mapping(each).get("amount_cents")))]
        if price is None or not amounts or row.get("tier") not in paid:
            continue
        low, high = min(amounts), max(amounts)
        beyond = max(price / high, low / (price * SALES_TAX) if price else FAR)
        if beyond > 1:
            side = "above" if price > high else "below"
            span = f"{low / 100:,.2f} to {high / 100:,.2f}"
            yield plan.finding(
                "prices",
                "major" if beyond >= FAR else "minor",
                f"'{row.get('tier')}' costs {price / 100:,.2f}, {side} all comparables ({span})",
                evidence=f"{row.get('tier')}: {price / 100:.2f} {row.get('billing')}",
                suggestion="Choose a price within the range, or say what customers get for the difference.",
            )


def _comparables(plan: Deliverable, all_: Sequence[Deliverable]) -> Iterator[Finding]:
    """Comparables that the research knows at another price."""
    rivals = {
        plain(str(row.get("name"))): monthly
        for each in all_
        if each.kind == MARKET
        for row in each.rows("competitors")
        if (monthly := number(row.get("monthly_price")))
    }
    for tier in plan.rows("pricing"):
        for each in map(_mapping, _list(tier.get("comparables")) if tier.get("billing") == "per month" else ()):
            stated, known = number(each.get("amount")), rivals.get(plain(str(each.get("name"))))
            if stated and known and not known / SALES_TAX <= stated <= known * 1.02:
                yield plan.finding(
                    "prices",
                    "major",
                    f"{each.get('name')} is compared at {stated:g}; the research says {known:g}",
                    evidence=f"{each.get('name')}: {each.get('price')}",
                    suggestion="Take the research's price.",
                )
    if rivals and not plan.rows("price_comparisons"):
        yield plan.finding(
            "prices", "minor", "No price is compared with those the research found", suggestion="Compare them."
        )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
