"""Demand: sums that stay true whatever comes and goes, and followers that are told soon but not too often."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from unittest.mock import create_autospec

import pytest
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from chassis.errors import Unavailable
from services.orchestrator import demand as module
from services.orchestrator import lookahead as lookahead_module
from services.orchestrator.agents import Dispatcher
from services.orchestrator.demand import Demand
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.durations import Durations
from services.orchestrator.domain.forecast import HORIZONS, forecast
from services.orchestrator.domain.workflow import Workflow
from services.orchestrator.lookahead import Lookahead
from services.orchestrator.store import AgendaStore
from tests.unit.orchestrator.test_dispatch import dispatcher, instance, ticket
from tests.unit.orchestrator.workflows import COST, NOW, finish, planned, spec, start, submission, succeed

SPANS = {"worker": Durations(math.log(30), 0.6)}
SECOND = timedelta(seconds=1)


def named(id_: str, age: float = 0.0) -> Workflow:
    """A chain of three whose first task runs."""
    workflow = planned(spec("a"), spec("b", "a"), spec("c", "b"), id=id_)
    return start(workflow, "a", NOW - age * SECOND)


def plainly(workflows: Iterable[Workflow], now: object = NOW) -> list[float]:
    sums = [0.0] * len(HORIZONS)
    for workflow in workflows:
        for at, tasks in enumerate(forecast(workflow, now, SPANS.get).get("worker", ())):  # type: ignore[arg-type]
            sums[at] += tasks
    return sums


def test_the_sums_are_those_of_the_workflows_whatever_comes_and_goes() -> None:
    lots, ahead = random.Random(3), Lookahead(SPANS.get)
    there: dict[str, Workflow] = {}
    for step in range(300):
        id_ = f"wf-{lots.randrange(20)}"
        workflow = there.get(id_)
        if workflow is None:
            there[id_] = named(id_, age=lots.uniform(0, 90))
        elif lots.random() < 0.3:
            del there[id_]
        elif workflow.tasks["a"].running:
            there[id_] = succeed(workflow, "a").workflow
        else:
            there[id_] = finish(workflow, "b", "c") if not workflow.tasks["c"].state.ended else workflow
        ahead.look(there.values(), NOW)
        assert ahead.expected("worker") == pytest.approx(plainly(there.values()), abs=1e-5), step
        unfinished = sum(workflow.end is None for workflow in there.values())
        assert ahead.unfinished["worker"] == unfinished
        assert ahead.types() == ({"worker"} if unfinished else set())
    ahead.look([], NOW)
    assert ahead.expected("worker") == [0.0] * len(HORIZONS)
    assert ahead.planning == 0


def test_progress_makes_no_new_forecast_and_age_does(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counting(workflow: Workflow, *rest: object) -> object:
        made.append(workflow.id)
        return forecast(workflow, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(lookahead_module, "forecast", counting)
    ahead, workflow = Lookahead(SPANS.get), named("wf-1", age=20)
    ahead.look([workflow], NOW)
    moved = decide(workflow, cmd.MakeProgress(task="a", attempt=1, fraction=0.5, message="", usage=COST), NOW).workflow
    assert moved != workflow
    ahead.look([moved], NOW + SECOND / 2)
    assert made == ["wf-1"]
    ahead.look([moved], NOW + 2 * SECOND)
    assert made == ["wf-1"] * 2
    assert ahead.expected("worker") == pytest.approx(plainly([moved], NOW + 2 * SECOND), abs=1e-5)
    done = succeed(moved, "a").workflow
    ahead.look([done], NOW + 2 * SECOND)
    assert made == ["wf-1"] * 3


def test_a_look_renews_a_bounded_number_and_the_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookahead_module, "RENEWED", 10)
    ahead, workflows = Lookahead(SPANS.get), [named(f"wf-{n}", age=20) for n in range(25)]
    ahead.look(workflows, NOW)
    ages = []
    for looks in range(1, 4):
        ahead.look(workflows, NOW + 10 * SECOND)
        ages.append(sum(kept.made > NOW for kept in ahead._kept.values()))
        assert looks < 4
    assert ages == [10, 20, 25]


def test_a_workflow_without_a_graph_is_counted_as_such() -> None:
    ahead, begun = Lookahead(SPANS.get), submit(submission()).workflow
    ahead.look([begun], NOW)
    assert (ahead.planning, ahead.types()) == (1, set())
    ahead.look([planned(spec("a"))], NOW)
    assert (ahead.planning, ahead.types()) == (0, {"worker"})


class Following:
    """A demand and what a follower of it hears."""

    def __init__(self, desk: Dispatcher, agenda: AgendaStore) -> None:
        self.desk = desk
        self.draining = asyncio.Event()
        self.demand = Demand(
            name="orchestrator-1",
            dispatcher=desk,
            workflows=list[Workflow],
            lookahead=Lookahead(SPANS.get),
            agenda=agenda,
            draining=self.draining,
            now=lambda: NOW,
        )

    @asynccontextmanager
    async def messages(self) -> AsyncIterator[Callable[[], asyncio.Future[pb.WatchDemandResponse]]]:
        async with aclosing(self.demand.follow()) as stream:
            yield lambda: asyncio.ensure_future(anext(stream))


@pytest.fixture
def following(monkeypatch: pytest.MonkeyPatch) -> Following:
    # What is not told because something changed is not told at all within a test.
    monkeypatch.setattr(module, "BEAT", 3600.0)
    agenda = create_autospec(AgendaStore, instance=True)
    agenda.overdue.return_value = 2
    return Following(dispatcher(instance("a", capacity=1)), agenda)


async def test_a_task_that_waits_is_told_because_it_waits(following: Following) -> None:
    async with following.messages() as hear:
        first = await hear()
        assert (len(first.agents), len(first.leases), first.unclaimed_workflows) == (0, 0, 2)
        place = following.desk.reserve(ticket([], "runs"))
        following.desk.enqueue(ticket([], "waits"))
        message = await hear()
        (worker,) = message.agents
        assert (worker.agent_type, worker.running, worker.waiting) == ("worker", 1, 1)
        assert worker.HasField("oldest_wait")
        assert [(lease.instance, lease.running) for lease in message.leases] == [("a", 1)]
        assert place is not None
        following.desk.give_back(place)
        (worker,) = (await hear()).agents
        assert (worker.running, worker.waiting) == (1, 0), "the place went to the one who waited"


async def test_a_burst_of_changes_is_one_message(following: Following) -> None:
    async with following.messages() as hear:
        await hear()
        for number in range(100):
            following.desk.enqueue(ticket([], str(number)))
        (worker,) = (await hear()).agents
        assert (worker.running, worker.waiting) == (1, 99)
        another = hear()
        _, waiting = await asyncio.wait({another}, timeout=0.3)
        assert waiting == {another}
        another.cancel()
        await asyncio.wait({another})


async def test_every_follower_hears_of_every_change(following: Following) -> None:
    async with following.messages() as one, following.messages() as other:
        await asyncio.gather(one(), other())
        following.desk.enqueue(ticket([], "x"))
        for message in await asyncio.gather(one(), other()):
            assert message.agents[0].running == 1


async def test_without_redis_the_unclaimed_are_unknown_and_not_none(following: Following) -> None:
    following.demand._agenda.overdue.side_effect = Unavailable("Redis is away", reason="REDIS_AWAY")  # type: ignore[attr-defined]
    async with following.messages() as hear:
        assert not (await hear()).HasField("unclaimed_workflows")


async def test_a_redis_that_hangs_holds_no_message_up(following: Following, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COUNT_PATIENCE", 0.05)
    following.demand._agenda.overdue.side_effect = asyncio.Event().wait  # type: ignore[attr-defined]
    async with following.messages() as hear:
        assert not (await hear()).HasField("unclaimed_workflows")


async def test_the_stream_ends_when_the_process_drains(following: Following) -> None:
    async with following.messages() as hear:
        await hear()
        following.draining.set()
        following.demand.changed()
        with pytest.raises(StopAsyncIteration):
            await hear()
