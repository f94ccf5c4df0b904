"""An event as far as counting needs it."""

from dataclasses import dataclass
from enum import StrEnum

from services.analytics.domain.consumption import NOTHING, Consumption


class Kind(StrEnum):
    """What happened. Kinds that count for nothing are OTHER: they only show that the workflow lives."""

    SUBMITTED = "submitted"
    PLAN_DRAFTED = "plan_drafted"
    PLANNED = "planned"
    PAUSED = "paused"
    RESUMED = "resumed"
    HELD = "held"
    RELEASED = "released"
    CANCEL_REQUESTED = "cancel_requested"
    ENDED = "ended"
    APPROVAL_REQUESTED = "approval_requested"
    APPROVAL_DECIDED = "approval_decided"
    APPROVAL_WITHDRAWN = "approval_withdrawn"
    READIED = "readied"
    STARTED = "started"
    REFUSED = "refused"
    PROGRESSED = "progressed"
    ASKED = "asked"
    ANSWERED = "answered"
    DELIVERED = "delivered"
    SUCCEEDED = "succeeded"
    RETRY_SCHEDULED = "retry_scheduled"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    CAME_BACK = "came_back"
    RESET = "reset"
    REVISION_REQUESTED = "revision_requested"
    KEPT = "kept"
    OTHER = "other"


class Outcome(StrEnum):
    """How something ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to a workflow. What a kind does not carry stays at its default."""

    sequence: int
    """Only rises within a workflow, with gaps: not every entry of a run log is published."""
    time: int
    """When, in microseconds since 1970."""
    kind: Kind
    task: str = ""
    agent_type: str = ""
    """The type of the task's agent."""
    template: str = ""
    """`templates/{template}@{version}` of the workflow, once it is planned."""
    usage: Consumption = NOTHING
    """What the attempt, answer or draft consumed; of one that runs, so far."""
    failed: bool = False
    """For ANSWERED: whether there is no answer. For PLAN_DRAFTED: whether the draft was refused."""
    with_result: bool = True
    """For SUCCEEDED: whether it brings the result, or approves one that was delivered before."""
    tasks: tuple[str, ...] = ()
    """For REVISION_REQUESTED: those that are made again, or wait whether they have to be."""
    outcome: Outcome | None = None
    """For ENDED."""
    approval: str = ""
    before_task: bool = False
    """For approvals: whether the gate stands before a task, so that the task waits for people meanwhile."""
    holds: bool = False
    """For approvals: whether no task starts before the decision, as with the plan and the budget."""
    approved: bool = False
    """For APPROVAL_DECIDED."""
    ask_id: str = ""
    asked_type: str = ""
    """For ASKED: the type of the agent that was asked."""
    quiet_until: int = 0
    """Until when silence says nothing: the attempt's deadline, or when it is tried again. 0 when not told."""
