"""Approvals: read as they are now, and decided on exactly the content that was looked at."""

from __future__ import annotations

from uuid import uuid4

from heyjarvis.approvals.v1 import approval_pb2, approval_service_pb2

from tools.jarvis.client import Client


async def get_approval(client: Client, name: str) -> approval_pb2.Approval:
    """The approval as it is now."""
    door = client.approvals
    request = approval_service_pb2.GetApprovalRequest(name=name)
    return (await door.ask(door.stub.GetApproval, request, repeatable=True)).approval


async def decide(
    client: Client,
    approval: approval_pb2.Approval,
    decision: approval_pb2.Decision,
    feedback: str = "",
    edited: bytes = b"",
) -> approval_pb2.Approval:
    """Records the decision on exactly this content."""
    door = client.approvals
    request = approval_service_pb2.DecideApprovalRequest(
        name=approval.name,
        decision=decision,
        feedback=feedback,
        edited_content=edited,
        content_sha256=approval.content_sha256,
        request_id=uuid4().hex,
    )
    return (await door.ask(door.stub.DecideApproval, request, repeatable=True)).approval
