"""What is known of one agent's Deployment and its pods, as the cluster tells it, and of the processes in them."""

from dataclasses import dataclass

COST_OF_A_VICTIM = -1000
"""Deletion cost of a pod that is drained and shall go; every other pod has none, which counts as 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """A pod that the Deployment owns through one of its ReplicaSets, and that is not being deleted."""

    name: str
    uid: str
    replica_set: str
    """Name of the ReplicaSet that owns it."""
    ready: bool
    age: float
    """Seconds since it was created."""
    pending_for: float | None = None
    """Seconds for which it could not be placed on a node or started. None when it runs."""
    deletion_cost: int = 0
    """As its annotation says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """One agent's Deployment."""

    name: str
    agent_type: str
    replicas: int
    """As its specification says: those that should exist, starting ones included, deleted ones not."""
    resource_version: str
    """Of its scale, for a write that must not overwrite another."""
    pods: tuple[Pod, ...] = ()
    terminating: tuple[str, ...] = ()
    """UIDs of its pods that are being deleted."""
    newest_replica_set: str = ""
    """The ReplicaSet of the present template."""
    rollout: str = ""
    """What makes this a rollout, for people: two ReplicaSets have pods, or the controller has not seen the newest
    specification. Empty when there is none."""
    rivals: tuple[str, ...] = ()
    """Other autoscalers of this Deployment, such as `HorizontalPodAutoscaler keda-hpa-research`."""
    written_by: str = ""
    """Who wrote the replica count last, by the name of its field manager. Empty when the cluster does not say."""
    ours: bool = False
    """Whether that was the scaler."""
    create_failed: str = ""
    """Why no pod can be created, such as a quota, in the cluster's words. Empty when nothing is wrong."""
    age: float = 0.0
    """Seconds since the cluster last gave a sign that this is so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One agent process, by its heartbeats and by the orchestrators' lease tables."""

    name: str
    pod_uid: str
    """The pod it runs in; empty outside of a cluster."""
    endpoint: str
    """HOST:PORT of its AgentService."""
    capacity: int
    in_hand: int
    """Attempts in hand, as it said last."""
    leased: int
    """Attempts that orchestrators believe to run at it."""
    draining: bool
    """Whether it said that it takes no new work."""
    age: float
    """Seconds since its last sign of life."""
    expected_left: float | None = None
    """Seconds until it is expected to be empty. None when nobody can tell."""

    @property
    def empty(self) -> bool:
        """Whether nothing runs in it, as both sides say."""
        return self.in_hand == 0 and self.leased == 0
