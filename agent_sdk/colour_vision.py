"""Whether two colours can be told apart, also by people who see fewer colours.

How a colour looks to them is computed with the matrices of Machado, Oliveira and Fernandes, "A
Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009, at full
severity, on linear light. How different two colours look is the distance in Oklab (B. Ottosson, 2020),
which CSS Color 4 calls deltaEOK: 0 is equal, about 0.02 is just noticeable, 1 is black against white.

Pure: `#RRGGBB` in, numbers and `#RRGGBB` out. A model of eyes, not a measurement of anybody's.
"""

import math

from agent_sdk.colour import from_light, linear

APART = 0.1
"""Least difference at which two colours count as told apart: five times what is just noticeable."""

Light = tuple[float, float, float]

_SEEN: dict[str, tuple[Light, Light, Light]] = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}

VISIONS = tuple(_SEEN)
"""Kinds of colour vision: the usual one, then without the red, the green and the blue receptors."""


def simulated(colour: str, vision: str) -> str:
    """How a colour looks to somebody with this vision (one of `VISIONS`), as a colour for everybody else."""
    return from_light(_seen(linear(colour), vision))


def difference(first: str, second: str, vision: str = "usual") -> float:
    """How different two colours look to somebody with this vision (one of `VISIONS`)."""
    return math.dist(_oklab(_seen(linear(first), vision)), _oklab(_seen(linear(second), vision)))


def least_difference(first: str, second: str) -> float:
    """How different they look to those who can tell them apart least."""
    return min(difference(first, second, vision) for vision in VISIONS)


def relit(colour: str, by: float) -> str:
    """The colour `by` lighter in Oklab, or darker when negative; its hue is kept as far as a screen can show it."""
    lightness, green_red, blue_yellow = _oklab(linear(colour))
    lightness = min(max(lightness + by, 0.0), 1.0)
    long = (lightness + 0.3963377774 * green_red + 0.2158037573 * blue_yellow) ** 3
    middle = (lightness - 0.1055613458 * green_red - 0.0638541728 * blue_yellow) ** 3
    short = (lightness - 0.0894841775 * green_red - 1.2914855480 * blue_yellow) ** 3
    return from_light(
        _shown(
            4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
        )
    )


def _seen(light: Light, vision: str) -> Light:
    red, green, blue = (sum(weight * part for weight, part in zip(row, light, strict=True)) for row in _SEEN[vision])
    return _shown(red, green, blue)


def _shown(red: float, green: float, blue: float) -> Light:
    """The nearest amounts of light that a screen can show."""
    return min(max(red, 0.0), 1.0), min(max(green, 0.0), 1.0), min(max(blue, 0.0), 1.0)


def _oklab(light: Light) -> Light:
    red, green, blue = light
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )
