"""The system as people use it: how soon it is there, and how many requests it carries at once."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Collection
from contextlib import asynccontextmanager

from agent_sdk.registry import AgentRegistry
from chassis.redis import open_redis
from tests.bench.client import Client, client_of
from tests.bench.figures import Figure
from tests.bench.machine import Stopwatch, cpu_seconds
from tests.bench.system import Running, business

PARTS = ("start", "agents", "ten", "thirty")
REQUEST = "Create an AI-powered fitness coaching app"
MODEL_AGENTS = ("branding", "market_research", "business_plan")
_LOOK, _LONGEST_LOOK = 0.01, 40.0


async def measure(parts: Collection[str]) -> list[Figure]:
    """The figures of the parts chosen; the others are left out where they cost time of their own."""
    figures = []
    async with business() as system, client_of(system) as client:
        async with _registrations(system) as registering:
            started = await _start(system, client)
            registered = await registering
        if "start" in parts:
            figures += started
        if "agents" in parts:
            figures += _agent_figures(system, registered)
        if {"ten", "thirty"} & set(parts):
            await system.local.wait_ready()
        for part, count in (("ten", 10), ("thirty", 30)):
            if part in parts:
                figures += await _at_once(system, client, part, count)
    return figures


async def _start(system: Running, client: Client) -> list[Figure]:
    watch = Stopwatch({})
    await system.local.wait_core()
    core = time.perf_counter() - system.began
    first = await client.first_submit(REQUEST)
    answered = time.perf_counter() - system.began
    await client.ended(first)
    finished = time.perf_counter() - system.began
    spent = watch.read()
    ours = sum(cpu_seconds(pid) for pid in system.pids().values() if pid is not None)
    others = max(0.0, spent.others - ours / spent.wall)
    return [
        Figure(part="start", name="processes started", value=len(system.local.children), unit=""),
        Figure(part="start", name="Redis, orchestrator, templates, approvals ready", value=core, unit="s"),
        Figure(part="start", name="first SubmitWorkflow answered", value=answered, unit="s", wanted="< 5 s"),
        Figure(part="start", name="first dossier finished", value=finished, unit="s"),
        Figure(
            part="start",
            name="CPU until then, all processes",
            value=ours,
            unit="s",
            note=f"others used {others:.1f} cores meanwhile",
        ),
    ]


@asynccontextmanager
async def _registrations(system: Running) -> AsyncIterator[Awaitable[dict[str, float]]]:
    """While this is entered somebody looks; what is awaited is when each agent was first seen, by its address."""
    looking = asyncio.create_task(_look(system), name="registrations")
    try:
        yield looking
    finally:
        looking.cancel()
        await asyncio.wait([looking])


async def _look(system: Running) -> dict[str, float]:
    expected = {spec.address for spec in system.agents()}
    seen: dict[str, float] = {}
    limit = time.perf_counter() + _LONGEST_LOOK
    async with open_redis(system.redis_url) as redis:
        registry = AgentRegistry(redis)
        while expected - seen.keys() and time.perf_counter() < limit:
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
    model_agents = [spec.address for spec in system.agents() if spec.agent_type in MODEL_AGENTS]
    together = max(registered.get(address, math.nan) for address in model_agents)
    began = min(system.started[address] for address in model_agents)
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
