"""What is true after an event: `evolve(workflow, event) -> workflow`.

One small function per kind of event, found by type. The sequence rises by one with every event, so
folding the run log rebuilds the state exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from services.orchestrator.domain import events as ev
from services.orchestrator.domain.booking import answering_task, book, gave_up, key_of, opened
from services.orchestrator.domain.budgets import raised
from services.orchestrator.domain.outcomes import NOTHING, SENT_BACK, FailureClass, LastWord, Usage
from services.orchestrator.domain.plan import BudgetMatter, GateKind
from services.orchestrator.domain.spending import turn_page
from services.orchestrator.domain.workflow import SCHEMA, Cancellation, Outcome, Question, Task, TaskState, Workflow

_DROPS_QUESTIONS = (
    ev.WorkflowEnded,
    ev.TaskFailed,
    ev.TaskSkipped,
    ev.TaskCancelled,
    ev.TaskReset,
    ev.TaskKept,
    ev.RevisionRequested,
)
"""Events that may end the wait for a decision without one."""


def evolve(workflow: Workflow | None, event: ev.Event) -> Workflow:
    """Returns the workflow as it is after the event. Only WorkflowSubmitted may meet None."""
    if isinstance(event, ev.WorkflowSubmitted):
        return Workflow(submission=event.submission, schema=SCHEMA, sequence=1)
    if workflow is None:
        raise ValueError(f"a run log begins with WorkflowSubmitted, not {type(event).__name__}")
    after = _ON[type(event)](workflow, event)
    if isinstance(event, _DROPS_QUESTIONS):
        gone = set(workflow.pending_approvals).difference(after.pending_approvals)
        after = replace(after, unwanted_approvals=(*after.unwanted_approvals, *sorted(gone)))
    return replace(turn_page(workflow, after, event), sequence=workflow.sequence + 1)


def replay(events: Iterable[ev.Event]) -> Workflow:
    """Rebuilds a workflow from its whole run log.

    Raises:
        ValueError: the log is empty or does not begin with WorkflowSubmitted.
    """
    workflow: Workflow | None = None
    for event in events:
        workflow = evolve(workflow, event)
    if workflow is None:
        raise ValueError("the run log is empty")
    return workflow


def _with_task(workflow: Workflow, id_: str, **changes: Any) -> Workflow:
    task = replace(workflow.tasks[id_], **changes)
    return replace(workflow, tasks={**workflow.tasks, id_: task})


def _drafted(workflow: Workflow, event: ev.PlanDrafted) -> Workflow:
    before, refused = workflow.planning, bool(event.problems)
    planning = replace(
        before,
        refused=before.refused + refused,
        problems=event.problems,
        usage=before.usage + event.usage,
        waste=before.waste + event.usage if refused else before.waste,
    )
    return replace(workflow, planning=planning)


def _planned(workflow: Workflow, event: ev.WorkflowPlanned) -> Workflow:
    planning = replace(workflow.planning, before=None, refused=0, problems=())
    return replace(
        workflow,
        plan=event.plan,
        planning=planning,
        title=event.title,
        plan_approved=event.plan.gate is None,
        retry_budget=event.retry_budget,
        tasks={spec.id: Task(spec=spec) for spec in event.plan.tasks},
    )


def _replan_requested(workflow: Workflow, event: ev.ReplanRequested) -> Workflow:
    planning = replace(workflow.planning, refused=0, problems=(), before=workflow.plan)
    if event.failed:
        return replace(workflow, planning=replace(planning, failed=event.failed, replanned=True))
    said = (*planning.feedback, event.feedback)
    return replace(workflow, planning=replace(planning, feedback=said), plan=None, tasks={})


def _replan_declined(workflow: Workflow, event: ev.ReplanDeclined) -> Workflow:
    return replace(workflow, planning=replace(workflow.planning, failed="", before=None))


def _replanned(workflow: Workflow, event: ev.WorkflowReplanned) -> Workflow:
    named = {spec.id: spec for spec in event.plan.tasks}
    tasks: dict[str, Task] = {}
    for id_, task in workflow.tasks.items():
        if id_ == event.failed:
            # Other tasks do its work, so nothing waits for it any more.
            tasks[id_] = replace(task, spec=replace(task.spec, optional=True))
        elif id_ not in event.affected:
            tasks[id_] = task
        elif id_ not in named:
            reason = "Another plan does without it"
            skipped = TaskState.SKIPPED
            tasks[id_] = replace(task, state=skipped, ended=event.at, progress_message=reason)
    fresh = [id_ for id_ in named if id_ not in tasks]
    # New parts come last: nothing that was kept depends on what had not begun.
    tasks |= {id_: Task(spec=named[id_]) for id_ in fresh}
    planning = replace(workflow.planning, failed="", before=None, refused=0, problems=(), held=event.held)
    approved = workflow.plan_approved and not event.held
    return replace(workflow, plan=event.plan, planning=planning, tasks=tasks, plan_approved=approved)


def _edited(workflow: Workflow, event: ev.PlanEdited) -> Workflow:
    # Nothing of the part that waited has begun; the rest, when there is any, goes on.
    kept = {id_: task for id_, task in workflow.tasks.items() if event.held and id_ not in event.held}
    tasks = kept | {spec.id: Task(spec=spec) for spec in event.plan.tasks if spec.id not in kept}
    return replace(workflow, plan=event.plan, tasks=tasks)


def _edit_refused(workflow: Workflow, event: ev.PlanEditRefused) -> Workflow:
    before = workflow.planning
    planning = replace(before, edits_refused=before.edits_refused + 1, edit_problems=event.problems)
    return replace(workflow, plan_approval="", planning=planning)


def _paused(workflow: Workflow, event: ev.WorkflowPaused) -> Workflow:
    return replace(workflow, paused=True, state_reason=event.reason)


def _resumed(workflow: Workflow, event: ev.WorkflowResumed) -> Workflow:
    return replace(workflow, paused=False, state_reason="")


def _held(workflow: Workflow, event: ev.WorkflowHeld) -> Workflow:
    return replace(workflow, hold=event.hold)


def _released(workflow: Workflow, event: ev.WorkflowReleased) -> Workflow:
    return replace(workflow, hold=None)


def _cancel_requested(workflow: Workflow, event: ev.CancelRequested) -> Workflow:
    cancellation = Cancellation(by=event.by, reason=event.reason, at=event.at)
    return replace(workflow, cancellation=cancellation, paused=False, state_reason=event.reason)


def _ended(workflow: Workflow, event: ev.WorkflowEnded) -> Workflow:
    return replace(
        workflow,
        end=event.state,
        failure=event.failure,
        ended=event.at,
        plan_approval="",
        budget_approval="",
        hold=None,
    )


def _approval_requested(workflow: Workflow, event: ev.ApprovalRequested) -> Workflow:
    match event.gate:
        case GateKind.PLAN:
            return replace(workflow, plan_approval=event.approval)
        case GateKind.BUDGET if not event.task:
            return replace(workflow, budget_approval=event.approval, budget_matter=event.matter)
        case GateKind.BEFORE_TASK | GateKind.BUDGET:
            return _with_task(workflow, event.task, state=TaskState.AWAITING_APPROVAL, approval=event.approval)
        case GateKind.RESULT:
            return _with_task(workflow, event.task, approval=event.approval)


def _approval_decided(workflow: Workflow, event: ev.ApprovalDecided) -> Workflow:
    approved = event.outcome is Outcome.APPROVED
    match event.gate:
        case GateKind.PLAN:
            # Of a changed plan only the change was asked about: the rest goes on whatever was said.
            held = bool(workflow.planning.held)
            planning = replace(workflow.planning, held=(), edit_problems=())
            return replace(workflow, plan_approval="", plan_approved=approved or held, planning=planning)
        case GateKind.BUDGET if event.task:
            task = workflow.tasks[event.task]
            raises = raised(task.budget_raises, task.spec.budget_usd, task.consumed) if approved else task.budget_raises
            return _with_task(workflow, event.task, state=TaskState.READY, approval="", budget_raises=raises)
        case GateKind.BUDGET if event.matter is BudgetMatter.PRICE:
            return replace(workflow, budget_approval="", unpriced_accepted=approved)
        case GateKind.BUDGET:
            first = workflow.submission.budget_usd
            raises = raised(workflow.budget_raises, first, workflow.usage) if approved else workflow.budget_raises
            return replace(workflow, budget_approval="", budget_raises=raises)
        case GateKind.BEFORE_TASK:
            return _with_task(workflow, event.task, state=TaskState.READY, approval="", passed_gate=approved)
        case GateKind.RESULT:
            return _with_task(workflow, event.task, approval="")


def _withdrawn(workflow: Workflow, event: ev.ApprovalWithdrawn) -> Workflow:
    left = tuple(name for name in workflow.unwanted_approvals if name != event.approval)
    return replace(workflow, unwanted_approvals=left)


def _readied(workflow: Workflow, event: ev.TaskReadied) -> Workflow:
    return _with_task(workflow, event.task, state=TaskState.READY, ready=event.at, retry_at=None)


def _started(workflow: Workflow, event: ev.TaskStarted) -> Workflow:
    booked = opened(workflow.tasks[event.task], key_of(event.attempt), event.instance)
    return _with_task(
        workflow,
        event.task,
        state=TaskState.RUNNING,
        attempt=event.attempt,
        instance=event.instance,
        endpoint=event.endpoint,
        started=event.at,
        ended=None,
        deadline=event.deadline,
        patience=event.patience,
        check_at=event.check_at,
        progress=0.0,
        progress_message="",
        spent=NOTHING,
        said=0,
        booked=booked,
    )


def _refused(workflow: Workflow, event: ev.TaskRefused) -> Workflow:
    books = book(workflow.tasks[event.task], key_of(event.attempt), NOTHING, wasted=True)
    return _with_task(workflow, event.task, state=TaskState.READY, instance="", endpoint="", deadline=None, **books)


def _progressed(workflow: Workflow, event: ev.TaskProgressed) -> Workflow:
    task = workflow.tasks[event.task]
    return _with_task(
        workflow,
        event.task,
        progress=event.fraction,
        progress_message=event.message,
        spent=event.usage,
        check_at=event.check_at or task.check_at,
    )


def _unchanged(workflow: Workflow, event: ev.Event) -> Workflow:
    return workflow


def _messaged(workflow: Workflow, event: ev.AgentMessaged) -> Workflow:
    return _with_task(workflow, event.task, said=event.number) if event.number else workflow


def _asked(workflow: Workflow, event: ev.AgentAsked) -> Workflow:
    question = Question(instance=event.instance, endpoint=event.endpoint, attempt=event.answer_attempt)
    task = workflow.tasks[event.task]
    key = key_of(event.answer_attempt, answering_task(event.task, event.ask_id))
    # One that had no room passed it on: the same try at another instance, and nothing is consumed yet.
    booked = task.booked if key in task.booked or not event.instance else opened(task, key, event.instance)
    return _with_task(workflow, event.task, asks={**task.asks, event.ask_id: question}, booked=booked)


def _answered(workflow: Workflow, event: ev.AgentAnswered) -> Workflow:
    task = workflow.tasks[event.task]
    question = task.asks.get(event.ask_id, Question(instance="", endpoint=""))
    key = key_of(question.attempt, answering_task(event.task, event.ask_id))
    books = book(task, key, event.usage, wasted=event.failure is not None, over=not gave_up(event.failure))
    after = (
        Question(instance="", endpoint="", attempt=question.attempt + 1)
        if event.failure
        else replace(question, answered=True)
    )
    return _with_task(workflow, event.task, asks={**task.asks, event.ask_id: after}, **books)


def _delivered(workflow: Workflow, event: ev.TaskDelivered) -> Workflow:
    task = workflow.tasks[event.task]
    return _with_task(
        workflow,
        event.task,
        state=TaskState.AWAITING_REVIEW,
        result=event.result,
        **book(task, key_of(event.attempt), event.result.usage, wasted=False),
        spent=NOTHING,
        progress=1.0,
        deadline=None,
    )


def _succeeded(workflow: Workflow, event: ev.TaskSucceeded) -> Workflow:
    task = workflow.tasks[event.task]
    changes: dict[str, Any] = {}
    if event.result is not None:
        books = book(task, key_of(event.attempt), event.result.usage, wasted=False)
        changes = {"result": event.result, **books}
    if task.earlier is not None:  # superseded
        changes["waste"] = changes.get("waste", task.waste) + task.earlier.usage
    return _with_task(
        workflow,
        event.task,
        state=TaskState.SUCCEEDED,
        ended=event.at,
        spent=NOTHING,
        progress=1.0,
        failure=None,
        deadline=None,
        **changes,
    )


def _retry_scheduled(workflow: Workflow, event: ev.TaskRetryScheduled) -> Workflow:
    task = workflow.tasks[event.task]
    lost = event.failure.failure_class is FailureClass.LOST
    blamed = not lost and event.failure.failure_class is not FailureClass.BUDGET
    return _with_task(
        replace(workflow, retries=workflow.retries + blamed),
        event.task,
        state=TaskState.RETRY_WAIT,
        failure=event.failure,
        failures=0 if event.fallback else task.failures + blamed,
        losses=0 if event.fallback else task.losses + lost,
        fell_back_after=event.attempt if event.fallback else task.fell_back_after,
        retry_at=event.retry_at,
        **book(task, key_of(event.attempt), event.usage, wasted=True, over=not gave_up(event.failure)),
        spent=NOTHING,
        deadline=None,
    )


def _failed(workflow: Workflow, event: ev.TaskFailed) -> Workflow:
    task = workflow.tasks[event.task]
    return _with_task(
        workflow,
        event.task,
        state=TaskState.FAILED,
        failure=event.failure,
        failures=task.failures + 1,
        ended=event.at,
        **book(task, key_of(event.attempt), event.usage, wasted=True, over=not gave_up(event.failure)),
        spent=NOTHING,
        approval="",
        deadline=None,
    )


def _skipped(workflow: Workflow, event: ev.TaskSkipped) -> Workflow:
    return _with_task(
        workflow, event.task, state=TaskState.SKIPPED, ended=event.at, approval="", progress_message=event.reason
    )


def _cancelled(workflow: Workflow, event: ev.TaskCancelled) -> Workflow:
    task, receipt = workflow.tasks[event.task], event.receipt
    books: dict[str, Any] = {}
    if task.running:
        stop = _stop(receipt.stopped, receipt.after) if receipt.confirmed else {}
        books = book(task, key_of(event.attempt), receipt.usage, wasted=True, over=receipt.confirmed, **stop)
    return _with_task(
        workflow,
        event.task,
        state=TaskState.CANCELLED,
        result=task.result or task.earlier,
        ended=event.at,
        spent=NOTHING,
        approval="",
        retry_at=None,
        deadline=None,
        **books,
    )


def _stop(stopped: datetime | None, after: Usage | None) -> dict[str, Any]:
    return {"cancelled": True, "stopped": stopped, "after": after}


def _came_back(workflow: Workflow, event: ev.AttemptCameBack) -> Workflow:
    task = workflow.tasks[event.task]
    # Its result counts: what it says after it is no waste.
    kept = task.state is TaskState.SUCCEEDED and task.failure is not None
    made = not kept and task.state in (TaskState.AWAITING_REVIEW, TaskState.SUCCEEDED)
    counts = event.attempt == task.attempt and made
    books = book(
        task,
        key_of(event.attempt, event.answers),
        event.reported,
        wasted=not counts,
        over=event.heard is not LastWord.PROGRESS,
        **(_stop(event.stopped, event.after) if event.heard is LastWord.CANCELLED else {}),
    )
    return _with_task(workflow, event.task, **books)


def _reset(workflow: Workflow, event: ev.TaskReset) -> Workflow:
    task = workflow.tasks[event.task]
    # A result that is thrown away was paid for: it is waste now.
    waste = task.waste + task.result.usage if task.result else task.waste
    earlier = task.earlier if task.state is TaskState.AWAITING_REVIEW else None
    fresh = replace(_afresh(task, event.feedback), waste=waste, earlier=earlier)
    reopened = replace(
        workflow,
        end=None,
        ended=None,
        failure=None,
        cancellation=None,
        state_reason="",
        retries=0,
        reopenings=workflow.reopenings + (workflow.end is not None),
        planning=replace(workflow.planning, failed="") if workflow.planning.failed else workflow.planning,
    )
    return replace(reopened, tasks={**workflow.tasks, event.task: fresh})


def _afresh(task: Task, feedback: str = "") -> Task:
    """The task before its first attempt, but for what was paid, said and decided."""
    return Task(
        spec=task.spec,
        attempt=task.attempt,
        usage=task.usage,
        waste=task.waste,
        booked=task.booked,
        feedback=(*task.feedback, feedback) if feedback else task.feedback,
        passed_gate=task.passed_gate,
        budget_raises=task.budget_raises,
        resets=task.resets + 1,
    )


def _revision_requested(workflow: Workflow, event: ev.RevisionRequested) -> Workflow:
    found: dict[str, str] = {}
    for wish in event.revisions:
        found[wish.task] = f"{found.get(wish.task, SENT_BACK)}{wish.feedback}\n"
    tasks = dict(workflow.tasks)
    for id_ in (*found, *event.waiting):
        task = tasks[id_]
        if task.running:  # it is stopped; what it said it consumed is paid, the rest comes with its last word
            task = replace(task, **book(task, key_of(task.attempt), task.spent, wasted=True, over=False))
        tasks[id_] = replace(_afresh(task, found.get(id_, "").strip()), earlier=task.result)
    return replace(workflow, tasks=tasks, revised=tuple(found))


def _kept(workflow: Workflow, event: ev.TaskKept) -> Workflow:
    task = workflow.tasks[event.task]
    books: dict[str, Any] = {}
    if event.failure is not None:
        books = book(task, key_of(event.attempt), event.usage, wasted=True, over=not gave_up(event.failure))
        if task.result is not None:  # a newer version that people refused
            books["waste"] += task.result.usage
    return _with_task(
        workflow,
        event.task,
        state=TaskState.SUCCEEDED,
        result=task.earlier,
        failure=event.failure,
        ended=event.at,
        spent=NOTHING,
        progress=1.0,
        progress_message=event.reason,
        approval="",
        retry_at=None,
        deadline=None,
        **books,
    )


def _handed_off(workflow: Workflow, event: ev.TaskHandedOff) -> Workflow:
    tasks: dict[str, Task] = {}
    for id_, task in workflow.tasks.items():
        waits = (*task.spec.depends_on, event.spec.id) if id_ in event.waiting else task.spec.depends_on
        tasks[id_] = replace(task, spec=replace(task.spec, depends_on=waits))
        if id_ == event.task:  # tasks stand after what they depend on
            tasks[event.spec.id] = Task(spec=event.spec)
    return replace(workflow, tasks=tasks)


_ON: dict[type, Callable[[Workflow, Any], Workflow]] = {
    ev.PlanDrafted: _drafted,
    ev.WorkflowPlanned: _planned,
    ev.ReplanRequested: _replan_requested,
    ev.ReplanDeclined: _replan_declined,
    ev.WorkflowReplanned: _replanned,
    ev.PlanEdited: _edited,
    ev.PlanEditRefused: _edit_refused,
    ev.WorkflowPaused: _paused,
    ev.WorkflowResumed: _resumed,
    ev.WorkflowHeld: _held,
    ev.WorkflowReleased: _released,
    ev.CancelRequested: _cancel_requested,
    ev.WorkflowEnded: _ended,
    ev.ApprovalRequested: _approval_requested,
    ev.ApprovalDecided: _approval_decided,
    ev.ApprovalWithdrawn: _withdrawn,
    ev.TaskReadied: _readied,
    ev.TaskStarted: _started,
    ev.TaskRefused: _refused,
    ev.TaskProgressed: _progressed,
    ev.TaskTextStreamed: _unchanged,
    ev.AgentMessaged: _messaged,
    ev.AgentAsked: _asked,
    ev.AgentAnswered: _answered,
    ev.TaskDelivered: _delivered,
    ev.TaskSucceeded: _succeeded,
    ev.TaskRetryScheduled: _retry_scheduled,
    ev.TaskFailed: _failed,
    ev.TaskSkipped: _skipped,
    ev.TaskCancelled: _cancelled,
    ev.AttemptCameBack: _came_back,
    ev.TaskReset: _reset,
    ev.TaskHandedOff: _handed_off,
    ev.RevisionRequested: _revision_requested,
    ev.RevisionDeclined: _unchanged,
    ev.TaskKept: _kept,
}
