"""What people are asked about money, in words. Pure; an unknown price is said, never shown as nothing."""

from __future__ import annotations

from dataclasses import dataclass

from services.orchestrator.domain.budgets import budgeted_usage
from services.orchestrator.domain.due import Ask
from services.orchestrator.domain.outcomes import Usage
from services.orchestrator.domain.plan import BudgetMatter
from services.orchestrator.domain.workflow import Task, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetQuestion:
    """A question about money."""

    title: str
    so_far: str
    """What was spent until now."""
    what: str
    """What yes and no mean."""
    more_usd: float = 0.0
    """What yes allows to be spent in addition, in US dollars; 0 when nobody can say."""


def budget_question(workflow: Workflow, ask: Ask) -> BudgetQuestion:
    """The question of a gate on a budget."""
    if ask.task:
        return _task_spent(workflow.tasks[ask.task])
    return _price_unknown(workflow) if ask.matter is BudgetMatter.PRICE else _workflow_spent(workflow)


def _workflow_spent(workflow: Workflow) -> BudgetQuestion:
    more = workflow.submission.budget_usd or 0.0
    return BudgetQuestion(
        title=f"Budget of {_usd(workflow.budget or 0.0)} is used up",
        so_far=f"Spent so far: {spent(workflow.usage)}, of that wasted: {spent(workflow.waste)}"
        f"{_counted_by(workflow.usage)}.",
        what=f"The budget is used up. Approve to allow {_usd(more)} more; reject to end the workflow.",
        more_usd=more,
    )


def _task_spent(task: Task) -> BudgetQuestion:
    more = task.spec.budget_usd or 0.0
    return BudgetQuestion(
        title=f"Budget of {_usd(task.budget or 0.0)} is used up: {task.spec.title}"[:200],
        so_far=f"Task '{task.spec.id}' spent so far, over {task.attempt} attempts: {spent(task.consumed)}"
        f"{_counted_by(task.consumed)}.",
        what=f"The task's budget is used up, and it has no result. Approve to allow {_usd(more)} more; "
        "reject to let the task fail.",
        more_usd=more,
    )


def _price_unknown(workflow: Workflow) -> BudgetQuestion:
    usage = budgeted_usage(workflow)
    models = ", ".join(f"'{model}'" for model in usage.unpriced_models)
    return BudgetQuestion(
        title=f"Price unknown: {models or 'a model without a price'}"[:200],
        so_far=f"Spent so far: {spent(usage)}{_counted_by(usage)}.",
        what=f"Nobody knows the price of {models or 'a model that was asked'}, so the budget cannot be kept."
        " To have its calls counted, add it to chassis/model/prices.toml (or the file of HEYJARVIS_MODEL_PRICES) and "
        "restart the agents. Approve to let this workflow go on, calls without a price uncounted; reject to end it.",
    )


def spent(usage: Usage) -> str:
    """A cost in words: `$0.0123`, `at least $0.0123, and calls of 'm' without a known price`, `unknown (…)`."""
    if usage.cost_usd is not None:
        return _usd(usage.cost_usd)
    models = ", ".join(f"'{model}'" for model in usage.unpriced_models)
    if usage.priced_usd <= 0:
        return f"unknown (no price for {models or 'a model'})"
    return f"at least {_usd(usage.priced_usd)}, and calls of {models or 'models'} without a known price"


def _counted_by(usage: Usage) -> str:
    """Which prices it was counted by; empty when none was used."""
    return f" (prices of {usage.price_date})" if usage.price_date else ""


def _usd(amount: float) -> str:
    """`$12.40`, `$0.0123`; what is less is never rounded to nothing."""
    if amount >= 1 or amount == 0:
        return f"${amount:.2f}"
    return f"${amount:.4f}" if amount >= 0.0001 else "less than $0.0001"
