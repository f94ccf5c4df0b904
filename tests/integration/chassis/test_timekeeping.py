"""A machine whose clock is off tells the time of its Redis."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis.clock import InstallationClock, utc_now
from chassis.errors import ConfigurationError
from chassis.redis import RedisAccess, open_redis
from chassis.timekeeping import Timekeeper
from tests.support.redis_server import durable_redis

SLACK = timedelta(seconds=2)


async def time_of(redis: RedisAccess) -> datetime:
    seconds, micros = await redis.commands.time()
    return datetime.fromtimestamp(seconds + micros / 1e6, UTC)


async def test_a_clock_five_minutes_ahead_is_put_right_and_stays_so_without_redis(tmp_path: Path) -> None:
    with durable_redis(tmp_path) as server:
        async with open_redis(server.url) as redis:
            clock = InstallationClock(lambda: utc_now() + timedelta(minutes=5))
            keeper = Timekeeper(redis, clock)
            await keeper.begin(30.0)
            before, here, after = await time_of(redis), clock(), await time_of(redis)
            assert before - SLACK < here < after + SLACK
            await asyncio.to_thread(server.kill)
            assert not await keeper.look()
            assert utc_now() - SLACK < clock() < utc_now() + SLACK


async def test_nobody_begins_by_a_clock_that_redis_has_not_put_right(tmp_path: Path) -> None:
    with durable_redis(tmp_path) as server:
        async with open_redis(server.url) as redis:
            clock = InstallationClock(lambda: utc_now() + timedelta(minutes=5))
            keeper = Timekeeper(redis, clock)
            await asyncio.to_thread(server.kill)
            beginning = asyncio.create_task(keeper.begin(30.0))
            done, _ = await asyncio.wait({beginning}, timeout=0.5)
            assert not done
            await asyncio.to_thread(server.start)
            await beginning
            assert utc_now() - SLACK < clock() < utc_now() + SLACK
            await asyncio.to_thread(server.kill)
            with pytest.raises(ConfigurationError, match="REDIS_WAIT"):
                await keeper.begin(0.1)
