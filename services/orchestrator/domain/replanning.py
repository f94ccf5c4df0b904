"""When a plan is made anew, and what of it: after a person sent it back, and once after a required task failed.

A plan that is sent back at its gate has run nothing, so all of it is made anew, with what was said. After a failure
for good only the failed task and what depends on it is: the failed one stays on record and is needed no more,
everything else goes on untouched meanwhile. When no sound part is found, things are as if nobody had tried.
"""

from __future__ import annotations

from services.orchestrator.domain import events as ev
from services.orchestrator.domain.decision import Decision
from services.orchestrator.domain.workflow import Outcome, TaskState, Workflow

MAX_REJECTIONS = 3
"""How often a plan may be sent back before the workflow fails."""
_DECIDED_BY_PEOPLE = frozenset({"REJECTED", "APPROVAL_EXPIRED", "BUDGET_SPENT", "RETRY_BUDGET_SPENT", "PLAN_REJECTED"})
"""Reasons of a failure that another plan would only go around."""


def sent_back(d: Decision, *, outcome: Outcome, by: str, feedback: str) -> bool:
    """Has the plan made anew, when a person rejected all of it and said why; False when that is not the case."""
    planning = d.workflow.planning
    if outcome is not Outcome.REJECTED or not feedback.strip() or planning.held:
        return False
    if len(planning.feedback) >= MAX_REJECTIONS:
        return False
    d.happen(ev.ReplanRequested(at=d.now, by=by, feedback=feedback))
    return True


def ask_after_failure(d: Decision) -> None:
    """Has the part behind a failed task made anew, when a model drafted the plan and that was not done yet."""
    workflow = d.workflow
    if workflow.plan is None or not workflow.plan.models or workflow.planning.replanned:
        return
    for id_, task in workflow.tasks.items():
        failed = task.state is TaskState.FAILED and task.failure is not None and not task.spec.optional
        if failed and task.failure and task.failure.reason not in _DECIDED_BY_PEOPLE:
            d.happen(ev.ReplanRequested(at=d.now, failed=id_))
            return


def affected(workflow: Workflow, failed: str) -> tuple[str, ...]:
    """The failed task's dependants, direct or not, that have not begun; each after what it depends on."""
    found = {failed}
    for id_, task in workflow.tasks.items():
        if task.state is TaskState.PENDING and found.intersection(task.spec.depends_on):
            found.add(id_)
    return tuple(id_ for id_ in workflow.tasks if id_ in found and id_ != failed)


def untouched(workflow: Workflow, failed: str) -> tuple[str, ...]:
    """The tasks that go on as they are, or have gone on; what made nothing is none of them."""
    gone = {failed, *affected(workflow, failed)}
    ended = {TaskState.FAILED, TaskState.SKIPPED, TaskState.CANCELLED}
    return tuple(id_ for id_, task in workflow.tasks.items() if id_ not in gone and task.state not in ended)
