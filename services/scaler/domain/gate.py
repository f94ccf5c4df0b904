"""A decision together with what the drain gate makes of it."""

from dataclasses import replace

from services.scaler.domain.drain import Plan
from services.scaler.domain.model import Decision, Mode, Reason, Step

WRITING = (Mode.NATIVE, Mode.PINNED)
"""Modes in which the scaler writes the count."""
_NO_WRITES = (Reason.SCALER_CONFLICT, Reason.REPLICA_FIGHT, Reason.RBAC_DENIED)


def acts(decision: Decision) -> bool:
    """Whether anything may be written because of it."""
    return decision.mode in WRITING and decision.reason not in _NO_WRITES


def gated(decision: Decision, plan: Plan) -> Decision:
    """The decision with its last step: what the Deployment's count is to be now, and who is on the way out."""
    if plan.replicas is None:
        return decision
    note = plan.note or "Nothing has to drain."
    step = Step(name="drain", before=decision.desired, after=plan.replicas, note=note)
    decision = replace(
        decision,
        steps=(*decision.steps, step),
        deployed=plan.replicas,
        victims=tuple(sorted(victim.pod.name for victim in plan.drains.victims)),
    )
    if plan.note:
        decision = replace(decision, explanation=f"{decision.explanation} {plan.note}")
    return decision if plan.reason is None else replace(decision, reason=plan.reason)
