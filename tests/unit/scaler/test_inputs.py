"""Inputs become snapshots: what is silent, gone, draining, unknown or old is never taken for zero."""

from collections.abc import Mapping
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from heyjarvis.agents.v1 import agent_service_pb2 as agents
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as orchestrator

from agent_sdk.registry import Entry
from chassis.errors import Unavailable
from services.scaler.cluster.observe import Unclustered
from services.scaler.domain.deployed import Deployed
from services.scaler.domain.model import Reading, Snapshot
from services.scaler.inputs.fleet import fleets_of
from services.scaler.inputs.queues import Queue, added_up
from services.scaler.inputs.reader import SERVICE_TIMES_EVERY, InputReader

BUSY, DRAINING, STOPPED = agents.AGENT_STATE_BUSY, agents.AGENT_STATE_DRAINING, agents.AGENT_STATE_STOPPED


def entry(age: float, in_hand: int = 0, *, capacity: int = 4, state: Any = BUSY, type_: str = "branding") -> Entry:
    name = f"{type_}-{age}-{in_hand}"
    instance = agents.AgentInstance(instance=name, type=type_, state=state, capacity=capacity, in_hand=in_hand)
    return Entry(instance, age=age)


def test_the_fleet_counts_who_gives_signs_of_life() -> None:
    fleet = fleets_of([entry(1, 2), entry(2, 3)])["branding"]
    assert fleet.replicas == Reading(2, 2)
    assert fleet.in_flight == fleet.in_flight_at_most == Reading(5, 2)
    assert fleet.slots == Reading(4, 1)


def test_silent_instances_are_empty_for_growth_and_full_for_shrinking() -> None:
    fleet = fleets_of([entry(1, 2), entry(10, 1)])["branding"]
    assert (fleet.replicas.value, fleet.in_flight.value, fleet.in_flight_at_most.value) == (2, 2, 6)


def test_who_is_gone_or_left_does_not_count_and_who_drains_works_on() -> None:
    fleet = fleets_of([entry(1, 2), entry(16, 4), entry(1, 4, state=STOPPED), entry(1, 3, state=DRAINING)])["branding"]
    assert (fleet.replicas.value, fleet.in_flight.value) == (1, 5)
    gone = fleets_of([entry(100, 4, capacity=3)])["branding"]
    assert (gone.replicas, gone.in_flight) == (Reading(0, 0), Reading(0, 0))
    assert gone.slots == Reading(3, 100), "how much one carries is still known"


def test_the_least_slots_count_and_nonsense_does_not() -> None:
    assert fleets_of([entry(1, capacity=4), entry(1, capacity=2)])["branding"].slots.value == 2
    assert fleets_of([entry(1, capacity=0)])["branding"].slots == Reading()
    assert fleets_of([entry(1, type_="")]) == {}


def status(name: str, **queues: tuple[int, int, int]) -> orchestrator.GetSystemStatusResponse:
    told = [
        orchestrator.QueueStatus(
            agent_type=agent, waiting=waiting, running=running, oldest_wait=Duration(seconds=int(w))
        )
        for agent, (waiting, running, w) in queues.items()
    ]
    return orchestrator.GetSystemStatusResponse(orchestrator=name, queues=told)


def test_the_queues_of_all_orchestrators_add_up() -> None:
    answers = [status("a", branding=(2, 1, 5)), status("b", branding=(3, 4, 9)), status("b", branding=(3, 4, 9))]
    assert added_up(answers) == {"branding": Queue(waiting=5, running=5, oldest_wait=9)}


class Source:
    """A source that tells what it is told, or nothing."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked = 0

    async def entries(self) -> list[Entry]:
        return await self.read()  # type: ignore[no-any-return]  # whatever the test said

    async def read(self) -> Any:
        self.asked += 1
        if self.answer is None:
            raise Unavailable("away")
        return self.answer


class World:
    """A reader and what it reads."""

    def __init__(self) -> None:
        self.now = 100.0
        self.agents = Source([entry(1, 2)])
        self.queues = Source({"branding": Queue(waiting=3, running=1, oldest_wait=4)})
        self.times = Source({"branding": 30.0})
        self.reader = InputReader(
            registry=self.agents,
            queues=self.queues,
            times=self.times,
            cluster=Unclustered(),
            clock=lambda: self.now,
        )

    async def sees(self, agent_type: str = "branding") -> Snapshot:
        return (await self.reader.read())[agent_type]


async def test_a_snapshot_carries_every_number_with_its_age() -> None:
    seen = await World().sees()
    assert seen.current_replicas == Reading(1, 1)
    assert seen.in_flight == Reading(2, 1)
    assert (seen.queued, seen.oldest_wait) == (Reading(3, 0), Reading(4, 0))
    assert (seen.slots_per_replica, seen.service_time) == (Reading(4, 1), Reading(30, 0))
    assert seen.predicted == Reading()


@pytest.mark.parametrize("name", ["agents", "queues"])
async def test_what_does_not_come_through_grows_old(name: str) -> None:
    world = World()
    await world.sees()
    getattr(world, name).answer = None
    world.now += 20
    seen = await world.sees()
    old = seen.in_flight if name == "agents" else seen.queued
    assert old.value is not None
    assert old.age is not None
    assert old.age >= 20
    assert seen.fresh("in_flight" if name == "agents" else "queued") is None


async def test_what_never_came_through_is_unknown() -> None:
    world = World()
    world.agents.answer = None
    seen = await world.sees()
    assert seen.current_replicas == seen.in_flight == seen.slots_per_replica == Reading()
    world = World()
    world.queues.answer = None
    assert (await world.sees()).queued == Reading()


async def test_an_empty_queue_and_a_missing_fleet_are_known_when_somebody_told() -> None:
    world = World()
    world.queues.answer = {"dossier": Queue(waiting=1)}
    assert (await world.sees()).queued == Reading(0, 0)
    dossier = await world.sees("dossier")
    assert (dossier.current_replicas, dossier.in_flight) == (Reading(0, 0), Reading(0, 0))


async def test_what_orchestrators_count_as_running_holds_a_replica() -> None:
    world = World()
    world.queues.answer = {"branding": Queue(running=7)}
    seen = await world.sees()
    assert (seen.in_flight.value, seen.in_flight_at_most.value) == (2, 7)


async def test_durations_are_asked_for_now_and_then() -> None:
    world = World()
    for _ in range(5):
        await world.sees()
    assert (world.times.asked, world.queues.asked) == (1, 5)
    world.now += SERVICE_TIMES_EVERY
    world.times.answer = None
    assert (await world.sees()).service_time == Reading(30, SERVICE_TIMES_EVERY)


class Three(Unclustered):
    """A cluster that knows Deployments."""

    async def deployed(self) -> Mapping[str, Deployed] | None:
        return {"branding": Deployed(name="branding", agent_type="branding", replicas=3, resource_version="7")}


async def test_a_cluster_knows_better_than_the_heartbeats() -> None:
    world = World()
    world.reader = InputReader(
        registry=world.agents, queues=world.queues, times=world.times, cluster=Three(), clock=lambda: world.now
    )
    assert (await world.sees()).current_replicas == Reading(3, 0)
