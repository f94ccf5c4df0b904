"""Sentinels that are asked by many at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from chassis.redis.server import Sentinels

PRIMARY = {
    "ip": "10.0.0.1",
    "port": 6379,
    "is_master": True,
    "is_sdown": False,
    "is_odown": False,
    "num-other-sentinels": 2,
}


def answering(found: bool) -> Callable[[], Any]:
    async def answer() -> Any:
        await asyncio.sleep(0)
        if not found:
            raise RedisConnectionError("away")
        return {"heyjarvis": PRIMARY}

    return answer


async def test_none_of_them_is_forgotten_and_the_one_that_answers_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    sentinels = Sentinels([("a", 1), ("b", 2), ("c", 3)])
    away, also_away, well = sentinels.sentinels
    for client in (away, also_away, well):
        monkeypatch.setattr(client, "sentinel_masters", answering(client is well))
    found = await asyncio.gather(*(sentinels.discover_master("heyjarvis") for _ in range(5)))
    assert found == [("10.0.0.1", 6379)] * 5
    assert sentinels.sentinels[0] is well
    assert set(map(id, sentinels.sentinels)) == {id(away), id(also_away), id(well)}
    await sentinels.aclose()
