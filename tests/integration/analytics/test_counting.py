"""Every event counts once: brought twice, read by several, left behind by one that died."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from redis.exceptions import RedisError

from chassis.redis import RedisAccess, open_redis
from services.analytics import consumer as consumer_module
from services.analytics.consumer import Consumer
from services.analytics.counting import Counting
from services.analytics.domain.numbers import agent_of, total_of
from services.analytics.store.measures import Limits, MeasureStore
from services.analytics.store.series import SeriesStore
from services.analytics.store.stream import Entry, EventStream
from tests.support.event_stream import COST, RESULT, Story, whole

pytestmark = pytest.mark.redis_cluster


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    async with open_redis(redis_url) as access:
        yield access


DEFAULTS = Limits()


class Reader:
    """A consumer as a process would run it; `kill` ends it as a crash does."""

    def __init__(self, redis: RedisAccess, name: str, *, limits: Limits = DEFAULTS, claim_after: float = 0.2) -> None:
        self.stream = EventStream(redis, name)
        self.measures = MeasureStore(redis, limits)
        self.draining = asyncio.Event()
        counting = Counting(self.measures)
        self.consumer = Consumer(self.stream, counting, claim_after=claim_after, draining=self.draining)
        self.task = asyncio.create_task(self.consumer.run(), name=name)

    async def kill(self) -> None:
        # asyncio.wait_for of Python 3.11 loses a cancellation that comes as it ends, and redis-py uses it.
        while not self.task.done():
            self.task.cancel()
            await asyncio.wait([self.task], timeout=0.05)

    async def stop(self) -> None:
        self.draining.set()
        await asyncio.wait_for(self.task, 20)


@asynccontextmanager
async def readers(redis: RedisAccess, count: int, **more: Any) -> AsyncIterator[list[Reader]]:
    running = [Reader(redis, f"reader-{number}", **more) for number in range(count)]
    try:
        yield running
    finally:
        for reader in running:
            if not reader.task.done():
                await reader.stop()


async def counted(redis: RedisAccess) -> None:
    stream = EventStream(redis, "onlooker")
    async with asyncio.timeout(20):
        while (await stream.lag()).waiting:
            await asyncio.sleep(0.01)


async def everything(redis: RedisAccess) -> tuple[Any, Any]:
    series = SeriesStore(redis)
    return total_of(await series.total(["default"])), agent_of("branding", await series.agent(["default"], "branding"))


async def test_events_brought_twice_to_two_readers_count_once(redis: RedisAccess) -> None:
    stories = [whole(f"w{number}") for number in range(30)]
    entries = [entry for story in stories for entry in story.entries]
    async with readers(redis, 2):
        for entry in entries:  # one by one, so that the readers truly share them
            await redis.commands.xadd("hj:events", entry)  # type: ignore[arg-type]
            if random.Random(entry["id"]).random() < 0.5:
                await redis.commands.xadd("hj:events", entry)  # type: ignore[arg-type]
        for entry in entries:
            await redis.commands.xadd("hj:events", entry)  # type: ignore[arg-type]
        await counted(redis)
    total, branding = await everything(redis)
    assert (total.workflows.running, total.workflows.succeeded) == (0, 30)
    assert (branding.attempts.running, branding.attempts.succeeded) == (0, 30)
    assert total.usage.calls == branding.usage.calls == 30
    assert (branding.duration.count, branding.wait.count, total.duration.count) == (30, 30, 30)


async def test_many_readers_keep_the_order_of_each_workflow(
    redis: RedisAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "BATCH", 3)
    stories = [
        Story(f"w{number}")
        .begin()
        .attempt(retry_scheduled={"usage": COST})
        .attempt(number=2, succeeded={"result": RESULT})
        .end()
        for number in range(40)
    ]
    async with readers(redis, 4):
        while any(story.entries for story in stories):
            for story in stories:
                if story.entries:
                    await redis.commands.xadd("hj:events", story.entries.pop(0))  # type: ignore[arg-type]
        await counted(redis)
    total, branding = await everything(redis)
    assert (total.workflows.running, total.workflows.succeeded) == (0, 40)
    assert (branding.attempts.succeeded, branding.attempts.failed, branding.attempts.running) == (40, 40, 0)
    assert (branding.duration.count, branding.wait.count) == (40, 80)
    assert (branding.usage.calls, branding.waste.calls) == (80, 40)


async def test_what_a_killed_reader_held_is_counted_by_another(redis: RedisAccess) -> None:
    dead = EventStream(redis, "dead")
    await dead.join()
    await whole("w1").write(redis.commands)
    held = await dead.next(3, 0.1)
    assert len(held) == 3
    async with readers(redis, 1):
        await whole("w2").write(redis.commands)
        await counted(redis)
    total, branding = await everything(redis)
    assert (total.workflows.running, total.workflows.succeeded) == (0, 2)
    assert (branding.duration.count, branding.wait.count) == (2, 2)


async def test_what_is_claimed_does_not_overtake_what_another_holds_in_between(redis: RedisAccess) -> None:
    dead, slow = EventStream(redis, "dead"), EventStream(redis, "slow")
    await dead.join()
    await whole("w1").write(redis.commands)
    left, between = await dead.next(2, 0.1), await slow.next(2, 0.1)
    await redis.commands.xclaim(
        "hj:events", "analytics", "dead", 0, [entry.id for entry in left], idle=3_600_000, justid=True
    )
    async with readers(redis, 1, claim_after=600):
        async with asyncio.timeout(20):  # it holds the last two, then the first two as well, and counts these
            while await slow.oldest_held() != between[0].id:
                await asyncio.sleep(0.01)
        assert await Counting(MeasureStore(redis, DEFAULTS)).count(between)
        await slow.counted(between)
        await counted(redis)
    total, branding = await everything(redis)
    assert (total.workflows.running, total.workflows.succeeded) == (0, 1)
    assert (branding.attempts.succeeded, branding.wait.count, branding.duration.count) == (1, 1, 1)


async def test_a_reader_killed_between_counting_and_letting_go_counts_nothing_twice(redis: RedisAccess) -> None:
    dead = EventStream(redis, "dead")
    await dead.join()
    await whole("w1").write(redis.commands)
    held = await dead.next(100, 0.1)
    assert await Counting(MeasureStore(redis, DEFAULTS)).count(held[:4])
    async with readers(redis, 2):
        await counted(redis)
    total, branding = await everything(redis)
    assert (total.workflows.succeeded, branding.attempts.succeeded, branding.usage.calls) == (1, 1, 1)


async def test_readers_killed_at_any_moment_lose_and_double_nothing(redis: RedisAccess) -> None:
    chance = random.Random(7)
    running = [Reader(redis, f"first-{number}") for number in range(2)]
    for number in range(60):
        await whole(f"w{number}").write(redis.commands)
        await asyncio.sleep(chance.random() * 0.005)
        if number % 6 == 0:
            await running.pop(0).kill()
            running.append(Reader(redis, f"next-{number}"))
    await counted(redis)
    for reader in running:
        await reader.stop()
    total, branding = await everything(redis)
    assert (total.workflows.running, total.workflows.succeeded) == (0, 60)
    assert (branding.attempts.succeeded, branding.duration.count, branding.usage.calls) == (60, 60, 60)


async def test_a_frozen_reader_that_wakes_up_late_adds_nothing(redis: RedisAccess) -> None:
    frozen = EventStream(redis, "frozen")
    await frozen.join()
    await whole("w1").write(redis.commands)
    held = await frozen.next(100, 0.1)
    async with readers(redis, 1):
        await counted(redis)
        assert await Counting(MeasureStore(redis, DEFAULTS)).count(held)
        await frozen.counted(held)
    total, _ = await everything(redis)
    assert (total.workflows.succeeded, total.usage.calls) == (1, 1)


async def test_two_that_count_the_same_at_once_count_it_once(redis: RedisAccess) -> None:
    stream = EventStream(redis, "one")
    await stream.join()
    await whole("w1").write(redis.commands)
    held = await stream.next(100, 0.1)
    both = [Counting(MeasureStore(redis, DEFAULTS)) for _ in range(5)]
    assert all(await asyncio.gather(*(counting.count(held) for counting in both)))
    total, _ = await everything(redis)
    assert (total.workflows.succeeded, total.usage.calls) == (1, 1)


async def test_a_reader_that_stops_leaves_the_group_and_nothing_behind(redis: RedisAccess) -> None:
    async with readers(redis, 2) as (first, second):
        await whole("w1").write(redis.commands)
        await counted(redis)
        await first.stop()
        names = {row["name"] for row in await redis.commands.xinfo_consumers("hj:events", "analytics")}
        assert b"reader-0" not in names
        await whole("w2").write(redis.commands)
        await counted(redis)
        assert second.task.done() is False
    assert (await everything(redis))[0].workflows.succeeded == 2


async def test_nothing_grows_without_bound(redis: RedisAccess) -> None:
    limits = Limits(retention=timedelta(seconds=100), outcomes=5, agent_types=3, templates=3)
    async with readers(redis, 1, limits=limits):
        for number in range(10):
            await whole(f"w{number}", agent_type=f"type{number}", template=f"templates/t{number}@1").write(
                redis.commands
            )
            await whole(f"v{number}", agent_type="type9", template="templates/t9@1").write(redis.commands)
            await counted(redis)
    series = SeriesStore(redis)
    assert len(await series.agents(["default"])) == 3
    assert len(await series.templates(["default"])) == 3
    keys = {key.decode() async for key in redis.commands.scan_iter("hj:analytics:*", count=1000)}
    assert sum(":agent:" in key for key in keys) == sum(":outcomes:" in key for key in keys) == 3
    assert len((await series.outcomes("default", ["type9"], 100))[0]) == 5
    for key in keys:
        if ":workflow:" in key:
            assert 0 < await redis.commands.ttl(key) <= 100
    assert not await redis.commands.exists("hj:analytics:{default}:open", "hj:analytics:{default}:waiting")


async def test_an_entry_trimmed_away_while_it_was_held_stops_nobody(redis: RedisAccess) -> None:
    dead = EventStream(redis, "dead")
    await dead.join()
    await whole("w1").write(redis.commands)
    assert await dead.next(2, 0.1)
    await redis.commands.xtrim("hj:events", maxlen=2, approximate=False)
    async with readers(redis, 1):
        await whole("w2").write(redis.commands)
        await counted(redis)
    total, _ = await everything(redis)
    assert total.workflows.succeeded == 2, "both ends were still there"


async def test_a_wrong_write_is_told_and_not_taken_for_a_lost_race(redis: RedisAccess) -> None:
    await redis.commands.set("hj:analytics:{default}:total", "not a hash")
    stream = EventStream(redis, "one")
    await stream.join()
    await whole("w1").write(redis.commands)
    entries: Sequence[Entry] = await stream.next(10, 0.1)
    with pytest.raises(RedisError, match="WRONGTYPE"):
        await Counting(MeasureStore(redis, DEFAULTS)).count(entries)
