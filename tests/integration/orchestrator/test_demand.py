"""What a follower of WatchDemand sees of workflows that run, wait, rest, and change hands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from heyjarvis.agents.v1 import agent_service_pb2 as agents_pb
from heyjarvis.agents.v1 import agent_service_pb2_grpc as agents_rpc
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from chassis import connect
from tests.integration.orchestrator.conftest import MANUAL, Worlds, gate, script_agent, task

Seen = Callable[[pb.AgentDemand, pb.WatchDemandResponse], bool]


async def until(stub: rpc.OrchestratorServiceStub, seen: Seen) -> pb.WatchDemandResponse:
    """The first message of which `seen` is true for the echo agents."""
    call = stub.WatchDemand(pb.WatchDemandRequest())
    try:
        async with asyncio.timeout(30):
            async for message in call:
                echo = next((each for each in message.agents if each.agent_type == "echo"), pb.AgentDemand())
                if seen(echo, message):
                    return message
    finally:
        call.cancel()
    raise AssertionError("the stream ended first")


def idle(echo: pb.AgentDemand, message: pb.WatchDemandResponse) -> bool:
    """Nothing is or will be needed."""
    return not message.agents and not message.leases and not message.planning_workflows


async def test_work_is_told_from_the_queue_to_the_end(world: Worlds) -> None:
    async with world(capacity=1) as jarvis:
        await until(jarvis.orchestrator, idle)
        name = await jarvis.submit(task("a", do="hold"), task("b", do="hold"), task("c", "a", "b"))
        message = await until(jarvis.orchestrator, lambda echo, _: (echo.running, echo.waiting) == (1, 1))
        (lease,) = message.leases
        assert (lease.instance.startswith("echo-"), lease.running) == (True, 1)
        (echo,) = message.agents
        assert echo.unfinished_workflows == 1
        assert echo.HasField("oldest_wait")
        assert [forecast.within.seconds for forecast in echo.forecasts] == [5, 10, 20, 30, 60, 120]
        assert not any(forecast.tasks for forecast in echo.forecasts), "nobody has measured an attempt yet"
        jarvis.agent.go.set()
        await jarvis.finished(name)
        await until(jarvis.orchestrator, idle)


async def test_what_was_measured_makes_a_forecast(world: Worlds) -> None:
    async with world() as jarvis:
        for _ in range(3):
            await jarvis.finished(await jarvis.submit(task("a", do="wait 0.05")))
        await jarvis.submit(task("a", do="hold"), *(task(f"b{number}", "a", do="hold") for number in range(7)))
        message = await until(jarvis.orchestrator, lambda echo, _: echo.running == 1 and echo.forecasts[0].tasks > 0)
        (echo,) = message.agents
        told = [forecast.tasks for forecast in echo.forecasts]
        assert told == sorted(told)
        assert told[-1] <= 7.0


async def test_a_workflow_that_rests_before_a_retry_is_still_foreseen(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", do="busy 55"), task("b", "a"))
        await jarvis.watch(name, until="retry_scheduled")
        await jarvis.let_go()
        message = await until(jarvis.orchestrator, lambda echo, _: not echo.running)
        (echo,) = message.agents
        assert [forecast.tasks for forecast in echo.forecasts] == [0, 0, 0, 0, 1, 1]
        assert echo.unfinished_workflows == 1


async def test_a_workflow_that_waits_for_a_person_needs_nobody(world: Worlds) -> None:
    async with world() as jarvis:
        before = gate(approval_pb2.GATE_KIND_BEFORE_TASK)
        name = await jarvis.submit(task("a", do="hold", gates=[before]), autopilot=MANUAL)
        await jarvis.watch(name, until="approval_requested")
        await until(jarvis.orchestrator, idle)
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        await until(jarvis.orchestrator, lambda echo, _: (echo.running, echo.unfinished_workflows) == (1, 1))


async def test_work_goes_around_a_cordoned_instance_until_its_lease_is_gone(world: Worlds) -> None:
    async with world() as jarvis:
        await jarvis.submit(task("a", do="hold"))
        message = await until(jarvis.orchestrator, lambda echo, _: echo.running == 1)
        (lease,) = message.leases
        await jarvis.begun()  # its place is counted before it has the work in hand
        status = await jarvis.orchestrator.GetSystemStatus(pb.GetSystemStatusRequest())
        (instance,) = status.agents
        async with connect(instance.endpoint) as channel:
            drain = agents_pb.DrainRequest(drain_id="scale-down", ttl=Duration(seconds=60))
            answer = await agents_rpc.AgentServiceStub(channel).Drain(drain)
        assert (answer.accepting, answer.in_hand) == (False, 1)
        name = await jarvis.submit(task("b"))
        await until(jarvis.orchestrator, lambda echo, _: (echo.running, echo.waiting) == (1, 1))
        async with jarvis.start_agent(script_agent("echo")):
            assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED
            assert len(jarvis.agent.runs) == 1, "the cordoned one was given nothing more"
            jarvis.agent.go.set()
            await until(
                jarvis.orchestrator, lambda _, message: lease.instance not in {x.instance for x in message.leases}
            )


async def test_the_lease_table_goes_over_with_the_workflow(world: Worlds) -> None:
    async with world(max_owned=1, lease=timedelta(seconds=10)) as jarvis:
        await jarvis.submit(task("a", do="hold"))
        await until(jarvis.orchestrator, lambda echo, _: echo.running == 1)
        # The first orchestrator has its fill, so others get what comes now.
        async with jarvis.start_orchestrator(max_owned=10) as second, connect(second.address) as channel:
            await jarvis.submit(task("a", do="hold"), task("b", "a"))
            held = await until(rpc.OrchestratorServiceStub(channel), lambda echo, _: echo.running == 1)
        await until(jarvis.orchestrator, lambda _, message: message.unclaimed_workflows == 1)
        async with jarvis.start_orchestrator(max_owned=10) as third, connect(third.address) as channel:
            taken = await until(rpc.OrchestratorServiceStub(channel), lambda echo, _: echo.running == 1)
            assert taken.leases == held.leases
            assert taken.orchestrator != held.orchestrator
            await until(jarvis.orchestrator, lambda _, message: message.unclaimed_workflows == 0)
