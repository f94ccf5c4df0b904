"""A machine whose clock is off tells the time of its Redis."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chassis.clock import InstallationClock, utc_now
from chassis.redis import open_redis
from chassis.timekeeping import Timekeeper
from tests.support.redis_server import durable_redis


async def test_a_clock_five_minutes_ahead_is_put_right_and_stays_so_without_redis(tmp_path: Path) -> None:
    with durable_redis(tmp_path) as server:
        async with open_redis(server.url) as redis:
            clock = InstallationClock(lambda: utc_now() + timedelta(minutes=5))
            keeper = Timekeeper(redis, clock)
            await keeper.look()
            seconds, micros = await redis.commands.time()
            there = datetime.fromtimestamp(seconds + micros / 1e6, UTC)
            assert abs(clock() - there) < timedelta(seconds=2)
            await asyncio.to_thread(server.kill)
            await keeper.look()
            assert abs(clock() - utc_now()) < timedelta(seconds=4)
