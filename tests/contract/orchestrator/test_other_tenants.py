"""What belongs to another tenant does not exist, whatever is asked of it; who shows no credential is told how."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from grpc import StatusCode
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.approvals.v1 import approval_service_pb2 as approvals_pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc

from tests.contract.orchestrator.conftest import Scene
from tests.integration.orchestrator.conftest import task
from tests.support.rpc_errors import Refused, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

METHODS = (
    ("GetWorkflow", "name", ""),
    ("WatchWorkflow", "name", ""),
    ("CancelWorkflow", "name", ""),
    ("PauseWorkflow", "name", ""),
    ("ResumeWorkflow", "name", ""),
    ("CheckPlanEdit", "name", ""),
    ("CheckResultEdit", "name", "/tasks/t"),
    ("RetryTask", "name", "/tasks/t"),
    ("ListArtifacts", "parent", ""),
    ("ListArtifacts", "parent", "/tasks/t"),
    ("GetArtifact", "name", "/tasks/t/artifacts/a.txt"),
)


async def _ask(stub: Any, method: str, **fields: Any) -> Refused:
    made = getattr(stub, method)(getattr(pb, f"{method}Request")(**fields))
    return await refused(made.read() if hasattr(made, "read") else made)


@pytest.mark.parametrize(("method", "field", "below"), METHODS)
async def test_anothers_workflow_is_told_apart_from_none_by_nothing(
    scene: Scene, method: str, field: str, below: str
) -> None:
    bob = scene.office.bob.orchestrator
    anothers = await _ask(bob, method, **{field: scene.over + below})
    nobodys = await _ask(bob, method, **{field: "workflows/nobody" + below})
    assert (anothers.code, anothers.info.reason) == (StatusCode.NOT_FOUND, "WORKFLOW_NOT_FOUND")
    assert anothers.text.replace(scene.over, "X") == nobodys.text.replace("workflows/nobody", "X")
    assert anothers.resource.resource_name == scene.over


async def test_anothers_template_cannot_be_used(scene: Scene) -> None:
    bob = scene.office.bob.orchestrator
    for method in ("SubmitWorkflow", "PlanWorkflow"):
        error = await _ask(bob, method, request="x", template="templates/over")
        assert (error.code, error.info.reason) == (StatusCode.NOT_FOUND, "TEMPLATE_NOT_FOUND")


async def test_anothers_approval_cannot_be_seen_nor_decided(scene: Scene) -> None:
    bob, approve = scene.office.bob.approvals, approval_pb2.DECISION_APPROVE
    for call in (
        bob.GetApproval(approvals_pb.GetApprovalRequest(name=scene.approval)),
        bob.DecideApproval(approvals_pb.DecideApprovalRequest(name=scene.approval, decision=approve)),
        bob.WithdrawApproval(approvals_pb.WithdrawApprovalRequest(name=scene.approval)),
    ):
        error = await refused(call)
        assert (error.code, error.info.reason) == (StatusCode.NOT_FOUND, "APPROVAL_NOT_FOUND")
    listed = await bob.ListApprovals(approvals_pb.ListApprovalsRequest(workflow=scene.asking))
    assert not listed.approvals
    seen = await scene.ana.approvals.GetApproval(approvals_pb.GetApprovalRequest(name=scene.approval))
    assert seen.approval.state == approval_pb2.APPROVAL_STATE_PENDING


async def test_lists_and_counts_hold_only_ones_own(scene: Scene) -> None:
    bob, ana = scene.office.bob.orchestrator, scene.ana.orchestrator
    assert not (await bob.ListWorkflows(pb.ListWorkflowsRequest())).workflows
    assert not (await bob.GetSystemStatus(pb.GetSystemStatusRequest())).workflows
    mine = {workflow.name for workflow in (await ana.ListWorkflows(pb.ListWorkflowsRequest())).workflows}
    assert mine == {scene.held, scene.over, scene.asking}


async def test_a_request_id_is_ones_own(scene: Scene) -> None:
    bob = scene.office.bob
    name = await bob.submit("bobs", task("t"), request_id="held-1")
    assert name != scene.held
    await bob.watch(name)


@pytest.mark.parametrize(
    ("metadata", "code", "reason"),
    [
        ((), StatusCode.UNAUTHENTICATED, "CREDENTIAL_MISSING"),
        ((("authorization", "Bearer no-such-token-at-all"),), StatusCode.UNAUTHENTICATED, "CREDENTIAL_UNKNOWN"),
        (
            (("authorization", "Bearer token-of-bob-of-rival"), ("x-heyjarvis-tenant", "acme")),
            StatusCode.PERMISSION_DENIED,
            "TENANT_FOREIGN",
        ),
        ((("authorization", "Bearer token-of-the-services"),), StatusCode.PERMISSION_DENIED, "TENANT_MISSING"),
    ],
    ids=["no token", "unknown token", "another's tenant", "a service for nobody"],
)
async def test_the_tenant_is_that_of_the_credential(
    scene: Scene, metadata: tuple[tuple[str, str], ...], code: StatusCode, reason: str
) -> None:
    async with grpc.aio.insecure_channel(scene.office.addresses["orchestrator"]) as channel:
        stub = rpc.OrchestratorServiceStub(channel)
        error = await refused(stub.GetWorkflow(pb.GetWorkflowRequest(name=scene.over), metadata=metadata))
    assert (error.code, error.info.reason) == (code, reason)
