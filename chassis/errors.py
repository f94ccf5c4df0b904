"""What can go wrong, as one small tree. Pure: rules may raise it without knowing gRPC.

    HeyJarvisError
    ├── InvalidArgument       a field is wrong, whatever the state
    ├── NotFound              no such resource, or another tenant's
    ├── AlreadyExists         that id is taken, and not by a repeat of this request
    ├── FailedPrecondition    the state forbids it
    ├── Aborted               lost a race, stale etag: read again, then decide
    ├── ResourceExhausted     queue full, budget spent
    ├── Unavailable           something we need is away for now
    ├── Unauthenticated       unknown caller
    ├── PermissionDenied      known, but not allowed
    ├── DeadlineExceeded      the caller's deadline
    ├── Unimplemented         in the contract, not built
    ├── Internal              a bug, ours or a peer's
    └── ConfigurationError    start-up only: never crosses a wire

Every error has a `reason` (UPPER_SNAKE, stable, for programs), a message (for people: what to do, with the values
quoted) and `metadata` (the values the message mentions). `chassis.status` knows how each looks on the wire.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One wrong field of a request."""

    field: str
    """Path of the field as the contract names it, for example `workflow.tasks[2].title`."""
    description: str
    """Why it is wrong and what would be right."""


class HeyJarvisError(Exception):
    """Anything a caller is told about; raise a subclass."""

    default_reason: ClassVar[str] = "UNKNOWN"

    reason: str
    """Stable name of the cause, UPPER_SNAKE, for programs."""
    message: str
    """For people: what happened and what to do next."""
    metadata: Mapping[str, str]
    """The values the message mentions, by name."""

    def __init__(self, message: str, *, reason: str = "", metadata: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.default_reason
        self.metadata = dict(metadata or {})

    def __repr__(self) -> str:
        return f"{type(self).__name__}(reason={self.reason!r}, message={self.message!r})"


class InvalidArgument(HeyJarvisError):
    """A field is wrong, whatever the state."""

    default_reason = "INVALID_ARGUMENT"

    violations: tuple[FieldViolation, ...]
    """Every wrong field, so that a caller mends all of them at once."""

    def __init__(
        self,
        violations: Sequence[FieldViolation] | FieldViolation,
        *,
        message: str = "",
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self.violations = (violations,) if isinstance(violations, FieldViolation) else tuple(violations)
        told = message or "; ".join(f"{v.field}: {v.description}" for v in self.violations)
        super().__init__(told, reason=reason, metadata=metadata)


class NotFound(HeyJarvisError):
    """No such resource, or another tenant's: the two are never told apart."""

    default_reason = "NOT_FOUND"

    def __init__(
        self,
        resource_type: str,
        name: str,
        *,
        message: str = "",
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self.resource_type = resource_type
        self.name = name
        super().__init__(
            message or f"There is no {resource_type} {name!r}; check the name, or list what exists.",
            reason=reason or f"{_upper_snake(resource_type)}_NOT_FOUND",
            metadata={"name": name, **(metadata or {})},
        )


class AlreadyExists(HeyJarvisError):
    """That id is taken, and not by a repeat of this request."""

    default_reason = "ALREADY_EXISTS"

    def __init__(
        self,
        resource_type: str,
        name: str,
        *,
        message: str = "",
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self.resource_type = resource_type
        self.name = name
        super().__init__(
            message or f"The {resource_type} {name!r} exists already; choose another id.",
            reason=reason or f"{_upper_snake(resource_type)}_ALREADY_EXISTS",
            metadata={"name": name, **(metadata or {})},
        )


class FailedPrecondition(HeyJarvisError):
    """The state forbids it, for example approving for a cancelled workflow."""

    default_reason = "FAILED_PRECONDITION"

    def __init__(
        self, message: str, *, subject: str = "", reason: str = "", metadata: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, reason=reason, metadata=metadata)
        self.subject = subject
        """Name of the resource whose state forbids it."""


class Aborted(HeyJarvisError):
    """Lost a race, or a stale etag: read again, then decide."""

    default_reason = "ABORTED"


class _Passing(HeyJarvisError):
    """A refusal that may heal by waiting."""

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, reason=reason, metadata=metadata)
        self.retry_after = retry_after
        """Seconds to wait before another try; None when waiting does not help or nobody knows."""


class ResourceExhausted(_Passing):
    """Queue full, budget spent, limit reached."""

    default_reason = "RESOURCE_EXHAUSTED"


class Unavailable(_Passing):
    """Something we need is away for now: Redis, a model provider, another service."""

    default_reason = "UNAVAILABLE"


class Unauthenticated(HeyJarvisError):
    """Nobody knows this caller."""

    default_reason = "UNAUTHENTICATED"


class PermissionDenied(HeyJarvisError):
    """The caller is known, and not allowed."""

    default_reason = "PERMISSION_DENIED"


class DeadlineExceeded(HeyJarvisError):
    """The caller's deadline passed."""

    default_reason = "DEADLINE_EXCEEDED"


class Unimplemented(HeyJarvisError):
    """In the contract, not built."""

    default_reason = "UNIMPLEMENTED"


class Internal(HeyJarvisError):
    """A bug. What a peer's INTERNAL or UNKNOWN becomes on our side; our own bugs need no class."""

    default_reason = "INTERNAL"


class ConfigurationError(HeyJarvisError):
    """The process cannot start as it is configured. Ends it with `exit_code` and one clear message."""

    default_reason = "CONFIGURATION"

    def __init__(
        self, message: str, *, exit_code: int = 2, reason: str = "", metadata: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, reason=reason, metadata=metadata)
        self.exit_code = exit_code
        """What the process ends with: 2 for a wrong setting, 3 when Redis never came."""


def _upper_snake(word: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in word).upper()
