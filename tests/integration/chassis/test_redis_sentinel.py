"""A Sentinel set on real processes: a primary freezes, the client finds its successor, and nothing is done twice."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.errors import ConfigurationError
from chassis.redis import RedisAccess, away, open_redis
from tests.support.redis_sentinel import SentinelSet

LONGEST = 90.0
"""Seconds that a change of roles may take on a busy machine: a Sentinel that stood still does nothing for 30 s."""


@pytest.fixture
def redis_set(tmp_path: Path) -> Iterator[SentinelSet]:
    with SentinelSet(tmp_path, down_after=4.0) as redis_set:
        yield redis_set


async def call_until_it_goes_on(redis: RedisAccess) -> None:
    """Calls until it works again after a failure; each call counts how often it was done."""
    count = redis.script("return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)")
    failed = False
    async with asyncio.timeout(LONGEST):
        for number in itertools.count():
            (answer,) = await count.many([(["calls"], [number])])
            if not isinstance(answer, Exception):
                if failed:
                    return
            else:
                assert away(answer) is not None, answer
                failed = True
                await asyncio.sleep(0.02)


@pytest.mark.timeout(300)
async def test_a_primary_that_freezes_holds_nobody(redis_set: SentinelSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.redis.clients.COMMAND_TIMEOUT", 4.0)
    monkeypatch.setattr("chassis.subscriptions.PING_EVERY", 0.3)
    monkeypatch.setattr("chassis.subscriptions.SILENCE", 4.0)
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
            await call_until_it_goes_on(redis)
            # What was answered with a failure may be lost; it was never done twice.
            assert set(await redis.commands.hvals("calls")) == {b"1"}
            async with asyncio.timeout(LONGEST):
                # Its connections still stand, and nothing comes through them: that too is noticed.
                assert await anext(messages) == ("news", None)
                await redis.commands.publish("news", "from the next one")
                assert await anext(messages) == ("news", b"from the next one")
                while redis_set.primary() is frozen:
                    await asyncio.sleep(0.02)
        finally:
            os.kill(frozen.pid, signal.SIGCONT)
            await messages.aclose()
