"""What zombies consumed is booked on a real Redis: once, by whoever hears it, also after the end of the workflow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import usage_pb2

from agent_sdk.names import AttemptKey
from chassis.redis import RedisAccess, open_redis
from chassis.tasks import end_tasks
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.decision import Decision
from services.orchestrator.domain.events import AttemptCameBack, Event
from services.orchestrator.domain.outcomes import NOTHING, FailureClass
from services.orchestrator.domain.workflow import Workflow, WorkflowState
from services.orchestrator.door import Door
from services.orchestrator.late import LateReports
from services.orchestrator.purse import Purse
from services.orchestrator.store import AgendaStore, SpendingStore, WorkflowStore
from tests.unit.orchestrator.workflows import NOW, failing, plan, result, spec, start_command, submission

ZOMBIE = AttemptKey("wf-1", "t", 1)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    async with open_redis(redis_url) as access:
        yield access


@pytest.fixture
def store(redis: RedisAccess) -> WorkflowStore:
    return WorkflowStore(redis, log_length=100, retention=timedelta(days=1))


@asynccontextmanager
async def listening(redis: RedisAccess, store: WorkflowStore) -> AsyncIterator[LateReports]:
    """The late reports of one orchestrator process."""
    lease = timedelta(seconds=10)
    purse = Purse(store=SpendingStore(redis), default=None, by_tenant={})
    door = Door(store=store, agenda=AgendaStore(redis), now=lambda: NOW, lease=lease, max_unfinished=10, purse=purse)
    late = LateReports(door)
    running = asyncio.create_task(late.run())
    try:
        yield late
    finally:
        await end_tasks([running])


async def superseded(store: WorkflowStore, *, ended: bool) -> Workflow:
    """A workflow on record whose first attempt was lost and whose second works, or has made the result."""
    begun = submit(submission())
    workflow, events = begun.workflow, list[Event]()

    def then(decision: Decision) -> Workflow:
        events.extend(decision.events)
        return decision.workflow

    workflow = then(decide(workflow, cmd.AdoptPlan(plan=plan(spec("t")), title=""), NOW))
    workflow = then(decide(workflow, start_command("t"), NOW))
    gone = failing(workflow, "t", FailureClass.LOST).failure
    workflow = then(decide(workflow, cmd.Fail(task="t", attempt=1, failure=gone, usage=NOTHING), NOW))
    later = NOW + timedelta(minutes=5)
    workflow = then(decide(workflow, cmd.Tick(), later))
    workflow = then(decide(workflow, start_command("t"), later))
    if ended:
        workflow = then(decide(workflow, cmd.Succeed(task="t", attempt=2, result=result()), later))
    await store.create(begun.workflow, begun.events[0])
    await store.step(begun.workflow, 0, workflow, events, token="all")
    return workflow


def told(tokens: int, workflow: str = "wf-1") -> pb.WorkResponse:
    usage = usage_pb2.Usage(output_tokens=tokens, calls=1, cost_usd=tokens / 1000)
    ref = pb.AttemptRef(task=f"workflows/{workflow}/tasks/t", attempt=1)
    return pb.WorkResponse(result=pb.Result(ref=ref, usage=usage))


async def heard(late: LateReports, message: pb.WorkResponse, key: AttemptKey = ZOMBIE) -> None:
    """Returns when the agent may forget it."""
    booked = asyncio.Event()
    late.hear(key, message, booked.set)
    await asyncio.wait_for(booked.wait(), 20)


async def in_the_log(store: WorkflowStore) -> list[AttemptCameBack]:
    return [event for _, event in await store.read_log("wf-1", 0, limit=100) if isinstance(event, AttemptCameBack)]


@pytest.mark.parametrize("ended", [False, True])
async def test_two_orchestrators_that_hear_the_same_book_it_once(
    redis: RedisAccess, store: WorkflowStore, ended: bool
) -> None:
    before = await superseded(store, ended=ended)
    async with listening(redis, store) as one, listening(redis, store) as two:
        for _ in range(2):
            await asyncio.gather(heard(one, told(120)), heard(two, told(120)))
    stored = await store.load("wf-1")
    assert stored is not None
    after = stored.workflow
    assert (after.state, after.tasks["t"].result) == (before.state, before.tasks["t"].result), "it replaces nothing"
    assert after.waste.output_tokens - before.waste.output_tokens == 120
    assert [event.usage.output_tokens for event in await in_the_log(store)] == [120]


async def test_an_outcome_is_not_overtaken_by_the_progress_before_it(redis: RedisAccess, store: WorkflowStore) -> None:
    await superseded(store, ended=False)
    progress = pb.WorkResponse(progress=pb.Progress(usage=usage_pb2.Usage(output_tokens=50, calls=1, cost_usd=0.05)))
    async with listening(redis, store) as late:
        booked = asyncio.Event()
        late.hear(ZOMBIE, told(120), booked.set)
        late.hear(ZOMBIE, progress, lambda: None)
        await asyncio.wait_for(booked.wait(), 20)
    assert [event.usage.output_tokens for event in await in_the_log(store)] == [120]


async def test_what_belongs_to_no_workflow_any_more_may_be_forgotten(redis: RedisAccess, store: WorkflowStore) -> None:
    async with listening(redis, store) as late:
        await heard(late, told(5, "gone"), AttemptKey("gone", "t", 1))
        assert not await late.awaited(AttemptKey("gone", "t", 1))


async def test_only_the_running_attempt_is_awaited(redis: RedisAccess, store: WorkflowStore) -> None:
    workflow = await superseded(store, ended=False)
    async with listening(redis, store) as late:
        assert not await late.awaited(ZOMBIE)
        assert await late.awaited(AttemptKey("wf-1", "t", 2))
        done = decide(workflow, cmd.Succeed(task="t", attempt=2, result=result()), NOW)
        await store.step(workflow, 0, done.workflow, done.events, token="done")
        assert done.workflow.state is WorkflowState.SUCCEEDED
        assert not await late.awaited(AttemptKey("wf-1", "t", 2))
