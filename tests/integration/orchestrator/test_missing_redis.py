"""A Redis that is not there when the services start: waited for with a clear line, then named; or served when it comes.

The rules are the chassis' own (tests/contract/chassis/test_process.py); this holds the real processes to them.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc

from tools.local.ports import free_port
from tools.local.redis_server import RedisServer

pytestmark = pytest.mark.timeout(120)

ROOT = Path(__file__).parents[3]
PATIENCE = 30.0
"""Seconds for anything; a busy machine starts a process in some of them."""


@asynccontextmanager
async def process(module: str, port: int, wait: str) -> AsyncIterator[Process]:
    environment = {
        **os.environ,
        "REDIS_URL": f"redis://ana:pa55word@127.0.0.1:{port}/0" if wait == "5" else f"redis://127.0.0.1:{port}/0",
        "HEYJARVIS_REDIS_WAIT": wait,
        "HEYJARVIS_LOG_FORMAT": "json",
    }
    made = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module), cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE
    )
    try:
        yield made
    finally:
        if made.returncode is None:
            made.kill()
        await made.communicate()


async def said(made: Process, message: str) -> dict[str, Any]:
    """The next line that begins like this."""
    assert made.stdout is not None
    async with asyncio.timeout(PATIENCE):
        while line := await made.stdout.readline():
            told: dict[str, Any] = json.loads(line)
            if str(told["message"]).startswith(message):
                return told
    raise AssertionError(f"ended without saying {message!r}")


@pytest.mark.parametrize("module", ["services.orchestrator", "services.approvals", "services.agents.branding"])
async def test_without_redis_a_service_says_what_it_waits_for_and_gives_up(module: str) -> None:
    port = free_port()
    async with process(module, port, wait="5") as made:
        line = await said(made, "waiting for Redis")
        async with asyncio.timeout(PATIENCE):
            out, err = await made.communicate()
    told = err.decode()
    assert made.returncode == 3
    assert line["message"].startswith(f"waiting for Redis at redis://***@127.0.0.1:{port}/0 (")
    assert line["message"].endswith(" s of 5 s)")
    assert f"cannot start: Redis at redis://***@127.0.0.1:{port}/0 did not answer within 5 s" in told
    assert "Start it, or correct REDIS_URL; HEYJARVIS_REDIS_WAIT is how long to wait" in told
    assert "Traceback" not in told
    assert b"Serving" not in out
    assert "pa55word" not in told + out.decode() + json.dumps(line)


async def test_a_redis_that_comes_late_is_used(tmp_path: Path) -> None:
    redis = RedisServer(tmp_path, port=free_port(), start_limit=PATIENCE)
    async with process("services.orchestrator", redis.port, wait="60") as made:
        await said(made, "waiting for Redis")
        await asyncio.to_thread(redis.start)
        try:
            serving = await said(made, "Serving")
            async with grpc.aio.insecure_channel(serving["address"]) as channel:
                listed = await rpc.OrchestratorServiceStub(channel).ListWorkflows(pb.ListWorkflowsRequest())
            assert not listed.workflows
            made.terminate()
            async with asyncio.timeout(PATIENCE):
                await made.communicate()
            assert made.returncode == 0
        finally:
            await asyncio.to_thread(redis.kill)
