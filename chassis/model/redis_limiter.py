"""The limiter of the whole cluster: pauses, budgets per minute and fairness, one key per model.

The key is `hj:limits:{<model>}`, by the server's clock; it expires by itself. Each step is one Lua script beside this
file, with `limiter_state.lua` before it. Callers that wait hold a ticket and ask again when told; any of them moves
the queue on, whoever stops asking falls out of it.

When Redis is away this process paces itself alone: a limiter that is down must not stop the work it protects.
"""

import asyncio
import random
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import structlog
from redis.exceptions import RedisError

from chassis.model.limiter import Jitter, LocalLimiter, Turn, pause_ms
from chassis.model.limits import Caller, Cost, Limits, Told

log = structlog.get_logger(__name__)

REDIS_PATIENCE = 2.0
"""Seconds Redis may take for one step before this process goes on alone."""
AWAY = 5.0
"""Seconds this process goes on alone after Redis failed, before it asks again."""
ALONE, CLUSTER = "alone:", "cluster:"
"""How a held turn begins. The two count time by clocks of their own, so the one never reads a turn of the other:
whoever changes sides takes a new turn."""


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
    """See the head of this module."""

    def __init__(
        self,
        redis: ScriptStore,
        *,
        spacing: float = 0.1,
        rng: random.Random | None = None,
        most: Limits | None = None,
    ) -> None:
        """`most` are limits that hold whatever the provider says."""
        self._redis = redis
        self._reserve, self._leave, self._settle, self._pause = (
            redis.script(_source("state") + _source(step)) for step in ("reserve", "leave", "settle", "pause")
        )
        self._rng = rng or random.Random()
        self._distance = Jitter(spacing, self._rng)
        self._alone = LocalLimiter(spacing=spacing, rng=self._rng)
        self._away_until = float("-inf")
        most = most or Limits()
        self._most = [told.limit if told else 0 for told in (most.requests, most.input, most.output)]

    async def reserve(self, model: str, caller: Caller, held: str = "") -> Turn:
        ticket = held.removeprefix(CLUSTER) if held.startswith(CLUSTER) else uuid.uuid4().hex
        cost, jitter = caller.cost, round(1000 * (0.5 + self._rng.random()))
        who = (ticket, caller.tenant, caller.workflow)
        reply = await self._ask(
            self._reserve, model, *who, cost.input, cost.output, self._distance(), jitter, *self._most
        )
        if reply is None:
            mine = held.removeprefix(ALONE) if held.startswith(ALONE) else ""
            turn = await self._alone.reserve(model, caller, mine)
            return Turn(turn.wait, ALONE + turn.held if turn.held else "", turn.away)
        again, away, metered = (int(part) for part in reply)
        return Turn(again / 1000, CLUSTER + ticket, away / 1000, bool(metered))

    async def leave(self, model: str, held: str) -> None:
        if held.startswith(CLUSTER):
            await self._ask(self._leave, model, held.removeprefix(CLUSTER))

    async def settle(self, model: str, back: Cost, limits: Limits) -> None:
        told = [
            _pair(budget, most)
            for budget, most in zip((limits.requests, limits.input, limits.output), self._most, strict=True)
        ]
        await self._ask(self._settle, model, back.input, back.output, *(number for pair in told for number in pair))

    async def pause(self, model: str, seconds: float) -> None:
        # Told to both, so that a Redis that goes away during the pause does not end it here.
        await self._alone.pause(model, seconds)
        await self._ask(self._pause, model, pause_ms(seconds), self._distance())

    async def _ask(self, script: Callable[..., Awaitable[Any]], model: str, *args: str | int) -> Any:
        """The script's reply, or None when Redis is away."""
        if time.monotonic() < self._away_until:
            return None
        key = self._redis.key("limits", "{" + re.sub(r"[^A-Za-z0-9._+-]", "_", model)[:100] + "}")
        try:
            async with asyncio.timeout(REDIS_PATIENCE):
                return await script(keys=[key], args=list(args))
        except (RedisError, OSError, TimeoutError) as error:
            self._away_until = time.monotonic() + AWAY
            log.warning("model limiter has no redis; this process paces itself alone", error=repr(error))
            return None


def _pair(told: Told | None, most: int) -> tuple[int, int]:
    """Limit and remaining as the script takes them; a limit of our own holds when it is lower. 0 is none."""
    return (-1, -1) if told is None else (min(told.limit, most or told.limit), told.remaining)


def _source(step: str) -> str:
    return Path(__file__).with_name(f"limiter_{step}.lua").read_text(encoding="utf-8") + "\n"
