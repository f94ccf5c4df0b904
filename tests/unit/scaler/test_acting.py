"""What is decided gets done in order, once, and only by the leader; what fails is decided anew."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chassis.errors import Aborted, HeyJarvisError, PermissionDenied, Unavailable
from services.scaler.acting import DENIED_FOR, LONGEST_PAUSE, Actor
from services.scaler.domain.deployed import Deployed, Instance, Pod
from services.scaler.domain.drain import Drains
from services.scaler.domain.memory import Memory
from services.scaler.domain.model import Decision, Mode, Reading, Reason, Snapshot
from services.scaler.domain.policy import Drain, Policy
from services.scaler.gauges import Gauges
from services.scaler.leadership import Term, not_leading
from tests.unit.scaler.situations import LONG_AGO, Scaler, deployment, in_cluster, pod, policy, process


class Cluster:
    """Notes what is asked of it, and fails as it is told."""

    reachable = True

    def __init__(self) -> None:
        self.calls: list[Any] = []
        self.fails: HeyJarvisError | None = None

    async def deployed(self) -> Mapping[str, Deployed] | None:
        raise NotImplementedError

    async def scale(self, deployed: Deployed, replicas: int, *, dry_run: bool = False) -> Deployed:
        self.calls.append(("dry run" if dry_run else "scale", replicas))
        if self.fails is not None:
            raise self.fails
        return replace(deployed, replicas=replicas, resource_version="8")

    async def price(self, pod: Pod, cost: int | None) -> None:
        self.calls.append((pod.name, cost))
        if self.fails is not None:
            raise self.fails

    async def tell(self, deployed: Deployed, reason: str, note: str, *, warning: bool = False) -> None:
        self.calls.append(reason)


class Agents:
    """Notes who is asked to drain."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, float]] = []
        self.hang = asyncio.Event()
        self.hang.set()

    async def drain(self, endpoint: str, drain_id: str, ttl: float) -> bool:
        self.calls.append((endpoint, drain_id, ttl))
        await self.hang.wait()
        return ttl > 0


class Leader:
    """Leads until it is told otherwise."""

    name = "one"
    leads = True

    @property
    def term(self) -> Term | None:
        return Term("test", 1) if self.leads else None

    async def claim(self) -> bool:
        return self.leads

    def fence(self) -> Term:
        if not self.leads:
            raise not_leading(self.name)
        return Term("test", 1)

    async def resign(self) -> None:
        self.leads = False

    async def leader(self) -> str:
        return self.name


class World:
    """An actor, what it acts on, and a clock."""

    def __init__(self, rules: Policy | None = None) -> None:
        self.cluster, self.agents, self.leader = Cluster(), Agents(), Leader()
        self.now = 1000.0
        self.policy = rules or policy(drain=Drain(settle=2.0), down_window=0.0)
        self.actor = Actor(
            cluster=self.cluster,
            drainer=self.agents,
            leadership=self.leader,
            gauges=Gauges(),
            clock=lambda: self.now,
            chance=lambda: 1.0,
        )

    async def acts(self, seen: Snapshot, *, after: float = 0.0) -> Decision:
        self.now += after
        self.cluster.calls.clear()
        self.agents.calls.clear()
        scaler = Scaler(policy=self.policy, memory=Memory(since=LONG_AGO), now=self.now)
        decision = await self.actor.act(scaler.sees(seen), seen, self.policy)
        for _ in range(5):
            await asyncio.sleep(0)
        return decision


def seen(*processes: Instance, cost: int = 0, **changes: Any) -> Snapshot:
    pods = (pod(0), pod(1, deletion_cost=cost))
    return in_cluster(deployment(pods, **changes), processes=processes or (process(0, 2), process(1)))


DRAINED = (process(0, 2), process(1, draining=True))


async def test_a_shrink_is_cordon_then_price_then_write() -> None:
    world = World()
    decision = await world.acts(seen())
    assert (decision.reason, decision.applied, decision.deployed) == (Reason.DRAINING, False, 2)
    assert decision.victims == ("branding-1",)
    assert decision.steps[-1].name == "drain"
    assert world.agents.calls == [("10.0.0.1:50051", "scaler-uid-1", 60.0)]
    assert world.cluster.calls == ["DrainStarted"]
    await world.acts(seen(*DRAINED), after=5)
    assert world.cluster.calls == [("branding-1", -1000)]
    await world.acts(seen(*DRAINED, cost=-1000), after=5)
    assert world.cluster.calls == []
    decision = await world.acts(seen(*DRAINED, cost=-1000), after=5)
    assert world.cluster.calls == [("scale", 1), "Scaled"]
    assert (decision.applied, decision.result, decision.resource_version) == (True, "written", "8")
    assert (decision.desired, decision.deployed) == (1, 1)


async def test_growth_is_written_at_once_and_told() -> None:
    world = World()
    decision = await world.acts(seen(process(0, 4), process(1, 4)))
    assert world.cluster.calls == [("scale", 3), "Scaled"]
    assert decision.applied


async def test_a_race_that_is_lost_is_decided_again_at_once() -> None:
    world = World()
    world.cluster.fails = Aborted("The object has been modified.", reason="CONFLICT")
    decision = await world.acts(seen(process(0, 4), process(1, 4)))
    assert (decision.applied, decision.result, world.actor.again) == (False, "The object has been modified.", True)


async def test_a_cluster_that_does_not_answer_is_left_alone_longer_each_time_and_then_read_anew() -> None:
    world = World()
    grow = (process(0, 4), process(1, 4))
    world.cluster.fails = Unavailable("The API server does not answer.")
    await world.acts(seen(*grow))
    pauses = []
    for _ in range(7):
        assert world.cluster.calls == [("scale", 3)]
        failed, world.cluster.calls = world.now, []
        while not world.cluster.calls:
            decision = await world.acts(seen(*grow), after=0.5)
            assert world.cluster.calls or "nothing is written" in decision.result
        pauses.append(world.now - failed)
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, LONGEST_PAUSE, LONGEST_PAUSE]
    world.cluster.fails = None
    await world.acts(seen(*grow), after=LONGEST_PAUSE)
    assert world.cluster.calls == [("scale", 3), "Scaled"]
    world.cluster.fails = Unavailable("The API server does not answer.")
    await world.acts(seen(*grow), after=5)
    await world.acts(seen(*grow), after=1)
    assert world.cluster.calls == [("scale", 3)], "an answer in between begins anew"


async def test_nothing_is_written_on_what_was_read_before_it_failed() -> None:
    world = World()
    grow = seen(process(0, 4), process(1, 4))
    world.cluster.fails = Unavailable("The API server does not answer.")
    await world.acts(grow)
    world.cluster.fails = None
    await world.acts(replace(grow, current_replicas=Reading(2.0, 3.0)), after=2)
    assert world.cluster.calls == [], "it was read before"
    await world.acts(replace(grow, current_replicas=Reading(2.0, 1.0)), after=1)
    assert world.cluster.calls == [("scale", 3), "Scaled"]


async def test_a_missing_right_is_remembered_for_a_while() -> None:
    world = World()
    told = "The scaler may not update deployments/scale."
    world.cluster.fails = PermissionDenied(told)
    decision = await world.acts(seen(process(0, 4), process(1, 4)))
    assert decision.result == told
    assert world.actor.denied("branding") == told
    world.now += DENIED_FOR
    assert world.actor.denied("branding") == ""


async def test_observing_asks_the_cluster_once_whether_it_would_take_it() -> None:
    world = World(policy(mode=Mode.OBSERVE, down_window=0.0))
    decision = await world.acts(seen(process(0, 4), process(1, 4)))
    assert (world.cluster.calls, decision.result) == ([("dry run", 3)], "dry run passed")
    await world.acts(seen(process(0, 4), process(1, 4)), after=5)
    assert world.cluster.calls == []
    decision = await world.acts(seen(), after=5)
    assert (world.cluster.calls, world.agents.calls) == ([("dry run", 1)], [])
    assert decision.deployed == 2


async def test_who_does_not_lead_writes_nothing() -> None:
    world = World()
    world.leader.leads = False
    with pytest.raises(Aborted):
        await world.acts(seen(process(0, 4), process(1, 4)))
    assert world.cluster.calls == []


async def test_an_agent_that_hangs_holds_nobody_up_and_is_not_asked_twice() -> None:
    world = World()
    world.agents.hang.clear()
    await world.acts(seen())
    await world.acts(seen(), after=5)
    assert world.agents.calls == []
    await world.acts(seen(process(0, 4), process(1, 4)), after=5)
    assert world.cluster.calls == [("scale", 3), "Scaled"]
    world.agents.hang.set()
    for _ in range(10):
        await asyncio.sleep(0)
    assert world.agents.calls == [("10.0.0.1:50051", "scaler-uid-1", 0.0)], "in the order it was decided"
    await world.actor.aclose()


async def test_a_cost_that_cannot_be_taken_away_keeps_its_pod_cordoned() -> None:
    world = World()
    await world.acts(seen())
    await world.acts(seen(*DRAINED), after=5)
    world.cluster.fails = Unavailable("The API server does not answer.")
    await world.acts(seen(process(0, 4), process(1, draining=True), cost=-1000), after=5)
    assert world.agents.calls == [], "a priced pod takes no work"


async def test_a_conflict_calls_off_what_drains_and_writes_nothing() -> None:
    world = World()
    await world.acts(seen())
    decision = await world.acts(seen(*DRAINED, rivals=("HorizontalPodAutoscaler x",)), after=5)
    assert decision.reason is Reason.SCALER_CONFLICT
    assert world.cluster.calls == []
    assert world.agents.calls == [("10.0.0.1:50051", "scaler-uid-1", 0.0)]


async def test_what_would_be_done_can_be_asked_without_doing_it() -> None:
    world = World()
    scaler = Scaler(policy=world.policy)
    decision = world.actor.foresee(scaler.sees(seen()), seen(), world.policy)
    assert (decision.reason, decision.victims) == (Reason.DRAINING, ("branding-1",))
    assert (world.cluster.calls, world.agents.calls) == ([], [])
    assert world.actor._drains.get("branding", Drains()) == Drains()
