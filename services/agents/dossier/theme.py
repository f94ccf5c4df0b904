"""The dossier's own colours and letters, taken from the brand as far as they can be read.

Nothing of the brand is used unchecked: what carries text reaches 4.5 to 1 on the ground it stands
on, what is only a shape reaches 3 to 1, by day and by night. Without a brand there is a quiet default.
"""

from dataclasses import dataclass

from agent_sdk.colour import (
    BLACK,
    SHAPE,
    TEXT,
    WHITE,
    chroma,
    contrast,
    letters_on,
    luminance,
    mix,
    readable,
)
from agent_sdk.colour_vision import APART, least_difference
from services.agents.dossier.readers.brand import Brand, Typeface

DEFAULT_PRIMARY = "#1F4E5F"
DEFAULT_ACCENT = "#C8772E"
DEFAULT_INK = "#1B2228"
NIGHT = "#14171A"
"""Page ground in dark mode, before a breath of the brand's colour is mixed in."""

_SANS = (
    "-apple-system, BlinkMacSystemFont, 'Segoe UI', Inter, Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
)
_STACKS = {
    "serif": "'Iowan Old Style', 'Palatino Linotype', Palatino, P052, 'Book Antiqua', Georgia, 'Noto Serif', serif",
    "monospace": "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
    "sans-serif": _SANS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """The colours of the page by day or by night."""

    paper: str
    """Ground of the page."""
    card: str
    """Ground of boxes."""
    ink: str
    """Text."""
    muted: str
    """Text of less weight; still readable as text."""
    hair: str
    """Hairlines; decoration."""
    key: str
    """The colour of emphasis, readable as text."""
    series: tuple[str, str, str, str, str]
    """Chart colours; the first two stand out, all can be told from the paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Everything the style sheet takes from the brand."""

    cover: str
    """Ground of the cover."""
    cover_ink: str
    """Text on the cover."""
    band: tuple[str, ...]
    """The palette as a band along the cover's foot; empty without a brand."""
    day: Scheme
    night: Scheme
    heading: str
    """Value of `font-family` for headings: the brand's family where it is installed, else its kin on every system."""
    body: str
    """The same for running text."""


def theme_of(brand: Brand | None) -> Theme:
    """The theme for a brand, or the default."""
    colours = {colour.role.lower(): colour.hex.upper() for colour in brand.palette} if brand else {}
    primary = colours.get("primary", DEFAULT_PRIMARY)
    accents = [colours[role] for role in ("primary", "accent", "secondary") if role in colours]
    accents = accents or [DEFAULT_PRIMARY, DEFAULT_ACCENT]
    text, ground = colours.get("text", DEFAULT_INK), colours.get("background", WHITE)
    paper = ground if luminance(ground) >= 0.82 and chroma(ground) <= 0.16 else WHITE
    night = mix(NIGHT, primary, 0.05)
    typography = brand.typography if brand else None
    return Theme(
        cover=primary,
        cover_ink=letters_on(primary, text, ground),
        band=tuple(colour.hex.upper() for colour in brand.palette[:6]) if brand else (),
        day=_scheme(paper, _card(paper, colours.get("surface", paper), text), text, accents, least=SHAPE),
        night=_scheme(night, mix(night, WHITE, 0.045), "#E9E7E2", accents, least=TEXT),
        heading=_stack(typography.heading if typography else None, "serif"),
        body=_stack(typography.body if typography else None, "sans-serif"),
    )


def _scheme(paper: str, card: str, text: str, accents: list[str], *, least: float) -> Scheme:
    """`least` is the contrast of what stands out in charts: more by night, where shapes look dimmer."""
    ink = readable(text, paper, card, least=10)
    first, second = _leads(accents, paper, least)
    return Scheme(
        paper=paper,
        card=card,
        ink=ink,
        muted=readable(mix(ink, paper, 0.42), paper, card, least=TEXT + 0.2),
        hair=mix(paper, ink, 0.14),
        key=readable(first, paper, card, least=TEXT),
        series=(
            first,
            second,
            readable(mix(ink, paper, 0.5), paper, least=SHAPE),
            mix(first, paper, 0.45),
            mix(first, paper, 0.7),
        ),
    )


def _leads(accents: list[str], paper: str, least: float) -> tuple[str, str]:
    """Two colours for what matters in a chart, told from the paper and from each other by every colour vision.

    Colourful ones come first.
    """
    shades = [readable(colour, paper, least=least) for colour in accents]
    lively = sorted(shades, key=lambda shade: chroma(shade) < 0.18)  # stable: the brand's order otherwise
    first = lively[0]
    for other in lively[1:]:
        if least_difference(first, other) >= APART:
            return first, other
    pole = max((BLACK, WHITE), key=lambda each: contrast(each, first))
    return first, readable(mix(first, pole, 0.45), paper, least=least)


def _stack(face: Typeface | None, otherwise: str) -> str:
    """A `font-family` value. The reader's pattern for families leaves nothing that could end it."""
    stack = _STACKS.get(face.category if face else otherwise, _SANS)
    return f"'{face.family}', {stack}" if face else stack


def _card(paper: str, surface: str, text: str) -> str:
    """The brand's ground for boxes when it is a light one near the paper's, else a breath of text in the paper."""
    fits = luminance(surface) >= 0.75 and chroma(surface) <= 0.16 and surface != paper
    return mix(paper, surface, 0.7) if fits else mix(paper, text, 0.035)
