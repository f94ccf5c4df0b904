"""What an event changes in the task it is of. Pure; `fold.py` is where it is called from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from heyjarvis.orchestrator.v1 import event_pb2

from tools.jarvis import wording
from tools.jarvis.snapshot import moment, spending
from tools.jarvis.view import NOTHING, Spending, TaskState, TaskView

MOST_TEXT = 2000
"""Characters kept of what an attempt is writing: its end."""


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
    return replace(task, message=f"Asks {event.asked.agent_type.replace('_', ' ')}: {event.asked.instructions}")


def _kept(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    used, ended = spending(event.kept.usage), moment(event.time)
    kept = _over(task, used, state=TaskState.SUCCEEDED, ended=ended, failure="", approval="", progress=1.0)
    return replace(kept, retry_at=None, message="", summary=f"As before. {event.kept.reason}")


def _result_edit_refused(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    return replace(task, approval="")


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


def reset(task: TaskView, event: event_pb2.WorkflowEvent) -> TaskView:
    """The task begins anew; what it consumed stays booked."""
    return TaskView(
        id=task.id,
        title=task.title,
        agent_type=task.agent_type,
        depends_on=task.depends_on,
        optional=task.optional,
        attempt=task.attempt,
        booked=task.spending,
    )


ON_TASK: dict[str, Callable[[TaskView, event_pb2.WorkflowEvent], TaskView]] = {
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
    "reset": reset,
    "kept": _kept,
    "result_edit_refused": _result_edit_refused,
}
"""By kind of event."""
