"""The pitch deck: as many slides as asked for, and numbers that are those of the results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tools.eval.checks.finding import Finding
from tools.eval.checks.numbers import numbers, strangers
from tools.eval.checks.texts import fields
from tools.eval.deliverables import Deliverables
from tools.eval.requests import Request

_WHERE = "pitch_deck/result.json"
_BUILT_ON = ("market_research", "branding", "business_plan")
_FEWEST, _MOST = 10, 12
"""Slides, the cover included."""
_WITH_NUMBERS = re.compile(r"^(?:title|message|points|notes|exhibit)\b")
"""What a slide says beside its figures."""


def look(made: Deliverables, request: Request) -> Iterator[Finding]:
    """Slides, figures, every other number, and both files."""
    deck = made.result("pitch_deck")
    if deck is None:
        return
    results = {kind: made.result(kind) for kind in _BUILT_ON}
    known = [number for result in results.values() for number in numbers(result)]
    written = " ".join(text for result in results.values() for _, text in fields(result))
    slides = deck["slides"]
    if not _FEWEST <= len(slides) + 1 <= _MOST:
        yield Finding(_WHERE, f"has {len(slides) + 1} slides; {_FEWEST} to {_MOST} are asked for")
    for slide in slides:
        where = f"{_WHERE} {slide['topic']}"
        for figure in slide["figures"]:
            yield from _figure(where, figure, results.get(figure["source"]))
        for path, text in fields(slide):
            if _WITH_NUMBERS.search(path):
                for number in strangers(text, known):
                    if number not in written:
                        yield Finding(f"{where} {path}", f"{number} in {text!r} is in no result")
    yield from _files(made, len(slides) + 1)


def _figure(where: str, figure: dict[str, Any], result: Any) -> Iterator[Finding]:
    told: Any = result
    for step in figure["place"].split("."):
        if isinstance(told, list):
            told = next((each for each in told if isinstance(each, dict) and each.get("name") == step), None) or (
                told[int(step)] if step.isdecimal() and int(step) < len(told) else None
            )
        else:
            told = told.get(step) if isinstance(told, dict) else None
    if told is None or told != figure["value"]:
        yield Finding(where, f"{figure['label']} is {figure['value']}; {figure['source']} says {told}")
    elif list(strangers(figure["shown"], [abs(told / 100 if figure["place"].endswith("_cents") else told)])):
        yield Finding(where, f"{figure['label']} is shown as {figure['shown']!r}; it is {told}")


def _files(made: Deliverables, slides: int) -> Iterator[Finding]:
    for name, file in made.files("pitch_deck").items():
        if name.endswith(".html") and (shown := file.text.count('<section class="slide')) != slides:
            yield Finding(file.where, f"shows {shown} slides of {slides}")
        if name.endswith(".pdf") and (shown := len(re.findall(rb"/Type /Page\b", file.content or b""))) != slides:
            yield Finding(file.where, f"has {shown} pages for {slides} slides")
