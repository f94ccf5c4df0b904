"""Market research: its size computed again from its inputs, and every source followed."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from math import prod
from typing import Any

from services.agents.reviewer.deliverables import Deliverable, number
from services.agents.reviewer.models import Finding

ENDS = ("low", "base", "high")
YEARS = 5
"""Years of a `growth` formula."""
SIZES = ("tam", "sam", "som", "bottom_up")


def market_findings(market: Deliverable, _: Sequence[Deliverable]) -> Iterator[Finding]:
    """What is wrong with a market research by itself."""
    yield from _arithmetic(market)
    yield from _sources(market)


def _arithmetic(market: Deliverable) -> Iterator[Finding]:
    inputs = {str(row.get("id")): row for row in market.rows("inputs")}
    done: dict[str, Mapping[str, Any]] = dict(inputs)
    wrong: list[str] = []
    for row in market.rows("formulas"):
        done[str(row.get("id"))] = row
        for end in ENDS:
            stated = number(row.get(end))
            if stated is None:
                continue
            computed = _compute(row, done, end)
            if computed is None or abs(computed - Decimal(str(stated))) > Decimal("0.005"):
                wrong.append(f"{row.get('id')} {end} is {stated:g}, its formula gives {_shown(computed)}")
    for name in SIZES:
        formula = done.get(name)
        for end in ENDS if formula else ():
            shown, computed_ = number(market.get("size", name, end)), number(formula.get(end) if formula else None)
            if shown is not None and computed_ is not None and shown != computed_:
                wrong.append(f"size.{name}.{end} is {shown:g}, the formula {name} says {computed_:g}")
    if wrong:
        yield market.finding(
            "arithmetic",
            "critical",
            f"{len(wrong)} figures do not follow from their inputs",
            evidence="; ".join(wrong[:3]),
            suggestion="Compute them again from the table of inputs.",
        )
    if inputs and not market.rows("formulas"):
        yield market.finding(
            "arithmetic", "major", "The size names inputs and no formula", suggestion="Say how it is computed."
        )


def _compute(row: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]], end: str) -> Decimal | None:
    """What a formula gives at one end; None when its terms or operation are not known."""
    names = row.get("terms")
    rows = [known.get(str(name)) for name in names] if isinstance(names, list) else []
    operation = row.get("operation")
    at = "base" if operation in ("ratio", "growth") else end
    values = [number(each.get(at)) if each else None for each in rows]
    if not values or any(value is None for value in values):
        return None
    numbers = [Decimal(str(value)) for value in values]
    match operation:
        case "product":
            parts = [
                n / 100 if each and each.get("unit") == "percent" else n for n, each in zip(numbers, rows, strict=True)
            ]
            return _whole(prod(parts, start=Decimal(1)))
        case "sum":
            return _whole(sum(numbers, Decimal(0)))
        case "growth" if len(numbers) == 2:
            return _whole(numbers[0] * (1 + numbers[1] / 100) ** YEARS)
        case "ratio" if len(numbers) == 2 and min(numbers) > 0:
            return (max(numbers) / min(numbers)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    return None


def _whole(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_HALF_EVEN)


def _shown(value: Decimal | None) -> str:
    return "nothing" if value is None else f"{value:f}"


def _sources(market: Deliverable) -> Iterator[Finding]:
    sources = {str(row.get("id")): row for row in market.rows("sources") if row.get("id")}
    unknown: list[str] = []
    bare: list[str] = []
    for part in ("inputs", "competitors", "facts", "trends"):
        for row in market.rows(part):
            name = str(row.get("label") or row.get("name") or row.get("statement") or row.get("title"))
            ids = row.get("source_ids")
            ids = ids if isinstance(ids, list) else []
            unknown += [f"{name} cites {id_}" for id_ in ids if str(id_) not in sources]
            if row.get("evidence") == "source" and not ids:
                bare.append(name)
    if unknown:
        yield market.finding(
            "sources",
            "major",
            f"{len(unknown)} citations lead to no source that is listed",
            evidence="; ".join(unknown[:3]),
            suggestion="Cite a page that was read, or mark the figure as an assumption.",
        )
    if bare:
        yield market.finding(
            "sources",
            "major",
            f"{len(bare)} figures are called sourced and name no source",
            evidence="; ".join(bare[:3]),
            suggestion="Name the page, or mark the figure as an assumption.",
        )
    for row in sources.values():
        excerpt, stated = row.get("excerpt"), row.get("sha256")
        if excerpt and stated and hashlib.sha256(str(excerpt).encode()).hexdigest() != stated:
            yield market.finding(
                "sources",
                "critical",
                f"What is cited of source {row.get('id')} is not what was read",
                evidence=str(excerpt),
                suggestion="Read the page again.",
            )
