"""A comparison as a picture: what came, how many replicas each had, how long tasks waited. SVG, drawn by hand, so
that it opens anywhere and is the same every time."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from services.scaler.simulation.comparison import BOUND, OURS, Comparison, Row
from services.scaler.simulation.load import Load
from services.scaler.simulation.outcome import Outcome, percentile

WIDTH, LEFT, RIGHT = 1200, 84, 36
_INK, _QUIET, _GRID, _AREA = "#1c2330", "#6b7585", "#e4e8ee", "#c3cbd8"
_OURS = "#0b66c3"
_COLOURS = {"hpa": "#b0417f", "queue-only": "#3f8f5b", "kpa": "#d9790b", "backlog": "#795548", "static": "#7d6bb5"}
"""Told apart by people who see few colours, too."""
_BINS = 120
_ROOM = 62
"""Between two panels."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Panel:
    """A pair of axes: where it is, and how far it reaches."""

    top: float
    height: float
    lasts: float
    most: float

    def x(self, time: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * min(time / self.lasts, 1.0)

    def y(self, value: float) -> float:
        return self.top + self.height * (1 - min(value / self.most, 1.0))


def picture(comparison: Comparison) -> str:
    """The picture of a comparison, an SVG document."""
    load, shown = comparison.load, _shown(comparison)
    lasts = max([load.lasts, *(outcome.hours * 3600 for _, outcome in shown)])
    table_top = 176 + 130 + 260 + 190 + 3 * _ROOM
    height = table_top + 26 * (len(comparison.rows) + 1) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
        f'viewBox="0 0 {WIDTH} {height:.0f}" font-family="Inter, Helvetica, Arial, sans-serif" font-size="14">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *_head(comparison, shown),
        *_arrivals(load, lasts, top=176),
        *_replicas(comparison, shown, lasts, top=176 + 130 + _ROOM),
        *_waits(comparison, shown, lasts, top=176 + 130 + 260 + 2 * _ROOM),
        *_table(comparison.rows, table_top),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _shown(comparison: Comparison) -> list[tuple[Row, Outcome]]:
    """The lines: of each rule the one with the longest grace. Ours comes last, so that it lies on top."""
    chosen: dict[str, Row] = {}
    for row in comparison.rows:
        longest = chosen.get(row.name, row).grace or 0
        if row.label in comparison.outcomes and (row.grace or 0) >= longest:
            chosen[row.name] = row
    lines = [(row, comparison.outcomes[row.label]) for row in chosen.values()]
    return sorted(lines, key=lambda line: line[0].name == OURS)


def _head(comparison: Comparison, shown: Sequence[tuple[Row, Outcome]]) -> Iterator[str]:
    load, setting = comparison.load, comparison.setting
    yield _text(LEFT, 52, f"Load “{load.name}”", size=26, weight=600)
    told = (
        f"{load.tasks} tasks in {load.lasts / 3600:.3g} h, {setting.slots} slots per replica, "
        f"cold start {setting.cold_start:g} s; the curves are of seed {setting.seed}, the table of all"
    )
    yield _text(LEFT, 80, told, fill=_QUIET)
    x = float(LEFT)
    for row, _ in reversed(shown):
        label = "HeyJarvis" if row.name == OURS else row.label
        stroke = f'stroke="{_colour(row)}" stroke-width="{_stroke(row) + 1}"'
        yield f'<line x1="{x}" x2="{x + 26}" y1="112" y2="112" {stroke}/>'
        yield _text(x + 34, 117, label)
        x += 62 + 7.6 * len(label)


def _arrivals(load: Load, lasts: float, *, top: float) -> Iterator[str]:
    span = lasts / _BINS
    counts = [0] * _BINS
    for job in load.jobs:
        counts[min(_BINS - 1, int(job.arrival / span))] += len(job.tasks)
    rates = [count / span * 60 for count in counts]
    panel = _Panel(top, 130, lasts, _nice(max(rates)))
    yield from _axes(panel, "tasks that arrive, per minute")
    wide = panel.x(span) - panel.x(0)
    for at, rate in enumerate(rates):
        if rate:
            y = panel.y(rate)
            yield (
                f'<rect x="{panel.x(at * span):.1f}" y="{y:.1f}" width="{max(wide - 1, 0.5):.1f}" '
                f'height="{top + 130 - y:.1f}" fill="#9fb0c6"/>'
            )


def _replicas(
    comparison: Comparison, shown: Sequence[tuple[Row, Outcome]], lasts: float, *, top: float
) -> Iterator[str]:
    most = max(moment.replicas for _, outcome in shown for moment in outcome.moments)
    panel = _Panel(top, 260, lasts, _nice(max(most, *(replicas for _, replicas in comparison.need))))
    yield from _axes(panel, "replicas; grey: as many as the tasks would fill if none ever waited")
    steps = [(time, float(replicas)) for time, replicas in comparison.need]
    area = _path(_stairs([*steps, (lasts, steps[-1][1])]), panel)
    yield f'<path d="{area} L{panel.x(lasts):.1f},{panel.y(0):.1f} L{LEFT},{panel.y(0):.1f} Z" fill="{_AREA}"/>'
    for row, outcome in shown:
        points = [(moment.time, float(moment.replicas)) for moment in outcome.moments]
        yield _line(_path(_stairs(points), panel), row)


def _waits(comparison: Comparison, shown: Sequence[tuple[Row, Outcome]], lasts: float, *, top: float) -> Iterator[str]:
    span = lasts / _BINS
    lines = [(row, list(_worst(outcome, span))) for row, outcome in shown]
    slo = comparison.setting.slo_wait
    most = max([slo, *(wait for _, points in lines for _, wait in points)])
    panel = _Panel(top, 190, lasts, _nice(most))
    yield from _axes(panel, "seconds that 95 % of the tasks waited at most; dashed: what is allowed")
    y = panel.y(slo)
    yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_QUIET}" stroke-dasharray="5 5"/>'
    for row, points in lines:
        yield _line(_path(points, panel), row)


def _worst(outcome: Outcome, span: float) -> Iterator[Point]:
    bins: dict[int, list[float]] = {}
    for ready, wait in outcome.waited:
        bins.setdefault(int(ready / span), []).append(wait)
    for at in range(max(bins, default=0) + 1):
        yield (at + 0.5) * span, percentile(sorted(bins.get(at, ())), 0.95)


def _table(rows: Sequence[Row], top: float) -> Iterator[str]:
    columns: Sequence[tuple[str, float, Callable[[Row], str]]] = (
        ("wait p50", 470, lambda row: f"{row.wait_p50:.1f} s"),
        ("p95", 570, lambda row: f"{row.wait_p95:.1f} s"),
        ("p99", 670, lambda row: f"{row.wait_p99:.1f} s"),
        ("too late", 780, lambda row: f"{row.slo_misses / max(row.tasks, 1):.1%}"),
        ("pod-hours", 900, lambda row: f"{row.pod_hours:.1f}"),
        ("killed", 1000, lambda row: str(row.killed_tasks)),
        ("changes/h", WIDTH - RIGHT, lambda row: f"{row.actions_per_hour:.0f}"),
    )
    for head, x, _ in columns:
        yield _text(x, top, head, fill=_QUIET, anchor="end")
    for number, row in enumerate(rows, start=1):
        y = top + 26 * number
        weight = 600 if row.name == OURS else 400
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y - 18}" y2="{y - 18}" stroke="{_GRID}"/>'
        yield f'<circle cx="{LEFT + 6}" cy="{y - 5}" r="5" fill="{_colour(row)}"/>'
        yield _text(LEFT + 22, y, "HeyJarvis" if row.name == OURS else row.label, weight=weight)
        for head, x, cell in columns:
            bad = head == "killed" and row.killed_tasks
            yield _text(x, y, cell(row), anchor="end", weight=600 if bad else weight, fill="#b3261e" if bad else _INK)


def _axes(panel: _Panel, title: str) -> Iterator[str]:
    yield _text(LEFT, panel.top - 12, title, fill=_QUIET)
    for part in range(5):
        value = panel.most * part / 4
        y = panel.y(value)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_GRID}"/>'
        yield _text(LEFT - 10, y + 5, f"{value:g}", fill=_QUIET, anchor="end", size=12)
    step = _nice_span(panel.lasts)
    for number in range(int(panel.lasts / step) + 1):
        time = number * step
        told = f"{time / 3600:g} h" if step >= 900 else f"{time / 60:g} min"
        yield _text(panel.x(time), panel.top + panel.height + 18, told, fill=_QUIET, anchor="middle", size=12)


def _line(path: str, row: Row) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="{_colour(row)}" stroke-width="{_stroke(row)}" '
        f'stroke-linejoin="round" opacity="{1 if row.name == OURS else 0.85}"/>'
    )


def _path(points: Sequence[Point], panel: _Panel) -> str:
    return "M" + " L".join(f"{panel.x(time):.1f},{panel.y(value):.1f}" for time, value in points)


def _stairs(points: Sequence[Point]) -> list[Point]:
    """Numbers that hold until the next one."""
    found = [points[0]]
    for (_, before), (time, after) in pairwise(points):
        if after != before:
            found += [(time, before), (time, after)]
    return [*found, points[-1]]


def _colour(row: Row) -> str:
    return _OURS if row.name == OURS else _AREA if row.name == BOUND else _COLOURS[row.name]


def _stroke(row: Row) -> float:
    return 3.0 if row.name == OURS else 1.6


def _text(
    x: float, y: float, text: str, *, fill: str = _INK, anchor: str = "start", size: int = 14, weight: int = 400
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}">{escape(text)}</text>'
    )


def _nice(value: float) -> float:
    """A round number that is not below, whose quarters are round too."""
    if value <= 0:
        return 4.0
    scale: float = 10.0 ** math.floor(math.log10(value))
    return next(
        step * scale for step in (1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 6.0, 8.0, 10.0) if value <= step * scale * 1.0001
    )


def _nice_span(lasts: float) -> float:
    """Seconds between two marks of the time axis: about eight of them."""
    spans = (60, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400)
    return next((float(span) for span in spans if lasts / span <= 9), 172_800.0)
