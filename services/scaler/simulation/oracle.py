"""What nobody can beat: every task starts when it is ready, and there are just the replicas that this fills.

It knows the future, starts replicas in time and moves running tasks together for free, so no autoscaler reaches it; how
far one is above it says how good it is.
"""

import heapq
import math

from services.scaler.simulation.load import Load
from services.scaler.simulation.outcome import percentile

Steps = tuple[tuple[float, int], ...]
"""(moment, replicas from then on), in order."""


def need(load: Load, slots: int, *, least: int = 0) -> Steps:
    """How many replicas are needed at every moment, and never fewer than `least`."""
    changes: list[tuple[float, int]] = []
    for job in load.jobs:
        ends: list[float] = []
        for task in job.tasks:
            start = max([job.arrival, *(ends[before] for before in task.after)])
            ends.append(start + task.duration)
            changes += ((start, 1), (start + task.duration, -1))
    heapq.heapify(changes)
    steps, running = [(0.0, least)], 0
    while changes:
        now, change = heapq.heappop(changes)
        running += change
        replicas = max(least, math.ceil(running / slots))
        if steps[-1][0] == now:
            steps[-1] = (now, replicas)
        elif steps[-1][1] != replicas:
            steps.append((now, replicas))
    return tuple(steps)


def pod_hours(steps: Steps, lasts: float) -> float:
    """What that costs, until the last task is done and `lasts` is over."""
    return sum(replicas * seconds for replicas, seconds in _spans(steps, lasts)) / 3600


def most_of_the_time(steps: Steps, lasts: float, share: float) -> int:
    """As many replicas as are enough for that share of the time."""
    spans = sorted(_spans(steps, lasts))
    weighed = [replicas for replicas, seconds in spans for _ in range(max(1, round(seconds)))]
    return math.ceil(percentile(weighed, share))


def _spans(steps: Steps, lasts: float) -> list[tuple[int, float]]:
    ends = [*(time for time, _ in steps[1:]), max(lasts, steps[-1][0])]
    return [(replicas, end - start) for (start, replicas), end in zip(steps, ends, strict=True)]
