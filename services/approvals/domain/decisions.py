"""How an approval comes to be and comes to an end.

Every function takes the approval as it stands and returns the `Change`, or raises an error of the tree that says what
to do instead. Nothing here knows whether somebody else was faster: the store writes a change only onto the version it
was made from, and whoever loses comes back with the newer approval and hears its answer from `decide`.
"""

import hashlib
from dataclasses import replace
from datetime import datetime

from chassis.errors import Aborted, FailedPrecondition, FieldViolation, InvalidArgument, PermissionDenied
from services.approvals.domain.model import (
    Approval,
    AuditEntry,
    Change,
    Decision,
    DecisionRecord,
    ExpiryOutcome,
    GateKind,
    Policy,
    Question,
    Standing,
    State,
)
from services.approvals.domain.policy import judge

_NAMES_LENGTH = 500
_OF_A_TASK = (GateKind.BEFORE_TASK, GateKind.RESULT)
_ACTIONS = {
    State.PENDING: "approval.supported",
    State.APPROVED: "approval.approved",
    State.REJECTED: "approval.rejected",
}


def check_question(question: Question) -> None:
    """Raises InvalidArgument when workflow, task and gate do not fit together."""
    wrong: list[FieldViolation] = []
    kind = question.gate.kind
    if question.task and not question.task.startswith(f"{question.workflow}/tasks/"):
        wrong.append(FieldViolation("task", f"{question.task!r} is not a task of {question.workflow!r}"))
    if kind in _OF_A_TASK and not question.task:
        wrong.append(FieldViolation("task", f"a gate of kind {kind.name} stands at a task; name the task"))
    if kind is GateKind.PLAN and question.task:
        wrong.append(FieldViolation("task", "a gate of kind PLAN stands before the workflow; leave the task empty"))
    if not question.title.strip():
        wrong.append(FieldViolation("title", "must say in one line what is asked"))
    wrong.extend(
        FieldViolation(f"artifacts[{at}]", f"must be a name of 1 to {_NAMES_LENGTH} characters")
        for at, artifact in enumerate(question.artifacts)
        if not 0 < len(artifact) <= _NAMES_LENGTH
    )
    if wrong:
        raise InvalidArgument(wrong)


def ask(question: Question, policy: Policy, *, asked_by: str) -> Change:
    """A new approval: decided at once when the policy allows, otherwise waiting for people.

    `question` names the policy and carries its quorum and deadline already.
    """
    check_question(question)
    verdict = judge(
        policy,
        question.gate,
        autopilot=question.autopilot,
        confidence=question.confidence,
        estimated_cost_usd=question.estimated_cost_usd,
    )
    now = question.create_time
    if verdict.asks:
        approval = Approval(question=question, standing=Standing())
        return Change(approval=approval, audit=_line(approval, now, asked_by, "approval.requested", verdict.reason))
    record = DecisionRecord(
        decision=Decision.APPROVE,
        decided_by=policy.ref,
        feedback=verdict.reason,
        time=now,
        content_sha256=question.content_sha256,
    )
    standing = Standing(state=State.APPROVED, decisions=(record,), end_time=now)
    approval = Approval(question=replace(question, deadline_time=None), standing=standing)
    return Change(approval=approval, audit=_line(approval, now, policy.ref, "approval.approved", verdict.reason))


def decide(
    approval: Approval,
    decision: Decision,
    *,
    by: str,
    feedback: str,
    looked_at: str,
    edited_content: bytes,
    now: datetime,
) -> Change:
    """Records `by`'s decision on the content with the hash `looked_at` (empty: whatever is in force)."""
    _check_decision(decision, feedback, edited_content)
    _check_pending(approval)
    question, standing = approval.question, approval.standing
    if question.not_the_requester and by == question.requested_by:
        raise PermissionDenied(
            f"{by!r} asked for {question.name!r}, and {question.policy} wants somebody else to decide.",
            reason="REQUESTER_MAY_NOT_DECIDE",
            metadata={"approval": question.name, "subject": by, "policy": question.policy},
        )
    if looked_at and looked_at != approval.content_in_force:
        raise Aborted(
            f"{question.name!r} is about the content {approval.content_in_force}, and you looked at {looked_at}; "
            "read it again, then decide.",
            reason="CONTENT_CHANGED",
            metadata={"approval": question.name, "content_sha256": approval.content_in_force},
        )
    if decision is Decision.APPROVE:
        _check_first_vote(approval, by)
    edited = decision is Decision.EDIT
    record = DecisionRecord(
        decision=decision,
        decided_by=by,
        feedback=feedback,
        time=now,
        content_sha256=hashlib.sha256(edited_content).hexdigest() if edited else approval.content_in_force,
    )
    decisions = (*standing.decisions, record)
    state = _state_after(decisions, question.quorum)
    changed = approval.moved(
        replace(standing, state=state, decisions=decisions, end_time=None if state is State.PENDING else now),
        edited_content=edited_content if edited else None,
    )
    action = "approval.edited" if edited else _ACTIONS[state]
    said = feedback or (f"Goes on with the edited content {record.content_sha256}." if edited else "")
    return Change(approval=changed, audit=_line(changed, now, by, action, said))


def supporters(decisions: tuple[DecisionRecord, ...]) -> tuple[str, ...]:
    """Who has agreed to the content in force. An edit is a yes to the edited content and voids what came before."""
    agreed: list[str] = []
    for record in decisions:
        if record.decision is Decision.EDIT:
            agreed = [record.decided_by]
        elif record.decision is Decision.APPROVE:
            agreed.append(record.decided_by)
    return tuple(agreed)


def withdraw(approval: Approval, *, by: str, reason: str, now: datetime) -> Change | None:
    """Takes the question back; None when it has ended already."""
    if not approval.pending:
        return None
    changed = approval.moved(replace(approval.standing, state=State.WITHDRAWN, end_time=now))
    return Change(approval=changed, audit=_line(changed, now, by, "approval.withdrawn", reason))


def after_deadline(approval: Approval, now: datetime) -> Change | None:
    """What the passed deadline does; None when it has not passed or has done its work. Never approves."""
    question, standing = approval.question, approval.standing
    deadline = question.deadline_time
    if not approval.pending or standing.overdue or deadline is None or now < deadline:
        return None
    if question.expiry_outcome is ExpiryOutcome.EXPIRE:
        changed = approval.moved(replace(standing, state=State.EXPIRED, end_time=now))
        action, reason = "approval.expired", f"Nobody decided until {_time(deadline)}; the policy ends it then."
    else:
        changed = approval.moved(replace(standing, overdue=True))
        action, reason = "approval.overdue", f"Nobody decided until {_time(deadline)}; the policy goes on waiting."
    return Change(approval=changed, audit=_line(changed, now, question.policy, action, reason))


def _check_decision(decision: Decision, feedback: str, edited_content: bytes) -> None:
    wrong: list[FieldViolation] = []
    if decision is Decision.REJECT and not feedback.strip():
        wrong.append(FieldViolation("feedback", "a rejection says what to do better; the task runs again with it"))
    if decision is Decision.EDIT and not edited_content:
        wrong.append(FieldViolation("edited_content", "an edit brings the content that goes on instead"))
    if decision is not Decision.EDIT and edited_content:
        wrong.append(FieldViolation("edited_content", f"belongs to DECISION_EDIT, not to DECISION_{decision.name}"))
    if wrong:
        raise InvalidArgument(wrong)


def _check_pending(approval: Approval) -> None:
    if approval.pending:
        return
    name, standing = approval.question.name, approval.standing
    when = _time(standing.end_time) if standing.end_time else ""
    by = standing.decisions[-1].decided_by if standing.state in (State.APPROVED, State.REJECTED) else ""
    who = f" by {by}" if by else ""
    raise FailedPrecondition(
        f"Approval {name!r} was {standing.state.name}{who} at {when}; it cannot be decided again.",
        subject=name,
        reason="APPROVAL_ALREADY_DECIDED" if by else f"APPROVAL_{standing.state.name}",
        metadata={"approval": name, "state": standing.state.name, "decided_by": by, "decide_time": when},
    )


def _check_first_vote(approval: Approval, by: str) -> None:
    agreed = supporters(approval.standing.decisions)
    if by not in agreed:
        return
    name, missing = approval.question.name, approval.question.quorum - len(agreed)
    raise FailedPrecondition(
        f"{by!r} has approved {name!r} already; it needs {missing} more approvals, from other people.",
        subject=name,
        reason="ALREADY_VOTED",
        metadata={"approval": name, "subject": by},
    )


def _state_after(decisions: tuple[DecisionRecord, ...], quorum: int) -> State:
    if decisions[-1].decision is Decision.REJECT:
        return State.REJECTED
    return State.APPROVED if len(supporters(decisions)) >= quorum else State.PENDING


def _line(approval: Approval, time: datetime, actor: str, action: str, reason: str) -> AuditEntry:
    question = approval.question
    return AuditEntry(
        time=time, actor=actor, action=action, resource=question.name, policy=question.policy, reason=reason
    )


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
