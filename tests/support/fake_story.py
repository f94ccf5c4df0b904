"""Scripted workflows for `fake_heyjarvis`: what happens to a request, told as the orchestrator would."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from google.protobuf.duration_pb2 import Duration
from heyjarvis.agents.v1 import agent_service_pb2, artifact_pb2, usage_pb2
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import event_pb2 as ev
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf
from heyjarvis.templates.v1 import template_service_pb2 as templates

SPECS = (
    templates.TaskSpec(id="market", title="Market research", agent_type="market_research"),
    templates.TaskSpec(id="branding", title="Brand identity", agent_type="branding"),
    templates.TaskSpec(id="plan", title="Business plan", agent_type="business_plan", depends_on=["market", "branding"]),
    templates.TaskSpec(id="dossier", title="Dossier", agent_type="dossier", depends_on=["plan"]),
)
PLAN = wf.Plan(
    template="templates/standard-business@1",
    reason="Names a new business",
    tasks=SPECS,
    estimated_duration=Duration(seconds=130),
    estimated_cost_usd=0.6,
    price_date="2026-11-22",
    critical_path=["market", "plan", "dossier"],
)
SURVEY = templates.TaskSpec(id="survey", title="Survey", agent_type="market_research")
ANEW = wf.Plan(
    template=PLAN.template,
    reason="Asks people instead",
    tasks=[
        SPECS[1],
        SURVEY,
        templates.TaskSpec(
            id="plan", title="Business plan", agent_type="business_plan", depends_on=["survey", "branding"]
        ),
        SPECS[3],
    ],
    estimated_cost_usd=0.4,
    changes=[
        "- changed: **Business plan**: waits for survey, branding",
        "- gone: **Market research**",
        "- new: **Survey** (market_research)",
        "- as before: Brand identity, Dossier",
    ],
)
"""The plan in place of PLAN: market research has failed, or was not wanted."""
REFUSED = "The tasks wait for each other in a circle: a -> b -> a. One must not wait."


def edited_plan(edit: bytes) -> wf.Plan:
    """The plan of an edit."""
    return wf.Plan(
        tasks=[templates.TaskSpec(**row) for row in json.loads(edit)["tasks"]],
        estimated_duration=Duration(seconds=70),
        estimated_cost_usd=0.2,
        price_date="2026-11-22",
        changes=["- gone: **Business plan**", "- as before: Dossier"],
        warnings=["Nobody knows yet how long Survey takes; the sums are without it"],
    )


def usage(tokens: int) -> usage_pb2.Usage:
    return usage_pb2.Usage(
        input_tokens=tokens, output_tokens=tokens, calls=1, cost_usd=tokens / 100_000, price_date="2026-11-22"
    )


@dataclass
class Story:
    """One workflow: what has happened so far."""

    workflow: wf.Workflow
    events: list[ev.WorkflowEvent] = field(default_factory=list)
    artifacts: dict[str, bytes] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: bool = False

    def has_ended(self) -> bool:
        return self.workflow.state in (5, 6, 7)

    def add(self, task: str = "", attempt: int = 0, **body: Any) -> None:
        event = ev.WorkflowEvent(
            cursor=f"{self.workflow.name.partition('/')[2]}:{len(self.events) + 1}",
            time=datetime.now(UTC),
            task=task,
            attempt=attempt,
            **body,
        )
        self.events.append(event)
        self.workflow.cursor = event.cursor
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()

    def task(self, id_: str) -> wf.Task:
        return next(task for task in self.workflow.tasks if task.spec.id == id_)


class Play:
    """Lets a story happen. The request's first word chooses the plot."""

    def __init__(
        self,
        story: Story,
        approvals: dict[str, approval_pb2.Approval],
        pace: float,
        steps: asyncio.Semaphore | None = None,
    ) -> None:
        """steps: lets the planning go on, one step each; without it, pace does."""
        self.story = story
        self.approvals = approvals
        self.pace = pace
        self._steps = steps

    async def play(self) -> None:
        kind = self.story.workflow.request.split()[0].lower()
        await asyncio.sleep(self.pace)
        self._planned(PLAN)
        while kind == "plan" and not await self._plan_gate():
            said = self.approvals[f"approvals/{len(self.approvals)}ax"].decisions[0].feedback
            self.story.add(replan_requested=ev.ReplanRequested(by="tester", feedback=said))
            await self._step()
            self.story.add(plan_drafted=ev.PlanDrafted(problems=[REFUSED, "and 1 more"], usage=usage(100)))
            await self._step()
            self._planned(ANEW)
        first = [task.spec.id for task in self.story.workflow.tasks if not task.spec.depends_on]
        await asyncio.gather(*(self._do(id_, kind) for id_ in first))
        if kind == "broken":
            self._replan_after_failure()
            await self._do("survey", kind)
        if kind == "ask" and not await self._gate("branding"):
            self.story.task("branding").feedback.append("bolder")
            self.story.add("branding", reset=ev.TaskReset(by="tester", feedback="bolder"))
            await self._do("branding", kind)
        if kind == "human":
            await self._gate("branding")
        if kind == "fail" and not self.story.has_ended():
            failure = usage_pb2.Failure(message="The model refused the request.", reason="MODEL_REFUSED")
            self._fail("plan", failure)
            return
        for task in list(self.story.workflow.tasks):
            if task.state == wf.TASK_STATE_PENDING:
                await self._do(task.spec.id, kind)
        if not self.story.has_ended():
            self.end(wf.WORKFLOW_STATE_SUCCEEDED)

    async def _step(self) -> None:
        await (asyncio.sleep(self.pace) if self._steps is None else self._steps.acquire())

    def _planned(self, plan: wf.Plan) -> None:
        workflow = self.story.workflow
        del workflow.tasks[:]
        self._add_tasks(plan)
        workflow.state = wf.WORKFLOW_STATE_RUNNING
        workflow.template, workflow.title = plan.template, workflow.request[:60]
        workflow.plan_changes[:] = plan.changes
        self.story.add(planned=ev.WorkflowPlanned(plan=plan, title=workflow.title))

    def _add_tasks(self, plan: wf.Plan) -> None:
        workflow = self.story.workflow
        known = {task.spec.id for task in workflow.tasks}
        workflow.tasks.extend(
            wf.Task(name=f"{workflow.name}/tasks/{spec.id}", spec=spec, state=wf.TASK_STATE_PENDING)
            for spec in plan.tasks
            if spec.id not in known
        )

    def _replan_after_failure(self) -> None:
        """Market research has failed for good; a survey takes its place."""
        self.story.add(replan_requested=ev.ReplanRequested(failed="market"))
        self._add_tasks(ANEW)
        self.story.workflow.plan_changes[:] = ANEW.changes
        self.story.add(replanned=ev.WorkflowReplanned(plan=ANEW, failed="market"))

    async def _plan_gate(self) -> bool:
        """Whether a person said yes to the plan, as it is or as edited."""
        workflow = self.story.workflow
        workflow.tasks_to_approve[:] = [task.spec.id for task in workflow.tasks]
        found = await self._decided("", approval_pb2.GATE_KIND_PLAN, "Are these the right steps?", [])
        del workflow.tasks_to_approve[:]
        edits = [record.edited_content for record in found.decisions if record.edited_content]
        if edits:
            edited = edited_plan(edits[-1])
            del workflow.tasks[:]
            self._add_tasks(edited)
            self.story.add(plan_edited=ev.PlanEdited(plan=edited, by="tester"))
        return found.state == approval_pb2.APPROVAL_STATE_APPROVED

    async def _do(self, id_: str, kind: str) -> None:
        task = self.story.task(id_)
        self.story.add(id_, readied=ev.TaskReadied())
        for _ in range(2 if kind == "flaky" and id_ == "market" else 1):
            if self.story.has_ended():
                return
            task.attempt += 1
            task.state, task.instance = wf.TASK_STATE_RUNNING, f"{task.spec.agent_type}-0a1b2c"
            task.start_time.FromDatetime(datetime.now(UTC))
            self.story.add(id_, task.attempt, started=ev.TaskStarted(instance=task.instance))
            if id_ == "branding":
                name = ev.AgentMessaged(pattern=agent_service_pb2.MESSAGE_PATTERN_PUBLISH, topic="name", body="Levedo")
                self.story.add(id_, task.attempt, messaged=name)
            for step in range(1, 5):
                await asyncio.sleep(self.pace * (20 if kind == "slow" else 1))
                if self.story.has_ended():
                    return
                said = ("Reading", "Thinking about customers", "Writing", "Checking")[step - 1]
                self.story.add(
                    id_,
                    task.attempt,
                    progressed=ev.TaskProgressed(fraction=step / 5, message=said, usage=usage(step * 100)),
                )
                self.story.add(id_, task.attempt, text=ev.TaskTextStreamed(text=f"piece {step} "))
                while kind == "held" and not (self._may_go_on() or self.story.has_ended()):
                    await asyncio.sleep(0.02)
            if kind == "flaky" and id_ == "market" and task.attempt == 1:
                task.state = wf.TASK_STATE_RETRY_WAIT
                failure = usage_pb2.Failure(message="The model was overloaded.", reason="OVERLOADED")
                self.story.add(id_, 1, retry_scheduled=ev.TaskRetryScheduled(failure=failure, usage=usage(400)))
                await asyncio.sleep(self.pace)
            if kind == "broken" and id_ == "market":
                task.state = wf.TASK_STATE_FAILED
                failure = usage_pb2.Failure(message="The model refused the request.", reason="MODEL_REFUSED")
                self.story.add(id_, 1, failed=ev.TaskFailed(failure=failure, usage=usage(400)))
                return
        self._succeed(task)

    def _may_go_on(self) -> bool:
        return Path(self.story.workflow.request.split()[1]).exists()

    def _succeed(self, task: wf.Task) -> None:
        id_ = task.spec.id
        names = ["dossier.html", "dossier.md"] if id_ == "dossier" else ["result.json", f"{id_}.md"]
        result = ev.TaskResult(summary=f"{task.spec.title} made", confidence=0.8, usage=usage(500), simulated=True)
        for name in names:
            text = f"# {task.spec.title}\n\n{self.story.workflow.request}\n"
            content = (json.dumps({"name": "Levedo"}) if name == "result.json" else text).encode()
            full = f"{task.name}/artifacts/{name}"
            self.story.artifacts[full] = content
            result.artifacts.append(
                artifact_pb2.Artifact(
                    name=full,
                    title=name,
                    media_type="text/plain",
                    size_bytes=len(content),
                    sha256=hashlib.sha256(content).hexdigest(),
                )
            )
        task.state, task.summary, task.simulated, task.progress = wf.TASK_STATE_SUCCEEDED, result.summary, True, 1.0
        del task.artifacts[:]
        task.artifacts.extend(result.artifacts)
        task.usage.CopyFrom(usage(500 + 400 * (task.attempt - 1)))
        self.story.workflow.simulated = True
        self.story.add(id_, task.attempt, succeeded=ev.TaskSucceeded(result=result))

    async def _gate(self, id_: str) -> bool:
        """Whether a person said yes to a result."""
        task = self.story.task(id_)
        task.state = wf.TASK_STATE_AWAITING_REVIEW
        self.story.add(
            id_, task.attempt, delivered=ev.TaskDelivered(result=ev.TaskResult(summary="made", usage=usage(0)))
        )
        made = [artifact.name for artifact in task.artifacts]
        found = await self._decided(id_, approval_pb2.GATE_KIND_RESULT, "Which name?", made)
        if found.state == approval_pb2.APPROVAL_STATE_APPROVED:
            task.state = wf.TASK_STATE_SUCCEEDED
            self.story.add(id_, task.attempt, succeeded=ev.TaskSucceeded())
        return found.state == approval_pb2.APPROVAL_STATE_APPROVED

    async def _decided(
        self, id_: str, kind: approval_pb2.GateKind, question: str, artifacts: list[str]
    ) -> approval_pb2.Approval:
        """What became of a question about a task, or about the plan when there is no id."""
        workflow = self.story.workflow
        name = f"approvals/{len(self.approvals) + 1}ax"
        found = self.approvals[name] = approval_pb2.Approval(
            name=name,
            workflow=workflow.name,
            task=self.story.task(id_).name if id_ else "",
            gate=approval_pb2.Gate(kind=kind, risk=approval_pb2.RISK_HIGH, question=question),
            state=approval_pb2.APPROVAL_STATE_PENDING,
            title="Take this brand?" if id_ else "Take this plan?",
            summary="" if id_ else "\n".join(workflow.plan_changes),
            artifacts=artifacts,
            content_sha256="ab" * 32,
            create_time=datetime.now(UTC),
        )
        if id_:
            self.story.task(id_).approval = name
        workflow.pending_approvals.append(name)
        self.story.add(id_, approval_requested=ev.ApprovalRequested(approval=name, kind=kind, title=found.title))
        while found.state == approval_pb2.APPROVAL_STATE_PENDING and not self.story.has_ended():
            await self.story.changed.wait()
        del workflow.pending_approvals[:]
        if id_:
            self.story.task(id_).approval = ""
        self.story.add(
            id_, approval_decided=ev.ApprovalDecided(approval=name, kind=kind, outcome=found.state, by="tester")
        )
        return found

    def _fail(self, id_: str, failure: usage_pb2.Failure) -> None:
        task = self.story.task(id_)
        task.attempt, task.state = 1, wf.TASK_STATE_FAILED
        task.failure.CopyFrom(failure)
        self.story.add(id_, 1, started=ev.TaskStarted(instance="business_plan-0a1b2c"))
        self.story.add(id_, 1, failed=ev.TaskFailed(failure=failure, usage=usage(300)))
        self.story.task("dossier").state = wf.TASK_STATE_SKIPPED
        self.story.add("dossier", skipped=ev.TaskSkipped(reason="Business plan has no result"))
        self.story.workflow.failure.CopyFrom(failure)
        self.end(wf.WORKFLOW_STATE_FAILED)

    def end(self, state: wf.WorkflowState) -> None:
        self.story.workflow.state = state
        self.story.workflow.usage.CopyFrom(usage(2000))
        self.story.workflow.end_time.FromDatetime(datetime.now(UTC))
        ended = ev.WorkflowEnded(state=state, usage=usage(2000))
        if state == wf.WORKFLOW_STATE_FAILED:
            ended.failure.CopyFrom(self.story.workflow.failure)
        self.story.add(ended=ended)
