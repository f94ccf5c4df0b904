"""What each event changes in the view: `fold(view, message) -> view`. Pure.

The rules are those of the orchestrator. When an attempt is over without a result, what it streamed is
dropped: its text, its progress, what it said. An event of an earlier attempt than the one in view
changes nothing but what was consumed. An event this program does not know yet only moves the cursor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from heyjarvis.approvals.v1 import approval_pb2 as approvals
from heyjarvis.orchestrator.v1 import event_pb2, workflow_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from tools.jarvis.fold_task import ON_TASK, reset
from tools.jarvis.receipts import came_back
from tools.jarvis.snapshot import autopilot, moment, of_snapshot, of_spec, spending, workflow_state
from tools.jarvis.view import TaskState, TaskView, WorkflowView


def fold(view: WorkflowView, message: pb.WatchWorkflowResponse) -> WorkflowView:
    """The view after one message of WatchWorkflow."""
    kind = message.WhichOneof("kind")
    if kind == "snapshot":
        view = of_snapshot(message.snapshot)
    elif kind == "event":
        view = apply(view, message.event)
    return replace(view, cursor=message.cursor)


def apply(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    """The view after one event of the run log."""
    kind = event.WhichOneof("kind") or ""
    if kind in _ON_WORKFLOW:
        return _ON_WORKFLOW[kind](view, event)
    task = view.tasks.get(event.task)
    if task is None or (event.attempt and event.attempt < task.attempt):
        return view
    change = ON_TASK.get(kind)
    if change is None:
        return view
    after = change(task, event)
    simulated = view.simulated or after.simulated
    view = replace(view, tasks={**view.tasks, task.id: after}, simulated=simulated)
    if kind == "reset":  # the workflow goes on, even one that had ended
        view = replace(view, end=None, ended=None, failure="", reason="", total=None)
    return view


def _submitted(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    body = event.submitted
    return replace(
        view,
        request=body.request,
        template=body.template,
        autopilot=autopilot(body.autopilot),
        created=moment(event.time),
    )


def _drafted(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    body = event.plan_drafted
    return replace(
        view,
        planning=view.planning + spending(body.usage),
        draft_problems=tuple(body.problems),
        waste=view.waste + spending(body.usage) if body.problems else view.waste,
    )


def _planned(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    plan: workflow_pb2.Plan = event.planned.plan
    return replace(
        view,
        planned=True,
        title=event.planned.title,
        template=plan.template,
        plan_reason=plan.reason,
        draft_problems=(),
        replanning="",
        plan_changes=tuple(plan.changes),
        plan_note="",
        to_approve=frozenset(),
        simulated=view.simulated or plan.simulated,
        tasks={spec.id: of_spec(spec) for spec in plan.tasks},
    )


def _replan_requested(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    body = event.replan_requested
    fresh = replace(view, draft_problems=(), plan_note="")
    if failed := view.tasks.get(body.failed):
        return replace(fresh, replanning=f"{failed.title} failed, so what needed it is planned anew")
    return replace(fresh, planned=False, tasks={}, replanning=f"sent back by {body.by}: “{body.feedback}”")


def _replan_declined(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    return replace(view, replanning="", draft_problems=(), plan_note=event.replan_declined.reason)


def _replanned(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    body = event.replanned
    tasks = dict(view.tasks)
    if failed := tasks.get(body.failed):
        tasks[body.failed] = replace(failed, optional=True)
    for id_ in body.dropped:
        if dropped := tasks.pop(id_, None):
            tasks[id_] = replace(dropped, state=TaskState.SKIPPED, ended=moment(event.time))
    for spec in body.plan.tasks:
        kept = tasks.get(spec.id)
        if kept is None or kept.state is TaskState.PENDING:
            tasks.pop(spec.id, None)
            tasks[spec.id] = of_spec(spec)
    return replace(
        view,
        tasks=tasks,
        plan_reason=body.plan.reason,
        draft_problems=(),
        replanning="",
        plan_changes=tuple(body.plan.changes),
        to_approve=frozenset(body.held),
    )


def _plan_edited(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    body = event.plan_edited
    kept = {id_: task for id_, task in view.tasks.items() if body.held and id_ not in body.held}
    tasks = kept | {spec.id: of_spec(spec) for spec in body.plan.tasks if spec.id not in kept}
    return replace(view, tasks=tasks, plan_changes=tuple(body.plan.changes))


def _plan_edit_refused(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    body = event.plan_edit_refused
    return replace(view, plan_approval="", plan_note=f"The edit by {body.by} was not taken: {' '.join(body.problems)}")


def _paused(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    return replace(view, paused=True, reason=event.paused.reason)


def _resumed(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    return replace(view, paused=False, reason="")


def _held(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    return replace(view, held_until=moment(event.held.until_time))


def _released(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    return replace(view, held_until=None)


def _cancel_requested(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    return replace(view, paused=False, reason=event.cancel_requested.reason)


def _ended(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    return replace(
        view,
        end=workflow_state(event.ended.state),
        failure=event.ended.failure.message,
        total=spending(event.ended.usage),
        waste=spending(event.ended.waste),
        ended=moment(event.time),
        plan_approval="",
        held_until=None,
    )


def _approval_requested(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    body = event.approval_requested
    if not event.task:  # the plan, or the budget of the workflow
        asked = body.kind == approvals.GATE_KIND_PLAN
        every = frozenset(view.tasks) if asked and not view.to_approve else view.to_approve
        return replace(view, plan_approval=body.approval, to_approve=every)
    before = body.kind != approvals.GATE_KIND_RESULT
    return _with_task(view, event, approval=body.approval, **({"state": TaskState.AWAITING_APPROVAL} if before else {}))


def _approval_decided(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    body = event.approval_decided
    if not event.task:
        plan = body.kind == approvals.GATE_KIND_PLAN
        return replace(view, plan_approval="", to_approve=frozenset() if plan else view.to_approve)
    before = body.kind != approvals.GATE_KIND_RESULT
    return _with_task(view, event, approval="", **({"state": TaskState.READY} if before else {}))


def _with_task(view: WorkflowView, event: event_pb2.WorkflowEvent, **changes: Any) -> WorkflowView:
    task = view.tasks.get(event.task)
    if task is None:
        return view
    return replace(view, tasks={**view.tasks, task.id: replace(task, **changes)})


def _handed_off(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    spec, waiting = event.handed_off.spec, set(event.handed_off.waiting)
    tasks: dict[str, TaskView] = {}
    for id_, task in view.tasks.items():
        tasks[id_] = replace(task, depends_on=(*task.depends_on, spec.id)) if id_ in waiting else task
        if id_ == event.task:
            tasks[spec.id] = of_spec(spec)
    return replace(view, tasks=tasks)


def _revision_requested(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    body = event.revision_requested
    again = {*(each.task for each in body.revisions), *body.waiting}
    tasks = {id_: reset(task, event) if id_ in again else task for id_, task in view.tasks.items()}
    return replace(view, tasks=tasks)


def _came_back(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    """An attempt that was over told what it had consumed: that is booked, and nothing else changes."""
    used = spending(event.came_back.usage)
    task = view.tasks.get(event.task)
    if task is None:
        return view
    booked: dict[str, Any] = {"booked": task.booked + used} if task.seen is None else {"seen": task.seen + used}
    view = replace(view, tasks={**view.tasks, task.id: replace(task, late=came_back(event), **booked)})
    return view if view.total is None else replace(view, total=view.total + used, waste=view.waste + used)


_ON_WORKFLOW: dict[str, Callable[[WorkflowView, event_pb2.WorkflowEvent], WorkflowView]] = {
    "submitted": _submitted,
    "plan_drafted": _drafted,
    "planned": _planned,
    "replan_requested": _replan_requested,
    "replanned": _replanned,
    "replan_declined": _replan_declined,
    "plan_edited": _plan_edited,
    "plan_edit_refused": _plan_edit_refused,
    "paused": _paused,
    "resumed": _resumed,
    "held": _held,
    "released": _released,
    "cancel_requested": _cancel_requested,
    "ended": _ended,
    "approval_requested": _approval_requested,
    "approval_decided": _approval_decided,
    "handed_off": _handed_off,
    "revision_requested": _revision_requested,
    "came_back": _came_back,
}
