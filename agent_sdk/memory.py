"""The blackboard: JSON values that all tasks of a workflow share, with versions and compare-and-set.

One hash per workflow, `hj:{wf:ID}:memory`; a field holds `VERSION:JSON`. Bounded in keys and size. What
was put also goes to the run log, as a message of the attempt that put it (`said`).

While Redis is away, whoever reads or writes waits: an attempt has paid for model calls by then, which a failure would
have paid for again.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import JsonValue

from agent_sdk.context import DEFAULT_WAIT, MemoryEntry
from agent_sdk.errors import MemoryConflictError, TaskError
from agent_sdk.names import tag
from chassis.border import border, until_it_answers
from chassis.redis import RedisAccess

T = TypeVar("T")

MEMORY_TTL = timedelta(days=30)
"""How long a blackboard lives after its last put, when no setting says otherwise."""
PATIENCE = 600.0
"""Seconds that Redis may be away, when no setting says otherwise."""
MAX_KEYS = 1000
"""Keys of one workflow."""
MAX_VALUE = 256 * 1024
"""Bytes of one value as JSON."""
FIRST_LOOK, LONGEST_LOOK = 0.05, 1.0
"""Seconds between two looks for a key that somebody waits for."""

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,127}")
_PUT = Path(__file__).with_name("memory_put.lua").read_text(encoding="utf-8")


class Blackboards:
    """The blackboards of all workflows."""

    def __init__(self, redis: RedisAccess, *, ttl: timedelta = MEMORY_TTL, patience: float = PATIENCE) -> None:
        self._redis = redis
        self._ttl = ttl
        self._patience = patience
        self._put = redis.script(_PUT)

    def of(self, workflow: str, *, said: Callable[[str, str], None]) -> Blackboard:
        """One workflow's; `said` is told key and JSON of every put."""
        return Blackboard(self, workflow, said)

    async def get(self, workflow: str, key: str) -> MemoryEntry | None:
        """What stands under a key, or None."""
        commands: Any = self._redis.commands  # redis-py's types cannot say that answers are bytes
        stored = await self._patiently(lambda: commands.hget(self._hash(workflow), _checked(key)))
        if not isinstance(stored, bytes):
            return None
        version, _, value = stored.partition(b":")
        return MemoryEntry(value=json.loads(value), version=int(version))

    async def put(self, workflow: str, key: str, text: str, version: int | None) -> int:
        """Write JSON, if the version is as expected, and return the new version."""
        if len(text.encode()) > MAX_VALUE:
            raise TaskError(
                f"The value for memory key {key!r} has {len(text.encode())} bytes; at most {MAX_VALUE} are allowed. "
                "Store it as an artifact and put its name.",
                reason="MEMORY_VALUE_TOO_LARGE",
            )
        expected = "" if version is None else str(version)
        args: list[str | int] = [_checked(key), text, expected, MAX_KEYS, int(self._ttl.total_seconds())]
        asked = 0

        async def put_once() -> tuple[int, int]:
            nonlocal asked
            asked += 1
            done, number = await self._put(keys=[self._hash(workflow)], args=args)
            return int(done), int(number)

        done, number = await self._patiently(put_once)
        if done == 0 and asked > 1 and await self._is(workflow, key, text, number, after=version):
            # It was written, and the answer was lost.
            return number
        if done == 0:
            raise MemoryConflictError(key, expected=version or 0, found=number)
        if done < 0:
            raise TaskError(
                f"The workflow's memory is full: it has {number} keys. Reuse keys, or put lists.", reason="MEMORY_FULL"
            )
        return number

    async def keys(self, workflow: str) -> list[str]:
        """All keys, sorted."""
        commands: Any = self._redis.commands
        found = await self._patiently(lambda: commands.hkeys(self._hash(workflow)))
        return sorted(key.decode() for key in found)

    async def _is(self, workflow: str, key: str, text: str, number: int, *, after: int | None) -> bool:
        """Whether a key holds this text as the version that comes after another."""
        entry = await self.get(workflow, key)
        mine = MemoryEntry(value=json.loads(text), version=number)
        return entry == mine and number == (after or 0) + 1

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """The answer, once Redis is back. Raises Unavailable when that takes too long."""

        async def guarded() -> T:
            with border():
                return await call()

        return await until_it_answers(guarded, seconds=self._patience, what="memory of a workflow")

    def _hash(self, workflow: str) -> str:
        return self._redis.key(tag(workflow), "memory")


class Blackboard:
    """The blackboard of one workflow, as one attempt sees it."""

    def __init__(self, boards: Blackboards, workflow: str, said: Callable[[str, str], None]) -> None:
        self._boards = boards
        self._workflow = workflow
        self._said = said

    async def get(self, key: str) -> MemoryEntry | None:
        """What stands under the key, or None."""
        return await self._boards.get(self._workflow, key)

    async def put(self, key: str, value: JsonValue, *, version: int | None = None) -> int:
        """Write and return the new version; with `version`, only when the key still has it."""
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        new = await self._boards.put(self._workflow, key, text, version)
        self._said(key, text)
        return new

    async def keys(self) -> list[str]:
        """All keys, sorted."""
        return await self._boards.keys(self._workflow)

    async def wait_for(self, key: str, *, above: int = 0, timeout: timedelta = DEFAULT_WAIT) -> MemoryEntry | None:
        """What stands under the key once its version is above `above`; None when nobody put it in time."""
        loop = asyncio.get_running_loop()
        ends, rest = loop.time() + timeout.total_seconds(), FIRST_LOOK
        while True:
            entry = await self.get(key)
            if entry is not None and entry.version > above:
                return entry
            left = ends - loop.time()
            if left <= 0:
                return None
            # Looked for, not told: one field read now and then, and no connection held for each that waits.
            await asyncio.sleep(min(rest, left))
            rest = min(LONGEST_LOOK, rest * 2)


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise TaskError(
            f"{key[:200]!r} is no memory key: 1 to 128 characters of A-Z, a-z, 0-9 and _ . / -, starting with a letter "
            "or digit",
            reason="MEMORY_KEY_INVALID",
        )
    return key
