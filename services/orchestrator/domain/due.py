"""What the outside world has to do: `due(workflow, now) -> Due`.

Drawn from the state alone, so it can be asked after every change and after every takeover, and
always names everything that is due. Whoever carries it out skips what is already under way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.orchestrator.domain.budgets import workflow_matter
from services.orchestrator.domain.decide_attempts import DEADLINE_GRACE, startable
from services.orchestrator.domain.decide_gates import gate_is_open
from services.orchestrator.domain.plan import BudgetMatter, GateKind
from services.orchestrator.domain.timeouts import check_of
from services.orchestrator.domain.workflow import TaskState, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A gate to ask people about."""

    gate: GateKind
    task: str = ""
    attempt: int = 0
    matter: BudgetMatter = BudgetMatter.SPENT
    """What a gate on the workflow's budget asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt that an agent has, or should have, in hand."""

    task: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Everything that has to be done now, and when to look again."""

    plan: bool = False
    """A plan has to be made."""
    asks: tuple[Ask, ...] = ()
    starts: tuple[str, ...] = ()
    """Tasks that only lack an agent."""
    running: tuple[Attempt, ...] = ()
    """Attempts to be joined, when they are not yet."""
    cancels: tuple[Attempt, ...] = ()
    """Attempts to be stopped."""
    withdrawals: tuple[str, ...] = ()
    """Approvals to take back."""
    ticks: bool = False
    """Whether a timer has run out."""
    next_time: datetime | None = None
    """When the next timer runs out."""

    @property
    def waits_only(self) -> bool:
        """Whether nothing has to be done before the next timer, a decision or a command."""
        return not (self.plan or self.asks or self.starts or self.running or self.withdrawals or self.ticks)


def due(workflow: Workflow, now: datetime) -> Due:
    """What the outside world has to do for this workflow."""
    if workflow.end is not None:
        return Due(withdrawals=workflow.unwanted_approvals)
    timers = _timers(workflow)
    running = tuple(Attempt(task=id_, attempt=task.attempt) for id_, task in workflow.tasks.items() if task.running)
    cancelling = workflow.cancellation is not None
    return Due(
        plan=bool(workflow.plan is None or workflow.planning.failed) and not workflow.paused and not cancelling,
        asks=tuple(_open_gates(workflow)),
        starts=tuple(id_ for id_ in workflow.tasks if startable(workflow, id_)),
        running=running,
        cancels=running if cancelling else (),
        withdrawals=workflow.unwanted_approvals,
        ticks=any(timer <= now for timer in timers),
        next_time=min(timers, default=None),
    )


def _open_gates(workflow: Workflow) -> list[Ask]:
    asks = [Ask(gate=GateKind.PLAN)] if gate_is_open(workflow, GateKind.PLAN, "", 0) else []
    matter = workflow_matter(workflow)
    if matter and gate_is_open(workflow, GateKind.BUDGET, "", 0, matter):
        asks.append(Ask(gate=GateKind.BUDGET, matter=matter))
    if not (workflow.plan_approved or workflow.planning.held):
        return asks
    for id_, task in workflow.tasks.items():
        asks.extend(
            Ask(gate=gate, task=id_, attempt=task.attempt)
            for gate in (GateKind.BEFORE_TASK, GateKind.BUDGET, GateKind.RESULT)
            if gate_is_open(workflow, gate, id_, task.attempt)
        )
    return asks


def _timers(workflow: Workflow) -> list[datetime]:
    tasks = workflow.tasks.values()
    timers = [task.retry_at for task in tasks if task.state is TaskState.RETRY_WAIT and task.retry_at]
    timers += [check for task in tasks if (check := check_of(task))]
    timers += [task.deadline + DEADLINE_GRACE for task in tasks if task.running and task.deadline]
    if workflow.hold:
        timers.append(workflow.hold.until)
    if workflow.submission.deadline and not workflow.cancellation:
        timers.append(workflow.submission.deadline)
    return timers
