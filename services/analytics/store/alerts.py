"""Alerts in Redis."""

from dataclasses import dataclass
from typing import cast

import msgspec

from chassis.redis import RedisAccess
from services.analytics.domain.alerts import Alert
from services.analytics.store.keys import Keys
from services.analytics.store.scripts import script
from services.analytics.store.stream import START, order

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Alert).decode


@dataclass(frozen=True, slots=True)
class AlertChange:
    """An alert as it was after a change."""

    place: str
    """Where the change stands in the stream of changes."""
    alert: Alert


class AlertStore:
    """Reads and writes alerts of tenants."""

    def __init__(self, redis: RedisAccess, *, kept: int, changes: int) -> None:
        self._redis = redis.commands
        self._keys = Keys(redis)
        self._write = script(redis, "alert")
        self._kept = kept
        self._changes = changes
        self.channel = self._keys.changed
        """Where a change is announced, with its tenant."""

    async def firing(self, tenant: str) -> dict[str, Alert]:
        """The alerts that fire, by key."""
        held = cast(dict[bytes, bytes], await self._redis.hgetall(self._keys.of(tenant, "firing")))
        alerts = await self._read(tenant, list(held.values()))
        return {alert.key: alert for alert in alerts}

    async def write(self, tenant: str, alert: Alert, *, begins: bool) -> bool:
        """Writes an alert that begins, changes or ends; False when another replica was first."""
        step = "begin" if begins else "change" if alert.end is None else "end"
        names = ("firing", "alerts", "alert-ids", "changes")
        answer: int = await self._write(
            keys=[self._keys.of(tenant, name) for name in names],
            args=[alert.key, alert.id, step, _encode(alert), self._kept, self._changes, self.channel, tenant],
        )
        return answer == 1

    async def page(self, tenant: str, *, before: str, size: int) -> tuple[list[Alert], str]:
        """Alerts newest first from before the id `before` on, and the id to go on before; empty at the end."""
        ids = cast(
            list[bytes],
            await self._redis.zrevrangebylex(
                self._keys.of(tenant, "alert-ids"), f"({before}" if before else "+", "-", start=0, num=size + 1
            ),
        )
        alerts = await self._read(tenant, ids[:size])
        return alerts, ids[size - 1].decode() if len(ids) > size else ""

    async def newest_place(self, tenant: str) -> str:
        """Where the newest change stands."""
        found = cast(list[tuple[bytes, object]], await self._redis.xrevrange(self._changes_of(tenant), count=1))
        return found[0][0].decode() if found else START

    async def after(self, tenant: str, place: str, limit: int) -> tuple[list[AlertChange], bool]:
        """Changes after `place`, oldest first, and whether some of them are not kept any more."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            # The changes first: what is trimmed after they were read may then be told as missing, and never be missing
            # untold.
            _ = pipeline.xrange(self._changes_of(tenant), min=f"({place}", count=limit)
            _ = pipeline.xrange(self._changes_of(tenant), count=1)
            _ = pipeline.xrevrange(self._changes_of(tenant), count=1)
            found, oldest, newest = await pipeline.execute()
        changes = [AlertChange(id.decode(), _decode(fields[b"alert"])) for id, fields in found]
        if not newest:
            return [], place != START
        # Trimmed beyond the place, or emptied and begun again with an earlier time.
        trimmed = place != START and order(oldest[0][0].decode()) > order(place)
        return changes, trimmed or order(newest[0][0].decode()) < order(place)

    async def _read(self, tenant: str, ids: list[bytes]) -> list[Alert]:
        if not ids:
            return []
        found = await self._redis.hmget(self._keys.of(tenant, "alerts"), cast(list[str], ids))
        return [_decode(alert) for alert in found if alert]

    def _changes_of(self, tenant: str) -> str:
        return self._keys.of(tenant, "changes")
