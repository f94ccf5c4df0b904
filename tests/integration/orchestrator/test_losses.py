"""An agent or an orchestrator that goes away, in order or not, costs little."""

from __future__ import annotations

import grpc
import pytest
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from tests.integration.orchestrator.conftest import SILENCE, Worlds, script_agent, task

pytestmark = pytest.mark.timeout(120)


async def test_an_agent_that_goes_away_costs_one_more_attempt(world: Worlds) -> None:
    async with world(agent_silence=SILENCE) as jarvis:
        first = script_agent("other")
        async with jarvis.start_agent(first, drain_grace=0.0):
            name = await jarvis.submit(task("a", agent="other", do="hold"))
            await jarvis.begun(first)
        second = script_agent("other")
        second.go.set()
        async with jarvis.start_agent(second):
            workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
        assert second.runs == ["a/2"]


async def test_an_agent_that_falls_silent_is_given_up_although_its_stream_stays_open(world: Worlds) -> None:
    """As a frozen process does: no heartbeat, and connections that break only minutes later."""
    silent, second = script_agent("other"), script_agent("other")
    second.go.set()
    async with (
        world(agent_silence=SILENCE) as jarvis,
        jarvis.start_agent(silent, agent_heartbeat=3600.0, drain_grace=0.0),
    ):
        name = await jarvis.submit(task("a", agent="other", do="hold"))
        await jarvis.watch(name, until="started")
        async with jarvis.start_agent(second):
            workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
        assert second.runs == ["a/2"]


@pytest.mark.redis_cluster
@pytest.mark.parametrize("count", [1, 3])
async def test_another_orchestrator_takes_over_at_once_on_shutdown(world: Worlds, count: int) -> None:
    async with world() as jarvis:
        async with jarvis.start_orchestrator() as first, grpc.aio.insecure_channel(first.address) as channel:
            stub = rpc.OrchestratorServiceStub(channel)
            names = [await jarvis.submit(task("a", do="hold"), task("b", "a")) for _ in range(count)]
            for name in names:
                await jarvis.watch(name, until="started")
            assert (await stub.GetWorkflow(pb.GetWorkflowRequest(name=names[0]))).workflow.name == names[0]
        jarvis.agent.go.set()
        for name in names:
            assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED
        assert sorted(jarvis.agent.runs) == sorted(["a/1", "b/1"] * count)
