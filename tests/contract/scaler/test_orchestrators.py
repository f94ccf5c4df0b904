"""Several orchestrators are followed over real streams: the sum counts when all are heard, and silence grows old."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import grpc
import pytest
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as orchestrator_rpc

from chassis.host import Host
from chassis.redis import open_redis
from chassis.tasks import end_tasks
from services.scaler.inputs import orchestrators as module
from services.scaler.inputs.demand import Demand
from services.scaler.inputs.orchestrators import Orchestrators
from tests.support.demand_orchestrator import DemandOrchestrator
from tools.local.ports import free_port

HOSTS = ("127.0.0.1", "127.0.0.2")


class Followed:
    """Orchestrators on addresses of one name, one port, and the scaler's side of it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.listed: list[str] = list(HOSTS)
        """What the name resolves to."""
        self.now = 1000.0
        self.wakes = 0
        self.reader: Orchestrators
        self._servers: dict[str, grpc.aio.Server] = {}

    def woken(self) -> None:
        self.wakes += 1

    async def serve(self, host: str, name: str, *, frozen: bool = False) -> DemandOrchestrator:
        server, servicer = grpc.aio.server(), DemandOrchestrator(name)  # type: ignore[abstract]  # one rpc is enough
        servicer.frozen = frozen
        orchestrator_rpc.add_OrchestratorServiceServicer_to_server(servicer, server)
        server.add_insecure_port(f"{host}:{self.port}")
        await server.start()
        self._servers[host] = server
        return servicer

    async def end(self, host: str) -> None:
        await self._servers.pop(host).stop(None)

    async def end_all(self) -> None:
        for host in list(self._servers):
            await self.end(host)

    async def until(self, condition: Callable[[Demand | None], Any]) -> Demand | None:
        async with asyncio.timeout(20):
            while not condition(demand := self.reader.read()):
                await asyncio.sleep(0.01)
            return demand


@asynccontextmanager
async def _following(followed: Followed, redis_url: str) -> AsyncIterator[None]:
    async with open_redis(redis_url) as redis:
        host = Host(name="scaler", redis=redis, address="here:1")
        followed.reader = Orchestrators(
            host,
            f"orchestrators.test:{followed.port}",
            timeout=1.0,
            awaited=followed.woken,
            clock=lambda: followed.now,
        )
        running = asyncio.create_task(followed.reader.run())
        try:
            yield
        finally:
            await end_tasks([running])


@pytest.fixture
async def followed(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Followed]:
    followed = Followed(free_port())
    loop = asyncio.get_running_loop()
    real = loop.getaddrinfo

    async def getaddrinfo(host: Any, port: Any, **asked: Any) -> Any:
        if host != "orchestrators.test":
            return await real(host, port, **asked)
        if not followed.listed:
            raise socket.gaierror("nobody of that name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in followed.listed]

    monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(module, "RESOLVE_EVERY", 0.05)
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.3)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(followed.end_all)
        await stack.enter_async_context(_following(followed, redis_url))
        yield followed


async def test_the_sum_counts_when_all_are_heard(followed: Followed) -> None:
    one = await followed.serve(HOSTS[0], "one")
    one.queues["branding"] = (2, 1, 3)
    await asyncio.sleep(0.2)
    assert followed.reader.read() is None, "the other may have anything"
    assert not followed.reader.heard.is_set()
    two = await followed.serve(HOSTS[1], "two")
    two.queues["branding"] = (4, 0, 3)
    demand = await followed.until(lambda demand: demand and demand.of("branding").waiting == 6)
    assert demand is not None
    assert demand.of("branding").running == 1
    assert followed.reader.heard.is_set()


async def test_one_that_dies_grows_old_until_it_is_back_or_not_listed_any_more(followed: Followed) -> None:
    one, two = await followed.serve(HOSTS[0], "one"), await followed.serve(HOSTS[1], "two")
    one.queues["branding"] = (2, 0, 3)
    await followed.until(lambda demand: demand and demand.of("branding").waiting == 2)
    two.silent, streams = True, two.opened
    async with asyncio.timeout(20):
        while two.opened == streams:  # who opens another stream has heard all of the one before
            await asyncio.sleep(0.01)
    await followed.end(HOSTS[1])
    followed.now += 20
    # The one that is alive says it again; the sum is as old as what the dead one said.
    one.queues["branding"] = (3, 0, 3)
    demand = await followed.until(lambda demand: demand and demand.of("branding").waiting == 3)
    assert demand is not None
    assert demand.age == 20
    back = await followed.serve(HOSTS[1], "two again")
    back.queues["branding"] = (5, 0, 1)
    await followed.until(lambda demand: demand and demand.of("branding").waiting == 8 and demand.age == 0)
    await followed.end(HOSTS[1])
    followed.now += 20
    followed.listed = [HOSTS[0]]
    one.queues["branding"] = (1, 0, 3)
    await followed.until(lambda demand: demand and demand.of("branding").waiting == 1 and demand.age == 0)


async def test_a_name_that_does_not_resolve_for_a_while_changes_nothing(followed: Followed) -> None:
    followed.listed = [HOSTS[0]]
    one = await followed.serve(HOSTS[0], "one")
    await followed.until(lambda demand: demand is not None)
    followed.listed = []
    await asyncio.sleep(0.2)
    one.queues["branding"] = (2, 0, 3)
    await followed.until(lambda demand: demand and demand.of("branding").waiting == 2)


async def test_a_stream_that_says_nothing_is_opened_anew(followed: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENT", 0.3)
    followed.listed = [HOSTS[0]]
    one = await followed.serve(HOSTS[0], "one", frozen=True)
    async with asyncio.timeout(20):
        while one.opened < 3:
            await asyncio.sleep(0.01)
    assert followed.reader.read() is None
    one.frozen = False
    await followed.until(lambda demand: demand is not None)


async def test_it_wakes_when_tasks_begin_to_wait(followed: Followed) -> None:
    followed.listed = [HOSTS[0]]
    one = await followed.serve(HOSTS[0], "one")
    await followed.until(lambda demand: demand is not None)
    assert followed.wakes == 0
    one.queues["branding"] = (1, 0, 0)
    await followed.until(lambda demand: demand and demand.of("branding").waiting == 1)
    assert followed.wakes == 1
    one.queues["branding"] = (9, 0, 0)
    await followed.until(lambda demand: demand and demand.of("branding").waiting == 9)
    assert followed.wakes == 1, "decisions are under way already"
    one.queues = {"branding": (0, 2, 0), "dossier": (1, 0, 0)}
    await followed.until(lambda demand: demand and demand.of("dossier").waiting == 1)
    assert followed.wakes == 2
