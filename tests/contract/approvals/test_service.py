"""The approvals servicer keeps what its contract promises: every rpc, every status."""

import hashlib
from typing import Any

import grpc
import pytest
from heyjarvis.approvals.v1 import approval_pb2 as pb
from heyjarvis.approvals.v1 import approval_service_pb2 as calls
from heyjarvis.approvals.v1 import approval_service_pb2_grpc as rpc

from tests.support.rpc_errors import refused

CONTENT = hashlib.sha256(b"as asked").hexdigest()
Stub = rpc.ApprovalServiceStub


def question(request_id: str = "r1", **changes: Any) -> calls.CreateApprovalRequest:
    fields: dict[str, Any] = {
        "workflow": "workflows/w1",
        "task": "workflows/w1/tasks/branding",
        "gate": pb.Gate(kind=pb.GATE_KIND_RESULT, risk=pb.RISK_MEDIUM, question="Which name?"),
        "title": "Which name do we take?",
        "summary": "# Names",
        "content_sha256": CONTENT,
        "artifacts": ["logo.svg"],
        "confidence": 0.9,
        "estimated_cost_usd": 0.5,
        "requested_by": "ana",
        "request_id": request_id,
    }
    return calls.CreateApprovalRequest(**fields | changes)


async def ask(stub: Stub, request_id: str = "r1", **changes: Any) -> pb.Approval:
    return (await stub.CreateApproval(question(request_id, **changes))).approval


async def decide(
    stub: Stub, approval: pb.Approval, decision: pb.Decision = pb.DECISION_APPROVE, **more: Any
) -> pb.Approval:
    metadata = more.pop("metadata", None)
    request = calls.DecideApprovalRequest(name=approval.name, decision=decision, **more)
    return (await stub.DecideApproval(request, metadata=metadata)).approval


def as_person(name: str) -> tuple[tuple[str, str], ...]:
    return (("x-heyjarvis-subject", name),)


async def test_a_question_waits_and_reads_back_as_asked(stub: Stub) -> None:
    approval = await ask(stub)
    assert approval.state == pb.APPROVAL_STATE_PENDING
    assert approval.policy == "policies/default@1"
    assert (approval.quorum, approval.confidence, approval.requested_by) == (1, 0.9, "ana")
    assert approval.autopilot == pb.AUTOPILOT_MODE_ASSISTED
    assert approval.HasField("create_time")
    assert not approval.HasField("decide_time")
    assert not approval.HasField("deadline_time")
    again = await stub.GetApproval(calls.GetApprovalRequest(name=approval.name))
    assert again.approval == approval


async def test_a_policy_approves_at_once_with_its_reason_on_record(stub: Stub) -> None:
    approval = await ask(stub, autopilot=pb.AUTOPILOT_MODE_FULL)
    assert approval.state == pb.APPROVAL_STATE_APPROVED
    (record,) = approval.decisions
    assert record.decided_by == "policies/default@1"
    assert record.content_sha256 == CONTENT
    (line,) = (await stub.ListAuditEntries(calls.ListAuditEntriesRequest())).entries
    assert (line.actor, line.action, line.policy) == ("policies/default@1", "approval.approved", "policies/default@1")
    assert line.reason == record.feedback != ""


async def test_absent_confidence_stays_absent(stub: Stub) -> None:
    request = question()
    request.ClearField("confidence")
    assert not (await stub.CreateApproval(request)).approval.HasField("confidence")


async def test_a_repeated_question_gets_the_first_approval_even_when_decided(stub: Stub) -> None:
    first = await ask(stub)
    await decide(stub, first)
    again = await ask(stub, title="Other words for the same question")
    assert (again.name, again.state) == (first.name, pb.APPROVAL_STATE_APPROVED)


async def test_a_request_id_of_another_question_is_taken(stub: Stub) -> None:
    first = await ask(stub)
    error = await refused(stub.CreateApproval(question(content_sha256="0" * 64)))
    assert error.code is grpc.StatusCode.ALREADY_EXISTS
    assert error.resource.resource_name == first.name


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"workflow": "w1"}, "workflow"),
        ({"task": "workflows/w2/tasks/x"}, "task"),
        ({"task": ""}, "task"),
        ({"gate": None}, "gate"),
        ({"gate": pb.Gate()}, "gate.kind"),
        ({"title": ""}, "title"),
        ({"content_sha256": "ABC"}, "content_sha256"),
        ({"confidence": 1.5}, "confidence"),
        ({"estimated_cost_usd": -1.0}, "estimated_cost_usd"),
        ({"estimated_cost_usd": float("inf")}, "estimated_cost_usd"),
        ({"request_id": ""}, "request_id"),
        ({"artifacts": ["x" * 501]}, "artifacts[0]"),
        ({"summary": "x" * 65537}, "summary"),
    ],
)
async def test_a_wrong_question_names_its_field(stub: Stub, changes: dict[str, Any], field: str) -> None:
    error = await refused(stub.CreateApproval(question(**changes)))
    assert error.code is grpc.StatusCode.INVALID_ARGUMENT
    assert error.fields == [field]
    assert error.info.domain == "heyjarvis.approvals"


async def test_an_unknown_policy_is_not_found(stub: Stub) -> None:
    error = await refused(stub.CreateApproval(question(policy="policies/nobody")))
    assert error.code is grpc.StatusCode.NOT_FOUND
    assert error.resource.resource_name == "policies/nobody"


async def test_what_is_not_there_is_not_found(stub: Stub) -> None:
    name = "approvals/nobody"
    for call in (
        stub.GetApproval(calls.GetApprovalRequest(name=name)),
        stub.DecideApproval(calls.DecideApprovalRequest(name=name, decision=pb.DECISION_APPROVE)),
        stub.WithdrawApproval(calls.WithdrawApprovalRequest(name=name)),
    ):
        error = await refused(call)
        assert error.code is grpc.StatusCode.NOT_FOUND
        assert error.resource.resource_name == name


async def test_the_second_decision_is_refused_and_told_who_won(stub: Stub) -> None:
    approval = await ask(stub)
    won = await decide(stub, approval, metadata=as_person("ana"))
    assert won.state == pb.APPROVAL_STATE_APPROVED
    assert won.decisions[0].decided_by == "ana"
    request = calls.DecideApprovalRequest(name=approval.name, decision=pb.DECISION_REJECT, feedback="no")
    error = await refused(stub.DecideApproval(request))
    assert error.code is grpc.StatusCode.FAILED_PRECONDITION
    assert "APPROVED by ana at " in error.text
    assert error.info.metadata["decided_by"] == "ana"
    assert error.precondition.violations[0].subject == approval.name


async def test_a_repeated_decision_gets_the_first_answer(stub: Stub) -> None:
    approval = await ask(stub)
    first = await decide(stub, approval, request_id="d1", feedback="nice")
    assert await decide(stub, approval, request_id="d1", feedback="nice") == first
    request = calls.DecideApprovalRequest(
        name=approval.name, decision=pb.DECISION_REJECT, feedback="no", request_id="d1"
    )
    error = await refused(stub.DecideApproval(request))
    assert (error.code, error.info.reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_TAKEN")


async def test_a_decision_on_other_content_is_aborted(stub: Stub) -> None:
    approval = await ask(stub)
    request = calls.DecideApprovalRequest(name=approval.name, decision=pb.DECISION_APPROVE, content_sha256="0" * 64)
    error = await refused(stub.DecideApproval(request))
    assert (error.code, error.info.reason) == (grpc.StatusCode.ABORTED, "CONTENT_CHANGED")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"decision": pb.DECISION_UNSPECIFIED}, "decision"),
        ({"decision": pb.DECISION_REJECT, "feedback": "  "}, "feedback"),
        ({"decision": pb.DECISION_EDIT}, "edited_content"),
        ({"decision": pb.DECISION_APPROVE, "edited_content": b"x"}, "edited_content"),
        ({"decision": pb.DECISION_EDIT, "edited_content": b"x" * (1024 * 1024 + 1)}, "edited_content"),
    ],
)
async def test_a_wrong_decision_names_its_field(stub: Stub, fields: dict[str, Any], field: str) -> None:
    approval = await ask(stub)
    error = await refused(stub.DecideApproval(calls.DecideApprovalRequest(name=approval.name, **fields)))
    assert (error.code, error.fields) == (grpc.StatusCode.INVALID_ARGUMENT, [field])
    assert (await ask(stub)).state == pb.APPROVAL_STATE_PENDING


async def test_an_edit_carries_exactly_its_bytes(stub: Stub) -> None:
    content = bytes(range(256)) * 4096
    edited = await decide(stub, await ask(stub), pb.DECISION_EDIT, edited_content=content)
    assert edited.state == pb.APPROVAL_STATE_APPROVED
    (record,) = edited.decisions
    assert record.edited_content == content
    assert record.content_sha256 == hashlib.sha256(content).hexdigest()
    assert edited.content_sha256 == CONTENT


async def test_a_rejection_carries_its_feedback(stub: Stub) -> None:
    rejected = await decide(stub, await ask(stub), pb.DECISION_REJECT, feedback="shorter")
    assert rejected.state == pb.APPROVAL_STATE_REJECTED
    assert rejected.decisions[0].feedback == "shorter"
    assert rejected.HasField("decide_time")


async def test_withdrawing_twice_returns_it_as_it_is(stub: Stub) -> None:
    approval = await ask(stub)
    request = calls.WithdrawApprovalRequest(name=approval.name, reason="cancelled")
    gone = (await stub.WithdrawApproval(request)).approval
    assert gone.state == pb.APPROVAL_STATE_WITHDRAWN
    assert (await stub.WithdrawApproval(request)).approval == gone
    error = await refused(
        stub.DecideApproval(calls.DecideApprovalRequest(name=approval.name, decision=pb.DECISION_APPROVE))
    )
    assert (error.code, error.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "APPROVAL_WITHDRAWN")


async def test_lists_page_newest_first_and_filter(stub: Stub) -> None:
    asked = [await ask(stub, f"r{at}") for at in range(5)]
    other = await ask(stub, "other", workflow="workflows/w2", task="workflows/w2/tasks/x")
    await decide(stub, asked[2])
    names: list[str] = []
    request = calls.ListApprovalsRequest(page_size=2)
    for _ in range(3):
        page = await stub.ListApprovals(request)
        assert len(page.approvals) == 2
        names += [approval.name for approval in page.approvals]
        request.page_token = page.next_page_token
    assert request.page_token == ""
    assert names == [other.name, *(approval.name for approval in reversed(asked))]

    async def listed(**filters: Any) -> list[str]:
        answer = await stub.ListApprovals(calls.ListApprovalsRequest(**filters))
        return [approval.name for approval in answer.approvals]

    assert await listed(workflow="workflows/w2") == [other.name]
    assert await listed(state=pb.APPROVAL_STATE_APPROVED) == [asked[2].name]
    assert len(await listed(state=pb.APPROVAL_STATE_PENDING)) == 5
    assert len(await listed(workflow="workflows/w1", state=pb.APPROVAL_STATE_PENDING)) == 4
    assert await listed(workflow="workflows/none") == []


async def test_page_size_and_token_are_checked(stub: Stub) -> None:
    for index in range(2):
        await ask(stub, f"r{index}")
    token = (await stub.ListApprovals(calls.ListApprovalsRequest(page_size=1))).next_page_token
    for request, field in (
        (calls.ListApprovalsRequest(page_size=-1), "page_size"),
        (calls.ListApprovalsRequest(page_token="nonsense"), "page_token"),
        (calls.ListApprovalsRequest(page_token=token, workflow="workflows/w1"), "page_token"),
    ):
        error = await refused(stub.ListApprovals(request))
        assert (error.code, error.fields) == (grpc.StatusCode.INVALID_ARGUMENT, [field])
    error = await refused(stub.ListAuditEntries(calls.ListAuditEntriesRequest(page_token=token)))
    assert error.code is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_page_of_large_approvals_stays_a_message(stub: Stub) -> None:
    for index in range(4):
        await decide(stub, await ask(stub, f"r{index}"), pb.DECISION_EDIT, edited_content=b"x" * 1024 * 1024)
    seen, request = 0, calls.ListApprovalsRequest()
    while True:
        page = await stub.ListApprovals(request)
        seen += len(page.approvals)
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    assert seen == 4
