"""Group commit: steps that wait at the same moment travel to Redis in one pipeline.

Each step still awaits its own answer. While one batch is on its way the next one gathers, so under
load the batch grows by itself and at rest a step leaves at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextvars import Context
from typing import Any

from redis.exceptions import RedisError

from chassis.errors import Unavailable
from chassis.redis import Script

LARGEST_BATCH = 200

Keys = Sequence[str | bytes]
Arguments = Sequence[str | bytes | int | float]


class GroupCommit:
    """Runs one script for many callers."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._waiting: list[tuple[Keys, Arguments, asyncio.Future[Any]]] = []
        self._sender: asyncio.Task[None] | None = None

    async def __call__(self, keys: Keys, args: Arguments) -> Any:
        """Runs the script once and returns its answer.

        Raises:
            Unavailable: Redis did not answer; the step may or may not have been done. Sending it again is harmless.
        """
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append((keys, args, answer))
        if self._sender is None:
            self._sender = asyncio.create_task(self._send(), name="group-commit", context=Context())
        return await answer

    async def _send(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
                await self._send_batch(batch)
        finally:
            self._sender = None

    async def _send_batch(self, batch: list[tuple[Keys, Arguments, asyncio.Future[Any]]]) -> None:
        try:
            answers = await self._script.many([(keys, args) for keys, args, _ in batch])
        except Exception as error:
            # Whatever it is, nobody may wait for ever.
            answers = [error] * len(batch)
        except asyncio.CancelledError:
            for _, _, future in batch:
                future.cancel()
            raise
        for (_, _, future), answer in zip(batch, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, RedisError | OSError):
                away = Unavailable("Redis did not take the step; it is tried again.", retry_after=1.0)
                away.__cause__ = answer
                future.set_exception(away)
            elif isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
