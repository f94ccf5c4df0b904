"""The queues of all orchestrators: each tells its own, so each is asked, at every address its name resolves to.

The sum counts only when all of them answered: a queue that is not seen is not empty. Behind one address that stands for
several (a virtual IP) only one answers; give the scaler a name that resolves to each of them.
"""

import asyncio
import socket
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

import grpc
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc

from chassis.errors import ConfigurationError, Unavailable
from chassis.host import Host
from chassis.status import from_rpc_error

MOST_ADDRESSES = 50
"""Orchestrators asked at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits for one agent type, and what runs."""

    waiting: float = 0.0
    running: float = 0.0
    oldest_wait: float = 0.0
    """In seconds."""


def added_up(answers: list[pb.GetSystemStatusResponse]) -> dict[str, Queue]:
    """The queues of several orchestrators as one, by agent type; one that answered twice counts once."""
    queues: dict[str, Queue] = {}
    for answer in {answer.orchestrator: answer for answer in answers}.values():
        for told in answer.queues:
            known = queues.get(told.agent_type, Queue())
            oldest = told.oldest_wait.ToNanoseconds() / 1e9
            queues[told.agent_type] = Queue(
                waiting=known.waiting + told.waiting,
                running=known.running + told.running,
                oldest_wait=max(known.oldest_wait, oldest),
            )
    return queues


class Orchestrators:
    """Asks every orchestrator."""

    def __init__(self, host: Host, address: str, *, timeout: float) -> None:
        name, _, port = address.rpartition(":")
        if not name or not port.isdigit():
            raise ConfigurationError(f"HEYJARVIS_ORCHESTRATOR_ADDRESS is {address!r}; it must be HOST:PORT.")
        self._host = host
        self._name, self._port = name.strip("[]"), int(port)
        self._timeout = timeout
        self._open: dict[str, tuple[rpc.OrchestratorServiceStub, AsyncExitStack]] = {}

    async def read(self) -> Mapping[str, Queue]:
        """The queues by agent type. Raises Unavailable when one of them does not answer."""
        try:
            targets = await self._targets()
            await self._connect(targets)
            return added_up(await asyncio.gather(*(self._ask(target) for target in targets)))
        except OSError as error:
            raise Unavailable(f"{self._name!r} cannot be resolved: {error}.", reason="NAME_UNRESOLVED") from error
        except grpc.RpcError as error:
            raise from_rpc_error(error) from error

    async def aclose(self) -> None:
        """Closes the channels."""
        await self._connect([])

    async def _ask(self, target: str) -> pb.GetSystemStatusResponse:
        stub, _ = self._open[target]
        return await stub.GetSystemStatus(pb.GetSystemStatusRequest(), timeout=self._timeout)

    async def _targets(self) -> list[str]:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._timeout):
            found = await loop.getaddrinfo(self._name, self._port, type=socket.SOCK_STREAM)
        hosts = sorted({str(address[0]) for *_, address in found})[:MOST_ADDRESSES]
        return [f"[{host}]:{self._port}" if ":" in host else f"{host}:{self._port}" for host in hosts]

    async def _connect(self, targets: list[str]) -> None:
        for gone in self._open.keys() - set(targets):
            _, stack = self._open.pop(gone)
            await stack.aclose()
        for target in targets:
            if target not in self._open:
                stack = AsyncExitStack()
                channel = await stack.enter_async_context(self._host.connect(target, timeout=self._timeout))
                self._open[target] = (rpc.OrchestratorServiceStub(channel), stack)
