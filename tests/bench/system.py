"""The system that is measured: real processes, in a home of its own on free ports, with an offline model of 0 ms."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tools.local.child import Child, ChildState
from tools.local.options import LocalOptions
from tools.local.ports import free_port
from tools.local.processes import SERVICES, ProcessSpec, launched, lay_out
from tools.local.supervisor import LocalSystem

ECHO_PLACES = 128
"""Tasks that one echo agent takes at once."""


@dataclass(frozen=True, slots=True)
class Running:
    """A system that runs."""

    local: LocalSystem
    redis_url: str
    began: float
    """When the first process was started, by time.perf_counter."""
    started: dict[str, float] = field(default_factory=dict)
    """When each process was started, by its address."""

    def address(self, service: str) -> str:
        """HOST:PORT of a service."""
        return next(child.spec.address for child in self.local.children if child.name == service)

    def agents(self) -> list[ProcessSpec]:
        """The agent processes."""
        return [child.spec for child in self.local.children if child.spec.agent_type]

    def pids(self) -> dict[str, int | None]:
        """All processes, by name."""
        return {child.name: child.pid for child in self.local.children}


@asynccontextmanager
async def business() -> AsyncIterator[Running]:
    """Everything `make run` starts, with two instances of each kind of agent that asks a model."""
    instances = {"branding": 2, "market_research": 2, "business_plan": 2}
    async with _running(lay_out, instances) as system:
        yield system


@asynccontextmanager
async def echoes(count: int, *, orchestrators: int = 1) -> AsyncIterator[Running]:
    """Redis and the services, with agents that say at once what they are told: what is left is our own work."""

    def lay_out_echoes(options: LocalOptions) -> Iterable[ProcessSpec]:
        services = [spec for spec in lay_out(options) if not spec.agent_type]
        orchestrator = next(spec for spec in services if spec.name == "orchestrator")
        yield from services
        for number in range(2, orchestrators + 1):
            port = free_port()
            environment = {**orchestrator.environment, "HEYJARVIS_PORT": str(port)}
            yield replace(orchestrator, name=f"orchestrator-{number}", port=port, environment=environment)
        for number in range(1, count + 1):
            port = free_port()
            yield ProcessSpec(
                name=f"echo-{number}",
                command=launched("module", "tests.support.agents"),
                environment={
                    **orchestrator.environment,
                    "HEYJARVIS_PORT": str(port),
                    "MAX_CONCURRENT_INVOCATIONS": str(ECHO_PLACES),
                },
                port=port,
                stage=1,
                essential=True,
                agent_type="echo",
            )

    async with _running(lay_out_echoes, {}, offline_model=False) as system:
        yield system


@asynccontextmanager
async def _running(
    specs: Callable[[LocalOptions], Iterable[ProcessSpec]], instances: dict[str, int], *, offline_model: bool = True
) -> AsyncIterator[Running]:
    with tempfile.TemporaryDirectory(prefix="heyjarvis-bench-") as home:
        options = LocalOptions(
            home=Path(home),
            instances=instances,
            ports=dict.fromkeys((*(service.name for service in SERVICES), "redis", "offline-model"), 0),
            offline_model=offline_model,
            offline_latency_ms=0.0,
        )
        chosen = sorted(specs(options), key=lambda spec: spec.stage)
        started: dict[str, float] = {}

        def report(child: Child, line: str) -> None:
            if child.state is ChildState.STARTING:
                started.setdefault(child.spec.address, time.perf_counter())
            elif child.state in (ChildState.RESTARTING, ChildState.FAILED):
                print(f"  ! {child.name} {line}", file=sys.stderr)

        redis_url = next(spec for spec in chosen if spec.name == "orchestrator").environment["REDIS_URL"]
        began = time.perf_counter()
        async with LocalSystem(options, chosen, report, mode="bench") as local:
            yield Running(local, redis_url, began, started)
