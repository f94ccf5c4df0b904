"""The lookout: judges every few seconds what should be looked at, and gives up on workflows nobody hears of any more.

Any number of replicas may look out. One of them takes the turn, and should two take it, each change is written once.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import structlog

from chassis.clock import Clock
from chassis.redis import RedisAccess, away
from services.analytics.domain.alerts import AgentFacts, Bounds, Facts, SilentWorkflow, found, next_alerts
from services.analytics.domain.numbers import agent_of
from services.analytics.domain.reduce import forget
from services.analytics.store.alerts import AlertStore
from services.analytics.store.keys import Keys
from services.analytics.store.measures import Counted, MeasureStore
from services.analytics.store.series import SeriesStore
from services.analytics.store.stream import EventStream, Lag

_TENANTS = 1000
"""Tenants looked at: those of the newest events."""
_WAITING = 1000
_SILENT = 100
_GIVEN_UP = 100
"""Workflows given up at once; the rest at the next look."""

_log = structlog.get_logger(__name__)


class Lookout:
    """Looks every `interval` seconds until the server drains."""

    def __init__(
        self,
        redis: RedisAccess,
        *,
        measures: MeasureStore,
        series: SeriesStore,
        alerts: AlertStore,
        stream: EventStream,
        bounds: Bounds,
        interval: float,
        give_up_after: timedelta,
        now: Clock,
        new_id: Callable[[], str],
        draining: asyncio.Event,
    ) -> None:
        self._redis = redis.commands
        self._turn = Keys(redis).turn
        self._measures = measures
        self._series = series
        self._alerts = alerts
        self._stream = stream
        self._bounds = bounds
        self._interval = interval
        self._give_up_after = give_up_after
        self._now = now
        self._new_id = new_id
        self._draining = draining

    async def run(self) -> None:
        """Looks until the server drains."""
        while not self._draining.is_set():
            try:
                # Shorter than the interval, so that a replica's own next look finds it free.
                if await self._redis.set(self._turn, b"1", nx=True, px=max(1, int(self._interval * 900))):
                    await self.once()
            except Exception as error:
                if away(error) is None:
                    raise
                _log.warning("Alerts wait until Redis is back", error=str(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._draining.wait(), self._interval)

    async def once(self) -> None:
        """Judges every tenant once."""
        lag = await self._stream.lag()
        for tenant in await self._measures.tenants(_TENANTS):
            now = self._micros()
            firing = await self._alerts.firing(tenant)
            facts = await self._facts(tenant, now, lag)
            findings = found(facts, self._bounds, firing)
            for alert in next_alerts(firing, findings, now, self._new_id):
                if await self._alerts.write(tenant, alert, begins=alert.key not in firing):
                    _log.info("Alert", tenant=tenant, alert=alert.id, title=alert.title, ended=alert.end is not None)
            await self._give_up(tenant, now)

    async def _facts(self, tenant: str, now: int, lag: Lag) -> Facts:
        counters = await self._series.agents([tenant])
        types = list(counters)
        outcomes = await self._series.outcomes(tenant, types, self._bounds.window)
        waiting: dict[str, int] = {}
        for wait in await self._measures.waiting(tenant, _WAITING):
            waiting.setdefault(wait.agent_type, wait.since)
        newest = dict(zip(types, outcomes, strict=True))
        agents = []
        for agent_type in sorted({*types, *waiting}):
            numbers = agent_of(agent_type, counters.get(agent_type, {}))
            agents.append(
                AgentFacts(
                    agent_type=agent_type,
                    outcomes=newest.get(agent_type, []),
                    last_outcome=numbers.last_outcome,
                    last_start=numbers.last_start,
                    waiting_since=waiting.get(agent_type),
                )
            )
        return Facts(
            now=now,
            agents=agents,
            silent=await self._silent(tenant, now),
            lag=lag.waiting,
            oldest_lag=lag.oldest_held,
        )

    async def _silent(self, tenant: str, now: int) -> list[SilentWorkflow]:
        since = now - int(self._bounds.stuck * 1_000_000)
        ids = await self._measures.silent(tenant, since, _SILENT)
        states = await self._measures.read([(tenant, id) for id in ids])
        return [
            SilentWorkflow(id=id, last=state.last, quiet_until=state.quiet_until)
            for id, state in zip(ids, states, strict=True)
            if state is not None and state.moving
        ]

    async def _give_up(self, tenant: str, now: int) -> None:
        since = now - int(self._give_up_after.total_seconds() * 1_000_000)
        ids = await self._measures.unfinished(tenant, since, _GIVEN_UP)
        if not ids:
            return
        changes = [
            Counted(tenant=tenant, workflow=id, before=state, after=None, tally=forget(state))
            for id, state in zip(ids, await self._measures.read([(tenant, id) for id in ids]), strict=True)
            if state is not None
        ]
        await self._measures.count(changes)
        _log.info("Gave up on workflows nobody hears of", tenant=tenant, workflows=ids)

    def _micros(self) -> int:
        return int(self._now().timestamp() * 1_000_000)
