"""What the cluster says against a change, and what holds it."""

from dataclasses import replace
from typing import Any

import pytest

from services.scaler.domain.decide import decide
from services.scaler.domain.memory import Memory
from services.scaler.domain.model import Decision, Hold, Mode, Reading, Reason
from services.scaler.domain.policy import ManualZero
from services.scaler.domain.situation import Limits
from services.scaler.domain.standing import cold_start, horizon, observed
from tests.unit.scaler.situations import (
    LONG_AGO,
    Scaler,
    decided,
    deployment,
    in_cluster,
    pod,
    policy,
    process,
    snapshot,
)

R = Reason
PENDING = pod(1, ready=False, pending_for=61.0)


@pytest.mark.parametrize(
    ("changes", "busy", "policies", "desired", "reason"),
    [
        ({}, (4, 4), {}, 3, R.DEMAND_ABOVE_TARGET),
        ({"rivals": ("HorizontalPodAutoscaler keda-hpa-branding",)}, (4, 4), {}, 2, R.SCALER_CONFLICT),
        ({"rivals": ("HorizontalPodAutoscaler x",)}, (4, 4), {"mode": Mode.KEDA}, 3, R.DEMAND_ABOVE_TARGET),
        ({"rollout": "two ReplicaSets have pods"}, (0, 0), {"down_window": 0}, 2, R.ROLLOUT),
        ({"rollout": "two ReplicaSets have pods"}, (4, 4), {}, 3, R.DEMAND_ABOVE_TARGET),
        ({"create_failed": "exceeded quota: pods"}, (4, 4), {}, 2, R.CAPACITY_STUCK),
        ({"create_failed": "exceeded quota: pods"}, (0, 0), {"down_window": 0}, 1, R.AT_MIN),
        ({"pods": (pod(0), PENDING)}, (4,), {}, 2, R.WITHIN_TOLERANCE),
        ({"pods": (pod(0), PENDING)}, (9,), {}, 2, R.CAPACITY_STUCK),
        ({"pods": (pod(0), replace(PENDING, pending_for=60.0))}, (9,), {}, 3, R.DEMAND_ABOVE_TARGET),
    ],
)
def test_table(
    changes: dict[str, Any], busy: tuple[int, ...], policies: dict[str, Any], desired: int, reason: Reason
) -> None:
    decision = decided(in_cluster(replace(deployment(2), **changes), *busy), **policies)
    assert (decision.desired, decision.reason) == (desired, reason), decision.explanation


def test_a_conflict_names_the_rival_and_the_remedy() -> None:
    rival = "HorizontalPodAutoscaler keda-hpa-branding"
    decision = decided(in_cluster(deployment(2, rivals=(rival,)), 4, 4))
    assert f"{rival} already scales Deployment/branding; delete it, or set the policy's mode to" in decision.explanation


def test_replicas_that_drain_are_not_counted() -> None:
    """N is what takes work: a cordoned replica is recalled when it is needed, and never counted twice after a write."""
    processes = (process(0, 3), process(1, 4), process(2, 1, draining=True))
    decision = decided(in_cluster(deployment(3), processes=processes))
    assert (decision.current, decision.desired, decision.deployed) == (2, 3, 3)
    quiet = (process(0, 3), process(1, 2), process(2, 0, draining=True))
    assert decided(in_cluster(deployment(3), processes=quiet)).desired == 2
    written = decided(in_cluster(deployment(3, replicas=2), processes=quiet))
    assert (written.current, written.desired) == (2, 2), (
        "its pod is on its way out, and the count is without it already"
    )


def test_zero_that_somebody_else_wrote_is_a_pause() -> None:
    by_hand = deployment(0, ours=False, written_by="kubectl-scale")
    decision = decided(in_cluster(by_hand, queued=5), min_replicas=0)
    assert (decision.desired, decision.reason) == (0, R.MANUAL_ZERO)
    assert "'kubectl-scale' set the count to 0" in decision.explanation
    assert decided(in_cluster(by_hand), min_replicas=2).reason is R.MANUAL_ZERO, "whatever the minimum says"
    overridden = decided(in_cluster(by_hand, queued=5), min_replicas=0, manual_zero=ManualZero.OVERRIDE)
    assert overridden.reason is R.ACTIVATED
    assert decided(in_cluster(deployment(0), queued=5), min_replicas=0).reason is R.ACTIVATED, "our own zero"


def test_activation_skips_tolerance_windows_and_rates() -> None:
    scaler = Scaler(policy=policy(min_replicas=0, up_window=60, max_replicas=20))
    scaler.sees(in_cluster(deployment(0)))
    decision = scaler.sees(in_cluster(deployment(0), queued=40), after=5)
    assert (decision.desired, decision.reason) == (13, R.ACTIVATED)
    assert [step.name for step in decision.steps] == ["activate", "panic", "upstream", "bounds", "safety", "cluster"]


def test_a_drained_last_replica_is_recalled_for_work() -> None:
    scaler = Scaler(policy=policy(min_replicas=0))
    decision = scaler.sees(in_cluster(deployment(1), processes=(process(0, 0, draining=True),), queued=1))
    assert (decision.current, decision.desired, decision.reason) == (0, 1, R.ACTIVATED)


def test_an_unfinished_workflow_keeps_the_last_replica() -> None:
    scaler = Scaler(policy=policy(min_replicas=0, down_window=0))
    for _ in range(100):
        decision = scaler.sees(in_cluster(deployment(1), 0, unfinished=1), after=10)
        assert (decision.desired, decision.reason) == (1, R.COOLDOWN)
    assert "1 unfinished workflows still name this agent" in decision.explanation
    assert scaler.sees(in_cluster(deployment(1), 0, unfinished=None), after=10).reason is R.METRICS_STALE
    scaler.sees(in_cluster(deployment(1), 0), after=10)
    assert scaler.sees(in_cluster(deployment(1), 0), after=300).desired == 0
    cordoned = in_cluster(deployment(1), processes=(process(0, draining=True),), unfinished=1)
    assert scaler.sees(cordoned, after=5).desired == 1, "it is called back as long as it is there"


def test_somebody_elses_count_is_adopted_and_held_for_a_window() -> None:
    scaler = Scaler()
    scaler.sees(in_cluster(deployment(2), 3, 3))
    by_hand = deployment(6, ours=False, written_by="kubectl-scale")
    decision = scaler.sees(in_cluster(by_hand, 3, 3, 0, 0, 0, 0), after=5)
    assert (decision.current, decision.desired, decision.reason) == (6, 6, R.STABILIZING)
    assert scaler.sees(in_cluster(by_hand, 3, 3, 0, 0, 0, 0), after=100).desired == 6
    assert scaler.sees(in_cluster(by_hand, 3, 3, 0, 0, 0, 0), after=25).desired == 3


def test_three_foreign_writes_in_five_minutes_are_a_fight() -> None:
    scaler = Scaler()
    seen = []
    for count in (2, 6, 2, 6, 2):
        by_hand = deployment(count, ours=False, written_by="other-operator")
        seen.append(scaler.sees(in_cluster(by_hand, 4, 4), after=30).reason)
    assert R.REPLICA_FIGHT not in seen[:3]
    assert seen[3:] == [R.REPLICA_FIGHT, R.REPLICA_FIGHT]
    calm = deployment(2, ours=False, written_by="other-operator")
    decision = scaler.sees(in_cluster(calm, 4, 4), after=240)
    assert decision.reason is R.REPLICA_FIGHT
    assert "'other-operator' keeps writing the count" in decision.explanation
    assert scaler.sees(in_cluster(calm, 4, 4), after=31).desired == 3, "and then it tries again"


def test_a_right_that_is_missing_falls_to_observe() -> None:
    seen = in_cluster(deployment(2), 4, 4)
    decision, _ = decide(
        seen, policy(), Memory(since=LONG_AGO), Scaler().strategy, 0.0, cluster=True, denied="No right to update scale."
    )
    assert (decision.mode, decision.reason, decision.desired) == (Mode.OBSERVE, R.RBAC_DENIED, 3)
    assert "No right to update scale." in decision.explanation


@pytest.mark.parametrize(
    ("facts", "desired", "reason"),
    [
        ({}, 7, R.HELD_BY_PERSON),
        ({"rivals": ("HorizontalPodAutoscaler x",)}, 2, R.SCALER_CONFLICT),
        ({"create_failed": "quota"}, 7, R.HELD_BY_PERSON),
    ],
)
def test_a_pin_is_obeyed_but_fights_nobody(facts: dict[str, Any], desired: int, reason: Reason) -> None:
    scaler = Scaler(hold=Hold(mode=Mode.PINNED, by="ana", replicas=7))
    decision = scaler.sees(in_cluster(deployment(2, **facts), 1, 1))
    assert (decision.desired, decision.reason) == (desired, reason)
    down = Scaler(hold=Hold(mode=Mode.PINNED, by="ana", replicas=1))
    assert down.sees(in_cluster(deployment(2, rollout="new template"), 1, 1)).reason is R.ROLLOUT


def test_more_replicas_do_not_help_a_throttled_agent() -> None:
    throttled = snapshot(2, 8, 8, throttled=Reading(0.31, 0.0))
    decision = decided(throttled)
    assert (decision.desired, decision.reason) == (2, R.UPSTREAM_THROTTLED)
    assert decided(replace(throttled, throttled=Reading(0.3, 0.0))).desired == 5
    assert decided(replace(throttled, throttled=Reading(0.9, 31.0))).desired == 5, "too old to brake"


def limited(limits: Limits, seen: Any) -> Decision:
    decision, _ = decide(seen, policy(), Memory(since=LONG_AGO), Scaler().strategy, 0.0, cluster=True, limits=limits)
    return decision


def test_what_all_types_share_caps_growth_and_shrinks_nobody() -> None:
    seen = snapshot(2, 8, 8)
    assert limited(Limits(slots=15), seen).desired == 3
    assert limited(Limits(slots=15), seen).reason is R.UPSTREAM_THROTTLED
    assert limited(Limits(slots=4), seen).desired == 2
    assert (limited(Limits(replicas=4), seen).desired, limited(Limits(replicas=4), seen).reason) == (4, R.AT_MAX)
    assert limited(Limits(replicas=0), seen).desired == 2
    assert limited(Limits(replicas=9, slots=90), seen).desired == 5


def test_the_policy_says_how_much_a_replica_carries_and_an_agent_may_say_less() -> None:
    assert decided(snapshot(2, 8, 0, slots=4), slots=2).desired == 5
    assert decided(snapshot(2, 8, 0, slots=4), slots=9).desired == 3
    assert decided(snapshot(2, 8, 0, slots=None), slots=4).desired == 3


def test_what_is_foreseen_is_capped() -> None:
    assert decided(snapshot(1, 0, 0, predicted=30)).desired == 10
    assert decided(snapshot(1, 0, 0, predicted=30), max_predicted=6).desired == 2


def test_cold_starts_are_measured() -> None:
    memory = Memory(since=0)
    assert cold_start(policy(), memory) == 15
    assert cold_start(policy(cold_start=40), memory) == 40
    young = pod(0, ready=False, age=3.0)
    memory = observed(memory, deployment((young,)), policy(), 0)
    memory = observed(memory, deployment((replace(young, age=13.0),)), policy(), 10)
    memory = observed(memory, deployment((replace(young, ready=True, age=23.0),)), policy(), 20)
    assert cold_start(policy(), memory) == 23
    assert horizon(policy(), memory, 5) == 33
    memory = observed(memory, deployment((replace(young, age=500.0),)), policy(), 500)
    memory = observed(memory, deployment((replace(young, ready=True, age=600.0),)), policy(), 600)
    assert memory.starts == (23.0,), "later it was not ready for other reasons"
    for number in range(100):
        begun = pod(number, ready=False, age=1.0)
        memory = observed(memory, deployment((begun,)), policy(), 700)
        memory = observed(memory, deployment((replace(begun, ready=True, age=float(number)),)), policy(), 700)
    assert len(memory.starts) == 20
    assert cold_start(policy(), memory) == 98


def test_a_ready_pod_of_which_nothing_is_heard_may_be_full() -> None:
    silent = in_cluster(deployment(3), processes=(process(0, 1),))
    decision = decided(silent, down_window=0)
    assert (decision.desired, decision.reason) == (3, R.WITHIN_TOLERANCE)
    assert "silent replicas could be full" in decision.explanation
    empty = in_cluster(deployment((pod(0), pod(1, ready=False), pod(2, ready=False))), processes=(process(0, 1),))
    assert decided(empty, down_window=0, down_rate=1.0).desired == 1, "nothing ever ran in those"
