"""What an exception means for the attempt: one table from everything that can leave `execute` to a failure class."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from agent_sdk.errors import FailureClass, TaskError
from chassis.errors import Aborted, DeadlineExceeded, HeyJarvisError, ResourceExhausted, Unavailable
from chassis.model.errors import ErrorClass, ModelError
from chassis.model.schema import problems

_OF_MODEL = {
    ErrorClass.RETRYABLE: FailureClass.RETRYABLE,
    ErrorClass.RATE_LIMITED: FailureClass.RATE_LIMITED,
    ErrorClass.INVALID_OUTPUT: FailureClass.INVALID_OUTPUT,
    ErrorClass.PERMANENT: FailureClass.PERMANENT,
    ErrorClass.BUDGET: FailureClass.PERMANENT,
    ErrorClass.DEADLINE: FailureClass.DEADLINE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """Why an attempt failed."""

    failure_class: FailureClass
    message: str
    """For people: what happened and what to do."""
    reason: str
    """Stable name of the cause."""
    retry_after: float | None = None
    """Seconds to wait before the next attempt, when somebody named them."""
    is_bug: bool = False
    """Whether the agent's author has to mend it: logged with its trace."""


def failing(error: BaseException, *, title: str) -> Failing:
    """What `error` means, when it left the `execute` of the agent called `title`."""
    cause = _leaf(error)
    if isinstance(cause, TaskError):
        return Failing(
            failure_class=cause.failure_class,
            message=cause.message,
            reason=cause.reason,
            retry_after=cause.retry_after,
        )
    if isinstance(cause, ModelError):
        return Failing(
            failure_class=_OF_MODEL.get(cause.kind, FailureClass.PERMANENT),
            message=cause.message,
            reason=cause.reason,
            retry_after=cause.retry_after,
        )
    if isinstance(cause, ValidationError):
        return Failing(
            failure_class=FailureClass.INVALID_OUTPUT,
            message=f"What {title} made is no valid {cause.title}: " + "; ".join(problems(cause)),
            reason="OUTPUT_INVALID",
        )
    if isinstance(cause, Unavailable | ResourceExhausted | Aborted | DeadlineExceeded):
        return Failing(
            failure_class=FailureClass.RETRYABLE,
            message=cause.message,
            reason=cause.reason,
            retry_after=getattr(cause, "retry_after", None),
        )
    if isinstance(cause, HeyJarvisError):
        return Failing(failure_class=FailureClass.PERMANENT, message=cause.message, reason=cause.reason)
    return Failing(
        failure_class=FailureClass.PERMANENT,
        message=f"{title} stopped with an error it does not know ({type(cause).__name__}). This is a mistake in the "
        "agent; its log has the details.",
        reason="AGENT_ERROR",
        is_bug=True,
    )


def _leaf(error: BaseException) -> BaseException:
    """The error that explains a group of errors best: the first one of a known kind, else the first."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    leaves = [_leaf(child) for child in error.exceptions]
    known = (leaf for leaf in leaves if isinstance(leaf, TaskError | HeyJarvisError | ValidationError))
    return next(known, leaves[0])
