"""The sweep: carries out what passed deadlines say, and removes what was kept long enough.

Any number of replicas may sweep: each change is written once, whoever comes first. When Redis is away it waits and
comes back.
"""

import asyncio
from contextlib import suppress

import structlog

from chassis.clock import Clock
from chassis.errors import Aborted, NotFound
from chassis.redis import away
from services.approvals.domain.decisions import after_deadline
from services.approvals.store.approvals import RedisApprovalStore

_BATCH = 50
_BATCHES = 100
"""Batches of one sweep; what is left then waits for the next."""

_log = structlog.get_logger(__name__)


class Sweep:
    """Looks at deadlines every `interval` seconds until the server drains."""

    def __init__(self, store: RedisApprovalStore, *, now: Clock, interval: float, draining: asyncio.Event) -> None:
        self._store = store
        self._now = now
        self._interval = interval
        self._draining = draining

    async def run(self) -> None:
        """Sweeps until the server drains."""
        while not self._draining.is_set():
            try:
                await self.once()
            except Exception as error:
                if away(error) is None:
                    raise
                _log.warning("Deadlines wait until Redis is back", error=str(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._draining.wait(), self._interval)

    async def once(self) -> None:
        """Carries out every deadline that has passed, and purges one batch."""
        for _ in range(_BATCHES):
            due = await self._store.due(self._now(), _BATCH)
            for tenant, id in due:
                # Somebody else was busy with it, or it is gone: the next sweep looks again.
                with suppress(Aborted, NotFound):
                    await self._store.change(tenant, id, lambda approval: after_deadline(approval, self._now()))
            if len(due) < _BATCH:
                break
        await self._store.purge(self._now(), _BATCH)
