"""Columns over time: single, side by side or stacked, with an optional line above them."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.agents.dossier.charts.canvas import Canvas, Chart, at, chart
from services.agents.dossier.charts.scale import Scale, round_scale, short, tick_labels

LETTERS = 12.0
"""Size of the letters; the style sheet sets the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One row of numbers with its look."""

    name: str
    values: tuple[float, ...]
    style: str
    """Class, such as `s1`."""


def columns(
    name: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str,
    stacked: bool = False,
    line: Series | None = None,
    values_shown: bool = False,
    mark: tuple[int, str] | None = None,
    note: str = "",
) -> Chart:
    """Columns for each label. `mark` points at the label of an index with a few words."""

    def draw(canvas: Canvas) -> None:
        _draw(canvas, labels, series, unit, stacked=stacked, line=line, values_shown=values_shown, mark=mark)

    every = [*series, *([line] if line else [])]
    said = "; ".join(f"{each.name}: {_listed(labels, each.values, unit)}" for each in every)
    keys = tuple((f"{each.style} key", each.name) for each in series) + ((("l-ink line", line.name),) if line else ())
    return chart(
        name, title, said, draw, height=300, narrow_height=270, note=note, legend=keys if len(every) > 1 else ()
    )


def _draw(
    canvas: Canvas,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: str,
    *,
    stacked: bool,
    line: Series | None,
    values_shown: bool,
    mark: tuple[int, str] | None,
) -> None:
    top, foot = 34.0 if mark else 26.0, canvas.height - 30
    extent = [value for each in [*series, *([line] if line else [])] for value in each.values]
    if stacked:
        extent += [sum(max(each.values[index], 0) for each in series) for index in range(len(labels))]
    scale, marks = round_scale(extent, foot, top, most=5)
    left = grid(canvas, scale, marks, unit)
    slot = (canvas.width - left - 4) / max(len(labels), 1)
    for index, label in enumerate(labels):
        start = left + slot * index
        _column(canvas, start, slot, [each.values[index] for each in series], series, label, scale, unit, stacked)
        if values_shown and len(series) == 1:
            value = series[0].values[index]
            canvas.text(start + slot / 2, scale.at(max(value, 0)) - 7, short(value), "value", anchor="middle")
        every = 1 if slot >= len(label) * LETTERS * 0.62 else 2 if slot * 2 >= len(label) * LETTERS * 0.62 else 4
        if index % every == 0:
            canvas.text(start + slot / 2, canvas.height - 10, label, "tick", anchor="middle")
    canvas.line(left, scale.at(0), canvas.width, scale.at(0), "axis")
    if line:
        _line(canvas, [(left + slot * (index + 0.5), scale.at(value)) for index, value in enumerate(line.values)])
    if mark:
        point_at(canvas, left + slot * (mark[0] + 0.5), mark[1], top, foot)


def _column(
    canvas: Canvas,
    start: float,
    slot: float,
    values: Sequence[float],
    series: Sequence[Series],
    label: str,
    scale: Scale,
    unit: str,
    stacked: bool,
) -> None:
    tips = [f"{each.name}, {label}: {unit} {value:,.0f}" for each, value in zip(series, values, strict=True)]
    if stacked:
        width, base = min(slot * 0.62, 46.0), 0.0
        for each, value, tip in zip(series, values, tips, strict=True):
            if value > 0:
                canvas.rect(
                    start + (slot - width) / 2,
                    scale.at(base),
                    width,
                    scale.at(base + value) - scale.at(base),
                    f"{each.style} cut",
                    tip=tip,
                )
                base += value
        return
    width = min(slot * 0.72 / len(series), 54.0)
    first = start + (slot - width * len(series)) / 2
    for place, (each, value, tip) in enumerate(zip(series, values, tips, strict=True)):
        canvas.rect(first + width * place, scale.at(0), width - 1.5, scale.at(value) - scale.at(0), each.style, tip=tip)


def _line(canvas: Canvas, points: Sequence[tuple[float, float]]) -> None:
    canvas.path("M" + " L".join(f"{at(x)} {at(y)}" for x, y in points), "l-ink line")
    for x, y in points:
        canvas.circle(x, y, 2.6, "s-ink")


def grid(canvas: Canvas, scale: Scale, marks: Sequence[float], unit: str) -> float:
    """Horizontal lines with their labels; returns where the drawing area begins."""
    words = tick_labels(marks)
    left = max(len(word) for word in words) * LETTERS * 0.6 + 12
    canvas.text(0, 12, unit, "tick")
    for mark, word in zip(marks, words, strict=True):
        canvas.line(left, scale.at(mark), canvas.width, scale.at(mark), "grid")
        canvas.text(left - 8, scale.at(mark) + 4, word, "tick", anchor="end")
    return left


def point_at(canvas: Canvas, x: float, words: str, top: float, foot: float) -> None:
    """A dashed line with words at its head, kept inside the picture."""
    canvas.line(x, top - 12, x, foot, "mark")
    half = len(words) * LETTERS * 0.28
    anchor = "end" if x + half > canvas.width else "start" if x - half < 40 else "middle"
    canvas.text(x + {"end": -6, "start": 6, "middle": 0}[anchor], top - 18, words, "note", anchor=anchor)


def _listed(labels: Sequence[str], values: Sequence[float], unit: str) -> str:
    return ", ".join(f"{label} {unit} {value:,.0f}" for label, value in zip(labels, values, strict=True))
