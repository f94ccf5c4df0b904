"""What would change a decision: found out by asking the decision itself, with other inputs or at a later time."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from services.scaler.domain.decide import decide
from services.scaler.domain.memory import Memory
from services.scaler.domain.model import Decision, Hold, Mode, Reading, Reason, Snapshot
from services.scaler.domain.policy import Policy
from services.scaler.domain.safety import stale
from services.scaler.domain.situation import NO_LIMITS, Limits
from services.scaler.domain.steps import MOST_THROTTLED
from services.scaler.domain.strategy import Strategy

MOST_TASKS = 4096
"""More queued tasks than that are not tried."""
TICK = 5.0
"""Seconds between the moments that are tried."""
FURTHEST = 900.0
"""Seconds that are looked ahead at most."""

Decide = Callable[[Snapshot, Memory, float], tuple[Decision, Memory]]


def what_would_change(
    decision: Decision,
    snapshot: Snapshot,
    policy: Policy,
    memory: Memory,
    strategy: Strategy | None,
    *,
    hold: Hold | None,
    cluster: bool,
    limits: Limits = NO_LIMITS,
    denied: str = "",
) -> list[str]:
    """What would change the outcome, for people; `memory` is as it was before the decision."""

    def freely(snapshot: Snapshot, memory: Memory, now: float) -> tuple[Decision, Memory]:
        return decide(snapshot, policy, memory, strategy, now, cluster=cluster, limits=limits, denied=denied)

    def granted(limits: Limits, denied: str) -> int:
        return decide(snapshot, policy, memory, strategy, decision.time, cluster=cluster, limits=limits, denied=denied)[
            0
        ].desired

    return [
        *_by_people(decision, snapshot, memory, freely, hold),
        *_by_knowing(decision, snapshot),
        *_by_cluster(decision, snapshot, memory, freely),
        *_by_sharing(decision, limits, granted(NO_LIMITS, denied)),
        *_by_policy(decision, policy),
        *_by_work(decision, snapshot, memory, freely),
        *_by_time(decision, snapshot, memory, freely, policy),
    ]


def _by_people(
    decision: Decision, snapshot: Snapshot, memory: Memory, freely: Decide, hold: Hold | None
) -> Iterator[str]:
    if decision.reason is Reason.HELD_BY_PERSON and hold is not None:
        then, _ = freely(snapshot, memory, decision.time)
        yield f"ResumeScaling: it would then be {then.desired}."
        if hold.until is not None:
            yield f"The pin ends by itself in {max(hold.until - decision.time, 0):.0f} s."
    elif decision.mode is Mode.OBSERVE and decision.desired != decision.current:
        yield "Nothing is written in observe mode: this is what would be."


def _by_knowing(decision: Decision, snapshot: Snapshot) -> Iterator[str]:
    if decision.reason is Reason.METRICS_STALE:
        missing = stale(snapshot)
        if snapshot.fresh("current_replicas") is None:
            missing.insert(0, "current_replicas is not known")
        if missing:
            yield f"Fresh inputs: {', '.join(missing)}. See that Redis, the agents and the orchestrator answer."


def _by_cluster(decision: Decision, snapshot: Snapshot, memory: Memory, freely: Decide) -> Iterator[str]:
    """What in the cluster holds it, and what it would be without that."""
    deployed = snapshot.deployed
    if decision.reason is Reason.RBAC_DENIED:
        yield "The right that is named above: grant it to the scaler's service account; it is tried again each minute."
    if deployed is None:
        return

    def without(memory: Memory, **facts: Any) -> int:
        return freely(replace(snapshot, deployed=replace(deployed, **facts)), memory, decision.time)[0].desired

    if decision.reason is Reason.SCALER_CONFLICT:
        yield f"Without {', '.join(deployed.rivals)} it would be {without(memory, rivals=())}."
    elif decision.reason is Reason.REPLICA_FIGHT:
        then = without(replace(memory, fight_until=0.0, foreign=()))
        yield f"Once nobody else writes the count it would be {then}."
    elif decision.reason is Reason.ROLLOUT:
        yield f"When the rollout is over it will be {without(memory, rollout='')}."
    elif decision.reason is Reason.CAPACITY_STUCK:
        started = tuple(replace(pod, pending_for=None) for pod in deployed.pods)
        then = without(memory, pods=started, create_failed="")
        yield f"With room for the pods that wait it would be {then}: add nodes, or raise the quota."
    elif decision.reason is Reason.MANUAL_ZERO:
        yield f"Scaling {deployed.name} to 1 or more ends the pause; a manual_zero of OVERRIDE would not heed it."
    elif decision.reason is Reason.DRAINING and decision.victims:
        yield f"The count follows when {', '.join(decision.victims)} finished; more demand would call that off."


def _by_sharing(decision: Decision, limits: Limits, alone: int) -> Iterator[str]:
    if decision.reason is Reason.UPSTREAM_THROTTLED and alone <= decision.desired:
        yield f"Fewer than {MOST_THROTTLED:.0%} of the attempts waiting for the model provider would let it grow."
    elif alone > decision.desired and limits != NO_LIMITS:
        yield f"Without the limits that all agent types share it would be {alone}."


def _by_policy(decision: Decision, policy: Policy) -> Iterator[str]:
    if decision.reason is Reason.AT_MAX:
        wanted = next((round(step.before) for step in reversed(decision.steps) if step.name == "bounds"), 0)
        yield f"A max_replicas of {wanted} instead of {policy.max_replicas} would allow all the demand asks for."
    if decision.reason is Reason.AT_MIN:
        yield f"A min_replicas below {policy.min_replicas} would allow fewer."
    if decision.reason is Reason.STRATEGY_ERROR:
        yield "A policy with another strategy, such as 'utilization'."
    if decision.current and decision.current == decision.desired == policy.max_replicas:
        yield f"It is at its max_replicas of {policy.max_replicas}; only a higher one lets it grow."


def _by_work(decision: Decision, snapshot: Snapshot, memory: Memory, freely: Decide) -> Iterator[str]:
    """The fewest tasks more in the queue that make it grow further."""
    queued = snapshot.fresh("queued")
    if queued is None or decision.reason in (Reason.HELD_BY_PERSON, Reason.STRATEGY_ERROR):
        return

    def with_more(tasks: int) -> int:
        asked = replace(snapshot, queued=Reading(queued + tasks, snapshot.queued.age))
        return freely(asked, memory, decision.time)[0].desired

    more = 1
    while with_more(more) <= decision.desired:
        more *= 2
        if more > MOST_TASKS:
            return
    fewest = more // 2 + 1
    while fewest < more:
        middle = (fewest + more) // 2
        if with_more(middle) > decision.desired:
            more = middle
        else:
            fewest = middle + 1
    tasks = "1 more queued task" if more == 1 else f"{more} more queued tasks"
    yield f"With {tasks} it would be {with_more(more)}."


def _by_time(decision: Decision, snapshot: Snapshot, memory: Memory, freely: Decide, policy: Policy) -> Iterator[str]:
    """When it changes by itself, should the inputs stay as they are."""
    if decision.reason is Reason.HELD_BY_PERSON:
        return
    furthest = min(max(policy.down_window, policy.zero_cooldown, 60.0) + 2 * TICK, FURTHEST)
    now = decision.time
    while now < decision.time + furthest:
        then, memory = freely(snapshot, memory, now)
        if then.desired != decision.desired:
            yield f"If nothing else changes, it will be {then.desired} in {now - decision.time:.0f} s."
            return
        now += TICK
