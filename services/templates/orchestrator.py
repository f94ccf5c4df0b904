"""The orchestrator, as far as this service needs it: the workflow to learn from."""

from typing import Protocol

import grpc
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc

from chassis.errors import NotFound, Unavailable
from chassis.status import from_rpc_error
from services.templates.convert import finished_from
from services.templates.domain.learn import FinishedWorkflow


class Workflows(Protocol):
    """Knows workflows."""

    async def finished(self, name: str) -> FinishedWorkflow:
        """The workflow; NotFound when there is none, Unavailable when nobody can say."""
        ...


class OrchestratorWorkflows:
    """Asks the orchestrator, in the name of who calls us."""

    def __init__(self, channel: grpc.aio.Channel, *, address: str, timeout: float) -> None:
        self._stub = rpc.OrchestratorServiceStub(channel)
        self._address = address
        self._timeout = timeout

    async def finished(self, name: str) -> FinishedWorkflow:
        """The workflow; NotFound when there is none, Unavailable when the orchestrator cannot be reached."""
        try:
            answer = await self._stub.GetWorkflow(pb.GetWorkflowRequest(name=name), timeout=self._timeout)
        except grpc.aio.AioRpcError as error:
            told = from_rpc_error(error)
            if isinstance(told, NotFound):
                raise NotFound("workflow", name) from error
            raise Unavailable(
                f"The orchestrator at {self._address} did not answer for {name!r} ({told.message}); try again.",
                reason="ORCHESTRATOR_UNAVAILABLE",
                retry_after=1.0,
            ) from error
        return finished_from(answer.workflow)
