"""Calls to the services: one connection each, opened when first needed; errors as our own, with the address in them.

    async with Client(addresses) as client:
        answer = await client.orchestrator.ask(client.orchestrator.stub.GetWorkflow, GetWorkflowRequest(...))

Reads are tried again a few times while a service is away. What changes something is tried again only where the
contract makes a repeat harmless (`repeatable=True`).
"""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from functools import cached_property
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

# The gRPC library writes remarks of its own into the terminal; what matters becomes an error of ours.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

import grpc
from grpc import aio
from heyjarvis.analytics.v1 import analytics_service_pb2_grpc as analytics
from heyjarvis.approvals.v1 import approval_service_pb2_grpc as approvals
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as orchestrator
from heyjarvis.scaler.v1 import scaler_service_pb2_grpc as scaler
from heyjarvis.templates.v1 import template_service_pb2_grpc as templates

from chassis.errors import Unavailable
from chassis.status import DETAILS_KEY, from_rpc_error
from tools.jarvis.addresses import Addresses

StubT = TypeVar("StubT")
RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")

CALL_SECONDS = 20.0
"""How long one call may take."""
_RESTS = (0.1, 0.3, 0.6)
"""Seconds before each repeat of a call to a service that is away."""
_CHANNEL_OPTIONS = [
    ("grpc.max_receive_message_length", 16 * 1024 * 1024),
    # A service that comes back is found again quickly.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2000),
    # A watcher whose network is cut notices; servers of any make allow a ping every five minutes.
    ("grpc.keepalive_time_ms", 300_000),
    ("grpc.keepalive_timeout_ms", 20_000),
]


class NotReachable(Unavailable):
    """Nothing answers at that address."""

    default_reason = "NOT_REACHABLE"


class Door(Generic[StubT]):
    """The way into one service."""

    def __init__(self, service: str, address: str, make: Callable[[aio.Channel], StubT]) -> None:
        self.service = service
        self.address = address
        self.channel = aio.insecure_channel(address, options=_CHANNEL_OPTIONS)
        self.stub = make(self.channel)
        self._metadata = _metadata()

    async def ask(
        self,
        method: aio.UnaryUnaryMultiCallable[RequestT, ResponseT],
        request: RequestT,
        *,
        timeout: float = CALL_SECONDS,
        repeatable: bool = False,
    ) -> ResponseT:
        """One call. Raises a HeyJarvisError."""
        for rest in (*(_RESTS if repeatable else ()), None):
            try:
                return await method(request, timeout=timeout, metadata=self._metadata)
            except aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.UNAVAILABLE or rest is None:
                    raise self._ours(error) from None
            await asyncio.sleep(rest)
        raise AssertionError("the last turn returns or raises")

    async def stream(
        self, method: aio.UnaryStreamMultiCallable[RequestT, ResponseT], request: RequestT
    ) -> AsyncIterator[ResponseT]:
        """The messages of a server stream; the call ends with the iteration. Raises a HeyJarvisError."""
        call = method(request, metadata=self._metadata)
        try:
            async for message in call:
                yield message
        except aio.AioRpcError as error:
            raise self._ours(error) from None
        finally:
            call.cancel()

    def _ours(self, error: aio.AioRpcError) -> Exception:
        told = any(name == DETAILS_KEY for name, _ in error.trailing_metadata() or ())
        if error.code() is not grpc.StatusCode.UNAVAILABLE or told:
            return from_rpc_error(error)
        if self.service == "orchestrator":
            hint = f"No HeyJarvis at {self.address}. Start it with `make up` or `jarvis up`."
        else:
            hint = f"The {self.service} service at {self.address} does not answer. `jarvis health` shows what runs."
        return NotReachable(hint, metadata={"address": self.address})


class Client:
    """All services a person talks to. An async context manager."""

    def __init__(self, addresses: Addresses) -> None:
        self.addresses = addresses
        self._open = AsyncExitStack()

    @cached_property
    def orchestrator(self) -> Door[orchestrator.OrchestratorServiceStub]:
        return self._door("orchestrator", orchestrator.OrchestratorServiceStub)

    @cached_property
    def approvals(self) -> Door[approvals.ApprovalServiceStub]:
        return self._door("approvals", approvals.ApprovalServiceStub)

    @cached_property
    def templates(self) -> Door[templates.TemplateServiceStub]:
        return self._door("templates", templates.TemplateServiceStub)

    @cached_property
    def analytics(self) -> Door[analytics.AnalyticsServiceStub]:
        return self._door("analytics", analytics.AnalyticsServiceStub)

    @cached_property
    def scaler(self) -> Door[scaler.ScalerServiceStub]:
        return self._door("scaler", scaler.ScalerServiceStub)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    def _door(self, service: str, make: Callable[[aio.Channel], StubT]) -> Door[StubT]:
        door = Door(service, self.addresses.of(service), make)
        self._open.push_async_callback(door.channel.close, None)
        return door


def _metadata() -> tuple[tuple[str, str], ...]:
    """Who is calling: HEYJARVIS_TOKEN where servers want one, and a name for the record."""
    found: list[tuple[str, Any]] = []
    if token := os.environ.get("HEYJARVIS_TOKEN"):
        found.append(("authorization", f"Bearer {token}"))
    if subject := os.environ.get("HEYJARVIS_SUBJECT") or _user():
        found.append(("x-heyjarvis-subject", subject))
    return tuple(found)


def _user() -> str:
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # no such user in this container
        return ""
    return name if name.isascii() and name.replace("-", "").replace("_", "").replace(".", "").isalnum() else ""
