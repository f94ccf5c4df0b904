"""What an agent has to be told reaches it, also when its stream is down just then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from unittest.mock import create_autospec

import grpc
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import agent_service_pb2_grpc as rpc

from agent_sdk.names import AttemptKey
from agent_sdk.registry import AgentRegistry
from agent_sdk.results import ResultStore
from chassis.redis import RedisAccess
from services.orchestrator.agents import AgentDirectory, Dispatcher
from services.orchestrator.streams import AgentStreams, Attached
from tests.unit.orchestrator.test_dispatch import instance
from tests.unit.orchestrator.workflows import NOW

KEY = AttemptKey("wf-1", "t", 1)


class Agent(rpc.AgentServiceServicer):
    """Writes down what it is told, and confirms cancellations."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.cancelled = asyncio.Event()

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
            if request.HasField("hello"):
                yield pb.WorkResponse(welcome=pb.Welcome(card=pb.AgentCard(type="worker"), instance=instance("a")))
            if request.HasField("cancel"):
                yield pb.WorkResponse(cancelled=pb.Cancelled(ref=request.cancel.ref))
                self.cancelled.set()


async def test_an_attempt_that_is_over_is_stopped_once_its_stream_is_back() -> None:
    directory = AgentDirectory(
        create_autospec(RedisAccess, instance=True),
        create_autospec(AgentRegistry, instance=True),
        silence=timedelta(seconds=6),
    )
    directory._live = {"a": instance("a")}
    server, agent = grpc.aio.server(), Agent()
    rpc.add_AgentServiceServicer_to_server(agent, server)
    port = server.add_insecure_port("127.0.0.1:0")
    away = True

    def connect(endpoint: str) -> grpc.aio.Channel:
        # Nobody listens on port 1: the network is cut.
        return grpc.aio.insecure_channel("127.0.0.1:1" if away else f"127.0.0.1:{port}")

    streams = AgentStreams(
        "orchestrator-1",
        connect,
        directory,
        Dispatcher(directory, lambda: NOW),
        create_autospec(ResultStore, instance=True),
    )
    await server.start()
    try:
        streams.attach("a", "", Attached(key=KEY, assignment=pb.Assignment(), hear=lambda message: None))
        await asyncio.sleep(0.1)
        streams.detach("a", KEY, stop=True)
        away = False
        async with asyncio.timeout(5):
            await agent.cancelled.wait()
        assert agent.told == ["hello", "cancel"]
    finally:
        await streams.aclose()
        await server.stop(0)
