"""The nouns of how attempts end: what they made, what they consumed, why they failed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from services.orchestrator.domain.value import Value


class FailureClass(StrEnum):
    """The classes of failure; `retry.py` holds the treatment of each."""

    RETRYABLE = "retryable"
    RATE_LIMITED = "rate_limited"
    INVALID_OUTPUT = "invalid_output"
    PERMANENT = "permanent"
    LOST = "lost"
    DEADLINE = "deadline"


class Failure(Value, frozen=True, kw_only=True, omit_defaults=True):
    """Why an attempt, a task or a workflow failed."""

    failure_class: FailureClass
    message: str
    reason: str
    """Stable name of the cause, such as `MODEL_REFUSED`."""


class Usage(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What model calls consumed; adds up."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    calls: int = 0
    cost_usd: float | None = 0.0
    """None as soon as one part has no known price."""

    def __add__(self, other: Usage) -> Usage:
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            calls=self.calls + other.calls,
            cost_usd=(self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
        )

    def beyond(self, booked: Usage) -> Usage:
        """What it has more than `booked`, figure by figure; NOTHING when it has no more of anything."""
        newly_unknown = self.cost_usd is None and booked.cost_usd is not None
        return Usage(
            input_tokens=max(0, self.input_tokens - booked.input_tokens),
            output_tokens=max(0, self.output_tokens - booked.output_tokens),
            cache_read_tokens=max(0, self.cache_read_tokens - booked.cache_read_tokens),
            cache_write_tokens=max(0, self.cache_write_tokens - booked.cache_write_tokens),
            calls=max(0, self.calls - booked.calls),
            cost_usd=None if newly_unknown else max(0.0, (self.cost_usd or 0.0) - (booked.cost_usd or 0.0)),
        )

    def most(self, other: Usage) -> Usage:
        """The higher of both, figure by figure: an attempt's consumption only rises, whatever order it is told in."""
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            input_tokens=max(self.input_tokens, other.input_tokens),
            output_tokens=max(self.output_tokens, other.output_tokens),
            cache_read_tokens=max(self.cache_read_tokens, other.cache_read_tokens),
            cache_write_tokens=max(self.cache_write_tokens, other.cache_write_tokens),
            calls=max(self.calls, other.calls),
            cost_usd=max(self.cost_usd or 0.0, other.cost_usd or 0.0) if known else None,
        )


NOTHING = Usage()


class Artifact(Value, frozen=True, kw_only=True, omit_defaults=True):
    """Something an agent made, by the hash of its content."""

    name: str
    """File name, unique within the task."""
    media_type: str
    sha256: str
    size: int
    title: str = ""


class Result(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What an attempt made."""

    artifacts: tuple[Artifact, ...]
    summary: str = ""
    confidence: float = 0.0
    usage: Usage = NOTHING
    simulated: bool = False
    models: tuple[str, ...] = ()

    @property
    def output(self) -> Artifact | None:
        """The typed output, `result.json`."""
        return next((a for a in self.artifacts if a.name == "result.json"), None)


class LastWord(StrEnum):
    """What is heard of an attempt that nobody waits for any more."""

    PROGRESS = "progress"
    RESULT = "result"
    FAILURE = "failure"
    CANCELLED = "cancelled"


class Receipt(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What cancelling did to one attempt."""

    stopped: datetime | None
    usage: Usage
    confirmed: bool
    after: Usage | None = None
    """What of `usage` was consumed between the request and the stop, at most; None when nobody knows."""
