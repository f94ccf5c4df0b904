"""Plans and gates: a plan is made, people are asked, a decision is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import events as ev
from services.orchestrator.domain.budgets import BUDGET_SPENT, task_is_spent, workflow_matter
from services.orchestrator.domain.decision import Decision, end
from services.orchestrator.domain.hand_off import hand_on
from services.orchestrator.domain.outcomes import NOTHING, Failure, FailureClass
from services.orchestrator.domain.plan import BudgetMatter, GateKind
from services.orchestrator.domain.replanning import affected, sent_back
from services.orchestrator.domain.revision import give_up, send_back
from services.orchestrator.domain.workflow import Outcome, TaskState, Workflow, WorkflowState

MAX_FEEDBACK = 20
"""How often a person may send a task back before it counts as failed."""


def _adopt_plan(d: Decision, c: cmd.AdoptPlan) -> None:
    if d.workflow.planning.failed and d.workflow.end is None and not d.workflow.cancellation:
        failed = d.workflow.planning.failed
        parts = affected(d.workflow, failed)
        kept = d.workflow.tasks.keys() - set(parts)
        held = tuple(spec.id for spec in c.plan.tasks if spec.id not in kept) if c.plan.gate else ()
        d.happen(ev.WorkflowReplanned(at=d.now, plan=c.plan, failed=failed, affected=parts, held=held))
    elif d.workflow.plan is None and d.workflow.end is None:
        told = (d.workflow.submission.retry_budget, c.plan.retry_budget, c.default_retry_budget)
        budget = next(number for number in told if number is not None)
        d.happen(ev.WorkflowPlanned(at=d.now, plan=c.plan, title=c.title, retry_budget=budget))


def _note_draft(d: Decision, c: cmd.NoteDraft) -> None:
    # Also when the workflow was cancelled meanwhile: what was consumed is booked.
    if d.workflow.plan is None or d.workflow.planning.failed:
        d.happen(ev.PlanDrafted(at=d.now, problems=c.problems, usage=c.usage, model=c.model, simulated=c.simulated))


def _decline_replan(d: Decision, c: cmd.DeclineReplan) -> None:
    if d.workflow.planning.failed and d.workflow.end is None:
        d.happen(ev.ReplanDeclined(at=d.now, reason=c.reason))


def _fail_planning(d: Decision, c: cmd.FailPlanning) -> None:
    if d.workflow.plan is None and d.workflow.end is None:
        end(d, WorkflowState.FAILED, c.failure)


def _open_approval(d: Decision, c: cmd.OpenApproval) -> None:
    if gate_is_open(d.workflow, c.gate, c.task, c.attempt, c.matter):
        d.happen(
            ev.ApprovalRequested(
                at=d.now,
                approval=c.approval,
                gate=c.gate,
                title=c.title,
                task=c.task,
                attempt=c.attempt,
                matter=c.matter,
            )
        )


def gate_is_open(
    workflow: Workflow, gate: GateKind, task: str, attempt: int, matter: BudgetMatter = BudgetMatter.SPENT
) -> bool:
    """Whether work waits at this gate and nobody has been asked yet; `matter` is of the workflow's budget."""
    if workflow.end is not None or workflow.cancellation or workflow.plan is None:
        return False
    match gate:
        case GateKind.PLAN:
            return not workflow.plan_approved and not workflow.plan_approval
        case GateKind.BUDGET if not task:
            return workflow_matter(workflow) is matter and not workflow.budget_approval
        case GateKind.BUDGET:
            return workflow.tasks[task].ready_to_start and task_is_spent(workflow.tasks[task])
        case GateKind.BEFORE_TASK:
            return workflow.tasks[task].state is TaskState.READY and not workflow.tasks[task].ready_to_start
        case GateKind.RESULT:
            delivered = workflow.tasks[task]
            waits = delivered.state is TaskState.AWAITING_REVIEW and delivered.attempt == attempt
            return waits and not delivered.approval


def _resolve_approval(d: Decision, c: cmd.ResolveApproval) -> None:
    # By policy the gate is decided without ever having asked; by a person the approval must be the one that waits.
    asked = c.approval in d.workflow.pending_approvals
    if not asked and not gate_is_open(d.workflow, c.gate, c.task, c.attempt, c.matter):
        return
    if c.edit_problems:
        _edit_refused(d, c)
        return
    on_record = asked and c.approval == d.workflow.budget_approval
    held = d.workflow.planning.held
    d.happen(
        ev.ApprovalDecided(
            at=d.now,
            approval=c.approval,
            gate=c.gate,
            outcome=c.outcome,
            by=c.by,
            feedback=c.feedback,
            task=c.task,
            attempt=c.attempt,
            matter=d.workflow.budget_matter if on_record else c.matter,
        )
    )
    if c.gate is GateKind.RESULT:
        _result_decided(d, c)
    elif c.outcome is Outcome.APPROVED:
        if c.edited_plan is not None:
            d.happen(ev.PlanEdited(at=d.now, plan=c.edited_plan, by=c.by, held=held))
    elif c.gate is not GateKind.PLAN:
        _refused_at_gate(d, c)
    elif held:
        _change_refused(d, c, held)
    elif not sent_back(d, outcome=c.outcome, by=c.by, feedback=c.feedback):
        _refused_at_gate(d, c)


def _edit_refused(d: Decision, c: cmd.ResolveApproval) -> None:
    """What a person made of it cannot be used; the same is asked again."""
    told: dict[str, Any] = {"at": d.now, "approval": c.approval, "by": c.by, "problems": c.edit_problems}
    if c.gate is GateKind.PLAN:
        d.happen(ev.PlanEditRefused(**told))
    else:
        d.happen(ev.ResultEditRefused(**told, task=c.task, attempt=d.workflow.tasks[c.task].attempt))


def _change_refused(d: Decision, c: cmd.ResolveApproval, held: tuple[str, ...]) -> None:
    """The changed part of a plan was not approved: its tasks fail, the rest is finished."""
    failure = Failure(
        failure_class=FailureClass.PERMANENT, message=_said(c, "The change of plan"), reason="PLAN_REJECTED"
    )
    for id_ in held:
        task = d.workflow.tasks[id_]
        if not task.state.ended:
            d.happen(ev.TaskFailed(at=d.now, task=id_, attempt=task.attempt, failure=failure, usage=NOTHING))


def _note_withdrawal(d: Decision, c: cmd.NoteWithdrawal) -> None:
    if c.approval in d.workflow.unwanted_approvals:
        d.happen(ev.ApprovalWithdrawn(at=d.now, approval=c.approval))


def _result_decided(d: Decision, c: cmd.ResolveApproval) -> None:
    task = d.workflow.tasks[c.task]
    if c.outcome is Outcome.APPROVED:
        if c.edited is not None and task.result is not None:
            kept = tuple(a for a in task.result.artifacts if a.name != c.edited.name)
            edited = replace(task.result, artifacts=(*kept, c.edited))
            d.happen(ev.TaskDelivered(at=d.now, task=c.task, attempt=task.attempt, result=edited))
        d.happen(ev.TaskSucceeded(at=d.now, task=c.task, attempt=task.attempt))
        hand_on(d, c.task)
        send_back(d, c.task)
    elif c.outcome is Outcome.REJECTED and len(task.feedback) < MAX_FEEDBACK:
        d.happen(ev.TaskReset(at=d.now, task=c.task, attempt=task.attempt, by=c.by, feedback=c.feedback))
    else:
        _refused_at_gate(d, c)


def _said(c: cmd.ResolveApproval, what: str = "") -> str:
    words = f": {c.feedback}" if c.feedback else ""
    said = f"was rejected by {c.by}{words}" if c.outcome is Outcome.REJECTED else "ended without a decision"
    return f"{what} {said}".strip()


def _refused_at_gate(d: Decision, c: cmd.ResolveApproval) -> None:
    said = _said(c)
    reason = "REJECTED" if c.outcome is Outcome.REJECTED else "APPROVAL_EXPIRED"
    if c.task:
        task = d.workflow.tasks[c.task]
        failure = Failure(failure_class=FailureClass.PERMANENT, message=f"The task {said}", reason=reason)
        if c.gate is GateKind.BUDGET:
            message = f"Its budget of ${task.budget or 0:.2f} is used up, and raising it {said}"
            failure = Failure(failure_class=FailureClass.BUDGET, message=message, reason=BUDGET_SPENT)
        give_up(d, c.task, failure, NOTHING)
    elif c.gate is GateKind.BUDGET:
        d.happen(ev.CancelRequested(at=d.now, by=c.by, reason=f"Spending beyond the budget {said}"))
    else:
        failure = Failure(failure_class=FailureClass.PERMANENT, message=f"The plan {said}", reason=f"PLAN_{reason}")
        end(d, WorkflowState.FAILED, failure)


ON_GATES: dict[type, Callable[[Decision, Any], None]] = {
    cmd.AdoptPlan: _adopt_plan,
    cmd.NoteDraft: _note_draft,
    cmd.DeclineReplan: _decline_replan,
    cmd.FailPlanning: _fail_planning,
    cmd.OpenApproval: _open_approval,
    cmd.ResolveApproval: _resolve_approval,
    cmd.NoteWithdrawal: _note_withdrawal,
}
"""By command: what comes of planning and of asking people."""
