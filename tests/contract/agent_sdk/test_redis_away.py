"""A Redis that blinks costs time, never work."""

from __future__ import annotations

import asyncio
from pathlib import Path

from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.names import AttemptKey
from agent_sdk.registry import AgentRegistry
from agent_sdk.results import ResultStore
from chassis.redis import open_redis
from tests.contract.agent_sdk.conftest import Serve
from tests.support.redis_server import durable_redis
from tests.support.work_client import assignment, work_client


async def test_a_result_waits_for_redis_and_nothing_runs_twice(serve: Serve, tmp_path: Path) -> None:
    with durable_redis(tmp_path) as server:
        async with serve(redis_url=server.url, agent_heartbeat=0.2) as served, work_client(served.address) as client:
            await client.assign("artifact a.txt\nhold")
            server.kill()
            served.agent.go.set()
            await asyncio.sleep(0.5)
            assert client.count("result") == client.count("failure") == 0
            assert (await client.assign("artifact a.txt\nhold")).rejoined
            server.start()
            result = await client.next("result")
            assert served.agent.runs == ["t1/1"]
            async with open_redis(server.url) as redis:
                stored = await ResultStore(redis).load(AttemptKey("w1", "t1", 1))
                assert stored is not None
                assert stored.result == result
                async with asyncio.timeout(20):
                    while not await AgentRegistry(redis).live():
                        await asyncio.sleep(0.05)


async def test_without_redis_a_running_attempt_is_cancelled_all_the_same(serve: Serve, tmp_path: Path) -> None:
    with durable_redis(tmp_path) as server:
        async with serve(redis_url=server.url) as served, work_client(served.address) as client:
            await client.assign("hold")
            server.kill()
            await client.say(cancel=pb.CancelAttempt(ref=assignment().ref))
            assert (await client.next("cancelled")).known
            assert served.agent.stopped == ["t1/1"]
