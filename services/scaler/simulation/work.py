"""The tasks of a simulation: which wait for others, which for a slot, which run; and which are soon to come."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.scaler.simulation.forecast import Durations
from services.scaler.simulation.load import Job


@dataclass(slots=True)
class _Task:
    duration: float
    job: int
    after: tuple[int, ...]
    left: int
    """Tasks before it that are not done."""
    next: list[int] = field(default_factory=list)
    ready: float | None = None
    """Since when nothing but a slot is missing."""
    started: float | None = None
    """When the attempt that runs began."""
    waited: float = 0.0
    done: bool = False


class Work:
    """Tasks by number, first in, first out. One whose attempt is killed waits again, before all others."""

    def __init__(self) -> None:
        self._tasks: dict[int, _Task] = {}
        self._queue: deque[int] = deque()
        self._pending: dict[int, dict[tuple[int, ...], int]] = {}
        """By job: how many tasks wait for which others."""
        self._open: dict[int, list[int]] = {}
        """By job with an order among its tasks: all of them, until the last is done."""
        self._next = 0
        self.running = 0
        self.left = 0
        """Tasks that arrived and are not done."""
        self.durations = Durations()

    @property
    def queued(self) -> int:
        """Tasks that wait for a slot."""
        return len(self._queue)

    def oldest_wait(self, now: float) -> float:
        """How long the first of the queue has waited."""
        if not self._queue:
            return 0.0
        ready = self._tasks[self._queue[0]].ready
        assert ready is not None
        return now - ready

    def arrive(self, job: Job, now: float) -> None:
        """A job came."""
        first, number = self._next, self._next
        self._next += len(job.tasks)
        self.left += len(job.tasks)
        pending: dict[tuple[int, ...], int] = {}
        for at, task in enumerate(job.tasks, start=first):
            after = tuple(first + place for place in task.after)
            self._tasks[at] = _Task(task.duration, number, after, left=len(after))
            for before in after:
                self._tasks[before].next.append(at)
            if after:
                pending[after] = pending.get(after, 0) + 1
            else:
                self._wait(at, now)
        if pending:
            self._pending[number] = pending
            self._open[number] = list(range(first, self._next))

    def start(self, now: float) -> tuple[int, float]:
        """Takes the first of the queue: its number, and how long it takes."""
        number = self._queue.popleft()
        task = self._tasks[number]
        assert task.ready is not None
        task.started, task.waited = now, now - task.ready
        self.running += 1
        return number, task.duration

    def finish(self, number: int, now: float) -> tuple[float, float]:
        """A task is done: when it became ready, and how long it waited for the attempt that did it."""
        task = self._tasks[number]
        assert task.ready is not None
        task.done = True
        self.running -= 1
        self.left -= 1
        self.durations.note(task.duration)
        for following in task.next:
            other = self._tasks[following]
            other.left -= 1
            if other.left == 0:
                self._unblock(other)
                self._wait(following, now)
        ready, waited = task.ready, task.waited
        self._forget(number, task)
        return ready, waited

    def lose(self, number: int) -> None:
        """The attempt of a task was killed: it is first in the queue again."""
        self._tasks[number].started = None
        self.running -= 1
        self._queue.appendleft(number)

    def expected(self, horizon: float, now: float) -> float:
        """Tasks that others hold back now and no longer will within `horizon` seconds, by what is likely."""
        found = 0.0
        for groups in self._pending.values():
            for after, count in groups.items():
                found += count * self._likely(after, horizon, now)
        return found

    def _likely(self, after: Sequence[int], horizon: float, now: float) -> float:
        chance = 1.0
        for number in after:
            task = self._tasks[number]
            if task.done:
                continue
            if task.ready is None:
                return 0.0  # two steps away
            age = 0.0 if task.started is None else now - task.started
            chance *= self.durations.done_within(horizon, age=age)
        return chance

    def _wait(self, number: int, now: float) -> None:
        self._tasks[number].ready = now
        self._queue.append(number)

    def _unblock(self, task: _Task) -> None:
        groups = self._pending[task.job]
        groups[task.after] -= 1
        if not groups[task.after]:
            del groups[task.after]
        if not groups:
            del self._pending[task.job]

    def _forget(self, number: int, task: _Task) -> None:
        """A job with an order among its tasks is kept as long as one of them is waited for; all others go at once."""
        if task.job in self._pending:
            return
        numbers = self._open.pop(task.job, None)
        if numbers is None:
            self._tasks.pop(number, None)
            return
        for one in numbers:
            if self._tasks[one].done:
                del self._tasks[one]
