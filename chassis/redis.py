"""The way to Redis: one command client, one client for reads that block, key names, scripts, subscriptions.

- `commands` never sends anything twice: a write whose reply was lost would otherwise happen again. A dead pooled
  connection is replaced before use, so a restarted Redis costs at most the calls that were under way.
- `blocking` waits as long as a read says (`XREAD BLOCK`); TCP keepalive, not a timeout, finds a dead peer.
- Both answer bytes, in the shapes of `legacy_responses=False`.

`open_redis` is the one place that knows what a URL means. Redis Cluster and Sentinel come in here and nowhere else.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from redis.asyncio import BlockingConnectionPool, ConnectionPool, Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    NoScriptError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.maint_notifications import MaintNotificationsConfig

from chassis.errors import ConfigurationError, Unavailable
from chassis.subscriptions import Subscriptions

COMMAND_CONNECTIONS = 100
"""Connections for commands; one more command waits up to `COMMAND_TIMEOUT` for a free one."""
BLOCKING_CONNECTIONS = 1000
"""Connections for blocking reads; one more is an error."""
COMMAND_TIMEOUT = 5.0
"""Seconds until a command without an answer fails."""
CONNECT_TIMEOUT = 2.0
"""Seconds until an attempt to connect fails."""
NO_REDIS_EXIT_CODE = 3
"""What a process ends with when Redis does not come."""

_SCHEMES = ("redis", "rediss", "unix")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 0.5
_FIRST_LINE, _LINE_EVERY = 1.0, 3.0

WaitingLine = Callable[[str], None]
"""Takes the line that tells a person what start-up waits for."""


class Script:
    """A Lua script, sent once and then called by its digest; a server that forgot it is taught again."""

    def __init__(self, client: Redis, source: str) -> None:
        self._client = client
        self.source = source
        self.sha = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, keys: Sequence[str | bytes] = (), args: Sequence[str | bytes | int | float] = ()) -> Any:
        """Runs the script and gives its answer."""
        try:
            return await self._client.evalsha(self.sha, len(keys), *keys, *args)
        except NoScriptError:
            # The script did not run, so sending it whole is no repetition; this teaches the server the digest too.
            return await self._client.eval(self.source, len(keys), *keys, *args)

    def add_to(
        self,
        pipeline: Pipeline,
        keys: Sequence[str | bytes] = (),
        args: Sequence[str | bytes | int | float] = (),
    ) -> None:
        """Queues a call in `pipeline`. Unless `load` went before, its answer may be a NoScriptError."""
        pipeline.execute_command("EVALSHA", self.sha, len(keys), *keys, *args)

    async def load(self) -> None:
        """Teaches the server the script without running it."""
        await self._client.script_load(self.source)

    async def many(
        self, calls: Sequence[tuple[Sequence[str | bytes], Sequence[str | bytes | int | float]]]
    ) -> list[Any]:
        """Runs many calls in one round trip; each gets its own answer, or its own error as a value.

        The calls are independent of each other: they run in order, and no transaction holds them together.
        """
        answers = await self._send(calls)
        forgotten = [at for at, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if forgotten:
            await self.load()
            for at, answer in zip(forgotten, await self._send([calls[at] for at in forgotten]), strict=True):
                answers[at] = answer
        return answers

    async def _send(
        self, calls: Sequence[tuple[Sequence[str | bytes], Sequence[str | bytes | int | float]]]
    ) -> list[Any]:
        async with self._client.pipeline(transaction=False) as pipeline:
            for keys, args in calls:
                self.add_to(pipeline, keys, args)
            return list(await pipeline.execute(raise_on_error=False))


class RedisAccess:
    """What a service holds of Redis."""

    commands: Redis
    """For everything that answers at once."""
    blocking: Redis
    """For reads that wait."""
    prefix: str
    """Starts every key and channel of this installation."""

    def __init__(self, *, commands: Redis, blocking: Redis, prefix: str) -> None:
        self.commands = commands
        self.blocking = blocking
        self.prefix = prefix
        self._subscriptions = Subscriptions(blocking)

    def key(self, *parts: str) -> str:
        """The full name of a key or channel: the prefix and the parts, joined by colons."""
        return self.prefix + ":".join(parts)

    def script(self, source: str) -> Script:
        """A Lua script, ready to be called: `await script(keys=[...], args=[...])`."""
        return Script(self.commands, source)

    def subscribe(self, *channels: str) -> AsyncGenerator[tuple[str, bytes | None]]:
        """Messages of the channels (full names, as `key` gives them), for ever and through reconnects.

        A payload of None is a hint: something may have been missed, read the truth. It comes first, when the
        subscription holds, so a reader that looks after each item misses nothing; then after every reconnect,
        and when the reader was so slow that messages were dropped. All subscriptions share one connection.
        """
        return self._subscriptions.listen(channels)

    async def aclose(self) -> None:
        """Ends the subscriptions and closes every connection."""
        await self._subscriptions.aclose()
        await self.blocking.aclose()
        await self.commands.aclose()


@asynccontextmanager
async def open_redis(
    url: str | SecretStr, *, prefix: str = "hj:", wait: float = 30.0, tell: WaitingLine | None = None
) -> AsyncIterator[RedisAccess]:
    """Connects, and waits up to `wait` seconds until Redis answers, with a line every few seconds through `tell`.

    Raises ConfigurationError (exit code 3) when it never does, and at once when it refuses the credentials.
    """
    plain = url.get_secret_value() if isinstance(url, SecretStr) else url
    commands, blocking = _clients(plain)
    access = RedisAccess(commands=commands, blocking=blocking, prefix=prefix)
    try:
        await _wait_until_it_answers(commands, masked(plain), wait, tell)
        yield access
    finally:
        await access.aclose()


def masked(url: str) -> str:
    """The URL as it may be shown: user and password hidden, query dropped."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{'***@' if '@' in parts.netloc else ''}{host}{parts.path}"


def away(error: BaseException) -> Unavailable | None:
    """`error` as Unavailable when it says that Redis cannot answer for now; None when it is another error."""
    if isinstance(error, RedisConnectionError | RedisTimeoutError | ReadOnlyError) and not isinstance(
        error, AuthenticationError | AuthorizationError
    ):
        return Unavailable("Redis is away for now; try again.", retry_after=1.0, reason="REDIS_UNAVAILABLE")
    return None


def _clients(url: str) -> tuple[Redis, Redis]:
    scheme = urlsplit(url).scheme
    if scheme not in _SCHEMES:
        raise ConfigurationError(
            f"REDIS_URL has the scheme {scheme!r}; it must be one of redis://host:port/db, rediss://host:port/db "
            "(TLS) or unix:///path/to/socket."
        )
    shared: dict[str, Any] = {
        "legacy_responses": False,
        "retry": Retry(NoBackoff(), 0),
        "socket_connect_timeout": CONNECT_TIMEOUT,
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),
    }
    try:
        pool = BlockingConnectionPool.from_url(
            url, max_connections=COMMAND_CONNECTIONS, timeout=COMMAND_TIMEOUT, socket_timeout=COMMAND_TIMEOUT, **shared
        )
        waiting = ConnectionPool.from_url(url, max_connections=BLOCKING_CONNECTIONS, socket_timeout=None, **shared)
    except ValueError as error:
        raise ConfigurationError(f"REDIS_URL {masked(url)!r} cannot be understood: {error}.") from error
    return Redis.from_pool(pool), Redis.from_pool(waiting)


async def _wait_until_it_answers(client: Redis, shown: str, wait: float, tell: WaitingLine | None) -> None:
    started = time.monotonic()
    pause, next_line = _FIRST_PAUSE, _FIRST_LINE
    while True:
        try:
            await client.ping()
            return
        except (AuthenticationError, AuthorizationError) as error:
            raise ConfigurationError(
                f"Redis at {shown} refuses the credentials ({error}); correct user and password in REDIS_URL.",
                exit_code=NO_REDIS_EXIT_CODE,
            ) from error
        except ResponseError as error:
            if not isinstance(error, BusyLoadingError):
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
