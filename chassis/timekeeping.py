"""Keeps the clock of the installation right: asks Redis what time it is, at start and then every few seconds."""

import asyncio
from datetime import UTC, datetime

from redis.exceptions import RedisError

from chassis.clock import InstallationClock
from chassis.redis import RedisAccess

EVERY = 10.0
"""Seconds between two questions; clocks drift by less than a millisecond meanwhile."""
PATIENCE = 1.0
"""Seconds an answer may take; a later one says too little about the present."""

# A key names the one server of a cluster that everybody asks.
_TIME = "return redis.call('TIME')  -- KEYS[1] names the server"


class Timekeeper:
    """Puts a clock right."""

    def __init__(self, redis: RedisAccess, clock: InstallationClock) -> None:
        self._ask = redis.script(_TIME)
        self._key = redis.key("clock")
        self._clock = clock

    async def look(self) -> None:
        """Asks once. While Redis is away, the clock goes on as it was."""
        asked = self._clock.own()
        try:
            async with asyncio.timeout(PATIENCE):
                seconds, micros = await self._ask(keys=[self._key])
        except (RedisError, OSError):
            return
        self._clock.heard(datetime.fromtimestamp(int(seconds) + int(micros) / 1e6, UTC), asked=asked)

    async def run(self) -> None:
        """Asks again and again, for ever."""
        while True:
            await asyncio.sleep(EVERY)
            await self.look()
