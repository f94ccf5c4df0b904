"""One suite, two limiters: the one of this process passes the very tests the cluster's passes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from chassis.model.gate import Gate, TooFarError
from chassis.model.limiter import Limiter, LocalLimiter
from chassis.model.limits import Caller, Cost, Limits, Told
from chassis.model.redis_limiter import RedisLimiter
from chassis.redis import RedisAccess, open_redis

MakeLimiter = Callable[[], Limiter]

ME = Caller()

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
    assert (await make().reserve("opus", ME)).wait == 0


async def test_a_pause_holds_for_everyone_and_for_that_model_only(make: MakeLimiter) -> None:
    await make().pause("opus", 300)
    assert 290 < (await make().reserve("opus", ME)).away < 301
    assert (await make().reserve("haiku", ME)).wait == 0


async def test_many_reports_make_one_pause(make: MakeLimiter) -> None:
    for seconds in (300, 60, 180):
        await make().pause("opus", seconds)
    assert 290 < (await make().reserve("opus", ME)).away < 301


async def test_turns_come_one_after_another(make: MakeLimiter) -> None:
    limiter, now, left = make(), asyncio.get_running_loop().time, []
    await limiter.pause("opus", 2)  # All of them ask while it lasts, else there is nothing to space.

    async def go() -> None:
        asked = now()
        async with Gate(limiter, concurrency=32).admit("opus", longest=30) as admission:
            left.append((now(), asked + admission.waited))

    await asyncio.gather(*(go() for _ in range(20)))
    # By the clock, or by the turns they were told: a process that stood still wakes all who sleep in it at once.
    spread = max(max(times) - min(times) for times in zip(*left, strict=True))
    assert spread >= 0.15, "half the spacing at least, nineteen times, less what asking late makes up"


async def test_a_newer_pause_takes_a_turn_back(make: MakeLimiter) -> None:
    await make().pause("opus", 0.05)
    turn = await make().reserve("opus", ME)
    await asyncio.sleep(turn.wait)
    await make().pause("opus", 300)
    assert (await make().reserve("opus", ME, turn.held)).away > 100


async def test_the_road_opens_again(make: MakeLimiter) -> None:
    await make().pause("opus", 0.05)
    await asyncio.sleep(0.15)
    assert (await make().reserve("opus", ME)).wait == 0


async def test_nobody_passes_the_gate_before_the_pause_is_over(make: MakeLimiter) -> None:
    now = asyncio.get_running_loop().time
    began, left = now(), []
    await make().pause("opus", 0.1)

    async def go() -> None:
        async with Gate(make(), concurrency=4).admit("opus", longest=5):
            left.append(now() - began)

    await asyncio.gather(*(go() for _ in range(12)))
    assert min(left) >= 0.099


async def test_the_gate_does_not_wait_in_vain(make: MakeLimiter) -> None:
    await make().pause("opus", 300)
    with pytest.raises(TooFarError) as caught:
        async with Gate(make(), concurrency=1).admit("opus", longest=10):
            pass
    assert 290 < caught.value.wait < 301


async def test_the_key_is_ours_and_expires(redis: RedisAccess) -> None:
    limiter = RedisLimiter(redis)
    await limiter.pause("any model/of ours", 30)
    await limiter.reserve("any model/of ours", ME)
    [key] = [key async for key in redis.commands.scan_iter("*")]
    assert key == b"hj:limits:{any_model_of_ours}"
    assert 80_000 < await redis.commands.pttl(key) <= 90_000


# ------------------------------------------------------------------ budgets and fairness: the cluster's


def limiters(redis: RedisAccess, count: int, **most: int) -> list[RedisLimiter]:
    """As many as there are processes."""
    limits = Limits(**{name: Told(limit=limit) for name, limit in most.items()})
    return [RedisLimiter(redis, spacing=0.01, most=limits) for _ in range(count)]


async def test_a_budget_is_one_for_all_processes(redis: RedisAccess) -> None:
    few = limiters(redis, 4, requests=4)
    turns = [await few[n % 4].reserve("opus", ME) for n in range(6)]
    assert [turn.wait == 0 for turn in turns] == [True] * 4 + [False] * 2
    assert all(turn.metered for turn in turns)
    assert 8 < turns[-1].away <= 15, "four a minute are one in fifteen seconds"


async def test_tokens_are_charged_as_expected_and_corrected_after(redis: RedisAccess) -> None:
    one, other = limiters(redis, 2, output=1000)
    big = Caller(cost=Cost(output=900))
    assert (await one.reserve("opus", big)).wait == 0
    turn = await other.reserve("opus", big)
    assert turn.away > 40, "800 missing of 1000 a minute"
    await one.settle("opus", Cost(output=880), Limits())
    assert (await other.reserve("opus", big, turn.held)).wait == 0


async def test_a_call_larger_than_the_budget_goes_when_the_bucket_is_full(redis: RedisAccess) -> None:
    [one] = limiters(redis, 1, input=100)
    assert (await one.reserve("opus", Caller(cost=Cost(input=5000)))).wait == 0
    assert (await one.reserve("opus", Caller(cost=Cost(input=1)))).away > 60


async def test_limits_are_learned_and_never_believed_to_hold_more_than_told(redis: RedisAccess) -> None:
    one, other = limiters(redis, 2)
    assert (await one.reserve("opus", ME)).wait == 0
    await one.settle("opus", Cost(), Limits(requests=Told(limit=2, remaining=1)))
    assert (await other.reserve("opus", ME)).wait == 0
    assert 20 < (await other.reserve("opus", ME)).away <= 30
    assert (await other.reserve("haiku", ME)).wait == 0


async def first_to_go(redis: RedisAccess, waiting: list[Caller]) -> list[Caller]:
    """Who goes when all wait and the budget then holds just two more calls."""
    limiter, *others = limiters(redis, 3, input=100_000)
    await limiter.reserve("opus", Caller(cost=Cost(input=100_000)))
    each = [replace(caller, cost=Cost(input=50_000)) for caller in waiting]
    held = [(await limiter.reserve("opus", caller)).held for caller in each]
    await others[0].settle("opus", Cost(input=100_000), Limits())
    turns = [await others[1].reserve("opus", caller, ticket) for caller, ticket in zip(each, held, strict=True)]
    return [caller for caller, turn in zip(waiting, turns, strict=True) if turn.wait == 0]


async def test_a_hundred_calls_of_one_tenant_do_not_hold_up_another(redis: RedisAccess) -> None:
    crowd = [Caller(tenant="crowd", workflow=f"w{number % 5}") for number in range(100)]
    lone = Caller(tenant="lone", workflow="w")
    assert await first_to_go(redis, [*crowd, lone]) == [crowd[0], lone]


async def test_nor_those_of_one_workflow_another_of_the_same_tenant(redis: RedisAccess) -> None:
    many, one = Caller(tenant="t", workflow="many"), Caller(tenant="t", workflow="one")
    assert await first_to_go(redis, [many] * 100 + [one]) == [many, one]


async def test_who_comes_again_and_again_does_not_overtake(redis: RedisAccess) -> None:
    patient, eager = Caller(tenant="patient"), Caller(tenant="eager")
    assert await first_to_go(redis, [eager, eager, eager, patient, patient]) == [eager, patient]


async def test_who_gives_up_stands_in_nobodys_way(redis: RedisAccess) -> None:
    [limiter] = limiters(redis, 1, input=100)
    whole = Caller(cost=Cost(input=100))
    await limiter.reserve("opus", whole)
    gone, next_one = await limiter.reserve("opus", whole), await limiter.reserve("opus", whole)
    await limiter.leave("opus", gone.held)
    await limiter.settle("opus", Cost(input=100), Limits())
    assert (await limiter.reserve("opus", whole, next_one.held)).wait == 0


async def test_a_wait_given_up_at_the_gate_leaves_the_queue(redis: RedisAccess) -> None:
    [limiter] = limiters(redis, 1, input=100)
    whole = Caller(cost=Cost(input=100))
    await limiter.reserve("opus", whole)
    with pytest.raises(TooFarError):
        async with Gate(limiter, concurrency=1).admit("opus", longest=1, caller=whole):
            pass
    await limiter.settle("opus", Cost(input=100), Limits())
    assert (await limiter.reserve("opus", whole)).wait == 0


async def test_a_limit_of_our_own_holds_below_the_providers_and_may_be_raised(redis: RedisAccess) -> None:
    [low] = limiters(redis, 1, requests=1)
    assert (await low.reserve("opus", ME)).wait == 0
    await low.settle("opus", Cost(), Limits(requests=Told(limit=600_000, remaining=500_000)))
    assert (await low.reserve("opus", ME)).away > 50
    [mine] = limiters(redis, 1, requests=2)
    assert (await mine.reserve("haiku", ME)).wait == 0
    [raised] = limiters(redis, 1, requests=600_000)
    await raised.reserve("haiku", ME)
    await asyncio.sleep(0.01)
    assert (await raised.reserve("haiku", ME)).wait == 0
