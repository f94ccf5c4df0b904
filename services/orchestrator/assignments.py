"""What an agent is told when it gets a task, and what its words mean to the rules."""

from __future__ import annotations

from graphlib import TopologicalSorter

from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.names import AttemptKey
from services.orchestrator import convert as to
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain.budgets import remaining_usd
from services.orchestrator.domain.outcomes import NOTHING, Failure, FailureClass, Result
from services.orchestrator.domain.revision import upstream
from services.orchestrator.domain.workflow import Task, Workflow
from services.orchestrator.work_stream import ref_of

TEXT_LIMIT = 16 * 1024
"""Characters of a piece of text that enters the run log."""


def assignment(workflow: Workflow, task: Task, epoch: int) -> pb.Assignment:
    """The assignment of a task's newest attempt."""
    asked, spec = workflow.submission, task.spec
    return pb.Assignment(
        ref=ref_of(AttemptKey(workflow.id, spec.id, task.attempt)),
        epoch=epoch,
        request=asked.request,
        title=spec.title,
        instructions=spec.instructions,
        feedback=task.feedback,
        inputs=[_input(workflow, made, result) for made, result in _inputs(workflow, spec.id)],
        deadline_time=to.timestamp(task.deadline),
        traceparent=asked.traceparent,
        tenant=asked.tenant,
        capability=task.capability,
        model=task.model,
        budget_usd=remaining_usd(workflow, task),
        accepts_unpriced=workflow.unpriced_accepted,
        plan_simulated=workflow.plan is not None and workflow.plan.simulated,
        earlier=_input(workflow, task, task.earlier) if task.earlier else None,
    )


def _inputs(workflow: Workflow, task: str) -> list[tuple[Task, Result]]:
    """Everything the task depends on, directly or not, that has a result; each after what it rests on itself."""
    order = TopologicalSorter({id_: workflow.tasks[id_].spec.depends_on for id_ in upstream(workflow, task)})
    found = (workflow.tasks[id_] for id_ in order.static_order())
    return [(each, each.result) for each in found if each.result is not None]


def _input(workflow: Workflow, task: Task, result: Result) -> pb.TaskInput:
    return pb.TaskInput(
        task=to.task_name(workflow.id, task.spec.id),
        agent_type=task.agent_type,
        title=task.spec.title,
        artifacts=[to.artifact_to_pb(workflow.id, task.spec.id, artifact) for artifact in result.artifacts],
        simulated=result.simulated,
    )


def command_for(
    key: AttemptKey, message: pb.WorkResponse, *, cancelling: bool, default_attempts: int
) -> cmd.Command | None:
    """What an agent's message means to the rules; None when it means nothing to them."""
    match message.WhichOneof("kind"):
        case "refused":
            return _refused(key, message.refused)
        case "progress":
            return cmd.MakeProgress(
                task=key.task,
                attempt=key.attempt,
                fraction=message.progress.fraction,
                message=message.progress.message[:500],
                usage=to.usage_from_pb(message.progress.usage),
            )
        case "text":
            return cmd.StreamText(task=key.task, attempt=key.attempt, text=message.text.text[:TEXT_LIMIT])
        case "message":
            pattern = pb.MessagePattern.Name(message.message.pattern).removeprefix("MESSAGE_PATTERN_").lower()
            return cmd.SayToAgents(
                task=key.task,
                attempt=key.attempt,
                pattern=pattern,
                topic=message.message.topic[:200],
                body=to.bounded(message.message.body),
                number=message.message.number,
            )
        case "result":
            return cmd.Succeed(task=key.task, attempt=key.attempt, result=to.result_from_pb(message.result))
        case "failure":
            wait = message.failure.retry_after
            after = message.failure.HasField("usage_after_deadline")
            return cmd.Fail(
                task=key.task,
                attempt=key.attempt,
                failure=to.failure_from_pb(message.failure.failure),
                usage=to.usage_from_pb(message.failure.usage),
                retry_after=to.span_or_none(wait) if message.failure.HasField("retry_after") else None,
                default_attempts=default_attempts,
                after=to.usage_from_pb(message.failure.usage_after_deadline) if after else None,
            )
        case "cancelled":
            return _cancelled(key, message.cancelled, cancelling, default_attempts)
        case _:
            return None


def _refused(key: AttemptKey, refused: pb.Refused) -> cmd.Command:
    if refused.reason == pb.REFUSAL_REASON_UNSUPPORTED:
        failure = Failure(
            failure_class=FailureClass.PERMANENT,
            message=f"The agent cannot do this: {refused.message or 'no reason given'}",
            reason="AGENT_UNSUPPORTED",
        )
        return cmd.Fail(task=key.task, attempt=key.attempt, failure=failure, usage=NOTHING)
    reason = pb.RefusalReason.Name(refused.reason).removeprefix("REFUSAL_REASON_").lower()
    return cmd.Refuse(task=key.task, attempt=key.attempt, reason=reason)


def _cancelled(key: AttemptKey, receipt: pb.Cancelled, cancelling: bool, default_attempts: int) -> cmd.Command:
    usage = to.usage_from_pb(receipt.usage)
    if cancelling:
        stopped, after = to.stop_from_pb(receipt)
        return cmd.ConfirmCancel(
            task=key.task, attempt=key.attempt, stopped=stopped, usage=usage, confirmed=True, after=after
        )
    # Nobody cancels the workflow: somebody else stopped the attempt, so it is tried again.
    failure = Failure(
        failure_class=FailureClass.RETRYABLE, message="The attempt was cancelled at the agent", reason="CANCELLED"
    )
    return cmd.Fail(task=key.task, attempt=key.attempt, failure=failure, usage=usage, default_attempts=default_attempts)


def overdue_receipt(task: Task) -> cmd.ConfirmCancel:
    """An agent did not confirm a cancellation in time."""
    return cmd.ConfirmCancel(task=task.spec.id, attempt=task.attempt, stopped=None, usage=task.spent, confirmed=False)
