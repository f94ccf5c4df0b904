"""Following alerts: those that fire, then every change.

The stream of changes is the truth, pub/sub is only a bell. A watcher takes the bell's promise before it reads, so a
change between reading and waiting rings it; and it looks by itself every few seconds, should a ring be lost with a
connection. Should changes be gone before a slow watcher read them, it gets what fires once more.
"""

import asyncio
from collections.abc import AsyncGenerator

from chassis.errors import Unavailable
from chassis.redis import RedisAccess
from services.analytics.domain.alerts import Alert
from services.analytics.store.alerts import AlertStore

_LOOK_EVERY = 5.0
_BATCH = 50


class Bell:
    """Wakes every watcher of this process. `listen` runs in the background, one for all of them."""

    def __init__(self, redis: RedisAccess, channel: str) -> None:
        self._redis = redis
        self._channel = channel
        self._next = asyncio.Event()

    async def listen(self) -> None:
        """Rings for every announcement, for ever."""
        async for _ in self._redis.subscribe(self._channel):
            self._next.set()
            self._next = asyncio.Event()

    def promise(self) -> asyncio.Event:
        """Set at the next ring."""
        return self._next


class Watch:
    """Serves watchers."""

    def __init__(self, alerts: AlertStore, bell: Bell, draining: asyncio.Event) -> None:
        self._alerts = alerts
        self._bell = bell
        self._draining = draining

    async def follow(self, tenant: str) -> AsyncGenerator[Alert, None]:
        """The alerts that fire, then every change of one, until the server drains: then it raises Unavailable."""
        place, missed = "", True
        while not self._draining.is_set():
            rung = self._bell.promise()
            if missed:
                # The place first: a change between the two reads comes twice rather than never.
                place = await self._alerts.newest_place(tenant)
                firing = await self._alerts.firing(tenant)
                for alert in sorted(firing.values(), key=lambda alert: alert.id):
                    yield alert
            changes, missed = await self._alerts.after(tenant, place, _BATCH)
            if missed:
                continue
            for change in changes:
                place = change.place
                yield change.alert
            if len(changes) < _BATCH:
                await self._rest(rung)
        raise Unavailable("This server goes away; watch again elsewhere.", reason="DRAINING", retry_after=0.1)

    async def _rest(self, rung: asyncio.Event) -> None:
        """Until the bell rings, the server drains, or it is time to look anyway."""
        waits = [asyncio.ensure_future(rung.wait()), asyncio.ensure_future(self._draining.wait())]
        try:
            await asyncio.wait(waits, timeout=_LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
