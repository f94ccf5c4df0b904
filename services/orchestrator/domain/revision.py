"""Revision: an agent that has read what others made sends some of it back. One round per workflow.

The tasks it names run again, with its findings as feedback. What rests on them, the reviewing task included, waits
meanwhile and runs again only when something it reads has changed; otherwise its result stands. Nothing else is
touched. A result that was sent back is never lost: when the task cannot be done again, what it made before stands.
The round is bounded like everything: it does not begin when what it cost the first time is not left of a budget, or
the time it took is not left until the deadline.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.orchestrator.domain import events as ev
from services.orchestrator.domain.budgets import left_usd
from services.orchestrator.domain.decision import Decision
from services.orchestrator.domain.outcomes import NOTHING, Failure, Result, Revision, Usage
from services.orchestrator.domain.workflow import Task, TaskState, Workflow

MADE_NOTHING = (TaskState.PENDING, TaskState.FAILED, TaskState.SKIPPED, TaskState.CANCELLED)
"""States of tasks that a round leaves as they are, although they rest on something that is made again."""


def send_back(d: Decision, task: str) -> None:
    """Puts on record what becomes of the wish of a task that has just succeeded to have others made again."""
    done = d.workflow.tasks[task]
    wishes = done.result.revisions if done.result else ()
    if not wishes or d.workflow.cancellation:
        return
    named = tuple(wish for wish in wishes if _may_send_back(d.workflow, task, wish.task))
    waiting = _waiting(d.workflow, {wish.task for wish in named})
    reason = _refusal(d.workflow, named, waiting, d.now)
    if reason:
        d.happen(ev.RevisionDeclined(at=d.now, task=task, attempt=done.attempt, reason=reason))
    else:
        d.happen(
            ev.RevisionRequested(at=d.now, task=task, attempt=done.attempt, revisions=named, waiting=waiting),
        )


def give_up(d: Decision, task: str, failure: Failure, usage: Usage) -> None:
    """A task cannot be done: it fails, or what it made before it was sent back stands."""
    attempt = d.workflow.tasks[task].attempt
    if d.workflow.tasks[task].earlier is None:
        d.happen(ev.TaskFailed(at=d.now, task=task, attempt=attempt, failure=failure, usage=usage))
    else:
        reason = f"It could not be made again: {failure.message}"
        d.happen(ev.TaskKept(at=d.now, task=task, attempt=attempt, reason=reason, failure=failure, usage=usage))


def stands(workflow: Workflow, task: str) -> bool:
    """Whether a task that waited keeps its result: it was not sent back itself, and nothing it reads has changed."""
    if workflow.tasks[task].earlier is None or task in workflow.revised:
        return False
    return not any(_changed(workflow.tasks[name]) for name in upstream(workflow, task))


def upstream(workflow: Workflow, task: str) -> set[str]:
    """Everything a task depends on, directly or not."""
    found: set[str] = set()
    ahead = list(workflow.tasks[task].spec.depends_on)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead.extend(workflow.tasks[name].spec.depends_on)
    return found


def _may_send_back(workflow: Workflow, task: str, named: str) -> bool:
    return named in upstream(workflow, task) and workflow.tasks[named].state is TaskState.SUCCEEDED


def _waiting(workflow: Workflow, named: set[str]) -> tuple[str, ...]:
    """What rests on these tasks, directly or not, and has begun; each after what it depends on."""
    resting: set[str] = set()
    for id_, task in workflow.tasks.items():
        if id_ not in named and (named | resting).intersection(task.spec.depends_on):
            resting.add(id_)
    return tuple(id_ for id_, task in workflow.tasks.items() if id_ in resting and task.state not in MADE_NOTHING)


def _refusal(workflow: Workflow, named: tuple[Revision, ...], waiting: Iterable[str], now: datetime) -> str:
    """Why there is no round; empty when there is one."""
    if workflow.revised:
        return "One round of revision was made already"
    if not named:
        return "It names no finished task whose result it has read"
    again = [workflow.tasks[id_] for id_ in dict.fromkeys((*(wish.task for wish in named), *waiting))]
    left = left_usd(workflow)
    if left is not None and _cost(again) > left:
        return f"Making it again would cost about ${_cost(again):.2f}, which is not left of the budget"
    for task in again:
        if task.budget is not None and _cost([task]) > task.budget - task.consumed.priced_usd:
            return f"Making '{task.spec.id}' again would cost more than is left of its budget"
    deadline, took = workflow.submission.deadline, sum(map(_took, again), timedelta())
    if deadline is not None and now + took > deadline:
        return f"Making it again would take about {took.total_seconds():.0f} s, which is not left"
    return ""


def _cost(tasks: Iterable[Task]) -> float:
    """What the results of these tasks cost, in US dollars, as far as prices are known."""
    return sum((task.result.usage for task in tasks if task.result), NOTHING).priced_usd


def _took(task: Task) -> timedelta:
    return task.ended - task.started if task.started and task.ended else timedelta()


def _changed(task: Task) -> bool:
    """Whether a task has made something else than before the round."""
    return task.earlier is not None and _contents(task.result) != _contents(task.earlier)


def _contents(result: Result | None) -> set[tuple[str, str]]:
    return {(artifact.name, artifact.sha256) for artifact in result.artifacts} if result else set()
