"""Draining as stories: who goes, when the count is written, and what calls it off."""

from dataclasses import replace

import pytest

from services.scaler.domain.actions import Cordon, Price, Uncordon, Unprice, Write
from services.scaler.domain.drain import Drains, plan
from services.scaler.domain.model import Reading, Reason, Snapshot
from services.scaler.domain.policy import Drain
from services.scaler.domain.victims import candidates, known_pods
from tests.unit.scaler.drain_world import World
from tests.unit.scaler.situations import deployment, in_cluster, pod, policy, process

R = Reason


def order(seen: Snapshot) -> list[str]:
    assert seen.deployed is not None
    found = candidates(known_pods(seen), policy(), seen.deployed.newest_replica_set, ())
    return [known.pod.uid for known in found]


def step(world: World, wanted: int, seconds: float = 5.0) -> tuple[Reason | None, list[type]]:
    """One tick, and the world goes on after it."""
    planned = world.tick(wanted)
    world.now += seconds
    world.reconcile()
    world.watch()
    world.hear()
    return planned.reason, [type(action) for action in planned.actions if not hasattr(action, "reason")]


def test_an_idle_replica_goes_step_by_step() -> None:
    world = World(3)
    world.agents["uid-0"].in_hand = 2
    world.agents["uid-2"].in_hand = 1
    world.hear()
    assert step(world, 2) == (R.DRAINING, [Cordon])
    assert world.cordoned(world.agents["uid-1"]), "the idle one"
    assert step(world, 2) == (R.DRAINING, [Price])
    assert step(world, 2) == (R.DRAINING, []), "its cost has just been seen"
    assert step(world, 2) == (None, [Cordon, Write])
    assert world.spec == 2
    assert world.deleted == ["uid-1"]
    assert step(world, 2) == (None, [])
    assert world.drains.victims == ()
    assert world.told == ["DrainStarted"]


def test_a_busy_replica_finishes_first_and_takes_nothing_new() -> None:
    world = World(2)
    for agent in world.agents.values():
        agent.in_hand = 1
    world.hear()
    for _ in range(4):
        assert step(world, 1)[0] is R.DRAINING
    assert world.spec == 2
    (victim,) = world.drains.victims
    world.assign(0)
    assert world.agents[victim.pod.uid].in_hand == 1, "work went elsewhere"
    world.agents[victim.pod.uid].in_hand = 0
    for _ in range(4):
        step(world, 1)
    assert world.deleted == [victim.pod.uid]


def test_the_least_left_goes_first_and_then_the_youngest() -> None:
    processes = (
        process(0, 1, expected_left=9.0),
        process(1, 2, expected_left=3.0),
        process(2, 1),
        process(3),
        process(4),
    )
    assert order(in_cluster(deployment(5), processes=processes)) == ["uid-4", "uid-3", "uid-1", "uid-0", "uid-2"]


def test_who_is_no_victim() -> None:
    pods = (
        pod(0, age=59.0),
        pod(1, replica_set="branding-old"),
        pod(2),
        pod(3),
        pod(4, ready=False, age=20.0),
        pod(5, ready=False, age=70.0),
        pod(6, ready=False, age=20.0, pending_for=20.0),
        pod(7),
    )
    processes = (process(0), process(1), process(2, age=16.0), process(7))
    seen = in_cluster(deployment(pods), processes=processes)
    assert order(seen) == ["uid-6", "uid-5", "uid-7"], "new, old template, silent, never heard of, still starting"


def test_a_pod_that_is_not_ready_and_may_be_busy_stops_it() -> None:
    for doubtful in (process(1, 1), process(1, leased=1), process(1, age=16.0)):
        seen = in_cluster(deployment((pod(0), pod(1, ready=False))), processes=(process(0), doubtful))
        planned = plan(seen, 1, Drains(), policy(), 0.0)
        assert (planned.reason, planned.actions) == (R.BUSY_POD_NOT_READY, ())
        assert "branding-1 is not ready and may be busy" in planned.note


def test_a_pod_that_never_started_goes_before_any_other() -> None:
    world = World(2)
    stuck = world._add(starts=False)
    world.spec = 3
    for agent in world.agents.values():
        agent.in_hand = 1 if agent.starts else 0
    world.now += 30
    world.watch()
    world.hear()
    for _ in range(4):
        step(world, 2)
    assert world.deleted == [stuck.uid]


def test_nothing_is_written_while_a_pod_that_starts_would_be_taken_first() -> None:
    world = World(3)
    world.spec = 4
    world.reconcile()
    world.watch()
    world.agents["uid-3"].not_ready = True
    for _ in range(6):
        world.tick(3)
        world.now += 5
        world.watch()
        world.hear()
    assert world.spec == 4
    assert "branding-3 is not ready yet" in world.tick(3).note
    world.agents["uid-3"].not_ready = False
    world.watch()
    step(world, 3)
    step(world, 3)
    assert world.spec == 3


def test_demand_that_rises_recalls_before_it_adds() -> None:
    world = World(3)
    step(world, 1)
    assert step(world, 1)[1] == [Price, Price]
    planned = world.tick(4)
    kinds = [type(action) for action in planned.actions]
    assert kinds == [Unprice, Uncordon, Unprice, Uncordon, Write]
    assert world.spec == 4
    assert not any(world.cordoned(agent) or agent.cost for agent in world.agents.values())


def test_of_two_that_drain_the_one_with_more_to_do_is_recalled() -> None:
    world = World(3)
    for number, busy in enumerate((1, 2, 3)):
        world.agents[f"uid-{number}"].in_hand = busy
    world.hear()
    step(world, 1)
    assert {one.pod.uid for one in world.drains.victims} == {"uid-0", "uid-1"}
    planned = world.tick(2)
    assert [one.pod.uid for one in planned.drains.victims] == ["uid-0"]
    assert not world.cordoned(world.agents["uid-1"])


def test_one_that_takes_too_long_is_let_off_and_another_chosen() -> None:
    world = World(2, rules=policy(drain=Drain(timeout=60.0)))
    world.agents["uid-0"].in_hand = 1
    world.agents["uid-1"].in_hand = 2
    world.hear()
    for _ in range(13):
        step(world, 1)
    assert [one.pod.uid for one in world.drains.victims] == ["uid-0"]
    step(world, 1)
    assert "DrainTimedOut" in world.told
    assert [one.pod.uid for one in world.drains.victims] == ["uid-1"]
    assert not world.cordoned(world.agents["uid-0"])


def test_a_shrink_that_lost_a_race_begins_anew() -> None:
    world = World(2)
    for _ in range(3):
        step(world, 1)
    world.version += 1  # somebody wrote after our watch caught up
    assert step(world, 1)[1] == [Cordon, Write]
    assert world.spec == 2
    assert step(world, 1)[1] == [Write], "read again, decided again, checked again"
    assert world.spec == 1


def test_a_victim_that_is_not_deleted_in_time_is_let_off() -> None:
    world = World(2)
    for _ in range(3):
        step(world, 1)
    world.tick(1)
    assert world.spec == 1
    for _ in range(7):  # the controller sleeps
        world.now += 5
        world.watch()
        world.hear()
        planned = world.tick(1)
    assert [type(action) for action in planned.actions] == [Unprice, Uncordon]
    assert planned.drains.victims == ()


def test_a_pod_that_went_although_it_was_no_victim_is_told() -> None:
    world = World(3)
    world.agents["uid-0"].in_hand = 1
    world.hear()
    for _ in range(3):
        step(world, 2)
    world.tick(2)
    del world.agents["uid-0"]
    world.watch()
    planned = world.tick(2)
    assert planned.unexpected == ("branding-0",)
    assert world.told == ["DrainStarted", "UnexpectedVictim"]
    assert world.tick(2).unexpected == (), "once"


def test_the_next_leader_goes_on_with_what_is_half_done() -> None:
    world = World(3)
    step(world, 2)
    step(world, 2)
    began = {uid for uid, agent in world.agents.items() if agent.cost}
    world.drains = Drains()
    assert step(world, 2) == (R.DRAINING, [Cordon])
    step(world, 2)
    step(world, 2)
    assert set(world.deleted) == began


def test_the_next_leader_calls_off_what_is_not_wanted_any_more() -> None:
    world = World(3)
    step(world, 2)
    step(world, 2)
    world.drains = Drains()
    assert step(world, 3)[1] == [Unprice, Uncordon]
    assert not any(world.cordoned(agent) or agent.cost for agent in world.agents.values())
    assert step(world, 3)[1] == []


def test_somebody_elses_drain_is_left_alone() -> None:
    world = World(2)
    world.agents["uid-0"].cordons["by hand"] = world.now + 1000
    world.hear()
    step(world, 2)
    assert world.cordoned(world.agents["uid-0"])


@pytest.mark.parametrize("busy", [0, 1])
def test_a_restart_in_a_victim_takes_its_cost_back(busy: int) -> None:
    world = World(2)
    step(world, 1)
    step(world, 1)
    (victim,) = world.drains.victims
    agent = world.agents[victim.pod.uid]
    agent.cordons.clear()  # another process, which knows of no drain
    agent.in_hand = busy
    world.hear()
    assert step(world, 1)[1] == [Cordon, Unprice]
    assert agent.cost == 0
    assert world.spec == 2


def test_a_cordon_that_may_have_lapsed_is_not_rested_on() -> None:
    world = World(2)
    step(world, 1)
    (victim,) = world.drains.victims
    world.agents[victim.pod.uid].reachable = False
    for _ in range(8):
        world.now += 5
        world.hear()
        world.watch()
    world.tick(1)
    assert world.agents[victim.pod.uid].cost == 0, "it said yes 45 s ago; a minute after that it takes work again"


def test_what_orchestrators_hold_is_asked_too() -> None:
    world = World(2)
    step(world, 1)
    unheard = replace(world.snapshot(), queued=Reading())
    assert not any(
        isinstance(action, Price) for action in plan(unheard, 1, world.drains, world.policy, world.now).actions
    )
    leased = tuple(replace(one, leased=1) for one in world.heard)
    held = replace(world.snapshot(), instances=leased)
    assert not any(isinstance(action, Price) for action in plan(held, 1, world.drains, world.policy, world.now).actions)
    assert any(isinstance(action, Price) for action in world.tick(1).actions)


def test_a_cost_that_is_left_over_is_taken_away_before_anything_is_written() -> None:
    world = World(3)
    for _ in range(3):
        step(world, 2)
    (victim,) = world.drains.victims
    world.agents["uid-0"].cost = -1000
    world.watch()
    assert step(world, 2)[1] == [Unprice, Cordon]
    assert (world.spec, world.agents["uid-0"].cost) == (3, 0)
    step(world, 2)
    assert world.deleted == [victim.pod.uid]


def test_one_write_at_a_time() -> None:
    world = World(4)
    for _ in range(3):
        step(world, 3)
    world.tick(3)
    assert world.spec == 3
    for _ in range(4):  # the controller sleeps
        world.now += 5
        world.watch()
        world.hear()
        planned = world.tick(1)
    assert "The last write did not show" in planned.note
    assert world.spec == 3


def test_without_costs_a_drained_agent_goes_not_ready_and_so_first() -> None:
    world = World(3, rules=policy(drain=Drain(cost=False)))
    world.agents["uid-1"].in_hand = 1
    world.hear()
    kinds = [kind for _ in range(5) for kind in step(world, 2)[1]]
    assert Price not in kinds
    assert world.deleted == ["uid-2"]


def test_a_count_without_pods_shrinks_at_once() -> None:
    seen = in_cluster(deployment(2, replicas=5), 1, 1)
    (write,) = plan(seen, 3, Drains(), policy(), 0.0).actions
    assert isinstance(write, Write)
    assert (write.replicas, write.victims) == (3, ())


def test_who_may_not_write_calls_everything_off() -> None:
    world = World(2)
    step(world, 1)
    step(world, 1)
    planned = world.tick(1, acts=False)
    assert [type(action) for action in planned.actions] == [Unprice, Uncordon]
    world.watch()
    world.hear()
    assert world.tick(1, acts=False).actions == ()


def test_while_the_cluster_is_silent_only_priced_pods_stay_cordoned() -> None:
    world = World(3)
    step(world, 2)
    step(world, 2)
    world.agents["uid-0"].in_hand = world.agents["uid-1"].in_hand = 1
    step(world, 1)
    world.now += 60
    world.hear()
    seen = world.snapshot()
    planned = plan(seen, 1, world.drains, world.policy, world.now)
    assert [(type(action), action.pod.uid) for action in planned.actions if isinstance(action, Cordon)] == [
        (Cordon, "uid-2")
    ]
    assert planned.replicas is None


def test_without_a_cluster_there_is_nothing_to_do() -> None:
    seen = replace(in_cluster(deployment(2), 0, 0), deployed=None)
    assert plan(seen, 1, Drains(), policy(), 0.0).actions == ()
