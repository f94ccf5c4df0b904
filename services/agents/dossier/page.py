"""The dossier as one HTML page that needs nothing but itself: no script, no font, no request.

Texts are escaped by the template engine. What is not escaped was made here or has passed the
sanitiser: charts, drawings, and the colours and families whose form the readers have checked. A content
policy in the page forbids everything else, should something ever slip through.
"""

import base64
import re
from functools import lru_cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from services.agents.dossier import wording
from services.agents.dossier.book import Book
from services.agents.dossier.chapters.plan import compared
from services.agents.dossier.charts.canvas import Chart
from services.agents.dossier.theme import Scheme

_LABEL = re.compile(r' role="img" aria-label="[^"]*"')
"""How the sanitiser labels a drawing."""

_TEMPLATES = Path(__file__).parent / "templates"


def render_html(book: Book) -> str:
    """The whole page."""
    icon = base64.b64encode(book.icon.svg.encode()).decode() if book.icon else ""
    return (
        _environment()
        .get_template("dossier.html")
        .render(
            book=book,
            material=book.material,
            evidence=book.evidence,
            style=Markup((_TEMPLATES / "style.css").read_text("utf-8")),
            day_colours=_variables(book.theme.day),
            night_colours=_variables(book.theme.night),
            letters=Markup(f"--heading: {book.theme.heading}; --body: {book.theme.body};"),
            icon=icon,
            simulated_plan=wording.SIMULATED_PLAN,
            simulated=wording.simulated_notice(book.material.simulated, book.material.used),
        )
    )


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        money=wording.money,
        cents=wording.cents,
        count=wording.count,
        percent=wording.percent,
        size=wording.size,
        capital=wording.capital,
        compared=compared,
        opening=wording.opening,
        formula=wording.formula,
        long_date=wording.long_date,
        drawing=Markup,  # drawings were sanitised when they were gathered
        decoration=_decoration,
        wide=_wide,
        narrow=_narrow,
    )
    return environment


def _variables(scheme: Scheme) -> Markup:
    named = {
        "paper": scheme.paper,
        "card": scheme.card,
        "ink": scheme.ink,
        "muted": scheme.muted,
        "hair": scheme.hair,
        "key": scheme.key,
    } | {f"s{place}": colour for place, colour in enumerate(scheme.series, start=1)}
    return Markup(" ".join(f"--{name}: {colour};" for name, colour in named.items()))


def _decoration(svg: str) -> Markup:
    """A sanitised drawing a second time: what it shows has been told before."""
    return Markup(_LABEL.sub(' aria-hidden="true"', svg, count=1))


def _wide(chart: Chart) -> Markup:
    return Markup(chart.wide)


def _narrow(chart: Chart) -> Markup:
    return Markup(chart.narrow)
