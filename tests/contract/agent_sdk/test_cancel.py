"""Cancelling reaches the work, and its receipt tells the truth."""

from __future__ import annotations

import asyncio

from heyjarvis.agents.v1 import agent_service_pb2 as pb

from tests.contract.agent_sdk.conftest import Serve
from tests.support.work_client import WorkClient, assignment, ref, work_client


async def test_a_running_attempt_is_stopped_and_its_receipt_repeated(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as client:
        await client.assign("hold")
        await client.say(cancel=pb.CancelAttempt(ref=ref(), reason="not needed"))
        receipt = await client.next("cancelled")
        assert receipt.known
        assert receipt.HasField("stop_time")
        assert served.agent.stopped == ["t1/1"]
        assert (await client.assign("hold")).rejoined
        assert await client.next("cancelled") == receipt
        assert served.agent.runs == ["t1/1"]


async def test_another_stream_may_cancel_and_both_are_told(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as owner, work_client(served.address) as other:
        await owner.assign("hold")
        await other.say(cancel=pb.CancelAttempt(ref=ref()))
        assert await owner.next("cancelled") == await other.next("cancelled")


async def test_an_unknown_attempt_is_remembered_and_never_begins(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as client:
        await client.say(cancel=pb.CancelAttempt(ref=ref()))
        assert not (await client.next("cancelled")).known
        await client.say(acknowledge=pb.AcknowledgeAttempt(ref=ref()))
        assert (await client.assign("")).rejoined
        assert not (await client.next("cancelled")).known
        assert served.agent.runs == []


async def test_cancelling_what_is_finished_brings_its_outcome(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as client:
        await client.assign("")
        result = await client.next("result")
        await client.say(cancel=pb.CancelAttempt(ref=ref()))
        assert await client.next("result", "cancelled") == result
    async with serve() as served, work_client(served.address) as client:
        await client.say(cancel=pb.CancelAttempt(ref=ref()))
        assert await client.next("result", "cancelled") == result


async def test_assign_and_cancel_in_one_breath_leave_nothing_running(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as client:
        for number in range(10):
            await asyncio.gather(
                client.assign("hold", f"t{number}"), client.say(cancel=pb.CancelAttempt(ref=ref(f"t{number}")))
            )
            assert (await client.next("cancelled")).ref == ref(f"t{number}")
        assert served.agent.stopped == served.agent.runs


def told(client: WorkClient) -> list[pb.AttemptRef]:
    """The attempts that a welcome named."""
    return list(client.heard[0][1].attempts)


async def test_a_new_stream_hears_which_attempts_there_are(serve: Serve) -> None:
    async with serve() as served:
        async with work_client(served.address) as first:
            await first.assign("hold", "t1")
            await first.assign("", "t2")
            await first.next("result")
            await first.say(cancel=pb.CancelAttempt(ref=ref("unknown")))
            await first.next("cancelled")
        async with work_client(served.address) as second:
            assert sorted(told(second), key=str) == [ref("t1"), ref("t2")]
            await second.say(acknowledge=pb.AcknowledgeAttempt(ref=ref("t2")))
            await second.say(cancel=pb.CancelAttempt(ref=ref("t1")))
            await second.next("cancelled")
            await second.say(acknowledge=pb.AcknowledgeAttempt(ref=ref("t1")))
            await second.assign("hold", "t3")
        async with work_client(served.address) as third:
            assert told(third) == [ref("t3")]


async def test_work_that_does_not_stop_is_reported_and_keeps_its_place(serve: Serve) -> None:
    async with (
        serve(agent_stop_grace=0.3, max_concurrent_invocations=1) as served,
        work_client(served.address) as client,
    ):
        await client.assign("deaf 30")
        await client.say(cancel=pb.CancelAttempt(ref=ref()))
        receipt = await client.next("cancelled")
        assert receipt.known
        assert not receipt.HasField("stop_time")
        await client.say(assign=assignment("", "t2"))
        assert (await client.next("refused")).reason == pb.REFUSAL_REASON_AT_CAPACITY
        served.agent.go.set()
        while (await client.next("load")).in_hand:
            pass
        await client.assign("", "t2")
        await client.next("result")
