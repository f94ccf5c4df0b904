"""The market's size, multiplied by code from inputs the model states.

Top-down: buyers x yearly spend is the whole market (TAM); a share of it can be served (SAM), a
share of that can be won (SOM). Bottom-up: for each segment customers x reached x converted x
revenue, added up. Both end in the same quantity, so their distance says how far to trust either.
A range's low end multiplies the low ends and its high end the high ends: wide on purpose, because
the errors of the inputs may all point the same way.

Pure: numbers in, numbers out. Decimal, so that a check by hand gives the same digits.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from math import prod
from typing import Literal

from agent_sdk.markdown import compact
from services.agents.market_research.models import (
    Amount,
    BottomUpAmount,
    BottomUpSegment,
    MarketFiguresDraft,
    MarketSize,
    RangeEstimate,
)

CLOSE = 2
"""Ratio of the two methods up to which they are called close."""

SAME_ORDER = 5
"""Ratio up to which they are called the same order; beyond they are far apart."""

_HUNDRED = Decimal(100)

_Triple = tuple[Decimal, Decimal, Decimal]
"""A factor at its low, base and high value."""


def market_size(figures: MarketFiguresDraft) -> MarketSize:
    """Compute TAM, SAM and SOM top-down, the bottom-up size, and how well the two agree."""
    currency, top = figures.currency, figures.top_down
    whole = (_factor(top.buyers), _factor(top.annual_spend))
    served = (*whole, _share(top.serviceable_share))
    won = (*served, _share(top.obtainable_share))
    segments = [BottomUpAmount(segment=each.segment, amount=_segment(each, currency)) for each in figures.bottom_up]
    tam = _amount(f"{compact(top.buyers.base)} buyers x {compact(top.annual_spend.base)} {currency} a year", *whole)
    som = _amount(f"SAM x {compact(top.obtainable_share.base)} % obtainable", *won)
    bottom_up = _sum([segment.amount for segment in segments])
    ratio = agreement_ratio(som.base, bottom_up.base)
    return MarketSize(
        currency=currency,
        region=figures.region,
        reference_year=figures.reference_year,
        tam=tam,
        sam=_amount(f"TAM x {compact(top.serviceable_share.base)} % serviceable", *served),
        som=som,
        bottom_up=bottom_up,
        bottom_up_segments=segments,
        agreement_ratio=ratio,
        agreement=_agreement(ratio),
        annual_growth=figures.annual_growth,
        tam_in_five_years=grown(tam.base, figures.annual_growth, years=5),
    )


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


def _segment(segment: BottomUpSegment, currency: str) -> Amount:
    return _amount(
        f"{compact(segment.customers.base)} customers x {compact(segment.reachable_share.base)} % reached x "
        f"{compact(segment.conversion_share.base)} % converted x {compact(segment.annual_revenue.base)} "
        f"{currency} a year",
        _factor(segment.customers),
        _share(segment.reachable_share),
        _share(segment.conversion_share),
        _factor(segment.annual_revenue),
    )


def _amount(formula: str, *factors: _Triple) -> Amount:
    low, base, high = (_round(prod(corner)) for corner in zip(*factors, strict=True))
    return Amount(low=low, base=base, high=high, formula=formula)


def _sum(amounts: Sequence[Amount]) -> Amount:
    return Amount(
        low=sum(amount.low for amount in amounts),
        base=sum(amount.base for amount in amounts),
        high=sum(amount.high for amount in amounts),
        formula="sum of the segments",
    )


def _factor(estimate: RangeEstimate) -> _Triple:
    return _decimal(estimate.low), _decimal(estimate.base), _decimal(estimate.high)


def _share(percent: RangeEstimate) -> _Triple:
    low, base, high = _factor(percent)
    return low / _HUNDRED, base / _HUNDRED, high / _HUNDRED


def _decimal(value: float) -> Decimal:
    return Decimal(str(value))


def _round(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_EVEN))
