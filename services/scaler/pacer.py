"""When it is decided: every few seconds, and soon after an agent came or went or a person said something."""

import asyncio
from contextlib import suppress

import structlog

from chassis.errors import HeyJarvisError
from chassis.redis import RedisAccess, away
from services.scaler.control import Control
from services.scaler.leadership import Leadership

FIRST_WORD = 5.0
"""Seconds that the first decision waits for the orchestrators, so that it does not grow step by step."""
LEAST_PAUSE = 0.5
"""Seconds between decisions at least, however much happens."""
PAUSE_ASLEEP = 0.05
"""The same while an agent type has no replica: what happens may be work for it, and that must not wait."""

_log = structlog.get_logger(__name__)


class Pacer:
    """Runs the control: every `tick` seconds, and soon after something happened.

    Whoever sees something that changes decisions sets `happened`: the listener here, the inputs, the cluster.
    `heard` is set once it is known what waits for agents; without it the first decision comes a little later.
    """

    def __init__(
        self,
        control: Control,
        leadership: Leadership,
        redis: RedisAccess,
        channels: tuple[str, ...],
        *,
        heard: asyncio.Event,
        happened: asyncio.Event,
        tick: float,
        draining: asyncio.Event,
    ) -> None:
        self._control = control
        self._leadership = leadership
        self._redis = redis
        self._channels = channels
        self._tick = tick
        self._draining = draining
        self._heard = heard
        self._happened = happened
        self._over = asyncio.Event()

    async def listen(self) -> None:
        """Notes what happens, for ever."""
        async for _ in self._redis.subscribe(*self._channels):
            self._happened.set()

    async def run(self) -> None:
        """Decides until the server drains."""
        try:
            await self._rest(self._heard, FIRST_WORD)
            await self._decide()
        finally:
            self._over.set()

    async def resign(self) -> None:
        """Makes room for another leader once nothing is decided any more; it only spares the others the wait.

        The server waits for it while it drains. Without that it would be cut off: nobody else has anything to finish.
        """
        await self._over.wait()
        with suppress(Exception):
            await self._leadership.resign()

    async def _decide(self) -> None:
        while not self._draining.is_set():
            self._happened.clear()
            try:
                await self._control.once()
            except Exception as error:
                if away(error) is None and not isinstance(error, HeyJarvisError):
                    raise
                _log.warning("Deciding waits", error=str(error))
            pause = min(PAUSE_ASLEEP if self._control.asleep else LEAST_PAUSE, self._tick)
            await self._rest(self._draining, pause)
            if not self._control.again:
                await self._rest(self._happened, self._tick - pause)

    async def _rest(self, waking: asyncio.Event, seconds: float) -> None:
        waits = [asyncio.ensure_future(event.wait()) for event in (waking, self._draining)]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
