"""The brand's look as far as a deck can wear it: colours that can be read, families of letters, its drawings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent_sdk import TaskOutput
from agent_sdk.colour import SHAPE, TEXT, WHITE, chroma, letters_on, luminance, mix, readable
from services.agents.pitch_deck.figures import dig, rows

_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_FAMILY = re.compile(r"[A-Za-z0-9][A-Za-z0-9 +-]{0,39}")
_LARGEST_DRAWING = 64 * 1024
_DEFAULT = {"primary": "#1F4E5F", "accent": "#C8772E", "text": "#1B2228", "background": WHITE}
_STACKS = {
    "serif": "'Iowan Old Style', 'Palatino Linotype', Palatino, P052, Georgia, 'Noto Serif', serif",
    "monospace": "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
    "sans-serif": "-apple-system, BlinkMacSystemFont, 'Segoe UI', Inter, Roboto, 'Noto Sans', Arial, sans-serif",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Colours as #RRGGBB; what carries text reaches 4.5 to 1 on its ground, shapes 3 to 1."""

    cover: str
    """Ground of the cover and of the ask."""
    cover_ink: str
    paper: str
    """Ground of all other slides."""
    card: str
    """Ground of boxes."""
    ink: str
    muted: str
    hair: str
    key: str
    """Emphasis, readable as text on paper and cards."""
    bar: str
    """Bars of charts."""
    accent: str
    """Small shapes."""
    heading: str
    """Value of `font-family`."""
    body: str
    drawings: Mapping[str, bytes]
    """The brand's SVG files by name; to be shown only where nothing in them can act."""

    def drawing(self, *names: str) -> bytes | None:
        """The first of the drawings that is there."""
        return next((self.drawings[name] for name in names if name in self.drawings), None)


def look_of(brand: TaskOutput | None, values: Mapping[str, Any] | None) -> Look:
    """The look of a brand's result, or a quiet one."""
    palette = {
        str(each.get("role")): str(each.get("hex")).upper()
        for each in (rows(values, "palette", most=12) if values else [])
        if _HEX.fullmatch(str(each.get("hex")))
    }
    colours = {**_DEFAULT, **palette}
    primary, ground, text = colours["primary"], colours["background"], colours["text"]
    paper = ground if luminance(ground) >= 0.82 and chroma(ground) <= 0.16 else WHITE
    card = mix(paper, text, 0.045)
    ink = readable(text, paper, card, least=10)
    return Look(
        cover=primary,
        cover_ink=letters_on(primary, text, ground),
        paper=paper,
        card=card,
        ink=ink,
        muted=readable(mix(ink, paper, 0.38), paper, card, least=TEXT + 0.2),
        hair=mix(paper, ink, 0.16),
        key=readable(primary, paper, card, least=TEXT),
        bar=readable(primary, paper, card, least=SHAPE),
        accent=readable(colours["accent"], paper, least=SHAPE),
        heading=_stack(dig(values, "typography", "heading"), "sans-serif"),
        body=_stack(dig(values, "typography", "body"), "sans-serif"),
        drawings=_drawings(brand),
    )


def _stack(face: Any, otherwise: str) -> str:
    """The family where it is installed, else its kin on every system; only names that cannot end the value."""
    family, category = dig(face, "family"), dig(face, "category")
    stack = _STACKS.get(category if isinstance(category, str) else otherwise, _STACKS[otherwise])
    return f"'{family}', {stack}" if isinstance(family, str) and _FAMILY.fullmatch(family) else stack


def _drawings(brand: TaskOutput | None) -> dict[str, bytes]:
    found = brand.artifacts.values() if brand else ()
    return {
        each.name: each.content
        for each in found
        if each.media_type.startswith("image/svg") and len(each.content) <= _LARGEST_DRAWING
    }
