"""Pitch decks: as long as a deck is, and every number on a slide is one of the results it is taken from."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.agents.reviewer.deliverables import Deliverable, number
from services.agents.reviewer.models import Finding

SLIDES = range(10, 13)
"""How many a deck has; the cover, which is none of `slides`, counts."""
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?!\w|\.\d)(?:\s(million|billion|trillion)\b)?")
_SIZES: Mapping[str, float] = {"million": 1e6, "billion": 1e9, "trillion": 1e12}
_CURRENCY = re.compile(r"\b[A-Z]{3}(?=\s-?\d)")
_WORDS = ("title", "message", "notes", "points", "exhibit")
"""What a slide says beside its figures."""


def deck_findings(deck: Deliverable, all_: Sequence[Deliverable]) -> Iterator[Finding]:
    """What is wrong with a deck beside the results it is made of."""
    results = {each.kind: each for each in all_ if each is not deck}
    slides = deck.rows("slides")
    if len(slides) + 1 not in SLIDES:
        yield deck.finding(
            "length",
            "major",
            f"It has {len(slides) + 1} slides with its cover",
            evidence="; ".join(str(slide.get("title")) for slide in slides) or "no slide",
            suggestion="Make it ten to twelve slides.",
        )
    yield from _figures(deck, results)
    yield from _other_numbers(deck, results)
    yield from _currency(deck, results)


def _figures(deck: Deliverable, results: Mapping[str, Deliverable]) -> Iterator[Finding]:
    shown = [row for slide in deck.rows("slides") for row in _rows(slide.get("figures"))]
    wrong = [row for row in shown if not _stands(row, results.get(str(row.get("source"))))]
    if wrong:
        yield deck.finding(
            "numbers",
            "critical",
            f"{len(wrong)} figures are not what the results they name say",
            evidence="; ".join(f"{row.get('label')}: {row.get('shown')} ({row.get('source')})" for row in wrong[:3]),
            suggestion="Take each figure from its result as it stands there.",
        )


def _stands(figure: Mapping[str, Any], result: Deliverable | None) -> bool:
    """Whether its value stands at its place, and what is shown is that value."""
    place = str(figure.get("place"))
    value = number(figure.get("value"))
    if result is None or value is None or _at(result.value, place) != value:
        return False
    value = value / 100 if place.endswith("_cents") else value
    return any(_is(found, value) for found in _NUMBER.finditer(str(figure.get("shown"))))


def _at(value: Any, place: str) -> float | None:
    """The number at a place: names, positions in lists, or the names of their entries, joined by dots."""
    for step in place.split("."):
        if isinstance(value, list):
            named = [each for each in value if isinstance(each, Mapping) and each.get("name") == step]
            value = named or (value[int(step) :] if step.isdecimal() else [])
            value = value[0] if value else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return number(value)


def _other_numbers(deck: Deliverable, results: Mapping[str, Deliverable]) -> Iterator[Finding]:
    """Numbers in words, charts and tables: they stand in some result, as a number or in a text."""
    said = [deck.words("one_liner"), *(text for slide in deck.rows("slides") for text in _texts(slide))]
    known = [abs(value) for each in results.values() for value in _values(each.value)]
    written = " ".join(text for each in results.values() for text in each.texts())
    lost = [
        (found[0], text)
        for text in said
        for found in _NUMBER.finditer(text)
        if not any(_is(found, value) for value in known)
        and not re.search(rf"(?<![\d.,]){re.escape(found[0])}(?![.,]?\d)", written)
    ]
    if lost:
        yield deck.finding(
            "numbers",
            "major",
            f"{len(lost)} numbers on its slides lead to no result",
            evidence="; ".join(f"{found} in {text}" for found, text in lost[:3]),
            suggestion="Leave them out, or take them from a result.",
        )


def _currency(deck: Deliverable, results: Mapping[str, Deliverable]) -> Iterator[Finding]:
    counted = {each.words("currency") or each.words("size", "currency") for each in results.values()} - {""}
    figures = (str(row.get("shown")) for slide in deck.rows("slides") for row in _rows(slide.get("figures")))
    other = [text for text in figures for code in _CURRENCY.findall(text) if code not in counted]
    if counted and other:
        yield deck.finding(
            "consistency",
            "major",
            f"It counts in other money than the results, which count in {' and '.join(sorted(counted))}",
            evidence=other[0],
            suggestion="Show amounts in the currency of the results.",
        )


def _is(found: re.Match[str], value: float) -> bool:
    """Whether a number in a text is the value, as far as it is written out."""
    digits, size = found[0].split()[0].replace(",", ""), _SIZES.get(found[1] or "", 1.0)
    unit = 10.0 ** -len(digits.partition(".")[2]) * size
    return abs(float(digits) * size - abs(value)) <= unit * 0.50005


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _texts(slide: Mapping[str, Any]) -> Iterator[str]:
    return (text for name in _WORDS for text in _strings(slide.get(name)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _strings(each)


def _values(value: object, name: str = "") -> Iterator[float]:
    """All numbers of a result; amounts in whole units."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _values(each, str(key))
    elif isinstance(value, list):
        for each in value:
            yield from _values(each, name)
    elif (found := number(value)) is not None:
        yield found / 100 if name.endswith("_cents") else found
