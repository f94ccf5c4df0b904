"""The HorizontalPodAutoscaler of Kubernetes (`autoscaling/v2`) over an external metric with an average value.

After kubernetes/kubernetes, pkg/controller/podautoscaler: `GetExternalPerPodMetricReplicas` (replica_calculator.go) for
the wish and its tolerance; in horizontal.go `stabilizeRecommendationWithBehaviors` for the windows,
`convertDesiredReplicasWithBehaviorRate`, `calculateScaleUpLimitWithScalingRules` and `getReplicasChangePerPeriod` for
the rates; the defaults of pkg/apis/autoscaling/v2/defaults.go: up without a window by the greater of 100 % and 4 pods
per 15 s, down with a window of 300 s by 100 % per 15 s. Asked every 15 s, the default of the controller.
"""

import math
from collections import deque

from services.scaler.simulation.autoscaler import Rule, View

TOLERANCE = 0.1
DOWN_WINDOW = 300.0
PERIOD = 15.0
LEAST_GROWTH = 4


class Hpa(Rule):
    """An HPA with the default behaviour."""

    every = 15.0

    def __init__(self, *, least: int, most: int, counts_running: bool, target: float) -> None:
        """
        counts_running: whether the metric counts tasks in hand too, or the queue alone.
        target: what one replica is to have of it, on average.
        """
        self.first = max(least, 1)
        self._most = most
        self._counts_running = counts_running
        self._target = target
        self._wishes: deque[tuple[float, int]] = deque([(0.0, self.first)])
        self._changes: deque[tuple[float, int]] = deque()

    def wish(self, view: View) -> int:
        """Wish, window, rate, bounds, in that order."""
        self._wishes.append((view.now, self._calculated(view)))
        while self._wishes[0][0] < view.now - DOWN_WINDOW:
            self._wishes.popleft()
        # Without an up window the newest wish is its lowest.
        newest, highest = self._wishes[-1][1], max(wish for _, wish in self._wishes)
        stable = min(max(view.replicas, newest), highest)
        wish = min(max(min(stable, self._up_limit(view)), self.first), self._most)
        if wish != view.replicas:
            self._changes.append((view.now, wish - view.replicas))
        return wish

    def _calculated(self, view: View) -> int:
        total = view.queued + (view.in_flight if self._counts_running else 0)
        ratio = total / (self._target * view.replicas)
        return view.replicas if abs(ratio - 1) <= TOLERANCE else math.ceil(total / self._target)

    def _up_limit(self, view: View) -> int:
        while self._changes and self._changes[0][0] <= view.now - PERIOD:
            self._changes.popleft()
        begun = view.replicas - sum(change for _, change in self._changes)
        return max(begun + LEAST_GROWTH, begun * 2)
