"""What a person changed in a result, place by place. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from tools.jarvis import wording

SHOWN = 30
"""Places that are shown; of more their number is told."""
_LETTERS = 80
"""Letters of a value."""
_DEEPEST = 100
"""Levels that are looked into; what is deeper counts as one value."""


def changes(before: bytes, after: bytes) -> RenderableType:
    """Each place whose value differs, such as `  names[0].tagline  "Bread first" → "Bread, first"`.

    before: JSON; after: the same, edited. What is no JSON has no places, so nothing is shown of it.
    """
    try:
        old, new = dict(_places(json.loads(before))), dict(_places(json.loads(after)))
    except ValueError:
        return Group()
    places = [place for place in {**old, **new} if old.get(place) != new.get(place)]
    if not places:
        return Text("  Nothing is different.")
    lines = [_line(place, old.get(place), new.get(place)) for place in places[:SHOWN]]
    if len(places) > SHOWN:
        lines.append(Text(f"  … and {len(places) - SHOWN} more", style="bright_black"))
    return Group(*lines)


def _places(value: Any, place: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every value that holds no others, as JSON, by where it stands."""
    if depth < _DEEPEST and isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _places(inner, f"{place}.{key}" if place else str(key), depth + 1)
    elif depth < _DEEPEST and isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from _places(inner, f"{place}[{number}]", depth + 1)
    else:
        yield place, json.dumps(value, ensure_ascii=False)


def _line(place: str, old: str | None, new: str | None) -> Text:
    was = "new" if old is None else _short(old)
    becomes = "gone" if new is None else _short(new)
    return Text.assemble(
        ("  ", ""),
        (_short(place), "bold"),
        ("  ", ""),
        (was, "bright_black" if old is None else "red"),
        (" → ", "bright_black"),
        (becomes, "bright_black" if new is None else "green"),
    )


def _short(text: str) -> str:
    return wording.one_line(text, _LETTERS)
