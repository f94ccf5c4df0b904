"""The three rpcs of AgentService: messages in, the desk asked, messages out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import agent_service_pb2_grpc as rpc

from agent_sdk.runtime.instance import AgentInstance
from agent_sdk.runtime.stream import WorkStream
from chassis.errors import FieldViolation, InvalidArgument, PermissionDenied
from chassis.identity import current_identity

log = structlog.get_logger(__name__)

MAX_LOOKUPS = 256
"""Assignments and cancellations of one stream that may wait for Redis at the same time; more are not read yet."""


class AgentService(rpc.AgentServiceServicer):
    """Speaks the contract for one agent instance."""

    def __init__(self, instance: AgentInstance, *, services_only: bool = False) -> None:
        """With `services_only`, work and drain take the credential of a service: an assignment names the tenant it is
        for, so whoever may assign speaks for all of them."""
        self._instance = instance
        self._services_only = services_only

    async def Describe(
        self, request: pb.DescribeRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> pb.DescribeResponse:
        """Tells what this agent is."""
        return pb.DescribeResponse(card=self._instance.card(), instance=self._instance.describe())

    async def Drain(self, request: pb.DrainRequest, context: grpc.aio.ServicerContext[Any, Any]) -> pb.DrainResponse:
        """Takes no new work for a while."""
        self._check_caller()
        self._instance.drains.ask(request.drain_id, request.ttl.ToNanoseconds() / 1e9)
        return pb.DrainResponse(accepting=self._instance.accepting, in_hand=self._instance.desk.in_hand)

    async def Work(
        self, request_iterator: AsyncIterator[pb.WorkRequest], context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[pb.WorkResponse]:
        """The stream of one orchestrator. It ends when the orchestrator ends its side, or this process drains."""
        self._check_caller()
        orchestrator = await self._hello(request_iterator)
        stream = self._instance.open_stream()
        stream.tell(pb.WorkResponse(welcome=self._instance.welcome()))
        log.info("orchestrator connected", orchestrator=orchestrator)
        reading = asyncio.create_task(self._read(request_iterator, stream), name=f"work stream of {orchestrator}")
        # However the stream ends, what ended the reading counts as seen.
        reading.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            async for response in stream.responses():
                yield response
            if reading.done():
                reading.result()
        finally:
            reading.cancel()
            self._instance.close_stream(stream)
            log.info("orchestrator disconnected", orchestrator=orchestrator)

    def _check_caller(self) -> None:
        if self._services_only and not current_identity().sees_every_tenant:
            raise PermissionDenied(
                "Only a service may give work to an agent; use a token of tenant '*'.", reason="SERVICES_ONLY"
            )

    @staticmethod
    async def _hello(requests: AsyncIterator[pb.WorkRequest]) -> str:
        first = await anext(aiter(requests), None)
        if first is None or first.WhichOneof("kind") != "hello":
            raise InvalidArgument(FieldViolation("kind", "the first message of a Work stream is `hello`"))
        return first.hello.orchestrator[:200]

    async def _read(self, requests: AsyncIterator[pb.WorkRequest], stream: WorkStream) -> None:
        """Reads until the orchestrator ends its side. Nothing that waits for Redis holds up what comes after it."""
        lookups = asyncio.Semaphore(MAX_LOOKUPS)
        waiting: set[asyncio.Task[None]] = set()

        def done(task: asyncio.Task[None]) -> None:
            waiting.discard(task)
            lookups.release()

        try:
            async for request in requests:
                await lookups.acquire()
                task = asyncio.create_task(self._handle(request, stream))
                waiting.add(task)
                task.add_done_callback(done)
                await stream.room()
            if waiting:
                await asyncio.wait(waiting)
        finally:
            for task in waiting:
                task.cancel()
            stream.end()

    async def _handle(self, request: pb.WorkRequest, stream: WorkStream) -> None:
        desk = self._instance.desk
        kind = request.WhichOneof("kind")
        try:
            if kind == "assign":
                await desk.assign(request.assign, stream)
            elif kind == "cancel":
                await desk.cancel(request.cancel, stream)
            elif kind == "acknowledge":
                desk.acknowledge(request.acknowledge)
            elif kind == "answer":
                desk.answer(request.answer)
            elif kind == "deliver":
                desk.deliver(request.deliver)
            else:
                log.warning("message ignored", kind=kind)
        except Exception:
            # One message that cannot be handled must not cut off the attempts of all others.
            log.exception("message not handled", kind=kind)
