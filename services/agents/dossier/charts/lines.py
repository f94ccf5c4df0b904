"""Lines over months, labelled at their ends, with marks at the months that matter."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.agents.dossier.charts.canvas import Canvas, Chart, at, chart
from services.agents.dossier.charts.columns import LETTERS, grid, point_at
from services.agents.dossier.charts.scale import Scale, round_scale, short


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One course over time."""

    name: str
    points: tuple[tuple[int, float], ...]
    """Month and value, in order of time."""
    style: str
    """Class of the line, such as `l1`."""


def lines(
    name: str,
    title: str,
    courses: Sequence[Line],
    *,
    unit: str,
    mark: tuple[int, str] | None = None,
    shade: tuple[str, str] | None = None,
    note: str = "",
) -> Chart:
    """Courses over months. `mark` is a month and words; `shade` names two courses whose distance is shaded."""

    def draw(canvas: Canvas) -> None:
        _draw(canvas, courses, unit, mark, shade)

    said = "; ".join(_said(course, unit) for course in courses)
    legend = tuple((f"{course.style} line", course.name) for course in courses)
    return chart(name, title, said, draw, height=320, narrow_height=290, note=note, legend=legend)


def _draw(
    canvas: Canvas, courses: Sequence[Line], unit: str, mark: tuple[int, str] | None, shade: tuple[str, str] | None
) -> None:
    top, foot = 40.0, canvas.height - 40
    scale, marks = round_scale((value for course in courses for _, value in course.points), foot, top)
    left = grid(canvas, scale, marks, unit)
    months = [month for course in courses for month, _ in course.points]
    room = 0.0 if canvas.small else max(len(course.name) for course in courses) * LETTERS * LETTER_ROOM + 14
    across = Scale(min(months), max(months), left + 6, canvas.width - max(room, 8))
    for month in month_ticks(min(months), max(months), most=5 if canvas.small else 8):
        canvas.line(across.at(month), scale.at(marks[0]), across.at(month), scale.at(marks[0]) + 4, "axis")
        canvas.text(across.at(month), foot + 18, str(month), "tick", anchor="middle")
    canvas.text((across.start + across.end) / 2, canvas.height - 4, "Month of the plan", "tick", anchor="middle")
    canvas.line(left, scale.at(0), across.end, scale.at(0), "axis")
    if shade:
        _shade(canvas, courses, shade, across, scale)
    for course in courses:
        canvas.path(
            "M" + " L".join(f"{at(across.at(x))} {at(scale.at(y))}" for x, y in course.points), f"{course.style} line"
        )
    if not canvas.small:
        _end_labels(canvas, courses, across, scale, top, foot)
    if mark:
        point_at(canvas, across.at(mark[0]), mark[1], top, foot)


LETTER_ROOM = 0.58
"""Width of a letter of an end label, in its own size."""


def month_ticks(first: int, last: int, *, most: int) -> list[int]:
    """Months to label: multiples of the smallest of 1, 2, 3, 6, 12 or 24 that gives at most `most`."""
    for step in (1, 2, 3, 6, 12, 24):
        found = [month for month in range(first, last + 1) if month % step == 0]
        if 0 < len(found) <= most:
            return found
    return [first, last]


def _shade(canvas: Canvas, courses: Sequence[Line], shade: tuple[str, str], across: Scale, scale: Scale) -> None:
    named = {course.name: course for course in courses}
    upper, lower = named.get(shade[0]), named.get(shade[1])
    if upper and lower:
        there = [f"{at(across.at(x))} {at(scale.at(y))}" for x, y in upper.points]
        back = [f"{at(across.at(x))} {at(scale.at(y))}" for x, y in reversed(lower.points)]
        canvas.path(f"M{' L'.join([*there, *back])} Z", "shade")


def _end_labels(canvas: Canvas, courses: Sequence[Line], across: Scale, scale: Scale, top: float, foot: float) -> None:
    """Names beside the ends of the lines, moved apart where they would touch."""
    ends = [(scale.at(course.points[-1][1]), course) for course in courses if course.points]
    placed = top - 16
    for y, course in sorted(ends, key=lambda end: end[0]):
        placed = min(max(y, placed + 16), foot + 12)
        canvas.text(across.end + 10, placed + 4, course.name, f"label {course.style.split()[0]}-text")


def _said(course: Line, unit: str) -> str:
    if not course.points:
        return f"{course.name}: nothing"
    chosen = [
        course.points[0],
        *(point for point in course.points[1:-1] if point[0] % 12 == 0),
        *course.points[1:][-1:],
    ]
    return f"{course.name}: " + ", ".join(f"month {month} {unit} {short(value)}" for month, value in chosen)
