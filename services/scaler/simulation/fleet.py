"""The replicas of a simulation, as a Deployment has them: slots, cold starts, cordons, and how they die.

A cordoned replica takes nothing new and finishes what it has; it stays until it is deleted. Who is deleted when the
count shrinks is the ReplicaSet's choice, in its order: those not yet ready, the lower deletion cost, the younger
half-life, chance. It does not know who is busy. A deleted replica takes nothing new and has its grace to finish; then
its tasks are killed.
"""

import heapq
import math
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
    cordoned: bool = False
    cost: int = 0
    """Deletion cost: the ReplicaSet takes the lowest first."""
    deleted: bool = False

    @property
    def takes(self) -> bool:
        """Whether it may get a task, should it have a free slot."""
        return self.started and not (self.cordoned or self.deleted)


class Fleet:
    """Replicas of one agent type. A task goes to the least busy one that takes any."""

    def __init__(self, *, slots: int, chance: Random) -> None:
        self._slots = slots
        self._chance = chance
        self._free: list[tuple[int, int]] = []
        """(tasks, replica) of replicas with a free slot, a heap; what is out of date is skipped."""
        self._next = 0
        self.replicas: dict[int, Replica] = {}
        """All that exist, by number, deleted ones that have not finished included."""
        self.size = 0
        """Replicas that there should be: those that are not deleted."""
        self.started = 0
        """Replicas whose cold start is over, deleted ones included."""

    def grow(self, by: int, *, now: float) -> list[int]:
        """Makes new replicas; their numbers. They have to start."""
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

    def cordon(self, number: int, *, cordoned: bool) -> None:
        """Lets a replica take nothing new, or takes that back."""
        replica = self.replicas[number]
        replica.cordoned = cordoned
        self._offer(number, replica)

    def delete(self, by: int, *, now: float) -> list[int]:
        """Deletes replicas in the ReplicaSet's order; the numbers of those that still have tasks."""
        there = [(self._rank(replica, now), number) for number, replica in self.replicas.items() if not replica.deleted]
        busy = []
        for _, number in heapq.nsmallest(by, there):
            replica = self.replicas[number]
            replica.deleted = True
            self.size -= 1
            if replica.tasks:
                busy.append(number)
            else:
                self._remove(number)
        return busy

    def kill(self, number: int) -> list[int]:
        """The grace of a replica is over: the tasks that are lost with it."""
        replica = self.replicas.get(number)
        if replica is None:
            return []
        self._remove(number)
        return list(replica.tasks)

    def take(self) -> int | None:
        """The least busy replica that takes a task; None when there is none."""
        while self._free:
            tasks, number = self._free[0]
            replica = self.replicas.get(number)
            if replica is not None and replica.takes and len(replica.tasks) == tasks:
                return number
            heapq.heappop(self._free)
        return None

    def give(self, number: int, task: int) -> None:
        """A task begins at a replica."""
        replica = self.replicas[number]
        replica.tasks.add(task)
        self._offer(number, replica)

    def finish(self, number: int, task: int) -> bool:
        """A task of a replica ended; False when it was not there any more."""
        replica = self.replicas.get(number)
        if replica is None or task not in replica.tasks:
            return False
        replica.tasks.remove(task)
        self._offer(number, replica)
        if replica.deleted and not replica.tasks:
            self._remove(number)
        return True

    def _rank(self, replica: Replica, now: float) -> tuple[bool, int, int, float]:
        age = max(now - replica.since, 0.0)
        return (replica.started, replica.cost, math.floor(math.log2(age + 1)), self._chance.random())

    def _offer(self, number: int, replica: Replica) -> None:
        if replica.takes and len(replica.tasks) < self._slots:
            heapq.heappush(self._free, (len(replica.tasks), number))

    def _remove(self, number: int) -> None:
        self.started -= self.replicas.pop(number).started
