"""Contrast by the rules of WCAG 2.2, and corrections where a palette breaks them.

Pure: colours in, numbers and colours out. The reading colour and the primary colour are corrected,
because everything else stands on them; secondary and accent are decoration, so a low contrast of
theirs is only flagged.
"""

from typing import Literal

from services.agents.branding.models import ROLES, CheckedColour, ContrastPair, PaletteColour, Role

TEXT = 4.5
"""Least ratio for text (success criterion 1.4.3)."""

LARGE = 3.0
"""Least ratio for large text (1.4.3) and for shapes that carry meaning (1.4.11)."""

ENHANCED = 7.0
"""Ratio of grade AAA (1.4.6)."""

BLACK = "#000000"
WHITE = "#FFFFFF"

_STEPS = 50
"""A correction moves a colour towards black or white in so many steps at most."""

_GROUNDS: tuple[Role, ...] = ("background", "surface")

_PAIRS: tuple[tuple[Role, Role, str, float], ...] = (
    ("text", "background", "running text", TEXT),
    ("text", "surface", "text on cards and boxes", TEXT),
    ("primary", "background", "headings, buttons, the mark", LARGE),
    ("secondary", "background", "shapes; below 3 for decoration only", LARGE),
    ("accent", "background", "highlights; below 3 for decoration only", LARGE),
)


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, 0 (black) to 1 (white)."""
    linear = [_linear(channel / 255) for channel in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21, whichever is the lighter."""
    one, other = luminance(first), luminance(second)
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def shown_ratio(first: str, second: str) -> float:
    """The ratio with two decimals, cut and not rounded: 4.499 must not be shown as a pass."""
    return int(contrast(first, second) * 100 + 1e-9) / 100


def mix(first: str, second: str, share: float) -> str:
    """`first` with `share` (0 to 1) of `second` mixed in."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02X}" for one, other in pairs)


def corrected(colour: str, grounds: tuple[str, ...], least: float) -> str:
    """The colour nearest to `colour`, towards black or white, that reaches `least` on every ground.

    When no colour can (one ground dark, the other light), the best end is returned: the pair is then
    reported as failing.
    """

    def worst(candidate: str) -> float:
        return min(contrast(candidate, ground) for ground in grounds)

    if worst(colour) >= least:
        return colour
    pole = max((BLACK, WHITE), key=worst)
    steps = (mix(colour, pole, step / _STEPS) for step in range(1, _STEPS + 1))
    return next((candidate for candidate in steps if worst(candidate) >= least), pole)


def letters_on(ground: str, text: str, background: str) -> str:
    """The colour for letters on `ground`: the palette's own when readable, else black or white."""
    own = max((background, text), key=lambda colour: contrast(colour, ground))
    return own if contrast(own, ground) >= TEXT else max((BLACK, WHITE), key=lambda colour: contrast(colour, ground))


def check_palette(palette: list[PaletteColour]) -> tuple[list[CheckedColour], list[ContrastPair]]:
    """Correct what has to be readable and measure what meets in use. Each role occurs once."""
    proposed = {colour.role: colour for colour in palette}
    usable = {role: proposed[role].hex.upper() for role in ROLES}
    usable["text"] = corrected(usable["text"], (usable["background"], usable["surface"]), TEXT)
    if min(contrast(usable["text"], usable[ground]) for ground in _GROUNDS) < TEXT:
        # No colour can be read on both: the surface becomes a shade of the background, on the side away from the text.
        usable["text"] = corrected(proposed["text"].hex.upper(), (usable["background"],), TEXT)
        dark_text = luminance(usable["text"]) < luminance(usable["background"])
        usable["surface"] = mix(usable["background"], WHITE if dark_text else BLACK, 0.06)
    usable["primary"] = corrected(usable["primary"], (usable["background"],), LARGE)
    return [_checked(proposed[role], usable) for role in ROLES], [_pair(*pair, usable) for pair in _PAIRS]


def _checked(colour: PaletteColour, usable: dict[Role, str]) -> CheckedColour:
    final = usable[colour.role]
    on_hex = letters_on(final, usable["text"], usable["background"])
    return CheckedColour(
        role=colour.role,
        name=colour.name,
        hex=final,
        proposed_hex=colour.hex.upper(),
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
        ratio=shown_ratio(usable[foreground], usable[background]),
        required=required,
        passes=ratio >= required,
        grade=_grade(ratio),
    )


def _grade(ratio: float) -> Literal["AAA", "AA", "AA large", "fail"]:
    if ratio >= ENHANCED:
        return "AAA"
    if ratio >= TEXT:
        return "AA"
    return "AA large" if ratio >= LARGE else "fail"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
