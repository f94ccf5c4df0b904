"""What came out of a simulation: waits, cost, unrest, and how closely supply followed demand.

Supply are the replicas that have started, demand those that all tasks in hand and in the queue would fill. The measures
of elasticity are those of the SPEC Research Group (N. Herbst et al., "Ready for Rain? A View from SPEC Research on the
Future of Cloud Metrics", 2016): how much is missing or too much on average, how long, and how often supply moves
otherwise than demand.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Elasticity:
    """How supply followed demand; shares, 0 is best."""

    under_accuracy: float
    """Replicas missing, as a share of the demand, on average over the time."""
    over_accuracy: float
    """Replicas too many, as a share of the demand (at least one), on average over the time."""
    under_timeshare: float
    """Share of the time in which replicas were missing."""
    over_timeshare: float
    """Share of the time in which there were too many."""
    instability: float
    """Share of the minutes in which supply and demand did not change in the same direction."""


@dataclass(frozen=True, slots=True)
class Moment:
    """How things stood at a moment, for pictures."""

    time: float
    replicas: int
    """All that exist and cost, those that start, drain or end included."""
    ready: int
    """Those that have started."""
    running: int
    queued: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came out. Spans are seconds."""

    waits: tuple[float, ...]
    """How long each task waited, from being ready to the start of the attempt that did it; sorted."""
    waited: tuple[tuple[float, float], ...]
    """(ready, wait) of each task, in the order they ended."""
    slo_misses: int
    """Tasks that waited longer than allowed."""
    pod_hours: float
    hours: float
    """How long was watched."""
    actions: int
    """Changes of the replica count."""
    killed_tasks: int
    """Attempts that a deleted replica could not finish; their tasks were done again."""
    elasticity: Elasticity
    moments: tuple[Moment, ...]

    def wait(self, share: float) -> float:
        """That share of the tasks waited no longer."""
        return percentile(self.waits, share)

    @property
    def actions_per_hour(self) -> float:
        """Changes of the replica count."""
        return self.actions / self.hours


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The smallest value that is not below `share` of all of them; 0 when there is none."""
    if not sorted_values:
        return 0.0
    return sorted_values[max(0, math.ceil(share * len(sorted_values)) - 1)]


EVERY = 15.0
"""Seconds between the moments that are kept."""
_MOST_MOMENTS = 20_000


class Meter:
    """Counts what passes between events."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._now = 0.0
        self._under = self._over = self._under_time = self._over_time = 0.0
        self._next = 0.0
        self.pod_seconds = 0.0
        self.demand_seconds = 0.0
        """Tasks in hand and in the queue, times seconds."""
        self.moments: list[Moment] = []

    def until(self, now: float, *, replicas: int, ready: int, running: int, queued: int) -> None:
        """Time went on to `now`; until then things stood like that."""
        passed = now - self._now
        if passed <= 0:
            return
        while self._next < now and len(self.moments) < _MOST_MOMENTS:
            self.moments.append(Moment(self._next, replicas, ready, running, queued))
            self._next += EVERY
        self._now = now
        self.pod_seconds += replicas * passed
        self.demand_seconds += (running + queued) * passed
        needed = -(-(running + queued) // self._slots)
        if needed > ready:
            self._under += (needed - ready) / needed * passed
            self._under_time += passed
        elif ready > needed:
            self._over += (ready - needed) / max(needed, 1) * passed
            self._over_time += passed

    def elasticity(self) -> Elasticity:
        """The measures over all that passed."""
        whole = max(self._now, 1e-9)
        return Elasticity(
            under_accuracy=self._under / whole,
            over_accuracy=self._over / whole,
            under_timeshare=self._under_time / whole,
            over_timeshare=self._over_time / whole,
            instability=_instability(self.moments[:: round(60 / EVERY)], self._slots),
        )


def _instability(moments: Sequence[Moment], slots: int) -> float:
    apart = 0
    for before, after in pairwise(moments):
        supply = after.ready - before.ready
        demand = -(-(after.running + after.queued) // slots) - -(-(before.running + before.queued) // slots)
        apart += (supply > 0) - (supply < 0) != (demand > 0) - (demand < 0)
    return apart / max(len(moments) - 1, 1)
