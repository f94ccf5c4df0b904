"""From an entry of the stream of all events to an event that can be counted."""

from collections.abc import Callable
from typing import Any

from google.protobuf.message import DecodeError
from google.protobuf.timestamp_pb2 import Timestamp
from heyjarvis.agents.v1 import usage_pb2
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import event_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2

from services.analytics.domain.consumption import NANOS, Consumption
from services.analytics.domain.events import Event, Kind, Outcome
from services.analytics.store.stream import Entry

_KINDS = {kind.value: kind for kind in Kind if kind is not Kind.OTHER}
_OUTCOMES = {
    workflow_pb2.WORKFLOW_STATE_SUCCEEDED: Outcome.SUCCEEDED,
    workflow_pb2.WORKFLOW_STATE_FAILED: Outcome.FAILED,
    workflow_pb2.WORKFLOW_STATE_CANCELLED: Outcome.CANCELLED,
}
_BEFORE_TASK = (approval_pb2.GATE_KIND_BEFORE_TASK, approval_pb2.GATE_KIND_BUDGET)
"""Gates before an attempt, when they are of a task."""
_HOLDING = (approval_pb2.GATE_KIND_PLAN, approval_pb2.GATE_KIND_BUDGET)


class Unreadable(Exception):
    """An entry that is not an event as we know them."""


def event_from(entry: Entry) -> tuple[str, str, Event]:
    """Tenant, workflow and event of an entry. Raises Unreadable."""
    try:
        workflow, _, sequence = entry.fields[b"id"].decode().rpartition(":")
        tenant = entry.fields[b"tenant"].decode()
        message = pb.WorkflowEvent.FromString(entry.fields[b"event"])
        kind = message.WhichOneof("kind") or ""
        told: dict[str, Any] = {
            "sequence": int(sequence),
            "time": micros(message.time),
            "kind": _KINDS.get(kind, Kind.OTHER),
            "task": message.task,
            "agent_type": entry.fields.get(b"agent_type", b"").decode(),
            "template": entry.fields.get(b"template", b"").decode(),
        }
    except (KeyError, ValueError, DecodeError) as error:
        raise Unreadable(f"{entry.id}: {error!r}") from error
    if not tenant or not workflow:
        raise Unreadable(f"{entry.id}: tenant or workflow is missing")
    detail = _DETAILS.get(kind)
    return tenant, workflow, Event(**told, **(detail(getattr(message, kind)) if detail else {}))


def consumption_from(message: usage_pb2.Usage) -> Consumption:
    """A usage in whole numbers; calls without a cost have a price nobody knows."""
    known = message.HasField("cost_usd") or not message.calls
    return Consumption(
        input_tokens=message.input_tokens,
        output_tokens=message.output_tokens,
        cache_read_tokens=message.cache_read_tokens,
        cache_write_tokens=message.cache_write_tokens,
        calls=message.calls,
        cost_nano=round((message.cost_usd if known else message.priced_usd) * NANOS),
        unpriced=0 if known else 1,
    )


def micros(stamp: Timestamp) -> int:
    """Microseconds since 1970."""
    return stamp.ToMicroseconds()


def _ended(detail: pb.WorkflowEnded) -> dict[str, Any]:
    return {"outcome": _OUTCOMES.get(detail.state)}


def _requested(detail: pb.ApprovalRequested | pb.ApprovalDecided) -> dict[str, Any]:
    return {
        "approval": detail.approval,
        "before_task": detail.kind in _BEFORE_TASK,
        "holds": detail.kind in _HOLDING,
    }


def _decided(detail: pb.ApprovalDecided) -> dict[str, Any]:
    approved = detail.outcome == approval_pb2.APPROVAL_STATE_APPROVED
    return {**_requested(detail), "approved": approved}


def _used(detail: Any) -> dict[str, Any]:
    return {"usage": consumption_from(detail.usage)}


def _made(detail: pb.TaskDelivered | pb.TaskSucceeded) -> dict[str, Any]:
    return {"usage": consumption_from(detail.result.usage), "with_result": detail.HasField("result")}


def _drafted(detail: pb.PlanDrafted) -> dict[str, Any]:
    return {**_used(detail), "failed": bool(detail.problems)}


def _revised(detail: pb.RevisionRequested) -> dict[str, Any]:
    return {"tasks": tuple(dict.fromkeys((*(each.task for each in detail.revisions), *detail.waiting)))}


_DETAILS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "plan_drafted": _drafted,
    "ended": _ended,
    "approval_requested": _requested,
    "approval_decided": _decided,
    "approval_withdrawn": lambda detail: {"approval": detail.approval},
    "started": lambda detail: {"quiet_until": micros(detail.deadline_time)},
    "asked": lambda detail: {"ask_id": detail.ask_id, "asked_type": detail.agent_type},
    "answered": lambda detail: {**_used(detail), "ask_id": detail.ask_id, "failed": detail.HasField("failure")},
    "delivered": _made,
    "succeeded": _made,
    "retry_scheduled": lambda detail: {**_used(detail), "quiet_until": micros(detail.retry_time)},
    "failed": _used,
    "cancelled": _used,
    "came_back": _used,
    "progressed": _used,
    "revision_requested": _revised,
    "kept": _used,
}
