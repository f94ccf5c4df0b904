"""Redis goes away and comes back: the scaler waits, tells callers so, and goes on where it was."""

import asyncio
from pathlib import Path

import grpc
from heyjarvis.agents.v1 import agent_service_pb2 as agents
from heyjarvis.scaler.v1 import scaler_service_pb2 as calls
from heyjarvis.scaler.v1 import scaler_service_pb2_grpc as rpc
from pydantic import SecretStr

from agent_sdk.registry import AgentRegistry
from chassis.redis import open_redis
from chassis.server import running
from services.scaler.__main__ import scaler
from services.scaler.settings import Settings
from tests.support.redis_server import durable_redis
from tests.support.rpc_errors import refused


async def newest(stub: rpc.ScalerServiceStub, mode: calls.ScalingMode, *, after: int = 0) -> calls.ScalingDecision:
    async with asyncio.timeout(20):
        while True:
            found = (await stub.ListDecisions(calls.ListDecisionsRequest(page_size=1))).decisions
            if found and found[0].sequence > after and found[0].mode == mode:
                return found[0]
            await asyncio.sleep(0.05)


async def test_a_redis_restart_loses_no_policy_and_no_decision(tmp_path: Path) -> None:
    with durable_redis(tmp_path) as server:
        settings = Settings(
            redis_url=SecretStr(server.url),
            orchestrator_address="127.0.0.1:9",
            analytics_address="127.0.0.1:9",
            input_timeout=0.2,
            tick=0.1,
            drain_grace=1.0,
        )
        async with (
            open_redis(server.url) as redis,
            running(scaler, settings, name="scaler") as host,
            grpc.aio.insecure_channel(host.address) as channel,
        ):
            stub = rpc.ScalerServiceStub(channel)
            instance = agents.AgentInstance(
                instance="branding-1", type="branding", state=agents.AGENT_STATE_READY, capacity=4
            )
            await AgentRegistry(redis).announce(instance)
            first = await newest(stub, calls.SCALING_MODE_OBSERVE)
            pause = calls.PauseScalingRequest(agent_type="branding", reason="a release")
            await stub.PauseScaling(pause)
            held = await newest(stub, calls.SCALING_MODE_PAUSED, after=first.sequence)

            await asyncio.to_thread(server.kill)
            error = await refused(stub.ListDecisions(calls.ListDecisionsRequest()))
            assert error.code is grpc.StatusCode.UNAVAILABLE
            await asyncio.sleep(0.3)
            await asyncio.to_thread(server.start)

            await stub.ResumeScaling(calls.ResumeScalingRequest(agent_type="branding"))
            await newest(stub, calls.SCALING_MODE_OBSERVE, after=held.sequence)
            assert host.exit_code == 0
