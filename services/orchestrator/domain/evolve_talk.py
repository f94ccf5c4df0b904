"""What agents say to each other and hand on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from services.orchestrator.domain import events as ev
from services.orchestrator.domain.booking import answering_task, book, gave_up, key_of, opened
from services.orchestrator.domain.workflow import Question, Task, Workflow


def _messaged(workflow: Workflow, event: ev.AgentMessaged) -> Workflow:
    return workflow.with_task(event.task, said=event.number) if event.number else workflow


def _asked(workflow: Workflow, event: ev.AgentAsked) -> Workflow:
    question = Question(instance=event.instance, endpoint=event.endpoint, attempt=event.answer_attempt)
    task = workflow.tasks[event.task]
    key = key_of(event.answer_attempt, answering_task(event.task, event.ask_id))
    # One that had no room passed it on: the same try at another instance, and nothing is consumed yet.
    booked = task.booked if key in task.booked or not event.instance else opened(task, key, event.instance)
    return workflow.with_task(event.task, asks={**task.asks, event.ask_id: question}, booked=booked)


def _answered(workflow: Workflow, event: ev.AgentAnswered) -> Workflow:
    task = workflow.tasks[event.task]
    question = task.asks.get(event.ask_id, Question(instance="", endpoint=""))
    key = key_of(question.attempt, answering_task(event.task, event.ask_id))
    books = book(task, key, event.usage, wasted=event.failure is not None, over=not gave_up(event.failure))
    after = (
        Question(instance="", endpoint="", attempt=question.attempt + 1)
        if event.failure
        else replace(question, answered=True)
    )
    return workflow.with_task(event.task, asks={**task.asks, event.ask_id: after}, **books)


def _handed_off(workflow: Workflow, event: ev.TaskHandedOff) -> Workflow:
    tasks: dict[str, Task] = {}
    for id_, task in workflow.tasks.items():
        waits = (*task.spec.depends_on, event.spec.id) if id_ in event.waiting else task.spec.depends_on
        tasks[id_] = replace(task, spec=replace(task.spec, depends_on=waits))
        if id_ == event.task:  # tasks stand after what they depend on
            tasks[event.spec.id] = Task(spec=event.spec)
    return replace(workflow, tasks=tasks)


ON_TALK: dict[type, Callable[[Workflow, Any], Workflow]] = {
    ev.AgentMessaged: _messaged,
    ev.AgentAsked: _asked,
    ev.AgentAnswered: _answered,
    ev.TaskHandedOff: _handed_off,
}
"""By event: what is remembered of messages, questions and hand-offs."""
