"""The rubric: what each kind of deliverable is looked at for, and who looks, code or the model."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.agents.reviewer.models import By

MARKET, BRAND, PLAN, DECK = "market_research", "branding", "business_plan", "pitch_deck"
"""Agent types with checks of their own; every other deliverable is looked at for what all have in common."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question to a deliverable."""

    id: str
    question: str
    by: By


_TEXT = Item("text", "Finished: no placeholder, no left-over markup, nothing that speaks to other agents?", "code")
_ARITHMETIC = Item("arithmetic", "Does every number follow from the table it is computed from?", "code")
_SOURCES = Item("sources", "Does every figure that is called sourced lead to a source that is listed?", "code")
_CONSISTENCY = Item("consistency", "Does it agree with the other deliverables on name, currency and market?", "code")
_ARGUMENT = Item(
    "argument", "Is it specific to this request, and does each conclusion follow from what is shown?", "model"
)
_PLACE = Item("place", "Do market, prices and customers belong to the place the request names?", "model")

RUBRICS: Mapping[str, tuple[Item, ...]] = {
    MARKET: (_TEXT, _ARITHMETIC, _SOURCES, _PLACE, _ARGUMENT),
    BRAND: (
        _TEXT,
        Item("contrast", "Can text be read on its ground, and are the stated ratios true?", "code"),
        Item("name", "Is the name apart from the competitors the research found?", "code"),
        Item("tone", "Do voice and tagline suit the first segment of the research?", "model"),
        _ARGUMENT,
    ),
    PLAN: (
        _TEXT,
        _ARITHMETIC,
        _SOURCES,
        _CONSISTENCY,
        Item("prices", "Do prices stand within what comparable offers cost?", "code"),
        _PLACE,
        _ARGUMENT,
    ),
    DECK: (
        _TEXT,
        Item("numbers", "Does every number on a slide stand in the result it is taken from?", "code"),
        Item("length", "Has it ten to twelve slides, the cover included?", "code"),
        _CONSISTENCY,
        Item("story", "Do the titles, read alone, tell investors the story, with proof before promise?", "model"),
        _ARGUMENT,
    ),
}
_ANY = (_TEXT, _CONSISTENCY, _ARGUMENT)


def rubric(kind: str) -> tuple[Item, ...]:
    """The questions to a deliverable of this agent type."""
    return RUBRICS.get(kind, _ANY)
