"""An agent whose artifacts travel inside messages neither reads nor writes the artifact store."""

from __future__ import annotations

import json

from heyjarvis.agents.v1 import agent_service_pb2 as pb

from chassis.redis import RedisAccess
from tests.contract.agent_sdk.conftest import Serve
from tests.support.agents import InlineAgent
from tests.support.work_client import work_client


async def test_content_travels_in_messages(serve: Serve, redis: RedisAccess) -> None:
    async with serve(InlineAgent()) as served, work_client(served.address) as client:
        await client.assign("artifact a.txt")
        made = await client.next("result")
        assert made.artifacts[0].content == b"content of a.txt"
        given = pb.TaskInput(task="workflows/w1/tasks/t1", agent_type="inline", artifacts=made.artifacts)
        await client.assign("input inline", "t2", inputs=[given])
        result = await client.next("result")
        assert "artifact a.txt" in json.loads(result.artifacts[0].content)["said"]
        assert not [key async for key in redis.commands.scan_iter(match="*artifact*")]
