"""Loads played through the decision code."""

import random
from typing import Any

import pytest

from services.scaler.domain.simulate import Outcome, Task, TooLong, simulate
from services.scaler.strategies.queue_latency import QueueLatency
from services.scaler.strategies.utilization import Utilization
from tests.unit.scaler.situations import policy


def play(tasks: list[Task], *, cold_start: float = 0.0, slots: int = 4, **changes: Any) -> Outcome:
    return simulate(policy(**changes), Utilization(), tasks, slots=slots, cold_start=cold_start)


def poisson(seed: int, per_minute: float, minutes: float) -> list[Task]:
    chance, now, tasks = random.Random(seed), 0.0, []
    while now < minutes * 60:
        now += chance.expovariate(per_minute / 60)
        tasks.append(Task(now, min(max(chance.lognormvariate(3.4, 0.7), 5), 300)))
    return tasks


def test_one_task_on_a_warm_replica_waits_not_at_all() -> None:
    outcome = play([Task(10, 30)])
    assert (outcome.wait_p50, outcome.wait_p99, outcome.killed_tasks) == (0, 0, 0)
    assert outcome.pod_hours == pytest.approx(40 / 3600)


def test_a_task_at_zero_waits_for_the_cold_start() -> None:
    outcome = play([Task(1000, 30)], min_replicas=0, cold_start=12)
    assert outcome.wait_p50 == 12
    assert outcome.pod_hours == pytest.approx(42 / 3600)


def test_a_fixed_fleet_queues_as_it_must() -> None:
    outcome = play([Task(0, 10) for _ in range(40)], slots=1, min_replicas=4, max_replicas=4)
    assert outcome.wait_p50 == 40
    assert outcome.wait_p99 == 90
    assert outcome.actions_per_hour == 0


def test_a_burst_is_met_by_growth_and_gone_afterwards() -> None:
    tasks = [Task(60, 30) for _ in range(32)] + [Task(3600, 1)]
    outcome = play(tasks, cold_start=10)
    assert outcome.wait_p95 < 16
    assert outcome.killed_tasks == 0
    assert outcome.pod_hours < 2.0, "it does not stay at ten for the hour"


def test_it_is_deterministic_and_scales_with_the_load() -> None:
    tasks = poisson(1, 20, 60)
    first, second = play(tasks, cold_start=12), play(list(reversed(tasks)), cold_start=12)
    assert first == second
    assert first.wait_p95 <= 2
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
        play([Task(0, 3600) for _ in range(1000)], max_replicas=1)
    with pytest.raises(TooLong):
        simulate(policy(), Utilization(), [Task(0, 1)], slots=1, stopped=lambda: True)


def test_many_tasks_are_played() -> None:
    tasks = [Task(number * 0.8, 20) for number in range(10_000)]
    outcome = play(tasks, cold_start=12, max_replicas=50)
    assert outcome.wait_p99 < 20
