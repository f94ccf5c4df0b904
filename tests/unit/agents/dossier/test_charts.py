"""Charts are well-formed, say what they show, and put values where they belong."""

from collections.abc import Sequence
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from services.agents.dossier.charts.bars import Bar, Range, Swing, ranges, ranking, tornado
from services.agents.dossier.charts.canvas import Chart, fitted, wrapped
from services.agents.dossier.charts.circles import Circle, circles, radii_of
from services.agents.dossier.charts.columns import Series, columns
from services.agents.dossier.charts.lines import Line, lines, month_ticks
from services.agents.dossier.charts.schedule import Danger, Point, Span, matrix, timeline

HOSTILE = "<script>alert(1)</script>\"&'>"
SVG = "{http://www.w3.org/2000/svg}"


def picture(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(chart.wide)


def shapes(chart: Chart, element: str, style: str) -> list[ElementTree.Element]:
    """Elements of a class, in the order drawn."""
    return [each for each in picture(chart).iter(f"{SVG}{element}") if style in each.get("class", "").split()]


def number(element: ElementTree.Element, attribute: str) -> float:
    return float(element.get(attribute, "nan"))


def words(chart: Chart) -> list[str]:
    return [each.text or "" for each in picture(chart).iter(f"{SVG}text")]


def row(*values: float, name: str = "Revenue", style: str = "s1") -> Series:
    return Series(name=name, values=values, style=style)


def every_kind(label: str) -> list[Chart]:
    return [
        columns("a", label, [label, ""], [row(1, 2), row(3, -1)], unit=label, line=row(1, 1), mark=(1, label)),
        columns("b", label, [label], [row(5, name=label)], unit=label, stacked=True),
        lines("c", label, [Line(name=label, points=((1, 5.0), (2, -3.0)), style="l1")], unit=label, mark=(2, label)),
        ranking("d", label, [Bar(label=label, value=2, shown=label), Bar(label="b", value=0, shown="0")]),
        ranges("e", label, [Range(label=label, low=1, base=2, high=3)], unit=label),
        tornado("f", label, [Swing(label=label, if_lower=-4, if_higher=9)], centre=3, unit=label),
        circles("g", label, [Circle(label=label, value=9, shown=label), Circle(label="b", value=1, shown="1")]),
        timeline("h", label, [Span(label=label, first=1, last=40)], [Point(label=label, month=3)]),
        matrix("i", label, [Danger(sign=label, label=label, likelihood="low", impact="high")]),
    ]  # fmt: skip


@pytest.mark.parametrize("chart", every_kind(HOSTILE), ids=lambda chart: chart.name)
def test_texts_of_others_stay_texts_and_the_picture_well_formed(chart: Chart) -> None:
    for svg in (chart.wide, chart.narrow):
        root = ElementTree.fromstring(svg)
        assert not list(root.iter(f"{SVG}script"))
        assert "<script" not in svg


@pytest.mark.parametrize("chart", every_kind("Bread"), ids=lambda chart: chart.name)
def test_both_pictures_are_named_and_described(chart: Chart) -> None:
    names = set()
    for svg in (chart.wide, chart.narrow):
        root = ElementTree.fromstring(svg)
        title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None
        assert title.text == "Bread"
        assert description is not None
        assert description.text
        assert root.get("role") == "img"
        assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        names |= {title.get("id"), description.get("id")}
    assert len(names) == 4


@pytest.mark.parametrize("chart", every_kind("Bread"), ids=lambda chart: chart.name)
def test_nothing_is_drawn_outside_the_picture(chart: Chart) -> None:
    for svg in (chart.wide, chart.narrow):
        root = ElementTree.fromstring(svg)
        _, _, width, height = (float(part) for part in root.get("viewBox", "").split())
        for box in root.iter(f"{SVG}rect"):
            assert number(box, "x") >= -0.01
            assert number(box, "x") + number(box, "width") <= width + 0.01
            assert number(box, "y") + number(box, "height") <= height + 0.01
        for text in root.iter(f"{SVG}text"):
            assert 0 <= number(text, "x") <= width
            assert 0 <= number(text, "y") <= height


def test_columns_are_as_high_as_their_values_and_hang_below_zero() -> None:
    chart = columns("a", "Result", ["Q1", "Q2", "Q3"], [row(100, 50, -25)], unit="EUR")
    boxes = shapes(chart, "rect", "s1")
    heights = [number(box, "height") for box in boxes]
    assert heights[0] == pytest.approx(2 * heights[1], abs=0.05)
    assert heights[1] == pytest.approx(2 * heights[2], abs=0.05)
    zero = number(boxes[0], "y") + heights[0]
    assert number(boxes[2], "y") == pytest.approx(zero, abs=0.05)


def test_stacked_columns_stand_on_each_other() -> None:
    chart = columns("a", "Costs", ["Q1"], [row(30), row(10, style="s2")], unit="EUR", stacked=True)
    (lower,), (upper,) = shapes(chart, "rect", "s1"), shapes(chart, "rect", "s2")
    assert number(upper, "y") + number(upper, "height") == pytest.approx(number(lower, "y"), abs=0.05)
    assert number(lower, "height") == pytest.approx(3 * number(upper, "height"), abs=0.05)


def test_the_break_even_is_marked_at_its_column() -> None:
    labels = ["Y1 Q1", "Y1 Q2", "Y1 Q3"]
    chart = columns("a", "Result", labels, [row(1, 2, 3)], unit="EUR", mark=(1, "Break-even: month 5"))
    (line,) = shapes(chart, "line", "mark")
    box = shapes(chart, "rect", "s1")[1]
    assert number(line, "x1") == pytest.approx(number(box, "x") + number(box, "width") / 2, abs=1)
    assert "Break-even: month 5" in words(chart)


def test_lines_run_through_their_months() -> None:
    chart = lines("a", "Cash", [Line(name="Base", points=((1, 0.0), (3, 100.0), (5, 50.0)), style="l1")], unit="EUR")
    (path,) = shapes(chart, "path", "l1")
    points = [tuple(float(part) for part in pair.split()) for pair in path.get("d", "").lstrip("M").split(" L")]
    assert points[1][0] - points[0][0] == pytest.approx(points[2][0] - points[1][0], abs=0.02)
    assert points[0][1] > points[2][1] > points[1][1]
    assert points[2][1] == pytest.approx((points[0][1] + points[1][1]) / 2, abs=0.02)


def test_labels_at_the_ends_of_lines_do_not_touch() -> None:
    close = [Line(name=f"Scenario {place}", points=((1, 0.0), (36, 100.0 + place)), style="l1") for place in range(3)]
    found = picture(lines("a", "Cash", close, unit="EUR"))
    heights = sorted(number(text, "y") for text in found.iter(f"{SVG}text") if "l1-text" in text.get("class", ""))
    assert all(other - one >= 15.9 for one, other in pairwise(heights))


@pytest.mark.parametrize(
    ("first", "last", "most", "expected"),
    [(1, 36, 8, [6, 12, 18, 24, 30, 36]), (1, 12, 12, list(range(1, 13))), (1, 1, 5, [1]), (1, 36, 5, [12, 24, 36])],
)
def test_months_are_labelled_sparsely(first: int, last: int, most: int, expected: Sequence[int]) -> None:
    assert month_ticks(first, last, most=most) == expected


def test_bars_of_a_ranking_are_as_long_as_their_values() -> None:
    chart = ranking("a", "Prices", [Bar(label="a", value=10, shown="10"), Bar(label="b", value=2.5, shown="2.5")])
    long, short = (number(box, "width") for box in shapes(chart, "rect", "s1"))
    assert long == pytest.approx(4 * short, abs=0.1)


def test_a_range_runs_from_low_to_high_with_its_dot_at_base() -> None:
    chart = ranges("a", "Size", [Range(label="a", low=20, base=40, high=100)], unit="EUR")
    (box,), (dot,) = shapes(chart, "rect", "s4"), shapes(chart, "circle", "s1")
    assert number(dot, "cx") - number(box, "x") == pytest.approx(number(box, "width") / 4, abs=0.1)


def test_a_tornado_begins_with_the_strongest_driver() -> None:
    swings = [Swing(label="Weak", if_lower=9, if_higher=11), Swing(label="Strong", if_lower=2, if_higher=18)]
    found = words(tornado("a", "Drivers", swings, centre=10, unit="EUR"))
    assert found.index("Strong") < found.index("Weak")


def test_areas_of_circles_are_as_their_values() -> None:
    radii, true = radii_of([100, 25, 4])
    assert true
    assert [radius / radii[0] for radius in radii] == pytest.approx([1, 0.5, 0.2])


def test_circles_too_small_to_see_are_enlarged_and_that_is_said() -> None:
    radii, true = radii_of([1e9, 1e6, 1e3])
    assert not true
    assert radii[0] > radii[1] > radii[2] > 5
    amounts = [Circle(label="a", value=1e9, shown="1B"), Circle(label="b", value=1e3, shown="1K")]
    assert "enlarged" in circles("a", "Size", amounts).note


@pytest.mark.parametrize("values", [[5, 5, 5], [1, 0, 0], [0, 0], [10, 9.99, 9.98], []])
def test_no_circle_hides_the_one_inside_it(values: list[float]) -> None:
    radii, _ = radii_of(values)
    assert all(one - other >= 11.9 for one, other in pairwise(radii))
    assert all(radius > 0 for radius in radii)


def test_phases_cover_their_months_both_included() -> None:
    chart = timeline("a", "Plan", [Span(label="A", first=1, last=6), Span(label="B", first=7, last=12)], [])
    first, second = shapes(chart, "rect", "s1")[0], shapes(chart, "rect", "s2")[0]
    assert number(first, "width") == pytest.approx(number(second, "width"), abs=0.1)
    assert number(first, "x") + number(first, "width") == pytest.approx(number(second, "x") - 2, abs=0.1)


def test_milestones_of_one_month_stand_below_each_other() -> None:
    chart = timeline("a", "Plan", [Span(label="A", first=1, last=36)], [Point(label=str(n), month=4) for n in range(3)])
    signs = [text for text in picture(chart).iter(f"{SVG}text") if text.get("class") == "inside"]
    assert len({number(text, "x") for text in signs}) == 1
    assert len({number(text, "y") for text in signs}) == 3


def test_risks_stand_higher_the_likelier_and_further_right_the_graver() -> None:
    dangers = [
        Danger(sign="R1", label="a", likelihood="high", impact="high"),
        Danger(sign="R2", label="b", likelihood="low", impact="low"),
        Danger(sign="R3", label="c", likelihood="perhaps", impact="low"),
    ]
    found = {text.text: text for text in picture(matrix("a", "Risks", dangers)).iter(f"{SVG}text")}
    assert number(found["R1"], "x") > number(found["R2"], "x")
    assert number(found["R1"], "y") < number(found["R2"], "y")
    assert "R3" not in found


def test_words_are_cut_with_an_ellipsis_and_wrapped_at_spaces() -> None:
    assert fitted("A long label", 40, 12) == "A lo…"
    assert wrapped("one two three four", 60, 12) == ["one two", "three f…"]
    assert wrapped("", 60, 12) == [""]
