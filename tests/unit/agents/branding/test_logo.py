import re
import xml.etree.ElementTree as ET
from string import ascii_uppercase
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.agents.branding.board import Board, draw_board
from services.agents.branding.glyphs import can_draw
from services.agents.branding.logo import Drawing, Logo, draw_logo
from services.agents.branding.marks import Inks, draw
from services.agents.branding.models import MarkFamily
from services.agents.branding.palette import check_palette
from services.agents.branding.svg import Disc, Group, Shape, Words, colour, number
from tests.support.brand_drafts import brand_strategy, brand_visuals, logo_spec, palette

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "g", "path", "circle", "rect", "text"}
ATTRIBUTES = {
    "viewBox", "width", "height", "role", "aria-label", "transform", "d", "fill", "stroke", "stroke-width",
    "stroke-linecap", "stroke-linejoin", "cx", "cy", "r", "x", "y", "rx", "font-family", "font-size", "font-weight",
    "text-anchor", "textLength", "lengthAdjust",
}  # fmt: skip
FAMILIES: tuple[MarkFamily, ...] = get_args(MarkFamily)
CONTAINERS = ("none", "circle", "rounded square", "hexagon")
FILES = [
    "logo.svg", "logo-reversed.svg", "logo-black.svg", "logo-white.svg", "wordmark.svg", "mark.svg",
    "mark-reversed.svg", "favicon.svg",
]  # fmt: skip
COLOURS = check_palette(palette())
HOSTILE = """"/><script>alert(1)</script><image href='https://x/y.png' onload="x"/>&xxe;"""


def logo(name: str = "Stridewell", **spec: object) -> dict[str, Drawing]:
    return {drawing.name: drawing for drawing in draw_logo(Logo.of(name, logo_spec(**spec), COLOURS))}


def check_safe(svg: str) -> ET.Element:
    """Well-formed, and nothing in it but shapes made of numbers and colours."""
    root = ET.fromstring(svg)
    assert root.attrib["viewBox"].startswith("0 0 ")
    assert all(root.findtext(f"{SVG}{name}") for name in ("title", "desc"))
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        for attribute, value in element.attrib.items():
            assert attribute in ATTRIBUTES
            if attribute == "d":
                assert re.fullmatch(r"[MLHVCAZh0-9 .\-]*", value), value
            elif attribute in ("fill", "stroke"):
                assert re.fullmatch(r"#[0-9A-F]{6}|none", value)
            elif attribute == "font-family":
                assert re.fullmatch(r"[A-Za-z0-9 ,'+-]+", value)
            elif attribute == "transform":
                assert re.fullmatch(r"(translate|rotate|scale)\([0-9. \-]+\)( (rotate|scale)\([0-9. \-]+\))*", value)
    return root


@pytest.mark.parametrize("initial", ascii_uppercase)
def test_every_initial_can_be_drawn_alone_also_one_that_is_a_single_stroke(initial: str) -> None:
    drawn = logo(f"{initial}nk", initials=initial, family="monogram")
    for name in ("favicon.svg", "mark.svg"):
        check_safe(drawn[name].svg)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("container", CONTAINERS)
def test_every_family_in_every_container_is_safe_svg(family: str, container: str) -> None:
    files = logo(family=family, container=container)
    assert list(files) == FILES
    for drawing in files.values():
        check_safe(drawing.svg)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("elements", range(2, 9))
def test_every_mark_stays_on_its_square(family: MarkFamily, elements: int) -> None:
    for shape in draw(family, elements, "MW", Inks("#111111", "#222222", "#333333")):
        for x, y in anchors(shape):
            assert -1 <= x <= 101
            assert -1 <= y <= 101


def anchors(shape: Shape) -> list[tuple[float, float]]:
    """Where a shape is put: the places of discs and groups."""
    if isinstance(shape, Disc):
        return [
            (shape.x - shape.radius, shape.y - shape.radius),
            (shape.x + shape.radius, shape.y + shape.radius),
        ]
    return [(shape.x, shape.y)] if isinstance(shape, Group) else []


def test_the_same_specification_gives_the_same_bytes() -> None:
    assert {name: file.svg for name, file in logo().items()} == {name: file.svg for name, file in logo().items()}


def test_different_families_look_different() -> None:
    assert len({logo(family=family)["mark.svg"].svg for family in FAMILIES}) == len(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("container", CONTAINERS)
def test_the_monochrome_variants_have_one_colour(family: str, container: str) -> None:
    files = logo(family=family, container=container)
    for name, ink in (("logo-black.svg", "#000000"), ("logo-white.svg", "#FFFFFF")):
        root = check_safe(files[name].svg)
        used = {element.get(paint) for element in root.iter() for paint in ("fill", "stroke")}
        assert used <= {ink, "none", None}


def test_the_icon_is_one_letter_on_one_ground() -> None:
    root = check_safe(logo()["favicon.svg"].svg)
    assert root.attrib["viewBox"] == "0 0 100 100"
    assert len(root.findall(f".//{SVG}path")) == len(root.findall(f".//{SVG}rect")) == 1
    assert root.find(f".//{SVG}circle") is None


def test_the_main_logo_uses_the_palette() -> None:
    svg = logo()["logo.svg"].svg
    for role in ("primary", "accent", "text"):
        assert next(each.hex for each in COLOURS if each.role == role) in svg


@pytest.mark.parametrize(
    "name", ["Pão Nosso", "Bex & Jay's", "Žižkov 7", "Müller", "O'Neil", "São-João", "Łódź", "Орбита", "日本"]
)
def test_names_with_accents_signs_and_other_scripts_are_drawn(name: str) -> None:
    root = check_safe(logo(name)["logo.svg"].svg)
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == f"Logo of {name}"
    assert (root.find(f".//{SVG}text") is None) == can_draw(name)


@settings(max_examples=60)
@given(name=st.text(min_size=2, max_size=24), case=st.sampled_from(["title", "lower", "upper"]))
def test_no_name_can_break_or_poison_the_svg(name: str, case: str) -> None:
    for drawing in logo(name, wordmark_case=case).values():
        root = check_safe(drawing.svg)
        assert float(root.attrib["width"]) < 900


def board(name: str, *, text: str = "Rest is part of the plan.", simulated: bool = False) -> Drawing:
    strategy = brand_strategy()
    samples = [each.model_copy(update={"text": text, "place": text}) for each in strategy.voice.samples]
    voice = strategy.voice.model_copy(update={"samples": samples, "traits": [text] * 3})
    return draw_board(
        Board(
            logo=Logo.of(name, logo_spec(), COLOURS),
            strategy=strategy.model_copy(update={"tagline": text, "voice": voice}),
            palette=[each.model_copy(update={"name": text}) for each in COLOURS],
            typography=brand_visuals().typography,
            simulated=simulated,
        )
    )


def test_hostile_words_of_a_model_stay_words_in_every_drawing() -> None:
    for drawing in [*logo(HOSTILE[:24]).values(), board(HOSTILE[:24], text=HOSTILE)]:
        root = check_safe(drawing.svg)
        assert "<script" not in drawing.svg
        assert "script" in (root.findtext(f"{SVG}title") or "")


def test_the_board_shows_logo_colours_letters_and_voice() -> None:
    root = check_safe(board("Stridewell").svg)
    words = " ".join(element.text or "" for element in root.iter(f"{SVG}text"))
    for colour_ in COLOURS:
        assert colour_.hex in words
        assert f"{colour_.on_ratio:.2f} : 1" in words
    for expected in ("“Rest is part of the plan.”", "Source Sans 3", "Brand board of Stridewell"):
        assert expected in words
    assert "Simulated" not in words


def test_a_board_that_the_offline_model_wrote_says_so() -> None:
    assert "Simulated: written by the offline model" in board("Stridewell", simulated=True).svg


@settings(max_examples=40)
@given(name=st.text(min_size=2, max_size=24), text=st.text(min_size=1, max_size=300))
def test_no_text_can_break_or_poison_the_board(name: str, text: str) -> None:
    check_safe(board(name, text=text).svg)


def test_numbers_are_short_and_colours_are_checked() -> None:
    assert (number(1.0), number(-0.001), number(2.345), number(50)) == ("1", "0", "2.35", "50")
    with pytest.raises(ValueError, match="is no colour"):
        colour("url(#x)")
    with pytest.raises(ValueError, match="is no family of letters"):
        Words(0, 0, 10, "Aa", "#000000", family="x', url(y)").svg()
