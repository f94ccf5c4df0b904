"""The provider's rate limits, played when asked for: buckets per model that fill within a minute, the headers that tell
them, and a 429 with `retry-after` for what does not fit."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tools.offline_model.errors import ApiError

MINUTE = 60.0


@dataclass(slots=True)
class _Bucket:
    limit: int
    level: float
    at: float

    def refill(self, now: float) -> None:
        self.level = min(self.limit, self.level + self.limit * (now - self.at) / MINUTE)
        self.at = now

    def seconds_until(self, amount: float) -> float:
        return max(0.0, (min(amount, self.limit) - self.level) * MINUTE / self.limit)


@dataclass(slots=True)
class RateLimits:
    """Requests, input tokens and output tokens per minute; what is not in `limits` is not limited."""

    limits: Mapping[str, int]
    """By the name that the headers give it: `requests`, `input-tokens`, `output-tokens`."""
    now: Callable[[], float]
    """A clock in seconds; only differences matter."""
    _models: dict[str, dict[str, _Bucket]] = field(default_factory=dict)

    def admit(self, model: str, input_tokens: int) -> list[tuple[str, str]]:
        """Charges a call's request and input; the headers of its answer. Raises ApiError when it does not fit."""
        buckets = self._filled(model)
        amounts = {"requests": 1, "input-tokens": input_tokens, "output-tokens": 1}
        wait = max((bucket.seconds_until(amounts[name]) for name, bucket in buckets.items()), default=0.0)
        if wait > 0:
            raise ApiError(
                429,
                "This request would exceed your organization's rate limit (simulated)",
                retry_after=max(1, math.ceil(wait)),
                headers=tuple(self._headers(buckets)),
            )
        for name in ("requests", "input-tokens"):
            if name in buckets:
                buckets[name].level -= amounts[name]
        return self._headers(buckets)

    def wrote(self, model: str, output_tokens: int) -> None:
        """Charges what an answer had, after it."""
        if (bucket := self._filled(model).get("output-tokens")) is not None:
            bucket.level -= output_tokens

    def clear(self) -> None:
        """Fills every bucket."""
        self._models.clear()

    def _filled(self, model: str) -> dict[str, _Bucket]:
        now = self.now()
        fresh = {name: _Bucket(limit, limit, now) for name, limit in self.limits.items()}
        buckets = self._models.setdefault(model, fresh) if self.limits else {}
        for bucket in buckets.values():
            bucket.refill(now)
        return buckets

    def _headers(self, buckets: Mapping[str, _Bucket]) -> list[tuple[str, str]]:
        headers = []
        for name, bucket in buckets.items():
            full = datetime.now(UTC) + timedelta(seconds=bucket.seconds_until(bucket.limit))
            headers += [
                (f"anthropic-ratelimit-{name}-limit", str(bucket.limit)),
                (f"anthropic-ratelimit-{name}-remaining", str(max(0, math.floor(bucket.level)))),
                (f"anthropic-ratelimit-{name}-reset", full.strftime("%Y-%m-%dT%H:%M:%SZ")),
            ]
        return headers
