"""Attempts: an agent has a task in hand, makes a result or none, and what it consumed is booked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from services.orchestrator.domain import events as ev
from services.orchestrator.domain.booking import book, gave_up, key_of, opened
from services.orchestrator.domain.outcomes import NOTHING, FailureClass, LastWord, Usage
from services.orchestrator.domain.workflow import TaskState, Workflow


def _readied(workflow: Workflow, event: ev.TaskReadied) -> Workflow:
    return workflow.with_task(event.task, state=TaskState.READY, ready=event.at, retry_at=None)


def _started(workflow: Workflow, event: ev.TaskStarted) -> Workflow:
    booked = opened(workflow.tasks[event.task], key_of(event.attempt), event.instance)
    return workflow.with_task(
        event.task,
        state=TaskState.RUNNING,
        attempt=event.attempt,
        instance=event.instance,
        endpoint=event.endpoint,
        started=event.at,
        ended=None,
        deadline=event.deadline,
        patience=event.patience,
        check_at=event.check_at,
        progress=0.0,
        progress_message="",
        spent=NOTHING,
        said=0,
        booked=booked,
    )


def _refused(workflow: Workflow, event: ev.TaskRefused) -> Workflow:
    books = book(workflow.tasks[event.task], key_of(event.attempt), NOTHING, wasted=True)
    return workflow.with_task(event.task, state=TaskState.READY, instance="", endpoint="", deadline=None, **books)


def _progressed(workflow: Workflow, event: ev.TaskProgressed) -> Workflow:
    task = workflow.tasks[event.task]
    return workflow.with_task(
        event.task,
        progress=event.fraction,
        progress_message=event.message,
        spent=event.usage,
        check_at=event.check_at or task.check_at,
    )


def _delivered(workflow: Workflow, event: ev.TaskDelivered) -> Workflow:
    task = workflow.tasks[event.task]
    return workflow.with_task(
        event.task,
        state=TaskState.AWAITING_REVIEW,
        result=event.result,
        **book(task, key_of(event.attempt), event.result.usage, wasted=False),
        spent=NOTHING,
        progress=1.0,
        deadline=None,
    )


def _succeeded(workflow: Workflow, event: ev.TaskSucceeded) -> Workflow:
    task = workflow.tasks[event.task]
    changes: dict[str, Any] = {}
    if event.result is not None:
        books = book(task, key_of(event.attempt), event.result.usage, wasted=False)
        changes = {"result": event.result, **books}
    if task.earlier is not None:  # superseded
        changes["waste"] = changes.get("waste", task.waste) + task.earlier.usage
    return workflow.with_task(
        event.task,
        state=TaskState.SUCCEEDED,
        ended=event.at,
        spent=NOTHING,
        progress=1.0,
        failure=None,
        deadline=None,
        **changes,
    )


def _retry_scheduled(workflow: Workflow, event: ev.TaskRetryScheduled) -> Workflow:
    task = workflow.tasks[event.task]
    lost = event.failure.failure_class is FailureClass.LOST
    blamed = not lost and event.failure.failure_class is not FailureClass.BUDGET
    return replace(workflow, retries=workflow.retries + blamed).with_task(
        event.task,
        state=TaskState.RETRY_WAIT,
        failure=event.failure,
        failures=0 if event.fallback else task.failures + blamed,
        losses=0 if event.fallback else task.losses + lost,
        fell_back_after=event.attempt if event.fallback else task.fell_back_after,
        retry_at=event.retry_at,
        **book(task, key_of(event.attempt), event.usage, wasted=True, over=not gave_up(event.failure)),
        spent=NOTHING,
        deadline=None,
    )


def _failed(workflow: Workflow, event: ev.TaskFailed) -> Workflow:
    task = workflow.tasks[event.task]
    return workflow.with_task(
        event.task,
        state=TaskState.FAILED,
        failure=event.failure,
        failures=task.failures + 1,
        ended=event.at,
        **book(task, key_of(event.attempt), event.usage, wasted=True, over=not gave_up(event.failure)),
        spent=NOTHING,
        approval="",
        deadline=None,
    )


def _skipped(workflow: Workflow, event: ev.TaskSkipped) -> Workflow:
    return workflow.with_task(
        event.task, state=TaskState.SKIPPED, ended=event.at, approval="", progress_message=event.reason
    )


def _cancelled(workflow: Workflow, event: ev.TaskCancelled) -> Workflow:
    task, receipt = workflow.tasks[event.task], event.receipt
    books: dict[str, Any] = {}
    if task.running:
        stop = _stop(receipt.stopped, receipt.after) if receipt.confirmed else {}
        books = book(task, key_of(event.attempt), receipt.usage, wasted=True, over=receipt.confirmed, **stop)
    return workflow.with_task(
        event.task,
        state=TaskState.CANCELLED,
        result=task.result or task.earlier,
        ended=event.at,
        spent=NOTHING,
        approval="",
        retry_at=None,
        deadline=None,
        **books,
    )


def _stop(stopped: datetime | None, after: Usage | None) -> dict[str, Any]:
    return {"cancelled": True, "stopped": stopped, "after": after}


def _came_back(workflow: Workflow, event: ev.AttemptCameBack) -> Workflow:
    task = workflow.tasks[event.task]
    # Its result counts: what it says after it is no waste.
    kept = task.state is TaskState.SUCCEEDED and task.failure is not None
    made = not kept and task.state in (TaskState.AWAITING_REVIEW, TaskState.SUCCEEDED)
    counts = event.attempt == task.attempt and made
    books = book(
        task,
        key_of(event.attempt, event.answers),
        event.reported,
        wasted=not counts,
        over=event.heard is not LastWord.PROGRESS,
        **(_stop(event.stopped, event.after) if event.heard is LastWord.CANCELLED else {}),
    )
    return workflow.with_task(event.task, **books)


ON_ATTEMPTS: dict[type, Callable[[Workflow, Any], Workflow]] = {
    ev.TaskReadied: _readied,
    ev.TaskStarted: _started,
    ev.TaskRefused: _refused,
    ev.TaskProgressed: _progressed,
    ev.TaskDelivered: _delivered,
    ev.TaskSucceeded: _succeeded,
    ev.TaskRetryScheduled: _retry_scheduled,
    ev.TaskFailed: _failed,
    ev.TaskSkipped: _skipped,
    ev.TaskCancelled: _cancelled,
    ev.AttemptCameBack: _came_back,
}
"""By event: what becomes of tasks and their attempts."""
