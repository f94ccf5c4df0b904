"""Watching a workflow: snapshot, replay, live tail, gap.

The log is the truth and pub/sub only the wake-up, so what a watcher gets does not depend on which replica
it asks, nor on whether a wake-up came through. Should Redis lose its last writes, as in a failover, what was
told of them did not happen: watchers get a snapshot of what holds.
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
        if after is None or after + 1 < first or after > workflow.sequence:
            if after is not None:
                yield _gap(workflow, after, first)
            yield _snapshot(workflow)
            after = workflow.sequence
            if workflow.end is not None:
                return
        async with aclosing(self.events(workflow.id, after, ended=workflow.end is not None)) as events:
            async for sequence, event in events:
                if event is not None and sequence <= after:
                    continue  # the snapshot after a gap holds it already
                if (event is None or sequence > after + 1) and (stored := await self._store.load(workflow.id)):
                    # The log does not hold what this watcher saw, or was cut off before so slow a watcher got there.
                    now = stored.workflow
                    yield _gap(now, after, 0 if event is None else sequence)
                    yield _snapshot(now)
                    after = now.sequence
                elif event is not None:
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
        if match is None or match[1] != workflow.id:
            raise InvalidArgument(
                FieldViolation(
                    "cursor",
                    f"'{request.cursor}' is no cursor of '{request.name}'; pass one that a watch of this workflow "
                    "gave, or none to start with a snapshot",
                ),
                reason="CURSOR_FOREIGN",
            )
        return int(match[2])

    async def events(self, id_: str, after: int, *, ended: bool) -> AsyncGenerator[tuple[int, Event | None]]:
        """Every event after a sequence number, then what comes, until the workflow has ended or this process drains.

        None in place of an event says that Redis lost events this told already: its log goes on after the number.
        """
        last: Event | None = None
        async with aclosing(self._redis.subscribe(self._store.progress_channel(id_))) as hints:
            waiting: asyncio.Task[tuple[str, bytes | None]] | None = None
            draining = asyncio.create_task(self._draining.wait(), name="watch-draining")
            try:
                while True:
                    page = await self._store.read_log(id_, after, limit=PAGE)
                    for after, last in page:
                        yield after, last
                        # A retried task reopens an ended workflow; questions may be taken back after the end.
                        ended = (ended or isinstance(last, WorkflowEnded)) and not isinstance(last, TaskReset)
                    if page:
                        continue
                    if ended or self._draining.is_set():
                        return
                    if waiting is None:
                        waiting = asyncio.create_task(anext(hints), name="watch-hint")
                    await asyncio.wait({waiting, draining}, timeout=LOOK, return_when=asyncio.FIRST_COMPLETED)
                    if waiting.done():
                        _, announced = waiting.result()
                        waiting = None
                        if announced is not None:
                            continue
                    if not await self._holds(id_, after, last):
                        if (stored := await self._store.load(id_)) is None:
                            return
                        after, last, ended = stored.workflow.sequence, None, stored.workflow.end is not None
                        yield after, None
            finally:
                await end_tasks([draining] if waiting is None else [draining, waiting])

    async def _holds(self, id_: str, number: int, event: Event | None) -> bool:
        """Whether the log has an event of that number, the same one where it is known, or has been cut off after it."""
        if number == 0:
            return True
        kept = await self._store.read_log(id_, number - 1, limit=1)
        return bool(kept) and (kept[0][0] > number or event in (None, kept[0][1]))


def _gap(workflow: Workflow, after: int, first: int) -> pb.WatchWorkflowResponse:
    """Tells that events are missing between `after` and the first that is kept, or that `after` itself got lost."""
    missing = max(0, first - 1 - after)
    cursor = to.cursor(workflow.id, first - 1 if missing else workflow.sequence)
    return pb.WatchWorkflowResponse(cursor=cursor, gap=pb.Gap(missing=missing))


def _snapshot(workflow: Workflow) -> pb.WatchWorkflowResponse:
    cursor = to.cursor(workflow.id, workflow.sequence)
    return pb.WatchWorkflowResponse(cursor=cursor, snapshot=workflow_to_pb(workflow))
