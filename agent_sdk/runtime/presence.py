"""The instance's place in the registry: announced, renewed every few seconds, told at once when its state changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from redis.exceptions import RedisError

from agent_sdk.registry import AgentRegistry
from chassis.errors import Unavailable

log = structlog.get_logger(__name__)

LEAST_PAUSE = 0.1
"""Least seconds between two signs of life, however often the load changes."""
PRUNE_EVERY = 60
"""Signs of life after which entries of instances long gone are cleared away."""
SILENT = 2
"""Intervals without a sign of life after which the next one is announced like a change of state."""
LEAVE_TIMEOUT = 2.0
"""Seconds that leaving may take; an entry left behind grows stale by itself."""


class Presence:
    """Keeps one entry of the registry true."""

    def __init__(
        self,
        registry: AgentRegistry,
        describe: Callable[[], pb.AgentInstance],
        *,
        interval: float,
    ) -> None:
        """`describe` tells what the instance is right now; `interval` is in seconds."""
        self._registry = registry
        self._describe = describe
        self._interval = interval
        self._changed = asyncio.Event()
        self._told: pb.AgentState | None = None
        self._last = float("-inf")
        """When it last gave a sign of life, on the loop's clock."""
        self._away = False

    def changed(self) -> None:
        """State or load is another one: tell soon."""
        self._changed.set()

    async def run(self) -> None:
        """Give signs of life until cancelled. A Redis that is away is waited for; its return is told at once."""
        beats = 0
        while True:
            # Counted from the last sign of life: a process that stood still in between gives the next one at once.
            due = asyncio.get_running_loop().time() + self._interval
            self._changed.clear()
            if await self._beat():
                beats += 1
                if beats % PRUNE_EVERY == 0:
                    await self._prune()
            await asyncio.sleep(min(LEAST_PAUSE, self._interval))
            try:
                async with asyncio.timeout_at(due):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def tell(self) -> bool:
        """Give a sign of life right now; whether Redis took it."""
        return await self._beat()

    async def leave(self, instance: str) -> None:
        """Remove the entry; call it when `run` is over."""
        try:
            async with asyncio.timeout(LEAVE_TIMEOUT):
                await self._registry.leave(instance)
        except (TimeoutError, Unavailable, RedisError) as error:
            log.warning("could not leave the registry; the entry grows stale", cause=str(error))

    async def _beat(self) -> bool:
        instance, now = self._describe(), asyncio.get_running_loop().time()
        # After a time without any sign of life others have given it up: they shall look at once.
        back = now - self._last > SILENT * self._interval
        try:
            await self._registry.renew(instance, announce=back or instance.state != self._told)
        except (Unavailable, RedisError) as error:
            if not self._away:
                log.warning("no sign of life possible", cause=str(error))
            self._away = True
            return False
        if self._away:
            log.info("signs of life go on")
        self._away, self._last = False, now
        self._told = instance.state
        return True

    async def _prune(self) -> None:
        try:
            if gone := await self._registry.prune():
                log.info("forgot instances long gone", instances=gone)
        except (Unavailable, RedisError) as error:
            log.warning("could not clear the registry", cause=str(error))
