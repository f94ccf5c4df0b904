"""Contrast by WCAG, corrections towards it, and colours as other eyes see them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_sdk.colour import channels, contrast, letters_on, luminance, mix, readable
from agent_sdk.colour_vision import VISIONS, difference, least_difference, relit, simulated

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#FFFFFF", 21.0),
        ("#777777", "#FFFFFF", 4.48),
        ("#0000FF", "#FFFFFF", 8.59),
        ("#FF0000", "#FF0000", 1.0),
    ],
)
def test_contrast_is_that_of_wcag_both_ways(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_luminance_runs_from_black_to_white() -> None:
    assert luminance("#000000") == 0
    assert luminance("#FFFFFF") == pytest.approx(1)


def test_mixing_goes_from_one_colour_to_the_other() -> None:
    assert [mix("#000000", "#FF8040", share) for share in (0, 0.5, 1)] == ["#000000", "#804020", "#FF8040"]


def test_a_readable_colour_stays_and_another_moves_as_little_as_needed() -> None:
    assert readable("#1f3a93", "#FFFFFF", least=4.5) == "#1F3A93"
    corrected = readable("#F2C94C", "#FFFFFF", least=4.5)
    assert 4.5 <= contrast(corrected, "#FFFFFF") < 5


@given(COLOURS, COLOURS, COLOURS)
def test_letters_can_be_read_on_any_ground(ground: str, one: str, other: str) -> None:
    assert contrast(letters_on(ground, one, other), ground) >= 4.5


@given(COLOURS, COLOURS)
def test_a_correction_always_reaches_text_contrast_on_one_ground(colour: str, ground: str) -> None:
    assert contrast(readable(colour, ground, least=4.5), ground) >= 4.5


@pytest.mark.parametrize("vision", VISIONS)
def test_black_and_white_are_a_whole_apart_for_everybody(vision: str) -> None:
    assert difference("#000000", "#FFFFFF", vision) == pytest.approx(1, abs=0.001)
    assert difference("#3366CC", "#3366CC", vision) == 0


@pytest.mark.parametrize(
    ("vision", "first", "second"),
    [("protan", "#A00000", "#3B3B00"), ("deutan", "#C05000", "#8A7A00"), ("tritan", "#00A0A0", "#20A0C0")],
)
def test_what_lesser_visions_confuse_the_usual_one_tells_apart(vision: str, first: str, second: str) -> None:
    assert difference(first, second, vision) < difference(first, second) / 2
    assert least_difference(first, second) <= difference(first, second, vision)


@given(COLOURS, COLOURS)
def test_differences_are_the_same_both_ways(first: str, second: str) -> None:
    assert least_difference(first, second) == least_difference(second, first)


@given(COLOURS)
def test_nothing_changes_by_usual_eyes_or_without_another_light(colour: str) -> None:
    assert simulated(colour, "usual") == colour
    assert difference(relit(colour, 0), colour) < 0.01


def test_another_light_keeps_the_hue() -> None:
    lighter, darker = relit("#A08D00", 0.1), relit("#A08D00", -0.1)
    assert luminance(darker) < luminance("#A08D00") < luminance(lighter)
    for red, green, blue in (channels(lighter), channels(darker)):
        assert red > green > 2 * blue
