"""The marks of a logo: nine families, each drawn from a few numbers.

Every family is a function from (number of elements, colours) to shapes on a square of 100 x 100
around the point (50, 50). No randomness: the same specification is the same drawing. A mark must
also work in one colour, so where colours separate parts, gaps separate them too.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent_sdk.colour import BLACK, WHITE, mix
from services.agents.branding.glyphs import CAP_HEIGHT, letter, scaled
from services.agents.branding.models import MarkFamily
from services.agents.branding.svg import Disc, Fill, Group, Shape, Stroke, number

CENTRE = 50.0


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours a mark is drawn with; all three are equal in a monochrome mark."""

    main: str
    second: str
    accent: str

    @property
    def single(self) -> bool:
        """Whether there is only one colour, so that shades are not available."""
        return self.main == self.second == self.accent

    def between(self, share: float) -> str:
        """A shade from main (0) to second (1)."""
        return self.main if self.single else mix(self.main, self.second, share)


def draw(family: MarkFamily, elements: int, initials: str, inks: Inks) -> Sequence[Shape]:
    """The mark of a family. `elements` outside what suits the family is moved to its nearest bound."""
    if family == "monogram":
        return monogram(initials, inks)
    function, least, most = _FAMILIES[family]
    return function(min(max(elements, least), most), inks)


def monogram(initials: str, inks: Inks, *, size: float = 58, weight: float = 12.5, pointed: bool = True) -> list[Shape]:
    """One or two capitals; a single one with a point of the accent colour, unless it has to stay simple."""
    word = letter(initials, inks.main, weight, tracking=1)
    point = weight * 0.62 if pointed and len(initials) == 1 else 0.0
    room = word.width + point * 3.4
    # An I is one upright stroke, which has no width.
    scale = min(size / CAP_HEIGHT, (78 - weight * 0.6) / max(room, 1))
    left, foot = CENTRE - room * scale / 2, CENTRE + CAP_HEIGHT * scale / 2
    shapes: list[Shape] = [scaled(word, left, foot, scale)]
    if point:
        shapes.append(
            Disc(
                left + (word.width + point * 2.6) * scale,
                foot + (weight / 2 - point) * scale,
                point * scale,
                inks.accent,
            )
        )
    return shapes


def petals(count: int, inks: Inks) -> list[Shape]:
    """A flower of lens-shaped petals around an open centre."""
    half = min(33.0 * math.tan(math.pi / count), 21.0) * (0.86 if count == 4 else 0.74)
    start, end = 11.0, 46.0
    side = number(half * 1.28)
    path = (
        f"M0 -{number(start)} C{side} -{number(start + 9)} {side} -{number(end - 12)} 0 -{number(end)} "
        f"C-{side} -{number(end - 12)} -{side} -{number(start + 9)} 0 -{number(start)} Z"
    )
    leaves: list[Shape] = []
    for step in range(count):
        turn = step * 360 / count
        share = 0.85 * (step % 2) if count % 2 == 0 else 0.45 * (1 - math.cos(math.radians(turn)))
        leaves.append(Group([Fill(path, inks.between(share))], CENTRE, CENTRE, turn=turn))
    return [*leaves, Disc(CENTRE, CENTRE, 5.2, inks.accent)]


def orbit(count: int, inks: Inks) -> list[Shape]:
    """Open rings around a centre, a satellite in the outermost gap."""
    step = 31.0 / count
    width = min(step * 0.5, 6.5)
    shapes: list[Shape] = [Disc(CENTRE, CENTRE, 9.0, inks.main)]
    for ring in range(count):
        radius = 14.0 + step * (ring + 0.5)
        open_at = -50.0 + 128 * (count - 1 - ring)
        gap = 20 + 420 / radius
        shapes.append(
            Stroke(_arc(CENTRE, CENTRE, radius, open_at + gap, open_at + 360 - gap), inks.between(ring / count), width)
        )
    outer = 14.0 + step * (count - 0.5)
    x, y = _on_circle(CENTRE, CENTRE, outer, -50)
    return [*shapes, Disc(x, y, min(width * 1.05, 6.2), inks.accent)]


def wave(count: int, inks: Inks) -> list[Shape]:
    """Parallel waves whose ends describe a circle."""
    width = 62.0 / (count * 1.75)
    pitch = width * 1.75
    first = CENTRE - pitch * (count - 1) / 2
    shapes: list[Shape] = []
    for line in range(count):
        y = first + pitch * line
        reach = math.sqrt(44.0**2 - (y - CENTRE) ** 2) - width / 2
        ink = inks.accent if line == count - 1 else inks.between(line / max(count - 1, 1))
        shapes.append(
            Stroke(_sine(CENTRE - reach, CENTRE + reach, y, amplitude=min(6.5, pitch * 0.5), length=58), ink, width)
        )
    return shapes


def facets(count: int, inks: Inks) -> list[Shape]:
    """A cut stone seen from above: a table in the middle, facets around it, lit from the upper left."""
    sides = max(count, 5)
    outer = [_on_circle(CENTRE, CENTRE, 46, -90 + 360 * side / sides) for side in range(sides)]
    inner = [_on_circle(CENTRE, CENTRE, 22, -90 + 360 * (side + 0.5) / sides) for side in range(sides)]
    table_ink = inks.accent
    shapes: list[Shape] = [Fill(_polygon(inner, shrink=0.9), table_ink)]
    for side in range(sides):
        following = (side + 1) % sides
        edge = [outer[side], outer[following], inner[side]]
        corner = [inner[side], outer[following], inner[following]]
        shapes.append(Fill(_polygon(edge, shrink=0.88), _lit(inks, inks.main, edge)))
        shapes.append(Fill(_polygon(corner, shrink=0.88), _lit(inks, inks.second, corner)))
    return shapes


def sunrise(count: int, inks: Inks) -> list[Shape]:
    """Half a sun over a horizon, with its rays."""
    horizon = 66.0
    width = 6.0
    rays: list[Shape] = []
    for ray in range(count):
        angle = 180 + 180 * (ray + 0.5) / count
        end = 45.0 if count < 5 or ray % 2 == 0 or count % 2 == 0 else 39.0
        start_x, start_y = _on_circle(CENTRE, horizon - 4, 29, angle)
        end_x, end_y = _on_circle(CENTRE, horizon - 4, end, angle)
        rays.append(Stroke(_line(start_x, start_y, end_x, end_y), inks.between(0.6), width))
    sun = Fill(f"M30 {number(horizon - 4)} A20 20 0 0 1 70 {number(horizon - 4)} Z", inks.accent)
    ground = Stroke(_line(10, horizon + 6, 90, horizon + 6), inks.main, width)
    mirror = Stroke(_line(30, horizon + 18, 70, horizon + 18), inks.main, width)
    return [*rays, sun, ground, mirror]


def ascent(count: int, inks: Inks) -> list[Shape]:
    """Rising bars; a point on top of the last one makes it a person who has arrived."""
    pitch = 84.0 / count
    width = pitch * 0.66
    left, foot = CENTRE - pitch * (count - 1) / 2, 90.0 - width / 2
    top = 14.0 + width * 1.45
    shapes: list[Shape] = []
    for bar in range(count):
        x = left + pitch * bar
        height = (foot - top) * (0.22 + 0.78 * bar / (count - 1))
        shapes.append(Stroke(_line(x, foot, x, foot - height), inks.between(1 - bar / (count - 1)), width))
    return [*shapes, Disc(left + pitch * (count - 1), 13.0 + width * 0.08, width * 0.56, inks.accent)]


def link(count: int, inks: Inks) -> list[Shape]:
    """A chain of rings, each passing over its neighbour at one crossing and under it at the other."""
    pitch, radius, width = (31.0, 25.0, 9.0) if count == 2 else (26.0, 18.5, 7.0)
    centres = [(CENTRE + pitch * (ring - (count - 1) / 2), CENTRE) for ring in range(count)]
    under: list[list[float]] = [[] for _ in range(count)]
    for one, other in pairwise(range(count)):
        first, second = _crossings(centres[one], centres[other], radius)
        under[other].append(_angle(centres[other], first))
        under[one].append(_angle(centres[one], second))
    crossing = math.sin(2 * math.acos(pitch / 2 / radius))
    gap = math.degrees((width / 2 + 2.2) / max(abs(crossing), 0.45) / radius)
    colours = [inks.main, inks.second, inks.accent]
    return [
        Stroke(path, colours[ring], width, butt=True)
        for ring in range(count)
        for path in _open_ring(centres[ring], radius, under[ring], gap)
    ]


def leaf(count: int, inks: Inks) -> list[Shape]:
    """A sprout: leaves in pairs along a stem, for an odd number one at the tip."""
    blade = "M0 0 C8 -20 30 -27 46 -24 C45 -8 28 6 0 0 Z"
    pairs, tip = divmod(count, 2)
    foot, size = (80.0, 1.15) if count == 2 else (76.0, 0.98)
    shapes: list[Shape] = []
    for pair in range(pairs):
        y, grown = foot - 29 * pair, size - 0.14 * pair
        ink = inks.main if pair == 0 else inks.between(0.5)
        shapes.append(Group([Fill(blade, ink)], CENTRE + 2.2, y, grown, turn=-16))
        shapes.append(Group([Fill(_mirrored(blade), inks.second)], CENTRE - 2.2, y, grown * 0.9, turn=16))
    if tip:
        shapes.append(Group([Fill("M0 0 C-15 -12 -13 -30 0 -42 C13 -30 15 -12 0 0 Z", inks.accent)], CENTRE, 50))
    top = foot if count == 2 else foot - 21
    return [*shapes, Stroke(_line(CENTRE, 94, CENTRE, top), inks.main, 4.6)]


_Family = Callable[[int, Inks], list[Shape]]

_FAMILIES: dict[MarkFamily, tuple[_Family, int, int]] = {
    "petals": (petals, 4, 8),
    "orbit": (orbit, 2, 4),
    "wave": (wave, 3, 5),
    "facets": (facets, 5, 8),
    "sunrise": (sunrise, 3, 7),
    "ascent": (ascent, 3, 5),
    "link": (link, 2, 3),
    "leaf": (leaf, 2, 4),
}
"""Each family with the least and most elements that still look good."""

_Point = tuple[float, float]


def _on_circle(x: float, y: float, radius: float, degrees: float) -> _Point:
    angle = math.radians(degrees)
    return x + radius * math.cos(angle), y + radius * math.sin(angle)


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"M{number(x1)} {number(y1)} L{number(x2)} {number(y2)}"


def _arc(x: float, y: float, radius: float, start: float, end: float) -> str:
    x1, y1 = _on_circle(x, y, radius, start)
    x2, y2 = _on_circle(x, y, radius, end)
    large = 1 if end - start > 180 else 0
    return f"M{number(x1)} {number(y1)} A{number(radius)} {number(radius)} 0 {large} 1 {number(x2)} {number(y2)}"


def _sine(x1: float, x2: float, y: float, *, amplitude: float, length: float) -> str:
    """A sine curve as cubic curves that have its value and slope at every joint."""
    pieces = max(int((x2 - x1) / (length / 8)), 2)
    step = (x2 - x1) / pieces
    turn = 2 * math.pi / length

    def height(x: float) -> float:
        return y - amplitude * math.sin(turn * (x - CENTRE))

    def slope(x: float) -> float:
        return -amplitude * turn * math.cos(turn * (x - CENTRE))

    path = f"M{number(x1)} {number(height(x1))}"
    for piece in range(pieces):
        here, there = x1 + step * piece, x1 + step * (piece + 1)
        third = step / 3
        path += (
            f" C{number(here + third)} {number(height(here) + slope(here) * third)} "
            f"{number(there - third)} {number(height(there) - slope(there) * third)} {number(there)} "
            f"{number(height(there))}"
        )
    return path


def _polygon(points: Sequence[_Point], *, shrink: float) -> str:
    x, y = _middle(points)
    corners = [f"{number(x + (px - x) * shrink)} {number(y + (py - y) * shrink)}" for px, py in points]
    return f"M{' L'.join(corners)} Z"


def _middle(points: Sequence[_Point]) -> _Point:
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _lit(inks: Inks, ink: str, facet: Sequence[_Point]) -> str:
    if inks.single:
        return ink
    x, y = _middle(facet)
    light = ((CENTRE - x) + (CENTRE - y)) / 80
    return mix(ink, WHITE, min(light * 0.55, 0.6)) if light > 0 else mix(ink, BLACK, min(-light * 0.45, 0.5))


def _crossings(one: _Point, other: _Point, radius: float) -> tuple[_Point, _Point]:
    """The two points where circles of one radius cross."""
    middle_x, middle_y = (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
    distance = math.dist(one, other)
    height = math.sqrt(radius**2 - (distance / 2) ** 2)
    along_x, along_y = (other[0] - one[0]) / distance, (other[1] - one[1]) / distance
    return (middle_x + height * along_y, middle_y - height * along_x), (
        middle_x - height * along_y,
        middle_y + height * along_x,
    )


def _angle(centre: _Point, point: _Point) -> float:
    return math.degrees(math.atan2(point[1] - centre[1], point[0] - centre[0])) % 360


def _open_ring(centre: _Point, radius: float, gaps: Sequence[float], half: float) -> list[str]:
    """The arcs of a ring that remain between gaps, each `half` degrees to both sides."""
    order = sorted(gaps)
    ends = [*order[1:], order[0] + 360]
    return [_arc(*centre, radius, gap + half, following - half) for gap, following in zip(order, ends, strict=True)]


def _mirrored(path: str) -> str:
    """The same path with x turned around; for paths of pairs `x y` behind M, C, L and Z."""
    mirrored = []
    for position, token in enumerate(path.replace("Z", "").split()):
        command, value = (token[0], token[1:]) if token[0].isalpha() else ("", token)
        mirrored.append(f"{command}{number(-float(value)) if position % 2 == 0 else value}")
    return " ".join(mirrored) + " Z"
