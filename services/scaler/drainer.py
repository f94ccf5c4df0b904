"""Asking agents to take nothing new, and to take work again."""

from collections import OrderedDict
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Protocol

import grpc
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import agent_service_pb2_grpc as rpc

from chassis.status import peer_errors
from services.scaler import convert

MOST_OPEN = 200
"""Connections to agents that are kept; the one that was not used for longest goes first."""


class Drainer(Protocol):
    """Speaks to agents."""

    async def drain(self, endpoint: str, drain_id: str, ttl: float) -> bool:
        """Asks the agent there to take nothing new for `ttl` seconds, or ends that with 0.

        Tells whether it takes nothing new now. Raises a HeyJarvisError when it does not answer.
        """
        ...


class Connecting(Protocol):
    """As much of a host as calling agents takes."""

    def connect(self, target: str, *, timeout: float) -> AbstractAsyncContextManager[grpc.aio.Channel]:
        """A channel to an agent."""
        ...


class AgentDrainer:
    """Speaks to agents over their own contract."""

    def __init__(self, host: Connecting, *, timeout: float) -> None:
        self._host = host
        self._timeout = timeout
        self._open: OrderedDict[str, tuple[rpc.AgentServiceStub, AsyncExitStack]] = OrderedDict()

    async def drain(self, endpoint: str, drain_id: str, ttl: float) -> bool:
        """Asks for a drain, renews it, or ends it with 0."""
        stub = await self._stub(endpoint)
        request = pb.DrainRequest(drain_id=drain_id, ttl=convert.span(ttl))
        with peer_errors():
            answer = await stub.Drain(request, timeout=self._timeout)
        return not answer.accepting

    async def aclose(self) -> None:
        """Closes the connections."""
        while self._open:
            _, (_, stack) = self._open.popitem()
            await stack.aclose()

    async def _stub(self, endpoint: str) -> rpc.AgentServiceStub:
        if endpoint not in self._open:
            stack = AsyncExitStack()
            channel = await stack.enter_async_context(self._host.connect(endpoint, timeout=self._timeout))
            self._open[endpoint] = (rpc.AgentServiceStub(channel), stack)
            while len(self._open) > MOST_OPEN:
                _, (_, oldest) = self._open.popitem(last=False)
                await oldest.aclose()
        self._open.move_to_end(endpoint)
        return self._open[endpoint][0]
