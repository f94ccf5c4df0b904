"""One Work stream, on the agent's side: what goes up it, in which order and how fast.

Answers to the orchestrator go first, then the load, then the events of the attempts it listens to, in turn. Attempts
are not queued here but asked when there is room (`Outbox.take`), so a slow stream costs no memory.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.runtime.attempt import Attempt

MAX_ANSWERS = 1000
"""Answers that may wait before no more is read from the orchestrator."""


class WorkStream:
    """What one orchestrator is to be told. Belongs to one event loop."""

    def __init__(self, load: Callable[[], pb.Load]) -> None:
        self.closed = False
        self._load = load
        self._load_waits = False
        self._answers: deque[pb.WorkResponse] = deque()
        self._ready: dict[Attempt, None] = {}
        self._later: dict[Attempt, float] = {}
        self._ending = False
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def tell(self, response: pb.WorkResponse) -> None:
        """Send this, before any event of an attempt."""
        self._answers.append(response)
        if len(self._answers) > MAX_ANSWERS:
            self._room.clear()
        self._wake.set()

    def notify(self, attempt: Attempt) -> None:
        """The attempt has something to say."""
        self._ready[attempt] = None
        self._wake.set()

    def load_changed(self) -> None:
        """Tell the load, as it is when there is room for it."""
        self._load_waits = True
        self._wake.set()

    async def room(self) -> None:
        """Wait while too many answers wait to be read."""
        await self._room.wait()

    def end(self) -> None:
        """End the stream after what is ready now."""
        self._ending = True
        self._wake.set()

    def close(self) -> None:
        """Nobody reads any more."""
        self.closed = True
        self._answers.clear()
        self._ready.clear()
        self._later.clear()
        self._room.set()
        self.end()

    async def responses(self) -> AsyncIterator[pb.WorkResponse]:
        """Everything there is to say, as it comes, until `end`."""
        now = asyncio.get_running_loop().time
        while True:
            self._wake.clear()
            while self._answers:
                yield self._answers.popleft()
                if len(self._answers) <= MAX_ANSWERS:
                    self._room.set()
            if self._load_waits:
                self._load_waits = False
                yield pb.WorkResponse(load=self._load())
            self._collect(now())
            for attempt in list(self._ready):
                self._ready.pop(attempt, None)
                if attempt.listener is not self:
                    continue
                for response in attempt.outbox.take(now()):
                    yield response
                if (due := attempt.outbox.due(now())) is not None:
                    self._later[attempt] = now() + due
            if self._answers or self._ready or self._load_waits:
                continue
            if self._ending:
                return
            await self._sleep(now())

    def _collect(self, now: float) -> None:
        """Move the attempts whose time has come to those that are ready."""
        for attempt in [attempt for attempt, moment in self._later.items() if moment <= now]:
            del self._later[attempt]
            self._ready[attempt] = None

    async def _sleep(self, now: float) -> None:
        pause = max(0.0, min(self._later.values()) - now) if self._later else None
        try:
            async with asyncio.timeout(pause):
                await self._wake.wait()
        except TimeoutError:
            return
