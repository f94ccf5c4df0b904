"""The replicas of a simulation: slots, cold starts, and going only when empty."""

import heapq
from dataclasses import dataclass


@dataclass(slots=True)
class _Replica:
    since: float
    started: bool = False
    busy: int = 0
    draining: bool = False


class Fleet:
    """Replicas of one agent type. A task goes to the least busy one that is ready and does not drain."""

    def __init__(self, *, slots: int) -> None:
        self._slots = slots
        self._replicas: dict[int, _Replica] = {}
        self._free: list[tuple[int, int]] = []
        """(busy, replica) of replicas with a free slot, a heap; what is out of date is skipped."""
        self._starting: list[tuple[float, int]] = []
        self._next = 0
        self.seconds = 0.0
        """Replicas times seconds, of those that are gone."""

    @property
    def size(self) -> int:
        """Replicas that do not drain, starting ones included."""
        return sum(not replica.draining for replica in self._replicas.values())

    def grow(self, by: int, *, now: float, ready: float) -> int:
        """Takes back draining replicas first, then starts new ones; tells how many of these."""
        for id in sorted(self._replicas, reverse=True):
            replica = self._replicas[id]
            if by and replica.draining:
                replica.draining = False
                self._offer(id, replica)
                by -= 1
        for _ in range(by):
            self._replicas[self._next] = _Replica(since=now)
            heapq.heappush(self._starting, (ready, self._next))
            self._next += 1
        return by

    def shrink(self, by: int, *, now: float) -> None:
        """Drains the replicas with the least to do, the youngest of them first; the empty ones go at once."""
        candidates = [id for id, replica in self._replicas.items() if not replica.draining]
        for id in sorted(candidates, key=lambda id: (self._replicas[id].busy, -id))[:by]:
            self._replicas[id].draining = True
            self._remove_when_empty(id, now)

    def ready(self, now: float) -> None:
        """Offers the slots of replicas whose start is over."""
        while self._starting and self._starting[0][0] <= now:
            _, id = heapq.heappop(self._starting)
            if id in self._replicas:
                self._replicas[id].started = True
                self._offer(id, self._replicas[id])

    def take(self) -> int | None:
        """A slot of the least busy replica; None when every slot is taken."""
        while self._free:
            busy, id = heapq.heappop(self._free)
            replica = self._replicas.get(id)
            if replica is None or replica.draining or replica.busy != busy:
                continue
            replica.busy += 1
            self._offer(id, replica)
            return id
        return None

    def finish(self, id: int, now: float) -> None:
        """Gives a slot back."""
        replica = self._replicas[id]
        replica.busy -= 1
        self._offer(id, replica)
        self._remove_when_empty(id, now)

    def close(self, now: float) -> None:
        """Counts the time of those that are still there."""
        for id in list(self._replicas):
            self.seconds += now - self._replicas.pop(id).since

    def _offer(self, id: int, replica: _Replica) -> None:
        if replica.started and not replica.draining and replica.busy < self._slots:
            heapq.heappush(self._free, (replica.busy, id))

    def _remove_when_empty(self, id: int, now: float) -> None:
        replica = self._replicas[id]
        if replica.draining and replica.busy == 0:
            del self._replicas[id]
            self.seconds += max(now - replica.since, 0.0)
