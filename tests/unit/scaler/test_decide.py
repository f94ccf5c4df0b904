"""What is decided, as a table and as stories."""

from collections.abc import Mapping
from typing import Any

import pytest
from heyjarvis.scaler.v1 import scaler_service_pb2 as pb

from services.scaler.domain.decide import decide
from services.scaler.domain.memory import Memory
from services.scaler.domain.model import Hold, Mode, Reading, Reason, Snapshot
from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Load, Wish
from tests.unit.scaler.situations import LONG_AGO, Scaler, decided, policy, snapshot

R = Reason


@pytest.mark.parametrize(
    ("seen", "changes", "desired", "reason"),
    [
        # The example of the design: c=4, B=10, Q=6, s=30 s, target wait 15 s.
        (snapshot(4, 10, 6, takes=30), {}, 5, R.DEMAND_ABOVE_TARGET),
        (snapshot(2, 6, 0), {}, 2, R.WITHIN_TOLERANCE),
        # 80 %: the first demand beyond what five replicas should use, and beyond the tolerance.
        (snapshot(5, 16, 0), {}, 5, R.WITHIN_TOLERANCE),
        (snapshot(5, 17, 0), {}, 5, R.WITHIN_TOLERANCE),
        (snapshot(5, 18, 0), {}, 6, R.DEMAND_ABOVE_TARGET),
        (snapshot(1, 4, 1), {}, 2, R.DEMAND_ABOVE_TARGET),
        # A queue that one slot clears in time is worth no more than that.
        (snapshot(1, 0, 10, takes=1.5), {}, 1, R.WITHIN_TOLERANCE),
        # While nobody knows how long a task takes, each may need a slot.
        (snapshot(1, 0, 10), {}, 4, R.DEMAND_ABOVE_TARGET),
        (snapshot(1, 4, 4, wait=31), {}, 3, R.BACKLOG_SLO),
        (snapshot(1, 2, 0, predicted=6), {}, 3, R.PREDICTED),
        (snapshot(1, 2, 0, predicted=6), {"prediction_weight": 0}, 1, R.WITHIN_TOLERANCE),
        (snapshot(1, 40, 0), {"max_replicas": 3}, 3, R.AT_MAX),
        (snapshot(0, 0, 0), {"min_replicas": 2}, 2, R.AT_MIN),
        (snapshot(3, 0, 0), {"min_replicas": 3}, 3, R.AT_MIN),
        (snapshot(9, 30, 0), {"max_replicas": 6}, 6, R.AT_MAX),
        (snapshot(0, 0, 1), {"min_replicas": 0}, 1, R.ACTIVATED),
        (snapshot(0, 0, 1), {"min_replicas": 0, "activation_replicas": 3}, 3, R.ACTIVATED),
        (snapshot(0, 0, 40), {"min_replicas": 0}, 10, R.AT_MAX),
        (snapshot(0, 0, 9, slots=None), {"min_replicas": 0}, 10, R.AT_MAX),
        (snapshot(0, 0, 0), {"min_replicas": 0}, 0, R.WITHIN_TOLERANCE),
        # Unknown is not zero.
        (snapshot(None), {}, 0, R.METRICS_STALE),
        (snapshot(3, None), {}, 3, R.METRICS_STALE),
        (snapshot(3, 0, slots=None), {}, 3, R.METRICS_STALE),
        (snapshot(3, 0, queued=None), {}, 3, R.METRICS_STALE),
        (snapshot(3, 0, queued=0, predicted=None), {"down_window": 0}, 1, R.AT_MIN),
        (snapshot(1, 10, queued=None), {}, 4, R.DEMAND_ABOVE_TARGET),
        # Replicas that are silent are empty for growth and full for shrinking.
        (snapshot(4, 2, at_most=14, queued=0), {"down_window": 0}, 4, R.WITHIN_TOLERANCE),
        (snapshot(4, 12, at_most=40, queued=0), {}, 4, R.WITHIN_TOLERANCE),
    ],
)
def test_table(seen: Snapshot, changes: dict[str, Any], desired: int, reason: Reason) -> None:
    decision = decided(seen, **changes)
    assert (decision.desired, decision.reason) == (desired, reason), decision.explanation
    assert decision.explanation.endswith((".", "wanted."))


def test_the_reasons_are_those_of_the_contract() -> None:
    ours = {f"DECISION_REASON_{reason.name}" for reason in Reason}
    assert ours == set(pb.DecisionReason.keys()) - {"DECISION_REASON_UNSPECIFIED"}
    assert {f"SCALING_MODE_{mode.name}" for mode in Mode} == set(pb.ScalingMode.keys()) - {"SCALING_MODE_UNSPECIFIED"}


def test_every_step_tells_what_it_did() -> None:
    decision = decided(snapshot(2, 8, 12))
    assert [step.name for step in decision.steps] == [
        "wish",
        "safety",
        "tolerance",
        "stabilize",
        "panic",
        "rate",
        "upstream",
        "bounds",
        "zero",
        "safety",
        "cluster",
    ]
    for before, after in zip(decision.steps, decision.steps[1:], strict=False):
        assert before.after == after.before
    assert decision.steps[-1].after == decision.desired
    assert all(step.note for step in decision.steps)
    assert decision.explanation.startswith("Grow from 2 to 7: 8 in flight, 12 queued")


def test_any_difference_counts_when_tasks_wait_and_every_slot_is_taken() -> None:
    assert decided(snapshot(10, 33, 1, takes=1), max_replicas=50).reason is R.WITHIN_TOLERANCE
    assert decided(snapshot(10, 40, 1, takes=1), max_replicas=50, target_utilization=1.0).desired == 11


def test_shrinking_waits_for_the_highest_wish_of_its_window() -> None:
    scaler = Scaler()
    assert scaler.sees(snapshot(6, 19)).desired == 6
    for _ in range(23):
        decision = scaler.sees(snapshot(6, 3), after=5)
        assert (decision.desired, decision.reason) == (6, R.STABILIZING)
    scaler.sees(snapshot(6, 3), after=5)
    decision = scaler.sees(snapshot(6, 3), after=5)
    assert (decision.desired, decision.reason) == (3, R.RATE_LIMITED), "and then no more than half at once"
    assert scaler.sees(snapshot(3, 3), after=5).desired == 3, "the period has begun with six"
    assert scaler.sees(snapshot(3, 3), after=31).desired == 1


def test_growth_waits_for_the_lowest_wish_of_its_window() -> None:
    scaler = Scaler(policy=policy(up_window=30))
    assert scaler.sees(snapshot(1, 1)).desired == 1
    decision = scaler.sees(snapshot(1, 9), after=5)
    assert (decision.desired, decision.reason) == (1, R.STABILIZING)
    assert scaler.sees(snapshot(1, 9), after=30).desired == 3


def test_a_scaler_that_has_just_begun_shrinks_nothing() -> None:
    scaler = Scaler(memory=Memory(since=1000))
    assert scaler.sees(snapshot(6, 0), after=60).reason is R.STABILIZING
    assert scaler.sees(snapshot(6, 0), after=61).desired == 3


def test_growth_is_limited_per_period_and_does_not_compound() -> None:
    scaler = Scaler(policy=policy(max_replicas=100, panic_threshold=1000))
    current = 2
    seen = []
    for _ in range(4):
        decision = scaler.sees(snapshot(current, 200), after=5)
        seen.append(decision.desired)
        current = decision.desired
    assert seen == [6, 6, 6, 6], "a share of what there was when the period began"
    decision = scaler.sees(snapshot(current, 200), after=15)
    assert (decision.desired, decision.reason) == (12, R.RATE_LIMITED)


def test_replicas_that_still_start_do_not_make_it_grow_further() -> None:
    scaler = Scaler(policy=policy(max_replicas=100))
    assert scaler.sees(snapshot(2, 8, 8)).desired == 5
    for _ in range(10):
        assert scaler.sees(snapshot(5, 8, 8), after=5).desired == 5


def test_a_burst_grows_at_once_and_shrinks_nothing_for_a_minute() -> None:
    scaler = Scaler(policy=policy(max_replicas=100, down_window=0))
    assert scaler.sees(snapshot(2, 8, 120)).desired == 40, "no rate limits a burst"
    decision = scaler.sees(snapshot(40, 0), after=30)
    assert (decision.desired, decision.reason) == (40, R.PANIC)
    assert scaler.sees(snapshot(40, 0), after=31).desired == 20


def test_a_queue_beyond_its_slo_is_a_burst_too() -> None:
    scaler = Scaler(policy=policy(down_window=0))
    assert scaler.sees(snapshot(4, 12, 1, wait=31)).reason is R.WITHIN_TOLERANCE
    assert scaler.sees(snapshot(4, 0), after=10).reason is R.PANIC


def test_the_last_replica_goes_through_one_and_after_the_cooldown() -> None:
    scaler = Scaler(policy=policy(min_replicas=0, down_window=0, zero_cooldown=300))
    assert scaler.sees(snapshot(2, 1)).desired == 1
    assert scaler.sees(snapshot(2, 0), after=60).reason is R.RATE_LIMITED
    decision = scaler.sees(snapshot(1, 0), after=299)
    assert (decision.desired, decision.reason) == (1, R.COOLDOWN)
    assert scaler.sees(snapshot(2, 0), after=1).desired == 1, "not from two to none"
    assert scaler.sees(snapshot(1, 0), after=31).desired == 0
    assert scaler.sees(snapshot(0, 0), after=5).desired == 0
    decision = scaler.sees(snapshot(0, 0, 1), after=5)
    assert (decision.desired, decision.reason) == (1, R.ACTIVATED)
    assert scaler.sees(snapshot(1, 0, 0), after=5).desired == 1, "idle begins anew"


@pytest.mark.parametrize("unknown", [{"queued": None}, {"predicted": None}, {"busy": None}])
def test_zero_needs_to_know_that_there_is_nothing(unknown: dict[str, Any]) -> None:
    scaler = Scaler(policy=policy(min_replicas=0, down_window=0))
    for _ in range(100):
        decision = scaler.sees(snapshot(1, **unknown), after=10)
        assert (decision.desired, decision.reason) == (1, R.METRICS_STALE)


def test_who_ignores_predictions_goes_to_zero_without_them() -> None:
    scaler = Scaler(policy=policy(min_replicas=0, down_window=0, prediction_weight=0))
    scaler.sees(snapshot(1, predicted=None))
    assert scaler.sees(snapshot(1, predicted=None), after=300).desired == 0


def test_old_numbers_hold_and_say_how_old() -> None:
    queued = Reading(0.0, 11.0)
    decision = decided(snapshot(3, 0, oldest_wait=Reading(0.0, 11.0)), down_window=0)
    assert decision.desired == 1, "the wait alone is not needed"
    scaler = Scaler(policy=policy(down_window=0))
    old = Snapshot(**{**_fields(snapshot(3, 0)), "queued": queued})
    decision = scaler.sees(old)
    assert (decision.desired, decision.reason) == (3, R.METRICS_STALE)
    assert "queued is 11 s old" in decision.explanation
    assert dict(decision.inputs)["queued"] == queued


def test_after_a_gap_in_the_inputs_the_windows_do_not_begin_empty() -> None:
    scaler = Scaler()
    for _ in range(60):
        assert scaler.sees(snapshot(6, None), after=5).desired == 6
    assert scaler.sees(snapshot(6, 0), after=5).reason is R.STABILIZING
    assert scaler.sees(snapshot(6, 0), after=125).desired == 3


def test_unknown_replicas_keep_the_last_number() -> None:
    scaler = Scaler()
    scaler.sees(snapshot(4, 12))
    decision = scaler.sees(snapshot(None, 0), after=5)
    assert (decision.current, decision.desired, decision.reason) == (4, 4, R.METRICS_STALE)
    assert dict(decision.inputs)["current_replicas"].value is None


class Strange:
    """A strategy that answers whatever it is told to."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def check(self, params: Mapping[str, Any]) -> list[str]:
        return []

    def wish(self, load: Load, policy: Policy, memory: Mapping[str, Any]) -> Wish:
        if isinstance(self.answer, Exception):
            raise self.answer
        return Wish(replicas=self.answer, note="Strange.")


@pytest.mark.parametrize("answer", [float("nan"), float("inf"), -1.0, 1e9, None, "many", ValueError("no")])
def test_nonsense_of_a_strategy_holds(answer: Any) -> None:
    decision = Scaler(strategy=Strange(answer)).sees(snapshot(3, 3))
    assert (decision.desired, decision.reason) == (3, R.STRATEGY_ERROR)
    assert "'utilization'" in decision.explanation


def test_a_strategy_that_is_not_there_holds() -> None:
    decision = Scaler(strategy=None, policy=policy(strategy="mine")).sees(snapshot(3, 3))
    assert decision.reason is R.STRATEGY_ERROR
    assert "no strategy 'mine'" in decision.explanation


def test_people_hold_and_the_rest_is_explained_all_the_same() -> None:
    paused = Scaler(hold=Hold(mode=Mode.PAUSED, by="ana", reason="release")).sees(snapshot(2, 20))
    assert (paused.desired, paused.reason, paused.mode) == (2, R.HELD_BY_PERSON, Mode.PAUSED)
    assert "Paused by ana (release). It would go to 7" in paused.explanation
    until = Scaler(hold=Hold(mode=Mode.PINNED, by="ana", replicas=7, until=1060))
    pinned = until.sees(snapshot(2, 4))
    assert (pinned.desired, pinned.mode) == (7, Mode.PINNED)
    assert until.sees(snapshot(7, 20), after=60).mode is Mode.NATIVE, "a pin ends by itself"


def test_without_a_cluster_nobody_writes() -> None:
    decision, _ = decide(snapshot(1, 9), policy(), Memory(since=LONG_AGO), Strange(3.0), 0.0)
    assert (decision.mode, decision.applied, decision.desired) == (Mode.OBSERVE, False, 3)


def _fields(seen: Snapshot) -> dict[str, Any]:
    return {"agent_type": seen.agent_type, **dict(seen.inputs())}
