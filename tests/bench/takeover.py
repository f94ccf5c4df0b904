"""How long workflows are without an owner when theirs dies, and when it is asked to stop.

Two orchestrators share workflows that run all the time. The one that owns more of them gets SIGKILL, later SIGTERM; the
clock stops when every workflow has an owner that answers.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Collection

import grpc
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.templates.v1 import template_service_pb2 as templates_pb

from tests.bench.client import client_of
from tests.bench.figures import Figure
from tests.bench.system import Running, echoes

PARTS = ("takeover",)
WORKFLOWS = 40
LOOK = 0.02
"""Seconds between looks at who owns what."""
LONGEST = 30.0


async def measure(parts: Collection[str]) -> list[Figure]:
    """The figures of the parts chosen."""
    async with echoes(1, orchestrators=2) as system, client_of(system) as client:
        await system.local.wait_ready()
        task = templates_pb.TaskSpec(id="only", title="only", agent_type="echo")
        template = await client.create("for-ever", [task])
        for _ in range(WORKFLOWS):
            await client.submit("hold", template)
        await _all_owned(system)
        died = await _after(system, signal.SIGKILL)
        stopped = await _after(system, signal.SIGTERM)
    return [
        Figure(
            part="takeover",
            name="owner killed, until all are owned again",
            value=died,
            unit="s",
            wanted="< lease + 2 s",
        ),
        Figure(
            part="takeover", name="owner stopped, until all are owned again", value=stopped, unit="s", wanted="< 1 s"
        ),
    ]


async def _after(system: Running, number: signal.Signals) -> float:
    """Seconds from the signal to the owner of most, until every workflow is owned by somebody who answers."""
    owned = await _owned(system)
    name = max(owned, key=lambda name: owned[name][1])
    gone, pid = owned[name][0], system.pids()[name]
    assert pid is not None
    began = time.perf_counter()
    os.kill(pid, number)
    await _all_owned(system, gone)
    return time.perf_counter() - began


async def _all_owned(system: Running, gone: str = "") -> None:
    async with asyncio.timeout(LONGEST):
        while sum(count for who, count in (await _owned(system)).values() if who != gone) < WORKFLOWS:
            await asyncio.sleep(LOOK)


async def _owned(system: Running) -> dict[str, tuple[str, int]]:
    """Who each orchestrator says it is, and how many workflows it owns, by the name of its process."""
    found = {}
    for child in system.local.children:
        if child.name.startswith("orchestrator"):
            async with grpc.aio.insecure_channel(child.spec.address) as channel:
                try:
                    stub = rpc.OrchestratorServiceStub(channel)
                    status = await stub.GetSystemStatus(pb.GetSystemStatusRequest(), timeout=1)
                except grpc.aio.AioRpcError:
                    continue
            found[child.name] = (status.orchestrator, status.owned_workflows)
    return found
