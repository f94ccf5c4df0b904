"""Cancelling reaches the model's socket, on every agent, also one that was away; the model server's ledger judges.

The model is told to write for minutes, so a call that ends within seconds was hung up on.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from heyjarvis.agents.v1 import agent_service_pb2 as agents
from heyjarvis.agents.v1 import agent_service_pb2_grpc as agents_rpc
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import event_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf
from heyjarvis.templates.v1 import template_service_pb2 as templates
from heyjarvis.templates.v1 import template_service_pb2_grpc as templates_rpc

from tests.support.local_system import LocalHeyJarvis

FULL = approval_pb2.AUTOPILOT_MODE_FULL
Stub = rpc.OrchestratorServiceStub
SOON = 20.0
"""Seconds within which a call has to end; the promise is two, the answer would take minutes, and machines are busy."""
DEADLINE = 12
"""Seconds of a workflow or a task after which the model has been asked long ago, on a busy machine too."""
STANDARD, PITCH = "templates/standard-business", "templates/investor-pitch"
ASKING = {
    "market_research": ("market-research", STANDARD),
    "branding": ("branding", STANDARD),
    "business_plan": ("business-plan", STANDARD),
    "reviewer": ("review", STANDARD),
    "pitch_deck": ("pitch-deck", PITCH),
}
"""Every shipped agent that asks a model, and a task of it with its template."""

pytestmark = pytest.mark.timeout(300)


async def submit(stub: Stub, template: str = STANDARD, timeout: float | None = None) -> str:
    asked = pb.SubmitWorkflowRequest(request="A bakery in Lisbon", template=template, autopilot=FULL)
    if timeout is not None:
        asked.timeout.FromTimedelta(timedelta(seconds=timeout))
    return (await stub.SubmitWorkflow(asked, timeout=60, wait_for_ready=True)).workflow.name


def writing(system: LocalHeyJarvis, task: str) -> list[dict[str, object]]:
    """The calls of a task."""
    return [call for call in system.calls() if call["task"] == task]


async def until_asked(system: LocalHeyJarvis, *tasks: str) -> None:
    async with asyncio.timeout(60):
        while not all(any(not call["ended"] for call in writing(system, task)) for task in tasks):
            await asyncio.sleep(0.05)


async def over(system: LocalHeyJarvis, task: str) -> list[dict[str, object]]:
    """The calls of a task, once all of them have ended."""
    async with asyncio.timeout(60):
        while not all(call["ended"] for call in writing(system, task)):
            await asyncio.sleep(0.05)
    return writing(system, task)


async def hung_up(system: LocalHeyJarvis, task: str, since: float) -> float:
    """Waits for the end of a task's calls; the seconds it took since a moment (Unix time)."""
    last = (await over(system, task))[-1]
    assert last["outcome"] == "client_disconnected", last
    return float(str(last["ended"])) - since


async def ended(stub: Stub, name: str) -> wf.Workflow:
    async with asyncio.timeout(100):
        while True:
            found = await stub.GetWorkflow(pb.GetWorkflowRequest(name=name), wait_for_ready=True)
            if found.workflow.HasField("end_time"):
                return found.workflow
            await asyncio.sleep(0.1)


async def receipts(stub: Stub, name: str, *, confirmed: bool) -> list[pb.CancelReceipt]:
    """The receipts, once all of them are confirmed."""
    async with asyncio.timeout(60):
        while True:
            found = await stub.GetWorkflow(pb.GetWorkflowRequest(name=name), wait_for_ready=True)
            if not confirmed or all(receipt.confirmed for receipt in found.receipts):
                return list(found.receipts)
            await asyncio.sleep(0.1)


async def run_log(stub: Stub, name: str, kind: str) -> list[event_pb2.WorkflowEvent]:
    """The events of a kind, of a workflow that has ended."""
    call = stub.WatchWorkflow(pb.WatchWorkflowRequest(name=name, from_start=True), wait_for_ready=True)
    return [m.event async for m in call if m.HasField("event") and m.event.WhichOneof("kind") == kind]


async def came_back(stub: Stub, name: str) -> list[event_pb2.WorkflowEvent]:
    """What is on record of attempts that came back, once the last word of one is."""
    async with asyncio.timeout(60):
        while True:
            events = await run_log(stub, name, "came_back")
            if events and events[-1].came_back.heard == event_pb2.LAST_WORD_CANCELLED:
                return events
            await asyncio.sleep(0.1)


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """A process that stands still within the block."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def template(system: LocalHeyJarvis, *tasks: templates.TaskSpec) -> AsyncIterator[str]:
    """A template of its own."""
    async with grpc.aio.insecure_channel(system.address("templates")) as channel:
        stub = templates_rpc.TemplateServiceStub(channel)
        asked = templates.CreateTemplateRequest(
            template_id=f"cancelling-{time.time_ns()}", template=templates.Template(title="Test", tasks=tasks)
        )
        name = (await stub.CreateTemplate(asked, timeout=10)).template.name
        try:
            yield name
        finally:
            await stub.DeleteTemplate(templates.DeleteTemplateRequest(name=name), timeout=10)


async def test_every_agent_that_asks_a_model_is_tested_here(system: LocalHeyJarvis, orchestrator: Stub) -> None:
    started = set(system.state["agents"].values())
    async with asyncio.timeout(30):
        while True:
            status = await orchestrator.GetSystemStatus(pb.GetSystemStatusRequest())
            if started <= {instance.endpoint for instance in status.agents}:
                break
            await asyncio.sleep(0.1)
    asking = set()
    for instance in status.agents:
        async with grpc.aio.insecure_channel(instance.endpoint) as channel:
            card = (await agents_rpc.AgentServiceStub(channel).Describe(agents.DescribeRequest(), timeout=10)).card
            if card.uses_model:
                asking.add(card.type)
    assert asking == ASKING.keys()


@pytest.mark.parametrize(("task", "template"), ASKING.values())
async def test_cancelling_hangs_up_on_the_model(
    system: LocalHeyJarvis, orchestrator: Stub, task: str, template: str
) -> None:
    system.fault({"match": {"task": task}, "times": 100, "action": {"slow_stream": 2000}})
    name = await submit(orchestrator, template)
    await until_asked(system, task)
    asked = time.time()
    answer = await orchestrator.CancelWorkflow(pb.CancelWorkflowRequest(name=name, reason="too dear"))
    assert await hung_up(system, task, asked) < SOON
    assert answer.workflow.state == wf.WORKFLOW_STATE_CANCELLED
    receipt = next(each for each in answer.receipts if each.task.endswith(f"/{task}"))
    assert receipt.confirmed
    assert asked - 1 < receipt.stop_time.ToNanoseconds() / 1e9 < asked + SOON
    assert receipt.usage.calls > 0
    assert receipt.HasField("usage_after_request")
    assert receipt.usage_after_request.output_tokens <= receipt.usage.output_tokens


async def test_an_agent_that_was_away_when_the_cancel_came_hangs_up_when_it_is_back(
    system: LocalHeyJarvis, orchestrator: Stub
) -> None:
    system.fault({"match": {"task": "branding"}, "times": 100, "action": {"slow_stream": 2000}})
    name = await submit(orchestrator)
    await until_asked(system, "branding")
    (pid,) = system.pids("services.agents.branding")
    with frozen(pid):
        answer = await orchestrator.CancelWorkflow(pb.CancelWorkflowRequest(name=name, reason="too dear"), timeout=60)
        outstanding = [receipt for receipt in answer.receipts if not receipt.confirmed]
        assert [receipt.task for receipt in outstanding] == [f"{name}/tasks/branding"]
        assert answer.workflow.state == wf.WORKFLOW_STATE_CANCELLED
        assert any(not call["ended"] for call in writing(system, "branding"))
        back = time.time()
    assert await hung_up(system, "branding", back) < SOON
    late = next(r for r in await receipts(orchestrator, name, confirmed=True) if r.task.endswith("/branding"))
    assert late.stop_time.ToNanoseconds() / 1e9 > back - 1
    assert late.usage.calls > 0
    assert late.HasField("usage_after_request")
    await came_back(orchestrator, name)
    workflow = (await orchestrator.GetWorkflow(pb.GetWorkflowRequest(name=name))).workflow
    (task,) = [each for each in workflow.tasks if each.spec.id == "branding"]
    assert task.waste == task.usage, "all that a cancelled task consumed is waste"


async def test_a_zombie_is_stopped_refused_and_booked_while_the_next_attempt_works(
    system: LocalHeyJarvis, orchestrator: Stub
) -> None:
    system.fault({"match": {"task": "only", "attempt": "1"}, "times": 100, "action": {"slow_stream": 2000}})
    async with template(system, templates.TaskSpec(id="only", title="Only", agent_type="branding")) as recipe:
        name = await submit(orchestrator, recipe)
        await until_asked(system, "only")
        (pid,) = system.pids("services.agents.branding")
        with frozen(pid):
            async with asyncio.timeout(60):
                while True:
                    found = (await orchestrator.GetWorkflow(pb.GetWorkflowRequest(name=name))).workflow
                    if found.tasks[0].state != wf.TASK_STATE_RUNNING:
                        break
                    await asyncio.sleep(0.1)
            back = time.time()
        workflow = await ended(orchestrator, name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED, workflow.failure.message
        assert workflow.tasks[0].attempt == 2
        # The second attempt may end before the first one has told all.
        events = await came_back(orchestrator, name)
        workflow = (await orchestrator.GetWorkflow(pb.GetWorkflowRequest(name=name))).workflow
        first = [call for call in await over(system, "only") if call["attempt"] == "1"]
        assert {call["outcome"] for call in first} == {"client_disconnected"}
        assert float(str(first[0]["ended"])) - back < SOON
        assert {event.attempt for event in events} == {1}
        assert sum(event.came_back.usage.calls for event in events) == workflow.waste.calls == len(first)


async def test_an_orchestrator_that_takes_over_cancels_what_runs(system: LocalHeyJarvis, orchestrator: Stub) -> None:
    system.fault({"match": {}, "times": 100, "action": {"slow_stream": 2000}})
    name = await submit(orchestrator)
    await until_asked(system, "branding", "market-research")
    killed = system.kill("services.orchestrator")
    system.wait_restarted("services.orchestrator", killed)
    asked = time.time()
    answer = await orchestrator.CancelWorkflow(
        pb.CancelWorkflowRequest(name=name, reason="too dear"), timeout=60, wait_for_ready=True
    )
    for task in ("branding", "market-research"):
        # The dead one's lease has to end first.
        assert await hung_up(system, task, asked) < 2 * SOON
    found = await receipts(orchestrator, answer.workflow.name, confirmed=True)
    assert {receipt.task.rpartition("/")[2] for receipt in found} == {"branding", "market-research"}


async def test_an_orchestrator_started_later_stops_what_the_one_before_gave_up(
    system: LocalHeyJarvis, orchestrator: Stub
) -> None:
    system.fault({"match": {"task": "branding"}, "times": 100, "action": {"slow_stream": 2000}})
    name = await submit(orchestrator)
    await until_asked(system, "branding")
    (pid,) = system.pids("services.agents.branding")
    with frozen(pid):
        await orchestrator.CancelWorkflow(pb.CancelWorkflowRequest(name=name, reason="too dear"), timeout=60)
        killed = system.kill("services.orchestrator")
        system.wait_restarted("services.orchestrator", killed)
        await orchestrator.GetSystemStatus(pb.GetSystemStatusRequest(), wait_for_ready=True, timeout=60)
        back = time.time()
    assert await hung_up(system, "branding", back) < SOON
    assert all(receipt.confirmed for receipt in await receipts(orchestrator, name, confirmed=True))


async def test_a_workflows_deadline_hangs_up_and_leaves_receipts(system: LocalHeyJarvis, orchestrator: Stub) -> None:
    system.fault({"match": {}, "times": 100, "action": {"slow_stream": 2000}})
    begun = time.time()
    name = await submit(orchestrator, timeout=DEADLINE)
    await until_asked(system, "branding", "market-research")
    for task in ("branding", "market-research"):
        assert await hung_up(system, task, begun + DEADLINE) < SOON
    workflow = await ended(orchestrator, name)
    assert workflow.state == wf.WORKFLOW_STATE_CANCELLED
    found = {r.task.rpartition("/")[2]: r for r in await receipts(orchestrator, name, confirmed=True)}
    assert found.keys() == {"branding", "market-research"}
    # An agent's own deadline may be quicker than the word of the orchestrator; what came after is not known then.
    assert all(receipt.HasField("stop_time") for receipt in found.values())
    logged = {event.task: event.cancelled for event in await run_log(orchestrator, name, "cancelled")}
    assert all(logged[task].confirmed and logged[task].usage.calls for task in found)


async def test_a_tasks_timeout_hangs_up(system: LocalHeyJarvis, orchestrator: Stub) -> None:
    system.fault({"match": {}, "times": 100, "action": {"slow_stream": 2000}})
    spec = templates.TaskSpec(
        id="only", title="Only", agent_type="branding", timeout=Duration(seconds=DEADLINE), max_attempts=1
    )
    async with template(system, spec) as recipe:
        name = await submit(orchestrator, recipe)
        await until_asked(system, "only")
        assert await hung_up(system, "only", time.time()) < DEADLINE + SOON
        workflow = await ended(orchestrator, name)
        assert workflow.state == wf.WORKFLOW_STATE_FAILED
        assert workflow.failure.reason == "ATTEMPT_DEADLINE"
        assert workflow.waste.calls == 1
