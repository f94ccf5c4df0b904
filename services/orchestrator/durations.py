"""How long attempts take, and what else they have shown, as far as this orchestrator knows.

It measures every attempt that succeeds under its eyes. Analytics, which has seen everybody's and remembers, is asked
now and then in the background and counts for more; while it is away, what was measured here stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import grpc
import structlog
from heyjarvis.analytics.v1 import analytics_service_pb2 as pb
from heyjarvis.analytics.v1 import analytics_service_pb2_grpc as rpc

from chassis.status import from_rpc_error
from services.orchestrator.domain.durations import ENOUGH, Durations, Measured
from services.orchestrator.domain.events import Event, TaskDelivered, TaskSucceeded
from services.orchestrator.domain.workflow import Workflow

ASK_EVERY = 300.0
"""Seconds between two questions to analytics."""
ASK_AGAIN = 30.0
"""Seconds until it is asked again after it did not answer."""
PATIENCE = 5.0
"""Seconds an answer may take."""
MAX_TYPES = 1000
"""Agent types that are measured at most."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """What attempts of an agent type have shown, as analytics tells it."""

    p50: timedelta
    p95: timedelta
    success_rate: float | None
    """From 0 to 1; None when none ended."""
    cost_usd: float | None
    """Of one result, in US dollars; None when a price is not known."""

    def described(self) -> dict[str, float]:
        """For the planner's prompt."""
        told = {"seconds_p50": self.p50.total_seconds(), "seconds_p95": self.p95.total_seconds()}
        shares = {"success_rate": self.success_rate, "cost_usd_per_result": self.cost_usd}
        return {**told, **{name: round(value, 4) for name, value in shares.items() if value is not None}}


class KnownDurations:
    """Durations by agent type."""

    def __init__(self, analytics: grpc.aio.Channel) -> None:
        self._stub = rpc.AnalyticsServiceStub(analytics)
        self._measured: dict[str, Measured] = {}
        self._told: dict[str, Durations] = {}
        self._experience: dict[str, Experience] = {}

    def of(self, agent_type: str) -> Durations | None:
        """How long its attempts take; None when too few are known."""
        told = self._told.get(agent_type)
        if told is not None:
            return told
        measured = self._measured.get(agent_type)
        return measured.durations if measured is not None else None

    def experience(self, agent_type: str) -> Experience | None:
        """What analytics knows of it; None when too little, or when analytics did not answer yet."""
        return self._experience.get(agent_type)

    def measure(self, before: Workflow, events: Iterable[Event]) -> None:
        """Takes the attempts that succeeded in a step on record. `before` is the workflow before the step."""
        for event in events:
            if not isinstance(event, TaskDelivered | TaskSucceeded):
                continue
            task = before.tasks.get(event.task)
            # Not when a person edited or approved what was delivered before: that took no agent any time.
            if task is not None and task.running and task.started is not None:
                self._add(task.agent_type, (event.at - task.started).total_seconds())

    def _add(self, agent_type: str, seconds: float) -> None:
        known = self._measured.get(agent_type)
        if known is not None or len(self._measured) < MAX_TYPES:
            self._measured[agent_type] = (known or Measured()).and_one(seconds)

    async def keep_asking(self) -> None:
        """Asks analytics from time to time, for ever."""
        while True:
            await asyncio.sleep(ASK_EVERY if await self._ask() else ASK_AGAIN)

    async def _ask(self) -> bool:
        try:
            answer = await self._stub.GetAgentStats(pb.GetAgentStatsRequest(), timeout=PATIENCE)
        except grpc.RpcError as error:
            log.debug("Analytics does not answer; own measurements stand", reason=from_rpc_error(error).reason)
            return False
        self._told = {
            stats.agent_type: Durations.told(
                p50=stats.duration.p50.ToNanoseconds() / 1e9, p95=stats.duration.p95.ToNanoseconds() / 1e9
            )
            for stats in answer.agents
            if stats.duration.count >= ENOUGH
        }
        self._experience = {
            stats.agent_type: _experience(stats) for stats in answer.agents if stats.duration.count >= ENOUGH
        }
        return True


def _experience(stats: pb.AgentStats) -> Experience:
    made = stats.attempts.succeeded
    known = made > 0 and (stats.usage.HasField("cost_usd") or stats.usage.calls == 0)
    return Experience(
        p50=stats.duration.p50.ToTimedelta(),
        p95=stats.duration.p95.ToTimedelta(),
        success_rate=stats.attempts.success_rate if stats.attempts.HasField("success_rate") else None,
        cost_usd=stats.usage.cost_usd / made if known else None,
    )
