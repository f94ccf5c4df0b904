"""Following every orchestrator: one stream to each address its name resolves to, and resolved again and again.

A stream that breaks or falls silent is opened anew, and meanwhile what it said grows old. An address that the name does
not resolve to any more is followed no more: whoever was there is gone, and others take its workflows over. Behind one
address that stands for several (a virtual IP) only one of them is heard; give the scaler a name that resolves to each.
"""

import asyncio
import random
import socket
from collections.abc import Callable

import grpc
import structlog
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc

from chassis.errors import ConfigurationError
from chassis.host import Host
from chassis.tasks import end_tasks
from services.scaler.inputs.demand import Demand, Message, added_up

MOST_ADDRESSES = 50
"""Orchestrators followed at most."""
RESOLVE_EVERY = 3.0
"""Seconds between looks at who is there."""
SILENT = 6.0
"""Seconds without a message after which a stream counts as broken; the contract promises one every two seconds."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds before a broken stream is opened anew: doubling, each shortened by chance to between half and all."""
_ENDING = 1.0

_log = structlog.get_logger(__name__)


class Orchestrators:
    """What all orchestrators need of agents, as they said last."""

    def __init__(
        self,
        host: Host,
        address: str,
        *,
        timeout: float,
        awaited: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        """`awaited` is called when tasks begin to wait for an agent type for which none waited before."""
        name, _, port = address.rpartition(":")
        if not name or not port.isdigit():
            raise ConfigurationError(f"HEYJARVIS_ORCHESTRATOR_ADDRESS is {address!r}; it must be HOST:PORT.")
        self._host = host
        self._name, self._port = name.strip("[]"), int(port)
        self._timeout = timeout
        self._awaited = awaited
        self._clock = clock
        self._following: dict[str, asyncio.Task[None]] = {}
        self._said: dict[str, tuple[pb.WatchDemandResponse, float]] = {}
        self.heard = asyncio.Event()
        """Set once all of them were heard at the same time."""

    def read(self) -> Demand | None:
        """The sum. None while one of them was never heard, or none is known."""
        if not self._following or self._following.keys() - self._said.keys():
            return None
        now = self._clock()
        return added_up(Message(told=told, age=now - at) for told, at in self._said.values())

    async def run(self) -> None:
        """Follows, for ever."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(RESOLVE_EVERY)
        finally:
            await end_tasks(set(self._following.values()), within=_ENDING)

    async def _look(self) -> None:
        try:
            targets = await self._targets()
        except (OSError, TimeoutError) as error:
            # Those that are known are followed on; a name that does not resolve says nothing of who is there.
            _log.warning("The orchestrators' name cannot be resolved", name=self._name, error=str(error))
            return
        over = {target for target, task in self._following.items() if _over(task)}
        gone = [self._following.pop(target) for target in over | (self._following.keys() - targets)]
        await end_tasks(set(gone), within=_ENDING)
        for target in targets - self._following.keys():
            self._following[target] = asyncio.create_task(self._follow(target), name=f"demand-{target}")
        self._said = {target: said for target, said in self._said.items() if target in self._following}

    async def _targets(self) -> set[str]:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._timeout):
            found = await loop.getaddrinfo(self._name, self._port, type=socket.SOCK_STREAM)
        # Of one that has an address of either kind only one kind is followed, or it would be waited for twice.
        kinds = {kind for kind, *_ in found}
        wanted = socket.AF_INET if socket.AF_INET in kinds else socket.AF_INET6
        hosts = sorted({str(address[0]) for kind, *_, address in found if kind == wanted})[:MOST_ADDRESSES]
        return {f"[{host}]:{self._port}" if ":" in host else f"{host}:{self._port}" for host in hosts}

    async def _follow(self, target: str) -> None:
        """One orchestrator, through any number of streams."""
        pause, told = FIRST_PAUSE, False
        async with self._host.connect(target, timeout=self._timeout) as channel:
            stub = rpc.OrchestratorServiceStub(channel)
            while True:
                began = self._clock()
                try:
                    await self._hear(target, stub)
                except (grpc.RpcError, TimeoutError) as error:
                    if not told:
                        _log.warning("An orchestrator is not heard", address=target, error=_why(error))
                    told = True
                if target in self._said and self._said[target][1] >= began:
                    pause, told = FIRST_PAUSE, False
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _hear(self, target: str, stub: rpc.OrchestratorServiceStub) -> None:
        call = stub.WatchDemand(pb.WatchDemandRequest())
        try:
            while True:
                async with asyncio.timeout(SILENT):
                    message = await call.read()
                if not isinstance(message, pb.WatchDemandResponse):
                    return
                before = self._said.get(target)
                self._said[target] = (message, self._clock())
                if self.read() is not None:
                    self.heard.set()
                if _waiting(message) - (_waiting(before[0]) if before else set()):
                    self._awaited()
        finally:
            call.cancel()


def _over(task: asyncio.Task[None]) -> bool:
    """Whether following ended. It never should: what ended it is raised, unless somebody cancelled it."""
    if task.done() and not task.cancelled():
        task.result()
    return task.done()


def _waiting(message: pb.WatchDemandResponse) -> set[str]:
    return {agent.agent_type for agent in message.agents if agent.waiting}


def _why(error: BaseException) -> str:
    if isinstance(error, grpc.aio.AioRpcError):
        return f"{error.code().name}: {error.details()}"
    return f"it said nothing for {SILENT:g} s"
