"""What the drain gate wants done, one thing after the other, each with its reason. `acting.py` does it."""

from dataclasses import dataclass

from services.scaler.domain.deployed import Deployed, Pod


@dataclass(frozen=True, slots=True, kw_only=True)
class Cordon:
    """Ask an agent to take nothing new, or renew that; it takes work again by itself when renewals stop."""

    pod: Pod
    endpoint: str
    """HOST:PORT of its AgentService."""
    drain_id: str
    ttl: float
    """In seconds."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncordon:
    """Let an agent take work again."""

    pod: Pod
    endpoint: str
    drain_id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Make a pod the first that its ReplicaSet deletes. Only ever a pod in which nothing runs and nothing can begin."""

    pod: Pod
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unprice:
    """Take that back."""

    pod: Pod
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Write the replica count, onto the Deployment exactly as it was read."""

    deployed: Deployed
    replicas: int
    victims: tuple[str, ...]
    """UIDs of the pods that may go because of it; empty for growth."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Make a Kubernetes Event."""

    reason: str
    """In CamelCase, such as `DrainTimedOut`."""
    note: str
    warning: bool = False


Action = Cordon | Uncordon | Price | Unprice | Write | Tell
