"""The limiter of one process. The tests that both limiters pass are in tests/integration/model."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Sequence
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisGoneError

from chassis.model.gate import Gate
from chassis.model.limiter import LONGEST_PAUSE, LocalLimiter
from chassis.model.limits import Caller, Cost, Limits, Told, expected_cost, limits_of
from chassis.model.redis_limiter import RedisLimiter
from tests.unit.model.conftest import Clock

ME = Caller()


async def test_turns_follow_one_another_with_jitter() -> None:
    clock = Clock()
    limiter = LocalLimiter(spacing=0.1, rng=random.Random(1), now=clock)
    await limiter.pause("opus", 10)
    turns = [await limiter.reserve("opus", ME) for _ in range(50)]
    gaps = [b.wait - a.wait for a, b in itertools.pairwise(turns)]
    assert turns[0].wait > 10
    assert min(gaps) >= 0.049
    assert max(gaps) <= 0.151
    assert len({round(gap, 3) for gap in gaps}) > 20

    clock.now += turns[10].wait
    assert (await limiter.reserve("opus", ME, turns[10].held)).wait == 0
    assert (await limiter.reserve("opus", ME, turns[11].held)).wait > 0
    assert (await limiter.reserve("opus", ME)).wait > turns[-1].wait - turns[10].wait, "newcomers queue behind"

    clock.now += 60
    assert (await limiter.reserve("opus", ME)).wait == 0, "and the road is open again"


async def test_a_new_pause_takes_turns_back() -> None:
    clock = Clock()
    limiter = LocalLimiter(spacing=0.1, now=clock)
    await limiter.pause("opus", 1)
    turn = await limiter.reserve("opus", ME)
    clock.now += turn.wait
    await limiter.pause("opus", 5)
    again = await limiter.reserve("opus", ME, turn.held)
    assert again.wait > 5


async def test_an_absurd_pause_is_shortened() -> None:
    limiter = LocalLimiter(now=Clock())
    await limiter.pause("opus", 1e15)
    assert (await limiter.reserve("opus", ME)).wait <= LONGEST_PAUSE + 1


class NoRedis:
    """A Redis that is away, or that never answers."""

    def __init__(self, hangs: bool) -> None:
        self.hangs, self.asked = hangs, 0

    def key(self, *parts: str) -> str:
        return ":".join(parts)

    def script(self, source: str) -> NoRedis:
        return self

    async def __call__(self, *, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        self.asked += 1
        if self.hangs:
            await asyncio.sleep(60)
        raise RedisGoneError("away")


async def test_without_redis_the_process_paces_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.model.redis_limiter.REDIS_PATIENCE", 0.05)
    monkeypatch.setattr("chassis.model.redis_limiter.AWAY", 60.0)
    for hangs in (False, True):
        redis = NoRedis(hangs)
        limiter = RedisLimiter(redis)
        assert (await limiter.reserve("opus", ME)).wait == 0
        await limiter.pause("opus", 100)
        assert (await limiter.reserve("opus", ME)).wait > 90
        assert redis.asked == 1, "a Redis that is away is not asked at every call"


async def test_a_waiter_gives_its_slot_back() -> None:
    clock = Clock()
    limiter = LocalLimiter(spacing=0.01, now=clock)
    await limiter.pause("opus", 0.2)
    gate = Gate(limiter, concurrency=1)
    order: list[str] = []

    async def go(model: str) -> float:
        async with gate.admit(model, longest=5) as waited:
            order.append(model)
            clock.now += 1  # The pause lasts until somebody went through.
            return waited.waited

    waited, free = await asyncio.gather(go("opus"), go("haiku"))
    assert order == ["haiku", "opus"]
    assert waited >= 0.2
    assert free == 0


class Elsewhere(NoRedis):
    """A Redis that comes and goes, and whose clock is far from ours."""

    def __init__(self) -> None:
        super().__init__(hangs=False)
        self.there = True
        self.tickets: list[str] = []

    async def __call__(self, *, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        if not self.there:
            raise RedisGoneError("away")
        self.tickets.append(str(args[0]))
        return [20, 20, 0]


async def test_a_turn_is_never_read_by_another_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.model.redis_limiter.AWAY", 0.0)
    redis = Elsewhere()
    limiter = RedisLimiter(redis, spacing=0.1)
    theirs = await limiter.reserve("opus", ME)
    redis.there = False
    await limiter.pause("opus", 100)
    ours = await limiter.reserve("opus", ME, theirs.held)
    assert 90 < ours.wait < 101, "its own pause, not the distance between two clocks"
    assert (await limiter.reserve("opus", ME, ours.held)).held == ours.held, "a turn of ours is kept"
    redis.there = True
    assert (await limiter.reserve("opus", ME, ours.held)).wait == 0.02
    assert redis.tickets[1] not in ours.held
    assert redis.tickets[0] != redis.tickets[1], "a turn of this process says nothing there"


def test_limits_are_read_from_headers_and_nonsense_is_not() -> None:
    headers = {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "49",
        "anthropic-ratelimit-input-tokens-limit": "40000",
        "anthropic-ratelimit-output-tokens-limit": "-3",
        "anthropic-ratelimit-output-tokens-remaining": "many",
    }
    assert limits_of(headers) == Limits(requests=Told(limit=50, remaining=49), input=Told(limit=40_000))
    assert not limits_of({"anthropic-ratelimit-requests-limit": "9" * 400})


def test_a_call_is_expected_to_take_its_prompt_and_a_share_of_its_room() -> None:
    assert expected_cost(401, 8000) == Cost(input=101, output=2000)
    assert expected_cost(0, 1) == Cost(input=0, output=1)
