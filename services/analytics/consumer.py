"""Reading the stream of all events: every event is counted once, in order, by any number of replicas.

The events of a workflow only add up in their order, and one reader of the group may be faster than another. So readers
take turns: entries are counted when nobody else holds older ones. What a reader that died holds is claimed by another
after `claim_after`, and counted first. Entries are let go of when they are counted; should that be lost, they come
again, and the workflow's sequence shows that they count already.
"""

import asyncio
from contextlib import suppress

import structlog
from redis.exceptions import ResponseError

from chassis.redis import away
from services.analytics.counting import Counting
from services.analytics.store.stream import Entry, EventStream, order

BATCH = 500
"""Entries read at once."""
MOST_HELD = 4 * BATCH
"""Entries held at once, claimed ones included."""
BLOCK = 1.0
"""Seconds to wait for the next entry before looking for what was left behind."""
TURN_PAUSE = 0.02
"""Seconds between looks for one's turn."""
REST = 0.5
"""Seconds between attempts while Redis is away."""
CLEAR_AFTER = 3600.0
"""Seconds of silence after which a reader that holds nothing is struck off."""

_log = structlog.get_logger(__name__)


class Consumer:
    """One reader of the group."""

    def __init__(self, stream: EventStream, counting: Counting, *, claim_after: float, draining: asyncio.Event) -> None:
        self._stream = stream
        self._counting = counting
        self._claim_after = claim_after
        self._draining = draining
        self._held: list[Entry] = []

    async def run(self) -> None:
        """Reads and counts until the server drains; waits while Redis is away."""
        while not self._draining.is_set():
            try:
                await self._stream.join()
                await self._stream.clear_away(CLEAR_AFTER)
                while not self._draining.is_set():
                    await self.once()
            except Exception as error:
                if away(error) is None and not _group_is_gone(error):
                    raise
                _log.warning("Counting waits until Redis is back", error=str(error))
                self._held = []
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._draining.wait(), REST)
        with suppress(Exception):
            # Spares the others the wait: what is held would be claimed after a while anyway.
            await self._finish()

    async def _finish(self) -> None:
        """Counts what is held, should it be this reader's turn, and leaves the group."""
        # A read that was broken off may have been answered: the server knows.
        self._held = await self._stream.held(MOST_HELD)
        due = await self._due()
        if due and await self._counting.count(due):
            await self._stream.counted(due)
        await self._stream.leave()

    async def once(self) -> None:
        """Reads when nothing is held, claims what was left behind, and counts when it is its turn."""
        if not self._held:
            self._held = await self._read()
        if not self._held:
            self._held = await self._stream.claim(BATCH, self._claim_after)
            return
        due = await self._due()
        if not due:
            if not await self._claim_older():
                await asyncio.sleep(TURN_PAUSE)
            return
        if await self._counting.count(due):
            await self._stream.counted(due)
            self._held = self._held[len(due) :]

    async def _read(self) -> list[Entry]:
        """The next entries; none when the server drains meanwhile."""
        reading = asyncio.ensure_future(self._stream.next(BATCH, BLOCK))
        draining = asyncio.ensure_future(self._draining.wait())
        try:
            await asyncio.wait((reading, draining), return_when=asyncio.FIRST_COMPLETED)
            return reading.result() if reading.done() else []
        finally:
            for task in (reading, draining):
                task.cancel()
            await asyncio.wait((reading, draining))

    async def _due(self) -> list[Entry]:
        """What it may count now: of the entries held, those before any that another holds."""
        return await self._stream.before_others(self._held) if self._held else []

    async def _claim_older(self) -> bool:
        if len(self._held) >= MOST_HELD:
            return False
        claimed = await self._stream.claim(BATCH, self._claim_after)
        held = {entry.id: entry for entry in (*claimed, *self._held)}
        self._held = [held[id] for id in sorted(held, key=order)]
        return bool(claimed)


def _group_is_gone(error: Exception) -> bool:
    """Whether Redis lost the stream or the group: both are made anew."""
    return isinstance(error, ResponseError) and str(error).startswith(("NOGROUP", "UNBLOCKED"))
