import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agents.branding.color import (
    LARGE,
    TEXT,
    check_palette,
    contrast,
    corrected,
    letters_on,
    luminance,
    mix,
    shown_ratio,
)
from tests.support.agent_drafts import palette

colours = st.integers(min_value=0, max_value=0xFFFFFF).map(lambda value: f"#{value:06X}")


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#FFFFFF", 21.0),
        ("#FFFFFF", "#FFFFFF", 1.0),
        ("#777777", "#FFFFFF", 4.47),
        ("#767676", "#FFFFFF", 4.54),
    ],
)
def test_ratios_are_those_of_the_recommendation(first: str, second: str, ratio: float) -> None:
    assert shown_ratio(first, second) == ratio


def test_luminance_weighs_green_most() -> None:
    assert luminance("#FF0000") == pytest.approx(0.2126)
    assert luminance("#00FF00") == pytest.approx(0.7152)
    assert luminance("#0000FF") == pytest.approx(0.0722)


@given(colours, colours)
def test_contrast_is_symmetric_and_within_its_bounds(first: str, second: str) -> None:
    assert contrast(first, second) == contrast(second, first)
    assert 1 <= contrast(first, second) <= 21


@given(colours, colours)
def test_a_correction_always_reaches_text_contrast_on_one_ground(colour: str, ground: str) -> None:
    better = corrected(colour, (ground,), TEXT)
    assert contrast(better, ground) >= TEXT
    assert better == colour or contrast(colour, ground) < TEXT


@given(colours, colours, colours)
def test_letters_can_be_read_on_every_colour(ground: str, text: str, background: str) -> None:
    assert contrast(letters_on(ground, text, background), ground) >= TEXT


def test_mixing_ends_at_either_colour() -> None:
    assert mix("#102030", "#FFFFFF", 0) == "#102030"
    assert mix("#102030", "#FFFFFF", 1) == "#FFFFFF"
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"


def test_a_good_palette_is_left_as_proposed() -> None:
    checked, pairs = check_palette(palette())
    assert all(colour.hex == colour.proposed_hex for colour in checked)
    assert {pair.foreground: pair.passes for pair in pairs}["text"]


def test_text_that_cannot_be_read_is_corrected_and_the_proposal_kept() -> None:
    checked, pairs = check_palette(palette(text="#bbbbbb", primary="#ffe680"))
    by_role = {colour.role: colour for colour in checked}
    assert by_role["text"].proposed_hex == "#BBBBBB"
    assert by_role["text"].hex != "#BBBBBB"
    assert contrast(by_role["primary"].hex, "#FFFFFF") >= LARGE
    assert all(pair.passes for pair in pairs if pair.foreground in ("text", "primary"))


def test_a_weak_accent_is_flagged_and_not_changed() -> None:
    checked, pairs = check_palette(palette(accent="#FFF3B0"))
    accent = next(colour for colour in checked if colour.role == "accent")
    assert accent.hex == "#FFF3B0"
    assert next(pair for pair in pairs if pair.foreground == "accent").grade == "fail"


@given(st.fixed_dictionaries(dict.fromkeys(("primary", "background", "surface", "text"), colours)))
def test_whatever_is_proposed_text_and_primary_can_be_used(proposal: dict[str, str]) -> None:
    _, pairs = check_palette(palette(**proposal))
    assert all(pair.passes for pair in pairs if pair.foreground in ("text", "primary"))
