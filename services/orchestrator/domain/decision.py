"""A decision in the making: its events, and the workflow after them."""

from __future__ import annotations

from datetime import datetime

from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import events as ev
from services.orchestrator.domain.evolve import evolve
from services.orchestrator.domain.outcomes import Failure
from services.orchestrator.domain.workflow import Task, TaskState, Workflow, WorkflowState


class Decision:
    """The events of a command, and the workflow after them."""

    __slots__ = ("events", "now", "workflow")

    def __init__(self, workflow: Workflow, now: datetime) -> None:
        self.workflow = workflow
        self.now = now
        self.events: list[ev.Event] = []

    def happen(self, event: ev.Event) -> None:
        """Adds an event and draws what is true after it."""
        self.events.append(event)
        self.workflow = evolve(self.workflow, event)


def current(d: Decision, report: cmd.Report) -> Task | None:
    """The task, when the report is about the attempt that runs; a late report changes nothing."""
    task = d.workflow.tasks.get(report.task)
    return task if task is not None and task.running and task.attempt == report.attempt else None


def end(d: Decision, state: WorkflowState, failure: Failure | None) -> None:
    usage, waste = d.workflow.usage, d.workflow.waste
    d.happen(ev.WorkflowEnded(at=d.now, state=state, failure=failure, usage=usage, waste=waste))


def without_result(task: Task) -> bool:
    return task.state.ended and task.state is not TaskState.SUCCEEDED and not task.spec.optional
