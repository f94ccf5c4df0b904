"""A plan that a person edited: read, checked like a draft, and taken exactly as it is, or refused with every reason."""

from __future__ import annotations

from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from chassis.errors import FieldViolation, InvalidArgument
from services.orchestrator.domain.plan import Plan, ordered
from services.orchestrator.domain.plan_changes import changes
from services.orchestrator.domain.plan_checks import MAX_PROBLEMS, Bounds, problems
from services.orchestrator.planner.draft import DraftTask, Estimate, specs_of

MAX_EDIT = 256 * 1024
"""Bytes of an edited plan."""


class EditedTask(DraftTask):
    """A task as a person writes it."""

    capability: str = ""
    instructions: str = ""
    depends_on: list[str] = Field(default_factory=list)
    optional: bool = False


class EditedPlan(BaseModel):
    """What `edited_content` holds when a plan is edited."""

    model_config = ConfigDict(extra="forbid")

    tasks: list[EditedTask]


def edited(plan: Plan, content: bytes, bounds: Bounds, estimate: Estimate) -> Plan:
    """The plan as edited. What an edit does not name (gates, timeouts, attempts) stays as it was for the task of that
    id, or else of that agent.

    Raises:
        InvalidArgument: everything that is wrong with the edit (PLAN_EDIT_UNSOUND).
    """
    if len(content) > MAX_EDIT:
        raise _unsound(FieldViolation("", f"The edit has {len(content)} bytes; at most {MAX_EDIT} are allowed."))
    try:
        written = EditedPlan.model_validate_json(content)
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False, include_input=False)[:MAX_PROBLEMS]
        raise _unsound(*(_misread(one) for one in told)) from None
    optional = {task.id: task.optional for task in written.tasks}
    # People may make optional what was required.
    whole_specs = specs_of(written.tasks, plan, lambda spec: replace(estimate(spec), optional=optional[spec.id]))
    specs = bounds.split(whole_specs, {task.id: task.items for task in written.tasks})
    if wrong := problems(specs, bounds):
        raise _unsound(*wrong)
    whole = ordered((*bounds.kept, *specs))
    kept_first = (*bounds.kept, *(spec for spec in whole if spec not in bounds.kept))
    after = replace(plan, tasks=kept_first)
    return replace(after, changes=changes(plan, after))


def _misread(error: ErrorDetails) -> FieldViolation:
    """What keeps an edit from being read as a plan, by the path to it."""
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    return FieldViolation(field, f"{field or 'The edit'}: {error['msg']}"[:400])


def _unsound(*wrong: FieldViolation) -> InvalidArgument:
    return InvalidArgument(wrong, message=" ".join(each.description for each in wrong), reason="PLAN_EDIT_UNSOUND")
