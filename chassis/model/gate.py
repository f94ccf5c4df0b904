"""Who may call the model now: the process's own slots and the cluster's rate limit, asked together.

A caller that has to wait for a rate limit gives its slot back meanwhile, so that a pause of one model
does not hold up calls to another.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from chassis.model.limiter import Limiter
from chassis.model.limits import Caller, Cost, Limits


class TooFarError(Exception):
    """The next turn lies beyond what the caller is ready to wait for."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"the next turn comes in {wait:.1f} s")
        self.wait = wait
        """Seconds until the turn would have come."""


def nobody_asks(waiting: bool) -> None:
    """Stands where nobody wants to know that a call waits."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A caller that may go."""

    waited: float
    """Seconds waited for limits."""
    metered: bool
    """Whether a budget was charged for it."""


NOBODY = Caller()
"""A caller of no tenant that costs no tokens."""


class Gate:
    """The one way to a call."""

    def __init__(self, limiter: Limiter, concurrency: int) -> None:
        self._limiter = limiter
        self._slots = asyncio.Semaphore(concurrency)

    async def pause(self, model: str, seconds: float) -> None:
        """The provider asked everybody to leave `model` alone for so long."""
        await self._limiter.pause(model, seconds)

    async def settle(self, model: str, admission: Admission, back: Cost, limits: Limits) -> None:
        """After a call: corrects what it was charged by `back`, and passes on what the provider said of its limits."""
        if admission.metered or limits:
            await self._limiter.settle(model, back if admission.metered else Cost(), limits)

    @asynccontextmanager
    async def admit(
        self, model: str, longest: float, on_wait: Callable[[bool], None] = nobody_asks, caller: Caller = NOBODY
    ) -> AsyncIterator[Admission]:
        """Holds a slot for the body; yields what it waited for limits, in turn with all others. `on_wait` is told when
        a wait for them begins (True) and ends.

        Raises TooFarError at once, without waiting, when these would be more than `longest` in all.
        """
        waited, held, waiting = 0.0, "", False
        try:
            while True:
                async with self._slots:
                    turn = await self._limiter.reserve(model, caller, held)
                    if turn.wait <= 0:
                        held = ""
                        if waiting:
                            waiting = False
                            on_wait(False)
                        yield Admission(waited, turn.metered)
                        return
                held = turn.held
                if waited + max(turn.wait, turn.away) > longest:
                    raise TooFarError(max(turn.wait, turn.away))
                if not waiting:
                    waiting = True
                    on_wait(True)
                await asyncio.sleep(turn.wait)
                waited += turn.wait
        finally:
            if waiting:
                on_wait(False)
            if held:
                await self._limiter.leave(model, held)
