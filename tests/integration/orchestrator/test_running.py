"""Workflows run: graphs, failures, gates, commands, over real sockets and a real Redis."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from google.protobuf.duration_pb2 import Duration
from heyjarvis.agents.v1 import usage_pb2
from heyjarvis.approvals.v1 import approval_pb2, approval_service_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf
from heyjarvis.templates.v1 import template_service_pb2 as templates_pb

from agent_sdk import Outcome, TaskContext, TaskError, TaskInput
from agent_sdk.errors import FailureClass
from chassis.errors import InvalidArgument
from chassis.status import peer_errors
from tests.integration.orchestrator.conftest import MANUAL, World, Worlds, gate, script_agent, task
from tests.support.agents import Echo, EchoAgent
from tests.support.rpc_errors import refused

pytestmark = pytest.mark.timeout(120)


def states(workflow: wf.Workflow) -> dict[str, str]:
    return {t.spec.id: wf.TaskState.Name(t.state).removeprefix("TASK_STATE_") for t in workflow.tasks}


@pytest.mark.redis_cluster
async def test_a_graph_runs_and_each_task_sees_what_it_rests_on(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(
            task("a", do="progress 0.5\nsay-a"), task("b", do="say-b"), task("c", "a", "b", do="input echo")
        )
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
        assert states(workflow) == {"a": "SUCCEEDED", "b": "SUCCEEDED", "c": "SUCCEEDED"}
        listed = await jarvis.orchestrator.ListArtifacts(pb.ListArtifactsRequest(parent=name))
        (artifact,) = [a for a in listed.artifacts if "/tasks/c/" in a.name]
        chunks = [m async for m in jarvis.orchestrator.GetArtifact(pb.GetArtifactRequest(name=artifact.name))]
        output = json.loads(b"".join(chunk.chunk for chunk in chunks))
        assert output["count"] == 2
        assert chunks[0].artifact.sha256 == artifact.sha256


async def test_the_agent_runs_each_attempt_once(world: Worlds) -> None:
    async with world() as jarvis:
        names = [await jarvis.submit(task("a"), task("b", "a")) for _ in range(5)]
        for name in names:
            assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED
        assert len(jarvis.agent.runs) == 10


async def test_a_permanent_failure_ends_the_workflow_with_its_reason_and_keeps_the_rest(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", do="refuse"), task("b", do="fine"), task("c", "a"))
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_FAILED
        assert states(workflow) == {"a": "FAILED", "b": "SUCCEEDED", "c": "SKIPPED"}
        assert workflow.failure.failure_class == usage_pb2.FAILURE_CLASS_PERMANENT
        assert "No such thing can be echoed" in workflow.failure.message


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
async def test_a_result_that_breaks_its_schema_fails_after_bounded_attempts(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", do="invalid", max_attempts=2))
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_FAILED
        assert workflow.failure.failure_class == usage_pb2.FAILURE_CLASS_INVALID_OUTPUT
        assert (await jarvis.kinds(name)).count("started") == 2


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
async def test_a_workflow_without_retries_says_why_nothing_is_tried_again(world: Worlds) -> None:
    async with world() as jarvis:
        workflow = await jarvis.finished(await jarvis.submit(task("a", do="invalid"), task("b"), retry_budget=0))
        assert states(workflow) == {"a": "FAILED", "b": "SUCCEEDED"}
        assert workflow.failure.reason == "RETRY_BUDGET_SPENT"
        assert (workflow.retry_budget, workflow.retries) == (0, 0)


async def test_an_attempt_that_works_longer_than_usual_is_kept_while_its_agent_lives(
    world: Worlds, measured: Callable[[float], None]
) -> None:
    measured(0.05)
    async with world(timeout_factor=1.0, timeout_floor=timedelta(seconds=1)) as jarvis:
        await jarvis.finished(await jarvis.submit(*(task(f"quick{n}") for n in range(4))))
        name = await jarvis.submit(task("a", do="hold"))
        looked = 0
        call = jarvis.orchestrator.WatchWorkflow(pb.WatchWorkflowRequest(name=name, from_start=True))
        async for message in call:
            if message.event.WhichOneof("kind") == "started":
                assert "looked at after 1 s" in message.event.started.timeout_reason
                assert "at most 20 min" in message.event.started.timeout_reason
            looked += message.event.progressed.HasField("check_time")
            if looked == 3:
                break
        call.cancel()
        jarvis.agent.go.set()
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
        assert workflow.tasks[0].attempt == 1
        assert jarvis.agent.runs.count("a/1") == 1


class Spare(EchoAgent):
    """Does without ado what others refuse."""

    card = dataclasses.replace(EchoAgent.card, type="spare")

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[Echo]:
        return await super().execute(context, dataclasses.replace(task, request="say so"))


async def test_what_an_agent_cannot_do_its_fallback_does(world: Worlds) -> None:
    spare = Spare()
    async with world() as jarvis, jarvis.start_agent(spare):
        fallback = templates_pb.Fallback(agent_type="spare", capability="shout")
        name = await jarvis.submit(task("a", do="refuse", fallback=fallback), task("b", "a"))
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
        assert workflow.tasks[0].spec.fallback == fallback
        assert workflow.tasks[0].fell_back
        assert workflow.tasks[0].instance.startswith("spare-")
        assert (jarvis.agent.runs, spare.runs) == (["a/1", "b/1"], ["a/2"])
        (event,) = [
            message.event.retry_scheduled
            for message in await jarvis.watch(name, from_start=True)
            if message.event.WhichOneof("kind") == "retry_scheduled"
        ]
        assert event.fallback == fallback


class Broken(EchoAgent):
    """Fails for a reason of its own."""

    card = dataclasses.replace(EchoAgent.card, type="broken", capacity=4)

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[Echo]:
        raise TaskError("The disk is full.", reason="DISK_FULL", failure_class=FailureClass.RETRYABLE)


async def test_an_instance_that_breaks_again_and_again_is_reported(world: Worlds) -> None:
    async with world() as jarvis, jarvis.start_agent(Broken()):
        name = await jarvis.submit(*(task(f"t{n}", agent="broken", max_attempts=1) for n in range(3)))
        assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_FAILED
        async with asyncio.timeout(20):
            while not (status := await jarvis.orchestrator.GetSystemStatus(pb.GetSystemStatusRequest())).circuits:
                await asyncio.sleep(0.01)
        (circuit,) = status.circuits
        assert circuit.instance.startswith("broken-")
        assert (circuit.agent_type, circuit.failures) == ("broken", 3)
        assert circuit.state in (pb.CIRCUIT_STATE_OPEN, pb.CIRCUIT_STATE_HALF_OPEN)


async def test_tasks_queue_when_every_place_is_taken(world: Worlds) -> None:
    async with world(capacity=1) as jarvis:
        name = await jarvis.submit(*(task(f"t{n}", do="wait 0.05") for n in range(5)))
        assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED
        assert len(jarvis.agent.runs) == 5


async def test_a_task_waits_for_an_agent_that_is_not_there_yet(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", agent="late"))
        await jarvis.watch(name, until="readied")
        async with asyncio.timeout(20):
            while [(q.agent_type, q.waiting) for q in await jarvis.queues()] != [("late", 1)]:
                await asyncio.sleep(0.01)
        async with jarvis.start_agent(script_agent("late")):
            assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED


@pytest.mark.redis_cluster
async def test_cancel_reaches_the_running_attempt_and_answers_with_its_receipt(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", do="hold"), task("b", "a"))
        await jarvis.begun()
        answer = await jarvis.orchestrator.CancelWorkflow(pb.CancelWorkflowRequest(name=name, reason="too dear"))
        assert answer.workflow.state == wf.WORKFLOW_STATE_CANCELLED
        (receipt,) = answer.receipts
        assert receipt.confirmed
        assert receipt.HasField("stop_time")
        assert jarvis.agent.stopped == ["a/1"]
        again = await jarvis.orchestrator.CancelWorkflow(pb.CancelWorkflowRequest(name=name))
        assert again.receipts == answer.receipts


async def test_an_agent_that_does_not_confirm_does_not_hold_the_cancellation(world: Worlds) -> None:
    async with world(cancel_grace=timedelta(seconds=1)) as jarvis:
        name = await jarvis.submit(task("a", do="deaf 30"))
        await jarvis.begun()
        answer = await jarvis.orchestrator.CancelWorkflow(pb.CancelWorkflowRequest(name=name))
        jarvis.agent.go.set()
        assert answer.workflow.state == wf.WORKFLOW_STATE_CANCELLED
        assert [receipt.confirmed for receipt in answer.receipts] == [False]


async def test_pause_lets_running_tasks_finish_and_resume_goes_on(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", do="hold"), task("b", "a"))
        await jarvis.watch(name, until="started")
        paused = await jarvis.orchestrator.PauseWorkflow(pb.PauseWorkflowRequest(name=name))
        assert paused.workflow.state == wf.WORKFLOW_STATE_PAUSED
        jarvis.agent.go.set()
        await jarvis.watch(name, until="succeeded")
        await asyncio.sleep(0.2)
        assert states(await jarvis.get(name)) == {"a": "SUCCEEDED", "b": "READY"}
        await jarvis.orchestrator.ResumeWorkflow(pb.ResumeWorkflowRequest(name=name))
        assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED


@pytest.mark.redis_cluster
async def test_retry_goes_on_without_repeating_what_succeeded(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a"), task("b", do="refuse"), task("c", "a", "b"))
        assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_FAILED
        before = len(jarvis.agent.runs)
        retried = await jarvis.orchestrator.RetryTask(pb.RetryTaskRequest(name=f"{name}/tasks/b", feedback="try"))
        assert retried.workflow.state == wf.WORKFLOW_STATE_RUNNING
        await jarvis.finished(name)
        assert jarvis.agent.runs[before:] == ["b/2"]


@pytest.mark.redis_cluster
async def test_gates_wait_for_people_and_a_rejection_runs_again_with_feedback(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(
            task("a", do="say", gates=[gate(approval_pb2.GATE_KIND_RESULT)]),
            autopilot=MANUAL,
            plan_gate=gate(approval_pb2.GATE_KIND_PLAN),
        )
        await jarvis.watch(name, until="approval_requested")
        assert (await jarvis.get(name)).state == wf.WORKFLOW_STATE_AWAITING_APPROVAL
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        await jarvis.watch(name, until="delivered")
        await _pending(jarvis, name)
        await jarvis.decide(name, approval_pb2.DECISION_REJECT, feedback="warmer")
        await _pending(jarvis, name, attempt=2)
        workflow = await jarvis.get(name)
        assert list(workflow.tasks[0].feedback) == ["warmer"]
        await _refused_edit(jarvis, name, b'{"said": 1, "count": "x"}')
        await jarvis.decide(name, approval_pb2.DECISION_EDIT, edited_content=b'{"said": "edited", "count": 1}')
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
        (artifact,) = workflow.tasks[0].artifacts
        chunks = [m async for m in jarvis.orchestrator.GetArtifact(pb.GetArtifactRequest(name=artifact.name))]
        assert chunks[0].chunk == b'{"said": "edited", "count": 1}'


async def _refused_edit(jarvis: World, name: str, edit: bytes) -> None:
    """An edit that breaks the agent's schema is told before it is decided, and asked about again when it was."""
    (before,) = (await jarvis.get(name)).pending_approvals
    with pytest.raises(InvalidArgument) as caught, peer_errors():
        await jarvis.orchestrator.CheckResultEdit(
            pb.CheckResultEditRequest(name=f"{name}/tasks/a", edited_content=edit)
        )
    assert caught.value.reason == "RESULT_EDIT_UNSOUND"
    assert {each.field for each in caught.value.violations} == {"said", "count"}, "all that is wrong"
    await jarvis.decide(name, approval_pb2.DECISION_EDIT, edited_content=edit)
    async with asyncio.timeout(20):
        while (pending := (await jarvis.get(name)).pending_approvals) in ([], [before]):
            await asyncio.sleep(0.02)
    asked = (await jarvis.approvals.GetApproval(approval_service_pb2.GetApprovalRequest(name=pending[0]))).approval
    assert asked.summary.startswith("The edit was not taken:\n- its result.json breaks the agent's own schema at ")


async def _pending(jarvis: World, name: str, attempt: int = 1) -> None:
    async with asyncio.timeout(20):
        while True:
            workflow = await jarvis.get(name)
            if workflow.pending_approvals and workflow.tasks[0].attempt == attempt:
                return
            await asyncio.sleep(0.02)


async def test_cancelling_takes_the_pending_question_back(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a"), autopilot=MANUAL, plan_gate=gate(approval_pb2.GATE_KIND_PLAN))
        await jarvis.watch(name, until="approval_requested")
        await jarvis.orchestrator.CancelWorkflow(pb.CancelWorkflowRequest(name=name))
        async with asyncio.timeout(20):
            while "approval_withdrawn" not in await jarvis.kinds(name):
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("kind", [approval_pb2.GATE_KIND_PLAN, approval_pb2.GATE_KIND_BEFORE_TASK])
async def test_a_gate_whose_question_was_taken_back_asks_anew_on_retry(world: Worlds, kind: int) -> None:
    async with world() as jarvis:
        plan = {"plan_gate": gate(kind)} if kind == approval_pb2.GATE_KIND_PLAN else {}
        gates = [] if plan else [gate(kind)]
        name = await jarvis.submit(task("a", gates=gates), autopilot=MANUAL, **plan)
        await _pending(jarvis, name, attempt=0)
        await jarvis.orchestrator.CancelWorkflow(pb.CancelWorkflowRequest(name=name))
        async with asyncio.timeout(20):
            while "approval_withdrawn" not in await jarvis.kinds(name):
                await asyncio.sleep(0.05)
        await jarvis.orchestrator.RetryTask(pb.RetryTaskRequest(name=f"{name}/tasks/a"))
        await _pending(jarvis, name, attempt=0)
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        async with asyncio.timeout(20):
            assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED


async def test_a_task_rejected_before_its_start_is_asked_about_again_on_retry(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", gates=[gate(approval_pb2.GATE_KIND_BEFORE_TASK)]), autopilot=MANUAL)
        await _pending(jarvis, name, attempt=0)
        await jarvis.decide(name, approval_pb2.DECISION_REJECT, feedback="not yet")
        assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_FAILED
        await jarvis.orchestrator.RetryTask(pb.RetryTaskRequest(name=f"{name}/tasks/a"))
        await _pending(jarvis, name, attempt=0)
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        async with asyncio.timeout(20):
            assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED


async def test_a_question_that_somebody_takes_back_does_not_wait_for_ever(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", gates=[gate(approval_pb2.GATE_KIND_BEFORE_TASK)]), autopilot=MANUAL)
        await _pending(jarvis, name, attempt=0)
        (approval,) = (await jarvis.get(name)).pending_approvals
        await jarvis.approvals.WithdrawApproval(approval_service_pb2.WithdrawApprovalRequest(name=approval))
        async with asyncio.timeout(20):
            workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_FAILED
        assert "without a decision" in workflow.failure.message


@pytest.mark.redis_cluster
async def test_one_agent_asks_another_and_gets_the_answer(world: Worlds) -> None:
    async with world() as jarvis, jarvis.start_agent(script_agent("sage")):
        name = await jarvis.submit(task("a", do="ask sage"))
        workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED, workflow.failure.message
        kinds = await jarvis.kinds(name)
        assert kinds.index("asked") < kinds.index("answered") < kinds.index("succeeded")


async def test_the_same_request_id_yields_the_same_workflow(world: Worlds) -> None:
    async with world() as jarvis:
        template = await jarvis.template(task("a"))
        request = pb.SubmitWorkflowRequest(
            request="A bakery", template=template, request_id="r-1", timeout=Duration(seconds=60)
        )
        first, second = await asyncio.gather(*(jarvis.orchestrator.SubmitWorkflow(request) for _ in range(2)))
        assert first.workflow.name == second.workflow.name
        brewery, sooner = pb.SubmitWorkflowRequest(), pb.SubmitWorkflowRequest()
        brewery.CopyFrom(request)
        brewery.request = "A brewery"
        sooner.CopyFrom(request)
        sooner.timeout.FromSeconds(30)
        for other in (brewery, sooner):
            error = await refused(jarvis.orchestrator.SubmitWorkflow(other))
            assert error.code.name == "ALREADY_EXISTS"
