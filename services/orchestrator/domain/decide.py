"""What a command makes happen: `decide(workflow, command, now) -> Decision`.

A decision folds its own events as it goes, so the consequences of one event (a task becomes ready,
a dependent is skipped, the workflow ends) are drawn from the state right after it. `_settle` draws
them, in one place, for every command.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from chassis.errors import FailedPrecondition, NotFound
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import events as ev
from services.orchestrator.domain.evolve import evolve
from services.orchestrator.domain.retry import rest_before_retry
from services.orchestrator.domain.workflow import (
    NOTHING,
    Failure,
    FailureClass,
    GateKind,
    Outcome,
    Receipt,
    Result,
    Submission,
    Task,
    TaskState,
    Workflow,
    WorkflowState,
)

MAX_FEEDBACK = 20
"""How often a person may send a task back before it counts as failed."""
DEADLINE_GRACE = timedelta(seconds=30)
"""An agent ends an attempt at its deadline by itself; one that has not by then is given up."""


class Decision:
    """The events of a command, and the workflow after them."""

    __slots__ = ("events", "now", "workflow")

    def __init__(self, workflow: Workflow, now: datetime) -> None:
        self.workflow = workflow
        self.now = now
        self.events: list[ev.Event] = []

    def happen(self, event: ev.Event) -> None:
        """Adds an event and draws what is true after it."""
        self.events.append(event)
        self.workflow = evolve(self.workflow, event)


def submit(submission: Submission) -> Decision:
    """A workflow begins."""
    event = ev.WorkflowSubmitted(at=submission.created, submission=submission)
    decision = Decision(evolve(None, event), submission.created)
    decision.events.append(event)
    return decision


def decide(workflow: Workflow, command: cmd.Command, now: datetime) -> Decision:
    """What happens because of the command, consequences included.

    Raises:
        FailedPrecondition: the workflow's state forbids what a person wants.
        NotFound: the command names a task that the workflow does not have.
    """
    decision = Decision(workflow, now)
    _ON[type(command)](decision, command)
    if decision.events:
        _settle(decision)
    return decision


# -- people ---------------------------------------------------------------------------------------


def _pause(d: Decision, c: cmd.Pause) -> None:
    _refuse_when_over(d.workflow, "paused")
    if not d.workflow.paused:
        d.happen(ev.WorkflowPaused(at=d.now, by=c.by, reason=c.reason))


def _resume(d: Decision, c: cmd.Resume) -> None:
    if not d.workflow.paused or d.workflow.end is not None:
        raise _wrong_state(d.workflow, "resumed", "Only a PAUSED workflow can be")
    d.happen(ev.WorkflowResumed(at=d.now, by=c.by))


def _cancel(d: Decision, c: cmd.Cancel) -> None:
    if d.workflow.end is WorkflowState.CANCELLED or d.workflow.cancellation:
        return
    _refuse_when_over(d.workflow, "cancelled")
    d.happen(ev.CancelRequested(at=d.now, by=c.by, reason=c.reason))


def _retry_task(d: Decision, c: cmd.RetryTask) -> None:
    task = d.workflow.tasks.get(c.task)
    if task is None:
        raise NotFound("task", f"workflows/{d.workflow.id}/tasks/{c.task}")
    if task.state not in (TaskState.FAILED, TaskState.SKIPPED, TaskState.CANCELLED):
        raise FailedPrecondition(
            f"Task '{c.task}' of 'workflows/{d.workflow.id}' is {task.state.upper()}; "
            "only a FAILED, SKIPPED or CANCELLED task can begin afresh.",
            subject=f"workflows/{d.workflow.id}/tasks/{c.task}",
            reason="TASK_NOT_RETRYABLE",
            metadata={"task": c.task, "state": task.state.upper()},
        )
    if d.workflow.cancellation and d.workflow.end is None:
        raise _wrong_state(d.workflow, "retried", "It is being cancelled; wait until it is CANCELLED, then it can be")
    deadline = d.workflow.submission.deadline
    if deadline and deadline <= d.now:
        raise _wrong_state(
            d.workflow,
            "retried",
            f"Its time ran out at {deadline.isoformat(timespec='seconds')}; submit it again with a longer timeout. "
            "Only a workflow with time left can be",
        )
    feedback = {c.task: c.feedback}
    for id_ in _to_begin_afresh(d.workflow, c.task):
        d.happen(
            ev.TaskReset(
                at=d.now, task=id_, attempt=d.workflow.tasks[id_].attempt, by=c.by, feedback=feedback.get(id_, "")
            )
        )


def _to_begin_afresh(workflow: Workflow, task: str) -> list[str]:
    """The task, what it rests on without result, what was skipped because of it, and everything that was cancelled."""
    chosen = {task}
    order = list(workflow.tasks)
    for id_ in reversed(order):
        # A skipped task can only run when what it waited for runs too.
        if id_ in chosen:
            chosen.update(d for d in workflow.tasks[id_].spec.depends_on if _without_result(workflow.tasks[d]))
    for id_ in order:
        state = workflow.tasks[id_].state
        if state is TaskState.SKIPPED and chosen.intersection(workflow.tasks[id_].spec.depends_on):
            chosen.add(id_)
        if state is TaskState.CANCELLED:
            chosen.add(id_)
    return [id_ for id_ in order if id_ in chosen]


def _without_result(task: Task) -> bool:
    return task.state.ended and task.state is not TaskState.SUCCEEDED and not task.spec.optional


# -- planning and gates ---------------------------------------------------------------------------


def _adopt_plan(d: Decision, c: cmd.AdoptPlan) -> None:
    if d.workflow.plan is None and d.workflow.end is None:
        d.happen(ev.WorkflowPlanned(at=d.now, plan=c.plan, title=c.title))


def _fail_planning(d: Decision, c: cmd.FailPlanning) -> None:
    if d.workflow.plan is None and d.workflow.end is None:
        _end(d, WorkflowState.FAILED, c.failure)


def _open_approval(d: Decision, c: cmd.OpenApproval) -> None:
    if gate_is_open(d.workflow, c.gate, c.task, c.attempt):
        d.happen(
            ev.ApprovalRequested(
                at=d.now, approval=c.approval, gate=c.gate, title=c.title, task=c.task, attempt=c.attempt
            )
        )


def gate_is_open(workflow: Workflow, gate: GateKind, task: str, attempt: int) -> bool:
    """Whether work waits at this gate and nobody has been asked yet."""
    if workflow.end is not None or workflow.cancellation or workflow.plan is None:
        return False
    match gate:
        case GateKind.PLAN:
            return not workflow.plan_approved and not workflow.plan_approval
        case GateKind.BUDGET:
            return workflow.over_budget and not workflow.budget_approval
        case GateKind.BEFORE_TASK:
            waiting = workflow.tasks[task]
            asked = bool(waiting.approval) or waiting.passed_gate or waiting.spec.gate(gate) is None
            return waiting.state is TaskState.READY and not asked
        case GateKind.RESULT:
            delivered = workflow.tasks[task]
            waits = delivered.state is TaskState.AWAITING_REVIEW and delivered.attempt == attempt
            return waits and not delivered.approval


def _resolve_approval(d: Decision, c: cmd.ResolveApproval) -> None:
    # By policy the gate is decided without ever having asked; by a person the approval must be the one that waits.
    asked = c.approval in d.workflow.pending_approvals
    if not asked and not gate_is_open(d.workflow, c.gate, c.task, c.attempt):
        return
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
        )
    )
    if c.gate is GateKind.RESULT:
        _result_decided(d, c)
    elif c.outcome is not Outcome.APPROVED:
        _refused_at_gate(d, c)


def _note_withdrawal(d: Decision, c: cmd.NoteWithdrawal) -> None:
    if c.approval in d.workflow.unwanted_approvals:
        d.happen(ev.ApprovalWithdrawn(at=d.now, approval=c.approval))


def _result_decided(d: Decision, c: cmd.ResolveApproval) -> None:
    task = d.workflow.tasks[c.task]
    if c.outcome is Outcome.APPROVED:
        if c.edited is not None and task.result is not None:
            kept = tuple(a for a in task.result.artifacts if a.name != c.edited.name)
            edited = _replaced(task.result, (*kept, c.edited))
            d.happen(ev.TaskDelivered(at=d.now, task=c.task, attempt=task.attempt, result=edited))
        d.happen(ev.TaskSucceeded(at=d.now, task=c.task, attempt=task.attempt))
    elif c.outcome is Outcome.REJECTED and len(task.feedback) < MAX_FEEDBACK:
        d.happen(ev.TaskReset(at=d.now, task=c.task, attempt=task.attempt, by=c.by, feedback=c.feedback))
    else:
        _refused_at_gate(d, c)


def _replaced(result: Result, artifacts: tuple[Any, ...]) -> Result:
    return Result(
        artifacts=artifacts,
        summary=result.summary,
        confidence=result.confidence,
        usage=result.usage,
        simulated=result.simulated,
        models=result.models,
    )


def _refused_at_gate(d: Decision, c: cmd.ResolveApproval) -> None:
    words = f": {c.feedback}" if c.feedback else ""
    said = f"was rejected by {c.by}{words}" if c.outcome is Outcome.REJECTED else "ended without a decision"
    reason = "REJECTED" if c.outcome is Outcome.REJECTED else "APPROVAL_EXPIRED"
    if c.task:
        failure = Failure(failure_class=FailureClass.PERMANENT, message=f"The task {said}", reason=reason)
        task = d.workflow.tasks[c.task]
        d.happen(ev.TaskFailed(at=d.now, task=c.task, attempt=task.attempt, failure=failure, usage=NOTHING))
    elif c.gate is GateKind.BUDGET:
        d.happen(ev.CancelRequested(at=d.now, by=c.by, reason=f"Raising the budget {said}"))
    else:
        failure = Failure(failure_class=FailureClass.PERMANENT, message=f"The plan {said}", reason=f"PLAN_{reason}")
        _end(d, WorkflowState.FAILED, failure)


# -- agents ---------------------------------------------------------------------------------------


def _start_task(d: Decision, c: cmd.StartTask) -> None:
    if not startable(d.workflow, c.task):
        return
    task = d.workflow.tasks[c.task]
    deadline = d.now + (task.spec.timeout or c.default_timeout)
    if d.workflow.submission.deadline:
        deadline = min(deadline, d.workflow.submission.deadline)
    d.happen(
        ev.TaskStarted(
            at=d.now,
            task=c.task,
            attempt=task.attempt + 1,
            instance=c.instance,
            endpoint=c.endpoint,
            reason=c.reason,
            deadline=deadline,
        )
    )


def startable(workflow: Workflow, task_id: str) -> bool:
    """Whether the task only lacks an agent: ready, past its gate, and the workflow goes on."""
    if workflow.end or workflow.paused or workflow.cancellation or not workflow.plan_approved or workflow.over_budget:
        return False
    task = workflow.tasks[task_id]
    gated = task.spec.gate(GateKind.BEFORE_TASK) is not None
    return task.state is TaskState.READY and (task.passed_gate or not gated)


def _current(d: Decision, report: cmd.Report) -> Task | None:
    """The task, when the report is about the attempt that runs; a late report changes nothing."""
    task = d.workflow.tasks.get(report.task)
    return task if task is not None and task.running and task.attempt == report.attempt else None


def _refuse(d: Decision, c: cmd.Refuse) -> None:
    if task := _current(d, c):
        d.happen(ev.TaskRefused(at=d.now, task=c.task, attempt=c.attempt, instance=task.instance, reason=c.reason))


def _make_progress(d: Decision, c: cmd.MakeProgress) -> None:
    if task := _current(d, c):
        fraction = max(task.progress, min(1.0, c.fraction))
        d.happen(
            ev.TaskProgressed(
                at=d.now, task=c.task, attempt=c.attempt, fraction=fraction, message=c.message, usage=c.usage
            )
        )


def _stream_text(d: Decision, c: cmd.StreamText) -> None:
    if _current(d, c):
        d.happen(ev.TaskTextStreamed(at=d.now, task=c.task, attempt=c.attempt, text=c.text))


def _say(d: Decision, c: cmd.SayToAgents) -> None:
    if _current(d, c):
        d.happen(
            ev.AgentMessaged(at=d.now, task=c.task, attempt=c.attempt, pattern=c.pattern, topic=c.topic, body=c.body)
        )


def _ask(d: Decision, c: cmd.AskAgent) -> None:
    if _current(d, c):
        d.happen(
            ev.AgentAsked(
                at=d.now,
                task=c.task,
                attempt=c.attempt,
                ask_id=c.ask_id,
                agent_type=c.agent_type,
                instructions=c.instructions,
                instance=c.instance,
                endpoint=c.endpoint,
            )
        )


def _answer(d: Decision, c: cmd.AnswerAgent) -> None:
    if _current(d, c):
        d.happen(
            ev.AgentAnswered(
                at=d.now,
                task=c.task,
                attempt=c.attempt,
                ask_id=c.ask_id,
                summary=c.summary,
                usage=c.usage,
                failure=c.failure,
            )
        )


def _succeed(d: Decision, c: cmd.Succeed) -> None:
    if task := _current(d, c):
        # A result that arrives while the workflow is being cancelled counts: it is paid for.
        gated = task.spec.gate(GateKind.RESULT) is not None and not d.workflow.cancellation
        fact = ev.TaskDelivered if gated else ev.TaskSucceeded
        d.happen(fact(at=d.now, task=c.task, attempt=c.attempt, result=c.result))


def _fail(d: Decision, c: cmd.Fail) -> None:
    task = _current(d, c)
    if task is None:
        return
    # An agent that went away cannot say what it consumed; what it said before it went is known to be spent.
    usage = task.spent if c.usage == NOTHING else c.usage
    if d.workflow.cancellation:
        confirmed = c.failure.failure_class is not FailureClass.LOST
        receipt = Receipt(stopped=d.now if confirmed else None, usage=usage, confirmed=confirmed)
        d.happen(ev.TaskCancelled(at=d.now, task=c.task, attempt=c.attempt, receipt=receipt))
        return
    rest = rest_before_retry(
        task,
        c.failure.failure_class,
        workflow=d.workflow.id,
        retry_after=c.retry_after,
        default_attempts=c.default_attempts,
    )
    if rest is None:
        d.happen(ev.TaskFailed(at=d.now, task=c.task, attempt=c.attempt, failure=c.failure, usage=usage))
        return
    retry_at = d.now + rest
    d.happen(
        ev.TaskRetryScheduled(
            at=d.now, task=c.task, attempt=c.attempt, failure=c.failure, retry_at=retry_at, usage=usage
        )
    )
    if rest == timedelta():
        d.happen(ev.TaskReadied(at=d.now, task=c.task, attempt=c.attempt))


def _confirm_cancel(d: Decision, c: cmd.ConfirmCancel) -> None:
    task = _current(d, c)
    if task is not None and d.workflow.cancellation:
        usage = c.usage if c.confirmed else task.spent
        receipt = Receipt(stopped=c.stopped, usage=usage, confirmed=c.confirmed)
        d.happen(ev.TaskCancelled(at=d.now, task=c.task, attempt=c.attempt, receipt=receipt))


def _tick(d: Decision, c: cmd.Tick) -> None:
    deadline = d.workflow.submission.deadline
    if deadline and deadline <= d.now and not d.workflow.end and not d.workflow.cancellation:
        d.happen(ev.CancelRequested(at=d.now, by="deadline", reason="The workflow ran out of its time"))
        return
    for id_, task in d.workflow.tasks.items():
        if task.state is TaskState.RETRY_WAIT and task.retry_at and task.retry_at <= d.now:
            d.happen(ev.TaskReadied(at=d.now, task=id_, attempt=task.attempt))
        elif task.running and task.deadline and task.deadline + DEADLINE_GRACE <= d.now:
            late = Failure(
                failure_class=FailureClass.DEADLINE,
                message=f"The agent {task.instance} neither finished nor stopped by its deadline",
                reason="ATTEMPT_OVERDUE",
            )
            _fail(
                d,
                cmd.Fail(
                    task=id_,
                    attempt=task.attempt,
                    failure=late,
                    usage=task.spent,
                    default_attempts=c.default_attempts,
                ),
            )


# -- consequences ---------------------------------------------------------------------------------


def _settle(d: Decision) -> None:
    """Draws every consequence of what has happened, until there is none left."""
    if d.workflow.end is not None:
        return
    if d.workflow.cancellation:
        _cancel_what_does_not_run(d)
    elif d.workflow.plan_approved:
        # Tasks stand after what they depend on, so one pass carries a skip through the whole graph.
        for id_ in d.workflow.tasks:
            _settle_task(d, id_)
    tasks = d.workflow.tasks.values()
    if (tasks or d.workflow.cancellation) and all(task.state.ended for task in tasks):
        _end(d, *_outcome(d.workflow))


def _settle_task(d: Decision, id_: str) -> None:
    task = d.workflow.tasks[id_]
    if task.state is not TaskState.PENDING:
        return
    needs = [d.workflow.tasks[name] for name in task.spec.depends_on]
    missing = [need for need in needs if _without_result(need)]
    if missing:
        names = ", ".join(f"'{need.spec.id}' ({need.state.upper()})" for need in missing)
        reason = f"It needs what these did not make: {names}"
        d.happen(ev.TaskSkipped(at=d.now, task=id_, attempt=task.attempt, reason=reason))
    elif all(need.state.ended for need in needs):
        d.happen(ev.TaskReadied(at=d.now, task=id_, attempt=task.attempt))


def _cancel_what_does_not_run(d: Decision) -> None:
    nothing = Receipt(stopped=None, usage=NOTHING, confirmed=True)
    for id_, task in d.workflow.tasks.items():
        if not task.running and not task.state.ended:
            d.happen(ev.TaskCancelled(at=d.now, task=id_, attempt=task.attempt, receipt=nothing))


def _outcome(workflow: Workflow) -> tuple[WorkflowState, Failure | None]:
    if workflow.cancellation:
        return WorkflowState.CANCELLED, None
    for task in workflow.tasks.values():
        if task.state is not TaskState.SUCCEEDED and not task.spec.optional:
            fallback = Failure(
                failure_class=FailureClass.PERMANENT, message="It has no result", reason=f"TASK_{task.state.upper()}"
            )
            cause = task.failure or fallback
            message = f"Task '{task.spec.id}' {task.state}: {cause.message}"
            return WorkflowState.FAILED, Failure(
                failure_class=cause.failure_class, message=message, reason=cause.reason
            )
    return WorkflowState.SUCCEEDED, None


def _end(d: Decision, state: WorkflowState, failure: Failure | None) -> None:
    usage, waste = d.workflow.usage, d.workflow.waste
    d.happen(ev.WorkflowEnded(at=d.now, state=state, failure=failure, usage=usage, waste=waste))


def _refuse_when_over(workflow: Workflow, verb: str) -> None:
    if workflow.end is not None:
        raise _wrong_state(workflow, verb, "Only a workflow that has not ended can be")


def _wrong_state(workflow: Workflow, verb: str, rule: str) -> FailedPrecondition:
    return FailedPrecondition(
        f"Workflow 'workflows/{workflow.id}' is {workflow.state.upper()}. {rule} {verb}.",
        subject=f"workflows/{workflow.id}",
        reason="WORKFLOW_STATE",
        metadata={"workflow": workflow.id, "state": workflow.state.upper()},
    )


_ON: dict[type, Callable[[Decision, Any], None]] = {
    cmd.AdoptPlan: _adopt_plan,
    cmd.FailPlanning: _fail_planning,
    cmd.Pause: _pause,
    cmd.Resume: _resume,
    cmd.Cancel: _cancel,
    cmd.RetryTask: _retry_task,
    cmd.OpenApproval: _open_approval,
    cmd.ResolveApproval: _resolve_approval,
    cmd.NoteWithdrawal: _note_withdrawal,
    cmd.StartTask: _start_task,
    cmd.Refuse: _refuse,
    cmd.MakeProgress: _make_progress,
    cmd.StreamText: _stream_text,
    cmd.SayToAgents: _say,
    cmd.AskAgent: _ask,
    cmd.AnswerAgent: _answer,
    cmd.Succeed: _succeed,
    cmd.Fail: _fail,
    cmd.ConfirmCancel: _confirm_cancel,
    cmd.Tick: _tick,
}
