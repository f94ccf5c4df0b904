"""Plans and gates: a plan is made, or made anew; people are asked, and decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from services.orchestrator.domain import events as ev
from services.orchestrator.domain.budgets import raised
from services.orchestrator.domain.plan import BudgetMatter, GateKind
from services.orchestrator.domain.workflow import Outcome, Task, TaskState, Workflow


def _drafted(workflow: Workflow, event: ev.PlanDrafted) -> Workflow:
    before, refused = workflow.planning, bool(event.problems)
    planning = replace(
        before,
        refused=before.refused + refused,
        problems=event.problems,
        usage=before.usage + event.usage,
        waste=before.waste + event.usage if refused else before.waste,
    )
    return replace(workflow, planning=planning)


def _planned(workflow: Workflow, event: ev.WorkflowPlanned) -> Workflow:
    planning = replace(workflow.planning, before=None, refused=0, problems=())
    return replace(
        workflow,
        plan=event.plan,
        planning=planning,
        title=event.title,
        plan_approved=event.plan.gate is None,
        retry_budget=event.retry_budget,
        tasks={spec.id: Task(spec=spec) for spec in event.plan.tasks},
    )


def _replan_requested(workflow: Workflow, event: ev.ReplanRequested) -> Workflow:
    planning = replace(workflow.planning, refused=0, problems=(), before=workflow.plan)
    if event.failed:
        return replace(workflow, planning=replace(planning, failed=event.failed, replanned=True))
    said = (*planning.feedback, event.feedback)
    return replace(workflow, planning=replace(planning, feedback=said), plan=None, tasks={})


def _replan_declined(workflow: Workflow, event: ev.ReplanDeclined) -> Workflow:
    return replace(workflow, planning=replace(workflow.planning, failed="", before=None))


def _replanned(workflow: Workflow, event: ev.WorkflowReplanned) -> Workflow:
    named = {spec.id: spec for spec in event.plan.tasks}
    tasks: dict[str, Task] = {}
    for id_, task in workflow.tasks.items():
        if id_ == event.failed:
            # Other tasks do its work, so nothing waits for it any more.
            tasks[id_] = replace(task, spec=replace(task.spec, optional=True))
        elif id_ not in event.affected:
            tasks[id_] = task
        elif id_ not in named:
            reason = "Another plan does without it"
            skipped = TaskState.SKIPPED
            tasks[id_] = replace(task, state=skipped, ended=event.at, progress_message=reason)
    fresh = [id_ for id_ in named if id_ not in tasks]
    # New parts come last: nothing that was kept depends on what had not begun.
    tasks |= {id_: Task(spec=named[id_]) for id_ in fresh}
    planning = replace(workflow.planning, failed="", before=None, refused=0, problems=(), held=event.held)
    approved = workflow.plan_approved and not event.held
    return replace(workflow, plan=event.plan, planning=planning, tasks=tasks, plan_approved=approved)


def _edited(workflow: Workflow, event: ev.PlanEdited) -> Workflow:
    # Nothing of the part that waited has begun; the rest, when there is any, goes on.
    kept = {id_: task for id_, task in workflow.tasks.items() if event.held and id_ not in event.held}
    tasks = kept | {spec.id: Task(spec=spec) for spec in event.plan.tasks if spec.id not in kept}
    return replace(workflow, plan=event.plan, tasks=tasks)


def _edit_refused(workflow: Workflow, event: ev.PlanEditRefused) -> Workflow:
    before = workflow.planning
    planning = replace(before, edits_refused=before.edits_refused + 1, edit_problems=event.problems)
    return replace(workflow, plan_approval="", planning=planning)


def _result_edit_refused(workflow: Workflow, event: ev.ResultEditRefused) -> Workflow:
    refused = workflow.tasks[event.task].edits_refused + 1
    return workflow.with_task(event.task, approval="", edits_refused=refused, edit_problems=event.problems)


def _approval_requested(workflow: Workflow, event: ev.ApprovalRequested) -> Workflow:
    match event.gate:
        case GateKind.PLAN:
            return replace(workflow, plan_approval=event.approval)
        case GateKind.BUDGET if not event.task:
            return replace(workflow, budget_approval=event.approval, budget_matter=event.matter)
        case GateKind.BEFORE_TASK | GateKind.BUDGET:
            return workflow.with_task(event.task, state=TaskState.AWAITING_APPROVAL, approval=event.approval)
        case GateKind.RESULT:
            return workflow.with_task(event.task, approval=event.approval)


def _approval_decided(workflow: Workflow, event: ev.ApprovalDecided) -> Workflow:
    approved = event.outcome is Outcome.APPROVED
    match event.gate:
        case GateKind.PLAN:
            # Of a changed plan only the change was asked about: the rest goes on whatever was said.
            held = bool(workflow.planning.held)
            planning = replace(workflow.planning, held=(), edit_problems=())
            return replace(workflow, plan_approval="", plan_approved=approved or held, planning=planning)
        case GateKind.BUDGET if event.task:
            task = workflow.tasks[event.task]
            raises = raised(task.budget_raises, task.spec.budget_usd, task.consumed) if approved else task.budget_raises
            return workflow.with_task(event.task, state=TaskState.READY, approval="", budget_raises=raises)
        case GateKind.BUDGET if event.matter is BudgetMatter.PRICE:
            return replace(workflow, budget_approval="", unpriced_accepted=approved)
        case GateKind.BUDGET:
            first = workflow.submission.budget_usd
            raises = raised(workflow.budget_raises, first, workflow.usage) if approved else workflow.budget_raises
            return replace(workflow, budget_approval="", budget_raises=raises)
        case GateKind.BEFORE_TASK:
            return workflow.with_task(event.task, state=TaskState.READY, approval="", passed_gate=approved)
        case GateKind.RESULT:
            return workflow.with_task(event.task, approval="", edit_problems=())


def _withdrawn(workflow: Workflow, event: ev.ApprovalWithdrawn) -> Workflow:
    left = tuple(name for name in workflow.unwanted_approvals if name != event.approval)
    return replace(workflow, unwanted_approvals=left)


ON_GATES: dict[type, Callable[[Workflow, Any], Workflow]] = {
    ev.PlanDrafted: _drafted,
    ev.WorkflowPlanned: _planned,
    ev.ReplanRequested: _replan_requested,
    ev.ReplanDeclined: _replan_declined,
    ev.WorkflowReplanned: _replanned,
    ev.PlanEdited: _edited,
    ev.PlanEditRefused: _edit_refused,
    ev.ResultEditRefused: _result_edit_refused,
    ev.ApprovalRequested: _approval_requested,
    ev.ApprovalDecided: _approval_decided,
    ev.ApprovalWithdrawn: _withdrawn,
}
"""By event: what comes of planning and of asking people."""
