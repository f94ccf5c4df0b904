"""How long workflows are due on the agenda and taken by nobody: the one judge that looks inside, where a wake-up that
came and was not heard would show."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

SLOTS = 8
"""Parts of the agenda, as the orchestrator lays it out in Redis."""
EVERY = 1.0
"""Seconds between two looks."""
LONGEST_WAIT = 60.0
"""Seconds that a workflow may be due. All orchestrators frozen or away at once, and Redis too, stay below it, also if
it takes a busy machine a quarter of a minute to start one; a wake-up that got lost, and is made good by the look every
five minutes, does not."""


class Waiting:
    """Looks at the agenda of the Redis at a port again and again. While that is away there is nothing to see."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.longest = 0.0
        """Seconds that a workflow was seen to be due at most."""

    async def run(self) -> None:
        """Looks, for ever."""
        while True:
            with suppress(RedisError, OSError):
                async with Redis(port=self._port, socket_timeout=5) as redis:
                    while True:
                        await self._look(redis)
                        await asyncio.sleep(EVERY)
            await asyncio.sleep(EVERY)

    def too_long(self) -> list[str]:
        """Whether somebody waited too long."""
        late = self.longest > LONGEST_WAIT
        return [f"a workflow was due for {self.longest:.0f} s and nobody took it"] if late else []

    async def _look(self, redis: Redis) -> None:
        commands: Any = redis  # redis-py's types cannot say what a sorted set answers
        seconds, micros = await commands.time()
        now = seconds * 1000 + micros / 1000
        for slot in range(SLOTS):
            for _, due in await commands.zrange(f"hj:agenda:{slot}", 0, 0, withscores=True):
                self.longest = max(self.longest, (now - due) / 1000)
