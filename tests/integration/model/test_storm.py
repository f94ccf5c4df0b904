"""Several clients, one Redis, one model server over HTTP that limits. The judge is the server's own ledger."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from chassis.model import ErrorClass, ModelClient, ModelError, ModelRequest, ModelSettings
from chassis.model.limits import Caller
from chassis.model.redis_limiter import RedisLimiter
from chassis.redis import open_redis
from tools.offline_model import OfflineModel, Options
from tools.offline_model.ledger import Entry


class Word(BaseModel):
    word: str


def ask(number: int) -> ModelRequest[Word]:
    origin = {"tenant": f"t{number % 3}", "workflow": f"w{number % 7}"}
    return ModelRequest(output=Word, prompt="Say a word.", origin=origin, max_tokens=400)


def entries(model: OfflineModel) -> list[Entry]:
    return list(model.ledger.select({}))


@asynccontextmanager
async def clients(count: int, redis_url: str, model: OfflineModel, **settings: Any) -> AsyncIterator[list[ModelClient]]:
    """As many pods would have: each with connections of its own."""
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(count):
            redis = await stack.enter_async_context(open_redis(redis_url))
            fields: dict[str, Any] = {"base_url": model.url, "rate_limit_spacing": 0.005, **settings}
            made.append(await stack.enter_async_context(ModelClient(ModelSettings(**fields), redis)))
        yield made


async def test_in_a_storm_no_request_comes_before_its_time_and_all_succeed(redis_url: str) -> None:
    async with OfflineModel(Options()).running() as model, clients(4, redis_url, model) as pods:
        rule = {"action": {"status": {"code": 429, "retry_after": 1}}}
        model.faults.add(json.dumps([rule]).encode())
        async with open_redis(redis_url) as redis, asyncio.TaskGroup() as tasks:
            hit = tasks.create_task(pods[0].generate(ask(0)))
            onlooker = RedisLimiter(redis)
            while not (hit.done() or await _is_paused(onlooker, pods[0].settings.model)):
                await asyncio.sleep(0.005)
            for number in range(1, 60):
                tasks.create_task(pods[number % 4].generate(ask(number)))
        assert hit.result().output.word
        first, *later = entries(model)
        assert (first.status, first.ended is not None) == (429, True)
        assert len(later) == 60
        assert {entry.status for entry in later} == {200}
        # A millisecond: the limiter's clock counts in them.
        assert min(entry.arrived for entry in later) - first.arrived >= 0.999


async def _is_paused(limiter: RedisLimiter, model: str) -> bool:
    turn = await limiter.reserve(model, Caller())
    await limiter.leave(model, turn.held)
    return turn.away > 0


async def test_what_one_learned_from_headers_keeps_another_from_asking_in_vain(redis_url: str) -> None:
    async with (
        OfflineModel(Options(rpm=6)).running() as model,
        clients(2, redis_url, model, rate_limit_wait=1.0) as (one, other),
    ):
        for number in range(6):
            await one.generate(ask(number))
        with pytest.raises(ModelError) as caught:
            await other.generate(ask(6))
        assert caught.value.kind is ErrorClass.RATE_LIMITED
        assert caught.value.retry_after is not None
        assert 1 < caught.value.retry_after <= 10
        assert [entry.status for entry in entries(model)] == [200] * 6


async def test_tokens_not_used_are_given_back(redis_url: str) -> None:
    async with (
        OfflineModel(Options()).running() as model,
        clients(2, redis_url, model, output_tpm=2000, rate_limit_wait=1.0) as pods,
    ):
        # Each is charged 1000 of 2000 before it is asked, and writes far fewer.
        for number in range(6):
            await pods[number % 2].generate(replace(ask(number), max_tokens=4000))
        assert [entry.status for entry in entries(model)] == [200] * 6


async def test_the_offline_model_refuses_what_is_beyond_its_limits(redis_url: str) -> None:
    async with (
        OfflineModel(Options(rpm=1)).running() as model,
        clients(1, redis_url, model, rate_limit_retries=0) as [one],
    ):
        await one.generate(ask(0))
        async with open_redis(redis_url) as redis:
            await redis.commands.flushdb()
        with pytest.raises(ModelError) as caught:
            await one.generate(ask(1))
        assert caught.value.kind is ErrorClass.RATE_LIMITED
        assert 50 < (caught.value.retry_after or 0) <= 60
        await one.generate(replace(ask(2), model="small"))
