"""The books: what each attempt consumed, counted once however often, late or out of order it is told.

An attempt's consumption only rises, so what counts is the most that it ever told. Each attempt has an entry with what
is booked of it; a report books what it tells beyond that, and nothing otherwise. An attempt that was given up without
a word of its agent is *astray*: it may still run somewhere, and what it tells when it comes back is booked as waste.
The answers to an attempt's questions have entries of their own, for another agent consumed them.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from services.orchestrator.domain.outcomes import NOTHING, Failure, FailureClass, Usage
from services.orchestrator.domain.value import Value

if TYPE_CHECKING:
    from services.orchestrator.domain.workflow import Task, Workflow

MOST_ENTRIES = 100
"""Entries of a task that are kept. What an attempt tells whose entry is gone is not booked: too little, never twice."""
OVERDUE, ASK_TIMEOUT = "ATTEMPT_OVERDUE", "ASK_TIMEOUT"
"""Reasons of failure of an attempt that went on past its deadline, and of an answer that nobody waits for any more."""


class Entry(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What is booked of one attempt, or of one answer to its questions."""

    instance: str = ""
    """The agent instance that had it in hand."""
    usage: Usage = NOTHING
    over: bool = False
    """Whether its agent said how it ended; until then it may still consume."""
    cancelled: bool = False
    """Whether it ended because it was told to stop."""
    stopped: datetime | None = None
    """When it stopped then; None when its agent could not make it."""
    after: Usage | None = None
    """What of `usage` was consumed after somebody wanted it to stop, at most; None when nobody knows."""


def key_of(attempt: int, answers: str = "") -> str:
    """The key of an entry; `answers` names the attempt of another agent that answers a question, and is that one's."""
    return f"{attempt} {answers}" if answers else str(attempt)


def opened(task: Task, key: str, instance: str) -> dict[str, Entry]:
    """The entries of a task with a new one. Beyond the bound those go first that are over, then the oldest."""
    entries = {**task.booked, key: Entry(instance=instance)}
    while len(entries) > MOST_ENTRIES:
        del entries[next((old for old, entry in entries.items() if entry.over), next(iter(entries)))]
    return entries


def book(task: Task, key: str, usage: Usage, *, wasted: bool, over: bool = True, **told: Any) -> dict[str, Any]:
    """What changes in the task when an attempt, or an answer, has told that it consumed `usage` in all."""
    entry = task.booked.get(key) or Entry(instance=task.instance)
    more = usage.beyond(entry.usage)
    after = {"usage": entry.usage.most(usage), "over": entry.over or over, **told}
    return {
        "booked": {**task.booked, key: replace(entry, **after)},
        "usage": task.usage + more,
        "waste": task.waste + more if wasted else task.waste,
    }


def entry_of(workflow: Workflow, name: str, attempt: int) -> tuple[Task, str] | None:
    """The task, and the key of its entry, of what an agent calls attempt `attempt` of `name`; None if there is none."""
    task = workflow.tasks.get(name)
    if task is not None:
        return (task, key_of(attempt)) if key_of(attempt) in task.booked else None
    key = key_of(attempt, name)
    return next(((task, key) for task in workflow.tasks.values() if key in task.booked), None)


def is_awaited(workflow: Workflow, name: str, attempt: int) -> bool:
    """Whether somebody waits for what an agent calls attempt `attempt` at `name`."""
    task = workflow.tasks.get(name)
    if task is not None:
        return task.running and task.attempt == attempt
    return any(
        question.instance and not question.answered and question.attempt == attempt
        for task in workflow.tasks.values()
        if not task.state.ended
        for ask, question in task.asks.items()
        if answering_task(task.spec.id, ask) == name
    )


def answering_task(task: str, ask_id: str) -> str:
    """The name of the attempt that answers a question: the same each time, and no other question's."""
    unique = hashlib.sha256(f"{task}/{ask_id}".encode()).hexdigest()[:12]
    return f"{task[:40]}-ask-{unique}"


def gave_up(failure: Failure | None) -> bool:
    """Whether an attempt, or an answer, was given up without a word of its agent, so that it may still run."""
    return failure is not None and (
        failure.failure_class is FailureClass.LOST or failure.reason in (OVERDUE, ASK_TIMEOUT)
    )
