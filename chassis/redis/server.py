"""Clients of one server: the one a URL names, or the present primary of a Sentinel set.

Behind Sentinels each new connection asks them for the primary. A connection to a primary that was demoted is closed
by the first write it refuses, so the next one finds the new primary; what was under way fails once, and is not sent
again.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from copy import copy
from typing import Any, cast

from redis.asyncio import BlockingConnectionPool, ConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.exceptions import ReadOnlyError

from chassis.redis.urls import Target

SENTINEL_TIMEOUT = 1.0
"""Seconds a Sentinel has to answer before the next one is asked."""


class ServerClient(Redis):
    """redis-py's client, and what a cluster's client has beside it."""

    _sentinels: Sentinel | None = None

    @property
    def sentinels(self) -> list[Redis]:
        """The clients of the Sentinels that are asked for the primary."""
        return [] if self._sentinels is None else list(self._sentinels.sentinels)

    async def same_server(self, calls: Sequence[Sequence[str | bytes]]) -> list[list[int]]:
        """Of calls, given by their keys, the positions of those that one server takes together."""
        return [list(range(len(calls)))]

    async def probes(self, key: str) -> list[str]:
        """A key of each server that takes writes."""
        return [key]

    async def write_file_anew(self) -> None:
        """Has the server write its append-only file from memory, beside its work."""
        await self.bgrewriteaof()

    @asynccontextmanager
    async def open_pubsub(self) -> AsyncIterator[PubSub]:
        """A connection for subscriptions."""
        async with self.pubsub() as pubsub:
            yield pubsub

    async def doubt(self, error: Exception) -> None:
        """A look at whether Redis is well ended with `error`: what has to be found anew is let go of."""
        if isinstance(error, ReadOnlyError):
            # The primary is elsewhere by now, perhaps under the very address that idle connections were made by.
            await self.connection_pool.disconnect(inuse_connections=False)

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        """Closes every connection."""
        await super().aclose(close_connection_pool)
        if self._sentinels is not None:
            await self._sentinels.aclose()


class Sentinels(Sentinel):
    """Knows who the primary is; asked by many at the same time it forgets none of its Sentinels.

    redis-py moves the one that answered to the front of a list that all who ask are walking through, and overwrites
    entries by that. In an outage, when everything connects anew, one Sentinel could be left of three.
    """

    def __init__(self, hosts: Sequence[tuple[str, int]], **options: Any) -> None:
        """options: how the Sentinels themselves are reached."""
        super().__init__(hosts, sentinel_kwargs=options)  # type: ignore[no-untyped-call]  # redis-py leaves it untyped

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        """Address and port of the primary. Raises MasterNotFoundError when no Sentinel knows one."""
        asked = copy(self)
        asked.sentinels = list(self.sentinels)
        found: tuple[str, int] = await Sentinel.discover_master(asked, service_name)
        self.sentinels = asked.sentinels
        return found


class _WaitingSentinelPool(SentinelConnectionPool, BlockingConnectionPool):
    """Asks Sentinels for the primary, and lets one command too many wait instead of failing."""


def server_client(target: Target, options: dict[str, Any], *, connections: int, wait: float | None) -> ServerClient:
    """A client of one server. One connection too many waits `wait` seconds for a free one; None makes it an error."""
    bounds: dict[str, Any] = {"max_connections": connections, **({} if wait is None else {"timeout": wait})}
    if target.kind == "server":
        pool_class = ConnectionPool if wait is None else BlockingConnectionPool
        return _client(pool_class.from_url(target.plain, **bounds, **options))
    from_url = target.options()
    for name in ("host", "port"):
        from_url.pop(name, None)
    tls = from_url.pop("connection_class", None) is not None
    sentinels = Sentinels(target.hosts, **_to_sentinels(target, options, from_url, tls))
    sentinel_pool: Any = SentinelConnectionPool if wait is None else _WaitingSentinelPool
    return _client(sentinel_pool(target.name, sentinels, ssl=tls, **{**bounds, **options, **from_url}), sentinels)


def _client(pool: ConnectionPool, sentinels: Sentinel | None = None) -> ServerClient:
    client = cast(ServerClient, ServerClient.from_pool(pool))
    client._sentinels = sentinels
    return client


def _to_sentinels(target: Target, options: dict[str, Any], from_url: dict[str, Any], tls: bool) -> dict[str, Any]:
    """How the Sentinels are reached: as the servers are, but for their own credentials."""
    certificates = {name: value for name, value in from_url.items() if name.startswith("ssl_")}
    return {
        "socket_timeout": SENTINEL_TIMEOUT,
        "socket_connect_timeout": SENTINEL_TIMEOUT,
        "retry": options["retry"],
        "maint_notifications_config": options["maint_notifications_config"],
        **({"ssl": True, **certificates} if tls else {}),
        **target.sentinel_options,
    }
