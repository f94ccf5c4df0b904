"""A Kubernetes API of our own: etcd, kube-apiserver and kube-controller-manager on loopback, in one folder.

What it shares with a cluster: RBAC, service accounts and their tokens, the default admission plugins, every built-in
controller, and the audit log. What it lacks: a scheduler, nodes and the network; `node.py` stands in for the first two.
It is ready after a few seconds. Everything ends with `stop`, with the block, and with the process that started it.
"""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.k8s.harness import audit
from tests.k8s.harness.access import write_kubeconfig
from tests.k8s.harness.programs import Program, StartError
from tools import gotools
from tools.local.ports import free_port

PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager")
_HOST = "127.0.0.1"
_PORT_ATTEMPTS = 3
_START_SECONDS = 90.0
"""Seconds a program may take; usual are five on an idle machine."""


class ControlPlane:
    """The three programs. Use as `async with ControlPlane() as plane`."""

    def __init__(self) -> None:
        # Before anything is started: the message says what to build.
        self._paths = {name: str(gotools.find(name)) for name in PROGRAMS}
        self.folder = Path(tempfile.mkdtemp(prefix="heyjarvis-k8s-"))
        self.audit = audit.AuditLog(self.folder / "audit.log")
        self._tokens = {"admin": secrets.token_hex(16), "controllers": secrets.token_hex(16)}
        self._port = 0
        self._running: list[Program] = []

    @property
    def server(self) -> str:
        """The address of the API."""
        return f"https://{_HOST}:{self._port}"

    @property
    def kubeconfig(self) -> Path:
        """An administrator's."""
        return self.folder / "admin.kubeconfig"

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends everything and removes the folder. Nothing in it is worth a polite end."""
        self._end_programs()
        shutil.rmtree(self.folder, ignore_errors=True)

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """The API server is gone inside the block, as after a crash; back, with all its data, after it."""
        api, controllers = (self._program(name) for name in PROGRAMS[1:])
        api.kill()
        try:
            yield
        finally:
            api.start()
            await self._api_ready(api)
            # Without it they rest on for as long as they were away: up to half a minute, each at another time.
            controllers.kill()
            controllers.start()

    async def _start(self) -> None:
        self._write_files()
        # Somebody may take a free port between our look and a program's bind: look again.
        for attempt in range(1, _PORT_ATTEMPTS + 1):
            try:
                await self._start_programs()
                return
            except StartError:
                if attempt == _PORT_ATTEMPTS or not self._lost_a_port():
                    raise
                self._end_programs()

    def _program(self, name: str) -> Program:
        return next(program for program in self._running if program.name == name)

    def _lost_a_port(self) -> bool:
        return any("address already in use" in program.last_words() for program in self._running)

    def _end_programs(self) -> None:
        while self._running:
            self._running.pop().kill()

    def _write_files(self) -> None:
        users = [
            f"{self._tokens['admin']},tests-admin,tests-admin,system:masters",
            f"{self._tokens['controllers']},system:kube-controller-manager,kube-controller-manager",
        ]
        tokens = self.folder / "tokens.csv"
        tokens.touch(mode=0o600)
        tokens.write_text("\n".join(users) + "\n")
        (self.folder / "audit-policy.yaml").write_text(json.dumps(audit.POLICY))
        openssl = shutil.which("openssl")
        if openssl is None:
            raise StartError("No `openssl` on PATH, which makes the key of the service account tokens: install it.")
        command = [openssl, "genrsa", "-out", str(self.folder / "service-accounts.key"), "2048"]
        subprocess.run(command, check=True, capture_output=True, timeout=60)

    async def _start_programs(self) -> None:
        etcd_port, peer_port, self._port = free_port(), free_port(), free_port()
        for who in self._tokens:
            write_kubeconfig(
                self.folder / f"{who}.kubeconfig",
                server=self.server,
                authority=self.folder / "apiserver.crt",
                token=self._tokens[who],
            )
        etcd = self._launch("etcd", self._etcd_flags(etcd_port, peer_port))
        await etcd.wait_ready(f"http://{_HOST}:{etcd_port}/health", _START_SECONDS)
        api = self._launch("kube-apiserver", self._api_flags(etcd_port))
        await self._api_ready(api)
        self._launch("kube-controller-manager", self._controller_flags())

    async def _api_ready(self, api: Program) -> None:
        # The server writes its certificate itself: who has this folder knows whom to trust.
        authority = self.folder / "apiserver.crt"
        token = self._tokens["admin"]
        await api.wait_ready(f"{self.server}/readyz", _START_SECONDS, authority=authority, token=token)

    def _launch(self, name: str, flags: dict[str, object]) -> Program:
        words = [f"--{flag}={value}" for flag, value in flags.items()]
        program = Program(name, [self._paths[name], *words], self.folder)
        self._running.append(program)
        program.start()
        return program

    def _etcd_flags(self, port: int, peer_port: int) -> dict[str, object]:
        client, peer = f"http://{_HOST}:{port}", f"http://{_HOST}:{peer_port}"
        return {
            "data-dir": self.folder / f"etcd-{port}",
            "listen-client-urls": client,
            "advertise-client-urls": client,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": f"default={peer}",
            "unsafe-no-fsync": "true",  # nothing here outlives the machine
            "log-level": "warn",
        }

    def _api_flags(self, etcd_port: int) -> dict[str, object]:
        key = self.folder / "service-accounts.key"
        return {
            "etcd-servers": f"http://{_HOST}:{etcd_port}",
            "bind-address": _HOST,
            "advertise-address": _HOST,
            "secure-port": self._port,
            "cert-dir": self.folder,
            # The address of the API as a Service: there is no network it could be used in.
            "endpoint-reconciler-type": "none",
            "service-cluster-ip-range": "10.96.0.0/16",
            "authorization-mode": "RBAC",
            "token-auth-file": self.folder / "tokens.csv",
            "service-account-issuer": "https://kubernetes.default.svc",
            "service-account-key-file": key,
            "service-account-signing-key-file": key,
            "audit-policy-file": self.folder / "audit-policy.yaml",
            "audit-log-path": self.folder / "audit.log",
            "audit-log-mode": "blocking",
        }

    def _controller_flags(self) -> dict[str, object]:
        return {
            "kubeconfig": self.folder / "controllers.kubeconfig",
            # Its verdict on nodes after an outage would depend on who is back first.
            "controllers": "*,-node-lifecycle-controller",
            "use-service-account-credentials": "true",
            "service-account-private-key-file": self.folder / "service-accounts.key",
            "root-ca-file": self.folder / "apiserver.crt",
            "leader-elect": "false",
            "secure-port": 0,
        }
