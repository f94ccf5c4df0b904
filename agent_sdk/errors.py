"""Why an attempt fails, in words an agent author can raise.

    TaskError                        an attempt cannot go on; says whether trying again may help
    ├── InputError                   an upstream result is missing or does not fit
    ├── ArtifactError                an artifact's name, size or number is out of bounds
    ├── MemoryConflictError          somebody else changed the key of the blackboard first
    ├── AskError                     the other agent gave no answer
    └── InDoubtError                 an effect may or may not have happened, and nobody can tell

Anything else that leaves `Agent.execute` is a mistake in the agent: a PERMANENT failure.
"""

from __future__ import annotations

from enum import StrEnum


class FailureClass(StrEnum):
    """The classes of failure; each has one treatment everywhere. Same names as in the contract."""

    RETRYABLE = "RETRYABLE"
    """Passes by itself: another attempt follows, with backoff."""
    RATE_LIMITED = "RATE_LIMITED"
    """The provider asked to wait: another attempt follows after the time it named."""
    INVALID_OUTPUT = "INVALID_OUTPUT"
    """The result breaks its schema."""
    PERMANENT = "PERMANENT"
    """Will not heal by trying again."""
    LOST = "LOST"
    """The agent went away with the attempt."""
    DEADLINE = "DEADLINE"
    """The attempt ran into its deadline."""
    BUDGET = "BUDGET"
    """Its budget is used up, or nobody knows what its model costs: people are asked, then another attempt follows."""


class TaskError(Exception):
    """An attempt that cannot go on. Raise it (or a child) from `execute` to say why, and what to do about it."""

    def __init__(
        self,
        message: str,
        *,
        reason: str = "AGENT_FAILED",
        failure_class: FailureClass = FailureClass.PERMANENT,
        retry_after: float | None = None,
    ) -> None:
        """`message` is read by people; `reason` is a stable UPPER_SNAKE name; `retry_after` is in seconds."""
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.failure_class = failure_class
        self.retry_after = retry_after


class InputError(TaskError):
    """An upstream result is missing, unreadable or not of the shape this agent needs."""

    def __init__(self, message: str, *, reason: str = "INPUT_INVALID") -> None:
        super().__init__(message, reason=reason)


class ArtifactError(TaskError):
    """An artifact with a bad name, too large, or one too many."""

    def __init__(self, message: str, *, reason: str = "ARTIFACT_REFUSED") -> None:
        super().__init__(message, reason=reason)


class MemoryConflictError(TaskError):
    """A compare-and-set on the blackboard lost: read again, then decide."""

    def __init__(self, key: str, *, expected: int, found: int) -> None:
        super().__init__(
            f"Memory key {key!r} has version {found}, not {expected}: somebody else wrote it. Read it again, then put.",
            reason="MEMORY_CONFLICT",
            failure_class=FailureClass.RETRYABLE,
        )
        self.key = key
        self.expected = expected
        self.found = found


class AskError(TaskError):
    """The other agent gave no answer."""

    def __init__(
        self, message: str, *, reason: str = "ASK_FAILED", failure_class: FailureClass = FailureClass.RETRYABLE
    ) -> None:
        super().__init__(message, reason=reason, failure_class=failure_class)


class InDoubtError(TaskError):
    """An effect was begun and never recorded as done. It may have happened, so it is not repeated blindly."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The effect {key!r} was begun by an earlier attempt and its end is unknown; it is not repeated. "
            "Give `effects.once` a `reconcile` function that finds out, or settle the effect by hand.",
            reason="EFFECT_IN_DOUBT",
        )
        self.key = key
