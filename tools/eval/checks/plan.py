"""The plan, computed a second time by an evaluator of its own from nothing but its assumptions and formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from tools.eval.checks.finding import Finding
from tools.eval.checks.numbers import numbers, strangers
from tools.eval.deliverables import Deliverables
from tools.eval.plan_evaluator import MONTHS, Evaluator, Value
from tools.eval.requests import Request

_WHERE = "business_plan/result.json"


def look(made: Deliverables, request: Request) -> Iterator[Finding]:
    """Scenarios, funding, sensitivity, prices, the table as CSV."""
    result = made.result("business_plan")
    if result is None:
        return
    ids = [row["id"] for row in (*result["assumptions_table"], *result["formulas"])]
    if len(set(ids)) < len(ids):
        yield Finding(_WHERE, "two rows or formulas have the same id")
    for scenario in result["scenarios"]:
        yield from _scenario(scenario, Evaluator(result, scenario["name"]))
    yield from _funding(result["funding"], Evaluator(result))
    yield from _sensitivity(result)
    yield from _prices(result)
    for name, file in made.files("business_plan").items():
        if name.endswith(".csv"):
            yield from _table(file.where, file.text, result)


def _scenario(scenario: Mapping[str, Any], ids: Evaluator) -> Iterator[Finding]:
    name = scenario["name"]
    if (len(scenario["months"]), len(scenario["years"])) != (36, 3):
        yield Finding(f"{_WHERE} {name}", "does not have 36 months and 3 years")
    for month in scenario["months"]:
        yield from _row(f"{name} month {month['month']}", month, ids, period=month["month"], skip=("month",))
    for year in scenario["years"]:
        yield from _row(f"{name} year {year['year']}", year, ids, prefix="year.", period=year["year"], skip=("year",))
    yield from _row(f"{name} unit economics", scenario["unit_economics"], ids)
    yield from _row(name, scenario, ids, skip=("name", "reason", "months", "years", "unit_economics"))


def _row(
    where: str, row: Mapping[str, Any], ids: Evaluator, *, prefix: str = "", period: int = 0, skip: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """Every field of a row is what the formula of its name gives."""
    for field, told in row.items():
        if field not in skip:
            yield from _same(f"{where} {field}", told, ids.value(prefix + field.removesuffix("_cents"), period), field)


def _same(where: str, told: float | None, own: Value, field: str) -> Iterator[Finding]:
    expected = None if own is None else float(own * 100) if field.endswith("_cents") else float(own)
    if told != expected:
        yield Finding(f"{_WHERE} {where}", f"is {told}; computed again it is {expected}")


def _funding(ask: Mapping[str, Any], ids: Evaluator) -> Iterator[Finding]:
    yield from _same("funding", ask["amount_cents"], ids.value("funding"), "amount_cents")
    if sum(use["amount_cents"] for use in ask["uses"]) != ask["amount_cents"]:
        yield Finding(f"{_WHERE} funding", "its uses do not add up to it")
    for use in ask["uses"]:
        yield from _same(f"funding {use['id']}", use["amount_cents"], ids.value(use["id"]), "amount_cents")
        yield from _same(
            f"funding {use['id']}", use["percent"], ids.value(use["id"].replace("use.", "part.")), "percent"
        )


def _sensitivity(result: Mapping[str, Any]) -> Iterator[Finding]:
    table = {row["id"]: Fraction(str(row["value"])) for row in result["assumptions_table"]}
    units = {row["id"]: row["unit"] for row in result["assumptions_table"]}
    for row in result["sensitivity"]:
        for side, factor in (("lower", Fraction(4, 5)), ("higher", Fraction(6, 5))):
            moved = {id_: table[id_] * factor for id_ in row["ids"]}
            moved = {id_: min(v, Fraction(100)) if "percent of" in units[id_] else v for id_, v in moved.items()}
            if row["ids"] == ["launch_month"]:  # in whole months, at least one
                by = max(1, round(table["launch_month"] / 5)) * (1 if side == "higher" else -1)
                moved = {"launch_month": min(max(table["launch_month"] + by, Fraction(1)), Fraction(MONTHS))}
            ids, where = Evaluator(result, moved=moved), f"sensitivity {row['driver']!r} {side}"
            yield from _same(where, row[f"cash_if_{side}_cents"], ids.value("cash_end"), "_cents")
            yield from _same(where, row[f"break_even_if_{side}"], ids.value("break_even_month"), "")


def _prices(result: Mapping[str, Any]) -> Iterator[Finding]:
    ids, table = Evaluator(result), {row["id"]: row["value"] for row in result["assumptions_table"]}
    by_tier = {each["tier"]: each for each in result["price_comparisons"]}
    for number, tier in enumerate(result["pricing"], start=1):
        key, where = f"pricing.{number}", f"{_WHERE} pricing {tier['name']!r}"
        if (table[f"{key}.price"], table[f"{key}.customer_share"]) != (tier["price"], tier["customer_share"]):
            yield Finding(where, "its price or share is not the one of the table of assumptions")
        compared = by_tier.get(tier["name"])
        if compared is None:
            continue
        for end in ("low", "median", "high"):
            own = ids.value(f"{key}.{end}")
            if own is None or abs(compared[f"{end}_cents"] - own * 100) > Fraction(1, 2):
                yield Finding(where, f"{end} of its comparables is {compared[f'{end}_cents']} cents; it is not")
        for index, each in enumerate(compared["comparables"], start=1):
            if each["amount_cents"] != round(table[f"{key}.comparables.{index}.amount"] * 100):
                yield Finding(where, f"what {each['name']!r} charges is not what the table of assumptions says")


def _table(where: str, text: str, result: Mapping[str, Any]) -> Iterator[Finding]:
    rows = list(csv.DictReader(io.StringIO(text)))
    told = [(row["scenario"], int(row["month"]), _column(row, "revenue"), _column(row, "cash")) for row in rows]
    own = [(scenario["name"], month["month"], month["revenue_cents"], month["cash_cents"])
           for scenario in result["scenarios"] for month in scenario["months"]]  # fmt: skip
    if told != own:
        yield Finding(where, "its months are not those of the result")


def _column(row: Mapping[str, str], name: str) -> int:
    return round(Fraction(next(value for column, value in row.items() if column.startswith(name))) * 100)


def look_at_summary(made: Deliverables, request: Request) -> Iterator[Finding]:
    """Each figure of the dossier's summary is, as it is rounded there, one of the results."""
    dossier = made.result("dossier")
    if dossier is None:
        return
    results = [made.result(kind) for kind in ("market_research", "branding", "business_plan")]
    known = [number for result in results for number in numbers(result)]
    for fact in dossier["facts"]:
        for text in (fact["value"], fact["note"]):
            for number in strangers(text, known):
                yield Finding("dossier/result.json", f"{fact['label']}: {number} in {text!r} is in no result")
