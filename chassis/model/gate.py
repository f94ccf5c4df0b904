"""Who may call the model now: the process's own slots and the cluster's rate limit, asked together.

A caller that has to wait for a rate limit gives its slot back meanwhile, so that a pause of one model
does not hold up calls to another.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from chassis.model.limiter import Limiter


class TooFarError(Exception):
    """The next turn lies beyond what the caller is ready to wait for."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"the next turn comes in {wait:.1f} s")
        self.wait = wait
        """Seconds until the turn would have come."""


def nobody_asks(waiting: bool) -> None:
    """Stands where nobody wants to know that a call waits."""


class Gate:
    """The one way to a call."""

    def __init__(self, limiter: Limiter, concurrency: int) -> None:
        self._limiter = limiter
        self._slots = asyncio.Semaphore(concurrency)

    async def pause(self, model: str, seconds: float) -> None:
        """The provider asked everybody to leave `model` alone for so long."""
        await self._limiter.pause(model, seconds)

    @asynccontextmanager
    async def admit(
        self, model: str, longest: float, on_wait: Callable[[bool], None] = nobody_asks
    ) -> AsyncIterator[float]:
        """Holds a slot for the body; yields the seconds waited for rate limits. `on_wait` is told when a wait for them
        begins (True) and ends.

        Raises TooFarError at once, without waiting, when these would be more than `longest` in all.
        """
        waited, held = 0.0, 0
        while True:
            async with self._slots:
                turn = await self._limiter.reserve(model, held)
                if turn.wait <= 0:
                    yield waited
                    return
            if waited + turn.wait > longest:
                raise TooFarError(turn.wait)
            on_wait(True)
            try:
                await asyncio.sleep(turn.wait)
            finally:
                on_wait(False)
            waited, held = waited + turn.wait, turn.held
