"""The Work stream keeps its contract: taken once, joined again, stopped, refused."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import grpc
import pytest
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import usage_pb2

from agent_sdk.names import AttemptKey
from agent_sdk.results import ResultStore
from chassis.redis import RedisAccess
from tests.contract.agent_sdk.conftest import Serve
from tests.support.work_client import assignment, ref, work_client


async def test_the_stream_opens_with_hello_and_welcome(serve: Serve) -> None:
    async with serve() as served, work_client(served.address, hello=False) as client:
        welcome = await client.hello()
        assert welcome.card.type == "echo"
        assert welcome.card.capacity == 2
        assert welcome.instance.endpoint == served.address
        assert welcome.instance.state == pb.AGENT_STATE_READY


async def test_a_stream_that_does_not_begin_with_hello_is_refused(serve: Serve) -> None:
    async with serve() as served, work_client(served.address, hello=False) as client:
        await client.say(assign=assignment())
        await client.ended()
        assert client.error is not None
        assert client.error.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_an_assignment_is_accepted_and_brings_its_result(serve: Serve, redis: RedisAccess) -> None:
    async with serve() as served, work_client(served.address) as client:
        # It works on until that was read: an outcome takes the place of progress that nobody has read yet.
        accepted = await client.assign("progress 0.5\nhold\nartifact note.txt")
        assert not accepted.rejoined
        load = await client.next("load")
        assert (load.in_hand, load.state) == (1, pb.AGENT_STATE_BUSY)
        progress = await client.next("progress")
        assert (progress.fraction, progress.message) == (0.5, "at 0.5")
        served.agent.go.set()
        result = await client.next("result")
        assert result.ref == ref()
        names = {artifact.name: artifact for artifact in result.artifacts}
        assert set(names) == {f"workflows/w1/tasks/t1/artifacts/{file}" for file in ("note.txt", "result.json")}
        note = names["workflows/w1/tasks/t1/artifacts/note.txt"]
        assert note.media_type == "text/plain"
        assert not note.content
        assert await redis.commands.get(f"hj:{{wf:w1}}:artifact:{note.sha256}") == b"content of note.txt"
        stored = await ResultStore(redis).load(AttemptKey("w1", "t1", 1))
        assert stored is not None
        assert stored.result == result


async def test_the_outcome_is_stored_before_it_is_told(serve: Serve, redis: RedisAccess) -> None:
    async with serve() as served, work_client(served.address) as client:
        for number in range(20):
            await client.assign("", f"t{number}")
            await client.next("result")
            assert await redis.commands.exists(f"hj:{{wf:w1}}:result:t{number}:1")


async def test_assigning_twice_at_once_on_two_streams_runs_once(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as one, work_client(served.address) as two:
        await asyncio.gather(*(client.say(assign=assignment("hold")) for client in (one, two, one, two)))
        told: list[bool] = []
        async with asyncio.timeout(20):
            while len(told) < 4:
                await asyncio.sleep(0.01)
                heard = one.heard + two.heard
                told = [message.rejoined for kind, message, _ in heard if kind == "accepted"]
        assert sorted(told) == [False, True, True, True]
        served.agent.go.set()
        done, late = await asyncio.wait(
            {asyncio.create_task(client.next("result")) for client in (one, two)}, return_when=asyncio.FIRST_COMPLETED
        )
        for task in late:
            task.cancel()
        assert len(done) == 1
        assert served.agent.runs == ["t1/1"]


async def test_an_attempt_outlives_its_stream_and_is_joined_from_another(serve: Serve) -> None:
    async with serve() as served:
        async with work_client(served.address) as first:
            await first.assign("progress 0.4\nhold")
            await first.next("progress")
        async with work_client(served.address) as second:
            accepted = await second.assign("progress 0.4\nhold")
            assert accepted.rejoined
            assert (await second.next("progress")).fraction == 0.4
            served.agent.go.set()
            assert (await second.next("result")).ref == ref()
        assert served.agent.runs == ["t1/1"]


async def test_events_go_to_the_stream_that_asked_last(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as old, work_client(served.address) as new:
        await old.assign("hold\nprogress 0.9")
        assert (await new.assign("hold\nprogress 0.9", epoch=2)).rejoined
        served.agent.go.set()
        await new.next("result")
        assert old.count("result") == old.count("progress") == 0


async def test_a_finished_attempt_is_told_again_without_running(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as client:
        await client.assign("")
        first = await client.next("result")
        assert (await client.assign("")).rejoined
        assert await client.next("result") == first
        await client.say(acknowledge=pb.AcknowledgeAttempt(ref=ref()))
        assert (await client.assign("")).rejoined
        assert await client.next("result") == first
        assert served.agent.runs == ["t1/1"]


async def test_a_restarted_agent_tells_the_stored_outcome(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as client:
        await client.assign("artifact a.txt")
        before = await client.next("result")
    async with serve() as served, work_client(served.address) as client:
        assert (await client.assign("artifact a.txt")).rejoined
        assert await client.next("result") == before
        assert served.agent.runs == []


async def test_a_full_agent_refuses_and_takes_again_when_there_is_room(serve: Serve) -> None:
    async with serve(max_concurrent_invocations=1) as served, work_client(served.address) as client:
        await client.assign("hold", "t1")
        await client.say(assign=assignment("", "t2"))
        refused = await client.next("refused")
        assert refused.ref == ref("t2")
        assert refused.reason == pb.REFUSAL_REASON_AT_CAPACITY
        assert (await client.assign("hold", "t1")).rejoined
        served.agent.go.set()
        await client.next("result")
        assert not (await client.assign("", "t2")).rejoined


async def test_a_lower_epoch_is_refused_even_for_a_known_attempt(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as client:
        await client.assign("hold", epoch=5)
        await client.say(assign=assignment("hold", epoch=4))
        assert (await client.next("refused")).reason == pb.REFUSAL_REASON_STALE_EPOCH
        await client.say(assign=assignment("", "t2", epoch=4))
        assert (await client.next("refused")).reason == pb.REFUSAL_REASON_STALE_EPOCH
        assert not (await client.assign("", "t2", workflow="w2", epoch=1)).rejoined


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"capability": "sing"}, "sing"),
        ({"ref": pb.AttemptRef(task="t1", attempt=1)}, "workflows/"),
        ({"ref": ref(attempt=0)}, "attempt 0"),
        ({"deadline_time": None}, "deadline_time"),
    ],
)
async def test_what_cannot_be_understood_is_refused_and_the_stream_stays(
    serve: Serve, wrong: dict[str, object], named: str
) -> None:
    message = assignment("")
    for field, value in wrong.items():
        message.ClearField(field)
        message.MergeFrom(pb.Assignment(**({} if value is None else {field: value})))  # type: ignore[arg-type]  # same
    async with serve() as served, work_client(served.address) as client:
        await client.say(assign=message)
        refused = await client.next("refused")
        assert refused.reason == pb.REFUSAL_REASON_UNSUPPORTED
        assert named in refused.message
        await client.assign("", capability="shout")
        await client.next("result")


async def test_inputs_arrive_with_their_content(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as client:
        await client.assign("artifact a.txt")
        made = await client.next("result")
        given = pb.TaskInput(task="workflows/w1/tasks/t1", agent_type="echo", artifacts=made.artifacts, simulated=True)
        await client.assign("input echo", "t2", inputs=[given])
        result = await client.next("result")
        assert result.simulated
        made.artifacts[0].sha256 = "0" * 64
        given = pb.TaskInput(task="workflows/w1/tasks/t1", agent_type="echo", artifacts=made.artifacts)
        await client.assign("input echo", "t3", inputs=[given])
        failure = (await client.next("failure")).failure
        assert failure.reason == "INPUT_MISSING"


@pytest.mark.parametrize(
    ("request_text", "failure_class", "reason"),
    [
        ("fail", usage_pb2.FAILURE_CLASS_PERMANENT, "AGENT_ERROR"),
        ("refuse", usage_pb2.FAILURE_CLASS_PERMANENT, "NOT_ECHOABLE"),
        ("invalid", usage_pb2.FAILURE_CLASS_INVALID_OUTPUT, "OUTPUT_INVALID"),
        ("artifact ../x", usage_pb2.FAILURE_CLASS_PERMANENT, "ARTIFACT_REFUSED"),
    ],
)
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
async def test_failures_have_their_class_and_a_clean_message(
    serve: Serve, request_text: str, failure_class: usage_pb2.FailureClass, reason: str
) -> None:
    async with serve() as served, work_client(served.address) as client:
        await client.assign(request_text)
        failure = (await client.next("failure")).failure
        assert failure.failure_class == failure_class
        assert failure.reason == reason
        assert "secret" not in failure.message
        assert (await client.assign(request_text)).rejoined
        assert (await client.next("failure")).failure == failure
        assert served.agent.runs == ["t1/1"]


async def test_a_deadline_stops_the_work(serve: Serve) -> None:
    async with serve() as served, work_client(served.address) as client:
        await client.assign("hold", seconds=0.2)
        failure = (await client.next("failure")).failure
        assert failure.failure_class == usage_pb2.FAILURE_CLASS_DEADLINE
        assert served.agent.stopped == ["t1/1"]


async def test_a_message_that_says_nothing_ends_the_stream_and_not_the_work(serve: Serve) -> None:
    async with serve() as served:
        async with work_client(served.address) as client:
            await client.assign("hold")
            await client.say()
            await client.ended()
            assert client.error is not None
            assert client.error.code() is grpc.StatusCode.INVALID_ARGUMENT
        async with work_client(served.address) as client:
            assert (await client.assign("hold")).rejoined
            served.agent.go.set()
            await client.next("result")


async def test_only_services_give_work_where_callers_are_known(serve: Serve, tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.json"
    service, person = "service-token-0123456789", "person-token-0123456789"
    tokens.write_text(
        json.dumps({service: {"tenant": "*", "subject": "orchestrator"}, person: {"tenant": "acme", "subject": "ana"}})
    )
    async with serve(tokens_file=tokens) as served:
        async with work_client(served.address, token=person, hello=False) as client:
            await client.ended()  # before a word is said
            assert client.error is not None
            assert client.error.code() is grpc.StatusCode.PERMISSION_DENIED
        async with work_client(served.address, token=service) as client:
            await client.assign("")
            await client.next("result")
