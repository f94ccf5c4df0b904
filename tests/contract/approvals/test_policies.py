"""Policies and the audit, as the contract promises them."""

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from heyjarvis.approvals.v1 import approval_pb2 as pb
from heyjarvis.approvals.v1 import approval_service_pb2 as calls
from heyjarvis.approvals.v1 import approval_service_pb2_grpc as rpc

from tests.contract.approvals.test_service import as_person, ask, decide
from tests.support.rpc_errors import refused

Stub = rpc.ApprovalServiceStub


async def test_quorum_and_not_the_requester(stub: Stub) -> None:
    policy = pb.Policy(name="policies/strict", quorum=2, not_the_requester=True, ask_from_risk=pb.RISK_LOW)
    await stub.UpdatePolicy(calls.UpdatePolicyRequest(policy=policy))
    approval = await ask(stub, policy="policies/strict")
    assert (approval.quorum, approval.policy) == (2, "policies/strict@1")
    decision = calls.DecideApprovalRequest(name=approval.name, decision=pb.DECISION_APPROVE)
    error = await refused(stub.DecideApproval(decision, metadata=as_person("ana")))
    assert (error.code, error.info.reason) == (grpc.StatusCode.PERMISSION_DENIED, "REQUESTER_MAY_NOT_DECIDE")
    assert (await decide(stub, approval, metadata=as_person("ben"))).state == pb.APPROVAL_STATE_PENDING
    error = await refused(stub.DecideApproval(decision, metadata=as_person("ben")))
    assert (error.code, error.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "ALREADY_VOTED")
    assert (await decide(stub, approval, metadata=as_person("cleo"))).state == pb.APPROVAL_STATE_APPROVED


async def test_policies_have_versions_masks_and_etags(stub: Stub) -> None:
    first = (await stub.GetPolicy(calls.GetPolicyRequest(name="policies/default"))).policy
    assert (first.version, first.quorum, first.ask_from_risk) == (1, 1, pb.RISK_MEDIUM)
    change = pb.Policy(name=first.name, etag=first.etag, ask_above_cost_usd=50)
    mask = FieldMask(paths=["ask_above_cost_usd"])
    second = (await stub.UpdatePolicy(calls.UpdatePolicyRequest(policy=change, update_mask=mask))).policy
    assert (second.version, second.ask_above_cost_usd, second.quorum) == (2, 50, 1)
    assert second.HasField("update_time")
    error = await refused(stub.UpdatePolicy(calls.UpdatePolicyRequest(policy=change, update_mask=mask)))
    assert (error.code, error.info.reason) == (grpc.StatusCode.ABORTED, "ETAG_STALE")
    old = (await stub.GetPolicy(calls.GetPolicyRequest(name="policies/default@1"))).policy
    assert old == first
    for name in ("policies/default@3", "policies/nobody", "policies/nobody@1"):
        error = await refused(stub.GetPolicy(calls.GetPolicyRequest(name=name)))
        assert error.code is grpc.StatusCode.NOT_FOUND
    assert (await ask(stub)).policy == "policies/default@2"
    newest, _ = (await stub.ListAuditEntries(calls.ListAuditEntriesRequest())).entries
    assert newest.action == "approval.requested"


@pytest.mark.parametrize(
    ("policy", "mask", "field"),
    [
        (pb.Policy(name="policies/default", quorum=11), [], "policy.quorum"),
        (pb.Policy(name="nonsense"), [], "policy.name"),
        (pb.Policy(name="policies/default"), ["version"], "update_mask"),
        (pb.Policy(name="policies/default", ask_above_cost_usd=float("inf")), [], "policy.ask_above_cost_usd"),
        (pb.Policy(name="policies/default", time_to_decide=Duration(seconds=-1)), [], "policy.time_to_decide"),
        (pb.Policy(name="policies/default", time_to_decide=Duration(seconds=2**62)), [], "policy.time_to_decide"),
    ],
)
async def test_a_wrong_policy_names_its_field(stub: Stub, policy: pb.Policy, mask: list[str], field: str) -> None:
    request = calls.UpdatePolicyRequest(policy=policy, update_mask=FieldMask(paths=mask))
    error = await refused(stub.UpdatePolicy(request))
    assert (error.code, error.fields) == (grpc.StatusCode.INVALID_ARGUMENT, [field])


async def test_the_audit_tells_who_did_what_newest_first_in_pages(stub: Stub) -> None:
    approval = await ask(stub)
    await decide(stub, approval, pb.DECISION_REJECT, feedback="shorter", metadata=as_person("ben"))
    await stub.UpdatePolicy(calls.UpdatePolicyRequest(policy=pb.Policy(name="policies/default", quorum=2)))
    first = await stub.ListAuditEntries(calls.ListAuditEntriesRequest(page_size=2))
    rest = await stub.ListAuditEntries(calls.ListAuditEntriesRequest(page_size=2, page_token=first.next_page_token))
    assert rest.next_page_token == ""
    lines = [(line.actor, line.action, line.resource) for line in [*first.entries, *rest.entries]]
    assert lines == [
        ("local", "policy.updated", "policies/default"),
        ("ben", "approval.rejected", approval.name),
        ("local", "approval.requested", approval.name),
    ]
    assert first.entries[1].reason == "shorter"
