"""What an agent has to be told reaches it, also when its stream is down just then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import create_autospec

import grpc
import pytest
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import agent_service_pb2_grpc as rpc

from agent_sdk.names import AttemptKey
from agent_sdk.registry import AgentRegistry
from agent_sdk.results import ResultStore
from chassis.errors import Unavailable
from chassis.redis import RedisAccess
from services.orchestrator import streams as streams_module
from services.orchestrator.agents import AgentDirectory, Dispatcher
from services.orchestrator.inline_content import InlineContent
from services.orchestrator.streams import AgentStreams
from services.orchestrator.work_stream import Attached, ref_of
from tests.unit.orchestrator.test_dispatch import instance
from tests.unit.orchestrator.workflows import NOW

KEY = AttemptKey("wf-1", "t", 1)


class Agent(rpc.AgentServiceServicer):
    """Writes down what it is told, and confirms cancellations."""

    card = pb.AgentCard(type="worker")

    def __init__(self, *has: AttemptKey) -> None:
        self.has = [pb.AttemptRef(task=key.task_name, attempt=key.attempt) for key in has]
        self.told: list[str] = []
        self.request = ""
        self.acknowledged = asyncio.Event()
        self.cancelled = asyncio.Event()
        self.assigned = asyncio.Event()

    async def Describe(
        self, request: pb.DescribeRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> pb.DescribeResponse:
        raise NotImplementedError

    async def Drain(self, request: pb.DrainRequest, context: grpc.aio.ServicerContext[Any, Any]) -> pb.DrainResponse:
        raise NotImplementedError

    async def Work(
        self, request_iterator: AsyncIterator[pb.WorkRequest], context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[pb.WorkResponse]:
        async for request in request_iterator:
            self.told.append(str(request.WhichOneof("kind")))
            if request.HasField("assign"):
                self.assigned.set()
                self.request = request.assign.request
                yield pb.WorkResponse(accepted=pb.Accepted(ref=request.assign.ref))
            if request.HasField("acknowledge"):
                self.acknowledged.set()
            if request.HasField("hello"):
                yield pb.WorkResponse(welcome=pb.Welcome(card=self.card, instance=instance("a"), attempts=self.has))
            if request.HasField("cancel"):
                yield pb.WorkResponse(cancelled=pb.Cancelled(ref=request.cancel.ref))
                self.cancelled.set()


class Deaf(Agent):
    """Welcomes the first caller and reads nothing more; the next one it serves."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    async def Work(
        self, request_iterator: AsyncIterator[pb.WorkRequest], context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[pb.WorkResponse]:
        self.calls += 1
        if self.calls == 1:
            yield pb.WorkResponse(welcome=pb.Welcome(card=pb.AgentCard(type="worker"), instance=instance("a")))
            await asyncio.Event().wait()
        async for response in super().Work(request_iterator, context):
            yield response


class Books:
    """Takes late reports; workflows wait for what it is told they wait for."""

    def __init__(self, *awaited: AttemptKey) -> None:
        self.heard: list[tuple[AttemptKey, str, Callable[[], None]]] = []
        self._awaited = awaited

    def hear(self, key: AttemptKey, message: pb.WorkResponse, booked: Callable[[], None]) -> None:
        self.heard.append((key, str(message.WhichOneof("kind")), booked))

    async def awaited(self, key: AttemptKey) -> bool:
        return key in self._awaited


@asynccontextmanager
async def streams_to(
    agent: Agent, endpoint: Callable[[int], str], late: Books | None = None, inline: InlineContent | None = None
) -> AsyncIterator[AgentStreams]:
    """Streams to an agent on a real socket; `endpoint` says where it is reached, given its port."""
    directory = AgentDirectory(
        create_autospec(RedisAccess, instance=True),
        create_autospec(AgentRegistry, instance=True),
        silence=timedelta(seconds=6),
    )
    directory._live = {"a": instance("a")}
    server = grpc.aio.server()
    rpc.add_AgentServiceServicer_to_server(agent, server)
    port = server.add_insecure_port("127.0.0.1:0")
    streams = AgentStreams(
        "orchestrator-1",
        lambda _: grpc.aio.insecure_channel(endpoint(port)),
        directory,
        Dispatcher(directory, lambda: NOW),
        create_autospec(ResultStore, instance=True),
        late or Books(),
        inline or create_autospec(InlineContent, instance=True),
    )
    await server.start()
    try:
        yield streams
    finally:
        await streams.aclose()
        await server.stop(0)


async def test_an_attempt_that_is_over_is_stopped_once_its_stream_is_back() -> None:
    agent, away = Agent(), True
    # Nobody listens on port 1: the network is cut.
    async with streams_to(agent, lambda port: "127.0.0.1:1" if away else f"127.0.0.1:{port}") as streams:
        streams.attach("a", "", Attached(key=KEY, assignment=pb.Assignment(), hear=lambda message: None))
        await asyncio.sleep(0.1)
        streams.detach("a", KEY, stop=True)
        away = False
        async with asyncio.timeout(20):
            await agent.cancelled.wait()
        assert agent.told == ["hello", "cancel"]


async def test_an_agent_that_does_not_read_gets_a_new_stream_and_nobody_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streams_module, "OUTBOX", 1000)
    agent = Deaf()
    async with streams_to(agent, lambda port: f"127.0.0.1:{port}") as streams:
        # More than the network takes off our hands, so that the outbox fills.
        assignment = pb.Assignment(request="x" * 100_000)
        streams.attach("a", "", Attached(key=KEY, assignment=assignment, hear=lambda message: None))
        async with asyncio.timeout(40):
            while not agent.calls:
                await asyncio.sleep(0.01)
            while agent.calls < 2:
                for _ in range(250):
                    streams.tell("a", pb.WorkRequest(answer=pb.Answer(ask_id="a")))
                await asyncio.sleep(0.01)
            await agent.assigned.wait()


async def test_silence_is_counted_while_the_stream_is_down_and_over_when_it_opens() -> None:
    agent, down = Agent(), [True]
    async with streams_to(agent, lambda port: "127.0.0.1:1" if down[0] else f"127.0.0.1:{port}") as streams:
        assert streams.silence("a") == 0.0, "nobody talks with it, so nobody misses it"
        streams.attach("a", "", Attached(key=KEY, assignment=pb.Assignment(), hear=lambda _: None))
        await asyncio.sleep(0.05)
        assert streams.silence("a") > 0.0
        down[0] = False
        await asyncio.wait_for(agent.assigned.wait(), 20)
        assert streams.silence("a") == 0.0


async def test_an_instance_that_comes_back_is_told_to_stop_what_no_workflow_waits_for() -> None:
    zombie, wanted = AttemptKey("wf-1", "t", 1), AttemptKey("wf-1", "t", 2)
    agent, books = Agent(zombie, wanted), Books(wanted)
    async with streams_to(agent, lambda port: f"127.0.0.1:{port}", books) as streams:
        streams.appeared(instance("a"))
        async with asyncio.timeout(20):
            await agent.cancelled.wait()
            while not books.heard:
                await asyncio.sleep(0.01)
        ((key, kind, booked),) = books.heard
        assert (key, kind) == (zombie, "cancelled")
        assert agent.told == ["hello", "cancel"], "the outcome is kept until it is booked"
        booked()
        async with asyncio.timeout(20):
            await agent.acknowledged.wait()


async def test_how_soon_an_agent_takes_work_counts_in_the_next_choice() -> None:
    agent = Agent()
    async with streams_to(agent, lambda port: f"127.0.0.1:{port}") as streams:
        heard, now = asyncio.Event(), asyncio.get_running_loop().time
        began = now()
        assigned = pb.Assignment(ref=ref_of(KEY))
        streams.attach("a", "", Attached(key=KEY, assignment=assigned, hear=lambda message: heard.set()))
        async with asyncio.timeout(20):
            await heard.wait()
        assert 0 < streams._dispatcher._latencies["a"] <= now() - began


class Storeless(Agent):
    """Reaches no artifact store."""

    card = pb.AgentCard(type="worker", inline_content=True)


async def test_what_an_agent_without_a_store_is_told_carries_its_content_once_the_store_is_there() -> None:
    inline = create_autospec(InlineContent, instance=True)
    filled = pb.WorkRequest(assign=pb.Assignment(ref=ref_of(KEY), request="with content"))
    inline.filled.side_effect = [Unavailable("away"), filled]
    agent = Storeless()
    async with streams_to(agent, lambda port: f"127.0.0.1:{port}", inline=inline) as streams:
        assignment = pb.Assignment(ref=ref_of(KEY), request="by name")
        streams.attach("a", "", Attached(key=KEY, assignment=assignment, hear=lambda message: None))
        await asyncio.wait_for(agent.assigned.wait(), 20)
    assert agent.request == "with content"
    assert agent.told == ["hello", "hello", "assign"]
