"""Agents that reach no artifact store get content inside the messages: typed results first, as far as there is room."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import artifact_pb2

from agent_sdk.artifacts import ArtifactStore, digest
from chassis.redis import RedisAccess, open_redis
from services.orchestrator.inline_content import MAX_INLINE, InlineContent
from tests.support.work_client import ref


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    """Where the store is."""
    async with open_redis(redis_url) as access:
        yield access


def artifact(name: str, content: bytes) -> artifact_pb2.Artifact:
    return artifact_pb2.Artifact(
        name=f"workflows/w1/tasks/t0/artifacts/{name}", sha256=digest(content), size_bytes=len(content)
    )


async def test_typed_results_come_first_and_what_finds_no_room_comes_by_name(redis: RedisAccess) -> None:
    store = ArtifactStore(redis)
    big, small, typed = b"b" * MAX_INLINE, b"small", b'{"said": 1}'
    for content in (big, small, typed):
        await store.put("w1", content)
    named = [artifact("big.bin", big), artifact("small.txt", small), artifact("result.json", typed)]
    asked = pb.WorkRequest(assign=pb.Assignment(ref=ref(), inputs=[pb.TaskInput(artifacts=named)]))
    filled = await InlineContent(store).filled(asked)
    assert [each.content for each in filled.assign.inputs[0].artifacts] == [b"", small, typed]
    assert not asked.assign.inputs[0].artifacts[1].content, "what is kept to be said again stays small"


async def test_answers_carry_their_content_and_other_messages_stay_as_they_are(redis: RedisAccess) -> None:
    store = ArtifactStore(redis)
    await store.put("w1", b"{}")
    answer = pb.WorkRequest(answer=pb.Answer(ref=ref(), artifacts=[artifact("result.json", b"{}")]))
    assert (await InlineContent(store).filled(answer)).answer.artifacts[0].content == b"{}"
    stop = pb.WorkRequest(cancel=pb.CancelAttempt(ref=ref()))
    assert await InlineContent(store).filled(stop) is stop
