"""Increments on their way to the store: what a few events add to which series."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal, NamedTuple

from services.analytics.domain.consumption import Consumption
from services.analytics.domain.histogram import bucket


class Series(NamedTuple):
    """A set of counters of a tenant: all work, one agent type, or one template."""

    kind: Literal["total", "agent", "template"]
    name: str = ""


TOTAL = Series("total")


class Tally:
    """Adds up. Every counter is a whole number, so tallies add up in any order."""

    def __init__(self) -> None:
        self.counts: dict[Series, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        """What to add, by series and counter."""
        self.peaks: dict[Series, dict[str, int]] = defaultdict(dict)
        """Values a counter has to reach at least."""
        self.outcomes: list[tuple[str, bool]] = []
        """Per attempt that ended by itself, oldest first: agent type, and whether it succeeded."""

    def add(self, where: Iterable[Series], name: str, by: int = 1) -> None:
        """Adds `by` to a counter of each of the series."""
        for series in where:
            self.counts[series][name] += by

    def reach(self, where: Iterable[Series], name: str, value: int) -> None:
        """Raises a counter of each of the series to `value` at least."""
        for series in where:
            self.peaks[series][name] = max(value, self.peaks[series].get(name, 0))

    def spend(self, where: Iterable[Series], name: str, consumed: Consumption) -> None:
        """Adds a consumption to the counters `NAME.*`."""
        for field, value in consumed.items():
            if value:
                self.add(where, f"{name}.{field}", value)

    def measure(self, where: Iterable[Series], name: str, micros: int) -> None:
        """Adds a duration to the distribution `NAME`."""
        micros = max(micros, 0)
        self.add(where, f"{name}.count")
        self.add(where, f"{name}.total", micros)
        self.add(where, f"{name}.b.{bucket(micros)}")
        self.reach(where, f"{name}.longest", micros)

    def unmeasure(self, where: Iterable[Series], name: str, micros: int) -> None:
        """Takes a duration back. Should it have been the longest, it stays the longest."""
        micros = max(micros, 0)
        self.add(where, f"{name}.count", -1)
        self.add(where, f"{name}.total", -micros)
        self.add(where, f"{name}.b.{bucket(micros)}", -1)

    def merge(self, other: "Tally") -> None:
        """Adds everything `other` holds."""
        for series, counts in other.counts.items():
            for name, by in counts.items():
                self.counts[series][name] += by
        for series, peaks in other.peaks.items():
            for name, value in peaks.items():
                self.reach((series,), name, value)
        self.outcomes += other.outcomes

    def __bool__(self) -> bool:
        return bool(self.counts or self.peaks or self.outcomes)
