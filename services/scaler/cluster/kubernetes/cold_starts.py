"""How long pods take from their creation until they are Ready, per agent type: how early growth has to begin."""

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

KEPT = 50
"""Starts that are remembered per agent type."""
SHARE = 0.9
"""The start of which this share is not slower is what counts."""
LONGEST = 600.0
"""Seconds after which it was no start: the pod became Ready again after something else went wrong."""


class ColdStarts:
    """Measures each pod once."""

    def __init__(self) -> None:
        self._seen: dict[str, frozenset[str]] = {}
        self._took: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=KEPT))

    def note(self, agent_type: str, ready: Mapping[str, float]) -> None:
        """All pods of a type that are Ready now: UID, and seconds from its creation until then."""
        seen = self._seen.get(agent_type, frozenset())
        self._took[agent_type].extend(took for uid, took in ready.items() if uid not in seen and 0 <= took <= LONGEST)
        self._seen[agent_type] = frozenset(ready)

    def slow(self, agent_type: str) -> float | None:
        """Seconds of a slow start; None when no start was seen."""
        took = sorted(self._took.get(agent_type, ()))
        return took[math.ceil(SHARE * len(took)) - 1] if took else None

    def forget(self, known: Iterable[str]) -> None:
        """Drops the types that are not among `known`."""
        for gone in self._seen.keys() - set(known):
            del self._seen[gone]
            self._took.pop(gone, None)
