"""The nouns of a plan: its tasks, their gates, and who takes over when those they are meant for could not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter

from chassis.errors import FieldViolation, InvalidArgument
from services.orchestrator.domain.value import Value

MAX_TASKS = 100


class GateKind(StrEnum):
    """What waits behind a gate."""

    PLAN = "plan"
    BEFORE_TASK = "before_task"
    RESULT = "result"
    BUDGET = "budget"


class BudgetMatter(StrEnum):
    """What a gate on the budget asks."""

    SPENT = "spent"
    """It is used up: may as much again be spent?"""
    PRICE = "price"
    """Models without a known price: may they go on, although nobody can count what they cost?"""


class Risk(StrEnum):
    """How much harm a wrong yes can do."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


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
    budget_usd: float | None = None
    """The most all its attempts together may cost, in US dollars; None: no limit of its own."""
    fallback: Fallback | None = None
    """Who does it once its attempts are used up, or one has failed for good."""
    handed_off_by: str = ""
    """Id of the task whose agent handed it on; empty for what was planned."""

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
    models: tuple[str, ...] = ()
    """The models that drafted it; empty when it is a template's graph as it stands."""
    simulated: bool = False
    """Whether the offline model drafted it."""
    changes: tuple[str, ...] = ()
    """What differs from the plan before it, for people; empty for a first plan."""

    @property
    def estimated_cost_usd(self) -> float:
        """The sum over all tasks, in US dollars."""
        return sum(task.estimated_cost_usd for task in self.tasks)

    def critical_path(self) -> tuple[timedelta, tuple[str, ...]]:
        """How long the plan takes at least, and the tasks that make it so, first to last."""
        return critical_path(self.tasks)


def critical_path(tasks: tuple[TaskSpec, ...]) -> tuple[timedelta, tuple[str, ...]]:
    """How long tasks take at least, and those that make it so, first to last; what is not among them is done.

    Raises:
        CycleError: they wait for each other in a circle.
    """
    by_id = {task.id: task for task in tasks}
    longest: dict[str, tuple[timedelta, tuple[str, ...]]] = {}
    for id_ in TopologicalSorter({task.id: task.depends_on for task in tasks}).static_order():
        if task := by_id.get(id_):
            before = max((longest[d] for d in task.depends_on if d in longest), default=(timedelta(), ()))
            longest[id_] = (before[0] + (task.estimated_duration or timedelta()), (*before[1], id_))
    return max(longest.values(), default=(timedelta(), ()))


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
