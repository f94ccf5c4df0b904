"""Step 8: what is missing or old holds, and so does whatever the cluster says against a change."""

from services.scaler.domain.deployed import Deployed
from services.scaler.domain.memory import Memory
from services.scaler.domain.model import MAX_AGES, Mode, Reason, Snapshot
from services.scaler.domain.policy import ManualZero, Policy
from services.scaler.domain.situation import Draft, Situation

STUCK_AFTER = 60.0
"""Seconds for which a pod may wait for a node before more pods are no use."""


def safety(draft: Draft, situation: Situation) -> Draft:
    """Nothing shrinks on numbers that are missing or old; growth may rest on the heartbeats alone."""
    missing = stale(situation.snapshot)
    if not missing:
        return draft.unchanged("safety", "Every input is fresh.")
    told = ", ".join(missing)
    if draft.replicas < situation.current:
        note = f"Would shrink to {draft.replicas}, but {told}: unknown is not zero."
        return draft.step("safety", situation.current, note, Reason.METRICS_STALE)
    return draft.unchanged("safety", f"Does not shrink, so it goes on although {told}.")


def stale(snapshot: Snapshot) -> list[str]:
    """What shrinking has to know and does not."""
    told = []
    for name in ("in_flight_at_most", "slots_per_replica", "queued", "predicted"):
        reading = getattr(snapshot, name)
        if name == "predicted" and reading.value is None:
            continue  # nobody ever told; it only ever raises
        if reading.value is None:
            told.append(f"{name} is unknown")
        elif not reading.at_most(MAX_AGES[name]):
            age = "an unknown time" if reading.age is None else f"{reading.age:.0f} s"
            told.append(f"{name} is {age} old")
    return told


def cluster(
    draft: Draft, deployed: Deployed | None, policy: Policy, memory: Memory, now: float, *, mode: Mode, denied: str
) -> Draft:
    """What the cluster says against it: also against what a person pinned. Holding leaves the count as it stands."""
    if deployed is None:
        return draft.unchanged("cluster", "No Deployment is known.")
    if denied and mode in (Mode.NATIVE, Mode.PINNED):
        note = f"{denied} Nothing is written until that is granted. {draft.because}"
        return _fallen(draft.step("cluster", draft.replicas, note, Reason.RBAC_DENIED))
    holds = _holds(draft, deployed, policy, memory, now, mode=mode)
    if holds is None:
        return draft.unchanged("cluster", "Nothing in the cluster is against it.")
    reason, note = holds
    return draft.step("cluster", deployed.replicas, note, reason)


def _holds(
    draft: Draft, deployed: Deployed, policy: Policy, memory: Memory, now: float, *, mode: Mode
) -> tuple[Reason, str] | None:
    spec = deployed.replicas
    paused = spec == 0 and not deployed.ours and policy.manual_zero is ManualZero.HOLD
    if paused and draft.replicas > 0 and mode is not Mode.PINNED:
        by = repr(deployed.written_by) if deployed.written_by else "Somebody else"
        return Reason.MANUAL_ZERO, (
            f"{by} set the count to 0, which is a pause: it stays at 0. Scale {deployed.name} to 1 or more to end it, "
            "or set manual_zero to OVERRIDE."
        )
    if deployed.rivals and mode in (Mode.NATIVE, Mode.PINNED):
        return Reason.SCALER_CONFLICT, (
            f"{deployed.rivals[0]} already scales Deployment/{deployed.name}; delete it, or set the policy's mode to "
            "KEDA or HPA."
        )
    if now < memory.fight_until and mode in (Mode.NATIVE, Mode.PINNED):
        return Reason.REPLICA_FIGHT, (
            f"{memory.written_by or 'Somebody else'!r} keeps writing the count; nothing is written for another "
            f"{memory.fight_until - now:.0f} s. Stop the other writer, or pause this agent."
        )
    if deployed.rollout and draft.replicas < spec:
        return Reason.ROLLOUT, f"A rollout is under way ({deployed.rollout}); nothing shrinks until it is over."
    if draft.replicas > spec > 0 and mode is not Mode.PINNED and (stuck := _stuck(deployed)):
        return Reason.CAPACITY_STUCK, f"{stuck} More pods would not start either."
    return None


def _stuck(deployed: Deployed) -> str:
    if deployed.create_failed:
        return f"No pod can be created: {deployed.create_failed}."
    pending = [pod for pod in deployed.pods if (pod.pending_for or 0.0) > STUCK_AFTER]
    if not pending:
        return ""
    longest = max(pending, key=lambda pod: pod.pending_for or 0.0)
    return f"Pod {longest.name} waits for a node or its start for {longest.pending_for:.0f} s."


def _fallen(draft: Draft) -> Draft:
    return Draft(
        replicas=draft.replicas, reason=draft.reason, because=draft.because, steps=draft.steps, mode=Mode.OBSERVE
    )
