"""All inputs together, as snapshots. A source that does not answer leaves its last numbers, and they grow old."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

import structlog

from agent_sdk.registry import Entry
from chassis.errors import HeyJarvisError
from services.scaler.cluster import Cluster
from services.scaler.domain.model import UNKNOWN, Reading, Snapshot
from services.scaler.inputs.fleet import NOBODY, Fleet, fleets_of
from services.scaler.inputs.queues import Queue

SERVICE_TIMES_EVERY = 60.0
"""Seconds between questions to analytics."""
MOST_TYPES = 500
"""Agent types that are looked at."""
DEFAULT_HORIZON = 25.0
"""Seconds ahead for a type whose horizon nobody gave."""
NO_HORIZONS: Mapping[str, float] = MappingProxyType({})

_log = structlog.get_logger(__name__)

T = TypeVar("T")


class Registry(Protocol):
    """Knows the agent instances."""

    async def entries(self) -> list[Entry]:
        """Every instance that did not leave."""
        ...


class Queues(Protocol):
    """Knows what waits."""

    async def read(self) -> Mapping[str, Queue]:
        """The queues by agent type."""
        ...


class Times(Protocol):
    """Knows how long attempts take."""

    async def read(self) -> Mapping[str, float]:
        """Seconds by agent type."""
        ...


class _Source(Generic[T]):
    """The last answer of a source, and when it came."""

    def __init__(self, name: str, ask: Callable[[], Awaitable[T]], clock: Callable[[], float], every: float = 0.0):
        self._name = name
        self._ask = ask
        self._clock = clock
        self._every = every
        self._asked: float | None = None
        self._told = False
        self.answer: T | None = None
        self.time = 0.0

    async def refresh(self) -> None:
        """Asks, unless it was asked a moment ago; keeps the last answer when there is none."""
        now = self._clock()
        if self._asked is not None and self._every and now - self._asked < self._every:
            return
        self._asked = now
        try:
            self.answer = await self._ask()
        except HeyJarvisError as error:
            if not self._told:
                _log.warning("An input does not come through", input=self._name, error=str(error))
            self._told = True
        else:
            self.time, self._told = now, False

    @property
    def age(self) -> float:
        return self._clock() - self.time


class InputReader:
    """Reads everything at once; any number of readers may."""

    def __init__(
        self, *, registry: Registry, queues: Queues, times: Times, cluster: Cluster, clock: Callable[[], float]
    ) -> None:
        self._fleets = _Source("agents", registry.entries, clock)
        self._queues = _Source("orchestrator", queues.read, clock)
        self._times = _Source("analytics", times.read, clock, SERVICE_TIMES_EVERY)
        self._deployed = _Source("cluster", cluster.deployed, clock)

    async def read(
        self, types: Iterable[str] = (), *, horizons: Mapping[str, float] = NO_HORIZONS
    ) -> dict[str, Snapshot]:
        """What is known now: of every agent type that is there or has work, and of `types`.

        `horizons` says how many seconds ahead tasks are expected, by agent type: as long as a replica takes to
        be there.
        """
        sources = (self._fleets, self._queues, self._times, self._deployed)
        await asyncio.gather(*(source.refresh() for source in sources))
        fleets = fleets_of(self._fleets.answer or [])
        known = {*types, *fleets, *(self._queues.answer or {}), *(self._deployed.answer or {})}
        return {agent_type: self._snapshot(agent_type, fleets) for agent_type in sorted(known)[:MOST_TYPES]}

    def _snapshot(self, agent_type: str, fleets: Mapping[str, Fleet]) -> Snapshot:
        fleet = fleets.get(agent_type, NOBODY)
        since = self._fleets.age

        def aged(reading: Reading) -> Reading:
            # Without a first answer nothing is known, not even that nobody is there.
            return UNKNOWN if self._fleets.answer is None else reading.older(since)

        waiting, wait, running = UNKNOWN, UNKNOWN, UNKNOWN
        if self._queues.answer is not None:
            queue, age = self._queues.answer.get(agent_type, Queue()), self._queues.age
            waiting, wait = Reading(queue.waiting, age), Reading(queue.oldest_wait, age)
            running = Reading(queue.running, age)
        takes = (self._times.answer or {}).get(agent_type)
        return Snapshot(
            agent_type=agent_type,
            current_replicas=self._existing(agent_type, aged(fleet.replicas)),
            in_flight=aged(fleet.in_flight),
            in_flight_at_most=_more(aged(fleet.in_flight_at_most), running),
            slots_per_replica=aged(fleet.slots),
            queued=waiting,
            oldest_wait=wait,
            service_time=UNKNOWN if takes is None else Reading(takes, self._times.age),
        )

    def _existing(self, agent_type: str, heard: Reading) -> Reading:
        """Replicas as the cluster tells; without a cluster, those that give signs of life."""
        if self._deployed.answer is None:
            return heard
        found = self._deployed.answer.get(agent_type)
        return UNKNOWN if found is None else Reading(float(found.replicas), found.age + self._deployed.age)


def _more(heard: Reading, running: Reading) -> Reading:
    """The greater number: what an orchestrator counts as running holds a replica too."""
    if heard.value is None or running.value is None or running.value <= heard.value:
        return heard
    return Reading(running.value, max(heard.age or 0.0, running.age or 0.0))
