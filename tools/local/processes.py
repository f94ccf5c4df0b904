"""Which processes the local system has, in one table, and what each is told.

`lay_out` turns options into a list of `ProcessSpec`: command, environment, address, when it starts
and when it stops. Agents are not listed here: every folder of services/agents that can be started
is one, so a new agent needs no line in this file.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from tools.local.options import LocalOptions, OptionError
from tools.local.ports import free_port
from tools.local.redis_server import find_server, server_command

HOST = "127.0.0.1"


class Probe(Enum):
    """How to find out that a process is ready."""

    GRPC = "grpc"
    HTTP = "http"
    REDIS = "redis"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSpec:
    """One process to be kept running."""

    name: str
    """Unique, such as `orchestrator` or `branding-2`; also the name of its log."""
    command: tuple[str, ...]
    """What to run, as words."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What it is told beyond the supervisor's own environment."""
    port: int
    """The loopback port it listens on."""
    probe: Probe = Probe.GRPC
    stage: int = 0
    """Stages start one after the other, so that what people wait for has the processor first."""
    stop_rank: int = 0
    """Lower ranks are stopped first."""
    essential: bool = False
    """Whether the system is of no use without it."""
    agent_type: str = ""
    """The kind of agent; empty for everything else."""
    url: str = ""
    """Where it speaks HTTP, for those who come from outside; empty when it does not."""

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"


@dataclass(frozen=True, slots=True)
class Service:
    """A service of which the local system runs one process."""

    name: str
    port: int
    """Its usual port."""
    stage: int
    essential: bool


SERVICES = (
    Service("orchestrator", 50051, stage=0, essential=True),
    Service("templates", 50052, stage=0, essential=True),
    Service("approvals", 50054, stage=0, essential=True),
    Service("analytics", 50053, stage=2, essential=False),
    Service("scaler", 50055, stage=2, essential=False),
)
"""The services beside the agents, which the system is of little use without."""

ON_REQUEST = (Service("a2a", 50057, stage=2, essential=False),)
"""Services that run when `--instances NAME=1` says so."""

REDIS_PORT = 50079
MODEL_PORT = 50090
A2A_DOOR, A2A_PORT = "a2a-http", 50058
"""Where the service a2a speaks HTTP."""
_AGENT_STAGE = 1
_STOP_AGENTS, _STOP_ORCHESTRATOR, _STOP_SERVICES, _STOP_MODEL, _STOP_REDIS = range(5)


def agent_types(root: Path) -> list[str]:
    """The agents of this repository: folders of services/agents with a `__main__.py`."""
    return sorted(entry.parent.name for entry in (root / "services" / "agents").glob("*/__main__.py"))


def lay_out(options: LocalOptions) -> list[ProcessSpec]:
    """All processes, in the order they start. Raises OptionError for names and ports that cannot be."""
    ports = _Ports(options.ports)
    agents = agent_types(options.root)
    optional = [service.name for service in ON_REQUEST]
    known = {*(service.name for service in SERVICES), *optional, A2A_DOOR, "redis", "offline-model"}
    _refuse_unknown("--port", options.ports, sorted(known))
    _refuse_unknown("--instances", options.instances, [*agents, *optional])
    services = [*SERVICES, *(service for service in ON_REQUEST if _is_wanted(service, options))]

    specs: list[ProcessSpec] = []
    shared = {"HEYJARVIS_HOST": HOST, "PYTHONUNBUFFERED": "1", "HEYJARVIS_DRAIN_GRACE": f"{options.drain_grace:g}"}
    if options.redis_url:
        shared["REDIS_URL"] = options.redis_url
    else:
        redis = _redis(options, ports.take("redis", REDIS_PORT))
        shared["REDIS_URL"] = f"redis://{redis.address}/0"
        specs.append(redis)
    if options.offline_model:
        model = _offline_model(options, ports.take("offline-model", MODEL_PORT))
        shared["ANTHROPIC_BASE_URL"] = f"http://{model.address}"
        specs.append(model)

    chosen = {service.name: ports.take(service.name, service.port) for service in services}
    shared |= {f"HEYJARVIS_{name.upper()}_ADDRESS": f"{HOST}:{port}" for name, port in chosen.items()}
    specs += [_service(service, chosen[service.name], shared, ports) for service in services]
    for agent in agents:
        count = options.instances.get(agent, 1)
        for number in range(1, count + 1):
            name = agent if count == 1 else f"{agent}-{number}"
            port = ports.take(name, 0)
            specs.append(_agent(name, agent, port, shared))
    return sorted(specs, key=lambda spec: spec.stage)


def _is_wanted(service: Service, options: LocalOptions) -> bool:
    count = options.instances.get(service.name, 0)
    if count > 1:
        raise OptionError(f"--instances: {service.name} is a service of which one process runs here, not {count}.")
    return count == 1


def _service(service: Service, port: int, shared: Mapping[str, str], ports: _Ports) -> ProcessSpec:
    environment, url = {**shared, "HEYJARVIS_PORT": str(port)}, ""
    if service.name == "a2a":
        door = ports.take(A2A_DOOR, A2A_PORT)
        environment["HEYJARVIS_A2A_PORT"] = str(door)
        url = f"http://{HOST}:{door}"
    return ProcessSpec(
        name=service.name,
        command=launched("module", f"services.{service.name}"),
        environment=environment,
        url=url,
        port=port,
        stage=service.stage,
        stop_rank=_STOP_ORCHESTRATOR if service.name == "orchestrator" else _STOP_SERVICES,
        essential=service.essential,
    )


def _agent(name: str, agent_type: str, port: int, shared: Mapping[str, str]) -> ProcessSpec:
    return ProcessSpec(
        name=name,
        command=launched("module", f"services.agents.{agent_type}"),
        environment={**shared, "HEYJARVIS_PORT": str(port)},
        port=port,
        stage=_AGENT_STAGE,
        stop_rank=_STOP_AGENTS,
        agent_type=agent_type,
    )


def _redis(options: LocalOptions, port: int) -> ProcessSpec:
    folder = options.home / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    command = server_command(find_server(), folder, port, append_only=True)
    return ProcessSpec(
        name="redis",
        # SIGTERM: it writes its file to the end even when the supervisor was killed.
        command=launched("program", *command, when_orphaned="TERM"),
        port=port,
        probe=Probe.REDIS,
        stop_rank=_STOP_REDIS,
        essential=True,
    )


def _offline_model(options: LocalOptions, port: int) -> ProcessSpec:
    return ProcessSpec(
        name="offline-model",
        command=launched("module", "tools.offline_model", "--port", str(port)),
        environment={"HEYJARVIS_OFFLINE_LATENCY_MS": f"{options.offline_latency_ms:g}", "PYTHONUNBUFFERED": "1"},
        port=port,
        probe=Probe.HTTP,
        stop_rank=_STOP_MODEL,
        stage=_AGENT_STAGE,
        essential=True,
    )


def launched(kind: str, *command: str, when_orphaned: str = "KILL") -> tuple[str, ...]:
    """The command line of something that must not outlive the supervisor; see `launch.py`."""
    return (sys.executable, "-m", "tools.local.launch", when_orphaned, kind, *command)


class _Ports:
    """Gives every process a port of its own that is free right now."""

    def __init__(self, fixed: Mapping[str, int]) -> None:
        self._fixed = fixed
        self._taken: set[int] = set()

    def take(self, name: str, usual: int) -> int:
        wanted = self._fixed.get(name, usual)
        if wanted and self._is_free(wanted):
            port = wanted
        elif wanted and self._fixed.get(name):
            raise OptionError(f"Port {wanted} for {name!r} is taken. Name another one, or 0 for a free one.")
        else:
            port = free_port()
            while port in self._taken:
                port = free_port()
        self._taken.add(port)
        return port

    def _is_free(self, port: int) -> bool:
        if port in self._taken:
            return False
        with socket.socket() as probe:
            # As servers bind: a port that only remembers closed connections is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                return False
        return True


def _refuse_unknown(source: str, given: Mapping[str, int], known: list[str]) -> None:
    for name in given:
        if name not in known:
            raise OptionError(f"{source}: there is no {name!r} here. Known: {', '.join(known) or 'none'}.")
