"""Budgets: what may be spent, what is, and what people are asked before more is.

    what is asked          when                                                        yes means
    ---------------------  ----------------------------------------------------------  -------------------------------
    of the workflow: price something with a budget called a model without a price       such calls may go on, uncounted
    of the workflow: spent the calls with a known price reach the workflow's budget     the first amount in addition
    of a task: spent       those of all its attempts together reach the task's budget   the first amount in addition

An unknown price is never taken as nothing spent: either people accept it, once per workflow, or nothing more begins.
Running attempts finish. Each is told what is left when it is assigned, and calls no model beyond it.
"""

from __future__ import annotations

import math

from services.orchestrator.domain.outcomes import NOTHING, Usage
from services.orchestrator.domain.plan import BudgetMatter
from services.orchestrator.domain.workflow import Task, TaskState, Workflow

BUDGET_SPENT = "BUDGET_SPENT"
"""Why a task failed: people did not raise its budget."""
CRUMB = 1e-9
"""US dollars that are nothing: sums of floats differ by less."""

_MAY_START = (TaskState.PENDING, TaskState.READY, TaskState.AWAITING_APPROVAL, TaskState.RETRY_WAIT)


def workflow_matter(workflow: Workflow) -> BudgetMatter | None:
    """What people have to decide about the workflow's money before another attempt begins; None when nothing."""
    if not _budgeted(workflow) or not any(task.state in _MAY_START for task in workflow.tasks.values()):
        return None
    if not workflow.unpriced_accepted and _lacks_price(budgeted_usage(workflow)):
        return BudgetMatter.PRICE
    return BudgetMatter.SPENT if _used_up(workflow.usage, workflow.budget) else None


def task_is_spent(task: Task) -> bool:
    """Whether all attempts of a task together have used its budget."""
    return _used_up(task.consumed, task.budget)


def raised(raises: int, first: float | None, usage: Usage) -> int:
    """How often a budget is raised after one more yes: so often that the first amount is there to be spent again."""
    spent = math.ceil(usage.priced_usd / first - CRUMB) if first else 0
    return max(raises + 1, spent)


def remaining_usd(workflow: Workflow, task: Task) -> float | None:
    """What the running attempt of a task may spend, in US dollars: the least that is left of any budget; None: all."""
    before = task.spent.priced_usd
    left = [
        budget - (usage.priced_usd - before)
        for usage, budget in ((workflow.usage, workflow.budget), (task.consumed, task.budget))
        if budget is not None
    ]
    return max(0.0, min(left)) if left else None


def left_usd(workflow: Workflow) -> float | None:
    """What is left of the workflow's own budget, in US dollars; None: it has none."""
    return None if workflow.budget is None else workflow.budget - workflow.usage.priced_usd


def budgeted_usage(workflow: Workflow) -> Usage:
    """What was consumed that counts against some budget; planning does not count against that of a task."""
    return workflow.usage if _is_budgeted(workflow) else sum((task.consumed for task in _budgeted(workflow)), NOTHING)


def _budgeted(workflow: Workflow) -> list[Task]:
    """The tasks whose spending counts against some budget."""
    everything = _is_budgeted(workflow)
    return [task for task in workflow.tasks.values() if everything or task.budget is not None]


def _is_budgeted(workflow: Workflow) -> bool:
    """Whether all it spends counts against a budget: its own, or its tenant's for the day."""
    return workflow.budget is not None or workflow.submission.metered


def _lacks_price(usage: Usage) -> bool:
    return usage.cost_usd is None or bool(usage.unpriced_models)


def _used_up(usage: Usage, budget: float | None) -> bool:
    return budget is not None and usage.priced_usd >= budget - CRUMB
