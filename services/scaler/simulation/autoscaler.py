"""What an autoscaler sees in a simulation, and what it is asked."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How things stand; silent replicas are left out where nothing else is said. Spans are seconds."""

    now: float
    replicas: int
    """As the Deployment says: those that stay, starting ones included."""
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


class Autoscaler(Protocol):
    """Decides how many replicas there should be. It may remember; a new one is made for every simulation."""

    @property
    def every(self) -> float:
        """Seconds between two questions."""
        ...

    @property
    def first(self) -> int:
        """Replicas at the beginning."""
        ...

    @property
    def drains(self) -> bool:
        """Whether replicas are emptied before they go, and the empty ones chosen; else the ReplicaSet deletes some."""
        ...

    @property
    def looks_ahead(self) -> float:
        """Seconds for which the task graphs are asked; 0 asks them nothing."""
        ...

    def at_once(self, view: View) -> bool:
        """Whether what just arrived cannot wait for the next question."""
        ...

    def wish(self, view: View) -> int:
        """How many replicas there should be."""
        ...
