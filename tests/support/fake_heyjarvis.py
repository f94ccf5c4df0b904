"""A HeyJarvis of one process for tests of its clients: real gRPC servers, scripted workflows, no Redis, no agents.

    async with fake_heyjarvis(pace=0) as fake:
        fake.addresses                     # orchestrator, approvals, templates, analytics: all one server
        fake.cut_after = 5                 # every watch stream breaks after five messages

A workflow follows the request's first word: `fail`, `flaky`, `ask`, `slow`, `human`, `plan` (asks about it),
`broken` (a task fails and is planned anew), `held` (goes on when a file is there, named by its second word); anything
else just succeeds. Events and states come from one list, so snapshot, replay and tail agree.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import grpc
from grpc_health.v1 import _async as health
from grpc_health.v1 import health_pb2, health_pb2_grpc
from heyjarvis.agents.v1 import agent_service_pb2 as agents
from heyjarvis.analytics.v1 import analytics_service_pb2 as analytics
from heyjarvis.analytics.v1 import analytics_service_pb2_grpc as analytics_rpc
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.approvals.v1 import approval_service_pb2 as approvals
from heyjarvis.approvals.v1 import approval_service_pb2_grpc as approvals_rpc
from heyjarvis.orchestrator.v1 import event_pb2 as ev
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf
from heyjarvis.templates.v1 import template_service_pb2 as templates
from heyjarvis.templates.v1 import template_service_pb2_grpc as templates_rpc

from chassis.errors import FailedPrecondition, FieldViolation, HeyJarvisError, InvalidArgument, NotFound
from chassis.status import to_status
from tests.support.fake_story import PLAN, SPECS, Play, Story, edited_plan, usage

Context = grpc.aio.ServicerContext[Any, Any]
STEPS = "steps"
"""The pace of a process whose planning goes on by one step with each SIGUSR1: every picture of it can be seen."""


class FakeHeyJarvis(
    rpc.OrchestratorServiceServicer,
    approvals_rpc.ApprovalServiceServicer,
    templates_rpc.TemplateServiceServicer,
    analytics_rpc.AnalyticsServiceServicer,
):
    """All services of a person in one servicer."""

    def __init__(self, pace: float = 0.0) -> None:
        self.pace = pace
        self.steps: asyncio.Semaphore | None = None
        self.cut_after = 0
        self.cuts = 0
        self.address = ""
        self.stories: dict[str, Story] = {}
        self.approvals: dict[str, approval_pb2.Approval] = {}
        self.requests: list[pb.SubmitWorkflowRequest] = []
        self.metadata: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # -- orchestrator

    async def SubmitWorkflow(self, request: pb.SubmitWorkflowRequest, context: Context) -> pb.SubmitWorkflowResponse:
        self.metadata = {str(name): str(value) for name, value in context.invocation_metadata() or ()}
        self.requests.append(request)
        if not request.request.strip():
            await refuse(
                context,
                InvalidArgument(
                    [FieldViolation("request", "must say what you want"), FieldViolation("labels", "must be few")]
                ),
            )
        if request.template and request.template not in ("templates/standard-business", "templates/brand-identity"):
            await refuse(context, NotFound("template", request.template))
        for known in self.stories.values():
            if request.request_id and known.workflow.labels.get("id") == request.request_id:
                return pb.SubmitWorkflowResponse(workflow=known.workflow)
        name = f"workflows/w{len(self.stories) + 1}{'abcdef'[len(self.stories) % 6]}"
        workflow = wf.Workflow(
            name=name,
            request=request.request,
            state=wf.WORKFLOW_STATE_PLANNING,
            autopilot=request.autopilot,
            create_time=datetime.now(UTC),
            labels={"id": request.request_id},
        )
        story = self.stories[name] = Story(workflow)
        story.add(submitted=ev.WorkflowSubmitted(request=request.request, autopilot=request.autopilot))
        task = asyncio.create_task(Play(story, self.approvals, self.pace, self.steps).play())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return pb.SubmitWorkflowResponse(workflow=workflow)

    async def GetWorkflow(self, request: pb.GetWorkflowRequest, context: Context) -> pb.GetWorkflowResponse:
        return pb.GetWorkflowResponse(workflow=(await self._story(request.name, context)).workflow)

    async def ListWorkflows(self, request: pb.ListWorkflowsRequest, context: Context) -> pb.ListWorkflowsResponse:
        found = [story.workflow for story in reversed(self.stories.values())]
        if request.states:
            found = [workflow for workflow in found if workflow.state in request.states]
        return pb.ListWorkflowsResponse(workflows=found[: request.page_size or 50])

    async def PlanWorkflow(self, request: pb.PlanWorkflowRequest, context: Context) -> pb.PlanWorkflowResponse:
        return pb.PlanWorkflowResponse(plan=PLAN)

    async def CheckPlanEdit(self, request: pb.CheckPlanEditRequest, context: Context) -> pb.CheckPlanEditResponse:
        plan = edited_plan(request.edited_content)
        wrong = [
            FieldViolation(f"tasks[{spec.id}].agent_type", f"Task '{spec.id}': there is no agent '{spec.agent_type}'.")
            for spec in plan.tasks
            if spec.agent_type == "wizard"
        ]
        if wrong:
            await refuse(context, InvalidArgument(wrong, reason="PLAN_EDIT_UNSOUND"))
        return pb.CheckPlanEditResponse(plan=plan, before=PLAN)

    async def CheckResultEdit(self, request: pb.CheckResultEditRequest, context: Context) -> pb.CheckResultEditResponse:
        if b"wrong" in request.edited_content:
            wrong = [FieldViolation("name", "it breaks the schema at name"), FieldViolation("", "it lacks a logo")]
            await refuse(context, InvalidArgument(wrong, reason="RESULT_EDIT_UNSOUND"))
        return pb.CheckResultEditResponse()

    async def WatchWorkflow(
        self, request: pb.WatchWorkflowRequest, context: Context
    ) -> AsyncIterator[pb.WatchWorkflowResponse]:
        story = await self._story(request.name, context)
        sent, at = 0, int(request.cursor.rpartition(":")[2] or 0)
        if not request.cursor and not request.from_start:
            at = len(story.events)
            yield pb.WatchWorkflowResponse(cursor=story.workflow.cursor, snapshot=story.workflow)
        while True:
            for event in story.events[at:]:
                at += 1
                if request.without_text and event.HasField("text"):
                    continue
                yield pb.WatchWorkflowResponse(cursor=event.cursor, event=event)
                sent += 1
                if self.cut_after and sent >= self.cut_after:
                    self.cuts += 1
                    await context.abort(grpc.StatusCode.UNAVAILABLE, "cut by the test")
            if story.has_ended() and at >= len(story.events):
                return
            await story.changed.wait() if at >= len(story.events) else None

    async def CancelWorkflow(self, request: pb.CancelWorkflowRequest, context: Context) -> pb.CancelWorkflowResponse:
        story = await self._story(request.name, context)
        if story.has_ended() and not story.cancelled:
            await refuse(context, FailedPrecondition(f"{request.name!r} has ended; it cannot be cancelled."))
        story.cancelled = True
        running = [task for task in story.workflow.tasks if task.state == wf.TASK_STATE_RUNNING]
        story.add(cancel_requested=ev.CancelRequested(reason=request.reason))
        for task in running:
            task.state = wf.TASK_STATE_CANCELLED
            story.add(task.spec.id, task.attempt, cancelled=ev.TaskCancelled(confirmed=True, usage=usage(50)))
        Play(story, self.approvals, 0).end(wf.WORKFLOW_STATE_CANCELLED)
        receipts = [
            pb.CancelReceipt(task=task.name, attempt=task.attempt, instance=task.instance, confirmed=True)
            for task in running
        ]
        return pb.CancelWorkflowResponse(workflow=story.workflow, receipts=receipts)

    async def PauseWorkflow(self, request: pb.PauseWorkflowRequest, context: Context) -> pb.PauseWorkflowResponse:
        return pb.PauseWorkflowResponse(workflow=(await self._story(request.name, context)).workflow)

    async def ResumeWorkflow(self, request: pb.ResumeWorkflowRequest, context: Context) -> pb.ResumeWorkflowResponse:
        story = await self._story(request.name, context)
        await refuse(context, FailedPrecondition(f"{story.workflow.name!r} is not paused; nothing to resume."))
        return pb.ResumeWorkflowResponse()

    async def RetryTask(self, request: pb.RetryTaskRequest, context: Context) -> pb.RetryTaskResponse:
        name = request.name.partition("/tasks/")[0]
        return pb.RetryTaskResponse(workflow=(await self._story(name, context)).workflow)

    async def ListArtifacts(self, request: pb.ListArtifactsRequest, context: Context) -> pb.ListArtifactsResponse:
        story = await self._story(request.parent, context)
        return pb.ListArtifactsResponse(artifacts=[a for task in story.workflow.tasks for a in task.artifacts])

    async def GetArtifact(
        self, request: pb.GetArtifactRequest, context: Context
    ) -> AsyncIterator[pb.GetArtifactResponse]:
        story = await self._story(request.name.partition("/tasks/")[0], context)
        content = story.artifacts[request.name]
        for at in range(0, len(content), 16):
            yield pb.GetArtifactResponse(chunk=content[at : at + 16])

    async def GetSystemStatus(self, request: pb.GetSystemStatusRequest, context: Context) -> pb.GetSystemStatusResponse:
        agent = agents.AgentInstance(
            instance="branding-0a1b2c",
            type="branding",
            endpoint=self.address,
            state=agents.AGENT_STATE_READY,
            capacity=4,
            start_time=datetime.now(UTC),
            heartbeat_time=datetime.now(UTC),
        )
        return pb.GetSystemStatusResponse(
            agents=[agent], orchestrator="orchestrator-0a1b2c", version="1", start_time=datetime.now(UTC)
        )

    # -- approvals

    async def GetApproval(
        self, request: approvals.GetApprovalRequest, context: Context
    ) -> approvals.GetApprovalResponse:
        if request.name not in self.approvals:
            await refuse(context, NotFound("approval", request.name))
        return approvals.GetApprovalResponse(approval=self.approvals[request.name])

    async def ListApprovals(
        self, request: approvals.ListApprovalsRequest, context: Context
    ) -> approvals.ListApprovalsResponse:
        found = [a for a in reversed(self.approvals.values()) if request.state in (0, a.state)]
        return approvals.ListApprovalsResponse(approvals=found)

    async def DecideApproval(
        self, request: approvals.DecideApprovalRequest, context: Context
    ) -> approvals.DecideApprovalResponse:
        found = self.approvals[request.name]
        if found.state != approval_pb2.APPROVAL_STATE_PENDING:
            await refuse(context, FailedPrecondition(f"{request.name!r} was decided by ana already."))
        yes = request.decision != approval_pb2.DECISION_REJECT
        found.state = approval_pb2.APPROVAL_STATE_APPROVED if yes else approval_pb2.APPROVAL_STATE_REJECTED
        found.decisions.add(decision=request.decision, decided_by="tester", feedback=request.feedback)
        found.decisions[-1].edited_content = request.edited_content
        story = self.stories[found.workflow]
        changed, story.changed = story.changed, asyncio.Event()
        changed.set()
        # The event overtakes the answer: what a client has to bear.
        await asyncio.sleep(0.2)
        return approvals.DecideApprovalResponse(approval=found)

    # -- templates, analytics

    async def ListTemplates(
        self, request: templates.ListTemplatesRequest, context: Context
    ) -> templates.ListTemplatesResponse:
        return templates.ListTemplatesResponse(templates=[TEMPLATE])

    async def GetTemplate(
        self, request: templates.GetTemplateRequest, context: Context
    ) -> templates.GetTemplateResponse:
        if request.name.partition("@")[0] != TEMPLATE.name:
            await refuse(context, NotFound("template", request.name))
        return templates.GetTemplateResponse(template=TEMPLATE)

    async def RecommendTemplates(
        self, request: templates.RecommendTemplatesRequest, context: Context
    ) -> templates.RecommendTemplatesResponse:
        found = templates.Recommendation(template=TEMPLATE, score=0.8, reason="It is about a new business")
        return templates.RecommendTemplatesResponse(recommendations=[found])

    async def GetDashboard(
        self, request: analytics.GetDashboardRequest, context: Context
    ) -> analytics.GetDashboardResponse:
        outcomes = analytics.OutcomeStats(succeeded=3, failed=1, success_rate=0.75)
        agent = analytics.AgentStats(agent_type="branding", attempts=outcomes, usage=usage(500))
        return analytics.GetDashboardResponse(workflows=outcomes, attempts=outcomes, usage=usage(900), agents=[agent])

    async def _story(self, name: str, context: Context) -> Story:
        if name not in self.stories:
            await refuse(context, NotFound("workflow", name))
        return self.stories[name]


TEMPLATE = templates.Template(
    name="templates/standard-business",
    version=1,
    title="Standard business creation",
    tasks=SPECS,
    description="All of it.",
)


async def refuse(context: Context, error: HeyJarvisError) -> None:
    code, text, metadata = to_status(error, "fake")
    await context.abort(code, text, metadata)


def environment(address: str) -> dict[str, str]:
    """What a client of the fake has to be told."""
    services = ("ORCHESTRATOR", "APPROVALS", "TEMPLATES", "ANALYTICS", "SCALER")
    return {f"HEYJARVIS_{name}_ADDRESS": address for name in services}


@asynccontextmanager
async def fake_heyjarvis(pace: float = 0.0, port: int = 0) -> AsyncIterator[FakeHeyJarvis]:
    """A running one on a free loopback port."""
    fake = FakeHeyJarvis(pace)  # type: ignore[abstract]  # the rest answers UNIMPLEMENTED, as generated
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    rpc.add_OrchestratorServiceServicer_to_server(fake, server)
    approvals_rpc.add_ApprovalServiceServicer_to_server(fake, server)
    templates_rpc.add_TemplateServiceServicer_to_server(fake, server)
    analytics_rpc.add_AnalyticsServiceServicer_to_server(fake, server)
    checker = health.HealthServicer()
    await checker.set("", health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(checker, server)
    fake.address = f"127.0.0.1:{server.add_insecure_port(f'127.0.0.1:{port}')}"
    await server.start()
    try:
        yield fake
    finally:
        await server.stop(0)
        for task in fake._tasks:
            task.cancel()
        await asyncio.gather(*fake._tasks, return_exceptions=True)


async def _serve(pace: str, port: int, cut_after: int) -> None:
    async with fake_heyjarvis(0.0 if pace == STEPS else float(pace), port) as fake:
        fake.cut_after = cut_after
        if pace == STEPS:
            fake.steps = asyncio.Semaphore(0)
            asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, fake.steps.release)
        print(fake.address, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":  # python -m tests.support.fake_heyjarvis [PACE [PORT [CUT_AFTER]]]
    pace, port, cut_after = [*sys.argv[1:], "0", "0", "0"][:3]
    asyncio.run(_serve(pace, int(port), int(cut_after)))
