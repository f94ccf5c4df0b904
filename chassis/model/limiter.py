"""One rate limit slows everyone, once.

When the provider answers "too many requests, wait N seconds" to any process, the limiter remembers it
for all of them: until then nobody calls that model, and afterwards they leave one after another with
jitter, so that the end of the pause is not the start of the next one.

`RedisLimiter` keeps this in Redis, by the server's clock, one small hash per model
(`hj:limits:<model>`, which expires by itself); each step is one Lua script beside this file.
`LocalLimiter` keeps the same promises for one process. When Redis is away the first falls back on the
second: a limiter that is down must not stop the work it protects.
"""

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import structlog
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

REDIS_PATIENCE = 2.0
"""Seconds Redis may take for one step before this process goes on alone."""
LONGEST_PAUSE = 3600.0
"""A provider's `retry-after` above this many seconds is taken as this long."""
AWAY = 5.0
"""Seconds this process goes on alone after Redis failed, before it asks again."""


@dataclass(frozen=True, slots=True)
class Turn:
    """When a caller may go."""

    wait: float
    """Seconds from now; 0 means go."""
    held: int
    """The turn itself, opaque: hand it back when asking again after the wait. 0 when the road is open."""


class Limiter(Protocol):
    """What the door asks before and after a call."""

    async def reserve(self, model: str, held: int = 0) -> Turn:
        """The turn of a caller; with `held`, whether the turn it waited for still stands."""

    async def pause(self, model: str, seconds: float) -> None:
        """Nobody calls `model` for so long, as the provider asked."""


class _Jitter:
    """The distance to the turn before, in ms: on average `spacing`, never the same twice."""

    def __init__(self, spacing: float, rng: random.Random) -> None:
        self._spacing, self._rng = spacing, rng

    def __call__(self) -> int:
        return max(1, round(1000 * self._spacing * (0.5 + self._rng.random())))


def _milliseconds(seconds: float) -> int:
    return max(1, round(1000 * min(max(seconds, 0.0), LONGEST_PAUSE)))


@dataclass(slots=True)
class _Road:
    until: int = 0
    last: int = 0


class LocalLimiter:
    """The limiter of one process, for tests and for the minutes without Redis."""

    def __init__(
        self, *, spacing: float = 0.1, rng: random.Random | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._distance = _Jitter(spacing, rng or random.Random())
        self._now = now
        self._roads: dict[str, _Road] = {}

    async def reserve(self, model: str, held: int = 0) -> Turn:
        now, road = self._milliseconds_now(), self._roads.get(model)
        if road is None:
            return Turn(0.0, 0)
        if held > 0 and held >= road.until:
            return Turn(max(held - now, 0) / 1000, held)
        earliest = max(road.until, road.last)
        if earliest <= now:
            del self._roads[model]
            return Turn(0.0, 0)
        road.last = earliest + self._distance()
        return Turn((road.last - now) / 1000, road.last)

    async def pause(self, model: str, seconds: float) -> None:
        road = self._roads.setdefault(model, _Road())
        road.until = max(road.until, self._milliseconds_now() + _milliseconds(seconds))

    def _milliseconds_now(self) -> int:
        return int(self._now() * 1000)


class Script(Protocol):
    """A Lua script on the server."""

    async def __call__(self, *, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        """Runs it."""


class ScriptStore(Protocol):
    """What the limiter needs of Redis; `chassis.redis.RedisAccess` fits."""

    def key(self, *parts: str) -> str:
        """A key under our prefix."""

    def script(self, source: str) -> Script:
        """A script by its source."""


class RedisLimiter:
    """The limiter of the whole cluster."""

    def __init__(self, redis: ScriptStore, *, spacing: float = 0.1, rng: random.Random | None = None) -> None:
        self._redis = redis
        self._reserve = redis.script(_source("limiter_reserve.lua"))
        self._pause = redis.script(_source("limiter_pause.lua"))
        rng = rng or random.Random()
        self._distance = _Jitter(spacing, rng)
        self._alone = LocalLimiter(spacing=spacing, rng=rng)
        self._away_until = float("-inf")

    async def reserve(self, model: str, held: int = 0) -> Turn:
        # The two count time by clocks of their own. A turn of this process is told apart by its sign, so that the
        # one never reads a turn of the other: whoever changes sides takes a new turn.
        reply = await self._ask(self._reserve, model, max(held, 0), self._distance())
        if reply is None:
            alone = await self._alone.reserve(model, max(-held, 0))
            return Turn(alone.wait, -alone.held)
        wait, turn = reply
        return Turn(int(wait) / 1000, int(turn))

    async def pause(self, model: str, seconds: float) -> None:
        # Told to both, so that a Redis that goes away during the pause does not end it here.
        await self._alone.pause(model, seconds)
        await self._ask(self._pause, model, _milliseconds(seconds))

    async def _ask(self, script: Callable[..., Awaitable[Any]], model: str, *args: int) -> Any:
        """The script's reply, or None when Redis is away."""
        if time.monotonic() < self._away_until:
            return None
        key = self._redis.key("limits", re.sub(r"[^A-Za-z0-9._+-]", "_", model)[:100])
        try:
            async with asyncio.timeout(REDIS_PATIENCE):
                return await script(keys=[key], args=list(args))
        except (RedisError, OSError, TimeoutError) as error:
            self._away_until = time.monotonic() + AWAY
            log.warning("model limiter has no redis; this process paces itself alone", error=repr(error))
            return None


def _source(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
