"""Whole workflows on real processes, driven through public rpcs alone; the model server's ledger is the judge."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import grpc
import pytest
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from tests.support.local_system import LocalHeyJarvis

pytestmark = pytest.mark.timeout(300)
FULL = approval_pb2.AUTOPILOT_MODE_FULL
Stub = rpc.OrchestratorServiceStub


async def submit(stub: Stub, request: str, template: str = "templates/standard-business") -> str:
    asked = pb.SubmitWorkflowRequest(request=request, template=template, autopilot=FULL)
    return (await stub.SubmitWorkflow(asked, timeout=60, wait_for_ready=True)).workflow.name


async def finished(stub: Stub, name: str) -> wf.Workflow:
    """Follows a workflow through restarts of the orchestrator until it has ended."""
    cursor = ""
    async with asyncio.timeout(120):
        while True:
            call = stub.WatchWorkflow(pb.WatchWorkflowRequest(name=name, cursor=cursor), wait_for_ready=True)
            try:
                async for message in call:
                    cursor = message.cursor
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.UNAVAILABLE:
                    raise
            workflow = (await stub.GetWorkflow(pb.GetWorkflowRequest(name=name), wait_for_ready=True)).workflow
            if workflow.HasField("end_time"):
                return workflow


async def content(stub: Stub, name: str) -> bytes:
    return b"".join([m.chunk async for m in stub.GetArtifact(pb.GetArtifactRequest(name=name))])


def repeated(calls: list[dict[str, object]]) -> list[tuple[object, ...]]:
    """Model calls that were made more than once for the same purpose of the same task."""
    counts = Counter((call["workflow"], call["task"], call["purpose"]) for call in calls)
    return [what for what, count in counts.items() if count > 1]


async def test_a_request_becomes_a_dossier_that_says_it_is_simulated(
    system: LocalHeyJarvis, orchestrator: Stub
) -> None:
    name = await submit(orchestrator, "Create an AI-powered fitness coaching app")
    workflow = await finished(orchestrator, name)
    assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED, workflow.failure.message
    assert workflow.simulated
    listed = await orchestrator.ListArtifacts(pb.ListArtifactsRequest(parent=name))
    by_file = {artifact.name.rpartition("/")[2]: artifact for artifact in listed.artifacts}
    assert {"dossier.html", "dossier.md", "logo.svg", "market-research.md", "business-plan.md"} <= by_file.keys()
    page = (await content(orchestrator, by_file["dossier.html"].name)).decode()
    assert "<svg" in page
    assert "imulated" in page
    assert workflow.usage.calls == len(system.calls())
    assert not repeated(system.calls())


async def test_two_requests_become_two_different_dossiers(orchestrator: Stub) -> None:
    pages = []
    for request in ("Create an AI-powered fitness coaching app", "Open a zero-waste bakery in Lisbon"):
        name = await submit(orchestrator, request)
        workflow = await finished(orchestrator, name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED, workflow.failure.message
        pages.append((await content(orchestrator, f"{name}/tasks/dossier/artifacts/dossier.md")).decode())
    lines = [set(filter(None, page.splitlines())) for page in pages]
    assert len(lines[0] & lines[1]) < 0.5 * min(map(len, lines))


async def test_every_cut_and_resumed_stream_equals_the_run_log(orchestrator: Stub) -> None:
    """Thirty workflows at once, each watched by somebody whose connection breaks at random points."""
    names = await asyncio.gather(*(submit(orchestrator, f"Request number {n}") for n in range(30)))
    watched = await asyncio.gather(*(_watch_with_cuts(orchestrator, name, seed) for seed, name in enumerate(names)))
    for name, seen in zip(names, watched, strict=True):
        call = orchestrator.WatchWorkflow(pb.WatchWorkflowRequest(name=name, from_start=True))
        log = [message async for message in call]
        assert [m.cursor for m in log] == [f"{name.partition('/')[2]}:{n}" for n in range(1, len(log) + 1)]
        first = int(seen[0].cursor.rpartition(":")[2])
        assert seen[0].WhichOneof("kind") == "snapshot"
        assert list(seen[1:]) == log[first:], f"{name}: a watcher saw something else than the run log"


async def _watch_with_cuts(stub: Stub, name: str, seed: int) -> list[pb.WatchWorkflowResponse]:
    chance = random.Random(seed)
    seen: list[pb.WatchWorkflowResponse] = []
    async with asyncio.timeout(200):
        while True:
            cursor = seen[-1].cursor if seen else ""
            call = stub.WatchWorkflow(pb.WatchWorkflowRequest(name=name, cursor=cursor))
            left = chance.randint(1, 12)
            try:
                async for message in call:
                    seen.append(message)
                    if message.WhichOneof("kind") == "event" and message.event.WhichOneof("kind") == "ended":
                        return seen
                    if message.WhichOneof("kind") == "snapshot" and message.snapshot.HasField("end_time"):
                        return seen
                    left -= 1
                    if left == 0:
                        break
            finally:
                call.cancel()


async def test_a_killed_orchestrator_costs_no_second_model_call(system: LocalHeyJarvis, orchestrator: Stub) -> None:
    system.fault({"match": {}, "times": 100, "action": {"delay": 1500}})
    names = [await submit(orchestrator, request) for request in ("A bakery in Lisbon", "A dog walking app")]
    async with asyncio.timeout(60):
        while sum(not call["ended"] for call in system.calls()) < 3:
            await asyncio.sleep(0.05)
    killed = system.kill("services.orchestrator")
    system.wait_restarted("services.orchestrator", killed)
    for name in names:
        workflow = await finished(orchestrator, name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED, workflow.failure.message
        assert {task.attempt for task in workflow.tasks} == {1}
    assert not repeated(system.calls())


async def test_cancelling_hangs_up_on_the_model(system: LocalHeyJarvis, orchestrator: Stub) -> None:
    system.fault({"match": {}, "times": 100, "action": {"delay": 30_000}})
    name = await submit(orchestrator, "A bakery in Lisbon")
    async with asyncio.timeout(60):
        while sum(not call["ended"] for call in system.calls()) < 2:
            await asyncio.sleep(0.05)
    answer = await orchestrator.CancelWorkflow(pb.CancelWorkflowRequest(name=name, reason="too dear"))
    assert answer.workflow.state == wf.WORKFLOW_STATE_CANCELLED
    assert [receipt.confirmed for receipt in answer.receipts] == [True, True]
    async with asyncio.timeout(60):
        while not all(call["ended"] for call in system.calls()):
            await asyncio.sleep(0.05)
    assert {call["outcome"] for call in system.calls()} == {"client_disconnected"}


async def test_a_killed_agent_costs_one_more_attempt(system: LocalHeyJarvis, orchestrator: Stub) -> None:
    system.fault({"match": {"task": "branding"}, "times": 1, "action": {"delay": 30_000}})
    name = await submit(orchestrator, "A bakery in Lisbon", template="templates/brand-identity")
    async with asyncio.timeout(60):
        while not any(call["task"] == "branding" and not call["ended"] for call in system.calls()):
            await asyncio.sleep(0.05)
    killed = system.kill("services.agents.branding")
    system.wait_restarted("services.agents.branding", killed)
    workflow = await finished(orchestrator, name)
    assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED, workflow.failure.message
    assert {task.spec.id: task.attempt for task in workflow.tasks}["branding"] == 2


async def test_an_orchestrator_killed_while_planning_leaves_a_plan_made_once(
    system: LocalHeyJarvis, orchestrator: Stub
) -> None:
    planning = {"purpose": "plan workflow"}
    unsound = '{"template": "", "reason": "r", "tasks": []}'
    system.fault({"match": planning, "action": {"text": unsound}}, {"match": planning, "action": {"delay": 30_000}})
    name = await submit(orchestrator, "Create an AI-powered fitness coaching app", template="")
    async with asyncio.timeout(60):
        while sum(call["purpose"] == "plan workflow" for call in system.calls()) < 2:
            await asyncio.sleep(0.05)
    killed = system.kill("services.orchestrator")
    system.wait_restarted("services.orchestrator", killed)
    workflow = await finished(orchestrator, name)
    assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED, workflow.failure.message
    log = [m.event async for m in orchestrator.WatchWorkflow(pb.WatchWorkflowRequest(name=name, from_start=True))]
    kinds = [event.WhichOneof("kind") for event in log]
    assert kinds.count("planned") == 1
    assert [bool(event.plan_drafted.problems) for event in log if event.WhichOneof("kind") == "plan_drafted"] == [
        True,
        False,
    ]
    calls = system.calls()
    assert sum(call["purpose"] == "plan workflow" for call in calls) == 3
    first_task = min(call["arrived"] for call in calls if call["task"])
    assert first_task > max(call["arrived"] for call in calls if call["purpose"] == "plan workflow")
    assert workflow.simulated
    assert workflow.plan_reason.startswith("Simulated")
