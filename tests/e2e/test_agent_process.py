"""An agent as a process of its own: killed without a word, and asked to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import agent_service_pb2_grpc as rpc

from agent_sdk.memory import Blackboards
from agent_sdk.registry import AgentRegistry
from chassis.redis import RedisAccess, open_redis
from tests.support.otlp_collector import Collector, collecting
from tests.support.probing import NOT_SERVING, SERVING, probe, until
from tests.support.work_client import assignment, ref, work_client
from tools.local.ports import free_port

START_TIMEOUT = 50.0
"""Seconds a process may take on a busy machine until it is registered."""

TRACE = "00-0000000000000000000000000000abcd-00000000000000ef-01"

pytestmark = pytest.mark.timeout(180)

Spawn = Callable[..., AbstractAsyncContextManager[tuple[asyncio.subprocess.Process, pb.AgentInstance]]]


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    async with open_redis(redis_url) as access:
        yield access


@pytest.fixture
async def collector() -> AsyncIterator[tuple[Collector, str]]:
    async with collecting() as (kept, endpoint):
        yield kept, endpoint


@pytest.fixture
def spawn(redis_url: str, redis: RedisAccess) -> Spawn:
    """Starts an EchoAgent process and waits until it is ready."""

    @asynccontextmanager
    async def start(**environment: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, pb.AgentInstance]]:
        before = {instance.instance for instance in await AgentRegistry(redis).live()}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.support.agents",
            env={**os.environ, "REDIS_URL": redis_url, "LOG_LEVEL": "WARNING", **environment},
        )
        try:
            async with asyncio.timeout(START_TIMEOUT):
                while True:
                    found = [
                        instance
                        for instance in await AgentRegistry(redis).live()
                        if instance.instance not in before and instance.state == pb.AGENT_STATE_READY
                    ]
                    if found:
                        break
                    assert process.returncode is None, "the agent ended while it started"
                    await asyncio.sleep(0.05)
            yield process, found[0]
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    return start


async def go(redis: RedisAccess) -> None:
    """Lets work go on that waits for it with `await go`."""
    await Blackboards(redis).put("w1", "go", "true", None)


async def test_sigterm_finishes_what_is_in_hand_and_leaves(spawn: Spawn, redis: RedisAccess) -> None:
    async with spawn() as (process, instance), work_client(instance.endpoint) as client:
        await client.assign("await go\nartifact a.txt")
        process.send_signal(signal.SIGTERM)
        while (await client.next("load")).state != pb.AGENT_STATE_DRAINING:
            pass
        await client.say(assign=assignment("", "t2"))
        assert (await client.next("refused")).reason == pb.REFUSAL_REASON_DRAINING
        await go(redis)
        await client.next("result")
        async with asyncio.timeout(30):
            assert await process.wait() == 0
    assert await AgentRegistry(redis).entries() == []


async def test_sigterm_ends_in_the_order_that_was_promised(
    spawn: Spawn, redis: RedisAccess, collector: tuple[Collector, str]
) -> None:
    spans, endpoint = collector
    port = free_port()
    environment = {
        "HEYJARVIS_DRAIN_GRACE": "30",
        "HEYJARVIS_HEALTH_PORT": str(port),
        "HEYJARVIS_POD_UID": "0f9c-4711",
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_METRICS_EXPORTER": "none",
    }
    registry = AgentRegistry(redis)
    async with spawn(**environment) as (process, instance), probe(port) as ask:
        assert instance.pod_uid == "0f9c-4711"
        async with work_client(instance.endpoint) as client:
            await client.assign("await go\nartifact a.txt", traceparent=TRACE)
            await until(ask, "readiness", SERVING)  # busy is ready
            process.send_signal(signal.SIGTERM)
            await until(ask, "readiness", NOT_SERVING)
            assert await ask("liveness") == SERVING
            # Still to be found, so that nobody takes its work for lost; and not to be chosen.
            async with asyncio.timeout(20):
                while [one.state for one in await registry.live()] != [pb.AGENT_STATE_DRAINING]:
                    await asyncio.sleep(0.02)
            (draining,) = await registry.entries()
            assert (draining.instance.state, draining.instance.in_hand) == (pb.AGENT_STATE_DRAINING, 1)
            await client.say(assign=assignment("", "t2"))
            assert (await client.next("refused")).reason == pb.REFUSAL_REASON_DRAINING
        # An orchestrator that takes over meanwhile joins the attempt.
        async with work_client(instance.endpoint) as successor:
            assert (await successor.assign("await go\nartifact a.txt")).rejoined
            await go(redis)
            assert (await successor.next("result")).ref == ref()
            await successor.ended()
        async with asyncio.timeout(30):
            assert await process.wait() == 0
    assert await registry.entries() == []
    assert "invoke_agent echo" in spans.spans, "what was not sent yet is sent at the end"


async def test_a_cordoned_process_works_on_is_ready_and_comes_back_by_itself(spawn: Spawn, redis: RedisAccess) -> None:
    port = free_port()
    async with (
        spawn(HEYJARVIS_HEALTH_PORT=str(port)) as (process, instance),
        probe(port) as ask,
        work_client(instance.endpoint) as client,
        grpc.aio.insecure_channel(instance.endpoint) as channel,
    ):
        stub = rpc.AgentServiceStub(channel)

        async def cordon(milliseconds: int) -> pb.DrainResponse:
            ttl = Duration(nanos=milliseconds * 1_000_000 % 10**9, seconds=milliseconds // 1000)
            return await stub.Drain(pb.DrainRequest(drain_id="scale-down", ttl=ttl))

        await client.assign("await go")
        answer = await cordon(30_000)
        assert (answer.accepting, answer.in_hand) == (False, 1)
        await client.say(assign=assignment("", "t2"))
        assert (await client.next("refused")).reason == pb.REFUSAL_REASON_DRAINING
        await go(redis)
        await client.next("result")
        async with asyncio.timeout(20):
            while (answer := await cordon(30_000)).in_hand:
                await asyncio.sleep(0.05)
        assert not answer.accepting
        await until(ask, "readiness", SERVING)
        # The last renewal, then silence.
        await cordon(300)
        while (await client.next("load")).state != pb.AGENT_STATE_READY:
            pass
        await client.assign("", "t3")
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            assert await process.wait() == 0


async def test_sigterm_hands_on_what_does_not_end(spawn: Spawn) -> None:
    async with spawn(HEYJARVIS_DRAIN_GRACE="4") as (process, instance), work_client(instance.endpoint) as client:
        await client.assign("hold")
        process.send_signal(signal.SIGTERM)
        assert (await client.next("failure")).failure.reason == "AGENT_SHUTDOWN"
        async with asyncio.timeout(30):
            assert await process.wait() == 0


async def test_kill_9_loses_no_finished_work(spawn: Spawn, redis: RedisAccess) -> None:
    async with spawn() as (process, instance), work_client(instance.endpoint) as client:
        await client.assign("artifact a.txt")
        before = await client.next("result")
        await client.assign("hold", "t2")
        process.kill()
        await client.ended()
        await process.wait()
    registry = AgentRegistry(redis)
    assert [entry.instance.instance for entry in await registry.entries()] == [instance.instance]
    assert await registry.live(max_age=0.0) == []
    async with spawn() as (_, successor), work_client(successor.endpoint) as client:
        assert (await client.assign("artifact a.txt")).rejoined
        assert await client.next("result") == before
        # What was not finished begins again, as a new attempt.
        assert not (await client.assign("", "t2", attempt=2)).rejoined
        assert (await client.next("result")).ref == ref("t2", 2)
