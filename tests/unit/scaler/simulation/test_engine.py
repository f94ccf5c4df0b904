"""Loads played through the decision code."""

import random
from typing import Any

import pytest

from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Strategy
from services.scaler.simulation.autoscaler import Rule, View
from services.scaler.simulation.autoscalers.fixed import Fixed
from services.scaler.simulation.autoscalers.heyjarvis import HeyJarvis
from services.scaler.simulation.engine import TooLong
from services.scaler.simulation.engine import play as play_load
from services.scaler.simulation.load import Job, Task, load_of, single
from services.scaler.simulation.loads import synthetic
from services.scaler.simulation.outcome import Outcome
from services.scaler.simulation.setting import Faults, Setting
from services.scaler.strategies.queue_latency import QueueLatency
from services.scaler.strategies.utilization import Utilization
from tests.unit.scaler.situations import policy


def play(
    jobs: list[Job], *, cold_start: float = 0.0, slots: int = 4, longest: float = 48 * 3600, **changes: Any
) -> Outcome:
    return simulate(policy(**changes), Utilization(), jobs, slots=slots, cold_start=cold_start, longest=longest)


def simulate(
    policy: Policy, strategy: Strategy, jobs: list[Job], *, slots: int, cold_start: float = 0.0, **limits: Any
) -> Outcome:
    setting = Setting(slots=slots, cold_start=cold_start)
    return play_load(load_of("test", jobs), HeyJarvis(policy, strategy, setting), setting, **limits)


def poisson(seed: int, per_minute: float, minutes: float) -> list[Job]:
    chance, now, tasks = random.Random(seed), 0.0, []
    while now < minutes * 60:
        now += chance.expovariate(per_minute / 60)
        tasks.append(single(now, min(max(chance.lognormvariate(3.4, 0.7), 5), 300)))
    return tasks


def test_one_task_on_a_warm_replica_waits_not_at_all() -> None:
    outcome = play([single(10, 30)])
    assert (outcome.wait(0.5), outcome.wait(0.99), outcome.killed_tasks) == (0, 0, 0)
    assert outcome.pod_hours == pytest.approx(40 / 3600)


def test_a_task_at_zero_waits_for_the_cold_start() -> None:
    outcome = play([single(1000, 30)], min_replicas=0, cold_start=12)
    assert outcome.wait(0.5) == 12
    assert outcome.pod_hours == pytest.approx(42 / 3600)


def test_a_fixed_fleet_queues_as_it_must() -> None:
    outcome = play([single(0, 10) for _ in range(40)], slots=1, min_replicas=4, max_replicas=4)
    assert outcome.wait(0.5) == 40
    assert outcome.wait(0.99) == 90
    assert outcome.actions_per_hour == 0


def test_a_burst_is_met_by_growth_and_gone_afterwards() -> None:
    tasks = [single(60, 30) for _ in range(32)] + [single(3600, 1)]
    outcome = play(tasks, cold_start=10)
    assert outcome.wait(0.95) < 16
    assert outcome.killed_tasks == 0
    assert outcome.pod_hours < 2.0, "it does not stay at ten for the hour"


def test_it_is_deterministic_and_scales_with_the_load() -> None:
    tasks = poisson(1, 20, 60)
    first, second = play(tasks, cold_start=12), play(list(reversed(tasks)), cold_start=12)
    assert first == second
    assert first.wait(0.95) <= 2
    light = play(poisson(1, 4, 60), cold_start=12)
    assert light.pod_hours < first.pod_hours


def test_a_strategy_that_keeps_less_warm_costs_less_and_waits_longer() -> None:
    tasks = poisson(2, 30, 60)
    common: dict[str, Any] = {"slots": 4, "cold_start": 12}
    warm = simulate(policy(max_replicas=50), Utilization(), tasks, **common)
    lean = simulate(policy(max_replicas=50), QueueLatency(), tasks, **common)
    assert lean.pod_hours < warm.pod_hours


def test_what_never_finishes_is_refused_in_bounded_time() -> None:
    with pytest.raises(TooLong):
        play([single(0, 3600) for _ in range(1000)], max_replicas=1, longest=2 * 3600)
    with pytest.raises(TooLong):
        simulate(policy(), Utilization(), [single(0, 1)], slots=1, stopped=lambda: True)


def test_many_tasks_are_played() -> None:
    tasks = [single(number * 0.8, 20) for number in range(10_000)]
    outcome = play(tasks, cold_start=12, max_replicas=50)
    assert outcome.wait(0.99) < 20


def test_a_deleted_replica_kills_what_its_grace_does_not_cover_and_the_task_is_done_again() -> None:
    long = load_of("long", [single(0, 100), single(0, 100)], lasts=400)
    loses = play_load(long, Shrinks(at=20), Setting(slots=1, cold_start=0, grace=30))
    assert loses.killed_tasks == 1
    assert loses.waits == (0.0, 100.0), "the second runs again when the first is done"
    keeps = play_load(long, Shrinks(at=20), Setting(slots=1, cold_start=0, grace=100))
    assert (keeps.killed_tasks, keeps.waits) == (0, (0.0, 0.0))
    assert keeps.pod_hours == pytest.approx((400 + 100) / 3600), "the time it takes to leave is paid"


@pytest.mark.parametrize("name", ["on-off", "fan-out"])
@pytest.mark.parametrize("loss", [0.0, 0.2])
def test_the_drain_gate_needs_no_grace(name: str, loss: float) -> None:
    setting = Setting(
        grace=0.0, cold_start_spread=0.2, faults=Faults(heartbeat_loss=loss, api_latency=2.0, conflicts=0.1)
    )
    ours = HeyJarvis(policy(max_replicas=40, down_window=30), Utilization(), setting)
    outcome = play_load(synthetic(name, seed=1, hours=1), ours, setting)
    assert outcome.killed_tasks == 0
    sizes = [moment.replicas for moment in outcome.moments]
    assert max(sizes) > 10
    assert loss or min(sizes[sizes.index(max(sizes)) :]) < 3, "it does shrink"


def test_what_waits_for_others_comes_when_they_are_done() -> None:
    fan = Job(10.0, (Task(30.0), *(Task(5.0, after=(0,)) for _ in range(3)), Task(1.0, after=(1, 2, 3))))
    outcome = play_load(load_of("fan", [fan]), Fixed(1), Setting(slots=2, cold_start=0))
    assert sorted(outcome.waited) == [(10.0, 0.0), (40.0, 0.0), (40.0, 0.0), (40.0, 5.0), (50.0, 0.0)]


def test_silent_replicas_hold_what_there_is() -> None:
    jobs = poisson(3, 20, 60)
    heard, silent = (
        play_load(
            load_of("poisson", jobs),
            HeyJarvis(policy(max_replicas=40), Utilization(), setting),
            setting,
        )
        for setting in (Setting(), Setting(faults=Faults(heartbeat_loss=0.3)))
    )
    assert silent.pod_hours > heard.pod_hours
    assert silent.wait(0.95) < 5
    assert silent.killed_tasks == 0


def test_a_slow_api_and_refused_writes_cost_time_and_nothing_else() -> None:
    jobs = [single(60, 30) for _ in range(32)]
    outcomes = [
        play_load(load_of("burst", jobs), HeyJarvis(policy(), Utilization(), setting), setting)
        for setting in (Setting(), Setting(faults=Faults(api_latency=7.0, conflicts=0.5)))
    ]
    quick, slow = outcomes
    assert slow.wait(0.95) > quick.wait(0.95) + 5
    assert len(slow.waits) == len(quick.waits) == 32


def test_the_task_graph_is_heeded_before_the_fan_is_queued() -> None:
    jobs = [Job(600.0 * number, (Task(30.0), *(Task(20.0, after=(0,)) for _ in range(40)))) for number in range(12)]
    foresees, waits = (
        play_load(
            load_of("fans", jobs),
            HeyJarvis(policy(max_replicas=40, prediction_weight=weight), Utilization(), Setting()),
            Setting(),
        )
        for weight in (1.0, 0.0)
    )
    assert foresees.wait(0.5) < waits.wait(0.5)


class Shrinks(Rule):
    """Two replicas, then one."""

    every = 5.0
    first = 2

    def __init__(self, at: float) -> None:
        self._at = at

    def wish(self, view: View) -> int:
        return 2 if view.now < self._at else 1
