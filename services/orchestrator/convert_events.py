"""The run log's entries as contract messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from heyjarvis.agents.v1 import agent_service_pb2 as agents
from heyjarvis.agents.v1 import usage_pb2
from heyjarvis.orchestrator.v1 import event_pb2 as pb
from msgspec.structs import asdict

from services.orchestrator import convert as to
from services.orchestrator.convert_workflows import fallback_to_pb, plan_to_pb, spec_to_pb
from services.orchestrator.domain import events as ev
from services.orchestrator.domain.outcomes import Result, Usage


def event_to_pb(workflow: str, sequence: int, event: ev.Event) -> pb.WorkflowEvent:
    """One thing that happened."""
    field, body = _BODIES[type(event)](workflow, event)
    return pb.WorkflowEvent(
        cursor=to.cursor(workflow, sequence),
        time=to.timestamp(event.at),
        task=getattr(event, "task", ""),
        attempt=getattr(event, "attempt", 0),
        **{field: body},
    )


def _result(workflow: str, task: str, result: Result | None) -> pb.TaskResult | None:
    if result is None:
        return None
    return pb.TaskResult(
        artifacts=[to.artifact_to_pb(workflow, task, artifact) for artifact in result.artifacts],
        summary=result.summary,
        confidence=result.confidence,
        usage=to.usage_to_pb(result.usage),
        simulated=result.simulated,
        models=result.models,
    )


def _submitted(_: str, e: ev.WorkflowSubmitted) -> tuple[str, Any]:
    asked = e.submission
    return "submitted", pb.WorkflowSubmitted(
        request=asked.request,
        template=asked.template,
        submitted_by=asked.submitted_by,
        autopilot=to.autopilot_to_pb(asked.autopilot),
    )


def _planned(_: str, e: ev.WorkflowPlanned) -> tuple[str, Any]:
    return "planned", pb.WorkflowPlanned(plan=plan_to_pb(e.plan), title=e.title)


def _drafted(_: str, e: ev.PlanDrafted) -> tuple[str, Any]:
    return "plan_drafted", pb.PlanDrafted(
        problems=e.problems, usage=to.usage_to_pb(e.usage), model=e.model, simulated=e.simulated
    )


def _replanned(_: str, e: ev.WorkflowReplanned) -> tuple[str, Any]:
    named = {spec.id for spec in e.plan.tasks}
    dropped = [id_ for id_ in e.affected if id_ not in named]
    return "replanned", pb.WorkflowReplanned(plan=plan_to_pb(e.plan), failed=e.failed, held=e.held, dropped=dropped)


def _ended(_: str, e: ev.WorkflowEnded) -> tuple[str, Any]:
    return "ended", pb.WorkflowEnded(
        state=to.workflow_state(e.state),
        failure=to.failure_to_pb(e.failure),
        usage=to.usage_to_pb(e.usage),
        waste=to.usage_to_pb(e.waste),
    )


def _held(_: str, e: ev.WorkflowHeld) -> tuple[str, Any]:
    until = to.timestamp(e.hold.until)
    return "held", pb.WorkflowHeld(until_time=until, budget_usd=e.hold.budget_usd, spent_usd=e.hold.spent_usd)


def _requested(_: str, e: ev.ApprovalRequested) -> tuple[str, Any]:
    return "approval_requested", pb.ApprovalRequested(approval=e.approval, kind=to.gate_kind(e.gate), title=e.title)


def _decided(_: str, e: ev.ApprovalDecided) -> tuple[str, Any]:
    return "approval_decided", pb.ApprovalDecided(
        approval=e.approval,
        kind=to.gate_kind(e.gate),
        outcome=to.outcome_to_pb(e.outcome),
        by=e.by,
        feedback=e.feedback,
    )


def _started(_: str, e: ev.TaskStarted) -> tuple[str, Any]:
    return "started", pb.TaskStarted(
        instance=e.instance,
        endpoint=e.endpoint,
        reason=e.reason,
        deadline_time=to.timestamp(e.deadline),
        check_time=to.timestamp(e.check_at),
        timeout_reason=e.timeout_reason,
        candidates=[pb.Candidate(**asdict(one)) for one in e.contenders],
    )


def _refused(_: str, e: ev.TaskRefused) -> tuple[str, Any]:
    return "refused", pb.TaskRefused(instance=e.instance, reason=f"REFUSAL_REASON_{e.reason.upper()}")


def _progressed(_: str, e: ev.TaskProgressed) -> tuple[str, Any]:
    return "progressed", pb.TaskProgressed(
        fraction=e.fraction, message=e.message, usage=to.usage_to_pb(e.usage), check_time=to.timestamp(e.check_at)
    )


def _messaged(_: str, e: ev.AgentMessaged) -> tuple[str, Any]:
    return "messaged", pb.AgentMessaged(pattern=f"MESSAGE_PATTERN_{e.pattern.upper()}", topic=e.topic, body=e.body)


def _asked(_: str, e: ev.AgentAsked) -> tuple[str, Any]:
    return "asked", pb.AgentAsked(
        ask_id=e.ask_id,
        agent_type=e.agent_type,
        instructions=e.instructions,
        instance=e.instance,
        asked_by=e.asked_by,
    )


def _answered(_: str, e: ev.AgentAnswered) -> tuple[str, Any]:
    return "answered", pb.AgentAnswered(
        ask_id=e.ask_id, summary=e.summary, failure=to.failure_to_pb(e.failure), usage=to.usage_to_pb(e.usage)
    )


def _delivered(workflow: str, e: ev.TaskDelivered) -> tuple[str, Any]:
    return "delivered", pb.TaskDelivered(result=_result(workflow, e.task, e.result))


def _succeeded(workflow: str, e: ev.TaskSucceeded) -> tuple[str, Any]:
    return "succeeded", pb.TaskSucceeded(result=_result(workflow, e.task, e.result))


def _retry_scheduled(_: str, e: ev.TaskRetryScheduled) -> tuple[str, Any]:
    return "retry_scheduled", pb.TaskRetryScheduled(
        failure=to.failure_to_pb(e.failure),
        retry_time=to.timestamp(e.retry_at),
        usage=to.usage_to_pb(e.usage),
        fallback=fallback_to_pb(e.fallback),
    )


def _failed(_: str, e: ev.TaskFailed) -> tuple[str, Any]:
    return "failed", pb.TaskFailed(failure=to.failure_to_pb(e.failure), usage=to.usage_to_pb(e.usage))


def _cancelled(_: str, e: ev.TaskCancelled) -> tuple[str, Any]:
    return "cancelled", pb.TaskCancelled(
        stop_time=to.timestamp(e.receipt.stopped),
        usage=to.usage_to_pb(e.receipt.usage),
        confirmed=e.receipt.confirmed,
        usage_after_request=_usage_or_none(e.receipt.after),
    )


def _came_back(_: str, e: ev.AttemptCameBack) -> tuple[str, Any]:
    return "came_back", pb.AttemptCameBack(
        heard=to.last_word(e.heard),
        instance=e.instance,
        newest_attempt=e.newest,
        usage=to.usage_to_pb(e.usage),
        stop_time=to.timestamp(e.stopped),
        usage_after_request=_usage_or_none(e.after),
        answers=e.answers,
    )


def _usage_or_none(usage: Usage | None) -> usage_pb2.Usage | None:
    return None if usage is None else to.usage_to_pb(usage)


def _handed_off(_: str, e: ev.TaskHandedOff) -> tuple[str, Any]:
    return "handed_off", pb.TaskHandedOff(spec=spec_to_pb(e.spec), waiting=e.waiting)


def _revision_requested(_: str, e: ev.RevisionRequested) -> tuple[str, Any]:
    back = [agents.Revision(task=each.task, feedback=each.feedback) for each in e.revisions]
    return "revision_requested", pb.RevisionRequested(revisions=back, waiting=e.waiting)


def _kept(_: str, e: ev.TaskKept) -> tuple[str, Any]:
    failure = to.failure_to_pb(e.failure)
    return "kept", pb.TaskKept(reason=e.reason, failure=failure, usage=to.usage_to_pb(e.usage))


_BODIES: dict[type, Callable[[str, Any], tuple[str, Any]]] = {
    ev.WorkflowSubmitted: _submitted,
    ev.PlanDrafted: _drafted,
    ev.ReplanRequested: lambda _, e: (
        "replan_requested",
        pb.ReplanRequested(by=e.by, feedback=e.feedback, failed=e.failed),
    ),
    ev.ReplanDeclined: lambda _, e: ("replan_declined", pb.ReplanDeclined(reason=e.reason)),
    ev.WorkflowReplanned: _replanned,
    ev.PlanEdited: lambda _, e: ("plan_edited", pb.PlanEdited(plan=plan_to_pb(e.plan), by=e.by, held=e.held)),
    ev.PlanEditRefused: lambda _, e: (
        "plan_edit_refused",
        pb.PlanEditRefused(approval=e.approval, by=e.by, problems=e.problems),
    ),
    ev.WorkflowPlanned: _planned,
    ev.WorkflowPaused: lambda _, e: ("paused", pb.WorkflowPaused(reason=e.reason, by=e.by)),
    ev.WorkflowResumed: lambda _, e: ("resumed", pb.WorkflowResumed(by=e.by)),
    ev.CancelRequested: lambda _, e: ("cancel_requested", pb.CancelRequested(reason=e.reason, by=e.by)),
    ev.WorkflowHeld: _held,
    ev.WorkflowReleased: lambda _, e: ("released", pb.WorkflowReleased()),
    ev.WorkflowEnded: _ended,
    ev.ApprovalRequested: _requested,
    ev.ApprovalDecided: _decided,
    ev.ApprovalWithdrawn: lambda _, e: ("approval_withdrawn", pb.ApprovalWithdrawn(approval=e.approval)),
    ev.TaskReadied: lambda _, e: ("readied", pb.TaskReadied()),
    ev.TaskStarted: _started,
    ev.TaskRefused: _refused,
    ev.TaskProgressed: _progressed,
    ev.TaskTextStreamed: lambda _, e: ("text", pb.TaskTextStreamed(text=e.text)),
    ev.AgentMessaged: _messaged,
    ev.AgentAsked: _asked,
    ev.AgentAnswered: _answered,
    ev.TaskDelivered: _delivered,
    ev.TaskSucceeded: _succeeded,
    ev.TaskRetryScheduled: _retry_scheduled,
    ev.TaskFailed: _failed,
    ev.TaskSkipped: lambda _, e: ("skipped", pb.TaskSkipped(reason=e.reason)),
    ev.TaskCancelled: _cancelled,
    ev.AttemptCameBack: _came_back,
    ev.TaskReset: lambda _, e: ("reset", pb.TaskReset(by=e.by, feedback=e.feedback)),
    ev.TaskHandedOff: _handed_off,
    ev.RevisionRequested: _revision_requested,
    ev.RevisionDeclined: lambda _, e: ("revision_declined", pb.RevisionDeclined(reason=e.reason)),
    ev.TaskKept: _kept,
    ev.ResultEditRefused: lambda _, e: (
        "result_edit_refused",
        pb.ResultEditRefused(approval=e.approval, by=e.by, problems=e.problems),
    ),
}
