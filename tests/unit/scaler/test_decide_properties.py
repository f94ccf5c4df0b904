"""What holds for any load, any policy and any history."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.scaler.domain.demand import whole
from services.scaler.domain.memory import MOST, Memory
from services.scaler.domain.model import Reading, Reason, Snapshot
from services.scaler.domain.policy import Policy, check
from services.scaler.strategies.queue_latency import QueueLatency
from services.scaler.strategies.utilization import Utilization
from tests.unit.scaler.situations import LONG_AGO, Scaler, policy, snapshot

AGES = st.sampled_from([0.0, 5.0, 12.0, 60.0])
STRATEGIES = st.sampled_from([Utilization(), QueueLatency()])


@st.composite
def policies(draw: Any) -> Policy:
    low = draw(st.integers(0, 5))
    high = draw(st.integers(max(low, 1), 60))
    made = policy(
        min_replicas=low,
        max_replicas=high,
        target_utilization=draw(st.sampled_from([0.5, 0.8, 1.0])),
        tolerance=draw(st.sampled_from([0.0, 0.1, 0.3])),
        up_window=draw(st.sampled_from([0.0, 30.0])),
        down_window=draw(st.sampled_from([0.0, 20.0, 120.0])),
        up_rate=draw(st.sampled_from([0.0, 1.0])),
        down_rate=draw(st.sampled_from([0.0, 0.5, 1.0])),
        zero_cooldown=draw(st.sampled_from([0.0, 30.0])),
        prediction_weight=draw(st.sampled_from([0.0, 0.5, 1.0])),
        activation_replicas=draw(st.integers(1, high)),
    )
    assert check(made) == []
    return made


@st.composite
def readings(draw: Any, values: Any) -> Reading:
    value = draw(st.none() | values)
    return Reading() if value is None else Reading(float(value), draw(AGES))


@st.composite
def snapshots(draw: Any) -> Snapshot:
    busy = draw(readings(st.integers(0, 200)))
    more = draw(st.integers(0, 40))
    return Snapshot(
        agent_type="branding",
        current_replicas=draw(readings(st.integers(0, 80))),
        in_flight=busy,
        in_flight_at_most=Reading() if busy.value is None else Reading(busy.value + more, busy.age),
        slots_per_replica=draw(readings(st.integers(0, 8))),
        queued=draw(readings(st.integers(0, 200))),
        oldest_wait=draw(readings(st.floats(0, 100))),
        predicted=draw(readings(st.integers(0, 50))),
        service_time=draw(readings(st.floats(0, 300))),
    )


@st.composite
def histories(draw: Any) -> Scaler:
    """A scaler that has seen anything before."""
    since = draw(st.sampled_from([LONG_AGO, 1000.0]))
    scaler = Scaler(policy=draw(policies()), strategy=draw(STRATEGIES), memory=Memory(since=since))
    for seen in draw(st.lists(snapshots(), max_size=4)):
        scaler.sees(seen, after=draw(st.sampled_from([1.0, 5.0, 20.0])))
    return scaler


def settled(seen: Snapshot) -> bool:
    return seen.fresh("current_replicas") is not None and seen.fresh("in_flight") is not None


@given(scaler=histories(), seen=snapshots())
@settings(max_examples=150)
def test_bounds_and_steps_hold_whatever_is_seen(scaler: Scaler, seen: Snapshot) -> None:
    decision = scaler.sees(seen, after=5)
    low, high = scaler.policy.min_replicas, scaler.policy.max_replicas
    moved = decision.desired != decision.current
    assert decision.desired >= 0
    if decision.desired > decision.current:
        assert decision.desired <= high, "grows to the maximum at most"
    if decision.desired < decision.current:
        assert decision.desired >= min(low, decision.current), "shrinks to the minimum at most"
        assert seen.fresh("queued") is not None, "and never on numbers it does not have"
        assert seen.fresh("in_flight_at_most") is not None
    if not settled(seen):
        assert not moved
        assert decision.reason is Reason.METRICS_STALE
    assert decision.steps[-1].after == decision.desired
    assert all(a.after == b.before for a, b in zip(decision.steps, decision.steps[1:], strict=False))
    assert decision.explanation


@given(scaler=histories(), seen=snapshots(), more=st.integers(1, 100), name=st.sampled_from(["queued", "in_flight"]))
@settings(max_examples=150)
def test_more_demand_never_means_fewer_replicas(scaler: Scaler, seen: Snapshot, more: int, name: str) -> None:
    reading: Reading = getattr(seen, name)
    if reading.value is None:
        return
    changed: dict[str, Any] = {name: Reading(reading.value + more, reading.age)}
    if name == "in_flight" and seen.in_flight_at_most.value is not None:
        changed["in_flight_at_most"] = Reading(seen.in_flight_at_most.value + more, seen.in_flight_at_most.age)
    other = Scaler(policy=scaler.policy, strategy=scaler.strategy, memory=scaler.memory, now=scaler.now)
    less = scaler.sees(seen, after=5).desired
    assert other.sees(replace(seen, **changed), after=5).desired >= less


@given(scaler=histories(), seen=snapshots())
def test_the_same_question_gets_the_same_answer(scaler: Scaler, seen: Snapshot) -> None:
    other = Scaler(policy=scaler.policy, strategy=scaler.strategy, memory=scaler.memory, now=scaler.now)
    assert scaler.sees(seen, after=5) == other.sees(seen, after=5)
    assert scaler.memory == other.memory


@given(
    policy_=policies(),
    busy=st.integers(0, 100),
    queued=st.integers(0, 100),
    start=st.integers(0, 60),
    strategy=STRATEGIES,
)
@settings(max_examples=60)
def test_a_constant_demand_is_met_without_overshooting(
    policy_: Policy, busy: int, queued: int, start: int, strategy: Any
) -> None:
    """No compounding: however often it is asked while replicas start, it never goes beyond what the demand is worth."""
    scaler = Scaler(policy=policy_, strategy=strategy)
    current, worth, path = start, 0, []
    for _ in range(60):
        decision = scaler.sees(snapshot(current, busy, queued), after=5)
        wished = next(step for step in decision.steps if step.name in ("wish", "activate"))
        worth = max(worth, int(wished.after), policy_.min_replicas)
        current = decision.desired
        path.append(current)
    assert max(path) <= max(worth, start)
    # Up, then perhaps down, but never back and forth.
    turns = sum((b > a) != (c > b) for a, b, c in zip(path, path[1:], path[2:], strict=False) if a != b != c)
    assert turns <= 1


@given(scaler=histories(), seen=st.lists(snapshots(), min_size=1, max_size=3))
def test_memory_is_bounded(scaler: Scaler, seen: list[Snapshot]) -> None:
    for one in seen * 20:
        scaler.sees(one, after=0.01)
    memory = scaler.memory
    assert max(len(memory.wishes), len(memory.demands), len(memory.replicas)) <= MOST
    assert all(time >= scaler.now - 121 for time, _ in memory.wishes)


def test_rounding_up_forgives_rounding_errors() -> None:
    assert whole(16 / 3.2) == whole(0.1 * 3 / 0.3 * 5) == 5
    assert whole(5.0001) == 6
