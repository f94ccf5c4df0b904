"""The three ways an attempt ends, as the messages that report them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import artifact_pb2

from agent_sdk.context import HandOff, Revision
from agent_sdk.errors import FailureClass
from agent_sdk.names import AttemptKey
from agent_sdk.runtime.attempt import Attempt, StopCause
from agent_sdk.runtime.failures import Failing
from agent_sdk.runtime.wire import duration, failure_message, hand_off_message, ref_of, timestamp, usage_message

MAX_SUMMARY = 500
"""Characters of a result's summary; the rest is cut."""


def succeeded(
    attempt: Attempt,
    *,
    artifacts: list[artifact_pb2.Artifact],
    summary: str,
    confidence: float,
    simulated: bool,
    hand_off: HandOff | None = None,
    sent_back: Sequence[Revision] = (),
) -> pb.WorkResponse:
    """The attempt made a result."""
    line = " ".join(summary.split())
    return pb.WorkResponse(
        result=pb.Result(
            ref=ref_of(attempt.key),
            artifacts=artifacts,
            summary=line if len(line) <= MAX_SUMMARY else line[: MAX_SUMMARY - 1] + "…",
            confidence=confidence,
            usage=usage_message(attempt.usage),
            simulated=simulated,
            models=attempt.models,
            hand_off=hand_off_message(hand_off) if hand_off else None,
            revisions=[pb.Revision(task=each.task, feedback=each.feedback) for each in sent_back],
        )
    )


def failed(attempt: Attempt, failing: Failing) -> pb.WorkResponse:
    """The attempt failed."""
    failure = pb.AttemptFailure(
        ref=ref_of(attempt.key),
        failure=failure_message(failing.failure_class, failing.message, failing.reason),
        usage=usage_message(attempt.usage),
    )
    if failing.retry_after is not None:
        failure.retry_after.CopyFrom(duration(max(0.0, failing.retry_after)))
    return pb.WorkResponse(failure=failure)


def stopped(attempt: Attempt, cause: StopCause, stop_time: datetime | None) -> pb.WorkResponse:
    """The attempt was stopped; `stop_time` is None when its code would not stop."""
    if cause is StopCause.CANCELLED:
        receipt = pb.Cancelled(ref=ref_of(attempt.key), usage=usage_message(attempt.usage), known=True)
        after = None if attempt.stop_requested is None else attempt.consumption.since(attempt.stop_requested)
        if after is not None:
            receipt.usage_after_request.CopyFrom(usage_message(after))
        if stop_time is not None:
            receipt.stop_time.CopyFrom(timestamp(stop_time))
        return pb.WorkResponse(cancelled=receipt)
    if cause is StopCause.DEADLINE:
        late = failed(
            attempt,
            Failing(
                failure_class=FailureClass.DEADLINE,
                message="The attempt ran into its deadline. Allow the task more time, or ask for less at once.",
                reason="ATTEMPT_DEADLINE",
            ),
        )
        if (after := attempt.consumption.since(attempt.deadline)) is not None:
            late.failure.usage_after_deadline.CopyFrom(usage_message(after))
        return late
    return failed(
        attempt,
        Failing(
            failure_class=FailureClass.RETRYABLE,
            message="The agent shut down before the work was done; another instance tries again.",
            reason="AGENT_SHUTDOWN",
        ),
    )


def never_known(key: AttemptKey, now: datetime) -> pb.WorkResponse:
    """The receipt for an attempt this instance never had."""
    return pb.WorkResponse(cancelled=pb.Cancelled(ref=ref_of(key), stop_time=timestamp(now), known=False))
