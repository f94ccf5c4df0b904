"""Ours: the decision of production, asked every tick, and soon after more tasks wait: orchestrators push that."""

import math

from services.scaler.domain.decide import decide
from services.scaler.domain.memory import Memory
from services.scaler.domain.model import Reading, Snapshot
from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Strategy
from services.scaler.simulation.autoscaler import View
from services.scaler.simulation.setting import Setting

TICK = 5.0
"""Seconds between decisions."""
PAUSE = 0.5
"""Seconds between decisions at least, whatever is pushed."""
_P90 = 1.2816
"""Nine of ten values of a normal distribution are below its mean and this many sigmas."""


class HeyJarvis:
    """Decides as the scaler does, by a policy and its strategy."""

    every = TICK
    drains = True

    def __init__(self, policy: Policy, strategy: Strategy, setting: Setting) -> None:
        self._policy = policy
        self._strategy = strategy
        self._cold_start = setting.cold_start * math.exp(_P90 * setting.cold_start_spread)
        self.first = policy.min_replicas
        self.looks_ahead = self._cold_start + 2 * TICK if policy.prediction_weight > 0 else 0.0
        # A memory that is old: the simulation is not about the scaler's own start.
        self._memory = Memory(since=-math.inf)
        self._asked, self._queued = -math.inf, 0

    def at_once(self, view: View) -> bool:
        """More tasks wait than at the last decision, or there is nobody to take them."""
        return view.now - self._asked >= PAUSE and (view.queued > self._queued or view.replicas == 0)

    def wish(self, view: View) -> int:
        """What is decided."""
        self._asked, self._queued = view.now, view.queued
        snapshot = Snapshot(
            agent_type=self._policy.agent_type,
            current_replicas=_now(view.replicas),
            in_flight=_now(view.in_flight),
            in_flight_at_most=_now(view.in_flight_at_most),
            slots_per_replica=_now(view.slots),
            queued=_now(view.queued),
            oldest_wait=_now(view.oldest_wait),
            predicted=_now(view.predicted),
            unfinished=_now(view.unfinished),
            service_time=Reading() if view.service_time is None else _now(view.service_time),
        )
        decision, self._memory = decide(
            snapshot,
            self._policy,
            self._memory,
            self._strategy,
            view.now,
            cluster=True,
            cold_start=self._cold_start,
        )
        return decision.desired


def _now(value: float) -> Reading:
    return Reading(float(value), 0.0)
