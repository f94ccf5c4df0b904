"""The record of decisions, and who may write it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

import msgspec

from chassis.redis import RedisAccess
from services.scaler.domain.model import Decision
from services.scaler.store.keys import Keys
from services.scaler.store.scripts import script

KEPT = 10_000
"""Decisions that are kept."""
_CHUNK = 500

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Decision).decode


class DecisionLog:
    """Reads and writes decisions."""

    def __init__(self, redis: RedisAccess, *, kept: int = KEPT) -> None:
        self._redis = redis.commands
        self._keys = Keys(redis)
        self._record = script(redis, "record")
        self._kept = kept

    async def record(self, decision: Decision, leader: str) -> Decision | None:
        """The decision with its number; None when `leader` does not lead any more."""
        sequence: int = await self._record(
            keys=[self._keys.leader, self._keys.sequence, self._keys.decisions, self._keys.newest],
            args=[leader, decision.agent_type, _encode(decision), self._kept],
        )
        return replace(decision, sequence=sequence) if sequence else None

    async def newest(self) -> dict[str, Decision]:
        """The newest decision of each agent type."""
        found = cast(dict[bytes, bytes], await self._redis.hgetall(self._keys.newest))
        return {name.decode(): _numbered(stored) for name, stored in found.items()}

    async def forget(self, agent_types: Iterable[str]) -> None:
        """Drops the newest decisions of types that are gone; the record keeps them."""
        names = list(agent_types)
        if names:
            await self._redis.hdel(self._keys.newest, *names)

    async def page(self, agent_type: str, *, before: str, size: int) -> tuple[list[Decision], str]:
        """Decisions newest first from before the place `before` on, and the place to go on before; empty at the end."""
        found: list[tuple[str, Decision]] = []
        wanted = agent_type.encode()
        while len(found) <= size:
            rows = cast(
                list[tuple[bytes, dict[bytes, bytes]]],
                await self._redis.xrevrange(
                    self._keys.decisions, max=f"({before}" if before else "+", count=_CHUNK if wanted else size + 1
                ),
            )
            for id, fields in rows:
                if not wanted or fields[b"agent_type"] == wanted:
                    decision = replace(_decode(fields[b"decision"]), sequence=int(fields[b"sequence"]))
                    found.append((id.decode(), decision))
            if not rows:
                break
            before = rows[-1][0].decode()
        place = found[size - 1][0] if len(found) > size else ""
        return [decision for _, decision in found[:size]], place


class Leadership:
    """One process decides for the record. It says so again and again; when it falls silent, another does."""

    def __init__(self, redis: RedisAccess, name: str, *, lasts: float) -> None:
        self._redis = redis.commands
        self._key = Keys(redis).leader
        self._lead = script(redis, "lead")
        self._lasts = lasts
        self.name = name

    async def claim(self) -> bool:
        """Leads, when nobody else does; tells whether this process leads."""
        answer: int = await self._lead(keys=[self._key], args=[self.name, int(self._lasts * 1000)])
        return answer == 1

    async def resign(self) -> None:
        """Makes room, should this process lead."""
        await self._lead(keys=[self._key], args=[self.name, 0])

    async def leader(self) -> str:
        """Who leads; empty when nobody does."""
        found = await self._redis.get(self._key)
        return found.decode() if isinstance(found, bytes) else ""


def _numbered(stored: bytes) -> Decision:
    sequence, _, decision = stored.partition(b" ")
    return replace(_decode(decision), sequence=int(sequence))
