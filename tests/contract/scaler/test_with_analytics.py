"""How long attempts take comes from analytics, over all tenants; a queue is worth what clears it in time."""

import asyncio
from collections.abc import Sequence

import grpc
from heyjarvis.analytics.v1 import analytics_service_pb2 as analytics_calls
from heyjarvis.analytics.v1 import analytics_service_pb2_grpc as analytics_rpc
from heyjarvis.scaler.v1 import scaler_service_pb2 as calls
from pydantic import SecretStr

from chassis.server import running
from services.analytics.__main__ import analytics
from services.analytics.settings import Settings as AnalyticsSettings
from tests.contract.scaler.conftest import ScalerStart
from tests.support.event_stream import whole


async def test_measured_durations_size_the_queue(start: ScalerStart, redis_url: str) -> None:
    async with (
        running(analytics, AnalyticsSettings(redis_url=SecretStr(redis_url)), name="analytics") as measuring,
        grpc.aio.insecure_channel(measuring.address) as channel,
    ):
        async with start() as unaware:
            await whole("w1").write(unaware.redis.commands)
            await unaware.has("branding", 0)
            await unaware.needs("branding", 6, 0, 1)
            assert (await unaware.explains("branding")).decision.desired_replicas == 2
        stub = analytics_rpc.AnalyticsServiceStub(channel)
        async with asyncio.timeout(20):
            # The agent is known from the first event of its task, its duration only from the last.
            while not any(agent.duration.count for agent in await _measured(stub)):
                await asyncio.sleep(0.02)
        async with start(analytics_address=measuring.address) as server:
            await server.has("branding", 0)
            await server.needs("branding", 6, 0, 1)
            async with asyncio.timeout(20):
                # Analytics is asked beside the deciding, never before it.
                while "service_time" not in (known := _known((await server.explains("branding")).decision)):
                    await asyncio.sleep(0.02)
            assert known["service_time"] == 10
            decision = (await server.explains("branding")).decision
            # Six tasks of ten seconds are cleared in fifteen by four slots.
            assert "queued (worth 4 slots)" in decision.steps[0].note


async def _measured(stub: analytics_rpc.AnalyticsServiceStub) -> Sequence[analytics_calls.AgentStats]:
    return (await stub.GetAgentStats(analytics_calls.GetAgentStatsRequest())).agents


def _known(decision: calls.ScalingDecision) -> dict[str, float]:
    return {one.name: one.value for one in decision.inputs if one.HasField("value")}
