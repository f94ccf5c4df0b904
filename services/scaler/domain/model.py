"""The nouns of scaling."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from services.scaler.domain.deployed import Deployed, Instance


class Mode(Enum):
    """Who writes the replica count."""

    NATIVE = "NATIVE"
    KEDA = "KEDA"
    HPA = "HPA"
    OBSERVE = "OBSERVE"
    PINNED = "PINNED"
    PAUSED = "PAUSED"


class Reason(Enum):
    """Why a decision came out as it did. Closed: every member is in the contract too, and a test says so."""

    WITHIN_TOLERANCE = "WITHIN_TOLERANCE"
    DEMAND_ABOVE_TARGET = "DEMAND_ABOVE_TARGET"
    BACKLOG_SLO = "BACKLOG_SLO"
    PANIC = "PANIC"
    PREDICTED = "PREDICTED"
    STABILIZING = "STABILIZING"
    RATE_LIMITED = "RATE_LIMITED"
    AT_MIN = "AT_MIN"
    AT_MAX = "AT_MAX"
    DRAINING = "DRAINING"
    COOLDOWN = "COOLDOWN"
    ACTIVATED = "ACTIVATED"
    DEMAND_BELOW_TARGET = "DEMAND_BELOW_TARGET"
    METRICS_STALE = "METRICS_STALE"
    MANUAL_ZERO = "MANUAL_ZERO"
    SCALER_CONFLICT = "SCALER_CONFLICT"
    REPLICA_FIGHT = "REPLICA_FIGHT"
    CAPACITY_STUCK = "CAPACITY_STUCK"
    RBAC_DENIED = "RBAC_DENIED"
    STRATEGY_ERROR = "STRATEGY_ERROR"
    HELD_BY_PERSON = "HELD_BY_PERSON"
    BUSY_POD_NOT_READY = "BUSY_POD_NOT_READY"
    ROLLOUT = "ROLLOUT"
    UPSTREAM_THROTTLED = "UPSTREAM_THROTTLED"


@dataclass(frozen=True, slots=True)
class Reading:
    """A number and how old it is. Unknown is not zero."""

    value: float | None = None
    age: float | None = None
    """In seconds."""

    def at_most(self, age: float) -> bool:
        """Whether it is known and not older than `age` seconds."""
        return self.value is not None and self.age is not None and self.age <= age

    def older(self, seconds: float) -> "Reading":
        """The same reading, some seconds later."""
        return self if self.age is None else Reading(self.value, self.age + seconds)


UNKNOWN = Reading()

MAX_AGES = {
    "current_replicas": 30.0,
    "in_flight": 15.0,
    "in_flight_at_most": 15.0,
    "slots_per_replica": 3600.0,
    "queued": 10.0,
    "oldest_wait": 10.0,
    "predicted": 15.0,
    "service_time": 3600.0,
    "throttled": 30.0,
    "unfinished": 15.0,
}
"""How old an input may be, in seconds, to be rested on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What is known of one agent type at one moment."""

    agent_type: str
    current_replicas: Reading = UNKNOWN
    """Replicas that exist and do not drain, starting ones included."""
    in_flight: Reading = UNKNOWN
    """Attempts in hand; replicas that are silent count as empty, as growth has to see it."""
    in_flight_at_most: Reading = UNKNOWN
    """Attempts in hand; replicas that are silent count as full, as shrinking has to see it."""
    slots_per_replica: Reading = UNKNOWN
    """Attempts a replica works on at the same time."""
    queued: Reading = UNKNOWN
    """Tasks that wait for an agent."""
    oldest_wait: Reading = UNKNOWN
    """How long the oldest of them has waited, in seconds."""
    predicted: Reading = UNKNOWN
    """Tasks that the task graphs make ready soon."""
    service_time: Reading = UNKNOWN
    """How long an attempt takes on average, in seconds."""
    throttled: Reading = UNKNOWN
    """Share of the attempts in hand that wait because the model provider limits, from 0 to 1."""
    unfinished: Reading = UNKNOWN
    """Unfinished workflows that still name this agent type."""
    deployed: Deployed | None = None
    """Its Deployment, as old as `current_replicas` says. None outside of a cluster."""
    denied: str = ""
    """What the scaler has no right to read of the cluster, naming verb and resource. Empty when nothing."""
    instances: tuple[Instance, ...] = ()
    """The processes of this type that gave a sign of life lately."""

    def inputs(self) -> Iterator[tuple[str, Reading]]:
        """Every input by name."""
        for name in MAX_AGES:
            yield name, getattr(self, name)

    def fresh(self, name: str) -> float | None:
        """The value of an input; None when it is unknown or too old to rest on."""
        reading: Reading = getattr(self, name)
        return reading.value if reading.at_most(MAX_AGES[name]) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What a person said instead of the policy."""

    mode: Mode
    """PAUSED or PINNED."""
    by: str
    reason: str = ""
    replicas: int = 0
    """For PINNED."""
    until: float | None = None
    """None holds until somebody resumes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the pipeline from demand to replicas."""

    name: str
    before: float
    after: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided for an agent type, and why."""

    time: float
    agent_type: str
    mode: Mode
    current: int
    """Replicas that take work, starting ones included; the last number known when it is unknown."""
    desired: int
    reason: Reason
    explanation: str
    inputs: tuple[tuple[str, Reading], ...]
    steps: tuple[Step, ...]
    policy_version: int
    applied: bool = False
    """Whether the count was written."""
    victims: tuple[str, ...] = field(default=())
    """Names of the pods chosen to go."""
    sequence: int = 0
    """Where it stands in the log; 0 for one that is not in it."""
    term: int = 0
    """Number of the term of the leader that decided; 0 for one that was only asked about."""
    deployed: int | None = None
    """The Deployment's replica count after it, cordoned ones included. None outside of a cluster."""
    resource_version: str = ""
    """Of the scale that was written, or would have been."""
    result: str = ""
    """What the API answered to the write; empty when nothing was written."""
    latency: float = 0.0
    """Seconds from reading the numbers to the end of acting."""
