"""Who waits for a workflow reads what becomes of it, and nothing else."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import grpc
from a2a.types import a2a_pb2 as a2a
from heyjarvis.orchestrator.v1 import event_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as workflows

from services.a2a.artifacts import Artifacts
from services.a2a.following import Following

RUNNING = workflows.Workflow(name="workflows/w1", state=workflows.WORKFLOW_STATE_RUNNING, cursor="1")
ASKING = workflows.Workflow(name="workflows/w1", state=workflows.WORKFLOW_STATE_AWAITING_APPROVAL, cursor="4")
ENDED = workflows.Workflow(name="workflows/w1", state=workflows.WORKFLOW_STATE_SUCCEEDED, cursor="9")


class Orchestrator:
    """Tells the events, and counts how often the workflow is read; it has no way to read an artifact."""

    def __init__(self, *events: event_pb2.WorkflowEvent) -> None:
        self.reads = 0
        self.between = RUNNING
        self._events = [*events]

    async def GetWorkflow(self, request: pb.GetWorkflowRequest) -> pb.GetWorkflowResponse:
        self.reads += 1
        return pb.GetWorkflowResponse(workflow=self.between if self._events else ENDED)

    def WatchWorkflow(self, *_: Any, **__: Any) -> Any:
        return self

    async def read(self) -> Any:
        if not self._events:
            await asyncio.Event().wait()
        event = self._events.pop(0)
        return pb.WatchWorkflowResponse(event=event, cursor=event.cursor) if event.cursor else grpc.aio.EOF

    def cancel(self) -> None:
        pass


def following(orchestrator: Orchestrator) -> Following:
    stub = cast("Any", orchestrator)
    return Following(stub, stub, Artifacts(stub, url="http://a2a", largest=10, total=10), asyncio.Event())


def event(cursor: str, **kind: Any) -> event_pb2.WorkflowEvent:
    return event_pb2.WorkflowEvent(cursor=cursor, **kind)


async def test_progress_is_not_read_and_the_end_is() -> None:
    progress = event("2", progressed=event_pb2.TaskProgressed())
    orchestrator = Orchestrator(progress, progress, event("9", succeeded=event_pb2.TaskSucceeded()))
    ended = await following(orchestrator).until(RUNNING, lambda now: now.state != RUNNING.state, within=5)
    assert ended == ENDED
    assert orchestrator.reads == 1


async def test_progress_from_before_a_question_does_not_hide_that_somebody_has_to_answer() -> None:
    late = event("3", progressed=event_pb2.TaskProgressed())
    orchestrator = Orchestrator(event("2", succeeded=event_pb2.TaskSucceeded()), late, event("9", succeeded={}))
    orchestrator.between = ASKING
    told = [one.status.state async for one in following(orchestrator).events(RUNNING) if hasattr(one, "status")]
    assert told == [a2a.TASK_STATE_WORKING, a2a.TASK_STATE_INPUT_REQUIRED, a2a.TASK_STATE_COMPLETED]


async def test_what_is_so_already_is_not_waited_for() -> None:
    assert await following(Orchestrator()).until(ENDED, lambda now: now == ENDED, within=5) == ENDED


async def test_waiting_ends_with_the_workflow_as_it_is() -> None:
    assert await following(Orchestrator()).until(RUNNING, lambda _: False, within=0.01) == RUNNING
