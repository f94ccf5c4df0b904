"""A small spreadsheet: formulas are data, this module computes them, so what a plan prints is what was computed.

A formula is text in terms of ids: numbers, `+ - * / ^`, brackets, comparisons (1 when true, else 0) and
the functions below. It is worked out once per scenario, for each month or for each year; formulas are
computed in their order and see everything computed before them. Exact decimals of 28 digits throughout;
nothing is rounded but where a formula says so, halves to even. Pure.

    total(group, x)      x added up over a group's entries; inside, a name means the entry's own field first
    before(id, first)    the month before's value; `first` in month 1
    sum(id), end(id)     over the months of the year; at its end
    at(id, month)        in that month; 0 in month 0
    until(id, month)     added up from month 1 to that month
    last(id)             in the last month
    lowest(id, first), month_of_lowest(id, first)   of `first` and all months; month 0 when it is `first`
    lasting(id, month)   first month, not before the given one, from which on the value is never negative
    min, max, median, round(x, places), round_up(x, step), round_down(x, step), ratio(a, b)

What has no value (`ratio` by 0, `lasting` when there is no such month) is NaN, which is shown as none.
"""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from itertools import groupby
from statistics import median
from typing import Literal, Protocol

MONTHS = 36
"""Length of every projection."""

NONE = Decimal("NaN")
"""The value of what has none."""

Period = Literal["scenario", "month", "year"]
Table = Mapping[str, Decimal]
"""Assumptions: id to value."""
_Entry = Mapping[str, Decimal]

_ZERO = Decimal(0)
_ITEM = re.compile(r"^([a-z_]+)\.(\d+)\.([a-z_]+)$")
_DOTTED = re.compile(r"[a-z_]+(?:\.\w+)+")
_NOTHING: _Entry = {}


class Formula(Protocol):
    """What the sheet needs of a formula."""

    @property
    def id(self) -> str: ...
    @property
    def formula(self) -> str: ...
    @property
    def per(self) -> Period: ...


@dataclass(slots=True)
class Values:
    """Everything a sheet knows after it has been worked out."""

    single: dict[str, Decimal]
    """Assumptions and what is computed once: id to value. While months are computed, also the present one's."""
    monthly: dict[str, list[Decimal]] = field(default_factory=dict)
    """Id to the values of months 1 to 36."""
    yearly: dict[str, list[Decimal]] = field(default_factory=dict)
    """Id to the values of years 1 to 3."""
    groups: dict[str, dict[int, dict[str, Decimal]]] = field(default_factory=dict)
    """Numbered entries, such as the roles of `staff`: group, number, field."""

    def put(self, id_: str, value: Decimal) -> None:
        """Remember a single value, as a field of its entry too when it is one's."""
        self.single[id_] = value
        item = _ITEM.match(id_)
        if item:
            self.groups.setdefault(item[1], {}).setdefault(int(item[2]), {})[item[3]] = value


_Expression = Callable[[Values, _Entry], Decimal]


def work_out(formulas: Sequence[Formula], table: Table) -> Values:
    """Compute all formulas in their order from the assumptions."""
    values = Values(single={})
    for id_, value in table.items():
        values.put(id_, value)
    for period, part in groupby(formulas, key=lambda formula: formula.per):
        rows = [(formula.id, compiled(formula.formula)) for formula in part]
        if period == "scenario":
            for id_, expression in rows:
                values.put(id_, expression(values, _NOTHING))
        elif period == "month":
            _by_period(values, values.monthly, rows, MONTHS, "month")
        else:
            _by_period(values, values.yearly, rows, MONTHS // 12, "year")
    return values


def _by_period(
    values: Values,
    kept: dict[str, list[Decimal]],
    rows: Sequence[tuple[str, _Expression]],
    count: int,
    clock: str,
) -> None:
    kept.update({id_: [] for id_, _ in rows})
    for number in range(1, count + 1):
        values.single[clock] = Decimal(number)
        if clock == "month":
            values.single["year"] = Decimal((number + 11) // 12)
        for id_, expression in rows:
            value = expression(values, _NOTHING)
            values.single[id_] = value
            kept[id_].append(value)
    for id_ in ("month", "year", *(id_ for id_, _ in rows)):
        values.single.pop(id_, None)


@lru_cache(maxsize=512)
def compiled(formula: str) -> _Expression:
    """A formula as a function. Raises ValueError when it says anything this module does not know."""
    readable = _DOTTED.sub(lambda match: match[0].replace(".", "__"), formula.replace("^", "**"))
    try:
        return _compile(ast.parse(readable, mode="eval").body)
    except SyntaxError as error:
        raise ValueError(f"formula {formula!r} cannot be read: {error.msg}") from error


def _compile(node: ast.expr) -> _Expression:
    match node:
        case ast.Constant(value=int() | float() as number):
            constant = Decimal(str(number))
            return lambda values, entry: constant
        case ast.Name(id=name):
            id_ = name.replace("__", ".")
            return lambda values, entry: entry[id_] if id_ in entry else values.single[id_]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _compile(operand)
            return lambda values, entry: -inner(values, entry)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            return _apply(_OPERATORS[type(operator)], _compile(left), _compile(right))
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in _COMPARISONS:
            return _apply(_COMPARISONS[type(operator)], _compile(left), _compile(right))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _EAGER:
            return _call(_EAGER[name], [_compile(each) for each in arguments])
        case ast.Call(func=ast.Name(id="total"), args=[ast.Name(id=group), each], keywords=[]):
            return _total(group, _compile(each))
        case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=series), *rest], keywords=[]) if name in _OVER_MONTHS:
            return _over_months(_OVER_MONTHS[name], series, [_compile(each) for each in rest])
    raise ValueError(f"a formula may not say {ast.unparse(node)!r}")


_OPERATORS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Decimal, Decimal], Decimal]] = {
    ast.GtE: lambda a, b: Decimal(a >= b),
    ast.Gt: lambda a, b: Decimal(a > b),
    ast.LtE: lambda a, b: Decimal(a <= b),
    ast.Eq: lambda a, b: Decimal(a == b),
}


_SURE = Context(prec=20)
"""Of the 28 digits that are carried, those a division that does not come out even leaves right."""


def rounded(value: Decimal, places: Decimal) -> Decimal:
    """To a number of decimal places, halves to even: also a half that a third times three only nearly is."""
    return _SURE.plus(value).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_EVEN)


_EAGER: Mapping[str, Callable[..., Decimal]] = {
    "min": lambda *numbers: min(numbers),
    "max": lambda *numbers: max(numbers),
    "median": lambda *numbers: median(numbers),
    "round": rounded,
    "round_up": lambda value, step: _SURE.divide(value, step).to_integral_value(ROUND_CEILING) * step,
    "round_down": lambda value, step: _SURE.divide(value, step).to_integral_value(ROUND_FLOOR) * step,
    "ratio": lambda value, by: value / by if by else NONE,
}


def _lasting(series: Sequence[Decimal], values: Values, first: Decimal) -> Decimal:
    found = NONE
    for month in range(len(series), 0, -1):
        if month < first or series[month - 1] < 0:
            break
        found = Decimal(month)
    return found


def _lowest(series: Sequence[Decimal], first: Decimal) -> tuple[Decimal, int]:
    return min((value, month) for month, value in enumerate([first, *series]))


def _year(series: Sequence[Decimal], values: Values) -> Sequence[Decimal]:
    year = int(values.single["year"])
    return series[12 * (year - 1) : 12 * year]


_OVER_MONTHS: Mapping[str, Callable[..., Decimal]] = {
    "before": lambda series, values, first: series[int(month) - 2] if (month := values.single["month"]) > 1 else first,
    "sum": lambda series, values: sum(_year(series, values), _ZERO),
    "end": lambda series, values: _year(series, values)[-1],
    "at": lambda series, values, month: series[int(month) - 1] if month else _ZERO,
    "until": lambda series, values, month: sum(series[: int(month)], _ZERO),
    "last": lambda series, values: series[-1],
    "lowest": lambda series, values, first: _lowest(series, first)[0],
    "month_of_lowest": lambda series, values, first: Decimal(_lowest(series, first)[1]),
    "lasting": _lasting,
}


def _apply(operation: Callable[[Decimal, Decimal], Decimal], left: _Expression, right: _Expression) -> _Expression:
    return lambda values, entry: operation(left(values, entry), right(values, entry))


def _call(function: Callable[..., Decimal], arguments: Sequence[_Expression]) -> _Expression:
    return lambda values, entry: function(*(each(values, entry) for each in arguments))


def _total(group: str, each: _Expression) -> _Expression:
    return lambda values, entry: sum((each(values, one) for one in values.groups.get(group, {}).values()), _ZERO)


def _over_months(function: Callable[..., Decimal], series: str, rest: Sequence[_Expression]) -> _Expression:
    def expression(values: Values, entry: _Entry) -> Decimal:
        return function(values.monthly[series], values, *(each(values, entry) for each in rest))

    return expression
