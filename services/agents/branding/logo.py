"""A logo from its specification: mark and wordmark composed, in colour, reversed, in black, in white, as favicon.

`marks.py` draws the mark, `glyphs.py` the letters, `svg.py` writes them; here they are put side by
side with the right sizes and colours. The same identity always gives the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent_sdk.colour import BLACK, WHITE, contrast, luminance, mix
from services.agents.branding import glyphs, marks
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


@dataclass(frozen=True, slots=True)
class Art:
    """Something drawn, with the room it takes from (0, 0)."""

    shapes: tuple[Shape, ...]
    width: float
    height: float

    def fitted(self, x: float, y: float, width: float, height: float) -> Group:
        """The same as large as fits, in the middle of a place."""
        scale = min(width / self.width, height / self.height)
        left, top = x + (width - self.width * scale) / 2, y + (height - self.height * scale) / 2
        return Group(self.shapes, left, top, scale)


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo in its colours; every variant is drawn from here."""

    name: str
    spec: LogoSpec
    colours: Mapping[Role, str]
    letters: str
    """The colour for letters on the primary colour."""

    @classmethod
    def of(cls, name: str, spec: LogoSpec, palette: Sequence[CheckedColour]) -> "Logo":
        """The logo of a name in a palette that holds every role once."""
        letters = next(colour.on_hex for colour in palette if colour.role == "primary")
        return cls(name, spec, {colour.role: colour.hex for colour in palette}, letters)

    def mark(self) -> Art:
        """The mark on the background colour."""
        return self._mark(self._on_primary if self._boxed else self._on_ground, self.colours["primary"])

    def reversed_mark(self) -> Art:
        """The mark on the primary colour."""
        return self._mark(self._on_ground if self._boxed else self._on_primary, self.colours["background"])

    def plain_mark(self, ink: str) -> Art:
        """The mark in one colour, its container as an outline."""
        return self._mark(Inks(ink, ink, ink), "")

    def wordmark(self, ink: str) -> Art:
        """The name alone: drawn letters when the alphabet has them, else those of the system."""
        text, spec = _cased(self.name, self.spec), self.spec
        middle = MARK / 2
        if not glyphs.can_draw(text):
            size, width = 64.0, min(len(text) * 40.0, LONGEST)
            weight = _SYSTEM_WEIGHTS[spec.wordmark_weight]
            return Art((Words(0, middle + size * 0.35, size, text, ink, weight, squeezed=width),), width, MARK)
        stroke, tracking = _WEIGHTS[spec.wordmark_weight], 9.0 if spec.wordmark_case == "upper" else 1.0
        word = glyphs.letter(text, ink, stroke, tracking=tracking)
        scale = min(WORD_SCALE, LONGEST / max(word.width, 1))
        edge = stroke / 2 * scale
        drawn = glyphs.scaled(word, edge, middle + glyphs.height(text) * scale / 2, scale)
        return Art((drawn,), word.width * scale + 2 * edge, MARK)

    def lockup(self, mark: Art, ink: str) -> Art:
        """Mark and name side by side."""
        word = self.wordmark(ink)
        shapes = (Group(mark.shapes, scale=MARK / mark.height), Group(word.shapes, MARK + GAP))
        return Art(shapes, MARK + GAP + word.width, MARK)

    def icon(self) -> Art:
        """The first initial on the primary colour and nothing else: marks are too fine for 16 pixels."""
        ink = self.letters
        letter = marks.monogram(self.spec.initials[0], Inks(ink, ink, ink), size=58, weight=15, pointed=False)
        return Art((Box(0, 0, 100, 100, 22, self.colours["primary"]), *letter), 100, 100)

    @property
    def _boxed(self) -> bool:
        return self.spec.container != "none"

    @property
    def _on_ground(self) -> Inks:
        return _inks(self.colours, self.colours["background"], self.colours["primary"])

    @property
    def _on_primary(self) -> Inks:
        return _inks(self.colours, self.colours["primary"], self.letters)

    def _mark(self, inks: Inks, fill: str) -> Art:
        """On a square of 100, inside its container when it has one; without a fill that is an outline."""
        shapes = marks.draw(self.spec.family, self.spec.elements, self.spec.initials, inks)
        if self.spec.container == "none":
            return Art(tuple(shapes), 100, 100)
        scale = _INSIDE[self.spec.container]
        inset = 50 * (1 - scale)
        return Art((_container(self.spec, inks, fill), Group(shapes, inset, inset, scale)), 100, 100)


def draw_logo(logo: Logo) -> list[Drawing]:
    """All files of the logo, the main one first."""
    name, colours = logo.name, logo.colours
    main = logo.lockup(logo.mark(), colours["text"])
    on_primary = logo.lockup(logo.reversed_mark(), logo.letters)
    black, white = (logo.lockup(logo.plain_mark(ink), ink) for ink in (BLACK, WHITE))
    both = "Mark and name side by side"
    return [
        _file("logo", f"Logo of {name}", "On the background colour and other light grounds", main, both),
        _file(
            "logo-reversed",
            f"Logo of {name}, reversed",
            "On the primary colour",
            on_primary,
            f"{both}, on the primary colour",
            ground=colours["primary"],
        ),
        _file("logo-black", f"Logo of {name} in black", "One-colour print, stamps, engraving", black, f"{both}, black"),
        _file(
            "logo-white",
            f"Logo of {name} in white",
            "On photographs and dark grounds; it has no ground of its own",
            white,
            f"{both}, white on nothing",
        ),
        _file(
            "wordmark",
            f"Wordmark of {name}",
            "Where the mark already stands nearby, or is too much",
            logo.wordmark(colours["text"]),
            "The name in drawn letters" if glyphs.can_draw(_cased(name, logo.spec)) else "The name",
        ),
        _file("mark", f"Mark of {name}", "Where the name already stands beside it", logo.mark(), "The mark alone"),
        _file(
            "mark-reversed",
            f"Mark of {name}, reversed",
            "Pictures of profiles, covers, packaging in the primary colour",
            logo.reversed_mark(),
            "The mark alone, on the primary colour",
            ground=colours["primary"],
        ),
        Drawing(
            "favicon.svg",
            f"Icon of {name}",
            "Browser tab and app icon, from 16 pixels",
            document(logo.icon().shapes, 100, 100, f"Icon of {name}", "The first initial on the primary colour"),
        ),
    ]


def _file(stem: str, title: str, use: str, art: Art, description: str, *, ground: str = "") -> Drawing:
    """A drawing with free room around it, on a ground when it needs one."""
    width, height = art.width + 2 * PADDING, art.height + 2 * PADDING
    below: list[Shape] = [Box(0, 0, width, height, 0, ground)] if ground else []
    svg = document([*below, Group(art.shapes, PADDING, PADDING)], width, height, title, description)
    return Drawing(f"{stem}.svg", title, use, svg)


def _inks(colours: Mapping[Role, str], ground: str, main: str) -> Inks:
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


def _container(spec: LogoSpec, inks: Inks, fill: str) -> Shape:
    line = 0.0 if fill else 5.0
    ink = fill or inks.main
    if spec.container == "hexagon":
        return Stroke(_HEXAGON, ink, line) if line else Fill(_HEXAGON, ink)
    corner = 50.0 if spec.container == "circle" else 24.0
    return Box(line / 2, line / 2, 100 - line, 100 - line, corner - line / 2, ink, outline=line)


def _cased(name: str, spec: LogoSpec) -> str:
    if spec.wordmark_case == "lower":
        return name.lower()
    return name.upper() if spec.wordmark_case == "upper" else name
