"""What is true after an event: `evolve(workflow, event) -> workflow`.

One small function per kind of event, found by type: they stand in `evolve_people`, `evolve_gates`, `evolve_attempts`,
`evolve_afresh` and `evolve_talk`. The sequence rises by one with every event, so folding the run log rebuilds the state
exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from services.orchestrator.domain import events as ev
from services.orchestrator.domain.evolve_afresh import ON_AFRESH
from services.orchestrator.domain.evolve_attempts import ON_ATTEMPTS
from services.orchestrator.domain.evolve_gates import ON_GATES
from services.orchestrator.domain.evolve_people import ON_PEOPLE
from services.orchestrator.domain.evolve_talk import ON_TALK
from services.orchestrator.domain.spending import turn_page
from services.orchestrator.domain.workflow import SCHEMA, Workflow

_ON: dict[type, Callable[[Workflow, Any], Workflow]] = {
    **ON_PEOPLE,
    **ON_GATES,
    **ON_ATTEMPTS,
    **ON_AFRESH,
    **ON_TALK,
    ev.TaskTextStreamed: lambda workflow, _: workflow,
    ev.RevisionDeclined: lambda workflow, _: workflow,
}
_DROPS_QUESTIONS = (
    ev.WorkflowEnded,
    ev.TaskFailed,
    ev.TaskSkipped,
    ev.TaskCancelled,
    ev.TaskReset,
    ev.TaskKept,
    ev.RevisionRequested,
)
"""Events that may end the wait for a decision without one."""


def evolve(workflow: Workflow | None, event: ev.Event) -> Workflow:
    """Returns the workflow as it is after the event. Only WorkflowSubmitted may meet None."""
    if isinstance(event, ev.WorkflowSubmitted):
        return Workflow(submission=event.submission, schema=SCHEMA, sequence=1)
    if workflow is None:
        raise ValueError(f"a run log begins with WorkflowSubmitted, not {type(event).__name__}")
    after = _ON[type(event)](workflow, event)
    if isinstance(event, _DROPS_QUESTIONS):
        gone = set(workflow.pending_approvals).difference(after.pending_approvals)
        after = replace(after, unwanted_approvals=(*after.unwanted_approvals, *sorted(gone)))
    return replace(turn_page(workflow, after, event), sequence=workflow.sequence + 1)


def replay(events: Iterable[ev.Event]) -> Workflow:
    """Rebuilds a workflow from its whole run log.

    Raises:
        ValueError: the log is empty or does not begin with WorkflowSubmitted.
    """
    workflow: Workflow | None = None
    for event in events:
        workflow = evolve(workflow, event)
    if workflow is None:
        raise ValueError("the run log is empty")
    return workflow
