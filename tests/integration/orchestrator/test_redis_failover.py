"""The Redis server that holds a workflow is lost for good: its successor has it, and the agent is not asked again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
import redis
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from tests.integration.orchestrator.conftest import World, Worlds, task
from tests.support.redis_cluster import RedisCluster
from tests.support.redis_sentinel import PASSWORD, SentinelSet
from tests.support.redis_server import RedisServer


@pytest.fixture(params=["sentinel", "cluster"])
def redundant(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SentinelSet | RedisCluster]:
    # A server that stands still for a moment is not given up before the one that is killed.
    made = (
        SentinelSet(tmp_path, down_after=5.0)
        if request.param == "sentinel"
        else RedisCluster(tmp_path, replicas=3, node_timeout=5.0)
    )
    with made as running:
        yield running


@pytest.fixture
def redis_url(redundant: SentinelSet | RedisCluster) -> str:
    """This test's own, instead of the one that all share."""
    return redundant.url


def holder(redundant: SentinelSet | RedisCluster, workflow: str) -> RedisServer:
    """The server on which the workflow's state is."""
    return (
        redundant.primary() if isinstance(redundant, SentinelSet) else redundant.holder(f"hj:{{wf:{workflow}}}:state")
    )


def copied(server: RedisServer, password: str | None) -> None:
    """Returns when the replicas have all that the server has now; what they lack is lost with it."""
    ends = time.monotonic() + 30
    with redis.Redis(host="127.0.0.1", port=server.port, password=password) as client:
        written = replication(client)["master_repl_offset"]
        while replication(client).get("slave0", {"offset": -1})["offset"] < written:
            assert time.monotonic() < ends, "the replica does not follow"
            time.sleep(0.01)


def replication(client: redis.Redis) -> dict[str, Any]:
    told: Any = client.info("replication")
    return dict(told)


async def followed(jarvis: World, name: str) -> wf.Workflow:
    """Asks again while the change of roles lasts, as a caller does who is told UNAVAILABLE."""
    while True:
        try:
            return await jarvis.finished(name)
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
        await asyncio.sleep(0.1)


@pytest.mark.timeout(120)
async def test_a_workflow_outlives_the_server_that_holds_it(
    world: Worlds, redundant: SentinelSet | RedisCluster
) -> None:
    async with world() as jarvis:
        name = await jarvis.submit(task("a", do="hold"), task("b", "a"))
        await jarvis.begun()
        lost = holder(redundant, name.removeprefix("workflows/"))
        await asyncio.to_thread(copied, lost, PASSWORD if isinstance(redundant, SentinelSet) else None)
        await asyncio.to_thread(lost.kill)
        jarvis.agent.go.set()
        async with asyncio.timeout(60):
            workflow = await followed(jarvis, name)
        assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED
        assert jarvis.agent.runs == ["a/1", "b/1"]
