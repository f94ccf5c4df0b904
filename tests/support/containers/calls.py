"""What a person's program does with HeyJarvis: generated stubs, a token, two addresses."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

import grpc
from heyjarvis.agents.v1 import agent_service_pb2
from heyjarvis.approvals.v1 import approval_pb2, approval_service_pb2_grpc
from heyjarvis.approvals.v1 import approval_service_pb2 as ap
from heyjarvis.orchestrator.v1 import event_pb2, orchestrator_service_pb2_grpc, workflow_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from tests.support.containers.system import PERSON_TOKEN

CALL_LIMIT = 30.0
WORKFLOW_LIMIT = 300.0
START_LIMIT = 240.0
SHOWN = (("authorization", f"Bearer {PERSON_TOKEN}"),)


_WELL = (agent_service_pb2.AGENT_STATE_READY, agent_service_pb2.AGENT_STATE_BUSY)


@dataclass(frozen=True, slots=True)
class Client:
    """Calls of one person; they wait for a server that is just starting again."""

    orchestrator: orchestrator_service_pb2_grpc.OrchestratorServiceStub
    approvals: approval_service_pb2_grpc.ApprovalServiceStub

    @classmethod
    @asynccontextmanager
    async def connected(cls, orchestrator: str, approvals: str) -> AsyncIterator[Self]:
        """A client of the two addresses."""
        async with grpc.aio.insecure_channel(orchestrator) as work, grpc.aio.insecure_channel(approvals) as ask:
            yield cls(
                orchestrator_service_pb2_grpc.OrchestratorServiceStub(work),
                approval_service_pb2_grpc.ApprovalServiceStub(ask),
            )

    async def submit(self, request: str, *, template: str = "templates/standard-business", manual: bool = False) -> str:
        """Starts a workflow, by default one that asks nobody; its name."""
        mode = approval_pb2.AUTOPILOT_MODE_MANUAL if manual else approval_pb2.AUTOPILOT_MODE_FULL
        asked = pb.SubmitWorkflowRequest(request=request, template=template, autopilot=mode)
        answer = await self.orchestrator.SubmitWorkflow(asked, metadata=SHOWN, timeout=CALL_LIMIT, wait_for_ready=True)
        return answer.workflow.name

    async def watch(self, name: str) -> AsyncIterator[event_pb2.WorkflowEvent]:
        """Every event from the start to the end, also through restarts of the orchestrator."""
        cursor = ""
        async with asyncio.timeout(WORKFLOW_LIMIT):
            while True:
                asked = pb.WatchWorkflowRequest(name=name, cursor=cursor, from_start=not cursor)
                try:
                    async for message in self.orchestrator.WatchWorkflow(asked, metadata=SHOWN, wait_for_ready=True):
                        cursor = message.cursor
                        if message.WhichOneof("kind") == "event":
                            yield message.event
                            if message.event.WhichOneof("kind") == "ended":
                                return
                except grpc.aio.AioRpcError as error:
                    if error.code() is not grpc.StatusCode.UNAVAILABLE:
                        raise

    async def finished(self, name: str) -> workflow_pb2.Workflow:
        """The workflow once it has ended."""
        async for _ in self.watch(name):
            pass
        asked = pb.GetWorkflowRequest(name=name)
        return (await self.orchestrator.GetWorkflow(asked, metadata=SHOWN, wait_for_ready=True)).workflow

    async def approve(self, approval: str) -> None:
        """Says yes, through the approvals service."""
        decision = ap.DecideApprovalRequest(name=approval, decision=approval_pb2.DECISION_APPROVE)
        await self.approvals.DecideApproval(decision, metadata=SHOWN, timeout=CALL_LIMIT, wait_for_ready=True)

    async def content(self, artifact: str) -> str:
        """An artifact as text."""
        parts = self.orchestrator.GetArtifact(pb.GetArtifactRequest(name=artifact), metadata=SHOWN)
        return b"".join([part.chunk async for part in parts]).decode()

    async def started(self, name: str, task: str) -> str:
        """The endpoint of the agent that a task is with, as soon as one works on it."""
        async for event in self.watch(name):
            if event.WhichOneof("kind") == "started" and event.task.rpartition("/")[2] == task:
                return str(event.started.endpoint)
        raise AssertionError(f"{name} ended and {task} never started")

    async def until_there(self, wanted: Mapping[str, int]) -> None:
        """Waits until so many healthy instances of each agent type are registered."""
        found: Counter[str] = Counter()
        try:
            async with asyncio.timeout(START_LIMIT):
                while found != wanted:
                    asked = pb.GetSystemStatusRequest()
                    status = await self.orchestrator.GetSystemStatus(asked, metadata=SHOWN, wait_for_ready=True)
                    found = Counter(agent.type for agent in status.agents if agent.state in _WELL)
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise AssertionError(f"After {START_LIMIT:g} s there are {dict(found)}, not {dict(wanted)}") from None
