"""Can palette and page be read? Measured a second time, by the formula of WCAG 2.2 written down here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tools.eval.checks.finding import Finding
from tools.eval.deliverables import Deliverables
from tools.eval.requests import Request

_TEXT, _SHAPE = 4.5, 3.0
_BRAND = "branding/result.json"
_HAVE_TO = {("text", "background"): _TEXT, ("text", "surface"): _TEXT, ("primary", "background"): _SHAPE}
"""Pairs of roles everything else stands on. Others may be decoration; the result has to say so."""
_PAGE = {("ink", "paper"): _TEXT, ("ink", "card"): _TEXT, ("muted", "paper"): _TEXT, ("key", "paper"): _TEXT,
         ("cover-ink", "cover"): _TEXT, ("s1", "paper"): _SHAPE, ("s2", "paper"): _SHAPE}  # fmt: skip
"""Variables of the page's style sheet that meet."""
_ROOT = re.compile(r":root\s*{([^}]*)}")
_COLOUR = re.compile(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6})")


def look(made: Deliverables, request: Request) -> Iterator[Finding]:
    """The brand's palette, and the style sheet of the dossier by day and by night."""
    if (brand := made.result("branding")) is not None:
        yield from _palette(brand)
    for name, file in made.files("dossier").items():
        if name.endswith(".html"):
            yield from _page(file.where, file.text)


def _palette(brand: Mapping[str, Any]) -> Iterator[Finding]:
    colours = {each["role"]: each["hex"] for each in brand["palette"]}
    for (front, ground), least in _HAVE_TO.items():
        if (ratio := _ratio(colours[front], colours[ground])) < least:
            yield Finding(_BRAND, f"{front} on {ground} has {ratio:.2f} : 1; it needs {least} : 1")
    told = {(pair["foreground"], pair["background"]): pair for pair in brand["contrast"]}
    for pair in _HAVE_TO.keys() - told.keys():
        yield Finding(_BRAND, f"does not say what contrast {pair[0]} has on {pair[1]}")
    for (front, ground), pair in told.items():
        ratio = _ratio(colours[front], colours[ground])
        if abs(pair["ratio"] - ratio) > 0.011 or pair["passes"] != (ratio >= pair["required"]):
            yield Finding(_BRAND, f"says {pair['ratio']} : 1 for {front} on {ground}; it is {ratio:.2f} : 1")
    for each in brand["palette"]:
        if abs(each["on_ratio"] - _ratio(each["on_hex"], each["hex"])) > 0.011:
            yield Finding(_BRAND, f"says {each['on_ratio']} : 1 for letters on {each['role']}; it is not")


def _page(where: str, html: str) -> Iterator[Finding]:
    sheets = [dict(_COLOUR.findall(block)) for block in _ROOT.findall(html)]
    if not sheets:
        yield Finding(where, "has no colours of its own")
    for sheet in sheets:
        colours = sheets[0] | sheet  # by night and on paper, what is not said anew is as by day
        for (front, ground), least in _PAGE.items():
            if front not in colours or ground not in colours:
                yield Finding(where, f"has no colour --{front} or --{ground}")
            elif (ratio := _ratio(colours[front], colours[ground])) < least:
                yield Finding(where, f"--{front} on --{ground} has {ratio:.2f} : 1; it needs {least} : 1")


def _ratio(first: str, second: str) -> float:
    one, other = sorted((_luminance(first), _luminance(second)))
    return (other + 0.05) / (one + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)
