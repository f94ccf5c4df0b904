"""What an attempt says on its way: text in bounded pieces, messages, questions."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import usage_pb2

from chassis.redis import RedisAccess
from tests.contract.agent_sdk.conftest import Serve
from tests.support.work_client import ref, work_client


async def test_text_is_joined_to_at_most_ten_pieces_a_second(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as client:
        began = asyncio.get_running_loop().time()
        await client.assign("chatter 400")
        await client.next("result")
        pieces = [(message.text, when) for kind, message, when in client.heard if kind == "text"]
        assert "".join(text for text, _ in pieces) == "".join(f"{number} " for number in range(400))
        assert len(pieces) > 2
        # The clock here is the reader's, and a busy machine delays single readings. The last piece comes with the end.
        for number, (_, when) in enumerate(pieces[:-1]):
            assert when - began > 0.1 * number


async def test_progress_never_falls(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as client:
        await client.assign("progress 0.7\nwait 0.2\nprogress 0.3\nwait 0.2\nprogress 7\nhold")
        while (await client.next("progress")).fraction < 1.0:
            pass
        served.agent.go.set()
        await client.next("result")
        fractions = [message.fraction for kind, message, _ in client.heard if kind == "progress"]
        assert all(later >= earlier for earlier, later in pairwise(fractions))
        assert fractions[-1] == 1.0


async def test_a_question_goes_up_and_its_answer_comes_down(serve: Serve, redis: RedisAccess) -> None:
    async with serve() as served, work_client(served.address) as client:
        await client.assign("progress 0", "t9")
        made = await client.next("result")
        await client.assign("ask branding")
        ask = await client.next("ask")
        assert (ask.agent_type, ask.instructions, ask.ask_id) == ("branding", "What do you think?", "q1")
        assert 0 < ask.timeout.seconds <= 600
        artifacts = [artifact for artifact in made.artifacts if artifact.name.endswith("result.json")]
        await client.say(answer=pb.Answer(ref=ref(), ask_id="unheard of", artifacts=artifacts))
        await client.say(answer=pb.Answer(ref=ref(), ask_id=ask.ask_id, artifacts=artifacts))
        result = await client.next("result")
        sha256 = next(artifact.sha256 for artifact in result.artifacts)
        assert b'"said": "progress 0"' in (await redis.commands.get(f"hj:{{wf:w1}}:artifact:{sha256}") or b"")


async def test_an_open_question_is_asked_again_when_the_attempt_is_joined(serve: Serve) -> None:
    async with serve() as served:
        async with work_client(served.address) as first:
            await first.assign("ask branding")
            before = await first.next("ask")
        async with work_client(served.address) as second:
            assert (await second.assign("ask branding")).rejoined
            assert await second.next("ask") == before
            failure = usage_pb2.Failure(
                failure_class=usage_pb2.FAILURE_CLASS_PERMANENT, message="no such agent", reason="NO_AGENT"
            )
            await second.say(answer=pb.Answer(ref=ref(), ask_id=before.ask_id, failure=failure))
            failed = (await second.next("failure")).failure
            assert failed.reason == "NO_AGENT"
            assert "no such agent" in failed.message


async def test_what_is_put_into_memory_is_said(serve: Serve, redis: RedisAccess) -> None:
    async with serve() as served, work_client(served.address) as client:
        await client.assign("memory brand/name")
        message = await client.next("message")
        assert message.pattern == pb.MESSAGE_PATTERN_MEMORY
        assert (message.topic, message.body) == ("brand/name", '{"from": "t1"}')
        assert await redis.commands.hget("hj:{wf:w1}:memory", "brand/name") == b'1:{"from": "t1"}'
