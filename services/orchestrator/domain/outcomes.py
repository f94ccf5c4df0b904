"""The nouns of how attempts end: what they made, what they consumed, why they failed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from services.orchestrator.domain.value import Value

MOST_MODELS = 8
"""Names of models without a price that are kept of what was consumed."""


class FailureClass(StrEnum):
    """The classes of failure; `retry.py` holds the treatment of each."""

    RETRYABLE = "retryable"
    RATE_LIMITED = "rate_limited"
    INVALID_OUTPUT = "invalid_output"
    PERMANENT = "permanent"
    LOST = "lost"
    DEADLINE = "deadline"
    BUDGET = "budget"


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
    beside_usd: float = 0.0
    """Beside an unknown cost: what the parts with a known price cost, in US dollars."""
    price_date: str = ""
    """The day the prices were looked up that this was counted by, the oldest of them; empty when no price was used."""
    unpriced_models: tuple[str, ...] = ()
    """The models without a known price that were asked, or would have been but for a budget; sorted."""

    @property
    def priced_usd(self) -> float:
        """The least it can have cost, in US dollars: the parts with a known price."""
        return self.beside_usd if self.cost_usd is None else self.cost_usd

    def __add__(self, other: Usage) -> Usage:
        known = self.cost_usd is not None and other.cost_usd is not None
        priced = self.priced_usd + other.priced_usd
        models = self.unpriced_models
        if other.unpriced_models:
            models = tuple(sorted({*models, *other.unpriced_models})[:MOST_MODELS])
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            calls=self.calls + other.calls,
            cost_usd=priced if known else None,
            beside_usd=0.0 if known else priced,
            price_date=_oldest(self.price_date, other.price_date),
            unpriced_models=models,
        )

    def beyond(self, booked: Usage) -> Usage:
        """What it has more than `booked`, figure by figure; NOTHING when it has no more of anything."""
        newly_unknown = self.cost_usd is None and booked.cost_usd is not None
        priced = max(0.0, self.priced_usd - booked.priced_usd)
        return Usage(
            input_tokens=max(0, self.input_tokens - booked.input_tokens),
            output_tokens=max(0, self.output_tokens - booked.output_tokens),
            cache_read_tokens=max(0, self.cache_read_tokens - booked.cache_read_tokens),
            cache_write_tokens=max(0, self.cache_write_tokens - booked.cache_write_tokens),
            calls=max(0, self.calls - booked.calls),
            cost_usd=None if newly_unknown else priced,
            beside_usd=priced if newly_unknown else 0.0,
            price_date=self.price_date if priced else "",
            unpriced_models=tuple(model for model in self.unpriced_models if model not in booked.unpriced_models),
        )

    def most(self, other: Usage) -> Usage:
        """The higher of both, figure by figure: an attempt's consumption only rises, whatever order it is told in."""
        known = self.cost_usd is not None and other.cost_usd is not None
        priced = max(self.priced_usd, other.priced_usd)
        return Usage(
            input_tokens=max(self.input_tokens, other.input_tokens),
            output_tokens=max(self.output_tokens, other.output_tokens),
            cache_read_tokens=max(self.cache_read_tokens, other.cache_read_tokens),
            cache_write_tokens=max(self.cache_write_tokens, other.cache_write_tokens),
            calls=max(self.calls, other.calls),
            cost_usd=priced if known else None,
            beside_usd=0.0 if known else priced,
            price_date=_oldest(self.price_date, other.price_date),
            unpriced_models=tuple(sorted({*self.unpriced_models, *other.unpriced_models})[:MOST_MODELS]),
        )


NOTHING = Usage()


def _oldest(day: str, other: str) -> str:
    """The earlier of two days that may be empty."""
    return min(day, other) if day and other else day or other


class Artifact(Value, frozen=True, kw_only=True, omit_defaults=True):
    """Something an agent made, by the hash of its content."""

    name: str
    """File name, unique within the task."""
    media_type: str
    sha256: str
    size: int
    title: str = ""


class HandOff(Value, frozen=True, kw_only=True, omit_defaults=True):
    """The rest of a task's work, for another kind of agent."""

    agent_type: str
    instructions: str
    title: str = ""
    optional: bool = False
    """Whether the workflow goes on without it when it fails."""


SENT_BACK = "[review] "
"""How feedback begins that an agent found, so that nobody takes it for the word of a person."""


class Revision(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A task whose result is sent back, and what was found in it."""

    task: str
    feedback: str


class Result(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What an attempt made."""

    artifacts: tuple[Artifact, ...]
    summary: str = ""
    confidence: float = 0.0
    usage: Usage = NOTHING
    simulated: bool = False
    models: tuple[str, ...] = ()
    hand_off: HandOff | None = None
    """Who does the rest, once the result counts."""
    revisions: tuple[Revision, ...] = ()
    """What it has read and sends back, once the result counts."""

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
