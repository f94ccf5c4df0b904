"""Gates: asks the approvals service, and follows what it decides.

Asking is repeatable: the request id names the gate, the task and the attempt, so an orchestrator that
takes over gets the approval that was opened before it. Decisions come in over WatchApprovals from a
stored cursor; one that was made while nobody listened is found when somebody listens again.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import grpc
import structlog
from heyjarvis.approvals.v1 import approval_pb2, approval_service_pb2
from heyjarvis.approvals.v1 import approval_service_pb2_grpc as rpc

from agent_sdk.artifacts import ArtifactStore
from chassis.border import border
from chassis.errors import HeyJarvisError, InvalidArgument, NotFound
from chassis.identity import ANY_TENANT, Identity, acting_as
from chassis.redis import RedisAccess
from chassis.status import peer_errors
from services.orchestrator import convert as to
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain.due import Ask
from services.orchestrator.domain.outcomes import Artifact
from services.orchestrator.domain.plan import GateKind, Plan
from services.orchestrator.domain.workflow import Outcome, Workflow
from services.orchestrator.door import Door
from services.orchestrator.questions import request_for

TIMEOUT = 5.0
"""Seconds a call to the approvals service may take."""
FIRST_REST, LONGEST_REST = 0.2, 5.0
"""Seconds between attempts to follow decisions again."""

CheckResult = Callable[[str, bytes], None]
"""Looks at an edited result of an agent type; raises InvalidArgument with all that is wrong with it."""
EditPlan = Callable[[Workflow, bytes], Awaitable[Plan]]
"""The plan of a workflow as somebody edited it; raises InvalidArgument with all that is wrong with the edit."""
OnDecision = Callable[[str, approval_pb2.Approval], Awaitable[None]]

log = structlog.get_logger(__name__)


class Gates:
    """The orchestrator's way to the approvals service."""

    def __init__(
        self,
        channel: grpc.aio.Channel,
        redis: RedisAccess,
        artifacts: ArtifactStore,
        edit_plan: EditPlan,
        check_result: CheckResult,
    ) -> None:
        self._approvals: rpc.ApprovalServiceStub = rpc.ApprovalServiceStub(channel)
        self._commands: Any = redis.commands  # redis-py's types cannot say that answers are bytes
        self._artifacts = artifacts
        self._edit_plan = edit_plan
        self._check_result = check_result
        self._cursor_key = redis.key("orchestrators")

    async def ask(self, workflow: Workflow, ask: Ask) -> approval_pb2.Approval:
        """Opens the approval of a gate, or returns the one that was opened for it before.

        Raises:
            Unavailable: the approvals service is away.
        """
        with acting_as(_caller(workflow)), peer_errors():
            answer: approval_service_pb2.CreateApprovalResponse = await self._approvals.CreateApproval(
                request_for(workflow, ask), timeout=TIMEOUT
            )
        return answer.approval

    async def get(self, workflow: Workflow, approval: str) -> approval_pb2.Approval:
        """Reads an approval.

        Raises:
            Unavailable: the approvals service is away.
        """
        with acting_as(_caller(workflow)), peer_errors():
            answer: approval_service_pb2.GetApprovalResponse = await self._approvals.GetApproval(
                approval_service_pb2.GetApprovalRequest(name=approval), timeout=TIMEOUT
            )
        return answer.approval

    async def resolution(self, workflow: Workflow, approval: approval_pb2.Approval) -> cmd.ResolveApproval | None:
        """What a decision means to the rules; None while there is none. Edited content is stored.

        Raises:
            Unavailable: the artifact store is away.
        """
        outcome = _outcome_of(approval)
        if outcome is None:
            return None
        last = approval.decisions[-1] if approval.decisions else approval_pb2.DecisionRecord()
        # Under a quorum others agree to the newest edit; theirs is the last word, the edit is what goes on.
        edits = [record for record in approval.decisions if record.decision == approval_pb2.DECISION_EDIT]
        gate = to.gate_kind_from_pb(approval.gate.kind)
        task = to.ids(approval.task)[-1] if approval.task else ""
        resolved = cmd.ResolveApproval(
            approval=approval.name,
            gate=gate,
            outcome=outcome,
            by=last.decided_by or approval.policy,
            feedback=last.feedback,
            task=task,
        )
        if not edits or outcome is not Outcome.APPROVED:
            return resolved
        content = edits[-1].edited_content
        try:
            if gate is not GateKind.PLAN:
                self._check_result(workflow.tasks[task].agent_type, content)
                return replace(resolved, edited=await self._edited_result(workflow.id, content))
            if workflow.plan is not None:
                return replace(resolved, edited_plan=await self._edit_plan(workflow, content))
        except InvalidArgument as error:
            return replace(resolved, edit_problems=tuple(each.description for each in error.violations))
        return resolved

    async def _edited_result(self, workflow: str, content: bytes) -> Artifact:
        return Artifact(
            name="result.json",
            title="Result, edited",
            media_type="application/json",
            sha256=await self._artifacts.put(workflow, content),
            size=len(content),
        )

    async def pass_on(self, door: Door, tenant: str, approval: approval_pb2.Approval) -> None:
        """Puts a decision on record, when its workflow waits for it.

        Raises:
            Unavailable: Redis is away.
        """
        (id_,) = to.ids(approval.workflow)
        try:
            workflow = await door.load(id_, tenant)
            if approval.name not in workflow.pending_approvals:
                return
            resolution = await self.resolution(workflow, approval)
            if resolution is not None:
                await door.command(id_, tenant, resolution)
        except NotFound:
            log.info("Decision for a workflow that is gone", approval=approval.name, workflow=id_)

    async def withdraw(self, workflow: Workflow, approval: str) -> None:
        """Takes a question back that nobody has to answer any more."""
        request = approval_service_pb2.WithdrawApprovalRequest(
            name=approval, reason=f"The workflow is {workflow.state.upper()}"
        )
        with suppress(NotFound), acting_as(_caller(workflow)), peer_errors():  # what is forgotten waits for nobody
            await self._approvals.WithdrawApproval(request, timeout=TIMEOUT)

    async def follow(self, on_decision: OnDecision) -> None:
        """Passes on every decision, for ever; each at least once."""
        rest = FIRST_REST
        while True:
            try:
                async for _ in self._watch(on_decision):
                    rest = FIRST_REST
            except HeyJarvisError as error:
                # Also a workflow that changed too often meanwhile: the cursor stands still, so it comes again.
                log.warning("Decisions wait", reason=error.reason, detail=error.message)
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.UNAVAILABLE:
                    log.warning("Cannot follow decisions", code=error.code().name, details=error.details())
            await asyncio.sleep(rest * random.uniform(0.5, 1.0))
            rest = min(LONGEST_REST, rest * 2)

    async def _watch(self, on_decision: OnDecision) -> AsyncGenerator[str]:
        with border():
            stored = await self._commands.hget(self._cursor_key, "approvals_cursor")
        request = approval_service_pb2.WatchApprovalsRequest(cursor=(stored or b"").decode())
        with acting_as(Identity(tenant=ANY_TENANT, subject="orchestrator")):
            call = self._approvals.WatchApprovals(request)
        try:
            async for change in call:
                if _outcome_of(change.approval) is not None:
                    await on_decision(change.tenant, change.approval)
                with border():
                    await self._commands.hset(self._cursor_key, "approvals_cursor", change.cursor)
                yield change.cursor
        finally:
            call.cancel()


def _outcome_of(approval: approval_pb2.Approval) -> Outcome | None:
    """How an approval ended. One that somebody else took back ended without a decision: silence, and never a yes."""
    if approval.state == approval_pb2.APPROVAL_STATE_WITHDRAWN:
        return Outcome.EXPIRED
    return to.outcome_from_pb(approval.state)


def _caller(workflow: Workflow) -> Identity:
    return Identity(tenant=workflow.submission.tenant, subject="orchestrator")
