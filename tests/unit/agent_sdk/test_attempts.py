"""The desk decides without a network: taken once, bounded, stopped, never begun again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.names import AttemptKey
from agent_sdk.runtime.attempt import Attempt
from agent_sdk.runtime.attempts import AttemptDesk, DeskRules
from agent_sdk.runtime.lifecycle import Lifecycle
from agent_sdk.runtime.outcomes import succeeded
from chassis.errors import Unavailable
from tests.support.time_jumps import time_passes
from tests.support.work_client import assignment, ref


class FakeKeeper:
    """Outcomes in a dictionary; `gate` holds up whoever looks."""

    def __init__(self) -> None:
        self.outcomes: dict[AttemptKey, pb.WorkResponse] = {}
        self.gate: asyncio.Event | None = None
        self.away = False

    async def stored(self, key: AttemptKey, *, seconds: float) -> pb.WorkResponse | None:
        if self.away:
            raise Unavailable("Redis is away", reason="REDIS_UNAVAILABLE")
        if self.gate is not None:
            await self.gate.wait()
        return self.outcomes.get(key)

    async def keep(self, attempt: Attempt, outcome: pb.WorkResponse) -> tuple[pb.WorkResponse, bool]:
        if self.away:
            return outcome, False
        return self.outcomes.setdefault(attempt.key, outcome), True


class FakeListener:
    """A stream that keeps what it is told."""

    def __init__(self) -> None:
        self.closed = False
        self.told: list[pb.WorkResponse] = []

    def tell(self, response: pb.WorkResponse) -> None:
        self.told.append(response)

    def notify(self, attempt: Attempt) -> None:
        self.told.extend(attempt.outbox.take(asyncio.get_running_loop().time()))

    @property
    def kinds(self) -> list[str]:
        return [response.WhichOneof("kind") or "" for response in self.told]


class Desk:
    """A desk whose work waits for `go`."""

    def __init__(self, **rules: Any) -> None:
        self.begun: list[AttemptKey] = []
        self.go = asyncio.Event()
        self.keeper = FakeKeeper()
        self.accepting = True
        self.behind = timedelta()
        known: dict[str, Any] = {"capacity": 2, "capabilities": ("echo",), "finished_kept": 3, "finished_age": 60.0}
        keeper: Any = self.keeper
        lifecycle = Lifecycle(self._work, keeper, title="Echo", stop_grace=60.0, now=self.now)
        self.desk = AttemptDesk(
            DeskRules(**(known | rules)),
            lifecycle,
            keeper,
            accepting=lambda: self.accepting,
            changed=lambda: None,
            now=self.now,
        )

    def now(self) -> datetime:
        return datetime.now(UTC) - self.behind

    async def _work(self, attempt: Attempt) -> pb.WorkResponse:
        self.begun.append(attempt.key)
        await self.go.wait()
        return succeeded(attempt, artifacts=[], summary="done", confidence=1.0, simulated=False)

    async def quiet(self) -> None:
        async with asyncio.timeout(20):
            while self.desk.in_hand:
                await asyncio.sleep(0)


async def test_two_assignments_that_wait_for_redis_together_begin_once() -> None:
    desk, one, two = Desk(), FakeListener(), FakeListener()
    desk.keeper.gate = asyncio.Event()
    asking = [asyncio.create_task(desk.desk.assign(assignment(), listener)) for listener in (one, two)]
    await asyncio.sleep(0)
    desk.keeper.gate.set()
    await asyncio.gather(*asking)
    desk.go.set()
    await desk.quiet()
    assert len(desk.begun) == 1
    assert [told.accepted.rejoined for told in (one.told[0], two.told[0])] == [False, True]
    assert two.kinds == ["accepted", "result"]


async def test_an_assignment_whose_stream_is_gone_begins_nothing() -> None:
    desk, listener = Desk(), FakeListener()
    desk.keeper.gate = asyncio.Event()
    asking = asyncio.create_task(desk.desk.assign(assignment(), listener))
    await asyncio.sleep(0)
    listener.closed = True
    desk.keeper.gate.set()
    await asking
    assert desk.begun == []
    assert listener.told == []


async def test_without_knowing_what_is_stored_nothing_begins() -> None:
    desk, listener = Desk(), FakeListener()
    desk.keeper.away = True
    await desk.desk.assign(assignment(), listener)
    assert listener.told[0].refused.reason == pb.REFUSAL_REASON_AT_CAPACITY
    assert "Redis is away" in listener.told[0].refused.message


async def test_an_epoch_that_passed_while_redis_answered_is_refused() -> None:
    desk, old, new = Desk(), FakeListener(), FakeListener()
    desk.keeper.gate = asyncio.Event()
    asking = asyncio.create_task(desk.desk.assign(assignment(epoch=1), old))
    await asyncio.sleep(0)
    newer = asyncio.create_task(desk.desk.assign(assignment(task="t2", epoch=2), new))
    await asyncio.sleep(0)
    desk.keeper.gate.set()
    await asyncio.gather(asking, newer)
    assert old.told[0].refused.reason == pb.REFUSAL_REASON_STALE_EPOCH
    assert new.kinds == ["accepted"]


async def test_finished_attempts_in_memory_are_bounded_and_still_never_run_again() -> None:
    desk, listener = Desk(), FakeListener()
    desk.go.set()
    for number in range(10):
        await desk.desk.assign(assignment(task=f"t{number}"), listener)
        await desk.quiet()
    assert len(desk.desk._finished) == 3
    listener.told.clear()
    await desk.desk.assign(assignment(task="t0"), listener)
    assert listener.kinds == ["accepted", "result"]
    assert len(desk.begun) == 10


async def test_an_outcome_that_is_not_stored_outlives_its_acknowledgement() -> None:
    desk, listener = Desk(), FakeListener()
    await desk.desk.assign(assignment(), listener)
    desk.keeper.away = True
    desk.go.set()
    await desk.quiet()
    desk.desk.acknowledge(pb.AcknowledgeAttempt(ref=ref()))
    desk.keeper.away = False
    await desk.desk.assign(assignment(), listener)
    assert listener.kinds == ["accepted", "result", "accepted", "result"]
    assert len(desk.begun) == 1


async def test_the_answer_of_an_earlier_life_is_the_one_that_counts() -> None:
    desk, listener = Desk(), FakeListener()
    await desk.desk.assign(assignment(), listener)
    first = pb.WorkResponse(result=pb.Result(ref=ref(), summary="made by a zombie before"))
    desk.keeper.outcomes[AttemptKey("w1", "t1", 1)] = first
    desk.go.set()
    await desk.quiet()
    assert listener.told[-1] == first


async def test_a_deadline_that_has_passed_already_ends_the_attempt_at_once() -> None:
    desk, listener = Desk(), FakeListener()
    await desk.desk.assign(assignment(seconds=-1), listener)
    await desk.quiet()
    assert listener.told[-1].failure.failure.reason == "ATTEMPT_DEADLINE"


async def test_deadlines_are_on_the_clock_of_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, listener = Desk(), FakeListener()
    desk.behind = timedelta(minutes=5)
    await desk.desk.assign(assignment(seconds=-240), listener)
    await asyncio.sleep(0.01)
    assert desk.desk.in_hand == 1
    desk.behind -= timedelta(minutes=1)
    time_passes(monkeypatch, 60)
    await desk.quiet()
    assert listener.told[-1].failure.failure.reason == "ATTEMPT_DEADLINE"


async def test_shutting_down_stops_what_is_left() -> None:
    desk, listener = Desk(), FakeListener()
    await desk.desk.assign(assignment(), listener)
    await desk.desk.finish(0.01)
    await desk.desk.ended(20.0)
    assert listener.told[-1].failure.failure.reason == "AGENT_SHUTDOWN"


async def test_work_that_cancels_itself_is_a_mistake_not_a_cancellation() -> None:
    desk, listener = Desk(), FakeListener()

    async def gives_up(attempt: Attempt) -> pb.WorkResponse:
        raise asyncio.CancelledError

    desk.desk._lifecycle._work = gives_up
    await desk.desk.assign(assignment(), listener)
    await desk.quiet()
    assert listener.told[-1].failure.failure.reason == "AGENT_ERROR"


@pytest.mark.parametrize("task", ["workflows/w1/tasks/t9", "nonsense"])
async def test_an_answer_nobody_waits_for_is_dropped(task: str) -> None:
    Desk().desk.answer(pb.Answer(ref=pb.AttemptRef(task=task, attempt=1), ask_id="q1"))
