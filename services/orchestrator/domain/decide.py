"""What a command makes happen: `decide(workflow, command, now) -> Decision`.

A decision folds its own events as it goes, so the consequences of one event (a task becomes ready,
a dependent is skipped, the workflow ends) are drawn from the state right after it. The commands stand in
`decide_people`, `decide_gates`, `decide_attempts`, `decide_talk` and `decide_late`; `consequences` draws what follows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import events as ev
from services.orchestrator.domain.consequences import settle
from services.orchestrator.domain.decide_attempts import ON_ATTEMPTS
from services.orchestrator.domain.decide_gates import ON_GATES
from services.orchestrator.domain.decide_late import ON_LATE
from services.orchestrator.domain.decide_people import ON_PEOPLE
from services.orchestrator.domain.decide_talk import ON_TALK
from services.orchestrator.domain.decision import Decision
from services.orchestrator.domain.evolve import evolve
from services.orchestrator.domain.workflow import Submission, Workflow

_ON: dict[type, Callable[[Decision, Any], None]] = {**ON_PEOPLE, **ON_GATES, **ON_ATTEMPTS, **ON_TALK, **ON_LATE}


def submit(submission: Submission) -> Decision:
    """A workflow begins."""
    event = ev.WorkflowSubmitted(at=submission.created, submission=submission)
    decision = Decision(evolve(None, event), submission.created)
    decision.events.append(event)
    return decision


def decide(workflow: Workflow, command: cmd.Command, now: datetime) -> Decision:
    """What happens because of the command, consequences included.

    Raises:
        FailedPrecondition: the workflow's state forbids what a person wants.
        NotFound: the command names a task that the workflow does not have.
    """
    decision = Decision(workflow, now)
    _ON[type(command)](decision, command)
    if decision.events:
        settle(decision)
    return decision
