"""Leadership: of all replicas of the scaler one writes, the others watch and take over.

Two ways to agree, one protocol: a key in Redis where there is no Kubernetes (`redis.py`), a Lease where there is one
(`lease.py`), because who may write to an API server should be settled at that API server.

An election alone is no fence: a leader that was frozen wakes up and still believes. So every write asks `fence` first,
which knows by this process's own monotonic clock whether the last renewal still holds; and what is recorded carries the
term, so that the record refuses a leader of the past.
"""

from dataclasses import dataclass
from typing import Protocol

from chassis.errors import Aborted


@dataclass(frozen=True, slots=True)
class Term:
    """One time in office."""

    election: str
    """Which election this was: numbers of different elections say nothing about each other."""
    number: int
    """Rises with every change of leader."""


class Leadership(Protocol):
    """Tells whether this process leads."""

    @property
    def name(self) -> str:
        """This process, as others know it."""
        ...

    @property
    def term(self) -> Term | None:
        """The present term of this process; None when it does not lead."""
        ...

    async def claim(self) -> bool:
        """Leads when nobody else does, renews when this process leads; tells whether it leads. Asked every tick."""
        ...

    def fence(self) -> Term:
        """The present term, before a write. Raises Aborted when this process does not lead, or cannot know that."""
        ...

    async def resign(self) -> None:
        """Makes room at once, should this process lead."""
        ...

    async def leader(self) -> str:
        """Who leads, as far as this process knows; empty when nobody does."""
        ...


def not_leading(name: str) -> Aborted:
    """What a write meets that comes too late."""
    return Aborted(
        f"{name!r} does not lead any more, so it writes nothing; the leader decides again.", reason="NOT_LEADING"
    )
