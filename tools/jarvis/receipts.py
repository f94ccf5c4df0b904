"""Lines about attempts that were stopped, and about those that came back when nobody waited for them any more."""

from __future__ import annotations

from datetime import UTC

from heyjarvis.orchestrator.v1 import event_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from tools.jarvis import wording
from tools.jarvis.snapshot import spending

_WORDS = {
    event_pb2.LAST_WORD_PROGRESS: "told to stop",
    event_pb2.LAST_WORD_RESULT: "refused",
    event_pb2.LAST_WORD_FAILURE: "failed",
    event_pb2.LAST_WORD_CANCELLED: "stopped",
    event_pb2.LAST_WORD_UNSPECIFIED: "over",
}


def came_back(event: event_pb2.WorkflowEvent) -> str:
    """In one line, what was heard of an attempt that nobody waited for any more."""
    body = event.came_back
    since = f"attempt {body.newest_attempt} had begun" if body.newest_attempt > event.attempt else "it was given up"
    who = f"the answer to a question of attempt {event.attempt}" if body.answers else f"attempt {event.attempt}"
    return (
        f"{who} came back after {since}: {wording.spent(spending(body.usage)) or 'nothing more'}, {_WORDS[body.heard]}"
    )


def cancelled(receipt: pb.CancelReceipt) -> str:
    """In one line, what cancelling did to one attempt."""
    name = f"{receipt.task.rpartition('/')[2]}, attempt {receipt.attempt}: {wording.instance(receipt.instance)}"
    used = wording.spent(spending(receipt.usage)) or "nothing consumed"
    if not receipt.confirmed:
        return f"{name} still outstanding, it is told to stop when it is back ({used} so far)"
    stopped = f"stopped at {receipt.stop_time.ToDatetime(UTC).astimezone():%H:%M:%S}"
    if not receipt.HasField("stop_time"):
        stopped = "told to stop, but its work goes on"
    after = "what of it came after the request is unknown"
    if receipt.HasField("usage_after_request"):
        after = f"after the request {wording.spent(spending(receipt.usage_after_request)) or 'nothing'}"
    return f"{name} {stopped} ({used}; {after})"
