"""Strategies that know the time: schedules, trends, and the largest of several."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Load, Strategy, Wish
from services.scaler.strategies.max_of import MaxOf
from services.scaler.strategies.predictive import Predictive
from services.scaler.strategies.queue_latency import QueueLatency
from services.scaler.strategies.schedule import Schedule
from services.scaler.strategies.utilization import Utilization


def load(busy: float = 0, now: float = 0.0, **changes: Any) -> Load:
    fields = {"in_flight": busy, "queued": 0, "oldest_wait": 0, "predicted": 0, "slots": 4, "service_time": 30}
    return Load(**fields | changes, now=now)


def policy(**params: Any) -> Policy:
    return Policy(agent_type="branding", strategy_params=params)


WEEKDAYS = {"days": "mon-fri", "from": "08:00", "to": "18:00", "replicas": 3}
NIGHT = {"days": "sat,sun", "from": "22:00", "to": "02:00", "replicas": 2}


def floor(moment: str, *windows: dict[str, Any], zone: str = "Europe/Berlin", busy: float = 0) -> float:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()
    return Schedule().wish(load(busy, now), policy(time_zone=zone, windows=list(windows)), {}).replicas


@pytest.mark.parametrize(
    ("moment", "replicas"),
    [
        ("2026-07-06 06:00", 3),  # a Monday, 08:00 in Berlin's summer
        ("2026-07-06 05:59", 0),
        ("2026-01-05 06:30", 0),  # 07:30 in its winter
        ("2026-01-05 07:00", 3),
        ("2026-07-06 15:59", 3),
        ("2026-07-06 16:00", 0),
        ("2026-07-11 10:00", 0),  # a Saturday
        ("2026-07-11 20:00", 2),
        ("2026-07-11 23:59", 2),  # 01:59 on Sunday, of Saturday's window
        ("2026-07-12 00:00", 0),
        ("2026-07-12 23:30", 2),  # 01:30 on Monday, of Sunday's
        ("2026-07-10 23:30", 0),  # 01:30 on Saturday: Friday has none
    ],
)
def test_windows_are_local_and_may_cross_midnight(moment: str, replicas: float) -> None:
    assert floor(moment, WEEKDAYS, NIGHT) == replicas


def test_a_schedule_is_a_floor_and_the_largest_counts() -> None:
    assert floor("2026-07-06 10:00", WEEKDAYS, {"from": "00:00", "to": "24:00", "replicas": 5}, zone="UTC") == 5
    assert floor("2026-07-06 10:00", WEEKDAYS, busy=32) == 10
    wish = Schedule().wish(load(now=1783332000), policy(windows=[WEEKDAYS]), {})
    assert wish.note.startswith("The schedule asks for 3 at Mon 10:00 (UTC). 0 in flight")


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"zone": "UTC"}, "'zone' is not a parameter of 'schedule', it has time_zone, windows."),
        ({"time_zone": "Mars"}, "'time_zone' is 'Mars'; it must be a name such as 'Europe/Berlin'."),
        ({"time_zone": 3}, "'time_zone' is 3"),
        ({"time_zone": "../../etc/passwd"}, "'time_zone' is"),
        ({"windows": "always"}, "'windows' must be a list of at most 50."),
        ({"windows": [3]}, "windows[0]: it must be a map"),
        (
            {"windows": [WEEKDAYS | {"from": "8:00"}]},
            "windows[0]: 'from' is '8:00'; it must be a time such as '07:30'.",
        ),
        ({"windows": [WEEKDAYS | {"days": "mon-xyz"}]}, "windows[0]: 'days' is 'mon-xyz'"),
        ({"windows": [WEEKDAYS | {"replicas": -1}]}, "windows[0]: 'replicas' is -1; it must be from 0 to 1000."),
        ({"windows": [{"from": "08:00", "to": "09:00"}]}, "windows[0]: 'replicas' is missing."),
        ({"windows": [WEEKDAYS | {"until": "x"}]}, "windows[0]: 'until' is not a parameter of 'a window'"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(params: dict[str, Any], told: str) -> None:
    (only,) = Schedule().check(params)
    assert only.startswith(told)


def test_a_good_schedule_passes() -> None:
    assert Schedule().check({"time_zone": "Asia/Tokyo", "windows": [WEEKDAYS, NIGHT]}) == []


def foreseen(demands: list[float], every: float = 5.0, **params: Any) -> list[Wish]:
    strategy, wishes = Predictive(), []
    memory: Mapping[str, Any] = {}
    for number, demand in enumerate(demands):
        wish = strategy.wish(load(demand, number * every), policy(**params), memory)
        memory = wish.memory
        wishes.append(wish)
    return wishes


def test_a_trend_is_foreseen_and_never_more_than_doubles() -> None:
    ramp = [float(number) for number in range(60)]
    now = 59 / 3.2
    wishes = foreseen(ramp)
    assert now * 1.1 < wishes[-1].replicas <= 2 * now
    assert foreseen(ramp, horizon=600.0)[-1].replicas == 2 * now
    assert foreseen([0.0] * 10 + [100.0])[-1].replicas == pytest.approx(100 / 3.2, rel=0.05), "a jump is no trend yet"


def test_falling_demand_is_not_foreseen_to_fall() -> None:
    for demand, wish in zip(falling := [60.0 - number for number in range(60)], foreseen(falling), strict=True):
        assert wish.replicas >= demand / 3.2


def test_it_does_not_matter_how_often_a_steady_demand_is_asked_for() -> None:
    often, seldom = foreseen([8.0] * 100, every=0.5), foreseen([8.0] * 10, every=5.0)
    assert often[-1].replicas == pytest.approx(seldom[-1].replicas) == pytest.approx(2.5)
    same_moment = foreseen([8.0, 9.0], every=0.0)
    assert same_moment[-1].replicas == 9 / 3.2
    assert len(str(often[-1].memory)) < 200, "what it remembers does not grow"


def test_its_parameters_are_checked() -> None:
    assert Predictive().check({"horizon": 120, "level": 30.0, "trend": 600}) == []
    assert Predictive().check({"horizon": 0}) == ["'horizon' is 0; it must be from 1 to 86400."]
    assert Predictive().check({"level": "long"}) == ["'level' is 'long'; it must be a number from 1 to 86400."]
    assert Predictive().check({"trend": float("nan")}) == ["'trend' is nan; it must be a number from 1 to 86400."]


AMONG: dict[str, Strategy] = {
    "utilization": Utilization(),
    "queue_latency": QueueLatency(),
    "predictive": Predictive(),
    "schedule": Schedule(),
}


def test_the_largest_wish_counts_and_every_strategy_keeps_its_memory() -> None:
    both = MaxOf(AMONG)
    params = {"strategies": ["predictive", {"name": "schedule", "params": {"windows": [WEEKDAYS]}}]}
    monday = 1783332000.0
    first = both.wish(load(4, monday), policy(**params), {})
    assert (first.replicas, first.note[:30]) == (3, "The largest of 2, 'schedule': ")
    assert first.memory["0 predictive"]["level"] == 4
    second = both.wish(load(400, monday + 5), policy(**params), first.memory)
    assert second.note.startswith("The largest of 2, 'predictive'")
    assert second.memory["0 predictive"]["time"] == monday + 5


def test_what_cannot_be_combined_is_refused() -> None:
    both = MaxOf()
    both.combine(AMONG | {"max_of": both})
    assert both.check({"strategies": ["magic"]})[0].startswith("strategies[0]: 'magic' is not a strategy that can be")
    assert both.check({"strategies": ["max_of"]})[0].startswith("strategies[0]: 'max_of' is not"), "not itself"
    assert both.check({"strategies": []}) == ["'strategies' must be a list of 1 to 8."]
    assert both.check({"strategies": [{"name": "schedule", "params": {"zone": 1}}]})[0].startswith(
        "strategies[0]: 'zone'"
    )
    assert both.check({"strategies": [{"name": "schedule", "params": 3}]}) == ["strategies[0]: 'params' must be a map."]
    assert both.check({"strategies": [{"name": "utilization", "with": 1}]})[0].startswith(
        "strategies[0]: 'with' is not"
    )
