"""The caller of a benchmark: submits workflows and waits for their ends, over one channel."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import grpc
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf
from heyjarvis.templates.v1 import template_service_pb2 as templates_pb
from heyjarvis.templates.v1 import template_service_pb2_grpc as templates_rpc

from tests.bench.system import Running

T = TypeVar("T")

_RECONNECT = (("grpc.initial_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 100))
_RETRIES = 200
_REST = 0.02


@dataclass(slots=True)
class Client:
    """Stubs, and what went wrong."""

    orchestrator: rpc.OrchestratorServiceStub
    templates: templates_rpc.TemplateServiceStub
    unfinished: list[str] = field(default_factory=list)
    """Workflows that ended otherwise than SUCCEEDED, with their state."""

    async def submit(self, request: str, template: str = "") -> str:
        """The name of a workflow on full autopilot that has been started."""
        answer = await self.orchestrator.SubmitWorkflow(
            pb.SubmitWorkflowRequest(request=request, template=template, autopilot=approval_pb2.AUTOPILOT_MODE_FULL)
        )
        return answer.workflow.name

    async def ended(self, name: str) -> None:
        """Returns when the workflow has ended."""
        state = wf.WORKFLOW_STATE_UNSPECIFIED
        async for message in self.orchestrator.WatchWorkflow(pb.WatchWorkflowRequest(name=name, without_text=True)):
            if message.WhichOneof("kind") == "snapshot":
                state = message.snapshot.state
            elif message.event.WhichOneof("kind") == "ended":
                state = message.event.ended.state
        if state != wf.WORKFLOW_STATE_SUCCEEDED:
            self.unfinished.append(f"{name} {wf.WorkflowState.Name(state)}")

    async def through(self, request: str, template: str = "") -> float:
        """Seconds from submitting a workflow to its end."""
        began = time.perf_counter()
        await self.ended(await self.submit(request, template))
        return time.perf_counter() - began

    async def create(self, template: str, tasks: list[templates_pb.TaskSpec]) -> str:
        """A new template's name."""
        made = templates_pb.Template(title=template, tasks=tasks)
        request = templates_pb.CreateTemplateRequest(template_id=template, template=made)
        return (await _patiently(lambda: self.templates.CreateTemplate(request))).template.name

    async def first_submit(self, request: str) -> str:
        """Submits as soon as the orchestrator accepts it."""
        return await _patiently(lambda: self.submit(request))


@asynccontextmanager
async def client_of(system: Running) -> AsyncIterator[Client]:
    """A client of the running system."""
    async with (
        grpc.aio.insecure_channel(system.address("orchestrator"), options=_RECONNECT) as orchestrator,
        grpc.aio.insecure_channel(system.address("templates"), options=_RECONNECT) as templates,
    ):
        yield Client(rpc.OrchestratorServiceStub(orchestrator), templates_rpc.TemplateServiceStub(templates))


async def _patiently(call: Callable[[], Awaitable[T]]) -> T:
    """The answer, once the other side is there."""
    for _ in range(_RETRIES):
        try:
            return await call()
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
            await asyncio.sleep(_REST)
    return await call()
