"""The agenda of an orchestrator that stops."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from unittest.mock import MagicMock

from chassis.clock import utc_now
from chassis.redis import open_redis
from chassis.tasks import end_tasks
from services.orchestrator.agenda import Agenda
from services.orchestrator.domain.decide import submit
from services.orchestrator.runner import Surroundings
from services.orchestrator.store import AgendaStore, Owned, WorkflowStore
from tests.unit.orchestrator.workflows import submission


async def test_what_is_claimed_in_the_moment_of_the_stop_is_handed_back_too(redis_url: str) -> None:
    async with open_redis(redis_url) as redis:
        entries = AgendaStore(redis)
        stopped = asyncio.Event()

        class Store(WorkflowStore):
            async def claim(self, id_: str, owner: str) -> Owned | None:
                owned = await super().claim(id_, owner)
                await agenda.aclose()
                stopped.set()
                return owned

        store = Store(redis, log_length=100, retention=timedelta(days=1))
        others: dict[str, Any] = {
            name: MagicMock()
            for name in (
                "dispatcher",
                "streams",
                "planner",
                "gates",
                "outbox",
                "results",
                "durations",
                "timeouts",
                "purse",
                "stored",
            )
        }
        around = Surroundings(
            name="one",
            store=store,
            agenda=entries,
            now=utc_now,
            task_attempts=3,
            retry_budget=30,
            cancel_grace=timedelta(seconds=1),
            ask_depth=3,
            hand_off_depth=3,
            **others,
        )
        agenda = Agenda(around, redis, lease=timedelta(seconds=60), max_owned=10)
        begun = submit(submission())
        await store.create(begun.workflow, begun.events[0])
        await entries.call(begun.workflow.id)
        running = asyncio.create_task(agenda.run())
        async with asyncio.timeout(20):
            await stopped.wait()
            # It is called for first, and let go of then.
            while await redis.commands.hexists(f"hj:{{wf:{begun.workflow.id}}}:state", "owner"):
                await asyncio.sleep(0.01)
            assert await entries.overdue() == 1
        await end_tasks({running})
