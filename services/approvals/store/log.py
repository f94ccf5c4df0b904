"""The log of changes: what a watcher reads. Each entry finds its approval, because both leave together."""

import re
from dataclasses import dataclass, replace
from typing import cast

from chassis.errors import FieldViolation, InvalidArgument
from chassis.redis import RedisAccess
from services.approvals.domain.model import Approval
from services.approvals.store.codec import FIELDS, Entries, read_approval, read_standing, text
from services.approvals.store.keys import Keys

START = "0-0"
"""The cursor before the first change."""
_CURSOR = re.compile(r"[0-9]{1,15}-[0-9]{1,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedChange:
    """One entry of the log."""

    cursor: str
    approval: Approval
    """As it was after the change."""


def check_cursor(cursor: str) -> None:
    """Raises InvalidArgument for what no watch has ever sent."""
    if not _CURSOR.fullmatch(cursor):
        raise InvalidArgument(
            FieldViolation("cursor", f"{cursor!r} is no cursor; send the one of the last change you saw, or none")
        )


class ChangeLog:
    """Reads the log of changes."""

    def __init__(self, redis: RedisAccess) -> None:
        self._redis = redis.commands
        self._keys = Keys(redis)
        self.channel = self._keys.changed
        """Where each new entry is announced."""

    async def is_ahead(self, cursor: str) -> bool:
        """Whether `cursor` is newer than anything that was ever in this log."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            # The mark last: a log that is emptied between the two has left it.
            _ = pipeline.xrevrange(self._keys.log, count=1)
            _ = pipeline.get(self._keys.trimmed)
            newest, trimmed = await pipeline.execute()
        last = newest[0][0].decode() if newest else text(trimmed or START)
        return _order(cursor) > _order(last)

    async def after(self, cursor: str, limit: int) -> tuple[list[LoggedChange], bool]:
        """The changes after `cursor`, oldest first, and whether some after `cursor` are not kept any more."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            # The mark last: what is trimmed between the two may then be told as missing though it was read, and never
            # be missing untold.
            _ = pipeline.xrange(self._keys.log, min=f"({cursor}", count=limit)
            _ = pipeline.get(self._keys.trimmed)
            found, trimmed = await pipeline.execute()
        entries = cast(Entries, found)
        return await self._with_approvals(entries), _order(cursor) < _order(text(trimmed or START))

    async def _with_approvals(self, entries: Entries) -> list[LoggedChange]:
        if not entries:
            return []
        async with self._redis.pipeline(transaction=False) as pipeline:
            for _, fields in entries:
                _ = pipeline.hmget(self._keys.approval(fields[b"id"].decode()), list(FIELDS))
            rows: list[list[bytes | None]] = await pipeline.execute()
        changes: list[LoggedChange] = []
        for (id, fields), row in zip(entries, rows, strict=True):
            approval = read_approval(row)
            if approval is not None:  # None: purged between the two reads, and its entry with it
                then = replace(approval, standing=read_standing(fields[b"standing"]))
                changes.append(LoggedChange(cursor=id.decode(), approval=then))
        return changes


def _order(cursor: str) -> tuple[int, int]:
    ms, _, sequence = cursor.partition("-")
    return int(ms), int(sequence)
