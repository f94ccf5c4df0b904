"""A scaler's loop without a server around it, over a Deployment on paper."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from typing import Any

from agent_sdk.registry import AgentRegistry
from chassis.channels import connect
from chassis.clock import utc_now
from chassis.redis import RedisAccess
from services.scaler.acting import Actor
from services.scaler.control import Control
from services.scaler.domain.model import Decision, Reading
from services.scaler.domain.policy import Drain, Policy
from services.scaler.drainer import AgentDrainer
from services.scaler.gauges import Gauges
from services.scaler.inputs.demand import AgentDemand, Demand
from services.scaler.inputs.reader import InputReader
from services.scaler.leadership.redis import RedisLeadership
from services.scaler.pacer import Pacer
from services.scaler.store.decisions import DecisionLog
from services.scaler.store.policies import PolicyStore
from services.scaler.strategies import installed
from tests.integration.scaler.paper_cluster import PaperCluster

POLICY = Policy(
    agent_type="echo",
    min_replicas=0,
    slots=4,
    down_window=0.0,
    zero_cooldown=0.0,
    down_rate=1.0,
    drain=Drain(settle=0.05, min_age=0.0),
)


class Orchestrators:
    """What orchestrators need, as a test says."""

    def __init__(self) -> None:
        self.echo = AgentDemand()

    def read(self) -> Demand | None:
        return Demand(agents={"echo": self.echo}, leases={}, unclaimed=0, age=0.0)


class Times:
    """Nobody measured anything."""

    def of(self, agent_type: str) -> Reading:
        return Reading()


class Loop:
    """A scaler without a server around it."""

    def __init__(self, redis: RedisAccess, cluster: PaperCluster, drainer: AgentDrainer, *, name: str) -> None:
        clock = asyncio.get_running_loop().time
        self.cluster = cluster
        self.later = timedelta()
        """How much later it is for the decisions."""
        self.orchestrators = Orchestrators()
        self.heard, self.happened, self.draining = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.heard.set()
        self.leadership = RedisLeadership(redis, name, lasts=30)
        self.actor = Actor(cluster=cluster, drainer=drainer, leadership=self.leadership, gauges=Gauges(), clock=clock)
        self.decisions = DecisionLog(redis)
        self.policies = PolicyStore(redis, POLICY)
        self.control = Control(
            inputs=InputReader(
                registry=AgentRegistry(redis),
                demands=self.orchestrators,
                times=Times(),
                cluster=cluster,
                clock=clock,
            ),
            policies=self.policies,
            decisions=self.decisions,
            leadership=self.leadership,
            cluster=cluster,
            actor=self.actor,
            strategies=installed(),
            now=lambda: utc_now() + self.later,
            clock=clock,
            gauges=Gauges(),
            tick=5.0,
        )
        self.pacer = Pacer(
            self.control,
            self.leadership,
            redis,
            (),
            heard=self.heard,
            happened=self.happened,
            tick=60.0,
            draining=self.draining,
        )

    async def until(self, holds: Callable[[], bool]) -> Decision:
        """Decides again and again until something holds."""
        async with asyncio.timeout(20):
            while True:
                (decision,) = await self.control.once()
                if holds():
                    return decision
                await asyncio.sleep(0.05)


class Connecting:
    """As much of a host as calling agents takes."""

    @asynccontextmanager
    async def connect(self, target: str, *, timeout: float) -> AsyncIterator[Any]:
        async with connect(target, timeout=timeout) as channel:
            yield channel


@asynccontextmanager
async def loop(redis: RedisAccess, cluster: PaperCluster, name: str = "one") -> AsyncIterator[Loop]:
    """A loop that nobody drives yet."""
    async with aclosing(AgentDrainer(Connecting(), timeout=30.0)) as drainer:
        made = Loop(redis, cluster, drainer, name=name)
        async with aclosing(made.actor):
            yield made
