"""A very small SVG writer that cannot write anything dangerous.

Only the few elements below exist; every attribute is a number, a colour, a path of numbers or the
name of a family of letters, and text is escaped. No references, no styles, no scripts. What the
model says never becomes markup: it arrives here as choices from a list, colours and families that
matched a pattern, and words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

_COLOUR = re.compile(r"#[0-9A-F]{6}")
_FAMILY = re.compile(r"[A-Za-z0-9][A-Za-z0-9 +-]{0,39}")
_KIN = {
    "sans-serif": "Inter, Helvetica, Arial, sans-serif",
    "serif": "Palatino Linotype, Palatino, P052, Georgia, serif",
    "monospace": "Menlo, Consolas, monospace",
}
"""Kinds of letters with what stands in where a family is not installed."""


def number(value: float) -> str:
    """At most two decimals, no trailing zeros, no negative zero."""
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def colour(value: str) -> str:
    """The colour itself; anything that is none is a mistake of ours and stops here."""
    if not _COLOUR.fullmatch(value):
        raise ValueError(f"{value!r} is no colour an SVG of ours may contain")
    return value


def printable(text: str) -> str:
    """The text without control characters, which XML does not allow even escaped."""
    return "".join(character for character in text if character.isprintable())


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line along a path, with round ends and joins unless `butt`."""

    path: str
    """Path data made of numbers."""
    ink: str
    width: float
    butt: bool = False
    """Ends cut off straight at the last point; for rings that pass under one another."""

    def svg(self) -> str:
        cap = "butt" if self.butt else "round"
        return (
            f'<path d="{self.path}" fill="none" stroke="{colour(self.ink)}" stroke-width="{number(self.width)}" '
            f'stroke-linecap="{cap}" stroke-linejoin="round"/>'
        )


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled path."""

    path: str
    ink: str

    def svg(self) -> str:
        return f'<path d="{self.path}" fill="{colour(self.ink)}"/>'


@dataclass(frozen=True, slots=True)
class Disc:
    """A filled circle."""

    x: float
    y: float
    radius: float
    ink: str

    def svg(self) -> str:
        return (
            f'<circle cx="{number(self.x)}" cy="{number(self.y)}" r="{number(self.radius)}" fill="{colour(self.ink)}"/>'
        )


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with round corners, filled or outlined."""

    x: float
    y: float
    width: float
    height: float
    corner: float
    ink: str
    outline: float = 0
    """Width of the outline; 0 fills the box."""

    def svg(self) -> str:
        place = (
            f'<rect x="{number(self.x)}" y="{number(self.y)}" width="{number(self.width)}" '
            f'height="{number(self.height)}" rx="{number(self.corner)}" '
        )
        if self.outline:
            return f'{place}fill="none" stroke="{colour(self.ink)}" stroke-width="{number(self.outline)}"/>'
        return f'{place}fill="{colour(self.ink)}"/>'


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text in letters of the system: for specimens, and for scripts the drawn alphabet does not know."""

    x: float
    y: float
    size: float
    text: str
    ink: str
    weight: int = 400
    family: str = ""
    """A family to use where it is installed; empty for none."""
    kind: str = "sans-serif"
    """Its kind, `sans-serif`, `serif` or `monospace`: what stands in for it."""
    squeezed: float = 0
    """Width the line is made to have; 0 leaves the letters as they are."""
    end: bool = False
    """Whether the line ends at x instead of beginning there."""

    def svg(self) -> str:
        width = f' textLength="{number(self.squeezed)}" lengthAdjust="spacingAndGlyphs"' if self.squeezed else ""
        anchor = ' text-anchor="end"' if self.end else ""
        return (
            f'<text x="{number(self.x)}" y="{number(self.y)}" font-family="{_letters(self.family, self.kind)}" '
            f'font-size="{number(self.size)}" font-weight="{self.weight}"{anchor}{width} '
            f'fill="{colour(self.ink)}">{escape(printable(self.text))}</text>'
        )


def _letters(family: str, kind: str) -> str:
    """A list of families; a name that is none of a family is a mistake of ours and stops here."""
    if family and not _FAMILY.fullmatch(family):
        raise ValueError(f"{family!r} is no family of letters an SVG of ours may name")
    return f"'{family}', {_KIN[kind]}" if family else _KIN[kind]


@dataclass(frozen=True, slots=True)
class Group:
    """Shapes moved, then turned, then scaled together."""

    shapes: "Sequence[Shape]"
    x: float = 0
    y: float = 0
    scale: float = 1
    turn: float = 0
    """Degrees, clockwise, around the group's origin."""

    def svg(self) -> str:
        steps = [f"translate({number(self.x)} {number(self.y)})"] if self.x or self.y else []
        steps += [f"rotate({number(self.turn)})"] if self.turn else []
        steps += [f"scale({number(self.scale)})"] if self.scale != 1 else []
        where = f' transform="{" ".join(steps)}"' if steps else ""
        return f"<g{where}>{''.join(shape.svg() for shape in self.shapes)}</g>"


Shape = Stroke | Fill | Disc | Box | Words | Group


def document(shapes: Sequence[Shape], width: float, height: float, title: str, description: str) -> str:
    """A whole SVG file, with a title and a description for people who do not see it."""
    safe = printable(title)
    body = "\n  ".join(shape.svg() for shape in shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{number(width)}" height="{number(height)}" role="img" aria-label={quoteattr(safe)}>\n'
        f"  <title>{escape(safe)}</title>\n  <desc>{escape(printable(description))}</desc>\n  {body}\n</svg>\n"
    )
