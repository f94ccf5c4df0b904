"""The client of a Redis Cluster: redis-py's, with the promises of the other one.

- Nothing is sent twice. A redirected command was not executed where it was redirected, so following MOVED and ASK is no
  repetition; a lost answer is an error, as everywhere.
- A node that does not answer makes the next command look at the cluster anew, by asking another node first. When all
  that are known are gone, the ones the URL names are asked again: addresses may have changed, names stay.
- "Cannot connect", "no node has this slot" and "redirected in circles" are Redis errors that say "not now". What one
  command meets does not break the connections of others.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import RedisCluster
from redis.asyncio.client import PubSub
from redis.asyncio.cluster import ClusterNode, ClusterPipeline, ClusterPubSub, PipelineCommand
from redis.exceptions import (
    AskError,
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ClusterDownError,
    MaxConnectionsError,
    MovedError,
    RedisClusterException,
    SlotNotCoveredError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from chassis.redis.urls import Target

MOST_REDIRECTS = 16
"""Redirects one command follows."""
TRY_AGAIN = 0.05
"""Seconds between attempts while the keys of a command are on their way to another node."""
_MOST_PROBES = 2000
"""Keys tried to find one of each primary; one with a hundred slots of 16384 is found among them all but surely."""

_LOST = (RedisConnectionError, RedisTimeoutError, ClusterDownError)
_NO_FAULT_OF_THE_NODE = (MaxConnectionsError, BusyLoadingError)


class ClusterClient(RedisCluster):
    """redis-py's client, and what a server's client has beside it."""

    def __init__(self, seeds: Sequence[tuple[str, int]], **options: Any) -> None:
        self._seeds = tuple(seeds)
        self._suspect: str | None = None
        """The node that failed last."""
        # Each MOVED mends one slot. Looking at everything anew would close the connections of others.
        super().__init__(startup_nodes=self._nodes(), reinitialize_steps=0, **options)

    async def initialize(
        self,
        additional_startup_nodes_info: list[tuple[str, int]] | None = None,
        last_failed_node_name: str | None = None,
    ) -> "ClusterClient":
        """Looks at the cluster, when that is due."""
        # Unlike redis-py's, this one leaves the connections of others alone when it fails or is cancelled.
        if self._initialize:
            self._lock = self._lock or asyncio.Lock()
            async with self._lock:
                if self._initialize:
                    await self._look(additional_startup_nodes_info, last_failed_node_name or self._suspect)
        return self

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        """Runs a command on the node that has its keys."""
        _ = await self.initialize()
        try:
            return await super().execute_command(*args, **kwargs)
        except SlotNotCoveredError as error:
            self.look_again()
            raise ClusterDownError(str(error)) from error
        except _LOST as error:
            if not isinstance(error, _NO_FAULT_OF_THE_NODE):
                self.look_again()
            raise

    def pipeline(self, transaction: Any = False, shard_hint: Any = None) -> "ClusterPipeline":
        """Commands that travel together, node by node."""
        if transaction:
            raise ValueError("There is no MULTI on a cluster; what must happen at one moment is a script.")
        return _Pipeline(self)  # type: ignore[abstract]  # redis-py never sets what it declares

    def look_again(self, suspect: str | None = None) -> None:
        """Lets the next command look at the cluster first, and ask `suspect` last."""
        self._suspect = suspect or self._suspect
        self._initialize = True

    async def same_server(self, calls: Sequence[Sequence[str | bytes]]) -> list[list[int]]:
        """Of calls, given by their keys, the positions of those that one server takes together."""
        _ = await self.initialize()
        groups: dict[str, list[int]] = defaultdict(list)
        for at, keys in enumerate(calls):
            groups[self._name_of(keys[0]) if keys else ""].append(at)
        return list(groups.values())

    async def probes(self, key: str) -> list[str]:
        """A key of each server that takes writes."""
        _ = await self.initialize()
        primaries = len(self.get_primaries())
        found: dict[str, str] = {}
        for number in range(_MOST_PROBES):
            if len(found) == primaries:
                break
            probe = f"{key}:{number}"
            found.setdefault(self._name_of(probe), probe)
        return list(found.values())

    async def write_file_anew(self) -> None:
        """Has each server write its append-only file from memory, beside its work. Raises the first refusal."""
        _ = await self.initialize()
        asked = [self.execute_command("BGREWRITEAOF", target_nodes=node) for node in self.get_primaries()]
        for answer in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(answer, BaseException):
                raise answer

    @asynccontextmanager
    async def open_pubsub(self) -> AsyncIterator[PubSub]:
        """A connection for subscriptions, to any node: what is published on one is heard on all."""
        _ = await self.initialize()
        node = self.get_random_node()
        try:
            async with ClusterPubSub(self, node=node) as pubsub:
                yield pubsub
        except BaseException:
            self.look_again(node.name)
            raise

    async def doubt(self, error: Exception) -> None:
        """A look at whether Redis is well ended with `error`: the next command looks where the primaries are."""
        self.look_again()

    async def aclose(self) -> None:
        """Closes every connection, also while the cluster is to be looked at anew."""
        await super().aclose()
        await self.nodes_manager.aclose()
        await self.nodes_manager.aclose("startup_nodes")

    async def _look(self, more: list[tuple[str, int]] | None, suspect: str | None) -> None:
        try:
            await self.nodes_manager.initialize(additional_startup_nodes_info=more, last_failed_node_name=suspect)
        except RedisClusterException as error:
            if isinstance(error.__cause__, AuthenticationError | AuthorizationError):
                raise error.__cause__ from error
            for node in self._nodes():
                self.nodes_manager.startup_nodes.setdefault(node.name, node)
            raise ClusterDownError(str(error)) from error
        if not self.commands_parser.commands:
            # What commands there are; it does not change, and an answer is not to depend on one node for ever.
            await self.commands_parser.initialize(self.nodes_manager.default_node)
        self.commands_parser.node = self.nodes_manager.default_node
        self._initialize, self._suspect = False, None

    async def _execute_command(self, target_node: ClusterNode, *args: Any, **kwargs: Any) -> Any:
        node, asking = target_node, False
        for _ in range(MOST_REDIRECTS):
            try:
                return await self._ask(node, *args, **kwargs) if asking else await node.execute_command(*args, **kwargs)
            except MovedError as error:
                await self.nodes_manager.move_slot(error)
                node, asking = self.nodes_manager.get_node_from_slot(error.slot_id), False
            except AskError as error:
                node, asking = self._node(error), True
            except TryAgainError:
                await asyncio.sleep(TRY_AGAIN)
            except _NO_FAULT_OF_THE_NODE:
                raise
            except asyncio.CancelledError:
                # Perhaps because it took too long; should somebody look anew, then not here first.
                self._suspect = node.name
                raise
            except (RedisConnectionError, RedisTimeoutError):
                self.look_again(node.name)
                # The last one to be asked for what any node knows.
                self.nodes_manager.move_node_to_end_of_cached_nodes(node.name)
                # The others it has would each fail in their turn.
                node.update_active_connections_for_reconnect()
                await node.disconnect_free_connections()
                raise
        raise ClusterDownError(f"{args[0]} was redirected {MOST_REDIRECTS} times: its slot is on the move")

    async def _ask(self, node: ClusterNode, *args: Any, **kwargs: Any) -> Any:
        """Asks a node for a key that is just moving there. The permission holds for the connection it is given on."""
        commands = [PipelineCommand(0, "ASKING"), PipelineCommand(1, *args, **kwargs)]
        await node.execute_pipeline(commands)
        answer = commands[1].result
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _node(self, redirect: AskError) -> ClusterNode:
        known = self.get_node(host=redirect.host, port=redirect.port)
        if known is None:
            known = ClusterNode(redirect.host, redirect.port, "primary", **self.connection_kwargs)
            self.nodes_manager.set_nodes(self.nodes_manager.nodes_cache, {known.name: known})
        return known

    def _name_of(self, key: str | bytes) -> str:
        try:
            return self.nodes_manager.get_node_from_slot(self.keyslot(key)).name
        except SlotNotCoveredError as error:
            self.look_again()
            raise ClusterDownError(str(error)) from error

    def _nodes(self) -> list[ClusterNode]:
        options = getattr(self, "connection_kwargs", {})
        return [ClusterNode(host, port, **options) for host, port in self._seeds]


class _Pipeline(ClusterPipeline):
    """redis-py's, and a node that fails in it is noticed."""

    cluster_client: ClusterClient

    def publish(self, channel: Any, message: Any, **kwargs: Any) -> Any:
        """redis-py refuses it in a pipeline; what is published on any node is heard on all."""
        return self.execute_command("PUBLISH", channel, message, **kwargs)

    async def execute(self, raise_on_error: bool = True, allow_redirections: bool = True) -> list[Any]:
        """Sends what was queued."""
        client = self.cluster_client
        try:
            _ = await client.initialize()
            answers: list[Any] = await super().execute(raise_on_error, allow_redirections)
        except SlotNotCoveredError as error:
            client.look_again()
            raise ClusterDownError(str(error)) from error
        except _LOST:
            client.look_again()
            raise
        if any(isinstance(answer, _LOST) for answer in answers):
            client.look_again()
        return answers


def cluster_client(target: Target, options: dict[str, Any], *, connections: int) -> ClusterClient:
    """A client of a cluster, with at most so many connections to each node; one more is an error."""
    from_url = target.options()
    for name in ("host", "port", "db"):
        from_url.pop(name, None)
    if from_url.pop("connection_class", None) is not None:
        from_url["ssl"] = True
    return ClusterClient(target.hosts, max_connections=connections, **{**options, **from_url})
