"""Are the files whole, what they say they are, and all there?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

from tools.eval.checks.finding import Finding
from tools.eval.deliverables import Artifact, Deliverables
from tools.eval.requests import Request

_SVG = "{http://www.w3.org/2000/svg}"
_ACTIVE = {f"{_SVG}script", f"{_SVG}foreignObject", f"{_SVG}image", f"{_SVG}use", f"{_SVG}style"}


def look(made: Deliverables, request: Request) -> Iterator[Finding]:
    """Each file by its media type; then the files that results name."""
    for each in made.artifacts:
        if problem := _problem(each):
            yield Finding(each.where, problem)
    brand, dossier = made.result("branding") or {}, made.result("dossier") or {}
    yield from _named("branding", [each["artifact"] for each in brand.get("logo_files", [])], made)
    yield from _named("dossier", dossier.get("files", []), made)


def _named(kind: str, names: list[str], made: Deliverables) -> Iterator[Finding]:
    for name in names:
        if name not in made.files(kind):
            yield Finding(f"{kind}/result.json", f"names the file {name!r}, which was not delivered")


def _problem(each: Artifact) -> str:
    if each.content is None:
        return "is listed and not there"
    if not each.intact:
        return "does not have the length or the hash it should have"
    if not each.content.strip():
        return "is empty"
    looker = _LOOKERS.get(each.media_type.partition(";")[0].strip())
    try:
        return looker(each.content) if looker else ""
    except UnicodeDecodeError:
        return "is not UTF-8"
    except (ValueError, ElementTree.ParseError, csv.Error) as error:
        return f"cannot be read as {each.media_type}: {error}"


def _json(content: bytes) -> str:
    return "" if isinstance(json.loads(content), dict | list) else "is JSON, but neither an object nor a list"


def _text(content: bytes) -> str:
    return "contains NUL" if "\x00" in content.decode() else ""


def _csv(content: bytes) -> str:
    rows = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    widths = {len(row) for row in rows}
    return "" if len(rows) > 1 and len(widths) == 1 else f"its {len(rows)} rows have {len(widths)} different widths"


def _svg(content: bytes) -> str:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return "declares a document type"
    root = ElementTree.fromstring(content)
    if root.tag != f"{_SVG}svg" or "viewBox" not in root.attrib:
        return "is no drawing with a view box"
    for element in root.iter():
        if element.tag in _ACTIVE:
            return f"holds the element {element.tag.removeprefix(_SVG)!r}"
        for name in element.attrib:
            if name.startswith("on") or name.endswith("href"):
                return f"holds the attribute {name!r}"
    return ""


def _pdf(content: bytes) -> str:
    return "" if content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:] else "is no whole PDF"


def _png(content: bytes) -> str:
    whole = content.startswith(b"\x89PNG\r\n\x1a\n") and content.endswith(b"IEND\xaeB`\x82")
    return "" if whole else "is no whole PNG"


_LOOKERS: dict[str, Callable[[bytes], str]] = {
    "application/json": _json,
    "text/markdown": _text,
    "text/html": _text,
    "text/plain": _text,
    "text/csv": _csv,
    "image/svg+xml": _svg,
    "application/pdf": _pdf,
    "image/png": _png,
}
