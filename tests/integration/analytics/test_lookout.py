"""The lookout: one of many writes an alert, and workflows nobody hears of are given up."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.clock import new_id
from chassis.redis import RedisAccess, open_redis
from services.analytics.counting import Counting
from services.analytics.domain.alerts import Bounds
from services.analytics.domain.numbers import agent_of, total_of
from services.analytics.lookout import Lookout
from services.analytics.store.alerts import AlertStore
from services.analytics.store.measures import Limits, MeasureStore
from services.analytics.store.series import SeriesStore
from services.analytics.store.stream import EventStream
from tests.support.event_stream import START, Story

pytestmark = pytest.mark.redis_cluster


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    async with open_redis(redis_url) as access:
        yield access


def lookout(redis: RedisAccess, **changes: Any) -> Lookout:
    fields: dict[str, Any] = {
        "measures": MeasureStore(redis, Limits()),
        "series": SeriesStore(redis),
        "alerts": AlertStore(redis, kept=10, changes=10),
        "stream": EventStream(redis, "lookout"),
        "bounds": Bounds(),
        "interval": 0.05,
        "give_up_after": timedelta(days=90),
        "now": lambda: START + timedelta(hours=1),
        "new_id": new_id,
        "draining": asyncio.Event(),
    }
    return Lookout(redis, **fields | changes)


async def count(redis: RedisAccess, story: Story) -> None:
    stream = EventStream(redis, "one")
    await stream.join()
    await story.write(redis.commands)
    held = await stream.next(1000, 0.1)
    assert await Counting(MeasureStore(redis, Limits())).count(held)
    await stream.counted(held)


async def test_of_several_that_see_the_same_one_writes_it(redis: RedisAccess) -> None:
    await count(redis, Story("w1").begin().tell(task="t1", readied={}))
    await asyncio.gather(*(lookout(redis).once() for _ in range(5)))
    alerts = AlertStore(redis, kept=10, changes=10)
    assert {alert.subject for alert in (await alerts.firing("default")).values()} == {"branding", "workflows/w1"}
    assert len((await alerts.page("default", before="", size=50))[0]) == 2
    assert await redis.commands.xlen("hj:analytics:{default}:changes") == 2


async def test_alerts_are_kept_up_to_a_bound_and_those_that_fire_in_any_case(redis: RedisAccess) -> None:
    await count(redis, Story("old").begin())
    alerts = AlertStore(redis, kept=3, changes=10)
    await lookout(redis, alerts=alerts).once()
    for number in range(6):
        story = Story(f"w{number}", now=START + timedelta(seconds=1)).begin()
        await count(redis, story)
        await lookout(redis, alerts=alerts).once()
        await count(redis, story.end())
        await lookout(redis, alerts=alerts).once()
    kept = (await alerts.page("default", before="", size=50))[0]
    assert [alert.subject for alert in kept] == ["workflows/w5", "workflows/w4", "workflows/old"]
    assert [alert.end is None for alert in kept] == [False, False, True]


async def test_a_workflow_nobody_hears_of_does_not_run_for_ever(redis: RedisAccess) -> None:
    await count(redis, Story("w1").begin().tell(task="t1", readied={}).tell(task="t1", attempt=1, started={}))
    await count(redis, Story("w2", now=START + timedelta(days=80)).begin().tell(task="t1", readied={}))
    await lookout(redis, now=lambda: datetime(2027, 2, 25, tzinfo=UTC)).once()
    series = SeriesStore(redis)
    assert total_of(await series.total(["default"])).workflows.running == 1
    assert agent_of("branding", await series.agent(["default"], "branding")).attempts.running == 0
    first, second = await MeasureStore(redis, Limits()).read([("default", "w1"), ("default", "w2")])
    assert first is None
    assert second is not None
