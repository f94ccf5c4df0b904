"""Real processes: one is killed while it counts, another goes on, and a third stops in good order."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import grpc
import pytest
from heyjarvis.analytics.v1 import analytics_service_pb2 as calls
from heyjarvis.analytics.v1 import analytics_service_pb2_grpc as rpc
from redis.asyncio import Redis

from tests.support.event_stream import whole
from tools.local.ports import free_port

COUNT = 200


@asynccontextmanager
async def started(redis_url: str) -> AsyncIterator[tuple[Process, rpc.AnalyticsServiceStub]]:
    port = free_port()
    environment = {**os.environ, "REDIS_URL": redis_url, "HEYJARVIS_PORT": str(port), "HEYJARVIS_CLAIM_AFTER": "0.5"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.analytics", env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            await asyncio.wait_for(channel.channel_ready(), 40)
            yield process, rpc.AnalyticsServiceStub(channel)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def until(stub: rpc.AnalyticsServiceStub, enough: Callable[[calls.GetDashboardResponse], bool]) -> None:
    async with asyncio.timeout(40):
        while not enough(await stub.GetDashboard(calls.GetDashboardRequest())):
            await asyncio.sleep(0.02)


@pytest.mark.timeout(180)
async def test_a_killed_process_leaves_nothing_uncounted_and_nothing_doubled(redis_url: str) -> None:
    async with (
        Redis.from_url(redis_url) as redis,
        started(redis_url) as (first, _),
        started(redis_url) as (second, stub),
    ):
        for number in range(COUNT):
            await whole(f"w{number}").write(redis)
            if number == COUNT // 2:
                first.kill()
        await until(stub, lambda seen: seen.lag == 0 and seen.workflows.succeeded >= COUNT)
        seen = await stub.GetDashboard(calls.GetDashboardRequest())
        assert (seen.workflows.running, seen.workflows.succeeded) == (0, COUNT)
        assert (seen.attempts.succeeded, seen.usage.calls) == (COUNT, COUNT)
        assert seen.agents[0].duration.count == COUNT

        second.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(second.wait(), 40) == 0
        left = await redis.xinfo_consumers("hj:events", "analytics")
        assert all(row["pending"] == 0 for row in left)
