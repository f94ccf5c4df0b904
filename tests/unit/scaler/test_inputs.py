"""Inputs become snapshots: what is silent, gone, draining, unknown or old is never taken for zero."""

from collections.abc import Mapping
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from heyjarvis.agents.v1 import agent_service_pb2 as agents
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as orchestrator

from agent_sdk.registry import Entry
from chassis.errors import HeyJarvisError, PermissionDenied, Unavailable
from services.scaler.cluster import Cluster
from services.scaler.cluster.observe import Unclustered
from services.scaler.domain.deployed import Deployed, Instance
from services.scaler.domain.model import Reading, Snapshot
from services.scaler.inputs.demand import AgentDemand, Demand, Message, added_up
from services.scaler.inputs.fleet import fleets_of
from services.scaler.inputs.instances import until_empty
from services.scaler.inputs.reader import InputReader

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


def says(name: str, *agents_: orchestrator.AgentDemand, **fields: Any) -> orchestrator.WatchDemandResponse:
    return orchestrator.WatchDemandResponse(orchestrator=name, agents=agents_, **{"unclaimed_workflows": 0, **fields})


def needs(type_: str = "branding", *, wait: int | None = None, curve: Any = None, **counts: int) -> Any:
    forecasts = [
        orchestrator.Forecast(within=Duration(seconds=at), tasks=tasks)
        for at, tasks in ({5: 0.0, 60: 0.0} if curve is None else curve).items()
    ]
    oldest = None if wait is None else Duration(seconds=wait)
    return orchestrator.AgentDemand(agent_type=type_, oldest_wait=oldest, forecasts=forecasts, **counts)


def heard(*told: orchestrator.WatchDemandResponse, age: float = 0.0) -> Demand:
    return added_up(Message(told=one, age=age) for one in told)


def test_what_all_orchestrators_need_adds_up_and_one_that_is_heard_twice_counts_once() -> None:
    two = says("b", needs(waiting=3, running=4, wait=9, unfinished_workflows=2))
    demand = heard(says("a", needs(waiting=2, running=1, wait=5, unfinished_workflows=1)), two, two, age=0.5)
    branding = demand.of("branding")
    assert (branding.waiting, branding.running, branding.unfinished) == (5, 5, 3)
    assert branding.oldest_wait == 9.5, "it goes on waiting after the message"
    assert demand.of("dossier") == AgentDemand()


def test_the_sum_is_as_old_as_its_oldest_part() -> None:
    demand = added_up([Message(told=says("a"), age=1), Message(told=says("b"), age=9)])
    assert demand.age == 9


def test_leases_add_up_per_instance_and_unclaimed_workflows_do_not() -> None:
    lease = orchestrator.InstanceLease(instance="branding-1", running=2)
    demand = heard(says("a", leases=[lease], unclaimed_workflows=3), says("b", leases=[lease], unclaimed_workflows=2))
    assert (demand.leases["branding-1"], demand.unclaimed) == (4, 3)
    unknown = orchestrator.WatchDemandResponse(orchestrator="a")
    assert heard(unknown).unclaimed is None
    assert heard(unknown, says("b", unclaimed_workflows=1)).unclaimed == 1


@pytest.mark.parametrize(("horizon", "expected"), [(0, 0), (5, 1), (2.5, 0.5), (7.5, 2), (10, 3), (30, 3), (500, 3)])
def test_a_forecast_is_read_between_its_horizons(horizon: float, expected: float) -> None:
    curve = {5: 0.5, 10: 1.5}
    demand = heard(says("a", needs(curve=curve)), says("b", needs(curve=curve)))
    assert demand.of("branding").within(horizon) == pytest.approx(expected)


def test_one_that_foresees_nothing_makes_the_forecast_unknown_and_not_zero() -> None:
    blind = orchestrator.AgentDemand(agent_type="branding", waiting=1)
    assert heard(says("a", needs(curve={5: 1.0})), says("b", blind)).of("branding").within(5) is None


@pytest.mark.parametrize(("attempts", "expected"), [(0, 0.0), (1, 30.0), (2, 45.0)])
def test_when_it_is_empty_is_the_end_of_the_last_attempt(attempts: int, expected: float) -> None:
    assert until_empty(attempts, 30.0) == pytest.approx(expected)
    assert (until_empty(attempts, None) is None) == (attempts > 0)


class World:
    """A reader and what it reads."""

    def __init__(self) -> None:
        self.now = 100.0
        self.agents: list[Entry] | None = [entry(1, 2)]
        self.demand: Demand | None = heard(says("a", needs(waiting=3, running=1, wait=4, unfinished_workflows=1)))
        self.times: dict[str, Reading] = {"branding": Reading(30.0, 7.0)}
        self.cluster: Cluster = Unclustered()

    async def entries(self) -> list[Entry]:
        if self.agents is None:
            raise Unavailable("away")
        return self.agents

    def read(self) -> Demand | None:
        return self.demand

    def of(self, agent_type: str) -> Reading:
        return self.times.get(agent_type, Reading())

    def reader(self) -> InputReader:
        return InputReader(registry=self, demands=self, times=self, cluster=self.cluster, clock=lambda: self.now)

    async def sees(self, agent_type: str = "branding", **asked: Any) -> Snapshot:
        return (await self.reader().read(**asked))[agent_type]


async def test_a_snapshot_carries_every_number_with_its_age() -> None:
    seen = await World().sees()
    assert seen.current_replicas == Reading(1, 1)
    assert seen.in_flight == Reading(2, 1)
    assert (seen.queued, seen.oldest_wait, seen.unfinished) == (Reading(3, 0), Reading(4, 0), Reading(1, 0))
    assert (seen.slots_per_replica, seen.service_time) == (Reading(4, 1), Reading(30, 7))
    assert seen.predicted == Reading(0, 0)
    assert seen.throttled == Reading(0, 1)


async def test_what_does_not_come_through_grows_old() -> None:
    world = World()
    reader = world.reader()
    await reader.read()
    world.agents = None
    world.now += 20
    seen = (await reader.read())["branding"]
    assert seen.in_flight == Reading(2, 21)
    assert seen.fresh("in_flight") is None
    world.demand = heard(says("a", needs(waiting=3)), age=20)
    seen = (await reader.read())["branding"]
    assert seen.queued == Reading(3, 20)
    assert seen.fresh("queued") is None


async def test_what_never_came_through_is_unknown() -> None:
    world = World()
    world.agents = None
    seen = await world.sees()
    assert seen.current_replicas == seen.in_flight == seen.slots_per_replica == seen.throttled == Reading()
    world = World()
    world.demand = None
    seen = await world.sees()
    assert seen.queued == seen.predicted == seen.unfinished == Reading()


async def test_an_empty_queue_and_a_missing_fleet_are_known_when_somebody_told() -> None:
    world = World()
    world.demand = heard(says("a", needs("dossier", waiting=1)))
    assert (await world.sees()).queued == Reading(0, 0)
    dossier = await world.sees("dossier")
    assert (dossier.current_replicas, dossier.in_flight) == (Reading(0, 0), Reading(0, 0))


async def test_a_workflow_that_nobody_owns_may_need_any_agent() -> None:
    world = World()
    world.demand = heard(says("a", needs(unfinished_workflows=2), unclaimed_workflows=1))
    assert (await world.sees()).unfinished.value == 3
    assert (await world.sees("dossier", types=["dossier"])).unfinished.value == 1
    world.demand = heard(orchestrator.WatchDemandResponse(orchestrator="a"))
    assert (await world.sees()).unfinished == Reading()


async def test_what_orchestrators_count_as_running_holds_a_replica() -> None:
    world = World()
    world.demand = heard(says("a", needs(running=7)))
    seen = await world.sees()
    assert (seen.in_flight.value, seen.in_flight_at_most.value) == (2, 7)


async def test_tasks_are_foreseen_as_far_ahead_as_a_replica_takes_to_come() -> None:
    world = World()
    world.demand = heard(says("a", needs(curve={10: 1.0, 60: 6.0})))
    assert (await world.sees(horizons={"branding": 60.0})).predicted.value == 6
    assert (await world.sees(horizons={"branding": 10.0})).predicted.value == 1


async def test_instances_are_told_with_what_both_sides_say_runs_in_them() -> None:
    world = World()
    one = Entry(
        agents.AgentInstance(
            instance="b-1", type="branding", state=DRAINING, capacity=4, in_hand=1, pod_uid="p", endpoint="h:1"
        ),
        age=2,
    )
    world.agents = [one, entry(16, 1), entry(1, 1, state=STOPPED)]
    lease = orchestrator.InstanceLease(instance="b-1", running=2)
    world.demand = heard(says("a", leases=[lease]))
    (instance,) = (await world.sees()).instances
    assert instance == Instance(
        name="b-1",
        pod_uid="p",
        endpoint="h:1",
        capacity=4,
        in_hand=1,
        leased=2,
        draining=True,
        age=2,
        expected_left=45.0,
    )


@pytest.mark.parametrize("age", [None, 11.0])
async def test_without_a_fresh_lease_table_nothing_is_empty(age: float | None) -> None:
    world = World()
    world.agents = [entry(1, 0)]
    world.demand = None if age is None else heard(says("a"), age=age)
    assert not (await world.sees()).instances[0].empty
    world.demand = heard(says("a"))
    assert (await world.sees()).instances[0].empty


async def test_the_throttled_share_is_of_what_is_in_hand() -> None:
    world = World()
    world.agents = [entry(1, 3), entry(2, 1)]
    world.agents[0].instance.throttled = 2
    assert (await world.sees()).throttled == Reading(0.5, 2)


class Clustered(Unclustered):
    """A cluster that knows Deployments, or an error."""

    def __init__(self, error: HeyJarvisError | None = None) -> None:
        self.error = error

    async def deployed(self) -> Mapping[str, Deployed] | None:
        if self.error is not None:
            raise self.error
        three = Deployed(name="branding", agent_type="branding", replicas=3, resource_version="7", age=2.0)
        return {"branding": three}


async def test_a_cluster_knows_better_than_the_heartbeats() -> None:
    world = World()
    world.cluster = Clustered()
    seen = await world.sees()
    assert seen.current_replicas == Reading(3, 2)
    assert seen.deployed is not None
    assert (await world.sees("x", types=["x"])).current_replicas == Reading()


async def test_a_cluster_that_does_not_answer_is_not_replaced_by_heartbeats() -> None:
    world = World()
    world.cluster = Clustered(Unavailable("away"))
    seen = await world.sees()
    assert (seen.current_replicas, seen.denied) == (Reading(), "")
    world.cluster = Clustered(PermissionDenied("may not list pods"))
    assert (await world.sees()).denied == "may not list pods"
