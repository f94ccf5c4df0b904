"""All inputs together, as snapshots. A source that does not answer leaves its last numbers, and they grow old.

What is pushed or asked in the background (demand, durations) is read from memory; only the registry and the cluster are
asked while somebody waits, and the cluster answers from its mirror.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

import structlog

from agent_sdk.registry import Entry
from chassis.errors import HeyJarvisError, PermissionDenied
from services.scaler.cluster import Cluster
from services.scaler.domain.deployed import Deployed, Instance
from services.scaler.domain.model import MAX_AGES, UNKNOWN, Reading, Snapshot
from services.scaler.inputs.demand import NO_DEMAND, AgentDemand, Demand
from services.scaler.inputs.fleet import NOBODY, Fleet, fleets_of
from services.scaler.inputs.instances import instances_of, until_empty

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


class Demands(Protocol):
    """Knows what agents are needed for."""

    def read(self) -> Demand | None:
        """What every orchestrator said; None when one of them was never heard."""
        ...


class Times(Protocol):
    """Knows how long attempts take."""

    def of(self, agent_type: str) -> Reading:
        """Seconds, with their age."""
        ...


class _Source(Generic[T]):
    """The last answer of a source, and when it came."""

    def __init__(self, name: str, ask: Callable[[], Awaitable[T]], clock: Callable[[], float]) -> None:
        self._name = name
        self._ask = ask
        self._clock = clock
        self._told = False
        self.answer: T | None = None
        self.error: HeyJarvisError | None = None
        self.time = 0.0

    async def refresh(self) -> None:
        """Asks; keeps the last answer when there is none."""
        now = self._clock()
        try:
            self.answer = await self._ask()
        except HeyJarvisError as error:
            if self.error is None or self.error.reason != error.reason:
                _log.warning("An input does not come through", input=self._name, error=error.message)
            self.error = error
        else:
            self.time, self.error = now, None

    @property
    def age(self) -> float:
        return self._clock() - self.time


class InputReader:
    """Reads everything at once; any number of readers may."""

    def __init__(
        self, *, registry: Registry, demands: Demands, times: Times, cluster: Cluster, clock: Callable[[], float]
    ) -> None:
        self._agents = _Source("agents", registry.entries, clock)
        self._deployed = _Source("cluster", cluster.deployed, clock)
        self._demands = demands
        self._times = times

    async def read(
        self, types: Iterable[str] = (), *, horizons: Mapping[str, float] = NO_HORIZONS
    ) -> dict[str, Snapshot]:
        """What is known now: of every agent type that is there or has work, and of `types`.

        `horizons` says how many seconds ahead tasks are looked for, by agent type: until a new replica is there.
        """
        await asyncio.gather(self._agents.refresh(), self._deployed.refresh())
        demand = self._demands.read()
        entries, deployed = self._agents.answer or [], self._deployed.answer or {}
        fleets = fleets_of(entries)
        instances = instances_of(entries, _leases(demand), since=self._agents.age)
        known = {*types, *fleets, *deployed, *(demand.agents if demand else ())}
        return {
            agent_type: self._snapshot(
                agent_type,
                fleets.get(agent_type, NOBODY),
                instances.get(agent_type, ()),
                demand,
                horizons.get(agent_type, DEFAULT_HORIZON),
            )
            for agent_type in sorted(known)[:MOST_TYPES]
        }

    def _snapshot(
        self,
        agent_type: str,
        fleet: Fleet,
        instances: tuple[Instance, ...],
        demand: Demand | None,
        horizon: float,
    ) -> Snapshot:
        since = self._agents.age

        def heard(reading: Reading) -> Reading:
            # Without a first answer nothing is known, not even that nobody is there.
            return UNKNOWN if self._agents.answer is None else reading.older(since)

        def told(value: float | None) -> Reading:
            return UNKNOWN if demand is None or value is None else Reading(value, demand.age)

        needs = demand.of(agent_type) if demand else NO_DEMAND
        takes = self._times.of(agent_type)
        deployed = (self._deployed.answer or {}).get(agent_type)
        return Snapshot(
            agent_type=agent_type,
            current_replicas=self._existing(deployed, heard(fleet.replicas)),
            in_flight=heard(fleet.in_flight),
            in_flight_at_most=_more(heard(fleet.in_flight_at_most), told(needs.running)),
            slots_per_replica=heard(fleet.slots),
            queued=told(needs.waiting),
            oldest_wait=told(needs.oldest_wait),
            predicted=told(needs.within(horizon)),
            service_time=takes,
            throttled=heard(fleet.throttled),
            unfinished=told(_unfinished(needs, demand)),
            deployed=deployed,
            denied=self._denied(),
            instances=tuple(
                replace(one, expected_left=until_empty(max(one.in_hand, one.leased), takes.value)) for one in instances
            ),
        )

    def _existing(self, deployed: Deployed | None, heard: Reading) -> Reading:
        """Replicas as the cluster tells; without a cluster, those that give signs of life."""
        if self._deployed.answer is None and self._deployed.error is None:
            return heard
        return UNKNOWN if deployed is None else Reading(float(deployed.replicas), deployed.age + self._deployed.age)

    def _denied(self) -> str:
        error = self._deployed.error
        return error.message if isinstance(error, PermissionDenied) else ""


def _leases(demand: Demand | None) -> Mapping[str, int] | None:
    """The lease table, as far as it is fresh enough to say that an instance is empty."""
    return None if demand is None or demand.age > MAX_AGES["queued"] else demand.leases


def _unfinished(needs: AgentDemand, demand: Demand | None) -> float | None:
    """Workflows that need the type; one that nobody owns now may."""
    if demand is None or demand.unclaimed is None:
        return None
    return needs.unfinished + demand.unclaimed


def _more(heard: Reading, running: Reading) -> Reading:
    """The greater number: what an orchestrator counts as running holds a replica too."""
    if heard.value is None or running.value is None or running.value <= heard.value:
        return heard
    return Reading(running.value, max(heard.age or 0.0, running.age or 0.0))
