"""WatchDemand, as a scaler on the wire sees it: who may follow it, what a message holds."""

from __future__ import annotations

import asyncio

import grpc
import pytest
from grpc import StatusCode
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc

from chassis import connect
from tests.contract.orchestrator.conftest import SERVICE, Scene
from tests.support.rpc_errors import refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _when_settled(channel: grpc.aio.Channel) -> pb.WatchDemandResponse:
    """The first message after every workflow that only waits was let go of, and those nobody owns were counted."""
    call = rpc.OrchestratorServiceStub(channel).WatchDemand(pb.WatchDemandRequest())
    try:
        async with asyncio.timeout(20):
            async for message in call:
                settled = [demand.unfinished_workflows for demand in message.agents] == [1]
                if settled and message.HasField("unclaimed_workflows"):
                    return message
        raise AssertionError("the stream ended first")
    finally:
        call.cancel()


async def test_a_service_hears_of_all_tenants(scene: Scene) -> None:
    async with connect(scene.office.addresses["orchestrator"], token=SERVICE) as channel:
        message = await _when_settled(channel)
    assert message.orchestrator.startswith("orchestrator-")
    assert message.HasField("time")
    (echo,) = message.agents
    # Of Ana's workflows one holds an agent, one has ended, and one waits for a person, so that nobody owns it.
    assert (echo.agent_type, echo.running, echo.waiting, echo.unfinished_workflows) == ("echo", 1, 0, 1)
    assert not echo.HasField("oldest_wait")
    (lease,) = message.leases
    held = (await scene.ana.get(scene.held)).tasks[1]
    assert (lease.instance, lease.running) == (held.instance, 1)
    assert message.planning_workflows == 0


async def test_nobody_else_may_follow_it(scene: Scene) -> None:
    error = await refused(scene.ana.orchestrator.WatchDemand(pb.WatchDemandRequest()).read())
    assert (error.code, error.info.reason) == (StatusCode.PERMISSION_DENIED, "SERVICES_ONLY")
