"""What a model might write for a pitch deck."""

from typing import Any

from services.agents.pitch_deck.models import DeckDraft, Point, SlideDraft


def slide(title: str = "It says one thing", **fields: Any) -> SlideDraft:
    """The words of one slide; fields can be replaced."""
    known: dict[str, Any] = {
        "title": title,
        "message": "And this is why.",
        "points": [Point(lead="First", text="It is so."), Point(lead="Second", text="And so.")],
        "figures": [],
        "notes": "I say it in my own words.",
    }
    return SlideDraft(**(known | fields))


def draft(**slides: Any) -> DeckDraft:
    """The words of ten slides with the cover; slides can be replaced."""
    topics = (
        "problem", "solution", "market", "competition", "business_model", "go_to_market", "projection", "team", "ask",
    )  # fmt: skip
    known: dict[str, Any] = {topic: slide(f"About the {topic.replace('_', ' ')}") for topic in topics}
    known |= {"one_liner": "Bread with nothing left over", "why_now": None, "risks": None}
    return DeckDraft(**(known | {"assumptions": [], "confidence": 0.9} | slides))
