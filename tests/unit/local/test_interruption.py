"""A wish to end is never lost."""

from __future__ import annotations

import asyncio

import pytest

from tools.local.interruption import Interrupted, Interruption


async def test_a_wish_ends_the_work() -> None:
    interruption = Interruption()
    asyncio.get_running_loop().call_soon(interruption.signal)
    with pytest.raises(Interrupted):
        await interruption.guard(asyncio.sleep(60))
    assert await interruption.guard(asyncio.sleep(0, "next")) == "next"


async def test_a_wish_that_finds_the_work_done_ends_what_comes_next() -> None:
    interruption = Interruption()

    async def work() -> str:
        asyncio.get_running_loop().call_soon(interruption.signal)
        return "done"

    assert await interruption.guard(work()) == "done"
    with pytest.raises(Interrupted):
        await interruption.guard(asyncio.sleep(60))
    assert await interruption.guard(asyncio.sleep(0, "after it")) == "after it"
