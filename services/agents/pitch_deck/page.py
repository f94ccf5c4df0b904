"""The deck as one HTML file that needs nothing but itself: no font, no request, one short script that it carries.

Texts are escaped by the template engine; drawings stand as images, in which nothing can act. A content policy in the
page forbids everything else, scripts but this one by its hash included.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from functools import lru_cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from services.agents.pitch_deck.look import Look
from services.agents.pitch_deck.models import PitchDeck

_TEMPLATES = Path(__file__).parent / "templates"


def render_html(deck: PitchDeck, look: Look, day: date) -> str:
    """The whole file."""
    script = (_TEMPLATES / "deck.js").read_text("utf-8")
    return (
        _environment()
        .get_template("deck.html")
        .render(
            deck=deck,
            day=f"{day:%B} {day.year}",
            variables=_variables(look),
            style=Markup((_TEMPLATES / "deck.css").read_text("utf-8")),
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            logo=_image(look.drawing("mark-reversed.svg", "logo-reversed.svg")),
            mark=_image(look.drawing("mark.svg", "logo.svg")),
            icon=_image(look.drawing("favicon.svg", "mark.svg")),
        )
    )


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _variables(look: Look) -> Markup:
    """Colours and families of the style sheet; `look.py` has checked their form."""
    names = ("cover", "cover_ink", "paper", "card", "ink", "muted", "hair", "key", "bar", "accent", "heading", "body")
    return Markup(" ".join(f"--{name.replace('_', '-')}: {getattr(look, name)};" for name in names))


def _image(svg: bytes | None) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}" if svg else ""
