"""What callers want of a workflow: pause, resume, cancel, begin a task afresh. Refused when its state forbids it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chassis.errors import FailedPrecondition, NotFound
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import events as ev
from services.orchestrator.domain.decision import Decision, without_result
from services.orchestrator.domain.workflow import TaskState, Workflow, WorkflowState


def _pause(d: Decision, c: cmd.Pause) -> None:
    _refuse_when_over(d.workflow, "paused")
    if not d.workflow.paused:
        d.happen(ev.WorkflowPaused(at=d.now, by=c.by, reason=c.reason))


def _resume(d: Decision, c: cmd.Resume) -> None:
    if not d.workflow.paused or d.workflow.end is not None:
        raise _wrong_state(d.workflow, "resumed", "Only a PAUSED workflow can be")
    d.happen(ev.WorkflowResumed(at=d.now, by=c.by))


def _cancel(d: Decision, c: cmd.Cancel) -> None:
    if d.workflow.end is WorkflowState.CANCELLED or d.workflow.cancellation:
        return
    _refuse_when_over(d.workflow, "cancelled")
    d.happen(ev.CancelRequested(at=d.now, by=c.by, reason=c.reason))


def _retry_task(d: Decision, c: cmd.RetryTask) -> None:
    task = d.workflow.tasks.get(c.task)
    if task is None:
        raise NotFound("task", f"workflows/{d.workflow.id}/tasks/{c.task}")
    if task.state not in (TaskState.FAILED, TaskState.SKIPPED, TaskState.CANCELLED):
        raise FailedPrecondition(
            f"Task '{c.task}' of 'workflows/{d.workflow.id}' is {task.state.upper()}; "
            "only a FAILED, SKIPPED or CANCELLED task can begin afresh.",
            subject=f"workflows/{d.workflow.id}/tasks/{c.task}",
            reason="TASK_NOT_RETRYABLE",
            metadata={"task": c.task, "state": task.state.upper()},
        )
    if d.workflow.cancellation and d.workflow.end is None:
        raise _wrong_state(d.workflow, "retried", "It is being cancelled; wait until it is CANCELLED, then it can be")
    deadline = d.workflow.submission.deadline
    if deadline and deadline <= d.now:
        raise _wrong_state(
            d.workflow,
            "retried",
            f"Its time ran out at {deadline.isoformat(timespec='seconds')}; submit it again with a longer timeout. "
            "Only a workflow with time left can be",
        )
    feedback = {c.task: c.feedback}
    for id_ in _to_begin_afresh(d.workflow, c.task):
        d.happen(
            ev.TaskReset(
                at=d.now, task=id_, attempt=d.workflow.tasks[id_].attempt, by=c.by, feedback=feedback.get(id_, "")
            )
        )


def _to_begin_afresh(workflow: Workflow, task: str) -> list[str]:
    """The task, what it rests on without result, what was skipped because of it, and everything that was cancelled."""
    chosen = {task}
    order = list(workflow.tasks)
    for id_ in reversed(order):
        # A skipped task can only run when what it waited for runs too.
        if id_ in chosen:
            chosen.update(d for d in workflow.tasks[id_].spec.depends_on if without_result(workflow.tasks[d]))
    for id_ in order:
        state = workflow.tasks[id_].state
        if state is TaskState.SKIPPED and chosen.intersection(workflow.tasks[id_].spec.depends_on):
            chosen.add(id_)
        if state is TaskState.CANCELLED:
            chosen.add(id_)
    return [id_ for id_ in order if id_ in chosen]


def _refuse_when_over(workflow: Workflow, verb: str) -> None:
    if workflow.end is not None:
        raise _wrong_state(workflow, verb, "Only a workflow that has not ended can be")


def _wrong_state(workflow: Workflow, verb: str, rule: str) -> FailedPrecondition:
    return FailedPrecondition(
        f"Workflow 'workflows/{workflow.id}' is {workflow.state.upper()}. {rule} {verb}.",
        subject=f"workflows/{workflow.id}",
        reason="WORKFLOW_STATE",
        metadata={"workflow": workflow.id, "state": workflow.state.upper()},
    )


def _hold(d: Decision, c: cmd.HoldWorkflow) -> None:
    if d.workflow.end is None and d.workflow.hold is None and not d.workflow.cancellation:
        d.happen(ev.WorkflowHeld(at=d.now, hold=c.hold))


def _release(d: Decision, c: cmd.ReleaseWorkflow) -> None:
    if d.workflow.hold is not None:
        d.happen(ev.WorkflowReleased(at=d.now))


ON_PEOPLE: dict[type, Callable[[Decision, Any], None]] = {
    cmd.Pause: _pause,
    cmd.Resume: _resume,
    cmd.Cancel: _cancel,
    cmd.RetryTask: _retry_task,
    cmd.HoldWorkflow: _hold,
    cmd.ReleaseWorkflow: _release,
}
"""By command: what callers want, and what their money allows."""
