"""The servicer: message in, rule asked, message out."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import grpc
from heyjarvis.approvals.v1 import approval_service_pb2 as pb
from heyjarvis.approvals.v1 import approval_service_pb2_grpc as rpc

from chassis.clock import Clock, new_id
from chassis.errors import ResourceExhausted
from chassis.identity import calling_identity
from chassis.paging import page_position, page_size, page_token
from services.approvals import convert
from services.approvals.caller import followed_tenant
from services.approvals.domain import decisions
from services.approvals.domain.model import Approval, Change
from services.approvals.domain.policy import update_policy
from services.approvals.store.approvals import RedisApprovalStore
from services.approvals.store.codec import Ticket, fingerprint
from services.approvals.store.policies import RedisPolicyStore
from services.approvals.watch import Watch

_LARGEST_PAGE = 200

Context = grpc.aio.ServicerContext[Any, Any]


class ApprovalService(rpc.ApprovalServiceServicer):
    """Decides whether waiting work may go on: by policy where the policy allows, otherwise by a person."""

    def __init__(
        self,
        *,
        store: RedisApprovalStore,
        policies: RedisPolicyStore,
        watch: Watch,
        now: Clock,
        max_watchers: int,
    ) -> None:
        self._store = store
        self._policies = policies
        self._watch = watch
        self._now = now
        self._max_watchers = max_watchers
        self._watchers = 0

    async def CreateApproval(self, request: pb.CreateApprovalRequest, context: Context) -> pb.CreateApprovalResponse:
        who = calling_identity()
        # What makes it the same question: the place of the gate and the content. Wording may differ in a repeat.
        same = fingerprint(request.workflow, request.task, str(request.gate.kind), request.content_sha256)
        approval = await self._store.repeated(who.tenant, request.request_id, same)
        if approval is None:
            policy = await self._policies.newest(who.tenant, request.policy.removeprefix("policies/") or "default")
            question = convert.question_from(
                request, id=new_id(), tenant=who.tenant, policy=policy, requested_by=who.subject, now=self._now()
            )
            change = decisions.ask(question, policy, asked_by=who.subject)
            approval = await self._store.create(change, request_id=request.request_id, fingerprint=same)
        return pb.CreateApprovalResponse(approval=convert.approval_message(approval))

    async def GetApproval(self, request: pb.GetApprovalRequest, context: Context) -> pb.GetApprovalResponse:
        approval = await self._store.get(calling_identity().tenant, _id(request.name))
        return pb.GetApprovalResponse(approval=convert.approval_message(approval))

    async def ListApprovals(self, request: pb.ListApprovalsRequest, context: Context) -> pb.ListApprovalsResponse:
        tenant, state = calling_identity().tenant, convert.state_from(request.state)
        scope = f"approvals {tenant} {request.workflow} {request.state}"
        found, next_place = await self._store.page(
            tenant,
            workflow=request.workflow,
            state=state,
            before=page_position(request.page_token, scope=scope),
            size=page_size(request.page_size, largest=_LARGEST_PAGE),
        )
        return pb.ListApprovalsResponse(
            approvals=[convert.approval_message(approval) for approval in found],
            next_page_token=page_token(next_place, scope=scope),
        )

    async def DecideApproval(self, request: pb.DecideApprovalRequest, context: Context) -> pb.DecideApprovalResponse:
        who, decision = calling_identity(), convert.decision_from(request.decision)

        def step(approval: Approval) -> Change:
            # A deadline that nobody has noticed yet counts all the same.
            now = self._now()
            overdue = decisions.after_deadline(approval, now)
            return decisions.decide(
                overdue.approval if overdue else approval,
                decision,
                by=who.subject,
                feedback=request.feedback,
                looked_at=request.content_sha256,
                edited_content=request.edited_content,
                now=now,
            )

        ticket = None
        if request.request_id:
            ticket = Ticket(
                key=fingerprint(who.subject, request.request_id),
                fingerprint=fingerprint(
                    decision.name, request.feedback, request.content_sha256, request.edited_content
                ),
            )
        approval = await self._store.change(who.tenant, _id(request.name), step, ticket)
        return pb.DecideApprovalResponse(approval=convert.approval_message(approval))

    async def WithdrawApproval(
        self, request: pb.WithdrawApprovalRequest, context: Context
    ) -> pb.WithdrawApprovalResponse:
        who = calling_identity()
        approval = await self._store.change(
            who.tenant,
            _id(request.name),
            lambda approval: decisions.withdraw(approval, by=who.subject, reason=request.reason, now=self._now()),
        )
        return pb.WithdrawApprovalResponse(approval=convert.approval_message(approval))

    async def WatchApprovals(
        self, request: pb.WatchApprovalsRequest, context: Context
    ) -> AsyncIterator[pb.WatchApprovalsResponse]:
        tenant = followed_tenant()
        if self._watchers >= self._max_watchers:
            raise ResourceExhausted(
                f"{self._max_watchers} streams are watched already, which is the most here; try again.",
                reason="TOO_MANY_WATCHERS",
                retry_after=1.0,
            )
        self._watchers += 1
        try:
            async with aclosing(self._watch.follow(request.cursor, tenant=tenant)) as following:
                async for seen in following:
                    approval = seen.change.approval
                    yield pb.WatchApprovalsResponse(
                        cursor=seen.change.cursor,
                        approval=convert.approval_message(approval),
                        gap=seen.gap,
                        tenant=approval.question.tenant,
                    )
        finally:
            self._watchers -= 1

    async def GetPolicy(self, request: pb.GetPolicyRequest, context: Context) -> pb.GetPolicyResponse:
        tenant = calling_identity().tenant
        id, _, version = request.name.removeprefix("policies/").partition("@")
        if version:
            policy = await self._policies.version(tenant, id, int(version))
        else:
            policy = await self._policies.newest(tenant, id)
        return pb.GetPolicyResponse(policy=convert.policy_message(policy))

    async def UpdatePolicy(self, request: pb.UpdatePolicyRequest, context: Context) -> pb.UpdatePolicyResponse:
        who, now = calling_identity(), self._now()
        id = request.policy.name.removeprefix("policies/")
        wanted = convert.policy_from(request.policy, id=id, now=now)
        policy = await self._policies.update(
            who.tenant,
            id,
            lambda current: update_policy(
                current,
                wanted,
                mask=tuple(request.update_mask.paths),
                etag=request.policy.etag,
                by=who.subject,
                now=now,
            ),
        )
        return pb.UpdatePolicyResponse(policy=convert.policy_message(policy))

    async def ListAuditEntries(
        self, request: pb.ListAuditEntriesRequest, context: Context
    ) -> pb.ListAuditEntriesResponse:
        tenant = calling_identity().tenant
        scope = f"audit {tenant}"
        entries, next_place = await self._policies.audit_page(
            tenant,
            before=page_position(request.page_token, scope=scope),
            size=page_size(request.page_size, largest=_LARGEST_PAGE),
        )
        return pb.ListAuditEntriesResponse(
            entries=[convert.audit_message(entry) for entry in entries],
            next_page_token=page_token(next_place, scope=scope),
        )


def _id(name: str) -> str:
    return name.removeprefix("approvals/")
