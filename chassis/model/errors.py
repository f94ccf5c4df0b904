"""What can go wrong at the door to Claude, classed once.

Everything a caller has to handle is a `ModelError`. Its `kind` says what to do about it, its `reason`
names the cause, and its `usage` says what was spent until then, so that nothing paid for goes unbooked.
"""

from collections.abc import Mapping
from enum import StrEnum

from chassis.errors import HeyJarvisError
from chassis.model.usage import Usage


class ErrorClass(StrEnum):
    """The classes of failure; each has one treatment."""

    RETRYABLE = "RETRYABLE"
    """Passes by itself: try again with backoff. The retries inside the door are used up by then."""
    RATE_LIMITED = "RATE_LIMITED"
    """The provider asked to wait longer than the door waits: try again after `retry_after`."""
    INVALID_OUTPUT = "INVALID_OUTPUT"
    """The answer breaks its schema, and the bounded repair did not mend it."""
    PERMANENT = "PERMANENT"
    """Will not heal by trying again: wrong key, unknown model, refused, request too large."""
    BUDGET = "BUDGET"
    """A spend limit of the account is reached. Pause and raise it; waiting alone does not help."""
    DEADLINE = "DEADLINE"
    """The caller's deadline passed before an answer was complete."""


class ModelError(HeyJarvisError):
    """A `generate` that gave no answer."""

    kind: ErrorClass
    """What to do about it."""
    usage: Usage
    """What was spent on this `generate` until it failed, over all its calls."""
    retry_after: float | None
    """Seconds to wait first, when the provider named them; only with RATE_LIMITED and RETRYABLE."""
    repeat: bool
    """Whether repeating the very same call may help; False where the server said it does not."""
    problems: tuple[str, ...]
    """What was wrong with the last answer, a line each; only with INVALID_OUTPUT. The message may say all."""

    def __init__(
        self,
        message: str,
        *,
        kind: ErrorClass,
        reason: str,
        usage: Usage | None = None,
        retry_after: float | None = None,
        repeat: bool | None = None,
        problems: tuple[str, ...] = (),
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, reason=reason, metadata=dict(metadata or {}))
        self.problems = problems
        self.kind = kind
        self.usage = usage if usage is not None else Usage()
        self.retry_after = retry_after
        self.repeat = repeat if repeat is not None else kind in (ErrorClass.RETRYABLE, ErrorClass.RATE_LIMITED)


class BrokenStreamError(Exception):
    """The bytes that came are not a message stream. Never leaves this package: it becomes a ModelError."""


class UnsupportedOutputError(TypeError):
    """An output model that structured output cannot express: a mistake in the program, not in the answer."""
