"""Where a load is played: how replicas start and die, and what goes wrong around them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What goes wrong. Nothing, unless said."""

    heartbeat_loss: float = 0.0
    """Share of the replicas that are silent in any half minute, from 0 to 1."""
    api_latency: float = 0.0
    """Seconds from a decision to the written replica count."""
    conflicts: float = 0.0
    """Share of the writes that the API refuses because somebody else wrote (409), from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The surroundings, the same for every autoscaler that is compared."""

    slots: int = 4
    """Attempts a replica works on at the same time."""
    cold_start: float = 12.0
    """Median seconds until a new replica takes tasks."""
    cold_start_spread: float = 0.0
    """Sigma of the logarithm of it; 0 makes every start alike."""
    grace: float = 30.0
    """Seconds a deleted replica has to finish, as `terminationGracePeriodSeconds` says; then its tasks are killed.
    Nothing is deleted by an autoscaler that drains first."""
    slo_wait: float = 30.0
    """A task that waits longer is a miss."""
    seed: int = 1
    """Of all that is by chance here; the load has a seed of its own."""
    faults: Faults = field(default_factory=Faults)
