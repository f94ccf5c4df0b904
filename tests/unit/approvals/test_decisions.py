"""The life of an approval: asked, decided, withdrawn, overdue."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Aborted, FailedPrecondition, InvalidArgument, PermissionDenied
from services.approvals.domain.decisions import after_deadline, ask, decide, supporters, withdraw
from services.approvals.domain.model import (
    Approval,
    Autopilot,
    Decision,
    ExpiryOutcome,
    Gate,
    GateKind,
    Policy,
    Question,
    Risk,
    State,
)

NOW = datetime(2026, 11, 22, 10, 31, tzinfo=UTC)
CONTENT = hashlib.sha256(b"as asked").hexdigest()
QUESTION = Question(
    id="a1",
    tenant="acme",
    workflow="workflows/w1",
    task="workflows/w1/tasks/branding",
    gate=Gate(kind=GateKind.RESULT, risk=Risk.MEDIUM),
    title="Which name do we take?",
    summary="",
    content_sha256=CONTENT,
    artifacts=(),
    confidence=0.9,
    estimated_cost_usd=0.1,
    autopilot=Autopilot.ASSISTED,
    policy="policies/default@1",
    quorum=1,
    not_the_requester=False,
    requested_by="ana",
    create_time=NOW,
    deadline_time=None,
    expiry_outcome=ExpiryOutcome.KEEP_WAITING,
)


def pending(**changes: object) -> Approval:
    question = replace(QUESTION, **changes)  # type: ignore[arg-type]
    return ask(question, Policy(), asked_by="orchestrator").approval


def decided(
    approval: Approval,
    decision: Decision = Decision.APPROVE,
    *,
    by: str = "ben",
    feedback: str = "",
    looked_at: str = "",
    edited: bytes = b"",
    now: datetime = NOW,
) -> Approval:
    return decide(
        approval, decision, by=by, feedback=feedback, looked_at=looked_at, edited_content=edited, now=now
    ).approval


def test_a_risky_gate_waits_for_a_person_and_the_audit_says_why() -> None:
    change = ask(QUESTION, Policy(), asked_by="orchestrator")
    assert change.approval.pending
    assert (change.audit.actor, change.audit.action) == ("orchestrator", "approval.requested")
    assert "risk is medium" in change.audit.reason


def test_a_policy_decides_at_once_and_signs_with_its_version() -> None:
    question = replace(QUESTION, autopilot=Autopilot.FULL, deadline_time=NOW + timedelta(hours=1))
    change = ask(question, Policy(version=3), asked_by="orchestrator")
    approval = change.approval
    assert approval.standing.state is State.APPROVED
    assert approval.standing.end_time == NOW
    assert approval.question.deadline_time is None
    (record,) = approval.standing.decisions
    assert (record.decided_by, record.content_sha256) == ("policies/default@3", CONTENT)
    assert record.feedback == change.audit.reason
    assert (change.audit.actor, change.audit.action) == ("policies/default@3", "approval.approved")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"task": "workflows/other/tasks/x"}, "task"),
        ({"task": ""}, "task"),
        ({"gate": Gate(kind=GateKind.PLAN)}, "task"),
        ({"title": "  "}, "title"),
        ({"artifacts": ("ok", "")}, "artifacts[1]"),
    ],
)
def test_a_question_that_does_not_fit_together_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        pending(**changes)
    assert [violation.field for violation in refused.value.violations] == [field]


def test_one_approval_is_enough_without_a_quorum() -> None:
    approval = decided(pending(), looked_at=CONTENT, feedback="nice")
    assert approval.standing.state is State.APPROVED
    assert approval.standing.version == 2
    assert approval.standing.decisions[0].feedback == "nice"


def test_second_decision_is_refused_and_told_who_and_when() -> None:
    approval = decided(pending(), by="ana")
    with pytest.raises(FailedPrecondition, match=r"APPROVED by ana at 2026-11-22T10:31:00Z") as refused:
        decided(approval, Decision.REJECT, feedback="no")
    assert refused.value.reason == "APPROVAL_ALREADY_DECIDED"
    assert refused.value.metadata["decided_by"] == "ana"


def test_a_rejection_needs_feedback() -> None:
    with pytest.raises(InvalidArgument, match="feedback"):
        decided(pending(), Decision.REJECT, feedback=" \n")
    assert decided(pending(), Decision.REJECT, feedback="shorter").standing.state is State.REJECTED


def test_an_edit_brings_exactly_the_bytes_that_go_on() -> None:
    approval = decided(pending(), Decision.EDIT, edited=b"\x00new")
    assert approval.standing.state is State.APPROVED
    assert approval.edited_content == b"\x00new"
    assert approval.standing.decisions[0].content_sha256 == hashlib.sha256(b"\x00new").hexdigest()
    assert approval.question.content_sha256 == CONTENT


def test_an_edit_without_content_and_content_without_an_edit_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="edited_content"):
        decided(pending(), Decision.EDIT)
    with pytest.raises(InvalidArgument, match="edited_content"):
        decided(pending(), Decision.APPROVE, edited=b"x")


def test_a_decision_on_other_content_is_stale() -> None:
    with pytest.raises(Aborted, match="read it again"):
        decided(pending(), looked_at="0" * 64)


def test_the_requester_may_not_decide_where_the_policy_says_so() -> None:
    approval = pending(not_the_requester=True)
    with pytest.raises(PermissionDenied, match="somebody else"):
        decided(approval, by="ana")
    assert not decided(approval, by="ben").pending


def test_a_quorum_takes_different_people() -> None:
    approval = decided(pending(quorum=2), by="ana")
    assert approval.pending
    with pytest.raises(FailedPrecondition, match="needs 1 more"):
        decided(approval, by="ana")
    assert decided(approval, by="ben").standing.state is State.APPROVED


def test_who_approved_may_still_reject() -> None:
    approval = decided(pending(quorum=2), by="ana")
    assert decided(approval, Decision.REJECT, by="ana", feedback="I saw it too late").standing.state is State.REJECTED


def test_an_edit_voids_approvals_of_the_content_before() -> None:
    approval = decided(pending(quorum=2), by="ana")
    approval = decided(approval, Decision.EDIT, by="ben", edited=b"new")
    assert approval.pending
    assert supporters(approval.standing.decisions) == ("ben",)
    with pytest.raises(Aborted):
        decided(approval, by="ana", looked_at=CONTENT)
    approval = decided(approval, by="ana", looked_at=hashlib.sha256(b"new").hexdigest())
    assert approval.standing.state is State.APPROVED


def test_withdrawing_ends_it_once() -> None:
    change = withdraw(pending(), by="orchestrator", reason="cancelled", now=NOW)
    assert change is not None
    assert change.approval.standing.state is State.WITHDRAWN
    assert withdraw(change.approval, by="orchestrator", reason="again", now=NOW) is None
    with pytest.raises(FailedPrecondition, match="was WITHDRAWN"):
        decided(change.approval)


def test_before_its_deadline_nothing_happens() -> None:
    approval = pending(deadline_time=NOW + timedelta(hours=1), expiry_outcome=ExpiryOutcome.EXPIRE)
    assert after_deadline(approval, NOW + timedelta(minutes=59)) is None
    assert after_deadline(pending(), NOW + timedelta(days=999)) is None


def test_a_passed_deadline_expires_where_the_policy_says_so() -> None:
    approval = pending(deadline_time=NOW, expiry_outcome=ExpiryOutcome.EXPIRE)
    change = after_deadline(approval, NOW)
    assert change is not None
    assert change.approval.standing.state is State.EXPIRED
    assert (change.audit.actor, change.audit.action) == ("policies/default@1", "approval.expired")
    with pytest.raises(FailedPrecondition, match="was EXPIRED"):
        decided(change.approval)


def test_a_passed_deadline_is_noted_once_where_it_goes_on_waiting() -> None:
    change = after_deadline(pending(deadline_time=NOW), NOW)
    assert change is not None
    assert change.approval.pending
    assert after_deadline(change.approval, NOW + timedelta(days=1)) is None
    assert decided(change.approval).standing.state is State.APPROVED


@given(outcome=st.sampled_from(ExpiryOutcome), late=st.timedeltas(timedelta(0), timedelta(days=1000)))
def test_silence_is_never_approval(outcome: ExpiryOutcome, late: timedelta) -> None:
    change = after_deadline(pending(deadline_time=NOW, expiry_outcome=outcome), NOW + late)
    assert change is not None
    assert change.approval.standing.state in (State.PENDING, State.EXPIRED)


_VOTE = st.tuples(st.sampled_from("abcd"), st.sampled_from(Decision))


@given(quorum=st.integers(1, 4), votes=st.lists(_VOTE, max_size=12))
def test_whatever_people_do_a_yes_has_its_quorum_and_an_end_is_an_end(
    quorum: int, votes: list[tuple[str, Decision]]
) -> None:
    approval = pending(quorum=quorum)
    for at, (who, decision) in enumerate(votes):
        before = approval
        edited = str(at).encode() if decision is Decision.EDIT else b""
        try:
            approval = decided(approval, decision, by=who, feedback="because", edited=edited)
        except FailedPrecondition:
            assert approval is before
            continue
        assert before.pending
        assert approval.standing.version == before.standing.version + 1
        agreed = supporters(approval.standing.decisions)
        assert len(agreed) == len(set(agreed))
        if approval.standing.state is State.APPROVED:
            assert len(agreed) == quorum
        elif approval.standing.state is State.REJECTED:
            assert decision is Decision.REJECT
        else:
            assert len(agreed) < quorum
