"""Which record a schema is filled from: by its title, the call's purpose, and the fields it asks for."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tools.offline_model.writing.records.brand import brand
from tools.offline_model.writing.records.market import market
from tools.offline_model.writing.records.pitch import pitch
from tools.offline_model.writing.records.plan import plan
from tools.offline_model.writing.records.shared import Record
from tools.offline_model.writing.world import World

_KINDS: Mapping[str, Callable[[World], Record]] = {"market": market, "brand": brand, "plan": plan, "pitch": pitch}

_WORDS: Mapping[str, str] = {
    "brand": "brand branding identity visual visuals logo palette naming tagline voice typography",
    "plan": "plan business model financial finance execution projection pricing canvas launch budget cost assumptions milestones",  # noqa: E501
    "pitch": "pitch deck slides investor one_liner problem solution ask why",
    "market": "market research figures players outlook competitor competitors segment persona personas trend sizing analysis",  # noqa: E501
}
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def record_for(world: World, title: str, purpose: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record of the kind that fits best. The others stand behind it, so that a schema across
    several kinds finds all its fields."""
    fields = " ".join(schema.get("properties") or ())
    words = [word.lower() for word in _CAMEL.findall(f"{title} {purpose} {title} {fields.replace('_', ' ')}")]
    scores = {kind: sum(words.count(word) for word in known.split()) for kind, known in _WORDS.items()}
    first = max(scores, key=lambda kind: scores[kind])
    return Layers(world, [first, *(kind for kind in _KINDS if kind != first)])


class Layers(Mapping[str, Any]):
    """Several records behind each other, each built when a field is first not found before it."""

    def __init__(self, world: World, kinds: list[str]) -> None:
        self._world, self._kinds = world, kinds

    def layers(self) -> Iterator[Record]:
        """The records, the best fitting first."""
        return (self._world.remember(kind, _KINDS[kind]) for kind in self._kinds)

    def __getitem__(self, key: str) -> Any:
        for layer in self.layers():
            if key in layer:
                return layer[key]
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(key for layer in self.layers() for key in layer))

    def __len__(self) -> int:
        return sum(1 for _ in self)
