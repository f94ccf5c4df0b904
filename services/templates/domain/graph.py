"""Whether a plan's graph is sound, how long it takes and how much work it is."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from chassis.errors import FieldViolation, InvalidArgument
from services.templates.domain.model import Complexity, Gate, GateKind, Recipe, Task

MOST_TASKS = 100
MOST_BUDGET = 100_000
"""US dollars a task may have as its budget."""
_TASK_GATES = (GateKind.BEFORE_TASK, GateKind.RESULT)
_HIGH_TASKS, _HIGH_DEPTH, _LOW_TASKS = 6, 5, 2


def check_recipe(recipe: Recipe, *, path: str = "template") -> None:
    """Raises InvalidArgument with every violation, each under its field below `path`."""
    if wrong := violations(recipe, path=path):
        raise InvalidArgument(wrong, reason="TEMPLATE_UNSOUND")


def violations(recipe: Recipe, *, path: str = "template") -> list[FieldViolation]:
    """Everything that is wrong with a recipe."""
    wrong: list[FieldViolation] = []
    if not recipe.title.strip():
        wrong.append(FieldViolation(f"{path}.title", "must name the kind of work"))
    if recipe.plan_gate and recipe.plan_gate.kind is not GateKind.PLAN:
        wrong.append(FieldViolation(f"{path}.plan_gate.kind", f"must be PLAN, is {recipe.plan_gate.kind.name}"))
    tasks, here = recipe.tasks, f"{path}.tasks"
    if not 1 <= len(tasks) <= MOST_TASKS:
        # The graph of far too many tasks is not looked at: the answer would be as large as the question.
        return [*wrong, FieldViolation(here, f"must be 1 to {MOST_TASKS} tasks, are {len(tasks)}")]
    for at, task in enumerate(tasks):
        wrong.extend(_task_violations(task, f"{here}[{at}]"))
    graph = _graph_violations(tasks, here)
    # A cycle among ids that are not unique or unknown would be a guess.
    if not graph and (cycle := find_cycle(tasks)):
        at = next(at for at, task in enumerate(tasks) if task.id == cycle[0])
        told = " -> ".join(cycle)
        graph = [FieldViolation(f"{here}[{at}].depends_on", f"is a cycle, each waits for the next: {told}")]
    return wrong + graph


def find_cycle(tasks: Sequence[Task]) -> list[str]:
    """The ids along a cycle, the first repeated at the end, each depending on the next; empty when there is none."""
    needs = {task.id: task.depends_on for task in tasks}
    done: set[str] = set()
    for start in needs:
        path: list[str] = []
        steps: list[tuple[str, int]] = [(start, 0)]
        while steps:
            id, at = steps.pop()
            if at == 0:
                if id in done:
                    continue
                path.append(id)
            if at == len(needs.get(id, ())):
                done.add(id)
                path.pop()
                continue
            steps.append((id, at + 1))
            following = needs[id][at]
            if following in path:
                return [*path[path.index(following) :], following]
            steps.append((following, 0))
    return []


def in_order(tasks: Sequence[Task]) -> list[Task]:
    """Tasks of a sound graph, each after what it depends on, otherwise as they were written."""
    placed: dict[str, Task] = {}
    waiting = list(tasks)
    while waiting:
        ready = next(task for task in waiting if all(id in placed for id in task.depends_on))
        placed[ready.id] = ready
        waiting.remove(ready)
    return list(placed.values())


def critical_path(tasks: Sequence[Task]) -> timedelta:
    """How long a sound graph takes when no task waits for an agent."""
    ends: dict[str, timedelta] = {}
    for task in in_order(tasks):
        starts = max((ends[id] for id in task.depends_on), default=timedelta(0))
        ends[task.id] = starts + task.estimated_duration
    return max(ends.values(), default=timedelta(0))


def estimated_cost(tasks: Sequence[Task]) -> float:
    """What all tasks are expected to cost, in US dollars."""
    return math.fsum(task.estimated_cost_usd for task in tasks)


def complexity(tasks: Sequence[Task]) -> Complexity:
    """How much work: by the number of tasks, or by the longest chain when that is long."""
    depth: dict[str, int] = {}
    for task in in_order(tasks):
        depth[task.id] = 1 + max((depth[id] for id in task.depends_on), default=0)
    if len(tasks) >= _HIGH_TASKS or max(depth.values(), default=0) >= _HIGH_DEPTH:
        return Complexity.HIGH
    return Complexity.LOW if len(tasks) <= _LOW_TASKS else Complexity.MEDIUM


def _task_violations(task: Task, here: str) -> list[FieldViolation]:
    wrong: list[FieldViolation] = []
    if not task.title.strip():
        wrong.append(FieldViolation(f"{here}.title", "must say what the task does"))
    if not (math.isfinite(task.estimated_cost_usd) and task.estimated_cost_usd >= 0):
        wrong.append(FieldViolation(f"{here}.estimated_cost_usd", f"must be 0 or more, is {task.estimated_cost_usd:g}"))
    if task.budget_usd is not None and not 0 < task.budget_usd <= MOST_BUDGET:
        told = f"must be more than 0 and at most {MOST_BUDGET:,}, is {task.budget_usd:g}"
        wrong.append(FieldViolation(f"{here}.budget_usd", told))
    for name, span in (("timeout", task.timeout), ("estimated_duration", task.estimated_duration)):
        if not timedelta(0) <= span <= timedelta(days=30):
            wrong.append(FieldViolation(f"{here}.{name}", f"must be 0 to 30 days, is {span.total_seconds():g} s"))
    wrong.extend(_gate_violations(task.gates, f"{here}.gates"))
    if task.fallback and (
        task.fallback.agent_type or task.agent_type,
        task.fallback.capability or task.capability,
        task.fallback.model,
    ) == (task.agent_type, task.capability, ""):
        wrong.append(FieldViolation(f"{here}.fallback", "must name another agent_type, capability or model"))
    return wrong


def _gate_violations(gates: Sequence[Gate], here: str) -> list[FieldViolation]:
    wrong = [
        FieldViolation(f"{here}[{at}].kind", f"must be BEFORE_TASK or RESULT at a task, is {gate.kind.name}")
        for at, gate in enumerate(gates)
        if gate.kind not in _TASK_GATES
    ]
    counts = Counter(gate.kind for gate in gates)
    wrong.extend(
        FieldViolation(here, f"holds {count} gates of kind {kind.name}; one is enough")
        for kind, count in counts.items()
        if count > 1
    )
    return wrong


def _graph_violations(tasks: Sequence[Task], here: str) -> list[FieldViolation]:
    wrong: list[FieldViolation] = []
    ids = {task.id for task in tasks}
    first: dict[str, int] = {}
    for at, task in enumerate(tasks):
        if task.id in first:
            wrong.append(
                FieldViolation(f"{here}[{at}].id", f"{task.id!r} is the id of tasks[{first[task.id]}] already")
            )
        first.setdefault(task.id, at)
        for number, needed in enumerate(task.depends_on):
            field = f"{here}[{at}].depends_on[{number}]"
            if needed not in ids:
                known = ", ".join(sorted(ids - {task.id})) or "none"
                wrong.append(FieldViolation(field, f"there is no task {needed!r}; the others are: {known[:300]}"))
            elif needed in task.depends_on[:number]:
                wrong.append(FieldViolation(field, f"{needed!r} is named twice"))
    return wrong
