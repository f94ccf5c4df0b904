"""The look at whether Redis takes writes, on a real server that refuses them for each reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from chassis.redis import RedisAccess, away, open_redis
from tests.support.redis_server import RedisServer
from tools.local.ports import free_port


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[RedisAccess]:
    with RedisServer(tmp_path) as server:
        async with open_redis(server.url) as access:
            yield access


async def test_it_writes_nothing(redis: RedisAccess) -> None:
    for _ in range(3):
        await redis.check()
    assert await redis.commands.dbsize() == 0
    assert (await redis.commands.info("persistence"))["rdb_changes_since_last_save"] == 0


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [("maxmemory", 1, "REDIS_FULL"), ("min-replicas-to-write", 1, "REDIS_UNSAFE"), ("", 0, "REDIS_READ_ONLY")],
)
async def test_it_says_why_no_write_is_taken(redis: RedisAccess, setting: str, value: int, reason: str) -> None:
    if setting:
        await redis.commands.config_set(setting, value)
    else:
        await redis.commands.replicaof("127.0.0.1", str(free_port()))
    assert await redis.commands.ping()
    with pytest.raises(RedisError) as raised:
        await redis.check()
    told = away(raised.value)
    assert told is not None
    assert told.reason == reason
    if setting:
        await redis.commands.config_set(setting, 0)
    else:
        await redis.commands.replicaof("NO", "ONE")
    await redis.check()
