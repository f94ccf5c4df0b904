"""The counts that scalers wrote last, so that every replica of the scaler knows its own hand."""

from typing import cast

import msgspec

from chassis.border import at_the_border
from chassis.redis import RedisAccess
from services.scaler.store.keys import Keys


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A write of ours."""

    count: int
    at: float
    """When, in seconds since 1970."""


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Written).decode


class WrittenCounts:
    """By Deployment."""

    def __init__(self, redis: RedisAccess) -> None:
        self._redis = redis.commands
        self._key = Keys(redis).written

    @at_the_border
    async def all(self) -> dict[str, Written]:
        """Everything that is remembered."""
        found = cast(dict[bytes, bytes], await self._redis.hgetall(self._key))
        return {name.decode(): _decode(written) for name, written in found.items()}

    @at_the_border
    async def note(self, deployment: str, written: Written) -> None:
        """Remembers a write, before it is made."""
        await self._redis.hset(self._key, deployment, cast(str, _encode(written)))

    @at_the_border
    async def forget(self, deployment: str) -> None:
        """Somebody else wrote since."""
        await self._redis.hdel(self._key, deployment)
