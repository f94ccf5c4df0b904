"""Redis access on a real server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import RedisCluster
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from chassis.errors import ConfigurationError
from chassis.redis import RedisAccess, open_redis
from chassis.subscriptions import QUEUE_LENGTH
from tests.support.redis_server import durable_redis

pytestmark = pytest.mark.redis_cluster


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    async with open_redis(redis_url, prefix="t:") as access:
        yield access


@pytest.fixture
def everywhere(redis_url: str) -> dict[str, Any]:
    """Sends a command to every node, where there are several."""
    return {"target_nodes": RedisCluster.ALL_NODES} if "cluster" in redis_url else {}


async def test_keys_have_the_prefix(redis: RedisAccess) -> None:
    assert redis.key("wf", "42", "log") == "t:wf:42:log"


async def test_a_script_is_taught_again_when_the_server_forgot_it(redis: RedisAccess) -> None:
    script = redis.script("return {KEYS[1], ARGV[1]}")
    assert await script(keys=["k"], args=[1]) == [b"k", b"1"]
    await redis.commands.script_flush()
    assert await script(keys=["k"], args=["v"]) == [b"k", b"v"]


async def test_many_calls_each_have_their_own_answer_or_error(redis: RedisAccess) -> None:
    script = redis.script("if ARGV[1] == 'bad' then return redis.error_reply('BAD no') end return ARGV[1]")
    calls: list[tuple[list[str | bytes], list[str | bytes | int | float]]] = [([], ["a"]), ([], ["bad"]), ([], ["c"])]
    first, second, third = await script.many(calls)
    assert (first, third) == (b"a", b"c")
    assert isinstance(second, ResponseError)


async def test_blocking_reads_last_as_long_as_they_say(redis: RedisAccess) -> None:
    started = time.monotonic()
    assert await redis.blocking.xread({"t:none": "$"}, block=300) in ({}, [], None)
    assert time.monotonic() - started >= 0.3


async def test_a_refused_password_is_not_waited_for(
    redis: RedisAccess, redis_url: str, everywhere: dict[str, Any]
) -> None:
    await redis.commands.config_set("requirepass", "right", **everywhere)
    try:
        with pytest.raises(ConfigurationError, match="credentials") as raised:
            async with open_redis(redis_url.replace("redis://", "redis://:wrong@"), wait=300):
                pass
        assert raised.value.exit_code == 3
        assert "wrong@" not in raised.value.message
    finally:
        await redis.commands.config_set("requirepass", "", **everywhere)


async def test_a_write_is_never_sent_twice(
    redis: RedisAccess, redis_url: str, everywhere: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.redis.clients.COMMAND_TIMEOUT", 0.2)
    writes = 0
    send = AbstractConnection.send_packed_command

    async def counted(self: Any, command: Any, *args: Any, **options: Any) -> None:
        nonlocal writes
        writes += b"XADD" in b"".join(command)
        await send(self, command, *args, **options)

    monkeypatch.setattr(AbstractConnection, "send_packed_command", counted)
    async with open_redis(redis_url) as impatient:
        await redis.commands.client_pause(60_000, all=False, **everywhere)
        try:
            with pytest.raises(RedisTimeoutError):
                await impatient.commands.xadd("t:s", {"a": 1})
        finally:
            await redis.commands.client_unpause(**everywhere)
    assert writes <= 1
    assert await redis.commands.xlen("t:s") <= 1


async def test_a_hint_comes_first_then_every_message_in_order(redis: RedisAccess) -> None:
    heard: list[tuple[str, bytes | None]] = []

    async def listen() -> None:
        async for item in redis.subscribe("t:a", "t:b"):
            heard.append(item)
            if len(heard) == 2:
                for number in range(3):
                    await redis.commands.publish("t:a", str(number))
            if len(heard) == 5:
                return

    async with asyncio.timeout(20):
        await listen()
    assert sorted(heard[:2]) == [("t:a", None), ("t:b", None)]
    assert heard[2:] == [("t:a", b"0"), ("t:a", b"1"), ("t:a", b"2")]


async def test_channels_nobody_reads_any_more_are_left(redis: RedisAccess, everywhere: dict[str, Any]) -> None:
    async def one() -> None:
        async for _ in redis.subscribe("t:a"):
            return

    async with asyncio.timeout(20):
        await asyncio.gather(*(one() for _ in range(50)))
        while await redis.commands.pubsub_channels(**everywhere):
            await asyncio.sleep(0.01)


async def test_a_slow_reader_gets_a_hint_instead_of_growing(redis: RedisAccess) -> None:
    # Of one slot: only what is published on one node stays in order.
    messages, after = redis.subscribe("{t}:a"), redis.subscribe("{t}:b")
    async with asyncio.timeout(20):
        assert await anext(messages) == ("{t}:a", None)
        assert await anext(after) == ("{t}:b", None)
        async with redis.commands.pipeline(transaction=False) as pipeline:
            for number in range(QUEUE_LENGTH + 1):
                _ = pipeline.publish("{t}:a", str(number))
            _ = pipeline.publish("{t}:b", "all came")
            await pipeline.execute()
        assert await anext(after) == ("{t}:b", b"all came")
        assert await anext(messages) == ("{t}:a", None)
    await messages.aclose()
    await after.aclose()


async def test_a_subscription_survives_a_restart_and_says_so(tmp_path: Path) -> None:
    with durable_redis(tmp_path) as server:
        async with asyncio.timeout(40), open_redis(server.url) as redis:
            messages = redis.subscribe("a")
            assert await anext(messages) == ("a", None)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            assert await anext(messages) == ("a", None)
            await redis.commands.publish("a", "after")
            assert await anext(messages) == ("a", b"after")
            await messages.aclose()
