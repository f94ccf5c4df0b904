"""What a finished workflow teaches: its tasks as a recipe, with what was measured and what people asked for.

Kept are the tasks that succeeded. Estimates become what was measured, except where the measure would lie: a simulated
task says nothing about cost and time, and one whose result a person looked at also measured the person. What people
said to earlier results goes into the instructions, so that the next run gets it right at once.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

from chassis.errors import FailedPrecondition
from services.templates.domain.graph import in_order
from services.templates.domain.model import GateKind, Recipe, Task
from services.templates.domain.words import stem, stems, words

SUCCEEDED = "SUCCEEDED"
_MOST_KEYWORDS, _MOST_NEW = 100, 12
_LONGEST_INSTRUCTIONS = 8000
_LONGEST_TITLE, _LONGEST_KEYWORD, _LONGEST_DESCRIPTION = 120, 60, 4000
_SHORTEST_KEYWORD = 4
_HEARD = "Earlier runs were sent back for this; get it right at once:"


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedTask:
    """A task of a finished workflow."""

    spec: Task
    succeeded: bool
    simulated: bool
    duration: timedelta | None
    """How long its last attempt took."""
    cost_usd: float | None
    """What all its attempts cost; None when the price is not known."""
    feedback: tuple[str, ...]
    """What people said about earlier results."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedWorkflow:
    """What is learned from."""

    name: str
    state: str
    """The contract's word without its prefix, such as SUCCEEDED."""
    request: str
    title: str
    template: str
    """`templates/{template}@{version}` it was planned from; empty when none."""
    tasks: tuple[FinishedTask, ...]


def learn(workflow: FinishedWorkflow, base: Recipe | None) -> Recipe:
    """The recipe that `workflow` followed; `base` is the one it was planned from, where that is still known."""
    if workflow.state != SUCCEEDED:
        raise FailedPrecondition(
            f"{workflow.name!r} is {workflow.state}; only a workflow that SUCCEEDED teaches a template.",
            subject=workflow.name,
            reason="WORKFLOW_NOT_SUCCEEDED",
            metadata={"workflow": workflow.name, "state": workflow.state},
        )
    kept = [task for task in workflow.tasks if task.succeeded]
    if not kept:
        raise FailedPrecondition(
            f"{workflow.name!r} has no task that succeeded; there is nothing to learn.",
            subject=workflow.name,
            reason="NOTHING_TO_LEARN",
        )
    ids = {task.spec.id for task in kept}
    title = " ".join((workflow.title or workflow.request).split())
    return Recipe(
        title=_cut(title, _LONGEST_TITLE),
        description=_cut(f"Learned from {workflow.name}: {title}", _LONGEST_DESCRIPTION),
        tasks=tuple(in_order([_learned(task, ids) for task in kept])),
        keywords=_keywords(workflow.request, base),
        plan_gate=base.plan_gate if base else None,
        retry_budget=base.retry_budget if base else None,
    )


def _learned(task: FinishedTask, ids: set[str]) -> Task:
    spec = task.spec
    looked_at = any(gate.kind is GateKind.RESULT for gate in spec.gates)
    duration, cost = spec.estimated_duration, spec.estimated_cost_usd
    if not task.simulated:
        if task.duration is not None and not looked_at:
            duration = task.duration
        if task.cost_usd is not None:
            cost = round(task.cost_usd, 4)
    return replace(
        spec,
        depends_on=tuple(id for id in spec.depends_on if id in ids),
        instructions=_instructions(spec.instructions, task.feedback),
        estimated_duration=duration,
        estimated_cost_usd=cost,
    )


def _instructions(instructions: str, feedback: tuple[str, ...]) -> str:
    known = [f"- {' '.join(text.split())}" for text in feedback if text.strip()]
    new = [line for line in dict.fromkeys(known) if line not in instructions]
    if not new:
        return instructions
    heading = [] if _HEARD in instructions else ["", _HEARD]
    return _cut("\n".join([instructions.rstrip(), *heading, *new]).lstrip("\n"), _LONGEST_INSTRUCTIONS)


def _keywords(request: str, base: Recipe | None) -> tuple[str, ...]:
    """The request's own words, the frequent ones first, then the words of the template it was planned from."""
    meaningful = [word for word in words(request) if len(word) >= _SHORTEST_KEYWORD and stems(word)]
    first = {stem(word): word for word in reversed(meaningful)}
    counted = Counter(stem(word) for word in meaningful)
    own = [first[root][:_LONGEST_KEYWORD] for root, _ in counted.most_common(_MOST_NEW)]
    return tuple(dict.fromkeys([*own, *(base.keywords if base else ())]))[:_MOST_KEYWORDS]


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
