"""Who is there: the registry of agent instances, and their signs of life.

The hash `hj:agents` holds an `AgentInstance` message per instance. An instance renews its entry every
few seconds and removes it when it leaves; a sign of life is stamped with Redis' time, so that no clock of any
machine has to be right. Each change worth a look is announced on `hj:bus:agents` (payload: the instance):
a hint to read again, never the truth itself.

The SDK announces, renews and leaves; the orchestrator and the scaler read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from google.protobuf.message import DecodeError
from heyjarvis.agents.v1 import agent_service_pb2 as pb

from chassis.border import border
from chassis.redis import RedisAccess

MAX_AGE = 6.0
"""Seconds without a sign of life after which an instance counts as gone: three heartbeats."""
FORGET_AFTER = 3600.0
"""Seconds after which the entry of an instance that never left is removed."""

_RENEW = Path(__file__).with_name("registry_renew.lua").read_text(encoding="utf-8")
_READ = Path(__file__).with_name("registry_read.lua").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Entry:
    """An instance as the registry knows it."""

    instance: pb.AgentInstance
    """What it said of itself."""
    age: float
    """Seconds since its last sign of life."""


class AgentRegistry:
    """The agent instances of this installation."""

    def __init__(self, redis: RedisAccess) -> None:
        self._redis = redis
        self._renew = redis.script(_RENEW)
        self._read = redis.script(_READ)
        self._hash = redis.key("agents")
        self.channel = redis.key("bus", "agents")
        """Where changes are announced; for `RedisAccess.subscribe`."""

    async def announce(self, instance: pb.AgentInstance) -> datetime:
        """Write an entry, tell everybody, and clear away who left without a word. Tells Redis' time."""
        time = await self.renew(instance, announce=True)
        await self.prune()
        return time

    async def renew(self, instance: pb.AgentInstance, *, announce: bool = False) -> datetime:
        """Give a sign of life; `announce` tells everybody that something changed. Tells Redis' time."""
        bare = pb.AgentInstance()
        bare.CopyFrom(instance)
        bare.ClearField("heartbeat_time")
        with border():
            seconds, micros = await self._renew(
                keys=[self._hash],
                args=[instance.instance, bare.SerializeToString(), self.channel, "1" if announce else "0"],
            )
        return datetime.fromtimestamp(int(seconds) + int(micros) / 1e6, UTC)

    async def leave(self, instance: str) -> None:
        """Remove an entry and tell everybody."""
        with border():
            async with self._redis.commands.pipeline(transaction=False) as pipeline:
                _ = pipeline.hdel(self._hash, instance)
                _ = pipeline.publish(self.channel, instance)
                await pipeline.execute()

    async def entries(self) -> list[Entry]:
        """Every instance that did not leave, stale ones included, by name."""
        with border():
            (seconds, micros), flat = await self._read(keys=[self._hash])
        now = int(seconds) + int(micros) / 1e6
        found = []
        for name, packed in sorted(zip(flat[::2], flat[1::2], strict=True)):
            try:
                instance = pb.AgentInstance.FromString(packed)
            except DecodeError:
                # Somebody else's bytes: never a reason to see no agent at all. Old enough to be pruned.
                found.append(Entry(pb.AgentInstance(instance=name.decode("utf-8", "replace")), age=now))
                continue
            found.append(Entry(instance, age=max(0.0, now - instance.heartbeat_time.ToMicroseconds() / 1e6)))
        return found

    async def live(self, max_age: float = MAX_AGE) -> list[pb.AgentInstance]:
        """The instances whose last sign of life is at most `max_age` seconds old, by name."""
        return [entry.instance for entry in await self.entries() if entry.age <= max_age]

    async def prune(self) -> list[str]:
        """Remove entries older than an hour, and tell which."""
        gone = [entry.instance.instance for entry in await self.entries() if entry.age > FORGET_AFTER]
        if gone:
            with border():
                await self._redis.commands.hdel(self._hash, *gone)
        return gone
