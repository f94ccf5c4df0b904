"""Bars that lie: a ranking, ranges around a value, and what moves a result (a tornado)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.agents.dossier.charts.canvas import Canvas, Chart, chart, wrapped
from services.agents.dossier.charts.columns import LETTERS
from services.agents.dossier.charts.scale import Scale, round_scale, short, tick_labels

_ROW = 38.0
_BESIDE = 56.0
"""Width of an amount beside a line, with air."""
_TALL_ROW = 58.0
"""Height of a row whose label stands above its bar, on narrow screens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of a ranking."""

    label: str
    value: float
    shown: str
    """The value in words, beside the bar."""
    style: str = "s1"


def ranking(
    name: str, title: str, bars: Sequence[Bar], *, note: str = "", legend: tuple[tuple[str, str], ...] = ()
) -> Chart:
    """Bars from 0, in the order given. Values are 0 or more."""
    said = "; ".join(f"{bar.label}: {bar.shown}" for bar in bars)
    most = max((bar.value for bar in bars), default=0.0) or 1.0

    def draw(canvas: Canvas) -> None:
        room = _label_room(canvas, [bar.label for bar in bars])
        beside = max((len(bar.shown) for bar in bars), default=0) * LETTERS * 0.66 + 12
        scale = Scale(0, most, room, canvas.width - beside)
        for index, bar in enumerate(bars):
            middle = _row(canvas, index, bar.label, room)
            width = max(scale.at(bar.value) - room, 1.5)
            canvas.rect(room, middle - 8, width, 16, bar.style, tip=f"{bar.label}: {bar.shown}", corner=2)
            canvas.text(room + width + 8, middle + 4, bar.shown, "value")

    return _chart(name, title, said, draw, len(bars), foot=4, note=note, legend=legend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A value with what it may as well be."""

    label: str
    low: float
    base: float
    high: float
    shown: str = ""
    """What stands beside the line; empty: the base."""


def ranges(name: str, title: str, rows: Sequence[Range], *, unit: str, note: str = "") -> Chart:
    """A line from low to high with a dot at base, all on one axis."""
    said = "; ".join(
        f"{row.label}: {unit} {row.low:,.0f} to {row.high:,.0f}, most likely {row.base:,.0f}" for row in rows
    )

    def draw(canvas: Canvas) -> None:
        room = _label_room(canvas, [row.label for row in rows])
        shown = [row.shown or short(row.base) for row in rows]
        beside = max(len(words) for words in shown) * LETTERS * 0.6 + 14
        end = canvas.width - beside
        scale, marks = round_scale((row.high for row in rows), room, end, most=4 if canvas.small else 6)
        foot = canvas.height - 26
        for mark, word in zip(marks, tick_labels(marks), strict=True):
            canvas.line(scale.at(mark), 0, scale.at(mark), foot, "grid")
            canvas.text(
                scale.at(mark),
                canvas.height - 8,
                f"{unit} {word}" if mark == 0 else word,
                "tick",
                anchor="start" if mark == 0 else "middle",
            )
        for index, (row, words) in enumerate(zip(rows, shown, strict=True)):
            middle = _row(canvas, index, row.label, room)
            canvas.rect(
                scale.at(row.low), middle - 4, max(scale.at(row.high) - scale.at(row.low), 1), 8, "s4", corner=4
            )
            tip = f"{row.label}: {unit} {short(row.base)}, from {short(row.low)} to {short(row.high)}"
            canvas.circle(scale.at(row.base), middle, 8, "s1 ring", tip=tip)
            high = scale.at(row.high) + 10
            canvas.text(max(high, scale.at(row.base) + 14), middle + 4, words, "value")

    return _chart(name, title, said, draw, len(rows), foot=30, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A price and what others charge for the same."""

    label: str
    low: float
    middle: float
    high: float
    price: float


def against_others(name: str, title: str, offers: Sequence[Offer], *, unit: str, note: str = "") -> Chart:
    """Each price as a dot on the line from the cheapest to the dearest comparable; the middles stand in one column.

    Rows may be billed differently: a row's scale is its own middle, so places compare and amounts are written out.
    """
    said = "; ".join(
        f"{each.label}: {unit} {each.price:,.2f}, comparables {each.low:,.2f} to {each.high:,.2f}, "
        f"in the middle {each.middle:,.2f}"
        for each in offers
    )

    def draw(canvas: Canvas) -> None:
        room = _label_room(canvas, [each.label for each in offers])
        ends = [value / each.middle for each in offers for value in (each.low, each.high, each.price)]
        scale = _around(1.0, ends, room + 52, canvas.width - 60)
        foot = canvas.height - 24
        canvas.line(scale.at(1.0), 0, scale.at(1.0), foot, "axis")
        canvas.text(scale.at(1.0), canvas.height - 8, "Middle of the comparables", "tick", anchor="middle")
        for index, each in enumerate(offers):
            middle = _row(canvas, index, each.label, room)
            low, high, dot = (scale.at(value / each.middle) for value in (each.low, each.high, each.price))
            canvas.rect(low, middle - 3, max(high - low, 1), 6, "s4", corner=3)
            if not -_BESIDE < dot - low < _BESIDE / 2:
                canvas.text(low - 8, middle + 4, f"{each.low:,.2f}", "tick", anchor="end")
            if not -_BESIDE < high - dot < _BESIDE / 2:
                canvas.text(high + 8, middle + 4, f"{each.high:,.2f}", "tick")
            tip = f"{each.label}: {unit} {each.price:,.2f}; comparables {each.low:,.2f} to {each.high:,.2f}"
            canvas.circle(dot, middle, 7, "s1 ring", tip=tip)
            canvas.text(dot, middle - 11, f"{unit} {each.price:,.2f}", "value", anchor="middle")

    return _chart(name, title, said, draw, len(offers), foot=28, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """What a driver does to a result when it is lower and when it is higher."""

    label: str
    if_lower: float
    if_higher: float


def tornado(name: str, title: str, swings: Sequence[Swing], *, centre: float, unit: str, note: str = "") -> Chart:
    """Bars to both sides of the result as planned, the strongest driver first."""
    ordered = sorted(swings, key=lambda swing: abs(swing.if_higher - swing.if_lower), reverse=True)
    said = f"As planned {unit} {centre:,.0f}. " + "; ".join(
        f"{swing.label}: {unit} {swing.if_lower:,.0f} if lower, {swing.if_higher:,.0f} if higher" for swing in ordered
    )

    def draw(canvas: Canvas) -> None:
        room = _label_room(canvas, [swing.label for swing in ordered])
        ends = [value for swing in ordered for value in (swing.if_lower, swing.if_higher)]
        scale = _around(centre, ends, room + 52, canvas.width - 52)
        for index, swing in enumerate(ordered):
            middle = _row(canvas, index, swing.label, room)
            for value, style, words in ((swing.if_lower, "s3", "20 % lower"), (swing.if_higher, "s1", "20 % higher")):
                if value == centre:
                    continue
                canvas.rect(
                    scale.at(centre),
                    middle - 8,
                    scale.at(value) - scale.at(centre),
                    16,
                    style,
                    tip=f"{swing.label} {words}: {unit} {value:,.0f}",
                )
                right = value >= centre
                canvas.text(
                    scale.at(value) + (6 if right else -6),
                    middle + 4,
                    short(value),
                    "tick",
                    anchor="start" if right else "end",
                )
        foot = canvas.height - 24
        canvas.line(scale.at(centre), 0, scale.at(centre), foot, "axis")
        canvas.text(scale.at(centre), canvas.height - 8, f"As planned: {unit} {short(centre)}", "note", anchor="middle")

    legend = (("s3 key", "Driver 20 % lower"), ("s1 key", "Driver 20 % higher"))
    return _chart(name, title, said, draw, len(ordered), foot=28, note=note, legend=legend)


def _around(centre: float, values: Sequence[float], start: float, end: float) -> Scale:
    low, high = min([centre, *values]), max([centre, *values])
    return Scale(low, high, start, end) if high > low else Scale(centre - 1, centre + 1, start, end)


def _label_room(canvas: Canvas, labels: Sequence[str]) -> float:
    """Width of the column of labels; none on narrow screens, where labels stand above their bars."""
    if canvas.small:
        return 2.0
    return min(max((len(label) for label in labels), default=0) * LETTERS * 0.58 + 16, 250.0)


def _row(canvas: Canvas, index: int, label: str, room: float) -> float:
    """Write a row's label; returns the middle of its bar."""
    if canvas.small:
        top = _TALL_ROW * index
        canvas.text(0, top + 14, wrapped(label, canvas.width, LETTERS, lines=1)[0], "label")
        return top + 36
    middle = _ROW * index + _ROW / 2
    rows = wrapped(label, room - 12, LETTERS)
    for line, words in enumerate(rows):
        canvas.text(room - 12, middle + 4 + (line - (len(rows) - 1) / 2) * 14, words, "label", anchor="end")
    return middle


def _chart(
    name: str,
    title: str,
    said: str,
    draw: Callable[[Canvas], None],
    rows: int,
    *,
    foot: float,
    note: str = "",
    legend: tuple[tuple[str, str], ...] = (),
) -> Chart:
    return chart(
        name,
        title,
        said,
        draw,
        height=_ROW * rows + foot,
        narrow_height=_TALL_ROW * rows + foot,
        note=note,
        legend=legend,
    )
