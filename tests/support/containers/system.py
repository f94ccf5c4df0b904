"""All images as one system: a container each, on a network of their own, with a Redis and the offline model.

Only the orchestrator and approvals can be reached from outside, on free loopback ports; who calls shows a token. The
profile is production, the root of each container read-only, its user has no rights.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.images.build import Release
from tools.images.catalogue import Image
from tools.images.engine import Engine, EngineError
from tools.local.processes import MODEL_PORT, SERVICES

PERSON_TOKEN = "a-person-of-acme-0123456789"
SERVICE_TOKEN = "all-services-share-0123456789"
TOKENS = {
    PERSON_TOKEN: {"tenant": "acme", "subject": "ana"},
    SERVICE_TOKEN: {"tenant": "*", "subject": "heyjarvis"},
}
PUBLISHED = ("orchestrator", "approvals")
HARDENED = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--tmpfs=/tmp", "--no-healthcheck")
COMMAND_LIMIT = 120.0
_REDIS_PATH = "/redis-server"

_ASK_THE_MODEL = """
import sys, urllib.request
body = sys.argv[2].encode() if len(sys.argv) > 2 else None
with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{sys.argv[1]}", data=body, timeout=10) as answer:
    print(answer.read().decode())
"""


@dataclass(slots=True, kw_only=True)
class ContainerHeyJarvis:
    """A running system."""

    engine: Engine
    release: Release
    images: Mapping[str, Image]
    run: str = field(default_factory=lambda: f"hj-test-{uuid.uuid4().hex[:8]}")
    """In the name of everything that is made, so that all of it can be found again."""

    def container(self, name: str) -> str:
        """The engine's name of a container."""
        return f"{self.run}-{name}"

    @property
    def containers(self) -> list[str]:
        """Ids of all that were made, running or not."""
        return self.engine.ask("ps", "--all", "--quiet", "--no-trunc", "--filter", f"name={self.run}-").split()

    def ask(self, *words: str, both: bool = False) -> str:
        """What the engine says to a command."""
        return self.engine.ask(*words, timeout=COMMAND_LIMIT, both=both)

    def start_redis(self, base: str, program: Path) -> None:
        """A Redis; `program` is the server of this machine's environment, which the base can run as well."""
        words = [*HARDENED, "--user=10001:10001", "--tmpfs=/data"]
        words += [f"--volume={program}:{_REDIS_PATH}:ro", f"--entrypoint={_REDIS_PATH}"]
        server = ["--dir", "/data", "--bind", "0.0.0.0", "--protected-mode", "no", "--appendonly", "yes", "--save", ""]
        self._start("redis", words, base, server)

    def start(self, name: str, image: str = "", *extra: str, tokens: Path, **environment: str) -> None:
        """Starts the container `name` of an image of ours, by default that of the same name."""
        known = self.images[image or name]
        told = {
            "REDIS_URL": "redis://redis:6379/0",
            "ANTHROPIC_BASE_URL": f"http://offline-model:{MODEL_PORT}",
            "HEYJARVIS_TOKENS_FILE": "/run/tokens.json",
            "HEYJARVIS_SERVICE_TOKEN": SERVICE_TOKEN,
            **{f"HEYJARVIS_{s.name.upper()}_ADDRESS": f"{s.name}:{s.port}" for s in SERVICES},
            **environment,
        }
        words = [*HARDENED, f"--volume={tokens}:/run/tokens.json:ro", *extra]
        words += [f"--env={key}={value}" for key, value in told.items()]
        if name in PUBLISHED:
            words.append(f"--publish=127.0.0.1::{known.port}")
        self._start(name, words, self.release.tag(known))

    def _start(self, name: str, words: Sequence[str], image: str, command: Sequence[str] = ()) -> None:
        place = (f"--name={self.container(name)}", f"--network={self.run}", f"--network-alias={name}")
        self.ask("run", "--detach", *place, *words, image, *command)

    def address(self, name: str) -> str:
        """Where a published service is, from outside."""
        return self.ask("port", self.container(name), f"{self.images[name].port}/tcp").split()[0]

    def holder(self, endpoint: str) -> str:
        """Which container an agent's address belongs to; it tells its host name, the container's short id."""
        host = endpoint.partition(":")[0]
        return next(id for id in self.containers if id.startswith(host))

    def state(self, container: str) -> dict[str, Any]:
        """What the engine says of a container."""
        known: dict[str, Any] = json.loads(self.ask("inspect", "--format", "{{json .State}}", container))
        return known

    def logs(self) -> str:
        """The last words of every container."""
        parts = []
        for id in self.containers:
            name = self.ask("inspect", "--format", "{{.Name}} {{.State.Status}} {{.State.ExitCode}}", id).strip()
            parts.append(f"── {name}\n{self.ask('logs', '--tail=30', id, both=True)}")
        return "\n".join(parts)

    # --- The offline model, which nobody outside can reach

    def calls(self) -> list[dict[str, Any]]:
        """Every request it got."""
        listed: list[dict[str, Any]] = json.loads(self._model("/_calls"))["calls"]
        return listed

    def fault(self, *script: Mapping[str, Any]) -> None:
        """Tells it to misbehave."""
        self._model("/_faults", json.dumps(list(script)))

    def forget_calls(self) -> None:
        """Empties its ledger and its script."""
        self._model("/_reset", "")

    def _model(self, *words: str) -> str:
        code = _ASK_THE_MODEL.replace("PORT", str(MODEL_PORT), 1)
        return self.ask("exec", self.container("offline-model"), "python", "-c", code, *words)


@contextmanager
def network_of(system: ContainerHeyJarvis) -> Iterator[None]:
    """A network for the system; it and every container of the system are gone after the block."""
    system.ask("network", "create", system.run)
    try:
        yield
    finally:
        if made := system.containers:
            system.ask("rm", "--force", "--volumes", *made)
        system.ask("network", "rm", system.run)


def wait_until(condition: Any, what: str, *, limit: float = 120.0) -> None:
    """Returns once it is true; bounded."""
    ends = time.monotonic() + limit
    while True:
        try:
            if condition():
                return
        except EngineError:  # a container that is just being started
            pass
        if time.monotonic() > ends:
            raise AssertionError(f"{what}: not within {limit:.0f} s")
        time.sleep(0.1)
