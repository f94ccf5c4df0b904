"""Durations as counts in logarithmic buckets: small, addable, and within 10 % at any quantile.

Bucket `i` holds durations above GROWTH**(i-1) and up to GROWTH**i microseconds; it is told as the one value that is off
by the same share at both of its edges. Buckets of many places and times add up by adding their counts. What is longer
than a year counts as a year, what is shorter than a microsecond as none.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

ERROR = 0.05
"""How far off a told duration is at most, as a share: half of what the contract allows."""
GROWTH = (1 + ERROR) / (1 - ERROR)
LONGEST = 366 * 24 * 3600 * 1_000_000
"""The longest duration told apart, in microseconds."""
LAST = math.ceil(math.log(LONGEST) / math.log(GROWTH))
"""The highest bucket: about 310."""
NONE = "zero"
"""The bucket of durations below a microsecond."""

_LOG_GROWTH = math.log(GROWTH)


def bucket(micros: int) -> str:
    """The name of the bucket a duration falls into."""
    if micros < 1:
        return NONE
    return str(min(math.ceil(math.log(micros) / _LOG_GROWTH), LAST))


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """How a set of durations is distributed, in microseconds."""

    count: int = 0
    total: int = 0
    longest: int = 0
    buckets: Mapping[str, int]

    @property
    def mean(self) -> float:
        """The mean; 0 when nothing was measured."""
        return self.total / self.count if self.count else 0.0

    def quantile(self, share: float) -> float:
        """The duration that `share` of all did not exceed, within 10 %; 0 when nothing was measured."""
        if self.count < 1:
            return 0.0
        rank = max(1, math.ceil(share * self.count))
        seen = self.buckets.get(NONE, 0)
        if seen >= rank:
            return 0.0
        for index in sorted(int(name) for name in self.buckets if name != NONE):
            seen += self.buckets[str(index)]
            if seen >= rank:
                return min(_told(index), float(self.longest))
        return float(self.longest)


def durations_of(counters: Mapping[str, int], prefix: str) -> Durations:
    """The distribution that counters named `PREFIX.count`, `.total`, `.longest` and `.b.BUCKET` hold."""
    start = f"{prefix}.b."
    return Durations(
        count=counters.get(f"{prefix}.count", 0),
        total=counters.get(f"{prefix}.total", 0),
        longest=counters.get(f"{prefix}.longest", 0),
        buckets={name.removeprefix(start): value for name, value in counters.items() if name.startswith(start)},
    )


def _told(index: int) -> float:
    return 2 * GROWTH**index / (GROWTH + 1)
