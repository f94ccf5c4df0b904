"""Real services, started with the very environment of their pods, answer the very probes of their pods."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.support.helm_chart import ROOT, container, environment, render
from tools.local.ports import free_port

_START_LIMIT = 40.0
_SERVING = health_pb2.HealthCheckResponse.SERVING
_MODULES = {"approvals": "services.approvals", "agent-branding": "services.agents.branding"}


@contextmanager
def _process(module: str, variables: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module], cwd=ROOT, env={**os.environ, **variables}, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", _MODULES)
async def test_probes_are_answered(name: str, redis_url: str, tmp_path: Path) -> None:
    pod = render().pod(name)
    variables = {key: value for key, value in environment(pod).items() if isinstance(value, str)}
    health = free_port()
    variables |= {
        # What Kubernetes would fill in, and what several pods of one machine cannot share.
        "HEYJARVIS_ADVERTISE": "127.0.0.1",
        "HEYJARVIS_POD_UID": "0f6c",
        "REDIS_URL": redis_url,
        "HEYJARVIS_PORT": str(free_port()),
        "HEYJARVIS_HEALTH_PORT": str(health),
    }
    log = tmp_path / "log"
    with _process(_MODULES[name], {key: value for key, value in variables.items() if value}, log) as process:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{health}") as channel:
            check = health_pb2_grpc.HealthStub(channel).Check
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                asked = health_pb2.HealthCheckRequest(service=container(pod)[probe]["grpc"]["service"])
                ends = time.monotonic() + _START_LIMIT
                while (await check(asked, timeout=_START_LIMIT, wait_for_ready=True)).status != _SERVING:
                    assert time.monotonic() < ends, log.read_text()
                    await asyncio.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(_START_LIMIT) == 0
    told = log.read_text()
    assert told.startswith("{"), "JSON, as machines read it"
    assert "is not a setting" not in told
