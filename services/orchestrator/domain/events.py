"""What happened: the run log's entries, as they are stored.

Each event carries when it happened; a task's event also carries the task and the attempt. Events
are facts: `evolve` never refuses one. Their meaning is in heyjarvis/orchestrator/v1/event.proto.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from services.orchestrator.domain.outcomes import NOTHING, Failure, LastWord, Receipt, Result, Revision, Usage
from services.orchestrator.domain.plan import BudgetMatter, Fallback, GateKind, Plan, TaskSpec
from services.orchestrator.domain.selection import Contender
from services.orchestrator.domain.workflow import DEFAULT_RETRY_BUDGET, Hold, Outcome, Submission, WorkflowState


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag=str):
    """Base of all events."""

    at: datetime


class TaskFact(Fact, frozen=True, kw_only=True):
    """Base of the events of one task."""

    task: str
    attempt: int = 0


class WorkflowSubmitted(Fact, frozen=True, kw_only=True):
    submission: Submission


class PlanDrafted(Fact, frozen=True, kw_only=True):
    usage: Usage
    problems: tuple[str, ...] = ()
    model: str = ""
    simulated: bool = False


class WorkflowPlanned(Fact, frozen=True, kw_only=True):
    plan: Plan
    title: str
    retry_budget: int = DEFAULT_RETRY_BUDGET


class ReplanRequested(Fact, frozen=True, kw_only=True):
    by: str = ""
    feedback: str = ""
    failed: str = ""
    """The task that failed; empty when the plan was sent back."""


class ReplanDeclined(Fact, frozen=True, kw_only=True):
    reason: str


class WorkflowReplanned(Fact, frozen=True, kw_only=True):
    plan: Plan
    failed: str
    affected: tuple[str, ...] = ()
    """Tasks that had not begun; those that the plan names no more are not run."""
    held: tuple[str, ...] = ()
    """New parts that wait until people approve the change."""


class PlanEdited(Fact, frozen=True, kw_only=True):
    plan: Plan
    by: str
    held: tuple[str, ...] = ()
    """The part that waited, when it was not the whole plan."""


class PlanEditRefused(Fact, frozen=True, kw_only=True):
    approval: str
    by: str
    problems: tuple[str, ...]


class WorkflowPaused(Fact, frozen=True, kw_only=True):
    by: str
    reason: str = ""


class WorkflowResumed(Fact, frozen=True, kw_only=True):
    by: str


class WorkflowHeld(Fact, frozen=True, kw_only=True):
    hold: Hold


class WorkflowReleased(Fact, frozen=True, kw_only=True):
    pass


class CancelRequested(Fact, frozen=True, kw_only=True):
    by: str
    reason: str = ""


class WorkflowEnded(Fact, frozen=True, kw_only=True):
    state: WorkflowState
    usage: Usage
    waste: Usage
    failure: Failure | None = None


class ApprovalRequested(Fact, frozen=True, kw_only=True):
    approval: str
    gate: GateKind
    title: str
    task: str = ""
    attempt: int = 0
    matter: BudgetMatter = BudgetMatter.SPENT


class ApprovalDecided(Fact, frozen=True, kw_only=True):
    approval: str
    gate: GateKind
    outcome: Outcome
    by: str
    feedback: str = ""
    task: str = ""
    attempt: int = 0
    matter: BudgetMatter = BudgetMatter.SPENT


class ApprovalWithdrawn(Fact, frozen=True, kw_only=True):
    approval: str


class TaskReadied(TaskFact, frozen=True, kw_only=True):
    pass


class TaskStarted(TaskFact, frozen=True, kw_only=True):
    instance: str
    endpoint: str
    reason: str
    deadline: datetime
    patience: timedelta | None = None
    check_at: datetime | None = None
    timeout_reason: str = ""
    contenders: tuple[Contender, ...] = ()


class TaskRefused(TaskFact, frozen=True, kw_only=True):
    instance: str
    reason: str


class TaskProgressed(TaskFact, frozen=True, kw_only=True):
    fraction: float
    message: str
    usage: Usage
    check_at: datetime | None = None
    """Set when the orchestrator itself looked and found the attempt alive."""


class TaskTextStreamed(TaskFact, frozen=True, kw_only=True):
    text: str


class AgentMessaged(TaskFact, frozen=True, kw_only=True):
    pattern: str
    topic: str
    body: str
    number: int = 0


class AgentAsked(TaskFact, frozen=True, kw_only=True):
    ask_id: str
    agent_type: str
    instructions: str
    instance: str
    endpoint: str = ""
    asked_by: tuple[str, ...] = ()
    answer_attempt: int = 1


class AgentAnswered(TaskFact, frozen=True, kw_only=True):
    ask_id: str
    summary: str
    usage: Usage
    failure: Failure | None = None


class TaskDelivered(TaskFact, frozen=True, kw_only=True):
    result: Result


class TaskSucceeded(TaskFact, frozen=True, kw_only=True):
    result: Result | None = None
    """None when it was delivered before and has now been approved."""


class TaskRetryScheduled(TaskFact, frozen=True, kw_only=True):
    failure: Failure
    retry_at: datetime
    usage: Usage
    fallback: Fallback | None = None
    """Set when it goes to the task's fallback."""


class TaskFailed(TaskFact, frozen=True, kw_only=True):
    failure: Failure
    usage: Usage


class TaskSkipped(TaskFact, frozen=True, kw_only=True):
    reason: str


class TaskCancelled(TaskFact, frozen=True, kw_only=True):
    receipt: Receipt


class AttemptCameBack(TaskFact, frozen=True, kw_only=True):
    """An attempt that was over on record was heard of again: what it made is refused, what it consumed is booked."""

    heard: LastWord
    instance: str
    newest: int
    """The task's newest attempt by then."""
    reported: Usage
    """What it says it consumed in all."""
    usage: Usage
    """What of that was not booked yet."""
    answers: str = ""
    """Of an answer to a question of this attempt: what the answering agent calls it."""
    stopped: datetime | None = None
    after: Usage | None = None


class TaskReset(TaskFact, frozen=True, kw_only=True):
    by: str
    feedback: str = ""


class RevisionRequested(TaskFact, frozen=True, kw_only=True):
    """`task` has read results and sends some of them back."""

    revisions: tuple[Revision, ...]
    waiting: tuple[str, ...] = ()
    """What rests on them and has begun: it runs again when something it reads has changed."""


class RevisionDeclined(TaskFact, frozen=True, kw_only=True):
    reason: str


class ResultEditRefused(TaskFact, frozen=True, kw_only=True):
    approval: str
    by: str
    problems: tuple[str, ...]


class TaskKept(TaskFact, frozen=True, kw_only=True):
    """What the task made before the revision stands."""

    reason: str
    failure: Failure | None = None
    """Why it could not be made again; None when nothing it reads has changed."""
    usage: Usage = NOTHING
    """What the attempt to make it again consumed."""


class TaskHandedOff(TaskFact, frozen=True, kw_only=True):
    spec: TaskSpec
    waiting: tuple[str, ...] = ()
    """The tasks that now wait for it as well."""


Event = (
    WorkflowSubmitted
    | PlanDrafted
    | WorkflowPlanned
    | ReplanRequested
    | ReplanDeclined
    | WorkflowReplanned
    | PlanEdited
    | PlanEditRefused
    | WorkflowPaused
    | WorkflowResumed
    | WorkflowHeld
    | WorkflowReleased
    | CancelRequested
    | WorkflowEnded
    | ApprovalRequested
    | ApprovalDecided
    | ApprovalWithdrawn
    | TaskReadied
    | TaskStarted
    | TaskRefused
    | TaskProgressed
    | TaskTextStreamed
    | AgentMessaged
    | AgentAsked
    | AgentAnswered
    | TaskDelivered
    | TaskSucceeded
    | TaskRetryScheduled
    | TaskFailed
    | TaskSkipped
    | TaskCancelled
    | AttemptCameBack
    | TaskReset
    | TaskHandedOff
    | RevisionRequested
    | RevisionDeclined
    | TaskKept
    | ResultEditRefused
)
