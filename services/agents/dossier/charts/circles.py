"""A market within a market within a market: circles whose areas are as the amounts, as far as eyes can follow."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from services.agents.dossier.charts.canvas import Canvas, Chart, chart

_LARGEST = 138.0
"""Radius of the largest circle."""

_SMALLEST = 9.0
"""Radius below which a circle could not be seen; smaller ones are enlarged, and the note says so."""

_STEP = 12.0
"""Least difference of the radii of neighbours, so that no circle hides the one inside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """One amount, the largest first."""

    label: str
    value: float
    shown: str
    """The amount in words."""
    range: str = ""
    """From where to where it may be, in words."""


def circles(name: str, title: str, amounts: Sequence[Circle]) -> Chart:
    """Nested circles with their labels beside them; up to three, the largest first."""
    radii, true = radii_of([each.value for each in amounts])
    said = "; ".join(f"{each.label}: {each.shown} {each.range}".strip() for each in amounts)

    def draw(canvas: Canvas) -> None:
        middle = canvas.width / 2 if canvas.small else _LARGEST + 2
        foot = 2 * _LARGEST + 2
        for place, (each, radius) in enumerate(zip(amounts, radii, strict=True)):
            canvas.circle(middle, foot - radius, radius, f"{_STYLES[place]} ring", tip=f"{each.label}: {each.shown}")
        for place, (each, radius) in enumerate(zip(amounts, radii, strict=True)):
            if canvas.small:
                _below(canvas, each, place, foot)
            else:
                _beside(canvas, each, place, middle, foot - 2 * radius)

    note = "" if true else "Areas are to scale where they can be seen; the smaller circles are enlarged."
    return chart(
        name, title, said, draw, height=2 * _LARGEST + 4, narrow_height=2 * _LARGEST + 16 + 74 * len(amounts), note=note
    )


_STYLES = ("s5", "s4", "s1")


def radii_of(values: Sequence[float]) -> tuple[list[float], bool]:
    """Radii whose squares are as the values, and whether they all could stay true.

    A circle too small to be seen grows; one too close to its neighbour inside shrinks no further than needed.
    """
    largest = max(values, default=0.0)
    if largest <= 0:
        return [_LARGEST - _STEP * place for place in range(len(values))], False
    wanted = [_LARGEST * math.sqrt(max(value, 0) / largest) for value in values]
    radii: list[float] = []
    for radius in reversed(wanted):
        least = radii[-1] + _STEP if radii else _SMALLEST
        radii.append(max(radius, least))
    radii.reverse()
    radii = [min(radius, _LARGEST - _STEP * place) for place, radius in enumerate(radii)]
    return radii, all(abs(radius - want) < 0.5 for radius, want in zip(radii, wanted, strict=True))


def _beside(canvas: Canvas, each: Circle, place: int, middle: float, top: float) -> None:
    """The label to the right of the circles, joined to the circle's top by a line."""
    y = 30 + place * 92.0
    left = 2 * _LARGEST + 90
    canvas.path(f"M{middle:.1f} {top:.1f} L{left - 62:.1f} {y + 14:.1f} L{left - 12:.1f} {y + 14:.1f}", "lead")
    _words(canvas, each, left, y)


def _below(canvas: Canvas, each: Circle, place: int, foot: float) -> None:
    y = foot + 30 + place * 74.0
    canvas.rect(0, y - 10, 12, 12, f"{_STYLES[place]} ring")
    canvas.text(20, y, each.label, "label")
    canvas.text(20, y + 20, each.shown, "strong")
    canvas.text(20, y + 38, each.range, "tick")


def _words(canvas: Canvas, each: Circle, left: float, y: float) -> None:
    canvas.text(left, y, each.label, "label")
    canvas.text(left, y + 26, each.shown, "big")
    if each.range:
        canvas.text(left, y + 46, each.range, "tick")
