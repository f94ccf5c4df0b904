"""The rule that is written first: as many replicas as the queue fills, looked at every quarter of a minute.

No window, no rate, no tolerance, and what runs is not counted: an empty queue reads as nothing to do. That is the
scaling rule of KEDA's queue triggers without the HorizontalPodAutoscaler behind them
(https://keda.sh/docs/latest/concepts/scaling-deployments/).
"""

import math

from services.scaler.simulation.autoscaler import Rule, View


class QueueOnly(Rule):
    """`ceil(queued / slots)`, within bounds."""

    every = 15.0

    def __init__(self, *, least: int, most: int) -> None:
        self.first = max(least, 1)
        self._most = most

    def wish(self, view: View) -> int:
        """Replicas for the queue."""
        return min(max(math.ceil(view.queued / view.slots), self.first), self._most)
