"""The agenda in Redis: which workflows need attention when, in a fixed number of slots."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from chassis.border import at_the_border
from chassis.redis import RedisAccess
from services.orchestrator.store.workflow_store import lua

SLOTS = 8
"""A constant of the stored format: an id's slot never changes."""

How = Literal["ANY", "KNOWN", "SOONER"]


class AgendaStore:
    """The only place that knows the keys of the agenda."""

    def __init__(self, redis: RedisAccess) -> None:
        self._redis = redis
        self._due = lua(redis, "due")
        self._schedule = lua(redis, "schedule")
        self._overdue = lua(redis, "overdue")
        self._retire = lua(redis, "retire")

    @property
    def wake_channel(self) -> str:
        """Where it is announced that something is due, by workflow id."""
        return self._redis.key("wake")

    def _slot(self, id_: str) -> str:
        return self._redis.key("agenda", str(zlib.crc32(id_.encode()) % SLOTS))

    @at_the_border
    async def take_due(self, lease: timedelta, *, limit: int) -> list[str]:
        """Takes workflows that are due, for the length of a lease."""
        calls: list[tuple[list[str], list[int]]] = [
            ([self._redis.key("agenda", str(slot))], [int(lease.total_seconds() * 1000), limit])
            for slot in range(SLOTS)
        ]
        answers = await self._due.many(calls)
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return [id_.decode() for ids in answers for id_ in ids]

    @at_the_border
    async def overdue(self) -> int:
        """How many workflows are due and taken by nobody yet."""
        answers = await self._overdue.many([([self._redis.key("agenda", str(slot))], []) for slot in range(SLOTS)])
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return sum(answers)

    @at_the_border
    async def schedule(self, delays: Mapping[str, timedelta], how: How = "ANY") -> None:
        """Says when workflows need attention next, counted from now."""
        slots: dict[str, list[str | int]] = defaultdict(lambda: [how])
        for id_, delay in delays.items():
            slots[self._slot(id_)] += [id_, int(delay.total_seconds() * 1000)]
        if slots:
            answers = await self._schedule.many([([slot], args) for slot, args in slots.items()])
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer

    @at_the_border
    async def remove(self, id_: str) -> None:
        """Takes what is no workflow off the agenda."""
        await self._redis.commands.zrem(self._slot(id_), id_)

    @at_the_border
    async def retire(self, id_: str, *, unless_within: timedelta) -> None:
        """Takes a finished workflow off the agenda, unless it needs attention within some time: it goes on then."""
        await self._retire(keys=[self._slot(id_)], args=[id_, int(unless_within.total_seconds() * 1000)])

    @at_the_border
    async def wake(self, id_: str) -> None:
        """Tells every orchestrator that this workflow has something for its owner, or needs one."""
        await self._redis.commands.publish(self.wake_channel, id_)
