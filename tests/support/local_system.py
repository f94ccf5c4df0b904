"""The whole system as a person runs it: `make up`'s program in a home and on ports of its own.

with LocalHeyJarvis(tmp_path) as system:
    system.address("orchestrator"); system.kill("services.orchestrator"); system.calls()
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
SERVICES = (
    "orchestrator",
    "templates",
    "approvals",
    "analytics",
    "scaler",
    "a2a",
    "a2a-http",
    "redis",
    "offline-model",
)
START_LIMIT = 120.0
STOP_LIMIT = 80.0
"""More than the supervisor gives its five groups in all."""
ANSWER_LIMIT = 30.0


class LocalHeyJarvis:
    """A running system; everything is gone after the block."""

    def __init__(
        self,
        home: Path,
        *,
        root: Path = ROOT,
        path: str = "",
        instances: Mapping[str, int] | None = None,
        **environment: str,
    ) -> None:
        """`root` is the tree whose services run, `path` its PYTHONPATH when it is not this one."""
        self._root = root
        self.home = home
        self._words = [f"--port={name}=0" for name in SERVICES]
        self._words += [f"--instances={agent_type}={count}" for agent_type, count in (instances or {}).items()]
        elsewhere = {"PYTHONPATH": path} if path else {}
        quick = {"HEYJARVIS_HOME": str(home), "HEYJARVIS_OFFLINE_LATENCY_MS": "0"}
        # On a busy machine an agent may be silent for longer than the default bears, which costs an attempt.
        patient = {"HEYJARVIS_AGENT_SILENCE": "15 s"}
        self._environment = {**os.environ, **elsewhere, **quick, **patient, **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.home.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "tools.local", "up", *self._words]
        with (self.home / "up.log").open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=self._root, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            self._wait(self._all_there, "start")
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    @property
    def state(self) -> dict[str, Any]:
        """What the system says of itself."""
        try:
            known: dict[str, Any] = json.loads((self.home / "system.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return known

    def address(self, service: str) -> str:
        """host:port of a service."""
        return str(self.state["services"][service])

    def wait_url(self, name: str) -> None:
        """Returns when the HTTP server whose URL the state holds under `name` says that it is well."""

        def answers() -> bool:
            try:
                with urllib.request.urlopen(f"{self.state[name]}/healthz", timeout=2) as answer:
                    return bool(answer.status == 200)
            except OSError:
                return False

        self._wait(answers, f"start of {name}")

    def pids(self, module: str) -> list[int]:
        """The processes of a module, such as `services.orchestrator`."""
        assert self._process is not None
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                words = (folder / "cmdline").read_bytes().decode().split("\0")
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            if module in words and parent == self._process.pid:
                found.append(int(folder.name))
        return found

    def kill(self, module: str) -> int:
        """Kills the one process of a module with SIGKILL; returns its pid."""
        (pid,) = self.pids(module)
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_restarted(self, module: str, before: int) -> None:
        """Returns when the supervisor has started the module again."""
        self._wait(lambda: any(pid != before for pid in self.pids(module)), f"restart of {module}")

    def calls(self) -> list[dict[str, Any]]:
        """Every request the model server got: the judge that stands outside the system."""
        with urllib.request.urlopen(f"{self.state['model']}/_calls", timeout=ANSWER_LIMIT) as answer:
            listed: list[dict[str, Any]] = json.load(answer)["calls"]
        return listed

    def fault(self, *script: Mapping[str, Any]) -> None:
        """Tells the model server to misbehave."""
        self._post("/_faults", list(script))

    def forget_calls(self) -> None:
        """Empties the model server's ledger and fault script."""
        self._post("/_reset", None)

    def _post(self, path: str, body: Any) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.state['model']}{path}", data=data, method="POST")
        with urllib.request.urlopen(request, timeout=ANSWER_LIMIT):
            pass

    def _all_there(self) -> bool:
        text = (self.home / "up.log").read_text("utf-8", "replace")
        return bool(self.state.get("ready")) and "Ctrl-C" in text

    def _wait(self, condition: Any, what: str) -> None:
        assert self._process is not None
        ends = time.monotonic() + START_LIMIT
        while not condition():
            if self._process.poll() is not None or time.monotonic() > ends:
                log = (self.home / "up.log").read_text("utf-8", "replace")
                raise AssertionError(f"{what} failed within {START_LIMIT:.0f} s:\n{log}")
            time.sleep(0.05)

    def _stop(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_LIMIT)
            raise
