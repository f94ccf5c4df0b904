"""The system under test: real processes with a Redis and agents that can be cut off and slowed, and a Redis that can be
killed and whose disk can be full.

Two orchestrators and two instances of every agent. Where libfaketime is installed, the second orchestrator and the
second instance of each agent live five minutes in the future.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tools.chaos.ledger import Ledger
from tools.chaos.proxy import Proxy
from tools.local.child import Child, ChildState
from tools.local.options import ROOT, LocalOptions
from tools.local.ports import free_port
from tools.local.processes import SERVICES, ProcessSpec, agent_types, lay_out
from tools.local.redis_server import RedisServer
from tools.local.supervisor import LocalSystem

LATENCY_MS = 120.0
"""How long the model server takes for a call: long enough that faults meet calls that run."""
CLOCK_OFFSET = "+300"
"""Seconds by which the clocks of half of the processes are ahead."""
START_SECONDS = 180.0
"""How long a process may take to be ready: two dozen start at once, on a busy machine too."""
RESTART_SECONDS = 90.0
"""How long a process may take to end as asked and to be ready again."""
_FAKETIME = tuple(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


@dataclass(frozen=True, slots=True)
class World:
    """What faults happen to."""

    local: LocalSystem
    redis: RedisServer
    network: Proxy
    """Between everybody and Redis."""
    lines: dict[str, Proxy]
    """Between the orchestrators and each agent instance, by name."""
    clocks_differ: bool

    def child(self, name: str) -> Child:
        """A process by its name."""
        return next(child for child in self.local.children if child.name == name)

    @property
    def orchestrators(self) -> str:
        """A target that names both."""
        return "ipv4:" + ",".join(c.spec.address for c in self.local.children if c.name.startswith("orchestrator"))

    @property
    def model(self) -> Ledger:
        """The model server."""
        return Ledger(f"http://{self.child('offline-model').spec.address}")

    def signal(self, name: str, number: signal.Signals) -> int | None:
        """Sends a signal; the process id it went to, None when the process was not running."""
        pid = self.child(name).pid
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        return pid

    async def restart(self, name: str) -> None:
        """Asks a process to end, and waits until its successor is ready. Raises TimeoutError."""
        child, before = self.child(name), self.signal(name, signal.SIGTERM)
        async with asyncio.timeout(RESTART_SECONDS):
            while child.pid in (None, before) or child.state is not ChildState.READY:
                await asyncio.sleep(0.05)


@asynccontextmanager
async def world(*, loud: bool, drain_grace: float = 5.0) -> AsyncIterator[World]:
    """The whole system; everything is gone after the block.

    drain_grace: seconds in which a process that is asked to end may finish what it has in hand.
    """
    with tempfile.TemporaryDirectory(prefix="heyjarvis-chaos-") as folder:
        home = Path(folder)
        redis = RedisServer(home / "redis", append_only=True, start_limit=RESTART_SECONDS, stop_limit=RESTART_SECONDS)
        await asyncio.to_thread(redis.start)
        network = Proxy(redis.port)
        lines: dict[str, Proxy] = {}
        try:
            options = LocalOptions(
                home=home,
                redis_url=f"redis://127.0.0.1:{await network.start()}/0",
                instances=dict.fromkeys(agent_types(ROOT), 2),
                ports=dict.fromkeys((*(service.name for service in SERVICES), "offline-model"), 0),
                offline_model=True,
                offline_latency_ms=LATENCY_MS,
                restart_first=0.2,
                restart_longest=1.0,
                restart_attempts=10_000,
                settle=5.0,
                start_limit=START_SECONDS,
                drain_grace=drain_grace,
            )

            def report(child: Child, line: str) -> None:
                if loud and child.state in (ChildState.RESTARTING, ChildState.FAILED):
                    print(f"    {child.name} {line}", file=sys.stderr)

            specs = _specs(options)
            lines = {spec.name: Proxy(spec.port) for spec in specs if spec.agent_type}
            specs = [await _behind(lines[spec.name], spec) if spec.name in lines else spec for spec in specs]
            async with LocalSystem(options, specs, report, mode="chaos") as local:
                await local.wait_ready()
                yield World(local, redis, network, lines, clocks_differ=bool(_FAKETIME))
        finally:
            for proxy in (network, *lines.values()):
                await proxy.aclose()
            await asyncio.to_thread(redis.kill)


def _specs(options: LocalOptions) -> list[ProcessSpec]:
    specs = lay_out(options)
    first = next(spec for spec in specs if spec.name == "orchestrator")
    port = free_port()
    environment = {**first.environment, "HEYJARVIS_PORT": str(port)}
    specs.append(replace(first, name="orchestrator-2", port=port, environment=environment))
    ordered = sorted(specs, key=lambda spec: spec.stage)
    return [_ahead(spec) if _FAKETIME and spec.name.endswith("-2") else spec for spec in ordered]


async def _behind(line: Proxy, spec: ProcessSpec) -> ProcessSpec:
    """The agent, found at its proxy by whoever looks for it."""
    advertised = {"HEYJARVIS_ADVERTISE": f"127.0.0.1:{await line.start()}"}
    return replace(spec, environment={**spec.environment, **advertised})


def _ahead(spec: ProcessSpec) -> ProcessSpec:
    clock = {"LD_PRELOAD": str(_FAKETIME[0]), "FAKETIME": CLOCK_OFFSET, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return replace(spec, environment={**spec.environment, **clock})
