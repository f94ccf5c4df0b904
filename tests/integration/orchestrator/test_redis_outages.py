"""Redis is away, frozen, slow, full or a replica for a while: everything says so, waits, and goes on where it was.

An agent is at work when it begins and ready before it ends: what it made is kept and counts, and it is not asked again.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
import redis
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2_grpc import HealthStub
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf
from pydantic import SecretStr

from chassis.host import Host
from chassis.server import running
from services.analytics.__main__ import analytics
from services.analytics.settings import Settings as AnalyticsSettings
from services.scaler.__main__ import scaler
from services.scaler.settings import Settings as ScalerSettings
from tests.integration.orchestrator.conftest import SILENCE, Worlds, task
from tests.support.redis_server import RedisServer, durable_redis
from tools.local.ports import free_port

LASTS = 5.0
"""Seconds beyond the moment it is noticed: together longer than an agent may be silent."""
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING

Outage = Callable[[RedisServer], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def gone(server: RedisServer) -> AsyncIterator[None]:
    await asyncio.to_thread(server.kill)
    yield
    await asyncio.to_thread(server.start)


@asynccontextmanager
async def frozen(server: RedisServer) -> AsyncIterator[None]:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)
    yield
    os.kill(server.pid, signal.SIGCONT)


@asynccontextmanager
async def silent_to_writes(server: RedisServer) -> AsyncIterator[None]:
    with redis.Redis.from_url(server.url) as client:
        client.client_pause(60_000, all=False)
        yield
        client.client_unpause()


@asynccontextmanager
async def full(server: RedisServer) -> AsyncIterator[None]:
    with redis.Redis.from_url(server.url) as client:
        client.config_set("maxmemory", 1)
        yield
        client.config_set("maxmemory", 0)


@asynccontextmanager
async def a_replica(server: RedisServer) -> AsyncIterator[None]:
    with redis.Redis.from_url(server.url) as client:
        client.replicaof("127.0.0.1", free_port())
        yield
        client.replicaof("NO", "ONE")


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    with durable_redis(tmp_path) as server:
        yield server


@pytest.fixture
def redis_url(own_redis: RedisServer) -> str:
    """This test's own, instead of the one that all share."""
    return own_redis.url


async def told(health: HealthStub, status: int) -> None:
    """Returns when the server says so."""
    async with asyncio.timeout(30):
        while (await health.Check(health_pb2.HealthCheckRequest())).status != status:
            await asyncio.sleep(0.05)


@asynccontextmanager
async def onlookers(redis_url: str) -> AsyncIterator[list[Host]]:
    """The services that take no part in a workflow, and have to live through an outage like the others."""
    shared: dict[str, Any] = {"redis_url": SecretStr(redis_url), "drain_grace": 1.0}
    nobody = "127.0.0.1:9"
    scaling = ScalerSettings(
        **shared, orchestrator_address=nobody, analytics_address=nobody, input_timeout=0.2, tick=0.2
    )
    async with (
        running(analytics, AnalyticsSettings(**shared, alert_interval=0.1), name="analytics") as counting,
        running(scaler, scaling, name="scaler") as scaled,
    ):
        yield [counting, scaled]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("outage", [gone, frozen, silent_to_writes, full, a_replica], ids=lambda one: one.__name__)
async def test_work_goes_on_after_an_outage(world: Worlds, own_redis: RedisServer, outage: Outage) -> None:
    async with (
        world(agent_silence=SILENCE) as jarvis,
        onlookers(own_redis.url) as others,
        jarvis.start_orchestrator() as second,
        grpc.aio.insecure_channel(second.address) as channel,
    ):
        name = await jarvis.submit(task("a", do="hold"), task("b", "a"))
        await jarvis.begun()
        async with outage(own_redis):
            await told(HealthStub(channel), NOT_SERVING)
            jarvis.agent.go.set()
            await asyncio.sleep(LASTS)
        await told(HealthStub(channel), SERVING)
        async with asyncio.timeout(40):
            workflow = await jarvis.finished(name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
        assert jarvis.agent.runs == ["a/1", "b/1"]
        assert [host.exit_code for host in (second, *others)] == [0, 0, 0]
        again = await jarvis.submit(task("c"))
        assert (await jarvis.finished(again)).state == wf.WORKFLOW_STATE_SUCCEEDED
