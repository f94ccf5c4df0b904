"""What the scaler sees and decides, as metrics: the numbers behind every decision, also for other autoscalers."""

from chassis.telemetry import meter
from services.scaler.domain.model import MAX_AGES, Decision

_INPUTS = {
    "in_flight": "Attempts in hand.",
    "queued": "Tasks that wait for an agent.",
    "oldest_wait": "Seconds the oldest of them has waited.",
    "predicted": "Tasks that the task graphs make ready soon.",
    "throttled": "Share of the attempts in hand that wait for the model provider.",
    "slots_per_replica": "Attempts a replica works on at the same time.",
}

_NEEDED = ("in_flight_at_most", "queued")
"""What shrinking rests on; missing or old, it holds."""


class Gauges:
    """Tells metrics of a decision; without a place to send them it does nothing."""

    def __init__(self) -> None:
        scope = meter("heyjarvis.scaler")
        self._current = scope.create_gauge("heyjarvis.scaler.replicas.current", description="Replicas that exist.")
        self._desired = scope.create_gauge("heyjarvis.scaler.replicas.desired", description="Replicas decided.")
        self._inputs = {
            name: scope.create_gauge(f"heyjarvis.scaler.input.{name}", description=told)
            for name, told in _INPUTS.items()
        }
        self._stale = scope.create_gauge(
            "heyjarvis.scaler.inputs.stale", description="Inputs that are missing or too old to shrink on."
        )
        self._unexpected = scope.create_counter(
            "heyjarvis.scaler.unexpected_victims", description="Pods that a shrink took although they were not drained."
        )

    def unexpected(self, agent_type: str, victims: int) -> None:
        """Counts pods that went although they were no victims."""
        if victims:
            self._unexpected.add(victims, {"heyjarvis.agent.type": agent_type})

    def tell(self, decision: Decision) -> None:
        """Sets the gauges of its agent type; what is unknown is not told."""
        labels = {"heyjarvis.agent.type": decision.agent_type}
        self._desired.set(decision.desired, labels)
        known = dict(decision.inputs)
        fresh = sum(name in known and known[name].at_most(MAX_AGES[name]) for name in _NEEDED)
        self._stale.set(len(_NEEDED) - fresh, labels)
        for name, reading in decision.inputs:
            if reading.value is None:
                continue
            if name == "current_replicas":
                self._current.set(reading.value, labels)
            elif name in self._inputs:
                self._inputs[name].set(reading.value, labels)
