"""The system as people use it: how soon it is there, and how many requests it carries at once."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Collection

from agent_sdk.registry import AgentRegistry
from chassis.redis import open_redis
from tests.bench.client import Client, client_of
from tests.bench.figures import Figure
from tests.bench.machine import Stopwatch
from tests.bench.system import Running, business

PARTS = ("start", "agents", "ten", "thirty")
REQUEST = "Create an AI-powered fitness coaching app"
MODEL_AGENTS = ("branding", "market_research", "business_plan")
_LOOK = 0.01


async def measure(parts: Collection[str]) -> list[Figure]:
    """The figures of the parts chosen; the others are left out where they cost time of their own."""
    figures = []
    async with business() as system, client_of(system) as client:
        registering = asyncio.create_task(_registrations(system), name="registrations")
        await system.local.wait_core()
        core = time.perf_counter() - system.began
        first = await client.first_submit(REQUEST)
        answered = time.perf_counter() - system.began
        await client.ended(first)
        finished = time.perf_counter() - system.began
        registered = await registering
        if "start" in parts:
            figures += [
                Figure(part="start", name="processes started", value=len(system.local.children), unit=""),
                Figure(part="start", name="Redis, orchestrator, templates, approvals ready", value=core, unit="s"),
                Figure(part="start", name="first SubmitWorkflow answered", value=answered, unit="s", wanted="< 5 s"),
                Figure(part="start", name="first dossier finished", value=finished, unit="s"),
            ]
        if "agents" in parts:
            figures += _agent_figures(system, registered)
        if {"ten", "thirty"} & set(parts):
            await system.local.wait_ready()
        for part, count in (("ten", 10), ("thirty", 30)):
            if part in parts:
                figures += await _at_once(system, client, part, count)
    return figures


async def _registrations(system: Running) -> dict[str, float]:
    """When each agent process was first seen in the registry, by its address."""
    expected = {spec.address for spec in system.agents()}
    seen: dict[str, float] = {}
    async with open_redis(system.redis_url) as redis:
        registry = AgentRegistry(redis)
        while expected - seen.keys():
            for entry in await registry.entries():
                seen.setdefault(entry.instance.endpoint, time.perf_counter())
            await asyncio.sleep(_LOOK)
    return seen


def _agent_figures(system: Running, registered: dict[str, float]) -> list[Figure]:
    took = {
        spec.name: registered.get(spec.address, math.nan) - system.started[spec.address]
        for spec in system.agents()
        if spec.agent_type in MODEL_AGENTS
    }
    last = max(took, key=lambda name: took[name])
    together = max(registered[spec.address] for spec in system.agents() if spec.agent_type in MODEL_AGENTS)
    began = min(system.started[spec.address] for spec in system.agents())
    return [
        *(Figure(part="agents", name=f"{name} registered", value=seconds, unit="s") for name, seconds in took.items()),
        Figure(
            part="agents",
            name=f"all {len(took)} registered, from the start of the first",
            value=together - began,
            unit="s",
            wanted="< 2 s",
            note=f"slowest: {last}; {len(system.agents())} agents and the model server start side by side",
        ),
    ]


async def _at_once(system: Running, client: Client, part: str, count: int) -> list[Figure]:
    before = len(client.unfinished)
    watch = Stopwatch(system.pids())
    took = await asyncio.gather(*(client.through(REQUEST) for _ in range(count)))
    spent = watch.read()
    failed = client.unfinished[before:]
    return [
        Figure(
            part=part,
            name=f"{count} requests at once: succeeded",
            value=count - len(failed),
            unit="",
            wanted=str(count),
            note="; ".join(failed[:3]),
        ),
        Figure(part=part, name="until the last has its dossier", value=spent.wall, unit="s"),
        Figure(part=part, name="until the first has", value=min(took), unit="s"),
        Figure(
            part=part,
            name="CPU per workflow, all processes",
            value=spent.total * 1000 / count,
            unit="ms",
            note=f"others used {spent.others:.1f} cores meanwhile",
        ),
    ]
