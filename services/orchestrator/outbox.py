"""The outbox: every event of an owned workflow also goes into the stream of all events.

The stream lies in another slot than the workflow, so it cannot be part of the step. Instead the owner
publishes after the step and notes how far it got; whoever owns the workflow next publishes the rest from
the run log. Each event arrives at least once; its id (`WORKFLOW:SEQUENCE`) lets a reader drop doubles.
Pieces of streamed text stay in the run log alone. What a workflow spent on the day is booked for its tenant on the same
occasion: all of it each time, so that more than once does no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from redis.exceptions import RedisError

from chassis.errors import Unavailable
from chassis.redis import RedisAccess
from services.orchestrator.convert_events import event_to_pb
from services.orchestrator.domain.events import Event, TaskTextStreamed, WorkflowPlanned
from services.orchestrator.domain.spending import SPENDS, DaySpent, day_spent
from services.orchestrator.domain.workflow import Workflow
from services.orchestrator.store import SpendingStore, WorkflowStore

PAGE = 500
"""Events read from a run log at a time."""
BATCH = 500
"""Events written in one round trip."""
RETRY = 0.5
"""Seconds between attempts while Redis is away."""

log = structlog.get_logger(__name__)


class Outbox:
    """Publishes events of all owned workflows, in order per workflow."""

    def __init__(self, redis: RedisAccess, store: WorkflowStore, spending: SpendingStore, *, length: int) -> None:
        self._commands: Any = redis.commands  # redis-py's types cannot say what a pipeline answers
        self._stream = redis.key("events")
        self._store = store
        self._spending = spending
        self._length = length
        self._waiting: list[dict[str, str | bytes]] = []
        self._spent: dict[tuple[str, str], DaySpent] = {}
        """What workflows spent, by id and day, to be booked with the entries; the newest word on each."""
        self._queued = 0
        """Entries ever queued."""
        self._written = 0
        """Of these, entries in the stream."""
        self._filled = asyncio.Event()
        self._wrote = asyncio.Condition()

    def publish(self, workflow: Workflow, first: int, events: Sequence[Event]) -> None:
        """Queues events; `first` is the sequence number of the first, `workflow` is as after the last."""
        for sequence, event in enumerate(events, start=first):
            if not isinstance(event, TaskTextStreamed):
                self._waiting.append(_entry(workflow, sequence, event))
                self._queued += 1
        spent = day_spent(workflow) if any(isinstance(event, SPENDS) for event in events) else None
        if spent is not None:
            self._spent[spent.workflow, spent.day] = spent
        self._filled.set()

    async def catch_up(self, workflow: Workflow, published: int) -> None:
        """Queues what an earlier owner did not get to, as far as it is known."""
        after = published
        while after < workflow.sequence:
            page = await self._store.read_log(workflow.id, after, limit=PAGE)
            for sequence, event in page:
                if sequence <= workflow.sequence:
                    self.publish(workflow, sequence, [event])
                after = sequence
            if not page:
                return

    async def settle(self, workflow: Workflow) -> None:
        """Returns when everything queued so far is in the stream, and notes that for this workflow."""
        wanted = self._queued
        async with self._wrote:
            await self._wrote.wait_for(lambda: self._written >= wanted)
        await self._store.mark_published(workflow.id, workflow.sequence)

    async def run(self) -> None:
        """Writes what is queued, for ever."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._waiting:
                batch, spent = self._waiting[:BATCH], list(self._spent.items())
                try:
                    await self._spending.book_all([one for _, one in spent])
                    await self._write(batch)
                except (RedisError, OSError, Unavailable) as error:
                    log.warning("Events wait for Redis", waiting=len(self._waiting), error=str(error))
                    await asyncio.sleep(RETRY)
                    continue
                del self._waiting[: len(batch)]
                for key, one in spent:
                    if self._spent[key] is one:
                        del self._spent[key]
                self._written += len(batch)
                async with self._wrote:
                    self._wrote.notify_all()

    async def _write(self, batch: list[dict[str, str | bytes]]) -> None:
        async with self._commands.pipeline(transaction=False) as pipeline:
            for entry in batch:
                pipeline.xadd(self._stream, entry, maxlen=self._length, approximate=True)
            await pipeline.execute()


def _entry(workflow: Workflow, sequence: int, event: Event) -> dict[str, str | bytes]:
    task = workflow.tasks.get(getattr(event, "task", ""))
    plan = event.plan if isinstance(event, WorkflowPlanned) else workflow.plan
    return {
        "id": f"{workflow.id}:{sequence}",
        "tenant": workflow.submission.tenant,
        "workflow": workflow.id,
        "template": plan.template if plan else "",
        "agent_type": task.agent_type_of(getattr(event, "attempt", 0)) if task else "",
        "event": event_to_pb(workflow.id, sequence, event).SerializeToString(),
    }
