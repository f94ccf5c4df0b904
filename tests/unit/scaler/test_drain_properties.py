"""Whatever happens in whatever order, no busy replica is priced or deleted. The world checks it as things are done."""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.scaler.domain.drain import HELD_FOR, TTL, Drains
from services.scaler.domain.policy import Drain
from tests.unit.scaler.drain_world import World
from tests.unit.scaler.situations import policy


class Draining(RuleBasedStateMachine):
    """Work comes and goes, leaders change, the API and agents fail, and watches lag."""

    @initialize(
        replicas=st.integers(2, 5), fewer=st.integers(1, 2), cost=st.booleans(), busy=st.lists(st.integers(0, 4))
    )
    def begin(self, replicas: int, fewer: int, cost: bool, busy: list[int]) -> None:
        self.world = World(replicas, rules=policy(drain=Drain(cost=cost, timeout=60.0, min_age=20.0)))
        self.wanted = replicas - fewer
        for choice in busy:
            self.world.assign(choice)
        self.world.hear()
        self.world.tick(self.wanted)

    @rule(wanted=st.integers(0, 6))
    def want(self, wanted: int) -> None:
        self.wanted = wanted

    @rule(choice=st.integers(0, 9), count=st.integers(1, 6))
    def assign(self, choice: int, count: int) -> None:
        for _ in range(count):
            self.world.assign(choice)

    @rule(choice=st.integers(0, 9), count=st.integers(1, 9))
    def finish(self, choice: int, count: int) -> None:
        for _ in range(count):
            self.world.finish(choice)

    @rule(seconds=st.sampled_from([1.0, 3.0, 5.0, 20.0, 70.0]))
    def wait(self, seconds: float) -> None:
        self.world.now += seconds

    @rule()
    def watch(self) -> None:
        self.world.watch()

    @rule()
    def hear(self) -> None:
        self.world.hear()

    @rule()
    def reconcile(self) -> None:
        # The controller sees annotations late; the settle time is there for that.
        self.world.reconcile()

    @rule()
    def new_leader(self) -> None:
        self.world.drains = Drains()

    @rule(choice=st.integers(0, 9))
    def agent_comes_or_goes_silent(self, choice: int) -> None:
        agents = list(self.world.agents.values())
        if agents:
            agent = agents[choice % len(agents)]
            agent.reachable = not agent.reachable

    @rule()
    def api_comes_or_goes(self) -> None:
        self.world.api_down = not self.world.api_down

    @rule(choice=st.integers(0, 9))
    def readiness_changes(self, choice: int) -> None:
        """Seen at once: what happens between a write and the deletion is beyond anybody's control."""
        world = self.world
        world.reconcile()
        agents = list(world.agents.values())
        if agents:
            agent = agents[choice % len(agents)]
            agent.not_ready = not agent.not_ready
            world.watch()
            world.hear()

    @rule(choice=st.integers(0, 9), busy=st.integers(0, 1))
    def process_restarts(self, choice: int, busy: int) -> None:
        agents = [agent for agent in self.world.agents.values() if self.world.started(agent)]
        if agents and len(self.world.agents) <= self.world.spec:
            agents[choice % len(agents)].cordons.clear()
            agents[choice % len(agents)].in_hand = busy
            self.world.hear()

    @rule(choice=st.integers(0, 9), seconds=st.integers(1, 14))
    def a_cordon_lapses_unseen(self, choice: int, seconds: int) -> None:
        """Its agent hears nobody, but is heard; a moment after the last heartbeat it takes work again."""
        world = self.world
        cordoned = [agent for agent in world.agents.values() if world.cordoned(agent)]
        if not cordoned or world.api_down or len(world.agents) > world.spec:
            return
        agent = cordoned[choice % len(cordoned)]
        agent.reachable = False
        lapses = max(agent.cordons.values())
        while world.now + 5 < lapses:
            world.now += 5
            world.watch()
            world.hear()
            world.tick(self.wanted)
            world.reconcile()
            if agent.uid not in world.agents:
                return
        world.now = lapses + seconds / 10
        world.assign(choice)
        world.watch()
        world.tick(self.wanted)

    @rule(steps=st.integers(1, 8), seconds=st.sampled_from([0.5, 2.0, 5.0]), heard=st.booleans(), seen=st.booleans())
    def tick(self, steps: int, seconds: float, heard: bool, seen: bool) -> None:
        for _ in range(steps):
            self.world.tick(self.wanted)
            self.world.reconcile()
            self.world.now += seconds
            if seen and not self.world.api_down:
                self.world.watch()
            if heard:
                self.world.hear()

    @rule()
    def tick_without_right(self) -> None:
        self.world.tick(self.wanted, acts=False)

    @invariant()
    def state_is_bounded(self) -> None:
        world: Any = getattr(self, "world", None)
        if world is not None:
            assert len(world.drains.victims) <= world.next
            assert len(world.drains.spared) <= len(world.agents) + len(world.deleted)


Draining.TestCase.settings = settings(max_examples=500, stateful_step_count=30, deadline=None)
TestDraining = Draining.TestCase


def test_what_a_pod_said_in_an_earlier_drain_does_not_make_it_empty() -> None:
    world = World(2, rules=policy(drain=Drain(cost=False, timeout=60.0, min_age=20.0)))
    world.tick(1)
    world.hear()
    world.now += 0.5
    world.watch()
    world.tick(1, acts=False)
    world.assign(1)
    for _ in range(3):
        world.tick(1)
        world.now += 2
    assert world.spec == 2


@pytest.mark.parametrize("wanted", [0, 1, 3, 4])
def test_a_calm_world_comes_to_what_is_wanted(wanted: int) -> None:
    world = World(4)
    world.agents["uid-3"].in_hand = 2
    path = []
    for moment in range(60):
        if moment == 20:
            world.agents["uid-3"].in_hand = 0
        world.tick(wanted)
        world.now += 5
        world.reconcile()
        world.watch()
        world.hear()
        path.append(world.spec)
    assert path[-1] == wanted
    assert path == sorted(path, reverse=True), "and never takes a step back"
    assert not any(world.cordoned(agent) or agent.cost for agent in world.agents.values())


def test_a_cordon_is_trusted_for_less_time_than_it_lasts() -> None:
    assert HELD_FOR + 15.0 < TTL
