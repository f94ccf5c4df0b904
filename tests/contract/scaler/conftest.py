"""A real scaler in this process over a real Redis, beside a small orchestrator that says what it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import grpc
import pytest
from heyjarvis.agents.v1 import agent_service_pb2 as agents
from heyjarvis.scaler.v1 import scaler_service_pb2 as calls
from heyjarvis.scaler.v1 import scaler_service_pb2_grpc as rpc
from pydantic import SecretStr

from agent_sdk.registry import AgentRegistry
from chassis.host import Host
from chassis.redis import RedisAccess, open_redis
from chassis.server import running
from chassis.tasks import end_tasks
from services.scaler.__main__ import scaler
from services.scaler.settings import Settings
from tests.support.demand_orchestrator import DemandOrchestrator, demand_orchestrator

Context = grpc.aio.ServicerContext[Any, Any]


@pytest.fixture
async def orchestrator_address() -> AsyncIterator[tuple[DemandOrchestrator, str]]:
    async with demand_orchestrator() as made:
        yield made


class Scaler:
    """A running scaler: a stub to it, and the world it sees."""

    def __init__(
        self, stub: rpc.ScalerServiceStub, host: Host, redis: RedisAccess, orchestrator_: DemandOrchestrator
    ) -> None:
        self.stub = stub
        self.host = host
        self.redis = redis
        self.orchestrator = orchestrator_
        self._registry = AgentRegistry(redis)
        self._instances: dict[str, agents.AgentInstance] = {}

    async def has(self, agent_type: str, *in_hand: int, capacity: int = 4) -> None:
        """Instances of a type, each with so many attempts in hand; they give signs of life from now on."""
        for number, busy in enumerate(in_hand):
            instance = agents.AgentInstance(
                instance=f"{agent_type}-{number}",
                type=agent_type,
                state=agents.AGENT_STATE_BUSY if busy else agents.AGENT_STATE_READY,
                capacity=capacity,
                in_hand=busy,
            )
            self._instances[instance.instance] = instance
            await self._registry.renew(instance, announce=True)

    async def keep_alive(self) -> None:
        """Gives the instances' signs of life, for ever."""
        while True:
            await asyncio.sleep(1)
            for instance in list(self._instances.values()):
                await self._registry.renew(instance)

    async def needs(self, agent_type: str, waiting: int, running: int, wait: float) -> None:
        """Says what waits and runs, and comes back when the scaler has heard it."""
        self.orchestrator.queues[agent_type] = (waiting, running, wait)
        async with asyncio.timeout(20):
            while True:
                with suppress(grpc.aio.AioRpcError):  # not even the type was heard of
                    inputs = (await self.explains(agent_type)).decision.inputs
                    if any(one.name == "queued" and one.value == waiting for one in inputs):
                        return
                await asyncio.sleep(0.01)

    async def explains(self, agent_type: str) -> calls.ExplainScalingResponse:
        return await self.stub.ExplainScaling(calls.ExplainScalingRequest(agent_type=agent_type))

    async def decides(self, agent_type: str, reason: "calls.DecisionReason") -> calls.ScalingDecision:
        """Waits until the newest decision on record has this reason."""
        async with asyncio.timeout(20):
            while True:
                request = calls.ListDecisionsRequest(agent_type=agent_type, page_size=1)
                found = (await self.stub.ListDecisions(request)).decisions
                if found and found[0].reason == reason:
                    return found[0]
                await asyncio.sleep(0.02)


ScalerStart = Callable[..., AbstractAsyncContextManager[Scaler]]


@pytest.fixture
def start(redis_url: str, orchestrator_address: tuple[DemandOrchestrator, str]) -> ScalerStart:
    """Starts a scaler with settings."""
    servicer, address = orchestrator_address

    @asynccontextmanager
    async def starting(**changes: Any) -> AsyncIterator[Scaler]:
        settings: dict[str, Any] = {
            "redis_url": SecretStr(redis_url),
            "orchestrator_address": address,
            "analytics_address": "127.0.0.1:9",
            "tick": 0.05,
            "input_timeout": 1.0,
            "drain_grace": 30.0,
        }
        async with (
            open_redis(redis_url) as redis,
            running(scaler, Settings(**settings | changes), name="scaler") as host,
            grpc.aio.insecure_channel(host.address) as channel,
        ):
            started = Scaler(rpc.ScalerServiceStub(channel), host, redis, servicer)
            living = asyncio.create_task(started.keep_alive())
            try:
                yield started
            finally:
                await end_tasks([living])

    return starting


@pytest.fixture
async def server(start: ScalerStart) -> AsyncIterator[Scaler]:
    async with start() as server:
        yield server
