"""A watcher that falls behind the kept part of the log is told so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from unittest.mock import create_autospec

from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from chassis.redis import RedisAccess
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.decision import Decision
from services.orchestrator.domain.events import Event, WorkflowEnded, WorkflowPaused
from services.orchestrator.domain.outcomes import NOTHING
from services.orchestrator.domain.workflow import WorkflowState
from services.orchestrator.store import WorkflowStore
from services.orchestrator.store.workflow_store import Stored
from services.orchestrator.watch import Watch
from tests.unit.orchestrator.workflows import NOW, submission


async def test_a_log_that_is_cut_off_while_watched_shows_as_a_gap_and_a_fresh_snapshot() -> None:
    decision = Decision(submit(submission()).workflow, NOW)
    early = decision.workflow
    pause = WorkflowPaused(at=NOW, by="ana", reason="")
    for _ in range(5):
        decision.happen(pause)
    later = decision.workflow
    end = WorkflowEnded(at=NOW, state=WorkflowState.CANCELLED, failure=None, usage=NOTHING, waste=NOTHING)
    pages: list[list[tuple[int, Event]]] = [[(2, pause)], [(5, pause), (6, pause), (7, end)], []]

    async def silence(*channels: str) -> AsyncGenerator[None]:
        await asyncio.Event().wait()
        yield

    store, redis = create_autospec(WorkflowStore, instance=True), create_autospec(RedisAccess, instance=True)
    store.first_kept.return_value = 1
    store.read_log.side_effect = pages
    store.load.return_value = Stored(workflow=later, epoch=1)
    redis.subscribe = silence
    request = pb.WatchWorkflowRequest(name="workflows/wf-1", cursor="wf-1:1")
    seen = [message async for message in Watch(redis, store, asyncio.Event()).follow(early, request)]
    assert [message.WhichOneof("kind") for message in seen] == ["event", "gap", "snapshot", "event"]
    assert seen[1].gap.missing == 2
    assert [message.cursor for message in seen] == ["wf-1:2", "wf-1:4", "wf-1:6", "wf-1:7"]
