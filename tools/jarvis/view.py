"""What a person sees of a workflow: a small value, made from a snapshot and moved on by events.

Pure: no terminal, no clock, no network. `snapshot.py` reads the contract's Workflow; `fold.py` says
what each event changes. Everything that is drawn (live table, plain lines, JSON) is drawn from this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class WorkflowState(StrEnum):
    """Where a workflow stands; the contract's names. `unspecified` is a state this program does not know yet."""

    UNSPECIFIED = "unspecified"
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
        return self in (WorkflowState.SUCCEEDED, WorkflowState.FAILED, WorkflowState.CANCELLED)


class TaskState(StrEnum):
    """Where a task stands; the contract's names. `unspecified` is a state this program does not know yet."""

    UNSPECIFIED = "unspecified"
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
        return self in (TaskState.SUCCEEDED, TaskState.FAILED, TaskState.SKIPPED, TaskState.CANCELLED)


def oldest(*days: str) -> str:
    """The earliest of days that may be empty."""
    return min(filter(None, days), default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What model calls consumed."""

    tokens: int = 0
    """Read and written, cached ones included."""
    calls: int = 0
    cost_usd: float | None = 0.0
    """None when the price of some model is not known."""
    beside_usd: float = 0.0
    """Beside an unknown cost: what the calls with a known price cost."""
    price_date: str = ""
    """The day the prices were looked up that this was counted by, the oldest of them; empty when no price was used."""

    @property
    def priced_usd(self) -> float:
        """The least it can have cost."""
        return self.beside_usd if self.cost_usd is None else self.cost_usd

    def __add__(self, other: Spending) -> Spending:
        known = self.cost_usd is not None and other.cost_usd is not None
        priced = self.priced_usd + other.priced_usd
        return Spending(
            tokens=self.tokens + other.tokens,
            calls=self.calls + other.calls,
            cost_usd=priced if known else None,
            beside_usd=0.0 if known else priced,
            price_date=oldest(self.price_date, other.price_date),
        )

    def less(self, other: Spending) -> Spending:
        """What remains when `other` is taken out; never below nothing."""
        known = self.cost_usd is not None and other.cost_usd is not None
        priced = max(0.0, self.priced_usd - other.priced_usd)
        return Spending(
            tokens=max(0, self.tokens - other.tokens),
            calls=max(0, self.calls - other.calls),
            cost_usd=priced if known else None,
            beside_usd=0.0 if known else priced,
            price_date=self.price_date if priced else "",
        )


NOTHING = Spending()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """One task and how it stands."""

    id: str
    title: str
    agent_type: str
    depends_on: tuple[str, ...] = ()
    optional: bool = False
    state: TaskState = TaskState.PENDING
    attempt: int = 0
    instance: str = ""
    chosen: str = ""
    """Why that instance, when others could have had the attempt."""
    progress: float = 0.0
    message: str = ""
    """What the agent said last, or why the task is where it is."""
    text: str = ""
    """The end of what the running attempt is writing. Void as soon as the attempt is over."""
    booked: Spending = NOTHING
    """What ended attempts consumed."""
    spent: Spending = NOTHING
    """What the running attempt consumed so far."""
    seen: Spending | None = None
    """Total of a snapshot taken in a later attempt, until it is known how much of it is the running one's."""
    summary: str = ""
    simulated: bool = False
    artifacts: int = 0
    failure: str = ""
    """What happened when an attempt failed last."""
    approval: str = ""
    """The approval it waits for."""
    late: str = ""
    """What was heard last of an attempt that was over already."""
    started: datetime | None = None
    ended: datetime | None = None
    retry_at: datetime | None = None

    @property
    def spending(self) -> Spending:
        """What all attempts consumed."""
        return self.seen if self.seen is not None else self.booked + self.spent


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowView:
    """A workflow as of `cursor`."""

    name: str
    """`workflows/{workflow}`."""
    request: str = ""
    title: str = ""
    template: str = ""
    plan_reason: str = ""
    planning: Spending = NOTHING
    """What drafting the plan consumed."""
    draft_problems: tuple[str, ...] = ()
    """What was wrong with the newest draft of the plan; empty when nothing was."""
    replanning: str = ""
    """Why a plan is being made anew; empty when none is."""
    plan_changes: tuple[str, ...] = ()
    """What differs from the plan before, a line of Markdown each; empty for a first plan."""
    plan_note: str = ""
    """What was heard last of a plan that stays as it is: no other way was found, or an edit was refused."""
    to_approve: frozenset[str] = frozenset()
    """Ids of the tasks that wait for the approval of the plan."""
    autopilot: str = ""
    planned: bool = False
    paused: bool = False
    end: WorkflowState | None = None
    tasks: Mapping[str, TaskView] = field(default_factory=dict)
    """By id, each after what it depends on."""
    plan_approval: str = ""
    """Approval of the plan or the budget it waits for."""
    failure: str = ""
    reason: str = ""
    """Why it was paused or cancelled."""
    held_until: datetime | None = None
    """Until when no attempt begins because the tenant's budget for the day is used up."""
    total: Spending | None = None
    """The last word on what was consumed. None until the workflow ended."""
    waste: Spending = NOTHING
    """What failed, cancelled and superseded attempts consumed."""
    simulated: bool = False
    created: datetime | None = None
    ended: datetime | None = None
    deadline: datetime | None = None
    budget_usd: float | None = None
    cursor: str = ""

    @property
    def id(self) -> str:
        """The last part of the name."""
        return self.name.rpartition("/")[2]

    @property
    def state(self) -> WorkflowState:
        """Where it stands; the same rule as the orchestrator's."""
        if self.end is not None:
            return self.end
        if self.paused:
            return WorkflowState.PAUSED
        if not self.planned:
            return WorkflowState.PLANNING
        moving = {TaskState.READY, TaskState.RUNNING, TaskState.RETRY_WAIT}
        if self.plan_approval:
            moving = {TaskState.RUNNING}
        if self.approvals and not any(task.state in moving for task in self.tasks.values()):
            return WorkflowState.AWAITING_APPROVAL
        return WorkflowState.RUNNING

    @property
    def approvals(self) -> tuple[str, ...]:
        """Names of the approvals it waits for."""
        return tuple(filter(None, [self.plan_approval, *(task.approval for task in self.tasks.values())]))

    @property
    def spending(self) -> Spending:
        """What planning and all attempts consumed."""
        if self.total is not None:
            return self.total
        return sum((task.spending for task in self.tasks.values()), self.planning)

    @property
    def done(self) -> int:
        """How many tasks have their result."""
        return sum(task.state is TaskState.SUCCEEDED for task in self.tasks.values())
