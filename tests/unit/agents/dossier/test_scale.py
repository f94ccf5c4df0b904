"""Ticks are round numbers around the values; places follow the values."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agents.dossier.charts.scale import Scale, round_scale, short, tick_labels, ticks

AMOUNTS = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False).map(lambda value: round(value, 2))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 100, [0, 25, 50, 75, 100]),
        (0, 93, [0, 25, 50, 75, 100]),
        (12, 41, [0, 20, 40, 60]),
        (0, 7, [0, 2, 4, 6, 8]),
        (-88_000, 90_000, [-100_000, -50_000, 0, 50_000, 100_000]),
        (0, 0.9, [0, 0.25, 0.5, 0.75, 1.0]),
        (-30, -5, [-30, -20, -10, 0]),
        (0, 0, [0, 1]),
    ],
)
def test_ticks_are_the_numbers_a_person_would_choose(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high, most=5) == expected


@given(AMOUNTS, AMOUNTS, st.integers(2, 9))
def test_ticks_are_round_even_few_and_cover_the_values(one: float, other: float, most: int) -> None:
    low, high = min(one, other), max(one, other)
    found = ticks(low, high, most=most)
    assert len(found) <= most + 1
    assert 0 in found
    step = found[1] - found[0]
    assert found[0] <= low + step * 1e-6
    assert found[-1] >= high - step * 1e-6
    assert all(right - left == pytest.approx(step) for left, right in pairwise(found))
    mantissa = step / 10 ** math.floor(math.log10(step) + 1e-12)
    assert any(mantissa == pytest.approx(nice) for nice in (1, 2, 2.5, 5, 10))


def test_places_follow_values_in_a_straight_line() -> None:
    scale = Scale(0, 200, 300, 20)
    assert [scale.at(value) for value in (0, 100, 200)] == [300, 160, 20]


def test_a_scale_without_width_puts_everything_at_its_start() -> None:
    assert Scale(5, 5, 10, 90).at(5) == 10


def test_a_round_scale_ends_at_its_outer_ticks() -> None:
    scale, marks = round_scale([37, 88], 0, 500)
    assert (scale.low, scale.high) == (marks[0], marks[-1]) == (0, 100)
    assert round_scale([], 0, 100)[1] == [0, 1]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (3.456, "3.46"),
        (999, "999"),
        (9_511, "9,511"),
        (12_450, "12.4K"),
        (999_950, "1M"),
        (1_240_000, "1.24M"),
        (-66_120, "−66.1K"),
        (2.5e9, "2.5B"),
        (4.2e15, "4,200T"),
    ],
)
def test_short_numbers_have_three_digits_and_a_letter(value: float, shown: str) -> None:
    assert short(value) == shown


def test_labels_of_an_axis_share_one_unit() -> None:
    assert tick_labels([0, 500_000, 1_000_000]) == ["0", "0.5M", "1M"]
    assert tick_labels([-50_000, 0, 50_000]) == ["−50K", "0", "50K"]
    assert tick_labels([0, 2_000, 4_000]) == ["0", "2,000", "4,000"]
