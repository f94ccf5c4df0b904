"""Somebody else's SVG, made harmless before it stands in our page.

The drawing is parsed and written anew: only the elements and attributes listed here exist, and each
value has to match the pattern for its attribute. What is not listed is dropped with everything in
it: scripts, event handlers, styles, links, images, foreign markup, references of any kind. A
drawing that declares entities or is not well-formed, too large or too deep is refused as a whole.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

MAX_BYTES = 512_000
"""Larger drawings are refused."""

MAX_ELEMENTS = 5_000
"""Drawings of more elements are refused."""

MAX_DEPTH = 32
"""Deeper nesting is refused."""

_SVG = "http://www.w3.org/2000/svg"
_SEPARATOR = " "

# Each pattern reads a value in one way only, so that no value can make the matching slow.
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?"
_LENGTH = re.compile(rf"{_NUMBER}(?:px|%)?")
_NUMBERS = re.compile(rf"\s*{_NUMBER}(?:[\s,]+{_NUMBER})*\s*")
_BOX = re.compile(rf"\s*{_NUMBER}(?:[\s,]+{_NUMBER}){{3}}\s*")
_PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9eE.,+\-\s]*")
_PAINT = re.compile(r"#[0-9A-Fa-f]{3}(?:[0-9A-Fa-f]{3})?|none|currentColor|[a-z]{3,20}")
_MOVE = re.compile(r"\s*(?:(?:translate|rotate|scale|skewX|skewY|matrix)\([0-9eE.,+\-\s]*\)[\s,]*){1,8}")
_WORD = re.compile(r"[a-zA-Z-]{1,24}")
_FONT = re.compile(r"[A-Za-z0-9 ,'\"-]{1,200}")

_PAINTED = {
    "fill": _PAINT, "stroke": _PAINT, "color": _PAINT, "stroke-width": _LENGTH, "stroke-linecap": _WORD,
    "stroke-linejoin": _WORD, "stroke-miterlimit": _LENGTH, "stroke-dasharray": _NUMBERS, "stroke-dashoffset": _LENGTH,
    "fill-rule": _WORD, "clip-rule": _WORD, "opacity": _LENGTH, "fill-opacity": _LENGTH, "stroke-opacity": _LENGTH,
    "transform": _MOVE,
}  # fmt: skip
_LETTERED = _PAINTED | {
    "x": _NUMBERS, "y": _NUMBERS, "dx": _NUMBERS, "dy": _NUMBERS, "font-family": _FONT, "font-size": _LENGTH,
    "font-weight": re.compile(r"[a-z0-9]{1,10}"), "font-style": _WORD, "letter-spacing": _LENGTH, "text-anchor": _WORD,
    "dominant-baseline": _WORD, "textLength": _LENGTH, "lengthAdjust": _WORD,
}  # fmt: skip


def _with(*lengths: str) -> dict[str, re.Pattern[str]]:
    return _PAINTED | dict.fromkeys(lengths, _LENGTH)


ALLOWED: dict[str, dict[str, re.Pattern[str]]] = {
    "svg": _PAINTED | {"viewBox": _BOX, "width": _LENGTH, "height": _LENGTH},
    "g": _PAINTED,
    "path": _PAINTED | {"d": _PATH},
    "rect": _with("x", "y", "width", "height", "rx", "ry"),
    "circle": _with("cx", "cy", "r"),
    "ellipse": _with("cx", "cy", "rx", "ry"),
    "line": _with("x1", "y1", "x2", "y2"),
    "polyline": _PAINTED | {"points": _NUMBERS},
    "polygon": _PAINTED | {"points": _NUMBERS},
    "text": _LETTERED,
    "tspan": _LETTERED,
}
"""Elements that survive, each with its attributes and what their values must look like."""

_LETTERS = ("text", "tspan")


class UnsafeDrawingError(ValueError):
    """The drawing is refused as a whole; the message says why."""


@dataclass(slots=True)
class _Writer:
    """Receives what the parser finds and writes what may stay."""

    label: str
    out: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    """Elements being written."""
    dropped: int = 0
    """Depth inside an element that is being left out; 0 outside."""
    elements: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise UnsafeDrawingError(f"it has more than {MAX_ELEMENTS} elements")
        if len(self.open) + self.dropped >= MAX_DEPTH:
            raise UnsafeDrawingError(f"it is nested deeper than {MAX_DEPTH}")
        space, _, local = name.rpartition(_SEPARATOR)
        inner_root = local == "svg" and bool(self.open)
        if self.dropped or space not in ("", _SVG) or local not in ALLOWED or inner_root:
            self.dropped += 1
        else:
            self._write(local, attributes)

    def _write(self, local: str, attributes: dict[str, str]) -> None:
        if not self.open and local != "svg":
            raise UnsafeDrawingError("it does not begin with an svg element")
        allowed = ALLOWED[local]
        kept = {key: value for key, value in attributes.items() if key in allowed and allowed[key].fullmatch(value)}
        if not self.open:
            kept = _root(kept)
            kept |= {"role": "img", "aria-label": self.label} if self.label else {"aria-hidden": "true"}
        self.out.append(f"<{local}{''.join(f' {key}={quoteattr(value)}' for key, value in kept.items())}>")
        self.open.append(local)

    def end(self, _name: str) -> None:
        if self.dropped:
            self.dropped -= 1
        else:
            self.out.append(f"</{self.open.pop()}>")

    def text(self, content: str) -> None:
        if not self.dropped and self.open and self.open[-1] in _LETTERS:
            self.out.append(escape(content))


def safe_svg(source: bytes, *, label: str = "") -> str:
    """The drawing with nothing in it but shapes and letters, ready to stand in a page.

    `label` is read to people who do not see it; without one the drawing is hidden from them as
    decoration. Width and height go, so that the page decides; the view box stays. Raises
    `UnsafeDrawingError`.
    """
    if len(source) > MAX_BYTES:
        raise UnsafeDrawingError(f"it is larger than {MAX_BYTES:,} bytes")
    writer = _Writer(label)
    parser = expat.ParserCreate("utf-8", _SEPARATOR)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.text
    try:
        parser.Parse(source, True)
    except expat.ExpatError as error:
        raise UnsafeDrawingError(f"it is not well-formed: {error}") from error
    if not writer.out:
        raise UnsafeDrawingError("it does not begin with an svg element")
    return "".join(writer.out)


def _refuse_doctype(*_: object) -> None:
    raise UnsafeDrawingError("it declares a document type, which a drawing of ours never does")


def _root(kept: dict[str, str]) -> dict[str, str]:
    """The root's attributes with a view box and without a size of its own."""
    width, height = kept.pop("width", ""), kept.pop("height", "")
    if "viewBox" not in kept:
        if not width or not height or "%" in width + height:
            raise UnsafeDrawingError("it has neither a view box nor a size")
        kept["viewBox"] = f"0 0 {width.removesuffix('px')} {height.removesuffix('px')}"
    return {"xmlns": _SVG} | kept
