"""Questions between agents take a place only for as long as they need it, and never all of them."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.names import AttemptKey
from services.orchestrator.runner.answering import Asker
from services.orchestrator.runner.relay import Relay, question_id
from tests.unit.orchestrator.test_dispatch import dispatcher, instance, ticket
from tests.unit.orchestrator.workflows import NOW, planned, spec, start


def asker(key: AttemptKey, *chain: str) -> Asker:
    return Asker(key=key, instance="a", task="t", chain=chain, deadline=NOW)


async def test_a_question_that_ends_before_it_is_on_record_gives_its_place_back() -> None:
    desk, waiting, tasks = dispatcher(instance("a")), asyncio.Event(), list[asyncio.Task[None]]()

    async def never_on_record(command: object) -> None:
        waiting.set()
        await asyncio.Event().wait()

    async def load(key: object) -> None:
        return None

    def begin(what: object, work: Any) -> bool:
        tasks.append(asyncio.create_task(work))
        return True

    around = SimpleNamespace(dispatcher=desk, now=lambda: NOW, ask_depth=3, stored=SimpleNamespace(load=load))
    runner: Any = SimpleNamespace(
        workflow=start(planned(spec("t")), "t"),
        around=around,
        post_and_wait=never_on_record,
        errands=SimpleNamespace(start=begin),
    )
    waits = dataclasses.replace(asker(AttemptKey("wf-1", "t", 1), "other"), deadline=NOW + timedelta(minutes=1))
    Relay(runner).hear(waits, pb.Ask(ask_id="q1", agent_type="worker"))
    await waiting.wait()
    assert desk.leases() == {"a": 1}
    tasks[0].cancel()
    await asyncio.wait(tasks)
    assert desk.leases() == {}


def test_a_later_attempt_asks_the_same_question_another_question_is_another() -> None:
    first, second = (asker(AttemptKey("wf-1", "t", attempt), "worker") for attempt in (1, 2))
    ask = pb.Ask(ask_id="q1", agent_type="sage", instructions="Why?")
    other = pb.Ask(ask_id="q1", agent_type="sage", instructions="How?")
    assert question_id(first, ask, 0) == question_id(second, ask, 0)
    assert len({question_id(first, ask, 0), question_id(first, other, 0), question_id(first, ask, 1)}) == 3


def test_each_that_waits_gives_an_answer_a_place_more_so_the_deepest_always_finds_one() -> None:
    desk, taken = dispatcher(instance("a", capacity=2)), list[str]()
    for number in range(6):
        desk.enqueue(ticket(taken, f"task{number}"))
    assert taken == ["task0", "task1"], "tasks get what the instance has"
    for depth, names in ((1, ["first", "second"]), (2, ["deep", "deeper"]), (3, ["deepest"])):
        for name in names:
            answer = dataclasses.replace(ticket(taken, name, priority=1000 * depth), depth=depth)
            desk.enqueue(answer)
    assert taken[2:] == ["first", "deep", "deepest"], "one place more at each depth, whoever waits before"
