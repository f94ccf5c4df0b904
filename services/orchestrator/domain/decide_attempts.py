"""Attempts: an agent is chosen, reports, succeeds or fails; time passes. A late report changes only the books."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import events as ev
from services.orchestrator.domain.booking import OVERDUE, gave_up
from services.orchestrator.domain.budgets import task_is_spent, workflow_matter
from services.orchestrator.domain.decide_late import too_late
from services.orchestrator.domain.decision import Decision, current
from services.orchestrator.domain.evolve import evolve
from services.orchestrator.domain.hand_off import hand_on, refusal
from services.orchestrator.domain.outcomes import Failure, FailureClass, LastWord, Receipt, Usage
from services.orchestrator.domain.plan import GateKind
from services.orchestrator.domain.retry import rest_before_retry, retry_budget_spent, without_retry
from services.orchestrator.domain.revision import give_up, send_back
from services.orchestrator.domain.timeouts import allowance, check_of, unreachable
from services.orchestrator.domain.workflow import Task, TaskState, Workflow

DEADLINE_GRACE = timedelta(seconds=30)
"""An agent ends an attempt at its deadline by itself; one that has not by then is given up."""


def _start_task(d: Decision, c: cmd.StartTask) -> None:
    if not startable(d.workflow, c.task):
        return
    task = d.workflow.tasks[c.task]
    allowed = allowance(task.spec, c.usual, c.timeouts)
    deadline = d.now + allowed.ceiling
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
            patience=allowed.patience,
            check_at=min(deadline, d.now + allowed.patience),
            timeout_reason=allowed.reason,
            contenders=c.contenders,
        )
    )


def startable(workflow: Workflow, task_id: str) -> bool:
    """Whether the task only lacks an agent: ready, past its gate, within its budgets, and the workflow goes on."""
    if workflow.end or workflow.paused or workflow.cancellation or workflow.hold or not workflow.released(task_id):
        return False
    task = workflow.tasks[task_id]
    return task.ready_to_start and not task_is_spent(task) and workflow_matter(workflow) is None


def _refuse(d: Decision, c: cmd.Refuse) -> None:
    if task := current(d, c):
        d.happen(ev.TaskRefused(at=d.now, task=c.task, attempt=c.attempt, instance=task.instance, reason=c.reason))


def _make_progress(d: Decision, c: cmd.MakeProgress) -> None:
    task = current(d, c)
    if task is None:
        too_late(d, c, LastWord.PROGRESS, c.usage)
        return
    d.happen(
        ev.TaskProgressed(
            at=d.now,
            task=c.task,
            attempt=c.attempt,
            fraction=max(task.progress, min(1.0, c.fraction)),
            message=c.message,
            usage=c.usage.most(task.spent),
        )
    )


def _stream_text(d: Decision, c: cmd.StreamText) -> None:
    if current(d, c):
        d.happen(ev.TaskTextStreamed(at=d.now, task=c.task, attempt=c.attempt, text=c.text))


def _succeed(d: Decision, c: cmd.Succeed) -> None:
    task = current(d, c)
    if task is None:
        too_late(d, c, LastWord.RESULT, c.result.usage)
    else:
        refused = refusal(d.workflow, c.task, c.result, c.hand_off_depth)
        if refused is not None:
            _fail(d, cmd.Fail(task=c.task, attempt=c.attempt, failure=refused, usage=c.result.usage))
            return
        # A result that arrives while the workflow is being cancelled counts: it is paid for.
        gated = task.spec.gate(GateKind.RESULT) is not None and not d.workflow.cancellation
        fact = ev.TaskDelivered if gated else ev.TaskSucceeded
        result = replace(c.result, usage=c.result.usage.most(task.spent))
        d.happen(fact(at=d.now, task=c.task, attempt=c.attempt, result=result))
        if not gated:
            hand_on(d, c.task)
            send_back(d, c.task)


def _fail(d: Decision, c: cmd.Fail) -> None:
    task = current(d, c)
    if task is None:
        if not gave_up(c.failure):
            too_late(d, c, LastWord.FAILURE, c.usage)
        return
    # An agent that went away cannot say what it consumed; what it said before it went is known to be spent.
    usage = c.usage.most(task.spent)
    if d.workflow.cancellation:
        confirmed = not gave_up(c.failure)
        receipt = Receipt(stopped=d.now if confirmed else None, usage=usage, confirmed=confirmed, after=c.after)
        d.happen(ev.TaskCancelled(at=d.now, task=c.task, attempt=c.attempt, receipt=receipt))
        return
    if c.failure.failure_class is FailureClass.BUDGET:
        if _waits_for_money(d, c, usage):
            return
        # Its budget was raised meanwhile, or it never had one: that failed like anything else, within the same bounds.
        c = dataclasses.replace(c, failure=replace(c.failure, failure_class=FailureClass.RETRYABLE))
    rest = rest_before_retry(
        task,
        c.failure.failure_class,
        workflow=d.workflow.id,
        retry_after=c.retry_after,
        default_attempts=c.default_attempts,
    )
    fallback = None
    if rest is None and not task.fell_back_after:
        fallback = task.spec.fallback
        rest = timedelta() if fallback else None
    spent = rest is not None and retry_budget_spent(d.workflow, c.failure.failure_class)
    if rest is None or spent:
        failure = without_retry(d.workflow, c.failure) if spent else c.failure
        give_up(d, c.task, failure, usage)
        return
    retry_at = d.now + rest
    d.happen(
        ev.TaskRetryScheduled(
            at=d.now,
            task=c.task,
            attempt=c.attempt,
            failure=c.failure,
            retry_at=retry_at,
            usage=usage,
            fallback=fallback,
        )
    )
    if rest == timedelta():
        d.happen(ev.TaskReadied(at=d.now, task=c.task, attempt=c.attempt))


def _waits_for_money(d: Decision, c: cmd.Fail, usage: Usage) -> bool:
    """The attempt stopped at a budget: the task is ready again and people are asked. False: nothing is to be asked."""
    again = ev.TaskRetryScheduled(
        at=d.now, task=c.task, attempt=c.attempt, failure=c.failure, retry_at=d.now, usage=usage
    )
    after = evolve(d.workflow, again)
    asks = workflow_matter(after) is not None or task_is_spent(after.tasks[c.task])
    if asks:
        d.happen(again)
        d.happen(ev.TaskReadied(at=d.now, task=c.task, attempt=c.attempt))
    return asks


def _confirm_cancel(d: Decision, c: cmd.ConfirmCancel) -> None:
    task = current(d, c)
    if task is None:
        if c.confirmed:
            too_late(d, c, LastWord.CANCELLED, c.usage, stopped=c.stopped, after=c.after)
    elif d.workflow.cancellation:
        usage = c.usage.most(task.spent)
        receipt = Receipt(stopped=c.stopped, usage=usage, confirmed=c.confirmed, after=c.after)
        d.happen(ev.TaskCancelled(at=d.now, task=c.task, attempt=c.attempt, receipt=receipt))


def _tick(d: Decision, c: cmd.Tick) -> None:
    deadline = d.workflow.submission.deadline
    if deadline and deadline <= d.now and not d.workflow.end and not d.workflow.cancellation:
        d.happen(ev.CancelRequested(at=d.now, by="deadline", reason="The workflow ran out of its time"))
        return
    if d.workflow.hold and d.workflow.hold.until <= d.now:
        d.happen(ev.WorkflowReleased(at=d.now))
    for id_, task in d.workflow.tasks.items():
        if task.state is TaskState.RETRY_WAIT and task.retry_at and task.retry_at <= d.now:
            d.happen(ev.TaskReadied(at=d.now, task=id_, attempt=task.attempt))
        elif task.running and task.deadline and task.deadline + DEADLINE_GRACE <= d.now:
            late = Failure(
                failure_class=FailureClass.DEADLINE,
                message=f"The agent {task.instance} neither finished nor stopped by its deadline",
                reason=OVERDUE,
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
        elif (check := check_of(task)) and check <= d.now:
            _check(d, id_, task, reached=(id_, task.attempt) not in c.unreachable)


def _check(d: Decision, id_: str, task: Task, *, reached: bool) -> None:
    """An attempt takes longer than usual: it goes on when it lives, and is tried elsewhere when nobody reaches it."""
    if not reached:
        _fail(d, cmd.Fail(task=id_, attempt=task.attempt, failure=unreachable(task), usage=task.spent))
        return
    d.happen(
        ev.TaskProgressed(
            at=d.now,
            task=id_,
            attempt=task.attempt,
            fraction=task.progress,
            message=task.progress_message or "Takes longer than usual; its agent is alive",
            usage=task.spent,
            check_at=min(task.deadline or d.now, d.now + (task.patience or timedelta())),
        )
    )


ON_ATTEMPTS: dict[type, Callable[[Decision, Any], None]] = {
    cmd.StartTask: _start_task,
    cmd.Refuse: _refuse,
    cmd.MakeProgress: _make_progress,
    cmd.StreamText: _stream_text,
    cmd.Succeed: _succeed,
    cmd.Fail: _fail,
    cmd.ConfirmCancel: _confirm_cancel,
    cmd.Tick: _tick,
}
"""By command: what agents and timers bring."""
