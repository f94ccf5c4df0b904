"""The palette made usable: corrected where it could not be read or told apart, and measured.

Pure: colours in, numbers and colours out. The reading colour and the primary colour have to reach
their contrast, because everything else stands on them. Secondary and accent are decoration: a low
contrast of theirs is only flagged, but both are made lighter or darker when somebody with another colour
vision would take them for the primary colour or for each other. A secondary colour that reached the
contrast of shapes keeps it; an accent may fall below it, and then says so.
"""

from itertools import combinations
from typing import Literal

from agent_sdk.colour import BLACK, ENHANCED, SHAPE, TEXT, WHITE, contrast, letters_on, luminance, mix, readable
from agent_sdk.colour_vision import APART, difference, least_difference, relit
from services.agents.branding.models import (
    ROLES,
    CheckedColour,
    ContrastPair,
    Correction,
    PaletteColour,
    Role,
    VisionPair,
)

_STEP, _STEPS = 0.01, 35
"""A colour is made lighter or darker by so much of Oklab's lightness, so many times at most."""

_GROUNDS: tuple[Role, ...] = ("background", "surface")

_SIGNALS: tuple[Role, ...] = ("primary", "secondary", "accent")
"""Roles that say something by being another colour than their neighbour."""

_PAIRS: tuple[tuple[Role, Role, str, float], ...] = (
    ("text", "background", "running text", TEXT),
    ("text", "surface", "text on cards and boxes", TEXT),
    ("primary", "background", "headings, buttons, the mark", SHAPE),
    ("secondary", "background", "shapes; below 3 for decoration only", SHAPE),
    ("accent", "background", "highlights; below 3 for decoration only", SHAPE),
)


def check_palette(palette: list[PaletteColour]) -> list[CheckedColour]:
    """Correct what has to be readable, then what has to be told apart. Each role occurs once."""
    proposed = {colour.role: colour for colour in palette}
    usable = {role: proposed[role].hex.upper() for role in ROLES}
    usable["text"] = readable(usable["text"], *(usable[ground] for ground in _GROUNDS), least=TEXT)
    if min(contrast(usable["text"], usable[ground]) for ground in _GROUNDS) < TEXT:
        # No colour can be read on both: the surface becomes a shade of the background, on the side away from the text.
        usable["text"] = readable(proposed["text"].hex, usable["background"], least=TEXT)
        dark_text = luminance(usable["text"]) < luminance(usable["background"])
        usable["surface"] = mix(usable["background"], WHITE if dark_text else BLACK, 0.06)
    usable["primary"] = readable(usable["primary"], usable["background"], least=SHAPE)
    read = dict(usable)
    kept = min(contrast(usable["secondary"], usable["background"]), SHAPE)
    usable["secondary"] = _told_apart(
        usable["secondary"], (usable["primary"],), least=kept, ground=usable["background"]
    )
    usable["accent"] = _told_apart(usable["accent"], (usable["primary"], usable["secondary"]))

    def correction(role: Role) -> Correction:
        if usable[role] != read[role]:
            return "colour vision"
        return "none" if read[role] == proposed[role].hex.upper() else "contrast"

    return [_checked(proposed[role], usable, correction(role)) for role in ROLES]


def contrast_pairs(palette: list[CheckedColour]) -> list[ContrastPair]:
    """Every pair of colours that meets in use, measured."""
    usable = {colour.role: colour.hex for colour in palette}
    return [_pair(*pair, usable) for pair in _PAIRS]


def vision_pairs(palette: list[CheckedColour]) -> list[VisionPair]:
    """How different the colours that carry a meaning look to every kind of colour vision."""
    usable = {colour.role: colour.hex for colour in palette}
    return [_seen(first, second, usable) for first, second in combinations(_SIGNALS, 2)]


def shown_ratio(first: str, second: str) -> float:
    """The ratio with two decimals, cut and not rounded: 4.499 must not be shown as a pass."""
    return _cut(contrast(first, second))


def _told_apart(colour: str, others: tuple[str, ...], *, least: float = 0, ground: str = WHITE) -> str:
    """The colour made as little lighter or darker as tells it apart from the others and keeps `least` contrast.

    The colour itself when nothing within reach does: the pair is then reported as failing.
    """

    def fits(candidate: str) -> bool:
        apart = all(least_difference(candidate, other) >= APART for other in others)
        return apart and contrast(candidate, ground) >= least

    candidates = (relit(colour, way * step * _STEP) for step in range(1, _STEPS + 1) for way in (1, -1))
    return colour if fits(colour) else next((each for each in candidates if fits(each)), colour)


def _checked(colour: PaletteColour, usable: dict[Role, str], correction: Correction) -> CheckedColour:
    final = usable[colour.role]
    on_hex = letters_on(final, usable["text"], usable["background"])
    return CheckedColour(
        role=colour.role,
        name=colour.name,
        hex=final,
        proposed_hex=colour.hex.upper(),
        correction=correction,
        reason=colour.reason,
        on_hex=on_hex,
        on_ratio=shown_ratio(on_hex, final),
    )


def _pair(foreground: Role, background: Role, use: str, required: float, usable: dict[Role, str]) -> ContrastPair:
    ratio = contrast(usable[foreground], usable[background])
    return ContrastPair(
        foreground=foreground,
        background=background,
        use=use,
        ratio=_cut(ratio),
        required=required,
        passes=ratio >= required,
        grade=_grade(ratio),
    )


def _seen(first: Role, second: Role, usable: dict[Role, str]) -> VisionPair:
    def to(vision: str) -> float:
        return _cut(difference(usable[first], usable[second], vision))

    return VisionPair(
        first=first,
        second=second,
        usual=to("usual"),
        protan=to("protan"),
        deutan=to("deutan"),
        tritan=to("tritan"),
        required=APART,
        passes=least_difference(usable[first], usable[second]) >= APART,
    )


def _cut(value: float) -> float:
    return int(value * 100 + 1e-9) / 100


def _grade(ratio: float) -> Literal["AAA", "AA", "AA large", "fail"]:
    if ratio >= ENHANCED:
        return "AAA"
    if ratio >= TEXT:
        return "AA"
    return "AA large" if ratio >= SHAPE else "fail"
