"""What the pitch deck agent says to the model: one system prompt, the results of others as data, one question."""

import json
from collections.abc import Mapping
from typing import Any

from agent_sdk import TaskInput
from agent_sdk.prompting import DATA_RULE, block, json_block, request_block
from services.agents.pitch_deck.figures import BRAND, PLAN, RESEARCH, Results
from services.agents.pitch_deck.models import Figure

SYSTEM = f"""\
You write pitch decks that careful investors read to the end. You are known for slides that say one thing each, and for
never claiming what the material does not carry.

{DATA_RULE}

How you work
- Write every text in the language of the request.
- A slide's title is a sentence that makes its point. The titles alone tell the story.
- No number stands in any text of yours: no digits, no percent, no "millions". Name figures by id; code puts the
  numbers beside your words and says where they come from. Choose the few figures that carry the point of the slide.
- Build on the material. Invent no customers, partners, awards, people or results. What is planned is said as a plan.
- Plain words, short sentences, nothing that could stand in any company's deck: no "revolutionary", no "passionate".
- Rate your confidence as you would bet on it."""

QUESTION = """\
Now write the deck.

1. Problem and solution from the side of the people who pay.
2. The market where it starts first. Competition as an honest comparison: say what others do better.
3. Who pays for what; how the first customers are won; what comes of it and what that depends on.
4. The team as roles that are needed. The ask: what the money proves.
5. Notes for the speaker: what is said, not what is shown. The likely hard question of the slide and its answer."""

_KEPT: Mapping[str, tuple[str, ...]] = {
    RESEARCH: ("headline", "summary", "segments", "competitors", "gap", "trends", "risks", "opportunities"),
    BRAND: ("name", "tagline", "positioning", "story", "values", "voice"),
    PLAN: (
        "executive_summary", "value_proposition", "business_model", "customer_word", "pricing_logic", "channels",
        "phases", "operations", "team", "milestones", "risks", "funding_case", "next_steps", "checks",
    ),
}  # fmt: skip
_TAGS = {RESEARCH: "market_research", BRAND: "brand", PLAN: "business_plan"}


def question(task: TaskInput, results: Results, figures: Mapping[str, Figure]) -> str:
    """The request, what others found, the figures that can be named, and the question."""
    opening = request_block(task.request, instructions=task.instructions, feedback=task.feedback)
    material = [json_block(tag, _kept(kind, results)) for kind, tag in _TAGS.items() if kind in results]
    return "\n\n".join([opening, *material, _figures(figures), QUESTION])


def _kept(kind: str, results: Results) -> dict[str, Any]:
    values = results[kind].values
    return {field: values[field] for field in _KEPT[kind] if field in values}


def _figures(figures: Mapping[str, Figure]) -> str:
    """What code can show, with its value, so that the words fit it."""
    known = {each.id: f"{each.label}: {each.shown}" for each in figures.values()}
    return block("figures", json.dumps(known, ensure_ascii=False, indent=1) if known else "None is known.")
