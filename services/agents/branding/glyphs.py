"""A drawn alphabet: letters as lines of even width, so that a logo looks the same on every machine.

Each glyph is a path in units where capitals are 70 high, small letters 46, y grows downwards and
0 is the baseline; paths describe the middle of the stroke. The alphabet covers Latin letters with
the usual accents, digits and a few signs; `can_draw` tells when a name needs a system font instead.
"""

import unicodedata
from dataclasses import dataclass

from services.agents.branding.svg import Group, Shape, Stroke, number

CAP_HEIGHT = 70.0
X_HEIGHT = 46.0

_BOWL = "M46 -23 A23 23 0 1 1 0 -23 A23 23 0 1 1 46 -23 Z"
_P = "M0 0 V-70 H24 A20 20 0 0 1 24 -30 H0"
_O = "M0 -35 A35 35 0 1 1 70 -35 A35 35 0 1 1 0 -35 Z"

_GLYPHS: dict[str, tuple[float, str]] = {
    "A": (56, "M0 0 L28 -70 L56 0 M9.6 -24 H46.4"),
    "B": (43, "M24 -37 H0 V0 H24.5 A18.5 18.5 0 0 0 24.5 -37 H22 A16.5 16.5 0 0 0 22 -70 H0 V-37"),
    "C": (61, "M61 -58.4 A35 35 0 1 0 61 -11.6"),
    "D": (56, "M0 0 V-70 H21 A35 35 0 0 1 21 0 Z"),
    "E": (38, "M38 -70 H0 V0 H38 M0 -36 H33"),
    "F": (37, "M37 -70 H0 V0 M0 -36 H32"),
    "G": (70, "M61 -58.4 A35 35 0 1 0 70 -35 H42"),
    "H": (50, "M0 0 V-70 M50 0 V-70 M0 -36 H50"),
    "I": (0, "M0 0 V-70"),
    "J": (31, "M31 -70 V-15.5 A15.5 15.5 0 0 1 0 -15.5"),
    "K": (46, "M0 0 V-70 M44 -70 L0 -27 M14 -40.7 L46 0"),
    "L": (37, "M0 -70 V0 H37"),
    "M": (64, "M0 0 V-70 L32 -22 L64 -70 V0"),
    "N": (50, "M0 0 V-70 L50 0 V-70"),
    "O": (70, _O),
    "P": (44, _P),
    "Q": (70, _O + " M46 -22 L66 2"),
    "R": (46, _P + " M22 -30 L46 0"),
    "S": (
        44,
        "M41 -60 C36 -67 29 -70 22 -70 C10 -70 2 -63 2 -53 C2 -30 44 -41 44 -18 C44 -7 35 0 23 0 C13 0 5 -4 0 -12",
    ),
    "T": (50, "M0 -70 H50 M25 -70 V0"),
    "U": (50, "M0 -70 V-25 A25 25 0 0 0 50 -25 V-70"),
    "V": (56, "M0 -70 L28 0 L56 -70"),
    "W": (88, "M0 -70 L22 0 L44 -66 L66 0 L88 -70"),
    "X": (50, "M0 -70 L50 0 M50 -70 L0 0"),
    "Y": (52, "M0 -70 L26 -33 L52 -70 M26 -33 V0"),
    "Z": (48, "M0 -70 H48 L0 0 H48"),
    "a": (46, _BOWL + " M46 -46 V0"),
    "b": (46, _BOWL + " M0 -70 V0"),
    "c": (39.3, "M39.3 -39.3 A23 23 0 1 0 39.3 -6.7"),
    "d": (46, _BOWL + " M46 -70 V0"),
    "e": (46, "M0 -23 H46 A23 23 0 1 0 39.3 -6.7"),
    "f": (25, "M25 -70 C14 -70 9 -64 9 -54 V0 M0 -44 H22"),
    "g": (46, _BOWL + " M46 -46 V-2 C46 13 37 21 23 21 C14 21 7 18 3 12"),
    "h": (42, "M0 -70 V0 M0 -25 A21 21 0 0 1 42 -25 V0"),
    "i": (0, "M0 -46 V0 M0 -66 h0.01"),
    "j": (9, "M9 -46 V6 C9 15 5 20 -4 20 M9 -66 h0.01"),
    "k": (35, "M0 -70 V0 M33 -46 L0 -16 M11 -26 L35 0"),
    "l": (0, "M0 -70 V0"),
    "m": (70, "M0 -46 V0 M0 -28.5 A17.5 17.5 0 0 1 35 -28.5 V0 M35 -28.5 A17.5 17.5 0 0 1 70 -28.5 V0"),
    "n": (42, "M0 -46 V0 M0 -25 A21 21 0 0 1 42 -25 V0"),
    "o": (46, "M0 -23 A23 23 0 1 1 46 -23 A23 23 0 1 1 0 -23 Z"),
    "p": (46, _BOWL + " M0 -46 V20"),
    "q": (46, _BOWL + " M46 -46 V20"),
    "r": (22, "M0 -46 V0 M0 -24 C0 -38 8 -46 22 -46"),
    "s": (
        32,
        "M30 -39 C26 -44 21 -46 16 -46 C8 -46 2 -41.5 2 -35 C2 -20 32 -27 32 -12 C32 -4 25 0 16.5 0 C9 0 3 -3 0 -8",
    ),
    "t": (24, "M9 -63 V-13 C9 -4 14 0 24 0 M0 -46 H22"),
    "u": (42, "M0 -46 V-21 A21 21 0 0 0 42 -21 V-46 M42 -21 V0"),
    "v": (40, "M0 -46 L20 0 L40 -46"),
    "w": (64, "M0 -46 L16 0 L32 -44 L48 0 L64 -46"),
    "x": (36, "M0 -46 L36 0 M36 -46 L0 0"),
    "y": (41, "M0 -46 L20.5 0 M41 -46 L11.5 20"),
    "z": (36, "M0 -46 H36 L0 0 H36"),
    "0": (48, "M0 -35 A24 35 0 1 1 48 -35 A24 35 0 1 1 0 -35 Z"),
    "1": (16, "M0 -57 L16 -70 V0"),
    "2": (44, "M2 -52 C2 -63 11 -70 22 -70 C33 -70 42 -63 42 -52 C42 -36 14 -22 0 0 H44"),
    "3": (
        43,
        "M2 -60 C7 -67 13 -70 21 -70 C32 -70 40 -63 40 -53.5 C40 -44 32 -38 20 -38 C34 -38 43 -31 43 -19 "
        "C43 -7 33 0 21 0 C12 0 4 -4 0 -11",
    ),
    "4": (48, "M36 0 V-70 L0 -18 H48"),
    "5": (43, "M40 -70 H8 L4 -38 C9 -42 15 -44 21 -44 C34 -44 43 -35 43 -22 C43 -9 34 0 21 0 C12 0 4 -4 0 -11"),
    "6": (44, "M44 -22 A22 22 0 1 1 0 -22 A22 22 0 1 1 44 -22 Z M36 -70 L3.5 -34"),
    "7": (44, "M0 -70 H44 L14 0"),
    "8": (40, "M37 -53 A17 17 0 1 1 3 -53 A17 17 0 1 1 37 -53 Z M40 -18 A20 18 0 1 1 0 -18 A20 18 0 1 1 40 -18 Z"),
    "9": (44, "M44 -48 A22 22 0 1 1 0 -48 A22 22 0 1 1 44 -48 Z M8 0 L40.5 -36"),
    "&": (
        52,
        "M52 0 L12 -48 C6 -56 10 -70 22 -70 C34 -70 37 -56 28 -48 C18 -40 0 -36 0 -18 C0 -6 9 0 20 0 "
        "C34 0 44 -12 48 -28",
    ),
    "-": (22, "M0 -24 H22"),
    "+": (36, "M0 -32 H36 M18 -50 V-14"),
    ".": (0, "M0 0 h0.01"),
    "'": (0, "M0 -70 V-56"),
    "’": (0, "M0 -70 V-56"),
    " ": (10, ""),
}
"""Character to the width between its outermost strokes and its path."""

_DOTLESS = {"i": "M0 -46 V0", "j": "M9 -46 V6 C9 15 5 20 -4 20"}

_ACCENTS: dict[str, str] = {
    "\u0300": "M5 -11 L-7 -23",
    "\u0301": "M-5 -11 L7 -23",
    "\u0302": "M-11 -12 L0 -23 L11 -12",
    "\u0303": "M-13 -14 C-8 -23 -3 -20 0 -17 C3 -14 8 -11 13 -20",
    "\u0304": "M-12 -16 H12",
    "\u0306": "M-11 -22 C-8 -12 8 -12 11 -22",
    "\u0307": "M0 -18 h0.01",
    "\u0308": "M-10 -17 h0.01 M10 -17 h0.01",
    "\u030a": "M7 -20 A7 7 0 1 1 -7 -20 A7 7 0 1 1 7 -20 Z",
    "\u030c": "M-11 -23 L0 -12 L11 -23",
    "\u030b": "M-9 -11 L-2 -23 M6 -11 L13 -23",
}
"""Combining marks, drawn above a letter whose top is at 0."""

_CEDILLA = {"\u0327": "M0 4 C8 8 10 20 -4 20", "\u0328": "M2 2 C-6 10 -4 20 8 19"}
"""Combining marks drawn below the baseline."""

_TALL = {character for character in _GLYPHS if character.isupper() or character.isdigit()} | set("bdfhklt&")

_STRAIGHT_LEFT = set("BDEFHIKLMNPRUbhiklmnpru1")
_STRAIGHT_RIGHT = set("HIJMNUadghilmnqu1")
_ROUND_LEFT = set("CGOQacdegoq0689")
_ROUND_RIGHT = set("BDOQPRbeopsS03568")
_STRAIGHT, _ROUND, _OPEN = 11.5, 8.0, 3.0

_KERNING: dict[str, float] = {
    "AV": -12, "VA": -12, "AT": -11, "TA": -11, "AY": -11, "YA": -11, "LT": -13, "LY": -13, "LV": -11, "AW": -8,
    "WA": -8, "To": -12, "Ta": -12, "Te": -12, "Tr": -7, "Tu": -6, "Tw": -8, "Ty": -8, "Yo": -10, "Ya": -10, "Ye": -10,
    "Vo": -7, "Va": -7, "Ve": -7, "Pa": -6, "Fa": -7, "Fo": -5, "rt": 3, "ft": 2, "ry": 2, "rv": 2, "LO": -4, "TO": -5,
    "OT": -5, "PA": -9, "FA": -9,
}  # fmt: skip
"""Pairs of letters that stand too far apart or too close without help."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """A drawn word: its shapes with the first stroke at x = 0 and the baseline at y = 0."""

    shapes: tuple[Shape, ...]
    width: float
    """From the middle of the first stroke to the middle of the last."""


def can_draw(name: str) -> bool:
    """Whether the alphabet has every character of the name."""
    return all(part in _GLYPHS or part in _ACCENTS or part in _CEDILLA for part in unicodedata.normalize("NFD", name))


def letter(name: str, ink: str, weight: float, *, tracking: float = 0) -> Lettering:
    """Draw a word with strokes of `weight`; `tracking` is extra room between letters. Needs `can_draw`."""
    shapes: list[Shape] = []
    pen, previous = 0.0, ""
    for base, marks in _clusters(name):
        width, path = _GLYPHS[base]
        pen += _gap(previous, base, weight, tracking) if previous else 0
        strokes = [Stroke(_DOTLESS.get(base, path) if _above(marks) else path, ink, weight)] if path else []
        strokes += [Stroke(_CEDILLA[mark], ink, weight * 0.8) for mark in marks if mark in _CEDILLA]
        if strokes:
            shapes.append(Group(strokes, x=pen))
        lift = -CAP_HEIGHT if base in _TALL else -X_HEIGHT
        over = [Stroke(_ACCENTS[mark], ink, weight * 0.8) for mark in marks if mark in _ACCENTS]
        if over:
            shapes.append(Group(over, x=pen + width / 2, y=lift - weight * 0.2))
        pen += width
        previous = base
    return Lettering(shapes=tuple(shapes), width=pen)


def height(name: str) -> float:
    """How high the word stands above its baseline: as capitals as soon as one letter does. Needs `can_draw`."""
    return CAP_HEIGHT if any(base in _TALL for base, _ in _clusters(name)) else X_HEIGHT


def scaled(lettering: Lettering, x: float, y: float, scale: float) -> Group:
    """A drawn word at a place and size."""
    return Group(lettering.shapes, x=x, y=y, scale=float(number(scale)))


def _clusters(name: str) -> list[tuple[str, str]]:
    clusters: list[tuple[str, str]] = []
    for part in unicodedata.normalize("NFD", name):
        if unicodedata.combining(part) and clusters:
            base, marks = clusters[-1]
            clusters[-1] = (base, marks + part)
        else:
            clusters.append((part, ""))
    return clusters


def _above(marks: str) -> bool:
    return any(mark in _ACCENTS for mark in marks)


def _gap(left: str, right: str, weight: float, tracking: float) -> float:
    bearing = _side(left, _STRAIGHT_RIGHT, _ROUND_RIGHT) + _side(right, _STRAIGHT_LEFT, _ROUND_LEFT)
    return bearing + weight * 0.62 + tracking + _KERNING.get(left + right, 0)


def _side(character: str, straight: set[str], rounded: set[str]) -> float:
    if character in straight:
        return _STRAIGHT
    return _ROUND if character in rounded else _OPEN
