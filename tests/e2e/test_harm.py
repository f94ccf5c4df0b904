"""Harm to the whole system, each kind alone, so that not even what the chaos suite calls its price is paid."""

from __future__ import annotations

import asyncio
import fcntl
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tools.chaos.crowd import Crowd, Habits
from tools.chaos.faults import Faults
from tools.chaos.judges import judge
from tools.chaos.ledger import too_early
from tools.chaos.world import World, world

pytestmark = pytest.mark.timeout(900)  # that of the one which waits for the other runs meanwhile

AGREEABLE = Habits(cancelling=0, asking=0.4, rejecting=0)
PATIENT = 120.0
"""Seconds that an agent may finish its work in: on a busy machine too, no model call is broken off."""
SILENCE = 30.0
"""Seconds that it may be silent for before it is given up: longer than a busy machine makes it, and shorter than what
the judge calls standing still. What an agent did not tell before it ended is looked for after so long."""
STORM = 4
"""Calls answered with 429."""
RETRY_AFTER = 12
NOTICE = 7.0
"""Seconds after which every process of a busy machine knows of a 429, and what had its permit before has arrived."""


@pytest.fixture(autouse=True)
def one_world_at_a_time(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Two of them, side by side in two test processes, would starve each other and whatever is tested beside them."""
    with (tmp_path_factory.getbasetemp().parent / "world.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def crowd_of(system: World) -> Crowd:
    approvals = system.child("approvals").spec.address
    return Crowd(system.orchestrators, approvals, seed=1, at_once=6, habits=AGREEABLE)


def paid_twice(calls: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """What the model was asked again although it had answered well."""
    well = Counter((call["workflow"], call["task"], call["purpose"]) for call in calls if call["status"] == 200)
    return [what for what, count in well.items() if count > 1]


async def test_a_rolling_restart_of_everything_loses_and_repeats_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYJARVIS_AGENT_SILENCE", f"{SILENCE:.0f} s")
    async with world(loud=False, drain_grace=PATIENT) as system:
        crowd = crowd_of(system)
        await asyncio.to_thread(system.model.spoil, {"times": None, "action": {"delay": 300}})
        rolling = asyncio.create_task(Faults(system, seed=1).roll())
        while not rolling.done():
            await crowd.order(6)
        assert (await rolling).endswith("late: none")
        calls = await asyncio.to_thread(system.model.calls)
        verdict = await judge(crowd, calls)
        await crowd.aclose()
    assert verdict.violations == []
    assert verdict.states == {"SUCCEEDED": len(crowd.orders)}
    assert {call["outcome"] for call in calls} == {"completed"}
    assert not paid_twice(calls)


async def test_a_storm_of_429_lets_no_process_call_before_its_time_and_costs_no_workflow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HEYJARVIS_AGENT_SILENCE", f"{SILENCE:.0f} s")
    async with world(loud=False) as system:
        crowd = crowd_of(system)
        ordering = asyncio.create_task(crowd.order(18))
        async with asyncio.timeout(120):
            while crowd.ended < 3:
                await asyncio.sleep(0.05)
        storm = {"times": STORM, "action": {"status": {"code": 429, "retry_after": RETRY_AFTER}}}
        await asyncio.to_thread(system.model.spoil, storm)
        await ordering
        calls = await asyncio.to_thread(system.model.calls)
        verdict = await judge(crowd, calls)
        await crowd.aclose()
    assert sum(call["status"] == 429 for call in calls) == STORM
    assert too_early(calls, RETRY_AFTER, notice=NOTICE) == []
    assert verdict.violations == []
    assert verdict.states == {"SUCCEEDED": 18}
    assert not paid_twice(calls)
