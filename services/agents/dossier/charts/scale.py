"""From values to places, with ticks a person would have chosen: round numbers, few of them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))
_UNIT_FROM = 1e4
"""Below it amounts are written out."""


def ticks(low: float, high: float, *, most: int = 5) -> list[float]:
    """At most `most` + 1 evenly spaced round numbers around everything from `low` to `high`; 0 is always inside."""
    low, high = min(low, 0.0), max(high, 0.0)
    if high <= low:
        return [0.0, 1.0]
    step = _round_step((high - low) / max(most - 1, 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [_tidy(index * step) for index in range(first, last + 1)]


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 2.5 or 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in _STEPS if step * power >= least * (1 - 1e-9))


def _tidy(value: float) -> float:
    return float(f"{value:.12g}")


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to places."""

    low: float
    high: float
    start: float
    """Place of `low`."""
    end: float
    """Place of `high`."""

    def at(self, value: float) -> float:
        """The place of a value."""
        width = self.high - self.low
        return self.start + (self.end - self.start) * ((value - self.low) / width if width else 0.0)


def round_scale(values: Iterable[float], start: float, end: float, *, most: int = 5) -> tuple[Scale, list[float]]:
    """A scale with round ends for the values, and its ticks."""
    every = list(values) or [0.0]
    marks = ticks(min(every), max(every), most=most)
    return Scale(marks[0], marks[-1], start, end), marks


def unit_for(values: Sequence[float]) -> tuple[float, str]:
    """What all numbers of an axis are divided by, and the letter that says so."""
    largest = max((abs(value) for value in values), default=0.0)
    if largest < _UNIT_FROM:
        return 1.0, ""
    return next((size, letter) for size, letter in _UNITS if largest >= size)


def tick_labels(marks: Sequence[float]) -> list[str]:
    """Labels of one axis in one unit, such as 0, 250K, 500K."""
    size, letter = unit_for(marks)
    return [f"{_minus(mark / size)}{letter if mark else ''}" for mark in marks]


def short(value: float) -> str:
    """A value for a label: three digits and a letter, such as 1.24M; small ones as they are."""
    size, letter = unit_for([value])
    if size == 1.0:
        return _minus(float(f"{value:.0f}") if abs(value) >= 100 else float(f"{value:.3g}"))
    shown = float(f"{value / size:.3g}")
    if abs(shown) >= 1000 and letter != "T":  # 999,950 becomes 1M, not 1000K
        return short(math.copysign(size * 1000, value))
    return f"{_minus(shown)}{letter}"


def _minus(value: float) -> str:
    shown = f"{value:,.10f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown.replace("-", "−")
