"""The agents as this orchestrator sees them: who is alive, who has room, and the queue in front of them.

The directory follows the registry. The dispatcher gives out places: at once when one is free and nobody
waits, otherwise in turn between tenants and by priority within one. A place is given back when its
attempt is over; every change lets the queue move.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta

import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.registry import AgentRegistry
from chassis.clock import Clock
from chassis.errors import Unavailable
from chassis.redis import RedisAccess
from services.orchestrator.domain.selection import (
    DEFAULT,
    Candidate,
    Choice,
    Preference,
    Record,
    after_latency,
    choose,
)
from services.orchestrator.line import Place, Queue, Ticket

REFRESH = 1.0
"""Seconds between readings of the registry when nothing is announced."""
SLOW = 1.0
"""A reading that takes more seconds shows an outage: while it hung, no sign of life could be written either."""

log = structlog.get_logger(__name__)


class AgentDirectory:
    """Who is alive, from the registry."""

    def __init__(self, redis: RedisAccess, registry: AgentRegistry, *, silence: timedelta) -> None:
        self._redis = redis
        self._registry = registry
        self._silence = silence.total_seconds()
        self._live: dict[str, pb.AgentInstance] = {}
        self.known: list[pb.AgentInstance] = []
        """Every registered instance, silent ones as UNHEALTHY."""
        self.fresh = False
        """Whether the registry could be read for as long as a silence lasts; when not, nobody is declared lost.

        After an outage every heartbeat is old, and says nothing about who lives."""
        self._readable_since: float | None = None
        self.changed: Callable[[], None] = lambda: None
        self.appeared: Callable[[pb.AgentInstance], None] = lambda _: None
        """Told of every instance that gives signs of life for the first time, or again."""

    def alive(self, instance: str) -> bool:
        """Whether the instance gives signs of life."""
        return instance in self._live

    def of_type(self, agent_type: str) -> list[pb.AgentInstance]:
        """The live instances of a type."""
        return [instance for instance in self._live.values() if instance.type == agent_type]

    def live(self) -> list[pb.AgentInstance]:
        """Every live instance."""
        return list(self._live.values())

    def types(self) -> set[str]:
        """The types of which an instance lives."""
        return {instance.type for instance in self._live.values()}

    def sorted(self) -> list[pb.AgentInstance]:
        """Every registered instance, by type and name."""
        return sorted(self.known, key=lambda instance: (instance.type, instance.instance))

    async def follow(self) -> None:
        """Keeps the directory up to date, for ever."""
        async with asyncio.TaskGroup() as tasks:
            hint = asyncio.Event()
            tasks.create_task(self._listen(hint), name="agents-listen")
            while True:
                await self._refresh()
                try:
                    async with asyncio.timeout(REFRESH):
                        await hint.wait()
                except TimeoutError:
                    pass
                hint.clear()

    async def _listen(self, hint: asyncio.Event) -> None:
        async for _ in self._redis.subscribe(self._registry.channel):
            hint.set()

    async def _refresh(self) -> None:
        clock = asyncio.get_running_loop().time
        asked = clock()
        try:
            entries = await self._registry.entries()
        except Unavailable:
            self.fresh, self._readable_since = False, None
            return
        now = clock()
        if self._readable_since is None or now - asked > SLOW:
            self._readable_since = now
        self.fresh = now - self._readable_since >= self._silence
        self.known = []
        live: dict[str, pb.AgentInstance] = {}
        for entry in entries:
            self.known.append(entry.instance)
            if entry.age <= self._silence:
                live[entry.instance.instance] = entry.instance
            else:
                entry.instance.state = pb.AGENT_STATE_UNHEALTHY
        for gone in self._live.keys() - live.keys():
            log.warning("Agent instance is gone", instance=gone, agent_type=self._live[gone].type)
        new = [live[name] for name in live.keys() - self._live.keys()]
        self._live = live
        for instance in new:
            self.appeared(instance)
        self.changed()


class Dispatcher:
    """Gives out places on agent instances."""

    def __init__(self, directory: AgentDirectory, now: Clock, preference: Preference = DEFAULT) -> None:
        self._directory = directory
        self._now = now
        self._preference = preference
        self._queues: dict[str, Queue] = defaultdict(Queue)
        self._order = itertools.count()
        self._held: dict[str, int] = defaultdict(int)
        """Places given out here, by instance."""
        self._reported: dict[str, int] = {}
        """Attempts in hand as an instance last said on its stream, by instance."""
        self._closed: set[str] = set()
        """Instances that said they take nothing more."""
        self._full: set[str] = set()
        """Instances that had no room after all; believed until they or the registry are heard of again."""
        self._records: dict[str, Record] = defaultdict(Record)
        self._latencies: dict[str, float] = {}
        """Seconds until an instance takes an assignment, weighted, by instance."""
        self._running: Counter[str] = Counter()
        """Places given out here, by agent type."""
        self.changed: Callable[[], None] = lambda: None
        """Told when who waits or who holds a place is another."""
        directory.changed = self._directory_changed

    def reserve(self, ticket: Ticket) -> Place | None:
        """A place at once; None when there is none or others wait for the same."""
        if self._queues[ticket.agent_type].waits(ticket.capability):
            return None
        return self._take(ticket)

    def enqueue(self, ticket: Ticket) -> None:
        """Waits for a place; `ticket.granted` is told."""
        self._queues[ticket.agent_type].push(next(self._order), ticket)
        self._move(ticket.agent_type)
        self.changed()

    def withdraw(self, ticket: Ticket) -> None:
        """Waits no more."""
        self._queues[ticket.agent_type].remove(ticket)
        self.changed()

    def adopt(self, agent_type: str, instance: str, endpoint: str) -> Place:
        """Counts an attempt that runs on an instance already, after a takeover."""
        return self._give_out(Place(instance=instance, endpoint=endpoint, reason="joined again", agent_type=agent_type))

    def give_back(self, place: Place, *, fault: bool | None = None) -> None:
        """The attempt is over. `fault` says whether it ended badly for a reason of the instance's own."""
        self._held[place.instance] = max(0, self._held[place.instance] - 1)
        self._running[place.agent_type] = max(0, self._running[place.agent_type] - 1)
        if self._reported.get(place.instance):
            self._reported[place.instance] -= 1
        if fault is not None:
            record = self._records[place.instance]
            after = record.after_failure(self._now()) if fault else record.after_success()
            self._records[place.instance] = after
        self._move_all()
        self.changed()

    def load(self, instance: str, in_hand: int, state: pb.AgentState) -> None:
        """The instance said what it has in hand."""
        self._reported[instance] = in_hand
        self._full.discard(instance)
        if state == pb.AGENT_STATE_DRAINING:
            self._closed.add(instance)
        else:
            self._closed.discard(instance)
        self._move_all()

    def took(self, instance: str, seconds: float) -> None:
        """The instance took an assignment so long after it was told."""
        if self._directory.alive(instance):
            self._latencies[instance] = after_latency(self._latencies.get(instance), seconds)

    def forget_load(self, instance: str) -> None:
        """The stream is gone: what the registry says counts again, also whether it takes work."""
        self._reported.pop(instance, None)
        self._closed.discard(instance)

    def refused(self, place: Place, *, draining: bool) -> None:
        """The instance did not take an attempt; its place is still to be given back."""
        (self._closed if draining else self._full).add(place.instance)

    def waiting(self) -> dict[str, list[Ticket]]:
        """Who waits, by agent type."""
        return {agent_type: list(queue.all()) for agent_type, queue in self._queues.items()}

    def running(self) -> dict[str, int]:
        """Places given out, by agent type."""
        return {agent_type: held for agent_type, held in self._running.items() if held}

    def leases(self) -> dict[str, int]:
        """Places given out, by instance."""
        return {instance: held for instance, held in self._held.items() if held}

    def circuits(self) -> dict[str, Record]:
        """The records of the instances whose circuit is not closed, by instance."""
        return {name: record for name, record in self._records.items() if record.open_until is not None}

    def _directory_changed(self) -> None:
        known = self._reported.keys() | self._closed | self._records.keys() | self._latencies.keys()
        for name in [name for name in known if not self._directory.alive(name)]:
            self._reported.pop(name, None)
            self._closed.discard(name)
            self._records.pop(name, None)
            self._latencies.pop(name, None)
        for name in [name for name, held in self._held.items() if not held]:
            del self._held[name]
        self._full.clear()
        self._move_all()

    def _move_all(self) -> None:
        for agent_type in list(self._queues):
            self._move(agent_type)

    def _move(self, agent_type: str) -> None:
        queue = self._queues[agent_type]
        moved = True
        while moved and queue.tenants:
            moved = False
            for ticket in queue.turns():
                place = self._take(ticket)
                if place is not None:
                    queue.took(ticket)
                    ticket.granted(place)
                    moved = True
                    break

    def _take(self, ticket: Ticket) -> Place | None:
        choice = self._choose(ticket)
        if choice is None:
            return None
        chosen = choice.candidate
        return self._give_out(
            Place(
                instance=chosen.instance,
                endpoint=chosen.endpoint,
                reason=choice.reason,
                agent_type=ticket.agent_type,
                contenders=choice.contenders,
            )
        )

    def _give_out(self, place: Place) -> Place:
        self._held[place.instance] += 1
        self._running[place.agent_type] += 1
        self.changed()
        return place

    def _choose(self, ticket: Ticket) -> Choice | None:
        candidates = [self._candidate(instance) for instance in self._directory.of_type(ticket.agent_type)]
        return choose(
            candidates,
            capability=ticket.capability,
            now=self._now(),
            depth=ticket.depth,
            preference=self._preference,
        )

    def _candidate(self, instance: pb.AgentInstance) -> Candidate:
        name = instance.instance
        reported = self._reported.get(name, instance.in_hand)
        return Candidate(
            instance=name,
            endpoint=instance.endpoint,
            capacity=max(1, instance.capacity),
            in_hand=max(self._held[name], reported),
            accepting=name not in self._closed | self._full
            and instance.state in (pb.AGENT_STATE_READY, pb.AGENT_STATE_BUSY),
            capabilities=tuple(instance.capabilities),
            record=self._records[name],
            latency=self._latencies.get(name),
            node=instance.node,
            zone=instance.zone,
            version=instance.version,
        )
