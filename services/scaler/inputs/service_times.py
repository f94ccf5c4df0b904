"""How long attempts take on average, as analytics measured it over all tenants; asked now and then, in nobody's way."""

import asyncio
from collections.abc import Callable, Mapping

import grpc
import structlog
from heyjarvis.analytics.v1 import analytics_service_pb2 as pb
from heyjarvis.analytics.v1 import analytics_service_pb2_grpc as rpc

from services.scaler.domain.model import UNKNOWN, Reading

EVERY = 60.0
"""Seconds between questions."""
AGAIN = 5.0
"""Seconds until the next question after one without an answer."""

_log = structlog.get_logger(__name__)


class ServiceTimes:
    """The last answer of analytics."""

    def __init__(self, channel: grpc.aio.Channel, *, timeout: float, clock: Callable[[], float]) -> None:
        self._stub = rpc.AnalyticsServiceStub(channel)
        self._timeout = timeout
        self._clock = clock
        self._known: Mapping[str, float] = {}
        self._asked = 0.0

    def of(self, agent_type: str) -> Reading:
        """Seconds an attempt of this type takes; unknown when none was measured."""
        seconds = self._known.get(agent_type)
        return UNKNOWN if seconds is None else Reading(seconds, self._clock() - self._asked)

    async def run(self) -> None:
        """Asks, for ever."""
        told = False
        while True:
            asked = self._clock()
            try:
                answer = await self._stub.GetAgentStats(pb.GetAgentStatsRequest(), timeout=self._timeout)
            except grpc.aio.AioRpcError as error:
                if not told:
                    _log.warning("Durations do not come through", error=f"{error.code().name}: {error.details()}")
                told = True
                await asyncio.sleep(AGAIN)
                continue
            self._known = {
                stats.agent_type: stats.duration.mean.ToNanoseconds() / 1e9
                for stats in answer.agents
                if stats.duration.count
            }
            self._asked, told = asked, False
            await asyncio.sleep(EVERY)
