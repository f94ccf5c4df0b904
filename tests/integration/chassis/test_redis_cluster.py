"""A Redis Cluster on real processes: slots that move, a primary that is lost, a node that freezes."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis as blocking
from redis.exceptions import ClusterDownError, RedisError

from chassis.errors import ConfigurationError
from chassis.redis import RedisAccess, away, open_redis
from tests.support.redis_cluster import RedisCluster
from tests.support.redis_server import RedisServer

LONGEST = 60.0
"""Seconds that a change of roles may take on a busy machine."""
KEYS = [f"key-{number}" for number in range(30)]
COUNT = "return redis.call('INCR', KEYS[1])"


@pytest.fixture
async def redis(redis_cluster: RedisCluster) -> AsyncIterator[RedisAccess]:
    redis_cluster.flush()
    async with open_redis(redis_cluster.url) as access:
        yield access


@pytest.fixture
def own(tmp_path: Path) -> Iterator[RedisCluster]:
    """A cluster with a replica for each primary, to lose one."""
    with RedisCluster(tmp_path, replicas=3, node_timeout=3.0) as cluster:
        yield cluster


def node(access: RedisAccess, key: str) -> Any:
    """The node that has the key's slot, as the client sees it."""
    client: Any = access.commands
    return client.get_node_from_key(key)


async def test_calls_of_many_slots_travel_at_once_and_each_has_its_answer(redis: RedisAccess) -> None:
    script = redis.script(COUNT)
    assert await script.many([([key], []) for key in KEYS]) == [1] * len(KEYS)
    assert len({node(redis, key).port for key in KEYS}) == 3
    client: Any = redis.commands
    await client.script_flush()
    assert await script.many([([key], []) for key in KEYS]) == [2] * len(KEYS)


async def test_every_server_writes_its_file_anew_when_asked(redis: RedisAccess) -> None:
    client: Any = redis.commands

    async def rewrites() -> list[int]:
        told = [await client.info("persistence", target_nodes=one) for one in client.get_primaries()]
        return [int(one["aof_rewrites"]) for one in told]

    before = await rewrites()
    await redis.write_file_anew()
    async with asyncio.timeout(LONGEST):
        while any(now <= then for now, then in zip(await rewrites(), before, strict=True)):
            await asyncio.sleep(0.05)


async def test_a_call_that_is_redirected_is_done_once(redis: RedisAccess) -> None:
    """While a slot is on its way (ASK), and when it has arrived where the client does not expect it (MOVED)."""
    script = redis.script(COUNT)
    assert await script(keys=["counter"]) == 1
    slot, source = slot_of(redis, "counter"), node(redis, "counter")
    target = next(other for other in all_nodes(redis) if other.port != source.port)
    with connect(source.port) as old, connect(target.port) as new:
        ids = [one.execute_command("CLUSTER MYID").decode() for one in (old, new)]
        new.execute_command("CLUSTER SETSLOT", slot, "IMPORTING", ids[0])
        old.execute_command("CLUSTER SETSLOT", slot, "MIGRATING", ids[1])
        old.execute_command("MIGRATE", "127.0.0.1", target.port, "counter", 0, 20_000)
        try:
            await count_in_every_way(redis)
            assert await redis.commands.get("counter") == b"61"
            for one in (new, old):
                one.execute_command("CLUSTER SETSLOT", slot, "NODE", ids[1])
            await count_in_every_way(redis)
            assert await redis.commands.get("counter") == b"121"
        finally:
            new.execute_command("DEL", "counter")
            for one in (old, new):
                one.execute_command("CLUSTER SETSLOT", slot, "NODE", ids[0])


async def count_in_every_way(redis: RedisAccess) -> None:
    script = redis.script(COUNT)
    async with redis.commands.pipeline(transaction=False) as pipeline:
        for _ in range(20):
            _ = pipeline.incr("counter")
        await asyncio.gather(
            *(script(keys=["counter"]) for _ in range(20)),
            script.many([(["counter"], [])] * 20),
            pipeline.execute(),
        )


@pytest.mark.timeout(240)
async def test_a_cluster_goes_on_when_a_primary_is_lost_another_freezes_and_all_restart(own: RedisCluster) -> None:
    async with open_redis(own.url) as redis:
        script = redis.script(COUNT)
        assert await script.many([([key], []) for key in KEYS]) == [1] * len(KEYS)
        lost = server(own, node(redis, KEYS[0]).port)
        there = [key for key in KEYS if node(redis, key).port != lost.port]
        await asyncio.to_thread(lost.kill)
        answers = await script.many([([key], []) for key in KEYS])
        for key, answer in zip(KEYS, answers, strict=True):
            # The others answer, unless the cluster has noticed already and is down as a whole.
            may_fail = ClusterDownError if key in there else Exception
            assert answer == 2 or (isinstance(answer, may_fail) and away(answer) is not None), (key, answer)
        await until_it_is_well(redis)
        answers = await script.many([([key], []) for key in KEYS])
        assert not [answer for answer in answers if isinstance(answer, Exception)]

        frozen = server(own, node(redis, there[0]).port)
        assert frozen.pid is not None
        os.kill(frozen.pid, signal.SIGSTOP)
        try:
            with pytest.raises(RedisError):
                await redis.check(within=0.5)
            await until_it_is_well(redis)
            await redis.commands.set(there[0], "written")
        finally:
            os.kill(frozen.pid, signal.SIGCONT)

        own.kill()
        for _ in range(2):
            answers = await script.many([([key], []) for key in KEYS])
            assert all(isinstance(answer, Exception) and away(answer) is not None for answer in answers), answers
        for one in own.nodes:
            one.start()
        await until_it_is_well(redis)
        assert await script.many([([key], []) for key in KEYS])


async def until_it_is_well(redis: RedisAccess) -> None:
    """Looks as the watcher of a service's health does."""
    async with asyncio.timeout(LONGEST):
        while (error := await checked(redis)) is not None:
            assert away(error) is not None, error
            await asyncio.sleep(0.05)


async def checked(redis: RedisAccess) -> RedisError | None:
    try:
        await redis.check(within=0.5)
    except RedisError as error:
        return error
    return None


async def test_a_transaction_is_refused(redis: RedisAccess) -> None:
    with pytest.raises(ValueError, match="script"):
        _ = redis.commands.pipeline(transaction=True)


async def test_a_server_that_is_no_cluster_is_told(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The last attempt is told, and must not be one that took too long.
    monkeypatch.setattr("chassis.redis.clients.CONNECT_TIMEOUT", 30.0)
    with pytest.raises(ConfigurationError, match="Cluster mode is not enabled"):
        async with open_redis(redis_url.removesuffix("/0").replace("redis://", "redis+cluster://"), wait=0.1):
            pass


def server(cluster: RedisCluster, port: int) -> RedisServer:
    return next(one for one in cluster.nodes if one.port == port)


def all_nodes(access: RedisAccess) -> list[Any]:
    client: Any = access.commands
    return list(client.get_primaries())


def slot_of(access: RedisAccess, key: str) -> int:
    client: Any = access.commands
    return int(client.keyslot(key))


def connect(port: int) -> blocking.Redis:
    return blocking.Redis(host="127.0.0.1", port=port)
