"""A real approvals server in this process, on a free port, over a real Redis."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from heyjarvis.approvals.v1 import approval_service_pb2_grpc as rpc
from pydantic import SecretStr

from chassis.server import running
from services.approvals.__main__ import approvals
from services.approvals.settings import Settings

ServerStart = Callable[..., AbstractAsyncContextManager[rpc.ApprovalServiceStub]]


@pytest.fixture
def start(redis_url: str) -> ServerStart:
    """Starts a server with settings and gives a stub to it."""

    @asynccontextmanager
    async def starting(**changes: Any) -> AsyncIterator[rpc.ApprovalServiceStub]:
        settings: dict[str, Any] = {"redis_url": SecretStr(redis_url), "sweep_interval": 0.05, "drain_grace": 2.0}
        async with (
            running(approvals, Settings(**settings | changes), name="approvals") as host,
            grpc.aio.insecure_channel(host.address) as channel,
        ):
            yield rpc.ApprovalServiceStub(channel)

    return starting


@pytest.fixture
async def stub(start: ServerStart) -> AsyncIterator[rpc.ApprovalServiceStub]:
    async with start() as stub:
        yield stub


TOKENS = {
    "token-of-ana-at-acme": {"tenant": "acme", "subject": "ana"},
    "token-of-ben-at-acme": {"tenant": "acme", "subject": "ben"},
    "token-of-eve-at-evil": {"tenant": "evil", "subject": "eve"},
    "token-of-orchestrator": {"tenant": "*", "subject": "orchestrator"},
}


@pytest.fixture
def tokens_file(tmp_path: Path) -> Path:
    file = tmp_path / "tokens.json"
    file.write_text(json.dumps(TOKENS))
    return file
