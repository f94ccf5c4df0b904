"""A real analytics server in this process, on a free port, over a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import grpc
import pytest
from heyjarvis.analytics.v1 import analytics_service_pb2 as calls
from heyjarvis.analytics.v1 import analytics_service_pb2_grpc as rpc
from pydantic import SecretStr
from redis.asyncio import Redis

from chassis.host import Host
from chassis.server import running
from services.analytics.__main__ import analytics
from services.analytics.settings import Settings
from tests.support.event_stream import Story

ServerStart = Callable[..., AbstractAsyncContextManager[rpc.AnalyticsServiceStub]]


class Analytics:
    """A running server: a stub to it, its host, and the way to let something happen."""

    def __init__(self, stub: rpc.AnalyticsServiceStub, host: Host, redis: Redis) -> None:
        self.stub = stub
        self.host = host
        self.redis = redis

    async def hears(self, *stories: Story, metadata: Any = None) -> None:
        """Writes the stories' events, and waits until they are counted."""
        for story in stories:
            await story.write(self.redis)
        async with asyncio.timeout(20):
            while (await self.stub.GetDashboard(calls.GetDashboardRequest(), metadata=metadata)).lag:
                await asyncio.sleep(0.01)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url)
    yield client
    await client.aclose()


AnalyticsStart = Callable[..., AbstractAsyncContextManager[Analytics]]


@pytest.fixture
def start(redis_url: str, redis: Redis) -> AnalyticsStart:
    """Starts a server with settings."""

    @asynccontextmanager
    async def starting(**changes: Any) -> AsyncIterator[Analytics]:
        settings: dict[str, Any] = {
            "redis_url": SecretStr(redis_url),
            "alert_interval": 0.05,
            "drain_grace": 2.0,
            "give_up_after": timedelta(days=36_500),  # stories begin on a fixed day
        }
        async with (
            running(analytics, Settings(**settings | changes), name="analytics") as host,
            grpc.aio.insecure_channel(host.address) as channel,
        ):
            yield Analytics(rpc.AnalyticsServiceStub(channel), host, redis)

    return starting


@pytest.fixture
async def server(start: AnalyticsStart) -> AsyncIterator[Analytics]:
    async with start() as server:
        yield server
