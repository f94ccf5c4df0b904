"""A real scaler on a real Redis, in a process of its own, beside agents and an orchestrator that only say how they are.

python -m tests.support.lone_scaler REDIS_URL      tells its address, and runs until it is killed
"""

from __future__ import annotations

import asyncio
import sys

from heyjarvis.agents.v1 import agent_service_pb2 as agents
from pydantic import SecretStr

from agent_sdk.registry import AgentRegistry
from chassis.redis import open_redis
from chassis.server import running
from services.scaler.__main__ import scaler
from services.scaler.settings import Settings
from tests.support.demand_orchestrator import demand_orchestrator

BUSY = {"branding": (4, 4, 4), "research": (0,)}
"""Attempts in hand of each instance, by type; each takes four."""
READY = "scaler at "
"""What the line with the address begins with; others are the log."""
RENEW_EVERY = 0.5


async def _main(redis_url: str) -> None:
    async with open_redis(redis_url) as redis, demand_orchestrator() as (_, orchestrator_address):
        settings = Settings(
            redis_url=SecretStr(redis_url),
            orchestrator_address=orchestrator_address,
            analytics_address="127.0.0.1:9",
            tick=0.1,
            input_timeout=10.0,
        )
        registry = AgentRegistry(redis)
        # Before the scaler begins, so that its first look finds all of them.
        await _renew(registry)
        async with running(scaler, settings, name="scaler") as host:
            print(f"{READY}{host.address}", flush=True)
            while True:
                await asyncio.sleep(RENEW_EVERY)
                await _renew(registry)


async def _renew(registry: AgentRegistry) -> None:
    for agent_type, loads in BUSY.items():
        for number, busy in enumerate(loads):
            state = agents.AGENT_STATE_BUSY if busy else agents.AGENT_STATE_READY
            instance = agents.AgentInstance(
                instance=f"{agent_type}-{number}", type=agent_type, state=state, capacity=4, in_hand=busy
            )
            await registry.renew(instance, announce=True)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
