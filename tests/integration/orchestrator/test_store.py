"""What the store promises: one owner, one step at a time, nothing twice, nothing lost between two keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from chassis.errors import Unavailable
from chassis.redis import RedisAccess, open_redis
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide, replay
from services.orchestrator.domain.decide import submit
from services.orchestrator.outbox import Outbox
from services.orchestrator.runner.surroundings import patiently
from services.orchestrator.store import SLOTS, UNKNOWN, AgendaStore, Conflict, Fenced, SpendingStore, WorkflowStore
from tests.support.redis_server import durable_redis
from tests.unit.orchestrator.workflows import NOW, plan, spec, start_command, submission

pytestmark = [pytest.mark.redis_cluster, pytest.mark.timeout(120)]


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    async with open_redis(redis_url) as access:
        yield access


@pytest.fixture
def store(redis: RedisAccess) -> WorkflowStore:
    return WorkflowStore(redis, log_length=100, retention=timedelta(days=1))


LEASE = timedelta(seconds=10)
BEGUN = submit(submission())
PLANNED = decide(BEGUN.workflow, cmd.AdoptPlan(plan=plan(spec("a")), title="A bakery"), NOW)


async def test_state_and_log_say_the_same_after_each_step(store: WorkflowStore) -> None:
    await store.create(BEGUN.workflow, BEGUN.events[0])
    owned = await store.claim("wf-1", "one")
    assert owned is not None
    await store.step(BEGUN.workflow, owned.epoch, PLANNED.workflow, PLANNED.events, token="t1")
    stored = await store.load("wf-1")
    assert stored is not None
    assert stored.workflow == PLANNED.workflow
    log = await store.read_log("wf-1", 0, limit=100)
    assert [number for number, _ in log] == list(range(1, len(log) + 1))
    assert replay(event for _, event in log) == PLANNED.workflow


async def test_creating_twice_changes_nothing(store: WorkflowStore) -> None:
    await store.create(BEGUN.workflow, BEGUN.events[0])
    await store.create(BEGUN.workflow, BEGUN.events[0])
    assert len(await store.read_log("wf-1", 0, limit=100)) == 1


async def test_an_earlier_owner_is_refused(store: WorkflowStore) -> None:
    await store.create(BEGUN.workflow, BEGUN.events[0])
    first, second = await store.claim("wf-1", "one"), await store.claim("wf-1", "two")
    assert first is not None
    assert second is not None
    with pytest.raises(Fenced):
        await store.step(BEGUN.workflow, first.epoch, PLANNED.workflow, PLANNED.events, token="t1")
    await store.step(BEGUN.workflow, second.epoch, PLANNED.workflow, PLANNED.events, token="t2")


async def test_a_step_on_an_old_state_is_refused(store: WorkflowStore) -> None:
    await store.create(BEGUN.workflow, BEGUN.events[0])
    await store.step(BEGUN.workflow, 0, PLANNED.workflow, PLANNED.events, token="t1")
    with pytest.raises(Conflict):
        await store.step(BEGUN.workflow, 0, PLANNED.workflow, PLANNED.events, token="t2")


async def test_the_same_step_sent_twice_is_taken_once(store: WorkflowStore) -> None:
    await store.create(BEGUN.workflow, BEGUN.events[0])
    for _ in range(2):
        await store.step(BEGUN.workflow, 0, PLANNED.workflow, PLANNED.events, token="t1")
    assert len(await store.read_log("wf-1", 0, limit=100)) == PLANNED.workflow.sequence


async def test_of_many_steps_on_one_state_one_wins(store: WorkflowStore) -> None:
    await store.create(BEGUN.workflow, BEGUN.events[0])
    steps = [store.step(BEGUN.workflow, 0, PLANNED.workflow, PLANNED.events, token=f"t{n}") for n in range(50)]
    outcomes = await asyncio.gather(*steps, return_exceptions=True)
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1
    assert all(isinstance(outcome, bool | Conflict) for outcome in outcomes)


async def test_release_is_refused_when_the_owner_missed_something(store: WorkflowStore) -> None:
    await store.create(BEGUN.workflow, BEGUN.events[0])
    owned = await store.claim("wf-1", "one")
    assert owned is not None
    assert await store.step(BEGUN.workflow, owned.epoch, PLANNED.workflow, PLANNED.events, token="t1")
    assert not await store.release(BEGUN.workflow, owned.epoch)
    assert await store.release(PLANNED.workflow, owned.epoch)
    paused = decide(PLANNED.workflow, cmd.Pause(by="ana"), NOW)
    assert not await store.step(PLANNED.workflow, owned.epoch, paused.workflow, paused.events, token="t2")


async def test_a_taken_workflow_is_due_again_when_the_lease_is_over(redis: RedisAccess) -> None:
    agenda = AgendaStore(redis)
    await asyncio.gather(*(agenda.call(f"wf-{n}") for n in range(20)))
    taken = await agenda.take_due(timedelta(minutes=5), limit=50)
    assert sorted(taken) == sorted(f"wf-{n}" for n in range(20))
    assert await agenda.take_due(timedelta(minutes=5), limit=50) == {}
    await agenda.renew(taken, timedelta(milliseconds=50))
    again: set[str] = set()
    async with asyncio.timeout(20):
        while len(again) < 20:
            again |= (await agenda.take_due(timedelta(minutes=5), limit=50)).keys()


async def test_a_call_never_delays_and_a_renewal_never_adds(redis: RedisAccess) -> None:
    agenda = AgendaStore(redis)
    await agenda.call("a")
    await agenda.call("a", within=timedelta(minutes=5))
    assert await agenda.renew({"b": UNKNOWN}, timedelta()) == {"b": UNKNOWN}
    assert list(await agenda.take_due(timedelta(seconds=1), limit=50)) == ["a"]


async def test_an_owner_puts_off_and_retires_only_what_nobody_has_called_for(redis: RedisAccess) -> None:
    agenda = AgendaStore(redis)
    await agenda.call("a")
    left = (await agenda.take_due(LEASE, limit=1))["a"]
    await agenda.call("a", within=timedelta(hours=1))  # even one in no hurry
    for put_off in (agenda.postpone("a", left, timedelta(minutes=5)), agenda.retire("a", left)):
        await put_off
        assert await _score(redis, "a") == left - 1
    await agenda.postpone("a", left - 1, timedelta(minutes=5))
    assert await _score(redis, "a") > left
    await agenda.retire("a", int(await _score(redis, "a")))
    assert await _score(redis, "a") == 0


async def test_an_owner_that_slept_does_not_overrule_the_next_one(redis: RedisAccess) -> None:
    agenda = AgendaStore(redis)
    await agenda.call("a")
    slept = (await agenda.take_due(timedelta(), limit=1))["a"]
    await asyncio.sleep(0.002)  # the lease is over, and the next one begins in another millisecond
    taken = (await agenda.take_due(LEASE, limit=1))["a"]
    await agenda.postpone("a", slept, timedelta(minutes=5))
    await agenda.retire("a", slept)
    assert await _score(redis, "a") == taken


async def test_a_renewal_tells_of_a_call_before_the_entry_is_the_owners_again(redis: RedisAccess) -> None:
    agenda = AgendaStore(redis)
    await agenda.call("a")
    left = await agenda.take_due(LEASE, limit=1)
    renewed = await agenda.renew(left, LEASE)
    assert renewed["a"] == await _score(redis, "a")
    await agenda.call("a", within=LEASE)
    assert await agenda.renew(renewed, LEASE) == {"a": UNKNOWN}
    assert await agenda.renew({"a": UNKNOWN}, LEASE) == {"a": await _score(redis, "a")}


async def _score(redis: RedisAccess, id_: str) -> float:
    scores = [await redis.commands.zscore(f"hj:agenda:{slot}", id_) for slot in range(SLOTS)]
    return max((float(score) for score in scores if score is not None), default=0)


async def test_two_orchestrators_never_take_the_same_workflow(redis: RedisAccess) -> None:
    agenda = AgendaStore(redis)
    await asyncio.gather(*(agenda.call(f"wf-{n}") for n in range(100)))
    takes = await asyncio.gather(*(agenda.take_due(timedelta(minutes=5), limit=50) for _ in range(10)))
    taken = [id_ for ids in takes for id_ in ids]
    assert len(taken) == len(set(taken)) == 100


async def test_the_next_owner_publishes_what_the_first_did_not(redis: RedisAccess, store: WorkflowStore) -> None:
    await store.create(BEGUN.workflow, BEGUN.events[0])
    await store.step(BEGUN.workflow, 0, PLANNED.workflow, PLANNED.events, token="t1")
    outbox = Outbox(redis, store, SpendingStore(redis), length=1000)
    writer = asyncio.create_task(outbox.run())
    await outbox.catch_up(PLANNED.workflow, 0)
    await outbox.settle(PLANNED.workflow)
    started = decide(PLANNED.workflow, start_command("a"), NOW)
    outbox.publish(started.workflow, PLANNED.workflow.sequence + 1, started.events)
    await outbox.settle(started.workflow)
    writer.cancel()
    entries = await redis.commands.xrange("hj:events")
    assert [fields[b"id"] for _, fields in entries] == [f"wf-1:{n}".encode() for n in range(1, 5)]  # type: ignore[index, union-attr]
    owned = await store.claim("wf-1", "two")
    assert owned is not None
    assert owned.published == started.workflow.sequence


async def test_a_redis_that_is_away_is_unavailable_and_the_step_can_be_repeated(tmp_path: Path) -> None:
    with durable_redis(tmp_path) as server:
        async with open_redis(server.url) as redis:
            store = WorkflowStore(redis, log_length=100, retention=timedelta(days=1))
            await store.create(BEGUN.workflow, BEGUN.events[0])
            await asyncio.to_thread(server.kill)
            with pytest.raises(Unavailable):
                await store.step(BEGUN.workflow, 0, PLANNED.workflow, PLANNED.events, token="t1")
            await asyncio.to_thread(server.start)
            step = partial(store.step, BEGUN.workflow, 0, PLANNED.workflow, PLANNED.events, token="t1")
            async with asyncio.timeout(20):
                await patiently(step, what="step")
            stored = await store.load("wf-1")
            assert stored is not None
            assert stored.workflow == PLANNED.workflow
