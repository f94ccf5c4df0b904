"""Computes a business plan a second time, from nothing but what it prints: its assumptions and its formulas.

Shares no code with the agent, nor with `agent_sdk.sheet`, on which agent and reviewer stand: a fault there would pass
unseen. Exact fractions where those use decimals, asks for values when they are needed where those compute in order.
What has no value is None.
"""

import ast
import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

Value = Fraction | None
MONTHS = 36


class Evaluator:
    """The values of one scenario. `plan` is the agent's result as JSON."""

    def __init__(self, plan: Mapping[str, Any], scenario: str = "base", moved: Mapping[str, Fraction] | None = None):
        stated = {row["id"]: Fraction(str(row["value"])) for row in plan["assumptions_table"]}
        changes = ("price_change", "acquisition_cost_change", "churn_change", "cost_change")
        self._stated = stated | {name: stated.get(f"{scenario}.{name}", Fraction(0)) for name in changes}
        self._stated |= moved or {}
        self._formulas = {row["id"]: row for row in plan["formulas"]}
        self._trees = {id_: _tree(row["formula"]) for id_, row in self._formulas.items()}
        self._known: dict[tuple[str, int], Value] = {}
        self._groups: dict[str, list[dict[str, str]]] = {}

    def value(self, id_: str, period: int = 0) -> Value:
        """The value of an id; of month or year `period` when it has one for each."""
        if id_ in self._stated:
            return self._stated[id_]
        if self._formulas[id_]["per"] == "scenario":
            period = 0
        if (id_, period) not in self._known:
            self._known[id_, period] = self._evaluate(self._trees[id_], self._formulas[id_]["per"], period, {})
        return self._known[id_, period]

    def _entries(self, group: str) -> list[dict[str, Fraction]]:
        return [{name: self._sure(id_) for name, id_ in entry.items()} for entry in self._ids_of(group)]

    def _ids_of(self, group: str) -> list[dict[str, str]]:
        """Of each entry of a group its names and their ids."""
        if group not in self._groups:
            found: dict[str, dict[str, str]] = {}
            for id_ in (*self._stated, *self._formulas):
                start, _, name = id_.rpartition(".")
                if start.rpartition(".")[0] == group:
                    found.setdefault(start, {})[name] = id_
            self._groups[group] = list(found.values())
        return self._groups[group]

    def _sure(self, id_: str) -> Fraction:
        value = self.value(id_)
        assert value is not None
        return value

    def _evaluate(self, node: ast.AST, per: str, period: int, entry: Mapping[str, Fraction]) -> Value:
        def inner(one: ast.AST) -> Value:
            return self._evaluate(one, per, period, entry)

        if isinstance(node, ast.Constant):
            return Fraction(str(node.value))
        if isinstance(node, ast.Name):
            name = node.id.replace("__", ".")
            clocks = {"month": period, "year": period if per == "year" else (period + 11) // 12}
            if name in entry:
                return entry[name]
            return Fraction(clocks[name]) if name in clocks else self.value(name, period)
        if isinstance(node, ast.UnaryOp):
            value = inner(node.operand)
            return None if value is None else -value
        if isinstance(node, ast.BinOp):
            return _both(type(node.op).__name__, inner(node.left), inner(node.right))
        if isinstance(node, ast.Compare):
            return _both(type(node.ops[0]).__name__, inner(node.left), inner(node.comparators[0]))
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        name, first = node.func.id, node.args[0]
        if name == "total":
            assert isinstance(first, ast.Name)
            parts = [self._evaluate(node.args[1], per, period, each) for each in self._entries(first.id)]
            return sum((part for part in parts if part is not None), Fraction(0))
        if name in _PLAIN:
            numbers = [inner(each) for each in node.args]
            return None if None in numbers else _PLAIN[name](*numbers)
        assert isinstance(first, ast.Name)
        return self._over_months(name, first.id, [inner(each) for each in node.args[1:]], period)

    def _over_months(self, name: str, series: str, given: list[Value], period: int) -> Value:
        if name == "before":
            return self.value(series, period - 1) if period > 1 else given[0]
        if name in ("sum", "end"):
            year = self._months(series)[12 * (period - 1) : 12 * period]
            return sum(year, Fraction(0)) if name == "sum" else year[-1]
        months, first = self._months(series), given[0] if given else None
        if name == "last":
            return months[-1]
        assert first is not None
        if name == "at":
            return months[int(first) - 1] if first else Fraction(0)
        if name == "until":
            return sum(months[: int(first)], Fraction(0))
        if name == "lasting":
            good = [m for m in range(int(first), MONTHS + 1) if all(value >= 0 for value in months[m - 1 :])]
            return Fraction(good[0]) if good else None
        lowest = min([first, *months])
        return lowest if name == "lowest" else Fraction([first, *months].index(lowest))

    def _months(self, series: str) -> list[Fraction]:
        found = [self.value(series, month) for month in range(1, MONTHS + 1)]
        return [value for value in found if value is not None]


@lru_cache(maxsize=4096)
def _tree(formula: str) -> ast.AST:
    dotted = re.sub(r"[a-z_]+(\.\w+)+", lambda match: match[0].replace(".", "__"), formula)
    return ast.parse(dotted.replace("^", "**"), mode="eval").body


def _both(name: str, left: Value, right: Value) -> Value:
    if left is None or right is None:
        return None
    operations: dict[str, Callable[[], Fraction]] = {
        "Add": lambda: left + right,
        "Sub": lambda: left - right,
        "Mult": lambda: left * right,
        "Div": lambda: left / right,
        "Pow": lambda: left ** int(right),
        "Eq": lambda: Fraction(left == right),
        "GtE": lambda: Fraction(left >= right),
        "Gt": lambda: Fraction(left > right),
    }
    return operations[name]()


def _middle(*numbers: Fraction) -> Fraction:
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


_PLAIN: Mapping[str, Callable[..., Value]] = {
    "min": lambda *numbers: min(numbers),
    "max": lambda *numbers: max(numbers),
    "median": _middle,
    "round": lambda value, places: round(value, int(places)),
    "round_up": lambda value, step: math.ceil(value / step) * step,
    "round_down": lambda value, step: math.floor(value / step) * step,
    "ratio": lambda value, by: value / by if by else None,
}
