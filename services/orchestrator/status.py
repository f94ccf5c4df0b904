"""How the system is, as this orchestrator sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from chassis.clock import Clock
from services.orchestrator import convert as to
from services.orchestrator.agents import AgentDirectory, Dispatcher
from services.orchestrator.domain.spending import day_of, next_day
from services.orchestrator.listing import count_by_state
from services.orchestrator.purse import Purse
from services.orchestrator.store import WorkflowStore


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemStatus:
    """Reads agents, queues and workflows."""

    name: str
    store: WorkflowStore
    directory: AgentDirectory
    dispatcher: Dispatcher
    purse: Purse
    price_date: str
    """The day the prices were looked up by which model calls are counted; empty when nobody can say."""
    owned: Callable[[], int]
    now: Clock
    started: datetime

    async def read(self, tenant: str) -> pb.GetSystemStatusResponse:
        """How it is now; workflows are the tenant's own."""
        counts = await count_by_state(self.store, tenant)
        return pb.GetSystemStatusResponse(
            agents=self.directory.sorted(),
            queues=self._queues(),
            workflows=[
                pb.WorkflowCount(state=to.workflow_state(state), count=count) for state, count in sorted(counts.items())
            ],
            orchestrator=self.name,
            owned_workflows=self.owned(),
            start_time=to.timestamp(self.started),
            version=version("heyjarvis"),
            circuits=self._circuits(),
            day_budget=await self._day_budget(tenant),
        )

    async def _day_budget(self, tenant: str) -> pb.DayBudget:
        now = self.now()
        spent = await self.purse.spent(tenant, now)
        return pb.DayBudget(
            day=day_of(now),
            budget_usd=self.purse.budget_of(tenant),
            spent_usd=spent.usd,
            unpriced=spent.unpriced,
            reset_time=to.timestamp(next_day(now)),
            price_date=self.price_date,
        )

    def _circuits(self) -> list[pb.CircuitStatus]:
        types = {instance.instance: instance.type for instance in self.directory.known}
        now = self.now()
        return [
            pb.CircuitStatus(
                instance=name,
                agent_type=types.get(name, ""),
                state=to.circuit_state(record.circuit(now)),
                failures=record.failures,
                open_until_time=to.timestamp(record.open_until),
            )
            for name, record in sorted(self.dispatcher.circuits().items())
        ]

    def _queues(self) -> list[pb.QueueStatus]:
        running = self.dispatcher.running()
        waiting = self.dispatcher.waiting()
        now = self.now()
        queues = []
        for agent_type in sorted(running.keys() | {name for name, tickets in waiting.items() if tickets}):
            tickets = waiting.get(agent_type, [])
            oldest = max((now - ticket.since for ticket in tickets), default=None)
            queues.append(
                pb.QueueStatus(
                    agent_type=agent_type,
                    waiting=len(tickets),
                    running=running.get(agent_type, 0),
                    oldest_wait=to.duration(oldest),
                )
            )
        return queues
