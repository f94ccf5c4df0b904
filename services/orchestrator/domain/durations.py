"""How long the attempts of one agent type take: a lognormal distribution, measured or told.

Times of work are never negative and have a long tail, which two numbers describe well enough: how the logarithm of the
seconds lies (`mean`) and how far it spreads (`spread`). `Measured` learns them from attempts, the newest counting most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

ENOUGH = 3
"""Attempts below which nothing is known of an agent type: fewer would be a guess."""
LEAST_SPREAD, UNSURE_SPREAD = 0.1, 0.5
"""Least spread, since nothing takes equally long each time; and the one that is assumed until attempts tell."""
NEWEST = 0.05
"""Weight of the newest attempt, once there are many: about the last forty count."""
SHORTEST = 0.001
"""Seconds that anything takes at least, so that it has a logarithm."""
_Z95 = 1.645
"""Spreads from the middle to the 95th percentile."""


@dataclass(frozen=True, slots=True)
class Durations:
    """The distribution of seconds that an attempt takes."""

    mean: float
    """Mean of the logarithm of the seconds; its exponential is the median."""
    spread: float
    """Standard deviation of the logarithm; about 0.5 when most attempts are within half and double the median."""

    @classmethod
    def told(cls, *, p50: float, p95: float) -> Durations:
        """From the median and the 95th percentile, in seconds."""
        middle, high = max(SHORTEST, p50), max(SHORTEST, p50, p95)
        return cls(math.log(middle), max(LEAST_SPREAD, math.log(high / middle) / _Z95))

    @property
    def median(self) -> float:
        """Seconds that half of the attempts do not exceed; a billion when that is beyond all use."""
        return math.exp(min(self.mean, math.log(1e9)))

    @property
    def p95(self) -> float:
        """Seconds that 95 of 100 attempts do not exceed; infinite when that is beyond all numbers."""
        try:
            return math.exp(self.mean + _Z95 * self.spread)
        except OverflowError:
            return math.inf

    def over_by(self, seconds: float) -> float:
        """The chance that an attempt takes no longer."""
        return 1.0 - self._longer(seconds)

    def over_within(self, seconds: float, *, age: float) -> float:
        """The chance that an attempt which has run for `age` seconds is over after `seconds` more."""
        so_far = self._longer(age)
        # Older than anything that was ever seen: it may be over any moment.
        return 1.0 - self._longer(age + seconds) / so_far if so_far > 0.0 else 1.0

    def _longer(self, seconds: float) -> float:
        if seconds <= 0.0:
            return 1.0
        return 0.5 * math.erfc((math.log(seconds) - self.mean) / (self.spread * math.sqrt(2.0)))


@dataclass(frozen=True, slots=True)
class Measured:
    """What attempts showed so far."""

    count: int = 0
    mean: float = 0.0
    variance: float = 0.0

    def and_one(self, seconds: float) -> Measured:
        """With one more attempt."""
        value, count = math.log(max(SHORTEST, seconds)), self.count + 1
        weight = max(NEWEST, 1.0 / count)
        off = value - self.mean
        return Measured(count, self.mean + weight * off, (1.0 - weight) * (self.variance + weight * off * off))

    @property
    def durations(self) -> Durations | None:
        """The distribution, once there is enough to tell."""
        if self.count < ENOUGH:
            return None
        # A few attempts that happen to agree prove little: their spread counts the more the more there are.
        trust = 1.0 - ENOUGH / (self.count + 1)
        variance = trust * self.variance + (1.0 - trust) * UNSURE_SPREAD**2
        return Durations(self.mean, max(LEAST_SPREAD, math.sqrt(variance)))
