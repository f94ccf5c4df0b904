"""The rules of others, held to what their sources say."""

from itertools import pairwise
from typing import Any

import pytest

from services.scaler.simulation.autoscaler import View
from services.scaler.simulation.autoscalers.hpa import Hpa
from services.scaler.simulation.autoscalers.kpa import Kpa
from services.scaler.simulation.autoscalers.queue_only import QueueOnly


def view(now: float, replicas: int, **changes: Any) -> View:
    fields: dict[str, Any] = {
        "now": now,
        "replicas": replicas,
        "ready": replicas,
        "slots": 4,
        "in_flight": 0,
        "in_flight_at_most": 0,
        "queued": 0,
        "oldest_wait": 0.0,
        "demand_seconds": 0.0,
        "service_time": None,
        "predicted": 0.0,
        "unfinished": 0,
        "pods": (),
    }
    return View(**fields | changes)


def hpa(*, counts_running: bool = False, least: int = 1, most: int = 100) -> Hpa:
    return Hpa(least=least, most=most, counts_running=counts_running, target=4)


def test_the_hpa_takes_the_total_over_the_average_value() -> None:
    assert hpa().wish(view(15, 4, queued=29)) == 8
    assert hpa().wish(view(15, 4, queued=17)) == 4, "17 of 16 is within the tolerance of 10 %"
    assert hpa(counts_running=True).wish(view(15, 4, queued=9, in_flight=16)) == 7


def test_the_hpa_grows_by_four_or_by_as_many_as_there_are_per_period() -> None:
    scaler = hpa()
    assert scaler.wish(view(15, 1, queued=1000)) == 5
    assert scaler.wish(view(20, 5, queued=1000)) == 5, "within the period of the first change"
    assert scaler.wish(view(30, 5, queued=1000)) == 10
    assert scaler.wish(view(45, 10, queued=1000)) == 20


def test_the_hpa_shrinks_when_its_window_has_seen_nothing_more() -> None:
    scaler = hpa()
    assert scaler.wish(view(0, 8, queued=32)) == 8
    assert scaler.wish(view(285, 8)) == 8
    assert scaler.wish(view(300, 8)) == 8
    assert scaler.wish(view(315, 8)) == 1


def kpa_over(scaler: Kpa, demand: list[tuple[float, float]], replicas: int) -> list[int]:
    """The wishes while demand is (until, tasks) after one another, asked every 2 s."""
    wishes, seconds, now = [], 0.0, 0.0
    for until, tasks in demand:
        while now < until:
            now += 2.0
            seconds += 2.0 * tasks
            replicas = scaler.wish(view(now, replicas, in_flight=int(tasks), demand_seconds=seconds))
            wishes.append(replicas)
    return wishes


def test_the_kpa_wants_seventy_percent_of_the_slots() -> None:
    wishes = kpa_over(Kpa(least=1, most=100), [(120, 14)], replicas=5)
    assert wishes[-1] == 5


def test_the_kpa_panics_at_twice_the_capacity_and_holds_for_a_window() -> None:
    wishes = kpa_over(Kpa(least=1, most=100), [(120, 2), (126, 40), (240, 2)], replicas=1)
    assert wishes[58] == 1
    peak = max(wishes)
    assert peak >= 14
    after = wishes.index(peak)
    assert set(wishes[after : after + 29]) == {peak}, "nothing shrinks in panic"
    assert wishes[-1] == 1


def test_the_kpa_halves_at_most() -> None:
    wishes = kpa_over(Kpa(least=1, most=100), [(60, 80), (180, 0)], replicas=29)
    steps = [(before, after) for before, after in pairwise(wishes) if after < before]
    assert steps
    assert all(after >= before // 2 for before, after in steps)


@pytest.mark.parametrize(("queued", "replicas"), [(0, 1), (4, 1), (5, 2), (1000, 10)])
def test_the_queue_alone(queued: int, replicas: int) -> None:
    assert QueueOnly(least=1, most=10).wish(view(0, 3, queued=queued, in_flight=40)) == replicas
