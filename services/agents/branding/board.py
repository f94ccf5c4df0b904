"""The brand board: the whole identity as one picture, for the wall, the first slide and whoever builds the page.

A drawing like the others (`svg.py`), so it is as safe and as repeatable. Names and quotes are set in
letters of the system; how wide they run is estimated, so lines are broken early rather than late.
"""

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from agent_sdk.colour import BLACK, TEXT, WHITE, letters_on, mix, readable
from services.agents.branding.logo import Drawing, Logo
from services.agents.branding.models import BrandStrategyDraft, CheckedColour, Typeface, Typography
from services.agents.branding.svg import Box, Group, Shape, Words, document

WIDTH, HEIGHT = 1600.0, 1236.0
"""Size of the picture, in SVG units."""

_EDGE, _GAP, _CORNER, _INNER = 40.0, 20.0, 18.0, 36.0
_TOP = (40.0, 460.0)
_COLOURS = (520.0, 270.0)
_BOTTOM = (810.0, 346.0)
"""Top edge and height of the three rows."""

_ICONS = (64.0, 32.0, 16.0)
"""Sizes of the icon that are shown."""

_LEADING = 1.3
"""From one line to the next, in sizes of the letters."""

_STRONG, _REGULAR = (600, 500, 700, 400), (400, 300, 500)
"""Weights of letters to prefer, the first that a typeface has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What the board shows."""

    logo: Logo
    strategy: BrandStrategyDraft
    palette: Sequence[CheckedColour]
    typography: Typography
    simulated: bool


def draw_board(board: Board) -> Drawing:
    """The board as a file."""
    title = f"Brand board of {board.logo.name}"
    shapes = [Box(0, 0, WIDTH, HEIGHT, 0, _ground(board)), *_logos(board), *_colours(board), *_letters(board)]
    shapes += [*_voice(board), *_plain(board), *_foot(board)]
    what = "Logo, mark, colours with their values, letters, tone of voice and one-colour marks on one page"
    return Drawing(
        "brand-board.svg",
        title,
        "The identity at a glance",
        document(shapes, WIDTH, HEIGHT, title, what),
    )


def _ground(board: Board) -> str:
    return mix(board.logo.colours["background"], board.logo.colours["text"], 0.09)


def _logos(board: Board) -> list[Shape]:
    logo, (top, height) = board.logo, _TOP
    primary, background = logo.colours["primary"], logo.colours["background"]
    wide = 1040.0
    tagline = _lines(board.strategy.tagline, 30, wide - 2 * _INNER, 2)
    left, right = _EDGE + wide + _GAP, WIDTH - 2 * _EDGE - wide - _GAP
    heading = board.typography.heading
    return [
        Box(_EDGE, top, wide, height, _CORNER, primary),
        logo.lockup(logo.reversed_mark(), logo.letters).fitted(_EDGE + 150, top + 80, wide - 300, height - 230),
        *_set(tagline, _EDGE + _INNER, top + height - _INNER - 38 * (len(tagline) - 1), 30, logo.letters, heading),
        Box(left, top, right, height, _CORNER, background),
        logo.mark().fitted(left, top + 80, right, height - 160),
    ]


def _colours(board: Board) -> list[Shape]:
    top, height = _COLOURS
    each = (WIDTH - 2 * _EDGE - _GAP * (len(board.palette) - 1)) / len(board.palette)
    shapes: list[Shape] = []
    for place, colour in enumerate(board.palette):
        left, ink = _EDGE + place * (each + _GAP), colour.on_hex
        name = _lines(colour.name, 24, each - 48, 2)
        shapes += [
            Box(left, top, each, height, _CORNER, colour.hex),
            *_set(name, left + 24, top + 52, 24, ink, board.typography.heading),
            Words(left + 24, top + height - 82, 17, colour.role, ink),
            Words(left + 24, top + height - 55, 17, colour.hex, ink, 600),
            Words(left + 24, top + height - 28, 17, f"{colour.on_ratio:.2f} : 1", ink),
        ]
    return shapes


def _letters(board: Board) -> list[Shape]:
    (top, height), wide = _BOTTOM, 470.0
    ground, ink = board.logo.colours["background"], board.logo.colours["text"]
    quiet = readable(mix(ink, ground, 0.35), ground, least=TEXT)
    shapes: list[Shape] = [Box(_EDGE, top, wide, height, _CORNER, ground)]
    faces = board.typography
    for place, (job, face, weight) in enumerate((("Headings", faces.heading, _STRONG), ("Text", faces.body, _REGULAR))):
        y = top + 136 + place * 142
        shapes += [
            *_set(["Aa"], _EDGE + _INNER, y, 92, ink, face, weight=weight),
            *_set([face.family], _EDGE + 190, y - 32, 28, ink, face, weight=weight),
            Words(_EDGE + 190, y, 17, f"{job}, {face.category}", quiet),
        ]
    return shapes


def _voice(board: Board) -> list[Shape]:
    (top, height), left, wide = _BOTTOM, _EDGE + 470 + _GAP, 640.0
    ground = board.logo.colours["secondary"]
    ink = letters_on(ground, board.logo.colours["text"], board.logo.colours["background"])
    faces, samples, room = board.typography, board.strategy.voice.samples, wide - 2 * _INNER
    traits = _lines(" · ".join(board.strategy.voice.traits), 18, room, 2)
    shapes: list[Shape] = [Box(left, top, wide, height, _CORNER, ground)]
    y = top + 64
    for sample, size, most in ((samples[0], 32, 2), (samples[1], 22, 2)):
        quote = _lines(f"“{sample.text}”", size, room, most)
        shapes += _set(quote, left + _INNER, y, size, ink, faces.heading)
        y += size * _LEADING * (len(quote) - 1) + 30
        shapes.append(Words(left + _INNER, y, 17, _lines(sample.place, 17, room, 1)[0], ink))
        y += 48
    foot = top + height - _INNER - 18 * _LEADING * (len(traits) - 1)
    return [*shapes, *_set(traits, left + _INNER, foot, 18, ink, faces.body, weight=_REGULAR)]


def _plain(board: Board) -> list[Shape]:
    """The mark in black and in white, and the icon as small as it gets."""
    (top, height), left = _BOTTOM, _EDGE + 470 + 640 + 2 * _GAP
    wide = WIDTH - _EDGE - left
    half, tall = (wide - _GAP) / 2, 210.0
    low, room = top + tall + _GAP, height - tall - _GAP
    ground = board.logo.colours["background"]
    icons: list[Shape] = []
    x = left + (wide - sum(_ICONS) - 2 * _INNER) / 2
    for size in _ICONS:
        icons.append(board.logo.icon().fitted(x, low + (room - size) / 2, size, size))
        x += size + _INNER
    return [
        Box(left, top, half, tall, _CORNER, WHITE),
        board.logo.plain_mark(BLACK).fitted(left, top + 50, half, tall - 100),
        Box(left + half + _GAP, top, half, tall, _CORNER, BLACK),
        board.logo.plain_mark(WHITE).fitted(left + half + _GAP, top + 50, half, tall - 100),
        Box(left, low, wide, room, _CORNER, ground),
        Group(icons),
    ]


def _foot(board: Board) -> list[Shape]:
    ground = _ground(board)
    ink = readable(mix(board.logo.colours["text"], ground, 0.3), ground, least=TEXT)
    y = HEIGHT - 32
    shapes: list[Shape] = [Words(_EDGE, y, 18, f"Brand board of {board.logo.name}", ink)]
    if board.simulated:
        note = "Simulated: written by the offline model, not by Claude."
        shapes.append(Words(WIDTH - _EDGE, y, 18, note, ink, 600, end=True))
    return shapes


def _set(
    lines: Sequence[str],
    x: float,
    y: float,
    size: float,
    ink: str,
    face: Typeface,
    *,
    weight: Sequence[int] = _STRONG,
) -> list[Shape]:
    """Lines below one another in a typeface of the brand, the first with its baseline at y."""
    own = next((each for each in weight if each in face.weights), 400)
    return [
        Words(x, y + size * _LEADING * place, size, line, ink, own, face.family, face.category)
        for place, line in enumerate(lines)
    ]


def _lines(text: str, size: float, width: float, most: int) -> list[str]:
    """The text broken into at most `most` lines; what does not fit is cut with an ellipsis."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text) / max(len(text), 1)
    letters = max(int(width / (size * (0.55 + 0.5 * wide))), 4)
    return textwrap.wrap(text, letters, max_lines=most, placeholder=" …") or [""]
