"""How long attempts take on average, as analytics measured it over all tenants."""

from collections.abc import Mapping

import grpc
from heyjarvis.analytics.v1 import analytics_service_pb2 as pb
from heyjarvis.analytics.v1 import analytics_service_pb2_grpc as rpc

from chassis.status import from_rpc_error


class ServiceTimes:
    """Asks analytics."""

    def __init__(self, channel: grpc.aio.Channel, *, timeout: float) -> None:
        self._stub = rpc.AnalyticsServiceStub(channel)
        self._timeout = timeout

    async def read(self) -> Mapping[str, float]:
        """Seconds by agent type, of those that were measured. Raises Unavailable when analytics does not answer."""
        try:
            answer = await self._stub.GetAgentStats(pb.GetAgentStatsRequest(), timeout=self._timeout)
        except grpc.RpcError as error:
            raise from_rpc_error(error) from error
        return {
            stats.agent_type: stats.duration.mean.ToNanoseconds() / 1e9
            for stats in answer.agents
            if stats.duration.count
        }
