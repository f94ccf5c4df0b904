"""What a decision costs, and how soon work for an agent without replicas becomes a write of its count.

Deciding is timed in this process, windows full and drains under way. The activation is timed on a real Redis, from the
moment the demand is pushed to the moment the count would go out to the Kubernetes API, which here is on paper.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from chassis.redis import RedisAccess, open_redis
from services.scaler.domain.decide import decide
from services.scaler.domain.drain import Drains, plan
from services.scaler.domain.memory import Memory
from services.scaler.domain.policy import Policy
from services.scaler.inputs.demand import AgentDemand
from services.scaler.strategies.utilization import Utilization
from tests.bench.figures import Figure, median, percentile
from tests.integration.scaler.loop import loop
from tests.integration.scaler.paper_cluster import PaperCluster
from tests.unit.scaler.situations import deployment, in_cluster
from tools.local.redis_server import RedisServer

PARTS = ("decide", "activation")
TYPES = 50
PODS = 10
ROUNDS = 60
ACTIVATIONS = 30


async def measure(parts: Collection[str]) -> list[Figure]:
    """The figures of the parts chosen."""
    figures = _decide() if "decide" in parts else []
    return figures + (await _activation() if "activation" in parts else [])


def _decide() -> list[Figure]:
    strategy, policy = Utilization(), Policy(agent_type="branding", max_replicas=50, down_window=120.0)
    memories = [Memory(since=0.0) for _ in range(TYPES)]
    drains = [Drains() for _ in range(TYPES)]
    took = []
    for number in range(ROUNDS):
        busy = [(number + at) % 4 for at in range(PODS)]
        seen = in_cluster(deployment(PODS), *busy, queued=number % 7)
        now = 1000.0 + 5 * number
        began = time.perf_counter()
        for at in range(TYPES):
            decision, memories[at] = decide(seen, policy, memories[at], strategy, now, cluster=True)
            drains[at] = plan(seen, decision.desired, drains[at], policy, now).drains
        took.append((time.perf_counter() - began) * 1000)
    name = f"decision and drain plan for {TYPES} agent types of {PODS} pods"
    return [
        Figure(part="decide", name=f"{name}, p50", value=median(took), unit="ms", wanted="< 50 ms"),
        Figure(part="decide", name="    p95", value=percentile(took, 95), unit="ms"),
    ]


async def _activation() -> list[Figure]:
    took = []
    with tempfile.TemporaryDirectory() as folder:
        redis = RedisServer(Path(folder))
        await asyncio.to_thread(redis.start)
        try:
            for number in range(ACTIVATIONS):
                async with open_redis(redis.url) as access:
                    took.append(await _activate(access, PaperCluster("echo", 0), f"scaler-{number}"))
        finally:
            redis.kill()
    return [
        Figure(part="activation", name="push to write from zero, p50", value=median(took), unit="ms", wanted="< 1 s"),
        Figure(part="activation", name="    p95", value=percentile(took, 95), unit="ms"),
    ]


async def _activate(redis: RedisAccess, cluster: PaperCluster, name: str) -> float:
    async with loop(redis, cluster, name) as scaler:
        running = asyncio.create_task(scaler.pacer.run())
        async with asyncio.timeout(30):
            while "echo" not in await scaler.control.known_types():
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.2)
            scaler.orchestrators.echo = replace(AgentDemand(), waiting=1)
            scaler.happened.set()
            began = time.perf_counter()
            while not cluster.writes:
                await asyncio.sleep(0.001)
            took = (time.perf_counter() - began) * 1000
        scaler.draining.set()
        await running
        await scaler.pacer.resign()
        return took
