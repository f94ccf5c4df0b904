"""What is remembered of an agent type between decisions: as much as the windows need, and no more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

UP_PERIOD = 15.0
"""Seconds in which growth is limited."""
DOWN_PERIOD = 30.0
"""Seconds in which shrinking is limited."""
MOST = 4000
"""Entries a history holds at most; the oldest go first."""

Moments = tuple[tuple[float, float], ...]
"""(time, value), oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Of one agent type. A fresh one holds decreases for a while: nobody knows what was wished before."""

    since: float
    """When watching began."""
    wishes: Moments = ()
    """What the demand was worth, before the windows."""
    demands: Moments = ()
    """What the demand was worth, not rounded: for bursts."""
    replicas: Moments = ()
    """How many there were: for the rates."""
    idle_since: float | None = None
    """Since when there is nothing to do, as far as every input is fresh."""
    panic_until: float = 0.0
    """Until when a burst lasts."""
    last_current: int | None = None
    """The last number of replicas that was known."""
    of_strategy: Mapping[str, Any] = field(default_factory=dict)
    spec: int | None = None
    """The Deployment's count as it was seen last."""
    written_by: str = ""
    """Who else wrote it last."""
    foreign: Moments = ()
    """Counts that others wrote lately."""
    fight_until: float = 0.0
    """Until when nothing is written because others keep writing."""
    seen: frozenset[str] = frozenset()
    """UIDs of the pods that were there at the last look."""
    starting: frozenset[str] = frozenset()
    """UIDs of those that were never seen ready."""
    starts: tuple[float, ...] = ()
    """How long pods took to become ready, in seconds; the last ones."""


def appended(moments: Moments, now: float, value: float, *, keep: float) -> Moments:
    """The moments with one more, without those older than `keep` seconds."""
    kept = [moment for moment in moments if moment[0] >= now - keep]
    kept.append((now, value))
    return tuple(kept[-MOST:])


def within(moments: Moments, now: float, window: float) -> list[float]:
    """The values of the last `window` seconds."""
    return [value for time, value in moments if time >= now - window]
