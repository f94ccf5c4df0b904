"""The size of the market, computed a second time from nothing but the inputs and formulas that the result states.

Shares no code with the agent: exact fractions where that uses decimals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import prod
from typing import Any

from tools.eval.checks.finding import Finding
from tools.eval.deliverables import Deliverables
from tools.eval.requests import Request

_WHERE = "market_research/result.json"
_ENDS = ("low", "base", "high")
_YEARS = 5
_CLOSE, _SAME_ORDER = 2, 5


def look(made: Deliverables, request: Request) -> Iterator[Finding]:
    """Inputs, every formula, and the size that is made of them."""
    result = made.result("market_research")
    if result is None:
        return
    inputs = {row["id"]: row for row in result["inputs"]}
    for id_, row in inputs.items():
        if not row["low"] <= row["base"] <= row["high"]:
            yield Finding(f"{_WHERE} inputs {id_!r}", f"low, base, high are {row['low']}, {row['base']}, {row['high']}")
    values = _computed(result)
    for formula in result["formulas"]:
        for end in _ENDS:
            told, own = formula[end], values[formula["id"]][end]
            if told is not None and (own is None or Fraction(str(told)) != own):
                yield Finding(
                    f"{_WHERE} formulas {formula['id']!r}", f"{end} is {told}; computed again it is {_shown(own)}"
                )
    yield from _size(result, values)


def _computed(result: Mapping[str, Any]) -> dict[str, dict[str, Fraction | None]]:
    units = {row["id"]: row["unit"] for row in (*result["inputs"], *result["formulas"])}
    known: dict[str, dict[str, Fraction | None]] = {
        row["id"]: {end: Fraction(str(row[end])) for end in _ENDS} for row in result["inputs"]
    }
    for formula in result["formulas"]:
        scaled = [(known[term], 100 if units[term] == "percent" else 1) for term in formula["terms"]]
        known[formula["id"]] = {
            end: _value(formula["operation"], [(term[end], scale) for term, scale in scaled]) for end in _ENDS
        }
    return known


def _value(operation: str, terms: list[tuple[Fraction | None, int]]) -> Fraction | None:
    values = [value for value, _ in terms if value is not None]
    if len(values) < len(terms):
        return None
    if operation == "ratio":
        return round(max(values) / min(values), 2) if min(values) > 0 else None
    if operation == "growth":
        return Fraction(round(values[0] * (1 + values[1] / 100) ** _YEARS))
    parts = [value / scale for value, (_, scale) in zip(values, terms, strict=True)]
    return Fraction(round(prod(parts, start=Fraction(1)) if operation == "product" else sum(parts, Fraction(0))))


def _size(result: Mapping[str, Any], values: Mapping[str, Mapping[str, Fraction | None]]) -> Iterator[Finding]:
    size = result["size"]
    amounts = [(name, size[name], name) for name in ("tam", "sam", "som", "bottom_up")]
    amounts += [(f"segment {each['segment']!r}", each["amount"], f"segment_{number}")
                for number, each in enumerate(size["bottom_up_segments"], start=1)]  # fmt: skip
    for label, amount, id_ in amounts:
        for end in _ENDS:
            if values[id_][end] != amount[end]:
                yield Finding(
                    f"{_WHERE} size", f"{label} {end} is {amount[end]}; its formula gives {_shown(values[id_][end])}"
                )
    singles = {name: values[name]["base"] for name in ("agreement_ratio", "annual_growth", "tam_in_five_years")}
    for name, own in singles.items():
        told = None if size[name] is None else Fraction(str(size[name]))
        if told != own:
            yield Finding(f"{_WHERE} size", f"{name} is {size[name]}; computed again it is {_shown(own)}")
    ratio = singles["agreement_ratio"]
    word = "far apart" if ratio is None or ratio > _SAME_ORDER else "close" if ratio <= _CLOSE else "same order"
    if size["agreement"] != word:
        yield Finding(f"{_WHERE} size", f"the two ways are called {size['agreement']!r}; they are {word!r}")


def _shown(value: Fraction | None) -> str:
    return "nothing" if value is None else f"{float(value):g}" if value.denominator > 1 else str(value)
