"""A real Redis Cluster of three nodes on loopback, made without redis-cli: slots are dealt out, nodes introduced.

with RedisCluster(tmp_path) as cluster:
    ...                             # open_redis(cluster.url)
    cluster.nodes[0].kill()
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import redis

from tests.support.redis_server import RedisServer, SeveralServers, in_step
from tools.local.ports import free_port

SLOTS = 16384


class RedisCluster(SeveralServers):
    """Nodes with the slots shared among the first three; the rest are replicas, one for each primary in turn."""

    def __init__(self, folder: Path, *, replicas: int = 0, node_timeout: float = 30.0) -> None:
        """node_timeout: seconds of silence after which the others call a node failed. After half of that they connect
        anew, and what is published meanwhile is lost."""
        self.primaries = 3
        settings = {
            "cluster-enabled": "yes",
            "cluster-node-timeout": str(int(node_timeout * 1000)),
            "cluster-config-file": "nodes.conf",
            "repl-diskless-sync-delay": "0",
        }
        # The bus has a port of its own; ten thousand above the other may be taken, or above all ports.
        self._bus = [free_port() for _ in range(self.primaries + replicas)]
        self.nodes = [
            RedisServer(folder / f"node-{number}", settings={**settings, "cluster-port": str(bus)})
            for number, bus in enumerate(self._bus)
        ]

    @property
    def url(self) -> str:
        """The address of the cluster."""
        return "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def start(self) -> None:
        """Starts the nodes and returns when each of them serves."""
        for node in self.nodes:
            node.start()
        with ExitStack() as stack:
            clients = [stack.enter_context(_connect(node, decode_responses=True)) for node in self.nodes]
            self._join(clients)

    def flush(self) -> None:
        """Empties every primary."""
        for node in self.nodes[: self.primaries]:
            with _connect(node) as client:
                client.flushall()

    def holder(self, key: str) -> RedisServer:
        """The node that holds a key that exists."""
        for node in self.nodes[: self.primaries]:
            with _connect(node, decode_responses=True) as client:
                if key in client.keys(key.replace("{", "?").replace("}", "?")):
                    return node
        raise AssertionError(f"{key} is on no node")

    def kill(self) -> None:
        """Ends every node at once."""
        for node in self.nodes:
            node.kill()

    def _join(self, clients: list[Any]) -> None:
        share = -(-SLOTS // self.primaries)
        for number, client in enumerate(clients):
            client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
            if number < self.primaries:
                last = min((number + 1) * share, SLOTS) - 1
                client.execute_command("CLUSTER", "ADDSLOTSRANGE", number * share, last)
            for node, bus in zip(self.nodes[:number], self._bus, strict=False):
                client.execute_command("CLUSTER", "MEET", "127.0.0.1", node.port, bus)
        self.wait(lambda: all(_knows(client) >= len(clients) for client in clients))
        for number, client in enumerate(clients[self.primaries :]):
            primary = clients[number % self.primaries].execute_command("CLUSTER", "MYID")
            client.execute_command("CLUSTER", "REPLICATE", primary)
        self.wait(lambda: all(in_step(client) for client in clients[self.primaries :]))
        self.wait(lambda: all(client.execute_command("CLUSTER INFO")["cluster_state"] == "ok" for client in clients))


def _connect(node: RedisServer, **options: Any) -> redis.Redis:
    return redis.Redis(host="127.0.0.1", port=node.port, **options)


def _knows(client: Any) -> int:
    """How many nodes it has shaken hands with, itself included."""
    nodes: dict[str, Any] = client.execute_command("CLUSTER NODES")
    return sum("handshake" not in node["flags"] for node in nodes.values())
