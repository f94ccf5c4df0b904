"""The nouns: a workflow and its tasks; those of its plan and of what attempts came to stand beside.

A workflow is one value. It changes only by `evolve`, and it is stored whole, so what stands here
is also the stored format: fields are added with defaults, never renamed; `schema` tells which
generation wrote it, and the codec reads older ones.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from msgspec.structs import replace

from services.orchestrator.domain.booking import Entry
from services.orchestrator.domain.outcomes import NOTHING, Failure, Result, Usage
from services.orchestrator.domain.plan import BudgetMatter, GateKind, Plan, TaskSpec
from services.orchestrator.domain.value import Value

SCHEMA = 3
"""The generation that is written. 2: retry budgets, checks on running attempts, fallbacks. 3: books per attempt."""
DEFAULT_RETRY_BUDGET = 30


class WorkflowState(StrEnum):
    """Where a workflow stands; the meaning of each is in the contract."""

    PLANNING = "planning"
    AWAITING_APPROVAL = "awaiting_approval"
    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing happens any more."""
        return self in _ENDED_WORKFLOW


_ENDED_WORKFLOW = frozenset({WorkflowState.SUCCEEDED, WorkflowState.FAILED, WorkflowState.CANCELLED})


class TaskState(StrEnum):
    """Where a task stands; the meaning of each is in the contract."""

    PENDING = "pending"
    READY = "ready"
    AWAITING_APPROVAL = "awaiting_approval"
    RUNNING = "running"
    AWAITING_REVIEW = "awaiting_review"
    RETRY_WAIT = "retry_wait"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether the task is over, well or not."""
        return self in _ENDED_TASK


_ENDED_TASK = frozenset({TaskState.SUCCEEDED, TaskState.FAILED, TaskState.SKIPPED, TaskState.CANCELLED})


class Autopilot(StrEnum):
    """How much goes on without a person."""

    MANUAL = "manual"
    ASSISTED = "assisted"
    FULL = "full"


class Outcome(StrEnum):
    """How an approval ended."""

    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


class Question(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A question of a task to another kind of agent, and who works on the answer."""

    instance: str
    endpoint: str
    attempt: int = 1
    """Which try at an answer; what failed is not asked for again under the same number."""
    answered: bool = False
    """Whether there is an answer, stored by the agent that gave it: the same question gets it again."""


class Task(Value, frozen=True, kw_only=True, omit_defaults=True):
    """One piece of work and how it stands."""

    spec: TaskSpec
    state: TaskState = TaskState.PENDING
    attempt: int = 0
    """The newest attempt, from 1; rises for ever, also over resets, so that no two attempts share a number."""
    failures: int = 0
    """Attempts that failed since the task last began afresh; `max_attempts` bounds it."""
    losses: int = 0
    """Attempts whose agent went away since the task last began afresh; bounded on its own."""
    fell_back_after: int = 0
    """The attempt after which it went to its fallback; 0 when it did not. Failures and losses are counted anew then."""
    instance: str = ""
    endpoint: str = ""
    ready: datetime | None = None
    """Since when it waits for an agent."""
    started: datetime | None = None
    ended: datetime | None = None
    deadline: datetime | None = None
    """When the newest attempt ends at the latest."""
    patience: timedelta | None = None
    """How long it may work before somebody looks whether it still lives; None: until its deadline."""
    check_at: datetime | None = None
    """When that is next; the deadline itself when it comes first."""
    retry_at: datetime | None = None
    progress: float = 0.0
    progress_message: str = ""
    spent: Usage = NOTHING
    """What the running attempt consumed so far, as far as it said."""
    usage: Usage = NOTHING
    """What all ended attempts consumed."""
    waste: Usage = NOTHING
    """The part of `usage` that made no result that counts."""
    booked: dict[str, Entry] = msgspec.field(default_factory=dict)
    """What of `usage` is whose: by attempt, and by answer to its questions; see `booking`."""
    result: Result | None = None
    earlier: Result | None = None
    """What it made before a review sent it back, or something it rests on; stands when it is not made again."""
    failure: Failure | None = None
    feedback: tuple[str, ...] = ()
    approval: str = ""
    """The approval it waits for, `approvals/{approval}`."""
    passed_gate: bool = False
    """Whether its gate before the start was passed."""
    budget_raises: int = 0
    """How many times the amount first given people added to its budget."""
    edits_refused: int = 0
    """Edits of its results by people that could not be taken."""
    edit_problems: tuple[str, ...] = ()
    """What was wrong with the newest of them; empty once its result was decided about."""
    resets: int = 0
    """How often it began afresh; a gate that is reached again is a question of its own."""
    asks: dict[str, Question] = msgspec.field(default_factory=dict)
    """Questions to other agents, by their id; kept over attempts, so that none is paid twice."""
    said: int = 0
    """Number of the newest message of the running attempt; what comes again is dropped."""

    @property
    def running(self) -> bool:
        """Whether an agent has it in hand."""
        return self.state is TaskState.RUNNING

    @property
    def ready_to_start(self) -> bool:
        """Whether it is ready and past its gate before the start."""
        gated = self.spec.gate(GateKind.BEFORE_TASK) is not None
        return self.state is TaskState.READY and (self.passed_gate or not gated)

    @property
    def budget(self) -> float | None:
        """The most all its attempts together may cost now, in US dollars."""
        first = self.spec.budget_usd
        return None if first is None else first * (1 + self.budget_raises)

    @property
    def consumed(self) -> Usage:
        """What all attempts consumed, a running one as far as it said."""
        return self.usage + self.spent

    @property
    def agent_type(self) -> str:
        """The kind of agent that does it now."""
        return self.agent_type_of(self.fell_back_after + 1)

    def agent_type_of(self, attempt: int) -> str:
        """The kind of agent that an attempt since the last reset was for."""
        fallback = self.spec.fallback
        fell_back = fallback is not None and 0 < self.fell_back_after < attempt
        return (fallback.agent_type if fallback and fell_back else "") or self.spec.agent_type

    @property
    def capability(self) -> str:
        """The capability that is asked for now."""
        fallback = self.spec.fallback
        if fallback is None or not self.fell_back_after:
            return self.spec.capability
        return fallback.capability if fallback.agent_type or fallback.capability else self.spec.capability

    @property
    def model(self) -> str:
        """The model that answers in place of the agent's own; empty for the agent's own."""
        return self.spec.fallback.model if self.spec.fallback and self.fell_back_after else ""


class Cancellation(Value, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody wants the workflow to end."""

    by: str
    reason: str
    at: datetime


class Hold(Value, frozen=True, kw_only=True, omit_defaults=True):
    """The tenant's budget for the day is used up: no attempt begins."""

    until: datetime
    """Midnight UTC."""
    budget_usd: float
    spent_usd: float
    """What the tenant had spent that day, as far as prices are known."""


class Submission(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What a caller asked for; never changes."""

    id: str
    tenant: str
    request: str
    submitted_by: str
    created: datetime
    template: str = ""
    """`templates/{template}` or `templates/{template}@{version}`; empty lets the planner choose."""
    thinking: bool | None = None
    """Whether a model drafts the plan when no template is named; None leaves it to the orchestrator."""
    autopilot: Autopilot = Autopilot.ASSISTED
    priority: int = 0
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    budget_usd: float | None = None
    metered: bool = False
    """Whether its tenant has a budget per day: then prices matter, also without a budget of its own."""
    retry_budget: int | None = None
    """Failed attempts over all tasks that are tried again; None leaves it to the template."""
    deadline: datetime | None = None
    traceparent: str = ""


class Planning(Value, frozen=True, kw_only=True, omit_defaults=True):
    """How the thinking about the plan goes; kept so that who takes over goes on where it stood."""

    refused: int = 0
    """Drafts of the plan in the making that did not pass the checks."""
    problems: tuple[str, ...] = ()
    """What was wrong with the newest of them."""
    usage: Usage = NOTHING
    """What the model consumed for all drafts."""
    waste: Usage = NOTHING
    """The part of it that made no plan."""
    feedback: tuple[str, ...] = ()
    """What people said who sent a plan back, oldest first."""
    before: Plan | None = None
    """The plan that was sent back, while another is made."""
    failed: str = ""
    """The task that failed, while what depends on it is planned anew; empty otherwise."""
    replanned: bool = False
    """Whether that was done; once per workflow."""
    edits_refused: int = 0
    """Edits of the plan by people that could not be taken."""
    edit_problems: tuple[str, ...] = ()
    """What was wrong with the newest of them; empty once the plan was decided about."""
    held: tuple[str, ...] = ()
    """Tasks of a changed plan that wait until people approve the change; the others go on."""


class Workflow(Value, frozen=True, kw_only=True, omit_defaults=True):
    """One cooking of a recipe."""

    submission: Submission
    schema: int = 1
    """The generation that wrote it; the first did not write it down."""
    sequence: int = 0
    """Number of the newest event; the cursor of the run log."""
    title: str = ""
    plan: Plan | None = None
    planning: Planning = Planning()
    tasks: dict[str, Task] = msgspec.field(default_factory=dict)
    """By id, each after what it depends on."""
    revised: tuple[str, ...] = ()
    """Tasks whose results a review sent back; once per workflow, so nothing more is once there is one."""
    retry_budget: int = DEFAULT_RETRY_BUDGET
    """Failed attempts over all tasks that are tried again, as decided when it was planned."""
    retries: int = 0
    """How many of them were, since a person last had something begin afresh."""
    plan_approval: str = ""
    plan_approved: bool = False
    budget_approval: str = ""
    budget_matter: BudgetMatter = BudgetMatter.SPENT
    """What that approval asks."""
    unpriced_accepted: bool = False
    """Whether people agreed that models without a known price go on, uncounted."""
    unwanted_approvals: tuple[str, ...] = ()
    """Questions nobody has to answer any more, until they are taken back."""
    budget_raises: int = 0
    """How many times the amount first given people added to the budget."""
    hold: Hold | None = None
    """Set while no attempt begins because the tenant's budget for the day is used up."""
    spending_day: str = ""
    """The newest day (UTC) on which it spent anything, such as `2026-11-27`."""
    spent_before_usd: float = 0.0
    """What it had spent before that day, as far as prices are known."""
    reopenings: int = 0
    """How often it went on after it had ended."""
    paused: bool = False
    state_reason: str = ""
    cancellation: Cancellation | None = None
    end: WorkflowState | None = None
    failure: Failure | None = None
    ended: datetime | None = None

    def with_task(self, id_: str, **changes: Any) -> Workflow:
        """The workflow with one of its tasks changed."""
        task = replace(self.tasks[id_], **changes)
        return replace(self, tasks={**self.tasks, id_: task})

    @property
    def id(self) -> str:
        """The last part of its name."""
        return self.submission.id

    @property
    def state(self) -> WorkflowState:
        """Where it stands, derived from everything else."""
        if self.end is not None:
            return self.end
        if self.paused:
            return WorkflowState.PAUSED
        if self.plan is None:
            return WorkflowState.PLANNING
        return WorkflowState.AWAITING_APPROVAL if self._only_people_can_go_on() else WorkflowState.RUNNING

    def _only_people_can_go_on(self) -> bool:
        if self.plan_approval or self.budget_approval:
            return not any(task.running for task in self.tasks.values())
        moving = (TaskState.READY, TaskState.RUNNING, TaskState.RETRY_WAIT)
        return bool(self.pending_approvals) and not any(task.state in moving for task in self.tasks.values())

    def released(self, task: str) -> bool:
        """Whether the plan's gate stands no longer in the way of a task."""
        return self.plan_approved or (bool(self.planning.held) and task not in self.planning.held)

    @property
    def tasks_to_approve(self) -> tuple[str, ...]:
        """The tasks that wait for the approval of the plan; empty when no plan waits."""
        return tuple(id_ for id_ in self.tasks if not self.released(id_)) if self.plan_approval else ()

    @property
    def pending_approvals(self) -> tuple[str, ...]:
        """Names of the approvals it waits for."""
        names = [self.plan_approval, self.budget_approval, *(task.approval for task in self.tasks.values())]
        return tuple(name for name in names if name)

    @property
    def usage(self) -> Usage:
        """What planning and all attempts consumed, running ones as far as they said."""
        return sum((task.consumed for task in self.tasks.values()), self.planning.usage)

    @property
    def waste(self) -> Usage:
        """What drafts and attempts consumed that made no plan and no result that counts."""
        return sum((task.waste for task in self.tasks.values()), self.planning.waste)

    @property
    def budget(self) -> float | None:
        """The most it may cost now, in US dollars."""
        first = self.submission.budget_usd
        return None if first is None else first * (1 + self.budget_raises)
