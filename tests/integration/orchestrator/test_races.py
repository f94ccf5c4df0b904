"""Moments in which two things happen at once, or what is needed is away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from chassis.errors import DeadlineExceeded
from services.orchestrator.planner import Planner
from services.orchestrator.runner import loop
from services.orchestrator.store import WorkflowStore
from services.orchestrator.store.agenda_store import SLOTS
from tests.integration.orchestrator.conftest import Worlds, task


async def test_a_retry_in_the_moment_of_the_end_is_not_forgotten(
    world: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", do="refuse"))
        release, retried = WorkflowStore.release, asyncio.Event()

        async def release_then_retry(store: WorkflowStore, *args: Any) -> bool:
            released = await release(store, *args)
            if released and not retried.is_set():
                retried.set()
                await jarvis.orchestrator.RetryTask(pb.RetryTaskRequest(name=f"{name}/tasks/a"))
            return released

        monkeypatch.setattr(WorkflowStore, "release", release_then_retry)
        async with asyncio.timeout(10):
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
            # The first is the check while submitting, the second the planning itself.
            if late == 2:
                raise DeadlineExceeded("Deadline Exceeded")
            return await plan(planner, *args)

        monkeypatch.setattr(Planner, "plan", plan_late)
        name = await jarvis.submit(task("a"))
        assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_SUCCEEDED


async def test_an_owner_that_dies_while_it_lets_go_loses_no_retry(
    world: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "LAST_LOOK", timedelta(seconds=1))
    async with world() as jarvis:
        name = await jarvis.submit(task("a", do="refuse"))
        count_as, release = WorkflowStore.count_as, WorkflowStore.release
        retried, died = asyncio.Event(), asyncio.Event()

        async def retry_then_count(store: WorkflowStore, *args: Any) -> None:
            if not retried.is_set():
                retried.set()
                await jarvis.orchestrator.RetryTask(pb.RetryTaskRequest(name=f"{name}/tasks/a"))
            await count_as(store, *args)

        async def die_then_release(store: WorkflowStore, *args: Any) -> bool:
            if not died.is_set():
                died.set()
                raise RuntimeError("the process died here")
            return await release(store, *args)

        monkeypatch.setattr(WorkflowStore, "count_as", retry_then_count)
        monkeypatch.setattr(WorkflowStore, "release", die_then_release)
        async with asyncio.timeout(20):
            await died.wait()
            while (await jarvis.get(name)).tasks[0].attempt < 2:
                await asyncio.sleep(0.05)
            assert (await jarvis.finished(name)).state == wf.WORKFLOW_STATE_FAILED


async def test_a_finished_workflow_leaves_the_agenda(world: Worlds) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a"))
        await jarvis.finished(name)
        id_ = name.removeprefix("workflows/")
        async with asyncio.timeout(5):
            while any([await jarvis.redis.commands.zscore(f"hj:agenda:{slot}", id_) for slot in range(SLOTS)]):
                await asyncio.sleep(0.02)
