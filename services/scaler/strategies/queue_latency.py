"""`queue_latency`: as few replicas as keep waiting short, for agents that are dear to keep warm.

Every slot may be used. The queue has to be cleared within what is left of the target wait, so the longer its oldest
task has waited, the more the queue is worth.
"""

from collections.abc import Mapping
from typing import Any

from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Load, Wish
from services.scaler.strategies.parameters import unknown
from services.scaler.strategies.utilization import slots_for_queue

LEAST_LEFT = 1.0
"""Seconds that are left at least."""


class QueueLatency:
    """Sizes by how long tasks wait. Takes no parameters."""

    def check(self, params: Mapping[str, Any]) -> list[str]:
        """What is wrong with the parameters."""
        return unknown(params, (), of="queue_latency")

    def wish(self, load: Load, policy: Policy, memory: Mapping[str, Any]) -> Wish:
        """How many replicas the load is worth."""
        left = max(policy.target_wait - load.oldest_wait, LEAST_LEFT)
        waiting = slots_for_queue(load, left)
        demand = load.in_flight + waiting + load.predicted
        return Wish(
            replicas=demand / load.slots,
            note=f"{load.in_flight:g} in flight, {load.queued:g} queued with {left:.3g} s left to start them (worth "
            f"{waiting:.3g} slots), {load.predicted:g} expected; a replica has {load.slots:g} slots, so "
            f"{demand / load.slots:.3g} are wanted.",
        )
