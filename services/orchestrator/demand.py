"""Demand: what this orchestrator's workflows need of each agent type, told to whoever sets replica counts.

    dispatcher: who waits, who holds a place ─┐
    agenda: the workflows of this process ────┼─▶ one whole message ─▶ every follower, pushed when something changes
    agenda in Redis: due, taken by nobody ────┘

A message is counted from what is in memory, so a follower hears of a task that waits within milliseconds. Only the
number of unclaimed workflows comes from Redis: it is asked for in the background, and unknown while Redis is away.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from datetime import timedelta

from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from chassis.clock import Clock
from chassis.errors import Unavailable
from services.orchestrator import convert as to
from services.orchestrator.agents import Dispatcher
from services.orchestrator.domain.forecast import HORIZONS
from services.orchestrator.domain.workflow import Workflow
from services.orchestrator.lookahead import Lookahead
from services.orchestrator.store import AgendaStore

BEAT = 1.5
"""Seconds after which a message is sent although nothing changed; the contract promises two."""
GATHER = 0.02
"""Seconds a first change waits for others, so that one message tells of all."""
SPACING = 0.1
"""Least seconds between two messages to one follower."""
COUNT_EVERY = 1.0
"""Seconds between two counts of the unclaimed workflows, while anybody follows."""
COUNT_PATIENCE = 0.5
"""Seconds a count may take: the first message to the first follower waits for it."""


class Demand:
    """Counts demand, and tells it to followers."""

    def __init__(
        self,
        *,
        name: str,
        dispatcher: Dispatcher,
        workflows: Callable[[], Iterable[Workflow]],
        lookahead: Lookahead,
        agenda: AgendaStore,
        draining: asyncio.Event,
        now: Clock,
    ) -> None:
        """`name` is this orchestrator's."""
        self._name = name
        self._dispatcher = dispatcher
        self._workflows = workflows
        self._lookahead = lookahead
        self._agenda = agenda
        self._draining = draining
        self._now = now
        self._changed = asyncio.Event()
        self._followers = 0
        self._unclaimed: int | None = None
        dispatcher.changed = self.changed

    def changed(self) -> None:
        """Something is another: tell the followers soon."""
        before, self._changed = self._changed, asyncio.Event()
        before.set()

    async def follow(self) -> AsyncGenerator[pb.WatchDemandResponse]:
        """The demand at once, after changes, and now and then; until this process drains."""
        loop = asyncio.get_running_loop()
        if not self._followers:
            await self._count_unclaimed()
        self._followers += 1
        try:
            while not self._draining.is_set():
                # Before the message is made: what changes while it is sent wakes the next one.
                changed, sent = self._changed, loop.time()
                yield self.read()
                try:
                    async with asyncio.timeout(BEAT):
                        await changed.wait()
                except TimeoutError:
                    continue
                await asyncio.sleep(max(GATHER, sent + SPACING - loop.time()))
        finally:
            self._followers -= 1

    async def keep_counting(self) -> None:
        """Counts the unclaimed workflows while anybody follows, for ever."""
        while True:
            await asyncio.sleep(COUNT_EVERY)
            if self._followers:
                await self._count_unclaimed()

    async def _count_unclaimed(self) -> None:
        before = self._unclaimed
        try:
            async with asyncio.timeout(COUNT_PATIENCE):
                self._unclaimed = await self._agenda.overdue()
        except (Unavailable, TimeoutError):
            self._unclaimed = None
        if self._unclaimed != before:
            self.changed()

    def read(self) -> pb.WatchDemandResponse:
        """The demand as of now."""
        now = self._now()
        ahead = self._lookahead
        ahead.look(self._workflows(), now)
        running = self._dispatcher.running()
        waiting = {agent_type: tickets for agent_type, tickets in self._dispatcher.waiting().items() if tickets}
        return pb.WatchDemandResponse(
            orchestrator=self._name,
            time=to.timestamp(now),
            agents=[
                pb.AgentDemand(
                    agent_type=agent_type,
                    waiting=len(waiting.get(agent_type, ())),
                    running=running.get(agent_type, 0),
                    oldest_wait=to.duration(
                        max((now - ticket.since for ticket in waiting.get(agent_type, ())), default=None)
                    ),
                    forecasts=[
                        pb.Forecast(within=to.duration(timedelta(seconds=horizon)), tasks=tasks)
                        for horizon, tasks in zip(HORIZONS, ahead.expected(agent_type), strict=True)
                    ],
                    unfinished_workflows=ahead.unfinished[agent_type],
                )
                for agent_type in sorted(running.keys() | waiting.keys() | ahead.types())
            ],
            leases=[
                pb.InstanceLease(instance=instance, running=held)
                for instance, held in sorted(self._dispatcher.leases().items())
            ],
            planning_workflows=ahead.planning,
            unclaimed_workflows=self._unclaimed,
        )
