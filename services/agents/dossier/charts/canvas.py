"""A small SVG writer for charts. Colours come from the page's style sheet through class names.

Every chart is drawn twice, wide and narrow, because letters that shrink with a picture cannot be
read on a phone; the style sheet shows one. Both carry a title and a description for screen readers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

WIDE = 760.0
NARROW = 360.0
LETTER = 0.56
"""Width of an average letter, in its own size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A finished chart."""

    name: str
    """Unique on the page."""
    title: str
    wide: str
    narrow: str
    note: str = ""
    """What a reader has to know to read it; may be empty."""
    legend: tuple[tuple[str, str], ...] = ()
    """Class of the key and its name, for charts whose series are not labelled in place."""


@dataclass(slots=True)
class Canvas:
    """Collects the parts of one picture."""

    width: float
    height: float
    name: str
    title: str
    description: str
    parts: list[str] = field(default_factory=list)

    @property
    def small(self) -> bool:
        """Whether this is the narrow picture."""
        return self.width < WIDE

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str) -> None:
        self.parts.append(f'<line class="{style}" x1="{at(x1)}" y1="{at(y1)}" x2="{at(x2)}" y2="{at(y2)}"/>')

    def rect(
        self, x: float, y: float, width: float, height: float, style: str, *, tip: str = "", corner: float = 0
    ) -> None:
        """A box; `tip` appears under the pointer. Negative sizes are turned around."""
        x, width = min(x, x + width), abs(width)
        y, height = min(y, y + height), abs(height)
        round_ = f' rx="{at(corner)}"' if corner else ""
        self._shape(
            f'rect class="{style}" x="{at(x)}" y="{at(y)}" width="{at(width)}" height="{at(height)}"{round_}',
            "rect",
            tip,
        )

    def circle(self, x: float, y: float, radius: float, style: str, *, tip: str = "") -> None:
        self._shape(f'circle class="{style}" cx="{at(x)}" cy="{at(y)}" r="{at(radius)}"', "circle", tip)

    def path(self, data: str, style: str) -> None:
        """A path; `data` is made of numbers by the caller."""
        self.parts.append(f'<path class="{style}" d="{data}"/>')

    def text(self, x: float, y: float, words: str, style: str, *, anchor: str = "start") -> None:
        where = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.parts.append(f'<text class="{style}" x="{at(x)}" y="{at(y)}"{where}>{escape(words)}</text>')

    def _shape(self, opening: str, element: str, tip: str) -> None:
        body = f"><title>{escape(tip)}</title></{element}>" if tip else "/>"
        self.parts.append(f"<{opening}{body}")

    def svg(self) -> str:
        """The picture."""
        ids = f"{self.name}-{'n' if self.small else 'w'}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {at(self.width)} {at(self.height)}" role="img" '
            f"aria-labelledby={quoteattr(f'{ids}-t {ids}-d')}>"
            f"<title id={quoteattr(f'{ids}-t')}>{escape(self.title)}</title>"
            f"<desc id={quoteattr(f'{ids}-d')}>{escape(self.description)}</desc>{''.join(self.parts)}</svg>"
        )


def chart(
    name: str,
    title: str,
    description: str,
    draw: Callable[[Canvas], None],
    *,
    height: float,
    narrow_height: float | None = None,
    note: str = "",
    legend: tuple[tuple[str, str], ...] = (),
) -> Chart:
    """Draw both pictures of a chart. `draw` may set the canvas's height."""
    pictures = []
    for width, tall in ((WIDE, height), (NARROW, narrow_height or height)):
        canvas = Canvas(width, tall, name, title, description)
        draw(canvas)
        pictures.append(canvas.svg())
    return Chart(name=name, title=title, wide=pictures[0], narrow=pictures[1], note=note, legend=legend)


def at(value: float) -> str:
    """A coordinate with at most two decimals."""
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown in ("-0", "") else shown


def fitted(words: str, room: float, size: float) -> str:
    """The words cut to a width, with an ellipsis when something is missing."""
    most = max(int(room / (size * LETTER)), 1)
    return words if len(words) <= most else f"{words[: max(most - 1, 1)].rstrip()}…"


def wrapped(words: str, room: float, size: float, *, lines: int = 2) -> list[str]:
    """The words on at most `lines` lines of a width."""
    most = max(int(room / (size * LETTER)), 4)
    rows: list[str] = [""]
    for word in words.split():
        joined = f"{rows[-1]} {word}".strip()
        if len(joined) <= most or not rows[-1]:
            rows[-1] = joined
        else:
            rows.append(word)
    kept = rows[:lines]
    if len(rows) > lines:
        kept[-1] = f"{kept[-1]} {' '.join(rows[lines:])}"
    return [fitted(row, room, size) for row in kept]
