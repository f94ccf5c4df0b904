"""`utilization`, the default: enough slots for what is in hand, what waits and what is expected, with room to spare.

A queue is worth as many slots as clear it within the policy's target wait, and never more than one per task; while
nobody knows how long a task takes, it is one per task. A replica should use the policy's share of its slots.
"""

from collections.abc import Mapping
from typing import Any

from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Load, Wish
from services.scaler.strategies.parameters import unknown

SHORTEST = 1.0
"""Seconds a task takes at least, for this calculation."""


class Utilization:
    """Sizes by the use of slots. Takes no parameters."""

    def check(self, params: Mapping[str, Any]) -> list[str]:
        """What is wrong with the parameters."""
        return unknown(params, (), of="utilization")

    def wish(self, load: Load, policy: Policy, memory: Mapping[str, Any]) -> Wish:
        """How many replicas the load is worth."""
        waiting = slots_for_queue(load, policy.target_wait)
        demand = load.in_flight + waiting + load.predicted
        carries = load.slots * policy.target_utilization
        foreseen = f" and {load.predicted:g} expected" if load.predicted else ""
        return Wish(
            replicas=demand / carries,
            note=f"{load.in_flight:g} in flight, {load.queued:g} queued (worth {waiting:.3g} slots){foreseen}; a "
            f"replica carries {carries:.3g} at {policy.target_utilization:.0%} of {load.slots:g}, so "
            f"{demand / carries:.3g} are wanted.",
        )


def slots_for_queue(load: Load, within: float) -> float:
    """Slots that clear the queue within some seconds: at most one per task."""
    if load.service_time is None:
        return load.queued
    return min(load.queued, load.queued * max(load.service_time, SHORTEST) / within)
