"""Colours by the rules of WCAG 2.2: how well one can be read on another, and the nearest one that can.

Pure: `#RRGGBB` in, numbers and `#RRGGBB` out. `colour_vision.py` says who can tell two of them apart.
"""

TEXT = 4.5
"""Least ratio for text (success criterion 1.4.3)."""

SHAPE = 3.0
"""Least ratio for large text (1.4.3) and for shapes that carry meaning (1.4.11)."""

ENHANCED = 7.0
"""Ratio of grade AAA (1.4.6)."""

BLACK = "#000000"
WHITE = "#FFFFFF"

_STEPS = 64
"""A correction moves a colour towards black or white in so many steps at most."""


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio, 1 to 21, whichever is the lighter."""
    one, other = luminance(first), luminance(second)
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def mix(first: str, second: str, share: float) -> str:
    """`first` with `share` (0 to 1) of `second` mixed in."""
    pairs = zip(channels(first), channels(second), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02X}" for one, other in pairs)


def readable(colour: str, *grounds: str, least: float) -> str:
    """The colour nearest to `colour`, towards black or white, that reaches `least` on every ground.

    When none can, because the grounds are too different, black or white: whichever is better at its worst.
    """

    def worst(candidate: str) -> float:
        return min(contrast(candidate, ground) for ground in grounds)

    if worst(colour) >= least:
        return colour.upper()
    pole = max((BLACK, WHITE), key=worst)
    steps = (mix(colour, pole, step / _STEPS) for step in range(1, _STEPS + 1))
    return next((candidate for candidate in steps if worst(candidate) >= least), pole)


def letters_on(ground: str, *preferred: str) -> str:
    """The colour for text on `ground`: the best of the preferred ones when it can be read, else black or white."""
    for colour in sorted(preferred, key=lambda each: contrast(each, ground), reverse=True)[:1]:
        if contrast(colour, ground) >= TEXT:
            return colour.upper()
    return max((WHITE, BLACK), key=lambda each: contrast(each, ground))


def chroma(colour: str) -> float:
    """How colourful, from 0 (a grey) to 1."""
    parts = channels(colour)
    return (max(parts) - min(parts)) / 255


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, each 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def linear(colour: str) -> tuple[float, float, float]:
    """Red, green and blue as amounts of light, each 0 to 1: sRGB without its transfer curve."""
    red, green, blue = (_light(channel / 255) for channel in channels(colour))
    return red, green, blue


def _light(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def from_light(light: tuple[float, float, float]) -> str:
    """The colour with these amounts of light; `linear` backwards."""
    return "#" + "".join(f"{round(_channel(part) * 255):02X}" for part in light)


def _channel(light: float) -> float:
    return light * 12.92 if light <= 0.0031308 else float(1.055 * light ** (1 / 2.4) - 0.055)
