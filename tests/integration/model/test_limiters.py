"""One suite, two limiters: the one of this process passes the very tests the cluster's passes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from chassis.model.gate import Gate, TooFarError
from chassis.model.limiter import Limiter, LocalLimiter, RedisLimiter
from chassis.redis import RedisAccess, open_redis

MakeLimiter = Callable[[], Limiter]

pytestmark = pytest.mark.redis_cluster


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    async with open_redis(redis_url) as access:
        yield access


@pytest.fixture(params=["local", "redis"])
def make(request: pytest.FixtureRequest, redis: RedisAccess) -> MakeLimiter:
    """Makes limiters that share what they know: one per process."""
    if request.param == "redis":
        return lambda: RedisLimiter(redis, spacing=0.02)
    shared = LocalLimiter(spacing=0.02)
    return lambda: shared


async def test_an_unlimited_model_is_open(make: MakeLimiter) -> None:
    assert (await make().reserve("opus")).wait == 0


async def test_a_pause_holds_for_everyone_and_for_that_model_only(make: MakeLimiter) -> None:
    await make().pause("opus", 5)
    assert 4.9 < (await make().reserve("opus")).wait < 5.1
    assert (await make().reserve("haiku")).wait == 0


async def test_many_reports_make_one_pause(make: MakeLimiter) -> None:
    for seconds in (5, 1, 3):
        await make().pause("opus", seconds)
    assert 4.9 < (await make().reserve("opus")).wait < 5.1


async def test_turns_come_one_after_another(make: MakeLimiter) -> None:
    await make().pause("opus", 1)
    turns = [await make().reserve("opus") for _ in range(20)]
    moments = [turn.held for turn in turns]
    assert moments == sorted(set(moments))
    assert 0.2 < (moments[-1] - moments[0]) / 1000 < 0.6


async def test_a_turn_is_kept_and_a_newer_pause_takes_it_back(make: MakeLimiter) -> None:
    await make().pause("opus", 0.05)
    turn = await make().reserve("opus")
    await asyncio.sleep(turn.wait)
    kept = await make().reserve("opus", turn.held)
    assert kept.wait <= 0.002
    await make().pause("opus", 5)
    assert (await make().reserve("opus", turn.held)).wait > 4.9


async def test_the_road_opens_again(make: MakeLimiter) -> None:
    await make().pause("opus", 0.05)
    await make().reserve("opus")
    await asyncio.sleep(0.15)
    assert (await make().reserve("opus")).wait == 0


async def test_nobody_passes_the_gate_before_the_pause_is_over(make: MakeLimiter) -> None:
    now = asyncio.get_running_loop().time
    await make().pause("opus", 0.1)
    began, left = now(), []

    async def go() -> None:
        async with Gate(make(), concurrency=4).admit("opus", longest=5):
            left.append(now() - began)

    await asyncio.gather(*(go() for _ in range(12)))
    assert min(left) >= 0.099


async def test_the_gate_does_not_wait_in_vain(make: MakeLimiter) -> None:
    await make().pause("opus", 30)
    with pytest.raises(TooFarError) as caught:
        async with Gate(make(), concurrency=1).admit("opus", longest=10):
            pass
    assert 29 < caught.value.wait < 31


async def test_the_key_is_ours_and_expires(redis: RedisAccess) -> None:
    limiter = RedisLimiter(redis)
    await limiter.pause("any model/of ours", 2)
    await limiter.reserve("any model/of ours")
    [key] = [key async for key in redis.commands.scan_iter("*")]
    assert key == b"hj:limits:any_model_of_ours"
    assert 2000 < await redis.commands.pttl(key) < 4000
