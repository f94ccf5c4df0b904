"""Memory, effects, results, artifacts and the registry on a real Redis; the doubles for tests pass the same cases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from pydantic import JsonValue
from redis.exceptions import ConnectionError as RedisConnectionError

from agent_sdk import InDoubtError, MemoryConflictError, TaskError
from agent_sdk.artifacts import ArtifactStore, digest
from agent_sdk.context import Effects, Memory
from agent_sdk.effects import EffectLedgers
from agent_sdk.memory import MAX_KEYS, Blackboards
from agent_sdk.names import AttemptKey
from agent_sdk.registry import AgentRegistry
from agent_sdk.results import ResultStore
from agent_sdk.testing import InMemoryEffects, InMemoryMemory
from chassis.errors import Unavailable
from chassis.redis import RedisAccess, Script, open_redis
from tests.support.redis_server import RedisServer
from tools.local.ports import free_port

pytestmark = pytest.mark.redis_cluster

KEY = AttemptKey("w1", "t1", 1)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    async with open_redis(redis_url) as access:
        yield access


# --- the blackboard


@pytest.fixture(params=["redis", "in memory"])
def memory(request: pytest.FixtureRequest, redis: RedisAccess) -> Memory:
    if request.param == "redis":
        return Blackboards(redis).of("w1", said=lambda key, text: None)
    return InMemoryMemory()


async def test_memory_counts_versions(memory: Memory) -> None:
    assert await memory.get("name") is None
    assert await memory.put("name", {"best": "Ärger & Söhne"}) == 1
    assert await memory.put("name", ["other"]) == 2
    entry = await memory.get("name")
    assert entry is not None
    assert (entry.value, entry.version) == (["other"], 2)
    await memory.put("colour", None)
    assert await memory.keys() == ["colour", "name"]


async def test_memory_compares_before_it_sets(memory: Memory) -> None:
    assert await memory.put("name", 1, version=0) == 1
    with pytest.raises(MemoryConflictError) as lost:
        await memory.put("name", 2, version=0)
    assert (lost.value.expected, lost.value.found) == (0, 1)
    assert await memory.put("name", 2, version=1) == 2


async def test_of_many_writers_of_one_version_one_wins(redis: RedisAccess) -> None:
    board = Blackboards(redis).of("w1", said=lambda key, text: None)
    answers = await asyncio.gather(*(board.put("k", n, version=0) for n in range(20)), return_exceptions=True)
    assert sum(answer == 1 for answer in answers) == 1
    assert sum(isinstance(answer, MemoryConflictError) for answer in answers) == 19


@pytest.mark.parametrize("version", [None, 0])
async def test_memory_waits_for_a_redis_that_is_away(tmp_path: Path, version: int | None) -> None:
    with RedisServer(tmp_path, append_only=True) as server:
        async with open_redis(server.url) as redis, asyncio.timeout(50):
            board = Blackboards(redis).of("w1", said=lambda key, text: None)
            await asyncio.to_thread(server.kill)
            put = asyncio.create_task(board.put("name", "Stridewell", version=version))
            got = asyncio.create_task(board.get("name"))
            await asyncio.wait({put, got}, timeout=0.3)
            assert not put.done()
            await asyncio.to_thread(server.start)
            assert await put == 1
            await got
            assert (await board.keys()) == ["name"]


async def test_a_write_whose_answer_was_lost_is_no_conflict_with_itself(
    redis: RedisAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, lost = Script.__call__, asyncio.Event()

    async def lose_the_first_answer(script: Script, *args: Any, **fields: Any) -> Any:
        answer = await run(script, *args, **fields)
        if not lost.is_set():
            lost.set()
            raise RedisConnectionError("gone")
        return answer

    monkeypatch.setattr(Script, "__call__", lose_the_first_answer)
    board = Blackboards(redis).of("w1", said=lambda key, text: None)
    assert await board.put("name", ["Stridewell"], version=0) == 1
    with pytest.raises(MemoryConflictError):
        await board.put("name", ["Another"], version=0)


async def test_memory_is_bounded_and_expires(redis: RedisAccess) -> None:
    board = Blackboards(redis, ttl=timedelta(hours=1)).of("w1", said=lambda key, text: None)
    await redis.commands.hset("hj:{wf:w1}:memory", mapping={f"k{n}": "1:0" for n in range(MAX_KEYS)})
    with pytest.raises(TaskError, match="full"):
        await board.put("one-more", 1)
    assert await board.put("k0", 1) == 2
    assert 3500 < await redis.commands.ttl("hj:{wf:w1}:memory") <= 3600
    for key, value in (("", 1), ("a b", 1), ("x" * 200, 1), ("big", "x" * 300_000)):
        with pytest.raises(TaskError):
            await board.put(key, value)


# --- effects


class World:
    """Something outside that an effect changes."""

    def __init__(self) -> None:
        self.done = 0

    async def act(self) -> JsonValue:
        self.done += 1
        return {"receipt": self.done}

    async def dies(self) -> JsonValue:
        self.done += 1
        raise ConnectionError("the answer was lost")

    async def happened(self) -> JsonValue | None:
        return {"receipt": self.done} if self.done else None


NewEffects = Callable[[], Effects]


@pytest.fixture(params=["redis", "in memory"])
def attempts(request: pytest.FixtureRequest, redis: RedisAccess) -> NewEffects:
    """The ledger as one attempt after the other sees it."""
    if request.param == "redis":
        return lambda: EffectLedgers(redis).of(KEY)
    shared = InMemoryEffects()
    return lambda: shared


async def test_an_effect_happens_once_over_all_attempts(attempts: NewEffects) -> None:
    world = World()
    assert await attempts().once("mail", world.act) == {"receipt": 1}
    assert await attempts().once("mail", world.act) == {"receipt": 1}
    assert await attempts().once("other mail", world.act) == {"receipt": 2}


async def test_an_effect_in_doubt_is_never_repeated_blindly(attempts: NewEffects) -> None:
    world = World()
    with pytest.raises(ConnectionError):
        await attempts().once("mail", world.dies)
    with pytest.raises(InDoubtError):
        await attempts().once("mail", world.act)
    assert world.done == 1


async def test_reconciling_finds_out_that_it_happened(attempts: NewEffects) -> None:
    world = World()
    with pytest.raises(ConnectionError):
        await attempts().once("mail", world.dies)
    assert await attempts().once("mail", world.act, reconcile=world.happened) == {"receipt": 1}
    assert await attempts().once("mail", world.act) == {"receipt": 1}
    assert world.done == 1


async def test_reconciling_finds_out_that_it_did_not_happen(attempts: NewEffects) -> None:
    world = World()

    async def never_sent() -> JsonValue:
        raise ConnectionError("nothing went out")

    with pytest.raises(ConnectionError):
        await attempts().once("mail", never_sent)
    assert await attempts().once("mail", world.act, reconcile=world.happened) == {"receipt": 1}
    assert world.done == 1


async def test_of_two_that_reconcile_at_once_one_acts(redis: RedisAccess) -> None:
    ledger, world = EffectLedgers(redis), World()
    await ledger.begin(KEY, "mail", "token of the dead", "token of the dead")

    async def not_yet() -> JsonValue | None:
        await asyncio.sleep(0.05)
        return None

    answers = await asyncio.gather(
        *(ledger.of(KEY).once("mail", world.act, reconcile=not_yet) for _ in range(5)), return_exceptions=True
    )
    assert world.done == 1
    assert all(answer == {"receipt": 1} or isinstance(answer, InDoubtError) for answer in answers)


# --- outcomes and contents


async def test_the_first_outcome_of_an_attempt_stands(redis: RedisAccess) -> None:
    store = ResultStore(redis, ttl=timedelta(hours=1))
    assert await store.load(KEY) is None
    first = pb.WorkResponse(result=pb.Result(summary="first"))
    assert await store.save(KEY, first) == first
    assert await store.save(KEY, first) == first
    assert await store.save(KEY, pb.WorkResponse(result=pb.Result(summary="second"))) == first
    assert await store.load(KEY) == first
    assert await store.load(AttemptKey("w1", "t1", 2)) is None
    assert 3500 < await redis.commands.ttl("hj:{wf:w1}:result:t1:1") <= 3600


async def test_contents_are_found_by_their_hash(redis: RedisAccess) -> None:
    store = ArtifactStore(redis, ttl=timedelta(hours=1))
    contents = {digest(bytes([n]) * n): bytes([n]) * n for n in range(1, 40)}
    await store.put_many("w1", contents)
    missing = digest(b"never stored")
    assert await store.get_many("w1", [*contents, missing]) == contents
    assert await store.get("w2", next(iter(contents))) is None
    address = await store.put("w1", b"\x00binary")
    await redis.commands.expire(f"hj:{{wf:w1}}:artifact:{address}", 10)
    await store.renew("w1", [address, missing])
    assert await redis.commands.ttl(f"hj:{{wf:w1}}:artifact:{address}") > 3500
    with pytest.raises(ValueError, match="SHA-256"):
        await store.get("w1", "../state")


# --- the registry


async def test_the_registry_knows_who_is_there_by_redis_time(redis: RedisAccess) -> None:
    registry = AgentRegistry(redis)
    instance = pb.AgentInstance(instance="echo-1", type="echo", capacity=3, in_hand=1)
    instance.heartbeat_time.FromSeconds(1)  # what the instance believes does not count
    time = await registry.announce(instance)
    (found,) = await registry.live()
    assert abs(found.heartbeat_time.ToMicroseconds() - time.timestamp() * 1e6) < 2
    assert (found.instance, found.capacity, found.in_hand) == ("echo-1", 3, 1)
    await asyncio.sleep(0.05)
    assert await registry.live(max_age=0.01) == []
    await registry.renew(instance)
    assert len(await registry.live(max_age=30)) == 1
    await registry.leave("echo-1")
    assert await registry.live() == []


async def test_entries_of_instances_long_gone_are_cleared_away(redis: RedisAccess) -> None:
    registry = AgentRegistry(redis)
    old = pb.AgentInstance(instance="old", type="echo")
    old.heartbeat_time.FromSeconds(1_000_000)
    await redis.commands.hset("hj:agents", "old", old.SerializeToString())
    await redis.commands.hset("hj:agents", "garbage", b"\xff\xff\xff")
    await registry.announce(pb.AgentInstance(instance="new", type="echo"))
    assert await redis.commands.hkeys("hj:agents") == [b"new"]


async def test_each_change_is_announced(redis: RedisAccess) -> None:
    registry = AgentRegistry(redis)
    heard: list[bytes | None] = []

    async def listen() -> None:
        async for _, payload in redis.subscribe(registry.channel):
            heard.append(payload)

    ear = asyncio.create_task(listen())
    while not heard:
        await asyncio.sleep(0.01)
    instance = pb.AgentInstance(instance="echo-1", type="echo")
    await registry.announce(instance)
    await registry.renew(instance)
    await registry.renew(instance, announce=True)
    await registry.leave("echo-1")
    await registry.renew(instance)  # came back, after a flush of Redis for example
    async with asyncio.timeout(20):
        while len(heard) < 5:
            await asyncio.sleep(0.01)
    ear.cancel()
    assert heard == [None, *[b"echo-1"] * 4]


@pytest.mark.parametrize("refuses", ["full", "read-only"])
async def test_the_registry_is_not_read_while_no_sign_of_life_can_be_written(refuses: str, tmp_path: Path) -> None:
    """Everybody would look silent, and running attempts would be given up for lost."""
    with RedisServer(tmp_path) as server:
        async with open_redis(server.url) as redis:
            registry = AgentRegistry(redis)
            await registry.announce(pb.AgentInstance(instance="a-1", type="a"))
            if refuses == "full":
                await redis.commands.config_set("maxmemory", 1)
            else:
                await redis.commands.replicaof("127.0.0.1", str(free_port()))
            with pytest.raises(Unavailable):
                await registry.renew(pb.AgentInstance(instance="a-1", type="a"))
            with pytest.raises(Unavailable):
                await registry.entries()
