"""Numbers in words that lead nowhere: found, told to the model, and taken out when it insists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import get_args

from services.agents.pitch_deck.models import DeckDraft, Point, SlideDraft, Topic

_NUMBER = re.compile(
    r"(?<![A-Za-z])\d[\d.,  ]*|%|‰|\b(?:percent|per cent|hundreds?|thousands?|millions?|billions?|trillions?)\b", re.I
)
"""Digits that do not belong to a word such as B2B, and words that stand for large amounts."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_MOST_COMPLAINTS = 12

Untraced = Callable[[str], list[str]]
"""The numbers of a text that lead nowhere."""


def untraced(names: Iterable[str]) -> Untraced:
    """A test for texts in which the given names, of brands and competitors, may hold digits."""
    known = [re.escape(name) for name in names if _NUMBER.search(name)]
    spared = re.compile("|".join(known)) if known else None

    def find(text: str) -> list[str]:
        rest = spared.sub("", text) if spared else text
        return [found.group().strip() for found in _NUMBER.finditer(rest)]

    return find


def complaints(find: Untraced) -> Callable[[DeckDraft], Sequence[str]]:
    """What a draft is sent back for."""

    def check(draft: DeckDraft) -> Sequence[str]:
        said = [
            f"{place} says {', '.join(found)}: write no numbers; name figures by id in `figures`, or say it in words."
            for place, text in _texts(draft)
            if (found := find(text))
        ]
        return said[:_MOST_COMPLAINTS]

    return check


def slides_of(draft: DeckDraft) -> Iterator[tuple[Topic, SlideDraft]]:
    """Topic and words of each slide that is there, in their order."""
    topics: tuple[Topic, ...] = get_args(Topic)
    for topic in topics:
        slide = getattr(draft, topic)
        if isinstance(slide, SlideDraft):
            yield topic, slide


def _texts(draft: DeckDraft) -> Iterator[tuple[str, str]]:
    yield "one_liner", draft.one_liner
    for topic, slide in slides_of(draft):
        yield f"{topic}.title", slide.title
        yield f"{topic}.message", slide.message
        yield f"{topic}.notes", slide.notes
        for place, point in enumerate(slide.points):
            yield f"{topic}.points[{place}]", f"{point.lead}. {point.text}"


class Cleaner:
    """Takes sentences with untraced numbers out, and remembers them."""

    def __init__(self, find: Untraced) -> None:
        self._find = find
        self.corrections: list[str] = []

    def text(self, where: str, text: str, otherwise: str = "") -> str:
        """The sentences that hold none; `otherwise` when none is left."""
        kept = [sentence for sentence in _SENTENCE.split(text) if not self._taken_out(where, sentence)]
        return " ".join(kept) or otherwise

    def points(self, where: str, points: Sequence[Point]) -> list[Point]:
        """The points that hold none."""
        return [point for point in points if not self._taken_out(where, f"{point.lead}: {point.text}")]

    def _taken_out(self, where: str, text: str) -> bool:
        found = self._find(text)
        if found:
            self.corrections.append(f"{where}: “{text[:160]}” says {', '.join(found)}, which leads to no result.")
        return bool(found)
