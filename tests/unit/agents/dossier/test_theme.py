"""A theme in which everything can be read whatever the colours of the brand are."""

from hypothesis import example, given
from hypothesis import strategies as st

from agent_sdk.colour import contrast, luminance
from services.agents.dossier.chapters.brand import grade, shown
from services.agents.dossier.readers.brand import Brand
from services.agents.dossier.theme import Scheme, theme_of

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")
ROLES = ("primary", "secondary", "accent", "background", "surface", "text")


def test_a_ratio_that_fails_is_not_rounded_into_a_pass() -> None:
    assert shown(4.499) == "4.4"
    assert shown(4.5) == "4.5"
    assert [grade(ratio) for ratio in (7, 4.5, 3, 2.9)] == ["AAA", "AA", "large text", "decoration only"]


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
