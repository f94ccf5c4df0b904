from typing import Any

import pytest
from redis.asyncio import SSLConnection
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from chassis.errors import ConfigurationError, Unavailable
from chassis.redis import away, masked, open_redis
from chassis.redis.clients import open_clients
from chassis.redis.cluster import ClusterClient
from chassis.redis.server import ServerClient
from chassis.redis.urls import parse


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("redis://:pa55@h:1/2", "redis://***@h:1/2"),
        ("redis://:pa/55@h:1/2", "redis://***@h:1/2"),
        ("rediss://ana:p%40ss@h?password=x", "rediss://***@h"),
        ("unix:///run/redis.sock?password=x", "unix:///run/redis.sock"),
        ("redis+sentinel://:pa55@a:1,b:2/main/0?sentinel_password=x", "redis+sentinel://***@a:1,b:2/main/0"),
    ],
)
def test_a_shown_url_has_no_credentials(url: str, shown: str) -> None:
    assert masked(url) == shown


@pytest.mark.parametrize("url", ["http://h", "redis+ring://h", "h:6379", ""])
async def test_a_scheme_we_do_not_speak_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="redis://host:port/db"):
        async with open_redis(url):
            pass


def test_a_sentinel_url_names_sentinels_primary_and_database() -> None:
    target = parse("rediss+sentinel://ana:p%40ss@a,[fe80::1]:26380/main/3?sentinel_password=s%20x&ssl_ca_certs=/ca.pem")
    assert (target.kind, target.name) == ("sentinel", "main")
    assert target.hosts == (("a", 26379), ("fe80::1", 26380))
    assert target.sentinel_options == {"password": "s x"}
    options = target.options()
    assert (options["username"], options["password"], options["db"]) == ("ana", "p@ss", 3)
    assert options["ssl_ca_certs"] == "/ca.pem"
    assert options["connection_class"].__name__ == "SSLConnection"


def test_a_cluster_url_names_nodes_to_begin_with() -> None:
    target = parse("redis+cluster://:secret@a:7000,b")
    assert (target.kind, target.hosts) == ("cluster", (("a", 7000), ("b", 6379)))
    assert target.options()["password"] == "secret"


async def test_tls_and_credentials_reach_every_connection() -> None:
    """The Sentinels get their own credentials, and never those of the servers."""
    url = "rediss+sentinel://ana:pw@a,b/main/3?ssl_ca_certs=/ca.pem&sentinel_username=s&sentinel_password=x"
    for client in open_clients(url):
        assert isinstance(client, ServerClient)
        pool = client.connection_pool
        assert issubclass(pool.connection_class, SSLConnection)
        assert _kept(pool.connection_kwargs) == ("ana", "pw", "/ca.pem")
        for sentinel in client.sentinels:
            assert issubclass(sentinel.connection_pool.connection_class, SSLConnection)
            assert _kept(sentinel.connection_pool.connection_kwargs) == ("s", "x", "/ca.pem")
    for cluster in open_clients("rediss+cluster://ana:pw@a:1,b:2?ssl_ca_certs=/ca.pem"):
        assert isinstance(cluster, ClusterClient)
        assert issubclass(cluster.connection_kwargs["connection_class"], SSLConnection)
        assert _kept(cluster.connection_kwargs) == ("ana", "pw", "/ca.pem")


def _kept(options: dict[str, Any]) -> tuple[Any, ...]:
    return options["username"], options["password"], options["ssl_ca_certs"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("redis+sentinel://a:1,b:2", "which primary"),
        ("redis+sentinel://a:1/main/first", "'first'; that is a number"),
        ("redis+cluster://a:1/3", "a Redis Cluster has only 0"),
        ("redis+cluster://a:1,,b:2", "'' is no host:port"),
        ("redis+cluster://a:many", "'a:many' is no host:port"),
        ("redis+cluster://a?sentinel_password=x", "belongs to a redis\\+sentinel"),
        ("redis+cluster://a?socket_keepalive=perhaps&retries=3", "cannot be understood"),
    ],
)
async def test_a_url_that_makes_no_sense_says_why(url: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        async with open_redis(url):
            pass


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RedisConnectionError("gone"), "REDIS_UNAVAILABLE"),
        (RedisTimeoutError("slow"), "REDIS_UNAVAILABLE"),
        (BusyLoadingError("loading"), "REDIS_UNAVAILABLE"),
        (ClusterDownError("The cluster is down"), "REDIS_UNAVAILABLE"),
        (MasterDownError("Link with MASTER is down"), "REDIS_UNAVAILABLE"),
        (TryAgainError("Multiple keys request during rehashing of slot"), "REDIS_UNAVAILABLE"),
        (ResponseError("BUSY Redis is busy running a script."), "REDIS_UNAVAILABLE"),
        (OutOfMemoryError("command not allowed when used memory > 'maxmemory'."), "REDIS_FULL"),
        (ReadOnlyError("You can't write against a read only replica."), "REDIS_READ_ONLY"),
        (ResponseError("UNBLOCKED force unblock from blocking operation"), "REDIS_READ_ONLY"),
        (ResponseError("MISCONF Errors writing to the AOF file"), "REDIS_UNSAFE"),
        (ResponseError("NOREPLICAS Not enough good replicas to write."), "REDIS_UNSAFE"),
    ],
)
def test_what_heals_by_waiting_is_unavailable(error: Exception, reason: str) -> None:
    told = away(error)
    assert isinstance(told, Unavailable)
    assert told.reason == reason


@pytest.mark.parametrize("error", [ResponseError("WRONGTYPE"), AuthenticationError("no"), ValueError()])
def test_what_does_not_heal_is_not(error: Exception) -> None:
    assert away(error) is None
