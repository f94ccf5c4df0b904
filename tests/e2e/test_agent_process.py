"""An agent as a process of its own: killed without a word, and asked to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.registry import AgentRegistry
from chassis.redis import RedisAccess, open_redis
from tests.support.work_client import assignment, ref, work_client

START_TIMEOUT = 20.0
"""Seconds a process may take on a busy machine until it is registered."""

Spawn = Callable[..., AbstractAsyncContextManager[tuple[asyncio.subprocess.Process, pb.AgentInstance]]]


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    async with open_redis(redis_url) as access:
        yield access


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


async def test_sigterm_finishes_what_is_in_hand_and_leaves(spawn: Spawn, redis: RedisAccess) -> None:
    async with spawn() as (process, instance), work_client(instance.endpoint) as client:
        await client.assign("wait 0.5\nartifact a.txt")
        process.send_signal(signal.SIGTERM)
        while (await client.next("load")).state != pb.AGENT_STATE_DRAINING:
            pass
        await client.say(assign=assignment("", "t2"))
        assert (await client.next("refused")).reason == pb.REFUSAL_REASON_DRAINING
        await client.next("result")
        async with asyncio.timeout(10):
            assert await process.wait() == 0
    assert await AgentRegistry(redis).entries() == []


async def test_sigterm_hands_on_what_does_not_end(spawn: Spawn) -> None:
    async with spawn(HEYJARVIS_DRAIN_GRACE="1") as (process, instance), work_client(instance.endpoint) as client:
        await client.assign("hold")
        process.send_signal(signal.SIGTERM)
        assert (await client.next("failure")).failure.reason == "AGENT_SHUTDOWN"
        async with asyncio.timeout(10):
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
