"""A logo from its specification: mark and wordmark composed, in colour, in one colour, reversed, as favicon.

`marks.py` draws the mark, `glyphs.py` the letters, `svg.py` writes them; here they are put side by
side with the right sizes and colours. The same identity always gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.agents.branding import glyphs, marks
from services.agents.branding.color import contrast, luminance, mix
from services.agents.branding.marks import Inks
from services.agents.branding.models import CheckedColour, LogoSpec, Role
from services.agents.branding.svg import Box, Fill, Group, Shape, Stroke, Words, document

MARK = 96.0
"""Edge of the mark in a logo, in SVG units."""

PADDING = 20.0
"""Free room around a logo."""

GAP = 30.0
"""Between mark and wordmark."""

WORD_SCALE = 0.78
"""Size of the wordmark: 1 makes capitals 70 high beside a mark of 96."""

LONGEST = 520.0
"""Width a wordmark is squeezed into when the name is long."""

VISIBLE = 1.7
"""Contrast from which a part of a mark can be told from its ground; WCAG asks nothing of logos."""

_WEIGHTS = {"light": 5.5, "regular": 9.0, "bold": 13.0}
_SYSTEM_WEIGHTS = {"light": 300, "regular": 500, "bold": 700}
_INSIDE = {"circle": 0.66, "rounded square": 0.7, "hexagon": 0.62}
_HEXAGON = "M50 1 L92.4 25.5 L92.4 74.5 L50 99 L7.6 74.5 L7.6 25.5 Z"


@dataclass(frozen=True, slots=True)
class Drawing:
    """One file of the logo."""

    name: str
    """Name of the artifact."""
    title: str
    use: str
    svg: str


def draw_logo(name: str, spec: LogoSpec, palette: Sequence[CheckedColour]) -> list[Drawing]:
    """All files of the logo, the main one first."""
    colours = {colour.role: colour.hex for colour in palette}
    letters = next(colour.on_hex for colour in palette if colour.role == "primary")
    on_ground = _inks(colours, colours["background"], colours["primary"])
    on_primary = _inks(colours, colours["primary"], letters)
    black = Inks("currentColor", "currentColor", "currentColor")
    boxed = spec.container != "none"
    main = _mark(spec, on_primary if boxed else on_ground, colours["primary"])
    reversed_mark = _mark(spec, on_ground if boxed else on_primary, colours["background"])
    return [
        Drawing(
            "logo.svg",
            f"Logo of {name}",
            "On the background colour and other light grounds",
            _lockup(name, spec, main, colours["text"], ""),
        ),
        Drawing(
            "logo-reversed.svg",
            f"Logo of {name}, reversed",
            "On the primary colour",
            _lockup(name, spec, reversed_mark, letters, colours["primary"]),
        ),
        Drawing(
            "logo-mono.svg",
            f"Logo of {name} in one colour",
            "Stamps, engraving, fax, one-colour print; takes the colour of the text around it",
            _lockup(name, spec, _mark(spec, black, ""), "currentColor", ""),
        ),
        Drawing("mark.svg", f"Mark of {name}", "Where the name already stands beside it", _square(name, main)),
        Drawing(
            "favicon.svg",
            f"Icon of {name}",
            "Browser tab and app icon",
            _favicon(name, spec, on_primary, colours["primary"]),
        ),
    ]


def _inks(colours: dict[Role, str], ground: str, main: str) -> Inks:
    """The palette on a ground; a colour that drowns in it, or lies on its other side than main, becomes a shade."""

    def shown(colour: str) -> bool:
        one_side = (luminance(colour) > luminance(ground)) == (luminance(main) > luminance(ground))
        return one_side and contrast(colour, ground) >= VISIBLE

    second, accent = colours["secondary"], colours["accent"]
    return Inks(
        main,
        second if shown(second) else mix(main, ground, 0.35),
        accent if shown(accent) else mix(main, ground, 0.15),
    )


def _mark(spec: LogoSpec, inks: Inks, fill: str) -> list[Shape]:
    """The mark on its 100 x 100 square, inside its container when it has one; no fill draws the container's outline."""
    shapes = marks.draw(spec.family, spec.elements, spec.initials, inks)
    if spec.container == "none":
        return list(shapes)
    scale = _INSIDE[spec.container]
    inset = 50 * (1 - scale)
    return [_container(spec, inks, fill), Group(shapes, inset, inset, scale)]


def _container(spec: LogoSpec, inks: Inks, fill: str) -> Shape:
    line = 0.0 if fill else 5.0
    ink = fill or inks.main
    if spec.container == "hexagon":
        return Stroke(_HEXAGON, ink, line) if line else Fill(_HEXAGON, ink)
    corner = 50.0 if spec.container == "circle" else 24.0
    return Box(line / 2, line / 2, 100 - line, 100 - line, corner - line / 2, ink, outline=line)


def _lockup(name: str, spec: LogoSpec, mark: list[Shape], ink: str, ground: str) -> str:
    height = MARK + 2 * PADDING
    word, width = _wordmark(_cased(name, spec), spec, ink, height / 2)
    total = PADDING + MARK + GAP + width + PADDING * 1.4
    shapes: list[Shape] = [Box(0, 0, total, height, 0, ground)] if ground else []
    shapes.append(Group(mark, PADDING, PADDING, MARK / 100))
    shapes.append(Group([word], PADDING + MARK + GAP))
    return document(shapes, total, height, name)


def _square(name: str, mark: list[Shape]) -> str:
    return document([Group(mark, 6, 6)], 112, 112, name)


def _favicon(name: str, spec: LogoSpec, inks: Inks, fill: str) -> str:
    """The first initial on the primary colour: most marks are too fine for 16 pixels."""
    letter = marks.monogram(spec.initials[0], inks, size=50, weight=16)
    return document([Box(0, 0, 100, 100, 24, fill), *letter], 100, 100, name)


def _wordmark(text: str, spec: LogoSpec, ink: str, middle: float) -> tuple[Shape, float]:
    """The name centred on `middle`, with its width: drawn letters when the alphabet has them, else a system font."""
    if not glyphs.can_draw(text):
        size, width = 64.0, min(len(text) * 40.0, LONGEST)
        weight = _SYSTEM_WEIGHTS[spec.wordmark_weight]
        return Words(0, middle + size * 0.35, size, text, ink, weight, width), width
    tracking = 9.0 if spec.wordmark_case == "upper" else 1.0
    word = glyphs.letter(text, ink, _WEIGHTS[spec.wordmark_weight], tracking=tracking)
    scale = min(WORD_SCALE, LONGEST / max(word.width, 1))
    return glyphs.scaled(word, 0, middle + glyphs.height(text) * scale / 2, scale), word.width * scale


def _cased(name: str, spec: LogoSpec) -> str:
    if spec.wordmark_case == "lower":
        return name.lower()
    return name.upper() if spec.wordmark_case == "upper" else name
