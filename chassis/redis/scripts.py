"""Lua scripts: sent once, then called by their digest."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

from redis.exceptions import NoScriptError, RedisError

from chassis.redis.clients import Client

Keys = Sequence[str | bytes]
Arguments = Sequence[str | bytes | int | float]


class Script:
    """A Lua script. Its keys share a hash tag; a server that forgot it, or never knew it, is taught it by a call."""

    def __init__(self, client: Client, source: str) -> None:
        self._client = client
        self.source = source
        self.sha = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, keys: Keys = (), args: Arguments = ()) -> Any:
        """Runs the script and gives its answer."""
        try:
            return await self._client.evalsha(self.sha, len(keys), *keys, *args)
        except NoScriptError:
            # The script did not run, so sending it whole is no repetition; this teaches the server the digest too.
            return await self._client.eval(self.source, len(keys), *keys, *args)

    async def many(self, calls: Sequence[tuple[Keys, Arguments]]) -> list[Any]:
        """Runs many calls in one round trip; each gets its own answer, or its own error as a value.

        The calls are independent of each other: those of one server run in order, and no transaction holds them
        together. A server that is away costs the calls it would have taken, and no others.
        """
        try:
            groups = await self._client.same_server([keys for keys, _ in calls])
        except RedisError as error:
            return [error] * len(calls)
        answers: list[Any] = [None] * len(calls)

        async def run(group: list[int]) -> None:
            for at, answer in zip(group, await self._send([calls[at] for at in group]), strict=True):
                answers[at] = answer

        await asyncio.gather(*(run(group) for group in groups))
        return answers

    async def _send(self, calls: Sequence[tuple[Keys, Arguments]]) -> list[Any]:
        answers = await self._pipeline("EVALSHA", self.sha, calls)
        forgotten = [at for at, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if forgotten:
            again = await self._pipeline("EVAL", self.source, [calls[at] for at in forgotten])
            for at, answer in zip(forgotten, again, strict=True):
                answers[at] = answer
        return answers

    async def _pipeline(self, command: str, script: str, calls: Sequence[tuple[Keys, Arguments]]) -> list[Any]:
        try:
            async with self._client.pipeline(transaction=False) as pipeline:
                for keys, args in calls:
                    pipeline.execute_command(command, script, len(keys), *keys, *args)
                return list(await pipeline.execute(raise_on_error=False))
        except RedisError as error:
            return [error] * len(calls)
