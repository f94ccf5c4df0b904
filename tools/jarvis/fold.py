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

from tools.jarvis import wording
from tools.jarvis.receipts import came_back
from tools.jarvis.snapshot import autopilot, moment, of_snapshot, of_spec, spending, workflow_state
from tools.jarvis.view import NOTHING, Spending, TaskState, TaskView, WorkflowView

MOST_TEXT = 2000
"""Characters kept of what an attempt is writing: its end."""


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
    if kind == "came_back":
        return _came_back(view, event)
    task = view.tasks.get(event.task)
    if task is None or (event.attempt and event.attempt < task.attempt):
        return view
    change = _ON_TASK.get(kind)
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
        simulated=view.simulated or plan.simulated,
        tasks={spec.id: of_spec(spec) for spec in plan.tasks},
    )


def _replan_requested(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    if event.replan_requested.failed:
        return view
    return replace(view, planned=False, tasks={})


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
    return replace(view, tasks=tasks, plan_reason=body.plan.reason)


def _plan_edited(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    body = event.plan_edited
    kept = {id_: task for id_, task in view.tasks.items() if body.held and id_ not in body.held}
    return replace(view, tasks=kept | {spec.id: of_spec(spec) for spec in body.plan.tasks if spec.id not in kept})


def _plan_edit_refused(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    return replace(view, plan_approval="")


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
        return replace(view, plan_approval=body.approval)
    before = body.kind != approvals.GATE_KIND_RESULT
    return _with_task(view, event, approval=body.approval, **({"state": TaskState.AWAITING_APPROVAL} if before else {}))


def _approval_decided(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    body = event.approval_decided
    if not event.task:
        return replace(view, plan_approval="")
    before = body.kind != approvals.GATE_KIND_RESULT
    return _with_task(view, event, approval="", **({"state": TaskState.READY} if before else {}))


def _with_task(view: WorkflowView, event: event_pb2.WorkflowEvent, **changes: Any) -> WorkflowView:
    task = view.tasks.get(event.task)
    if task is None:
        return view
    return replace(view, tasks={**view.tasks, task.id: replace(task, **changes)})


def _over(task: TaskView, used: Spending, **changes: Any) -> TaskView:
    """The attempt is over: its cost is booked, what it streamed is void."""
    before = task.booked if task.seen is None else task.seen.less(used)
    return replace(task, booked=before + used, spent=NOTHING, seen=None, text="", **changes)


def _readied(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    return replace(task, state=TaskState.READY, retry_at=None, message="")


def _started(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    return replace(
        task,
        state=TaskState.RUNNING,
        attempt=event.attempt,
        instance=event.started.instance,
        chosen=_chosen(event.started),
        started=moment(event.time),
        ended=None,
        retry_at=None,
        progress=0.0,
        message="",
        text="",
        spent=NOTHING,
        seen=None,
    )


def _chosen(started: event_pb2.TaskStarted) -> str:
    """Why this instance: its score, and those that came next."""
    best, *others = [f"{wording.instance(each.instance)} {each.score:.2f}" for each in started.candidates] or [""]
    return f"scored {best.rpartition(' ')[2]}, before {', '.join(others)}" if others else ""


def _refused(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    return replace(task, state=TaskState.READY, instance="")


def _progressed(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    used = spending(event.progressed.usage)
    booked = task.booked if task.seen is None else task.seen.less(used)
    return replace(
        task,
        progress=event.progressed.fraction,
        message=event.progressed.message,
        booked=booked,
        spent=used,
        seen=None,
    )


def _text(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    return replace(task, text=(task.text + event.text.text)[-MOST_TEXT:])


def _answered(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    used = spending(event.answered.usage)
    task = replace(task, message="")
    if task.seen is not None:
        return replace(task, seen=task.seen + used)
    return replace(task, booked=task.booked + used)


def _asked(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    return replace(task, message=f"Asks {event.asked.agent_type}: {event.asked.instructions}")


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
    tasks = {id_: _reset(task, event) if id_ in again else task for id_, task in view.tasks.items()}
    return replace(view, tasks=tasks)


def _kept(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    used, ended = spending(event.kept.usage), moment(event.time)
    kept = _over(task, used, state=TaskState.SUCCEEDED, ended=ended, failure="", approval="", progress=1.0)
    return replace(kept, retry_at=None, message="", summary=f"As before. {event.kept.reason}")


def _delivered(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    # An edited delivery replaces one whose cost is already booked.
    again = task.state is TaskState.AWAITING_REVIEW
    used = NOTHING if again else spending(event.delivered.result.usage)
    # The agent is done; what follows is a person's time.
    ended = task.ended if again else moment(event.time)
    return _with_result(_over(task, used, state=TaskState.AWAITING_REVIEW, ended=ended), event.delivered.result)


def _succeeded(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    ended: dict[str, Any] = {"state": TaskState.SUCCEEDED, "ended": moment(event.time), "failure": "", "progress": 1.0}
    if not event.succeeded.HasField("result"):  # delivered before, approved now
        return replace(task, **{**ended, "ended": task.ended or ended["ended"]})
    result = event.succeeded.result
    return _with_result(_over(task, spending(result.usage), **ended), result)


def _with_result(task: TaskView, result: event_pb2.TaskResult) -> TaskView:
    return replace(
        task,
        summary=result.summary,
        simulated=result.simulated,
        artifacts=len(result.artifacts),
        progress=1.0,
        message="",
    )


def _retry_scheduled(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    body = event.retry_scheduled
    return _over(
        task,
        spending(body.usage),
        state=TaskState.RETRY_WAIT,
        failure=body.failure.message,
        retry_at=moment(body.retry_time),
        progress=0.0,
        message="",
    )


def _failed(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    body = event.failed
    return _over(
        task,
        spending(body.usage),
        state=TaskState.FAILED,
        failure=body.failure.message,
        ended=moment(event.time),
        approval="",
        progress=0.0,
        message="",
    )


def _skipped(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    reason = event.skipped.reason
    return replace(task, state=TaskState.SKIPPED, message=reason, ended=moment(event.time), approval="")


def _cancelled(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    used = spending(event.cancelled.usage)
    return _over(
        task,
        used,
        state=TaskState.CANCELLED,
        ended=moment(event.time),
        approval="",
        retry_at=None,
        progress=0.0,
        message="",
    )


def _came_back(view: WorkflowView, event: event_pb2.WorkflowEvent) -> WorkflowView:
    """An attempt that was over told what it had consumed: that is booked, and nothing else changes."""
    used = spending(event.came_back.usage)
    task = view.tasks.get(event.task)
    if task is None:
        return view
    booked: dict[str, Any] = {"booked": task.booked + used} if task.seen is None else {"seen": task.seen + used}
    view = replace(view, tasks={**view.tasks, task.id: replace(task, late=came_back(event), **booked)})
    return view if view.total is None else replace(view, total=view.total + used, waste=view.waste + used)


def _reset(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    return TaskView(
        id=task.id,
        title=task.title,
        agent_type=task.agent_type,
        depends_on=task.depends_on,
        optional=task.optional,
        attempt=task.attempt,
        booked=task.spending,
    )


_ON_WORKFLOW: dict[str, Callable[[WorkflowView, event_pb2.WorkflowEvent], WorkflowView]] = {
    "submitted": _submitted,
    "plan_drafted": _drafted,
    "planned": _planned,
    "replan_requested": _replan_requested,
    "replanned": _replanned,
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
}

_ON_TASK: dict[str, Callable[[TaskView, event_pb2.WorkflowEvent], TaskView]] = {
    "readied": _readied,
    "started": _started,
    "refused": _refused,
    "progressed": _progressed,
    "text": _text,
    "asked": _asked,
    "answered": _answered,
    "delivered": _delivered,
    "succeeded": _succeeded,
    "retry_scheduled": _retry_scheduled,
    "failed": _failed,
    "skipped": _skipped,
    "cancelled": _cancelled,
    "reset": _reset,
    "kept": _kept,
}
