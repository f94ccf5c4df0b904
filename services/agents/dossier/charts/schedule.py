"""Time and danger: phases with milestones on a line of months, and risks in a field of likelihood and impact."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.agents.dossier.charts.canvas import NARROW, WIDE, Canvas, Chart, at, chart, fitted
from services.agents.dossier.charts.columns import LETTERS
from services.agents.dossier.charts.lines import month_ticks
from services.agents.dossier.charts.scale import Scale

_ROW = 44.0
_HEAD = 26.0
_DROP = 23.0
"""Room a milestone takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A phase, both months included."""

    label: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A milestone."""

    label: str
    month: int


def timeline(name: str, title: str, spans: Sequence[Span], points: Sequence[Point]) -> Chart:
    """Phases as bars one below the other; milestones as numbered diamonds on a line beneath them."""
    last = max([12, *(span.last for span in spans), *(point.month for point in points)])
    said = "; ".join(
        [f"{span.label}: month {span.first} to {span.last}" for span in spans]
        + [f"{number}. {point.label}: month {point.month}" for number, point in enumerate(points, start=1)]
    )

    def draw(canvas: Canvas) -> None:
        across = _months_across(canvas.width, last)
        foot = canvas.height - 24
        for month in month_ticks(1, last, most=6 if canvas.small else 12):
            canvas.line(across.at(month), _HEAD - 8, across.at(month), foot, "grid")
            canvas.text(across.at(month), 12, str(month), "tick", anchor="middle")
        canvas.text(2, 12, "Month", "tick")
        for index, span in enumerate(spans):
            _span(canvas, across, index, span)
        if points:
            level = _HEAD + _ROW * len(spans) + 22
            canvas.line(across.start, level, across.end, level, "axis")
            for number, point, drop in _spread(points, across):
                _diamond(canvas, across.at(point.month), level + _DROP * drop, str(number))

    def height(width: float) -> float:
        below = max((drop for _, _, drop in _spread(points, _months_across(width, last))), default=-1) + 1
        return _HEAD + _ROW * len(spans) + 24 + (16 + _DROP * below if points else 0)

    return chart(name, title, said, draw, height=height(WIDE), narrow_height=height(NARROW))


def _months_across(width: float, last: int) -> Scale:
    return Scale(0, last, 2, width - 10)


def _span(canvas: Canvas, across: Scale, index: int, span: Span) -> None:
    top = _HEAD + _ROW * index
    start, end = across.at(span.first - 1), across.at(span.last)
    words = f"{span.label} · {_months(span)}"
    canvas.rect(start, top + 18, max(end - start - 2, 3), 14, f"s{1 if index % 2 == 0 else 2}", tip=words, corner=3)
    needed = len(words) * LETTERS * 0.56
    if start + needed <= canvas.width:
        canvas.text(start, top + 12, words, "label")
    else:
        canvas.text(canvas.width, top + 12, fitted(words, canvas.width, LETTERS), "label", anchor="end")


def _months(span: Span) -> str:
    return f"month {span.first}" if span.first == span.last else f"months {span.first} to {span.last}"


def _spread(points: Sequence[Point], across: Scale) -> list[tuple[int, Point, int]]:
    """Each milestone with its number and the line it stands on: 0, or further down where another one is in its way."""
    found: list[tuple[int, Point, int]] = []
    for number, point in enumerate(points, start=1):
        taken = {drop for _, other, drop in found if abs(across.at(other.month) - across.at(point.month)) < _DROP}
        found.append((number, point, next(drop for drop in range(len(found) + 1) if drop not in taken)))
    return found


def _diamond(canvas: Canvas, x: float, y: float, number: str) -> None:
    canvas.path(
        f"M{at(x)} {at(y - 10)} L{at(x + 10)} {at(y)} L{at(x)} {at(y + 10)} L{at(x - 10)} {at(y)} Z", "s-ink ring"
    )
    canvas.text(x, y + 4, number, "inside", anchor="middle")


LEVELS = ("low", "medium", "high")
"""The words for likelihood and impact, from harmless to severe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """A risk with its sign in the text."""

    sign: str
    label: str
    likelihood: str
    impact: str


def matrix(name: str, title: str, dangers: Sequence[Danger]) -> Chart:
    """Risks by likelihood (upwards) and impact (to the right); those with other words are left out."""
    known = [danger for danger in dangers if danger.likelihood in LEVELS and danger.impact in LEVELS]
    said = "; ".join(f"{each.sign} {each.label}: likelihood {each.likelihood}, impact {each.impact}" for each in known)

    def draw(canvas: Canvas) -> None:
        left, foot = 84.0, canvas.height - 44
        wide, tall = (canvas.width - left) / 3, (foot - 4) / 3
        for column, impact in enumerate(LEVELS):
            for row, likelihood in enumerate(LEVELS):
                x, y = left + wide * column, foot - tall * (row + 1)
                canvas.rect(x + 1.5, y + 1.5, wide - 3, tall - 3, f"heat{column + row}", corner=3)
                here = [danger for danger in known if danger.impact == impact and danger.likelihood == likelihood]
                _signs(canvas, here, x, y, wide, tall)
            canvas.text(left + wide * (column + 0.5), foot + 18, impact, "tick", anchor="middle")
        for row, likelihood in enumerate(LEVELS):
            canvas.text(left - 10, foot - tall * (row + 0.5) + 4, likelihood, "tick", anchor="end")
        canvas.text(left + wide * 1.5, canvas.height - 6, "Impact", "note", anchor="middle")
        canvas.text(0, 16, "Likelihood", "note")

    return chart(name, title, said, draw, height=268, narrow_height=288)


def _signs(canvas: Canvas, here: Sequence[Danger], x: float, y: float, wide: float, tall: float) -> None:
    pitch, across = 34.0, max(int((wide - 12) // 34), 1)
    rows = -(-len(here) // across)
    for place, danger in enumerate(here):
        row, column = divmod(place, across)
        in_row = min(across, len(here) - row * across)
        centre_x = x + wide / 2 + (column - (in_row - 1) / 2) * pitch
        centre_y = y + tall / 2 + (row - (rows - 1) / 2) * min(pitch, (tall - 6) / max(rows, 1))
        canvas.circle(centre_x, centre_y, 14, "s-ink ring", tip=f"{danger.sign} {danger.label}")
        canvas.text(centre_x, centre_y + 4, danger.sign, "inside", anchor="middle")
