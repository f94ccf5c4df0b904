"""Hand-off: the rest of a task's work becomes a task of another kind of agent.

The new task depends on the one that handed it on, so it gets its result, and everything that waited for that one
waits for the new one too. It has what is left of that one's budget, passes its gates, and one before it starts where
the plan was gated: nobody approved it with the plan. Work is handed on a bounded number of times in a row, and never to
a kind of agent that had it.
"""

from __future__ import annotations

from msgspec.structs import replace

from services.orchestrator.domain import events as ev
from services.orchestrator.domain.decision import Decision
from services.orchestrator.domain.outcomes import Failure, FailureClass, HandOff, Result
from services.orchestrator.domain.plan import MAX_TASKS, GateKind, TaskSpec
from services.orchestrator.domain.workflow import Task, TaskState, Workflow

MAX_ID = 40
"""Characters of the id of the task that hands on, in the id of the new one."""
LEAST_BUDGET_USD = 0.01
"""What a new task may spend before people are asked, when its origin has spent what both may."""


def refusal(workflow: Workflow, task: str, result: Result, most: int) -> Failure | None:
    """Why the rest of a task's work may not be handed on; None when it may, or need not be."""
    wish = result.hand_off
    if wish is None:
        return None
    types = lineage(workflow, task)
    way = " -> ".join((*types, wish.agent_type))
    if not wish.agent_type:
        return _permanent("HAND_OFF_INVALID", "A hand-off names no kind of agent")
    if wish.agent_type in types:
        return _permanent("HAND_OFF_CYCLE", f"The work would come back to who had it: {way}")
    if len(types) > most:
        return _permanent("HAND_OFF_TOO_DEEP", f"Work may be handed on {most} times in a row: {way}")
    if len(workflow.tasks) >= MAX_TASKS:
        return _permanent("HAND_OFF_TOO_MANY", f"A workflow has at most {MAX_TASKS} tasks")
    return None


def hand_on(d: Decision, task: str) -> None:
    """Puts the rest of a task that has just succeeded on record. What was handed on before stays as it is."""
    done = d.workflow.tasks[task]
    wish = done.result.hand_off if done.result else None
    known = any(
        other.spec.handed_off_by == task and wish is not None and other.spec.agent_type == wish.agent_type
        for other in d.workflow.tasks.values()
    )
    if wish is None or known or d.workflow.cancellation:
        return
    tasks = d.workflow.tasks.items()
    waiting = tuple(id_ for id_, other in tasks if task in other.spec.depends_on and other.state is TaskState.PENDING)
    spec = _spec(d.workflow, done, wish)
    d.happen(ev.TaskHandedOff(at=d.now, task=task, attempt=done.attempt, spec=spec, waiting=waiting))


def lineage(workflow: Workflow, task: str) -> tuple[str, ...]:
    """The kinds of agent that had this work, first to last."""
    types: tuple[str, ...] = ()
    while task:
        types = (workflow.tasks[task].agent_type, *types)
        task = workflow.tasks[task].spec.handed_off_by
    return types


def _spec(workflow: Workflow, done: Task, wish: HandOff) -> TaskSpec:
    by = done.spec
    left = None if done.budget is None else max(LEAST_BUDGET_USD, done.budget - done.consumed.priced_usd)
    stem = f"{by.id[:MAX_ID]}-{wish.agent_type.replace('_', '-')}"[:60]
    names = (stem, *(f"{stem}-{number}" for number in range(2, MAX_TASKS + 2)))
    told = f"'{by.title}' leaves the rest of its work to the agent '{wish.agent_type}'"
    before = f"{told}, in a task that was not planned. Shall it be done?"
    questions = {GateKind.BEFORE_TASK: before, GateKind.RESULT: f"{told}, which made this. Is it good enough?"}
    gates = tuple(replace(gate, question=questions[gate.kind]) for gate in by.gates)
    if workflow.plan is not None and workflow.plan.gate and by.gate(GateKind.BEFORE_TASK) is None:
        gates = (*gates, replace(workflow.plan.gate, kind=GateKind.BEFORE_TASK, question=before))
    return TaskSpec(
        id=next(name for name in names if name not in workflow.tasks),
        title=wish.title or f"{by.title}: the rest",
        agent_type=wish.agent_type,
        instructions=wish.instructions,
        depends_on=(by.id,),
        optional=by.optional or wish.optional,
        gates=gates,
        timeout=by.timeout,
        max_attempts=by.max_attempts,
        priority=by.priority,
        budget_usd=left,
        handed_off_by=by.id,
    )


def _permanent(reason: str, message: str) -> Failure:
    return Failure(failure_class=FailureClass.PERMANENT, message=message, reason=reason)
