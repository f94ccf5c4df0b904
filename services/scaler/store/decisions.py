"""The record of decisions: only the newest term writes it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

import msgspec

from chassis.redis import RedisAccess
from services.scaler.domain.model import Decision
from services.scaler.leadership import Term
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

    async def record(self, decision: Decision, term: Term) -> Decision | None:
        """The decision with its number; None when a later term has begun."""
        sequence: int = await self._record(
            keys=[self._keys.term, self._keys.sequence, self._keys.decisions, self._keys.newest],
            args=[term.election, term.number, decision.agent_type, _encode(decision), self._kept],
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


def _numbered(stored: bytes) -> Decision:
    sequence, _, decision = stored.partition(b" ")
    return replace(_decode(decision), sequence=int(sequence))
