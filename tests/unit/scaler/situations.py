"""Snapshots in a line, and a scaler that is asked again and again."""

from dataclasses import dataclass, field
from typing import Any

from services.scaler.domain.decide import decide
from services.scaler.domain.deployed import Deployed, Instance, Pod
from services.scaler.domain.memory import Memory
from services.scaler.domain.model import Decision, Hold, Mode, Reading, Snapshot
from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Strategy
from services.scaler.strategies.utilization import Utilization

LONG_AGO = -1e6


def snapshot(
    replicas: float | None = 1,
    busy: float | None = 0,
    queued: float | None = 0,
    *,
    at_most: float | None = None,
    wait: float | None = 0,
    predicted: float | None = 0,
    slots: float | None = 4,
    takes: float | None = None,
    unfinished: float | None = 0,
    **readings: Any,
) -> Snapshot:
    """What is known now, all of it fresh; None is unknown."""

    def now(value: float | None) -> Reading:
        return Reading() if value is None else Reading(float(value), 0.0)

    fields: dict[str, Any] = {
        "current_replicas": now(replicas),
        "in_flight": now(busy),
        "in_flight_at_most": now(busy if at_most is None else at_most),
        "slots_per_replica": now(slots),
        "queued": now(queued),
        "oldest_wait": now(wait),
        "predicted": now(predicted),
        "service_time": now(takes),
        "unfinished": now(unfinished),
    }
    return Snapshot(agent_type="branding", **fields | readings)


def policy(**changes: Any) -> Policy:
    # The window is what these tests were written for, not the default.
    fields: dict[str, Any] = {"agent_type": "branding", "mode": Mode.NATIVE, "down_window": 120.0}
    return Policy(**fields | changes)


@dataclass
class Scaler:
    """One agent type over time; `applies` makes the replicas follow the decisions."""

    policy: Policy = field(default_factory=policy)
    strategy: Strategy | None = field(default_factory=Utilization)
    memory: Memory = field(default_factory=lambda: Memory(since=LONG_AGO))
    now: float = 1000.0
    hold: Hold | None = None

    def sees(self, seen: Snapshot, *, after: float = 0.0) -> Decision:
        self.now += after
        decision, self.memory = decide(
            seen, self.policy, self.memory, self.strategy, self.now, hold=self.hold, cluster=True
        )
        return decision


def decided(seen: Snapshot, **changes: Any) -> Decision:
    """One decision of a scaler that has long been there."""
    return Scaler(policy=policy(**changes)).sees(seen)


def pod(number: int, **changes: Any) -> Pod:
    """A pod that has long been ready."""
    fields: dict[str, Any] = {
        "name": f"branding-{number}",
        "uid": f"uid-{number}",
        "replica_set": "branding-new",
        "ready": True,
        "age": 1000.0 - number,
    }
    return Pod(**fields | changes)


def process(number: int, busy: int = 0, **changes: Any) -> Instance:
    """The agent in the pod of that number, heard of just now."""
    fields: dict[str, Any] = {
        "name": f"branding-process-{number}",
        "pod_uid": f"uid-{number}",
        "endpoint": f"10.0.0.{number}:50051",
        "capacity": 4,
        "in_hand": busy,
        "leased": busy,
        "draining": False,
        "age": 0.0,
    }
    return Instance(**fields | changes)


def deployment(pods: int | tuple[Pod, ...], replicas: int | None = None, **changes: Any) -> Deployed:
    """A Deployment whose count the scaler wrote, and its pods."""
    made = tuple(pod(number) for number in range(pods)) if isinstance(pods, int) else pods
    fields: dict[str, Any] = {
        "name": "branding",
        "agent_type": "branding",
        "replicas": len(made) if replicas is None else replicas,
        "resource_version": "7",
        "pods": made,
        "newest_replica_set": "branding-new",
        "written_by": "heyjarvis-scaler",
        "ours": True,
    }
    return Deployed(**fields | changes)


def in_cluster(
    deployed: Deployed, *busy: int, processes: tuple[Instance, ...] | None = None, **fields: Any
) -> Snapshot:
    """What is known of a Deployment whose agents have so many attempts in hand."""
    inside = tuple(process(number, having) for number, having in enumerate(busy)) if processes is None else processes
    fields = {"busy": sum(one.in_hand for one in inside)} | fields
    return snapshot(deployed.replicas, **fields, deployed=deployed, instances=inside)
