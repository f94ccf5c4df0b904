"""What is likely, learned from what was seen."""

import math
import random

import pytest

from services.scaler.simulation.forecast import LEAST, Durations
from services.scaler.simulation.load import Job, Task
from services.scaler.simulation.work import Work


def seen(*durations: float) -> Durations:
    found = Durations()
    for duration in durations:
        found.note(duration)
    return found


def test_it_comes_close_to_the_true_distribution() -> None:
    chance = random.Random(1)
    durations = seen(*(chance.lognormvariate(math.log(30), 0.8) for _ in range(5000)))
    assert durations.done_within(30) == pytest.approx(0.5, abs=0.03)
    # Pr(T <= 60 | T > 30) of that distribution
    assert durations.done_within(30, age=30) == pytest.approx(0.61, abs=0.03)


def test_little_is_no_ground_and_the_oldest_is_due() -> None:
    assert seen(*[10.0] * (LEAST - 1)).done_within(100) == 0
    assert seen().mean is None
    overdue = seen(*[10.0] * LEAST)
    assert overdue.done_within(5, age=500) == 1
    assert overdue.mean == 10


def test_expected_are_those_one_step_away() -> None:
    work = Work()
    for _ in range(LEAST):
        work.durations.note(10.0)
    work.arrive(Job(0.0, (Task(10.0), Task(10.0, after=(0,)), Task(10.0, after=(0,)), Task(10.0, after=(1, 2)))), 0.0)
    first, _ = work.start(0.0)
    assert work.expected(30.0, 0.0) == 2
    assert 0 < work.expected(1.0, 9.0) < 2
    work.finish(first, 10.0)
    second, third = work.start(10.0)[0], work.start(10.0)[0]
    assert work.expected(30.0, 10.0) == 1
    work.finish(second, 20.0)
    work.finish(third, 20.0)
    assert work.expected(30.0, 20.0) == 0
    assert work.queued == 1
