"""What would change a decision is what does change it."""

from dataclasses import replace

from services.scaler.domain.decide import decide
from services.scaler.domain.drain import Drains, plan
from services.scaler.domain.explain import what_would_change
from services.scaler.domain.gate import acts, gated
from services.scaler.domain.memory import Memory
from services.scaler.domain.model import Hold, Mode, Reading, Snapshot
from services.scaler.domain.situation import NO_LIMITS, Limits
from tests.unit.scaler.situations import LONG_AGO, Scaler, deployment, in_cluster, pod, policy, snapshot


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


def in_a_cluster(seen: Snapshot, limits: Limits = NO_LIMITS, denied: str = "", **changes: float) -> list[str]:
    """What is explained of a scaler that has long been there, the drain gate included."""
    rules, before, strategy = policy(**changes), Memory(since=LONG_AGO), Scaler().strategy
    decision, _ = decide(seen, rules, before, strategy, 0.0, cluster=True, limits=limits, denied=denied)
    decision = gated(decision, plan(seen, decision.desired, Drains(), rules, 0.0, acts=acts(decision)))
    return what_would_change(
        decision, seen, rules, before, strategy, hold=None, cluster=True, limits=limits, denied=denied
    )


def test_what_the_cluster_holds_and_what_it_would_be_without() -> None:
    busy = in_cluster(deployment(2), 4, 4)
    assert busy.deployed is not None

    def facts(**changes: object) -> Snapshot:
        return replace(busy, deployed=replace(busy.deployed, **changes))  # type: ignore[type-var]

    rival = facts(rivals=("HorizontalPodAutoscaler x",))
    assert "Without HorizontalPodAutoscaler x it would be 3." in in_a_cluster(rival)
    stuck = facts(create_failed="exceeded quota")
    assert "With room for the pods that wait it would be 3: add nodes, or raise the quota." in in_a_cluster(stuck)
    pending = facts(pods=(pod(0), pod(1, ready=False, pending_for=90.0)))
    assert any(line.startswith("With room for the pods that wait it would be 3") for line in in_a_cluster(pending))
    rollout = replace(in_cluster(deployment(2, rollout="two ReplicaSets"), 0, 0))
    assert "When the rollout is over it will be 1." in in_a_cluster(rollout, down_window=0)
    paused = in_cluster(deployment(0, ours=False), queued=3)
    assert any("Scaling branding to 1 or more ends the pause" in line for line in in_a_cluster(paused))
    denied = in_a_cluster(busy, denied="The scaler may not update deployments/scale.")
    assert any(line.startswith("The right that is named above") for line in denied)


def test_what_drains_and_what_would_call_it_off() -> None:
    lines = in_a_cluster(in_cluster(deployment(2), 1, 0), down_window=0)
    assert "The count follows when branding-1 finished; more demand would call that off." in lines


def test_what_all_types_share() -> None:
    lines = in_a_cluster(snapshot(2, 8, 8), limits=Limits(replicas=3))
    assert "Without the limits that all agent types share it would be 5." in lines
    throttled = in_a_cluster(snapshot(2, 8, 8, throttled=Reading(0.5, 0.0)))
    assert "Fewer than 30% of the attempts waiting for the model provider would let it grow." in throttled
