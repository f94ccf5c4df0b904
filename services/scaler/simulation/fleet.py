"""The replicas of a simulation: slots, cold starts, and two ways to go.

Drained: a replica takes nothing new, finishes, and goes when it is empty; until then it can be taken back. Deleted: it
takes nothing new and has its grace to finish, then its tasks are killed. Who is deleted is the ReplicaSet's choice, in
its order: those not yet ready, then the younger half-life, then chance. The ReplicaSet does not know who is busy.
"""

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random


@dataclass(slots=True)
class Replica:
    """One replica."""

    since: float
    started: bool = False
    """Whether its cold start is over."""
    tasks: set[int] = field(default_factory=set)
    """What it works on."""
    draining: bool = False
    deleted: bool = False

    @property
    def stays(self) -> bool:
        """Whether it counts: it is neither drained nor deleted."""
        return not (self.draining or self.deleted)


class Fleet:
    """Replicas of one agent type. A task goes to the least busy one that is ready and stays."""

    def __init__(self, *, slots: int, chance: Random) -> None:
        self._slots = slots
        self._chance = chance
        self._free: list[tuple[int, int]] = []
        """(tasks, replica) of replicas with a free slot, a heap; what is out of date is skipped."""
        self._next = 0
        self.replicas: dict[int, Replica] = {}
        """All that exist, by number."""
        self.size = 0
        """Replicas that stay, starting ones included."""
        self.started = 0
        """Replicas whose cold start is over, leaving ones included."""

    def grow(self, by: int, *, now: float) -> list[int]:
        """Takes draining replicas back first, then makes new ones; the numbers of these, which have to start."""
        for number in sorted(self.replicas, reverse=True):
            replica = self.replicas[number]
            if by and replica.draining:
                replica.draining = False
                self.size += 1
                self._offer(number, replica)
                by -= 1
        new = list(range(self._next, self._next + by))
        for number in new:
            self.replicas[number] = Replica(since=now)
        self._next += by
        self.size += by
        return new

    def start(self, number: int) -> None:
        """The cold start of a replica is over."""
        replica = self.replicas.get(number)
        if replica is not None:
            replica.started = True
            self.started += 1
            self._offer(number, replica)

    def drain(self, by: int) -> None:
        """Drains the replicas with the least to do, the youngest of them first; the empty ones go at once."""
        staying = ((len(replica.tasks), -number) for number, replica in self.replicas.items() if replica.stays)
        for _, number in heapq.nsmallest(by, staying):
            self.replicas[-number].draining = True
            self.size -= 1
            self._remove_when_empty(-number)

    def delete(self, by: int, *, now: float) -> list[int]:
        """Deletes replicas in the ReplicaSet's order; the numbers of those that still have tasks."""
        staying = [(self._rank(replica, now), number) for number, replica in self.replicas.items() if replica.stays]
        busy = []
        for _, number in heapq.nsmallest(by, staying):
            replica = self.replicas[number]
            replica.deleted = True
            self.size -= 1
            if replica.tasks and replica.started:
                busy.append(number)
            else:
                self._remove(number)
        return busy

    def kill(self, number: int) -> set[int]:
        """The grace of a replica is over: the tasks that are lost with it."""
        replica = self.replicas.get(number)
        if replica is None:
            return set()
        self._remove(number)
        return replica.tasks

    def take(self) -> int | None:
        """The least busy replica with a free slot; None when every slot is taken."""
        while self._free:
            tasks, number = self._free[0]
            replica = self.replicas.get(number)
            if replica is not None and replica.stays and len(replica.tasks) == tasks:
                return number
            heapq.heappop(self._free)
        return None

    def give(self, number: int, task: int) -> None:
        """A task begins at a replica."""
        replica = self.replicas[number]
        replica.tasks.add(task)
        self._offer(number, replica)

    def finish(self, number: int, task: int) -> None:
        """A task of a replica ended."""
        replica = self.replicas[number]
        replica.tasks.discard(task)
        if replica.stays:
            self._offer(number, replica)
        else:
            self._remove_when_empty(number)

    def busy(self) -> Iterator[tuple[int, int]]:
        """Every started replica, by number, with how many tasks it has."""
        return ((number, len(replica.tasks)) for number, replica in self.replicas.items() if replica.started)

    def _rank(self, replica: Replica, now: float) -> tuple[bool, int, float]:
        age = max(now - replica.since, 0.0)
        return (replica.started, math.floor(math.log2(age + 1)), self._chance.random())

    def _offer(self, number: int, replica: Replica) -> None:
        if replica.started and replica.stays and len(replica.tasks) < self._slots:
            heapq.heappush(self._free, (len(replica.tasks), number))

    def _remove_when_empty(self, number: int) -> None:
        if not self.replicas[number].tasks:
            self._remove(number)

    def _remove(self, number: int) -> None:
        self.started -= self.replicas.pop(number).started
