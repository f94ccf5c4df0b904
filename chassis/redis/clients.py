"""The two clients of a process: one for commands, one for reads that wait.

- `commands` never sends anything twice: a write whose reply was lost would otherwise happen again. A dead pooled
  connection is replaced before use, so a restarted Redis costs at most the calls that were under way.
- `blocking` waits as long as a read says (`XREAD BLOCK`), at most half of `SILENCE`. A server that says nothing for
  longer is gone, even where its connection still stands.

Both answer bytes, in the shapes of `legacy_responses=False`.
"""

from typing import Any, TypeAlias

from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException
from redis.maint_notifications import MaintNotificationsConfig

from chassis.errors import ConfigurationError
from chassis.redis.cluster import ClusterClient, cluster_client
from chassis.redis.server import ServerClient, server_client
from chassis.redis.urls import masked, parse

COMMAND_CONNECTIONS = 100
"""Connections for commands; one more command waits up to `COMMAND_TIMEOUT` for a free one."""
BLOCKING_CONNECTIONS = 1000
"""Connections for blocking reads; one more is an error. Also the bound for each node of a cluster."""
COMMAND_TIMEOUT = 5.0
"""Seconds until a command without an answer fails."""
SILENCE = 10.0
"""Seconds until a blocking read without an answer fails."""
CONNECT_TIMEOUT = 2.0
"""Seconds until an attempt to connect fails."""

Client: TypeAlias = ServerClient | ClusterClient


def open_clients(url: str) -> tuple[Client, Client]:
    """The client for commands, and the one for blocking reads."""
    shared: dict[str, Any] = {
        "legacy_responses": False,
        "retry": Retry(NoBackoff(), 0),
        "socket_connect_timeout": CONNECT_TIMEOUT,
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),
    }
    quick, slow = {**shared, "socket_timeout": COMMAND_TIMEOUT}, {**shared, "socket_timeout": SILENCE}
    try:
        target = parse(url)
        if target.kind == "cluster":
            return (
                cluster_client(target, quick, connections=BLOCKING_CONNECTIONS),
                cluster_client(target, slow, connections=BLOCKING_CONNECTIONS),
            )
        return (
            server_client(target, quick, connections=COMMAND_CONNECTIONS, wait=COMMAND_TIMEOUT),
            server_client(target, slow, connections=BLOCKING_CONNECTIONS, wait=None),
        )
    except (ValueError, TypeError, RedisClusterException) as error:
        why = str(error).rstrip(".")
        raise ConfigurationError(f"REDIS_URL {masked(url)!r} cannot be understood: {why}.") from error
