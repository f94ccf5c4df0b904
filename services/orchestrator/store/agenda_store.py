"""The agenda in Redis: which workflows need attention when, in a fixed number of slots.

An entry is always where somebody left it: whoever takes, renews or calls moves it. So an owner that lets go can put off
the next look on the condition that nobody moved the entry since, and a call is never overruled, not even by an owner
that slept in between.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from chassis.border import at_the_border
from chassis.redis import RedisAccess, Script
from services.orchestrator.store.workflow_store import lua

SLOTS = 8
"""A constant of the stored format: an id's slot never changes."""
UNKNOWN = 0
"""Where an entry is that its owner does not know."""


class AgendaStore:
    """The only place that knows the keys of the agenda."""

    def __init__(self, redis: RedisAccess) -> None:
        self._redis = redis
        self._due = lua(redis, "due")
        self._call = lua(redis, "call")
        self._renew = lua(redis, "renew")
        self._postpone = lua(redis, "postpone")
        self._overdue = lua(redis, "overdue")

    @property
    def wake_channel(self) -> str:
        """Where it is announced that something is due, by workflow id."""
        return self._redis.key("wake")

    def _slot(self, id_: str) -> str:
        return self._redis.key("agenda", str(zlib.crc32(id_.encode()) % SLOTS))

    def _slots(self) -> list[str]:
        return [self._redis.key("agenda", str(slot)) for slot in range(SLOTS)]

    @at_the_border
    async def take_due(self, lease: timedelta, *, limit: int) -> dict[str, int]:
        """Takes workflows that are due, for the length of a lease; says where it left the entry of each."""
        taken = await _all(self._due, [([slot], [_ms(lease), limit]) for slot in self._slots()])
        return {id_.decode(): left for left, ids in taken for id_ in ids}

    @at_the_border
    async def overdue(self) -> int:
        """How many workflows are due and taken by nobody yet."""
        return sum(await _all(self._overdue, [([slot], []) for slot in self._slots()]))

    @at_the_border
    async def call(self, id_: str, within: timedelta = timedelta()) -> None:
        """Has a workflow looked at no later than so long from now."""
        await self._call(keys=[self._slot(id_)], args=[id_, _ms(within)])

    @at_the_border
    async def renew(self, left: Mapping[str, int], lease: timedelta) -> dict[str, int]:
        """Lengthens leases, given where their entries were left; says where they are now.

        UNKNOWN stands for one that somebody else had moved: a call that the owner may not have heard of.
        """
        slots: dict[str, list[str]] = defaultdict(list)
        for id_ in left:
            slots[self._slot(id_)].append(id_)
        calls = [
            ([slot], [_ms(lease), *(word for id_ in ids for word in (id_, left[id_]))]) for slot, ids in slots.items()
        ]
        renewed = await _all(self._renew, calls)
        return {
            id_: now
            for ids, ends in zip(slots.values(), renewed, strict=True)
            for id_, now in zip(ids, ends, strict=True)
        }

    @at_the_border
    async def postpone(self, id_: str, left: int, rest: timedelta) -> None:
        """Puts off the next look, unless the entry was moved since it was left there: then somebody wants it sooner."""
        await self._postpone(keys=[self._slot(id_)], args=[id_, left, _ms(rest)])

    @at_the_border
    async def retire(self, id_: str, left: int) -> None:
        """Takes what needs no attention any more off the agenda, unless its entry was moved since it was left there."""
        await self._postpone(keys=[self._slot(id_)], args=[id_, left, -1])

    @at_the_border
    async def wake(self, id_: str) -> None:
        """Tells every orchestrator that this workflow has something for its owner, or needs one."""
        await self._redis.commands.publish(self.wake_channel, id_)


async def _all(script: Script, calls: Sequence[tuple[list[str], Sequence[str | int]]]) -> list[Any]:
    """The answers of all slots. Raises the first error among them."""
    answers = await script.many(calls)
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers


def _ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
