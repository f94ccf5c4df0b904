"""What an autoscaler sees in a simulation, and what it can do."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """One replica, as an autoscaler sees it."""

    number: int
    age: float
    started: bool
    """Whether its cold start is over: it is ready."""
    tasks: int
    cordoned: bool
    cost: int
    silent: bool
    """Whether its heartbeats do not come through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How things stand; silent replicas are left out where nothing else is said. Spans are seconds."""

    now: float
    replicas: int
    """As the Deployment says, starting and cordoned ones included."""
    ready: int
    """Of these, those that have started."""
    slots: int
    """Attempts a replica works on at the same time."""
    in_flight: int
    """Attempts in hand."""
    in_flight_at_most: int
    """Attempts in hand, silent replicas taken as full."""
    queued: int
    """Tasks that wait for a slot."""
    oldest_wait: float
    """How long the first of them has waited."""
    demand_seconds: float
    """Tasks in hand and in the queue, times seconds, since the beginning: for averages over any window."""
    service_time: float | None
    """Mean duration of the tasks that are done. None while there is none."""
    predicted: float
    """Tasks that the graphs make ready within `Autoscaler.looks_ahead`."""
    unfinished: int
    """Tasks that arrived and are not done, those that wait for others included."""
    pods: tuple[Pod, ...]
    """The replicas that are not deleted, one by one; for those that ask."""


class Cluster(Protocol):
    """What an autoscaler can do; each shows at its next look."""

    def scale(self, replicas: int) -> bool:
        """Sets how many replicas there should be; whether the API took it."""
        ...

    def cordon(self, number: int, *, cordoned: bool) -> None:
        """Lets a replica take nothing new and finish what it has, or takes that back."""
        ...

    def price(self, number: int, cost: int) -> None:
        """Sets the deletion cost of a replica: the ReplicaSet takes the lowest first."""
        ...


class Autoscaler(Protocol):
    """Decides how many replicas there should be. It may remember; a new one is made for every simulation."""

    @property
    def every(self) -> float:
        """Seconds between two looks."""
        ...

    @property
    def first(self) -> int:
        """Replicas at the beginning."""
        ...

    @property
    def sees_pods(self) -> bool:
        """Whether it looks at replicas one by one, and ahead in the task graphs."""
        ...

    @property
    def looks_ahead(self) -> float:
        """Seconds for which the task graphs are asked; 0 asks them nothing."""
        ...

    def at_once(self, now: float, queued: int, replicas: int) -> bool:
        """Whether tasks that wait now cannot wait for the next look."""
        ...

    def act(self, view: View, cluster: Cluster) -> bool:
        """Decides and does it; whether it wants to look again soon, at what became of it."""
        ...


class Rule:
    """An autoscaler that only ever sets the count, at its times."""

    every: float
    first: int
    sees_pods = False
    looks_ahead = 0.0

    def at_once(self, now: float, queued: int, replicas: int) -> bool:
        """Never: it looks when its time has come."""
        return False

    def wish(self, view: View) -> int:
        """How many replicas there should be."""
        raise NotImplementedError

    def act(self, view: View, cluster: Cluster) -> bool:
        """Sets it."""
        wish = self.wish(view)
        if wish != view.replicas:
            _ = cluster.scale(wish)
        return False
