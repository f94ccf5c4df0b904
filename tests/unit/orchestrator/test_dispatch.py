"""Places are given to the best instance, in turn between tenants, by priority within one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import create_autospec

import pytest
from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.registry import AgentRegistry, Entry
from chassis.clock import Clock
from chassis.errors import Unavailable
from chassis.redis import RedisAccess
from services.orchestrator import agents
from services.orchestrator.agents import AgentDirectory, Dispatcher
from services.orchestrator.domain.selection import (
    DEFAULT,
    FAILURES_TO_OPEN,
    Candidate,
    Preference,
    Record,
    can_take,
    choose,
)
from services.orchestrator.line import Place, Ticket
from tests.unit.orchestrator.workflows import NOW


def instance(name: str, capacity: int = 1, in_hand: int = 0, **fields: object) -> pb.AgentInstance:
    known: dict[str, object] = {"state": pb.AGENT_STATE_READY, "type": "worker", "endpoint": f"{name}:1"}
    return pb.AgentInstance(instance=name, capacity=capacity, in_hand=in_hand, **(known | fields))  # type: ignore[arg-type]


def dispatcher(*instances: pb.AgentInstance, now: Clock = lambda: NOW, preference: Preference = DEFAULT) -> Dispatcher:
    redis = create_autospec(RedisAccess, instance=True)
    directory = AgentDirectory(redis, create_autospec(AgentRegistry, instance=True), silence=timedelta(seconds=6))
    directory._live = {each.instance: each for each in instances}
    return Dispatcher(directory, now, preference)


def ticket(taken: list[str], name: str, tenant: str = "t", priority: int = 0, capability: str = "") -> Ticket:
    def granted(place: Place) -> None:
        taken.append(name)

    return Ticket(
        agent_type="worker", capability=capability, tenant=tenant, priority=priority, granted=granted, since=NOW
    )


def drain(desk: Dispatcher, place: Place | None, count: int) -> None:
    """Gives one place back again and again, so that the queue moves one by one."""
    assert place is not None
    for _ in range(count):
        desk.give_back(Place(instance=place.instance, endpoint="", reason="", agent_type=place.agent_type))


def test_the_least_loaded_instance_is_chosen() -> None:
    desk = dispatcher(instance("a", capacity=4, in_hand=3), instance("b", capacity=4, in_hand=1))
    place = desk.reserve(ticket([], "x"))
    assert place is not None
    assert place.instance == "b"
    assert "3 of 4 places free" in place.reason


def test_nobody_gets_more_than_there_is_room_for() -> None:
    desk = dispatcher(instance("a", capacity=2))
    assert [desk.reserve(ticket([], "x")) is None for _ in range(3)] == [False, False, True]


def test_tenants_take_turns_however_much_one_of_them_queues() -> None:
    desk, taken = dispatcher(instance("a")), list[str]()
    place = desk.reserve(ticket(taken, "first"))
    for n in range(4):
        desk.enqueue(ticket(taken, f"big{n}", tenant="big"))
    desk.enqueue(ticket(taken, "small0", tenant="small"))
    drain(desk, place, 5)
    assert taken == ["big0", "small0", "big1", "big2", "big3"]


def test_priority_decides_within_a_tenant_and_age_within_a_priority() -> None:
    desk, taken = dispatcher(instance("a")), list[str]()
    place = desk.reserve(ticket(taken, "first"))
    for name, priority in (("low", -1), ("old", 0), ("young", 0), ("high", 5)):
        desk.enqueue(ticket(taken, name, priority=priority))
    drain(desk, place, 4)
    assert taken == ["high", "old", "young", "low"]


def test_who_comes_later_does_not_overtake_the_queue() -> None:
    desk, taken = dispatcher(instance("a")), list[str]()
    place = desk.reserve(ticket(taken, "first"))
    desk.enqueue(ticket(taken, "waiting"))
    drain(desk, place, 1)
    assert desk.reserve(ticket(taken, "late")) is None
    assert taken == ["waiting"]


def test_a_withdrawn_ticket_gets_nothing() -> None:
    desk, taken = dispatcher(instance("a")), list[str]()
    place = desk.reserve(ticket(taken, "first"))
    gone, stays = ticket(taken, "gone"), ticket(taken, "stays")
    desk.enqueue(gone)
    desk.enqueue(stays)
    desk.withdraw(gone)
    drain(desk, place, 1)
    assert taken == ["stays"]


def test_draining_and_unhealthy_instances_get_nothing() -> None:
    draining = instance("a", state=pb.AGENT_STATE_DRAINING)
    desk = dispatcher(draining, instance("b", state=pb.AGENT_STATE_UNHEALTHY))
    assert desk.reserve(ticket([], "x")) is None


def test_an_instance_that_refused_is_left_alone_until_it_is_heard_of_again() -> None:
    desk = dispatcher(instance("a", capacity=4))
    place = desk.reserve(ticket([], "x"))
    assert place is not None
    desk.refused(place, draining=False)
    assert desk.reserve(ticket([], "y")) is None
    desk.load("a", 0, pb.AGENT_STATE_READY)
    assert desk.reserve(ticket([], "z")) is not None


def test_a_circuit_opens_after_failures_in_a_row_and_one_probe_closes_it() -> None:
    record = Record()
    for _ in range(FAILURES_TO_OPEN):
        record = record.after_failure(NOW)
    assert record.open_until is not None
    broken = Candidate(instance="a", endpoint="", capacity=4, in_hand=0, accepting=True, record=record)
    assert not can_take(broken, capability="", now=NOW)
    assert can_take(broken, capability="", now=record.open_until)
    probing = Candidate(instance="a", endpoint="", capacity=4, in_hand=1, accepting=True, record=record)
    assert not can_take(probing, capability="", now=record.open_until)
    assert record.after_success().open_until is None


def test_a_half_open_circuit_is_probed_by_one_attempt_at_a_time_whatever_the_capacity() -> None:
    moment, taken = [NOW], list[str]()
    desk = dispatcher(instance("a", capacity=8), now=lambda: moment[0])
    held = [desk.reserve(ticket([], f"t{n}")) for n in range(FAILURES_TO_OPEN + 1)]
    slow = held.pop()
    for place in held:
        assert place is not None
        desk.give_back(place, fault=True)
    for n in range(5):
        desk.enqueue(ticket(taken, f"w{n}"))
    assert taken == [], "open: nothing"
    moment[0] = desk.circuits()["a"].open_until or NOW
    desk.load("a", 1, pb.AGENT_STATE_BUSY)
    assert taken == [], "what was there before it broke ends first"
    assert slow is not None
    desk.give_back(slow)
    desk.load("a", 0, pb.AGENT_STATE_READY)
    desk._directory_changed()
    assert taken == ["w0"], "half-open: one probe, and no second one beside it"
    probe = Place(instance="a", endpoint="a:1", reason="", agent_type="worker")
    desk.give_back(probe, fault=True)
    desk._directory_changed()
    assert taken == ["w0"], "a probe that failed opens it again"
    moment[0] = desk.circuits()["a"].open_until or NOW
    desk._directory_changed()
    assert taken == ["w0", "w1"]
    desk.give_back(probe, fault=None)
    assert taken == ["w0", "w1", "w2"], "a probe that told nothing is followed by the next"
    desk.give_back(probe, fault=False)
    assert taken == ["w0", "w1", "w2", "w3", "w4"], "one that ended well closes it"
    assert desk.circuits() == {}


def test_the_better_record_wins_between_equals() -> None:
    good = Candidate(instance="b", endpoint="", capacity=1, in_hand=0, accepting=True)
    bad = Candidate(
        instance="a", endpoint="", capacity=1, in_hand=0, accepting=True, record=Record().after_failure(NOW)
    )
    choice = choose([bad, good], capability="", now=NOW)
    assert choice is not None
    assert choice.candidate is good


def test_an_instance_without_the_capability_is_out_of_the_question() -> None:
    can = Candidate(instance="a", endpoint="", capacity=1, in_hand=0, accepting=True, capabilities=("x",))
    assert choose([can], capability="y", now=NOW) is None


def test_a_task_that_nobody_can_do_does_not_hold_up_those_behind_it() -> None:
    desk, taken = dispatcher(instance("a")), list[str]()
    desk.enqueue(ticket(taken, "impossible", priority=9, capability="levitation"))
    place = desk.reserve(ticket(taken, "at once"))
    assert place is not None
    desk.enqueue(ticket(taken, "possible"))
    assert taken == []
    drain(desk, place, 1)
    assert taken == ["possible"]


def test_priority_decides_between_capabilities_too() -> None:
    desk, taken = dispatcher(instance("a", capabilities=["x"])), list[str]()
    place = desk.reserve(ticket(taken, "first"))
    desk.enqueue(ticket(taken, "plain"))
    desk.enqueue(ticket(taken, "urgent", priority=1, capability="x"))
    drain(desk, place, 2)
    assert taken == ["urgent", "plain"]


def test_an_instance_that_drained_gets_work_again_although_its_stream_is_gone() -> None:
    desk = dispatcher(instance("a"))
    desk.load("a", 0, pb.AGENT_STATE_DRAINING)
    assert desk.reserve(ticket([], "x")) is None
    desk.forget_load("a")
    assert desk.reserve(ticket([], "x")) is not None


def test_nothing_is_kept_of_instances_that_are_gone() -> None:
    desk = dispatcher(instance("a"))
    place = desk.reserve(ticket([], "x"))
    assert place is not None
    desk.refused(place, draining=True)
    desk.give_back(place, fault=True)
    desk._directory._live.clear()
    desk._directory.changed()
    assert [*desk._closed, *desk._records, *desk._held] == []


@pytest.fixture
async def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets so many seconds pass for the event loop, none for the test."""
    loop, passed = asyncio.get_running_loop(), [0.0]
    monkeypatch.setattr(loop, "time", lambda: passed[0])

    def pass_(seconds: float) -> None:
        passed[0] += seconds

    return pass_


async def test_an_outage_of_the_registry_makes_nobody_lost(later: Callable[[float], None]) -> None:
    registry = create_autospec(AgentRegistry, instance=True)
    directory = AgentDirectory(create_autospec(RedisAccess, instance=True), registry, silence=timedelta(seconds=6))
    registry.entries.side_effect = Unavailable("Redis is away")
    await directory._refresh()
    registry.entries.side_effect = None
    registry.entries.return_value = [Entry(instance=instance("a"), age=9.0)]
    await directory._refresh()
    assert not directory.alive("a")
    assert not directory.fresh
    later(6.1)
    await directory._refresh()
    assert directory.fresh


async def test_a_reading_that_hung_makes_nobody_lost_either(later: Callable[[float], None]) -> None:
    registry = create_autospec(AgentRegistry, instance=True)
    directory = AgentDirectory(create_autospec(RedisAccess, instance=True), registry, silence=timedelta(seconds=6))
    registry.entries.return_value = []
    told = []
    for _ in range(2):
        await directory._refresh()
        told.append(directory.fresh)
        later(6.1)

    async def hung() -> list[Entry]:
        later(agents.SLOW + 0.1)
        return [Entry(instance=instance("a"), age=9.0)]

    registry.entries.side_effect = hung
    await directory._refresh()
    told.append(directory.fresh)
    registry.entries.side_effect = None
    later(6.1)
    await directory._refresh()
    told.append(directory.fresh)
    # Not before it was watched for a while; and not when signs of life are old because none could be written.
    assert told == [False, True, False, True]


def test_an_instance_that_takes_work_slowly_comes_second_until_it_is_gone() -> None:
    desk = dispatcher(instance("a"), instance("b"))
    desk.took("a", 2.0)
    desk.took("nobody", 2.0)
    place = desk.reserve(ticket([], "x"))
    assert place is not None
    assert [(one.instance, one.latency < 0.2) for one in place.contenders] == [("b", False), ("a", True)]
    desk._directory._live.clear()
    desk._directory_changed()
    assert desk._latencies == {}


def test_the_registry_tells_where_an_instance_is_and_which_version() -> None:
    far = instance("a", node="n2", zone="west", version="2")
    near = instance("b", node="n1", zone="east", version="1")
    desk = dispatcher(far, near, preference=Preference(node="n1", zone="east"))
    place = desk.reserve(ticket([], "x"))
    assert place is not None
    assert [(one.instance, one.locality, one.version) for one in place.contenders] == [("b", 1, 0), ("a", 0, 1)]
