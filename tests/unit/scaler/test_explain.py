"""What would change a decision is what does change it."""

from services.scaler.domain.explain import what_would_change
from services.scaler.domain.model import Hold, Mode, Snapshot
from tests.unit.scaler.situations import Scaler, policy, snapshot


def explained(scaler: Scaler, seen: Snapshot) -> list[str]:
    before = scaler.memory
    decision = scaler.sees(seen)
    return what_would_change(decision, seen, scaler.policy, before, scaler.strategy, hold=scaler.hold, cluster=True)


def test_the_fewest_tasks_that_make_it_grow() -> None:
    lines = explained(Scaler(), snapshot(2, 6))
    assert "With 2 more queued tasks it would be 3." in lines
    assert Scaler().sees(snapshot(2, 6, 1)).desired == 2
    assert Scaler().sees(snapshot(2, 6, 2)).desired == 3


def test_when_a_window_ends() -> None:
    scaler = Scaler()
    scaler.sees(snapshot(6, 19))
    scaler.now += 60
    lines = explained(scaler, snapshot(6, 12))
    assert "If nothing else changes, it will be 4 in 65 s." in lines
    assert scaler.sees(snapshot(6, 12), after=60).desired == 6
    assert scaler.sees(snapshot(6, 12), after=5).desired == 4


def test_bounds_people_and_missing_numbers() -> None:
    at_max = explained(Scaler(policy=policy(max_replicas=3)), snapshot(1, 40))
    assert "A max_replicas of 13 instead of 3 would allow all the demand asks for." in at_max
    paused = explained(Scaler(hold=Hold(mode=Mode.PAUSED, by="ana")), snapshot(1, 8))
    assert paused == ["ResumeScaling: it would then be 3."]
    pinned = explained(Scaler(hold=Hold(mode=Mode.PINNED, by="ana", replicas=4, until=1030)), snapshot(1, 8))
    assert "The pin ends by itself in 30 s." in pinned
    stale = explained(Scaler(), snapshot(1, None))
    assert stale[0].startswith("Fresh inputs: in_flight_at_most is unknown")
    unable = explained(Scaler(strategy=None), snapshot(1, 1))
    assert unable == ["A policy with another strategy, such as 'utilization'."]


def test_a_steady_state_says_what_is_left_to_say() -> None:
    lines = explained(Scaler(), snapshot(1, 0))
    assert lines[0] == "A min_replicas below 1 would allow fewer."
