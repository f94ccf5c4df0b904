"""A real agent in each pod: its gRPC server, its entry in the registry, its drain; attempts run until told otherwise.

What an orchestrator would do is done by the test: `busy` hands out attempts over real Work streams and puts them into
the lease table, `finish` lets one pod's attempts end.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
from contextlib import AsyncExitStack
from dataclasses import dataclass

from heyjarvis.agents.v1 import agent_service_pb2 as pb
from pydantic import SecretStr

from agent_sdk.registry import AgentRegistry
from agent_sdk.serving import agent_service
from agent_sdk.settings import AgentSettings
from chassis.redis import RedisAccess
from chassis.server import running
from tests.k8s.harness import Pod, eventually
from tests.support.agents import EchoAgent
from tests.support.demand_orchestrator import DemandOrchestrator
from tests.support.work_client import WorkClient, work_client

CAPACITY = 4
HEARTBEAT = 0.5
"""Seconds, so that tests do not wait for signs of life."""
DRAIN_GRACE = 60.0
_tasks = itertools.count(1)


@dataclass
class Inside:
    """What runs in a pod."""

    agent: EchoAgent
    address: str
    stack: AsyncExitStack
    work: WorkClient | None = None
    handed_out: int = 0
    finished: int = 0


class Fleet:
    """The workload of the node stand-in: pods of one agent type."""

    def __init__(self, redis_url: str, redis: RedisAccess, orchestrator: DemandOrchestrator, agent_type: str) -> None:
        self.inside: dict[str, Inside] = {}
        """By pod UID, those that run."""
        self.terminated: list[str] = []
        """UIDs of pods that got SIGTERM."""
        self.cut_off: list[str] = []
        """Attempts that were stopped before their end."""
        self.may_start = asyncio.Event()
        """Cleared, containers take as long to start as the test likes."""
        self.may_start.set()
        self.finished = 0
        """Attempts that ended as they should."""
        self._redis_url = redis_url
        self._registry = AgentRegistry(redis)
        self._orchestrator = orchestrator
        self._type = agent_type
        self._over = False

    async def start(self, pod: Pod) -> None:
        """The container starts."""
        await self.may_start.wait()
        made = type("PodAgent", (EchoAgent,), {"card": _card(self._type)})()
        stack = AsyncExitStack()
        settings = AgentSettings(
            redis_url=SecretStr(self._redis_url),
            pod_uid=pod.uid,
            agent_heartbeat=HEARTBEAT,
            drain_grace=DRAIN_GRACE,
        )
        host = await stack.enter_async_context(running(agent_service(made), settings, name=self._type))
        if self._over:
            await stack.aclose()
            return
        self.inside[pod.uid] = Inside(agent=made, address=host.address, stack=stack)

    async def stop(self, pod: Pod) -> None:
        """SIGTERM: the agent finishes what it has, then it is gone."""
        self.terminated.append(pod.uid)
        inside = self.inside.get(pod.uid)
        if inside is None:
            return  # it was still starting
        try:
            await inside.stack.aclose()
        finally:
            self.cut_off += inside.agent.stopped
            del self.inside[pod.uid]

    async def busy(self, pod: Pod, attempts: int = 1) -> None:
        """Hands out attempts that run until `finish`, and waits until the agent's signs of life tell of them.

        Raises when the agent does not take them. Until they are told of, a scaler rightly counts fewer.
        """
        inside = self.inside[pod.uid]
        if inside.work is None:
            inside.work = await inside.stack.enter_async_context(work_client(inside.address))
        for _ in range(attempts):
            await inside.work.assign("hold", task=f"t{next(_tasks)}", seconds=600)
            inside.handed_out += 1
        await self._lease(pod.uid, inside)
        in_hand = inside.handed_out - inside.finished

        async def told() -> bool:
            entries = await self._registry.entries()
            heard = [entry.instance.in_hand for entry in entries if entry.instance.pod_uid == pod.uid]
            assert heard == [in_hand], heard
            return True

        await eventually(told)

    async def believed_busy(self, pod: Pod, attempts: int) -> None:
        """Puts attempts into the lease table that the agent does not have: they are on their way."""
        self.inside[pod.uid].handed_out += attempts
        await self._lease(pod.uid, self.inside[pod.uid])

    async def takes_work(self, pod: Pod) -> bool:
        """Whether the agent would take an attempt, as it says of itself."""
        entries = await self._registry.entries()
        return any(
            entry.instance.pod_uid == pod.uid and entry.instance.state in (pb.AGENT_STATE_READY, pb.AGENT_STATE_BUSY)
            for entry in entries
        )

    async def finish(self, pod: Pod) -> None:
        """Lets the attempts of a pod end, and takes their results as an orchestrator would."""
        inside = self.inside[pod.uid]
        inside.agent.go.set()
        assert inside.work is not None
        while inside.finished < inside.handed_out:
            await inside.work.next("result")
            inside.finished += 1
            self.finished += 1
        await self._lease(pod.uid, inside)

    async def end(self) -> None:
        """Ends whatever still runs, in no order, and what is about to."""
        self._over = True
        for inside in list(self.inside.values()):
            inside.agent.go.set()
            await inside.stack.aclose()

    async def _lease(self, uid: str, inside: Inside) -> None:
        names = [entry.instance.instance for entry in await self._registry.entries() if entry.instance.pod_uid == uid]
        self._orchestrator.leases |= dict.fromkeys(names, inside.handed_out - inside.finished)
        waiting, _, wait = self._orchestrator.queues.get(self._type, (0, 0, 0.0))
        running = sum(one.handed_out - one.finished for one in self.inside.values())
        self._orchestrator.queues[self._type] = (waiting, running, wait)


def _card(agent_type: str) -> object:
    return dataclasses.replace(EchoAgent.card, type=agent_type, capacity=CAPACITY)
