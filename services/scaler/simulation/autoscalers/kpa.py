"""The Knative Pod Autoscaler, by concurrency.

After knative/serving, pkg/autoscaler/scaling/autoscaler.go (`Scale`): a stable window of 60 s and a panic window of a
tenth of it, a target of 70 % of the slots, panic from twice the capacity on, growth by up to 1000 times and shrinking
by up to half of what is ready; the defaults of config/core/configmaps/autoscaler.yaml. Asked every 2 s. What waits is
counted: requests queue in front of the pods there, where the autoscaler sees them.
"""

import math
from collections import deque

from services.scaler.simulation.autoscaler import Rule, View

UTILIZATION = 0.70
STABLE_WINDOW = 60.0
PANIC_WINDOW = 6.0
PANIC_THRESHOLD = 2.0
UP_RATE = 1000.0
DOWN_RATE = 2.0


class Kpa(Rule):
    """A KPA with the default configuration."""

    every = 2.0

    def __init__(self, *, least: int, most: int) -> None:
        self.first = max(least, 1)
        self._most = most
        self._seen: deque[tuple[float, float]] = deque()
        """(time, demand seconds until then)."""
        self._panic_since: float | None = None
        self._panic_most = 0

    def wish(self, view: View) -> int:
        """The stable wish, or the highest of the panic."""
        self._seen.append((view.now, view.demand_seconds))
        while len(self._seen) > 1 and self._seen[1][0] <= view.now - STABLE_WINDOW:
            self._seen.popleft()
        ready = max(1, view.ready)
        target = view.slots * UTILIZATION
        stable = math.ceil(self._mean(STABLE_WINDOW, view) / target)
        panic = math.ceil(self._mean(PANIC_WINDOW, view) / target)
        low, high = math.floor(ready / DOWN_RATE), math.ceil(ready * UP_RATE)
        wish = min(max(stable, low), high)
        at_panic = min(max(panic, low), high)
        if panic / ready >= PANIC_THRESHOLD:
            if self._panic_since is None:
                self._panic_most = 0
            self._panic_since = view.now
        elif self._panic_since is not None and self._panic_since + STABLE_WINDOW < view.now:
            self._panic_since = None
        if self._panic_since is not None:
            self._panic_most = max(self._panic_most, wish, at_panic)
            wish = self._panic_most
        return min(max(wish, self.first), self._most)

    def _mean(self, window: float, view: View) -> float:
        """Mean concurrency of the window; of what there was of it, at the beginning."""
        time, seconds = next((one for one in self._seen if one[0] >= view.now - window), self._seen[-1])
        if time == view.now:
            return float(view.in_flight + view.queued)
        return (view.demand_seconds - seconds) / (view.now - time)
