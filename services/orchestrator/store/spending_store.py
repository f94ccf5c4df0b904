"""What each tenant spent on each day (UTC), in Redis. Counts each workflow once, however often it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chassis.border import at_the_border
from chassis.redis import RedisAccess
from services.orchestrator.domain.spending import DaySpent
from services.orchestrator.store.workflow_store import lua

KEPT = timedelta(days=8)
"""How long a day's spending is kept after the last booking."""
NANOS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class TenantSpent:
    """What all workflows of a tenant spent on a day."""

    usd: float
    """The part with a known price, in US dollars."""
    unpriced: bool
    """Whether there is more, whose price nobody knows."""


class SpendingStore:
    """The only place that knows the keys of spending."""

    def __init__(self, redis: RedisAccess) -> None:
        self._redis = redis
        self._spend = lua(redis, "spend")

    @at_the_border
    async def book(self, spent: DaySpent) -> TenantSpent:
        """Books what a workflow has spent on a day so far; answers for its whole tenant. Harmless to repeat."""
        return _answer(await self._spend(*self._call(spent)))

    @at_the_border
    async def book_all(self, spent: Sequence[DaySpent]) -> None:
        """Books several in one round trip."""
        for answer in await self._spend.many([self._call(one) for one in spent]):
            if isinstance(answer, Exception):
                raise answer

    @at_the_border
    async def read(self, tenant: str, day: str) -> TenantSpent:
        """What a tenant has spent on a day so far."""
        return _answer(await self._spend(keys=[self._key(tenant, day)], args=["", 0, "", 0]))

    def _call(self, spent: DaySpent) -> tuple[list[str], list[str | int]]:
        seconds = int(KEPT.total_seconds())
        args: list[str | int] = [spent.workflow, round(spent.usd * NANOS), "1" if spent.unpriced else "", seconds]
        return [self._key(spent.tenant, spent.day)], args

    def _key(self, tenant: str, day: str) -> str:
        return self._redis.key("spending", tenant, day)


def _answer(held: Sequence[Any]) -> TenantSpent:
    nanos, unpriced = held
    return TenantSpent(usd=int(nanos or 0) / NANOS, unpriced=bool(unpriced))
