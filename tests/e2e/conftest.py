"""The whole system in processes of its own, shared by the tests of a worker that leave it as they found it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import grpc
import pytest
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc

from tests.support.local_system import LocalHeyJarvis


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHeyJarvis]:
    """Redis, the offline model, every service and agent."""
    with LocalHeyJarvis(tmp_path_factory.mktemp("heyjarvis")) as running:
        yield running


@pytest.fixture
async def orchestrator(system: LocalHeyJarvis) -> AsyncIterator[rpc.OrchestratorServiceStub]:
    """A client of its orchestrator, with an empty ledger at the model server."""
    system.forget_calls()
    async with grpc.aio.insecure_channel(system.address("orchestrator")) as channel:
        yield rpc.OrchestratorServiceStub(channel)
