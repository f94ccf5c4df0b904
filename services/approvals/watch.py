"""Following approvals: what is in the log, then what comes.

The log is the truth, pub/sub is only a bell. A watcher takes the bell's promise before it reads, so a change between
reading and waiting rings it; and it looks by itself every few seconds, should a ring be lost with a connection.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from chassis.errors import Unavailable
from chassis.redis import RedisAccess
from services.approvals.store.log import START, ChangeLog, LoggedChange, check_cursor

_LOOK_EVERY = 5.0
_BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A change on its way to a watcher."""

    change: LoggedChange
    gap: bool
    """Whether changes before this one, after the watcher's cursor, are not kept any more."""


class Bell:
    """Wakes every watcher of this process. `listen` runs in the background, one for all of them."""

    def __init__(self, redis: RedisAccess, channel: str) -> None:
        self._redis = redis
        self._channel = channel
        self._next = asyncio.Event()

    async def listen(self) -> None:
        """Rings for every announcement, for ever."""
        async for _ in self._redis.subscribe(self._channel):
            self.ring()

    def ring(self) -> None:
        """Wakes who waits now."""
        self._next.set()
        self._next = asyncio.Event()

    def promise(self) -> asyncio.Event:
        """Set at the next ring."""
        return self._next


class Watch:
    """Serves watchers from the log."""

    def __init__(self, log: ChangeLog, bell: Bell, draining: asyncio.Event) -> None:
        self._log = log
        self._bell = bell
        self._draining = draining

    async def follow(self, cursor: str, *, tenant: str | None) -> AsyncGenerator[Seen, None]:
        """Changes after `cursor`, then those to come, for ever; of one tenant, or of all (None).

        Raises InvalidArgument for a cursor that is none, and Unavailable when the server goes away: go on elsewhere.
        """
        cursor, gap = cursor or START, False
        if cursor != START:
            check_cursor(cursor)
            if await self._log.is_ahead(cursor):
                # The cursor is from before Redis lost its content: everything is read again.
                cursor, gap = START, True
        while not self._draining.is_set():
            rung = self._bell.promise()
            changes, missed = await self._log.after(cursor, _BATCH)
            gap = gap or (missed and cursor != START)
            for change in changes:
                cursor = change.cursor
                if tenant is None or change.approval.question.tenant == tenant:
                    yield Seen(change=change, gap=gap)
                    gap = False
            if len(changes) < _BATCH:
                await self._rest(rung)
        raise Unavailable(
            "This server goes away; watch again from your last cursor.", reason="DRAINING", retry_after=0.1
        )

    async def _rest(self, rung: asyncio.Event) -> None:
        """Until the bell rings, the server drains, or it is time to look anyway."""
        waits = [asyncio.ensure_future(rung.wait()), asyncio.ensure_future(self._draining.wait())]
        try:
            await asyncio.wait(waits, timeout=_LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
