"""A Sentinel set on real processes: a primary freezes, the client finds its successor, and nothing is done twice."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.errors import ConfigurationError
from chassis.redis import RedisAccess, away, open_redis
from tests.support.redis_sentinel import SentinelSet

LONGEST = 30.0
"""Seconds that a change of roles may take on a busy machine."""


@pytest.fixture
def redis_set(tmp_path: Path) -> Iterator[SentinelSet]:
    with SentinelSet(tmp_path) as redis_set:
        yield redis_set


async def count_until_it_goes_on(redis: RedisAccess) -> int:
    """Counts up until it works again after a failure; returns how many answers said that it was done."""
    count = redis.script("return redis.call('INCR', KEYS[1])")
    done, failed = 0, False
    async with asyncio.timeout(LONGEST):
        while True:
            (answer,) = await count.many([(["counter"], [])])
            if not isinstance(answer, Exception):
                done += 1
                if failed:
                    return done
            else:
                assert away(answer) is not None, answer
                failed = True
                await asyncio.sleep(0.02)


async def test_a_primary_that_freezes_holds_nobody(redis_set: SentinelSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.redis.clients.COMMAND_TIMEOUT", 1.0)
    monkeypatch.setattr("chassis.subscriptions.PING_EVERY", 0.3)
    monkeypatch.setattr("chassis.subscriptions.SILENCE", 1.0)
    with pytest.raises(ConfigurationError, match="No master found for 'other'"):
        async with open_redis(redis_set.url.replace("/heyjarvis/", "/other/"), wait=0.1):
            pass
    async with open_redis(redis_set.url) as redis:
        messages = redis.subscribe("news")
        assert await anext(messages) == ("news", None)
        frozen = redis_set.primary()
        assert frozen.pid is not None
        os.kill(frozen.pid, signal.SIGSTOP)
        try:
            done = await count_until_it_goes_on(redis)
            # What was answered with a failure may be lost; it was never done twice.
            assert int(await redis.commands.get("counter") or 0) <= done
            async with asyncio.timeout(LONGEST):
                # Its connections still stand, and nothing comes through them: that too is noticed.
                assert await anext(messages) == ("news", None)
                await redis.commands.publish("news", "from the next one")
                assert await anext(messages) == ("news", b"from the next one")
            assert redis_set.primary() is not frozen
        finally:
            os.kill(frozen.pid, signal.SIGCONT)
            await messages.aclose()
