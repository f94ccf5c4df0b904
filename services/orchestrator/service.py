"""The servicer: message in, rule asked, message out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any

import grpc
import structlog
from heyjarvis.agents.v1 import artifact_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from agent_sdk.artifacts import ArtifactStore
from chassis.clock import Clock
from chassis.errors import FailedPrecondition, NotFound, PermissionDenied
from chassis.identity import Identity, calling_identity, current_identity
from chassis.paging import page_position, page_size, page_token
from chassis.telemetry import inject
from services.orchestrator import convert as to
from services.orchestrator.convert_workflows import plan_to_pb, receipts_to_pb, workflow_to_pb
from services.orchestrator.demand import Demand
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain.events import WorkflowEnded
from services.orchestrator.domain.plan import Plan
from services.orchestrator.domain.workflow import Submission, TaskState, Workflow
from services.orchestrator.door import Door, workflow_id
from services.orchestrator.listing import POSITION, list_page
from services.orchestrator.planner import Job, Planner
from services.orchestrator.results import ResultChecker
from services.orchestrator.status import SystemStatus
from services.orchestrator.watch import Watch

CHUNK = 256 * 1024
"""Bytes of an artifact in one message."""
RECEIPT_WAIT = 15.0
"""Seconds CancelWorkflow waits for the receipts of agents: longer than they have by default (`cancel_grace`), so that
it answers with the end."""

log = structlog.get_logger(__name__)

PLANNING_MARGIN = 2.0
"""Seconds of a caller's deadline that are left for answering when the model has not drafted a plan by then."""

Context = grpc.aio.ServicerContext[Any, Any]


class OrchestratorService(rpc.OrchestratorServiceServicer):
    """heyjarvis.orchestrator.v1.OrchestratorService."""

    def __init__(
        self,
        *,
        door: Door,
        watch: Watch,
        planner: Planner,
        results: ResultChecker,
        artifacts: ArtifactStore,
        status: SystemStatus,
        demand: Demand,
        services_only: bool,
        agent_types: Callable[[], set[str]],
        now: Clock,
    ) -> None:
        """With `services_only`, demand over all tenants is told to services alone."""
        self._door = door
        self._watch = watch
        self._planner = planner
        self._results = results
        self._artifacts = artifacts
        self._status = status
        self._demand = demand
        self._services_only = services_only
        self._agent_types = agent_types
        self._now = now

    # -- begin ---------------------------------------------------------------------------------

    async def SubmitWorkflow(self, request: pb.SubmitWorkflowRequest, context: Context) -> pb.SubmitWorkflowResponse:
        caller = calling_identity()
        if request.template:
            # A template that does not exist is the caller's mistake, so the caller hears of it now.
            await self._planner.named(request.template, caller)
        await self._door.check_room(caller.tenant)
        now = self._now()
        workflow = await self._door.submit(_submission(request, caller, now), request.request_id)
        return pb.SubmitWorkflowResponse(workflow=workflow_to_pb(workflow))

    async def PlanWorkflow(self, request: pb.PlanWorkflowRequest, context: Context) -> pb.PlanWorkflowResponse:
        remaining: float | None = context.time_remaining()  # None without a deadline, whatever the stubs say
        job = Job(
            request=request.request,
            caller=calling_identity(),
            template=request.template,
            thinking=to.thinking_from_pb(request.planning),
            patience=None if remaining is None else max(0.0, remaining - PLANNING_MARGIN),
        )
        return pb.PlanWorkflowResponse(plan=self._plan(await self._planner.plan(job, _Unrecorded())))

    async def CheckPlanEdit(self, request: pb.CheckPlanEditRequest, context: Context) -> pb.CheckPlanEditResponse:
        workflow = await self._load(request.name)
        if workflow.plan is None or not workflow.plan_approval:
            raise FailedPrecondition(
                f"{request.name!r} is {workflow.state.upper()} and has no plan that waits for approval; "
                "only such a plan can be edited.",
                subject=request.name,
                reason="NO_PLAN_WAITS",
            )
        plan = await self._planner.edit(workflow, request.edited_content, self._now())
        return pb.CheckPlanEditResponse(plan=self._plan(plan), before=self._plan(workflow.plan))

    async def CheckResultEdit(self, request: pb.CheckResultEditRequest, context: Context) -> pb.CheckResultEditResponse:
        workflow, id_ = await self._load(request.name), to.ids(request.name)[1]
        task = workflow.tasks.get(id_)
        if task is None:
            raise NotFound("task", request.name)
        if task.state is not TaskState.AWAITING_REVIEW or not task.approval:
            raise FailedPrecondition(
                f"{request.name!r} is {task.state.upper()} and has no result that waits for approval; "
                "only such a result can be edited.",
                subject=request.name,
                reason="NO_RESULT_WAITS",
            )
        self._results.check_edit(task.agent_type, request.edited_content)
        return pb.CheckResultEditResponse()

    def _plan(self, plan: Plan) -> wf.Plan:
        """The plan, with what stands in its way."""
        missing = sorted({task.agent_type for task in plan.tasks} - self._agent_types())
        told = [f"No live agent of type '{each}': its tasks would wait until one starts" for each in missing]
        if unknown := [task.title for task in plan.tasks if task.estimated_duration is None]:
            told.append(f"Nobody knows yet how long {', '.join(unknown)} takes; the sums are without it")
        told += [
            f"Nobody knows the price of '{each}': what it costs is not counted"
            for each in self._planner.unpriced_models
        ]
        message = plan_to_pb(plan, tuple(told))
        message.price_date = self._planner.price_date
        return message

    # -- look ----------------------------------------------------------------------------------

    async def GetWorkflow(self, request: pb.GetWorkflowRequest, context: Context) -> pb.GetWorkflowResponse:
        workflow = await self._load(request.name)
        return pb.GetWorkflowResponse(workflow=workflow_to_pb(workflow), receipts=receipts_to_pb(workflow))

    async def ListWorkflows(self, request: pb.ListWorkflowsRequest, context: Context) -> pb.ListWorkflowsResponse:
        states = [wf.WorkflowState.Name(state).removeprefix("WORKFLOW_STATE_").lower() for state in request.states]
        tenant = calling_identity().tenant
        scope = f"workflows {tenant} {','.join(sorted(states))}"
        found, position = await list_page(
            self._door.store,
            tenant,
            states=frozenset(states),
            size=page_size(request.page_size, largest=200),
            position=page_position(request.page_token, scope=scope, shape=POSITION),
        )
        return pb.ListWorkflowsResponse(
            workflows=[workflow_to_pb(workflow, with_tasks=False) for workflow in found],
            next_page_token=page_token(position, scope=scope),
        )

    async def WatchWorkflow(
        self, request: pb.WatchWorkflowRequest, context: Context
    ) -> AsyncIterator[pb.WatchWorkflowResponse]:
        workflow = await self._load(request.name)
        async with aclosing(self._watch.follow(workflow, request)) as messages:
            async for message in messages:
                yield message

    # -- act -----------------------------------------------------------------------------------

    async def CancelWorkflow(self, request: pb.CancelWorkflowRequest, context: Context) -> pb.CancelWorkflowResponse:
        caller = calling_identity()
        (id_,) = to.ids(request.name)
        workflow = await self._door.command(id_, caller.tenant, cmd.Cancel(by=caller.subject, reason=request.reason))
        if workflow.end is None:
            remaining: float | None = context.time_remaining()  # None without a deadline, whatever the stubs say
            patience = RECEIPT_WAIT if remaining is None else min(RECEIPT_WAIT, max(0.0, remaining - 0.5))
            workflow = await self._wait_for_end(workflow, patience)
        return pb.CancelWorkflowResponse(workflow=workflow_to_pb(workflow), receipts=receipts_to_pb(workflow))

    async def PauseWorkflow(self, request: pb.PauseWorkflowRequest, context: Context) -> pb.PauseWorkflowResponse:
        command = cmd.Pause(by=calling_identity().subject, reason=request.reason)
        return pb.PauseWorkflowResponse(workflow=await self._command(request.name, command))

    async def ResumeWorkflow(self, request: pb.ResumeWorkflowRequest, context: Context) -> pb.ResumeWorkflowResponse:
        command = cmd.Resume(by=calling_identity().subject)
        return pb.ResumeWorkflowResponse(workflow=await self._command(request.name, command))

    async def RetryTask(self, request: pb.RetryTaskRequest, context: Context) -> pb.RetryTaskResponse:
        _, task = to.ids(request.name)
        command = cmd.RetryTask(task=task, by=calling_identity().subject, feedback=request.feedback)
        return pb.RetryTaskResponse(workflow=await self._command(request.name, command))

    # -- take home -----------------------------------------------------------------------------

    async def ListArtifacts(self, request: pb.ListArtifactsRequest, context: Context) -> pb.ListArtifactsResponse:
        workflow = await self._load(request.parent)
        only = to.ids(request.parent)[1:]
        if only and only[0] not in workflow.tasks:
            raise NotFound("task", request.parent)
        every = [
            artifact for task in workflow.tasks for artifact in _artifacts(workflow, task) if task in only or not only
        ]
        size = page_size(request.page_size, default=200)
        start = int(page_position(request.page_token, scope=request.parent, shape="[0-9]{1,9}") or 0)
        following = str(start + size) if start + size < len(every) else ""
        return pb.ListArtifactsResponse(
            artifacts=every[start : start + size], next_page_token=page_token(following, scope=request.parent)
        )

    async def GetArtifact(
        self, request: pb.GetArtifactRequest, context: Context
    ) -> AsyncIterator[pb.GetArtifactResponse]:
        workflow = await self._load(request.name)
        task = to.ids(request.name)[1]
        artifact = next((a for a in _artifacts(workflow, task) if a.name == request.name), None)
        content = await self._artifacts.get(workflow.id, artifact.sha256) if artifact else None
        if artifact is None or content is None:
            raise NotFound("artifact", request.name)
        yield pb.GetArtifactResponse(artifact=artifact, chunk=content[:CHUNK])
        for start in range(CHUNK, len(content), CHUNK):
            yield pb.GetArtifactResponse(chunk=content[start : start + CHUNK])

    async def GetSystemStatus(self, request: pb.GetSystemStatusRequest, context: Context) -> pb.GetSystemStatusResponse:
        return await self._status.read(current_identity().tenant)

    async def WatchDemand(
        self, request: pb.WatchDemandRequest, context: Context
    ) -> AsyncIterator[pb.WatchDemandResponse]:
        if self._services_only and not current_identity().sees_every_tenant:
            raise PermissionDenied(
                "Demand is counted over all tenants, so only a service may follow it; use a token of tenant '*'.",
                reason="SERVICES_ONLY",
            )
        async with aclosing(self._demand.follow()) as messages:
            async for message in messages:
                yield message

    # -- shared --------------------------------------------------------------------------------

    async def _load(self, name: str) -> Workflow:
        return await self._door.load(to.ids(name)[0], calling_identity().tenant)

    async def _command(self, name: str, command: cmd.Command) -> wf.Workflow:
        workflow = await self._door.command(to.ids(name)[0], calling_identity().tenant, command)
        return workflow_to_pb(workflow)

    async def _wait_for_end(self, workflow: Workflow, seconds: float) -> Workflow:
        """The workflow once it has ended, or as it is when the time is over."""
        try:
            async with asyncio.timeout(seconds):
                async with aclosing(self._watch.events(workflow.id, workflow.sequence, ended=False)) as events:
                    async for _, event in events:
                        if isinstance(event, WorkflowEnded):
                            break
        except TimeoutError:
            pass
        return await self._door.load(workflow.id, workflow.submission.tenant)


class _Unrecorded:
    """The ledger of a dry run: there is no workflow to book its drafts to."""

    async def note(self, draft: cmd.NoteDraft) -> None:
        log.info("Draft of a dry run", problems=draft.problems, cost_usd=draft.usage.cost_usd)

    def stopped(self, draft: cmd.NoteDraft) -> None:
        log.info("Draft of a dry run stopped", cost_usd=draft.usage.cost_usd)


def _artifacts(workflow: Workflow, task: str) -> list[artifact_pb2.Artifact]:
    result = workflow.tasks[task].result if task in workflow.tasks else None
    found = sorted(result.artifacts, key=lambda artifact: artifact.name) if result else []
    return [to.artifact_to_pb(workflow.id, task, artifact) for artifact in found]


def _submission(request: pb.SubmitWorkflowRequest, caller: Identity, now: datetime) -> Submission:
    timeout: timedelta | None = to.span_or_none(request.timeout) if request.HasField("timeout") else None
    return Submission(
        id=workflow_id(request.request),
        tenant=caller.tenant,
        request=request.request.strip(),
        submitted_by=caller.subject,
        created=now,
        template=request.template,
        thinking=to.thinking_from_pb(request.planning),
        autopilot=to.autopilot_from_pb(request.autopilot),
        priority=request.priority,
        labels=dict(request.labels),
        budget_usd=request.budget_usd if request.HasField("budget_usd") else None,
        retry_budget=request.retry_budget if request.HasField("retry_budget") else None,
        deadline=now + timeout if timeout else None,
        traceparent=inject(),
    )
