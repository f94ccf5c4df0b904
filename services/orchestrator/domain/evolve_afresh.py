"""Tasks that begin afresh, for a person or a review, and results that stand when they are not made again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from services.orchestrator.domain import events as ev
from services.orchestrator.domain.booking import book, gave_up, key_of
from services.orchestrator.domain.outcomes import NOTHING, SENT_BACK
from services.orchestrator.domain.workflow import Task, TaskState, Workflow


def _reset(workflow: Workflow, event: ev.TaskReset) -> Workflow:
    task = workflow.tasks[event.task]
    # A result that is thrown away was paid for: it is waste now.
    waste = task.waste + task.result.usage if task.result else task.waste
    earlier = task.earlier if task.state is TaskState.AWAITING_REVIEW else None
    fresh = replace(_afresh(task, event.feedback), waste=waste, earlier=earlier)
    reopened = replace(
        workflow,
        end=None,
        ended=None,
        failure=None,
        cancellation=None,
        state_reason="",
        retries=0,
        reopenings=workflow.reopenings + (workflow.end is not None),
        planning=replace(workflow.planning, failed="") if workflow.planning.failed else workflow.planning,
    )
    return replace(reopened, tasks={**workflow.tasks, event.task: fresh})


def _revision_requested(workflow: Workflow, event: ev.RevisionRequested) -> Workflow:
    found: dict[str, str] = {}
    for wish in event.revisions:
        found[wish.task] = f"{found.get(wish.task, SENT_BACK)}{wish.feedback}\n"
    tasks = dict(workflow.tasks)
    for id_ in (*found, *event.waiting):
        task = tasks[id_]
        if task.running:  # it is stopped; what it said it consumed is paid, the rest comes with its last word
            task = replace(task, **book(task, key_of(task.attempt), task.spent, wasted=True, over=False))
        tasks[id_] = replace(_afresh(task, found.get(id_, "").strip()), earlier=task.result)
    return replace(workflow, tasks=tasks, revised=tuple(found))


def _kept(workflow: Workflow, event: ev.TaskKept) -> Workflow:
    task = workflow.tasks[event.task]
    books: dict[str, Any] = {}
    if event.failure is not None:
        books = book(task, key_of(event.attempt), event.usage, wasted=True, over=not gave_up(event.failure))
        if task.result is not None:  # a newer version that people refused
            books["waste"] += task.result.usage
    return workflow.with_task(
        event.task,
        state=TaskState.SUCCEEDED,
        result=task.earlier,
        failure=event.failure,
        ended=event.at,
        spent=NOTHING,
        progress=1.0,
        progress_message=event.reason,
        approval="",
        retry_at=None,
        deadline=None,
        **books,
    )


def _afresh(task: Task, feedback: str = "") -> Task:
    """The task before its first attempt, but for what was paid, said and decided."""
    return Task(
        spec=task.spec,
        attempt=task.attempt,
        usage=task.usage,
        waste=task.waste,
        booked=task.booked,
        feedback=(*task.feedback, feedback) if feedback else task.feedback,
        passed_gate=task.passed_gate,
        budget_raises=task.budget_raises,
        resets=task.resets + 1,
    )


ON_AFRESH: dict[type, Callable[[Workflow, Any], Workflow]] = {
    ev.TaskReset: _reset,
    ev.RevisionRequested: _revision_requested,
    ev.TaskKept: _kept,
}
"""By event: what is made again, and what stands."""
