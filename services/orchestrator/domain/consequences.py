"""Consequences: what follows from what has happened, drawn in one place for every command."""

from __future__ import annotations

from services.orchestrator.domain import events as ev
from services.orchestrator.domain.decision import Decision, end, without_result
from services.orchestrator.domain.outcomes import NOTHING, Failure, FailureClass, Receipt
from services.orchestrator.domain.replanning import ask_after_failure
from services.orchestrator.domain.revision import stands
from services.orchestrator.domain.workflow import TaskState, Workflow, WorkflowState


def settle(d: Decision) -> None:
    """Draws every consequence of what has happened, until there is none left."""
    if d.workflow.end is not None:
        return
    if d.workflow.cancellation:
        _cancel_what_does_not_run(d)
    elif d.workflow.plan_approved or d.workflow.planning.held:
        ask_after_failure(d)
        # Tasks stand after what they depend on, so one pass carries a skip through the whole graph.
        for id_ in d.workflow.tasks:
            _settle_task(d, id_)
    tasks = d.workflow.tasks.values()
    planned = not d.workflow.planning.failed or d.workflow.cancellation
    if (tasks or d.workflow.cancellation) and planned and all(task.state.ended for task in tasks):
        end(d, *_outcome(d.workflow))


def _settle_task(d: Decision, id_: str) -> None:
    task = d.workflow.tasks[id_]
    if task.state is not TaskState.PENDING or not d.workflow.released(id_):
        return
    needs = [d.workflow.tasks[name] for name in task.spec.depends_on]
    missing = [need for need in needs if without_result(need)]
    if missing and d.workflow.planning.failed:
        return  # another way is looked for
    if missing:
        names = ", ".join(f"'{need.spec.id}' ({need.state.upper()})" for need in missing)
        reason = f"It needs what these did not make: {names}"
        d.happen(ev.TaskSkipped(at=d.now, task=id_, attempt=task.attempt, reason=reason))
    elif all(need.state.ended for need in needs):
        if stands(d.workflow, id_):
            reason = "Nothing it reads has changed"
            d.happen(ev.TaskKept(at=d.now, task=id_, attempt=task.attempt, reason=reason))
            return
        d.happen(ev.TaskReadied(at=d.now, task=id_, attempt=task.attempt))


def _cancel_what_does_not_run(d: Decision) -> None:
    nothing = Receipt(stopped=None, usage=NOTHING, confirmed=True)
    for id_, task in d.workflow.tasks.items():
        if not task.running and not task.state.ended:
            d.happen(ev.TaskCancelled(at=d.now, task=id_, attempt=task.attempt, receipt=nothing))


def _outcome(workflow: Workflow) -> tuple[WorkflowState, Failure | None]:
    if workflow.cancellation:
        return WorkflowState.CANCELLED, None
    for task in workflow.tasks.values():
        if task.state is not TaskState.SUCCEEDED and not task.spec.optional:
            fallback = Failure(
                failure_class=FailureClass.PERMANENT, message="It has no result", reason=f"TASK_{task.state.upper()}"
            )
            cause = task.failure or fallback
            message = f"Task '{task.spec.id}' {task.state}: {cause.message}"
            return WorkflowState.FAILED, Failure(
                failure_class=cause.failure_class, message=message, reason=cause.reason
            )
    return WorkflowState.SUCCEEDED, None
