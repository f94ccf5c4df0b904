"""What a service holds of Redis, and how it gets it."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

import structlog
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, AuthorizationError, RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from chassis.errors import ConfigurationError
from chassis.redis.clients import COMMAND_TIMEOUT, Client, open_clients
from chassis.redis.outages import away
from chassis.redis.scripts import Script
from chassis.redis.urls import masked
from chassis.subscriptions import Subscriptions

NO_REDIS_EXIT_CODE = 3
"""What a process ends with when Redis does not come."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 0.5
_FIRST_LINE, _LINE_EVERY = 1.0, 3.0

_log = structlog.get_logger(__name__)

WaitingLine = Callable[[str], None]
"""Takes the line that tells a person what start-up waits for."""


class RedisAccess:
    """What a service holds of Redis."""

    commands: Redis
    """For everything that answers at once."""
    blocking: Redis
    """For reads that wait."""
    prefix: str
    """Starts every key and channel of this installation."""

    def __init__(self, *, commands: Client, blocking: Client, prefix: str) -> None:
        # A cluster's client has the same commands; redis-py's types do not say so.
        self.commands = cast(Redis, commands)
        self.blocking = cast(Redis, blocking)
        self.prefix = prefix
        self._commands = commands
        self._blocking = blocking
        self._subscriptions = Subscriptions(blocking.open_pubsub)

    def key(self, *parts: str) -> str:
        """The full name of a key or channel: the prefix and the parts, joined by colons."""
        return self.prefix + ":".join(parts)

    def script(self, source: str) -> Script:
        """A Lua script, ready to be called: `await script(keys=[...], args=[...])`."""
        return Script(self._commands, source)

    def subscribe(self, *channels: str) -> AsyncGenerator[tuple[str, bytes | None]]:
        """Messages of the channels (full names, as `key` gives them), for ever and through reconnects.

        A payload of None is a hint: something may have been missed, read the truth. It comes first, when the
        subscription holds, so a reader that looks after each item misses nothing; then after every reconnect,
        and when the reader was so slow that messages were dropped. All subscriptions share one connection.
        """
        return self._subscriptions.listen(channels)

    async def check(self, within: float = COMMAND_TIMEOUT) -> None:
        """Raises a RedisError unless Redis would take a write now, on every server that has keys. It writes nothing.

        A ping says little: a server that is full, a replica, or one whose disk is full answers it. The write asked for
        here is refused in all these cases like any other, and would change only a key that never exists.
        """
        try:
            async with asyncio.timeout(within):
                # On the client of the blocking reads: a crowd of commands waiting for a connection is not an outage.
                probes = await self._blocking.probes(self.key("probe"))
                await asyncio.gather(*(self.blocking.set(probe, b"", xx=True) for probe in probes))
        except (RedisError, OSError) as error:
            for client in (self._commands, self._blocking):
                await client.doubt(error)
            if isinstance(error, TimeoutError):
                raise RedisTimeoutError(f"No answer within {within:g} s") from error
            raise

    async def write_file_anew(self) -> None:
        """Has Redis write its append-only file anew from memory, as far as it lets us. For after its disk was full.

        A command that was half written then is cut off again; but once the file has been rewritten, Valkey (seen with
        9.1.2) goes on writing where that command had ended, and refuses to load a file with such a hole.
        """
        try:
            await self._blocking.write_file_anew()
        except (RedisError, OSError) as error:  # somebody else has asked, we may not, or there is no such file
            _log.info("Redis does not write its file anew", error=str(error))

    async def aclose(self) -> None:
        """Ends the subscriptions and closes every connection."""
        await self._subscriptions.aclose()
        await self.blocking.aclose()
        await self.commands.aclose()


@asynccontextmanager
async def open_redis(
    url: str | SecretStr, *, prefix: str = "hj:", wait: float = 30.0, tell: WaitingLine | None = None
) -> AsyncIterator[RedisAccess]:
    """Connects, and waits up to `wait` seconds until Redis takes writes, with a line every few seconds through `tell`.

    Raises ConfigurationError (exit code 3) when it never does, and at once when it refuses the credentials.
    """
    plain = url.get_secret_value() if isinstance(url, SecretStr) else url
    commands, blocking = open_clients(plain)
    access = RedisAccess(commands=commands, blocking=blocking, prefix=prefix)
    try:
        await _wait_until_it_answers(access, masked(plain), wait, tell)
        yield access
    finally:
        await access.aclose()


async def _wait_until_it_answers(access: RedisAccess, shown: str, wait: float, tell: WaitingLine | None) -> None:
    started = time.monotonic()
    pause, next_line = _FIRST_PAUSE, _FIRST_LINE
    while True:
        try:
            await access.check()
            return
        except (AuthenticationError, AuthorizationError) as error:
            raise ConfigurationError(
                f"Redis at {shown} refuses the credentials ({error}); correct user and password in REDIS_URL.",
                exit_code=NO_REDIS_EXIT_CODE,
            ) from error
        except ResponseError as error:
            if away(error) is None:
                raise ConfigurationError(
                    f"Redis at {shown} refuses ({error}); correct REDIS_URL.", exit_code=NO_REDIS_EXIT_CODE
                ) from error
            last: RedisError | OSError = error
        except (RedisError, OSError) as error:
            last = error
        waited = time.monotonic() - started
        if waited >= wait:
            why = str(last).rstrip(".")
            raise ConfigurationError(
                f"Redis at {shown} did not answer within {wait:g} s ({why}). Start it, or correct REDIS_URL; "
                "HEYJARVIS_REDIS_WAIT is how long to wait.",
                exit_code=NO_REDIS_EXIT_CODE,
            ) from last
        if waited >= next_line and tell is not None:
            tell(f"waiting for Redis at {shown} ({waited:.0f} s of {wait:g} s)")
            next_line = waited + _LINE_EVERY
        await asyncio.sleep(min(pause, max(wait - waited, 0.01)))
        pause = min(pause * 2, _LONGEST_PAUSE)
