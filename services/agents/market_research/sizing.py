"""The market's size, computed by code from inputs the model states, by formulas that are data.

Top-down: buyers x yearly spend is the whole market (TAM); a share of it can be served (SAM), a
share of that can be won (SOM). Bottom-up: for each segment customers x reached x converted x
revenue, added up. Both end in the same quantity, so their distance says how far to trust either.
A range's low end multiplies the low ends and its high end the high ends: wide on purpose, because
the errors of the inputs may all point the same way.

The table of inputs and the list of formulas go into the result as they are used here: whoever has the result can
compute every number again. Pure: numbers in, numbers out. Decimal, so that a check by hand gives the same digits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from math import prod
from typing import Literal

from agent_sdk.markdown import compact
from services.agents.market_research.models import BottomUpSegment, MarketFiguresDraft, RangeEstimate
from services.agents.market_research.results import Amount, BottomUpAmount, Formula, Input, MarketSize

CLOSE = 2
"""Ratio of the two methods up to which they are called close."""

SAME_ORDER = 5
"""Ratio up to which they are called the same order; beyond they are far apart."""

YEARS = 5
"""Years of a `growth` formula."""

PERCENT = "percent"
"""Unit of inputs that are divided by 100 where they are multiplied."""

_HUNDRED = Decimal(100)

Values = Mapping[str, tuple[Decimal, Decimal, Decimal]]
"""Inputs and results by id, each at its low, base and high end."""

_TOP_DOWN = (
    ("buyers", "Buyers in the whole market", ""),
    ("annual_spend", "Yearly spend per buyer", None),
    ("serviceable_share", "Share that can be served", PERCENT),
    ("obtainable_share", "Share that can be won in three years", PERCENT),
)
_BOTTOM_UP = (
    ("customers", "customers", ""),
    ("reachable_share", "reached", PERCENT),
    ("conversion_share", "of these, customers", PERCENT),
    ("annual_revenue", "revenue per customer and year", None),
)
"""Field, label, unit; None stands for the currency."""


@dataclass(frozen=True, slots=True)
class Workings:
    """The size with everything it was computed from."""

    size: MarketSize
    inputs: list[Input]
    formulas: list[Formula]


def workings(figures: MarketFiguresDraft) -> Workings:
    """Compute TAM, SAM and SOM top-down, the bottom-up size, and how well the two agree."""
    inputs = list(_inputs(figures))
    formulas = computed(inputs, _plan(figures))
    return Workings(_size(figures, {formula.id: formula for formula in formulas}), inputs, formulas)


def computed(inputs: Sequence[Input], formulas: Sequence[Formula]) -> list[Formula]:
    """The formulas with their results, in order; each may name the ones before it."""
    units = {each.id: each.unit for each in inputs} | {each.id: each.unit for each in formulas}
    values = {each.id: (_decimal(each.low), _decimal(each.base), _decimal(each.high)) for each in inputs}
    done: list[Formula] = []
    for formula in formulas:
        ends = _ends(formula, values, units)
        values[formula.id] = ends or (Decimal(0), Decimal(0), Decimal(0))
        whole = formula.operation != "ratio"
        low, base, high = (int(each) if whole else float(each) for each in ends) if ends else (None, None, None)
        single = formula.operation in ("ratio", "growth")
        done.append(
            formula.model_copy(update={"base": base, "low": None if single else low, "high": None if single else high})
        )
    return done


def _ends(formula: Formula, values: Values, units: Mapping[str, str]) -> tuple[Decimal, Decimal, Decimal] | None:
    terms = [values[name] for name in formula.terms]
    if formula.operation == "ratio":
        first, second = (term[1] for term in terms)
        ratio = agreement_ratio(int(first), int(second))
        return None if ratio is None else (_decimal(ratio),) * 3
    if formula.operation == "growth":
        first, second = (term[1] for term in terms)
        return (Decimal(grown(int(first), float(second), years=YEARS)),) * 3
    scales = [_HUNDRED if units[name] == PERCENT else Decimal(1) for name in formula.terms]
    corners = [[term[end] / scale for term, scale in zip(terms, scales, strict=True)] for end in range(3)]
    low, base, high = (
        Decimal(_round(prod(corner, start=Decimal(1)) if formula.operation == "product" else sum(corner, Decimal(0))))
        for corner in corners
    )
    return low, base, high


def _inputs(figures: MarketFiguresDraft) -> Iterator[Input]:
    for name, label, unit in _TOP_DOWN:
        yield _input(name, label, unit, getattr(figures.top_down, name), figures.currency)
    for number, segment in enumerate(figures.bottom_up, start=1):
        for name, label, unit in _BOTTOM_UP:
            estimate: RangeEstimate = getattr(segment, name)
            yield _input(f"segment_{number}.{name}", f"{segment.segment}: {label}", unit, estimate, figures.currency)
    growth = figures.annual_growth
    yield Input(
        id="annual_growth",
        label="Growth of the market per year",
        unit=PERCENT,
        low=growth,
        base=growth,
        high=growth,
        evidence=figures.annual_growth_evidence,
        basis=figures.annual_growth_basis,
        source_ids=figures.annual_growth_source_ids,
        as_of=figures.annual_growth_as_of,
    )


def _input(identity: str, label: str, unit: str | None, estimate: RangeEstimate, currency: str) -> Input:
    return Input(
        id=identity,
        label=label,
        unit=currency if unit is None else unit,
        low=estimate.low,
        base=estimate.base,
        high=estimate.high,
        evidence=estimate.evidence,
        basis=estimate.basis,
        source_ids=estimate.source_ids,
        as_of=estimate.as_of,
    )


def _plan(figures: MarketFiguresDraft) -> list[Formula]:
    """What is computed, in order."""
    unit = figures.currency
    top = [name for name, _, _ in _TOP_DOWN]
    numbered = list(enumerate(figures.bottom_up, start=1))
    segments = [
        _formula(
            f"segment_{number}",
            f"Bottom-up: {segment.segment}",
            [f"segment_{number}.{name}" for name, _, _ in _BOTTOM_UP],
            unit,
        )
        for number, segment in numbered
    ]
    return [
        _formula("tam", "Whole market (TAM)", top[:2], unit),
        _formula("sam", "Serviceable market (SAM)", top[:3], unit),
        _formula("som", "Obtainable market (SOM)", top, unit),
        *segments,
        _formula("bottom_up", "Obtainable market, bottom-up", [each.id for each in segments], unit, "sum"),
        _formula("agreement_ratio", "Distance of the two ways", ["som", "bottom_up"], "", "ratio"),
        _formula("tam_in_five_years", "Whole market in five years", ["tam", "annual_growth"], unit, "growth"),
    ]


def _formula(
    identity: str,
    label: str,
    terms: list[str],
    unit: str,
    operation: Literal["product", "sum", "ratio", "growth"] = "product",
) -> Formula:
    return Formula(
        id=identity, label=label, operation=operation, terms=terms, unit=unit, low=None, base=None, high=None
    )


def _size(figures: MarketFiguresDraft, results: Mapping[str, Formula]) -> MarketSize:
    currency, top = figures.currency, figures.top_down
    som = _amount(results["som"], f"SAM x {compact(top.obtainable_share.base)} % obtainable")
    bottom_up = _amount(results["bottom_up"], "sum of the segments")
    ratio = results["agreement_ratio"].base
    agreement = _agreement(ratio)
    return MarketSize(
        currency=currency,
        region=figures.region,
        reference_year=figures.reference_year,
        tam=_amount(
            results["tam"], f"{compact(top.buyers.base)} buyers x {compact(top.annual_spend.base)} {currency} a year"
        ),
        sam=_amount(results["sam"], f"TAM x {compact(top.serviceable_share.base)} % serviceable"),
        som=som,
        bottom_up=bottom_up,
        bottom_up_segments=[
            BottomUpAmount(
                segment=each.segment, amount=_amount(results[f"segment_{number}"], _segment_words(each, currency))
            )
            for number, each in enumerate(figures.bottom_up, start=1)
        ],
        agreement_ratio=ratio,
        agreement=agreement,
        agreement_comment=comment(som, bottom_up, ratio, agreement),
        annual_growth=figures.annual_growth,
        tam_in_five_years=int(results["tam_in_five_years"].base or 0),
    )


def comment(som: Amount, bottom_up: Amount, ratio: float | None, agreement: str) -> str:
    """What the distance of the two ways means, in words."""
    if ratio is None:
        return "One of the two ways gives nothing, so they cannot be compared."
    verdict = {
        "close": "close: they support each other.",
        "same order": "of the same order: good enough to decide on a test, not on an investment.",
        "far apart": "far apart: at least one input is wrong. Settle that before relying on either.",
    }[agreement]
    larger = "top-down" if som.base > bottom_up.base else "bottom-up"
    which = f" The {larger} size is the larger one." if som.base != bottom_up.base else ""
    overlap = min(som.high, bottom_up.high) >= max(som.low, bottom_up.low)
    ranges = "Their ranges overlap." if overlap else "Not even their ranges overlap."
    return f"The two ways differ by a factor of {compact(ratio)}, which is {verdict}{which} {ranges}"


def agreement_ratio(first: int, second: int) -> float | None:
    """The larger amount divided by the smaller, two decimals; None when one of them is 0."""
    if min(first, second) <= 0:
        return None
    return float((Decimal(max(first, second)) / Decimal(min(first, second))).quantize(Decimal("0.01"), ROUND_HALF_EVEN))


def grown(amount: int, percent: float, *, years: int) -> int:
    """An amount after `years` of growth by `percent` a year."""
    return _round(Decimal(amount) * (1 + _decimal(percent) / _HUNDRED) ** years)


def _agreement(ratio: float | None) -> Literal["close", "same order", "far apart"]:
    if ratio is None or ratio > SAME_ORDER:
        return "far apart"
    return "close" if ratio <= CLOSE else "same order"


def _segment_words(segment: BottomUpSegment, currency: str) -> str:
    return (
        f"{compact(segment.customers.base)} customers x {compact(segment.reachable_share.base)} % reached x "
        f"{compact(segment.conversion_share.base)} % converted x {compact(segment.annual_revenue.base)} "
        f"{currency} a year"
    )


def _amount(result: Formula, words: str) -> Amount:
    return Amount(low=int(result.low or 0), base=int(result.base or 0), high=int(result.high or 0), formula=words)


def _decimal(value: float) -> Decimal:
    return Decimal(str(value))


def _round(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_EVEN))
