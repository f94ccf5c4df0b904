"""What a call is expected to take, and what a provider says of its limits. Pure arithmetic.

Of the headers `anthropic-ratelimit-{requests,input-tokens,output-tokens}-{limit,remaining,reset}` the first two are
read. `reset` is not: it is a moment by another machine's clock, and a bucket refills evenly within a minute anyway.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

CHARS_PER_TOKEN = 4
OUTPUT_SHARE = 0.25
"""The part of `max_tokens` that a call is expected to write; corrected when it is over."""
MOST = 1_000_000_000_000
"""A number above this in a header is no limit anybody could have meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Tokens of one call as a provider's limits count them: prompt tokens read from the cache are free."""

    input: int = 0
    output: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who waits, for fairness, and for how much."""

    tenant: str = ""
    workflow: str = ""
    cost: Cost = field(default_factory=Cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One budget, as a provider told it."""

    limit: int
    """Most in a minute."""
    remaining: int = -1
    """What is left now; -1 when not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Budgets per minute; None where nothing is known."""

    requests: Told | None = None
    input: Told | None = None
    output: Told | None = None

    def __bool__(self) -> bool:
        return any((self.requests, self.input, self.output))


def expected_cost(chars: int, max_tokens: int) -> Cost:
    """What a call with a prompt of so many characters is charged until it is over."""
    return Cost(input=-(-chars // CHARS_PER_TOKEN), output=max(1, round(max_tokens * OUTPUT_SHARE)))


def limits_of(headers: Mapping[str, str]) -> Limits:
    """The limits that an answer's headers tell; what is missing or makes no sense is not known."""
    return Limits(
        requests=_told(headers, "requests"),
        input=_told(headers, "input-tokens"),
        output=_told(headers, "output-tokens"),
    )


def _told(headers: Mapping[str, str], name: str) -> Told | None:
    limit = _number(headers.get(f"anthropic-ratelimit-{name}-limit"))
    if limit < 1:
        return None
    return Told(limit=limit, remaining=_number(headers.get(f"anthropic-ratelimit-{name}-remaining")))


def _number(text: str | None) -> int:
    """A whole number of at most `MOST`; -1 for anything else."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > len(str(MOST)):
        return -1
    return int(text)
