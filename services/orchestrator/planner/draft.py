"""What the model answers when it is asked for a plan, and how that becomes tasks.

The whole graph is asked for, in the few fields that need judgement. What judgement must not decide (gates, timeouts,
attempts, fallbacks, estimates) comes from the template's task that a drafted one stands for, so a draft can neither
take a gate off nor invent a price. Names that exist are an enumeration of the schema: a server that holds its model
to the schema cannot make up an agent. What arrives is checked all the same, by `domain/plan_checks.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field, create_model

from services.orchestrator.domain.plan import Gate, GateKind, Plan, TaskSpec, ordered
from services.orchestrator.domain.plan_checks import MAX_DRAFTED, MAX_INSTRUCTIONS, MAX_TITLE

MAX_REASON = 500
"""Characters of the reason that are kept."""
UNSEEN = Gate(kind=GateKind.PLAN, question="This plan was drafted for this request alone. Is it what you want?")
"""The gate of a graph that no person has written, when its template has none."""

Estimate = Callable[[TaskSpec], TaskSpec]
"""Gives a task the time and cost that are expected of it."""


class DraftTask(BaseModel):
    """One task of a drafted plan."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="Unique, lower-case letters, digits and hyphens. A template's task keeps its id.")
    title: str = Field(description=f"One line for people, at most {MAX_TITLE} characters.")
    agent_type: str = Field(description="Who does it: the type of one of the agents.")
    capability: str = Field(description="Which of the agent's capabilities; empty when it has only one.")
    instructions: str = Field(
        description="What to do for this request, beyond what the agent does anyway. At most "
        f"{MAX_INSTRUCTIONS} characters."
    )
    depends_on: list[str] = Field(description="Ids of the tasks whose results it needs. Empty when it needs none.")
    optional: bool = Field(description="Whether the work is complete without it.")
    items: list[str] = Field(
        default_factory=list,
        description="Only for an agent that can be split: two or more items, such as regions, to split the task by.",
    )


class PlanDraft(BaseModel):
    """A drafted plan."""

    model_config = ConfigDict(extra="forbid")

    template: str = Field(description="The template it starts from.")
    reason: str = Field(description="Why this plan fits this request, in one or two sentences for its reader.")
    tasks: list[DraftTask] = Field(description=f"All tasks, at most {MAX_DRAFTED}; the last one gathers the results.")


@lru_cache(maxsize=64)
def draft_model(agent_types: tuple[str, ...], templates: tuple[str, ...]) -> type[PlanDraft]:
    """The model of the answer, its schema naming the agents and templates there are."""
    task: type[DraftTask] = create_model(
        "DraftTask", __base__=DraftTask, agent_type=(str, _one_of(DraftTask, "agent_type", agent_types))
    )
    draft: type[PlanDraft] = create_model(
        "PlanDraft",
        __base__=PlanDraft,
        template=(str, _one_of(PlanDraft, "template", templates or ("",))),
        tasks=(list[task], Field(description=PlanDraft.model_fields["tasks"].description)),
    )
    return draft


def _one_of(model: type[BaseModel], field: str, names: tuple[str, ...]) -> object:
    # In the schema alone: a wrong name is then told by our own check, which says what would be right.
    return Field(description=model.model_fields[field].description, json_schema_extra={"enum": list(names)})


def specs_of(drafted: Sequence[DraftTask], template: Plan | None, estimate: Estimate) -> tuple[TaskSpec, ...]:
    """Drafted tasks as they would be run, in their own order; nothing is checked yet."""
    return tuple(_spec(task, template, estimate) for task in drafted)


def _spec(task: DraftTask, template: Plan | None, estimate: Estimate) -> TaskSpec:
    stands_for = _template_task(task, template)
    base = stands_for or TaskSpec(id=task.id, title=task.title, agent_type=task.agent_type)
    return estimate(
        replace(
            base,
            id=task.id,
            title=task.title,
            capability=task.capability,
            instructions=task.instructions,
            depends_on=tuple(task.depends_on),
            # What a person made required stays required.
            optional=task.optional and (stands_for is None or stands_for.optional),
        )
    )


def _template_task(task: DraftTask, template: Plan | None) -> TaskSpec | None:
    """The template's task that a drafted one stands for: a task that is renamed does not shake off its gates."""
    same_type = [spec for spec in template.tasks if spec.agent_type == task.agent_type] if template else []
    return next((spec for spec in same_type if spec.id == task.id), same_type[0] if same_type else None)


def plan_of(
    draft: PlanDraft,
    tasks: Sequence[TaskSpec],
    kept: Sequence[TaskSpec],
    template: Plan | None,
    *,
    model: str,
    simulated: bool,
) -> Plan:
    """The plan of a draft that passed the checks, without the tasks that are kept."""
    known = {(spec.id, spec.agent_type, spec.depends_on) for spec in template.tasks} if template else set()
    unseen = {(spec.id, spec.agent_type, spec.depends_on) for spec in tasks} != known
    reason = " ".join(draft.reason.split())[:MAX_REASON]
    return Plan(
        template=template.template if template else "",
        reason=f"Simulated: {reason}" if simulated and not reason.startswith("Simulated") else reason,
        tasks=tuple(task for task in ordered((*kept, *tasks)) if task not in kept),
        gate=(template.gate if template else None) or (UNSEEN if unseen else None),
        retry_budget=template.retry_budget if template else None,
        models=(model,),
        simulated=simulated,
    )
