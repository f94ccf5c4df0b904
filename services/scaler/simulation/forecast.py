"""How likely a running task is done soon, learned from the durations that were seen. No oracle: the future of the load
is not looked at."""

import math

_SHORTEST = 0.1
"""Seconds; the first bucket ends here."""
_FACTOR = 1.2
"""Each bucket ends at that times the end of the one before."""
_BUCKETS = 96
LEAST = 5
"""Durations to see before anything is foreseen."""


class Durations:
    """A histogram of durations, its buckets wider the longer they are."""

    def __init__(self) -> None:
        self._counts = [0] * _BUCKETS
        self._total = 0
        self._sum = 0.0

    def note(self, duration: float) -> None:
        """One more duration was seen."""
        self._counts[_bucket(duration)] += 1
        self._total += 1
        self._sum += duration

    @property
    def mean(self) -> float | None:
        """Seconds; None while there is none."""
        return self._sum / self._total if self._total else None

    def done_within(self, seconds: float, *, age: float = 0.0) -> float:
        """Pr(T <= age + seconds | T > age). What is older than everything seen is expected at any moment."""
        if self._total < LEAST:
            return 0.0
        later = self._total - self._up_to(age)
        return 1.0 if later <= 0 else (self._up_to(age + seconds) - self._up_to(age)) / later

    def _up_to(self, seconds: float) -> float:
        """Durations seen up to that, spread evenly within their bucket."""
        if seconds <= 0:
            return 0.0
        at = _bucket(seconds)
        low, high = (_SHORTEST * _FACTOR ** (at - 1) if at else 0.0), _SHORTEST * _FACTOR**at
        share = min(1.0, (seconds - low) / (high - low))
        return sum(self._counts[:at]) + share * self._counts[at]


def _bucket(seconds: float) -> int:
    if seconds <= _SHORTEST:
        return 0
    return min(_BUCKETS - 1, math.ceil(math.log(seconds / _SHORTEST, _FACTOR)))
