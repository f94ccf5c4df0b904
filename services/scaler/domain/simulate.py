"""A load played through the decision: how long tasks would wait, and what the replicas would cost.

Time is virtual and jumps from event to event. The code that decides is the one that runs for real; around it there are
slots, cold starts, and replicas that finish what they have before they go, so shrinking kills nothing.
"""

import heapq
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.scaler.domain.decide import decide
from services.scaler.domain.fleet import Fleet
from services.scaler.domain.memory import Memory
from services.scaler.domain.model import Reading, Snapshot
from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Strategy

TICK = 5.0
"""Seconds between decisions."""
LONGEST = 48 * 3600.0
"""Seconds of simulated time; a load that takes longer is refused."""


class TooLong(Exception):
    """The load does not finish within the simulated time."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task of the load, in seconds."""

    arrival: float
    duration: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came out, in seconds where nothing else is said."""

    wait_p50: float
    wait_p95: float
    wait_p99: float
    pod_hours: float
    actions_per_hour: float
    killed_tasks: int


def simulate(
    policy: Policy,
    strategy: Strategy,
    tasks: Sequence[Task],
    *,
    slots: int,
    cold_start: float = 0.0,
    stopped: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Plays the tasks. Raises TooLong; ends early, with TooLong, when `stopped` says so."""
    return _Run(policy, strategy, tasks, slots, cold_start).play(stopped)


class _Run:
    def __init__(
        self, policy: Policy, strategy: Strategy, tasks: Sequence[Task], slots: int, cold_start: float
    ) -> None:
        self._policy = policy
        self._strategy = strategy
        self._arrivals = deque(sorted(tasks, key=lambda task: task.arrival))
        self._slots = slots
        self._cold_start = cold_start
        self._fleet = Fleet(slots=slots)
        # A memory that is old: the simulation is not about the scaler's own start.
        self._memory = Memory(since=-math.inf)
        self._queue: deque[Task] = deque()
        self._running: list[tuple[float, int]] = []
        """(end, replica), a heap."""
        self._starting: list[float] = []
        """When replicas become ready, a heap."""
        self._waits: list[float] = []
        self._worked = 0.0
        self._actions = 0

    def play(self, stopped: Callable[[], bool]) -> Outcome:
        work = sum(task.duration for task in self._arrivals)
        if work > LONGEST * self._policy.max_replicas * self._slots:
            raise TooLong
        self._fleet.grow(self._policy.min_replicas, now=0.0, ready=0.0)
        now, tick = 0.0, 0.0
        while self._arrivals or self._queue or self._running:
            now = min(tick, self._next_event())
            if now > LONGEST or stopped():
                raise TooLong
            self._advance(now)
            # From zero the queue's own signal decides, without waiting for the next tick.
            if now >= tick or (self._queue and self._fleet.size == 0):
                self._decide(now)
                tick = now + TICK if now >= tick else tick
            self._dispatch(now)
        self._fleet.close(now)
        hours = max(now, TICK) / 3600
        waits = sorted(self._waits)
        return Outcome(
            wait_p50=_percentile(waits, 0.50),
            wait_p95=_percentile(waits, 0.95),
            wait_p99=_percentile(waits, 0.99),
            pod_hours=self._fleet.seconds / 3600,
            actions_per_hour=self._actions / hours,
            killed_tasks=0,
        )

    def _next_event(self) -> float:
        arrival = self._arrivals[0].arrival if self._arrivals else math.inf
        end = self._running[0][0] if self._running else math.inf
        ready = self._starting[0] if self._starting and self._queue else math.inf
        return min(arrival, end, ready)

    def _advance(self, now: float) -> None:
        while self._arrivals and self._arrivals[0].arrival <= now:
            self._queue.append(self._arrivals.popleft())
        while self._running and self._running[0][0] <= now:
            end, replica = heapq.heappop(self._running)
            self._fleet.finish(replica, end)
        while self._starting and self._starting[0] <= now:
            heapq.heappop(self._starting)
        self._fleet.ready(now)

    def _dispatch(self, now: float) -> None:
        while self._queue:
            replica = self._fleet.take()
            if replica is None:
                return
            task = self._queue.popleft()
            self._waits.append(now - task.arrival)
            self._worked += task.duration
            heapq.heappush(self._running, (now + task.duration, replica))

    def _decide(self, now: float) -> None:
        begun = len(self._waits)
        busy = Reading(float(len(self._running)), 0.0)
        snapshot = Snapshot(
            agent_type=self._policy.agent_type,
            current_replicas=Reading(float(self._fleet.size), 0.0),
            in_flight=busy,
            in_flight_at_most=busy,
            slots_per_replica=Reading(float(self._slots), 0.0),
            queued=Reading(float(len(self._queue)), 0.0),
            oldest_wait=Reading(now - self._queue[0].arrival if self._queue else 0.0, 0.0),
            predicted=Reading(0.0, 0.0),
            service_time=Reading(self._worked / begun, 0.0) if begun else Reading(),
        )
        decision, self._memory = decide(
            snapshot, self._policy, self._memory, self._strategy, now, cluster=True, cold_start=self._cold_start
        )
        if decision.desired == decision.current:
            return
        self._actions += 1
        if decision.desired > decision.current:
            ready = now + self._cold_start
            if self._fleet.grow(decision.desired - decision.current, now=now, ready=ready):
                heapq.heappush(self._starting, ready)
            self._fleet.ready(now)
        else:
            self._fleet.shrink(decision.current - decision.desired, now=now)


def _percentile(sorted_values: Sequence[float], share: float) -> float:
    if not sorted_values:
        return 0.0
    return sorted_values[max(0, math.ceil(share * len(sorted_values)) - 1)]
