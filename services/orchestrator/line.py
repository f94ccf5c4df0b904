"""The line in front of the agents of one type: who waits, whose turn it is, and the place that is given out."""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from services.orchestrator.domain.selection import Contender


@dataclass(eq=False, slots=True)
class Place:
    """Room for one attempt on one instance; give it back exactly once."""

    instance: str
    endpoint: str
    reason: str
    agent_type: str
    contenders: tuple[Contender, ...] = ()
    """The instance and those that came next when it was chosen, best first."""


@dataclass(eq=False, slots=True)
class Ticket:
    """A task that waits for an agent."""

    agent_type: str
    capability: str
    tenant: str
    priority: int
    granted: Callable[[Place], None]
    """Told once, when there is a place."""
    since: datetime
    depth: int = 0
    """How many wait for it, when it answers a question; 0 for a task."""


@dataclass(slots=True)
class Queue:
    """The tickets of one agent type: tenants take turns, priority decides within one.

    Within a tenant each capability has a line of its own, so a task that nobody can do does not stand in the way.
    """

    tenants: OrderedDict[str, dict[str, list[tuple[int, int, Ticket]]]] = field(default_factory=OrderedDict)

    def push(self, order: int, ticket: Ticket) -> None:
        line = self.tenants.setdefault(ticket.tenant, {}).setdefault(ticket.capability, [])
        heapq.heappush(line, (-ticket.priority, order, ticket))

    def turns(self) -> Iterator[Ticket]:
        """The first ticket of each line, tenants in turn."""
        for lines in list(self.tenants.values()):
            for _, _, ticket in sorted(line[0] for line in lines.values()):
                yield ticket

    def took(self, ticket: Ticket) -> None:
        """Removes a ticket that stood first; its tenant goes to the end of the line."""
        lines = self.tenants[ticket.tenant]
        self.tenants.move_to_end(ticket.tenant)
        heapq.heappop(lines[ticket.capability])
        self._tidy(ticket)

    def remove(self, ticket: Ticket) -> None:
        lines = self.tenants.get(ticket.tenant, {})
        kept = [entry for entry in lines.get(ticket.capability, []) if entry[2] is not ticket]
        heapq.heapify(kept)
        lines[ticket.capability] = kept
        self._tidy(ticket)

    def _tidy(self, ticket: Ticket) -> None:
        lines = self.tenants.get(ticket.tenant, {})
        if not lines.get(ticket.capability):
            lines.pop(ticket.capability, None)
        if not lines:
            self.tenants.pop(ticket.tenant, None)

    def all(self) -> Iterator[Ticket]:
        for lines in self.tenants.values():
            for line in lines.values():
                for _, _, ticket in line:
                    yield ticket

    def waits(self, capability: str) -> bool:
        """Whether anybody stands in the line of a capability."""
        return any(capability in lines for lines in self.tenants.values())
