"""Colours as numbers: turning a hue, and keeping a shape visible on its ground (WCAG 2.2)."""

import colorsys

SHAPES = 3.1
"""Least contrast of a strong colour on its background; WCAG asks 3 of shapes and large letters."""
_STEPS = 40


def turned(code: str, angle: float) -> str:
    """A colour with its hue turned by that many degrees, lightness and saturation kept."""
    hue, light, saturation = colorsys.rgb_to_hls(*_parts(code))
    return _code(colorsys.hls_to_rgb((hue + angle / 360) % 1, light, saturation))


def readable(code: str, background: str) -> str:
    """The colour, darkened step by step until it can be seen on a light background."""
    hue, light, saturation = colorsys.rgb_to_hls(*_parts(code))
    for _ in range(_STEPS):
        if contrast(code, background) >= SHAPES:
            break
        light *= 0.97
        code = _code(colorsys.hls_to_rgb(hue, light, saturation))
    return code


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(code: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(code)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(code: str) -> tuple[float, float, float]:
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _code(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02X}" for part in parts)
