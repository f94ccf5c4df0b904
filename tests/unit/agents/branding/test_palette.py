import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_sdk.colour import SHAPE, contrast
from agent_sdk.colour_vision import APART, least_difference
from services.agents.branding.models import CheckedColour
from services.agents.branding.palette import check_palette, contrast_pairs, shown_ratio, vision_pairs
from tests.support.brand_drafts import palette

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


def test_a_good_palette_is_left_as_proposed() -> None:
    checked = check_palette(palette())
    pairs = contrast_pairs(checked)
    assert all(colour.hex == colour.proposed_hex and colour.correction == "none" for colour in checked)
    assert {pair.foreground: pair.passes for pair in pairs}["text"]


def test_text_that_cannot_be_read_is_corrected_and_the_proposal_kept() -> None:
    checked = check_palette(palette(text="#bbbbbb", primary="#ffe680"))
    pairs = contrast_pairs(checked)
    by_role = {colour.role: colour for colour in checked}
    assert by_role["text"].proposed_hex == "#BBBBBB"
    assert by_role["text"].hex != "#BBBBBB"
    assert by_role["text"].correction == "contrast"
    assert contrast(by_role["primary"].hex, "#FFFFFF") >= SHAPE
    assert all(pair.passes for pair in pairs if pair.foreground in ("text", "primary"))


def test_a_weak_accent_is_flagged_and_not_changed() -> None:
    checked = check_palette(palette(accent="#FFF3B0"))
    pairs = contrast_pairs(checked)
    accent = next(colour for colour in checked if colour.role == "accent")
    assert accent.hex == "#FFF3B0"
    assert next(pair for pair in pairs if pair.foreground == "accent").grade == "fail"


@given(st.fixed_dictionaries(dict.fromkeys(("primary", "background", "surface", "text"), colours)))
def test_whatever_is_proposed_text_and_primary_can_be_used(proposal: dict[str, str]) -> None:
    pairs = contrast_pairs(check_palette(palette(**proposal)))
    assert all(pair.passes for pair in pairs if pair.foreground in ("text", "primary"))


def by_role(checked: list[CheckedColour]) -> dict[str, CheckedColour]:
    return {colour.role: colour for colour in checked}


def test_red_and_green_that_few_can_tell_apart_are_made_lighter_or_darker() -> None:
    proposal = {"primary": "#B5443C", "secondary": "#6E7A2E", "accent": "#B0872E"}
    before = least_difference(proposal["primary"], proposal["secondary"])
    assert before < APART
    checked = by_role(check_palette(palette(**proposal)))
    assert checked["primary"].hex == proposal["primary"]
    assert checked["secondary"].correction == "colour vision"
    assert all(pair.passes for pair in vision_pairs(list(checked.values())))


def test_the_table_tells_the_least_of_all_visions() -> None:
    pair = vision_pairs(check_palette(palette()))[0]
    assert (pair.first, pair.second, pair.required) == ("primary", "secondary", APART)
    assert min(pair.usual, pair.protan, pair.deutan, pair.tritan) >= APART


@given(st.fixed_dictionaries(dict.fromkeys(("primary", "secondary", "accent"), colours)))
def test_on_a_light_ground_all_signal_colours_can_be_told_apart(proposal: dict[str, str]) -> None:
    checked = check_palette(palette(**proposal))
    assert all(pair.passes for pair in vision_pairs(checked))
    secondary, ground = by_role(checked)["secondary"], by_role(checked)["background"].hex
    assert contrast(secondary.hex, ground) >= min(contrast(secondary.proposed_hex, ground), SHAPE)


def test_a_pair_that_cannot_be_told_apart_is_said_to_be_so() -> None:
    same = [each.model_copy(update={"hex": "#445566"}) for each in check_palette(palette())]
    assert not any(pair.passes for pair in vision_pairs(same))
