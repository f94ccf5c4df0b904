"""Between the messages of the contract and the domain. Requests are already checked against the contract's rules."""

import hashlib
import math
from datetime import datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from heyjarvis.approvals.v1 import approval_pb2 as pb
from heyjarvis.approvals.v1 import approval_service_pb2 as rpc_pb

from chassis.errors import FieldViolation, InvalidArgument
from services.approvals.domain.model import (
    Approval,
    AuditEntry,
    Autopilot,
    Decision,
    DecisionRecord,
    ExpiryOutcome,
    Gate,
    GateKind,
    Policy,
    Question,
    Risk,
    State,
)

# Zero of an enum stands for the default the contract names.
_RISKS = {pb.RISK_UNSPECIFIED: Risk.MEDIUM} | {pb.Risk.Value(f"RISK_{risk.name}"): risk for risk in Risk}
_AUTOPILOTS = {pb.AUTOPILOT_MODE_UNSPECIFIED: Autopilot.ASSISTED} | {
    pb.AutopilotMode.Value(f"AUTOPILOT_MODE_{mode.name}"): mode for mode in Autopilot
}
_OUTCOMES = {pb.EXPIRY_OUTCOME_UNSPECIFIED: ExpiryOutcome.KEEP_WAITING} | {
    pb.ExpiryOutcome.Value(f"EXPIRY_OUTCOME_{outcome.name}"): outcome for outcome in ExpiryOutcome
}
_KINDS = {pb.GateKind.Value(f"GATE_KIND_{kind.name}"): kind for kind in GateKind}
_STATES = {pb.ApprovalState.Value(f"APPROVAL_STATE_{state.name}"): state for state in State}
_DECISIONS = {pb.Decision.Value(f"DECISION_{decision.name}"): decision for decision in Decision}

_LONGEST_DEADLINE = timedelta(days=365)


def question_from(
    request: rpc_pb.CreateApprovalRequest, *, id: str, tenant: str, policy: Policy, requested_by: str, now: datetime
) -> Question:
    """What is asked, under `policy`."""
    _check_finite("estimated_cost_usd", request.estimated_cost_usd)
    return Question(
        id=id,
        tenant=tenant,
        workflow=request.workflow,
        task=request.task,
        gate=gate_from(request.gate),
        title=request.title,
        summary=request.summary,
        content_sha256=request.content_sha256,
        artifacts=tuple(request.artifacts),
        confidence=request.confidence if request.HasField("confidence") else None,
        estimated_cost_usd=request.estimated_cost_usd,
        autopilot=_AUTOPILOTS[request.autopilot],
        policy=policy.ref,
        quorum=policy.quorum,
        not_the_requester=policy.not_the_requester,
        requested_by=request.requested_by or requested_by,
        create_time=now,
        deadline_time=now + policy.time_to_decide if policy.time_to_decide else None,
        expiry_outcome=policy.expiry_outcome,
    )


def gate_from(gate: pb.Gate) -> Gate:
    """The gate of a message."""
    return Gate(kind=_KINDS[gate.kind], risk=_RISKS[gate.risk], human_only=gate.human_only, question=gate.question)


def decision_from(decision: pb.Decision) -> Decision:
    """The decision of a message."""
    return _DECISIONS[decision]


def state_from(state: pb.ApprovalState) -> State | None:
    """The state of a message; None for unspecified."""
    return _STATES.get(state)


def policy_from(message: pb.Policy, *, id: str, now: datetime) -> Policy:
    """The policy of a message, as a first version."""
    for field in ("ask_above_cost_usd", "full_ask_above_cost_usd"):
        _check_finite(f"policy.{field}", getattr(message, field))
    return Policy(
        id=id,
        ask_from_risk=_RISKS[message.ask_from_risk],
        ask_below_confidence=message.ask_below_confidence,
        ask_above_cost_usd=message.ask_above_cost_usd,
        full_ask_above_cost_usd=message.full_ask_above_cost_usd,
        quorum=message.quorum or 1,
        not_the_requester=message.not_the_requester,
        time_to_decide=_span(message.time_to_decide),
        expiry_outcome=_OUTCOMES[message.expiry_outcome],
        update_time=now,
    )


def approval_message(approval: Approval) -> pb.Approval:
    """An approval for the wire."""
    question, standing = approval.question, approval.standing
    edited = hashlib.sha256(approval.edited_content).hexdigest() if approval.edited_content else ""
    return pb.Approval(
        name=question.name,
        workflow=question.workflow,
        task=question.task,
        gate=pb.Gate(
            kind=f"GATE_KIND_{question.gate.kind.name}",
            risk=f"RISK_{question.gate.risk.name}",
            human_only=question.gate.human_only,
            question=question.gate.question,
        ),
        state=f"APPROVAL_STATE_{standing.state.name}",
        title=question.title,
        summary=question.summary,
        content_sha256=question.content_sha256,
        artifacts=question.artifacts,
        confidence=question.confidence,
        estimated_cost_usd=question.estimated_cost_usd,
        autopilot=f"AUTOPILOT_MODE_{question.autopilot.name}",
        policy=question.policy,
        decisions=[_record(record, approval.edited_content, edited) for record in standing.decisions],
        quorum=question.quorum,
        requested_by=question.requested_by,
        create_time=_stamp(question.create_time),
        decide_time=_stamp(standing.end_time),
        deadline_time=_stamp(question.deadline_time),
        expiry_outcome=f"EXPIRY_OUTCOME_{question.expiry_outcome.name}",
        etag=approval.etag,
    )


def policy_message(policy: Policy) -> pb.Policy:
    """A policy for the wire."""
    message = pb.Policy(
        name=policy.name,
        version=policy.version,
        ask_from_risk=f"RISK_{policy.ask_from_risk.name}",
        ask_below_confidence=policy.ask_below_confidence,
        ask_above_cost_usd=policy.ask_above_cost_usd,
        full_ask_above_cost_usd=policy.full_ask_above_cost_usd,
        quorum=policy.quorum,
        not_the_requester=policy.not_the_requester,
        expiry_outcome=f"EXPIRY_OUTCOME_{policy.expiry_outcome.name}",
        etag=policy.etag,
        update_time=_stamp(policy.update_time),
    )
    if policy.time_to_decide:
        message.time_to_decide.FromTimedelta(policy.time_to_decide)
    return message


def audit_message(entry: AuditEntry) -> rpc_pb.AuditEntry:
    """An audit line for the wire."""
    return rpc_pb.AuditEntry(
        time=_stamp(entry.time),
        actor=entry.actor,
        action=entry.action,
        resource=entry.resource,
        policy=entry.policy,
        reason=entry.reason,
    )


def _record(record: DecisionRecord, edited_content: bytes, edited_sha256: str) -> pb.DecisionRecord:
    # Only the newest edit's content is kept: an edit voids those before it.
    mine = record.decision is Decision.EDIT and record.content_sha256 == edited_sha256
    return pb.DecisionRecord(
        decision=f"DECISION_{record.decision.name}",
        decided_by=record.decided_by,
        feedback=record.feedback,
        decide_time=_stamp(record.time),
        edited_content=edited_content if mine else b"",
        content_sha256=record.content_sha256,
    )


def _stamp(moment: datetime | None) -> Timestamp | None:
    if moment is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def _check_finite(field: str, amount: float) -> None:
    if not math.isfinite(amount):
        raise InvalidArgument(FieldViolation(field, f"must be a finite amount, is {amount}"))


def _span(duration: Duration) -> timedelta | None:
    if duration.seconds < 0 or duration.nanos < 0 or duration.seconds > _LONGEST_DEADLINE.total_seconds():
        raise InvalidArgument(
            FieldViolation("policy.time_to_decide", f"is {duration.seconds} s; it must be 0 (none) to 365 days")
        )
    return timedelta(seconds=duration.seconds, microseconds=duration.nanos // 1000) or None
