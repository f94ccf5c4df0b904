"""Contrast by WCAG, and a theme in which everything can be read whatever the brand's colours are."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.agents.dossier.colour import contrast, grade, letters_on, luminance, mix, readable, shown
from services.agents.dossier.readers.brand import Brand
from services.agents.dossier.theme import Scheme, theme_of

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")
ROLES = ("primary", "secondary", "accent", "background", "surface", "text")


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


def test_a_ratio_that_fails_is_not_rounded_into_a_pass() -> None:
    assert shown(4.499) == "4.4"
    assert shown(4.5) == "4.5"
    assert [grade(ratio) for ratio in (7, 4.5, 3, 2.9)] == ["AAA", "AA", "large text", "decoration only"]


def test_mixing_goes_from_one_colour_to_the_other() -> None:
    assert [mix("#000000", "#FF8040", share) for share in (0, 0.5, 1)] == ["#000000", "#804020", "#FF8040"]


def test_a_readable_colour_stays_and_another_moves_as_little_as_needed() -> None:
    assert readable("#1f3a93", "#FFFFFF", least=4.5) == "#1F3A93"
    corrected = readable("#F2C94C", "#FFFFFF", least=4.5)
    assert 4.5 <= contrast(corrected, "#FFFFFF") < 5


@given(COLOURS, COLOURS, COLOURS)
def test_letters_can_be_read_on_any_ground(ground: str, one: str, other: str) -> None:
    assert contrast(letters_on(ground, one, other), ground) >= 4.5


def brand(*colours: str) -> Brand:
    palette = [{"role": role, "hex": colour} for role, colour in zip(ROLES, colours, strict=True)]
    return Brand.model_validate({"palette": palette})


@given(st.tuples(*[COLOURS] * 6))
@example(("#FFFFFF",) * 6)
@example(("#000000",) * 6)
@example(("#F5D90A", "#22D3EE", "#F43F5E", "#111827", "#1F2937", "#F9FAFB"))
@example(("#808080", "#808080", "#808080", "#F0F0F0", "#D0D0D0", "#808080"))
def test_whatever_the_palette_the_page_can_be_read_by_day_and_by_night(colours: tuple[str, ...]) -> None:
    theme = theme_of(brand(*colours))
    assert contrast(theme.cover_ink, theme.cover) >= 4.5
    for scheme in (theme.day, theme.night):
        readable_scheme(scheme)
    assert luminance(theme.day.paper) > 0.8
    assert luminance(theme.night.paper) < 0.1


def readable_scheme(scheme: Scheme) -> None:
    for ground in (scheme.paper, scheme.card):
        assert contrast(scheme.ink, ground) >= 10
        assert contrast(scheme.muted, ground) >= 4.5
        assert contrast(scheme.key, ground) >= 4.5
    for colour in scheme.series[:3]:
        assert contrast(colour, scheme.paper) >= 3


def test_without_a_brand_there_is_a_quiet_default() -> None:
    theme = theme_of(None)
    assert theme.band == ()
    readable_scheme(theme.day)
    assert "'" in theme.heading
    assert theme.body.endswith("sans-serif")


def test_the_brands_letters_come_first_and_their_kin_after() -> None:
    face = {"family": "Fraunces", "category": "serif"}
    theme = theme_of(Brand.model_validate({"typography": {"heading": face, "body": face | {"category": "odd"}}}))
    assert theme.heading.startswith("'Fraunces', ")
    assert theme.heading.endswith("serif")
    assert theme.body.endswith("sans-serif")
