from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from chassis import Host, ServiceSettings, running
from chassis.telemetry import Telemetry
from tests.support.echo_service import compile_contract, contract, echo


@pytest.fixture(scope="session")
def echo_gen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the compiled contract of the echo service, importable from now on."""
    folder = tmp_path_factory.mktemp("echo")
    compile_contract(folder)
    sys.path.append(str(folder))
    return folder


@pytest.fixture
def pb(echo_gen: Path) -> Any:
    """The messages of the echo service."""
    return contract()[0]


Start = Callable[..., AbstractAsyncContextManager[Host]]


@pytest.fixture
def start(redis_url: str, echo_gen: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Starts a server for a block: `async with start() as host`."""
    # A Redis that is slow on a busy machine is not away.
    monkeypatch.setattr("chassis.health.PATIENCE", 20.0)

    def start(telemetry: Telemetry | None = None, **settings: Any) -> AbstractAsyncContextManager[Host]:
        given = {"redis_url": redis_url, "drain_grace": 30.0, **settings}
        return running(echo(), ServiceSettings(**given), name="echo", telemetry=telemetry)

    return start


@pytest.fixture
async def stub(start: Start, echo_gen: Path) -> AsyncIterator[Any]:
    """A plain client of a running echo service."""
    async with start() as host, plain_stub(host.address) as stub:
        yield stub


@asynccontextmanager
async def plain_stub(address: str) -> AsyncIterator[Any]:
    """A client that knows nothing of the chassis."""
    async with grpc.aio.insecure_channel(address) as channel:
        yield contract()[1].EchoServiceStub(channel)
