"""The nouns: a workflow, its plan, its tasks, and what they cost and made.

A workflow is one value. It changes only by `evolve`, and it is stored whole, so what stands here
is also the stored format: fields are added with defaults, never renamed; `schema` tells which
generation wrote it, and the codec reads older ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter

import msgspec

from chassis.errors import FieldViolation, InvalidArgument

SCHEMA = 2
"""The generation that is written. 2: retry budgets, checks on running attempts, fallbacks."""
DEFAULT_RETRY_BUDGET = 30
MAX_TASKS = 100


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of everything that is stored: frozen, keyword-only, defaults left out."""


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


class FailureClass(StrEnum):
    """The classes of failure; `retry.py` holds the treatment of each."""

    RETRYABLE = "retryable"
    RATE_LIMITED = "rate_limited"
    INVALID_OUTPUT = "invalid_output"
    PERMANENT = "permanent"
    LOST = "lost"
    DEADLINE = "deadline"


class GateKind(StrEnum):
    """What waits behind a gate."""

    PLAN = "plan"
    BEFORE_TASK = "before_task"
    RESULT = "result"
    BUDGET = "budget"


class Risk(StrEnum):
    """How much harm a wrong yes can do."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


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


class Usage(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What model calls consumed; adds up."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    calls: int = 0
    cost_usd: float | None = 0.0
    """None as soon as one part has no known price."""

    def __add__(self, other: Usage) -> Usage:
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            calls=self.calls + other.calls,
            cost_usd=(self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
        )


NOTHING = Usage()


class Failure(Value, frozen=True, kw_only=True, omit_defaults=True):
    """Why an attempt, a task or a workflow failed."""

    failure_class: FailureClass
    message: str
    reason: str
    """Stable name of the cause, such as `MODEL_REFUSED`."""


class Artifact(Value, frozen=True, kw_only=True, omit_defaults=True):
    """Something an agent made, by the hash of its content."""

    name: str
    """File name, unique within the task."""
    media_type: str
    sha256: str
    size: int
    title: str = ""


class Gate(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A place where work stops until there is a decision."""

    kind: GateKind
    risk: Risk = Risk.MEDIUM
    human_only: bool = False
    question: str = ""


class Fallback(Value, frozen=True, kw_only=True, omit_defaults=True):
    """Who does a task when those it was meant for could not."""

    agent_type: str = ""
    """Empty: the same."""
    capability: str = ""
    model: str = ""
    """A model id or `small`, in place of the agent's main model; empty: the agent's own."""


class TaskSpec(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What one task is to do."""

    id: str
    title: str
    agent_type: str
    capability: str = ""
    instructions: str = ""
    depends_on: tuple[str, ...] = ()
    optional: bool = False
    gates: tuple[Gate, ...] = ()
    timeout: timedelta | None = None
    """Longest time of one attempt; None leaves it to the orchestrator."""
    max_attempts: int = 0
    """0 leaves it to the orchestrator."""
    priority: int = 0
    estimated_duration: timedelta | None = None
    estimated_cost_usd: float = 0.0
    fallback: Fallback | None = None
    """Who does it once its attempts are used up, or one has failed for good."""

    def gate(self, kind: GateKind) -> Gate | None:
        """The task's gate of this kind, if it has one."""
        return next((gate for gate in self.gates if gate.kind is kind), None)


class Plan(Value, frozen=True, kw_only=True, omit_defaults=True):
    """The tasks of a workflow, each after what it depends on."""

    template: str
    """`templates/{template}@{version}`."""
    reason: str
    tasks: tuple[TaskSpec, ...]
    gate: Gate | None = None
    retry_budget: int | None = None
    """Failed attempts over all tasks that are tried again; None leaves it to the orchestrator."""

    @property
    def estimated_cost_usd(self) -> float:
        """The sum over all tasks, in US dollars."""
        return sum(task.estimated_cost_usd for task in self.tasks)

    def critical_path(self) -> tuple[timedelta, tuple[str, ...]]:
        """How long the plan takes at least, and the tasks that make it so, first to last."""
        longest: dict[str, tuple[timedelta, tuple[str, ...]]] = {}
        for task in self.tasks:
            before = max((longest[d] for d in task.depends_on), default=(timedelta(), ()))
            longest[task.id] = (before[0] + (task.estimated_duration or timedelta()), (*before[1], task.id))
        return max(longest.values(), default=(timedelta(), ()))


class Result(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What an attempt made."""

    artifacts: tuple[Artifact, ...]
    summary: str = ""
    confidence: float = 0.0
    usage: Usage = NOTHING
    simulated: bool = False
    models: tuple[str, ...] = ()

    @property
    def output(self) -> Artifact | None:
        """The typed output, `result.json`."""
        return next((a for a in self.artifacts if a.name == "result.json"), None)


class Receipt(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What cancelling did to one attempt."""

    stopped: datetime | None
    usage: Usage
    confirmed: bool


class Question(Value, frozen=True, kw_only=True, omit_defaults=True):
    """Who works on the answer to a question."""

    instance: str
    endpoint: str


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
    result: Result | None = None
    failure: Failure | None = None
    feedback: tuple[str, ...] = ()
    approval: str = ""
    """The approval it waits for, `approvals/{approval}`."""
    passed_gate: bool = False
    """Whether its gate before the start was passed."""
    resets: int = 0
    """How often it began afresh; a gate that is reached again is a question of its own."""
    receipt: Receipt | None = None
    asks: dict[str, Question] = {}
    """Questions of the running attempt to other agents that are not answered yet, by their id."""

    @property
    def running(self) -> bool:
        """Whether an agent has it in hand."""
        return self.state is TaskState.RUNNING

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


class Submission(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What a caller asked for; never changes."""

    id: str
    tenant: str
    request: str
    submitted_by: str
    created: datetime
    template: str = ""
    """`templates/{template}` or `templates/{template}@{version}`; empty lets the planner choose."""
    autopilot: Autopilot = Autopilot.ASSISTED
    priority: int = 0
    labels: dict[str, str] = {}
    budget_usd: float | None = None
    retry_budget: int | None = None
    """Failed attempts over all tasks that are tried again; None leaves it to the template."""
    deadline: datetime | None = None
    traceparent: str = ""


class Workflow(Value, frozen=True, kw_only=True, omit_defaults=True):
    """One cooking of a recipe."""

    submission: Submission
    schema: int = 1
    """The generation that wrote it; the first did not write it down."""
    sequence: int = 0
    """Number of the newest event; the cursor of the run log."""
    title: str = ""
    plan: Plan | None = None
    tasks: dict[str, Task] = {}
    """By id, each after what it depends on."""
    retry_budget: int = DEFAULT_RETRY_BUDGET
    """Failed attempts over all tasks that are tried again, as decided when it was planned."""
    retries: int = 0
    """How many of them were, since a person last had something begin afresh."""
    plan_approval: str = ""
    plan_approved: bool = False
    budget_approval: str = ""
    unwanted_approvals: tuple[str, ...] = ()
    """Questions nobody has to answer any more, until they are taken back."""
    budget_raises: int = 0
    """How often people raised the budget; each time by the amount first given."""
    reopenings: int = 0
    """How often it went on after it had ended."""
    paused: bool = False
    state_reason: str = ""
    cancellation: Cancellation | None = None
    end: WorkflowState | None = None
    failure: Failure | None = None
    ended: datetime | None = None

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

    @property
    def pending_approvals(self) -> tuple[str, ...]:
        """Names of the approvals it waits for."""
        names = [self.plan_approval, self.budget_approval, *(task.approval for task in self.tasks.values())]
        return tuple(name for name in names if name)

    @property
    def usage(self) -> Usage:
        """What all attempts consumed, running ones as far as they said."""
        return sum((task.usage + task.spent for task in self.tasks.values()), NOTHING)

    @property
    def waste(self) -> Usage:
        """What attempts consumed that made no result that counts."""
        return sum((task.waste for task in self.tasks.values()), NOTHING)

    @property
    def budget(self) -> float | None:
        """The most it may cost now, in US dollars."""
        first = self.submission.budget_usd
        return None if first is None else first * (1 + self.budget_raises)

    @property
    def over_budget(self) -> bool:
        """Whether the budget is used up. An unknown price counts as nothing spent."""
        return self.budget is not None and (self.usage.cost_usd or 0.0) >= self.budget


def digest(value: msgspec.Struct) -> str:
    """SHA-256 of a value's canonical JSON, lower-case hexadecimal: what an approval decides on."""
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()


def ordered(tasks: Iterable[TaskSpec]) -> tuple[TaskSpec, ...]:
    """Sorts tasks so that each comes after what it depends on.

    Raises:
        InvalidArgument: no task, too many, an id twice, an unknown dependency, or a cycle, which is named.
    """
    specs = list(tasks)
    by_id = {spec.id: spec for spec in specs}
    violations: list[FieldViolation] = []
    if not specs or len(specs) > MAX_TASKS:
        violations.append(FieldViolation("tasks", f"must hold 1 to {MAX_TASKS} tasks; it holds {len(specs)}"))
    if len(by_id) < len(specs):
        doubled = sorted({spec.id for spec in specs if sum(other.id == spec.id for other in specs) > 1})
        violations.append(FieldViolation("tasks", f"ids must be unique; doubled: {', '.join(doubled)}"))
    for spec in specs:
        violations.extend(
            FieldViolation(f"tasks[{spec.id}].depends_on", f"no task has the id '{missing}'")
            for missing in sorted(set(spec.depends_on) - by_id.keys())
        )
    if not violations:
        try:
            order = TopologicalSorter({spec.id: spec.depends_on for spec in specs}).static_order()
            return tuple(by_id[id_] for id_ in order)
        except CycleError as error:
            cycle = " -> ".join(reversed(error.args[1]))
            violations.append(FieldViolation("tasks", f"must not depend on themselves: {cycle}"))
    raise InvalidArgument(violations=violations)
