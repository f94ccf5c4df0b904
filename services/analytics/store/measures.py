"""Workflows as they are measured, and the one step that counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import msgspec

from chassis.redis import RedisAccess
from services.analytics.domain.measured import Measured
from services.analytics.domain.tally import Series, Tally
from services.analytics.store.keys import Keys
from services.analytics.store.scripts import script

MOST_TENANTS = 10_000
"""Tenants remembered, by their newest event."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Measured).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is kept, and how long."""

    retention: timedelta = timedelta(days=30)
    """How long the numbers of a workflow are kept after its end."""
    outcomes: int = 50
    """Newest outcomes kept of an agent type."""
    agent_types: int = 500
    """Agent types of a tenant that are told apart."""
    templates: int = 1000
    """Templates of a tenant that are told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What events of one workflow came to."""

    tenant: str
    workflow: str
    before: Measured | None
    after: Measured | None
    """None forgets the workflow."""
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A task that waits for an agent."""

    agent_type: str
    workflow: str
    task: str
    since: int
    """In microseconds since 1970."""


class MeasureStore:
    """Reads and counts."""

    def __init__(self, redis: RedisAccess, limits: Limits) -> None:
        self._redis = redis.commands
        self._keys = Keys(redis)
        self._count = script(redis, "count")
        self._limits = limits

    async def read(self, workflows: Sequence[tuple[str, str]]) -> list[Measured | None]:
        """The workflows named by tenant and id, None where nothing was measured."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            for tenant, id in workflows:
                _ = pipeline.hget(self._keys.of(tenant, "workflow", id), "state")
            found: list[bytes | None] = await pipeline.execute()
        return [_decode(state) if state else None for state in found]

    async def count(self, changes: Sequence[Counted]) -> list[bool]:
        """Writes each change onto the state it was made from; False where that is another by now."""
        answers = await self._count.many([self._call(change) for change in changes])
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return [answer == 1 for answer in answers]

    async def note_tenants(self, newest: Mapping[str, int]) -> None:
        """Remembers tenants with the time of their newest event, in microseconds."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            _ = pipeline.zadd(self._keys.tenants, {tenant: _ms(at) for tenant, at in newest.items()}, gt=True)
            _ = pipeline.zremrangebyrank(self._keys.tenants, 0, -MOST_TENANTS - 1)
            await pipeline.execute()

    async def tenants(self, limit: int) -> list[str]:
        """The tenants of the newest events."""
        found = await self._redis.zrevrange(self._keys.tenants, 0, limit - 1)
        return [name.decode() for name in cast(list[bytes], found)]

    async def silent(self, tenant: str, since: int, limit: int) -> list[str]:
        """Workflows that run, wait for no person and had no event after `since` (microseconds)."""
        return await self._until(tenant, "moving", since, limit)

    async def unfinished(self, tenant: str, since: int, limit: int) -> list[str]:
        """Unfinished workflows that had no event after `since` (microseconds)."""
        return await self._until(tenant, "open", since, limit)

    async def waiting(self, tenant: str, limit: int) -> list[Waiting]:
        """Tasks that wait for an agent, those that wait longest first."""
        key = self._keys.of(tenant, "waiting")
        found = await self._redis.zrange(key, 0, limit - 1, withscores=True)
        waits = []
        for member, since in cast(list[tuple[bytes, float]], found):
            agent_type, workflow, task = member.decode().split("/", 2)
            waits.append(Waiting(agent_type=agent_type, workflow=workflow, task=task, since=int(since) * 1000))
        return waits

    async def _until(self, tenant: str, name: str, since: int, limit: int) -> list[str]:
        found = await self._redis.zrangebyscore(self._keys.of(tenant, name), "-inf", _ms(since), start=0, num=limit)
        return [id.decode() for id in cast(list[bytes], found)]

    def _call(self, change: Counted) -> tuple[list[str | bytes], list[str | bytes | int | float]]:
        tenant, before, after = change.tenant, change.before, change.after
        keys: list[str | bytes] = [
            self._keys.of(tenant, "workflow", change.workflow),
            self._keys.of(tenant, "open"),
            self._keys.of(tenant, "waiting"),
            self._keys.of(tenant, "agents"),
            self._keys.of(tenant, "templates"),
            self._keys.of(tenant, "moving"),
        ]
        told: dict[str, Any] = {"series": [], "outcomes": [], **_waits(change)}
        tally = change.tally
        for series in dict.fromkeys((*tally.counts, *tally.peaks)):
            keys.append(self._keys.series(tenant, series))
            told["series"].append(_series(len(keys), series, tally))
        for agent_type in dict.fromkeys(name for name, _ in tally.outcomes):
            keys.append(self._keys.of(tenant, "outcomes", agent_type))
            # The list keeps the newest: of more than it keeps, the rest need not travel.
            values = [str(int(ok)) for name, ok in tally.outcomes if name == agent_type][-self._limits.outcomes :]
            told["outcomes"].append({"key": len(keys), "values": values})
        newest = after or before
        ended = after is not None and after.ended is not None
        return keys, [
            before.sequence if before else "",
            after.sequence if after else "",
            _encode(after) if after else "",
            int(self._limits.retention.total_seconds()) if ended else 0,
            change.workflow,
            _ms(newest.last) if newest else 0,
            _encode(told),
            self._limits.outcomes,
            self._limits.agent_types,
            self._limits.templates,
            self._keys.of(tenant, ""),
            int(after is not None and after.moving),
        ]


def _series(key: int, series: Series, tally: Tally) -> dict[str, Any]:
    # As text: a number of JSON loses its last digits in Lua.
    counts = [(name, str(by)) for name, by in tally.counts.get(series, {}).items() if by]
    peaks = [(name, str(value)) for name, value in tally.peaks.get(series, {}).items()]
    return {"key": key, "kind": series.kind, "name": series.name, "counts": counts, "peaks": peaks}


def _waits(change: Counted) -> dict[str, Any]:
    old, new = _members(change.workflow, change.before), _members(change.workflow, change.after)
    return {
        "waits": [(member, _ms(since)) for member, since in new.items() if old.get(member) != since],
        "gone": [member for member in old if member not in new],
    }


def _members(workflow: str, measured: Measured | None) -> dict[str, int]:
    if measured is None:
        return {}
    waiting = measured.waiting().items()
    return {f"{measured.task(task).agent_type}/{workflow}/{task}": since for task, since in waiting}


def _ms(micros: int) -> int:
    return micros // 1000
