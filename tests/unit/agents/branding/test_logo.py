import re
import xml.etree.ElementTree as ET
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.agents.branding.color import check_palette
from services.agents.branding.glyphs import can_draw
from services.agents.branding.logo import Drawing, draw_logo
from services.agents.branding.marks import Inks, draw
from services.agents.branding.models import MarkFamily
from services.agents.branding.svg import Disc, Group, Shape, colour, number
from tests.support.agent_drafts import logo_spec, palette

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "g", "path", "circle", "rect", "text"}
ATTRIBUTES = {
    "viewBox", "width", "height", "role", "aria-label", "transform", "d", "fill", "stroke", "stroke-width",
    "stroke-linecap", "stroke-linejoin", "cx", "cy", "r", "x", "y", "rx", "font-family", "font-size", "font-weight",
    "textLength", "lengthAdjust",
}  # fmt: skip
FAMILIES: tuple[MarkFamily, ...] = get_args(MarkFamily)
CONTAINERS = ("none", "circle", "rounded square", "hexagon")
COLOURS, _ = check_palette(palette())


def logo(name: str = "Stridewell", **spec: object) -> dict[str, Drawing]:
    return {drawing.name: drawing for drawing in draw_logo(name, logo_spec(**spec), COLOURS)}


def check_safe(svg: str) -> ET.Element:
    """Well-formed, and nothing in it but shapes made of numbers and colours."""
    root = ET.fromstring(svg)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        for attribute, value in element.attrib.items():
            assert attribute in ATTRIBUTES
            if attribute == "d":
                assert re.fullmatch(r"[MLHVCAZh0-9 .\-]*", value), value
            elif attribute in ("fill", "stroke"):
                assert re.fullmatch(r"#[0-9A-F]{6}|none|currentColor", value)
            elif attribute == "transform":
                assert re.fullmatch(r"(translate|rotate|scale)\([0-9. \-]+\)( (rotate|scale)\([0-9. \-]+\))*", value)
    return root


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("container", CONTAINERS)
def test_every_family_in_every_container_is_safe_svg(family: str, container: str) -> None:
    files = logo(family=family, container=container)
    assert list(files) == ["logo.svg", "logo-reversed.svg", "logo-mono.svg", "mark.svg", "favicon.svg"]
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
def test_the_monochrome_variant_has_one_colour(family: str, container: str) -> None:
    root = check_safe(logo(family=family, container=container)["logo-mono.svg"].svg)
    used = {element.get(paint) for element in root.iter() for paint in ("fill", "stroke")}
    assert used <= {"currentColor", "none", None}


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
    assert title.text == name
    assert (root.find(f".//{SVG}text") is None) == can_draw(name)


@settings(max_examples=60)
@given(name=st.text(min_size=2, max_size=24), case=st.sampled_from(["title", "lower", "upper"]))
def test_no_name_can_break_or_poison_the_svg(name: str, case: str) -> None:
    for drawing in logo(name, wordmark_case=case).values():
        root = check_safe(drawing.svg)
        assert float(root.attrib["width"]) < 900


def test_markup_in_a_name_stays_text() -> None:
    root = check_safe(logo('"/><script>x</script>')["logo.svg"].svg)
    assert root.find(f".//{SVG}script") is None


def test_numbers_are_short_and_colours_are_checked() -> None:
    assert (number(1.0), number(-0.001), number(2.345), number(50)) == ("1", "0", "2.35", "50")
    with pytest.raises(ValueError, match="is no colour"):
        colour("url(#x)")
