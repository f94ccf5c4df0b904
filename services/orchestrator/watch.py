"""Watching a workflow: snapshot, replay, live tail, gap.

The log is the truth and pub/sub only the wake-up, so what a watcher gets does not depend on which replica
it asks, nor on whether a wake-up came through.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from chassis.errors import FieldViolation, InvalidArgument
from chassis.redis import RedisAccess
from chassis.tasks import end_tasks
from services.orchestrator import convert as to
from services.orchestrator.convert_events import event_to_pb
from services.orchestrator.convert_workflows import workflow_to_pb
from services.orchestrator.domain.events import Event, TaskReset, TaskTextStreamed, WorkflowEnded
from services.orchestrator.domain.workflow import Workflow
from services.orchestrator.store import WorkflowStore

PAGE = 500
"""Events read at a time."""
LOOK = 5.0
"""Seconds between looks at the log when nothing is announced."""

_CURSOR = re.compile(r"([a-z0-9][a-z0-9-]{0,62}):([0-9]{1,15})")


class Watch:
    """Streams what happens to one workflow."""

    def __init__(self, redis: RedisAccess, store: WorkflowStore, draining: asyncio.Event) -> None:
        self._redis = redis
        self._store = store
        self._draining = draining

    async def follow(
        self, workflow: Workflow, request: pb.WatchWorkflowRequest
    ) -> AsyncGenerator[pb.WatchWorkflowResponse]:
        """Everything after the request's cursor until the workflow has ended, or this process drains.

        Raises:
            InvalidArgument: the cursor is not of this workflow.
        """
        after = self._start(workflow, request)
        first = await self._store.first_kept(workflow.id) or 1
        if after is None or after + 1 < first:
            if after is not None:
                missing = first - 1 - after
                yield pb.WatchWorkflowResponse(cursor=to.cursor(workflow.id, first - 1), gap=pb.Gap(missing=missing))
            yield pb.WatchWorkflowResponse(
                cursor=to.cursor(workflow.id, workflow.sequence), snapshot=workflow_to_pb(workflow)
            )
            after = workflow.sequence
            if workflow.end is not None:
                return
        async with aclosing(self.events(workflow.id, after, ended=workflow.end is not None)) as events:
            async for sequence, event in events:
                if sequence <= after:
                    continue  # the snapshot after a gap holds it already
                if sequence > after + 1 and (stored := await self._store.load(workflow.id)) is not None:
                    # A watcher so slow that the log was cut off before it got there.
                    missing, now = sequence - 1 - after, stored.workflow
                    yield pb.WatchWorkflowResponse(cursor=to.cursor(now.id, sequence - 1), gap=pb.Gap(missing=missing))
                    cursor = to.cursor(now.id, now.sequence)
                    yield pb.WatchWorkflowResponse(cursor=cursor, snapshot=workflow_to_pb(now))
                    after = now.sequence
                    continue
                after = sequence
                if not (request.without_text and isinstance(event, TaskTextStreamed)):
                    message = event_to_pb(workflow.id, sequence, event)
                    yield pb.WatchWorkflowResponse(cursor=message.cursor, event=message)

    def _start(self, workflow: Workflow, request: pb.WatchWorkflowRequest) -> int | None:
        """After which event to start; None for a snapshot."""
        if request.from_start and request.cursor:
            raise InvalidArgument(
                FieldViolation("from_start", "goes without cursor; give one of the two"), reason="CURSOR_AND_START"
            )
        if request.from_start:
            return 0
        if not request.cursor:
            return None
        match = _CURSOR.fullmatch(request.cursor)
        if match is None or match[1] != workflow.id or int(match[2]) > workflow.sequence:
            raise InvalidArgument(
                FieldViolation(
                    "cursor",
                    f"'{request.cursor}' is no cursor of '{request.name}'; pass one that a watch of this workflow "
                    "gave, or none to start with a snapshot",
                ),
                reason="CURSOR_FOREIGN",
            )
        return int(match[2])

    async def events(self, id_: str, after: int, *, ended: bool) -> AsyncGenerator[tuple[int, Event]]:
        """Every event after a sequence number, then what comes, until the workflow has ended or this process drains."""
        async with aclosing(self._redis.subscribe(self._store.progress_channel(id_))) as hints:
            waiting: asyncio.Task[object] | None = None
            draining = asyncio.create_task(self._draining.wait(), name="watch-draining")
            try:
                while True:
                    page = await self._store.read_log(id_, after, limit=PAGE)
                    for after, event in page:
                        yield after, event
                        # A retried task reopens an ended workflow; questions may be taken back after the end.
                        ended = (ended or isinstance(event, WorkflowEnded)) and not isinstance(event, TaskReset)
                    if page:
                        continue
                    if ended or self._draining.is_set():
                        return
                    if waiting is None:
                        waiting = asyncio.create_task(anext(hints), name="watch-hint")
                    await asyncio.wait({waiting, draining}, timeout=LOOK, return_when=asyncio.FIRST_COMPLETED)
                    if waiting.done():
                        waiting.result()
                        waiting = None
            finally:
                await end_tasks([draining] if waiting is None else [draining, waiting])
