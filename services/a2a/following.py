"""A workflow followed to its end, as the events of A2A.

The first event is the whole task. After it, whatever the run log says may have changed is read from the workflow
itself, and what differs from what was told becomes an event: so a gap in the log, or a plan made anew, loses nothing.
When the orchestrator goes away the watch goes on at another one, after the last cursor; callers see only a pause.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import grpc
import structlog
from a2a.types import a2a_pb2 as a2a
from google.protobuf.struct_pb2 import Struct
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.approvals.v1 import approval_service_pb2 as approvals
from heyjarvis.approvals.v1 import approval_service_pb2_grpc as approvals_rpc
from heyjarvis.orchestrator.v1 import event_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as workflows

from chassis.errors import NotFound, Unavailable
from chassis.status import peer_errors
from services.a2a.artifacts import Artifacts, artifact_id
from services.a2a.convert import (
    ENDED,
    artifacts_of,
    context_id,
    facts_of,
    message_from,
    state_of,
    status_from,
    task_from,
    task_id,
)

Event = a2a.Task | a2a.TaskStatusUpdateEvent | a2a.TaskArtifactUpdateEvent

TRIES = 20
"""How often in a row a watch that broke is begun again; the rests in between are about half a minute in all."""
FIRST_REST = 0.2
LONGEST_REST = 2.0
PROGRESS_EVERY = 1.0
"""Seconds between two events that tell of progress alone."""
MOST_QUESTIONS = 10
"""Open questions that a status names."""

_NO_CHANGE = frozenset(("submitted", "text", "messaged", "asked", "answered", "refused", "readied", "came_back"))
_PROGRESS = frozenset(("started", "progressed", "retry_scheduled"))

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Told:
    """What the caller knows."""

    state: a2a.TaskState
    questions: tuple[str, ...]
    artifacts: dict[str, str] = field(default_factory=dict)
    """By id, the hash of what was told last."""


class Following:
    """Reads workflows and follows them, in the name of who calls."""

    def __init__(
        self,
        orchestrator: rpc.OrchestratorServiceStub,
        approval: approvals_rpc.ApprovalServiceStub,
        artifacts: Artifacts,
        draining: asyncio.Event,
    ) -> None:
        self._orchestrator = orchestrator
        self._approval = approval
        self._artifacts = artifacts
        self._draining = draining

    async def read(self, name: str) -> workflows.Workflow:
        """The workflow as it is."""
        with peer_errors():
            answer = await self._orchestrator.GetWorkflow(pb.GetWorkflowRequest(name=name))
        return answer.workflow

    async def task(self, workflow: workflows.Workflow, *, with_history: bool = True) -> a2a.Task:
        """The whole task, artifacts and open questions included."""
        with peer_errors():
            artifacts = await self._artifacts.told(artifacts_of(workflow))
            questions = await self._questions(workflow)
        return task_from(workflow, artifacts=artifacts, approvals=questions, with_history=with_history)

    async def until(
        self, workflow: workflows.Workflow, wanted: Callable[[workflows.Workflow], bool], *, within: float
    ) -> workflows.Workflow:
        """The workflow once it is as wanted; after so many seconds, or when this process is to stop, as it is then."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                news = self._news(workflow.name, workflow.cursor)
                while not wanted(workflow) and (one := await anext(news, None)) is not None:
                    if not _is_progress(one):
                        workflow = await self._after(one, workflow.name)
        return workflow

    async def events(self, workflow: workflows.Workflow) -> AsyncGenerator[Event, None]:
        """The task, then what changes, until it ends or this process is to stop."""
        yield await self.task(workflow)
        told = _Told(state_of(workflow), tuple(workflow.pending_approvals), _hashes(workflow))
        last_progress, clock = 0.0, asyncio.get_running_loop().time
        if told.state in ENDED:
            return
        async for news in self._news(workflow.name, workflow.cursor):
            if _is_progress(news):
                # Of a time before the caller was told that it waits: what was read is newer than what is watched.
                working = told.state == a2a.TASK_STATE_WORKING
                if working and clock() - last_progress >= PROGRESS_EVERY:
                    last_progress = clock()
                    yield _progress(workflow, news.event)
                continue
            workflow = await self._after(news, workflow.name)
            async for event in self._changes(told, workflow):
                yield event
            if told.state in ENDED:
                return

    async def _after(self, news: pb.WatchWorkflowResponse, name: str) -> workflows.Workflow:
        return news.snapshot if news.WhichOneof("kind") == "snapshot" else await self.read(name)

    async def _changes(self, told: _Told, workflow: workflows.Workflow) -> AsyncIterator[Event]:
        fresh = [one for one in artifacts_of(workflow) if told.artifacts.get(artifact_id(one[0])) != one[0].sha256]
        with peer_errors():
            artifacts = await self._artifacts.told(fresh)
        told.artifacts |= _hashes(workflow)
        for artifact in artifacts:
            yield a2a.TaskArtifactUpdateEvent(
                task_id=task_id(workflow), context_id=context_id(workflow), artifact=artifact, last_chunk=True
            )
        state, questions = state_of(workflow), tuple(workflow.pending_approvals)
        if (state, questions) == (told.state, told.questions) and not artifacts:
            return
        told.state, told.questions = state, questions
        with peer_errors():
            asked = await self._questions(workflow)
        yield a2a.TaskStatusUpdateEvent(
            task_id=task_id(workflow),
            context_id=context_id(workflow),
            status=status_from(workflow, asked),
            metadata=facts_of(workflow),
        )

    async def _questions(self, workflow: workflows.Workflow) -> list[approval_pb2.Approval]:
        """What people are asked, when nothing goes on without their answer."""
        if state_of(workflow) != a2a.TASK_STATE_INPUT_REQUIRED:
            return []
        found = []
        for name in workflow.pending_approvals[:MOST_QUESTIONS]:
            try:
                with peer_errors():
                    answer = await self._approval.GetApproval(approvals.GetApprovalRequest(name=name))
            except NotFound:
                continue  # the workflow named it before it was written
            found.append(answer.approval)
        return found

    async def _news(self, name: str, cursor: str) -> AsyncIterator[pb.WatchWorkflowResponse]:
        """The run log after a cursor, without what changes nothing. Ends when this process is to stop."""
        failed = 0
        while not self._draining.is_set():
            try:
                async for news in self._watched(name, cursor):
                    cursor, failed = news.cursor, 0
                    kind = news.WhichOneof("kind")
                    if kind == "gap" or (kind == "event" and news.event.WhichOneof("kind") in _NO_CHANGE):
                        continue
                    yield news
            except Unavailable as error:
                failed += 1
                if failed >= TRIES:
                    raise
                _log.info("A watch broke; it goes on", workflow=name, error=error.message, tries=failed)
            else:
                # Ended by an orchestrator that stops; the end of the workflow has ended the caller of this.
                failed += 1
                if failed >= TRIES:
                    raise Unavailable(f"Nobody tells how {name} goes on; subscribe again.", reason="WATCH_ENDED")
            if await _happens(self._draining, within=min(FIRST_REST * 2.0 ** (failed - 1), LONGEST_REST)):
                return

    async def _watched(self, name: str, cursor: str) -> AsyncIterator[pb.WatchWorkflowResponse]:
        # A stream has no deadline: whether anybody is there is seen by failing at once, and counted in `_news`.
        call = self._orchestrator.WatchWorkflow(
            pb.WatchWorkflowRequest(name=name, cursor=cursor, without_text=True), wait_for_ready=False
        )
        stop = asyncio.ensure_future(self._draining.wait())
        try:
            while True:
                news = asyncio.ensure_future(call.read())
                await asyncio.wait((news, stop), return_when=asyncio.FIRST_COMPLETED)
                if not news.done():
                    news.cancel()
                    return
                try:
                    with peer_errors():
                        message = news.result()
                except asyncio.CancelledError:
                    raise Unavailable("The watch was cut.", reason="WATCH_CUT") from None
                if message is grpc.aio.EOF:
                    return
                assert isinstance(message, pb.WatchWorkflowResponse)
                yield message
        finally:
            stop.cancel()
            call.cancel()


def _is_progress(news: pb.WatchWorkflowResponse) -> bool:
    return news.WhichOneof("kind") == "event" and news.event.WhichOneof("kind") in _PROGRESS


def _progress(workflow: workflows.Workflow, event: event_pb2.WorkflowEvent) -> a2a.TaskStatusUpdateEvent:
    kind = event.WhichOneof("kind")
    if kind == "progressed":
        said = event.progressed.message or "It goes on."
    elif kind == "started":
        said = f"Begun, attempt {event.attempt}."
    else:
        said = f"Tried again: {event.retry_scheduled.failure.message}"
    facts = Struct()
    facts.update({"cursor": event.cursor, "step": event.task})
    if kind == "progressed":
        facts.update({"fraction": event.progressed.fraction})
    part = a2a.Part(text=f"{event.task}: {said}", media_type="text/plain")
    return a2a.TaskStatusUpdateEvent(
        task_id=task_id(workflow),
        context_id=context_id(workflow),
        status=a2a.TaskStatus(
            state=a2a.TASK_STATE_WORKING, message=message_from(workflow, event.cursor, [part]), timestamp=event.time
        ),
        metadata=facts,
    )


def _hashes(workflow: workflows.Workflow) -> dict[str, str]:
    return {artifact_id(artifact): artifact.sha256 for artifact, _ in artifacts_of(workflow)}


async def _happens(event: asyncio.Event, *, within: float) -> bool:
    try:
        async with asyncio.timeout(within):
            await event.wait()
    except TimeoutError:
        return False
    return True
