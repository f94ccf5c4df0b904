"""One rate limit slows everyone, once.

When the provider answers "too many requests, wait N seconds" to any process, the limiter remembers it: until then
nobody calls that model, and afterwards they leave one after another with jitter, so that the end of the pause is not
the start of the next one.

`LocalLimiter` promises that for one process. `RedisLimiter` (`redis_limiter.py`) promises it for the cluster, knows
budgets per minute, and is fair between tenants and workflows.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from chassis.model.limits import Caller, Cost, Limits

LONGEST_PAUSE = 3600.0
"""A provider's `retry-after` above this many seconds is taken as this long."""


@dataclass(frozen=True, slots=True)
class Turn:
    """When a caller may go, or may ask again."""

    wait: float
    """Seconds from now; 0 means go."""
    held: str
    """The turn itself, opaque: hand it back when asking again after the wait. Empty when the road is open."""
    away: float = 0.0
    """Seconds until the turn can come at the earliest."""
    metered: bool = False
    """Whether a budget was charged, which `settle` corrects."""


class Limiter(Protocol):
    """What the door asks before and after a call."""

    async def reserve(self, model: str, caller: Caller, held: str = "") -> Turn:
        """The turn of a caller; with `held`, whether the turn it waited for has come."""

    async def leave(self, model: str, held: str) -> None:
        """The caller waits no longer for its turn."""

    async def settle(self, model: str, back: Cost, limits: Limits) -> None:
        """After a call: `back` is what it took less than it was charged; `limits` what the provider said."""

    async def pause(self, model: str, seconds: float) -> None:
        """Nobody calls `model` for so long, as the provider asked."""


class Jitter:
    """The distance to the turn before, in ms: on average `spacing`, never the same twice."""

    def __init__(self, spacing: float, rng: random.Random) -> None:
        self._spacing, self._rng = spacing, rng

    def __call__(self) -> int:
        return max(1, round(1000 * self._spacing * (0.5 + self._rng.random())))


def pause_ms(seconds: float) -> int:
    """A pause in ms, within what is believed."""
    return max(1, round(1000 * min(max(seconds, 0.0), LONGEST_PAUSE)))


@dataclass(slots=True)
class _Road:
    until: int = 0
    last: int = 0


class LocalLimiter:
    """The limiter of one process, for tests and for the minutes without Redis. It knows pauses only."""

    def __init__(
        self, *, spacing: float = 0.1, rng: random.Random | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._distance = Jitter(spacing, rng or random.Random())
        self._now = now
        self._roads: dict[str, _Road] = {}

    async def reserve(self, model: str, caller: Caller, held: str = "") -> Turn:
        now, road = self._milliseconds_now(), self._roads.get(model)
        if road is None:
            return Turn(0.0, "")
        turn = int(held or 0)
        if turn > 0 and turn >= road.until:
            wait = max(turn - now, 0) / 1000
            return Turn(wait, held, wait)
        earliest = max(road.until, road.last)
        if earliest <= now:
            del self._roads[model]
            return Turn(0.0, "")
        road.last = earliest + self._distance()
        wait = (road.last - now) / 1000
        return Turn(wait, str(road.last), wait)

    async def leave(self, model: str, held: str) -> None:
        """A turn given stays given: the next ones keep their distance to it."""

    async def settle(self, model: str, back: Cost, limits: Limits) -> None:
        """Budgets are the cluster's."""

    async def pause(self, model: str, seconds: float) -> None:
        road = self._roads.setdefault(model, _Road())
        road.until = max(road.until, self._milliseconds_now() + pause_ms(seconds))

    def _milliseconds_now(self) -> int:
        return int(self._now() * 1000)
