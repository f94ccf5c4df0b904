"""Everything that can leave an agent has a class, a reason and a message a person may read."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from agent_sdk import AskError, FailureClass, TaskError
from agent_sdk.runtime.failures import failing
from chassis.errors import FailedPrecondition, Unavailable
from chassis.model import ErrorClass, ModelError


class _Shape(BaseModel):
    size: int


def _invalid() -> ValidationError:
    with pytest.raises(ValidationError) as raised:
        _Shape.model_validate({"size": "large"})
    return raised.value


@pytest.mark.parametrize(
    ("error", "expected", "reason"),
    [
        (TaskError("no", reason="NO"), FailureClass.PERMANENT, "NO"),
        (TaskError("later", failure_class=FailureClass.RETRYABLE), FailureClass.RETRYABLE, "AGENT_FAILED"),
        (AskError("silence"), FailureClass.RETRYABLE, "ASK_FAILED"),
        (Unavailable("gone"), FailureClass.RETRYABLE, "UNAVAILABLE"),
        (FailedPrecondition("no"), FailureClass.PERMANENT, "FAILED_PRECONDITION"),
        (_invalid(), FailureClass.INVALID_OUTPUT, "OUTPUT_INVALID"),
        (KeyError("secret"), FailureClass.PERMANENT, "AGENT_ERROR"),
        (ExceptionGroup("all", [KeyError("x"), TaskError("no", reason="NO")]), FailureClass.PERMANENT, "NO"),
        (ExceptionGroup("all", [KeyError("x"), ValueError("y")]), FailureClass.PERMANENT, "AGENT_ERROR"),
    ],
)
def test_each_error_has_its_class(error: Exception, expected: FailureClass, reason: str) -> None:
    why = failing(error, title="Echo")
    assert (why.failure_class, why.reason) == (expected, reason)
    assert why.is_bug == (reason == "AGENT_ERROR")
    assert "secret" not in why.message


@pytest.mark.parametrize("kind", list(ErrorClass))
def test_each_error_of_the_model_has_its_class(kind: ErrorClass) -> None:
    why = failing(ModelError("m", kind=kind, reason="R", retry_after=7.0), title="Echo")
    expected = FailureClass.PERMANENT if kind is ErrorClass.BUDGET else FailureClass(kind.value)
    assert (why.failure_class, why.reason, why.retry_after) == (expected, "R", 7.0)
