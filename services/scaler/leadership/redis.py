"""Leadership by a key in Redis that its holder renews: for a scaler without Kubernetes."""

import time
from collections.abc import Callable

from chassis.redis import RedisAccess
from services.scaler.leadership import Term, not_leading
from services.scaler.store.keys import Keys
from services.scaler.store.scripts import script

ELECTION = "redis"
_TRUSTED = 2 / 3
"""Share of the time a claim lasts in which its holder still writes: the rest is for a write that is under way."""


class RedisLeadership:
    """Claims the key again and again; when its holder falls silent, another gets it."""

    def __init__(
        self, redis: RedisAccess, name: str, *, lasts: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        keys = Keys(redis)
        self._redis = redis.commands
        self._keys = [keys.leader, keys.term, keys.terms]
        self._lead = script(redis, "lead")
        self._lasts = lasts
        self._clock = clock
        self._term: Term | None = None
        self._trusted_until = 0.0
        self.name = name

    @property
    def term(self) -> Term | None:
        """The present term; None when this process does not lead."""
        return self._term if self._clock() < self._trusted_until else None

    async def claim(self) -> bool:
        """Leads, when nobody else does; tells whether this process leads."""
        asked = self._clock()
        number: int = await self._lead(keys=self._keys, args=[self.name, int(self._lasts * 1000), ELECTION])
        self._term = Term(ELECTION, number) if number else None
        self._trusted_until = asked + self._lasts * _TRUSTED
        return self._term is not None

    def fence(self) -> Term:
        """The present term, before a write."""
        term = self.term
        if term is None:
            raise not_leading(self.name)
        return term

    async def resign(self) -> None:
        """Makes room, should this process lead."""
        self._term = None
        await self._lead(keys=self._keys, args=[self.name, 0, ELECTION])

    async def leader(self) -> str:
        """Who leads; empty when nobody does."""
        found = await self._redis.get(self._keys[0])
        return found.decode() if isinstance(found, bytes) else ""
