"""The judge that looks at the agenda sees what nobody takes."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from chassis.redis import open_redis
from chassis.tasks import end_tasks
from services.orchestrator.store import SLOTS, AgendaStore
from tools.chaos import waiting


async def test_a_workflow_that_nobody_takes_is_seen_wherever_it_stands(redis_url: str) -> None:
    assert waiting.SLOTS == SLOTS
    async with open_redis(redis_url) as redis, asyncio.timeout(20):
        await AgendaStore(redis).call("some-workflow")
        judge = waiting.Waiting(urlsplit(redis_url).port or 0)
        looking = asyncio.create_task(judge.run())
        while judge.longest < 0.01:
            await asyncio.sleep(0.01)
        await end_tasks({looking})
        assert judge.too_long() == []
        judge.longest = waiting.LONGEST_WAIT + 1
        assert judge.too_long() == ["a workflow was due for 61 s and nobody took it"]
