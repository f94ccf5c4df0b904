"""Moments in which two things happen at once, or what is needed is away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from chassis.errors import DeadlineExceeded, Unavailable
from services.orchestrator.domain.events import ApprovalDecided
from services.orchestrator.domain.workflow import Workflow
from services.orchestrator.gates import Gates
from services.orchestrator.planner import Planner
from services.orchestrator.store import SLOTS, AgendaStore, WorkflowStore
from tests.integration.orchestrator.conftest import MANUAL, World, Worlds, gate, task


async def test_a_retry_in_the_moment_of_the_end_is_not_forgotten(
    world: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world() as jarvis:
        release, retried = WorkflowStore.release, asyncio.Event()

        async def release_then_retry(store: WorkflowStore, workflow: Workflow, epoch: int) -> bool:
            released = await release(store, workflow, epoch)
            if released and workflow.end is not None and not retried.is_set():
                retried.set()
                await jarvis.orchestrator.RetryTask(pb.RetryTaskRequest(name=f"workflows/{workflow.id}/tasks/a"))
            return released

        monkeypatch.setattr(WorkflowStore, "release", release_then_retry)
        name = await jarvis.submit(task("a", do="refuse"))
        async with asyncio.timeout(30):
            await retried.wait()
            while (await jarvis.get(name)).tasks[0].attempt < 2:
                await asyncio.sleep(0.05)
            assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_FAILED


async def test_a_templates_service_that_does_not_answer_in_time_is_asked_again(
    world: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world() as jarvis:
        plan: Callable[..., Awaitable[Any]] = Planner.plan
        late = 0

        async def plan_late(planner: Planner, *args: Any) -> Any:
            nonlocal late
            late += 1
            if late == 1:
                raise DeadlineExceeded("Deadline Exceeded")
            return await plan(planner, *args)

        monkeypatch.setattr(Planner, "plan", plan_late)
        name = await jarvis.submit(task("a"))
        assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED


async def test_an_owner_that_dies_while_it_lets_go_loses_no_retry(
    world: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world() as jarvis:
        count_as, release = WorkflowStore.count_as, WorkflowStore.release
        retried, died = asyncio.Event(), asyncio.Event()

        async def retry_then_count(store: WorkflowStore, workflow: Workflow) -> None:
            if not retried.is_set():
                retried.set()
                await jarvis.orchestrator.RetryTask(pb.RetryTaskRequest(name=f"workflows/{workflow.id}/tasks/a"))
            await count_as(store, workflow)

        async def die_then_release(store: WorkflowStore, *args: Any) -> bool:
            if retried.is_set() and not died.is_set():
                died.set()
                raise RuntimeError("the process died here")
            return await release(store, *args)

        monkeypatch.setattr(WorkflowStore, "count_as", retry_then_count)
        monkeypatch.setattr(WorkflowStore, "release", die_then_release)
        name = await jarvis.submit(task("a", do="refuse"))
        async with asyncio.timeout(30):
            await died.wait()
            while (await jarvis.get(name)).tasks[0].attempt < 2:
                await asyncio.sleep(0.05)
            assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_FAILED


async def test_a_decision_whose_door_dies_after_the_step_waits_for_a_lease_at_most(
    world: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world() as jarvis:
        name = await _waiting_for_nobody_but_people(jarvis)
        step, call, taken = WorkflowStore.step, AgendaStore.call, asyncio.Event()

        async def step_of_the_door(store: WorkflowStore, *args: Any, **fields: Any) -> bool:
            owned = await step(store, *args, **fields)
            if any(isinstance(event, ApprovalDecided) for event in args[3]):
                taken.set()
            return owned

        async def call_unless_dead(agenda: AgendaStore, *args: Any, **fields: Any) -> None:
            if taken.is_set():
                raise Unavailable("the process died here")
            await call(agenda, *args, **fields)

        monkeypatch.setattr(WorkflowStore, "step", step_of_the_door)
        monkeypatch.setattr(AgendaStore, "call", call_unless_dead)
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        async with asyncio.timeout(20):
            assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED


async def test_a_decision_that_was_passed_over_is_found_by_the_next_owner(
    world: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world() as jarvis:
        name = await _waiting_for_nobody_but_people(jarvis)
        passed_over = asyncio.Event()

        async def pass_over(*_: Any) -> None:
            passed_over.set()

        monkeypatch.setattr(Gates, "pass_on", pass_over)
        await jarvis.decide(name, approval_pb2.DECISION_APPROVE)
        async with asyncio.timeout(20):
            await passed_over.wait()
            assert (await jarvis.get(name)).pending_approvals
            await AgendaStore(jarvis.redis).call(name.removeprefix("workflows/"))
            assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED


async def _waiting_for_nobody_but_people(jarvis: World) -> str:
    """A workflow at its first gate, which nobody owns."""
    name = await jarvis.submit(task("a"), autopilot=MANUAL, plan_gate=gate(approval_pb2.GATE_KIND_PLAN))
    await jarvis.watch(name, until="approval_requested")
    id_ = name.removeprefix("workflows/")
    async with asyncio.timeout(20):
        while await jarvis.redis.commands.hexists(f"hj:{{wf:{id_}}}:state", "owner"):
            await asyncio.sleep(0.02)
    return name


async def test_a_finished_workflow_leaves_the_agenda(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a"))
        await jarvis.finished(name)
        id_ = name.removeprefix("workflows/")
        async with asyncio.timeout(20):
            while any([await jarvis.redis.commands.zscore(f"hj:agenda:{slot}", id_) for slot in range(SLOTS)]):
                await asyncio.sleep(0.02)
