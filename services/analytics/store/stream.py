"""The stream of all events, read as one of a group.

Whoever reads an event holds it until it says that it is counted. What a consumer that died holds is claimed by another
after a while. `before_others` tells whose turn it is: an event may be counted when nobody else holds an older one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from redis.exceptions import ResponseError

from chassis.redis import RedisAccess
from services.analytics.store.keys import GROUP, Keys
from services.analytics.store.scripts import script

START = "0-0"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the stream."""

    id: str
    fields: dict[bytes, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """What is not counted yet."""

    waiting: int = 0
    """Entries not handed out, as far as the server knows, and entries that are held."""
    oldest_held: int | None = None
    """When the oldest entry that is held was written, in microseconds since 1970."""


class EventStream:
    """The group's way to the stream. `name` tells this consumer from the others."""

    def __init__(self, redis: RedisAccess, name: str) -> None:
        self._commands = redis.commands
        self._blocking = redis.blocking
        self._key = Keys(redis).events
        self._leave = script(redis, "leave")
        self._name = name

    async def join(self) -> None:
        """Makes the group, from the oldest event that is kept, unless there is one."""
        try:
            await self._commands.xgroup_create(self._key, GROUP, id=START, mkstream=True)
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise

    async def next(self, count: int, block: float) -> list[Entry]:
        """The next entries nobody has been given, waiting up to `block` seconds for the first."""
        answer = await self._blocking.xreadgroup(
            GROUP, self._name, {self._key: ">"}, count=count, block=max(1, int(block * 1000))
        )
        return _entries(cast(dict[Any, Any], answer or {}).get(self._key.encode(), []))

    async def held(self, count: int) -> list[Entry]:
        """What this consumer holds, the oldest first."""
        answer = await self._commands.xreadgroup(GROUP, self._name, {self._key: START}, count=count)
        return _entries(cast(dict[Any, Any], answer or {}).get(self._key.encode(), []))

    async def claim(self, count: int, idle: float) -> list[Entry]:
        """Takes over what others have held for `idle` seconds, the oldest first."""
        answer = await self._commands.xautoclaim(
            self._key, GROUP, self._name, min_idle_time=int(idle * 1000), start_id=START, count=count
        )
        return _entries(cast(Sequence[Any], answer)[1])

    async def counted(self, entries: Sequence[Entry]) -> None:
        """Lets go of entries that are counted."""
        await self._commands.xack(self._key, GROUP, *(entry.id for entry in entries))

    async def oldest_held(self) -> str | None:
        """The oldest entry that any consumer holds; None when nobody holds one."""
        summary = await self._commands.xpending(self._key, GROUP)
        oldest = summary["min"]
        return oldest.decode() if oldest else None

    async def before_others(self, entries: list[Entry]) -> list[Entry]:
        """Of entries read or claimed, the oldest first, those before any that another consumer holds.

        What is claimed may be older and newer than what somebody else, who is only slow, holds in between.
        """
        mine = {entry.id for entry in entries}
        held = await self._commands.xpending_range(
            self._key, GROUP, min="-", max=entries[-1].id, count=len(entries) + 1
        )
        for row in cast(list[dict[str, Any]], held):
            id = _text(row["message_id"])
            if id not in mine or _text(row["consumer"]) != self._name:
                return [entry for entry in entries if order(entry.id) < order(id)]
        return entries

    async def lag(self) -> Lag:
        """What is not counted yet."""
        try:
            groups = cast(list[dict[Any, Any]], await self._commands.xinfo_groups(self._key))
        except ResponseError:  # there is no stream yet
            return Lag()
        for row in groups:
            group = {_text(name): value for name, value in row.items()}
            if _text(group["name"]) == GROUP:
                held = int(group["pending"])
                oldest = await self.oldest_held() if held else None
                return Lag(
                    waiting=int(group.get("lag") or 0) + held,
                    oldest_held=int(oldest.partition("-")[0]) * 1000 if oldest else None,
                )
        return Lag(waiting=int(await self._commands.xlen(self._key)))

    async def leave(self) -> None:
        """Leaves the group, unless something is held."""
        await self._leave(keys=[self._key], args=[GROUP, self._name, 0])

    async def clear_away(self, idle: float) -> None:
        """Strikes consumers off that hold nothing and were silent for `idle` seconds."""
        await self._leave(keys=[self._key], args=[GROUP, "", int(idle * 1000)])


def order(id: str) -> tuple[int, int]:
    """How entries of a stream compare."""
    ms, _, sequence = id.partition("-")
    return int(ms), int(sequence)


def _entries(rows: Sequence[Any]) -> list[Entry]:
    # Entries that were trimmed away while somebody held them come without content.
    return [Entry(row[0].decode(), row[1]) for row in rows if row[1] is not None]


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
