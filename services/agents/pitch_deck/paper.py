"""The deck as PDF, sixteen to nine, drawn by code: no browser, no system fonts, the same bytes for the same deck.

`_Page` knows paper: millimetres, colours, letters of a size that fits. The functions below say what goes where.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import MethodReturnValue

from services.agents.pitch_deck.look import Look
from services.agents.pitch_deck.models import Bars, Figure, PitchDeck, Point, Slide, Table

WIDTH, HEIGHT = 338.67, 190.5
"""Millimetres of a page: 13.33 by 7.5 inches, as presentation programs have them."""
_LEFT, _RIGHT, _TOP = 19.0, WIDTH - 19.0, 15.5
_HALF = (_RIGHT - _LEFT - 12) / 2
_FOOT = HEIGHT - 13.0
_FONTS = Path(__file__).parent / "fonts"
_LINE = 1.28
"""Height of a line, of the size of its letters."""
_MARGIN = 1 / 7
"""Air around the mark, of its height: as much it stands further left, so that what is seen of it stands in line."""
_MM = 0.352778
"""Millimetres of a point."""

_log = logging.getLogger(__name__)
logging.getLogger("fpdf.svg").setLevel(logging.ERROR)
"""It warns of titles and descriptions, which every drawing has and paper does not show."""


def render_pdf(deck: PitchDeck, look: Look, made: datetime) -> bytes:
    """The whole file."""
    page = _Page(look, made)
    page.pdf.set_title(f"{deck.name}: pitch deck")
    page.pdf.set_creator("HeyJarvis")
    page.pdf.set_subject("Simulated by the offline model: form, not facts" if deck.simulated else deck.one_liner)
    _cover(page, deck, f"{made:%B} {made.year}")
    for number, slide in enumerate(deck.slides, start=2):
        _slide(page, deck, slide, number)
    return bytes(page.pdf.output())


class _Page:
    """A sheet and a pen."""

    def __init__(self, look: Look, made: datetime) -> None:
        self.look = look
        self.pdf = FPDF(unit="mm", format=(HEIGHT, WIDTH), orientation="landscape")
        self.pdf.set_creation_date(made)
        self.pdf.set_auto_page_break(False)
        self.pdf.c_margin = 0
        for style, file in (("", "Roboto-Regular.ttf"), ("B", "Roboto-Bold.ttf")):
            self.pdf.add_font("Roboto", style, _FONTS / file)

    def begin(self, ground: str) -> None:
        """A new page."""
        self.pdf.add_page()
        self.box(0, 0, WIDTH, HEIGHT, ground)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle."""
        self.pdf.set_fill_color(colour)
        self.pdf.rect(x, y, width, height, style="F")

    def rule(self, x: float, y: float, width: float, colour: str) -> None:
        """A hairline."""
        self.pdf.set_draw_color(colour)
        self.pdf.set_line_width(0.2)
        self.pdf.line(x, y, x + width, y)

    def text(
        self, x: float, y: float, width: float, text: str, size: float, colour: str, *,
        bold: bool = False, align: str = "L", most: float = HEIGHT, draw: bool = True,
    ) -> float:  # fmt: skip
        """Sets a text into a column, smaller when it would be higher than `most`; the y below it."""
        while True:
            self.pdf.set_font("Roboto", "B" if bold else "", size)
            height = self._height(width, text, size, align)
            if height <= most or size <= 7:
                break
            size -= 0.5
        if draw and text:
            self.pdf.set_text_color(colour)
            self.pdf.set_xy(x, y)
            self.pdf.multi_cell(width, size * _MM * _LINE, text, align=align)
        return y + height

    def _height(self, width: float, text: str, size: float, align: str) -> float:
        if not text:
            return 0.0
        height = self.pdf.multi_cell(
            width, size * _MM * _LINE, text, align=align, dry_run=True, output=MethodReturnValue.HEIGHT
        )
        assert isinstance(height, float | int)
        return float(height)

    def image(self, svg: bytes | None, x: float, y: float, height: float, most: float) -> bool:
        """A drawing of the brand, when it is one the library can draw."""
        if svg is None:
            return False
        try:
            info = self.pdf.image(io.BytesIO(svg), x, y, h=height, w=most, keep_aspect_ratio=True)
        except Exception:  # whatever is wrong with it, the deck does without
            _log.info("a drawing of the brand cannot be set", exc_info=True)
            return False
        return info is not None


def _cover(page: _Page, deck: PitchDeck, month: str) -> None:
    look = page.look
    page.begin(look.cover)
    page.image(look.drawing("mark-reversed.svg"), _LEFT - 24 * _MARGIN, 40, 24, 24)
    y = page.text(_LEFT, 70, _RIGHT - _LEFT, deck.name, 56, look.cover_ink, bold=True, most=44)
    y = page.text(_LEFT, y + 2, _RIGHT - _LEFT, deck.tagline, 24, look.cover_ink, most=22)
    page.text(_LEFT, y + 8, 230, deck.one_liner, 18, look.cover_ink, most=30)
    page.text(_LEFT, HEIGHT - 18, 150, f"Investor pitch · {month}", 11, look.cover_ink)
    if deck.simulated:
        note = "Simulated by the offline model: form, not facts"
        page.text(_RIGHT - 150, HEIGHT - 18, 150, note, 11, look.cover_ink, bold=True, align="R")


def _slide(page: _Page, deck: PitchDeck, slide: Slide, number: int) -> None:
    look = page.look
    page.begin(look.paper)
    page.box(_LEFT, _TOP + 2, 7.5, 1.4, look.accent)
    page.text(_LEFT + 10.5, _TOP, 150, slide.label.upper(), 11, look.key, bold=True)
    y = page.text(_LEFT, _TOP + 9, 284, slide.title, 31, look.ink, bold=True, most=30)
    y = page.text(_LEFT, y + 2.5, 262, slide.message, 16.5, look.muted, most=17)
    _content(page, slide, y + 8, _FOOT - 6)
    _foot(page, deck, slide, number)


def _content(page: _Page, slide: Slide, top: float, bottom: float) -> None:
    """Points, and beside or below them what code has to show."""
    if not slide.exhibit and not slide.figures:
        _cards(page, slide.points, top, bottom)
        return
    right = _LEFT + _HALF + 12
    if not slide.exhibit:
        _points(page, slide.points, top, bottom)
        _stack_of_figures(page, slide.figures, right, top, bottom)
        return
    if slide.figures:
        _row_of_figures(page, slide.figures, bottom - 21)
        bottom -= 27
    _points(page, slide.points, top, bottom)
    caption = page.text(right, top, _HALF, slide.exhibit.caption, 11.5, page.look.muted, bold=True)
    if isinstance(slide.exhibit, Bars):
        _bars(page, slide.exhibit, right, caption + 3, bottom)
    else:
        _table(page, slide.exhibit, right, caption + 2, bottom)


def _points(page: _Page, points: Sequence[Point], top: float, bottom: float) -> None:
    """A column of points."""

    def draw(y: float, size: float, *, visible: bool) -> float:
        for point in points:
            begin = y
            y = page.text(_LEFT + 5, y, _HALF - 5, point.lead, size * 1.13, page.look.ink, bold=True, draw=visible)
            y = page.text(_LEFT + 5, y + 0.6, _HALF - 5, point.text, size, page.look.ink, draw=visible)
            if visible:
                page.box(_LEFT, begin + 0.5, 1, y - begin - 1, page.look.accent)
            y += size * 0.42
        return y - size * 0.42

    size = _fitting(16.0, lambda size: draw(0, size, visible=False) <= bottom - top)
    draw(top, size, visible=True)


def _cards(page: _Page, points: Sequence[Point], top: float, bottom: float) -> None:
    """Points side by side in the middle of the room, where they have the slide for themselves."""
    gap = 7.0
    width = (_RIGHT - _LEFT - gap * (len(points) - 1)) / len(points) if points else 0
    inner = width - 14

    def height(point: Point, *, x: float = 0, y: float = 0, visible: bool = False) -> float:
        below = page.text(x, y, inner, point.lead, 23, page.look.ink, bold=True, draw=visible)
        return page.text(x, below + 4, inner, point.text, 19, page.look.ink, draw=visible)

    tall = max(58.0, *(height(point) + 20 for point in points), 0)
    top += max(0.0, (bottom - top - tall) / 2)
    for place, point in enumerate(points):
        x = _LEFT + place * (width + gap)
        page.box(x, top, width, tall, page.look.card)
        page.box(x, top, width, 1.6, page.look.accent)
        height(point, x=x + 7, y=top + 9, visible=True)


def _stack_of_figures(page: _Page, figures: Sequence[Figure], x: float, top: float, bottom: float) -> None:
    tall, gap = min(30.0, (bottom - top - 10) / 3), 5.0
    y = top
    for figure in figures:
        page.box(x, y, _HALF, tall, page.look.card)
        page.text(x + 6, y + 4, _HALF - 12, figure.shown, 27, page.look.key, bold=True, most=tall - 13)
        page.text(x + 6, y + tall - 8.5, _HALF - 12, figure.label, 11.5, page.look.muted, most=6)
        y += tall + gap


def _row_of_figures(page: _Page, figures: Sequence[Figure], y: float) -> None:
    gap = 5.0
    width = (_RIGHT - _LEFT - gap * (len(figures) - 1)) / len(figures)
    for place, figure in enumerate(figures):
        x = _LEFT + place * (width + gap)
        page.box(x, y, width, 20, page.look.card)
        page.text(x + 5, y + 3, width - 10, figure.shown, 20, page.look.key, bold=True, most=9.2)
        page.text(x + 5, y + 13, width - 10, figure.label, 10.5, page.look.muted, most=5)


def _bars(page: _Page, chart: Bars, x: float, top: float, bottom: float) -> None:
    step = min(19.0, (bottom - top) / len(chart.bars))
    for place, bar in enumerate(chart.bars):
        y = top + place * step
        shown = f"{bar.shown}   {bar.remark}".strip()
        page.text(x, y, _HALF * 0.42, bar.label, 12, page.look.ink, bold=True, most=6)
        page.text(x + _HALF * 0.42, y, _HALF * 0.58, shown, 11.5, page.look.muted, align="R", most=6)
        thick = min(6.0, step - 8)
        page.box(x, y + 6.5, _HALF, thick, page.look.card)
        page.box(x, y + 6.5, max(0.5, _HALF * bar.share), thick, page.look.bar)


def _table(page: _Page, table: Table, x: float, top: float, bottom: float) -> None:
    """Rows as high as their longest cell, in letters small enough for all of them."""
    parts = {2: (0.62, 0.38), 3: (0.29, 0.39, 0.32)}.get(len(table.head), ())
    widths = [part * _HALF for part in parts] or [_HALF / len(table.head)] * len(table.head)

    def draw(y: float, size: float, *, visible: bool) -> float:
        for number, row in enumerate([table.head, *table.rows]):
            at, below = x, y
            for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
                colour = page.look.ink if number and not column else page.look.muted
                bold = not column or not number
                below = max(below, page.text(at, y, width - 3, cell, size, colour, bold=bold, draw=visible))
                at += width
            y = below + size * 0.13
            if visible:
                page.rule(x, y, _HALF, page.look.hair)
            y += size * 0.13
        return y

    size = _fitting(12.0, lambda size: draw(0, size, visible=False) <= bottom - top)
    draw(top, size, visible=True)


def _fitting(size: float, fits: Callable[[float], bool]) -> float:
    """The size, or the largest below it that fits; seven points are the least."""
    while size > 7 and not fits(size):
        size -= 0.5
    return size


def _foot(page: _Page, deck: PitchDeck, slide: Slide, number: int) -> None:
    look = page.look
    x = _LEFT + (8 if page.image(look.drawing("mark.svg"), _LEFT, _FOOT + 1.2, 5, 5) else 0)
    said = f"{deck.name}   SIMULATED" if deck.simulated else deck.name
    page.text(x, _FOOT + 2, 90, said, 8.5, look.muted, bold=deck.simulated)
    page.text(x + 92, _FOOT + 2, _RIGHT - x - 104, slide.origins, 7.5, look.muted, align="R", most=7)
    page.text(_RIGHT - 10, _FOOT + 2, 10, str(number), 8.5, look.muted, bold=True, align="R")
