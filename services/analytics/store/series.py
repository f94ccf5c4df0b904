"""Reading the counters: of one tenant, or of several as if they were one."""

from collections import defaultdict
from collections.abc import Sequence
from typing import cast

from chassis.redis import RedisAccess
from services.analytics.domain.numbers import Counters, merged
from services.analytics.domain.tally import TOTAL, Series
from services.analytics.store.keys import Keys

_INDEXES = {"agent": "agents", "template": "templates"}


class SeriesStore:
    """Reads series."""

    def __init__(self, redis: RedisAccess) -> None:
        self._redis = redis.commands
        self._keys = Keys(redis)

    async def total(self, tenants: Sequence[str]) -> Counters:
        """The counters of all work."""
        return merged(await self._read([(tenant, TOTAL) for tenant in tenants]))

    async def agent(self, tenants: Sequence[str], agent_type: str) -> Counters:
        """The counters of an agent type; empty when nothing was counted."""
        return merged(await self._read([(tenant, Series("agent", agent_type)) for tenant in tenants]))

    async def template(self, tenants: Sequence[str], template: str) -> Counters:
        """The counters of a template; empty when nothing was counted."""
        return merged(await self._read([(tenant, Series("template", template)) for tenant in tenants]))

    async def agents(self, tenants: Sequence[str]) -> dict[str, Counters]:
        """The counters of every agent type, by type."""
        return await self._all(tenants, "agent")

    async def templates(self, tenants: Sequence[str]) -> dict[str, Counters]:
        """The counters of every template, by name."""
        return await self._all(tenants, "template")

    async def outcomes(self, tenant: str, agent_types: Sequence[str], limit: int) -> list[list[bool]]:
        """Whether the newest attempts of each agent type succeeded, newest first."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            for agent_type in agent_types:
                _ = pipeline.lrange(self._keys.of(tenant, "outcomes", agent_type), 0, limit - 1)
            found: list[list[bytes]] = await pipeline.execute()
        return [[value == b"1" for value in values] for values in found]

    async def _all(self, tenants: Sequence[str], kind: str) -> dict[str, Counters]:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for tenant in tenants:
                _ = pipeline.zrange(self._keys.of(tenant, _INDEXES[kind]), 0, -1)
            names: list[list[bytes]] = await pipeline.execute()
        wanted = [
            (tenant, Series("agent" if kind == "agent" else "template", name.decode()))
            for tenant, found in zip(tenants, names, strict=True)
            for name in found
        ]
        parts: dict[str, list[Counters]] = defaultdict(list)
        for (_, series), counters in zip(wanted, await self._read(wanted), strict=True):
            parts[series.name].append(counters)
        return {name: merged(parts[name]) for name in sorted(parts)}

    async def _read(self, wanted: Sequence[tuple[str, Series]]) -> list[Counters]:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for tenant, series in wanted:
                _ = pipeline.hgetall(self._keys.series(tenant, series))
            found = cast(list[dict[bytes, bytes]], await pipeline.execute())
        return [{name.decode(): int(value) for name, value in counters.items()} for counters in found]
