"""Keeps the clock of the installation right: asks Redis what time it is, at start and then every few seconds."""

import asyncio
import time
from datetime import UTC, datetime

from redis.exceptions import RedisError

from chassis.clock import InstallationClock
from chassis.errors import ConfigurationError
from chassis.redis import NO_REDIS_EXIT_CODE, RedisAccess

EVERY = 10.0
"""Seconds between two questions; clocks drift by less than a millisecond meanwhile."""
PATIENCE = 1.0
"""Seconds an answer may take; a later one says too little about the present."""
REST = 0.2
"""Seconds between two questions at the start."""

# A key names the one server of a cluster that everybody asks.
_TIME = "return redis.call('TIME')  -- KEYS[1] names the server"


class Timekeeper:
    """Puts a clock right."""

    def __init__(self, redis: RedisAccess, clock: InstallationClock) -> None:
        self._ask = redis.script(_TIME)
        self._key = redis.key("clock")
        self._clock = clock

    async def begin(self, wait: float) -> None:
        """Asks until there is an answer, for `wait` seconds; until then nobody may go by this clock.

        Raises ConfigurationError (exit code 3) when there is none.
        """
        until = time.monotonic() + wait
        while not await self.look():
            if time.monotonic() >= until:
                raise ConfigurationError(
                    f"Redis did not say within {wait:g} s what time it is. Start it, or correct REDIS_URL; "
                    "HEYJARVIS_REDIS_WAIT is how long to wait.",
                    exit_code=NO_REDIS_EXIT_CODE,
                )
            await asyncio.sleep(REST)

    async def look(self) -> bool:
        """Asks once. Returns whether there was an answer; while Redis is away, the clock goes on as it was."""
        asked = self._clock.own()
        try:
            async with asyncio.timeout(PATIENCE):
                seconds, micros = await self._ask(keys=[self._key])
        except (RedisError, OSError):
            return False
        self._clock.heard(datetime.fromtimestamp(int(seconds) + int(micros) / 1e6, UTC), asked=asked)
        return True

    async def run(self) -> None:
        """Asks again and again, for ever."""
        while True:
            await asyncio.sleep(EVERY)
            _ = await self.look()
