"""Which record a schema is filled from: by its title, the call's purpose, and the fields it asks for."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from tools.offline_model.writing.records.brand import brand
from tools.offline_model.writing.records.market import market
from tools.offline_model.writing.records.plan import plan
from tools.offline_model.writing.records.shared import Record
from tools.offline_model.writing.world import World

_KINDS: Mapping[str, Callable[[World], Record]] = {"market": market, "brand": brand, "plan": plan}

_WORDS: Mapping[str, str] = {
    "brand": "brand branding identity visual visuals logo palette naming tagline voice typography",
    "plan": "plan business model financial finance execution projection pricing canvas launch budget cost assumptions milestones",
    "market": "market research figures players outlook competitor competitors segment persona personas trend sizing analysis",
}
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def record_for(world: World, title: str, purpose: str, schema: Mapping[str, Any]) -> Record:
    """The record of the kind that fits best. The others stand behind it, so that a schema across
    several kinds finds all its fields."""
    fields = " ".join(schema.get("properties") or ())
    words = [word.lower() for word in _CAMEL.findall(f"{title} {purpose} {title} {fields.replace('_', ' ')}")]
    scores = {kind: sum(words.count(word) for word in known.split()) for kind, known in _WORDS.items()}
    first = max(scores, key=lambda kind: scores[kind])
    merged: Record = {}
    for kind in ("market", "brand", "plan"):
        if kind != first:
            merged.update(_KINDS[kind](world))
    return {**merged, **_KINDS[first](world)}
