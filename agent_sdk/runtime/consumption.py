"""What an attempt consumes, and what it had consumed at a moment that is over.

Calls are booked as they end; those that run are read live. A sample every second remembers how much it was by then, so
that a receipt can tell what came after somebody wanted it to stop, also when that reached a process that was away.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from chassis.clock import Clock
from chassis.model.usage import Usage

EVERY = timedelta(seconds=1)
"""Between two samples; what is told of a moment is as exact as that."""
SAMPLES = 1200
"""Samples kept; nobody can tell what came after a moment that is longer ago."""


class Consumption:
    """The consumption of one attempt."""

    def __init__(self) -> None:
        self.booked = Usage()
        """What its calls consumed that have ended."""
        self._live: dict[object, Callable[[], Usage]] = {}
        self._samples: deque[tuple[datetime, Usage]] = deque(maxlen=SAMPLES)

    @property
    def total(self) -> Usage:
        """With the calls that run, as far as they have come."""
        return sum((live() for live in self._live.values()), self.booked)

    def begin(self, question: object, live: Callable[[], Usage]) -> None:
        """A call for this question begins; `live` tells what it has consumed so far. A question has one at a time."""
        self._live[question] = live

    def end(self, question: object, usage: Usage) -> None:
        """The call ended, well or not."""
        self._live.pop(question, None)
        self.booked += usage

    def sample(self, now: datetime) -> None:
        """Remembers how much it is now."""
        self._samples.append((now, self.total))

    async def keep_sampling(self, now: Clock) -> None:
        """Samples until cancelled."""
        while True:
            self.sample(now())
            await asyncio.sleep(EVERY.total_seconds())

    def since(self, moment: datetime) -> Usage | None:
        """What came after a moment, to the second before or after it; None when that cannot be told any more."""
        earlier = (usage for at, usage in reversed(self._samples) if at <= moment + EVERY)
        # Without a sample that is older, all of it came after, unless samples were forgotten.
        before = next(earlier, Usage() if len(self._samples) < SAMPLES else None)
        return None if before is None else self.total.beyond(before)
