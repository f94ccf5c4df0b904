"""A real templates server in this process, on a free port, over a real Redis, beside a stand-in orchestrator."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import grpc
import pytest
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as orchestrator_pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as orchestrator_rpc
from heyjarvis.orchestrator.v1 import workflow_pb2
from heyjarvis.templates.v1 import template_service_pb2_grpc as rpc
from pydantic import SecretStr

from chassis.errors import NotFound
from chassis.host import Host
from chassis.server import running
from chassis.settings import ServiceSettings
from services.templates.__main__ import templates
from services.templates.settings import Settings

ServerStart = Callable[..., AbstractAsyncContextManager[rpc.TemplateServiceStub]]
Workflows = dict[str, workflow_pb2.Workflow]


@pytest.fixture
def start(redis_url: str) -> ServerStart:
    """Starts a server with settings and gives a stub to it."""

    @asynccontextmanager
    async def starting(**changes: Any) -> AsyncIterator[rpc.TemplateServiceStub]:
        settings: dict[str, Any] = {"redis_url": SecretStr(redis_url), "drain_grace": 1.0}
        async with (
            running(templates, Settings(**settings | changes), name="templates") as host,
            grpc.aio.insecure_channel(host.address) as channel,
        ):
            yield rpc.TemplateServiceStub(channel)

    return starting


@pytest.fixture
async def stub(start: ServerStart) -> AsyncIterator[rpc.TemplateServiceStub]:
    async with start() as stub:
        yield stub


class StandInOrchestrator(orchestrator_rpc.OrchestratorServiceServicer):
    """Knows the workflows a test puts in."""

    def __init__(self, workflows: Workflows) -> None:
        self._workflows = workflows

    async def GetWorkflow(
        self, request: orchestrator_pb.GetWorkflowRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> orchestrator_pb.GetWorkflowResponse:
        if request.name not in self._workflows:
            raise NotFound("workflow", request.name)
        return orchestrator_pb.GetWorkflowResponse(workflow=self._workflows[request.name])


@pytest.fixture
def workflows() -> Workflows:
    """What the stand-in knows, by name."""
    return {}


@pytest.fixture
async def orchestrator(redis_url: str, workflows: Workflows) -> AsyncIterator[str]:
    """The address of the stand-in."""

    @asynccontextmanager
    async def serving(settings: ServiceSettings, host: Host) -> AsyncIterator[list[StandInOrchestrator]]:
        yield [StandInOrchestrator(workflows)]  # type: ignore[abstract]  # only what learning asks for

    settings = ServiceSettings(redis_url=SecretStr(redis_url), drain_grace=1.0)
    async with running(serving, settings, name="orchestrator") as host:
        yield host.address
