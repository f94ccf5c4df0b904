"""The system under test: real processes behind a Redis that can be killed, cut off and slowed.

Two orchestrators and two instances of every agent. Where libfaketime is installed, the second orchestrator and the
second instance of each agent live five minutes in the future.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.chaos.proxy import Proxy
from tools.local.child import Child, ChildState
from tools.local.options import LocalOptions
from tools.local.processes import SERVICES, ProcessSpec, lay_out
from tools.local.redis_server import RedisServer, free_port
from tools.local.supervisor import LocalSystem

LATENCY_MS = 120.0
"""How long the model server takes for a call: long enough that faults meet calls that run."""
CLOCK_OFFSET = "+300"
"""Seconds by which the clocks of half of the processes are ahead."""
_FAKETIME = tuple(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


@dataclass(frozen=True, slots=True)
class World:
    """What faults happen to."""

    local: LocalSystem
    redis: RedisServer
    network: Proxy
    """Between everybody and Redis."""
    clocks_differ: bool

    def child(self, name: str) -> Child:
        """A process by its name."""
        return next(child for child in self.local.children if child.name == name)

    @property
    def orchestrators(self) -> str:
        """A target that names both."""
        return "ipv4:" + ",".join(c.spec.address for c in self.local.children if c.name.startswith("orchestrator"))

    def calls(self) -> list[dict[str, Any]]:
        """Every request the model server got."""
        with urllib.request.urlopen(f"http://{self.child('offline-model').spec.address}/_calls", timeout=30) as answer:
            listed: list[dict[str, Any]] = json.load(answer)["calls"]
        return listed

    def spoil(self, *rules: Mapping[str, Any]) -> None:
        """Tells the model server to misbehave."""
        request = urllib.request.Request(
            f"http://{self.child('offline-model').spec.address}/_faults", json.dumps(rules).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=10):
            pass

    def memory(self) -> dict[tuple[str, int], float]:
        """Resident megabytes of every process, by name and process id."""
        found = {}
        for child in self.local.children:
            if child.pid is not None:
                pages = int(Path(f"/proc/{child.pid}/statm").read_text().split()[1])
                found[child.name, child.pid] = pages * 4096 / 1e6
        return found


@asynccontextmanager
async def world(*, loud: bool) -> AsyncIterator[World]:
    """The whole system; everything is gone after the block."""
    with tempfile.TemporaryDirectory(prefix="heyjarvis-chaos-") as folder:
        home = Path(folder)
        redis = RedisServer(home / "redis", append_only=True)
        await asyncio.to_thread(redis.start)
        network = Proxy(redis.port)
        try:
            options = LocalOptions(
                home=home,
                redis_url=f"redis://127.0.0.1:{await network.start()}/0",
                instances=dict.fromkeys(("branding", "market_research", "business_plan", "dossier"), 2),
                ports=dict.fromkeys((*(service.name for service in SERVICES), "offline-model"), 0),
                offline_model=True,
                offline_latency_ms=LATENCY_MS,
                restart_first=0.2,
                restart_longest=1.0,
                restart_attempts=10_000,
                settle=5.0,
            )

            def report(child: Child, line: str) -> None:
                if loud and child.state in (ChildState.RESTARTING, ChildState.FAILED):
                    print(f"    {child.name} {line}", file=sys.stderr)

            async with LocalSystem(options, _specs(options), report, mode="chaos") as local:
                await local.wait_ready()
                yield World(local, redis, network, clocks_differ=bool(_FAKETIME))
        finally:
            await network.aclose()
            await asyncio.to_thread(redis.kill)


def _specs(options: LocalOptions) -> list[ProcessSpec]:
    specs = lay_out(options)
    first = next(spec for spec in specs if spec.name == "orchestrator")
    port = free_port()
    environment = {**first.environment, "HEYJARVIS_PORT": str(port)}
    specs.append(replace(first, name="orchestrator-2", port=port, environment=environment))
    ordered = sorted(specs, key=lambda spec: spec.stage)
    return [_ahead(spec) if _FAKETIME and spec.name.endswith("-2") else spec for spec in ordered]


def _ahead(spec: ProcessSpec) -> ProcessSpec:
    clock = {"LD_PRELOAD": str(_FAKETIME[0]), "FAKETIME": CLOCK_OFFSET, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return replace(spec, environment={**spec.environment, **clock})
