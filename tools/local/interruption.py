"""Ctrl-C and SIGTERM as something one can wait for, so that work ends in order instead of with a traceback.

    async with interruptions() as interruption:
        try:
            result = await interruption.guard(work())
        except Interrupted:
            ...                              # work() was cancelled and has cleaned up

A further signal ends what is guarded next, so that somebody in a hurry is never held up.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Exception):
    """Somebody wants this to end."""


class Interruption:
    """Counts the wishes to end, and ends what is guarded."""

    def __init__(self) -> None:
        self.count = 0
        self.on_signal: Callable[[int], None] = lambda count: None
        """Told the count on every signal."""
        self._guarded: set[asyncio.Task[Any]] = set()
        self._interrupted: set[asyncio.Task[Any]] = set()
        self._owed = False
        """Whether a wish came too late for what was guarded then."""

    def signal(self) -> None:
        """Somebody wants this to end."""
        self.count += 1
        self.on_signal(self.count)
        for task in self._guarded:
            self._interrupted.add(task)
            task.cancel()

    async def guard(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of the work. Raises Interrupted when a signal came first; the work was cancelled then.

        When it was done by the time of the signal, the work that is guarded next is not begun.
        """
        if self._owed:
            self._owed = False
            work.close()
            raise Interrupted
        task = asyncio.create_task(work)
        self._guarded.add(task)
        try:
            await asyncio.wait([task])
        finally:
            self._guarded.discard(task)
            if not task.done():  # we ourselves are being cancelled
                task.cancel()
                await asyncio.wait([task])
        if task in self._interrupted:
            self._interrupted.discard(task)
            if task.cancelled():
                raise Interrupted
            self._owed = True
        return task.result()


@asynccontextmanager
async def interruptions() -> AsyncIterator[Interruption]:
    """While this is entered, signals are wishes."""
    loop = asyncio.get_running_loop()
    interruption = Interruption()
    for number in SIGNALS:
        loop.add_signal_handler(number, interruption.signal)
    try:
        yield interruption
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
