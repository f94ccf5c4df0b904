"""The disk of Redis is full for a while: nothing that was answered is lost, not even when it is killed afterwards."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ResponseError

from chassis.health import Health, watch_redis
from chassis.redis import open_redis
from chassis.tasks import end_tasks
from tests.support.redis_server import RedisServer


async def test_a_redis_whose_disk_was_full_can_still_load_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only a refused write makes the health bad here, not a slow answer.
    monkeypatch.setattr("chassis.health.PATIENCE", 20.0)
    with RedisServer(tmp_path, append_only=True, settings={"appendfsync": "everysec"}) as server:
        async with open_redis(server.url) as redis, asyncio.timeout(30):
            commands: Any = redis.commands
            # Only a file that began with a rewrite can have a hole.
            await commands.bgrewriteaof()
            await _rewritten(commands, 1)
            health = Health()
            watch = asyncio.create_task(watch_redis(redis, health))
            await commands.set("before", "x" * 1000)
            server.limit_disk(100)
            kept = [*await _written(commands), "before", "after"]
            await _until(health, serving=False)
            server.limit_disk(None)
            await _rewritten(commands, 2)
            await _until(health, serving=True)
            await commands.set("after", "x")
            # While the disk is busy with what came before, a write is answered and waits in memory for up to 2 s.
            while (await commands.info("persistence"))["aof_buffer_length"]:
                await asyncio.sleep(0.02)
            await end_tasks({watch})
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        async with open_redis(server.url) as redis:
            assert await redis.commands.exists(*kept) == len(kept)


async def _written(commands: Any) -> list[str]:
    """Writes until the disk is full, which shows up to 2 s late: a disk that is busy is not written to meanwhile."""
    written: list[str] = []
    with suppress(ResponseError):
        while True:
            name = f"key-{len(written)}"
            await commands.set(name, "x" * 1000)
            written.append(name)
    return written


async def _until(health: Health, *, serving: bool) -> None:
    while health.serving is not serving:
        await asyncio.sleep(0.02)


async def _rewritten(commands: Any, times: int) -> None:
    while True:
        now = await commands.info("persistence")
        if now["aof_rewrites"] >= times and not now["aof_rewrite_in_progress"]:
            return
        await asyncio.sleep(0.02)
